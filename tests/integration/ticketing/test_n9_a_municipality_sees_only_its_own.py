"""N9: pages, API, lists, searches, cursors, commands: a municipality sees only its own.

Every route of the application is in one of the tables below; a new one without a place fails the first test.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from contracts.events import routing as r
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from tests.support.pages import Browser
from tests.support.ticketing_house import House, routes, token
from tests.support.uploads import LOG

SECRET_WORD = "Vattenfallet"  # in every text of Hallsberg

YEAR = 2027  # of the other municipality's planned work
WINDOW = {"starts_at": f"{YEAR}-03-02T16:00:00+01:00", "ends_at": f"{YEAR}-03-02T20:00:00+01:00"}
ABOUT_A_CASE: dict[tuple[str, str], dict[str, Any] | None] = {
    ("GET", "/api/v1/tickets/{ticket_id}"): None,
    ("GET", "/api/v1/tickets/{ticket_id}/timeline"): None,
    ("POST", "/api/v1/tickets/{ticket_id}/entries"): {"text": "x"},
    ("POST", "/api/v1/tickets/{ticket_id}/confirm"): None,
    ("POST", "/api/v1/tickets/{ticket_id}/reopen"): {},
    ("POST", "/api/v1/tickets/{ticket_id}/withdraw"): None,
    ("GET", "/api/v1/incidents/{incident_id}"): None,
    ("GET", "/api/v1/incidents/{incident_id}/links"): None,
    ("GET", "/api/v1/incidents/{incident_id}/timeline"): None,
    ("POST", "/api/v1/tickets/{ticket_id}/erase"): {"reason": "asked"},
    ("POST", "/api/v1/tickets/{ticket_id}/entries/{seq}/erase"): {"reason": "asked"},
    ("POST", "/api/v1/incidents/{incident_id}/entries/{seq}/erase"): {"reason": "asked"},
    ("GET", "/arenden/{ticket_id}/radera"): None,
    ("POST", "/arenden/{ticket_id}/radera"): {"reason": "asked", "sure": "ja"},
    ("POST", "/arenden/{ticket_id}/radera/text"): {"place": f"in_{'0' * 32}/1"},
    ("POST", "/api/v1/incidents/{incident_id}/entries"): {"text": "x"},
    ("POST", "/api/v1/incidents/{incident_id}/assign"): {"party": "team:samordnaren"},
    ("POST", "/api/v1/incidents/{incident_id}/hand-off"): {"vendor": "vendor:network"},
    ("POST", "/api/v1/incidents/{incident_id}/take-back"): {},
    ("POST", "/api/v1/incidents/{incident_id}/resolve"): {"public_text": "x"},
    ("POST", "/api/v1/incidents/{incident_id}/close"): None,
    ("POST", "/api/v1/incidents/{incident_id}/acknowledge"): None,
    ("POST", "/api/v1/incidents/{incident_id}/escalate"): {"reason": "x"},
    ("POST", "/api/v1/incidents/{incident_id}/stop-escalation"): {"reason": "x"},
    ("POST", "/api/v1/incidents/{incident_id}/urgency"): {"urgency": 1, "reason": "x"},
    ("POST", "/api/v1/incidents/{incident_id}/reopen"): {"reason": "x"},
    ("POST", "/api/v1/tickets/{ticket_id}/escalate"): {"reason": "x"},
    ("POST", "/api/v1/incidents/{incident_id}/proposals/{proposal}/accept"): {},
    ("POST", "/api/v1/incidents/{incident_id}/proposals/{proposal}/reject"): {"reason": "x"},
    ("POST", "/api/v1/incidents/{incident_id}/link"): {"ticket": "tk_0"},
    ("POST", "/api/v1/incidents/{incident_id}/unlink"): {"ticket": "tk_0"},
    ("POST", "/api/v1/incidents/{incident_id}/split"): {"tickets": ["tk_0"]},
    ("POST", "/api/v1/incidents/{incident_id}/triage"): {"scope": "school"},
    ("POST", "/api/v1/incidents/{incident_id}/publish"): {},
    ("POST", "/api/v1/incidents/{incident_id}/questions/{question}/close"): {"reason": "x"},
    ("POST", "/api/v1/tickets/{ticket_id}/questions"): {"text": "x"},
    ("POST", "/api/v1/incidents/{incident_id}/gather"): {"priority": "red"},
    ("POST", "/api/v1/incidents/{incident_id}/decide"): {"decision": "yes", "reason": "x"},
    ("POST", "/api/v1/incidents/{incident_id}/stage"): {"stage": "approved"},
    ("POST", "/api/v1/suggestions/{suggestion}/accept"): None,
    ("POST", "/api/v1/suggestions/{suggestion}/refuse"): None,
    ("POST", "/ko/hor-ihop/{suggestion}/ja"): {},
    ("POST", "/ko/hor-ihop/{suggestion}/nej"): {},
    ("POST", "/api/v1/tickets/{ticket_id}/attachments"): {"text": "x"},
    ("GET", "/api/v1/tickets/{ticket_id}/attachments/{sha256}"): None,
    ("GET", "/api/v1/incidents/{incident_id}/attachments/{sha256}"): None,
    ("GET", "/arenden/{ticket_id}/filer/{sha256}"): None,
    ("GET", "/storningar/{incident_id}/filer/{sha256}"): None,
    ("GET", "/api/v1/requests/{request_id}"): None,
    ("GET", "/api/v1/schools/{school}/status"): None,
    ("GET", "/api/v1/directories/{municipality}"): None,
    ("GET", "/arenden/{ticket_id}"): None,
    ("GET", "/arenden/{ticket_id}/nu"): None,
    ("GET", "/arenden/{ticket_id}/tack"): None,
    ("GET", "/arenden/{ticket_id}/tack/nu"): None,
    ("POST", "/arenden/{ticket_id}/svar"): {"text": "x"},
    ("POST", "/arenden/{ticket_id}/fungerar"): {},
    ("POST", "/arenden/{ticket_id}/vidare"): {"text": "x"},
    ("POST", "/arenden/{ticket_id}/fortfarande-fel"): {"text": "x"},
    ("POST", "/arenden/{ticket_id}/dra-tillbaka"): {"text": "x"},
    ("GET", "/skolor/{school}"): None,
    ("GET", "/skolor/{school}/nu"): None,
    ("GET", "/storningar/{incident_id}"): None,
    ("GET", "/storningar/{incident_id}/nu"): None,
    ("POST", "/storningar/{incident_id}/anteckning"): {"text": "x"},
    ("POST", "/storningar/{incident_id}/bedom"): {"scope": "school"},
    ("POST", "/storningar/{incident_id}/publicera"): {"published": "ja"},
    ("POST", "/storningar/{incident_id}/fraga"): {"ticket": "tk_0", "text": "x"},
    ("POST", "/storningar/{incident_id}/fragor/{question}/stang"): {"reason": "x"},
    ("POST", "/storningar/{incident_id}/koppla"): {"ticket": "tk_0"},
    ("POST", "/storningar/{incident_id}/bryt-ut"): {"tickets": "tk_0"},
    ("POST", "/storningar/{incident_id}/kopplingsforslag/{suggestion}/ja"): {},
    ("POST", "/storningar/{incident_id}/kopplingsforslag/{suggestion}/nej"): {},
    ("POST", "/storningar/{incident_id}/avsluta"): {},
    ("POST", "/storningar/{incident_id}/jag-tar-det"): {},
    ("POST", "/storningar/{incident_id}/skicka-vidare"): {"reason": "x"},
    ("POST", "/storningar/{incident_id}/stoppa"): {"reason": "x"},
    ("POST", "/storningar/{incident_id}/bradska"): {"urgency": "1", "reason": "x"},
    ("POST", "/storningar/{incident_id}/oppna-igen"): {"reason": "x"},
    ("POST", "/storningar/{incident_id}/forslag/{proposal}/avsla"): {"reason": "x"},
    ("POST", "/storningar/{incident_id}/forslag/{proposal}/godkann"): {},
    ("POST", "/storningar/{incident_id}/lamna-over"): {"vendor": "vendor:network"},
    ("POST", "/storningar/{incident_id}/forhandsvisa"): {"vendor": "vendor:network"},
    ("POST", "/storningar/{incident_id}/lamna-over/inte-an"): {"vendor": "vendor:network"},
    ("POST", "/storningar/{incident_id}/los"): {"public_text": "x"},
    ("POST", "/storningar/{incident_id}/ta-tillbaka"): {},
    ("POST", "/storningar/{incident_id}/tilldela"): {"party": "team:samordnaren"},
    ("POST", "/storningar/{incident_id}/steg"): {"stage": "approved"},
    ("POST", "/behov/{incident_id}/samla"): {"priority": "red"},
    ("POST", "/behov/{incident_id}/besluta"): {"decision": "yes", "reason": "x"},
    ("GET", "/api/v1/planned-work/{work_id}"): None,
    ("POST", "/api/v1/planned-work/{work_id}/move"): WINDOW,
    ("POST", "/api/v1/planned-work/{work_id}/cancel"): {},
    ("GET", "/planerat/{work_id}"): None,
    ("POST", "/planerat/{work_id}/flytta"): {"starts": "2030-01-01T10:00", "ends": "2030-01-01T11:00"},
    ("POST", "/planerat/{work_id}/stall-in"): {},
    ("POST", "/api/v1/connections/{connection}/pause"): None,
    ("POST", "/api/v1/connections/{connection}/resume"): None,
    ("POST", "/api/v1/connections/{connection}/test"): None,
    ("POST", "/api/v1/connections/{connection}/mails/{mail}/release"): None,
    ("POST", "/api/v1/connections/{connection}/mails/{mail}/discard"): None,
    ("POST", "/api/v1/connections/{connection}/resend"): {"message": "msg_0"},
    ("POST", "/api/v1/connections/{connection}/replay"): {
        "since": "2026-01-01T10:00:00Z",
        "until": "2026-01-01T11:00:00Z",
    },
    ("POST", "/leverantorer/{connection}/pausa"): {},
    ("POST", "/leverantorer/{connection}/starta"): {},
    ("POST", "/leverantorer/{connection}/prova"): {},
    ("POST", "/leverantorer/{connection}/mejl/{mail}/slapp-fram"): {},
    ("POST", "/leverantorer/{connection}/mejl/{mail}/kasta"): {},
    ("POST", "/leverantorer/{connection}/skicka-igen"): {"since": "2026-01-01T10:00", "until": "2026-01-01T11:00"},
}
"""Routes that name a case, a school or a municipality: another municipality's is as unknown as one that is not."""

