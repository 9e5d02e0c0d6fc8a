"""Which incident, whose turn, which promises: the replica of what routing decided."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from contracts.events import routing as r
from contracts.events.base import Event
from contracts.values import NO_SCHOOL
from ticketing.domain.folds import escalation, suggestions
from ticketing.domain.folds.handoffs import ask_again, wait_no_more
from ticketing.domain.state import ENDED, Incident, Link, World


def _incident_opened(world: World, event: r.IncidentOpened) -> None:
    world.incidents[event.incident] = Incident(
        id=event.incident,
        municipality=event.municipality,
        kind=event.kind,
        service=event.service,
        school=event.school,
        urgency=event.urgency,
        scope=event.scope,
        opened_at=event.at,
        version=event.version,
        recurrence_of=event.recurrence_of,
        schools=[event.school] if event.school != NO_SCHOOL else [],
        stage="ordered" if event.kind == "request" else None,
        stage_at=event.at if event.kind == "request" else None,
    )


def _ticket_linked(world: World, event: r.TicketLinked) -> None:
    ticket = world.tickets.get(event.ticket)
    if ticket is None:
        return
    if ticket.incident is not None and ticket.incident != event.incident:
        _leave(world, ticket.id, ticket.incident, event.at)
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version = event.version
    if ticket.incident != event.incident and (incident := world.incidents.get(event.incident)) is not None:
        incident.tickets += 1
        if ticket.school not in (NO_SCHOOL, *incident.schools):
            incident.schools.append(ticket.school)
        former = world.incidents.get(event.previous or "")
        if former is not None and incident.recurrence_of == former.id and incident.tickets == 1:
            # It goes on with what others have read of it: the same fault was not solved.
            incident.public_title = dict(former.public_title)
            incident.published, incident.hidden = former.published, former.hidden
    ticket.incident = event.incident
    if ticket.state == "received":
        ticket.state = "open"
    been = world.links.get((ticket.id, event.incident))  # what comes back belongs there since it first did
    world.links[ticket.id, event.incident] = Link(
        ticket=ticket.id,
        incident=event.incident,
        municipality=event.municipality,
        linked_at=been.linked_at if been else event.at,
        by_person=event.by.person if event.by else None,
        score=event.score,
        reasons=[dict(reason) for reason in event.reasons],
        engine_version=event.engine_version,
        directory_version=event.directory_version,
    )
    for question in world.questions.values():
        if question.is_of_staff and question.ticket == event.ticket:
            question.incident = event.incident
    suggestions.linked(world, event)


def _leave(world: World, ticket: str, incident: str, at: datetime) -> None:
    link, former = world.links.get((ticket, incident)), world.incidents.get(incident)
    if link is not None:
        link.unlinked_at = at
    if former is not None:
        former.tickets -= 1


def _impact_changed(world: World, event: r.ImpactChanged) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version = event.version
        incident.tickets, incident.schools = event.tickets, list(event.schools)


def _assigned(world: World, event: r.IncidentAssigned) -> None:
    _accepted(world, event)
    incident = world.incidents.get(event.incident)
    if incident is None:
        return
    incident.version = event.version
    if event.role != "lead":
        return
    if event.tier == "vendor":
        incident.handed_over_by = incident.handed_over_by if incident.holder_tier == "vendor" else incident.holder
    incident.holder, incident.holder_tier, incident.holder_since = event.party, event.tier, event.at
    if event.party not in incident.held:
        incident.held = [*incident.held, event.party]
    incident.tiers = {**incident.tiers, event.party: event.tier}
    incident.path, incident.rule, incident.reason = list(event.path), event.rule, dict(event.reason)
    incident.agreement, incident.policy = event.agreement, event.policy
    escalation.holder_changed(incident)


def _rerouted(world: World, event: r.IncidentRerouted) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version = event.version
        incident.path, incident.rule, incident.reason = list(event.path), event.rule, dict(event.reason)
        incident.agreement, incident.policy = event.agreement, event.policy


def _state_changed(world: World, event: r.IncidentStateChanged) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version, incident.state, incident.waiting_on = event.version, event.state, event.waiting_on
        if event.state in ENDED:
            suggestions.lapse(world, event.incident)
            escalation.ended(incident)


def _resolved(world: World, event: r.IncidentResolved) -> None:
    _accepted(world, event)
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version, incident.state, incident.waiting_on = event.version, "resolved", None
        incident.resolved_at, incident.public_text = event.at, dict(event.public_text or {})
        incident.closes_at = event.closes_at
        escalation.ended(incident)


def _accepted(world: World, event: r.IncidentResolved | r.IncidentAssigned) -> None:
    if (proposal := world.proposals.get(event.proposal or "")) is not None:
        proposal.decided_at, proposal.accepted = event.at, True


def _proposal_rejected(world: World, event: r.ProposalRejected) -> None:
    if (proposal := world.proposals.get(event.proposal)) is not None:
        proposal.decided_at, proposal.accepted = event.at, False
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version = event.version
    ask_again(world, event.proposal)


def _question_closed(world: World, event: r.QuestionClosed) -> None:
    if (question := world.questions.get(event.question)) is not None and question.answered_at is None:
        question.answered_at = event.at
    wait_no_more(world, event.ticket)


def _incident_reopened(world: World, event: r.IncidentReopened) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version, incident.state, incident.waiting_on = event.version, "in_progress", None
        incident.resolved_at = incident.closes_at = incident.closed_at = incident.asked_at = None
        incident.public_text = {}
    for ticket in world.tickets_of(event.incident):
        is_doubted = event.doubts is not None and (ticket.confirmed_at is None or ticket.confirmed_at <= event.doubts)
        if is_doubted and ticket.state not in ("withdrawn", "erased"):
            ticket.confirmed_at, ticket.reopened_at = None, event.at
        if ticket.state == "closed" and ticket.confirmed_at is None:  # it ended with its incident, and goes on with it
            ticket.state = "open"


def _incident_closed(world: World, event: r.IncidentClosed) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version, incident.state, incident.waiting_on = event.version, "closed", None
        incident.closed_at = event.at
        suggestions.lapse(world, event.incident)
        escalation.ended(incident)


def _scope_changed(world: World, event: r.ScopeRaised | r.ScopeLowered) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.scope = event.scope


def _triaged(world: World, event: r.IncidentTriaged) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version = event.version
        incident.service = event.service or incident.service
        incident.scope = event.scope or incident.scope
        if event.public_title or event.title_removed:
            incident.public_title = dict(event.public_title or {})


def _published(world: World, event: r.IncidentPublished) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version, incident.published, incident.hidden = event.version, event.published, not event.published


def _superseded(world: World, event: r.IncidentSuperseded) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version, incident.state, incident.waiting_on = event.version, "superseded", None
        incident.successor = event.successor
        escalation.ended(incident)
        suggestions.follow(world, event.incident, event.successor)


def _gathered(world: World, event: r.IncidentGathered) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version, incident.state, incident.waiting_on = event.version, "gathered", None
        incident.priority = event.priority


def _decided(world: World, event: r.IncidentDecided) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version, incident.state, incident.waiting_on = event.version, "decided", None
        incident.decision, incident.decision_reason = event.decision, dict(event.reason)
        incident.decided_at = event.at
        escalation.ended(incident)


def _stage_changed(world: World, event: r.StageChanged) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.version = event.version
        incident.stage, incident.stage_at, incident.expected_at = event.stage, event.at, event.expected_at


FOLDS: dict[type[Event], Callable[[World, Any], None]] = suggestions.FOLDS | {
    r.IncidentOpened: _incident_opened,
    r.TicketLinked: _ticket_linked,
    r.ScopeRaised: _scope_changed,
    r.ScopeLowered: _scope_changed,
    r.IncidentTriaged: _triaged,
    r.IncidentPublished: _published,
    r.IncidentSuperseded: _superseded,
    r.ImpactChanged: _impact_changed,
    r.IncidentAssigned: _assigned,
    r.IncidentRerouted: _rerouted,
    r.IncidentStateChanged: _state_changed,
    r.IncidentResolved: _resolved,
    r.QuestionClosed: _question_closed,
    r.ProposalRejected: _proposal_rejected,
    r.IncidentReopened: _incident_reopened,
    r.IncidentClosed: _incident_closed,
    r.IncidentGathered: _gathered,
    r.IncidentDecided: _decided,
    r.StageChanged: _stage_changed,
}
