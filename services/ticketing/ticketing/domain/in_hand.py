"""Which parties have a case now: what is written to one of them arrives."""

from collections.abc import Iterable

from ticketing.domain.state import ENDED, Handoff, Incident


def in_hand(incident: Incident, handoffs: Iterable[Handoff]) -> tuple[str, ...]:
    """Its holder, and the vendors whose hand-off goes on: the bridge tells nothing more to whoever had it before."""
    stays = list(handoffs)
    on = dict.fromkeys(stay.vendor for stay in stays if stay.ended_at is None)
    if incident.holder is not None and incident.state not in ENDED and not _left(incident, incident.holder, stays):
        on = {incident.holder: None} | on
    return tuple(on)


def _left(incident: Incident, holder: str, stays: list[Handoff]) -> bool:
    """A vendor keeps the name of the holder when its part is done; before the bridge offers it the case, it comes."""
    own = [stay for stay in stays if stay.vendor == holder]
    since = incident.holder_since
    began = [stay for stay in own if since is None or stay.offered_at >= since]
    return bool(began) and all(stay.ended_at is not None for stay in began)