LISTS = [
    "/api/v1/tickets",
    "/api/v1/incidents",
    "/api/v1/suggestions",
    "/arenden",
    "/ko",
    "/ko/nu",
    "/ko/hor-ihop",
    "/ko/tider",
    "/ko/tider.csv",
    "/ko/hor-ihop/nu",
    "/behov",
    "/api/v1/decisions",
    "/api/v1/planned-work",
    "/planerat",
    "/leverantorer",
    "/leverantorer/nu",
    "/api/v1/connections",
    f"/planerat/ar/{YEAR}",
]
"""Routes that show several cases: none of another municipality."""

ELSEWHERE = {
    ("POST", "/api/v1/tickets"): "test_a_report_names_nothing_of_another_municipality",
    ("POST", "/api/v1/planned-work"): "test_a_plan_names_nothing_of_another_municipality",
    ("POST", "/planerat/nytt"): "test_a_plan_names_nothing_of_another_municipality",
    ("GET", "/planerat/nytt"): "test_a_plan_names_nothing_of_another_municipality",
    ("POST", "/arenden/ny"): "test_a_report_names_nothing_of_another_municipality",
    ("GET", "/arenden/ny"): "test_the_form_offers_only_the_own_schools_and_services",
    ("GET", "/arenden/ny/kanda"): "test_what_is_known_elsewhere_is_not_offered",
    ("GET", "/api/v1/known-problems"): "test_what_is_known_elsewhere_is_not_offered",
    ("GET", "/vem-gor-vad"): "test_who_does_what_tells_of_the_own_municipality_only",
    ("GET", "/api/v1/responsibility"): "test_who_does_what_tells_of_the_own_municipality_only",
    ("GET", "/{municipality}/"): "test_the_entrance_lists_only_its_own_people",
    ("POST", "/{municipality}/"): "test_nobody_comes_in_by_another_municipalitys_entrance",
    ("POST", "/api/v1/persons/{person}/erase"): "test_nobody_of_another_municipality_is_erased",
    ("PUT", "/api/v1/directories/{municipality}"): "test_a_configuration_is_applied_by_its_own_administrator_only",
}

