"""Two municipalities' bridges wired to each other: the story crosses once, both ways, and they come to rest."""

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.db import create_engine
from chassis.objects import DiskStore
from chassis.web import create_app
from contracts import webhooks
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from contracts.events.ticketing import EntryErased
from eskalera.ports import free_port
from tests.conftest import MakeDatabase
from tests.integration.vendor_bridge.conftest import (
    SECRET,
    Bridge,
    eventually,
    new_id,
    new_secret,
    of_type,
    served,
    shipped,
)
from tests.integration.vendor_bridge.test_received import listed
from tests.integration.vendor_bridge.test_replay import dumped
from tests.support.grep_databases import places
from tests.support.handoff_life import STAFF, WIFI, Case, directory, directory_changed, received
from tests.support.two_towns import Town
from vendor_bridge import api, files_api, peer_files_api, replay, reports_api
from vendor_bridge.delivery import Watch
from vendor_bridge.fetcher import Fetcher
from vendor_bridge.files import Files
from vendor_bridge.handlers import VendorSide
from vendor_bridge.outbound import Outbound
from vendor_bridge.peer_files import PeerFiles
from vendor_bridge.peers import Peers
from vendor_bridge.profiles.neighbour import Neighbour
from vendor_bridge.profiles.webhook import WebhookProfile
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.settings import VendorBridgeSettings
from vendor_bridge.store.directories import Directories

X, Y = "demo-vendor", "hallsberg-sydnarke-it"
"""A's connection to B, and B's to A."""


@dataclass
class Pair:
    a: Town
    b: Town
    fetcher: Fetcher
    """B's."""
    crossing: tuple[PeerFiles, ...] = ()
    """A's and B's."""

    async def turn(self) -> bool:
        """Whether somebody had something to record."""
        return any([await self.a.record(), await self.b.record()])

    async def at_rest(self) -> None:
        """Until nothing is owed and nothing recorded in five looks: what is on its way is owed until it has arrived."""
        calm = 0

        async def is_calm() -> bool:
            nonlocal calm
            busy = await self.turn() or any([await _owed(town) for town in (self.a, self.b)])
            calm = 0 if busy else calm + 1
            await asyncio.sleep(0.05)
            return calm == 5

        await eventually(is_calm, 240)


async def _owed(town: Town) -> bool:
    return bool(
        await town.bridge.rows("SELECT 1 FROM delivery WHERE state = 'pending' AND incident NOT LIKE '%/later'")
    )


async def _bridge(engine: AsyncEngine, file: Path, keys: dict[str, str], port: int, leads: dict[str, str]) -> Any:
    urls = {shipped(name): url for name, url in leads.items()}
    store, directories, own = SecretStore(file), Directories(), f"http://127.0.0.1:{port}"
    settings = VendorBridgeSettings(
        secret=SECRET, database_url="postgresql://unused", kafka_bootstrap_servers="unused", public_url=own
    )
    vendors = VendorSide(engine, directories, store, SECRET, public_url=own)
    objects = file.parent / f"objects-{port}"
    files = Files(engine, directories, vendors, DiskStore(objects), settings)
    app = create_app(settings, title="Vendor bridge")
    app.include_router(api.router(vendors))
    app.include_router(reports_api.router(vendors))
    app.include_router(files_api.router(vendors, files))
    app.include_router(peer_files_api.router(vendors, files))
    client = httpx.AsyncClient(timeout=15, trust_env=False)
    targets = [url.removeprefix("http://").partition("/")[0] for url in urls.values()]
    profile = WebhookProfile(client, store, allowed=targets, urls=urls)
    outbound = Outbound(engine, directories, own)
    neighbour = Neighbour(client, store, allowed=targets, urls=urls)
    fetcher = Fetcher(engine, directories, vendors, neighbour)
    crossing = PeerFiles(engine, directories, files, neighbour)
    bridge = Bridge(engine, directories, keys, own, outbound, {"webhook": profile}, vendors, files, objects, app)
    return bridge, client, fetcher, crossing


