"""What people said and did, and the entries that came of it."""

from collections.abc import Callable
from typing import Any

from contracts.erasure import TITLES, left_of
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from ticketing.domain.folds.handoffs import wait, wait_no_more
from ticketing.domain.state import Incident, Question, Ticket, World


def _ticket_filed(world: World, event: t.TicketFiled) -> None:
    world.tickets[event.ticket] = Ticket(
        id=event.ticket,
        municipality=event.municipality,
        number=event.number,
        kind=event.kind,
        reporter=event.reporter,
        reporter_role=event.reporter_role,
        title=event.title,
        description=event.description,
        language=event.language,
        school=event.school,
        unit=event.unit,
        room=event.room,
        service=event.service,
        asset=event.asset,
        urgency=event.urgency,
        need=event.need,
        impact=event.impact,
        occurred_at=event.occurred_at,
        filed_at=event.at,
        source=event.source,
        external_id=event.external_id,
        same_as=event.same_as,
        by_peer=event.by_peer,
    )
    _prefix, year, count = event.number.rsplit("-", 2)
    counter = (event.municipality, int(year))
    world.numbers[counter] = max(world.numbers.get(counter, 0), int(count))


def _reported_anew(world: World, event: v.VendorTicketChanged) -> None:
    if (ticket := world.tickets.get(event.ticket)) is not None:
        ticket.title = ticket.title if event.title is None else event.title
        ticket.description = ticket.description if event.description is None else event.description
        ticket.erasure_asked_at = event.at if event.erase else ticket.erasure_asked_at


def _ticket_answered(world: World, event: t.TicketAnswered) -> None:
    if event.question in world.questions:
        world.questions[event.question].answered_at = event.at
        world.questions[event.question].closed_by = None
    wait_no_more(world, event.ticket)


def _question_asked(world: World, event: t.TicketQuestionAsked) -> None:
    world.questions[event.question] = Question(
        id=event.question,
        municipality=event.municipality,
        incident=event.incident,
        handoff=None,
        asker=event.by.party,
        ticket=event.ticket,
        text=dict(event.text),
        asked_at=event.at,
    )
    wait(world, event.ticket)


def _ticket_confirmed(world: World, event: t.TicketConfirmedFixed) -> None:
    if (ticket := world.tickets.get(event.ticket)) is not None:
        ticket.confirmed_at, ticket.reopened_at = event.at, None


def _ticket_reopened(world: World, event: t.TicketReopened) -> None:
    if (ticket := world.tickets.get(event.ticket)) is not None and ticket.state != "erased":
        ticket.state, ticket.confirmed_at, ticket.reopened_at = "open", None, event.at


def _asked_further(world: World, event: t.TicketEscalationRequested) -> None:
    if (ticket := world.tickets.get(event.ticket)) is not None:
        ticket.asked_further_at = event.at


def _ticket_withdrawn(world: World, event: t.TicketWithdrawn) -> None:
    if (ticket := world.tickets.get(event.ticket)) is not None:
        ticket.state = "withdrawn"


def _ticket_erased(world: World, event: t.TicketErased) -> None:
    """What it was about, where and when, stays; what somebody wrote does not."""
    if (ticket := world.tickets.get(event.ticket)) is not None:
        ticket.state, ticket.title, ticket.description = "erased", TITLES[ticket.language], ""
        ticket.room, ticket.asset = None, None


def _ticket_closed(world: World, event: t.TicketClosed) -> None:
    if (ticket := world.tickets.get(event.ticket)) is not None and ticket.state not in ("withdrawn", "erased"):
        ticket.state = "closed"


def _entry_recorded(world: World, event: t.EntryRecorded) -> None:
    if (case := world.chain(event.case)) is not None:
        case.chain_seq, case.chain_hash = event.entry.seq, event.entry.hash
        if isinstance(case, Incident):
            case.last_word_at = event.entry.at
        elif event.entry.kind == "reply":
            case.wrote_at = event.entry.at
    world.entries.append(event.entry)


def _person_changed(world: World, event: t.PersonChanged) -> None:
    world.persons[event.municipality, event.person] = event


def _person_erased(world: World, event: t.PersonErased) -> None:
    world.persons[event.municipality, event.person] = left_of(event)


def _directory_changed(world: World, event: t.DirectoryChanged) -> None:
    world.directories[event.municipality] = event.directory


FOLDS: dict[type[Event], Callable[[World, Any], None]] = {
    t.TicketFiled: _ticket_filed,
    v.VendorTicketChanged: _reported_anew,
    t.TicketAnswered: _ticket_answered,
    t.TicketQuestionAsked: _question_asked,
    t.TicketConfirmedFixed: _ticket_confirmed,
    t.TicketReopened: _ticket_reopened,
    t.TicketEscalationRequested: _asked_further,
    t.TicketWithdrawn: _ticket_withdrawn,
    t.TicketErased: _ticket_erased,
    t.TicketClosed: _ticket_closed,
    t.EntryRecorded: _entry_recorded,
    t.PersonChanged: _person_changed,
    t.PersonErased: _person_erased,
    t.DirectoryChanged: _directory_changed,
}
