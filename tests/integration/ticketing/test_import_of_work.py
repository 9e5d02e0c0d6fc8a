"""`eskalera work import`: a year's windows through the API, once; nothing that people moved is moved back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from chassis.servers import bind, port_of, server
from eskalera.commands.work import Planned, import_file
from eskalera.errors import LocalError, UsageError
from eskalera.furnish import Municipalities
from eskalera.instances import Instance
from tests.support.ticketing_house import FOLDER, SECRET, House

FILE = FOLDER / "malarvik.arbeten.yaml"
YEAR = datetime.now().astimezone().year + 1


@pytest.fixture(scope="module")
async def instance(house: House, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Instance]:
    """Ticketing behind the real HTTP server, described as the local system describes itself."""
    data = tmp_path_factory.mktemp("data")
    (data / "secrets").mkdir()
    (data / "secrets" / "ticketing").write_text(SECRET)
    await house.directories.refresh()
    listening = bind("127.0.0.1", 0)
    http = server(house.app, drain_seconds=2)
    serving = asyncio.create_task(http.serve(sockets=[listening]))
    await http.accepting.wait()
    yield Instance(pid=0, data=str(data), port_base=port_of(listening))
    http.should_exit = True
    await serving


async def imported(
    instance: Instance,
    file: Path = FILE,
    *,
    municipality: str = "malarvik",
    year: int = YEAR,
    as_person: str | None = None,
) -> Planned:
    return await asyncio.to_thread(
        import_file, file, instance=instance, municipality=municipality, year=year, as_person=as_person
    )


async def listed(house: House) -> list[dict[str, Any]]:
    span: dict[str, str | int] = {"from": f"{YEAR}-01-01T00:00:00Z", "to": f"{YEAR + 1}-01-01T00:00:00Z", "limit": 200}
    items: list[dict[str, Any]] = (await house.client("larare").get("/planned-work", params=span)).json()["items"]
    return items


async def test_v10_the_year_is_planned_once_and_what_people_moved_stays(house: House, instance: Instance) -> None:
    assert await imported(instance) == Planned(planned=10, known=0, over=0)
    assert await imported(instance, as_person="samordnare") == Planned(planned=0, known=10, over=0)
    works = await listed(house)
    assert len(works) == 10
    certificates = next(work for work in works if work["external_id"] == f"certifikat-{YEAR}-03")
    moved = {"starts_at": f"{YEAR}-03-09T16:00:00+01:00", "ends_at": f"{YEAR}-03-09T20:00:00+01:00"}
    client = house.client("samordnare")
    assert (await client.post(f"/planned-work/{certificates['id']}/move", json=moved)).status_code == 200
    gone = next(work for work in works if work["external_id"].startswith("terminsstart"))
    assert (await client.post(f"/planned-work/{gone['id']}/cancel")).status_code == 200
    again = await imported(instance)
    assert (again.planned, again.known) == (0, 10)
    lines = FILE.read_text("utf-8").splitlines()
    places = {f"{FILE}:{lines.index(f'  - id: {rule}') + 1}" for rule in ("certifikat", "terminsstart")}
    assert {line.rpartition(": has")[0].rpartition(": ")[0] for line in again.differ} == places
    assert len(await listed(house)) == 10


async def test_windows_that_are_over_are_left_out(instance: Instance) -> None:
    done = await imported(instance, year=YEAR - 3)
    assert done == Planned(planned=0, known=0, over=10)


async def test_what_the_system_refuses_is_told_with_its_line(instance: Instance, tmp_path: Path) -> None:
    file = tmp_path / "arbeten.yaml"
    text = "municipality: malarvik\nwork:\n"
    for name, what in (("gott", "Byte."), ("daligt", "Byte för 20110203-1234")):
        text += f"  - id: {name}\n    text: {what}\n    services: [wifi]\n    effect: down\n"
        text += '    when: {months: [4], day: 7, opens: "10:00", closes: "11:00"}\n'
    file.write_text(text, "utf-8")
    done = await imported(instance, file)
    assert done.planned == 1
    (line,) = done.refused
    assert line.startswith(f"{file}:8: daligt-{YEAR}-04: text – ")


async def test_who_may_not_plan_is_stopped_at_once(instance: Instance) -> None:
    with pytest.raises(LocalError, match="Stopped at") as stopped:
        await imported(instance, as_person="larare")
    assert "not do this" in stopped.value.sentence


async def test_an_unknown_municipality_and_a_file_with_errors_plan_nothing(
    house: House, instance: Instance, tmp_path: Path
) -> None:
    before = len(await listed(house))
    with pytest.raises(UsageError, match="no municipality 'atlantis'"):
        await imported(instance, municipality="atlantis")
    with pytest.raises(LocalError, match="errors") as wrong:
        await imported(instance, municipality="hallsberg")
    assert "is 'malarvik''s, not 'hallsberg''s" in wrong.value.details
    file = tmp_path / "trasig.yaml"
    file.write_text("work: [", "utf-8")
    with pytest.raises(LocalError):
        await imported(instance, file)
    assert len(await listed(house)) == before


async def test_the_demo_has_its_year_of_planned_work(house: House, instance: Instance) -> None:
    said: list[str] = []
    await asyncio.to_thread(Municipalities().plan_work, instance, said.append)
    assert [line.partition(":")[0] for line in said] == [f"Planned work of {year}" for year in (YEAR - 1, YEAR)]
    assert len(await listed(house)) >= 10
    again: list[str] = []
    await asyncio.to_thread(Municipalities().plan_work, instance, again.append)
    assert all(": 0 windows planned, " in line for line in again), "a second start plans nothing twice"
