"""V10, all real: work is planned, a report in its window waits and is told, the window ends, the case goes further."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.system import System, running_system

PATIENCE = 30.0  # seconds
MAILBOX = "lena.lindmark@malarvik.example"


@pytest.fixture(scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory, postgres: str, kafka: str) -> AsyncIterator[System]:
    folder: Path = tmp_path_factory.mktemp("planned")
    async with running_system(folder, postgres=postgres, kafka=kafka) as system:
        yield system


async def becomes(ask: Callable[[], Awaitable[dict[str, Any]]], **wanted: Any) -> dict[str, Any]:
    """The answer, once it says so."""
    until = time.monotonic() + PATIENCE
    while True:
        found = await ask()
        if all(found.get(name) == value for name, value in wanted.items()):
            return found
        assert time.monotonic() < until, found
        await asyncio.sleep(0.2)


async def test_v10_a_report_in_a_window_waits_is_told_and_goes_further_when_it_is_over(system: System) -> None:
    begins = datetime.now(UTC) - timedelta(minutes=5)
    ends = datetime.now(UTC) + timedelta(hours=2)
    plan = {
        "text": {"sv": "Skolportalen uppdateras.", "en": "The portal is updated."},
        "services": ["learning_platform"],
        "starts_at": begins.isoformat(),
        "ends_at": ends.isoformat(),
        "effect": "down",
    }
    report = {"title": "Ingen kommer in på Skolportalen", "school": "ekbacken", "service": "learning_platform"}
    async with (
        system.api("malarvik", "samordnare") as desk,
        system.api("malarvik", "larare") as teacher,
        system.mails() as mails,
    ):
        work = (await desk.post("/planned-work", json=plan)).json()["id"]

        async def heard() -> dict[str, Any]:
            rows = await system.rows("routing", "SELECT id FROM work WHERE id = $1", work)
            notified = await system.rows("notifier", "SELECT id FROM work WHERE id = $1", work)
            return {"heard": bool(rows and notified)}

        await becomes(heard, heard=True)
        filed = (await teacher.post("/tickets", json=report)).json()

        async def case() -> dict[str, Any]:
            found: dict[str, Any] = (await teacher.get(f"/tickets/{filed['id']}")).json()
            return found

        waiting = await becomes(case, status="planned")
        assert waiting["planned_work"] == work
        assert waiting["holder"]["tier"] != "vendor"
        assert waiting["next_update_at"] is None

        async def mail() -> dict[str, Any]:
            found = [m for m in (await mails.get("/api/messages")).json() if MAILBOX in m["recipients"]]
            return {"count": len(found), "text": str(found)}

        await becomes(mail, count=1)
        window = {"starts_at": begins.isoformat(), "ends_at": (datetime.now(UTC) + timedelta(seconds=2)).isoformat()}
        assert (await desk.post(f"/planned-work/{work}/move", json=window)).status_code == 200
        gone_on = await becomes(case, status="vendor")
        assert gone_on["planned_work"] is None
        entries = (await teacher.get(f"/tickets/{filed['id']}/timeline")).json()["items"]
        told = " ".join(entry["text"].get("sv", "") for entry in entries)
        for words in ("Det pågår ett planerat arbete", "Det planerade arbetet är klart", "Vi skickar ärendet till"):
            assert words in told
        clocks = await system.rows("routing", "SELECT started_at FROM clock WHERE incident = $1", gone_on["incident"])
        assert {row["started_at"] for row in clocks} == {datetime.fromisoformat(window["ends_at"])}
