"""What must fail: others' cases by any route, forged and foreign forms, what vendors and people write run as a page."""

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI

from chassis.edge import TOO_LARGE
from contracts.directory import Directory
from contracts.events import vendor_bridge as v
from tests.support.handoff_life import COORDINATOR, PLATFORM, Case, directory_changed
from tests.support.pages import Browser
from tests.support.portal_house import PLATFORM_PORTAL, PortalHouse, directory, key_of
from tests.support.ticketing_house import routes
from vendor_bridge.web import pages

CASES, MESSAGES = "/portal/arenden", "/portal/meddelanden"
ACTS = {
    "ta-emot": {},
    "laget": {"status": "pending"},
    "fraga": {"to": "kommunen", "text": "Var?"},
    "anteckning": {"to": "kommunen", "text": "Hej"},
    "lost": {"text": "Klart", "confirmed": "ja"},
    "lamna-tillbaka": {"text": "Inte vår", "confirmed": "ja"},
}
EVERYBODYS = {
    "/portal",
    "/portal/in",
    "/portal/in/{key}",
    "/portal/sprak",
    "/portal/tillganglighet",
    "/portal/integritet",
}


def every(app: FastAPI) -> list[tuple[str, str]]:
    """(method, path) of every page."""
    return [(method, path) for method, path in routes(app) if path.startswith("/portal") and method in ("GET", "POST")]


async def their_things(house: PortalHouse) -> tuple[str, str]:
    """A hand-off and a message of the platform's supplier."""
    handoff = await house.handed_over(Case(service="learning_platform"), PLATFORM)
    (row,) = await house.rows("SELECT webhook_id FROM delivery WHERE handoff = :id", id=handoff)
    return handoff, str(row.webhook_id)


async def test_no_page_but_the_entrance_is_open_to_nobody(house: PortalHouse) -> None:
    handoff, message = await their_things(house)
    known = every(house.app)
    assert len(known) > 15
    for method, path in known:
        if path in EVERYBODYS:
            continue
        filled = path.replace("{handoff}", handoff).replace("{message}", message)
        browser = house.browser()
        answer = await (browser.get(filled) if method == "GET" else browser.post(filled))
        assert (answer.status_code, answer.headers["location"]) == (303, "/portal/in"), path
    assert [type(event) for event in await house.stated()] == [v.HandoffOffered]


async def test_n9_by_no_route_does_a_vendor_reach_what_is_anothers(house: PortalHouse) -> None:
    handoff, message = await their_things(house)
    anna = await house.visitor()
    own = await house.handed_over()
    form = {"key": key_of((await anna.get(f"{CASES}/{own}")).text)}
    nowhere = {handoff: "ho_0123", message: "msg_0123"}
    before = len(await house.stated())
    for method, path in every(house.app):
        if "{handoff}" not in path and "{message}" not in path:
            continue
        theirs = path.replace("{handoff}", handoff).replace("{message}", message)
        absent = theirs.replace(handoff, nowhere[handoff]).replace(message, nowhere[message])
        act = path.rsplit("/", 1)[1]
        fields = form | ACTS[act] if act in ACTS else {}
        answers = [await _ask(anna, method, address, fields) for address in (theirs, absent)]
        assert [answer.status_code for answer in answers] == [404, 404], path
        assert len({_without(answer.text) for answer in answers}) == 1, path
    assert len(await house.stated()) == before
    platform = await house.visitor("cia@plattform.example", connection=PLATFORM_PORTAL, name="Cia")
    assert (await platform.get(f"{CASES}/{handoff}")).status_code == 200
    assert (await platform.get(f"{MESSAGES}/{message}")).status_code == 200


async def _ask(browser: Browser, method: str, path: str, fields: dict[str, str]) -> Any:
    return await (browser.get(path) if method == "GET" else browser.post(path, fields))


def _without(page: str) -> str:
    """The page but for the id of its request."""
    return re.sub(r"[0-9a-f]{32}-[0-9a-f]{16}|<p class=\"drawn\">.*?</p>", "", page)


async def test_n9_the_same_connections_name_in_another_municipality_opens_nothing(house: PortalHouse) -> None:
    anna = await house.visitor()
    foreign = Case("hallsberg", school="transtensskolan")
    theirs = await house.handed_over(foreign, "vendor:sydnarke-it")
    await house.rows("UPDATE handoff SET connection = 'natverket' WHERE id = :id", id=theirs)
    assert (await anna.get(f"{CASES}/{theirs}")).status_code == 404
    assert theirs not in (await anna.get(CASES)).text


