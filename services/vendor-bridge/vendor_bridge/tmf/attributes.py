"""The attributes of each resource, as TM Forum's documents name them; of those the ones that a vendor may change."""

from typing import Final

_META: Final = frozenset({"@type", "@baseType", "@schemaLocation"})
_TICKET: Final = _META | {
    *("id", "href", "name", "description", "severity", "priority", "ticketType", "status", "statusChangeDate"),
    *("statusChangeReason", "creationDate", "lastUpdate", "expectedResolutionDate", "requestedResolutionDate"),
    *("resolutionDate", "attachment", "channel", "note", "relatedEntity", "relatedParty", "troubleTicketRelationship"),
}
TICKET: Final = {
    "v4": _TICKET | {"externalId", "statusChange"},
    "v5": _TICKET
    | {"externalIdentifier", "statusChangeHistory", "troubleTicketSpecification", "troubleTicketCharacteristic"},
}
TICKET_FILTERS: Final = frozenset(
    {"id", "name", "status", "severity", "priority", "ticketType", "externalId", "creationDate", "lastUpdate"}
)
TICKET_MANDATORY: Final = {"v4": frozenset[str](), "v5": frozenset({"id", "href", "@type"})}
"""What v5's document requires of every answer; v4's requires nothing."""
TICKET_REQUIRED: Final = ("description", "severity", "ticketType")
"""Of a ticket that is created."""

CHANGEABLE: Final = frozenset(
    {
        *("status", "statusChangeReason", "note", "externalId", "externalIdentifier", "expectedResolutionDate"),
        *("priority", "attachment"),
    }
)

PROBLEM: Final = _META | {
    *("id", "href", "affectedNumberOfServices", "category", "creationDate", "description", "impactImportanceFactor"),
    *("lastUpdate", "name", "originatingSystem", "priority", "problemEscalation", "reason", "resolutionDate", "status"),
    *("statusChangeDate", "statusChangeReason", "affectedLocation", "affectedResource", "affectedService", "note"),
    *("characteristic", "externalIdentifier", "firstAlert", "impactPattern", "originatorParty", "parentProblem"),
    *("relatedEntity", "relatedEvent", "relatedParty", "responsibleParty", "rootCauseResource", "rootCauseService"),
    *("slaViolation", "trackingRecord", "troubleTicket", "underlyingAlarm", "underlyingProblem"),
    *("timeRaised", "timeChanged"),  # as its older versions call them
}
PROBLEM_FILTERS: Final = frozenset(
    {
        *("id", "name", "status", "category", "priority"),
        *("creationDate", "lastUpdate", "timeRaised", "timeChanged"),
    }
)
PROBLEM_CHANGEABLE: Final = frozenset({"status", "statusChangeReason", "note"})
