"""How facts change what the bridge knows. The only place where state changes; a replay runs exactly this.

Facts of others come in one order, live and in a replay; the bridge's own are folded when they are made, which in the
recorded order is later. So no fold of one depends on whether the other came first.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import Any

from contracts import ids
from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.events.base import ConnectionRequest, Event
from contracts.timeline import head_of
from contracts.values import NO_SCHOOL, SYSTEM
from vendor_bridge.domain import control, erasing, plan, reporting
from vendor_bridge.domain.health import Key, Standing
from vendor_bridge.domain.state import (
    PARTING,
    Chain,
    End,
    Handoff,
    Incident,
    Pause,
    Person,
    Statement,
    Ticket,
    World,
)

PATIENCE = timedelta(seconds=60)
"""How long the first message waits for the entry of the assignment itself."""
ANSWER_PATIENCE = timedelta(seconds=10)
"""How long an answer waits for its entry, so that one message tells both: its words are in it already."""


def fold(world: World, event: Event) -> None:
    """Applies one fact; those that the bridge has no use for change nothing."""
    handler = _FOLDS.get(type(event))
    if handler is not None:
        handler(world, event)
    reporting.fold(world, event)


def consumes(event_type: type[Event]) -> bool:
    """Whether a fact of this type changes anything here."""
    return event_type in _FOLDS or event_type in reporting.FOLDS


def _directory_changed(world: World, event: t.DirectoryChanged) -> None:
    world.directories[event.municipality] = event.directory


def _ticket_filed(world: World, event: t.TicketFiled) -> None:
    world.tickets[event.ticket] = Ticket(
        event.ticket,
        event.municipality,
        event.number,
        event.school,
        event.reporter,
        event.room,
        asset=event.asset,
    )


def _person_changed(world: World, event: t.PersonChanged) -> None:
    if not event.placeholder:
        world.people[event.person] = Person(event.person, event.municipality, event.name)


def _entry_recorded(world: World, event: t.EntryRecorded) -> None:
    entry = event.entry
    known = world.chains.get(entry.case)
    if known is not None and known.seq >= entry.seq:
        return
    head = head_of(entry)
    world.chains[entry.case] = Chain(entry.case, event.municipality, head.seq, head.hash)
    world.entries.append((event.municipality, event.id, entry))
    ticket = world.tickets.get(entry.case)
    incident = ticket.incident if ticket else entry.case
    if incident is None:
        return
    for delivery in world.deliveries.values():
        if delivery.awaits == entry.caused_by and delivery.incident == incident and not delivery.is_fixed:
            delivery.due_at = min(delivery.due_at, world.now)
    for handoff in world.handoffs_of(incident):
        plan.notice(world, handoff, event.id, entry)


def _incident_opened(world: World, event: r.IncidentOpened) -> None:
    world.incidents[event.incident] = Incident(
        id=event.incident,
        municipality=event.municipality,
        kind=event.kind,
        service=event.service,
        urgency=event.urgency,
        opened_at=event.at,
        schools=[event.school] if event.school != NO_SCHOOL else [],
    )


def _ticket_linked(world: World, event: r.TicketLinked) -> None:
    ticket, incident = world.tickets.get(event.ticket), world.incidents.get(event.incident)
    if ticket is None or incident is None or ticket.incident == incident.id:
        return
    if (former := world.incidents.get(ticket.incident or "")) is not None:
        former.tickets.remove(ticket.id)
        if (chain := world.chains.get(former.id)) is not None:
            ticket.former.append([former.id, chain.seq, chain.hash])
        for handoff in world.handoffs_of(former.id):
            plan.left(world, handoff, ticket.id)
    ticket.incident = incident.id
    incident.tickets.append(ticket.id)
    if ticket.school not in (NO_SCHOOL, *incident.schools):
        incident.schools.append(ticket.school)
    chain = world.chains.get(ticket.id)
    for handoff in world.handoffs_of(incident.id):
        if chain is not None and handoff.is_held:
            plan.trigger(world, handoff, event.id, ticket.id, chain.seq)


def _impact_changed(world: World, event: r.ImpactChanged) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.schools = list(event.schools)


def _assigned(world: World, event: r.IncidentAssigned) -> None:
    incident = world.incidents.get(event.incident)
    if incident is None:
        raise LookupError("an incident was assigned that was never opened")
    if event.role == "lead":
        if event.party != incident.lead and event.party.startswith("vendor:"):
            _hand_over(world, incident, event)
            incident.leads = list(dict.fromkeys((*incident.leads, event.party)))
        incident.lead = event.party
    elif event.party.startswith("vendor:"):
        if event.party not in incident.beside:
            _hand_over(world, incident, event)
            incident.beside.append(event.party)
    elif event.previous in incident.beside:
        incident.beside.remove(event.previous)


def _hand_over(world: World, incident: Incident, event: r.IncidentAssigned) -> None:
    connection = world.connection(event.municipality, event.party)
    handoff = Handoff(
        id=ids.derived("handoff", event.id),
        municipality=event.municipality,
        incident=incident.id,
        vendor=event.party,
        connection=connection.name if connection else "",
        role=event.role,
        cause=event.id,
        offered_at=event.at,
        earlier_leads=[lead for lead in incident.leads if lead != event.party],
    )
    world.handoffs[handoff.id] = handoff
    reporting.adopt(world, handoff)
    if connection is not None:
        plan.owe(world, handoff, "offered", event.id, due_at=world.now + PATIENCE, awaits=event.id)


def _triaged(world: World, event: r.IncidentTriaged) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.service = event.service or incident.service


def _urgency_changed(world: World, event: r.UrgencyChanged) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.urgency = event.urgency


def _clock(world: World, event: r.ClockEvent) -> None:
    """Only vendors' promises are told to vendors."""
    incident = world.incidents.get(event.incident)
    if incident is None or not event.party.startswith("vendor:"):
        return
    clocks = dict(incident.clocks)
    match event:
        case r.ClockStarted(due_at=due_at, agreement=agreement):
            clocks[event.clock] = {
                "party": event.party,
                "promise": event.promise,
                "agreement": agreement,
                "due_at": due_at.isoformat(),
                "paused": None,
            }
        case r.ClockPaused(reason=reason) if event.clock in clocks:
            clocks[event.clock] = clocks[event.clock] | {"due_at": None, "paused": reason}
        case r.ClockResumed(due_at=due_at) | r.ClockRescheduled(due_at=due_at) if event.clock in clocks:
            clocks[event.clock] = clocks[event.clock] | {"due_at": due_at.isoformat(), "paused": None}
        case r.ClockStopped():
            clocks.pop(event.clock, None)
    incident.clocks = clocks


