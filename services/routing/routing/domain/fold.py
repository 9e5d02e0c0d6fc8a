"""The only place where state changes: one function per event type, for own events and others' alike.

A fold decides nothing and depends on nothing but the world and the event. What others' events change and what own ones
change are different things, so the result is the same whether an own event is folded right after its cause (live) or
where it lies on the topic (replay, N10).
"""

from collections.abc import Callable
from typing import Any, TypeVar

from contracts.events import routing, ticketing, vendor_bridge
from contracts.events.base import Event

from routing.domain.state import (
    Answered,
    Clock,
    Configuration,
    Incident,
    Link,
    Proposal,
    Question,
    Ticket,
    TicketState,
    World,
)

E = TypeVar("E", bound=Event)
Fold = Callable[[World, Any], None]
FOLDS: dict[type[Event], Fold] = {}


def _folds(event_type: type[E]) -> Callable[[Callable[[World, E], None]], Callable[[World, E], None]]:
    def register(function: Callable[[World, E], None]) -> Callable[[World, E], None]:
        FOLDS[event_type] = function
        return function

    return register


def fold(world: World, event: Event) -> None:
    """Take one event in; types that routing keeps nothing of change nothing."""
    function = FOLDS.get(type(event))
    if function is not None:
        function(world, event)
    if isinstance(event, routing.IncidentEvent) and event.request_id is not None:
        _answer(world, event, event.incident, event.request_id, refused=False)


# What others state


@_folds(ticketing.DirectoryChanged)
def _directory_changed(world: World, event: ticketing.DirectoryChanged) -> None:
    world.directories[event.municipality] = event.directory
    world.municipality(event.municipality)
    content = event.directory.model_dump(mode="json")
    world.mark(Configuration(event.municipality, event.version, event.at, content))


@_folds(ticketing.TicketFiled)
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


@_folds(ticketing.TicketConfirmedFixed)
def _ticket_confirmed(world: World, event: ticketing.TicketConfirmedFixed) -> None:
    _stand(world, event, "confirmed")


@_folds(ticketing.TicketReopened)
def _ticket_reopened(world: World, event: ticketing.TicketReopened) -> None:
    _stand(world, event, "open")


@_folds(ticketing.TicketWithdrawn)
def _ticket_withdrawn(world: World, event: ticketing.TicketWithdrawn) -> None:
    _stand(world, event, "withdrawn")


def _stand(
    world: World,
    event: ticketing.TicketConfirmedFixed | ticketing.TicketReopened | ticketing.TicketWithdrawn,
    state: TicketState,
) -> None:
    ticket = world.ticket(event.ticket, event.municipality)
    if ticket is None or ticket.state == "withdrawn":
        return
    incident = world.incidents.get(ticket.incident or "")
    if incident is not None:
        _count(world, incident, ticket, -1)
    ticket.state = state
    world.mark(ticket)
    if incident is not None:
        _count(world, incident, ticket, +1)


def _count(world: World, incident: Incident, ticket: Ticket, sign: int) -> None:
    if ticket.state == "withdrawn":
        return
    school = ticket.school
    incident.linked += sign
    incident.confirmed += sign if ticket.state == "confirmed" else 0
    incident.schools[school] = incident.schools.get(school, 0) + sign
    if not incident.schools[school]:
        del incident.schools[school]
    world.mark(incident)


@_folds(ticketing.TicketAnswered)
def _ticket_answered(world: World, event: ticketing.TicketAnswered) -> None:
    ticket = world.ticket(event.ticket, event.municipality)
    incident = world.incident(event.incident or (ticket.incident if ticket else None), event.municipality)
    if incident is not None and event.question is not None:
        _close_question(world, incident, event.question, event)


@_folds(vendor_bridge.HandoffAnswered)
def _handoff_answered(world: World, event: vendor_bridge.HandoffAnswered) -> None:
    incident = world.incident(event.incident, event.municipality)
    if incident is not None:
        _close_question(world, incident, event.question, event)


def _close_question(world: World, incident: Incident, question_id: str, event: Event) -> None:
    question = world.questions.get(incident.id, {}).get(question_id)
    if question is not None and question.closed_at is None:
        question.closed_at, question.closed_by = event.at, event.id
        world.mark(question)


@_folds(vendor_bridge.VendorInformationRequested)
def _information_requested(world: World, event: vendor_bridge.VendorInformationRequested) -> None:
    incident = world.incident(event.incident, event.municipality)
    if incident is None:
        return
    questions = world.questions.setdefault(incident.id, {})
    if event.question not in questions:
        question = Question(event.question, event.municipality, incident.id, event.vendor, event.at, event.ticket)
        questions[question.id] = question
        world.mark(question)


@_folds(vendor_bridge.VendorResolutionProposed)
def _resolution_proposed(world: World, event: vendor_bridge.VendorResolutionProposed) -> None:
    incident = world.incident(event.incident, event.municipality)
    if incident is None or world.proposal(incident, event.proposal) is not None:
        return
    proposal = Proposal(event.proposal, event.municipality, incident.id, event.vendor, event.at)
    world.proposals.setdefault(incident.id, {})[proposal.id] = proposal
    world.mark(proposal)
    for question in world.open_questions(incident):
        if question.vendor == event.vendor:
            _close_question(world, incident, question.id, event)


# What routing states


