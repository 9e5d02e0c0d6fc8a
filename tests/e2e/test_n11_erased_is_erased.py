"""N11, all real: a word is planted wherever people write, the ticket and its reporter are erased, and it is nowhere."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from chassis.db import create_engine
from contracts import ids, timeline
from contracts.timeline import Entry
from eskalera import layout as at
from eskalera.commands.replay import rebuild
from tests.support.grep_databases import places
from tests.support.system import System, running_system

WORD = "Zebrafinksgatan"
"""Only letters, so that it stands the same in text, JSON and SQL."""
PATIENCE = 40.0  # seconds
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory, postgres: str, kafka: str) -> AsyncIterator[System]:
    folder: Path = tmp_path_factory.mktemp("erased")
    async with running_system(folder, postgres=postgres, kafka=kafka) as system:
        await with_a_person(system, "reporter", f"Asta {WORD}", f"asta.{WORD.lower()}@malarvik.example")
        yield system


async def with_a_person(system: System, who: str, name: str, email: str) -> None:
    directory = (ROOT / "municipalities" / "malarvik.yaml").read_text(encoding="utf-8")
    people = (ROOT / "municipalities" / "malarvik.people.yaml").read_text(encoding="utf-8")
    people += f"\n  - id: {who}\n    name: {name}\n    role: teacher\n    schools: [ekbacken]\n    email: {email}\n"
    async with system.api("malarvik") as http:
        answer = await http.put("/directories/malarvik", json={"directory": directory, "people": people})
        assert answer.status_code == 200, answer.text


async def becomes(ask: Callable[[], Awaitable[Any]], wanted: Callable[[Any], bool]) -> Any:
    """The answer, once it is as wanted."""
    until = time.monotonic() + PATIENCE
    while not wanted(found := await ask()):
        assert time.monotonic() < until, found
        await asyncio.sleep(0.2)
    return found


async def where(system: System, word: str = WORD) -> dict[str, list[str]]:
    """The word's places by service; lower case too, as in an address."""
    found: dict[str, list[str]] = {}
    for service in system.services:
        engine = create_engine(system.database(service), name="test")
        found[service] = [*await places(engine, word), *await places(engine, word.lower())]
        await engine.dispose()
    return found


async def ticket_of(http: httpx.AsyncClient, ticket: str) -> dict[str, Any]:
    answer = await http.get(f"/tickets/{ticket}")
    found: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
    return found


async def case_of(system: System, ticket: str) -> dict[str, Any] | None:
    """The demo vendor's copy, once it is acknowledged."""
    async with system.vendor() as vendor:
        for case in (await vendor.get("/api/cases")).json():
            if case["acknowledged"] and any(entry["case"] == ticket for entry in case["entries"]):
                found: dict[str, Any] = case
                return found
    return None


async def says(system: System, handoff: str, action: str, **fields: str) -> None:
    async with system.vendor() as vendor:
        answer = await vendor.post(f"/cases/{handoff}/{action}", data=fields)
        assert answer.status_code in (200, 202, 303), answer.text


async def planted(system: System) -> tuple[str, str, str]:
    """A case with the word in all that people can say of it; (ticket, incident, hand-off)."""
    async with system.api("malarvik", "reporter") as teacher:
        filed = await teacher.post(
            "/tickets",
            headers={"idempotency-key": "once"},
            json={
                "title": f"Nätet är borta på {WORD}",
                "description": f"Jag heter Asta {WORD} och undervisar i B204.",
                "school": "ekbacken",
                "service": "wifi",
                "room": WORD,
                "asset": f"EKB-{WORD}",
            },
        )
        assert filed.status_code == 201, filed.text
        ticket = filed.json()["id"]
        theirs = await becomes(lambda: case_of(system, ticket), bool)
        handoff = theirs["handoff"]
        await says(system, handoff, "ask", text=f"Är det {WORD} som menas?", ticket=ticket)
        asked = await becomes(lambda: ticket_of(teacher, ticket), lambda found: bool(found.get("open_questions")))
        question = asked["open_questions"][0]["id"]
        answered = await teacher.post(f"/tickets/{ticket}/entries", json={"text": f"Ja, {WORD}.", "answers": question})
        assert answered.status_code == 201, answered.text
        assert (await teacher.post(f"/tickets/{ticket}/entries", json={"text": f"Skynda, {WORD}!"})).status_code == 201
        assert (await teacher.post(f"/tickets/{ticket}/escalate", json={"reason": f"{WORD} väntar"})).status_code == 204
        await says(system, handoff, "write", text=f"Vi ringer {WORD}.")
        await says(system, handoff, "report", status="in_progress", text=f"På väg till {WORD}")
    async with system.api("malarvik", "samordnare") as desk:
        incident = (await ticket_of(desk, ticket))["incident"]
        note = {"text": "Byt kabeln i hus B.", "audience": "internal"}
        assert (await desk.post(f"/incidents/{incident}/entries", json=note)).status_code in (201, 202)

    async def told() -> dict[str, list[str]]:
        return await where(system)

    await becomes(told, lambda found: all(found.values()))
    async with system.vendor() as vendor:
        await becomes(lambda: _text(vendor, "/api/cases"), lambda text: f"Skynda, {WORD}!" in text)
    await system.rows("vendor-bridge", "UPDATE delivery_attempt SET detail = $1", f"answered 200: {WORD}")
    await system.rows("vendor-bridge", "UPDATE delivery SET last_error = $1", f"answered 500: {WORD}")
    return ticket, incident, handoff