def _ended(world: World, event: r.IncidentClosed | r.IncidentStateChanged | r.IncidentSuperseded) -> None:
    over = not isinstance(event, r.IncidentStateChanged) or event.state == "cancelled"
    if over and (incident := world.incidents.get(event.incident)) is not None:
        incident.lead, incident.beside = None, []
        incident.over = not isinstance(event, r.IncidentSuperseded)


def _resolved(world: World, event: r.IncidentResolved | r.IncidentReopened) -> None:
    if (incident := world.incidents.get(event.incident)) is not None:
        incident.resolved = isinstance(event, r.IncidentResolved)
        incident.over = False


def _delivered(world: World, event: v.HandoffDelivered) -> None:
    handoff = world.handoffs.get(event.handoff)
    if handoff is None:
        return
    delivery = world.deliveries.get(event.webhook_id) or plan.unplanned(world, handoff, event)
    delivery.state = "delivered"
    delivery.heads = {case: head.model_dump() for case, head in event.heads.items()}
    handoff.heads_at = event.at
    plan.has(world, handoff, event.heads)


def _drifted(world: World, event: v.HandoffDrifted) -> None:
    """It has less than it took: what is missing goes out again, from where its copy ends."""
    if (handoff := world.handoffs.get(event.handoff)) is not None:
        plan.lost(world, handoff, event.id, event.heads)


def _acknowledged(world: World, event: v.HandoffAcknowledged) -> None:
    _note_statement(world, event)
    if (handoff := world.handoffs.get(event.handoff)) is not None:
        handoff.acknowledged_at = event.at
        handoff.vendor_reference = event.vendor_reference or handoff.vendor_reference
        handoff.acknowledged_heads = {case: head.model_dump() for case, head in event.heads.items()}


def _failed(world: World, event: v.HandoffFailed) -> None:
    if (delivery := world.deliveries.get(event.webhook_id)) is not None:
        delivery.failed = True
    _end(world, event, "failed")


