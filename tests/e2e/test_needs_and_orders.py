"""A need to its decision and an order to its delivery, through all services: what people read and are mailed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.system import System, running_system

TEACHER = "lena.lindmark@malarvik.example"
DAY = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()


@pytest.fixture(scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory, postgres: str, kafka: str) -> AsyncIterator[System]:
    async with running_system(tmp_path_factory.mktemp("wishes"), postgres=postgres, kafka=kafka) as system:
        yield system


async def filed(api: httpx.AsyncClient, kind: str, title: str) -> tuple[str, str]:
    """(ticket, incident), once routing has decided."""
    body = {"title": title, "school": "ekbacken", "service": "tablet", "kind": kind}
    ticket = (await api.post("/tickets", json=body)).json()["id"]
    return ticket, (await until(api, f"/tickets/{ticket}", lambda found: found["incident"]))["incident"]


async def until(api: httpx.AsyncClient, path: str, holds: Any) -> dict[str, Any]:
    for _ in range(120):
        found: dict[str, Any] = (await api.get(path)).json()
        if holds(found):
            return found
        await asyncio.sleep(0.25)
    raise AssertionError(f"{path} stayed {found}")


async def ask(api: httpx.AsyncClient, path: str, **body: Any) -> dict[str, Any]:
    """What became of a command."""
    asked = await api.post(path, json=body)
    assert asked.status_code == 202, asked.text
    return await until(api, f"/requests/{asked.json()['request_id']}", lambda found: found["status"] != "pending")


async def mails(system: System, number: str, count: int) -> list[str]:
    """The subjects of what the teacher was sent about a case, once there are so many."""
    async with system.mails() as client:
        for _ in range(80):
            messages = (await client.get("/api/messages")).json()
            found = [m["subject"] for m in messages if TEACHER in m["recipients"] and number in m["subject"]]
            if len(found) >= count:
                return sorted(found)
            await asyncio.sleep(0.25)
    raise AssertionError(f"only {found}")


async def test_v16_a_need_is_decided_and_who_asked_is_told_once(system: System) -> None:
    async with system.api("malarvik", "larare") as teacher, system.api("malarvik", "samordnare") as coordinator:
        ticket, incident = await filed(teacher, "need", "Hörlurar till paddorna")
        assert (await ask(coordinator, f"/incidents/{incident}/gather", priority="red"))["status"] == "done"
        again = await ask(coordinator, f"/incidents/{incident}/gather", priority="red")
        assert (again["status"], again["reason"]["sv"]) == ("refused", "Så är det redan.")
        for decision in ("later", "yes"):
            told = {"decision": decision, "reason": "Budgeten."}
            assert (await ask(coordinator, f"/incidents/{incident}/decide", **told))["status"] == "done"
        case = await until(teacher, f"/tickets/{ticket}", lambda found: found["decision"] == "yes")
        assert (case["status"], case["decision_reason"]) == ("decided", {"sv": "Budgeten."})
        assert (await coordinator.get(f"/incidents/{incident}")).json()["clocks"] == []
        assert incident in [item["incident"] for item in (await teacher.get("/decisions")).json()["items"]]
        subjects = await mails(system, case["number"], 3)
        assert [subject.split()[0] for subject in subjects] == ["Beslut", "Ja", "Vi"]


async def test_v11_an_order_is_changed_delivered_and_compared(system: System) -> None:
    async with system.api("malarvik", "larare") as teacher, system.api("malarvik", "samordnare") as coordinator:
        ticket, incident = await filed(teacher, "request", "Tio paddor till 4B")
        stage = f"/incidents/{incident}/stage"
        early = await ask(coordinator, stage, stage="shipped")
        assert early["reason"]["sv"] == "Beställningen är inte godkänd än."
        steps: list[dict[str, str]] = [
            {"stage": "approved", "expected_at": DAY},
            {"stage": "changed", "text": "Modellen är slut.", "changed_by": "vendor:devices"},
            {"stage": "approved"},
            {"stage": "shipped"},
        ]
        for step in steps:
            assert (await ask(coordinator, stage, **step))["status"] == "done", step
        case = await until(teacher, f"/tickets/{ticket}", lambda found: found["stage"] == "shipped")
        assert case["expected_at"] == DAY
        assert (await ask(coordinator, stage, stage="received"))["status"] == "done"
        await until(teacher, f"/tickets/{ticket}", lambda found: found["status"] == "arrived")
        await teacher.post(f"/tickets/{ticket}/reopen", json={"text": "Två fattas."})
        await until(teacher, f"/tickets/{ticket}", lambda found: found["stage"] == "discrepancy")
        assert (await ask(coordinator, stage, stage="received"))["status"] == "done"
        await until(teacher, f"/tickets/{ticket}", lambda found: found["status"] == "arrived")
        await teacher.post(f"/tickets/{ticket}/confirm")
        await until(teacher, f"/tickets/{ticket}", lambda found: found["status"] == "closed")
        entries = (await teacher.get(f"/tickets/{ticket}/timeline")).json()["items"]
        words = [entry["text"].get("sv", "") for entry in entries]
        assert any(word.startswith("Beställningen är ändrad av Datorleverantören. Modellen är slut.") for word in words)
        assert len(await mails(system, case["number"], 7)) == 7, "the receipt, and each stage once"
