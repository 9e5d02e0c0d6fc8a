"""What has to hold of hand-offs once everybody has read, sent and taken everything: N2 to N5, N8, N9."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts import envelope
from contracts.disclosure import INTERNAL, REPORTER, REPORTERS, Vendor, disclose, may_read, to_party
from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from contracts.timeline import Entry
from tests.support.handoffs.book import Book
from tests.support.handoffs.process import Process
from tests.support.handoffs.town import Town, configured

ENDS: dict[type[Event], str] = {
    v.HandoffReturned: "returned",
    v.HandoffTakenBack: "taken_back",
    v.HandoffReleased: "released",
    v.HandoffCompleted: "completed",
    v.HandoffFailed: "failed",
}
TOLD: dict[type[Event], str] = {
    v.HandoffOffered: "offered",
    v.HandoffAnswered: "answered",
    v.HandoffAccepted: "accepted",
    v.HandoffRejected: "rejected",
    v.HandoffTakenBack: "taken_back",
    v.HandoffReleased: "released",
    v.HandoffCompleted: "completed",
}
"""Each such fact is one message."""
MOVES = (
    v.HandoffAcknowledged,
    v.VendorStatusChanged,
    v.VendorInformationRequested,
    v.VendorResolutionProposed,
    v.HandoffAnswered,
    v.HandoffAccepted,
    v.HandoffRejected,
)


@dataclass
class Rest:
    """Everything as it lies when nothing is under way."""

    towns: Sequence[Town]
    books: Sequence[Book]
    stated: list[Event]
    """By the bridge, in its order."""
    handoffs: Mapping[str, Any]
    deliveries: Sequence[Any]
    attempts: Sequence[Any]
    failed: Sequence[Any]

    @classmethod
    async def of(cls, process: Process, towns: Sequence[Town], books: Sequence[Book]) -> "Rest":
        said = await process.rows("SELECT value, headers FROM outbox ORDER BY id")
        events = [envelope.decode([(n, x.encode()) for n, x in row.headers.items()], bytes(row.value)) for row in said]
        return cls(
            towns,
            books,
            [received.event for received in events],
            {row.id: row for row in await process.rows("SELECT * FROM handoff ORDER BY offered_at, id")},
            await process.rows("SELECT * FROM delivery ORDER BY seq"),
            await process.rows("SELECT * FROM delivery_attempt WHERE detail LIKE 'fault of the bridge%'"),
            await process.rows("SELECT * FROM failed_message"),
        )

    def about(self, handoff: str) -> list[Any]:
        return [event for event in self.stated if getattr(event, "handoff", None) == handoff]

    def town_of(self, handoff: Any) -> Town:
        return next(town for town in self.towns if town.id == handoff.municipality)

    def book_of(self, handoff: Any) -> Book:
        return next(
            book for book in self.books if (book.municipality, book.party) == (handoff.municipality, handoff.vendor)
        )


def check_all(rest: Rest) -> None:
    assert not rest.failed, f"the bridge could not handle {[(row.type, row.detail) for row in rest.failed]}"
    assert not rest.attempts, f"a fault of the bridge: {[row.detail for row in rest.attempts]}"
    check_each_effect_once(rest)
    check_every_word_arrived(rest)
    for handoff in rest.handoffs.values():
        check_steps(rest, handoff)
        check_messages(rest, handoff)
        check_copy(rest, handoff)
        check_questions(rest, handoff)
    check_order(rest)
    check_walls(rest)
    check_holders(rest)
    check_requests(rest)


def check_each_effect_once(rest: Rest) -> None:
    """N2: an id is one message, one fact, one effect."""
    for book in rest.books:
        assert book.wrong == [], f"{book.party} of {book.municipality} could not prove its story"
        bodies: dict[str, set[bytes]] = {}
        for name, body in book.came:
            bodies.setdefault(name, set()).add(body)
        assert all(len(same) == 1 for same in bodies.values()), "one id, two messages"
    came = {name for book in rest.books for name, _ in book.came}
    done = {row.webhook_id for row in rest.deliveries if row.state == "delivered"}
    assert came == done, "what came is not what counts as delivered"
    assert not [row for row in rest.deliveries if row.state == "pending"], "something is still owed"
    delivered = Counter(event.webhook_id for event in rest.stated if isinstance(event, v.HandoffDelivered))
    assert set(delivered) == done
    assert set(delivered.values()) <= {1}
    said = Counter((e.vendor, e.municipality, e.message) for e in rest.stated if isinstance(e, v.VendorEvent))
    assert all(times == 1 for times in said.values()), "a vendor's message had two effects"


def check_every_word_arrived(rest: Rest) -> None:
    """Each of a vendor's words stands once in the municipality's story, however often and late it came."""
    for book in rest.books:
        town = next(town for town in rest.towns if town.id == book.municipality)
        there = Counter(mark for entry in town.ticketing.entries for mark in town.words if mark in _words(entry))
        for saying in book.sayings:
            if saying.mark is not None:
                expected = 0 if saying.refused and not saying.answered else 1
                assert there[saying.mark] == expected, f"{saying.kind} stands {there[saying.mark]} times in the story"


def _words(entry: Entry) -> str:
    return " ".join(entry.text.values())


def check_steps(rest: Rest, handoff: Any) -> None:
    """Offered once, ended once; after the end nothing moves; a verdict or an answer only where one is due."""
    ended: str | None = None
    questions: dict[str, bool] = {}
    proposals: dict[str, bool] = {}
    offers = 0
    for event in rest.about(handoff.id):
        how = ENDS.get(type(event))
        if how is not None:
            assert ended is None or (ended, how) == ("failed", "taken_back"), f"{ended}, then {how}"
            ended = how
        elif isinstance(event, MOVES):
            assert ended is None, f"{event.TYPE} after it was {ended}"
        match event:
            case v.HandoffOffered():
                offers += 1
            case v.VendorInformationRequested():
                questions[event.question] = True
            case v.HandoffAnswered():
                assert questions.get(event.question), "an answer to what nobody asked, or a second one"
                questions[event.question] = False
            case v.VendorResolutionProposed():
                proposals[event.proposal] = True
                questions = dict.fromkeys(questions, False)
            case v.HandoffAccepted() | v.HandoffRejected():
                assert proposals.get(event.proposal), "a verdict on what nobody proposed, or a second one"
                proposals[event.proposal] = False
            case v.HandoffCompleted(proposal=str(proposal)):
                assert handoff.role == "parallel", "a part of the case, and of no lead"
                assert handoff.proposals.get(proposal) in (None, "accepted")
    assert offers == 1
    assert ended == handoff.ended


def check_questions(rest: Rest, handoff: Any) -> None:
    """R8: all three know the same questions to be open; nobody waits for one of what is solved, or left who asked."""
    town = rest.town_of(handoff)
    routing, ticketing = town.routing.world, town.ticketing
    incident = routing.incidents[handoff.incident]
    if incident.state == "superseded":
        return  # the case goes on, with what was asked
    own = {id_: question["open"] for id_, question in handoff.questions.items()}
    still = {each.id for each in routing.open_questions(incident)} & set(own)
    assert still == {id_ for id_, is_open in own.items() if is_open}
    assert still == {id_ for id_ in own if ticketing.questions[id_].answered_at is None}
    asked = {handoff.questions[id_]["ticket"] for id_ in still} - {None}
    assert all(routing.tickets[id_].incident == incident.id for id_ in asked), "it has left"
    assert not (still and incident.state == "resolved"), "somebody waits for an answer in a case that is solved"
    assert not (still and handoff.ended), "somebody waits for an answer that nobody would hear"


def check_messages(rest: Rest, handoff: Any) -> None:
    """Each fact that a vendor is told is one message; it begins with the offer and ends with the end."""
    book, about = rest.book_of(handoff), rest.about(handoff.id)
    kinds = [data["message"] for data in book.messages(handoff.id)]
    if any(isinstance(event, v.HandoffReleased) and event.unsent for event in about):
        assert kinds == [], "it was to never hear of it"
        return
    facts = Counter(TOLD[type(event)] for event in about if type(event) in TOLD and not _is_its_own(event))
    assert Counter(kind for kind in kinds if kind != "updated") == facts
    assert kinds[0] == "offered"
    if handoff.ended in ("taken_back", "released", "completed"):
        assert kinds[-1] == handoff.ended
    incident = rest.town_of(handoff).routing.world.incidents[handoff.incident]
    assert handoff.ended != "failed" or incident.state == "resolved", (
        "a vendor that came back was never told that the case is not its own any more"
    )


def _is_its_own(event: Event) -> bool:
    """The vendor itself needs no answer any more."""
    return isinstance(event, v.HandoffAnswered) and event.by.party == event.vendor


def check_copy(rest: Rest, handoff: Any) -> None:
    """N4: the vendor's copy is the story as it may read it, whole up to its heads, and no news is missing."""
    town, book = rest.town_of(handoff), rest.book_of(handoff)
    chains, copy, heads = town.chains(), book.copies.get(handoff.id, {}), book.heads(handoff.id)
    reader = reader_of(town, handoff)
    story = story_of(town, handoff.incident)
    assert set(copy) <= set(story), "a chain that is not of this story"
    for case, head in handoff.acknowledged_heads.items():
        assert chains[case][head["seq"] - 1].hash == head["hash"], "it acknowledged what never was"
    if handoff.ended is not None and handoff.id in book.lost:
        return  # what is over is not sent again
    assert handoff.heads == heads, "what it has is not what we think it has"
    for case, shown in copy.items():
        assert len(shown) == heads[case]["seq"]
        assert len(shown) <= max(story[case]), "more of a former case than up to when the ticket left it"
        expected = [disclose(entry, reader).model_dump(mode="json") for entry in chains[case][: len(shown)]]
        assert shown == expected, f"{case} is not the story as it may read it"
    if handoff.ended is None:
        own = {event.id for event in rest.about(handoff.id)}
        incident = town.routing.world.incidents[handoff.incident]
        tickets = {ticket.id for ticket in town.routing.world.tickets.values() if ticket.incident == incident.id}
        for case in (handoff.incident, *tickets):
            missing = [e for e in chains.get(case, ())[len(copy.get(case, ())) :] if _is_news(e, reader, own)]
            assert not missing, f"{[(e.kind, e.party, e.text) for e in missing]} never came"
        assert handoff.acknowledged_at is not None
        assert book.messages(handoff.id)[-1]["subject"]["incident"] == handoff.incident


