"""A random stream of what people, vendors and ticketing do, with what routing has to state on each.

Made with the rules in memory (`Life`), one event at a time; a database fed with the same events, in whatever batches by
whatever replicas, has to state the same.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from contracts.envelope import Received
from contracts.events import ticketing, vendor_bridge
from contracts.events.base import Event, Request
from contracts.values import NextStage
from grouping.municipality import surroundings_of
from routing.domain.state import Incident
from tests.support.routing_life import COORDINATOR, EKBACKEN, MALARVIK, NETWORK, Life, received

TITLES = (
    "Kommer inte in",
    "Ingen på skolan kommer in på Skolportalen",
    "Hela klassen saknar nät",
    "Skrivaren skriver inte ut",
    "Projektorn är svart",
    "Jag har glömt mitt lösenord",
    "Nätet ligger nere i hela huset",
    "",
)
ASSETS = (None, None, None, "EKB-PR-0007", "EKB-PC-0312")
ROOMS = (None, None, "B204", "Biblioteket")
SERVICES = ("login", "email", "learning_platform", "printing", "wifi", "office365", None)
SCHOOLS = ("ekbacken", "sjobo", "tallbacken", "finns-inte")
TEXT = {"sv": "Text."}


@dataclass(frozen=True, slots=True)
class Told:
    """One event of others, and routing's own that follow from it."""

    event: Event
    stated: list[Event]


class Stream:
    """`Stream("malarvik", seed=3).take(500)`; the first is the directory."""

    def __init__(self, municipality: str = "malarvik", seed: int = 1) -> None:
        self.life = Life(municipality, directory=None)
        self.life.random.seed(f"{municipality}/{seed}")
        self.random = random.Random(seed)
        self.told: list[Told] = []

    def take(self, count: int) -> list[Told]:
        """The next `count` events."""
        new = [self._next() for _ in range(count)]
        self.told += new
        return new

    def _next(self) -> Told:
        if not self.life.history:
            event: Event = self.life.directory()
            self.life.engine.adopt(surroundings_of(MALARVIK))
        else:
            incidents = list(self.life.world.incidents.values())[-40:]
            if not incidents or self.random.random() < 0.4:
                event = self._filed(incidents)
            else:
                event = self.random.choice(self.ways())(self, self.random.choice(incidents))
        return Told(event, self.life.tell(event))

    def ways(self) -> Sequence[Callable[["Stream", Incident], Event]]:
        """What else may happen to an incident than a new report."""
        return _WAYS

    def _filed(self, incidents: list[Incident]) -> Event:
        choose = self.random.choice
        return self.life.filed(
            choose(SERVICES),
            title=choose(TITLES),
            asset=choose(ASSETS),
            room=choose(ROOMS),
            reporter=f"larare-{self.random.randrange(30)}",
            school=choose(SCHOOLS),
            kind=choose(("incident", "incident", "incident", "request", "request", "idea", "need")),
            same_as=choose(incidents).id if incidents and self.random.random() < 0.1 else None,
            urgency=choose((1, 2, 3, 4)),
        )

    def voice(self, incident: Incident) -> Event:
        tickets = [ticket.id for ticket in self.life.world.tickets.values() if ticket.incident == incident.id]
        kinds = (ticketing.TicketConfirmedFixed, ticketing.TicketReopened, ticketing.TicketWithdrawn)
        kind = self.random.choice(kinds)
        ticket = self.random.choice(tickets) if tickets else "tk_gone"
        return self.life.make(kind, ticket=ticket, by={"party": "reporter", "person": "larare"})

    def request(self, incident: Incident) -> Event:
        kind, fields = self.random.choice(_REQUESTS)
        seen = self.random.choice((None, incident.version, incident.version - 1))
        proposals = list(self.life.world.proposals.get(incident.id, {}))
        if "proposal" in fields:
            fields = fields | {"proposal": self.random.choice([*proposals, "pr_unknown"])}
        return self.life.request(kind, incident.id, seen_version=seen, **fields)

    def again(self, incident: Incident) -> Event:
        """Staff open it again."""
        return self.life.request(ticketing.ReopenRequested, incident.id, reason=TEXT)

    def cause(self, incident: Incident) -> Event:
        """What staff say of causes, right and wrong."""
        world, choose = self.life.world, self.random.choice
        own = [ticket.id for ticket in world.tickets.values() if ticket.incident == incident.id]
        any_ticket = choose([*list(world.tickets)[-30:], "tk_unknown"])
        asked = [one.id for one in world.suggestions.values() if one.incident == incident.id]
        suggestion = choose([*asked, *asked, "su_unknown"])
        ways: list[tuple[type[Request], dict[str, Any]]] = [
            (ticketing.LinkRequested, {"ticket": any_ticket}),
            (ticketing.UnlinkRequested, {"ticket": choose([*own, any_ticket])}),
            (ticketing.SplitRequested, {"tickets": own[:2] or [any_ticket]}),
            (ticketing.SuggestionAcceptRequested, {"suggestion": suggestion}),
            (ticketing.SuggestionRefuseRequested, {"suggestion": suggestion}),
            (ticketing.TriageRequested, {"service": choose(SERVICES), "scope": choose((None, "school", "room"))}),
        ]
        kind, fields = choose(ways)
        return self.life.request(kind, incident.id, **fields)

    def note(self, incident: Incident) -> Event:
        by = {"party": COORDINATOR, "person": "samordnare"}
        return self.life.make(ticketing.NoteWritten, incident=incident.id, by=by, audience=["internal"])

    def vendor(self, incident: Incident) -> Event:
        vendors = [party for party in (incident.lead, *incident.parallel) if party and party.startswith("vendor:")]
        kind, fields = self.random.choice(_WORDS)
        for name in ("question", "proposal"):
            if name in fields:
                fields = fields | {name: self._named(kind, incident, name)}
        return self.life.vendor(kind, incident.id, self.random.choice([*vendors, NETWORK]), **fields)

    def _named(self, kind: type[Event], incident: Incident, name: str) -> str:
        if kind is vendor_bridge.HandoffAnswered:
            return self.random.choice([*self.life.world.questions.get(incident.id, {}), "qu_unknown"])
        return self.life.id("question" if name == "question" else "proposal")


