"""Who looks for a case finds it: staff by a part of its number, who leads a school among all of the school's."""

from __future__ import annotations

import pytest

from tests.support.ticketing_house import House
from ticketing.web.reporting import cases

TEACHER, OTHER, LEAD = "larare", "larare-sjobo", "rektor"


async def filed(house: House, person: str, school: str, title: str) -> tuple[str, str]:
    """(id, number) of a report with a case of its own."""
    ticket = await house.file(person, title=title, school=school)
    await house.incident(ticket["id"], schools=[school])
    return str(ticket["id"]), str(ticket["number"])


async def test_a_part_of_its_number_finds_a_case(house: House) -> None:
    _, number = await filed(house, TEACHER, "ekbacken", "Skrivaren")
    desk = await house.visitor("samordnare")
    assert "Skrivaren" in (await desk.get(f"/ko?q={number[-6:]}")).text
    assert "Skrivaren" in (await desk.get(f"/ko?q={number.lower()}")).text
    own = await house.visitor(TEACHER)
    assert "Skrivaren" in (await own.get(f"/arenden?q={number[-6:]}")).text


async def test_who_finds_nothing_is_not_told_that_all_is_done(house: House) -> None:
    nothing = (await (await house.visitor("samordnare")).get("/ko?visa=mine&q=finns%25inte")).text
    assert "omhändertagna" not in nothing
    assert "Inget här har ”finns%inte” i sitt nummer eller sin rubrik." in nothing
    assert 'href="/ko?visa=all&amp;q=finns%25inte"' in nothing


async def test_who_leads_a_school_finds_all_of_its_cases_and_no_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    titles = [f"Datorn {n}" for n in range(3)]
    numbers = [(await filed(house, TEACHER, "ekbacken", title))[1] for title in titles]
    foreign, _ = await filed(house, OTHER, "sjobo", "Sjöbo egen")
    page = await house.visitor(LEAD)
    start = (await page.get("/arenden")).text
    assert 'href="/arenden?visa=skolan"' in start
    assert 'name="visa" value="skolan"' in start.partition('role="search"')[2].partition("</form>")[0]
    monkeypatch.setattr(cases, "CASES_SHOWN", 2)
    first = (await page.get("/arenden?visa=skolan&q=Datorn")).text
    assert [title in first for title in titles] == [False, True, True]
    assert "Lena Lindmark" in first, "with who reported it"
    older = first.partition('href="/arenden?visa=skolan&amp;q=Datorn&amp;cursor=')[2].partition('"')[0]
    second = (await page.get(f"/arenden?visa=skolan&q=Datorn&cursor={older}")).text
    assert [title in second for title in titles] == [True, False, False]
    found = (await page.get(f"/arenden?visa=skolan&q={numbers[0][-6:]}")).text
    at = found.partition('<p class="case-title"><a href="')[2].partition('"')[0]
    assert (await page.get(at)).status_code == 200
    assert "Sjöbo egen" not in (await page.get("/arenden?visa=skolan&q=egen")).text
    assert (await page.get(f"/arenden/{foreign}")).status_code == 404


async def test_who_leads_no_school_is_offered_and_given_none(house: House) -> None:
    await filed(house, OTHER, "sjobo", "Bara Sjöbos")
    teacher = await house.visitor(TEACHER)
    assert "visa=skolan" not in (await teacher.get("/arenden")).text
    assert "Bara Sjöbos" not in (await teacher.get("/arenden?visa=skolan")).text
