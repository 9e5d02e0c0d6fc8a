"""N10 in memory: whatever the bridge states late in the record, folding the record gives what the bridge has."""

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from contracts import ids
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from contracts.values import Head
from contracts.webhooks import OfHandoff, parse_incoming
from tests.support.handoff_life import COORDINATOR, PLATFORM, WIFI, Case, directory_changed
from vendor_bridge.consumer import take_in
from vendor_bridge.domain.context import Context
from vendor_bridge.domain.fold import fold
from vendor_bridge.domain.receive import NotOfThisCase, receive
from vendor_bridge.domain.state import Delivery, Handoff, World

_JSON = TypeAdapter(dict[str, Any])


@dataclass
class Life:
    """The bridge at work on one case, and the record of what everybody said; own events reach it late."""

    chance: random.Random
    case: Case = field(default_factory=Case)
    world: World = field(default_factory=lambda: World(datetime.now(UTC)))
    record: list[Event] = field(default_factory=list)
    late: list[Event] = field(default_factory=list)
    said: int = 0
    gone: dict[str, Delivery] = field(default_factory=dict)
    """Messages that went out: the database loads only what is pending."""
    away: list[str] = field(default_factory=list)
    """Tickets that were taken off the case."""
    erased: set[str] = field(default_factory=set)

    def hear(self, *events: Event, after_own: bool = False) -> None:
        """Facts of others; `after_own`: whoever states them has read everything that the bridge said."""
        if after_own:
            self.publish(len(self.late))
        for event in events:
            self.record.append(event)
            self.late += take_in(self.world, event)
            self.forget()
            self.publish(self.chance.randint(0, len(self.late)))

    def state(self, *own: Event) -> None:
        for event in own:
            fold(self.world, event)
        self.forget()
        self.late += own

    def forget(self) -> None:
        for webhook_id, delivery in list(self.world.deliveries.items()):
            assert webhook_id not in self.gone, "a message that went out is owed again"
            if delivery.state == "delivered":
                self.gone[webhook_id] = self.world.deliveries.pop(webhook_id)

    def publish(self, count: int) -> None:
        self.record += self.late[:count]
        del self.late[:count]

    def held(self) -> Handoff | None:
        return next((each for each in self.world.handoffs_of(self.case.incident) if each.is_held), None)

    def any_handoff(self) -> Handoff:
        return self.chance.choice(list(self.world.handoffs_of(self.case.incident)))

    def says(self, kind: str, **data: Any) -> list[v.HandoffEvent]:
        handoff = self.any_handoff()
        self.said += 1
        message = parse_incoming(_JSON.dump_json({"type": kind, "data": {"handoff": handoff.id, **data}}))
        assert isinstance(message, OfHandoff)
        context = Context(f"{handoff.id}/{self.said}", self.case.municipality, datetime.now(UTC))
        try:
            facts = receive(self.world, handoff, message, f"vm_{self.said}", context)
        except NotOfThisCase:  # it came after the vendor had left
            return []
        self.state(*facts)
        return facts

    def first_pending(self) -> Delivery | None:
        return next((each for each in self.world.deliveries.values() if each.state == "pending"), None)

    # ---- what may happen

    def reporter_writes(self) -> None:
        if (ticket := self.chance.choice(self.case.tickets)) not in self.erased:
            self.hear(self.case.entry("Och nu?", "reporter", case=ticket))

    def staff_notes(self) -> None:
        self.hear(self.case.entry("Internt.", "internal", kind="note", party=COORDINATOR))

    def another_ticket(self) -> None:
        self.hear(*self.case.filed("Samma"), self.case.linked(self.case.tickets[-1]))

    def ticket_leaves(self) -> None:
        if len(self.case.tickets) > 1:
            ticket = self.case.tickets.pop(self.chance.randrange(len(self.case.tickets)))
            self.away.append(ticket)
            self.hear(*Case().opened_for(ticket))

    def ticket_comes_back(self) -> None:
        if self.away:
            ticket = self.away.pop()
            self.case.tickets.append(ticket)
            self.hear(self.case.linked(ticket))

    def reporter_writes_elsewhere(self) -> None:
        if self.away and (ticket := self.chance.choice(self.away)) not in self.erased:
            self.hear(self.case.entry("Och nu?", "reporter", case=ticket))

    def fix(self) -> None:
        if (pending := self.first_pending()) is not None and not pending.is_fixed:
            handoff = self.world.handoffs[pending.handoff]
            heads = self.world.heads_of(self.world.incidents[self.case.incident])
            told = handoff.last_heads or {case: head.model_dump() for case, head in heads.items()}
            pending.heads = told

    def deliver(self) -> None:
        self.fix()
        if (pending := self.first_pending()) is not None:
            heads = {case: Head.model_validate(head) for case, head in (pending.heads or {}).items()}
            self.state(
                v.HandoffDelivered(**self._about(pending, "delivered"), message=pending.kind, heads=heads, attempts=1)
            )

    def give_up(self) -> None:
        pending = self.first_pending()
        if pending is not None and not pending.failed:
            self.state(v.HandoffFailed(**self._about(pending, "failed"), reason={"sv": "Nås inte."}))
            self._give_to(COORDINATOR, "failed", self.world.handoffs[pending.handoff])

    def _about(self, pending: Delivery, what: str) -> dict[str, Any]:
        handoff = self.world.handoffs[pending.handoff]
        return {
            "id": ids.derived("event", pending.webhook_id, what),
            "at": datetime.now(UTC),
            "municipality": handoff.municipality,
            "caused_by": pending.cause,
            "handoff": handoff.id,
            "incident": handoff.incident,
            "vendor": handoff.vendor,
            "webhook_id": pending.webhook_id,
        }

    def vendor_acknowledges(self) -> None:
        handoff = self.any_handoff()
        for fact in self.says("acknowledged", heads=handoff.heads):
            told = self.case.entry("Mottaget.", "reporters", cause=fact, kind="acknowledged", party=handoff.vendor)
            self.hear(told, after_own=True)

    def vendor_writes(self) -> None:
        for fact in self.says("entry_added", text="Vi ser felet."):
            self.hear(self.case.entry("Vi ser felet.", "reporters", cause=fact, party=fact.vendor), after_own=True)

    def vendor_asks_and_is_answered(self) -> None:
        ticket = self.chance.choice(self.case.tickets)
        if ticket in self.erased:
            return
        for fact in self.says("information_requested", text="Vilken lampa?", ticket=ticket):
            if isinstance(fact, v.VendorInformationRequested):
                self.publish(len(self.late))
                if self.chance.random() < 0.4:
                    self.says("resolution_proposed", text="Klart.")
                self.hear(*self.case.answered(ticket, fact.question))
                if self.chance.random() < 0.5:
                    self.hear(self.case.answer_requested(fact.question))

    def vendor_proposes_and_is_judged(self) -> None:
        for fact in self.says("resolution_proposed", text="Löst."):
            if isinstance(fact, v.VendorResolutionProposed):
                accept = self.chance.random() < 0.5
                judged = self.case.resolved(fact.proposal) if accept else self.case.rejected(fact.proposal)
                self.hear(judged, after_own=True)

    def vendor_returns(self) -> None:
        for fact in self.says("returned", text="Inte vårt."):
            if isinstance(fact, v.HandoffReturned):
                self._give_to(COORDINATOR, "returned", self.world.handoffs[fact.handoff])

    def _give_to(self, party: str, rule: str, handoff: Handoff) -> None:
        if self.case.lead == handoff.vendor:
            self.hear(*self.case.assigned(party, rule), after_own=True)

    def tickets_are_erased(self) -> None:
        """One person's, one behind the other: on the case, and where they went."""
        there = sorted({*self.case.tickets, *self.away} - self.erased)
        for ticket in self.chance.sample(there, min(2, len(there))):
            self.erased.add(ticket)
            self.hear(*self.case.erased(ticket))

    def moves(self) -> None:
        party = self.chance.choice([WIFI, PLATFORM, COORDINATOR])
        if party != self.case.lead:
            self.hear(*self.case.assigned(party))

    def staff_solves_it(self) -> None:
        self.hear(self.case.resolved())

    def opens_again(self) -> None:
        self.hear(self.case.reopened())

    def closes(self) -> None:
        self.hear(self.case.resolved(), self.case.closed())
        self.case.lead = None