NOBODYS = {
    ("GET", "/"),
    ("GET", "/valj"),
    ("GET", "/tillganglighet"),
    ("GET", "/integritet"),
    ("GET", "/stil"),
    ("GET", "/api/v1/openapi.json"),
    ("POST", "/logga-ut"),
    ("POST", "/sprak"),
    ("MOUNT", "/static"),
}
"""Routes without anything of a municipality's cases."""


@dataclass(slots=True)
class Hallsberg:
    """What the other municipality has, by the names that routes give it."""

    of: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    number: str = ""


@pytest.fixture(scope="module")
async def theirs(house: House) -> Hallsberg:
    m = "hallsberg"
    report = {"title": f"Nätet i {SECRET_WORD} är nere", "school": "transtensskolan"}
    filed = await house.file("hallsberg-larare", municipality=m, **report)
    incident = await house.incident(filed["id"], schools=["transtensskolan"], municipality=m)
    handoff = await house.hand_off(incident, note=SECRET_WORD, municipality=m)
    words = {"text": {"sv": SECRET_WORD}, "municipality": m}
    await house.said(v.VendorResolutionProposed, incident, handoff, proposal="pr_theirs", **words)
    other = await house.file("hallsberg-larare", municipality=m, **report)
    into = await house.incident(other["id"], schools=["transtensskolan"], municipality=m)
    await house.suggested(incident, into, filed["id"], suggestion="su_theirs", municipality=m)
    wish = await house.file("hallsberg-larare", municipality=m, kind="need", **report)
    wished = await house.incident(wish["id"], schools=["transtensskolan"], municipality=m, kind="need")
    await house.told(decided(house, wished, municipality=m))
    asked = await house.client("hallsberg-strateg", municipality=m).post(f"/incidents/{incident}/close")
    plan = WINDOW | {"text": SECRET_WORD, "services": ["email"], "effect": "down"}
    work = await house.client("hallsberg-administrator", municipality=m).post("/planned-work", json=plan)
    put = await house.client("hallsberg-larare", municipality=m).post(
        f"/tickets/{filed['id']}/attachments", files=[("files", LOG)]
    )
    question = await house.client("hallsberg-strateg", municipality=m).post(
        f"/tickets/{filed['id']}/questions", json={"text": SECRET_WORD}
    )
    of = {
        "question": question.json()["question"],
        "work_id": work.json()["id"],
        "ticket_id": filed["id"],
        "incident_id": incident,
        "proposal": "pr_theirs",
        "suggestion": "su_theirs",
        "request_id": asked.json()["request_id"],
        "school": "transtensskolan",
        "municipality": m,
        "connection": "hallsberg-sydnarke-it",
        "mail": "ml_theirs",
        "sha256": put.json()["files"][0]["sha256"],
        "seq": "1",
    }
    unknown = {name: re.sub(r"[0-9a-f]{32}$", "0" * 32, value) for name, value in of.items()}
    unknown |= {"proposal": "pr_nothing", "suggestion": "su_nothing", "school": "nowhere", "municipality": "atlantis"}
    unknown["sha256"] = "0" * 64
    unknown["connection"] = "no-such-vendor-here"
    unknown["mail"] = "ml_nothing"
    return Hallsberg(of, unknown, filed["number"])


