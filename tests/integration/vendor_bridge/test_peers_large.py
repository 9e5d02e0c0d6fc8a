"""A story over 256 kB between two municipalities: fetched by the other, proven, waited for while it cannot be had."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from chassis import metrics
from contracts.bundle import Bundle
from contracts.events import vendor_bridge as v
from contracts.events.ticketing import EntryErased
from tests.integration.vendor_bridge.conftest import new_secret, of_type
from tests.integration.vendor_bridge.test_peers import Pair, Y, neighbours, pair, texts
from tests.support.grep_databases import places
from tests.support.handoff_life import STAFF, Case
from vendor_bridge import signing
from vendor_bridge.handlers import UnknownHandoff, VendorSide
from vendor_bridge.profiles import ByProfile
from vendor_bridge.standings import Standings
from vendor_bridge.store import received

__all__ = ["neighbours", "pair"]

MARKS = [f"A{number}" for number in range(20)]


async def offered(pair: Pair) -> Case:
    """A hands over what does not fit into a message; B has taken that in and not looked further."""
    case = Case(pair.a.municipality, school=pair.a.school)
    pair.a.cases[case.incident] = case
    opened = case.opened()
    long = [case.entry(f"{mark} {'Ö' * 9_000}", "reporter", case=case.tickets[0]) for mark in MARKS]
    await pair.a.bridge.take_in(*opened, *long, *case.assigned(pair.a.other))
    await pair.at_rest()
    return case


async def waiting(pair: Pair) -> list[Any]:
    found: list[Any] = await pair.b.bridge.rows(
        "SELECT failures, due_at > now() AS is_put_off FROM peer_waiting ORDER BY id"
    )
    return found


async def fetched(pair: Pair) -> None:
    await pair.b.bridge.rows("UPDATE peer_waiting SET due_at = now()")
    while await pair.fetcher.look():
        pass
    await pair.at_rest()


async def reported(pair: Pair) -> list[v.VendorTicketReported]:
    return of_type(await pair.b.bridge.stated(), v.VendorTicketReported)


async def test_n4_two_of_one_installation_fetch_from_each_other(neighbours: Pair) -> None:
    await offered(neighbours)
    await fetched(neighbours)
    entries = [entry for entry in await neighbours.b.entries() if entry.party == neighbours.b.other]
    assert texts(entries) == MARKS


async def test_n4_a_story_too_large_to_be_sent_is_fetched_and_stands_there_whole(pair: Pair) -> None:
    ours = await offered(pair)
    assert await reported(pair) == []
    await pair.a.reporter_writes(ours, "A20 Kom efteråt.")
    await pair.at_rest()
    assert len(await waiting(pair)) == 2  # what came after it waits behind it
    await fetched(pair)
    assert await waiting(pair) == []
    assert len(await reported(pair)) == 1
    assert texts([entry for entry in await pair.b.entries() if entry.party == pair.b.other]) == [*MARKS, "A20"]
    [handoff] = await pair.a.bridge.rows("SELECT acknowledged_heads FROM handoff WHERE municipality = 'malarvik'")
    assert set(handoff.acknowledged_heads) == {ours.incident, *ours.tickets}
    [theirs] = pair.b.cases.values()
    await pair.b.staff_replies(theirs, "B1 Vi åker dit.")
    await pair.a.reporter_writes(ours, "A21 Tack.")
    await pair.at_rest()
    assert "B1" in texts(await pair.a.entries())
    assert texts(await pair.b.entries())[-1] == "A21"


async def test_n1_n2_its_message_is_kept_while_the_story_cannot_be_had_or_is_another_and_counts_once(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    await offered(pair)
    true = VendorSide.bundle_signed

    async def is_down(*_: Any) -> bytes:
        raise UnknownHandoff

    async def forged(*args: Any) -> bytes:
        told = Bundle.model_validate_json(await true(*args))
        chain = told.chains[0].model_copy(update={"entries": told.chains[0].entries[:-1]})
        return told.model_copy(update={"chains": (chain, *told.chains[1:])}).model_dump_json().encode()

    async def anothers(*args: Any) -> bytes:
        told = Bundle.model_validate_json(await true(*args))
        return told.model_copy(update={"handoff": "ho_other"}).model_dump_json().encode()

    for failures, answer in enumerate((is_down, forged, anothers), 1):
        with monkeypatch.context() as wrong:
            wrong.setattr(VendorSide, "bundle_signed", answer)
            await fetched(pair)
        assert [tuple(row) for row in await waiting(pair)] == [(failures, True)]
        assert await _again(pair) == "repeated"
    assert await reported(pair) == []
    await fetched(pair)
    assert await _again(pair) == "repeated"
    await fetched(pair)
    assert texts(await pair.b.entries()) == MARKS
    assert len(await reported(pair)) == 1


async def _again(pair: Pair) -> str:
    """The linked message comes once more."""
    [sent] = await pair.a.bridge.rows("SELECT webhook_id, body FROM delivery WHERE kind = 'offered'")
    b, body = pair.b.bridge, bytes(sent.body)
    answer = await b.post(Y, body, b.signed(Y, body, webhook_id=sent.webhook_id))
    return str(answer.json()["status"])


async def test_n4_n11_a_story_of_which_words_were_erased_meanwhile_is_fetched_and_proven(pair: Pair) -> None:
    ours = await offered(pair)
    await pair.a.bridge.take_in(*ours.erased(ours.tickets[0]))
    await pair.at_rest()
    await fetched(pair)
    assert await waiting(pair) == []
    assert len(await reported(pair)) == 1
    assert texts(await pair.b.entries()) == []  # nothing of it is left
    [handoff] = await pair.a.bridge.rows("SELECT acknowledged_heads, heads FROM handoff")
    assert handoff.acknowledged_heads == handoff.heads


async def test_n11_an_entry_that_the_other_erased_does_not_come_in_with_what_waited(pair: Pair) -> None:
    ours = await offered(pair)
    await pair.a.reporter_writes(ours, "A20 Asta bor på Zebrafinksgatan.")
    [ticket] = ours.tickets
    seq = ours.heads[ticket].seq
    await pair.a.reporter_writes(ours, "A21 Det gäller hela huset.")
    await pair.at_rest()
    assert await _rows_with(pair, "Zebrafinksgatan") == 1
    erased = EntryErased(
        **ours.stamp(), by=STAFF, reason="asked", entries={ticket: (seq,)},
        since=datetime(2026, 1, 1, tzinfo=UTC), audience=("reporter",),
    )  # fmt: skip
    await pair.a.bridge.take_in(erased)
    await pair.at_rest()
    assert await _rows_with(pair, "Zebrafinksgatan") == 0
    await fetched(pair)
    assert await waiting(pair) == []
    found = texts([entry for entry in await pair.b.entries() if entry.party == pair.b.other])
    assert [mark for mark in found if mark.startswith("A")] == [*MARKS, "A21"]
    assert await places(pair.b.bridge.engine, "Zebrafinksgatan") == []


async def _rows_with(pair: Pair, word: str) -> int:
    return sum(word.encode() in bytes(row.body) for row in await pair.b.bridge.rows("SELECT body FROM peer_waiting"))


async def test_n11_what_waits_for_its_story_is_gone_with_the_ticket_that_is_erased_here(pair: Pair) -> None:
    ours = Case(pair.a.municipality, school=pair.a.school)
    pair.a.cases[ours.incident] = ours
    await pair.a.bridge.take_in(*ours.opened(), *ours.assigned(pair.a.other))
    await pair.at_rest()
    [theirs] = pair.b.cases.values()
    long = [ours.entry(f"{mark} {'Ö' * 9_000}", "reporter", case=ours.tickets[0]) for mark in MARKS]
    await pair.a.bridge.take_in(*long)
    await pair.at_rest()
    assert len(await waiting(pair)) == 1
    await pair.b.bridge.take_in(*theirs.erased(theirs.tickets[0]))
    assert await waiting(pair) == []
    await pair.at_rest()
    assert ours.lead == pair.a.team  # it has gone back


async def test_after_an_hour_the_case_is_taken_with_a_word_on_where_its_story_is(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def is_down(*_: Any) -> bytes:
        raise UnknownHandoff

    ours = await offered(pair)
    monkeypatch.setattr(VendorSide, "bundle_signed", is_down)
    await pair.b.bridge.rows("UPDATE peer_waiting SET received_at = now() - interval '61 minutes'")
    await fetched(pair)
    [fact] = await reported(pair)
    assert "Historiken är för stor" in fact.description
    await pair.a.reporter_writes(ours, "A20 Kom efteråt.")
    await pair.at_rest()
    assert texts(await pair.b.entries()) == ["A20"]


async def test_that_a_story_waits_is_measured_told_with_its_reason_and_over_once_it_is_here(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def is_down(*_: Any) -> bytes:
        raise UnknownHandoff

    b = pair.b.bridge
    standings = Standings(b.engine, b.directories, ByProfile(b.profiles))

    async def told() -> v.WaitingStories | None:
        await b.rows("UPDATE connection SET stated_at = stated_at - interval '2 minutes'")
        await standings.look()
        return [one for one in of_type(await b.stated(), v.ConnectionChanged) if one.connection == Y][-1].stories

    def measured(name: str) -> float | None:
        return metrics.registry.get_sample_value(name, {"connection": Y})

    await offered(pair)
    assert await told() is None
    assert measured("peer_stories_waiting") is None
    with monkeypatch.context() as wrong:
        wrong.setattr(VendorSide, "bundle_signed", is_down)
        await fetched(pair)
    await b.rows("UPDATE peer_waiting SET received_at = now() - interval '20 minutes'")
    waits = await told()
    assert waits is not None
    assert (waits.messages, waits.reason.startswith("answered 404")) == (1, True)
    assert measured("peer_stories_waiting") == 1
    assert (measured("peer_story_oldest_waiting_seconds") or 0) >= 1200
    await fetched(pair)
    assert await told() is None
    assert measured("peer_stories_waiting") is None


async def test_what_a_peer_sent_is_listed_once_and_not_what_was_made_of_it_here(pair: Pair) -> None:
    ours = Case(pair.a.municipality, school=pair.a.school)
    pair.a.cases[ours.incident] = ours
    await pair.a.bridge.take_in(*ours.opened(), *ours.assigned(pair.a.other))
    await pair.at_rest()
    [theirs] = pair.b.cases.values()
    await pair.b.staff_replies(theirs, "B1 Vi åker dit.")
    await pair.at_rest()
    await pair.a.reporter_writes(ours, "A1 Tack.")
    await pair.at_rest()
    async with pair.b.bridge.engine.connect() as conn:
        lines = await received.page(conn, "hallsberg", Y)
    sent = [
        row.webhook_id for row in await pair.a.bridge.rows("SELECT webhook_id FROM delivery WHERE state = 'delivered'")
    ]
    assert {line.message for line in lines} <= set(sent)
    assert {(line.outcome, line.way) for line in lines} == {("applied", "webhook")}
    assert "part" in {row.way for row in await pair.b.bridge.rows("SELECT way FROM inbound")}


async def test_n9_a_story_is_given_only_for_what_its_own_secret_signed(pair: Pair) -> None:
    await offered(pair)
    a = pair.a.bridge
    [sent] = await a.rows("SELECT webhook_id, handoff, body FROM delivery WHERE kind = 'offered'")
    url = json.loads(bytes(sent.body))["data"]["bundle_link"]["url"]
    asked, own = signing.asks_for(sent.handoff, sent.webhook_id), a.secrets["demo-vendor"]

    async def status(key: str, content: bytes, at: datetime | None = None, where: str = url) -> int:
        headers = signing.sign([key], "fetch_1", at or datetime.now(UTC), content)
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.get(where, headers=headers)).status_code

    assert await status(own, asked) == 200
    assert await status(new_secret(), asked) == 401
    assert await status(own, signing.asks_for(sent.handoff, "msg_other")) == 401
    assert await status(own, asked, datetime.fromtimestamp(0, UTC)) == 401
    assert await status(own, asked, where=url.replace(sent.handoff, "ho_none")) == 401
    other = url.replace(sent.webhook_id, "msg_other")
    assert await status(own, signing.asks_for(sent.handoff, "msg_other"), where=other) == 404
