"""V10: planned work on pages and in the API: who plans it, who reads it, what waits for it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from contracts import envelope, ids
from contracts.envelope import Received
from contracts.events import routing as r
from tests.support.pages import Browser
from tests.support.ticketing_house import House
from ticketing import replay

ZONE = ZoneInfo("Europe/Stockholm")
HOUR = timedelta(hours=1)


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def body(*services: str, starts: timedelta = 2 * HOUR, length: timedelta = 3 * HOUR, **fields: Any) -> dict[str, Any]:
    starts_at = now() + starts
    window = {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + length).isoformat()}
    what = {"text": {"sv": "Växlarna byts.", "en": "The switches are replaced."}}
    return what | {"services": list(services or ["wifi"]), "effect": "down"} | window | fields


async def planned(house: House, *services: str, person: str = "samordnare", **fields: Any) -> dict[str, Any]:
    answer = await house.client(person).post("/planned-work", json=body(*services, **fields))
    assert answer.status_code == 201, answer.text
    work: dict[str, Any] = answer.json()
    return work


async def record(house: House, work: str) -> list[Received]:
    """What ticketing stated of it, in order, as it lies on the topic."""
    async with house.engine.connect() as conn:
        rows = await conn.execute(text("SELECT value, headers FROM outbox WHERE type LIKE 'work.%' ORDER BY id"))
        headers = [([(n, v.encode()) for n, v in row.headers.items()], bytes(row.value)) for row in rows]
    found = [envelope.decode(each, value) for each, value in headers]
    return [each for each in found if each.event.cases == (work,)]


async def said(house: House, work: str) -> list[dict[str, Any]]:
    """The same as plain data."""
    found = [each.event for each in await record(house, work)]
    return [{"type": event.TYPE} | event.model_dump(mode="json") for event in found]


def form(**fields: Any) -> dict[str, Any]:
    starts = datetime.now(ZONE) + 24 * HOUR
    return {
        "text": "Nätet byggs om.",
        "services": ["wifi", "internet"],
        "starts": f"{starts:%Y-%m-%dT%H:%M}",
        "ends": f"{starts + 2 * HOUR:%Y-%m-%dT%H:%M}",
        "effect": "down",
        "key": ids.new("request"),
    } | fields


# Who may


@pytest.mark.parametrize(
    ("person", "work", "status"),
    [
        ("samordnare", {"services": ["wifi"]}, 201),
        ("administrator", {"services": ["wifi"]}, 201),
        ("tekniker", {"services": ["classroom_display"], "schools": ["ekbacken"]}, 201),
        ("tekniker", {"services": ["classroom_display"], "schools": ["ekbacken", "sjobo"]}, 403),
        ("tekniker", {"services": ["classroom_display"]}, 403),
        ("tekniker", {"services": ["wifi"], "schools": ["ekbacken"]}, 403),
        ("larare", {"services": ["wifi"]}, 403),
        ("rektor", {"services": ["wifi"]}, 403),
        ("it-ansvarig", {"services": ["wifi"]}, 403),
    ],
)
async def test_the_coordinator_and_the_team_that_answers_for_the_service_plan(
    house: House, person: str, work: dict[str, Any], status: int
) -> None:
    answer = await house.client(person).post("/planned-work", json=body() | work)
    assert answer.status_code == status, answer.text


async def test_who_may_not_plan_may_not_move_or_call_off_either(house: House) -> None:
    work = await planned(house)
    window = {key: work[key] for key in ("starts_at", "ends_at")}
    for person in ("tekniker", "larare"):
        client = house.client(person)
        assert (await client.get(f"/planned-work/{work['id']}")).status_code == 200, "everybody reads it"
        assert (await client.post(f"/planned-work/{work['id']}/move", json=window)).status_code == 403
        assert (await client.post(f"/planned-work/{work['id']}/cancel")).status_code == 403


async def test_n9_another_municipalitys_work_does_not_exist(house: House) -> None:
    work = await planned(house)
    there = house.client("hallsberg-administrator", municipality="hallsberg")
    assert (await there.get(f"/planned-work/{work['id']}")).status_code == 404
    assert (await there.post(f"/planned-work/{work['id']}/cancel")).status_code == 404
    assert (await there.get("/planned-work")).json()["items"] == []
    browser = await house.visitor("hallsberg-administrator", "hallsberg")
    assert (await browser.get(f"/planerat/{work['id']}")).status_code == 404
    assert "Växlarna byts" not in (await browser.get("/planerat")).text


# The API


async def test_planned_work_is_a_fact_with_who_said_it(house: House) -> None:
    work = await planned(house, "wifi", schools=["ekbacken"], vendor="vendor:network")
    (event,) = await said(house, work["id"])
    assert event["type"] == "work.planned.v1"
    assert event["by"] == {"party": "team:samordnaren", "person": "samordnare"}
    assert (event["services"], event["schools"], event["vendor"]) == (["wifi"], ["ekbacken"], "vendor:network")
    assert work["state"] == "ahead"
    assert work["url"] == f"/planerat/{work['id']}"


@pytest.mark.parametrize(
    ("wrong", "pointer", "word"),
    [
        ({"starts": 5 * HOUR, "length": -HOUR}, "/ends_at", "ends before it begins"),
        ({"length": timedelta(0)}, "/ends_at", "ends before it begins"),
        ({"length": timedelta(days=31)}, "/ends_at", "at most 30 days"),
        ({"starts": -5 * HOUR, "length": HOUR}, "/ends_at", "has been"),
        ({"starts": -timedelta(days=3), "length": timedelta(days=5)}, "/starts_at", "more than a day ago"),
        ({"starts": timedelta(days=2000)}, "/starts_at", "Is the year right?"),
        ({"services": []}, "/services", "at least one"),
        ({"services": ["wifi", "okänd"]}, "/services", "of the list"),
        ({"schools": ["hogwarts"]}, "/schools", "of the list"),
        ({"vendor": "team:it-enheten"}, "/vendor", "of the list"),
        ({"text": "  \n "}, "/text", "what is done"),
        ({"text": "Byte för 20110203-1234"}, "/text", "personal identity number"),
    ],
)
async def test_a_wrong_plan_is_told_in_a_sentence(house: House, wrong: dict[str, Any], pointer: str, word: str) -> None:
    times = {name: wrong.pop(name) for name in ("starts", "length") if name in wrong}
    answer = await house.client("samordnare").post("/planned-work", json=body(**times) | wrong)
    assert answer.status_code == 422, answer.text
    found = {error["pointer"]: error["detail"] for error in answer.json()["errors"]}
    assert word in found[pointer], found


@pytest.mark.parametrize(
    "wrong",
    [
        {"effect": "boom"},
        {"starts_at": "2027-03-02T16:00:00"},
        {"starts_at": 1800000000},
        {"text": {}},
        {"text": {"de": "Wartung"}},
        {"cancelled": True},
        {"text": "x" * 301},
    ],
)
async def test_what_is_no_plan_is_refused(house: House, wrong: dict[str, Any]) -> None:
    answer = await house.client("samordnare").post("/planned-work", json=body() | wrong)
    assert answer.status_code == 422, answer.text


async def test_work_with_an_external_id_that_is_known_is_planned_once(house: House) -> None:
    name = ids.new("request")
    first = await planned(house, external_id=name)
    again = await house.client("samordnare").post("/planned-work", json=body(external_id=name, starts=9 * HOUR))
    assert (again.status_code, again.json()) == (200, first), "and stays as it is"
    over = body(external_id=name, starts=-48 * HOUR, length=HOUR)
    assert (await house.client("samordnare").post("/planned-work", json=over)).status_code == 200
    assert len(await said(house, first["id"])) == 1


async def test_the_list_is_of_a_time_a_school_and_a_service_page_by_page(house: House) -> None:
    far = timedelta(days=300)
    made = [await planned(house, "mdm", starts=far + n * HOUR, schools=["sjobo"]) for n in range(5)]
    everywhere = await planned(house, "mdm", starts=far + 9 * HOUR)
    span = {"from": (now() + far - HOUR).isoformat(), "to": (now() + far + 24 * HOUR).isoformat(), "service": "mdm"}
    client = house.client("larare")
    found: list[str] = []
    answer = (await client.get("/planned-work", params=span | {"limit": 4, "school": "sjobo"})).json()
    found += [item["id"] for item in answer["items"]]
    assert len(found) == 4
    answer = (await client.get(answer["next"].partition("/api/v1")[2])).json()
    found += [item["id"] for item in answer["items"]]
    assert found == [work["id"] for work in [*made, everywhere]]
    assert answer["next"] is None
    elsewhere = (await client.get("/planned-work", params=span | {"school": "ekbacken"})).json()["items"]
    assert [item["id"] for item in elsewhere] == [everywhere["id"]]
    assert (await client.get("/planned-work", params={"from": "2027-01-01"})).status_code == 422


async def test_work_is_moved_and_called_off_once(house: House) -> None:
    work = await planned(house)
    client, path = house.client("samordnare"), f"/planned-work/{work['id']}"
    window = {
        "starts_at": (now() + 5 * HOUR).isoformat(),
        "ends_at": (now() + 6 * HOUR).isoformat(),
    }
    for _ in range(2):
        moved = await client.post(f"{path}/move", json=window | {"reason": "Delarna är försenade."})
        assert moved.status_code == 200, moved.text
    assert datetime.fromisoformat(moved.json()["ends_at"]) == datetime.fromisoformat(window["ends_at"])
    for _ in range(2):
        assert (await client.post(f"{path}/cancel", json={"reason": "Leverantören är sjuk."})).status_code == 200
    events = await said(house, work["id"])
    assert [(event["type"], event.get("cancelled")) for event in events] == [
        ("work.planned.v1", None),
        ("work.changed.v1", False),
        ("work.changed.v1", True),
    ]
    assert events[2]["reason"] == {"sv": "Leverantören är sjuk."}
    assert (await client.post(f"{path}/move", json=window)).status_code == 409
    assert (await client.get(path)).json()["state"] == "cancelled"


async def test_what_began_long_ago_may_be_prolonged_and_what_is_over_may_not(house: House) -> None:
    work = await planned(house, starts=-HOUR)
    async with house.engine.begin() as conn:
        long_ago = {"id": work["id"], "at": now() - timedelta(days=6)}
        await conn.execute(text("UPDATE work SET starts_at = :at WHERE id = :id"), long_ago)
    client, path = house.client("samordnare"), f"/planned-work/{work['id']}/move"
    window = {"starts_at": long_ago["at"].isoformat(), "ends_at": (now() + 9 * HOUR).isoformat()}
    assert (await client.post(path, json=window)).status_code == 200
    backwards = window | {"ends_at": (now() - HOUR).isoformat()}
    refused = await client.post(path, json=backwards)
    assert refused.status_code == 422
    assert "has been" in refused.json()["errors"][0]["detail"]
    async with house.engine.begin() as conn:
        await conn.execute(text("UPDATE work SET ends_at = :at WHERE id = :id"), long_ago | {"at": now() - HOUR})
    assert (await client.post(path, json=window)).status_code == 409
    assert (await client.post(f"/planned-work/{work['id']}/cancel")).status_code == 409


# The pages


async def test_work_is_written_reviewed_as_the_schools_read_it_and_planned(house: House) -> None:
    browser = await house.visitor("samordnare")
    assert (await browser.get("/planerat/nytt")).status_code == 200
    sent = form(schools=["ekbacken", "sjobo"], vendor="vendor:network")
    review = await browser.post("/planerat/nytt", sent | {"step": "preview"})
    assert review.status_code == 200, review.text
    assert "Så här läser skolorna det" in review.text
    assert "Det läses på 2 skolor." in review.text
    assert "Trådlöst nät, Internet" in review.text
    edit = await browser.post("/planerat/nytt", sent | {"step": "edit"})
    assert 'value="sjobo" checked' in edit.text
    paths = set()
    for _ in range(2):  # a double tap
        done = await browser.post("/planerat/nytt", sent | {"step": "plan"})
        assert done.status_code == 303, done.text
        paths.add(done.headers["location"])
    (path,) = paths
    page = (await browser.get(path)).text
    assert "Planerat. Skolorna ser det nu." in page
    assert "Nätet byggs om." in page
    assert "Görs av Nätleverantören" in page
    assert "Nätet byggs om." in (await browser.get("/planerat")).text


async def test_the_preview_says_what_is_planned_beside(house: House) -> None:
    day = datetime.now(ZONE) + timedelta(days=40)
    window = {"starts": f"{day:%Y-%m-%dT10:00}", "ends": f"{day:%Y-%m-%dT12:00}", "services": ["phone"]}
    browser = await house.visitor("samordnare")
    await browser.post("/planerat/nytt", form(**window, text="Växeln uppdateras.", step="plan"))
    review = await browser.post("/planerat/nytt", form(**window, text="Telefonerna byts.", step="preview"))
    assert "Samtidigt är det här planerat" in review.text
    assert "Växeln uppdateras." in review.text
    assert "Det läses på alla skolor i kommunen" in review.text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"text": ""}, "Skriv vad som görs"),
        ({"services": []}, "Välj minst en tjänst"),
        ({"services": ["x"]}, "Välj tjänster som finns"),
        ({"schools": ["x"]}, "Välj skolor som finns"),
        ({"effect": ""}, "Välj vad man märker"),
        ({"vendor": "vendor:x"}, "Välj en leverantör"),
        ({"starts": ""}, "Skriv när det börjar"),
        ({"ends": "i morgon"}, "Skriv när det slutar"),
        ({"starts": "2027-03-28T02:30", "ends": "2027-03-28T05:00"}, "klockan ställs fram"),
        ({"starts": "9999-12-31T23:59"}, "Skriv när det börjar"),
        ({"ends": "2020-01-01T10:00"}, "slutar innan det börjar"),
        ({"text": "a\0b"}, "tecken som inte går att spara"),
    ],
)
@pytest.mark.parametrize("step", ["preview", "plan"])
async def test_a_wrong_form_says_what_to_do_and_keeps_what_was_written(
    house: House, wrong: dict[str, Any], sentence: str, step: str
) -> None:
    browser = await house.visitor("samordnare")
    await browser.get("/planerat/nytt")
    answer = await browser.post("/planerat/nytt", form(**wrong, step=step))
    assert answer.status_code == 422
    assert sentence in answer.text
    if "text" not in wrong:
        assert "Nätet byggs om." in answer.text


async def test_in_the_hour_that_comes_twice_a_window_reaches_from_the_first_to_the_second(house: House) -> None:
    browser = await house.visitor("samordnare")
    await browser.get("/planerat/nytt")
    night = {"starts": "2027-10-31T02:10", "ends": "2027-10-31T02:20"}
    done = await browser.post("/planerat/nytt", form(**night, step="plan"))
    work = (await house.client("larare").get(f"/planned-work/{done.headers['location'].rpartition('/')[2]}")).json()
    length = datetime.fromisoformat(work["ends_at"]) - datetime.fromisoformat(work["starts_at"])
    assert length == timedelta(hours=1, minutes=10)


@pytest.mark.parametrize("person", ["larare", "rektor"])
async def test_who_plans_nothing_reads_the_list_and_finds_no_form(house: House, person: str) -> None:
    work = await planned(house)
    browser = await house.visitor(person)
    page = await browser.get("/planerat")
    assert "Växlarna byts." in page.text
    assert "Planera ett arbete" not in page.text
    assert "stall-in" not in (await browser.get(work["url"])).text
    assert (await browser.get("/planerat/nytt")).status_code == 403
    assert (await browser.post("/planerat/nytt", form(step="plan"))).status_code == 403
    assert (await browser.post(f"{work['url']}/stall-in")).status_code == 403


async def test_a_team_plans_its_own_services_only(house: House) -> None:
    browser = await house.visitor("tekniker")
    page = (await browser.get("/planerat/nytt")).text
    assert 'name="services" value="classroom_display"' in page
    assert 'name="services" value="wifi"' not in page
    answer = await browser.post("/planerat/nytt", form(services=["wifi"], step="plan"))
    assert answer.status_code == 422
    assert "ditt team ansvarar för" in answer.text


async def test_work_is_moved_and_called_off_on_its_page(house: House) -> None:
    work = await planned(house)
    browser = await house.visitor("samordnare")
    assert "Flytta eller förläng" in (await browser.get(work["url"])).text
    wrong = await browser.post(f"{work['url']}/flytta", starts="2020-01-01T10:00", ends="2020-01-01T11:00")
    assert (wrong.status_code, "redan varit" in wrong.text) == (422, True)
    starts = datetime.now(ZONE) + 30 * HOUR
    window = {"starts": f"{starts:%Y-%m-%dT%H:%M}", "ends": f"{starts + HOUR:%Y-%m-%dT%H:%M}"}
    moved = await browser.post(f"{work['url']}/flytta", **window, reason="Delarna dröjer.")
    assert moved.status_code == 303, moved.text
    page = (await browser.get(work["url"])).text
    assert "Skolorna ser den nya tiden" in page
    assert "Därför: Delarna dröjer." in page
    assert (await browser.post(f"{work['url']}/stall-in", reason="x" * 301)).status_code == 422
    assert (await browser.post(f"{work['url']}/stall-in", reason="Inställt av oss.")).status_code == 303
    page = (await browser.get(work["url"])).text
    assert "Inställt" in page
    assert "Flytta eller förläng" not in page
    late = await browser.post(f"{work['url']}/flytta", **window)
    assert (late.status_code, "redan slut eller inställt" in late.text) == (422, True)


async def test_the_list_goes_on_page_by_page_in_both_directions(house: House) -> None:
    far = timedelta(days=700)
    for n in range(25):
        await planned(house, "email", starts=far + n * HOUR, length=HOUR, text=f"Arbete {n} framåt.")
    async with house.engine.begin() as conn:
        past = "INSERT INTO work SELECT 'wk_past' || n, 'malarvik', '{email}', '{}', now() - interval '3 h', now() - n * interval '1 min', '{\"sv\": \"Har varit.\"}', 'down', NULL, NULL, now(), NULL, false, NULL, '{}' FROM generate_series(1, 23) AS n"  # noqa: E501
        await conn.execute(text(past))
    browser = await house.visitor("larare")
    path, seen = "/planerat", ""
    for _ in range(20):
        page = (await browser.get(path)).text
        seen += page
        following = re.search(r'href="(/planerat\?efter=[^"]+)"', page)
        if following is None:
            break
        path = following[1]
    assert {f"Arbete {n} framåt." for n in range(25)} <= set(re.findall(r"Arbete \d+ framåt\.", seen))
    first = (await browser.get("/planerat")).text
    older = re.search(r'href="(/planerat\?fore=[^"]+)"', first)
    assert older is not None
    assert "Har varit." in (await browser.get(older[1])).text
    assert (await browser.get("/planerat?efter=x")).status_code == 422


async def test_v10_the_year_shows_what_is_planned_by_month(house: House) -> None:
    year = datetime.now(ZONE).year + 1
    march = datetime(year, 3, 2, 16, tzinfo=ZONE)
    window = {"starts_at": march.isoformat(), "ends_at": (march + 4 * HOUR).isoformat()}
    await planned(house, "login", **window, text={"sv": "Certifikaten byts.", "en": "Certificates."})
    gone = await planned(house, "login", **window, text="Blev inte av.")
    await house.client("samordnare").post(f"/planned-work/{gone['id']}/cancel")
    page = (await (await house.visitor("rektor")).get(f"/planerat/ar/{year}")).text
    in_march = page.partition("<h2>Mars</h2>")[2].partition("<h2>April</h2>")[0]
    assert "Certifikaten byts." in in_march
    assert "Blev inte av." not in page
    assert page.count("<h2>") == 12
    assert (await (await house.visitor("rektor")).get("/planerat/ar/99999")).status_code == 404


async def test_the_first_and_the_last_year_lead_to_no_year_that_is_not_there(house: House) -> None:
    browser = await house.visitor("rektor")
    for year, beside in ((2000, {"2001"}), (2050, {"2049", "2051"}), (2099, {"2098"})):
        page = (await browser.get(f"/planerat/ar/{year}")).text
        assert set(re.findall(r'href="/planerat/ar/(\d+)', page)) == beside


async def test_a_plan_that_says_nothing_is_told_which_time_is_which(house: House) -> None:
    page = (await (await house.visitor("samordnare")).post("/planerat/nytt")).text
    (said,) = re.findall(r'role="alert".*?</ul>', page, re.DOTALL)
    sentences = re.findall(r"<li><a [^>]*>([^<]*)", said)
    assert len(sentences) == len(set(sentences)) == 5
    assert any("när det börjar" in sentence for sentence in sentences)
    assert any("när det slutar" in sentence for sentence in sentences)


# Seen where it matters


async def school(browser: Browser, name: str = "sjobo") -> str:
    return (await browser.get(f"/skolor/{name}")).text


async def test_v10_the_schools_page_shows_it_ahead_and_while_it_goes_on(house: House) -> None:
    browser = await house.visitor("rektor")
    ahead = await planned(house, "printing", schools=["sjobo"], text="Skrivarna får nya kort.")
    assert "Skrivarna får nya kort." in await school(browser)
    assert "Skrivarna får nya kort." not in await school(browser, "bjorkskolan")
    await house.client("samordnare").post(f"/planned-work/{ahead['id']}/cancel")
    assert "Skrivarna får nya kort." not in await school(browser)
    await planned(house, "printing", starts=-HOUR, schools=["sjobo"], text="Skrivarna startas om.")
    page = await school(browser)
    assert re.search(r"Utskrift och kopiering</strong> <span[^>]*>Planerat arbete<", page)
    assert "Pågår nu" in page
    status = (await house.client("rektor").get("/schools/sjobo/status")).json()
    assert "Skrivarna startas om." in [work["text"].get("sv") for work in status["planned"]]
    assert {work["state"] for work in status["planned"]} <= {"ahead", "running"}


async def test_v10_the_form_says_what_goes_on_at_the_school_and_about_the_service(house: House) -> None:
    await planned(house, "learning_platform", starts=-HOUR, schools=["norrgarden"], text="Skolportalen uppdateras.")
    await planned(house, "phone", starts=-HOUR, schools=["norrgarden"], effect="none", text="Ska inte synas.")
    await planned(house, "learning_platform", schools=["norrgarden"], text="Ska inte synas: kommer sedan.")
    off = await planned(house, "learning_platform", starts=-HOUR, schools=["norrgarden"], text="Ska inte synas: av.")
    await house.client("samordnare").post(f"/planned-work/{off['id']}/cancel", json={"reason": "Behövs inte."})
    browser = await house.visitor("larare")

    async def told(words: str, **of: str) -> str:
        query = "&".join(f"{name}={value}" for name, value in ({"text": words, "school": "norrgarden"} | of).items())
        return (await browser.get(f"/arenden/ny/kanda?{query}")).text

    for page in (
        await told("Skolportalen går inte att öppna"),
        await told(""),
        await told("Hjälp", service="learning_platform"),
        await told("Skrivaren skriver inte ut", service="learning_platform"),  # what is picked, whatever the words say
    ):
        assert "Planerat arbete pågår till" in page
        assert "Skolportalen uppdateras." in page
        assert "Ska inte synas" not in page
    assert "Planerat arbete" not in await told("Skrivaren skriver inte ut")
    assert "Planerat arbete" not in await told("Skolportalen går inte att öppna", school="almgymnasiet")
    again = await browser.post("/arenden/ny", text="Skolportalen är nere", school="norrgarden", urgency="")
    assert "Skolportalen uppdateras." in again.text


async def matched(house: House, work: dict[str, Any], **more: Any) -> tuple[str, str]:
    """A case that routing has put to wait for the work: ticket and incident."""
    filed = await house.file("larare", title="Nätet ligger nere", school="ekbacken")
    incident = await house.incident(filed["id"], schools=["ekbacken"])
    until = {"work": work["id"], "until": work["ends_at"]}
    await house.told(
        house.event(r.MatchedToWork, incident=incident, **until | more),
        house.event(r.IncidentStateChanged, incident=incident, state="waiting", waiting_on="planned"),
    )
    return filed["id"], incident


async def test_v10_the_receipt_says_so_before_it_is_decided(house: House) -> None:
    await planned(house, "wifi", starts=-HOUR)
    filed = await house.file("larare", title="Wifi ligger nere", school="ekbacken")
    thanks = (await (await house.visitor("larare")).get(f"/arenden/{filed['id']}/tack")).text
    assert "Det pågår ett planerat arbete till" in thanks
    assert "tittar på det" not in thanks


async def test_v10_the_case_says_which_work_it_waits_for_until_when_and_what_happens_then(house: House) -> None:
    work = await planned(house, "wifi", starts=-HOUR)
    ticket, incident = await matched(house, work)
    browser = await house.visitor("larare")
    page = (await browser.get(f"/arenden/{ticket}")).text
    until = datetime.fromisoformat(work["ends_at"]).astimezone(ZONE)
    assert "Planerat arbete pågår till" in page
    assert f"{until:%H:%M}" in page
    desk = (await (await house.visitor("tekniker")).get(f"/storningar/{incident}")).text
    for told in ("Planerat arbete pågår till", f"{until:%H:%M}", "när arbetet är klart går ärendet vidare."):
        assert told in desk
    assert f'href="/planerat/{work["id"]}"' in desk
    history = page.partition('id="historik-rubrik"')[2]
    assert "Det pågår ett planerat arbete till" in history
    assert "Växlarna byts. Fungerar det inte då går ärendet vidare." in history
    thanks = (await browser.get(f"/arenden/{ticket}/tack")).text
    assert "Det pågår ett planerat arbete till" in thanks
    assert "tittar på det" not in thanks
    detail = (await house.client("larare").get(f"/tickets/{ticket}")).json()
    assert (detail["status"], detail["planned_work"]) == ("planned", work["id"])
    staffs = (await house.client("samordnare").get(f"/incidents/{incident}")).json()
    assert staffs["planned_work"] == work["id"]
    for step in (detail["next_step"], staffs["next_step"]):
        assert datetime.fromisoformat(step["due_at"]) == until
        assert f"{until:%H.%M}" in step["sentence"]["sv"].replace(":", ".")
        assert step["sentence"]["sv"].endswith("Fungerar det inte då går ärendet vidare av sig självt.")
    assert staffs["next_step"]["measures"] == []

    later = (until + HOUR).astimezone(UTC)
    await house.told(house.event(r.MatchedToWork, incident=incident, work=work["id"], until=later.isoformat()))
    assert "Det planerade arbetet håller på till" in (await browser.get(f"/arenden/{ticket}")).text

    reason = {"sv": "Det planerade arbetet är klart.", "en": "The planned work is done."}
    await house.told(
        house.event(r.ReleasedFromWork, incident=incident, work=work["id"], reason=reason),
        house.event(r.IncidentStateChanged, incident=incident, state="new"),
    )
    page = (await browser.get(f"/arenden/{ticket}")).text
    assert "Planerat arbete pågår" not in page
    assert "Det planerade arbetet är klart. Nu går ärendet vidare." in page


async def test_what_people_wrote_of_the_work_is_a_sentence_before_others(house: House) -> None:
    work = await planned(house, "wifi", starts=-HOUR, text={"sv": "Växlarna byts"})
    ticket, _ = await matched(house, work)
    browser = await house.visitor("larare")
    assert "Växlarna byts. Går inte att använda" in (await browser.get(f"/arenden/{ticket}")).text
    assert "Växlarna byts. Går inte att använda" in (await browser.get("/arenden/ny")).text


async def test_the_assignment_of_what_waits_is_not_told_besides(house: House) -> None:
    ticket, incident = await matched(house, await planned(house, "wifi", starts=-HOUR))
    before = (await house.client("larare").get(f"/tickets/{ticket}/timeline")).json()["items"]
    assigned = {
        "party": "team:samordnaren",
        "tier": "central",
        "path": ["team:samordnaren"],
        "reason": {"sv": "Väntar."},
    }
    await house.told(house.event(r.IncidentAssigned, incident=incident, rule="planned", **assigned))
    assert (await house.client("larare").get(f"/tickets/{ticket}/timeline")).json()["items"] == before


async def test_n10_planned_work_is_rebuilt_from_what_was_said(house: House) -> None:
    work = await planned(house, external_id=ids.new("request"))
    await house.client("samordnare").post(f"/planned-work/{work['id']}/cancel", json={"reason": "Nej."})
    query = "SELECT to_jsonb(work) FROM work WHERE id = :id"
    async with house.engine.connect() as conn:
        before = await conn.scalar(text(query), {"id": work["id"]})
    async with house.engine.connect() as conn:
        await conn.execute(text("DELETE FROM work WHERE id = :id"), {"id": work["id"]})
        await replay.apply(conn, await record(house, work["id"]))
        assert await conn.scalar(text(query), {"id": work["id"]}) == before
        await conn.rollback()


async def test_nobody_moves_what_somebody_else_has_moved_since_it_was_read(house: House) -> None:
    work = await planned(house)
    client, path = house.client("samordnare"), f"/planned-work/{work['id']}"
    starts = now() + 30 * HOUR
    window = {"starts_at": starts.isoformat(), "ends_at": (starts + HOUR).isoformat()}
    other = {"starts_at": (starts + HOUR).isoformat(), "ends_at": (starts + 2 * HOUR).isoformat()}
    read = {"if-match": f'"{work["version"]}"'}
    moved = await client.post(f"{path}/move", json=window, headers=read)
    assert moved.status_code == 200
    assert moved.json()["version"] != work["version"]
    before = await house.stored()
    assert (await client.post(f"{path}/move", json=window, headers=read)).status_code == 200, "sent twice"
    for verb, fields in (("move", other), ("cancel", {})):
        stale = await client.post(f"{path}/{verb}", json=fields, headers=read)
        assert (stale.status_code, "since you read it" in stale.json()["detail"]) == (412, True)
    assert await house.stored() == before
    newest = {"if-match": f'"{moved.json()["version"]}"'}
    assert (await client.post(f"{path}/move", json=other, headers=newest)).status_code == 200
    assert (await client.post(f"{path}/move", json=window)).status_code == 200, "scripts may leave it out"


async def test_who_moves_it_second_reads_the_new_time_loses_nothing_and_may_send_it_again(house: House) -> None:
    work = await planned(house)
    first, second = await house.visitor("samordnare"), await house.visitor("administrator")
    starts = datetime.now(ZONE) + 30 * HOUR

    def window(hours: int) -> dict[str, str]:
        begins = starts + hours * HOUR
        return {"starts": f"{begins:%Y-%m-%dT%H:%M}", "ends": f"{begins + HOUR:%Y-%m-%dT%H:%M}"}

    read = {"version": work["version"]}
    assert (await first.post(f"{work['url']}/flytta", **window(0), **read)).status_code == 303
    stale = await second.post(f"{work['url']}/flytta", **window(2), **read, reason="Delarna dröjer.")
    assert stale.status_code == 412
    assert "Någon annan har ändrat tiden sedan du läste sidan." in stale.text
    assert window(2)["starts"] in stale.text
    assert "Delarna dröjer." in stale.text
    assert (await second.post(f"{work['url']}/stall-in", **read)).status_code == 412
    found = re.search(r'name="version" value="(\w+)"', stale.text)
    assert found is not None
    assert (await second.post(f"{work['url']}/flytta", **window(2), version=found[1])).status_code == 303
