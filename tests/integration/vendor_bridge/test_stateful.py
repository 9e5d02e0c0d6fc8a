"""Random hand-offs through the whole bridge, by bad lines and with deaths between any two steps: both sides' stories
are equal at each rest.

Routing's and ticketing's own rules say what happens to the cases; the bridge runs on a real Postgres. A vendor keeps
what it gets with the program of docs/vendors. `ESKALERA_HANDOFF_LIVES=200` lives as many, and makes what
fails as short as it can (`make lives`).
"""

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.db import create_engine
from contracts.disclosure import INTERNAL, REPORTERS
from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.events.base import Request
from tests.conftest import MakeDatabase
from tests.integration.vendor_bridge.conftest import new_secret
from tests.support.handoffs.book import Book, Saying
from tests.support.handoffs.checks import Rest, check_all
from tests.support.handoffs.process import Fault, Process
from tests.support.handoffs.town import SERVICES, VENDORS, Service, Town, configured
from tests.support.routing_life import SAMORDNARE
from vendor_bridge.domain.receive import NotOfThisCase
from vendor_bridge.handlers import NotSigned, UnknownHandoff

LIVES = int(os.environ.get("ESKALERA_HANDOFF_LIVES", "6"))
STEPS = 40
PATIENCE = 400
"""Rounds until everybody has come to rest; more is a storm."""

ROUNDS = 4
"""Of acknowledging, and of being sent what was lost."""

towns = st.sampled_from((0, 0, 0, 1))
which = st.integers(0, 7)
vendors = st.sampled_from(VENDORS)
FAULTS: tuple[Fault, ...] = ("none", "refused", "answer_lost", "twice", "busy")
few = st.integers(1, 6)


KINDS = (
    "entry_added",
    "entry_added private",
    "entry_added closes",
    "status_changed in_progress",
    "status_changed accepted",
    "information_requested",
    "resolution_proposed",
    "returned",
)
MORE: dict[str, dict[str, Any]] = {
    "entry_added private": {"private": True},
    "status_changed in_progress": {"status": "in_progress"},
    "status_changed accepted": {"status": "accepted"},
}
NAMES_A_TICKET = frozenset(KINDS) - {"returned"}


class Ground:
    """One database for all lives, emptied between them; one loop."""

    def __init__(self, engine: AsyncEngine, folder: Path, loop: asyncio.Runner) -> None:
        self.engine, self.loop = engine, loop
        self.secrets = {
            f"{town}-{vendor.connection.name}": new_secret()
            for town in ("malarvik", "hallsberg")
            for vendor in configured(town).vendors
            if vendor.connection is not None
        }
        self.file = folder / "secrets.json"
        self.file.write_text(json.dumps(self.secrets))
        self.facts: Counter[str] = Counter()

    async def empty(self) -> None:
        async with self.engine.begin() as conn:
            query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'alembic%'"
            await conn.execute(text(f"TRUNCATE {', '.join(await conn.scalars(text(query)))}"))