def decided(house: House, incident: str, **of: str) -> Event:
    return house.event(r.IncidentDecided, incident=incident, decision="yes", reason={"sv": SECRET_WORD}, **of)


def test_every_route_of_the_application_has_its_place_here(house: House) -> None:
    lists = {("GET", path.replace(str(YEAR), "{year}")) for path in LISTS}
    placed = {*ABOUT_A_CASE, *ELSEWHERE, *NOBODYS, *lists}
    assert set(routes(house.app)) == placed
    assert all(name in globals() for name in ELSEWHERE.values())


async def ask(house: House, browser: Browser, method: str, path: str, body: dict[str, Any] | None) -> httpx.Response:
    if path.endswith("/attachments"):
        client = house.client("administrator")
        return await client.post(path.removeprefix("/api/v1"), data=body, files=[("files", LOG)])
    if path.startswith("/api/v1"):
        return await house.client("administrator").request(method, path.removeprefix("/api/v1"), json=body)
    return await browser.get(path) if method == "GET" else await browser.post(path, body)


def plain(answer: httpx.Response) -> tuple[int, str, set[str]]:
    """An answer without what tells one request from another."""
    text = answer.text.replace(answer.headers["x-request-id"], "").replace(answer.request.url.path, "")
    text = re.sub(r'<time datetime="[^"]*" data-drawn[^>]*>[^<]*</time>', "", text)  # a second may pass between two
    return answer.status_code, text, {name for name in answer.headers if name != "content-length"}