_REQUESTS: list[tuple[type[Request], dict[str, Any]]] = [
    (ticketing.AssignmentRequested, {"party": COORDINATOR}),
    (ticketing.AssignmentRequested, {"party": EKBACKEN}),
    (ticketing.HandOffRequested, {"vendor": NETWORK}),
    (ticketing.HandOffRequested, {"vendor": NETWORK, "role": "parallel"}),
    (ticketing.TakeBackRequested, {}),
    (ticketing.TakeBackRequested, {"vendor": NETWORK}),
    (ticketing.ResolveRequested, {"public_text": TEXT}),
    (ticketing.CloseRequested, {}),
    (ticketing.ReopenRequested, {"reason": TEXT}),
    *((ticketing.GatherRequested, {"priority": priority}) for priority in ("green", "red")),
    *((ticketing.DecideRequested, {"decision": said, "reason": TEXT}) for said in ("yes", "later")),
    *((ticketing.StageRequested, {"stage": stage, "text": TEXT}) for stage in get_args(NextStage)),
    (ticketing.StageRequested, {"stage": "approved", "expected_at": "2026-10-30"}),
    (ticketing.ProposalAcceptRequested, {"proposal": ""}),
    (ticketing.ProposalRejectRequested, {"proposal": "", "reason": TEXT}),
]
_WORDS: list[tuple[type[vendor_bridge.HandoffEvent], dict[str, Any]]] = [
    (vendor_bridge.HandoffAcknowledged, {"heads": {}}),
    (vendor_bridge.HandoffReturned, {}),
    (vendor_bridge.HandoffFailed, {"webhook_id": "msg_1", "reason": TEXT}),
    (vendor_bridge.HandoffAnswered, {"question": "", "text": TEXT, "by": {"party": COORDINATOR}}),
    (vendor_bridge.VendorEntryAdded, {"text": TEXT}),
    (vendor_bridge.VendorStatusChanged, {"status": "in_progress"}),
    (vendor_bridge.VendorInformationRequested, {"question": "", "text": TEXT}),
    (vendor_bridge.VendorResolutionProposed, {"proposal": "", "text": TEXT}),
]
_WAYS: tuple[Callable[[Stream, Incident], Event], ...] = (
    Stream.voice,
    Stream.request,
    Stream.cause,
    Stream.vendor,
    Stream.note,
)