def _answered(world: World, event: v.HandoffAnswered) -> None:
    if (handoff := world.handoffs.get(event.handoff)) is None:
        return
    question = handoff.questions.get(event.question, {})
    question["open"] = False
    question.pop("closed_by", None)
    if event.by.party == handoff.vendor:  # it needs none any more, and waits for none
        return
    answer = {
        "question": event.question,
        "vendor_question": question.get("vendor_question"),
        "ticket": event.ticket,
        "text": dict(event.text),
    } | ({"unanswered": True} if event.unanswered else {})
    # A person answers one question at a time; what lapses is all that is open, each in a message of its own.
    cause = event.id if event.by == SYSTEM else event.caused_by or event.id
    due_at = world.now + ANSWER_PATIENCE if (awaits := _entry_of(event)) else None
    plan.owe(world, handoff, "answered", cause, details={"answer": answer}, due_at=due_at, awaits=awaits)
    question["entry"] = awaits
    plan.told(world, handoff, awaits)


def _entry_of(event: v.HandoffAnswered) -> str | None:
    """What the entry with the answer is recorded for: a reporter's own words, or staff's by way of the bridge. What
    lapses comes with an end or a solution, which has more to tell.
    """
    if event.by == SYSTEM:
        return None
    return event.id if event.request_id is not None else event.caused_by


def _accepted(world: World, event: v.HandoffAccepted) -> None:
    if (handoff := world.handoffs.get(event.handoff)) is not None:
        handoff.proposals[event.proposal] = "accepted"
        _owe(world, handoff, "accepted", event, verdict={"proposal": event.proposal})


def _rejected(world: World, event: v.HandoffRejected) -> None:
    if (handoff := world.handoffs.get(event.handoff)) is not None:
        handoff.drops(event.proposal, "rejected")
        _owe(world, handoff, "rejected", event, verdict={"proposal": event.proposal, "reason": dict(event.reason)})


def _returned(world: World, event: v.HandoffReturned) -> None:
    _note_statement(world, event)
    _end(world, event, "returned")


def _taken_back(world: World, event: v.HandoffTakenBack) -> None:
    if (handoff := _end(world, event, "taken_back")) is not None:
        _owe(world, handoff, "taken_back", event)


def _released(world: World, event: v.HandoffReleased) -> None:
    if (handoff := _end(world, event, "released")) is None:
        return
    handoff.continues_in = event.continues_in
    if event.unsent:
        for delivery in world.pending(handoff.id):
            delivery.state = "absorbed"
    else:
        _owe(world, handoff, "released", event, continues_in=event.continues_in)


def _completed(world: World, event: v.HandoffCompleted) -> None:
    if (handoff := _end(world, event, "completed")) is None:
        return
    if event.proposal is None:
        _owe(world, handoff, "completed", event)
        return
    if event.proposal in handoff.proposals:
        handoff.proposals[event.proposal] = "accepted"
    _owe(world, handoff, "completed", event, verdict={"proposal": event.proposal})


def _end(world: World, event: v.HandoffEvent, how: End) -> Handoff | None:
    """A vendor out of reach may still be told, once it is back, that the case was taken back (R16)."""
    handoff = world.handoffs.get(event.handoff)
    if handoff is None or (not handoff.is_held and not (handoff.ended == "failed" and how == "taken_back")):
        return None
    if handoff.is_held and (incident := world.incidents.get(handoff.incident)) is not None:
        handoff.last_heads = {case: head.model_dump() for case, head in world.heads_of(incident).items()}
        handoff.last_incident = deepcopy({name: getattr(incident, name) for name in PARTING})
    handoff.ended, handoff.ended_at = how, event.at
    handoff.triggers = []
    plan.settle(world, handoff)
    return handoff


def _owe(world: World, handoff: Handoff, kind: Any, event: v.HandoffEvent, **details: Any) -> None:
    plan.owe(world, handoff, kind, event.caused_by or event.id, details=details)
    plan.settle(world, handoff)


def _wrote(world: World, event: v.VendorEvent) -> None:
    _note_statement(world, event)


def _status_changed(world: World, event: v.VendorStatusChanged) -> None:
    _note_statement(world, event)
    if (handoff := world.handoffs.get(event.handoff)) is not None:
        handoff.status = event.status
        for proposal in event.withdraws:
            if handoff.proposals.get(proposal) == "open":
                handoff.drops(proposal, "withdrawn")