async def test_n5_whose_connection_was_another_vendors_sees_nothing_of_that_ones_cases(house: PortalHouse) -> None:
    case = Case()
    handoff = await house.handed_over(case)
    await house.deliver()
    (message,) = await house.rows("SELECT webhook_id AS id FROM delivery")
    await house.take_in(*case.assigned(COORDINATOR, "taken_back"))
    browser = await house.visitor()
    paths = (f"/portal/arenden/{handoff}", f"/portal/meddelanden/{message.id}")
    assert [(await browser.get(path)).status_code for path in paths] == [200, 200]
    await house.take_in(directory_changed(swapped()))
    assert [(await browser.get(path)).status_code for path in paths] == [404, 404]
    for path in ("/portal/arenden?visa=avslutade", "/portal/meddelanden"):
        assert "Ekbackens skola" not in (await browser.get(path)).text


def swapped() -> Directory:
    """The network's and the platform's vendor have each other's connection."""
    known = directory()
    ways = {each.id: each.connection for each in known.vendors}
    moved = ways | {"network": ways["platform"], "platform": ways["network"]}
    vendors = [each.model_copy(update={"connection": moved[each.id]}).model_dump(mode="json") for each in known.vendors]
    return Directory.model_validate(known.model_dump(mode="json") | {"vendors": vendors})


async def test_n5_a_vendor_beside_another_never_reads_its_notes_and_a_later_lead_no_private_ones(
    house: PortalHouse,
) -> None:
    anna = await house.visitor()
    cia = await house.visitor("cia@plattform.example", connection=PLATFORM_PORTAL, name="Cia")
    case = Case()
    network = await house.handed_over(case)
    await house.take_in(*case.assigned(PLATFORM, role="parallel"))
    (beside,) = await house.rows("SELECT id FROM handoff WHERE vendor = :vendor", vendor=PLATFORM)
    notes = [
        case.entry("Mellan nätet och kommunen.", "party:vendor:network", party="vendor:network", kind="vendor_entry"),
        case.entry("Mellan plattformen och kommunen.", f"party:{PLATFORM}", party=PLATFORM, kind="vendor_entry"),
    ]
    await house.take_in(*notes)
    ours, theirs = (await anna.get(f"{CASES}/{network}")).text, (await cia.get(f"{CASES}/{beside.id}")).text
    assert "Mellan nätet och kommunen." in ours
    assert "Mellan nätet och kommunen." not in theirs
    assert "Mellan plattformen och kommunen." in theirs
    assert "Mellan plattformen och kommunen." not in ours
    assert "En annan leverantör håller i ärendet." in theirs


@pytest.mark.parametrize("path", ACTS)
async def test_csrf_a_form_of_another_site_or_without_this_sessions_token_changes_nothing(
    house: PortalHouse, path: str
) -> None:
    anna = await house.visitor()
    handoff = await house.handed_over()
    url = f"{CASES}/{handoff}/{path}"
    form = {"key": key_of((await anna.get(f"{CASES}/{handoff}")).text)} | ACTS[path]
    before = len(await house.stated())
    right = anna.csrf
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}, {"origin": "null"}):
        assert (await anna.post(url, form, headers)).status_code == 403
    for token in ("", "x", (await house.visitor("bo@natet.example", name="Bo")).csrf):
        assert (await anna.post(url, form | {"csrf": token})).status_code == 403
    assert len(await house.stated()) == before
    assert (await anna.post(url, form | {"csrf": right, "unknown": "1"})).status_code == 422
    assert (await anna.post(url, form | {"csrf": right, "key": "../../x"})).status_code == 422
    assert len(await house.stated()) == before
    answer = await anna.send("POST", url, b"{}", content_type="application/json")
    assert answer.status_code == 415


async def test_signing_out_is_no_other_sites_to_do(house: PortalHouse) -> None:
    anna = await house.visitor()
    assert (await anna.post("/portal/ut", None, {"sec-fetch-site": "cross-site"})).status_code == 403
    assert (await anna.post("/portal/ut", {"csrf": "x"})).status_code == 403
    assert (await anna.get(CASES)).status_code == 200


XSS = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg/onload=alert(3)>{{7*7}}"


