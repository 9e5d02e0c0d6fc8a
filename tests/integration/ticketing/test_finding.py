"""Who looks for a case finds it: staff by a part of its number, who leads a school among all of the school's."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest

from contracts.events import routing as r
from contracts.events.base import Event
from tests.support.ticketing_house import House
from ticketing.web.desk import queue
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
    desk = await house.visitor("samordnare")
    nothing = (await desk.get("/ko?visa=mine&q=finns%25inte")).text
    assert "omhändertagna" not in nothing
    assert "Inget här har ”finns%inte” i sitt nummer eller sin rubrik." in nothing
    assert 'href="/ko?q=finns%25inte"' in nothing
    anywhere = (await desk.get("/ko?q=finns%25inte")).text
    assert "öppet eller avslutat, har ”finns%inte”" in anywhere
    assert "Sök bland" not in anywhere, "there is nowhere else to look"
    short = (await desk.get("/ko?q=%25e")).text
    assert "Skriv minst 3 tecken" in short
    assert "Alla träffar" not in short


async def test_a_case_is_found_whatever_has_become_of_it(house: House) -> None:
    states: dict[str, tuple[type[Event], dict[str, Any]]] = {
        "Solved": (r.IncidentResolved, {"public_text": {"sv": "Klart."}}),
        "Closed": (r.IncidentClosed, {}),
        "Cancelled": (r.IncidentStateChanged, {"state": "cancelled"}),
    }
    numbers = {}
    for title, (kind, values) in states.items():
        ticket = await house.file(TEACHER, title=f"Projektorn {title}", school="ekbacken")
        incident = await house.incident(ticket["id"], schools=["ekbacken"])
        await house.told(house.event(kind, incident=incident, **values))
        numbers[title] = ticket["number"]
    for person in ("samordnare", "tekniker"):
        desk = await house.visitor(person)
        every = (await desk.get("/ko?q=projektorn")).text
        assert [f"Projektorn {title}" in every for title in states] == [True] * 3
        assert every.index("Projektorn Cancelled") < every.index("Projektorn Solved"), "newest first"
        assert "också lösta och avslutade" in every
        for title, number in numbers.items():
            assert f"Projektorn {title}" in (await desk.get(f"/ko?q={number}")).text
        narrowed = (await desk.get("/ko?visa=all&q=projektorn")).text
        assert "Projektorn Solved" not in narrowed
        assert 'href="/ko?visa=resolved&amp;q=projektorn"' in narrowed
        assert 'href="/ko?visa=any&amp;q=projektorn"' in narrowed


@pytest.mark.parametrize(
    "sought", ["{n}", "#{n}", "{short}", "mal 2026 {digits}", "{end}", "Zebror  C112", "c112 RANDIGA"]
)
async def test_words_are_sought_each_and_a_number_as_people_write_it(house: House, sought: str) -> None:
    ticket = await house.file(TEACHER, title="Randiga zebror på C112", school="ekbacken")
    number, incident = ticket["number"], await house.incident(ticket["id"], schools=["ekbacken"])
    prefix, year, digits = number.split("-")
    given = {"n": number, "short": f"{prefix}-{year}-{int(digits)}", "digits": digits, "end": digits.lstrip("0")}
    desk = await house.visitor("samordnare")
    query = sought.format(**given)
    assert incident in (await desk.get(f"/ko?q={quote(query)}")).text, query
    assert incident in (await desk.get(f"/ko?visa=all&q={quote(query)}")).text, query
    assert incident not in (await desk.get(f"/ko?q={quote(query)}%20finnsinte")).text


async def test_what_was_found_goes_on_page_after_page(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    titles = [f"Skärmen {n}" for n in range(3)]
    for title in titles:
        await filed(house, TEACHER, "ekbacken", title)
    monkeypatch.setattr(queue, "ROWS", 2)
    desk = await house.visitor("samordnare")
    first = (await desk.get("/ko?q=skärmen")).text
    assert [title in first for title in titles] == [False, True, True]
    following = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = (await desk.get(following)).text
    assert [title in second for title in titles] == [True, False, False]


async def test_support_finds_what_it_works_with_by_any_of_its_reports_and_nothing_else(house: House) -> None:
    mine = (await house.file(TEACHER, title="Nätet borta", school="ekbacken"))["id"]
    far = ("larare-almgymnasiet", "almgymnasiet")
    theirs = (await house.file(far[0], title="Wifi hos Hugo", school=far[1]))["id"]
    await house.incident(mine, theirs, schools=["ekbacken", far[1]], holder="team:samordnaren")
    alone = await house.file(far[0], title="Bara Hugos", school=far[1])
    await house.incident(alone["id"], schools=[far[1]], holder="team:samordnaren")
    support, coordinator = await house.visitor("tekniker"), await house.visitor("samordnare")
    assert 'class="row-link"' in (await support.get("/ko?q=borta")).text
    found = (await support.get("/ko?q=hugo")).text
    assert found.count('class="row-link"') == 1, "its page names both reports"
    assert re.search(r'class="row-report">MAL-[\d-]+ ”Wifi hos Hugo”<', found), "the row says which of them it was"
    assert re.search(r'class="row-report">MAL-[\d-]+<', (await support.get("/ko?visa=all&q=borta")).text)
    assert "row-report" not in (await support.get("/ko?visa=all")).text
    assert (await coordinator.get("/ko?q=hugo")).text.count('class="row-link"') == 2


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
