"""A municipality around the bridge: routing's and ticketing's own rules in memory, its people, and its topic.

What each service reads lies in one order, as in a partition; whoever has not read yet knows nothing of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Literal

from chassis.messages import Record
from contracts import envelope
from contracts.directory import Directory
from contracts.disclosure import INTERNAL, REPORTERS, to_party
from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.events.base import Event
from contracts.events.registry import PRODUCER_OF
from contracts.timeline import Draft, Entry
from contracts.values import Actor
from grouping.municipality import surroundings_of
from tests.support.handoff_life import directory
from tests.support.routing_life import COORDINATOR, LARARE, SAMORDNARE, Life
from ticketing.domain import recorder
from ticketing.domain.fold import fold
from ticketing.domain.narrate import filed
from ticketing.domain.state import World

VENDORS = ("vendor:network", "vendor:platform", "vendor:print")
SERVICES = ("email", "wifi", "printing")
"""One of the municipality's own, and two that go to a vendor by rule."""
Service = Literal["routing", "ticketing"]


@dataclass(frozen=True, slots=True)
class Written:
    """Words that somebody wrote. `readers`: "all", "none", a party (and who leads after it), or `only:` a party; ""
    where the rules say it (R2)."""

    mark: str
    municipality: str
    readers: str
    incident: str


@cache
def configured(municipality: str) -> Directory:
    """The demo municipality under this name: both have the same vendors, by the same connections, with other keys."""
    content = directory().model_dump(mode="json")
    content["municipality"]["id"] = municipality
    for vendor in content["vendors"]:
        name = vendor["connection"]["name"]
        vendor["connection"] |= {"url": f"https://{name}.example/", "secret_ref": f"{municipality}-{name}"}
    return Directory.model_validate(content)


class _Routing(Life):
    """Its clock is that of the other services."""

    def make(self, event_type: Any, **fields: Any) -> Any:
        self.at = datetime.now(UTC)
        return event_type.model_validate(
            {"id": self.id("event"), "at": self.at, "municipality": self.municipality} | fields
        )


@dataclass
class Town:
    """One municipality; `log` is its partition, as events and as records."""

    id: str
    log: list[Event] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    words: dict[str, Written] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=lambda: {"routing": 0, "ticketing": 0})
    known: dict[str, set[str]] = field(default_factory=lambda: {"routing": set(), "ticketing": set()})

    def __post_init__(self) -> None:
        self.routing = _Routing(self.id, directory=None)
        self.ticketing = World()
        self.routing.engine.adopt(surroundings_of(configured(self.id)))
        self.say(self.routing.directory(configured(self.id)))
        self.ticketing.directories[self.id] = configured(self.id)

    # ---- the topic

    def say(self, *events: Event) -> None:
        for event in events:
            headers = tuple((name, value.encode()) for name, value in envelope.attributes(event).items())
            self.put(event, envelope.data(event), headers)

    def put(self, event: Event, value: bytes, headers: tuple[tuple[str, bytes], ...]) -> None:
        self.records.append(Record(f"cases.{self.id}", 0, len(self.log), self.id.encode(), value, headers))
        self.log.append(event)

    def reads(self, service: Service, count: int) -> bool:
        """Takes in the next events, and says what follows; whether there were any."""
        start = self.read[service]
        for event in self.log[start : start + count]:
            self.read[service] += 1
            if PRODUCER_OF[event.TYPE] == service or event.id in self.known[service]:
                continue
            self.known[service].add(event.id)
            if service == "routing":
                self.say(*self.routing.tell(event))
            else:
                self.say(*recorder.take_in(self.ticketing, event, datetime.now(UTC)))
        return self.read[service] > start

    # ---- what its people do

    def does(self, event: Event) -> None:
        """Ticketing takes it down, and tells the others."""
        self.say(event, *recorder.take_in(self.ticketing, event, event.at))

    def mark(self, readers: str, incident: str) -> str:
        """Words that are found again wherever they come."""
        mark = f"zq{self.id[:1]}{len(self.words)}qz"
        self.words[mark] = Written(mark, self.id, readers, incident)
        return mark

    def reports(self, service: str) -> None:
        event = self.routing.make(
            t.TicketFiled,
            ticket=self.routing.id("ticket"),
            number=f"MAL-2026-{len(self.ticketing.tickets) + 1:06d}",
            kind="incident",
            reporter="larare",
            title="Fel",
            description=self.mark("all", ""),
            school="ekbacken",
            service=service,
            occurred_at=datetime.now(UTC) - timedelta(hours=1),
        )
        fold(self.ticketing, event)
        draft = filed(event)
        own = {"municipality": self.id, "event_id": self.routing.id("event"), "now": event.at}
        self.say(event, recorder.record(self.ticketing, event.ticket, draft, **own))

    def asks(self, kind: type[Any], incident: str, *, by: Actor = SAMORDNARE, **fields: Any) -> None:
        self.does(self.routing.request(kind, incident, by=by, **fields))

    def replies(self, ticket: str, question: str | None = None) -> None:
        incident = self.ticketing.tickets[ticket].incident
        text = {"sv": self.mark("all", incident or "")}
        more = {"incident": incident, "by": LARARE, "text": text, "question": question}
        self.does(self.routing.make(t.TicketAnswered, ticket=ticket, **more))

    def withdraws(self, ticket: str) -> None:
        incident = self.ticketing.tickets[ticket].incident
        self.does(self.routing.make(t.TicketWithdrawn, ticket=ticket, incident=incident, by=LARARE))

    def notes(self, incident: str, audience: str) -> None:
        """`audience`: internal, reporters, or a party."""
        readers = {INTERNAL: "none", REPORTERS: "all"}.get(audience, audience)
        named = audience if audience in (INTERNAL, REPORTERS) else to_party(audience)
        fact = self.routing.make(t.NoteWritten, incident=incident, by=SAMORDNARE, audience=(named,))
        draft = Draft(
            at=fact.at,
            party=COORDINATOR,
            kind="note",
            audience=(named,),
            caused_by=fact.id,
            text={"sv": self.mark(readers, incident)},
            person="samordnare",
        )
        own = {"municipality": self.id, "event_id": self.routing.id("event"), "now": fact.at}
        self.say(fact, recorder.record(self.ticketing, incident, draft, **own))

    # ---- what is known of it

    def chains(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in self.ticketing.entries:
            found.setdefault(entry.case, []).append(entry)
        return found

    def leads(self, incident: str) -> list[tuple[str, str]]:
        """(event's id, party) of each that led it, in order."""
        return [(e.id, e.party) for e in self.assignments(incident) if e.role == "lead"]

    def assignments(self, incident: str) -> Iterable[r.IncidentAssigned]:
        return (e for e in self.log if isinstance(e, r.IncidentAssigned) and e.incident == incident)