@pytest.fixture
async def pair(engine: AsyncEngine, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Pair]:
    secret, ports = new_secret(), (free_port(), free_port())
    keys = {X: secret, Y: secret}
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps(keys))
    second = create_engine(await database("chassis", "vendor_bridge"), name="second")
    a, to_b, _, from_a = await _bridge(engine, file, keys, ports[0], {X: f"http://127.0.0.1:{ports[1]}/webhooks/{Y}"})
    b, to_a, fetcher, from_b = await _bridge(
        second, file, keys, ports[1], {Y: f"http://127.0.0.1:{ports[0]}/webhooks/{X}"}
    )
    try:
        async with to_a, to_b, served(a.app, ports[0]), served(b.app, ports[1]):
            await a.take_in(directory_changed())
            await b.take_in(directory_changed(directory("hallsberg")))
            a.start_sending()
            b.start_sending()
            yield _towns(a, b, fetcher, from_a, from_b)
            await a.stop()
            await b.stop()
    finally:
        await second.dispose()


@pytest.fixture
async def neighbours(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Pair]:
    """Both in one installation."""
    secret, port = new_secret(), free_port()
    keys = {X: secret, Y: secret}
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps(keys))
    own = f"http://127.0.0.1:{port}/webhooks"
    bridge, client, fetcher, crossing = await _bridge(engine, file, keys, port, {X: f"{own}/{Y}", Y: f"{own}/{X}"})
    async with client, served(bridge.app, port):
        await bridge.take_in(directory_changed(), directory_changed(directory("hallsberg")))
        bridge.start_sending()
        yield _towns(bridge, bridge, fetcher, crossing)
        await bridge.stop()


def _towns(a: Bridge, b: Bridge, fetcher: Fetcher, *crossing: PeerFiles) -> Pair:
    there = Town(b, "hallsberg", "vendor:sydnarke-it", "transtensskolan")
    return Pair(Town(a, "malarvik", WIFI, "ekbacken"), there, fetcher, crossing)


async def handed_over(pair: Pair) -> tuple[Case, Case]:
    """The same case at both, acknowledged."""
    there = set(pair.b.cases)
    ours = await pair.a.hand_over()
    await pair.at_rest()
    [theirs] = set(pair.b.cases) - there
    return ours, pair.b.cases[theirs]


def texts(entries: list[Any], pattern: str = r"\b[AB]\d+\b") -> list[str]:
    """The marks of what was written, as they stand in the histories."""
    return [mark for entry in entries for mark in re.findall(pattern, " ".join(entry.text.values()))]


async def test_a_case_handed_over_is_a_ticket_there_and_its_number_comes_back(pair: Pair) -> None:
    ours, theirs = await handed_over(pair)
    [fact] = of_type(await pair.b.bridge.stated(), v.VendorTicketReported)
    assert fact.vendor == "vendor:sydnarke-it"
    assert "Ingen elev kommer ut på nätet." in fact.description
    [handoff] = await pair.a.bridge.rows("SELECT id, vendor_reference, acknowledged_heads, heads FROM handoff")
    assert fact.external_id == handoff.id
    assert handoff.vendor_reference == "HAL-2026-000001"
    assert handoff.acknowledged_heads[ours.incident]["seq"] >= 1
    assert of_type(await pair.a.bridge.stated(), v.VendorStatusChanged) == [], "nobody there has begun"
    await pair.b.bridge.take_in(*theirs.assigned(pair.b.team))
    await pair.at_rest()
    status = of_type(await pair.a.bridge.stated(), v.VendorStatusChanged)
    assert [each.status for each in status] == ["in_progress"]
    assert theirs.tickets == [fact.ticket]


async def test_words_cross_once_both_ways_and_what_is_internal_stays(pair: Pair) -> None:
    ours, theirs = await handed_over(pair)
    await pair.a.reporter_writes(ours, "A1 Det gäller hela huset.")
    await pair.a.staff_writes_to_the_other(ours, "A2 Nyckel finns i receptionen.")
    await pair.a.staff_keeps_to_itself(ours, "A3 Bara för oss.")
    await pair.b.staff_replies(theirs, "B1 Vi åker dit.")
    await pair.b.staff_keeps_to_itself(theirs, "B2 Bara för oss.")
    await pair.b.asks_the_reporter(theirs, "B3 Vilken sal?")
    await pair.at_rest()
    assert await pair.a.answers(ours, "A4 Sal 12.")
    await pair.at_rest()
    assert Counter(texts(await pair.b.entries())) == Counter(["A1", "A2", "A4", "B1", "B2", "B3"])
    assert Counter(texts(await pair.a.entries())) == Counter(["A1", "A2", "A3", "A4", "B1", "B3"])


