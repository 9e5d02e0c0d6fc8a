"""The pages as a browser without JavaScript meets them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI

from tests.support.pages import Browser
from ticketing.identity import COOKIE


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[Browser]:
    browser = Browser(app)
    yield browser
    await browser.close()


async def test_nobody_is_sent_to_the_entrance_and_back(browser: Browser) -> None:
    answer = await browser.get("/arenden/ny")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/valj?next=/arenden/ny"
    entrances = (await browser.get("/valj?next=/arenden/ny")).text
    assert 'href="/malarvik/?next=/arenden/ny"' in entrances, "whichever municipality they choose"
    entrance = (await browser.get("/hallsberg/?next=/arenden/ny")).text
    assert 'href="/malarvik/?next=/arenden/ny"' in entrance, "who came to the wrong one"
    assert 'name="next" value="/arenden/ny"' in entrance
    signed_in = await browser.post("/malarvik/", person="larare", next="/arenden/ny")
    assert signed_in.headers["location"] == "/arenden/ny"


async def test_the_way_to_a_municipality_carries_no_path_of_another_site(browser: Browser) -> None:
    assert 'href="/malarvik/"' in (await browser.get("/valj?next=//elsewhere.example/")).text


async def test_in_english_a_school_has_its_english_name(browser: Browser) -> None:
    await browser.sign_in("samordnare")
    await browser.post("/sprak", language="en")
    asked = "/vem-gor-vad?school=forskolan-solrosen"
    for path in ("/arenden/ny", asked, "/skolor/forskolan-solrosen", "/skolor/ekbacken", "/planerat/nytt"):
        page = (await browser.get(path)).text
        assert "Solrosen preschool" in page, path
        assert "Förskolan Solrosen" not in page, path
    await browser.post("/sprak", language="sv")
    assert "Förskolan Solrosen" in (await browser.get("/skolor/forskolan-solrosen")).text


async def test_a_teacher_signs_in_reports_and_reads_the_case(browser: Browser) -> None:
    assert (await browser.get("/malarvik/")).status_code == 200
    await browser.sign_in("larare")
    form = await browser.get("/arenden/ny")
    assert form.status_code == 200, form.text
    key = re.search(r'name="idempotency_key" value="([^"]+)"', form.text)
    assert key is not None
    sent = await browser.post(
        "/arenden/ny",
        idempotency_key=key[1],
        text="Skrivaren <b>blinkar</b>",
        school="ekbacken",
        need="work_around",
        impact="class",
    )
    assert sent.status_code == 303, sent.text
    thanks = await browser.get(sent.headers["location"])
    assert "MAL-20" in thanks.text
    case = await browser.get(sent.headers["location"].removesuffix("/tack"))
    assert case.status_code == 200
    assert "Skrivaren &lt;b&gt;blinkar" in case.text
    assert "mark-reader" not in case.text, "the reporter knows that the reporter reads it"
    assert (await browser.get("/arenden")).status_code == 200


async def test_a_form_with_mistakes_keeps_what_was_written(browser: Browser) -> None:
    await browser.sign_in("larare")
    await browser.get("/arenden/ny")
    again = await browser.post("/arenden/ny", text="", school="nowhere", room="B204", need="x", impact="x")
    assert again.status_code == 422
    assert "Skriv vad som inte fungerar" in again.text
    assert 'value="B204"' in again.text


async def test_who_goes_back_and_writes_something_else_is_told_and_can_send_it(browser: Browser) -> None:
    await browser.sign_in("larare")
    form = await browser.get("/arenden/ny")
    key = re.findall(r'name="idempotency_key" value="([^"]+)"', form.text)[0]
    report = {"school": "ekbacken", "need": "work_around", "impact": "class"}
    first = await browser.post("/arenden/ny", idempotency_key=key, text="Skrivaren blinkar", **report)
    again = await browser.post("/arenden/ny", idempotency_key=key, text="Skrivaren ryker", **report)
    assert again.status_code == 422
    assert "Den här anmälan är redan skickad" in again.text
    assert "Skrivaren ryker" in again.text
    (fresh,) = re.findall(r'name="idempotency_key" value="([^"]+)"', again.text)
    second = await browser.post("/arenden/ny", idempotency_key=fresh, text="Skrivaren ryker", **report)
    assert second.status_code == 303
    assert second.headers["location"] != first.headers["location"]


async def test_who_goes_back_and_sends_the_very_same_again_gets_the_receipt_of_the_first(
    browser: Browser, as_: Callable[[str], httpx.AsyncClient]
) -> None:
    await browser.sign_in("larare")
    report = {"school": "ekbacken", "need": "work_around", "impact": "class"}

    async def sent(said: str) -> str:
        """As by a form that was drawn anew, with a key of its own."""
        form = await browser.get("/arenden/ny")
        (key,) = re.findall(r'name="idempotency_key" value="([^"]+)"', form.text)
        answer = await browser.post("/arenden/ny", idempotency_key=key, text=said, **report)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    first = await sent("Skrivaren blinkar")
    assert await sent("Skrivaren blinkar") == first
    assert await sent("Skrivaren ryker") != first
    again = await sent("Skrivaren blinkar")
    assert again != first, "another was sent between: this is no way back"
    withdrawn = await as_("larare").post(f"/tickets/{again.split('/')[2]}/withdraw", json={})
    assert withdrawn.status_code == 204, withdrawn.text
    assert await sent("Skrivaren blinkar") not in (first, again), "what was taken back is not what is reported now"


async def test_the_queue_opens_with_what_is_ones_own_and_a_search_looks_everywhere(browser: Browser) -> None:
    await browser.sign_in("samordnare")
    chosen = {path: (await browser.get(path)).text for path in ("/ko", "/ko?q=wifi", "/ko?visa=vendor")}
    for path, show in (("/ko", "mine"), ("/ko?q=wifi", "any&amp;q=wifi"), ("/ko?visa=vendor", "vendor")):
        assert f'href="/ko?visa={show}" aria-current="true"' in chosen[path], path


@pytest.mark.parametrize(
    "path", ["/ko", "/skolor/ekbacken", "/arenden", "/tillganglighet", "/integritet", "/stil", "/malarvik/"]
)
async def test_the_coordinators_pages_open(browser: Browser, path: str) -> None:
    await browser.sign_in("samordnare")
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text


async def test_a_forged_form_is_refused(browser: Browser) -> None:
    await browser.sign_in("larare")
    browser.csrf = "forged"
    answer = await browser.post("/arenden/ny", text="x", school="ekbacken", need="lesson_now", impact="class")
    assert answer.status_code == 403


async def test_signing_out_ends_the_session_itself(browser: Browser) -> None:
    await browser.sign_in("larare")
    kept = browser.cookies[COOKIE]
    await browser.post("/logga-ut")
    browser.cookies = {COOKIE: kept}
    assert (await browser.get("/arenden")).status_code == 303


async def test_n9_another_municipalitys_case_does_not_exist_here(browser: Browser, app: FastAPI) -> None:
    await browser.sign_in("larare")
    await browser.get("/arenden/ny")
    sent = await browser.post("/arenden/ny", text="Hemligt fel", school="ekbacken", need="lesson_now", impact="class")
    path = sent.headers["location"].removesuffix("/tack")
    await browser.sign_in("hallsberg-administrator", "hallsberg")
    assert (await browser.get(path)).status_code == 404
    assert (await browser.get("/skolor/ekbacken")).status_code == 404
