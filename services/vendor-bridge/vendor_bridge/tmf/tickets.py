"""A hand-off as TMF621's TroubleTicket, v4 and v5."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from contracts.bundle import Spot, file_path
from contracts.timeline import FileRef
from contracts.values import Urgency
from vendor_bridge.domain import mapping
from vendor_bridge.tmf import beside, related
from vendor_bridge.tmf import seen as s
from vendor_bridge.tmf.related import Entity, Version
from vendor_bridge.tmf.seen import Seen
from vendor_bridge.tmf.states import status_of

SEVERITY: Final[Mapping[Urgency, str]] = {1: "Critical", 2: "Major", 3: "Minor", 4: "Trivial"}
PRIORITY: Final[Mapping[Urgency, str]] = {1: "Critical", 2: "High", 3: "Medium", 4: "Low"}
FROM_THE_STORY: Final = frozenset(
    {"description", "note", "attachment", "relatedEntity", "relatedParty", "requestedResolutionDate"}
)
"""Attributes that take reading the whole story."""


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of resources. `base`: where vendors reach the bridge."""

    base: str

    def ticket(self, version: Version, id_: str) -> str:
        return f"{self.base}/tmf-api/troubleTicket/{version}/troubleTicket/{id_}"

    def problem(self, id_: str) -> str:
        return f"{self.base}/tmf-api/serviceProblemManagement/v4/serviceProblem/{id_}"

    def bundle(self, handoff: str) -> str:
        return f"{self.base}/handoffs/{handoff}/bundle"

    def file(self, handoff: str, file: FileRef) -> str:
        return f"{self.base}{file_path(handoff, file.sha256, file.name)}"