async def _text(http: httpx.AsyncClient, path: str) -> str:
    return (await http.get(path)).text


async def test_n11_erased_is_erased(system: System, tmp_path: Path) -> None:
    ticket, incident, handoff = await planted(system)
    before = await where(system)
    assert {"ticket.title: 1", "ticket.room: 1", "person.name: 1"} <= set(before["ticketing"]), before

    async with system.api("lund", "lund-ikt-samordnare") as foreign:  # N9
        assert (await foreign.post(f"/tickets/{ticket}/erase", json={"reason": "asked"})).status_code in (401, 404)
    async with system.api("malarvik", "reporter") as teacher:
        assert (await teacher.post(f"/tickets/{ticket}/erase", json={"reason": "asked"})).status_code == 403
    async with system.api("malarvik", "samordnare") as desk:
        wrong = await desk.post(f"/tickets/{ticket}/erase", json={"reason": f"{WORD} vill det"})
        assert wrong.status_code == 422, wrong.text
        unknown = await desk.post(f"/tickets/{ids.new('ticket')}/erase", json={"reason": "asked"})
        assert unknown.status_code == 404
        erased = (await desk.post(f"/tickets/{ticket}/erase", json={"reason": "protected"})).json()
        assert erased["erased"] is True
        assert [(entry["case"], entry["kind"]) for entry in erased["written_by_others"]] == [(incident, "note")]
        again = (await desk.post(f"/tickets/{ticket}/erase", json={"reason": "protected"})).json()
        assert again["erased"] is False
    gone = json.loads(
        await system.command("person", "erase", "reporter", "-m", "malarvik", "--reason", "asked", "--json")
    )
    assert gone["erased"] is True
    assert gone["tickets"] == []
    twice = await system.command("person", "erase", "reporter", "-m", "malarvik", "--reason", "asked", "--yes")
    assert "Nothing was left" in twice
    await system.command("person", "erase", "nobody-there", "-m", "malarvik", "--reason", "asked", "--yes", code=1)

    async def told() -> dict[str, list[str]]:
        return await where(system)

    await becomes(told, lambda found: not any(found.values()))
    objects = [file for file in system.home.data.rglob("*") if file.is_file() and "objects" in file.parts]
    assert not [file for file in objects if WORD.encode() in file.read_bytes()]

    # The vendor was told, and its copy is without it; the case is ours again and over (R9).
    async def theirs() -> str:
        async with system.vendor() as vendor:
            return await _text(vendor, "/api/cases") + await _text(vendor, "/api/deliveries")

    await becomes(theirs, lambda text: WORD not in text and "handoff.redacted" in text)

    async def ended() -> list[dict[str, Any]]:
        return await system.rows("vendor-bridge", "SELECT ended FROM handoff WHERE id = $1", handoff)

    await becomes(ended, lambda rows: rows == [{"ended": "taken_back"}])
    [state] = await system.rows("routing", "SELECT state FROM incident WHERE id = $1", incident)
    assert state == {"state": "cancelled"}

    for chain in (ticket, incident):
        for service, table in (("ticketing", "entry"), ("vendor-bridge", "chain_entry")):
            rows = await system.rows(service, f"SELECT content FROM {table} WHERE case_id = $1 ORDER BY seq", chain)
            entries = [Entry.model_validate(row["content"]) for row in rows]
            assert len(entries) > 3
            assert timeline.verify(entries) == []
    await the_bundle_is_whole(system, handoff, tmp_path)
    for service in system.services:
        assert await system.rows(service, "SELECT event_id FROM failed_message") == []


