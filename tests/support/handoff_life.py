"""A case as the bridge hears of it: facts of ticketing and routing in their order, with real chains."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from contracts import envelope, ids
from contracts.directory import Directory
from contracts.directory.load import load
from contracts.envelope import Received
from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.events.base import Event
from contracts.timeline import Draft, FileRef, append, head_of
from contracts.values import Actor, Head

ROOT = Path(__file__).parents[2]
WIFI = "vendor:network"
PLATFORM = "vendor:platform"
COORDINATOR = "team:samordnaren"
TEACHER = Actor(party="reporter", person="pe_larare")
STAFF = Actor(party=COORDINATOR, person="pe_samordnare")


@cache
def directory(municipality: str = "malarvik") -> Directory:
    return load((ROOT / "municipalities" / f"{municipality}.yaml").read_text(encoding="utf-8"))


def received(event: Event, traceparent: str | None = None) -> Received:
    return Received(event=event, source=envelope.source_of(event), sequence=None, traceparent=traceparent)


def directory_changed(content: Directory | None = None) -> t.DirectoryChanged:
    content = content or directory()
    return t.DirectoryChanged(**_stamp(content.id), version=content.version, directory=content)


def _stamp(municipality: str, caused_by: str | None = None) -> dict[str, Any]:
    return {
        "id": ids.new("event"),
        "at": datetime.now(UTC),
        "municipality": municipality,
        "caused_by": caused_by,
    }


class Case:
    """One incident from its first report on; each method gives the facts that follow, in their order."""

    def __init__(self, municipality: str = "malarvik", school: str = "ekbacken", service: str = "wifi") -> None:
        self.municipality, self.school, self.service = municipality, school, service
        self.incident = ids.new("incident")
        self.tickets: list[str] = []
        self.heads: dict[str, Head] = {}
        self.version = 0
        self.lead: str | None = None
        self.room: str | None = None
        self.asset: str | None = None

    def stamp(self, cause: Event | None = None) -> dict[str, Any]:
        return _stamp(self.municipality, cause.id if cause else None)

    def changing(self, cause: Event | None = None, **more: Any) -> dict[str, Any]:
        self.version += 1
        return self.stamp(cause) | {"incident": self.incident, "version": self.version, **more}

    def entry(
        self,
        text: str,
        *audience: str,
        case: str | None = None,
        cause: Event | str | None = None,
        kind: Any = "reply",
        party: str = "reporter",
        private: bool = False,
        facts: dict[str, str] | None = None,
        files: tuple[FileRef, ...] = (),
    ) -> t.EntryRecorded:
        case = case or self.incident
        caused_by = cause.id if isinstance(cause, Event) else cause or ids.new("event")
        draft = Draft(
            at=cause.at if isinstance(cause, Event) else datetime.now(UTC),
            party=party,
            kind=kind,
            audience=audience,
            caused_by=caused_by,
            text={"sv": text},
            private=private,
            facts=facts or {},
            files=files,
        )
        made = append(case, self.heads.get(case), draft)
        self.heads[case] = head_of(made)
        return t.EntryRecorded(**(self.stamp() | {"caused_by": caused_by}), case=case, entry=made)

    def filed(self, title: str = "Wifi nere", text: str = "Ingen elev kommer ut på nätet.") -> list[Event]:
        ticket = ids.new("ticket")
        filed = t.TicketFiled(
            **self.stamp(),
            ticket=ticket,
            number=f"MAL-2026-{ticket[-6:]}",
            kind="incident",
            reporter="pe_larare",
            title=title,
            description=text,
            school=self.school,
            room=self.room,
            service=self.service,
            asset=self.asset,
            occurred_at=datetime.now(UTC),
        )
        self.tickets.append(ticket)
        return [filed, self.entry(f"{title}\n\n{text}", "reporter", case=ticket, cause=filed, kind="filed")]

    def opened(self) -> list[Event]:
        filed = self.filed()
        return [*filed, *self.opened_for(self.tickets[0], filed[0])]

    def opened_for(self, ticket: str, cause: Event | None = None) -> list[Event]:
        """Of a ticket that is there already: new, or taken off another incident."""
        opened = r.IncidentOpened(
            **self.changing(cause),
            ticket=ticket,
            kind="incident",
            service=self.service,
            school=self.school,
            urgency=2,
        )
        return [opened, self.linked(ticket, opened)]

    def linked(self, ticket: str, cause: Event | None = None) -> r.TicketLinked:
        return r.TicketLinked(
            **self.stamp(cause),
            incident=self.incident,
            version=self.version,
            ticket=ticket,
            score=1.0,
            reasons=(),
            engine_version="1",
            directory_version="1",
        )

    def assigned(self, party: str, rule: str = "request", *, role: Any = "lead", note: str = "") -> list[Event]:
        event = r.IncidentAssigned(
            **self.changing(),
            party=party,
            tier="vendor" if party.startswith("vendor:") else "central",
            role=role,
            previous=self.lead,
            path=(party,),
            rule=rule,
            reason={"sv": "Regeln säger det."},
        )
        if role == "lead":
            self.lead = party
        text, facts = f"Ärendet ligger nu hos {party}.", {"rule": rule}
        told = self.entry(text, "reporters", cause=event, kind="handed_over", party="eskalera", facts=facts)
        noted = [self.entry(note, f"party:{party}", cause=event, kind="note", party=COORDINATOR)] if note else []
        return [event, told, *noted]

    def handed_over(self, vendor: str = WIFI, note: str = "") -> list[Event]:
        return [*self.opened(), *self.assigned(vendor, note=note)]

    def answered(self, ticket: str, question: str | None, text: str = "Ja, den blinkar.") -> list[Event]:
        event = t.TicketAnswered(
            **self.stamp(), ticket=ticket, incident=self.incident, by=TEACHER, text={"sv": text}, question=question
        )
        kind = "answer" if question else "reply"
        return [event, self.entry(text, "reporter", case=ticket, cause=event, kind=kind)]

    def answer_requested(self, question: str, text: str = "Dörren är öppen från sju.") -> t.VendorAnswerRequested:
        return t.VendorAnswerRequested(
            **self.stamp(),
            request_id=ids.new("request"),
            incident=self.incident,
            by=STAFF,
            question=question,
            text={"sv": text},
        )

    def answer_recorded(self, requested: t.VendorAnswerRequested, vendor: str = WIFI) -> t.EntryRecorded:
        """The entry that ticketing makes of what the bridge states on it."""
        stated = ids.derived("event", "vendor-bridge", requested.id, 1)
        words = requested.text["sv"]
        return self.entry(words, f"party:{vendor}", cause=stated, kind="answer", party=requested.by.party)

    def resolved(self, proposal: str | None = None) -> r.IncidentResolved:
        return r.IncidentResolved(**self.changing(), public_text={"sv": "Det fungerar igen."}, proposal=proposal)

    def rejected(self, proposal: str) -> r.ProposalRejected:
        return r.ProposalRejected(**self.changing(), proposal=proposal, reason={"sv": "Fortfarande nere i B-huset."})

    def part_accepted(self, vendor: str, proposal: str) -> list[Event]:
        """A vendor beside the lead has done its part, and the lead goes on."""
        ended, told = self.assigned(COORDINATOR, "accepted", role="parallel")
        return [ended.model_copy(update={"previous": vendor, "proposal": proposal}), told]

    def reopened(self) -> r.IncidentReopened:
        return r.IncidentReopened(**self.changing(), reason={"sv": "Det var inte löst."})

    def closed(self) -> r.IncidentClosed:
        return r.IncidentClosed(**self.changing())

    def superseded(self, by: "Case") -> r.IncidentSuperseded:
        return r.IncidentSuperseded(**self.changing(), successor=by.incident)

    def erased(self, ticket: str, *causes: str) -> list[Event]:
        """The ticket's words are gone, all that its chain says until now; told in its history."""
        event = t.TicketErased(
            **self.stamp(),
            ticket=ticket,
            incident=self.incident,
            by=STAFF,
            reason="asked",
            entries={ticket: tuple(range(1, self.heads[ticket].seq + 1))},
            causes=causes,
            since=datetime(2026, 1, 1, tzinfo=UTC),
        )
        words = "Uppgifterna i ärendet är raderade."
        return [event, self.entry(words, "reporter", case=ticket, cause=event, kind="erased", party=COORDINATOR)]

    def grown(self, school: str, service: str) -> list[Event]:
        """One more report, of another school; with it another service is found to be at fault, and more urgently."""
        self.school, reason = school, {"sv": "Nationellt prov."}
        more = self.filed("Plattformen zq7", "Nere zq7.")
        return [
            *more,
            self.linked(self.tickets[-1]),
            r.IncidentTriaged(**self.changing(), by=STAFF, service=service),
            r.UrgencyChanged(**self.changing(), urgency=1, previous=2, reason=reason),
        ]

    def cancelled(self) -> r.IncidentStateChanged:
        return r.IncidentStateChanged(**self.changing(), state="cancelled")


def types(events: Sequence[Event]) -> list[str]:
    """Their types without version."""
    return [event.TYPE.removesuffix(".v1") for event in events]
