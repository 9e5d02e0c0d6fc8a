"""What the engine reads of a ticket, and what it knows of the municipality around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from contracts.values import is_vendor

Kind = Literal["incident", "request", "need", "idea"]
Language = Literal["sv", "en"]
Words = Mapping[Language, str]
"""One sentence in Swedish and English."""


@dataclass(frozen=True, slots=True)
class Report:
    """One person's report. `occurred_at` is aware; decisions compare it with other reports', never with a clock."""

    ticket: str
    kind: Kind
    reporter: str
    title: str
    school: str
    """Empty: nobody has said which, or it is about none."""
    occurred_at: datetime
    description: str = ""
    language: Language = "sv"
    reporter_role: str | None = None
    unit: str | None = None
    room: str | None = None
    service: str | None = None
    """What the reporter picked: evidence, not truth."""
    asset: str | None = None
    urgency: int = 3

    @property
    def schools(self) -> tuple[str, ...]:
        """The school, if one is known: what is of no known school has no place in common with anything."""
        return (self.school,) if self.school else ()


class Filed(Protocol):
    """A ticket as the services keep it."""

    id: str
    kind: Kind
    reporter: str
    title: str
    school: str
    occurred_at: datetime
    description: str
    language: Language
    reporter_role: str | None
    unit: str | None
    room: str | None
    service: str | None
    asset: str | None
    urgency: int


def report_of(ticket: Filed) -> Report:
    """What grouping reads of a ticket. A vendor is no person: it passes on what now one and now another has met."""
    return Report(
        ticket=ticket.id,
        kind=ticket.kind,
        reporter=ticket.id if is_vendor(ticket.reporter) else ticket.reporter,
        title=ticket.title,
        school=ticket.school,
        occurred_at=ticket.occurred_at,
        description=ticket.description,
        language=ticket.language,
        reporter_role=ticket.reporter_role,
        unit=ticket.unit,
        room=ticket.room,
        service=ticket.service,
        asset=ticket.asset,
        urgency=ticket.urgency,
    )


@dataclass(frozen=True, slots=True)
class Service:
    """A service of the municipality, with every word people use for it."""

    id: str
    names: tuple[str, ...]
    """The first in the municipality's language."""
    english: str | None = None
    """What it is called in English, where that is another name."""


@dataclass(frozen=True, slots=True)
class School:
    """A school, with every word people use for it and for its buildings."""

    id: str
    names: tuple[str, ...]
    asset_prefix: str | None = None
    rooms_of_buildings: Mapping[str, tuple[str, ...]] | None = None
    """How the room numbers of each building begin, by building id."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The part of a municipality's directory that the engine reads; `version` names it in every decision."""

    version: str
    services: tuple[Service, ...] = ()
    schools: tuple[School, ...] = ()
    device_services: Mapping[str, str] = field(default_factory=dict)
    """Which service a device is a matter of, by the middle part of its asset tag: {"PC": "staff_computer"}."""
    time_zone: str = "Europe/Stockholm"
    link_from: float | None = None
    """Score from which a report is linked by itself, 0 to 1; None: the engine's own."""
    suggest_from: float | None = None
    """Score from which a link is suggested, 0 to 1; None: the engine's own."""

    def service_name(self, service: str) -> Words:
        """What people call the service; its id where the directory knows it no longer."""
        for known in self.services:
            if known.id == service and known.names:
                return {"sv": known.names[0], "en": known.english or known.names[0]}
        return {"sv": service, "en": service}
