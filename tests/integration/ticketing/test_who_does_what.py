"""V4: who does what, for everybody: the page, the API and `eskalera directory explain` say the same."""

from __future__ import annotations

import html
import json
import random
import re
from collections.abc import AsyncIterator

import pytest

from chassis.db import create_engine
from contracts.directory import Directory
from contracts.directory.explain import Case, Explanation, explain
from contracts.directory.overview import overview
from contracts.events import routing as r
from eskalera import explanation
from tests.support.databases import clone
from tests.support.directories import SHIPPED, shipped
from tests.support.pages import Browser
from tests.support.servers import run_folder
from tests.support.ticketing_house import House
from ticketing.views import KINDS

CELLS = 40
"""Of each municipality; the same in every run."""


@pytest.fixture(scope="module")
async def all_five(postgres: str) -> AsyncIterator[House]:
    engine = create_engine(await clone(postgres, ("chassis", "ticketing"), run_folder()), name="test")
    house = await House(engine).furnish(*SHIPPED)
    yield house
    await house.close()
    await engine.dispose()


def reporter(directory: Directory) -> str:
    return {"malarvik": "larare"}.get(directory.id, f"{directory.id}-larare")


def cells(directory: Directory) -> list[dict[str, str]]:
    draw = random.Random(7)
    services = [service.id for service in directory.services]
    return [
        {
            "school": draw.choice(directory.schools).id,
            "kind": draw.choice(KINDS),
            "service": draw.choice(["", *services]),
            "urgency": str(draw.randint(1, 4)),
        }
        for _ in range(CELLS)
    ]


