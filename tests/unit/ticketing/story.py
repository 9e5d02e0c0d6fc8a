"""A little language for what happens to a case, as ticketing hears it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Self

from contracts import ids
from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from contracts.timeline import Entry
from contracts.values import REPORTER_PARTY, SYSTEM, Actor
from ticketing.domain import recorder
from ticketing.domain.fold import fold
from ticketing.domain.state import World

AT = datetime(2026, 10, 5, 7, 30, tzinfo=UTC)
M = "malarvik"
STAFF = Actor(party="team:samordnare", person="samordnare")


class Story:
    """Each step takes one fact in; `own` is what ticketing stated because of them."""

    def __init__(self) -> None:
        self.world = World()
        self.heard: list[Event] = []
        self.own: list[Event] = []
        self._count = 0
        self._version = 0

    def take(self, *events: Event) -> list[Event]:
        stated = []
        for event in events:
            self.heard.append(event)
            for fact in recorder.take_in(self.world, event, AT):
                stated.append(fact)
                self.heard.append(fact)
        self.own += stated
        return stated

    def chain(self, case: str) -> list[Entry]:
        return [entry for entry in self.world.entries if entry.case == case]

    def replayed(self) -> World:
        world = World()
        for event in self.heard:
            fold(world, event)
        return world

    def _envelope(self) -> dict[str, object]:
        self._count += 1
        return {"id": f"ev_{self._count}", "at": AT + timedelta(minutes=self._count), "municipality": M}

    def _changed(self, incident: str) -> dict[str, object]:
        self._version += 1
        return self._envelope() | {"incident": incident, "version": self._version}

    def _add(self, kind: type[Event], values: dict[str, object]) -> Self:
        self.take(kind.model_validate(values))
        return self

    def filed(self, ticket: str) -> Self:
        values = {
            "ticket": ticket,
            "number": f"MAL-2026-{self._count + 1:06d}",
            "kind": "incident",
            "reporter": "larare",
        }
        more = {"title": "Nätet är nere", "school": "ekbacken", "occurred_at": AT}
        return self._add(t.TicketFiled, self._envelope() | values | more)

    def opened(self, incident: str, ticket: str) -> Self:
        values = {"ticket": ticket, "kind": "incident", "service": "wifi", "school": "ekbacken", "urgency": 2}
        self._add(r.IncidentOpened, self._changed(incident) | values)
        return self.linked(incident, ticket)

    def linked(self, incident: str, ticket: str) -> Self:
        values = {"ticket": ticket, "score": 1.0, "reasons": ({"sv": "samma tjänst"},)}
        more = {"engine_version": "1", "directory_version": "1"}
        return self._add(r.TicketLinked, self._changed(incident) | values | more)

    def joined(self, ticket: str, into: str) -> Self:
        """The only ticket of its incident goes on in another one."""
        left = self.world.tickets[ticket].incident
        assert left is not None
        self.linked(into, ticket)
        return self._add(r.IncidentSuperseded, self._changed(left) | {"successor": into})

    def assigned(
        self,
        incident: str,
        party: str,
        rule: str = "nat",
        *,
        role: str = "lead",
        previous: str | None = None,
        note: str | None = None,
        request_id: str | None = None,
        reason: dict[str, str] | None = None,
        tier: str = "central",
    ) -> Self:
        holder = self.world.incidents[incident].holder if incident in self.world.incidents else None
        values = {
            "party": party,
            "role": role,
            "previous": previous or holder,
            "tier": "vendor" if party.startswith("vendor:") else tier,
            "path": (party,),
            "rule": rule,
            "reason": reason or {"sv": "De sköter nätet.", "en": "They run the network."},
            "note": {"sv": note} if note else None,
            "by": STAFF,
            "request_id": request_id,
        }
        return self._add(r.IncidentAssigned, self._changed(incident) | values)

    def part_accepted(self, incident: str, lead: str, vendor: str, proposal: str, text: str | None = None) -> Self:
        """A vendor beside the lead has done its part."""
        values = {
            "party": lead,
            "role": "parallel",
            "previous": vendor,
            "tier": "central",
            "path": (lead,),
            "rule": "accepted",
            "reason": {"sv": "Klara med sin del.", "en": "Done with their part."},
            "proposal": proposal,
            "public_text": {"sv": text} if text else None,
            "by": STAFF,
        }
        return self._add(r.IncidentAssigned, self._changed(incident) | values)

    def clock(self, incident: str, clock: str, minutes: int, promise: str = "resolve") -> Self:
        values = {"clock": clock, "party": "team:samordnare", "promise": promise, "agreement": "vanlig"}
        times = {"started_at": AT, "due_at": AT + timedelta(minutes=minutes)}
        return self._add(r.ClockStarted, self._envelope() | {"incident": incident} | values | times)

    def clock_stopped(self, incident: str, clock: str) -> Self:
        values = {"clock": clock, "party": "team:samordnare", "promise": "resolve", "stopped_at": AT, "reason": "kept"}
        return self._add(r.ClockStopped, self._envelope() | {"incident": incident} | values)

    def resolved(self, incident: str) -> Self:
        return self._add(r.IncidentResolved, self._changed(incident) | {"public_text": {"sv": "Switchen är bytt."}})

    def cancelled(self, incident: str) -> Self:
        return self._add(r.IncidentStateChanged, self._changed(incident) | {"state": "cancelled"})

    def closed(self, incident: str) -> Self:
        return self._add(r.IncidentClosed, self._changed(incident))

    def opened_again(self, incident: str) -> Self:
        values = {"reason": {"sv": "Nere igen."}, "by": STAFF}
        return self._add(r.IncidentReopened, self._changed(incident) | values)

    def moved_on(self, incident: str, stage: str, text: str) -> Self:
        """Of an order, by staff."""
        values = {"stage": stage, "text": {"sv": text}, "by": STAFF}
        return self._add(r.StageChanged, self._changed(incident) | values)

    def staff_wrote(self, ticket: str, text: str) -> Self:
        values = {"ticket": ticket, "text": {"sv": text}, "by": STAFF}
        return self._add(t.TicketAnswered, self._envelope() | values)

    def staff_reopened(self, ticket: str, text: str) -> Self:
        values = {"ticket": ticket, "text": {"sv": text}, "by": STAFF}
        return self._add(t.TicketReopened, self._envelope() | values)

    def erased(self, ticket: str) -> Self:
        values = {"ticket": ticket, "reason": "asked", "by": STAFF, "entries": {}, "since": AT}
        return self._add(t.TicketErased, self._envelope() | values)

    def refused(self, incident: str, request_id: str) -> Self:
        values = {"request_id": request_id, "code": "stale", "reason": {"sv": "Någon hann före.", "en": "Too late."}}
        return self._add(r.RequestRefused, self._envelope() | {"incident": incident} | values)

    def asked_owner(self, incident: str, request_id: str) -> Self:
        values = {"incident": incident, "request_id": request_id, "by": STAFF, "vendor": "vendor:network"}
        return self._add(t.HandOffRequested, self._envelope() | values)

    def _handoff(self, incident: str, vendor: str) -> dict[str, object]:
        handoff = ids.derived("handoff", incident, vendor)
        return self._envelope() | {"handoff": handoff, "incident": incident, "vendor": vendor}

    def acknowledged(self, incident: str, vendor: str) -> Self:
        return self._add(v.HandoffAcknowledged, self._handoff(incident, vendor) | {"heads": {}})

    def offered(self, incident: str, vendor: str, role: str = "lead") -> Self:
        return self._add(v.HandoffOffered, self._handoff(incident, vendor) | {"connection": "x", "role": role})

    def delivered(self, incident: str, vendor: str, message: str = "offered", minutes: int = 0) -> Self:
        values = {"webhook_id": f"wh_{message}", "message": message, "heads": {}, "attempts": 1}
        values["at"] = AT + timedelta(minutes=minutes)
        return self._add(v.HandoffDelivered, self._handoff(incident, vendor) | values)

    def ended(self, kind: type[v.HandoffEvent], incident: str, vendor: str, **more: object) -> Self:
        return self._add(kind, self._handoff(incident, vendor) | more)

    def wrote(self, incident: str, vendor: str, text: str, *, ticket: str | None = None, private: bool = False) -> Self:
        values = {"message": "m1", "ticket": ticket, "text": {"sv": text}, "private": private}
        return self._add(v.VendorEntryAdded, self._handoff(incident, vendor) | values)

    def asked(self, incident: str, vendor: str, question: str, ticket: str | None) -> Self:
        values = {"message": "m2", "ticket": ticket, "question": question, "text": {"sv": "Vilken färg har lampan?"}}
        return self._add(v.VendorInformationRequested, self._handoff(incident, vendor) | values)

    def told_status(self, incident: str, vendor: str, **more: object) -> Self:
        values = {"message": "m3", "status": "in_progress"} | more
        return self._add(v.VendorStatusChanged, self._handoff(incident, vendor) | values)

    def answered(self, ticket: str, incident: str, question: str, text: str) -> Self:
        values = {"ticket": ticket, "incident": incident, "question": question, "text": {"sv": text}}
        actor = Actor(party=REPORTER_PARTY, person="larare")
        return self._add(t.TicketAnswered, self._envelope() | values | {"by": actor})

    def answered_by_staff(
        self, incident: str, vendor: str, question: str, ticket: str, text: str, *, request_id: str | None = "rq_1"
    ) -> Self:
        by = Actor(party="team:samordnaren", person="samordnare")
        values = {"question": question, "ticket": ticket, "text": {"sv": text}, "by": by, "request_id": request_id}
        return self._add(v.HandoffAnswered, self._handoff(incident, vendor) | values)

    def answered_by_the_solution(
        self, incident: str, vendor: str, question: str, ticket: str | None, text: str
    ) -> Self:
        values = {"question": question, "ticket": ticket, "text": {"sv": text}, "by": SYSTEM}
        return self._add(v.HandoffAnswered, self._handoff(incident, vendor) | values)

    def proposed(self, incident: str, vendor: str, proposal: str) -> Self:
        values = {"message": "m4", "proposal": proposal, "text": {"sv": "Bytt."}}
        return self._add(v.VendorResolutionProposed, self._handoff(incident, vendor) | values)

    def rejected(self, incident: str, proposal: str) -> Self:
        values = {"proposal": proposal, "reason": {"sv": "Nej."}}
        return self._add(r.ProposalRejected, self._changed(incident) | values)
