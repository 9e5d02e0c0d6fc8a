"""The message itself: what the incident is, what has happened, as one vendor may read it (N5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, cast, overload

from pydantic import TypeAdapter

from contracts import bundle, handover
from contracts.bundle import Bundle
from contracts.directory import Connection, Directory
from contracts.handover import Clock, Facts, Report, Stay
from contracts.timeline import Entry
from contracts.values import Head, Language, Role, TicketKind
from contracts.webhooks import Adopted, Answer, Forgotten, HandoffData, Outgoing, Verdict, Written, type_of
from vendor_bridge.domain import reports
from vendor_bridge.domain.state import Delivery, Handoff, Incident, Ticket

Place = tuple[str, int]
"""(case, number of an entry in its chain)."""

CLOCK: Final = TypeAdapter(Clock)


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
    """Those whose story is told."""
    handoffs: Sequence[Handoff]
    """All of the incident."""
    names: Mapping[str, str]
    """Person id → name, of the reporters."""
    histories: Mapping[str, Sequence[Entry]]
    directory: Directory | None
    connection: Connection | None


def bundle_of(handoff: Handoff, story: Story, *, known: Mapping[str, Head], partial: bool = False) -> Bundle:
    """The story as this vendor may read it, without what it has."""
    facts, reader = facts_of(handoff, story), handoff.reader(story.connection)
    return bundle.make(
        handoff.id,
        handoff.municipality,
        handover.subject_of(facts, story.directory),
        story.histories,
        reader,
        around=handover.around(facts, story.directory, reader, story.names),
        known=known,
        numbers={id_: ticket.number for id_, ticket in story.tickets.items()},
        partial=partial,
    )


def facts_of(handoff: Handoff, story: Story) -> Facts:
    """What the hand-off's vendor may know of the incident: of others that work beside it, nothing (R1)."""
    incident = story.incident
    return Facts(
        incident=incident.id,
        kind=cast(TicketKind, incident.kind),
        service=incident.service,
        urgency=incident.urgency,
        opened_at=incident.opened_at,
        schools=incident.schools,
        reports=[_report(ticket) for ticket in story.tickets.values()],
        clocks=[CLOCK.validate_python(clock) for clock in incident.clocks.values()],
        stays=[
            Stay(each.vendor, cast(Role, each.role), each.offered_at, each.ended_at, each.ended)
            for each in story.handoffs
            if _led_before(each, handoff)
        ],
    )


def _led_before(other: Handoff, handoff: Handoff) -> bool:
    """Who came after a vendor is none of its business (N5). One lead follows another, but that it ended is stated a
    moment after the next one began: so what tells them apart is when each began.
    """
    leads = other.role == "lead" and handoff.role == "lead"
    return leads and other.ended is not None and other.offered_at < handoff.offered_at


def _report(ticket: Ticket) -> Report:
    """Who reported what is erased is nobody's to know."""
    reporter = None if ticket.erased else ticket.reporter
    return Report(ticket.id, ticket.school, ticket.room, reporter, ticket.asset)


def adopted(
    handoff: Handoff, own: Iterable[reports.Report], called: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> tuple[Adopted, ...]:
    """What its vendor reported itself and is part of it now, oldest first.

    `called`: {ticket: the vendor's hand-offs that it is by now}, where that is another Eskalera.
    """
    part = sorted((one for one in own if one.handoff == handoff.id), key=lambda one: (one.reported_at, one.id))
    return tuple(
        Adopted(ticket=one.id, external_id=name)
        for one in part
        for name in dict.fromkeys((one.external_id, *called.get(one.id, ())))
    )


def earlier(handoff: Handoff, others: Iterable[Handoff]) -> tuple[str, ...]:
    """The same vendor's hand-offs of the incident that ended before this one began, oldest first."""
    before = [
        each
        for each in others
        if (each.incident, each.connection, each.vendor) == (handoff.incident, handoff.connection, handoff.vendor)
        and (each.offered_at, each.id) < (handoff.offered_at, handoff.id)
        and not each.is_held
    ]
    return tuple(each.id for each in sorted(before, key=lambda each: (each.offered_at, each.id)))


def title_of(incident: Incident, directory: Directory | None, language: Language = "sv") -> str:
    """What the case is called in a list or the subject of a mail: service and place."""
    return handover.title_of(incident.service, incident.schools, directory, language)


def clocks_of(incident: Incident, vendor: str) -> list[Clock]:
    """What is promised of one vendor, the next to fall due first; what stands still last."""
    own = [clock for each in incident.clocks.values() if (clock := CLOCK.validate_python(each)).party == vendor]
    return sorted(own, key=lambda clock: (clock.due_at is None, clock.due_at or incident.opened_at, clock.promise))


def forgotten_in(delivery: Delivery) -> list[Place]:
    """The entries that a message asks to delete."""
    return [(each["case"], seq) for each in delivery.details.get("forget", ()) for seq in each["entries"]]


def _forgotten(each: Mapping[str, Any], written: Mapping[Place, Written]) -> Forgotten:
    known = (written.get((each["case"], seq)) for seq in each["entries"])
    return Forgotten.model_validate({**each, "written": tuple(one for one in known if one is not None)})


def message_of(
    delivery: Delivery,
    handoff: Handoff,
    told: Bundle,
    adopts: tuple[Adopted, ...] = (),
    written: Mapping[Place, Written] = MappingProxyType({}),
    earlier: tuple[str, ...] = (),
) -> Outgoing:
    """The CloudEvent with its bundle inside. `written`: who wrote when what it asks to delete."""
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
            adopts=adopts,
            earlier=earlier,
            vendor=handoff.vendor,
            forget=tuple(_forgotten(each, written) for each in details.get("forget", ())),
        ),
    )
