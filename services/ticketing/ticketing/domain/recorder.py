"""The recorder: turns every fact that a reader should see into the next entry of a case's chain (N4)."""

from collections.abc import Iterator
from datetime import datetime

from contracts import ids, timeline
from contracts.erasure import without_words
from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from ticketing.domain import reported
from ticketing.domain.fold import fold
from ticketing.domain.narrate import filed, narrate
from ticketing.domain.state import OVER, Ticket, World, head


def take_in(world: World, event: Event, now: datetime) -> Iterator[Event]:
    """Fold one fact, and state what follows: entries, and tickets that end with their incident.

    What it yields is folded already.
    """
    event = _without_what_was_erased(world, event)
    fold(world, event)
    yield from state(world, event, now)


def _without_what_was_erased(world: World, event: Event) -> Event:
    """What others said of a ticket before they heard that it is erased changes what it changes, without its words."""
    ticket = world.tickets.get(getattr(event, "ticket", None) or "")
    return without_words(event) if ticket is not None and ticket.state == "erased" else event


def _may_grow(world: World, case: str, event: Event) -> bool:
    """An erased ticket's history ends with that."""
    chain = world.chain(case)
    is_erased = isinstance(chain, Ticket) and chain.state == "erased"
    return chain is not None and (not is_erased or isinstance(event, t.TicketErased))


def state(world: World, event: Event, now: datetime) -> Iterator[Event]:
    """What follows from a fact that is folded already."""
    for n, (case, draft) in enumerate(narrate(world, event)):
        if _may_grow(world, case, event):
            yield _record(world, event, case, draft, now, n)
    if isinstance(event, r.IncidentClosed):
        yield from _close_tickets(world, event, now)
    elif isinstance(event, t.TicketConfirmedFixed):
        yield from _close_confirmed(world, event, now)
    elif isinstance(event, reported.HEARD):
        yield from _of_vendors(world, event, now)


def _of_vendors(world: World, event: Event, now: datetime) -> Iterator[Event]:
    """What a vendor reports, stated as ticketing's own, with its entries; what has no words here stands beside."""
    for fact in reported.facts(world, event, now):
        yield fact
        if isinstance(fact, t.TicketFiled) and isinstance(event, v.VendorTicketReported):
            fold(world, fact)
            words, parties = reported.own_words(world, event, fact), reported.own_parties(event, fact)
            for n, said in enumerate(filter(None, (filed(fact), words, parties))):
                yield _record(world, fact, fact.ticket, said, now, n)
        else:
            yield from take_in(world, fact, now)


def record(
    world: World, case: str, draft: timeline.Draft, *, municipality: str, event_id: str, now: datetime
) -> t.EntryRecorded:
    """The next entry of `case`, folded; KeyError when the case is not loaded."""
    chain = world.chain(case)
    if chain is None:
        raise KeyError(case)
    recorded = t.EntryRecorded(
        id=event_id,
        at=now,
        municipality=municipality,
        caused_by=draft.caused_by,
        case=case,
        entry=timeline.append(case, head(chain), draft),
    )
    fold(world, recorded)
    return recorded


def _record(world: World, event: Event, case: str, draft: timeline.Draft, now: datetime, n: int) -> t.EntryRecorded:
    return record(
        world,
        case,
        draft,
        municipality=event.municipality,
        event_id=ids.derived("event", event.id, "entry", n),
        now=now,
    )


def _close_tickets(world: World, event: r.IncidentClosed, now: datetime) -> Iterator[Event]:
    for ticket in sorted(world.tickets_of(event.incident), key=lambda ticket: ticket.id):
        if ticket.state not in OVER:
            yield _closed(world, event, ticket.id, "incident_closed", now)


def _close_confirmed(world: World, event: t.TicketConfirmedFixed, now: datetime) -> Iterator[Event]:
    incident = world.incidents.get(event.incident or "")
    if incident is not None and incident.tickets > 1:  # a lone one follows its incident (R9)
        yield _closed(world, event, event.ticket, "confirmed", now)


def _closed(world: World, cause: Event, ticket: str, reason: str, now: datetime) -> t.TicketClosed:
    closed = t.TicketClosed.model_validate(
        {
            "id": ids.derived("event", cause.id, "closed", ticket),
            "at": now,
            "municipality": cause.municipality,
            "caused_by": cause.id,
            "ticket": ticket,
            "incident": getattr(cause, "incident", None),
            "reason": reason,
        }
    )
    fold(world, closed)
    return closed
