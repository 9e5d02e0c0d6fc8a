"""A school's status: over all that is open there, told as a disturbance only if several have reported it (N5)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import text

from contracts.events import routing as r
from tests.support.pages import Browser
from tests.support.ticketing_house import House
from ticketing.store import reads

SCHOOL = "sjobo"
BY = {"party": "team:samordnaren", "person": "samordnare"}
TWO = ("larare-sjobo", "administrator")


async def case(house: House, service: str, *people: str, scope: str = "school") -> str:
    """What these people of the school have reported of a service."""
    filed = [await house.file(person, title="Det fungerar inte", school=SCHOOL) for person in people]
    return await house.incident(*(each["id"] for each in filed), schools=[SCHOOL], service=service, scope=scope)


async def line_of(browser: Browser, school: str, service: str) -> str:
    """What the school's page says of a service, without its markup."""
    page = (await browser.get(f"/skolor/{school}")).text
    found = re.search(rf'<li class="service [^>]*>(?:(?!<li).)*?<strong>{service}</strong>.*?</li>', page, re.DOTALL)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


async def status(house: House, school: str, person: str = "larare-sjobo") -> dict[str, Any]:
    """The same from the API, its services by id."""
    found: dict[str, Any] = (await house.client(person).get(f"/schools/{school}/status")).json()
    return found | {"services": {each["service"]: each for each in found["services"]}}


async def offered(house: House) -> list[str]:
    """What the form may offer to others."""
    async with house.engine.connect() as conn:
        return [incident.id for incident in await reads.told_incidents(conn, "malarvik")]


async def test_who_has_no_cases_is_not_told_that_nothing_is_broken_and_is_led_to_what_is(house: House) -> None:
    browser = await house.visitor("larare-tallbacken")
    page = (await browser.get("/arenden")).text
    assert "Du har inga ärenden just nu" in page
    assert "Inget är trasigt" not in page
    known = "Något krånglar på din skola just nu"
    assert known not in (await browser.get("/arenden")).text
    filed = [await house.file(person, title="Det fungerar inte", school="tallbacken") for person in TWO]
    await house.incident(*(each["id"] for each in filed), schools=["tallbacken"], service="phone", scope="school")
    page = (await browser.get("/arenden")).text
    assert known in page.partition('class="empty"')[2]
    assert '<a href="/skolor/tallbacken">Se skolans läge</a>' in page
    await house.file("larare-tallbacken", title="Ett annat fel", school="tallbacken")
    assert known not in (await browser.get("/arenden")).text, "one's own cases stand there"


async def test_n5_one_persons_two_reports_and_what_several_say_of_a_room_are_no_disturbance_of_the_school(
    house: House,
) -> None:
    browser = await house.visitor("larare-sjobo")
    twice = await case(house, "phone", "larare-sjobo", "larare-sjobo")
    room = await case(house, "classroom_display", *TWO, scope="room")
    for service, name in (("phone", "Telefoni"), ("classroom_display", "Skärm och projektor i klassrummet")):
        assert await line_of(browser, SCHOOL, name) == f"{name} Pågående ärenden: 1"
        said = (await status(house, SCHOOL))["services"][service]
        assert (said["health"], said["disturbances"], said["single_cases"]) == ("single", 0, 1)
        assert said["incident"] is None
    assert not {twice, room} & set(await offered(house))

    await house.told(house.event(r.ScopeRaised, incident=room, scope="school", reasons=[{"sv": "Fler har anmält."}]))
    said = await line_of(browser, SCHOOL, "Skärm och projektor i klassrummet")
    assert "Problem Skärm och projektor i klassrummet: störning på Sjöbo skola" in said
    assert room in await offered(house)


async def test_n5_what_was_written_to_one_person_who_reported_it_twice_is_nobody_elses_to_read(house: House) -> None:
    twice = await case(house, "email", "larare-sjobo", "larare-sjobo")
    several = await case(house, "email", *TWO)
    for incident, words in ((twice, "Ditt lösenord är bytt."), (several, "Servern är bytt.")):
        await house.told(house.event(r.IncidentResolved, incident=incident, public_text={"sv": words}))
    done = {each["incident"]: each for each in (await status(house, SCHOOL))["resolved_this_week"]}
    assert (done[twice]["shared"], done[twice]["public_text"]) == (False, {})
    assert (done[several]["shared"], done[several]["public_text"]) == (True, {"sv": "Servern är bytt."})
    page = (await (await house.visitor("larare-sjobo")).get(f"/skolor/{SCHOOL}")).text.partition("Löst den här veckan")[
        2
    ]
    assert "Servern är bytt." in page
    assert "Ditt lösenord" not in page
    assert page.count("E-post") == 2  # one line: its title and its service
    assert "1 enskilt ärende" in page