class Returning(Stream):
    """Of a few printers, whose incidents end and come back over and over."""

    def ways(self) -> Sequence[Callable[[Stream, Incident], Event]]:
        """Mostly what reporters say."""
        return (*[Stream.voice] * 6, Stream.cause, Stream.cause, Stream.again)

    def _filed(self, incidents: list[Incident]) -> Event:
        reporter, asset = f"larare-{self.random.randrange(30)}", f"EKB-PR-000{self.random.randrange(6)}"
        return self.life.filed("printing", reporter=reporter, asset=asset, title="Skrivaren skriver inte ut")


def as_on_the_topic(told: Iterable[Told], seed: int = 1) -> list[Received]:
    """Others' events with routing's own among them, which come late: as a topic has them, effects after causes."""
    chance = random.Random(seed)
    topic: list[Event] = []
    behind: list[Event] = []
    for each in told:
        if _speaks_of_an_incident(each.event):
            topic += behind
            behind = []
        topic.append(each.event)
        behind += each.stated
        flushed = chance.randint(0, len(behind)) if chance.random() < 0.3 else 0
        topic += behind[:flushed]
        behind = behind[flushed:]
    return [received(event) for event in topic + behind]


def _speaks_of_an_incident(event: Event) -> bool:
    """Who names an incident has read of it; who only names a ticket may not have."""
    return isinstance(event, Request | vendor_bridge.HandoffEvent) or getattr(event, "same_as", None) is not None


class Busy(Stream):
    """With planned work that is moved, prolonged and called off while incidents wait for it."""

    def _filed(self, incidents: list[Incident]) -> Event:
        choose, works = self.random.choice, list(self.life.world.works.values())
        if not works or self.random.random() < 0.05:
            services = choose((["login"], ["printing", "wifi"], ["learning_platform", "email"]))
            return self.life.planned(
                *services,
                schools=choose(([], ["ekbacken"], ["ekbacken", "sjobo"])),
                minutes=choose((5, 20, 90)),
                effect=choose(("down", "slow", "none")),
            )
        if self.random.random() < 0.2:
            longer = choose((None, -600, 3, 15, 60))
            return self.life.changed(choose(works[-4:]), minutes=longer, cancelled=longer is None)
        return super()._filed(incidents)


class Erasing(Stream):
    """People with several reports, on one incident and on several, are erased now and then: report by report."""

    def __init__(self, municipality: str = "malarvik", seed: int = 1) -> None:
        super().__init__(municipality, seed)
        self.leaving: list[str] = []
        """Tickets that are still to be erased of whoever is being erased."""

    def _next(self) -> Told:
        tickets = self.life.world.tickets.values()
        if not self.leaving and self.random.random() < 0.03:
            gone = self.random.choice([ticket.reporter for ticket in tickets] or [""])
            self.leaving = [one.id for one in tickets if one.reporter == gone and one.state != "erased"]
        if not self.leaving:
            return super()._next()
        event = self.life.erased(self.leaving.pop(0))
        return Told(event, self.life.tell(event))