STEPS = [
    Life.reporter_writes,
    Life.staff_notes,
    Life.another_ticket,
    Life.another_ticket,
    Life.ticket_leaves,
    Life.ticket_leaves,
    Life.ticket_comes_back,
    Life.reporter_writes_elsewhere,
    Life.fix,
    Life.deliver,
    Life.deliver,
    Life.deliver,
    Life.give_up,
    Life.vendor_acknowledges,
    Life.vendor_writes,
    Life.vendor_asks_and_is_answered,
    Life.vendor_proposes_and_is_judged,
    Life.vendor_returns,
    Life.tickets_are_erased,
    Life.moves,
    Life.moves,
    Life.staff_solves_it,
    Life.opens_again,
    Life.closes,
]


def state_of(world: World, gone: Mapping[str, Delivery] | None = None) -> dict[str, Any]:
    """What `store.dump` keeps, of a world in memory and of what it forgot."""
    handoffs = {
        id_: asdict(handoff) | {"last_heads": None, "last_incident": None} for id_, handoff in world.handoffs.items()
    }
    deliveries = {
        each.webhook_id: (
            each.handoff,
            each.kind,
            each.state,
            each.failed,
            each.heads if each.state != "pending" else 0,
        )
        for each in (world.deliveries | dict(gone or {})).values()
        if each.state == "delivered" or (each.state == "pending" and each.kind != "updated")
    }
    return {
        "tickets": world.tickets,
        "incidents": world.incidents,
        "chains": world.chains,
        "handoffs": handoffs,
        "deliveries": deliveries,
        "statements": world.statements,
    }


@settings(max_examples=250, deadline=None)
@given(seed=st.integers(0, 2**32), steps=st.lists(st.sampled_from(STEPS), max_size=30))
def test_n10_folding_the_record_gives_what_the_bridge_has_whenever_its_own_facts_were_published(
    seed: int, steps: list[Any]
) -> None:
    life = Life(random.Random(seed))
    life.hear(directory_changed(), *life.case.handed_over())
    for step in steps:
        step(life)
    life.publish(len(life.late))
    replayed = World(datetime.now(UTC))
    for event in life.record:
        fold(replayed, event)
    assert state_of(replayed) == state_of(life.world, life.gone)


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32), steps=st.lists(st.sampled_from(STEPS), max_size=30))
def test_whatever_happens_a_vendor_that_holds_the_case_ends_up_with_all_it_may_read(
    seed: int, steps: list[Any]
) -> None:
    life = Life(random.Random(seed))
    life.hear(directory_changed(), *life.case.handed_over())
    for step in steps:
        step(life)
    for _ in range(200):
        if life.first_pending() is None:
            break
        life.deliver()
    assert life.first_pending() is None
    for handoff in life.world.handoffs_of(life.case.incident):
        assert handoff.triggers == []
