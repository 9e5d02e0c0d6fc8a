"""The life of cases in memory: routing's rules fed with events, without database or topic.

`Life` also makes the events that others would state, in the order of a stream: each a minute after the former.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts import ids
from contracts.directory.load import load
from contracts.envelope import Received
from contracts.events import ticketing, vendor_bridge
from contracts.events.base import Event, Request
from contracts.values import Actor
from grouping import Engine
from grouping.municipality import surroundings_of
from routing.consumer import REACTIONS
from routing.domain.context import Context, Due
from routing.domain.due import on_due
from routing.domain.fold import fold
from routing.domain.observed import erased, facts
from routing.domain.state import Clock, Incident, Timer, World
from routing.engines import NO_DIRECTORY
from routing.handlers import Handlers

ROOT = Path(__file__).parents[2]
MALARVIK = load((ROOT / "municipalities" / "malarvik.yaml").read_text())
MONDAY = datetime(2026, 10, 5, 6, 0, tzinfo=UTC)  # 08:00 in Mälarvik
COORDINATOR = "team:samordnaren"
EKBACKEN = "team:it-ekbacken"
PLATFORM = "vendor:platform"
NETWORK = "vendor:network"
SAMORDNARE = Actor(party=COORDINATOR, person="samordnare")
TEKNIKER = Actor(party=EKBACKEN, person="tekniker")
LARARE = Actor(party="reporter", person="larare")

E = TypeVar("E", bound=Event)


class Window(Protocol):
    """Planned work, as whichever service keeps it."""

    id: str
    starts_at: datetime
    ends_at: datetime


class Maker:
    """Others' events, one minute apart, with ids that follow from a seed."""

    def __init__(self, municipality: str = "malarvik", seed: int = 1) -> None:
        self.municipality = municipality
        self.random = random.Random(seed)
        self.at = MONDAY

    def id(self, kind: ids.Kind) -> str:
        return ids.derived(kind, self.municipality, self.random.getrandbits(64))

    def make(self, event_type: type[E], **fields: Any) -> E:
        self.at += timedelta(minutes=1)
        own = {"id": self.id("event"), "at": self.at, "municipality": self.municipality}
        return event_type.model_validate(own | fields)

    def directory(self, directory: Any = MALARVIK) -> ticketing.DirectoryChanged:
        return self.make(ticketing.DirectoryChanged, version=directory.version, directory=directory)

    def filed(self, service: str | None = "login", **fields: Any) -> ticketing.TicketFiled:
        return self.make(
            ticketing.TicketFiled,
            **{
                "ticket": self.id("ticket"),
                "number": "MAL-2026-000001",
                "kind": "incident",
                "reporter": "larare",
                "title": "Kommer inte in",
                "school": "ekbacken",
                "service": service,
                "occurred_at": self.at + timedelta(minutes=1),
            }
            | fields,
        )

    def planned(self, *services: str, minutes: float = 60, **fields: Any) -> ticketing.WorkPlanned:
        """Work that begins with the next minute and takes so many."""
        starts = self.at + timedelta(minutes=1)
        window = {"starts_at": starts, "ends_at": starts + timedelta(minutes=minutes)}
        about = {"services": services, "text": {"sv": "Byte."}, "effect": "down", "by": SAMORDNARE}
        return self.make(ticketing.WorkPlanned, **{"work": self.id("work")} | window | about | fields)

    def changed(self, work: Window, *, minutes: float | None = None, **fields: Any) -> ticketing.WorkChanged:
        """The work ends so many minutes later than was told."""
        ends = work.ends_at + timedelta(minutes=minutes or 0)
        window = {"starts_at": min(work.starts_at, ends - timedelta(minutes=1)), "ends_at": ends}
        return self.make(ticketing.WorkChanged, **{"work": work.id, "by": SAMORDNARE} | window | fields)

    def request(self, event_type: type[E], incident: str, *, by: Actor = SAMORDNARE, **fields: Any) -> E:
        assert issubclass(event_type, Request)
        return self.make(event_type, **{"request_id": self.id("request"), "incident": incident, "by": by} | fields)

    def vendor(self, event_type: type[E], incident: str, vendor: str = PLATFORM, **fields: Any) -> E:
        basis: dict[str, Any] = {"handoff": "ho_1", "incident": incident, "vendor": vendor}
        if issubclass(event_type, vendor_bridge.VendorEvent):
            basis |= {"message": self.id("message")}
        return self.make(event_type, **basis | fields)