async def test_stored_xss_what_anybody_wrote_is_text_on_every_page(house: PortalHouse) -> None:
    anna = await house.visitor(name='<b>Anna</b> "Ek"')
    case = Case()
    handoff = await house.handed_over(case, note=XSS)
    await house.take_in(
        *case.filed(XSS, XSS), case.entry(XSS, "reporters", kind="vendor_entry", party="vendor:network")
    )
    form = {"key": key_of((await anna.get(f"{CASES}/{handoff}")).text)}
    await anna.post(f"{CASES}/{handoff}/ta-emot", form | {"reference": XSS[:60]})
    await anna.post(f"{CASES}/{handoff}/anteckning", form | {"to": "kommunen", "text": XSS})
    shown_again = await anna.post(f"{CASES}/{handoff}/laget", form | {"status": XSS[:50], "text": XSS, "expected": "x"})
    confirm = await anna.post(f"{CASES}/{handoff}/lost", form | {"text": XSS})
    await house.rows("UPDATE delivery SET last_error = :text", text=XSS)
    await house.deliver()
    (message, *_) = await house.rows("SELECT webhook_id FROM delivery WHERE body IS NOT NULL")
    pages_shown = [shown_again.text, confirm.text]
    for path in (CASES, f"{CASES}/{handoff}", MESSAGES, f"{MESSAGES}/{message.webhook_id}", "/portal/anslutning"):
        answer = await anna.get(path)
        assert answer.status_code == 200
        assert "script-src" not in answer.headers["content-security-policy"]
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        pages_shown.append(answer.text)
    for page in pages_shown:
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "<svg/onload" not in page
        assert "<b>Anna</b>" not in page
        assert "49" not in page.replace(handoff, "").split("{{7*7}}")[0][-5:]
    assert "&lt;script&gt;alert(1)" in pages_shown[3]


ELSEWHERE = [
    "https://elsewhere.example",
    "//elsewhere.example",
    "/\\elsewhere.example",
    "/portal/../x",
    "/portalen",
    "javascript:alert(1)",
    "/portal/arenden\r\nset-cookie: a=b",
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
async def test_open_redirect_the_language_switch_leads_to_a_page_of_the_portal(house: PortalHouse, wanted: str) -> None:
    answer = await house.browser().post("/portal/sprak", language="en", next=wanted)
    assert (answer.status_code, answer.headers["location"]) == (303, CASES)
    assert len(answer.headers.get_list("set-cookie")) == 1


async def test_a_page_is_kept_by_nobody_and_framed_by_nobody(house: PortalHouse) -> None:
    anna = await house.visitor()
    answer = await anna.get(CASES)
    assert answer.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert (await anna.http.get(CASES, headers={"host": "elsewhere.example"})).status_code == 421


async def test_forged_cookies_and_ids_are_nobodys(house: PortalHouse) -> None:
    handoff = await house.handed_over()
    for cookie in ("", "x", "' OR 1=1 --", "a" * 5000):
        browser = house.browser()
        browser.cookies[pages.COOKIE] = cookie
        assert (await browser.get(f"{CASES}/{handoff}")).status_code == 303
    anna = await house.visitor()
    for path in ("ho_'%20OR%201=1", "%00", "..%2f..%2f", "x" * 3000):
        assert (await anna.get(f"{CASES}/{path}")).status_code in (404, 400)
    for query in ("visa=%00", "efter=%ff", "visa=" + "x" * 50):
        assert (await anna.get(f"{CASES}?{query}")).status_code in (400, 422)
    assert (await anna.get(f"{MESSAGES}?fore=-1")).status_code == 422
    assert (await anna.get(f"{MESSAGES}?fore=99999999999999999999")).status_code == 422


async def test_what_is_too_large_is_refused(house: PortalHouse) -> None:
    anna = await house.visitor()
    handoff = await house.handed_over()
    form = {"key": key_of((await anna.get(f"{CASES}/{handoff}")).text), "to": "kommunen", "text": "x" * 2_000_000}
    answer = await anna.post(f"{CASES}/{handoff}/anteckning", form)
    assert answer.status_code == 413
    (line,) = await house.rows("SELECT way, status, proven FROM refusal")
    assert tuple(line) == ("portal", 413, True)
    assert "Det var för mycket på en gång" in answer.text


@pytest.mark.parametrize("way", ["anteckning", "fraga"])
async def test_a_form_in_chunks_is_taken_as_any_other_and_refused_for_its_size_alone(
    house: PortalHouse, way: str
) -> None:
    anna = await house.visitor()
    handoff = await house.handed_over()
    form = {"key": key_of((await anna.get(f"{CASES}/{handoff}")).text), "to": "kommunen", "csrf": anna.csrf}
    at, kind = f"{CASES}/{handoff}/{way}", {"content_type": "application/x-www-form-urlencoded"}
    taken = await anna.send("POST", at, in_chunks(form | {"text": "Vi tittar."}), **kind)
    assert taken.status_code == 303, taken.text
    refused = await anna.send("POST", at, in_chunks(form | {"text": "x" * 2_000_000}), **kind)
    assert refused.status_code == 413
    assert "Det var för mycket på en gång" in refused.text
    (line,) = await house.rows("SELECT status, reason FROM refusal")
    assert tuple(line) == (413, TOO_LARGE)


async def in_chunks(form: dict[str, str]) -> AsyncIterator[bytes]:
    body = urlencode(form).encode()
    for start in range(0, len(body), 50_000):
        yield body[start : start + 50_000]
