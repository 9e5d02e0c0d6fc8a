"""Where a ticket stands, in one word: its own state where it has one, else its incident's."""

from datetime import datetime
from typing import Literal, assert_never

from contracts.values import GATHERED
from ticketing.domain.state import Incident, Ticket

Status = Literal[
    "received",
    "local",
    "central",
    "vendor",
    "waiting_on_reporter",
    "planned",
    "gathered",
    "decided",
    "resolved",
    "arrived",
    "closed",
    "reopened",
    "withdrawn",
    "erased",
    "cancelled",
    "moved",
]


def status_of(ticket: Ticket, incident: Incident | None) -> Status:
    """The ticket's status, as pages and the API name it."""
    match ticket.state:
        case "withdrawn":  # what was decided before stays so
            return "decided" if incident is not None and incident.state == "decided" else "withdrawn"
        case "erased":
            return "erased"
        case "closed":
            return "closed"
        case "waiting_on_reporter":
            return "waiting_on_reporter"
        case "received":
            return "received" if incident is None else incident_status(incident)
        case "open":
            if incident is None:
                return "received"
            return "reopened" if _is_newest(ticket.reopened_at, incident) else incident_status(incident)
        case _:
            assert_never(ticket.state)


def _is_newest(reopened_at: datetime | None, incident: Incident) -> bool:
    """Whether since the reporter's "no" nobody has taken it on, solved it, or ended it in another way."""
    if reopened_at is None or incident.state in ("gathered", "decided", "cancelled", "superseded"):
        return False
    since = incident.holder_since or incident.opened_at
    return max(since, incident.resolved_at or since) <= reopened_at


def incident_status(incident: Incident) -> Status:
    """The incident's status, as pages name it."""
    match incident.state:
        case "resolved":
            return "arrived" if incident.stage == "received" else "resolved"
        case "gathered":
            return "gathered"
        case "decided":
            return "decided"
        case "closed":
            return "closed"
        case "cancelled":
            return "cancelled"
        case "superseded":
            return "moved"
        case "new" | "in_progress" | "waiting":
            if incident.waiting_on == "planned":
                return "planned"
            if incident.kind in GATHERED and incident.holder_tier != "vendor":
                return "received"  # until it is gathered nobody works with it (R10)
            return incident.holder_tier or "received"
        case _:
            assert_never(incident.state)
