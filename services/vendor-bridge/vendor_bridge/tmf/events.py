"""Events of the TM Forum APIs: which ones a message means, their envelopes, and what a listener asked to hear."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from urllib.parse import parse_qsl

from contracts import ids
from contracts.webhooks import MessageKind
from vendor_bridge.tmf import attributes, query
from vendor_bridge.tmf.errors import Refused
from vendor_bridge.tmf.query import Filter, Summary
from vendor_bridge.tmf.tickets import when

Api = Literal["troubleTicket/v4", "troubleTicket/v5", "serviceProblemManagement/v4"]
PROBLEMS: Final[Api] = "serviceProblemManagement/v4"
LONGEST_QUERY: Final = 1000

_MEANS: Final[Mapping[MessageKind, tuple[str, ...]]] = {
    "offered": ("Create", "InformationRequired"),
    "updated": ("AttributeValueChange",),
    "answered": ("StatusChange", "AttributeValueChange"),
    "accepted": ("Resolved",),
    "rejected": ("StatusChange",),
    "released": ("StatusChange",),
    "taken_back": ("StatusChange",),
    "completed": ("StatusChange",),
    "redacted": ("AttributeValueChange",),
}
_OF_PROBLEMS: Final[Mapping[str, str]] = {"StatusChange": "StateChange", "Resolved": "AttributeValueChange"}
_FIELD_PATH: Final[Mapping[str, str]] = {"AttributeValueChange": "note", "InformationRequired": "status"}
_KINDS: Final = ("Create", "AttributeValueChange", "StatusChange", "Delete", "Resolved", "InformationRequired")
TICKET_EVENTS: Final = frozenset(f"TroubleTicket{kind}Event" for kind in _KINDS)
PROBLEM_EVENTS: Final = frozenset(
    f"ServiceProblem{kind}Event"
    for kind in ("Create", "AttributeValueChange", "StateChange", "Delete", "InformationRequired")
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a listener wants to hear of; `types` empty: everything."""

    types: frozenset[str] = frozenset()
    filters: tuple[Filter, ...] = ()
    fields: frozenset[str] | None = None

    def hears(self, event_type: str, summary: Summary) -> bool:
        return (not self.types or event_type in self.types) and all(each.holds(summary) for each in self.filters)


def wish(api: Api, text: str) -> Wish:
    """A listener's `query`: `eventType=…&status=…&fields=…`. Raises Refused for what it cannot mean."""
    if len(text) > LONGEST_QUERY:
        raise Refused(400, f"query: at most {LONGEST_QUERY} characters.")
    known, filterable, names = (
        (PROBLEM_EVENTS, attributes.PROBLEM_FILTERS, attributes.PROBLEM)
        if api == PROBLEMS
        else (TICKET_EVENTS, attributes.TICKET_FILTERS, attributes.TICKET[api.partition("/")[2]])
    )
    try:
        given = parse_qsl(text.removeprefix("?"), keep_blank_values=True, strict_parsing=True) if text.strip() else []
    except ValueError:
        raise Refused(400, "query: write it such as eventType=TroubleTicketStatusChangeEvent&status=closed.") from None
    types: set[str] = set()
    fields: frozenset[str] | None = None
    conditions: list[tuple[str, str]] = []
    for name, value in given:
        if name == "eventType":
            types |= {_event_type(each.strip(), known) for each in value.split(",")}
        elif name == "fields":
            fields = query.parse_fields(value, names)
        else:
            conditions.append((_plain(name), value))
    return Wish(frozenset(types), query.parse_filters(conditions, filterable), fields)


def kinds(message: MessageKind, api: Api, *, status: str, is_first: bool) -> list[str]:
    """The kinds of events that a message means.

    `status`: as it is now; `is_first`: the vendor has not seen the problem, or created the ticket, before.
    """
    asks_more = message == "answered" and status == "pending"
    found = [kind for kind in _MEANS[message] if not (asks_more and kind == "StatusChange")]
    if api == PROBLEMS:
        found = [_OF_PROBLEMS.get(kind, kind) for kind in found]
    return [kind if kind != "Create" or is_first else "AttributeValueChange" for kind in found]


def event_type(kind: str, api: Api) -> str:
    """Its name: `TroubleTicketStatusChangeEvent`."""
    return f"{'ServiceProblem' if api == PROBLEMS else 'TroubleTicket'}{kind}Event"


def event_id(message: str, api: Api, kind: str) -> str:
    """The same message means the same events: one that was told twice has the same id (N2)."""
    return ids.derived("event", message, api, kind)


def envelope(kind: str, api: Api, message: str, at: datetime, resource: Mapping[str, Any]) -> dict[str, Any]:
    """The notification as it is posted."""
    name = event_type(kind, api)
    common = {
        "eventId": event_id(message, api, kind),
        "eventTime": when(at),
        "eventType": name,
        "correlationId": message,
        "domain": "Eskalera",
        "title": name,
        "event": {"serviceProblem" if api == PROBLEMS else "troubleTicket": dict(resource)},
    }
    if api == "troubleTicket/v5":
        return common | {"timeOccurred": when(at), "@type": name, "@baseType": "Event"}
    path = {"fieldPath": _FIELD_PATH[kind]} if kind in _FIELD_PATH else {}
    return common | {"timeOcurred": when(at)} | path  # as its document spells it


def _event_type(name: str, known: frozenset[str]) -> str:
    found = name[:1].upper() + name[1:]
    if found not in known:
        raise Refused(400, f"query: {name[:60]!r} is no event. Possible: {', '.join(sorted(known))}.")
    return found


def _plain(name: str) -> str:
    """Attributes may be named as they lie in the event."""
    for prefix in ("event.", "troubleTicket.", "serviceProblem."):
        name = name.removeprefix(prefix)
    return name
