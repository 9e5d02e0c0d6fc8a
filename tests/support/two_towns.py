"""Two municipalities' bridges wired to each other, each with a small stand-in for its ticketing and routing.

A hands over, B works on it; both record facts as ticketing does. B's `Town` files what its bridge says was reported.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from contracts import ids
from contracts.disclosure import INTERNAL, REPORTER, REPORTERS, to_party
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from contracts.timeline import Entry, FileRef
from contracts.values import SYSTEM_PARTY, Actor, Words
from tests.support.handoff_life import COORDINATOR, STAFF, Case


@dataclass
class Town:
    """One municipality: its bridge, and who the other is there."""

    bridge: Any
    municipality: str
    other: str
    school: str
    team: str = COORDINATOR
    cases: dict[str, Case] = field(default_factory=dict)
    """By incident."""
    questions: dict[str, list[str]] = field(default_factory=dict)
    """Of the other, by incident: those without an answer."""
    filed_at: dict[str, datetime] = field(default_factory=dict)
    """By ticket: nothing is said on it before."""
    heard: int = 0

    def of_ticket(self, ticket: str) -> Case | None:
        return next((case for case in self.cases.values() if ticket in case.tickets), None)

    async def hand_over(self) -> Case:
        case = Case(self.municipality, school=self.school)
        self.cases[case.incident] = case
        await self.bridge.take_in(*case.handed_over(self.other))
        return case

    async def join(self, case: Case, other: Case) -> None:
        """The other's only ticket is one of this case's."""
        [ticket] = other.tickets
        await self.bridge.take_in(case.linked(ticket))
        case.tickets.append(ticket)
        case.heads[ticket] = other.heads[ticket]
        del self.cases[other.incident]

    async def solve(self, case: Case, text: str) -> None:
        told = case.entry(text, REPORTERS, kind="resolved", party=self.team)
        await self.bridge.take_in(case.resolved(), told)

    async def reopen(self, case: Case) -> None:
        told = case.entry("Ärendet är öppnat igen.", REPORTERS, kind="reopened", party=SYSTEM_PARTY)
        await self.bridge.take_in(case.reopened(), told, *case.assigned(self.team, "reopened"))

    async def hand_on(self, case: Case, note: str) -> None:
        """To the other, whoever that got it from."""
        await self.bridge.take_in(*case.assigned(self.other, note=note))

    async def record(self) -> bool:
        """What ticketing and routing make of the bridge's own facts; whether there were any."""
        stated = await self.bridge.stated()
        new = [event for event in stated[self.heard :] if event.municipality == self.municipality]
        self.heard = len(stated)
        for event in new:
            if facts := list(self._facts(event)):
                await self.bridge.take_in(*facts)
        return bool(new)

    def _facts(self, event: Event) -> list[Event]:
        match event:
            case v.VendorTicketReported():
                return self._filed(event)
            case v.VendorTicketChanged():
                return self._changed(event)
            case v.HandoffAcknowledged() | v.HandoffReturned():
                case = self.cases[event.incident]
                kind = "acknowledged" if isinstance(event, v.HandoffAcknowledged) else "returned"
                words = next(iter((getattr(event, "text", None) or {"sv": kind}).values()))
                told = case.entry(words, REPORTERS, cause=event, kind=kind, party=event.vendor)
                return [told, *(case.assigned(self.team, "returned") if kind == "returned" else [])]
            case v.VendorInformationRequested():
                asked = {"question": event.question}
                if event.ticket is not None:
                    about: dict[str, Any] = {
                        "case": event.ticket,
                        "cause": event,
                        "kind": "question",
                        "party": event.vendor,
                    }
                    return [self.cases[event.incident].entry(event.text["sv"], REPORTER, **about, facts=asked)]
                self.questions.setdefault(event.incident, []).append(event.question)
                return [self._vendors(event, "question", asked)]
            case v.VendorEntryAdded(private=True):
                case = self.cases[event.incident]
                text = event.text["sv"]
                reader = to_party(self.other)
                return [case.entry(text, reader, cause=event, kind="vendor_entry", party=self.other, private=True)]
            case v.VendorEntryAdded() | v.VendorStatusChanged() if event.text:
                return [self._vendors(event, "vendor_entry")]
            case v.VendorResolutionProposed():
                return [self._vendors(event, "proposal", {"proposal": event.proposal})]
            case v.HandoffAnswered():
                if event.ticket is not None:
                    return []  # the reporter's own words stand there
                case, text = self.cases[event.incident], event.text["sv"]
                by, asked = event.by.party, {"question": event.question}
                return [case.entry(text, to_party(self.other), cause=event, kind="answer", party=by, facts=asked)]
            case _:
                return []

    def _vendors(self, event: Any, kind: str, facts: dict[str, str] | None = None) -> Event:
        """R2: of a lone incident to its reporter, else to the vendor."""
        case, text = self.cases[event.incident], event.text["sv"]
        if kind == "vendor_entry" and len(case.tickets) == 1:
            ticket, files = case.tickets[0], getattr(event, "files", ())
            return case.entry(text, REPORTER, case=ticket, cause=event, kind=kind, party=self.other, files=files)
        return case.entry(text, to_party(self.other), cause=event, kind=kind, party=self.other, facts=facts)

    def _filed(self, event: v.VendorTicketReported) -> list[Event]:
        case = Case(self.municipality, school=self.school)
        case.tickets.append(event.ticket)
        self.cases[case.incident] = case
        filed = t.TicketFiled(
            **case.stamp(event),
            ticket=event.ticket,
            number=f"{self.municipality[:3].upper()}-2026-{len(self.cases):06d}",
            kind="incident",
            reporter=self.other,
            title=event.title,
            description=event.description,
            school=self.school,
            service=case.service,
            occurred_at=datetime.now(UTC),
        )
        self.filed_at[event.ticket] = filed.at
        words = f"{event.title}\n\n{event.description}"
        own = case.entry(
            words, REPORTER, case=event.ticket, cause=filed, kind="filed", party=self.other, files=event.files
        )
        return [filed, own, *case.opened_for(event.ticket, filed), *case.assigned(self.team, "service")]

    def _changed(self, event: v.VendorTicketChanged) -> list[Event]:
        case = self.of_ticket(event.ticket)
        if case is None or event.text is None:
            return []
        if event.unsolved:
            return self._unsolved(case, event, event.text)
        if event.private:
            text, of = event.text["sv"], event.ticket
            return [case.entry(text, INTERNAL, case=of, cause=event, kind="vendor_entry", party=self.other)]
        answered = t.TicketAnswered(
            **case.stamp(event) | {"at": max(event.at, self.filed_at.get(event.ticket, event.at))},
            ticket=event.ticket,
            incident=case.incident,
            by=Actor(party=self.other),
            text=event.text,
            question=event.answers,
            files=event.files,
        )
        kind, facts = ("answer", {"question": event.answers}) if event.answers else ("reply", {})
        about: dict[str, Any] = {"case": event.ticket, "cause": answered, "party": self.other, "files": event.files}
        return [answered, case.entry(event.text["sv"], REPORTER, **about, kind=kind, facts=facts)]

    def _unsolved(self, case: Case, event: v.VendorTicketChanged, text: Words) -> list[Event]:
        """As a reporter's "no"."""
        by = Actor(party=self.other)
        no = t.TicketReopened(**case.stamp(event), ticket=event.ticket, incident=case.incident, by=by, text=text)
        said = case.entry(text["sv"], REPORTER, case=event.ticket, cause=no, kind="reopened", party=self.other)
        again = case.reopened()
        told = case.entry("Ärendet är öppnat igen.", REPORTERS, cause=again, kind="reopened", party=SYSTEM_PARTY)
        return [no, said, again, told, *case.assigned(self.team, "reopened")]

    # ---- what people do

    async def reporter_writes(self, case: Case, text: str, *files: FileRef) -> None:
        await self.bridge.take_in(case.entry(text, REPORTER, case=case.tickets[0], files=files))

    async def staff_replies(self, case: Case, text: str, *files: FileRef) -> None:
        await self.bridge.take_in(case.entry(text, REPORTER, case=case.tickets[0], party=self.team, files=files))

    async def staff_tells_all(self, case: Case, text: str) -> None:
        await self.bridge.take_in(case.entry(text, REPORTERS, kind="note", party=self.team))

    async def staff_writes_to_the_other(self, case: Case, text: str) -> None:
        await self.bridge.take_in(case.entry(text, to_party(self.other), kind="note", party=self.team))

    async def staff_keeps_to_itself(self, case: Case, text: str) -> None:
        await self.bridge.take_in(case.entry(text, INTERNAL, kind="note", party=self.team))

    async def asks_the_reporter(self, case: Case, text: str) -> None:
        """As a vendor of this municipality does that has the case beside."""
        asked = case.entry(text, REPORTER, case=case.tickets[0], kind="question", party="vendor:tredje")
        await self.bridge.take_in(asked)

    async def asks_the_other(self, case: Case, text: str) -> str:
        """As staff do whose ticket another Eskalera handed over."""
        question = ids.new("question")
        about: dict[str, Any] = {"case": case.tickets[0], "party": self.team, "facts": {"question": question}}
        await self.bridge.take_in(case.entry(text, REPORTER, **about, kind="question"))
        return question

    async def needs_no_answer(self, case: Case, question: str, why: str) -> None:
        about: dict[str, Any] = {"case": case.tickets[0], "party": self.team, "facts": {"question": question}}
        await self.bridge.take_in(case.entry(why, REPORTER, **about, kind="answer"))

    async def answers(self, case: Case, text: str) -> bool:
        """A question of the other; False: there is none."""
        open_ = self.questions.get(case.incident, [])
        if not open_:
            return False
        asked = t.VendorAnswerRequested(
            **case.stamp(),
            request_id=f"rq_{open_[0]}",
            incident=case.incident,
            by=STAFF,
            question=open_.pop(0),
            text={"sv": text},
        )
        await self.bridge.take_in(asked)
        return True

    async def entries(self) -> list[Entry]:
        """All that is recorded, in the order in which it was."""
        rows = await self.bridge.rows(
            "SELECT content FROM chain_entry WHERE municipality = :own ORDER BY content ->> 'at', case_id, seq",
            own=self.municipality,
        )
        return [Entry.model_validate(row.content) for row in rows]