async def test_two_municipalities_of_one_installation_are_wired_in_the_same_way(neighbours: Pair) -> None:
    ours, theirs = await handed_over(neighbours)
    await neighbours.a.reporter_writes(ours, "A1 Det gäller hela huset.")
    await neighbours.b.staff_replies(theirs, "B1 Vi åker dit.")
    await neighbours.at_rest()
    await neighbours.b.hand_on(theirs, "B2 Det är er switch.")
    await neighbours.at_rest()
    for town in (neighbours.a, neighbours.b):
        assert Counter(texts(await town.entries())) == Counter(["A1", "B1", "B2"])
    stated = await neighbours.a.bridge.stated()
    assert len(of_type(stated, v.HandoffReturned)) == len(of_type(stated, v.VendorTicketReported)) == 1


async def test_what_is_solved_there_is_a_proposal_here_and_the_verdict_goes_back(pair: Pair) -> None:
    ours, theirs = await handed_over(pair)
    told = theirs.entry("B1 Nätet är uppe.", "reporters", kind="resolved", party=pair.b.team)
    await pair.b.bridge.take_in(told)
    await pair.at_rest()
    [proposal] = of_type(await pair.a.bridge.stated(), v.VendorResolutionProposed)
    await pair.a.bridge.take_in(ours.rejected(proposal.proposal))
    await pair.at_rest()
    await pair.a.bridge.take_in(ours.resolved(), ours.closed())
    await pair.at_rest()
    said = [next(iter(each.text.values())) for each in await pair.b.entries() if each.party == pair.b.other]
    assert said[-2:] == ["Lösningen är inte godkänd: Fortfarande nere i B-huset.", "Ärendet är klart för er del."]


async def test_taken_back_is_withdrawn_there(pair: Pair) -> None:
    ours, theirs = await handed_over(pair)
    await pair.a.bridge.take_in(*ours.assigned(pair.a.team, "taken_back"))
    await pair.at_rest()
    [report] = await pair.b.bridge.rows("SELECT withdrawn_at FROM report")
    assert report.withdrawn_at is not None
    await pair.b.staff_replies(theirs, "B1 Vi hann börja.")
    await pair.at_rest()
    assert texts(await pair.a.entries()) == ["B1"]  # late, and kept


async def test_n11_who_erases_the_ticket_gives_the_case_back_and_it_does_not_wait_for_nobody(pair: Pair) -> None:
    ours, theirs = await handed_over(pair)
    erased = "Uppgifterna i ärendet är raderade."
    ticket = theirs.tickets[0]
    await pair.b.bridge.take_in(theirs.entry(erased, "reporter", case=ticket, kind="erased", party=pair.b.team))
    await pair.at_rest()
    [returned] = of_type(await pair.a.bridge.stated(), v.HandoffReturned)
    assert returned.text == {"sv": "De har raderat sin kopia av ärendet. Det som står här finns kvar."}
    assert ours.lead == pair.a.team
    await pair.b.staff_replies(theirs, "B2 Efteråt.")
    await pair.at_rest()
    assert texts(await pair.a.entries()) == ["B2"]  # late, and kept


async def test_n11_an_entry_that_is_erased_is_said_to_the_other_no_more_and_what_was_said_is_forgotten(
    pair: Pair,
) -> None:
    _, theirs = await handed_over(pair)
    [ticket] = theirs.tickets
    await pair.b.staff_replies(theirs, "B1 Asta bor på Zebrafinksgatan.")
    await pair.at_rest()
    await pair.b.bridge.stop()
    gone = [(ticket, theirs.heads[ticket].seq)]
    await pair.b.staff_tells_all(theirs, "B2 Hon på Zebrafinksgatan har ringt.")
    gone.append((theirs.incident, theirs.heads[theirs.incident].seq))
    await pair.b.staff_replies(theirs, "B3 Vi åker dit.")
    for case, seq in gone:
        erased = EntryErased(
            **theirs.stamp(), by=STAFF, reason="asked", entries={case: (seq,)},
            since=datetime(2026, 1, 1, tzinfo=UTC), audience=("reporter",),
        )  # fmt: skip
        await pair.b.bridge.take_in(erased)
    assert await places(pair.b.bridge.engine, "Zebrafinksgatan") == []
    pair.b.bridge.start_sending()
    await pair.at_rest()
    assert texts(await pair.a.entries()) == ["B1", "B3"]


