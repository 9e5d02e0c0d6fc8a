"""A case's stays with vendors, as Överlämningar tells them: where nothing gets through, that, since when and why."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from ticketing import sentences
from ticketing.domain import access
from ticketing.domain.state import Connection, Handoff
from ticketing.store import reads
from ticketing.views import HandOff, HandOffState, Notice, Say, Tab, Tone, WayHealth, say
from ticketing.web import present
from ticketing.web.held_mails import handoffs as held_handoffs
from ticketing.web.pages import Visit
from ticketing.web.vendors import health_of

_GOES = (WayHealth.WELL, WayHealth.UNHEARD)
_TAKES_NOTHING = (WayHealth.DISABLED, WayHealth.MISCONFIGURED, WayHealth.UNINVITED, WayHealth.PAUSED)
"""Until somebody does something about it; what rests or fails is tried again."""


async def stays(conn: AsyncConnection, here: Visit, handoffs: Iterable[Handoff]) -> tuple[HandOff, ...]:
    """The newest first."""
    told = list(handoffs)[::-1]
    names = {handoff.connection for handoff in told}
    ways = await reads.connections(conn, here.caller.directory.id, names) if names else {}
    held = Counter(held_handoffs(ways.values()))
    return tuple(_stay(here, handoff, ways, held[handoff.id]) for handoff in told)


def not_arrived(incident: str, told: Iterable[HandOff]) -> Iterator[Notice]:
    """Above the other tabs: the history says that it is sent, and a vendor has nothing of it, or not what is new."""
    url = f"/storningar/{incident}?flik={Tab.HAND_OFFS}"
    for stay in told:
        if stay.problem and stay.state is HandOffState.OFFERED and stay.delivered_at is None:
            yield Notice(Tone.WATCH, stay.problem, stay.vendor, url, say("hand_offs.title"))
        elif stay.problem and stay.lead and stay.takes_nothing:
            go = say("hand_offs.stuck_go" if stay.problem_url else "hand_offs.title")
            yield Notice(Tone.WATCH, stay.problem, stay.vendor, stay.problem_url or url, go)


def held(here: Visit, told: Iterable[HandOff]) -> Iterator[Notice]:
    """Mails about the case that its history has nothing of, as they are perhaps not the vendor's."""
    may_look = access.may_look_after_vendors(here.caller.who)
    for stay in told:
        if stay.held:
            more = sentences.MAILS_HELD_LOOK if may_look else sentences.ASK_COORDINATOR
            text = sentences.mails_held(stay.held, stay.vendor, more)
            url = f"/leverantorer#{stay.connection}" if may_look else None
            yield Notice(
                Tone.WATCH,
                text,
                sentences.mails_held_title(stay.held),
                url,
                say("hand_offs.stuck_go") if may_look else None,
            )


def others_on(here: Visit, handoffs: Iterable[Handoff], done: Container[str]) -> tuple[str, ...]:
    """The vendors that have the case or a part of it now, without those that say that they are `done`."""
    on = dict.fromkeys(each.vendor for each in handoffs if each.ended_at is None and each.vendor not in done)
    return tuple(present.said_by(here.caller.directory, other, here.language) for other in on)


def _stay(here: Visit, handoff: Handoff, ways: Mapping[str, Connection], held: int) -> HandOff:
    way = ways.get(handoff.connection)
    problem = _problem(handoff, way)
    may_look = access.may_look_after_vendors(here.caller.who)
    return HandOff(
        handoff.id,
        present.said_by(here.caller.directory, handoff.vendor, here.language),
        HandOffState(handoff.state),
        handoff.offered_at,
        lead=handoff.role == "lead",
        vendor_reference=handoff.vendor_reference or "",
        delivered_at=handoff.delivered_at,
        acknowledged_at=handoff.acknowledged_at,
        ended_at=handoff.ended_at,
        problem=problem,
        problem_url=f"/leverantorer#{handoff.connection}" if problem and may_look else "",
        takes_nothing=way is not None and health_of(way) in _TAKES_NOTHING,
        connection=handoff.connection,
        held=held,
    )


def _problem(handoff: Handoff, way: Connection | None) -> Say | None:
    """Of what has arrived: that what is new does not."""
    if way is None or handoff.ended_at is not None or (health := health_of(way)) in _GOES:
        return None
    if handoff.state == "offered":
        return sentences.not_arrived(health, handoff.offered_at)
    return sentences.news_do_not_arrive(health, way.since) if way.backlog else None