@_folds(routing.IncidentOpened)
def _opened(world: World, event: routing.IncidentOpened) -> None:
    noted = _note(world, event)
    incident = Incident(
        id=event.incident,
        municipality=event.municipality,
        kind=event.kind,
        service=event.service,
        school=event.school,
        urgency=event.urgency,
        scope=event.scope,
        opened_at=event.at,
        ordinal=noted,
        noted=noted,
        recurrence_of=event.recurrence_of,
        version=event.version,
    )
    world.incidents[incident.id] = incident
    world.mark(incident)
    former = world.incident(event.recurrence_of, event.municipality)
    if former is not None:
        former.recurrence = incident.id
        world.mark(former)


def _note(world: World, event: Event) -> int:
    """The next version of the municipality: grouping reads what this event says."""
    municipality = world.municipality(event.municipality)
    municipality.version += 1
    world.mark(municipality)
    return municipality.version


@_folds(routing.TicketLinked)
def _linked(world: World, event: routing.TicketLinked) -> None:
    ticket, incident = world.tickets[event.ticket], world.incidents[event.incident]
    noted = _note(world, event)
    former = world.incidents.get(ticket.incident or "")
    if former is not None:
        _count(world, former, ticket, -1)
    before = world.links.get(ticket.id)
    if before is not None:
        before.unlinked_at, before.noted = event.at, noted
        world.mark(before)
    ticket.incident = incident.id
    link = world.links[ticket.id] = Link(
        id=event.id,
        municipality=event.municipality,
        ticket=ticket.id,
        incident=incident.id,
        linked_at=event.at,
        score=event.score,
        reasons=list(event.reasons),
        engine_version=event.engine_version,
        directory_version=event.directory_version,
        by_person=event.by is not None,
        noted=noted,
    )
    _count(world, incident, ticket, +1)
    world.mark(ticket, link)


@_folds(routing.IncidentAssigned)
def _assigned(world: World, event: routing.IncidentAssigned) -> None:
    incident = _versioned(world, event)
    if event.role == "lead":
        incident.lead = event.party
        incident.path = list(event.path)
        incident.agreement = event.agreement
        incident.parallel = [party for party in incident.parallel if party != event.party]
    elif event.party.startswith("vendor:"):
        incident.parallel = [*incident.parallel, event.party]
    else:  # a vendor beside the lead is done; the lead goes on
        incident.parallel = [party for party in incident.parallel if party != event.previous]


@_folds(routing.IncidentStateChanged)
def _state_changed(world: World, event: routing.IncidentStateChanged) -> None:
    incident = _versioned(world, event)
    incident.state, incident.waiting_on = event.state, event.waiting_on
    if incident.ended:
        incident.noted = _note(world, event)


@_folds(routing.IncidentResolved)
def _resolved(world: World, event: routing.IncidentResolved) -> None:
    incident = _versioned(world, event)
    incident.state, incident.waiting_on, incident.resolved_at = "resolved", None, event.at
    incident.noted = _note(world, event)
    _settle(world, incident, event.proposal, "accepted")


@_folds(routing.ProposalRejected)
def _proposal_rejected(world: World, event: routing.ProposalRejected) -> None:
    _settle(world, _versioned(world, event), event.proposal, "rejected")


def _settle(world: World, incident: Incident, proposal_id: str | None, state: str) -> None:
    proposal = world.proposal(incident, proposal_id or "")
    if proposal is not None:
        proposal.state = "accepted" if state == "accepted" else "rejected"
        world.mark(proposal)


@_folds(routing.IncidentReopened)
def _reopened(world: World, event: routing.IncidentReopened) -> None:
    incident = _versioned(world, event)
    incident.state, incident.waiting_on, incident.resolved_at = "in_progress", None, None
    incident.noted = _note(world, event)


@_folds(routing.IncidentClosed)
def _closed(world: World, event: routing.IncidentClosed) -> None:
    incident = _versioned(world, event)
    incident.state, incident.waiting_on = "closed", None
    incident.noted = _note(world, event)


def _versioned(world: World, event: routing.IncidentEvent) -> Incident:
    incident = world.incidents[event.incident]
    incident.version = event.version
    world.mark(incident)
    return incident


@_folds(routing.ClockStarted)
def _clock_started(world: World, event: routing.ClockStarted) -> None:
    clock = Clock(
        id=event.clock,
        municipality=event.municipality,
        incident=event.incident,
        party=event.party,
        promise=event.promise,
        agreement=event.agreement,
        started_at=event.started_at,
        due_at=event.due_at,
    )
    world.clocks.setdefault(event.incident, {})[clock.id] = clock
    world.mark(clock)


@_folds(routing.ClockStopped)
def _clock_stopped(world: World, event: routing.ClockStopped) -> None:
    clock = world.clocks[event.incident].pop(event.clock)
    clock.stopped_at, clock.reason = event.stopped_at, event.reason
    world.mark(clock)


@_folds(routing.RequestRefused)
def _refused(world: World, event: routing.RequestRefused) -> None:
    _answer(world, event, event.incident, event.request_id, refused=True)


def _answer(world: World, event: Event, incident: str, request_id: str, *, refused: bool) -> None:
    if request_id not in world.answered:
        answered = Answered(
            id=request_id,
            municipality=event.municipality,
            incident=incident,
            outcome="refused" if refused else "done",
            event=event.id,
            at=event.at,
        )
        world.answered[request_id] = answered
        world.mark(answered)
