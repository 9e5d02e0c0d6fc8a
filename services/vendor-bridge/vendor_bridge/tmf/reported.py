"""A ticket that the vendor created, as TMF621 has it until it is a hand-off's (R17)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from chassis.faults import faults
from contracts.directory import Connection, Directory
from contracts.directory.mapping import VendorState
from contracts.timeline import FileRef
from contracts.webhooks import TicketChanged, TicketChangedMessage
from vendor_bridge.domain import mapping
from vendor_bridge.domain.reports import Detailed, Report, ReportState, Wrong, urgency_of
from vendor_bridge.reported import Told
from vendor_bridge.tmf import attributes, beside, change, related
from vendor_bridge.tmf.errors import Refused
from vendor_bridge.tmf.related import Version
from vendor_bridge.tmf.seen import ERASED, NOTE, Note, in_words, party_name
from vendor_bridge.tmf.states import MEANS, Status
from vendor_bridge.tmf.tickets import PRIORITY, SEVERITY, Links, attachment, when

_STATUS: Final[Mapping[ReportState, Status]] = {
    "received": "acknowledged",
    "filed": "acknowledged",
    "open": "acknowledged",
    "resolved": "resolved",
    "closed": "closed",
    "withdrawn": "cancelled",
}
_REASON: Final[Mapping[Status, str]] = {
    "acknowledged": "Kommunen har er anmälan. / The municipality has your report.",
    "resolved": "Felet är löst. / It is solved.",
    "closed": "Ärendet är avslutat. / The case is closed.",
    "cancelled": "Ni har dragit tillbaka anmälan. / You have withdrawn the report.",
}
_PLACES: Final = frozenset({"GeographicSite", "GeographicAddress", "GeographicLocation", "Place"})
_OURS: Final = {word: str(urgency) for table in (SEVERITY, PRIORITY) for urgency, word in table.items()}
"""TM Forum's usual words as our numbers."""
TITLE: Final = 200
CHANGEABLE: Final = frozenset({"status", "statusChangeReason", "note", "name", "description", "priority", "attachment"})


@dataclass(frozen=True, slots=True)
class Created:
    """What a vendor creates: the report, and what of it is kept as notes beside."""

    said: Detailed
    notes: Sequence[tuple[str, str]]
    """(id, text)"""


def created(given: Mapping[str, Any], connection: Connection) -> Created:
    """Raises Refused. The state is ours to say: one that was sent is kept as a note, whatever it is."""
    missing = [name for name in attributes.TICKET_REQUIRED if change.text_of(name, given.get(name)) is None]
    if missing:
        raise Refused(400, f"Missing: {', '.join(missing)}.")
    description = str(change.text_of("description", given["description"]))
    severity = str(change.text_of("severity", given["severity"]))
    priority = change.text_of("priority", given.get("priority"))
    name = change.text_of("name", given.get("name"))
    data = {
        "external_id": change.reference_of(given, {}),
        "title": name or description.splitlines()[0][:TITLE],
        "description": description,
        "category": change.text_of("ticketType", given["ticketType"]),
        "place": _place(given.get("relatedEntity")),
        "priority": priority,
        "severity": severity,
        "urgency": _urgency(connection, priority, severity),
        "named": beside.named(given),
    }
    notes = list(change.new_notes(given.get("note", []), {}))
    status = change.text_of("status", given.get("status"))
    if status is not None and status != "acknowledged":
        notes.append(("status.0", mapping.kept("state", status)["sv"]))
    for id_, text in notes:  # all of it is taken, or nothing
        _changed(f"{NOTE}{id_}", {"ticket": "new", "text": text})
    try:
        return Created(Detailed.model_validate(data), notes)
    except ValidationError as error:
        raise change.wrong(faults(error)[0], "report/", given) from None


def _urgency(connection: Connection, *words: str | None) -> int:
    """By the first of the vendor's words that means something here."""
    said = [word for word in words if word is not None]
    known = next((word for word in said if _means(connection, word)), said[0])
    return urgency_of(connection, known if mapping.urgency_of(connection.mapping, known) else _OURS.get(known, known))


