"""A municipality's 532 tickets of two weeks, filed through the public API into the real system, and what people see."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.async_api import Browser, Page, expect

from contracts.directory import Directory, load
from eskalera import layout as at
from eskalera.commands.directory import people_file
from eskalera.commands.tickets import Imported, import_file
from eskalera.furnish import DEMO_FILES, DEMO_TICKETS
from tests.chaos.house import House
from tests.support.system import System, running_system

TEACHER = {"id": "ekbacken-24", "name": "Elin Ekstrand", "role": "teacher", "schools": ["ekbacken"],
           "email": "elin.ekstrand@malarvik.example"}  # fmt: skip
"""Reports `THEIRS`; known to the municipality before the import, so that they can sign in."""
THEIRS = "t0060"
COUNT = 532
PATIENCE = 180.0  # seconds until everything that follows from the import has come to rest


@dataclass(frozen=True)
class Done:
    """The system after the import."""

    house: House
    imported: Imported
    directory: Directory
    lines: dict[str, dict[str, Any]]
    """The file's, by id."""
    file: Path

    @property
    def system(self) -> System:
        return self.house.system


@pytest.fixture(scope="module")
async def done(postgres: str, kafka: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Done]:
    files = _municipalities(tmp_path_factory.mktemp("municipalities"))
    tickets = Path(shutil.copy(DEMO_TICKETS, files[0].parent))
    folder = tmp_path_factory.mktemp("import")
    async with running_system(folder, postgres=postgres, kafka=kafka, directories=files) as system:
        house = House.of(system)
        imported = await asyncio.to_thread(import_file, tickets, municipality="malarvik", instance=system.instance)
        await house.is_in_order(PATIENCE)
        yield Done(house, imported, *_read(files[0], tickets), tickets)


def _read(directory: Path, tickets: Path) -> tuple[Directory, dict[str, dict[str, Any]]]:
    lines = map(json.loads, tickets.read_text(encoding="utf-8").splitlines())
    return load(directory.read_text(encoding="utf-8"), str(directory)), {line["id"]: line for line in lines}


def _municipalities(folder: Path) -> list[Path]:
    """The demo's files with one more teacher."""
    for file in DEMO_FILES:
        shutil.copy(file, folder)
        shutil.copy(people_file(file), folder)
        if file.stem == "malarvik":
            people = folder / people_file(file).name
            content = yaml.safe_load(people.read_text(encoding="utf-8"))
            content["people"].append(TEACHER)
            people.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return [folder / file.name for file in DEMO_FILES]


async def test_every_line_becomes_one_ticket_on_exactly_one_incident(done: Done) -> None:
    assert (done.imported.filed, done.imported.known, done.imported.rejected) == (COUNT, 0, 0)
    tickets = await done.system.rows("ticketing", "SELECT external_id, title, incident FROM ticket")
    assert {ticket["external_id"]: ticket["title"] for ticket in tickets} == {
        line["id"]: line["title"] for line in done.lines.values()
    }
    on = await done.system.rows(
        "routing", "SELECT ticket, count(*) AS incidents FROM link WHERE unlinked_at IS NULL GROUP BY ticket"
    )
    assert Counter(row["incidents"] for row in on) == {1: COUNT}
    assert len({ticket["incident"] for ticket in tickets}) < COUNT, "some have the same cause"


async def test_a_second_import_files_none(done: Done) -> None:
    again = await asyncio.to_thread(import_file, done.file, municipality="malarvik", instance=done.system.instance)
    assert (again.filed, again.known, again.rejected) == (0, COUNT, 0)
    await done.house.is_in_order(PATIENCE)


async def test_what_belongs_to_a_vendor_was_handed_over_whole_and_acknowledged(done: Done) -> None:
    evidence = await done.house.evidence()
    incidents = {incident["id"]: incident for incident in evidence.incidents}
    direct = _services_of_vendors(done.directory)  # by the service that grouping inferred, not the one picked
    theirs = [ticket for ticket in evidence.tickets if _goes_to_a_vendor(incidents[ticket["incident"]], direct)]
    assert len(theirs) > 100
    acknowledged = {case["subject_incident"]: case for case in _by_incident(evidence.vendors_cases)}
    for ticket in theirs:
        incident = incidents[ticket["incident"]]
        assert incident["holder"] == direct[incident["service"]]
        case = acknowledged[incident["id"]]
        assert case["state"] == "acknowledged"
        assert incident["id"] in case["acknowledged"]
        assert ticket["id"] in case["heads"], "the ticket's own history went along, if later than the others'"
    gone_on = {incident["id"] for incident in evidence.incidents if incident["state"] == "superseded"}
    for handoff in evidence.handoffs:
        assert handoff["state"] == ("released" if handoff["incident"] in gone_on else "acknowledged")