async def the_bundle_is_whole(system: System, handoff: str, folder: Path) -> None:
    """By the command, and by the vendor's own verifier."""
    token = json.loads(next(system.home.data.rglob("connections-of-demo-vendor.json")).read_text())["demo-vendor"][
        "token"
    ]
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(
            f"{system.url(at.VENDOR_BRIDGE)}/handoffs/{handoff}/bundle", headers={"authorization": f"Bearer {token}"}
        )
    assert answer.status_code == 200, answer.text
    assert WORD not in answer.text
    file = folder / "bundle.json"
    file.write_bytes(answer.content)
    for verifier in (["-m", "eskalera.cli", "bundle", "verify"], [str(ROOT / "docs" / "vendors" / "verify.py")]):
        done = await asyncio.to_thread(
            subprocess.run, [sys.executable, *verifier, str(file)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


async def test_n11_an_erasure_that_was_broken_off_is_done_after_the_restart(system: System) -> None:
    async with system.api("malarvik", "larare") as teacher:
        body = {"title": f"Skrivaren på {WORD}", "school": "ekbacken", "service": "printing"}
        ticket = (await teacher.post("/tickets", json=body)).json()["id"]
        await becomes(lambda: ticket_of(teacher, ticket), lambda found: bool(found.get("incident")))
    for service in ("routing", "notifier", "vendor-bridge"):
        system.arm(service, "consumer.before_commit")
    async with system.api("malarvik", "samordnare") as desk:
        assert (await desk.post(f"/tickets/{ticket}/erase", json={"reason": "mistake"})).json()["erased"] is True
    for service in ("routing", "notifier", "vendor-bridge"):
        await system.died(service)
        system.disarm(service)
    await system.start("routing", "notifier", "vendor-bridge")

    async def told() -> dict[str, list[str]]:
        return await where(system)

    await becomes(told, lambda found: not any(found.values()))


async def linked(http: httpx.AsyncClient, reports: list[str]) -> list[str]:
    """The incidents that the reports are on, once routing has decided."""

    async def told() -> list[str]:
        return [str((await ticket_of(http, report)).get("incident") or "") for report in reports]

    found: list[str] = await becomes(told, all)
    return found


async def test_n11_a_person_with_several_reports_on_one_incident_and_on_several_is_erased_at_once(
    system: System,
) -> None:
    """Linked, split off, joined, withdrawn, solved; with the reports of somebody else, who stays."""
    await with_a_person(system, "several", f"Sune {WORD}", f"sune.{WORD.lower()}@malarvik.example")
    about = {"school": "ekbacken", "description": f"På {WORD}."}
    async with system.api("malarvik", "several") as theirs, system.api("malarvik", "samordnare") as desk:

        async def files(http: httpx.AsyncClient, **fields: str) -> str:
            return str((await http.post("/tickets", json=about | fields)).json()["id"])

        printer = {"service": "printing", "title": f"Skrivaren på {WORD}", "asset": f"EKB-{WORD}"}
        own = [await files(theirs, **printer) for _ in range(2)]
        own += [await files(theirs, service=service, title="Trasigt") for service in ("wifi", "login", "email")]
        on = await linked(theirs, own)
        other = await files(desk, service="wifi", title="Samma här", description="Nätet.", same_as=on[2])
        own.append(await files(theirs, service="wifi", title="Igen", same_as=on[2]))
        await linked(desk, [other])
        on = await linked(theirs, own)
        for path, body in (
            (f"/incidents/{on[2]}/split", {"tickets": [own[2]]}),
            (f"/incidents/{on[0]}/link", {"ticket": own[3]}),
            (f"/incidents/{on[4]}/resolve", {"public_text": "Klart."}),
        ):
            answer = await desk.post(path, json=body)
            assert answer.status_code == 202, answer.text
        assert (await theirs.post(f"/tickets/{own[1]}/withdraw")).is_success

        async def moved() -> list[str]:
            return await linked(theirs, own)

        await becomes(moved, lambda now: now[2] != on[2] and now[3] == on[0])
        gone = json.loads(
            await system.command("person", "erase", "several", "-m", "malarvik", "--reason", "asked", "--json")
        )
        assert sorted(gone["tickets"]) == sorted(own)
        assert (await theirs.get("/tickets")).status_code == 401
    await system.command("token", "--as", "several", "-m", "malarvik", code=1)

    async def told() -> dict[str, list[str]]:
        return await where(system)

    await becomes(told, lambda found: not any(found.values()))
    kept = "SELECT count(*) AS words FROM incident WHERE asset IS NOT NULL"
    assert await system.rows("routing", kept) == [{"words": 0}]


@pytest.mark.parametrize("service", ["ticketing", "routing", "vendor-bridge", "notifier"])
async def test_n10_a_replay_after_an_erasure_gives_the_same(system: System, service: str) -> None:
    package = service.replace("-", "_")

    async def rebuilt() -> tuple[int, int]:
        done = await rebuild(system.databases, package, f"{package}_{ids.new('event')}", topic=system.topic)
        return done.missing, done.different

    await becomes(rebuilt, lambda done: done == (0, 0))
