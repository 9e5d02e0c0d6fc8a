"""Every list that a page or the API shows is found by an index, however many cases there are.

With a million tickets: `PLANS_TICKETS=1000000 .venv/bin/pytest tests/integration/ticketing/test_plans.py`.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from chassis.db import create_engine
from tests.support.databases import clone
from tests.support.many_cases import LARGE, NEWEST_INCIDENT, many_cases
from tests.support.plans import Plan, explain_everything
from tests.support.servers import run_folder
from tests.support.ticketing_house import House
from ticketing.store import finding, reads

CASES = {"ticket", "incident", "entry", "link", "clock", "handoff", "question", "proposal", "command", "suggestion"}
TICKETS = int(os.environ.get("PLANS_TICKETS", "20000"))
ENOUGH_FOR_A_PLAN = 6  # from the sixth run on, Postgres may plan without looking at the values


@dataclass
class Full:
    """Both municipalities, one of them with many tickets, and the plans of what was asked."""

    house: House
    plans: list[Plan]

    async def pages(self, person: str, *paths: str) -> list[Plan]:
        """The plans behind these pages; those behind the last of several visits count."""
        browser = await self.house.visitor(person)
        for path in paths:
            for _ in range(ENOUGH_FOR_A_PLAN):
                self.plans.clear()
                answer = await browser.get(path)
                assert answer.status_code == 200, (path, answer.text)
        return list(self.plans)

    async def answers(self, person: str, path: str) -> list[Plan]:
        """The plans behind an answer of the API."""
        client = self.house.client(person)
        for _ in range(ENOUGH_FOR_A_PLAN):
            self.plans.clear()
            answer = await client.get(path)
            assert answer.status_code == 200, (path, answer.text)
        return list(self.plans)


@pytest.fixture(scope="module")
async def full(postgres: str) -> AsyncIterator[Full]:
    database = await clone(postgres, ("chassis", "ticketing"), run_folder())
    engine = create_engine(database, name="test", pool_size=1, statement_timeout=None)
    house = await House(engine).furnish("malarvik", "hallsberg")
    directory = house.directories.get("malarvik")
    assert directory is not None
    await many_cases(engine, directory, TICKETS)
    yield Full(house, await explain_everything(engine))
    await house.close()
    await engine.dispose()


def assert_found_by_index(plans: list[Plan]) -> None:
    assert any(CASES & {node.get("Relation Name") for node in plan.nodes()} for plan in plans), "no case was read"
    for plan in plans:
        assert not plan.scanned() & CASES, f"{plan.scanned()} read from end to end by {plan.statement}"


@pytest.mark.parametrize("show", ["all", "mine", "my_schools", "breached", "vendor", "resolved", "late_orders"])
@pytest.mark.parametrize("person", ["samordnare", "tekniker"])
async def test_the_queue_is_found_by_index_in_each_of_its_filters(full: Full, person: str, show: str) -> None:
    assert_found_by_index(await full.pages(person, f"/ko?visa={show}"))


@pytest.mark.parametrize("show", ["all", "mine"])
@pytest.mark.parametrize("person", ["samordnare", "tekniker"])
async def test_what_comes_due_today_is_found_by_index(full: Full, person: str, show: str) -> None:
    assert_found_by_index(await full.pages(person, f"/ko/tider?visa={show}"))


async def test_who_does_what_asks_only_who_is_there(full: Full) -> None:
    [asked] = await full.pages("larare", "/vem-gor-vad?service=wifi&urgency=1")
    assert "session" in asked.statement


async def test_the_coordinators_day_is_read_in_its_order_and_goes_on_page_after_page(full: Full) -> None:
    browser = await full.house.visitor("samordnare")
    first = await browser.get("/ko/tider")
    following = first.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert following, "there is no second page"
    plans = await full.pages("samordnare", following)
    assert_found_by_index(plans)
    read = [node for plan in plans for node in plan.nodes() if node.get("Index Name") == "incident_open_turns"]
    assert read, "the day is sorted anew"
    assert_found_by_index(await full.pages("samordnare", "/ko/tider.csv"))


@pytest.mark.parametrize("words", ["sal 13", "MAL-2026-0000123", "finns inte alls", "e", "projektorn"])
@pytest.mark.parametrize("person", ["samordnare", "tekniker"])
async def test_a_search_in_the_queue_is_found_by_index(
    full: Full, person: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MOST", TICKETS // 200)  # as many of all as there are of a million
    assert_found_by_index(await full.pages(person, f"/ko?q={words}"))


@pytest.mark.parametrize("person", ["samordnare", "tekniker"])
async def test_open_questions_are_found_by_index_and_so_is_their_next_page(full: Full, person: str) -> None:
    assert_found_by_index(await full.pages(person, "/ko/hor-ihop"))
    assert_found_by_index(await full.answers(person, "/suggestions?limit=5"))
    if person == "samordnare":
        following = (await full.house.client(person).get("/suggestions?limit=5")).json()["next"]
        assert following, "there is no second page"
        assert_found_by_index(await full.answers(person, following.partition("/api/v1")[2]))


async def test_the_next_page_of_the_queue_is_found_by_index(full: Full) -> None:
    browser = await full.house.visitor("samordnare")
    first = await browser.get("/ko?visa=all")
    following = first.text.partition('href="/ko?visa=all&amp;cursor=')[2].partition('"')[0].replace("&amp;", "&")
    assert following, "there is no second page"
    assert_found_by_index(await full.pages("samordnare", f"/ko?visa=all&cursor={following}"))


@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("larare", "/skolor/ekbacken"),
        ("rektor", "/skolor/ekbacken"),
        ("larare", "/arenden"),
        ("larare", "/arenden?q=projektorn"),
        ("rektor", "/arenden?visa=skolan"),
        ("rektor", "/arenden?visa=skolan&q=0000123"),
        ("samordnare", f"/storningar/{NEWEST_INCIDENT}"),
        ("samordnare", f"/storningar/{NEWEST_INCIDENT}?flik=anmalningar"),
        ("samordnare", f"/storningar/{NEWEST_INCIDENT}?visa=anmalda"),
        ("samordnare", "/arenden/MAL-2026-0000001"),
        ("samordnare", "/behov"),
        ("larare", "/behov"),
    ],
)
async def test_a_page_is_found_by_index(full: Full, person: str, path: str) -> None:
    assert_found_by_index(await full.pages(person, path))


@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("samordnare", "/tickets"),
        ("samordnare", "/tickets?school=ekbacken"),
        ("samordnare", "/tickets?external_id=17&source=old"),
        ("samordnare", f"/tickets?incident={NEWEST_INCIDENT}"),
        ("samordnare", "/tickets?q=sal%2013"),
        ("samordnare", "/tickets?q=finns%20inte"),
        ("samordnare", "/tickets?state=received"),
        ("tekniker", "/tickets"),
        ("tekniker", "/tickets?q=sal%2013"),
        ("larare", "/tickets"),
        ("samordnare", "/incidents"),
        ("samordnare", "/incidents?state=closed"),
        ("samordnare", "/incidents?state=superseded"),
        ("samordnare", "/incidents?service=wifi"),
        ("samordnare", "/incidents?holder=team:it-ekbacken"),
        ("samordnare", "/incidents?school=ekbacken"),
        ("tekniker", "/incidents"),
        ("samordnare", f"/incidents/{NEWEST_INCIDENT}"),
        ("samordnare", f"/incidents/{NEWEST_INCIDENT}/links"),
        ("samordnare", f"/incidents/{NEWEST_INCIDENT}/timeline"),
        ("larare", "/schools/ekbacken/status"),
        ("larare", "/decisions"),
    ],
)
async def test_an_answer_of_the_api_is_found_by_index(full: Full, person: str, path: str) -> None:
    assert_found_by_index(await full.answers(person, path))


async def test_what_is_known_is_found_by_index(full: Full) -> None:
    async with full.house.engine.connect() as conn:
        for _ in range(ENOUGH_FOR_A_PLAN):
            full.plans.clear()
            shared = await reads.told_incidents(conn, "malarvik")
            assert await reads.newest_tickets(conn, "malarvik", [incident.id for incident in shared])
            assert await reads.told_among(conn, "malarvik", [incident.id for incident in shared])
    assert_found_by_index(list(full.plans))


async def test_what_is_open_at_a_school_is_found_by_index_page_after_page(full: Full) -> None:
    first = (await full.house.client("larare").get("/schools/ekbacken/status?limit=5")).json()
    assert first["next"], "there is no second page"
    plans = await full.answers("larare", first["next"].partition("/api/v1")[2])
    assert_found_by_index(plans)
    used = {node.get("Index Name") for plan in plans for node in plan.nodes()}
    assert {"incident_open_schools", "incident_open_beyond"} <= used, "what is open is sought among other schools'"


async def test_the_newest_incident_of_many_tickets_says_how_many_and_where_they_go_on(full: Full) -> None:
    client = full.house.client("samordnare")
    detail = (await client.get(f"/incidents/{NEWEST_INCIDENT}")).json()
    assert detail["tickets"] > LARGE
    assert detail["linked_total"] == detail["tickets"]
    linked, following = [item["ticket"] for item in detail["linked"]], detail["linked_next"]
    assert len(linked) == 200
    while following is not None:
        full.plans.clear()
        page = (await client.get(following.partition("/api/v1")[2])).json()
        assert_found_by_index(list(full.plans))
        linked, following = linked + [item["ticket"] for item in page["items"]], page["next"]
    assert len(linked) == len(set(linked)) == detail["linked_total"]


async def test_a_table_read_from_end_to_end_is_seen(full: Full) -> None:
    from sqlalchemy import text

    full.plans.clear()
    async with full.house.engine.connect() as conn:
        await conn.execute(text("SELECT count(*) FROM ticket WHERE description LIKE '%x%'"))
    with pytest.raises(AssertionError, match="from end to end"):
        assert_found_by_index(full.plans)
