"""The life of cases as the notifier hears of it: others' events, and its rules in memory."""

from typing import Any

from contracts.events import routing, ticketing, vendor_bridge
from contracts.events.base import Event
from contracts.values import Actor
from notifier.domain.plan import take_in
from notifier.domain.state import Notification, World
from tests.support.routing_life import COORDINATOR, MALARVIK, MONDAY, NETWORK, Maker

LENA = "larare"
ASKED = {"sv": "Vilken skärm gäller det?"}


class Telling(Maker):
    """`tell` an event to the rules and get the messages that people are owed for it, or only `make` it."""

    def __init__(self, municipality: str = "malarvik", seed: int = 1) -> None:
        super().__init__(municipality, seed)
        self.world = World()
        self.history: list[Event] = []

    def tell(self, *events: Event) -> list[Notification]:
        """What is owed after them that was not before."""
        known = set(self.world.notifications)
        for event in events:
            self.history.append(event)
            take_in(self.world, event)
        return [notification for id_, notification in self.world.notifications.items() if id_ not in known]

    def told(self, *events: Event) -> list[tuple[str, str]]:
        """The same as (person, occasion)."""
        return [(notification.person, notification.occasion) for notification in self.tell(*events)]

    def person(self, id_: str = LENA, **fields: Any) -> ticketing.PersonChanged:
        basis = {
            "person": id_,
            "name": "Lena Lindmark",
            "role": "teacher",
            "email": f"{id_}@{self.municipality}.example",
        }
        return self.make(ticketing.PersonChanged, **basis | fields)

    def beginning(self, *people: str) -> list[Event]:
        """The directory and these people."""
        return [self.directory(MALARVIK), *(self.person(id_) for id_ in people or (LENA,))]

    def _of(self, incident: str) -> dict[str, Any]:
        return {"incident": incident, "version": 1}

    def linked(self, incident: str, ticket: str, reporter: str | None = None) -> routing.TicketLinked:
        """By the engine, or as its reporter said (`same_as`)."""
        by = Actor(party="reporter", person=reporter) if reporter else None
        how = {"score": 1.0, "reasons": [{"sv": "Samma fel."}], "engine_version": "1", "directory_version": "1"}
        return self.make(routing.TicketLinked, **self._of(incident), ticket=ticket, by=by, **how)

    def opened(self, filed: ticketing.TicketFiled) -> tuple[str, list[Event]]:
        """A new incident for a ticket: its id and what routing states."""
        incident = self.id("incident")
        about = {"ticket": filed.ticket, "kind": "incident", "service": "login", "school": filed.school, "urgency": 3}
        opened = self.make(routing.IncidentOpened, **self._of(incident), **about)
        return incident, [opened, self.linked(incident, filed.ticket)]

    def matched(self, incident: str, work: ticketing.WorkPlanned) -> list[Event]:
        """The incident waits for the work."""
        waits = {"state": "waiting", "waiting_on": "planned"}
        return [
            self.make(routing.MatchedToWork, **self._of(incident), work=work.work, until=work.ends_at),
            self.make(routing.IncidentStateChanged, **self._of(incident), **waits),
        ]

    def released(self, incident: str) -> routing.IncidentStateChanged:
        return self.make(routing.IncidentStateChanged, **self._of(incident), state="new")

    def assigned(self, incident: str, party: str = NETWORK, **fields: Any) -> routing.IncidentAssigned:
        basis: dict[str, Any] = {"tier": "vendor", "path": [party], "rule": "r", "reason": {"sv": "Regel r."}}
        return self.make(routing.IncidentAssigned, **self._of(incident), **basis | {"party": party} | fields)

    def to_team(self, incident: str) -> routing.IncidentAssigned:
        return self.assigned(incident, COORDINATOR, tier="central")

    def resolved(self, incident: str, **fields: Any) -> routing.IncidentResolved:
        return self.make(routing.IncidentResolved, **self._of(incident), **fields)

    def reopened(self, incident: str) -> routing.IncidentReopened:
        return self.make(routing.IncidentReopened, **self._of(incident), reason={"sv": "Inte löst."})

    def closed(self, incident: str) -> routing.IncidentClosed:
        return self.make(routing.IncidentClosed, **self._of(incident))

    def asked(self, incident: str, ticket: str | None, **fields: Any) -> vendor_bridge.VendorInformationRequested:
        basis: dict[str, Any] = {"question": self.id("question"), "text": ASKED, "ticket": ticket}
        return self.vendor(vendor_bridge.VendorInformationRequested, incident, NETWORK, **basis | fields)

    def says(self, kind: type[Event], ticket: str) -> Event:
        """The reporter's own word: confirmed, reopened or withdrawn."""
        return self.make(kind, ticket=ticket, by=Actor(party="reporter", person=LENA))

    def wrote(self, ticket: str, by: str = LENA, party: str = "reporter", **fields: Any) -> ticketing.TicketAnswered:
        """What nobody had asked for, unless with `question`."""
        basis = {"ticket": ticket, "by": Actor(party=party, person=by), "text": {"sv": "Nu luktar den bränt."}}
        return self.make(ticketing.TicketAnswered, **basis | fields)

    def erased(self, person: str) -> list[Event]:
        """All their reports, and who they are."""
        by = {"by": Actor(party=COORDINATOR, person="samordnare"), "reason": "asked"}
        theirs = [ticket.id for ticket in self.world.tickets.values() if ticket.reporter == person]
        return [
            *(self.make(ticketing.TicketErased, ticket=id_, entries={id_: (1,)}, since=MONDAY, **by) for id_ in theirs),
            self.make(ticketing.PersonErased, person=person, **by),
        ]