def _goes_to_a_vendor(incident: dict[str, Any], direct: dict[str, str]) -> bool:
    return incident["kind"] == "incident" and incident["service"] in direct


def _services_of_vendors(directory: Directory) -> dict[str, str]:
    """Services whose faults go straight to a vendor → that vendor, by the file's own matrix."""
    found: dict[str, str] = {}
    for rule in directory.matrix:
        services = rule.when.service or ()
        if rule.path[0].startswith("vendor:"):
            found |= dict.fromkeys((services,) if isinstance(services, str) else services, rule.path[0])
    return found


def _by_incident(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [case | {"subject_incident": json.loads(case["subject"])["incident"]} for case in cases]


async def test_the_trace_of_a_ticket_tells_the_whole_story(done: Done) -> None:
    (ticket,) = await done.system.rows("ticketing", "SELECT id, number FROM ticket WHERE external_id = $1", THEIRS)
    told = json.loads(await done.system.command("tickets", "trace", ticket["number"], "--json"))
    assert told["ticket"] == ticket["id"]
    assert len(told["incidents"]) == 1
    types = [event["type"] for event in told["events"]]
    story = ["ticket.filed.v1", "incident.ticket_linked.v1", "incident.assigned.v1", "handoff.offered.v1",
             "handoff.delivered.v1", "handoff.acknowledged.v1"]  # fmt: skip
    places = [types.index(type_) for type_ in story if type_ in types]
    assert len(places) == len(story)
    filed = next(event for event in told["events"] if event["type"] == "ticket.filed.v1")
    assert {"routing", "notifier", "vendor_bridge"} <= filed["handled"].keys()
    assert "delivered" in {delivery["state"] for delivery in told["deliveries"]}
    shown = await done.system.command("tickets", "trace", ticket["number"])
    assert ticket["number"] in shown
    assert "handoff.acknowledged.v1" in shown


async def test_explain_says_why_a_ticket_is_where_it_is(done: Done) -> None:
    moved = """
        SELECT t.number, l.incident, l.reasons FROM ticket AS t JOIN link AS l ON l.ticket = t.id
        WHERE l.by_person IS NULL AND l.score < 1 AND l.unlinked_at IS NULL ORDER BY t.number LIMIT 1
    """
    (row,) = await done.system.rows("ticketing", moved)
    said = await done.system.command("grouping", "explain", row["number"])
    assert f"on {row['incident']}" in said
    assert "by engine cause-" in said
    assert all(reason["en"] in said for reason in row["reasons"])


@pytest.mark.browser
async def test_the_teacher_reads_who_holds_the_case(done: Done, browser: Browser) -> None:
    page = await _signed_in(done.system, browser, str(TEACHER["id"]))
    await page.goto("/arenden")
    await page.click(f"text={done.lines[THEIRS]['title']}")
    await expect(page.locator(".holder").first).to_contain_text("Skolportalens leverantör")
    await expect(page.locator("main")).to_contain_text("Skolportalens leverantör har tagit emot ärendet.")
    await page.context.close()


@pytest.mark.browser
async def test_the_schools_pages_show_what_is_open_there(done: Done, browser: Browser) -> None:
    tickets = await done.system.rows(
        "ticketing",
        "SELECT t.school, t.kind, i.id, i.service FROM ticket AS t JOIN incident AS i ON i.id = t.incident",
    )
    names = {service.id: service.name.sv for service in done.directory.services}
    page = await _signed_in(done.system, browser, "samordnare")
    for school in done.directory.schools:
        here = [ticket for ticket in tickets if ticket["school"] == school.id]
        open_here = {names[ticket["service"]] for ticket in here if ticket["kind"] == "incident"}
        assert open_here, school.id
        await page.goto(f"/skolor/{school.id}")
        marked = page.locator(".services:not(.fine) .service-name strong, .services.single .service-name strong")
        near = page.locator(".services .tone-info .service-name strong")  # other schools' reports, which may show here
        told = set(await marked.all_inner_texts())
        assert told - set(await near.all_inner_texts()) <= open_here <= told, school.id
    async with done.system.api("malarvik", "samordnare") as http:
        status = (await http.get("/schools/ekbacken/status")).json()
    assert {line["incident"] for line in status["open"] if not line["elsewhere"]} == {
        ticket["id"] for ticket in tickets if ticket["school"] == "ekbacken"
    }
    await page.context.close()


async def _signed_in(system: System, browser: Browser, person: str) -> Page:
    context = await browser.new_context(locale="sv-SE", base_url=system.url(at.TICKETING))
    page = await context.new_page()
    await page.goto("/malarvik/")
    await page.click(f'button[value="{person}"]')
    return page