def _is_news(entry: Entry, reader: Vendor, own: set[str]) -> bool:
    is_told = (
        entry.party != reader.party and entry.caused_by not in own and entry.kind not in ("acknowledged", "failed")
    )
    return is_told and may_read(entry, reader)


def reader_of(town: Town, handoff: Any) -> Vendor:
    """From what routing said, not from what the bridge made of it."""
    vendor = next(each for each in configured(town.id).vendors if f"vendor:{each.id}" == handoff.vendor)
    assert vendor.connection is not None
    earlier: list[str] = []
    if handoff.role == "lead":
        for cause, party in town.leads(handoff.incident):
            if cause == handoff.cause:
                break
            earlier += [party] if party.startswith("vendor:") and party != handoff.vendor else []
    return Vendor(handoff.vendor, frozenset(earlier), vendor.connection.contact)


def story_of(town: Town, incident: str) -> dict[str, list[int]]:
    """{case: [how much of it may be told]}: the incident, tickets ever on it, and what those were on before (R3)."""
    story: dict[str, list[int]] = {incident: [10**9]}
    on: dict[str, str] = {}
    left: dict[str, list[tuple[str, int]]] = {}
    length: Counter[str] = Counter()
    for event in _once(town.log):
        if isinstance(event, t.EntryRecorded):
            length[event.case] = max(length[event.case], event.entry.seq)
        elif isinstance(event, r.TicketLinked) and on.get(event.ticket) != event.incident:
            if event.ticket in on:
                left.setdefault(event.ticket, []).append((on[event.ticket], length[on[event.ticket]]))
            on[event.ticket] = event.incident
            if event.incident == incident:
                story[event.ticket] = [10**9]
                for former, seq in left.get(event.ticket, ()):
                    story.setdefault(former, []).append(seq)
    return story