class Life(Maker):
    """A world and its engine, as a consumer of one event at a time would keep them."""

    def __init__(self, municipality: str = "malarvik", *, directory: Any = MALARVIK) -> None:
        super().__init__(municipality)
        self.world = World()
        self.engine = Engine(NO_DIRECTORY)
        self.history: list[Event] = []
        if directory is not None:
            self.tell(self.directory(directory))
            self.engine.adopt(surroundings_of(directory))

    def tell(self, event: Event) -> list[Event]:
        """What routing states on this event."""
        fold(self.world, event)
        context = Context(cause=event, now=event.at + timedelta(seconds=5))
        self._ask(event, context)
        reaction = REACTIONS.get(type(event))
        stated: list[Event] = []
        for own in reaction(self.world, event, context) if reaction else ():
            fold(self.world, own)
            for fact in facts(self.world, own):
                self.engine.observe(fact)
            stated.append(own)
        self.history += [event, *stated]
        return stated

    def wait(self, until: datetime) -> list[Event]:
        """What routing states by itself until then: each timer a second late."""
        stated: list[Event] = []
        while waiting := [timer for timer in timers(self.world).values() if timer.due_at and timer.due_at <= until]:
            timer = min(waiting, key=lambda timer: (timer.due_at, timer.id))
            assert timer.due_at is not None
            due = timer.due_at.astimezone(UTC)  # in local time a second later may be an hour earlier, in autumn
            stated += self.fire(timer, max(due, self.at) + timedelta(seconds=1))
        self.at = max(until, self.at)
        return stated

    def fire(self, timer: Timer, now: datetime) -> list[Event]:
        """What follows from one timer; it must not be due for the same any more."""
        self.at = max(now, self.at)
        before = timer.due_at
        context = Context(cause=Due(f"{timer.id}@{timer.due_at}", now, timer.municipality), now=now)
        stated: list[Event] = []
        for own in on_due(self.world, timer, context):
            fold(self.world, own)
            for fact in facts(self.world, own):
                self.engine.observe(fact)
            stated.append(own)
        self.history += stated
        again = timers(self.world)[timer.id].due_at
        assert again is None or before is None or again > now, f"{timer.id} is due again at once"
        return stated

    def _ask(self, event: Event, context: Context) -> None:
        named = event.tickets[0] if isinstance(event, ticketing.SplitRequested) else getattr(event, "ticket", None)
        ticket = self.world.ticket(named or "", event.municipality)
        if ticket is not None and isinstance(event, ticketing.UnlinkRequested | ticketing.SplitRequested):
            context.understood = self.engine.understand(ticket.report)
        elif ticket is not None and isinstance(event, ticketing.TicketFiled) and ticket.incident is None:
            context.decision = self.engine.decide(ticket.report)
        elif isinstance(event, ticketing.TicketErased):
            for fact in erased(ticket):
                self.engine.observe(fact)

    # Shortcuts for what most sentences begin with

    def file(self, service: str | None = "login", **fields: Any) -> Incident:
        """A filed ticket's incident."""
        event = self.filed(service, **fields)
        self.tell(event)
        return self.world.incidents[self.incident_of(event.ticket)]

    def shared(self, n: int, **fields: Any) -> Incident:
        """An incident of so many reports: of one printer, which grouping takes for one cause by itself."""
        about = {"asset": "EKB-PR-0007", "title": "Skrivaren skriver inte ut"} | fields
        reporters = iter(range(1, n + 1))
        incident = self.file("printing", reporter=f"larare-{next(reporters)}", **about)
        for number in reporters:
            assert self.file("printing", reporter=f"larare-{number}", **about) is incident
        return incident

    def incident_of(self, ticket: str) -> str:
        return self.world.tickets[ticket].incident or ""

    def ticket_of(self, incident: Incident, nth: int = 0) -> str:
        return [ticket.id for ticket in self.world.tickets.values() if ticket.incident == incident.id][nth]

    def ask(self, event_type: type[Event], incident: Incident, *, by: Actor = SAMORDNARE, **fields: Any) -> list[Event]:
        return self.tell(self.request(event_type, incident.id, by=by, **fields))

    def hear(self, event_type: type[Event], incident: Incident, vendor: str = PLATFORM, **fields: Any) -> list[Event]:
        return self.tell(self.vendor(event_type, incident.id, vendor, **fields))

    def voice(self, event_type: type[Event], ticket: str) -> list[Event]:
        """The reporter confirms, reopens or withdraws."""
        return self.tell(self.make(event_type, ticket=ticket, by=LARARE))

    def erased(self, ticket: str) -> ticketing.TicketErased:
        """The coordinator erases what it tells."""
        about: dict[str, Any] = {"by": SAMORDNARE, "reason": "asked", "entries": {ticket: (1,)}, "since": self.at}
        return self.make(ticketing.TicketErased, ticket=ticket, **about)

    def running(self, incident: Incident) -> dict[tuple[str, str], Clock]:
        return {(clock.party, clock.promise): clock for clock in self.world.clocks_of(incident)}


def timers(world: World) -> dict[str, Timer]:
    """Those that were ever set, as they stand."""
    return {state.id: state for state in world.changed.values() if isinstance(state, Timer)}


class TimelyHandlers(Handlers):
    """Routing's handlers whose clock is `Life`'s: what was decided from a time is decided from the same."""

    def __init__(self) -> None:
        super().__init__(REACTIONS, lambda: next(_TIMES.get()))

    async def handle(self, conn: AsyncConnection, messages: Sequence[Received]) -> None:
        _TIMES.set(iter([message.event.at + timedelta(seconds=5) for message in messages]))
        await super().handle(conn, messages)


_TIMES: ContextVar[Iterator[datetime]] = ContextVar("times")
"""Of the batch in hand: those of several partitions are handled beside one another."""


def of_type(events: Iterable[Event], event_type: type[E]) -> list[E]:
    return [event for event in events if isinstance(event, event_type)]


def names(events: Iterable[Event]) -> list[str]:
    return [event.TYPE.removesuffix(".v1") for event in events]


def received(event: Event) -> Received:
    return Received(event=event, source="", sequence=None, traceparent=None)