@pytest.mark.parametrize(
    ("scope", "service", "name"),
    [("schools", "login", "Inloggning och konton"), ("municipality", "internet", "Internet")],
)
async def test_what_the_form_offers_at_a_school_without_reports_of_it_may_show_there(
    house: House, scope: str, service: str, name: str
) -> None:
    browser = await house.visitor("larare")
    assert await line_of(browser, "ekbacken", name) == f"{name} Fungerar"
    wide = await case(house, service, *TWO, scope=scope)
    alone = await case(house, service, "larare-sjobo", scope=scope)
    assert wide in await offered(house)

    said = await line_of(browser, "ekbacken", name)
    assert said.startswith(f"{name} Kan märkas här {name}: störning på Sjöbo skola Andra skolor har anmält det.")
    assert "Nu hos: IT-stödet på Ekbackens skola" in said
    assert "Andra skolor har problem som kan märkas här också." in (await browser.get("/skolor/ekbacken")).text
    await browser.post("/sprak", {"language": "en", "next": "/skolor/ekbacken"})
    english = (await browser.get("/skolor/ekbacken")).text
    assert "May show here" in english
    assert "If you notice it here too, report it." in english
    await browser.post("/sprak", {"language": "sv", "next": "/skolor/ekbacken"})
    there = await status(house, "ekbacken", "larare")
    assert [each["elsewhere"] for each in there["open"] if each["incident"] == wide] == [True]
    assert alone not in [each["incident"] for each in there["open"]]
    assert (there["services"][service]["health"], there["services"][service]["incident"]) == ("elsewhere", wide)

    said = await line_of(await house.visitor("larare-sjobo"), SCHOOL, name)
    assert f"Problem {name}: störning på Sjöbo skola" in said
    assert "och 1 enskilt ärende" in said
    await house.told(house.event(r.IncidentResolved, incident=wide, public_text={"sv": "Klart."}))
    assert await line_of(browser, "ekbacken", name) == f"{name} Fungerar"


async def test_what_staff_publish_is_told_though_one_person_reported_it(house: House) -> None:
    browser, name = await house.visitor("larare-sjobo"), "Passersystem och dörrar"
    incident = await case(house, "door_access", "larare-sjobo", scope="room")
    assert await line_of(browser, SCHOOL, name) == f"{name} Pågående ärenden: 1"
    await house.told(house.event(r.IncidentPublished, incident=incident, published=True, by=BY))
    assert f"Problem {name}: störning på Sjöbo skola" in await line_of(browser, SCHOOL, name)
    assert (await status(house, SCHOOL))["services"]["door_access"]["incident"] == incident
    assert incident in await offered(house)


async def test_a_disturbance_is_told_however_many_single_cases_are_open_and_due_before_it(house: House) -> None:
    shared = await case(house, "wifi", *TWO)
    printing, client = "Utskrift och kopiering", house.client("larare-sjobo")
    async with house.engine.begin() as conn:
        await conn.execute(_MANY, {"school": SCHOOL, "number": 230})
    browser = await house.visitor("larare-sjobo")
    assert "Problem Trådlöst nät: störning på Sjöbo skola" in await line_of(browser, SCHOOL, "Trådlöst nät")
    assert await line_of(browser, SCHOOL, printing) == f"{printing} Pågående ärenden: 230"
    said = (await status(house, SCHOOL))["services"]
    assert said["wifi"]["health"] == "trouble"
    assert said["printing"]["single_cases"] == 230

    pages, path = [], f"/schools/{SCHOOL}/status?limit=100"
    while path:
        page = (await client.get(path)).json()
        pages.append(page["open"])
        assert {each["service"]: each for each in page["services"]} == said, "each page counts all that is open"
        path = (page["next"] or "").partition("/api/v1")[2]
    assert [len(page) for page in pages[:2]] == [100, 100]
    seen = [each["incident"] for page in pages for each in page]
    assert len(seen) == len(set(seen)) > 230
    assert shared in seen[:10], "what hits many stands first"
    assert [each["shared"] for page in pages for each in page][:2] == [True, True]


_MANY = text("""
    INSERT INTO incident (id, municipality, kind, service, school, urgency, scope, opened_at, version, state, holder,
        holder_tier, path, reason, tickets, schools, public_text, next_due_at, chain_seq, chain_hash)
    SELECT 'in_' || lpad(to_hex(n), 32, '0'), 'malarvik', 'incident', 'printing', :school, 3, 'person', now(), 1, 'new',
        'team:it-ekbacken', 'local', '{}', '{}', 1, ARRAY[CAST(:school AS text)], '{}', now() - interval '1 day', 0, ''
    FROM generate_series(1, CAST(:number AS int)) AS n
""")
"""Open faults of one report each, due before anything else."""


@pytest.mark.parametrize("query", ["cursor=x", "limit=0", "limit=201", "cursor=WyJhIiwgMSwgImluXzEiXQ"])
async def test_a_page_of_open_cases_that_the_list_never_gave_is_refused(house: House, query: str) -> None:
    assert (await house.client("larare").get(f"/schools/ekbacken/status?{query}")).status_code == 422