class HandOffs(RuleBasedStateMachine):
    """Two municipalities with the same vendors, one bridge, and a line that does what it likes."""

    ground: Ground

    def __init__(self) -> None:
        super().__init__()
        self.run = self.ground.loop.run
        self.towns = [Town("malarvik"), Town("hallsberg")]
        self.books = [
            Book(
                town.id,
                f"vendor:{vendor.id}",
                vendor.connection.name,
                self.ground.secrets[vendor.connection.secret_ref or ""],
            )
            for town in self.towns
            for vendor in configured(town.id).vendors
            if vendor.connection is not None and f"vendor:{vendor.id}" in VENDORS
        ]
        self.run(self.ground.empty())
        self.process = self.run(self._started())
        self.ground.facts["lives"] += 1
        self.dice, self.is_calm = Random(0), True

    async def _started(self) -> Process:
        return Process(self.ground.engine, self.ground.file, self.books)

    @initialize(service=st.sampled_from(SERVICES), seed=st.integers(0, 2**20))
    def a_first_report(self, service: str, seed: int) -> None:
        """`seed`: of what goes on beside; 0: nothing goes wrong by itself."""
        self.dice, self.is_calm = Random(seed), seed == 0
        for town in self.towns:
            town.reports(service)
        self.rest()

    # ---- what people do

    @rule(town=towns, service=st.sampled_from(SERVICES))
    def reports(self, town: int, service: str) -> None:
        self.towns[town].reports(service)

    @rule(town=towns, nth=which)
    def writes_more(self, town: int, nth: int) -> None:
        if ticket := pick(self._tickets(town), nth):
            self.towns[town].replies(ticket)

    @precondition(lambda self: any(town.ticketing.questions for town in self.towns))
    @rule(town=towns, nth=which)
    def answers(self, town: int, nth: int) -> None:
        """The newest question that is open, by its reporter or by staff."""
        here = self.towns[town]
        asked = [each for each in here.ticketing.questions.values() if each.answered_at is None]
        if (question := pick(asked, nth)) is None:
            return
        if question.ticket is not None and nth % 2:
            here.replies(question.ticket, question.id)
        else:
            text = {"sv": here.mark("all" if question.ticket else "", question.incident)}
            here.asks(t.VendorAnswerRequested, question.incident, question=question.id, text=text)

    @rule(town=towns, nth=which, to=st.sampled_from((INTERNAL, REPORTERS, *VENDORS)))
    def staff_notes(self, town: int, nth: int, to: str) -> None:
        if incident := pick(self._incidents(town), nth):
            had = {each.vendor for each in self.towns[town].ticketing.handoffs.values() if each.incident == incident}
            if to in (INTERNAL, REPORTERS) or to in had:
                self.towns[town].notes(incident, to)

    @rule(
        town=towns, nth=which, vendor=vendors, role=st.sampled_from(("lead", "lead", "parallel")), noted=st.booleans()
    )
    def hands_over(self, town: int, nth: int, vendor: str, role: str, noted: bool) -> None:
        if incident := pick(self._incidents(town), nth):
            note = {"sv": self.towns[town].mark(vendor, incident)} if noted else None
            self.towns[town].asks(t.HandOffRequested, incident, vendor=vendor, role=role, note=note)

    @rule(town=towns, nth=which, vendor=st.sampled_from((None, *VENDORS)))
    def takes_back(self, town: int, nth: int, vendor: str | None) -> None:
        if incident := pick(self._incidents(town), nth):
            self.towns[town].asks(t.TakeBackRequested, incident, vendor=vendor)

    @rule(town=towns, nth=which)
    def gives_to_a_team(self, town: int, nth: int) -> None:
        if incident := pick(self._incidents(town), nth):
            self.towns[town].asks(t.AssignmentRequested, incident, party="team:it-enheten")

    @precondition(lambda self: any(town.ticketing.proposals for town in self.towns))
    @rule(town=towns, nth=which, accepted=st.booleans())
    def judges(self, town: int, nth: int, accepted: bool) -> None:
        here = self.towns[town]
        if proposal := pick(list(here.ticketing.proposals.values()), nth):
            if accepted:
                said = {"sv": here.mark("all", proposal.incident)} if nth % 2 else None
                here.asks(t.ProposalAcceptRequested, proposal.incident, proposal=proposal.id, public_text=said)
            else:
                reason = {"sv": here.mark("", proposal.incident)}
                here.asks(t.ProposalRejectRequested, proposal.incident, proposal=proposal.id, reason=reason)

    @rule(town=towns, nth=which, vendor=vendors)
    def a_part_is_done(self, town: int, nth: int, vendor: str) -> None:
        """A vendor beside whoever has it says so, and it is accepted, as far as the world lets that come."""
        here = self.towns[town]
        if (incident := pick(self._incidents(town), nth)) is None:
            return
        here.asks(t.HandOffRequested, incident, vendor=vendor, role="parallel", note=None)
        self._pass(60, together=True, towns_first=True)
        self._pass(60, together=True, towns_first=True)
        book = next(each for each in self.books if (each.municipality, each.party) == (here.id, vendor))
        for part in [each for each in here.ticketing.handoffs.values() if each.id in book.handoffs()]:
            if (part.incident, part.vendor, part.role) != (incident, vendor, "parallel"):
                continue
            self._say(book, book.says("resolution_proposed", part.id, here.mark("", part.id)))
            self._pass(60, together=True, towns_first=True)
        for proposal in list(here.ticketing.proposals.values()):
            if (proposal.incident, proposal.vendor) == (incident, vendor):
                here.asks(t.ProposalAcceptRequested, incident, proposal=proposal.id)

    @rule(town=towns, nth=which, how=st.sampled_from((t.ResolveRequested, t.CloseRequested, t.ReopenRequested)))
    def ends_or_opens_again(self, town: int, nth: int, how: type[Any]) -> None:
        if incident := pick(self._incidents(town), nth):
            said = {"sv": self.towns[town].mark("", incident)}
            words: dict[type[Request], dict[str, object]] = {
                t.ResolveRequested: {"public_text": said},
                t.ReopenRequested: {"reason": said},
            }
            self.towns[town].asks(how, incident, by=SAMORDNARE, **words.get(how, {}))

    @precondition(lambda self: any(len(town.ticketing.tickets) > 1 for town in self.towns))
    @rule(town=towns, nth=which, mth=which)
    def links(self, town: int, nth: int, mth: int) -> None:
        ticket, incident = pick(self._tickets(town), nth), pick(self._incidents(town), mth)
        if ticket and incident:
            self.towns[town].asks(t.LinkRequested, incident, ticket=ticket)

    @rule(town=towns, nth=which)
    def unlinks(self, town: int, nth: int) -> None:
        if ticket := pick(self._tickets(town), nth):
            incident = self.towns[town].ticketing.tickets[ticket].incident
            if incident:
                self.towns[town].asks(t.UnlinkRequested, incident, ticket=ticket)

    @rule(town=towns, nth=which)
    def withdraws(self, town: int, nth: int) -> None:
        here = self.towns[town]
        if (ticket := pick(self._tickets(town), nth)) and here.ticketing.tickets[ticket].incident:
            here.withdraws(ticket)

    # ---- what vendors do

    @rule(nth=which, mth=which, kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=3), named=st.booleans())
    def vendor_says(self, nth: int, mth: int, kinds: list[str], named: bool) -> None:
        """Some messages of one case; they are sent in any order."""
        if (found := pick(self._held(), nth)) is None:
            return
        book, handoff = found
        here = next(town for town in self.towns if town.id == book.municipality)
        for kind in kinds:
            more: dict[str, Any] = dict(MORE.get(kind, {}))
            if named and kind in NAMES_A_TICKET and (ticket := pick(book.tickets(handoff), mth)):
                more["ticket"] = ticket
            if kind == "entry_added closes":
                more = {"closes": pick(book.asked(handoff), mth) or "nothing"}
            mark = here.mark(f"only:{book.party}" if "private" in more else "", handoff)
            more |= {"question": mark} if kind == "information_requested" else {}
            book.says(kind.partition(" ")[0], handoff, mark, **more)

    @rule(nth=which)
    def vendor_acknowledges(self, nth: int) -> None:
        if found := pick(self._held(), nth):
            book, handoff = found
            book.says("acknowledged", handoff, heads=book.heads(handoff))

    @rule(nth=which, entries=few)
    def vendor_puts_an_older_copy_back(self, nth: int, entries: int) -> None:
        if (found := pick(self._held(), nth)) and found[0].heads(found[1]):
            found[0].loses(found[1], entries)

    @rule(nth=which, again=st.booleans())
    def vendor_sends(self, nth: int, again: bool) -> None:
        """Any of its messages, in any order; `again`: one that was answered already."""
        waiting = [(book, each) for book in self.books for each in book.sayings if bool(each.answered) is again]
        if found := pick(waiting, nth):
            self._say(*found)

    @rule(nth=which, mth=which)
    def vendor_speaks_of_what_is_not_its_own(self, nth: int, mth: int) -> None:
        """N9: of the other municipality's case, or another vendor's."""
        if (found := pick(self._held(), nth)) is None:
            return
        others = [book for book in self.books if book is not found[0]]
        book = others[mth % len(others)]
        body = json.dumps({"type": "entry_added", "data": {"handoff": found[1], "text": "zqforged"}}).encode()
        forged = Saying(f"forged_{nth}_{mth}", "entry_added", found[1], body, None)
        with pytest.raises((UnknownHandoff, NotSigned)):
            self.run(self.process.hear(book, forged))

    # ---- the line, and time

    @invariant()
    def meanwhile(self) -> None:
        """After each step the world goes on: nothing, an hour in which all goes well, or one in which little does."""
        chance = self.dice.random()
        together, towns_first = self.dice.random() < 0.5, self.dice.random() < 0.5
        if chance < 0.35:
            self._pass(24, together=together, towns_first=towns_first)
        elif chance < 0.65 and not self.is_calm:
            self.process.network.faults.extend(self.dice.choices(FAULTS, k=self.dice.randrange(3)))
            self.process.fuse.left = self.dice.randrange(16) if self.dice.random() < 0.6 else None
            self._pass(self.dice.randrange(1, 9), together=together, towns_first=towns_first)
            self.process.network.faults.clear()
            self.process.fuse.left = None

    @rule(part=st.sampled_from(("routing", "ticketing", "bridge", "topic", "send")), count=few, dies=st.booleans())
    def only_one_goes_on(self, part: Service | Literal["bridge", "topic", "send"], count: int, dies: bool) -> None:
        """The others lag; `dies`: in the midst of it."""
        self.process.fuse.left = count % 4 if dies else None
        match part:
            case "bridge":
                for town in self.towns:
                    self.run(self.process.consume(town, count))
            case "topic":
                self.run(self.process.publish(self.towns, count, dies=dies))
            case "send":
                self.run(self.process.send(together=True))
            case "routing" | "ticketing":
                for town in self.towns:
                    town.reads(part, count)
        self.process.fuse.left = None

    def _pass(self, count: int, *, together: bool, towns_first: bool) -> None:
        def towns() -> None:
            for town in self.towns:
                town.reads("ticketing", count)
                town.reads("routing", count)
                town.reads("ticketing", count)

        if towns_first:
            towns()
        for town in self.towns:
            self.run(self.process.consume(town, count))
        self.run(self.process.send(together=together))
        for book in self.books:
            for saying in book.unanswered()[:count]:
                self._say(book, saying)
        self.run(self.process.publish(self.towns, count))
        if not towns_first:
            towns()

    @rule(town=towns, count=few)
    def its_place_in_the_topic_is_lost(self, town: int, count: int) -> None:
        id_ = self.towns[town].id
        self.process.read[id_] = max(self.process.read.get(id_, 0) - count, 0)

    @rule(vendor=vendors)
    def is_down(self, vendor: str) -> None:
        self.process.network.down |= {book.connection for book in self.books if book.party == vendor}

    @rule()
    def what_is_not_taken_is_given_up(self) -> None:
        self.run(self.process.give_up())

    @rule()
    def patience_ends(self) -> None:
        self.run(self.process.patience_ends())

    # ---- rest

    @rule()
    def rest(self) -> None:
        self.process.network.down.clear()
        self.process.fuse.left = None
        for _ in range(ROUNDS):
            self._settle()
            at_rest = self.run(Rest.of(self.process, self.towns, self.books))
            if not self._acknowledge(at_rest):
                break
        check_all(at_rest)

    def teardown(self) -> None:
        if sys.exc_info()[0] is None:
            self.rest()
            said = self.run(self.process.rows("SELECT type, count(*) AS times FROM outbox GROUP BY type"))
            self.ground.facts.update({row.type: row.times for row in said})
            parts = [each.rule for town in self.towns for each in town.log if isinstance(each, r.IncidentAssigned)]
            self.ground.facts["parts done"] += parts.count("accepted")
        self.ground.facts["deaths"] += self.process.fuse.deaths

    def _acknowledge(self, at_rest: Rest) -> bool:
        """After a while, vendors say what they have where that is news to us; whether one of them did."""
        behind = [
            each
            for each in at_rest.handoffs.values()
            if each.ended is None
            and (each.acknowledged_at is None or each.heads != at_rest.book_of(each).heads(each.id))
        ]
        for handoff in behind:
            book = at_rest.book_of(handoff)
            book.says("acknowledged", handoff.id, heads=book.heads(handoff.id))
            self.run(self.process.a_while_passes(handoff.id))
        return bool(behind)

    def _settle(self) -> None:
        for _ in range(PATIENCE):
            if not self._moves():
                return
        raise AssertionError("they do not come to rest")

    def _moves(self) -> bool:
        moved = [town.reads(service, 500) for town in self.towns for service in ("ticketing", "routing")]
        for town in self.towns:
            moved.append(self.process.read.get(town.id, 0) < len(town.log))
            self.run(self.process.consume(town, 500))
        for book in self.books:
            for saying in book.unanswered():
                moved.append(True)
                self._say(book, saying)
        moved.append(self.run(self.process.publish(self.towns, 500)))
        return any(moved) or self.run(self.process.send(together=True))

    def _say(self, book: Book, saying: Saying) -> None:
        try:
            saying.answered += self.run(self.process.hear(book, saying)) is not None
        except NotOfThisCase:
            assert b'"ticket"' in saying.body
            saying.refused = True

    # ---- what there is

    def _tickets(self, town: int) -> list[str]:
        return list(self.towns[town].ticketing.tickets)

    def _incidents(self, town: int) -> list[str]:
        return list(self.towns[town].ticketing.incidents)

    def _held(self) -> list[tuple[Book, str]]:
        """What vendors have had, ended or not: they may not know yet."""
        return [(book, handoff) for book in self.books for handoff in book.handoffs()]


def pick(of: Any, nth: int) -> Any:
    """The nth from the end: the newest first."""
    return of[-1 - nth % len(of)] if of else None


@pytest.fixture
def ground(postgres: str, database: MakeDatabase, tmp_path: Path) -> Iterator[Ground]:
    with asyncio.Runner() as loop:
        engine = create_engine(loop.run(database("chassis", "vendor_bridge")), name="stateful")
        yield Ground(engine, tmp_path, loop)
        loop.run(engine.dispose())


def test_n2_n3_n4_n5_n8_n9_whatever_happens_to_hand_offs_both_sides_stories_are_equal_and_nothing_is_done_twice(
    ground: Ground,
) -> None:
    machine = type("HandOffs", (HandOffs,), {"ground": ground})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            phases=(Phase.generate,) if LIVES < 20 else (Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(*(f"{times} {what}" for what, times in sorted(ground.facts.items())), sep=", ")
