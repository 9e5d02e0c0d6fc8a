"""The message itself: what the incident is, what has happened, as one vendor may read it (N5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

from contracts import bundle
from contracts.bundle import Bundle, Subject
from contracts.directory import Connection, Directory
from contracts.timeline import Entry
from contracts.values import Head
from contracts.webhooks import Answer, HandoffData, Outgoing, Verdict, type_of
from vendor_bridge.domain.state import Delivery, Handoff, Incident, Ticket

PLACES_NAMED = 3


class Tail(Sequence[Entry]):
    """A chain of which only the newest entries are at hand: `entries` begin with number `first` (1, 2, …)."""

    def __init__(self, entries: Sequence[Entry], first: int) -> None:
        self._entries, self._first = entries, first

    def __len__(self) -> int:
        return self._first - 1 + len(self._entries)

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Entry]: ...
    def __getitem__(self, index: int | slice) -> Entry | Sequence[Entry]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        return self._entries[index if index < 0 else index - (self._first - 1)]


@dataclass(frozen=True, slots=True)
class Story:
    """What a message is made of. `histories`: each chain up to the head that is told."""

    incident: Incident
    tickets: Mapping[str, Ticket]
    histories: Mapping[str, Sequence[Entry]]
    directory: Directory | None
    connection: Connection | None


def subject_of(incident: Incident, directory: Directory | None) -> Subject:
    """Composed from service and place: no reporter's words (N5)."""
    service = directory.services_by_id.get(incident.service) if directory else None
    name = service.name.sv if service else incident.service
    known = directory.schools_by_id if directory else {}
    places = [known[school].name.sv if school in known else school for school in incident.schools]
    where = ", ".join(places) if len(places) <= PLACES_NAMED else f"{len(places)} skolor"
    return Subject(
        incident=incident.id,
        kind=incident.kind,
        title=f"{name} – {where}" if where else name,
        service=incident.service,
        schools=tuple(incident.schools),
        tickets=len(incident.tickets),
        urgency=incident.urgency,
        opened_at=incident.opened_at,
    )


def bundle_of(handoff: Handoff, story: Story, *, known: Mapping[str, Head], partial: bool = False) -> Bundle:
    """The story as this vendor may read it, without what it has."""
    return bundle.make(
        handoff.id,
        handoff.municipality,
        subject_of(story.incident, story.directory),
        story.histories,
        handoff.reader(story.connection),
        known=known,
        numbers={id_: ticket.number for id_, ticket in story.tickets.items()},
        partial=partial,
    )


def message_of(delivery: Delivery, handoff: Handoff, told: Bundle) -> Outgoing:
    """The CloudEvent with its bundle inside."""
    details: Mapping[str, Any] = delivery.details
    return Outgoing(
        id=delivery.webhook_id,
        type=type_of(delivery.kind),
        time=delivery.created_at,
        subject=handoff.id,
        data=HandoffData(
            message=delivery.kind,
            handoff=handoff.id,
            municipality=handoff.municipality,
            connection=handoff.connection,
            role=handoff.role,
            subject=told.subject,
            vendor_reference=handoff.vendor_reference,
            bundle=told,
            answer=Answer.model_validate(details["answer"]) if "answer" in details else None,
            verdict=Verdict.model_validate(details["verdict"]) if "verdict" in details else None,
            continues_in=details.get("continues_in"),
        ),
    )
