"""From rows to the API's shapes."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from contracts import ids
from contracts.directory import Directory
from contracts.disclosure import Reader, disclose, may_read
from contracts.timeline import Entry, FileRef, files_of
from contracts.values import is_vendor
from ticketing import next_steps, rendering, sentences
from ticketing.api import outputs
from ticketing.domain import further
from ticketing.domain.access import words_to_all
from ticketing.domain.dates import full_time
from ticketing.domain.names import party_name, problem_name, service_name, wish_name
from ticketing.domain.shared import Faults, Health, Told
from ticketing.domain.state import (
    ENDED,
    OVER,
    Clock,
    Handoff,
    Incident,
    Link,
    Proposal,
    Question,
    Suggestion,
    Ticket,
    Work,
)
from ticketing.domain.status import status_of
from ticketing.domain.stories import Part
from ticketing.views import LANGUAGES, Say


def holder(directory: Directory, incident: Incident | None) -> outputs.Holder | None:
    """Who has the incident; nobody has what is over."""
    if incident is None or incident.holder is None or incident.holder_since is None or incident.state in ENDED:
        return None
    return outputs.Holder(
        party=incident.holder,
        name=dict(party_name(directory, incident.holder)),
        tier=incident.holder_tier or "central",
        since=incident.holder_since,
        reason=dict(incident.reason),
    )


def ticket_item(ticket: Ticket, incident: Incident | None) -> dict[str, Any]:
    """The fields of a TicketItem."""
    return {
        "id": ticket.id,
        "number": ticket.number,
        "kind": ticket.kind,
        "title": ticket.title,
        "school": ticket.school,
        "service": ticket.service,
        "status": status_of(ticket, incident),
        "filed_at": ticket.filed_at,
        "occurred_at": ticket.occurred_at,
        "external_id": ticket.external_id,
        "source": ticket.source,
        "incident": ticket.incident,
        "reported_by": ticket.reporter if is_vendor(ticket.reporter) else None,
    }


def ticket_detail(
    directory: Directory,
    ticket: Ticket,
    incident: Incident | None,
    questions: list[Question],
    work: Work | None,
    now: datetime,
) -> outputs.TicketDetail:
    """A ticket with where it stands."""
    return outputs.TicketDetail(
        **ticket_item(ticket, incident),
        description=ticket.description,
        room=ticket.room,
        asset=ticket.asset,
        urgency=ticket.urgency,
        need=ticket.need,
        impact=ticket.impact,
        language=ticket.language,
        holder=None if ticket.state in OVER else holder(directory, incident),
        next_update_at=incident.next_update_at if incident and ticket.state not in OVER else None,
        next_step=None if ticket.state in OVER else next_step(directory, incident, work, now),
        planned_work=incident.waits_for if incident else None,
        open_questions=[question_item(question) for question in questions],
        stage=incident.stage if incident else None,
        expected_at=incident.expected_at if incident else None,
        decision=incident.decision if incident else None,
        decision_reason=dict(incident.decision_reason) if incident else {},
        decided_at=incident.decided_at if incident else None,
    )


def next_step(
    directory: Directory, incident: Incident | None, work: Work | None, now: datetime
) -> outputs.NextStep | None:
    """When it goes further, as its reporters may know it. `work`: whose end it waits for (V10)."""
    if work is not None:
        return outputs.NextStep(due_at=work.ends_at, sentence=_after(directory, work, now))
    step = further.comes_next(directory, incident, now)
    if step is None:
        return None
    said = next_steps.to_reporters(directory, step, full_time(directory, step.due_at))
    return outputs.NextStep(due_at=step.due_at, sentence=_in_all(directory, said, now))


def planned_step(
    directory: Directory, incident: Incident, work: Work | None, now: datetime
) -> outputs.PlannedStep | None:
    """The same for staff: all that is done."""
    if work is not None:
        return outputs.PlannedStep(due_at=work.ends_at, sentence=_after(directory, work, now), measures=[])
    step = further.comes_next(directory, incident, now)
    if step is None:
        return None
    said = next_steps.to_staff(directory, step, full_time(directory, step.due_at))
    measures = [measure.model_dump(mode="json") for measure in step.measures]
    return outputs.PlannedStep(due_at=step.due_at, sentence=_in_all(directory, said, now), measures=measures)


def _after(directory: Directory, work: Work, now: datetime) -> dict[str, str]:
    return _in_all(directory, sentences.when_work_ends(full_time(directory, work.ends_at)), now)


def _in_all(directory: Directory, said: Say, now: datetime) -> dict[str, str]:
    zone = ZoneInfo(directory.municipality.time_zone)
    return {language: rendering.say(said, language, now, zone) for language in LANGUAGES}


def entry_item(entry: Entry, reader: Reader, story: Part = "own") -> outputs.EntryItem:
    """An entry as its reader may see it; one that may not be read shows only that it is there."""
    shown = disclose(entry, reader)
    readable = may_read(entry, reader)
    return outputs.EntryItem(
        case=entry.case,
        seq=entry.seq,
        at=entry.at,
        kind=entry.kind,
        party=entry.party,
        author=entry.person if "author" in shown.disclosures else None,
        audience=list(entry.audience) if readable else [],
        text=dict(entry.text) if readable else {},
        facts=dict(entry.facts) if readable else {},
        hash=entry.hash,
        files=[file_item(entry.case, file) for file in files_of(shown.disclosures)],
        story=story,
    )


def file_item(case: str, file: FileRef) -> outputs.FileItem:
    """A file of an entry of this case."""
    return outputs.FileItem(
        **file.model_dump(), url=f"/api/v1/{_PATHS[ids.kind_of(case)]}/{case}/attachments/{file.address}"
    )


_PATHS = {"ticket": "tickets", "incident": "incidents"}


def incident_item(directory: Directory, incident: Incident) -> dict[str, Any]:
    """The fields of an IncidentItem."""
    return {
        "id": incident.id,
        "kind": incident.kind,
        "service": incident.service,
        "schools": incident.schools,
        "tickets": incident.tickets,
        "state": incident.state,
        "waiting_on": incident.waiting_on,
        "planned_work": incident.waits_for,
        "urgency": incident.urgency,
        "version": incident.version,
        "holder": holder(directory, incident),
        "opened_at": incident.opened_at,
        "next_due_at": incident.next_due_at,
        "stage": incident.stage,
        "expected_at": incident.expected_at,
        "priority": incident.priority,
        "decision": incident.decision,
    }


def clock_item(clock: Clock) -> outputs.ClockItem:
    """One promise."""
    return outputs.ClockItem(
        promise=clock.promise,
        party=clock.party,
        agreement=clock.agreement,
        started_at=clock.started_at,
        due_at=clock.due_at,
        paused_at=clock.paused_at,
        pause_reason=clock.pause_reason,
        breached_at=clock.breached_at,
        stopped_at=clock.stopped_at,
        stop_reason=clock.stop_reason,
    )


def handoff_item(handoff: Handoff) -> outputs.HandoffItem:
    """One stay with a vendor."""
    return outputs.HandoffItem(
        id=handoff.id,
        vendor=handoff.vendor,
        role=handoff.role,
        state=handoff.state,
        offered_at=handoff.offered_at,
        delivered_at=handoff.delivered_at,
        acknowledged_at=handoff.acknowledged_at,
        vendor_reference=handoff.vendor_reference,
        ended_at=handoff.ended_at,
        heads=dict(handoff.heads),
    )


def link_item(link: Link) -> outputs.LinkItem:
    """A ticket of an incident, and why it is there."""
    return outputs.LinkItem(
        ticket=link.ticket,
        linked_at=link.linked_at,
        by=link.by_person,
        score=link.score,
        reasons=[dict(reason) for reason in link.reasons],
        engine_version=link.engine_version,
        directory_version=link.directory_version,
    )


def suggestion_item(suggestion: Suggestion) -> outputs.SuggestionItem:
    """A question to staff about which cause tickets have."""
    return outputs.SuggestionItem(
        id=suggestion.id,
        incident=suggestion.incident,
        candidate=suggestion.candidate,
        tickets=suggestion.tickets,
        score=suggestion.score,
        reasons=[dict(reason) for reason in suggestion.reasons],
        asked_at=suggestion.asked_at,
    )


def question_item(question: Question) -> dict[str, Any]:
    """An open question."""
    return {
        "id": question.id,
        "asked_by": question.asker,
        "vendor": None if question.is_of_staff else question.asker,
        "ticket": question.ticket,
        "text": question.text,
        "asked_at": question.asked_at,
    }


def proposal_item(proposal: Proposal) -> dict[str, Any]:
    """An open proposal."""
    return {
        "id": proposal.id,
        "vendor": proposal.vendor,
        "text": proposal.text,
        "proposed_at": proposal.proposed_at,
    }


def known_problem(directory: Directory, incident: Incident) -> outputs.KnownProblem:
    """A disturbance as it may be offered to others."""
    return outputs.KnownProblem(
        incident=incident.id,
        title=dict(problem_name(directory, incident)),
        service=incident.service,
        tickets=incident.tickets,
        holder=holder(directory, incident),
        since=incident.opened_at,
        next_update_at=incident.next_update_at,
    )


def service_health(directory: Directory, service: str, faults: Faults | None, health: Health) -> outputs.ServiceHealth:
    """How a service is at a school."""
    return outputs.ServiceHealth(
        service=service,
        name=dict(service_name(directory, service)),
        health=health,
        disturbances=faults.told if faults else 0,
        single_cases=faults.single if faults else 0,
        incident=faults.worst.id if faults and faults.told else None,
    )


def service_status(directory: Directory, told: Told) -> outputs.ServiceStatus:
    """One disturbance, composed from service and place: nobody's words (N5)."""
    incident = told.incident
    return outputs.ServiceStatus(
        incident=incident.id,
        service=incident.service,
        service_name=dict(service_name(directory, incident.service)),
        state=incident.state,
        tickets=incident.tickets,
        holder=holder(directory, incident),
        since=incident.opened_at,
        next_update_at=incident.next_update_at,
        shared=told.shared,
        elsewhere=not told.here,
        public_text=dict(words_to_all(told)),
    )


def published_decision(directory: Directory, incident: Incident) -> outputs.PublishedDecision:
    """What everybody reads of a decided need or idea: nobody's words but the reason's (N5)."""
    return outputs.PublishedDecision(
        incident=incident.id,
        kind=incident.kind,
        title=dict(wish_name(directory, incident)),
        service=incident.service,
        school=incident.school,
        decision=incident.decision or "",
        reason=dict(incident.decision_reason),
        decided_at=incident.decided_at or incident.opened_at,
    )


def planned_work(work: Work, now: datetime) -> outputs.PlannedWork:
    """One window of planned work."""
    return outputs.PlannedWork(
        id=work.id,
        state=work.state(now),
        text=dict(work.text),
        services=work.services,
        schools=work.schools,
        starts_at=work.starts_at,
        ends_at=work.ends_at,
        effect=work.effect,
        vendor=work.vendor,
        announced_by=work.announced_by,
        external_id=work.external_id,
        reason=dict(work.reason),
        version=work.version,
        url=f"/planerat/{work.id}",
    )