def when(at: datetime | None) -> str | None:
    """A time as both versions write it: UTC, milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def summary(seen: Seen) -> dict[str, str | None]:
    """What lists are filtered and sorted by: it takes no story."""
    words, incident = seen.connection.mapping, seen.incident
    return {
        "id": seen.id,
        "name": seen.title,
        "status": status_of(seen.handoff),
        "severity": SEVERITY[incident.urgency],
        "priority": mapping.word_for_urgency(words, incident.urgency, PRIORITY),
        "ticketType": mapping.word_for_service(words, incident.service),
        "externalId": seen.reference,
        "creationDate": when(seen.handoff.offered_at),
        "lastUpdate": when(seen.last_update),
    }


def ticket(seen: Seen, version: Version, links: Links) -> dict[str, Any]:
    """The whole resource; what there is nothing to say of is left out."""
    changes = s.changes(seen)
    resolved = [change.at for change in changes if change.status == "resolved"]
    common = summary(seen) | {
        "href": links.ticket(version, seen.id),
        "description": s.first_words(seen) or seen.title,
        "statusChangeDate": when(changes[-1].at),
        "statusChangeReason": changes[-1].reason,
        "requestedResolutionDate": when(s.promised_at(seen)),
        "expectedResolutionDate": when(s.expected_at(seen)),
        "resolutionDate": when(resolved[-1]) if resolved and changes[-1].status in ("resolved", "closed") else None,
        "@type": "TroubleTicket",
    }
    shaped = _v4(seen, changes, links) if version == "v4" else _v5(seen, changes, links)
    if version == "v5":
        del common["externalId"]
    return {name: value for name, value in (common | shaped).items() if value not in (None, [])}


def _v4(seen: Seen, changes: list[s.Change], links: Links) -> dict[str, Any]:
    return {
        "statusChange": [
            {"status": each.status, "changeDate": when(each.at), "changeReason": each.reason} for each in changes
        ],
        "note": [_note(note) for note in s.notes(seen)],
        "relatedParty": [
            {"id": each.id, "name": each.name, "role": each.role, "@referredType": each.kind} for each in parties(seen)
        ],
        "relatedEntity": related.shaped(_entities(seen, links), "v4"),
        "attachment": _attachments(seen, links),
        "troubleTicketRelationship": _relations(seen, "v4", links),
    }


def _v5(seen: Seen, changes: list[s.Change], links: Links) -> dict[str, Any]:
    reference = seen.reference
    identifiers = [(seen.handoff.vendor, "vendorReference", reference)] if reference else []
    identifiers += [(seen.handoff.municipality, "ticketNumber", ticket.number) for ticket in seen.tickets.values()]
    return {
        "statusChangeHistory": [
            {
                "status": each.status,
                "statusChangeDate": when(each.at),
                "statusChangeReason": each.reason,
                "@type": "StatusChange",
            }
            for each in changes
        ],
        "externalIdentifier": [
            {"owner": owner, "externalIdentifierType": kind, "id": id_, "@type": "ExternalIdentifier"}
            for owner, kind, id_ in identifiers
        ],
        "note": [_note(note) | {"@type": "Note"} for note in s.notes(seen)],
        "relatedParty": [
            {
                "role": each.role,
                "partyOrPartyRole": {
                    "id": each.id,
                    "name": each.name,
                    "@type": "PartyRef",
                    "@referredType": each.kind,
                },
                "@type": "RelatedPartyRefOrPartyRoleRef",
            }
            for each in parties(seen)
        ],
        "relatedEntity": related.shaped(_entities(seen, links), "v5"),
        "attachment": [each | {"@type": "Attachment"} for each in _attachments(seen, links)],
        "troubleTicketRelationship": [
            each | {"@type": "TroubleTicketRelationship"} for each in _relations(seen, "v5", links)
        ],
    }


def _note(note: s.Note) -> dict[str, Any]:
    return {"id": note.id, "author": note.author, "date": when(note.at), "text": note.text}


@dataclass(frozen=True, slots=True)
class Party:
    id: str
    name: str
    role: str
    kind: str = "Organization"


def parties(seen: Seen) -> list[Party]:
    """Who has to do with it; persons only where the connection shows them."""
    municipality = seen.directory.municipality.name.sv if seen.directory else seen.handoff.municipality
    vendor = seen.handoff.vendor
    found = [
        Party(seen.handoff.municipality, municipality, "customer"),
        Party(vendor, s.name_of(seen, vendor), "serviceProvider" if seen.handoff.role == "lead" else "contributor"),
    ]
    if seen.told is not None:
        found += [
            Party(each.person, ", ".join(filter(None, (each.name, each.room))), "reporter", "Individual")
            for each in seen.told.around.reporters
        ]
        found += [Party(each.vendor, each.name, "formerServiceProvider") for each in seen.told.around.earlier]
    if seen.created is not None:
        own = beside.without(((each.role, each.id) for each in found), beside.shown(seen.created, "party"))
        found += [Party(each.id, each.name, each.role, each.kind) for each in own]
    return found


def places(seen: Seen) -> list[tuple[str, str]]:
    """(id, name) of the schools that it is about."""
    known = seen.directory.schools_by_id if seen.directory else {}
    return [(each, known[each].name.sv if each in known else each) for each in seen.incident.schools]


def spots(seen: Seen) -> tuple[Spot, ...]:
    """The rooms and devices that its reports name."""
    return seen.told.around.spots if seen.told else ()


def service(seen: Seen) -> tuple[str, str]:
    """(id, name) of the service that it is about."""
    known = seen.directory.services_by_id.get(seen.incident.service) if seen.directory else None
    return seen.incident.service, known.name.sv if known else seen.incident.service


def _entities(seen: Seen, links: Links) -> list[Entity]:
    found = [
        Entity(seen.incident.id, seen.title, "problem", "ServiceProblem", links.problem(seen.incident.id)),
        Entity(*service(seen), "affectedService", "Service"),
        *related.where(places(seen), spots(seen)),
        *(Entity(each.id, each.number, "report", "TroubleTicket") for each in seen.tickets.values()),
    ]
    own = beside.shown(seen.created, "entity") if seen.created else ()
    return [*found, *beside.without(((each.role, each.id) for each in found), own)]


def _attachments(seen: Seen, links: Links) -> list[dict[str, Any]]:
    """The provable story behind a link, and the files of its entries."""
    story = {
        "id": f"{seen.id}.bundle",
        "name": "bundle.json",
        "attachmentType": "story",
        "description": "Hela historien, med kedjor och digests. / The whole story, with its chains and digests.",
        "mimeType": "application/json",
        "url": links.bundle(seen.handoff.id),
    }
    if seen.told is None:
        return []
    return [
        story,
        *(attachment(id_, seen.id, file, links) for id_, file in s.files(seen)),
    ]


def attachment(id_: str, of: str, file: FileRef, links: Links) -> dict[str, Any]:
    """A file; `of`: the hand-off, or the report that is none yet."""
    return {
        "id": id_,
        "name": file.name,
        "mimeType": file.media_type,
        "size": {"amount": file.size, "units": "bytes"},
        "url": links.file(of, file),
    }


def _relations(seen: Seen, version: Version, links: Links) -> list[dict[str, Any]]:
    goes_on = seen.handoff.continues_in
    found = [(goes_on, "continuesIn")] if goes_on else []
    found += [(each, "sameProblem") for each in seen.siblings if each != goes_on]
    return [{"id": id_, "href": links.ticket(version, id_), "relationshipType": how} for id_, how in found]
