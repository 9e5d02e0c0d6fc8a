"""JSON Schemas of what the TM Forum servers answer, written for these tests from the attribute lists that TM Forum
publishes for TMF621 v4.0.0, TMF621 v5.0.1 and TMF656 v4.0.0.

They are not TM Forum's documents. They are stricter, since they know only what is served here: an attribute that they
do not list is an error. `official` has the documents themselves.
"""

from typing import Any

TEXT = {"type": "string"}
TIME = {"type": "string", "format": "date-time"}
URI = {"type": "string", "format": "uri"}
STATUS = {
    "enum": ["acknowledged", "rejected", "pending", "held", "inProgress", "cancelled", "closed", "resolved"],
}

Schema = dict[str, Any]


def thing(*required: str, **properties: Any) -> Schema:
    """An object of exactly these properties; those with an @ are written with `at_`."""
    named = {name.replace("at_", "@", 1) if name.startswith("at_") else name: p for name, p in properties.items()}
    needed = [name.replace("at_", "@", 1) if name.startswith("at_") else name for name in required]
    return {"type": "object", "properties": named, "required": needed, "additionalProperties": False}


def many(item: Schema) -> Schema:
    return {"type": "array", "items": item, "minItems": 1}


def typed(kind: str, /, *required: str, **properties: Any) -> Schema:
    """As v5 has it: every object says its type."""
    return thing("at_type", *required, at_type={"const": kind}, **properties)


ERROR = thing("code", "reason", "message", "status", code=TEXT, reason=TEXT, message=TEXT, status=TEXT, at_type=TEXT)
_REFERENCE = {"id": TEXT, "href": URI, "name": TEXT, "at_referredType": TEXT}
_QUANTITY = thing("amount", "units", amount={"type": "number"}, units=TEXT)
_ATTACHMENT = {
    **dict.fromkeys(("id", "name", "description", "attachmentType", "mimeType"), TEXT),
    "url": URI,
    "size": _QUANTITY,
}
_TICKET: Schema = {
    **dict.fromkeys(("id", "name", "description", "severity", "priority", "ticketType"), TEXT),
    **dict.fromkeys(("creationDate", "lastUpdate", "statusChangeDate", "resolutionDate"), TIME),
    **dict.fromkeys(("expectedResolutionDate", "requestedResolutionDate"), TIME),
    "href": URI,
    "status": STATUS,
    "statusChangeReason": TEXT,
    "at_type": {"const": "TroubleTicket"},
}
_NOTE = {"id": TEXT, "author": TEXT, "date": TIME, "text": TEXT}

TICKET_V4 = thing(
    **_TICKET,
    externalId=TEXT,
    statusChange=many(thing("status", "changeDate", status=TEXT, changeDate=TIME, changeReason=TEXT)),
    note=many(thing("id", "author", "date", "text", **_NOTE)),
    attachment=many(thing("id", **_ATTACHMENT)),
    relatedParty=many(thing("id", "role", "at_referredType", **_REFERENCE, role=TEXT)),
    relatedEntity=many(thing("id", "role", "at_referredType", **_REFERENCE, role=TEXT)),
    troubleTicketRelationship=many(thing("id", id=TEXT, href=URI, name=TEXT, relationshipType=TEXT)),
)
TICKET_V5 = thing(
    "id",
    "href",
    "at_type",
    **_TICKET,
    externalIdentifier=many(typed("ExternalIdentifier", "id", id=TEXT, owner=TEXT, externalIdentifierType=TEXT)),
    statusChangeHistory=many(
        typed("StatusChange", "status", status=STATUS, statusChangeDate=TIME, statusChangeReason=TEXT)
    ),
    note=many(typed("Note", "id", "text", **_NOTE)),
    attachment=many(typed("Attachment", "id", **_ATTACHMENT)),
    relatedParty=many(
        typed(
            "RelatedPartyRefOrPartyRoleRef",
            "role",
            "partyOrPartyRole",
            role=TEXT,
            partyOrPartyRole=typed("PartyRef", "id", **_REFERENCE),
        )
    ),
    relatedEntity=many(
        typed("RelatedEntity", "role", "entity", role=TEXT, entity=typed("EntityRef", "id", **_REFERENCE))
    ),
    troubleTicketRelationship=many(
        typed("TroubleTicketRelationship", "id", id=TEXT, href=URI, name=TEXT, relationshipType=TEXT)
    ),
)
_PARTY = thing("id", "role", "at_referredType", **_REFERENCE, role=TEXT)
PROBLEM_V4 = thing(
    **dict.fromkeys(("id", "name", "description", "category", "reason", "originatingSystem"), TEXT),
    **dict.fromkeys(("creationDate", "lastUpdate", "statusChangeDate", "resolutionDate"), TIME),
    **dict.fromkeys(("timeRaised", "timeChanged"), TIME),
    href=URI,
    priority={"type": "integer", "minimum": 1, "maximum": 10},
    affectedNumberOfServices={"type": "integer"},
    status=STATUS,
    statusChangeReason=TEXT,
    affectedService=many(thing("id", **_REFERENCE)),
    affectedLocation=many(thing("id", **_REFERENCE, role=TEXT)),
    affectedResource=many(thing("id", **_REFERENCE)),
    characteristic=many(thing("name", "value", name=TEXT, valueType=TEXT, value={})),
    externalIdentifier=many(thing("id", id=TEXT, owner=TEXT, externalIdentifierType=TEXT)),
    note=many(thing("id", "author", "date", "text", **_NOTE)),
    originatorParty=_PARTY,
    responsibleParty=_PARTY,
    relatedParty=many(_PARTY),
    troubleTicket=many(thing("id", **_REFERENCE)),
    at_type={"const": "ServiceProblem"},
)
LISTENER = thing("id", "callback", id=TEXT, callback=URI, query=TEXT)
LISTENER_V5 = typed("Hub", "id", "callback", id=TEXT, callback=URI, query=TEXT)

_EVENT = {
    **dict.fromkeys(("eventId", "eventType", "correlationId", "domain", "title", "fieldPath"), TEXT),
    "eventTime": TIME,
    "timeOcurred": TIME,
}
_NEEDED = ("eventId", "eventTime", "eventType", "event")
TICKET_EVENT_V4 = thing(*_NEEDED, **_EVENT, event=thing("troubleTicket", troubleTicket=TICKET_V4))
TICKET_EVENT_V5 = thing(
    *_NEEDED,
    "at_type",
    **dict.fromkeys(("eventId", "eventType", "correlationId", "domain", "title", "at_type", "at_baseType"), TEXT),
    eventTime=TIME,
    timeOccurred=TIME,
    event=thing("troubleTicket", troubleTicket=TICKET_V5),
)
PROBLEM_EVENT_V4 = thing(*_NEEDED, **_EVENT, event=thing("serviceProblem", serviceProblem=PROBLEM_V4))