@pytest.mark.parametrize(("method", "path"), ABOUT_A_CASE, ids=lambda value: str(value))
async def test_n9_another_municipalitys_case_is_as_unknown_as_one_that_is_not(
    house: House, theirs: Hallsberg, method: str, path: str
) -> None:
    body = ABOUT_A_CASE[method, path]
    before = await house.stored()
    for person in ("administrator", "larare"):
        browser = await house.visitor(person)
        foreign = await ask(house, browser, method, path.format(**theirs.of), body)
        unknown = await ask(house, browser, method, path.format(**theirs.unknown), body)

        assert foreign.status_code == 404, foreign.text
        assert plain(foreign) == plain(unknown)
        assert SECRET_WORD not in foreign.text
    assert await house.stored() == before


@pytest.mark.parametrize("path", ["/api/v1/tickets/{}", "/arenden/{}"])
async def test_n9_another_municipalitys_number_is_as_unknown_as_the_next_one(
    house: House, theirs: Hallsberg, path: str
) -> None:
    browser = await house.visitor("administrator")
    foreign = await ask(house, browser, "GET", path.format(theirs.number), None)
    unknown = await ask(house, browser, "GET", path.format("HAL-2026-999999"), None)
    assert foreign.status_code == 404
    assert plain(foreign) == plain(unknown)


@pytest.mark.parametrize(
    "query", ["", "q={word}", "q={number}", "limit=200", "school=transtensskolan", "incident={incident}"]
)
@pytest.mark.parametrize("path", LISTS)
async def test_n9_no_list_and_no_search_shows_another_municipalitys_case(
    house: House, theirs: Hallsberg, path: str, query: str
) -> None:
    own = await house.file("larare", title="Vår egen skrivare", school="ekbacken")
    one = await house.incident(own["id"], schools=["ekbacken"])
    other = await house.file("larare", title="Vår andra skrivare", school="ekbacken")
    await house.suggested(one, await house.incident(other["id"], schools=["ekbacken"]), own["id"])
    wish = await house.file("larare", title="Vårt eget behov", school="ekbacken", kind="need")
    wished = await house.incident(wish["id"], schools=["ekbacken"], kind="need")
    await house.told(house.event(r.IncidentDecided, incident=wished, decision="yes", reason={"sv": "Ja."}))
    plan = WINDOW | {"text": "Vårt eget byte.", "services": ["wifi"], "effect": "down", "external_id": "vart-eget"}
    assert (await house.client("samordnare").post("/planned-work", json=plan)).status_code in (200, 201)
    asked = query.format(word=SECRET_WORD, number=theirs.number, incident=theirs.of["incident_id"])
    browser = await house.visitor("administrator")

    answer = await ask(house, browser, "GET", f"{path}?{asked}", None)

    assert answer.status_code in (200, 422), answer.text
    shown = re.sub('value="[^"]*"|”[^”]*”', "", answer.text.replace(asked, ""))  # the question itself comes back
    for secret in (SECRET_WORD, theirs.number, theirs.of["ticket_id"], theirs.of["incident_id"]):
        assert secret not in shown
    if path.startswith("/api") and not query:
        assert answer.json()["items"]


