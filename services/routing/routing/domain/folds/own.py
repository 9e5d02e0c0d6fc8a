"""What routing itself states: incidents, links, holders, clocks, refusals."""

from datetime import datetime

from contracts.events import routing
from routing.domain.folds.causes import moved
from routing.domain.folds.table import (
    answer,
    ask_again,
    close,
    close_timer,
    count,
    folds,
    note,
    order_timer,
    rest,
    versioned,
    wait_no_more,
    wake,
)
from routing.domain.state import Incident, Link, World

ESCALATED = "escalated"
"""The `rule` of an assignment by a step of the policy, or by a person who moved it further."""


@folds(routing.IncidentOpened)
def _opened(world: World, event: routing.IncidentOpened) -> None:
    noted = note(world, event)
    opening = world.tickets.get(event.ticket)
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
        opened_by=event.ticket,
        asset=opening.asset if opening else None,
        unit=opening.unit if opening else None,
        stage="ordered" if event.kind == "request" else None,
    )
    world.incidents[incident.id] = incident
    world.mark(incident)
    former = world.incident(event.recurrence_of, event.municipality)
    if former is not None:
        former.recurrence = incident.id
        world.mark(former)


@folds(routing.TicketLinked)
def _linked(world: World, event: routing.TicketLinked) -> None:
    ticket, incident = world.tickets[event.ticket], world.incidents[event.incident]
    noted = note(world, event)
    former = world.incidents.get(ticket.incident or "")
    if former is not None:
        count(world, former, ticket, -1)
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
    count(world, incident, ticket, +1)
    incident.version = event.version
    incident.touched = incident.touched or link.by_person
    world.mark(ticket, link, incident)
    if former is not None and former is not incident:
        _take_along(world, ticket.id, former, incident)
    if former is not None and incident.recurrence_of == former.id and incident.linked == 1:
        # It goes on with what others have read of it: the same fault was not solved.
        incident.titled, incident.published, incident.hidden = former.titled, former.published, former.hidden
    moved(world, event, former, noted)


def _take_along(world: World, ticket: str, former: Incident, incident: Incident) -> None:
    """What staff ask its reporter goes where the ticket goes."""
    there = world.questions.get(former.id, {})
    for question in [each for each in there.values() if each.is_of_staff and each.ticket == ticket]:
        question.incident = incident.id
        world.questions.setdefault(incident.id, {})[question.id] = there.pop(question.id)
        world.mark(question)


@folds(routing.ImpactChanged)
def _impact_changed(world: World, event: routing.ImpactChanged) -> None:
    incident = world.incidents[event.incident]
    incident.version, incident.told = event.version, event.tickets
    world.mark(incident)


@folds(routing.IncidentAssigned)
def _assigned(world: World, event: routing.IncidentAssigned) -> None:
    incident = versioned(world, event)
    if event.role == "lead":
        incident.held_since = event.at if event.party != incident.lead else incident.held_since
        incident.lead = event.party
        incident.path = list(event.path)
        incident.agreement, incident.policy, incident.rule = event.agreement, event.policy, event.rule
        # A step of the policy goes on with the policy; whoever else gives the case to somebody begins it anew.
        if event.rule != ESCALATED or event.by is not None:
            _begin_anew(world, incident)
        _settle(world, incident, event.proposal, "accepted")
    elif event.party.startswith("vendor:"):
        incident.parallel = [*incident.parallel, event.party]
    else:  # a vendor beside the lead is done; the lead goes on
        incident.parallel = [party for party in incident.parallel if party != event.previous]
        _settle(world, incident, event.proposal, "accepted")


@folds(routing.IncidentRerouted)
def _rerouted(world: World, event: routing.IncidentRerouted) -> None:
    incident = versioned(world, event)
    incident.path, incident.rule = list(event.path), event.rule
    incident.agreement, incident.policy = event.agreement, event.policy


