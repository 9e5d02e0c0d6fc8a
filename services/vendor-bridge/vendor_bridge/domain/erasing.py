"""What follows from an erasure: vendors that have, or had, the words are to delete them too (N11, R14)."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from contracts.disclosure import is_for
from contracts.erasure import TITLES
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from vendor_bridge.domain import plan, reports
from vendor_bridge.domain.context import Context
from vendor_bridge.domain.state import Handoff, Person, World


def ticket_erased(world: World, event: t.TicketErased) -> None:
    """It stays a ticket with a place and a number; nobody names it to us any more."""
    ticket, report = world.tickets.get(event.ticket), world.reports.get(event.ticket)
    if ticket is not None and ticket.municipality == event.municipality:
        ticket.room, ticket.asset, ticket.erased = None, None, True
    if report is not None and report.municipality == event.municipality:
        report.title, report.description = TITLES["en" if report.language == "en" else "sv"], ""
        report.category = report.place = report.priority = report.severity = None
        report.named = []
        report.notes, report.files, report.withdrawn_at = [], [], report.withdrawn_at or event.at


def entry_erased(world: World, event: t.EntryErased) -> None:
    """What a vendor wrote beside its own report. What is kept of histories is not in the world: `store.erasure`."""
    for case in event.entries:
        if (report := world.reports.get(case)) is not None and report.municipality == event.municipality:
            reports.forget(report, event.causes)


def person_erased(world: World, event: t.PersonErased) -> None:
    world.people[event.person] = Person(event.person, event.municipality, "")


def _handoffs(world: World, event: Event) -> list[Handoff]:
    """Of its municipality (N9)."""
    return [handoff for handoff in world.handoffs.values() if handoff.municipality == event.municipality]


def _tells_of(world: World, handoff: Handoff, case: str) -> bool:
    """Whether its vendor has that case's history, or is about to get it."""
    incident = world.incidents.get(handoff.incident)
    if handoff.is_held and incident is not None and case in world.heads_of(incident):
        return True
    return case in handoff.heads or case in (handoff.last_heads or {})


def on_ticket_erased(world: World, event: t.TicketErased, ctx: Context) -> Iterator[Event]:
    """Stated, since it follows from what vendors took and gave back: in a replay that lies elsewhere on the record."""
    for handoff in _handoffs(world, event):
        if _tells_of(world, handoff, event.ticket):
            yield _redacted(ctx, handoff, event, [event.ticket], whole=True)


def on_entry_erased(world: World, event: t.EntryErased, ctx: Context) -> Iterator[Event]:
    """Only to whom it was told."""
    for handoff in _handoffs(world, event):
        reader = handoff.reader(world.connection(handoff.municipality, handoff.vendor))
        cases = [case for case in event.entries if _tells_of(world, handoff, case)]
        if cases and is_for(event.audience, reader, private=event.private):
            yield _redacted(ctx, handoff, event, cases)


def _redacted(
    ctx: Context, handoff: Handoff, event: t.Erasing, cases: Iterable[str], *, whole: bool = False
) -> v.HandoffRedacted:
    forget = [v.Forgotten(case=case, entries=event.entries.get(case, ()), whole=whole) for case in cases]
    return v.HandoffRedacted(**ctx.about(handoff), forget=tuple(forget))


def redacted(world: World, event: v.HandoffRedacted) -> None:
    """The message is owed, whatever became of the hand-off since."""
    if (handoff := world.handoffs.get(event.handoff)) is not None:
        forget = [each.model_dump(mode="json") for each in event.forget]
        plan.owe(world, handoff, "redacted", event.caused_by or event.id, details={"forget": forget})
        plan.settle(world, handoff)


def held(world: World, event: t.Erasing | t.PersonErased) -> list[str]:
    """The hand-offs by which its words may have gone out or come in: those of its incidents, and what told of it."""
    if isinstance(event, t.PersonErased):
        return []
    incidents = {case for case in event.cases if case in world.incidents}
    if isinstance(event, t.TicketErased) and (ticket := world.tickets.get(event.ticket)) is not None:
        incidents |= {ticket.incident or "", *(former for former, *_ in ticket.former)}
    told = set(event.entries)
    return [
        handoff.id
        for handoff in _handoffs(world, event)
        if handoff.incident in incidents or told & handoff.heads.keys() or told & (handoff.last_heads or {}).keys()
    ]


FOLDS: dict[type[Event], Callable[[World, Any], None]] = {
    t.TicketErased: ticket_erased,
    t.EntryErased: entry_erased,
    t.PersonErased: person_erased,
    v.HandoffRedacted: redacted,
}
