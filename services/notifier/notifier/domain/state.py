"""What the notifier knows: plain values, changed by `fold` and `plan` alone.

`World` holds what one batch of messages is about. Everything in it follows from events, so a replay of the same events
makes the same world.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal

from contracts.events.notifier import Occasion
from contracts.values import Changer, Language, PartyId, Stage, Words, WorkEffect

_ADDRESS: Final = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,64}@[^\s@<>()\[\]\\,;:\"]{1,255}")


@dataclass(slots=True)
class Configuration:
    """A municipality's directory as last heard; `id` is the municipality's."""

    id: str
    version: str
    at: datetime
    content: dict[str, Any]


@dataclass(slots=True)
class Person:
    """How somebody is written to: a person, or a team's shared mailbox under the party's id. Ids are a municipality's
    own (N9).
    """

    municipality: str
    id: str
    name: str
    email: str | None
    language: Language
    placeholder: bool
    """Made by an import for a reporter nobody knows."""
    teams: list[PartyId] = field(default_factory=list)
    """Parties whose cases are theirs too."""

    @property
    def is_mailbox(self) -> bool:
        """A team's, for when nobody in the team can be written to."""
        return self.id in self.teams

    @property
    def address(self) -> str | None:
        """Where mail goes; None for whoever is never written to."""
        if self.placeholder or self.email is None or not self.email.isprintable():
            return None
        return self.email if _ADDRESS.fullmatch(self.email) else None


@dataclass(slots=True)
class Ticket:
    """A report, as far as its reporter is told of it."""

    id: str
    municipality: str
    number: str
    title: str
    reporter: str
    filed_at: datetime
    state: Literal["open", "confirmed", "withdrawn", "erased"] = "open"
    incident: str | None = None
    knows: PartyId | None = None
    """The vendor that its reporter was told has it, on the incident that the ticket left: no news on the next one."""
    old: bool = False
    """It came in long after it happened: history from an import, which reminds nobody (R22)."""
    receipt_waits: bool = False
    """Planned work goes on at its school: its receipt says whether that explains it, once routing has decided."""


@dataclass(slots=True)
class Incident:
    """One cause, and what its reporters have to know about it now."""

    id: str
    municipality: str
    state: Literal["open", "resolved", "over"] = "open"
    lead: PartyId | None = None
    handed_over: str | None = None
    """The event that gave it to the vendor that leads it now."""
    resolved: str | None = None
    """The event that resolved it, if it still is."""
    resolved_at: datetime | None = None
    public_text: Words | None = None
    """What a person wrote for the reporters when it was resolved."""
    stage: Stage | None = None
    """The last one of an order that was told."""
    work: str | None = None
    """The planned work whose end it waits for (V10)."""
    wrote: dict[str, str] = field(default_factory=dict)
    """Who has been told within the hour that a reporter wrote, and when: they are not told again so soon."""

    def stands_as(self, other: "Incident") -> bool:
        """Whether its reporters have been told already all there is to tell of the other: the same vendor has both."""
        handed_over = self.handed_over is not None and other.handed_over is not None
        return handed_over and self.state == other.state == "open" and self.lead == other.lead


@dataclass(slots=True)
class Work:
    """A window of planned work (V10)."""

    id: str
    municipality: str
    schools: list[str]
    """Empty: all."""
    starts_at: datetime
    ends_at: datetime
    text: Words
    effect: WorkEffect
    cancelled: bool = False

    def goes_on(self, school: str, at: datetime) -> bool:
        """Whether somebody at the school may notice it at that time."""
        here = not self.schools or school in self.schools
        return here and not self.cancelled and self.effect != "none" and self.starts_at <= at < self.ends_at


@dataclass(slots=True)
class Notification:
    """One message to one person. `id` follows from person, case and change: a second one for the same has the same."""

    id: str
    municipality: str
    person: str
    occasion: Occasion
    case: str
    """The ticket, or the incident where it concerns all its reporters. `resolved` of a ticket: it came after that."""
    tickets: list[str]
    """The person's own, oldest first; the mail links to them."""
    cause: str
    planned_at: datetime
    party: Changer | None = None
    text: Words | None = None
    """What is quoted: a question, or what was published about the solution."""
    state: Literal["pending", "sent", "failed"] = "pending"
    ended_at: datetime | None = None
    reason: str | None = None
    solved_at: datetime | None = None
    """To who came after that: when it was solved."""
    detail: str | None = None
    """Which decision, or which stage of an order."""
    expected_at: date | None = None
    """By when the order is to be there."""
    until: datetime | None = None
    """When the planned work is done that the case waits for."""


State = Configuration | Person | Ticket | Incident | Work | Notification
PersonKey = tuple[str, str]
"""(municipality, person)"""


@dataclass(slots=True)
class World:
    """What a batch is about, by id, and which of it changed."""

    people: dict[PersonKey, Person] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)
    works: dict[str, Work] = field(default_factory=dict)
    notifications: dict[str, Notification] = field(default_factory=dict)
    planned: dict[str, Notification] = field(default_factory=dict)
    """New in this batch; a table that has one of them already keeps its own."""
    changed: dict[tuple[type[Any], str | PersonKey], State] = field(default_factory=dict)

    def mark(self, *states: State) -> None:
        """Note what has to be saved."""
        for state in states:
            key = (state.municipality, state.id) if isinstance(state, Person) else state.id
            self.changed[type(state), key] = state

    def owe(self, notification: Notification) -> None:
        """Somebody has to be told, unless that is planned already (N7)."""
        if notification.id not in self.notifications:
            self.notifications[notification.id] = self.planned[notification.id] = notification

    def members_of(self, municipality: str, parties: Iterable[PartyId]) -> list[Person]:
        """Who works in these teams and can be written to; a team's shared mailbox where none of its people can."""
        wanted = set(parties)
        people = (person for person in self.people.values() if person.municipality == municipality)
        found = [person for person in people if person.address is not None and wanted.intersection(person.teams)]
        reached = {team for person in found if not person.is_mailbox for team in person.teams}
        return [person for person in found if not person.is_mailbox or person.id not in reached]

    def person(self, municipality: str, id_: str) -> Person | None:
        """The person, as that municipality knows them (N9)."""
        return self.people.get((municipality, id_))

    def ticket(self, id_: str | None, municipality: str) -> Ticket | None:
        """The ticket, if it is the municipality's own (N9)."""
        known = self.tickets.get(id_ or "")
        return known if known and known.municipality == municipality else None

    def incident(self, id_: str, municipality: str) -> Incident | None:
        """The incident, if it is the municipality's own (N9)."""
        known = self.incidents.get(id_)
        return known if known and known.municipality == municipality else None

    def tickets_of(self, incident: Incident) -> Iterable[Ticket]:
        """Those that are on it now."""
        return [ticket for ticket in self.tickets.values() if ticket.incident == incident.id]