def _means(connection: Connection, word: str) -> bool:
    return mapping.urgency_of(connection.mapping, word) is not None or word in _OURS or word in _OURS.values()


def _place(given: Any) -> str | None:
    """The place among the related entities: by its name, else its id. v5 puts it one level down."""
    for each in given if isinstance(given, list) else ():
        entity = each.get("entity", each) if isinstance(each, dict) else None
        if isinstance(entity, dict) and (entity.get("@referredType") in _PLACES or each.get("role") == "place"):
            found = entity.get("name") or entity.get("id")
            return change.text_of("relatedEntity.name", found)
    return None


def changes(
    report: Report, changed: Mapping[str, Any], current: Mapping[str, Any], connection: Connection
) -> list[change.Saying]:
    """What a change of it says. Raises Refused."""
    return [
        change.Saying(name, _message(report, name, data))
        for name, data in _changes(report, changed, current, connection)
    ]


def _changes(
    report: Report, changed: Mapping[str, Any], current: Mapping[str, Any], connection: Connection
) -> Iterator[tuple[str, dict[str, Any]]]:
    number = len(report.notes)
    reason = change.text_of("statusChangeReason", changed.get("statusChangeReason"))
    title = change.text_of("name", changed.get("name"))
    description = change.text_of("description", changed.get("description"))
    if title or description:
        if report.state in ("withdrawn", "closed"):
            raise Refused(409, f"The ticket is {_STATUS[report.state]}. Notes are still taken.")
        told = {"title": title, "description": description}
        yield f"{report.id}/text/{change.digest(str(told))}", {name: text for name, text in told.items() if text}
    for id_, text in change.new_notes(changed.get("note", []), current):
        yield f"{report.id}{NOTE}{id_}", {"text": text}
    word = change.text_of("status", changed.get("status"))
    state: VendorState | None = None
    if word is not None:
        state = change.state_of(word, connection)
        is_now = MEANS[_STATUS[report.state]] == state
        if state == "returned" and report.state != "withdrawn":
            yield f"{report.id}/withdrawn", {"withdrawn": True} | ({"text": reason} if reason else {})
        elif not is_now:
            text = mapping.kept("state", word)["sv"] + (f". {reason}" if reason else "")
            yield f"{report.id}/status/{number}.{word}", {"text": text}
        elif reason:
            yield f"{report.id}/reason/{change.digest(reason)}", {"text": reason}
    elif reason:
        yield f"{report.id}/reason/{change.digest(reason)}", {"text": reason}
    if (priority := change.text_of("priority", changed.get("priority"))) is not None:
        text = mapping.kept("priority", priority)["sv"]
        yield f"{report.id}/priority/{change.digest(text)}", {"text": text}


def _message(report: Report, name: str, data: Mapping[str, Any]) -> TicketChangedMessage:
    return TicketChangedMessage(type="ticket_changed", data=_changed(name, {"ticket": report.id, **data}))


def _changed(name: str, data: Mapping[str, Any]) -> TicketChanged:
    try:
        return TicketChanged.model_validate(data)
    except ValidationError as error:
        raise change.wrong(faults(error)[0], name, {}) from None


def note(report: Report, id_: str, text: str) -> change.Saying:
    """A note beside the report."""
    name = f"{report.id}{NOTE}{id_}"
    return change.Saying(name, _message(report, name, {"text": text}))


def wrong(error: Wrong) -> Refused:
    """What cannot be taken of it, in the names of TM Forum's attributes."""
    return Refused(400, "; ".join(f"{change.NAMES.get(name, name)} {detail}" for name, detail in error.faults))


def summary(report: Report, connection: Connection) -> dict[str, str | None]:
    """What lists are filtered and sorted by."""
    ours = report.priority is None or report.priority.isdecimal() or report.priority in _OURS
    usual = mapping.word_for_urgency(connection.mapping, report.urgency, PRIORITY)
    return {
        "id": report.id,
        "name": report.title,
        "status": _STATUS[report.state],
        "severity": SEVERITY[report.urgency] if _means(connection, report.severity or "1") else report.severity,
        "priority": usual if ours else report.priority,
        "ticketType": report.category or report.service,
        "externalId": report.own_name,
        "creationDate": when(report.reported_at),
        "lastUpdate": when(report.changed_at),
    }


