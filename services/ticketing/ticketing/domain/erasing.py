"""What is taken out of the histories when a ticket, or an entry of it, is erased (N11, R20)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from contracts import ids
from contracts.disclosure import REPORTERS
from contracts.events.ticketing import EntryErased, TicketErased
from contracts.timeline import Entry, EntryKind
from contracts.values import REPORTER_PARTY, Actor, ErasureReason, is_vendor
from ticketing.domain.drafts import QUOTES, REPORT
from ticketing.domain.state import Ticket

BY_HAND: Final[frozenset[EntryKind]] = frozenset(
    {"note", "question", "answer", "reply", "vendor_entry", "vendor_status", "proposal", "returned"}
)
"""Entries that one may erase alone: words for few readers. What all read, such as a solution, is said anew instead."""

_UNSENT: Final = timedelta(days=8)
"""So long before it was written down here others may have said it: Kafka keeps seven days."""


def of_ticket(
    ticket: Ticket, own: Sequence[Entry], others: Iterable[Entry], *, by: Actor, reason: ErasureReason, at: datetime
) -> TicketErased:
    """All that its own chain says, and what rules have repeated of that in `others`, its incidents' chains."""
    causes = dict.fromkeys(entry.caused_by for entry in own)
    quoting = [entry for entry in others if entry.facts.get(QUOTES) in causes]
    entries = {ticket.id: tuple(entry.seq for entry in own)}
    for entry in quoting:
        entries[entry.case] = (*entries.get(entry.case, ()), entry.seq)
    return TicketErased(
        id=ids.new("event"),
        at=at,
        municipality=ticket.municipality,
        ticket=ticket.id,
        incident=ticket.incident,
        by=by,
        reason=reason,
        entries=entries,
        causes=(*causes, *(entry.caused_by for entry in quoting)),
        since=ticket.filed_at - _UNSENT,
    )


def of_entry(
    entry: Entry, causes: Iterable[str], *, municipality: str, by: Actor, reason: ErasureReason, at: datetime
) -> EntryErased:
    """One entry. `causes`: the request whose words came to stand in it, if it was one."""
    return EntryErased(
        id=ids.new("event"),
        at=at,
        municipality=municipality,
        by=by,
        reason=reason,
        entries={entry.case: (entry.seq,)},
        causes=tuple(dict.fromkeys((entry.caused_by, *causes))),
        since=entry.at - _UNSENT,
        audience=entry.audience,
        private=entry.private,
    )


def by_others(entries: Iterable[Entry]) -> list[Entry]:
    """What staff and vendors wrote themselves: a person has to look whether it tells of whoever is erased (R20)."""
    return [entry for entry in entries if entry.text and _is_written(entry)]


def _is_written(entry: Entry) -> bool:
    if is_vendor(entry.party):
        return entry.kind in BY_HAND and not _is_step(entry)
    return (
        entry.person is not None
        and entry.party != REPORTER_PARTY
        and entry.kind not in ("linked", "unlinked", "erased")
    )


def _is_step(entry: Entry) -> bool:
    """How far a vendor has come, in our words; what it wrote beside is an entry of its own.

    All read it, or, of a case that the vendor no longer has, staff alone. 0.1.0 wrote both in one, for the vendor.
    """
    return entry.kind == "vendor_status" and (REPORTERS in entry.audience or entry.private)


def may_be_erased(entry: Entry) -> bool:
    """Whether it can be erased alone, and is not yet."""
    return entry.kind in BY_HAND and bool(entry.text) and REPORT not in entry.facts and not _is_step(entry)
