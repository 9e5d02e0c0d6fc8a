"""An incident as TMF656's ServiceProblem, v4, made of the hand-offs through which one vendor sees it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from vendor_bridge.domain import mapping
from vendor_bridge.tmf import related
from vendor_bridge.tmf import seen as s
from vendor_bridge.tmf.seen import Seen
from vendor_bridge.tmf.states import status_of
from vendor_bridge.tmf.tickets import Links, Party, parties, places, service, spots, when

PRIORITY: Final = {1: 1, 2: 4, 3: 7, 4: 10}
"""Ours of 1–4 on TM Forum's scale of 1 (highest) to 10."""
FROM_THE_STORY: Final = frozenset({"description", "note", "relatedParty", "affectedLocation", "affectedResource"})


def current(of_incident: Sequence[Seen]) -> Seen:
    """The hand-off that counts: the one that is held, else the newest."""
    newest_first = sorted(of_incident, key=lambda seen: seen.handoff.offered_at, reverse=True)
    return next((seen for seen in newest_first if seen.handoff.is_held), newest_first[0])


def last_update(of_incident: Sequence[Seen]) -> datetime:
    """When it last changed, by whatever hand-off."""
    return max(seen.last_update for seen in of_incident)


def summary(of_incident: Sequence[Seen]) -> dict[str, str | None]:
    """What lists are filtered and sorted by."""
    seen = current(of_incident)
    changed, opened = when(last_update(of_incident)), when(seen.incident.opened_at)
    return {
        "id": seen.incident.id,
        "name": seen.title,
        "status": status_of(seen.handoff),
        "category": mapping.word_for_service(seen.connection.mapping, seen.incident.service),
        "priority": str(PRIORITY[seen.incident.urgency]),
        "creationDate": opened,
        "timeRaised": opened,
        "lastUpdate": changed,
        "timeChanged": changed,
    }


def problem(of_incident: Sequence[Seen], links: Links) -> dict[str, Any]:
    """The whole resource, the names of its older versions beside."""
    seen = current(of_incident)
    changes = s.changes(seen)
    resolved = [change.at for change in changes if change.status == "resolved"]
    notes = {note.id: note for each in of_incident for note in s.notes(each)}
    reference = seen.reference
    id_, name = service(seen)
    whole = summary(of_incident) | {
        "href": links.problem(seen.incident.id),
        "description": s.first_words(seen) or seen.title,
        "priority": PRIORITY[seen.incident.urgency],
        "reason": "Unknown",
        "originatingSystem": "Eskalera",
        "statusChangeDate": when(changes[-1].at),
        "statusChangeReason": changes[-1].reason,
        "resolutionDate": when(resolved[-1]) if resolved and changes[-1].status in ("resolved", "closed") else None,
        "affectedNumberOfServices": 1,
        "affectedService": [{"id": id_, "name": name, "@referredType": "Service"}],
        "affectedLocation": [
            {"id": place, "name": called, "role": "affected", "@referredType": "GeographicSite"}
            for place, called in places(seen)
        ]
        + [
            {"id": room, "name": called, "role": "room", "@referredType": "GeographicLocation"}
            for room, called in related.rooms(spots(seen))
        ],
        "affectedResource": [
            {"id": tag, "name": tag, "@referredType": "Resource"} for tag in related.assets(spots(seen))
        ],
        "characteristic": [{"name": "reports", "valueType": "integer", "value": len(seen.tickets)}],
        "externalIdentifier": [
            *([_identifier(reference, "vendorReference", seen.handoff.vendor)] if reference else []),
            *(_identifier(each.number, "ticketNumber", each.municipality) for each in seen.tickets.values()),
        ],
        "note": [
            {"id": note.id, "author": note.author, "date": when(note.at), "text": note.text}
            for note in sorted(notes.values(), key=lambda note: note.at)
        ],
        "originatorParty": _party(parties(seen)[0]),
        "responsibleParty": _party(parties(seen)[1]) if seen.handoff.is_held else None,
        "relatedParty": [_party(each) for each in parties(seen)],
        "troubleTicket": [
            {"id": each.id, "href": links.ticket("v4", each.id), "@referredType": "TroubleTicket"}
            for each in sorted(of_incident, key=lambda each: each.handoff.offered_at)
        ],
        "@type": "ServiceProblem",
    }
    return {name: value for name, value in whole.items() if value not in (None, [])}


def _identifier(id_: str, kind: str, owner: str) -> dict[str, str]:
    return {"id": id_, "externalIdentifierType": kind, "owner": owner}


def _party(party: Party) -> dict[str, str]:
    return {"id": party.id, "name": party.name, "role": party.role, "@referredType": party.kind}