def query(cell: dict[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in cell.items())


def answer_of(page: str) -> str:
    """The text of the answer, without markup."""
    part = re.search(r'<section class="turn".*?</section>', page, re.DOTALL)
    assert part is not None
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", part[0])))


def asked(directory: Directory, cell: dict[str, str]) -> Explanation:
    case = Case(school=cell["school"], service=cell["service"] or None, kind=cell["kind"], urgency=int(cell["urgency"]))
    return explain(directory, case)


@pytest.mark.parametrize("name", SHIPPED)
async def test_page_api_and_terminal_say_the_same(all_five: House, name: str) -> None:
    directory = shipped(name)
    person = reporter(directory)
    client, browser = all_five.client(person, municipality=name), await all_five.visitor(person, name)
    for cell in cells(directory):
        found = asked(directory, cell)
        terminal = json.loads(json.dumps(explanation.as_json(found)))
        told = (await client.get(f"/responsibility?{query(cell)}")).json()
        assert [party["party"] for party in told["path"]] == terminal["path"]
        assert [party["party"] for party in told["informs"]] == terminal["informs"]
        for field in ("rule", "reason", "agreement", "policy", "promises", "promised", "agreed"):
            assert told[field] == terminal[field], (cell, field)
        for field in ("steps", "occasions", "major", "directory_version"):
            assert told[field] == terminal[field], (cell, field)

        page = answer_of((await browser.get(f"/vem-gor-vad?{query(cell)}")).text)
        assert f"Först hos: {directory.party_name(found.found.holder).sv} " in page
        for party in found.found.path[1:]:
            assert f" {directory.party_name(party).sv} " in page
        for said in (found.found.reason, found.promised, *found.agreed, *found.steps, *found.occasions, *found.major):
            assert said["sv"] in page, cell
        printed = " ".join(" ".join(explanation.lines(found)).split())
        for said in (found.found.reason, *found.agreed, *found.steps, *found.occasions, *found.major):
            assert said["sv"] in printed


@pytest.mark.parametrize("name", SHIPPED)
async def test_the_whole_list_and_every_policy_stand_on_the_page(all_five: House, name: str) -> None:
    directory = shipped(name)
    browser = await all_five.visitor(reporter(directory), name)
    page = html.unescape((await browser.get("/vem-gor-vad")).text)
    found = overview(directory)
    for group in (*found.groups, found.rest):
        for line in group.lines:
            assert f"<strong>{line.when['sv']}:</strong> {line.goes['sv']}." in page
            assert line.why["sv"] in page
    for policy in found.policies:
        assert all(said["sv"] in page for said in (*policy.steps, *policy.also))
    for team in directory.teams:
        assert team.name.sv in page
        assert team.contact is None or not team.contact.email or f"mailto:{team.contact.email}" in page
    assert all(vendor.name.sv in page for vendor in directory.vendors)


async def page_of(house: House, person: str = "larare", rest: str = "", language: str = "sv") -> tuple[int, str]:
    browser = await house.visitor(person)
    if language != "sv":
        await browser.post("/sprak", language=language)
    found = await browser.get(f"/vem-gor-vad{rest}")
    return found.status_code, html.unescape(found.text)


def chosen(page: str) -> dict[str, str]:
    """What stands in the form."""
    fields = re.findall(r'<select id="(\w+)".*?</select>', page, re.DOTALL)
    parts = re.findall(r"<select id=.*?</select>", page, re.DOTALL)
    values = [re.search(r'value="([^"]*)" selected', part) for part in parts]
    return {name: value[1] if value else "" for name, value in zip(fields, values, strict=True)}


async def test_ones_own_school_and_a_fault_are_answered_at_once(house: House) -> None:
    status, page = await page_of(house)
    assert status == 200
    assert chosen(page) == {"school": "ekbacken", "kind": "incident", "service": "", "urgency": "3"}
    assert "Först hos: IT-stödet på Ekbackens skola" in answer_of(page)


async def test_v8_a_vendor_is_first_and_who_is_told_at_once_is_named(house: House) -> None:
    _, page = await page_of(house, rest="?service=wifi&urgency=1")
    answer = answer_of(page)
    assert "Först hos: Nätleverantören" in answer
    assert "Samordnaren för skolornas IT och IT-stödet på Ekbackens skola får veta det genast." in answer
    assert "Ekbackens skola, Trådlöst nät, Något är fel, 1 · Lektionen står still" in answer


async def test_v5_what_has_no_agreement_says_so(all_five: House) -> None:
    browser = await all_five.visitor("vasteras-larare", "vasteras")
    page = answer_of((await browser.get("/vem-gor-vad?school=stenviksskolan&service=pupil_computer")).text)
    assert "Elevernas datorer och surfplattor har inget serviceavtal" in page
    assert "ingen tid är lovad för lösningen" in page


async def test_v16_needs_have_no_times_and_no_agreement(house: House) -> None:
    _, page = await page_of(house, rest="?kind=need")
    answer = answer_of(page)
    assert "Inga tider är lovade: behov och idéer samlas och får ett beslut." in answer
    assert "Det går inte vidare av sig självt." in answer
    assert "Avtal" not in answer


async def test_it_is_there_in_english_too(house: House) -> None:
    _, page = await page_of(house, rest="?service=wifi", language="en")
    assert "First with: The network operator" in answer_of(page)
    assert "<strong>Faults:</strong> go straight to the network operator, then the coordinator of school IT." in page


@pytest.mark.parametrize(
    ("rest", "sentence"),
    [
        ("school=&service=wifi", "Välj vilken skola det gäller."),
        ("school=atlantis&service=wifi", "Välj vilken skola det gäller."),
        ("school=ekbacken&service=wifi&urgency=9", "Välj hur bråttom det är."),
        ("school=ekbacken&service=wifi&urgency=", "Välj hur bråttom det är."),
        ("school=ekbacken&service=wifi&kind=incidents", "Välj vad det gäller."),
    ],
)
async def test_a_choice_that_is_none_says_so_and_keeps_the_others(house: House, rest: str, sentence: str) -> None:
    status, page = await page_of(house, rest=f"?{rest}")
    assert status == 422
    assert sentence in page
    assert chosen(page)["service"] == "wifi"
    assert "Först hos" not in page
    assert "Hela listan" in page


async def test_a_service_that_left_the_directory_says_so(house: House) -> None:
    status, page = await page_of(house, rest="?service=fax&urgency=1")
    assert status == 422
    assert "Välj en tjänst i listan, eller ”Vet inte”." in page
    assert chosen(page) == {"school": "ekbacken", "kind": "incident", "service": "", "urgency": "1"}


@pytest.mark.parametrize("rest", ["skola=ekbacken", "School=ekbacken", "school=ekbacken&urgency=1&room=B204"])
async def test_a_question_with_something_else_in_it_is_refused(house: House, rest: str) -> None:
    status, _ = await page_of(house, rest=f"?{rest}")
    assert status == 422
    assert (await house.client("larare").get(f"/responsibility?{rest}")).status_code == 422


async def test_who_has_no_school_chooses_one(house: House) -> None:
    status, page = await page_of(house, "samordnare")
    assert status == 200
    assert "Välj skola, så ser du vem som har det först." in page
    assert chosen(page)["school"] == ""


async def test_a_municipality_that_has_written_nothing_says_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = house.directories.get("malarvik")
    assert directory is not None
    monkeypatch.setitem(house.directories.all(), "malarvik", directory.model_copy(update={"matrix": ()}))
    _, page = await page_of(house)
    assert "Ingen fördelning är skriven än" in page
    assert "Först hos: Samordnaren för skolornas IT" in answer_of(page)


async def test_the_list_is_worked_out_once(house: House) -> None:
    browser = await house.visitor("larare")
    await browser.get("/vem-gor-vad")
    before = overview.cache_info().misses
    for service in ("wifi", "printing", "login"):
        await browser.get(f"/vem-gor-vad?service={service}")
    assert overview.cache_info().misses == before


async def test_the_form_the_case_and_the_foot_of_every_page_lead_there(house: House) -> None:
    browser = await house.visitor("larare")
    assert (await browser.get("/arenden/ny")).text.count('href="/vem-gor-vad"') == 3
    assert (await browser.get("/arenden")).text.count('href="/vem-gor-vad"') == 2
    filed = await house.file("larare", title="Nätet", school="ekbacken", service="wifi", urgency=1)
    where = await linked(browser, f"/arenden/{filed['id']}")
    assert where == "/vem-gor-vad?kind=incident&urgency=1&school=ekbacken&service=wifi"
    assert "Först hos: Nätleverantören" in answer_of((await browser.get(where)).text)
    await house.incident(filed["id"], schools=["ekbacken"])  # of urgency 2, as routing opened it
    assert "urgency=2" in await linked(browser, f"/arenden/{filed['id']}")


async def test_a_case_of_several_schools_leads_to_the_answer_for_several(house: House) -> None:
    browser = await house.visitor("larare")
    filed = await house.file("larare", title="Ingen kan logga in", school="ekbacken", service="login")
    incident = await house.incident(filed["id"], schools=["ekbacken"])
    triaged = {"service": "login", "scope": "schools", "by": {"party": "team:samordnaren", "person": "samordnare"}}
    await house.told(house.event(r.IncidentTriaged, incident=incident, **triaged))
    where = await linked(browser, f"/arenden/{filed['id']}")
    assert where.endswith("&scope=schools")
    answer = answer_of((await browser.get(where)).text)
    assert "Först hos: Kommunens IT-enhet" in answer
    assert "Flera skolor" in answer
    assert "Först hos: IT-stödet på Ekbackens skola" in answer_of((await browser.get(where.split("&scope")[0])).text)


async def linked(browser: Browser, page: str) -> str:
    found = re.search(r'href="(/vem-gor-vad\?[^"]*)"', (await browser.get(page)).text)
    assert found is not None
    return html.unescape(found[1])


async def test_a_case_that_is_over_leads_nowhere(house: House) -> None:
    browser = await house.visitor("larare")
    filed = await house.file("larare", title="Nätet", school="ekbacken")
    assert (await house.client("larare").post(f"/tickets/{filed['id']}/withdraw")).status_code == 204
    assert "/vem-gor-vad?" not in (await browser.get(f"/arenden/{filed['id']}")).text


async def test_l5_a_report_of_a_unit_that_is_not_connected_is_on_its_way_to_the_coordinator(all_five: House) -> None:
    for unit, expected in (("linnea-yrkes", "IKT-samordningen"), ("linnea-teoretiska", "Teknikern på Linnéagymnasiet")):
        about = {"school": "linneagymnasiet", "unit": unit, "service": "staff_computer"}
        filed = await all_five.file("lund-larare", municipality="lund", title="Datorn är trasig", **about)
        page = (await (await all_five.visitor("lund-larare", "lund")).get(f"/arenden/{filed['id']}")).text
        assert f"På väg till: <strong>{expected}</strong>" in re.sub(r"\s+", " ", page)