def _notes(report: Report, told: Sequence[Told], directory: Directory | None) -> list[dict[str, Any]]:
    """The vendor's own as it wrote them, and what the municipality tells it."""
    found = [
        (datetime.fromisoformat(each["at"]), _id_of(each["message"]), report.vendor, each["text"])
        for each in report.notes
    ]
    found += [
        (each.at, change.digest(f"{each.party} {each.at.isoformat()}"), each.party, each.text)
        for each in told
        if each.party != report.vendor
    ]
    return [
        {"id": id_, "author": party_name(directory, party), "date": when(at), "text": in_words(text) or ERASED}
        for at, id_, party, text in sorted(found, key=lambda note: note[0])
    ]


def own_notes(report: Report, directory: Directory | None) -> list[Note]:
    """What its vendor wrote beside it, as it wrote it."""
    author = party_name(directory, report.vendor)
    return [
        Note(_id_of(each["message"]), author, datetime.fromisoformat(each["at"]), in_words(each["text"]) or ERASED)
        for each in report.notes
    ]


def own_files(report: Report) -> list[tuple[str, FileRef]]:
    """(id, file) of what came with it and with its notes; an id stays when another's file is erased."""
    counts: Counter[str] = Counter()
    found = []
    for each in report.files:
        came_with = change.digest(each["message"]) if "message" in each else report.id
        found.append((f"{came_with}.{counts[came_with]}", FileRef.model_validate(each)))
        counts[came_with] += 1
    return found


def _attachments(report: Report, version: Version, links: Links) -> list[dict[str, Any]]:
    shown = [attachment(id_, report.id, file, links) for id_, file in own_files(report)]
    return [each | {"@type": "Attachment"} for each in shown] if version == "v5" else shown


def _id_of(message: str) -> str:
    """The vendor's own id of a note, else one that follows from the message."""
    return message.partition(NOTE)[2] or change.digest(message)


def ticket(
    report: Report,
    told: Sequence[Told],
    connection: Connection,
    directory: Directory | None,
    version: Version,
    links: Links,
) -> dict[str, Any]:
    """The whole resource."""
    status = _STATUS[report.state]
    notes = _notes(report, told, directory)
    common = summary(report, connection) | {
        "href": links.ticket(version, report.id),
        "description": report.description or report.title,
        "statusChangeDate": when(report.withdrawn_at or report.changed_at),
        "statusChangeReason": _REASON[status],
        "attachment": _attachments(report, version, links),
        "@type": "TroubleTicket",
    }
    entities = related.shaped(beside.shown(report, "entity"), version)
    common |= {
        "relatedEntity": entities,
        "relatedParty": related.as_parties(beside.shown(report, "party"), version),
    }
    if version == "v4":
        shaped: dict[str, Any] = {"note": notes}
        if report.number:
            numbered = {"id": report.id, "name": report.number, "role": "report", "@referredType": "TroubleTicket"}
            shaped["relatedEntity"] = [*entities, numbered]
        if report.handoff:
            shaped["troubleTicketRelationship"] = [{"id": report.handoff, "relationshipType": "partOf"}]
    else:
        del common["externalId"]
        own = [(report.vendor, "vendorReference", report.own_name)] if report.own_name else []
        own += [(report.municipality, "ticketNumber", report.number)] if report.number else []
        shaped = {
            "note": [each | {"@type": "Note"} for each in notes],
            "externalIdentifier": [
                {"owner": owner, "externalIdentifierType": kind, "id": id_, "@type": "ExternalIdentifier"}
                for owner, kind, id_ in own
            ],
        }
        if report.handoff:
            shaped["troubleTicketRelationship"] = [
                {"id": report.handoff, "relationshipType": "partOf", "@type": "TroubleTicketRelationship"}
            ]
    return {name: value for name, value in (common | shaped).items() if value not in (None, [])}
