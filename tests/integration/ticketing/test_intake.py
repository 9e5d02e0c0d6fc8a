"""Filing a ticket: what is acknowledged is on disk with its number, first entry and facts."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.metrics import registry
from contracts import timeline
from contracts.timeline import Entry
from ticketing.store import intake

from .conftest import As

REPORT = {"title": "Projektorn i B204 startar inte", "school": "ekbacken", "room": "B204", "urgency": 2}


async def test_a_filed_ticket_has_number_entry_and_facts_in_one_commit(as_: As, engine: AsyncEngine) -> None:
    answer = await as_("larare").post("/tickets", json=REPORT)

    assert answer.status_code == 201, answer.text
    ticket = answer.json()
    assert ticket["number"].startswith("MAL-20")
    assert answer.headers["location"] == f"/api/v1/tickets/{ticket['id']}"
    async with engine.connect() as conn:
        told = (await conn.execute(text("SELECT type, value FROM outbox WHERE type LIKE 't%' ORDER BY id"))).all()
        assert [row.type for row in told] == ["ticket.filed.v1", "timeline.entry_recorded.v1"]
        assert f'"number":"{ticket["number"]}"' in told[0].value.decode()
        content = await conn.scalar(text("SELECT content FROM entry WHERE case_id = :id"), {"id": ticket["id"]})
    assert timeline.verify([Entry.model_validate(content)]) == []


async def test_numbers_have_no_gaps_under_concurrency(as_: As) -> None:
    client = as_("larare")
    answers = await asyncio.gather(*(client.post("/tickets", json=REPORT) for _ in range(40)))

    assert sorted(int(a.json()["number"].rsplit("-", 1)[1]) for a in answers) == list(range(1, 41))


async def test_a_ticket_is_counted_once_and_what_comes_again_apart(as_: As) -> None:
    def counted() -> tuple[float, float]:
        filed = {"kind": "incident", "imported": "false"}
        return (
            registry.get_sample_value("ticketing_tickets_filed_total", filed) or 0,
            registry.get_sample_value("ticketing_tickets_filed_again_total") or 0,
        )

    before = counted()
    for _ in range(3):
        await as_("larare").post("/tickets", json=REPORT, headers={"Idempotency-Key": "counted"})

    assert tuple(now - then for now, then in zip(counted(), before, strict=True)) == (1, 2)


async def test_the_same_idempotency_key_gives_the_same_ticket(as_: As) -> None:
    client = as_("larare")
    answers = await asyncio.gather(
        *(client.post("/tickets", json=REPORT, headers={"Idempotency-Key": "tap"}) for _ in range(8))
    )

    assert {a.json()["id"] for a in answers} == {answers[0].json()["id"]}
    assert sorted(a.status_code for a in answers) == [200] * 7 + [201]
    other = await client.post("/tickets", json=REPORT | {"room": "B205"}, headers={"Idempotency-Key": "tap"})
    assert other.status_code == 422


async def test_n11_what_a_caller_chose_is_not_for_postgres_to_refuse_and_to_log(
    as_: As, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A unique index that refuses a row has the server write its values into its log."""
    refused: list[BaseException | None] = []
    insert = intake.insert

    async def watched(*args: Any, **values: Any) -> intake.Filed:
        try:
            return await insert(*args, **values)
        except intake.Taken as taken:
            refused.append(taken.__cause__)
            raise

    monkeypatch.setattr(intake, "insert", watched)
    client = as_("samordnare", "tickets:import")
    headers, line = {"Idempotency-Key": "Asta Andersson"}, {"source": "old", "external_id": "asta"}
    await asyncio.gather(*(client.post("/tickets", json=REPORT, headers=headers) for _ in range(4)))
    for key in ("one", "other", "other"):
        assert (await client.post("/tickets", json=REPORT | line, headers={"Idempotency-Key": key})).is_success
    assert (await client.post("/tickets", json=REPORT | line)).is_success
    assert refused == [None] * 6
    async with engine.connect() as conn:
        keys = (await conn.scalars(text("SELECT key FROM idempotency ORDER BY key"))).all()
        assert keys == ["Asta Andersson", "one"], "a ticket that was there already takes no key"
        assert await conn.scalar(text("SELECT last FROM ticket_counter")) == 2


async def test_r22_a_known_external_id_answers_the_ticket_that_is_there(as_: As) -> None:
    client = as_("samordnare", "tickets:import")
    line = REPORT | {
        "external_id": "t1",
        "source": "old",
        "reporter": "ekbacken-35",
        "occurred_at": "2026-10-05T07:33:35+02:00",
    }
    first, second = (
        await client.post("/tickets", json=line),
        await client.post("/tickets", json=line | {"title": "Nytt"}),
    )

    assert (first.status_code, second.status_code) == (201, 200), first.text
    assert first.json()["id"] == second.json()["id"]
    read = (await client.get(f"/tickets/{first.json()['id']}")).json()
    assert read["title"] == REPORT["title"]
    other = await client.post("/tickets", json=line | {"source": "another"})
    assert other.status_code == 201, "a number of another system's"