def _once(log: Iterable[Event]) -> Iterable[Event]:
    seen: set[str] = set()
    for event in log:
        if event.id not in seen:
            seen.add(event.id)
            yield event


def check_order(rest: Rest) -> None:
    """N3: of an incident and connection, messages come first in the order in which they were owed."""
    places = {row.webhook_id: (row.municipality, row.incident, row.connection, row.seq) for row in rest.deliveries}
    for book in rest.books:
        last: dict[Any, int] = {}
        for name in book.state["seen"]:
            *line, seq = places[name]
            assert last.get(tuple(line), 0) < seq, "a message overtook one before it"
            last[tuple(line)] = seq


def check_walls(rest: Rest) -> None:
    """N5, N9: whatever reached a vendor, in whatever field, holds no word that was not for it."""
    for book in rest.books:
        raw = b"\n".join(body for _, body in book.came).decode()
        for town in rest.towns:
            entries = {mark: e for e in town.ticketing.entries for mark in town.words if mark in _words(e)}
            for word in town.words.values():
                if word.mark in raw and not may_have(rest, town, book, word, entries.get(word.mark)):
                    raise AssertionError(f"{book.party} of {book.municipality} got {word}")
        assert all(json.loads(body)["data"]["municipality"] == book.municipality for _, body in book.came)