def _asked(world: World, event: v.VendorInformationRequested) -> None:
    _note_statement(world, event)
    if (handoff := world.handoffs.get(event.handoff)) is not None:
        handoff.questions[event.question] = {
            "ticket": event.ticket,
            "vendor_question": event.vendor_question,
            "open": True,
        }


def _proposed(world: World, event: v.VendorResolutionProposed) -> None:
    _note_statement(world, event)
    if (handoff := world.handoffs.get(event.handoff)) is not None:
        handoff.proposes(event.proposal)


def _connection_asked(world: World, event: ConnectionRequest) -> None:
    if (errand := control.errand_of(event)) is not None and event.request_id not in world.errands:
        world.errands[event.request_id] = errand


def _connection_changed(world: World, event: v.ConnectionChanged) -> None:
    key = (event.municipality, event.connection)
    world.told[key] = event
    if event.request_id is not None and (errand := world.errands.get(event.request_id)) is not None:
        errand.state = "done"
    match event.outcome and event.outcome.step:
        case "paused":
            by = event.by.person if event.by else None
            world.pauses[key] = Pause(*key, paused_at=event.since, paused_by=by)
            _stand(world, key, paused_at=event.since)
        case "resumed":
            if key in world.pauses:
                world.pauses[key] = Pause(*key)
            world.resumed.add(key)
            _stand(world, key, paused_at=None, trouble=None, resting_until=None)
        case _:
            pass


def _stand(world: World, key: Key, **changed: Any) -> None:
    """For the commands that follow in the same batch."""
    world.standings[key] = replace(world.standings.get(key) or Standing(*key), **changed)


def _connection_refused(world: World, event: v.ConnectionRequestRefused) -> None:
    if (errand := world.errands.get(event.request_id)) is not None:
        errand.state = "refused"


def _note_statement(world: World, event: v.HandoffEvent) -> None:
    world.statements[event.id] = Statement(event.id, event.handoff)
    handoff = world.handoffs.get(event.handoff)
    if handoff is not None and isinstance(event, v.VendorEvent) and event.vendor_reference:
        handoff.vendor_reference = event.vendor_reference


_FOLDS: dict[type[Event], Callable[[World, Any], None]] = {
    t.DirectoryChanged: _directory_changed,
    t.TicketFiled: _ticket_filed,
    t.PersonChanged: _person_changed,
    **erasing.FOLDS,
    t.EntryRecorded: _entry_recorded,
    r.IncidentOpened: _incident_opened,
    r.TicketLinked: _ticket_linked,
    r.ImpactChanged: _impact_changed,
    r.IncidentAssigned: _assigned,
    r.IncidentResolved: _resolved,
    r.IncidentReopened: _resolved,
    r.IncidentTriaged: _triaged,
    r.UrgencyChanged: _urgency_changed,
    r.ClockStarted: _clock,
    r.ClockPaused: _clock,
    r.ClockResumed: _clock,
    r.ClockRescheduled: _clock,
    r.ClockStopped: _clock,
    r.IncidentSuperseded: _ended,
    r.IncidentClosed: _ended,
    r.IncidentStateChanged: _ended,
    v.HandoffDelivered: _delivered,
    v.HandoffAcknowledged: _acknowledged,
    v.HandoffDrifted: _drifted,
    v.HandoffFailed: _failed,
    v.HandoffAnswered: _answered,
    v.HandoffAccepted: _accepted,
    v.HandoffRejected: _rejected,
    v.HandoffReturned: _returned,
    v.HandoffTakenBack: _taken_back,
    v.HandoffReleased: _released,
    v.HandoffCompleted: _completed,
    v.VendorEntryAdded: _wrote,
    v.VendorStatusChanged: _status_changed,
    v.VendorInformationRequested: _asked,
    v.VendorResolutionProposed: _proposed,
    t.ConnectionResendRequested: _connection_asked,
    t.ConnectionReplayRequested: _connection_asked,
    t.ConnectionTestRequested: _connection_asked,
    t.ConnectionMailReleaseRequested: _connection_asked,
    t.ConnectionMailDiscardRequested: _connection_asked,
    v.ConnectionChanged: _connection_changed,
    v.ConnectionRequestRefused: _connection_refused,
}