@folds(routing.IncidentStateChanged)
def _state_changed(world: World, event: routing.IncidentStateChanged) -> None:
    incident = versioned(world, event)
    incident.state, incident.waiting_on = event.state, event.waiting_on
    if incident.waits_for is None:
        wait_no_more(world, incident)
    if incident.ended:
        incident.noted = note(world, event)
        rest(world, incident)


@folds(routing.IncidentResolved)
def _resolved(world: World, event: routing.IncidentResolved) -> None:
    incident = versioned(world, event)
    incident.state, incident.waiting_on, incident.resolved_at = "resolved", None, event.at
    incident.noted = note(world, event)
    _settle(world, incident, event.proposal, "accepted")
    rest(world, incident)
    wake(world, incident, close_timer(incident), event.closes_at)


@folds(routing.QuestionClosed)
def _question_closed(world: World, event: routing.QuestionClosed) -> None:
    question = world.questions.get(event.incident, {}).get(event.question)
    if question is not None:
        close(world, question, event.at, event.id)


@folds(routing.ProposalRejected)
def _proposal_rejected(world: World, event: routing.ProposalRejected) -> None:
    incident = versioned(world, event)
    _settle(world, incident, event.proposal, "rejected")
    ask_again(world, incident, event.proposal)


def _settle(world: World, incident: Incident, proposal_id: str | None, state: str) -> None:
    proposal = world.proposal(incident, proposal_id or "")
    if proposal is not None:
        proposal.state = "accepted" if state == "accepted" else "rejected"
        world.mark(proposal)


@folds(routing.IncidentReopened)
def _reopened(world: World, event: routing.IncidentReopened) -> None:
    incident = versioned(world, event)
    incident.noted = note(world, event)
    if incident.ended:  # grouping had forgotten it, and meets it as one that is opened now
        incident.ordinal = incident.noted
    incident.state, incident.waiting_on, incident.resolved_at = "in_progress", None, None
    incident.closed_at = incident.asked_at = None
    wake(world, incident, close_timer(incident), None)
    if event.doubts is not None:
        _doubt(world, incident, event.doubts)


def _doubt(world: World, incident: Incident, before: datetime) -> None:
    """Staff found that it was not solved: whoever said until then that it works is asked again once it is.

    By the time it was said: in a replay a word that came after may lie before this (N10).
    """
    for ticket in [each for each in world.tickets.values() if each.incident == incident.id]:
        if ticket.state == "confirmed" and (ticket.confirmed_at is None or ticket.confirmed_at <= before):
            count(world, incident, ticket, -1)
            ticket.state = "open"
            count(world, incident, ticket, +1)
            world.mark(ticket)


@folds(routing.IncidentClosed)
def _closed(world: World, event: routing.IncidentClosed) -> None:
    incident = versioned(world, event)
    incident.state, incident.waiting_on, incident.closed_at = "closed", None, event.at
    incident.noted = note(world, event)
    rest(world, incident)
    wake(world, incident, close_timer(incident), None)


@folds(routing.IncidentGathered)
def _gathered(world: World, event: routing.IncidentGathered) -> None:
    incident = versioned(world, event)
    incident.state, incident.waiting_on, incident.priority = "gathered", None, event.priority


@folds(routing.IncidentDecided)
def _decided(world: World, event: routing.IncidentDecided) -> None:
    incident = versioned(world, event)
    incident.state, incident.waiting_on = "decided", None
    incident.decision, incident.decision_reason = event.decision, event.reason
    incident.noted = note(world, event)
    wake(world, incident, close_timer(incident), None)


@folds(routing.StageChanged)
def _stage_changed(world: World, event: routing.StageChanged) -> None:
    incident = versioned(world, event)
    incident.stage, incident.expected_at = event.stage, event.expected_at
    wake(world, incident, order_timer(incident), event.late_at)


def _begin_anew(world: World, incident: Incident) -> None:
    escalation = world.escalations.get(incident.id)
    if escalation is not None:
        escalation.fresh, escalation.stopped = True, False
        world.mark(escalation)


@folds(routing.RequestRefused)
def _refused(world: World, event: routing.RequestRefused) -> None:
    answer(world, event, event.incident, event.request_id, refused=True)
