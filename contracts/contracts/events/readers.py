"""Who reads what: the topology of the topic, for the documents. A test holds it against the services' own tables."""

from typing import Final

READERS: Final[dict[str, frozenset[str]]] = {
    "ticketing": frozenset(
        {
            "incident.opened.v1",
            "incident.ticket_linked.v1",
            "incident.link_suggested.v1",
            "incident.suggestion_refused.v1",
            "incident.scope_raised.v1",
            "incident.triaged.v1",
            "incident.superseded.v1",
            "incident.touched.v1",
            "incident.impact_changed.v1",
            "incident.assigned.v1",
            "incident.state_changed.v1",
            "incident.resolved.v1",
            "incident.proposal_rejected.v1",
            "incident.reopened.v1",
            "incident.closed.v1",
            "incident.request_refused.v1",
            "incident.acknowledged.v1",
            "incident.urgency_changed.v1",
            "incident.escalation_scheduled.v1",
            "incident.escalated.v1",
            "incident.policy_stopped.v1",
            "incident.major_declared.v1",
            "incident.gathered.v1",
            "incident.decided.v1",
            "incident.stage_changed.v1",
            "clock.started.v1",
            "clock.paused.v1",
            "clock.resumed.v1",
            "clock.rescheduled.v1",
            "clock.breached.v1",
            "clock.stopped.v1",
            "handoff.offered.v1",
            "handoff.acknowledged.v1",
            "handoff.failed.v1",
            "handoff.answered.v1",
            "handoff.returned.v1",
            "handoff.taken_back.v1",
            "handoff.released.v1",
            "handoff.completed.v1",
            "handoff.request_refused.v1",
            "vendor.entry_added.v1",
            "vendor.status_changed.v1",
            "vendor.information_requested.v1",
            "vendor.resolution_proposed.v1",
        }
    ),
    "routing": frozenset(
        {
            "ticket.filed.v1",
            "ticket.answered.v1",
            "ticket.confirmed_fixed.v1",
            "ticket.reopened.v1",
            "ticket.withdrawn.v1",
            "incident.assignment_requested.v1",
            "incident.hand_off_requested.v1",
            "incident.take_back_requested.v1",
            "incident.resolve_requested.v1",
            "incident.close_requested.v1",
            "incident.proposal_accept_requested.v1",
            "incident.proposal_reject_requested.v1",
            "incident.link_requested.v1",
            "incident.unlink_requested.v1",
            "incident.split_requested.v1",
            "incident.suggestion_accept_requested.v1",
            "incident.suggestion_refuse_requested.v1",
            "incident.triage_requested.v1",
            "incident.acknowledge_requested.v1",
            "incident.escalate_requested.v1",
            "incident.policy_stop_requested.v1",
            "incident.urgency_requested.v1",
            "incident.reopen_requested.v1",
            "incident.gather_requested.v1",
            "incident.decide_requested.v1",
            "incident.stage_requested.v1",
            "ticket.escalation_requested.v1",
            "incident.note_written.v1",
            "directory.changed.v1",
            "handoff.acknowledged.v1",
            "handoff.failed.v1",
            "handoff.answered.v1",
            "handoff.returned.v1",
            "vendor.entry_added.v1",
            "vendor.status_changed.v1",
            "vendor.information_requested.v1",
            "vendor.resolution_proposed.v1",
        }
    ),
    "vendor-bridge": frozenset(
        {
            "ticket.filed.v1",
            "ticket.answered.v1",
            "timeline.entry_recorded.v1",
            "incident.vendor_answer_requested.v1",
            "directory.changed.v1",
            "incident.opened.v1",
            "incident.ticket_linked.v1",
            "incident.superseded.v1",
            "incident.triaged.v1",
            "incident.impact_changed.v1",
            "incident.assigned.v1",
            "incident.state_changed.v1",
            "incident.resolved.v1",
            "incident.proposal_rejected.v1",
            "incident.reopened.v1",
            "incident.closed.v1",
        }
    ),
    "notifier": frozenset(
        {
            "ticket.filed.v1",
            "ticket.confirmed_fixed.v1",
            "ticket.reopened.v1",
            "ticket.withdrawn.v1",
            "person.changed.v1",
            "directory.changed.v1",
            "incident.ticket_linked.v1",
            "incident.assigned.v1",
            "incident.state_changed.v1",
            "incident.resolved.v1",
            "incident.reopened.v1",
            "incident.closed.v1",
            "incident.superseded.v1",
            "incident.escalated.v1",
            "incident.decided.v1",
            "incident.stage_changed.v1",
            "vendor.information_requested.v1",
        }
    ),
}
"""Service → types of others' events that it takes in; its own took effect before they were published."""

FOR_THE_RECORD: Final = frozenset(
    {
        "ticket.closed.v1",
        "handoff.delivered.v1",
        "handoff.accepted.v1",
        "handoff.rejected.v1",
        "notification.sent.v1",
        "notification.failed.v1",
    }
)
"""Read by no other service: a replay of its own producer, and who traces a ticket, need it."""


def readers_of(name: str) -> tuple[str, ...]:
    """The services that take in events of that type."""
    return tuple(service for service, heard in READERS.items() if name in heard)