async def test_handed_back_by_the_same_connection_it_is_a_return_and_both_come_to_rest(pair: Pair) -> None:
    ours, theirs = await handed_over(pair)
    await pair.b.hand_on(theirs, "B1 Det är er switch.")
    await pair.at_rest()
    stated = await pair.a.bridge.stated()
    [returned] = of_type(stated, v.HandoffReturned)
    assert returned.text == {"sv": "B1 Det är er switch."}
    assert of_type(stated, v.VendorTicketReported) == []  # no third case
    assert len(of_type(await pair.b.bridge.stated(), v.HandoffAcknowledged)) == 1
    assert ours.lead == pair.a.team
    await pair.a.staff_tells_all(ours, "A1 Vi byter switchen.")
    await pair.b.staff_replies(theirs, "B2 Tack.")
    await pair.a.bridge.take_in(ours.entry("A2 Bytt.", "reporters", kind="resolved", party=pair.a.team))
    await pair.at_rest()
    assert Counter(texts(await pair.b.entries())) == Counter(["B1", "A1", "B2", "A2"])
    assert Counter(texts(await pair.a.entries())) == Counter(["B1", "A1", "B2", "A2"])
    [solved] = of_type(await pair.b.bridge.stated(), v.VendorResolutionProposed)
    assert solved.text == {"sv": "A2 Bytt."}


async def test_n11_of_a_case_that_came_back_the_others_message_keeps_nothing_of_an_erased_ticket(pair: Pair) -> None:
    """It is kept as a message about the incident that came back, whichever of our hand-offs it names."""
    ours, theirs = await handed_over(pair)
    await pair.a.reporter_writes(ours, "A1 Asta bor på Zebrafinksgatan.")
    await pair.at_rest()
    await pair.b.hand_on(theirs, "B1 Det är er switch.")
    await pair.at_rest()
    held = await places(pair.a.bridge.engine, "Zebrafinksgatan")
    assert "inbound.body" in {place.partition(":")[0] for place in held}
    await pair.a.bridge.take_in(*ours.erased(ours.tickets[0]))
    assert await places(pair.a.bridge.engine, "Zebrafinksgatan") == []


async def test_n2_the_same_message_ten_times_at_once_is_one_ticket(pair: Pair) -> None:
    await handed_over(pair)
    [sent] = await pair.a.bridge.rows("SELECT webhook_id, body FROM delivery WHERE kind = 'offered'")
    headers = pair.b.bridge.signed(Y, bytes(sent.body), webhook_id=sent.webhook_id)
    answers = await asyncio.gather(*(pair.b.bridge.post(Y, bytes(sent.body), headers) for _ in range(10)))
    assert {(answer.status_code, answer.json()["status"]) for answer in answers} == {(202, "repeated")}
    assert len(of_type(await pair.b.bridge.stated(), v.VendorTicketReported)) == 1


