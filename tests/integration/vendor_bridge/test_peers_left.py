"""Two municipalities' cases on one incident of a third: who has left it reads nothing of what is said there later."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.db import create_engine
from contracts.directory.load import load
from contracts.events.base import Event
from eskalera.ports import free_port
from tests.conftest import MakeDatabase
from tests.integration.vendor_bridge.conftest import new_secret, served
from tests.integration.vendor_bridge.test_peers import Pair, X, Y, _bridge, texts
from tests.integration.vendor_bridge.test_reports import reads
from tests.support.handoff_life import ROOT, WIFI, Case, directory, directory_changed
from tests.support.two_towns import Town

X2, Y2 = "granne-vendor", "hallsberg-plattform"
"""The second municipality's connection to B, and B's to it."""


@dataclass
class OneOf(Town):
    """B as one of the two has to do with it."""

    def _facts(self, event: Event) -> list[Event]:
        return super()._facts(event) if getattr(event, "vendor", self.other) == self.other else []


@dataclass
class Three(Pair):
    c: Town | None = None
    b_of_c: Town | None = None

    async def turn(self) -> bool:
        assert self.c is not None
        assert self.b_of_c is not None
        return any([await town.record() for town in (self.a, self.b, self.c, self.b_of_c)])


@pytest.fixture
async def three(engine: AsyncEngine, database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Three]:
    """A and C in one installation, B in another."""
    first, second, ports = new_secret(), new_secret(), (free_port(), free_port())
    keys, file = {X: first, Y: first, X2: second, Y2: second}, tmp_path / "secrets.json"
    file.write_text(json.dumps(keys))
    there = create_engine(await database("chassis", "vendor_bridge"), name="second")
    to_b, to_a = (f"http://127.0.0.1:{port}/webhooks" for port in reversed(ports))
    a, ours, _, from_a = await _bridge(engine, file, keys, ports[0], {X: f"{to_b}/{Y}", X2: f"{to_b}/{Y2}"})
    b, theirs, fetcher, from_b = await _bridge(there, file, keys, ports[1], {Y: f"{to_a}/{X}", Y2: f"{to_a}/{X2}"})
    text = (ROOT / "municipalities" / "malarvik.yaml").read_text(encoding="utf-8")
    neighbour = load(text.replace("malarvik", "granne").replace("demo-vendor", X2))
    try:
        async with ours, theirs, served(a.app, ports[0]), served(b.app, ports[1]):
            await a.take_in(directory_changed(), directory_changed(neighbour))
            await b.take_in(directory_changed(directory("hallsberg")))
            a.start_sending()
            b.start_sending()
            yield Three(
                Town(a, "malarvik", WIFI, "ekbacken"),
                OneOf(b, "hallsberg", "vendor:sydnarke-it", "transtensskolan"),
                fetcher,
                (from_a, from_b),
                Town(a, "granne", WIFI, "ekbacken"),
                OneOf(b, "hallsberg", "vendor:plattform", "transtensskolan"),
            )
            await a.stop()
            await b.stop()
    finally:
        await there.dispose()


@pytest.mark.parametrize("how", ["taken back", "erased", "split off"])
async def test_n5_of_an_incident_that_its_report_has_left_the_other_municipality_reads_nothing_more(
    three: Three, how: str
) -> None:
    a, b, c, b_of_c = three.a, three.b, three.c, three.b_of_c
    assert c is not None
    assert b_of_c is not None
    leaves, _ = await a.hand_over(), await c.hand_over()
    await three.at_rest()
    [there], [beside] = b.cases.values(), b_of_c.cases.values()
    [left], [stays] = there.tickets, beside.tickets
    await b.bridge.take_in(there.linked(stays))
    there.tickets.append(stays)
    b_of_c.cases = {there.incident: there}
    await b.staff_tells_all(there, "B1 Till alla.")
    await three.at_rest()
    match how:
        case "taken back":
            await a.bridge.take_in(*leaves.assigned(a.team, "taken_back"))
        case "erased":
            await b.bridge.take_in(*there.erased(left))
        case _:
            alone = Case("hallsberg", school="transtensskolan")
            b.cases[alone.incident] = alone
            await b.bridge.take_in(*alone.opened_for(left))
            there.tickets.remove(left)
    await three.at_rest()
    await b.solve(there, "B2 Panel bytt.")
    await b.reopen(there)
    await b.staff_tells_all(there, "B3 Bara om Norrgården.")
    await b.bridge.take_in(there.entry("B4 Till er.", "reporter", case=left, party=b.team))
    await three.at_rest()
    assert texts(await a.entries()) == ["B1", "B4"], "what was said before, and what is said to it alone"
    assert texts(await c.entries()) == ["B1", "B2", "B3"]
    for ticket, connection, marks in ((left, Y, ["B1", "B4"]), (stays, Y2, ["B1", "B2", "B3"])):
        shown = (await reads(b.bridge, f"/reports/{ticket}", connection, "hallsberg")).json()
        assert [mark for mark in ("B1", "B2", "B3", "B4") if mark in str(shown["notes"])] == marks