def may_have(rest: Rest, town: Town, book: Book, word: Any, entry: Entry | None) -> bool:
    if town.id != book.municipality:
        return False
    if entry is not None and INTERNAL in entry.audience:
        return False
    readers = word.readers
    if not readers and entry is not None:
        public = {REPORTER, REPORTERS} & set(entry.audience)
        readers = "all" if public else next(one for one in VENDOR_PARTIES if to_party(one) in entry.audience)
        readers = f"only:{readers}" if entry.private and not public else readers
    if readers in ("all", book.party, f"only:{book.party}"):
        return True
    if readers in ("", "none") or readers.startswith("only:"):
        return False
    handed = [each for each in rest.handoffs.values() if (each.municipality, each.vendor) == (town.id, book.party)]
    return any(readers in reader_of(town, each).earlier_leads for each in handed)


VENDOR_PARTIES = ("vendor:network", "vendor:platform", "vendor:print")


def check_holders(rest: Rest) -> None:
    """N8: every unfinished case has a holder, and a vendor that holds it has it by exactly one hand-off."""
    held = Counter((each.incident, each.vendor, each.role) for each in rest.handoffs.values() if each.ended is None)
    assert all(times == 1 for times in held.values())
    held = Counter({one: times for one, times in held.items() if one[0] not in _solved(rest)})
    expected = set()
    for town in rest.towns:
        for incident in town.routing.world.incidents.values():
            if incident.state in ("resolved", "closed", "cancelled", "superseded"):
                continue
            assert incident.lead, f"nobody has {incident.id}"
            if incident.lead.startswith("vendor:"):
                expected.add((incident.id, incident.lead, "lead"))
            expected |= {(incident.id, party, "parallel") for party in incident.parallel}
    assert set(held) == expected, "routing and the bridge do not agree on who has what"


def _solved(rest: Rest) -> set[str]:
    """Who had it last is told when it is closed, or when it opens again in other hands."""
    return {
        each.id for town in rest.towns for each in town.routing.world.incidents.values() if each.state == "resolved"
    }


def check_requests(rest: Rest) -> None:
    """R4: every command of a person had its outcome."""
    for town in rest.towns:
        pending = [each for each in town.ticketing.commands.values() if each.state == "pending"]
        assert not pending, f"{[each.type for each in pending]} never ended"