async def test_n9_a_cursor_of_another_municipality_opens_nothing_of_it(house: House, theirs: Hallsberg) -> None:
    for number in range(2):
        report = {"title": f"{SECRET_WORD} {number}", "school": "transtensskolan"}
        await house.file("hallsberg-larare", municipality="hallsberg", **report)
    there = await house.client("hallsberg-larare", municipality="hallsberg").get("/tickets?limit=1")
    following = httpx.URL(there.json()["next"])

    here = await house.client("administrator").get(f"/tickets?{following.query.decode()}")

    assert here.status_code == 200
    assert SECRET_WORD not in here.text


async def test_a_report_names_nothing_of_another_municipality(house: House, theirs: Hallsberg) -> None:
    report = {"title": "Nät", "school": "ekbacken"}
    client, browser = house.client("samordnare"), await house.visitor("larare")
    before = await house.stored()

    assert (await client.post("/tickets", json=report | {"school": "transtensskolan"})).status_code == 422
    assert (await client.post("/tickets", json=report | {"reporter": "hallsberg-larare"})).status_code == 422
    joined = await client.post("/tickets", json=report | {"same_as": theirs.of["incident_id"]})
    unknown = await client.post("/tickets", json=report | {"same_as": theirs.unknown["incident_id"]})
    assert joined.status_code == 404
    assert plain(joined) == plain(unknown)
    form = {
        "text": "Nät",
        "school": "ekbacken",
        "need": "lesson_now",
        "impact": "class",
        "same_as": theirs.of["incident_id"],
    }
    page = await browser.post("/arenden/ny", form)
    assert page.status_code == 404
    assert "Nät</textarea>" in page.text
    assert await house.stored() == before


async def test_nobody_of_another_municipality_is_erased(house: House, theirs: Hallsberg) -> None:
    before = await house.stored()
    for person in ("hallsberg-larare", "nobody-at-all"):
        answer = await house.client("administrator").post(f"/persons/{person}/erase", json={"reason": "asked"})
        assert answer.status_code == 404
    refused = await house.client("samordnare").post("/persons/larare/erase", json={"reason": "asked"})
    assert refused.status_code == 403
    assert await house.stored() == before


async def test_a_plan_names_nothing_of_another_municipality(house: House) -> None:
    plan = WINDOW | {"text": "Byte.", "services": ["wifi"], "effect": "down"}
    foreign = await house.client("samordnare").post("/planned-work", json=plan | {"schools": ["transtensskolan"]})
    unknown = await house.client("samordnare").post("/planned-work", json=plan | {"schools": ["nowhere"]})
    assert (foreign.status_code, foreign.json()) == (unknown.status_code, unknown.json())
    browser = await house.visitor("samordnare")
    form = await browser.get("/planerat/nytt")
    assert "transtensskolan" not in form.text
    times = {"starts": "2030-01-01T10:00", "ends": "2030-01-01T11:00"}
    named = {"text": "Byte.", "services": "wifi", "schools": "transtensskolan", "effect": "down", "step": "plan"}
    assert (await browser.post("/planerat/nytt", times | named)).status_code == 422


async def test_the_form_offers_only_the_own_schools_and_services(house: House) -> None:
    page = await (await house.visitor("larare")).get("/arenden/ny")
    assert 'value="ekbacken"' in page.text
    assert "transtensskolan" not in page.text
    school = await (await house.visitor("samordnare")).get("/skolor/ekbacken")
    assert "transtensskolan" not in school.text


