"""What others state: tickets, what vendors say, the directory."""

from contracts.erasure import TITLES
from contracts.events import ticketing, vendor_bridge
from contracts.events.base import Event
from routing.domain.folds.table import ask_again, close, count, folds
from routing.domain.state import GONE, Configuration, Incident, Proposal, Question, Ticket, TicketState, World


@folds(ticketing.DirectoryChanged)
def _directory_changed(world: World, event: ticketing.DirectoryChanged) -> None:
    if (former := world.directories.get(event.municipality)) is not None:
        world.former_directories[event.municipality] = former
    world.directories[event.municipality] = event.directory
    world.municipality(event.municipality)
    content = event.directory.model_dump(mode="json")
    world.mark(Configuration(event.municipality, event.version, event.at, content))


@folds(ticketing.TicketFiled)
def _ticket_filed(world: World, event: ticketing.TicketFiled) -> None:
    world.municipality(event.municipality)
    if event.ticket not in world.tickets:
        ticket = Ticket(
            id=event.ticket,
            municipality=event.municipality,
            filed_at=event.at,
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
            occurred_at=event.occurred_at,
        )
        world.tickets[ticket.id] = ticket
        world.mark(ticket)


@folds(ticketing.TicketConfirmedFixed)
def _ticket_confirmed(world: World, event: ticketing.TicketConfirmedFixed) -> None:
    _stand(world, event, "confirmed")


@folds(ticketing.TicketReopened)
def _ticket_reopened(world: World, event: ticketing.TicketReopened) -> None:
    _stand(world, event, "open")


@folds(ticketing.TicketWithdrawn)
def _ticket_withdrawn(world: World, event: ticketing.TicketWithdrawn) -> None:
    _stand(world, event, "withdrawn")


@folds(ticketing.TicketErased)
def _ticket_erased(world: World, event: ticketing.TicketErased) -> None:
    """Its words go, and the device from the incident that it opened. Whoever compares with it hears of the count."""
    ticket = world.ticket(event.ticket, event.municipality)
    if ticket is None or ticket.state == "erased":
        return
    _stand(world, event, "erased")
    ticket.state, ticket.title, ticket.description = "erased", TITLES[ticket.language], ""
    ticket.room, ticket.asset = None, None
    municipality = world.municipality(event.municipality)
    municipality.erasures += 1
    opened = [incident for incident in world.incidents.values() if incident.opened_by == ticket.id]
    for incident in opened:
        incident.asset = None
    world.mark(ticket, municipality, *opened)


@folds(ticketing.EntryErased)
def _entry_erased(_world: World, _event: ticketing.EntryErased) -> None:
    """Nothing of what people wrote is kept here, but in messages."""


def _stand(
    world: World,
    event: ticketing.TicketConfirmedFixed
    | ticketing.TicketReopened
    | ticketing.TicketWithdrawn
    | ticketing.TicketErased,
    state: TicketState,
) -> None:
    ticket = world.ticket(event.ticket, event.municipality)
    if ticket is None or ticket.state in GONE:
        return
    incident = world.incidents.get(ticket.incident or "")
    if incident is not None:
        count(world, incident, ticket, -1)
    ticket.state, ticket.confirmed_at = state, event.at if state == "confirmed" else None
    world.mark(ticket)
    if incident is not None:
        count(world, incident, ticket, +1)


@folds(ticketing.TicketAnswered)
def _ticket_answered(world: World, event: ticketing.TicketAnswered) -> None:
    ticket = world.ticket(event.ticket, event.municipality)
    incident = world.incident(event.incident or (ticket.incident if ticket else None), event.municipality)
    if incident is not None and event.question is not None:
        _close_question(world, incident, event.question, event)
    if ticket is not None and (asked := world.question(ticket, event.question or "")) is not None:
        close(world, asked, event.at, event.id)  # of staff, and with the ticket on another incident by now


@folds(ticketing.TicketQuestionAsked)
def _question_asked(world: World, event: ticketing.TicketQuestionAsked) -> None:
    """It is asked where the ticket is, whatever its asker knew of that."""
    ticket = world.ticket(event.ticket, event.municipality)
    if ticket is None or ticket.incident is None:
        return
    questions = world.questions.setdefault(ticket.incident, {})
    if event.question not in questions:
        question = Question(event.question, event.municipality, ticket.incident, event.by.party, event.at, event.ticket)
        questions[question.id] = question
        world.mark(question)


@folds(vendor_bridge.HandoffAnswered)
def _handoff_answered(world: World, event: vendor_bridge.HandoffAnswered) -> None:
    incident = world.incident(event.incident, event.municipality)
    if incident is not None:
        _close_question(world, incident, event.question, event)


def _close_question(world: World, incident: Incident, question_id: str, event: Event) -> None:
    """By an answer: also of one that a proposal had closed, which then stays closed whatever becomes of that."""
    question = world.questions.get(incident.id, {}).get(question_id)
    if question is not None and (question.closed_at is None or world.proposal(incident, question.closed_by or "")):
        close(world, question, event.at, event.id)


@folds(vendor_bridge.VendorInformationRequested)
def _information_requested(world: World, event: vendor_bridge.VendorInformationRequested) -> None:
    incident = world.incident(event.incident, event.municipality)
    if incident is None:
        return
    questions = world.questions.setdefault(incident.id, {})
    if event.question not in questions:
        question = Question(event.question, event.municipality, incident.id, event.vendor, event.at, event.ticket)
        questions[question.id] = question
        world.mark(question)


@folds(vendor_bridge.VendorResolutionProposed)
def _resolution_proposed(world: World, event: vendor_bridge.VendorResolutionProposed) -> None:
    incident = world.incident(event.incident, event.municipality)
    if incident is None or world.proposal(incident, event.proposal) is not None:
        return
    proposal = Proposal(event.proposal, event.municipality, incident.id, event.vendor, event.at)
    world.proposals.setdefault(incident.id, {})[proposal.id] = proposal
    world.mark(proposal)
    for question in world.open_questions(incident):
        if question.asker == event.vendor:
            close(world, question, event.at, proposal.id)


@folds(vendor_bridge.VendorStatusChanged)
def _status_changed(world: World, event: vendor_bridge.VendorStatusChanged) -> None:
    """What it proposed and takes back is as if it had been refused."""
    incident = world.incident(event.incident, event.municipality)
    if incident is None:
        return
    for id_ in event.withdraws:
        proposal = world.proposal(incident, id_)
        if proposal is not None and proposal.state == "open":
            proposal.state = "rejected"
            world.mark(proposal)
            ask_again(world, incident, id_)