async def test_n2_what_broke_off_half_way_is_said_again_and_takes_effect_once(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, _ = await handed_over(pair)
    keep, left = Peers._keep, [2]

    async def breaks(*args: Any, **more: Any) -> None:
        left[0] -= 1
        if left[0] >= 0:
            raise RuntimeError("the process died after its words were said")
        await keep(*args, **more)

    monkeypatch.setattr(Peers, "_keep", breaks)
    await pair.a.reporter_writes(ours, "A1 Fortfarande nere.")
    await pair.at_rest()
    await pair.a.hand_over()
    await pair.at_rest()
    assert left[0] < 0
    assert texts(await pair.b.entries()) == ["A1"]
    assert len(of_type(await pair.b.bridge.stated(), v.VendorTicketReported)) == 2


async def test_n4_what_does_not_continue_is_acknowledged_with_what_is_here_and_heals(pair: Pair) -> None:
    """B has lost what it had: it takes no gap for the story, and says what it holds."""
    ours, _ = await handed_over(pair)
    await pair.b.bridge.rows("UPDATE peer_case SET heads = '{}'")
    await pair.a.reporter_writes(ours, "A1 Fortfarande nere.")
    await pair.at_rest()
    assert texts(await pair.b.entries()) == []
    [later] = await pair.b.bridge.rows(
        "SELECT body, due_at - created_at AS wait FROM delivery WHERE incident LIKE '%/later'"
    )
    assert json.loads(later.body)["data"]["heads"] == {}
    assert later.wait.total_seconds() == 65
    await pair.a.bridge.rows("UPDATE handoff SET heads_at = heads_at - interval '2 minutes'")
    await pair.b.bridge.rows("UPDATE delivery SET due_at = now() WHERE incident LIKE '%/later'")

    async def healed() -> bool:
        await pair.turn()
        return "A1" in texts(await pair.b.entries())

    await eventually(healed)
    await pair.at_rest()
    assert texts(await pair.b.entries()) == ["A1"]
    assert len(of_type(await pair.a.bridge.stated(), v.HandoffDrifted)) == 1


async def test_our_own_word_that_comes_back_stands_among_what_came_as_an_echo(pair: Pair) -> None:
    """B has lost its own word out of A's history, and says so: A sends that part again, and nothing is said of it."""
    ours, theirs = await handed_over(pair)
    [ticket] = ours.tickets
    had = ours.heads[ticket]
    await pair.b.staff_replies(theirs, "B1 Vi åker dit.")
    await pair.at_rest()
    await pair.a.staff_tells_all(ours, "A1 Tack.")
    await pair.at_rest()
    [case] = await pair.b.bridge.rows("SELECT handoff, heads FROM peer_case")
    assert case.heads[ticket]["seq"] == had.seq + 1
    lost = case.heads | {ticket: had.model_dump()}
    before = await pair.b.bridge.stated_types()
    await pair.b.bridge.rows("UPDATE peer_case SET heads = CAST(:heads AS jsonb)", heads=json.dumps(lost))
    await pair.a.bridge.rows("UPDATE handoff SET heads_at = heads_at - interval '2 minutes'")
    assert (await pair.a.bridge.say(X, "acknowledged", handoff=case.handoff, heads=lost)).status_code == 202
    await pair.at_rest()
    [echo] = await listed(pair.b.bridge, Y, outcome="echo")
    assert (echo["what"], echo["effects"], echo["status"]) == ("se.eskalera.handoff.updated.v1", 0, 202)
    assert (await listed(pair.b.bridge, Y))[0] == echo
    assert await pair.b.bridge.stated_types() == before
    assert texts(await pair.b.entries()) == ["B1", "A1"]


async def test_n8_what_the_other_does_not_take_for_days_stays_owed_in_order(pair: Pair) -> None:
    ours, theirs = await handed_over(pair)
    b = pair.b.bridge
    await b.stop()
    for mark in ("B1", "B2"):
        await pair.b.staff_replies(theirs, mark)
    await b.rows("UPDATE delivery SET first_failed_at = now() - interval '100 hours' WHERE state = 'pending'")
    watch = Watch(b.engine, b.outbound)
    await watch.look()
    assert [row.failed for row in await b.rows("SELECT failed FROM delivery WHERE state = 'pending'")] == [True, True]
    assert not await watch.look()  # told once
    b.start_sending()
    await pair.at_rest()
    assert _marks_of(await pair.a.entries(), ours, "B") == ["B1", "B2"]


async def test_n10_a_replay_gives_the_same_tables_and_after_it_nothing_is_said_twice(
    pair: Pair, database: MakeDatabase
) -> None:
    heard: list[Event] = [directory_changed(directory("hallsberg"))]
    take_in = pair.b.bridge.take_in

    async def listens(*events: Event) -> None:
        heard.extend(events)
        await take_in(*events)

    pair.b.bridge.take_in = listens
    ours, theirs = await handed_over(pair)
    await pair.a.reporter_writes(ours, "A1 Det gäller hela huset.")
    await pair.b.staff_replies(theirs, "B1 Vi åker dit.")
    await pair.at_rest()
    empty = create_engine(await database("chassis", "vendor_bridge"), name="replay")
    try:
        record = [heard[0], *await pair.b.bridge.stated(), *heard[1:]]  # what was reported caused the rest
        async with empty.begin() as conn:
            await replay.apply(conn, [received(event) for event in record])
        assert await dumped(empty) == await dumped(pair.b.bridge.engine)
    finally:
        await empty.dispose()
    await pair.b.bridge.rows("DELETE FROM peer_case")  # as it is after one
    await pair.a.reporter_writes(ours, "A2 Nu även hus B.")
    await pair.at_rest()
    await pair.b.staff_replies(theirs, "B2 Vi är på plats.")
    await pair.at_rest()
    assert texts(await pair.a.entries()) == ["A1", "B1", "A2", "B2"]


async def test_a_test_is_answered_and_nonsense_is_refused_with_its_place(pair: Pair) -> None:
    b = pair.b.bridge
    for body, status in (
        (webhooks.trial_message("msg_1", "malarvik", X, datetime.now(UTC)).model_dump_json().encode(), 202),
        (b'{"specversion": "1.0", "type": "se.eskalera.handoff.offered.v1"}', 422),
        (b'{"specversion": "1.0", "data": [1]}', 422),
        (b'{"specversion": ' + b"[" * 100_000, 422),
    ):
        answer = await b.post(Y, body, b.signed(Y, body, webhook_id=new_id()))
        assert answer.status_code == status, answer.text
    unsigned = await b.post(Y, body, b.signed(Y, body, webhook_id="x") | {"webhook-signature": "v1,AAAA"})
    assert unsigned.status_code == 401
    assert await b.rows("SELECT 1 FROM peer_case") == []


CHANGES = 1_000


async def test_a_thousand_changes_through_a_loop_of_two_municipalities_come_to_rest(pair: Pair) -> None:
    """No storm: a message a change at most, each text once on the other side, in order; what is internal at home."""
    dice = random.Random(6)
    cases = [await handed_over(pair) for _ in range(3)]
    before = await _sent(pair)
    wrote: dict[str, list[list[str]]] = {side: [[] for _ in cases] for side in "AB"}
    kept: list[str] = []
    answers: list[str] = []
    for number in range(CHANGES):
        side, at = dice.choice("AB"), dice.randrange(len(cases))
        town, case = (pair.a, cases[at][0]) if side == "A" else (pair.b, cases[at][1])
        mark = f"{side}{number}"
        roll = dice.random()
        if roll < 0.1:
            await _again(dice, *((pair.a, pair.b.bridge, Y) if side == "A" else (pair.b, pair.a.bridge, X)))
        elif roll < 0.2:
            await town.staff_keeps_to_itself(case, mark)
            kept.append(mark)
        elif side == "A" and roll < 0.3 and await pair.a.answers(case, mark):
            answers.append(mark)
        else:
            await dice.choice(_ways(town, side))(case, mark)
            wrote[side][at].append(mark)
        if number % 20 == 0:
            await pair.turn()
    await pair.at_rest()

    at_a, at_b = await pair.a.entries(), await pair.b.entries()
    for place, (ours, theirs) in enumerate(cases):
        seen_by_b = _marks_of(at_b, theirs, "A")
        seen_by_a = _marks_of(at_a, ours, "B")
        assert [mark for mark in seen_by_b if mark not in answers] == wrote["A"][place]
        assert seen_by_a == wrote["B"][place]
    assert sorted(mark for mark in texts(at_b) if mark in answers) == sorted(answers)
    crossed = {*texts(_by_the_other(at_a, pair.a)), *texts(_by_the_other(at_b, pair.b))}
    assert not crossed & set(kept)
    sent = await _sent(pair) - before
    written = sum(len(marks) for side in wrote.values() for marks in side) + 2 * len(answers)
    assert sent <= written, "more messages than changes: they answer each other"
    events = [event.id for town in (pair.a, pair.b) for event in await town.bridge.stated()]
    assert len(events) == len(set(events))
    assert not await pair.turn()


def _ways(town: Town, side: str) -> list[Callable[[Case, str], Awaitable[None]]]:
    if side == "A":
        return [town.reporter_writes, town.staff_tells_all, town.staff_writes_to_the_other]
    return [town.staff_replies, town.staff_tells_all, town.asks_the_reporter]


def _marks_of(entries: list[Any], case: Case, side: str) -> list[str]:
    """What one side wrote, as it stands in the other's histories of that case."""
    own = {case.incident, *case.tickets}
    return texts([entry for entry in entries if entry.case in own], rf"\b{side}\d+\b")


def _by_the_other(entries: list[Any], town: Town) -> list[Any]:
    return [entry for entry in entries if entry.party == town.other]


async def _sent(pair: Pair) -> int:
    rows = [
        await town.bridge.rows("SELECT count(*) AS n FROM delivery WHERE state <> 'absorbed'")
        for town in (pair.a, pair.b)
    ]
    return sum(row[0].n for row in rows)


async def _again(dice: random.Random, sender: Town, bridge: Bridge, connection: str) -> None:
    """A message that was taken before, once more."""
    rows = await sender.bridge.rows(
        "SELECT webhook_id, body FROM delivery WHERE state = 'delivered' AND body IS NOT NULL"
    )
    one = dice.choice(rows)
    answer = await bridge.post(
        connection, bytes(one.body), bridge.signed(connection, bytes(one.body), webhook_id=one.webhook_id)
    )
    assert (answer.status_code, answer.json()["status"]) == (202, "repeated"), answer.text