async def test_what_is_known_elsewhere_is_not_offered(house: House) -> None:
    m, report = "hallsberg", {"title": f"Ingen kommer in på {SECRET_WORD}", "school": "transtensskolan"}
    filed = [await house.file(f"hallsberg-{who}", municipality=m, **report) for who in ("larare", "strateg")]
    known = await house.incident(*(each["id"] for each in filed), schools=["transtensskolan"], municipality=m)
    browser, client = await house.visitor("larare"), house.client("larare")
    for query in ({"text": report["title"], "school": "ekbacken"}, {"text": report["title"], "school": ""}):
        page = await browser.get(f"/arenden/ny/kanda?{httpx.QueryParams(query)}")
        listed = await client.get("/known-problems", params={"q": query["text"], "school": query["school"]})
        assert known not in page.text + listed.text
        assert listed.json() == {"items": [], "next": None}
    assert (await client.get("/known-problems", params={"school": "transtensskolan"})).status_code == 404


async def test_who_does_what_tells_of_the_own_municipality_only(house: House) -> None:
    browser, client = await house.visitor("larare"), house.client("larare")
    page = await browser.get("/vem-gor-vad")
    assert page.status_code == 200
    for theirs in ("Sydnärke IT", "Transtensskolan", "IT-strategen", "hallsberg.example"):
        assert theirs not in page.text
    for school in ("transtensskolan", "nowhere"):
        assert (await browser.get(f"/vem-gor-vad?school={school}")).status_code == 422
        assert (await client.get(f"/responsibility?school={school}")).status_code == 404
    for service in ("business_systems", "nothing"):
        assert (await browser.get(f"/vem-gor-vad?service={service}")).status_code == 422
        assert (await client.get(f"/responsibility?service={service}")).status_code == 404


async def test_the_entrance_lists_only_its_own_people(house: House) -> None:
    page = (await house.browser().get("/malarvik/")).text
    assert 'value="larare"' in page
    assert "hallsberg-larare" not in page
    assert "Greta" not in page


async def test_nobody_comes_in_by_another_municipalitys_entrance(house: House) -> None:
    browser = house.browser()
    answer = await browser.post("/malarvik/", person="hallsberg-larare")
    assert answer.status_code == 422
    assert (await browser.get("/arenden")).status_code == 303


async def test_a_session_is_of_one_municipality_wherever_it_goes(house: House, theirs: Hallsberg) -> None:
    browser = await house.visitor("administrator")
    entrance = await browser.get("/hallsberg/")
    assert SECRET_WORD not in entrance.text
    assert (await browser.get(f"/arenden/{theirs.of['ticket_id']}")).status_code == 404
    with_session = await browser.get(f"/api/v1/tickets/{theirs.of['ticket_id']}")
    assert with_session.status_code == 404


async def test_a_token_is_of_one_municipality(house: House, theirs: Hallsberg) -> None:
    mixed = house.http(authorization=f"Bearer {token('malarvik', 'hallsberg-administrator')}")
    assert (await mixed.get("/api/v1/tickets")).status_code == 401
    installation = await house.client(None).get(f"/tickets/{theirs.of['ticket_id']}")
    assert installation.status_code == 404


async def test_a_configuration_is_applied_by_its_own_administrator_only(house: House) -> None:
    from tests.support.ticketing_house import yaml_of

    before = await house.stored()
    body = yaml_of("hallsberg")
    for client in (house.client("administrator"), house.client(None), house.client("larare", "directory:apply")):
        assert (await client.put("/directories/hallsberg", json=body)).status_code == 404
    theirs_under_our_name = await house.client("administrator").put("/directories/malarvik", json=body)
    assert theirs_under_our_name.status_code == 422
    assert await house.stored() == before


async def test_the_same_key_and_external_id_in_two_municipalities_are_two_tickets(house: House) -> None:
    report = {"title": "Nät", "external_id": "1", "source": "old"}
    ids = set()
    for municipality, school in (("malarvik", "ekbacken"), ("hallsberg", "transtensskolan")):
        client = house.client(None, municipality=municipality)
        answer = await client.post("/tickets", json=report | {"school": school}, headers={"Idempotency-Key": "one"})
        assert answer.status_code == 201, answer.text
        ids.add(answer.json()["id"])
    assert len(ids) == 2
