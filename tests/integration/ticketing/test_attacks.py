"""Attacks that must fail: one test each, named after it."""

from __future__ import annotations

import asyncio
import html
import io
import json
import logging
import re
import sys
from collections.abc import AsyncIterator, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI
from sqlalchemy import text

from chassis import logs
from chassis.db import create_engine
from chassis.servers import bind, port_of, server
from contracts.events import routing as r
from contracts.events import vendor_bridge as v
from tests.support.databases import clone
from tests.support.pages import Browser
from tests.support.servers import run_folder
from tests.support.ticketing_house import House, routes, settings, yaml_of
from ticketing.identity import COOKIE

REPORT: dict[str, Any] = {"title": "Projektorn startar inte", "school": "ekbacken"}
FORM = {"text": "Projektorn startar inte", "school": "ekbacken", "need": "lesson_now", "impact": "class"}
SCRIPT = "<script>alert(1)</script>"
BREAKOUT = "\"'></textarea></title><img src=x onerror=alert(2)>{{1234567*3}}${1234567*3}"


# What somebody asks for beyond what is theirs


@pytest.mark.parametrize(
    "field",
    [
        "status",
        "state",
        "priority",
        "audience",
        "number",
        "municipality",
        "id",
        "incident",
        "filed_at",
        "parent",
        "link",
    ],
)
async def test_mass_assignment_by_the_api_is_refused(house: House, field: str) -> None:
    before = await house.stored()
    answer = await house.client("larare").post("/tickets", json=REPORT | {field: "hallsberg"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"pointer": f"/{field}", "detail": "unknown field"}]
    assert await house.stored() == before


FOREIGN = ["reporter", "municipality", "number", "state", "status", "source", "external_id", "priority", "model_config"]


@pytest.mark.parametrize("name", FOREIGN)
async def test_mass_assignment_by_the_form_is_refused_and_what_was_written_kept(house: House, name: str) -> None:
    browser = await house.visitor("larare")
    before = await house.stored()
    sent = await browser.post("/arenden/ny", FORM | {name: "rektor"})
    assert sent.status_code == 422
    assert FORM["text"] in sent.text
    assert "fält som inte hör till formuläret" in sent.text
    assert await house.stored() == before


async def test_mass_assignment_by_the_desks_forms_is_refused(house: House, named: dict[str, str]) -> None:
    before = await house.stored()
    browser = await house.visitor("samordnare")
    desk = {
        "tilldela": {"party": "team:samordnaren"},
        "lamna-over": {"vendor": "", "note": "Tavlan ritar streck"},
        "los": {"public_text": "Sladden är bytt"},
        "anteckning": {"text": "Ringde rektorn"},
        "bedom": {"public_title": "Tavlan i B204"},
        "koppla": {"ticket": "MAL-2026-000001"},
        "bryt-ut": {"tickets": "tk_0"},
        "avsluta": {},
    }
    for form, fields in desk.items():
        answer = await browser.post("/storningar/{incident_id}/".format(**named) + form, fields | {"state": "closed"})
        assert answer.status_code == 422, form
        written = [fields[name] for name in ("note", "public_text", "text", "public_title", "ticket") if name in fields]
        assert all(text in answer.text for text in written), form
        assert not written or "fält som inte hör till formuläret" in answer.text, form
    assert await house.stored() == before


@pytest.mark.parametrize("person", ["larare", "rektor", "tekniker"])
async def test_numbers_and_ids_are_not_enumerated(house: House, person: str) -> None:
    """Somebody else's number answers as one that was never drawn, character by character."""
    other = await house.file("larare-sjobo", title="Hemligt", school="sjobo")
    client = house.client(person)
    answers = [await client.get(f"/tickets/{id_}") for id_ in (other["number"], "MAL-2026-999999", other["id"], "tk_0")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


async def test_ids_are_random_and_tell_no_number(house: House) -> None:
    ids = [(await house.file("larare", **REPORT))["id"] for _ in range(3)]
    assert all(re.fullmatch(r"tk_[0-9a-f]{32}", id_) for id_ in ids)
    assert len({id_[:10] for id_ in ids}) == 3


async def test_users_are_not_enumerated_by_tokens_or_the_entrance(house: House) -> None:
    known = await house.client("rektor", municipality="hallsberg").get("/tickets")
    unknown = await house.client("nobody").get("/tickets")
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    answers = [await house.browser().post("/malarvik/", person=person) for person in ("hallsberg-larare", "nobody")]
    assert [answer.status_code for answer in answers] == [422, 422]


async def test_the_side_parameter_same_as_opens_no_case_that_one_may_not_see(house: House) -> None:
    """Not another municipality's, not an unknown one, and not one person's own case."""
    alone = await house.file("larare-sjobo", title="Min tavla", school="sjobo")
    lone = await house.incident(alone["id"], schools=["sjobo"])
    before = await house.stored()
    for incident in (lone, "in_0", alone["id"], "x" * 80):
        answer = await house.client("larare").post("/tickets", json=REPORT | {"same_as": incident})
        assert answer.status_code == 404, answer.text
        assert [error["pointer"] for error in answer.json()["errors"]] == ["/same_as"]
        browser = await house.visitor("larare")
        page = await browser.post("/arenden/ny", FORM | {"same_as": incident, "room": "B204"})
        assert page.status_code == 404
        assert 'value="B204"' in page.text
        assert 'role="alert"' in page.text
    assert await house.stored() == before


async def test_a_shared_disturbance_can_be_joined_by_everybody_and_a_lone_one_by_staff(house: House) -> None:
    one, two = await house.file("larare", **REPORT), await house.file("larare-ekbacken-2", **REPORT)
    shared = await house.incident(one["id"], two["id"], schools=["ekbacken"])
    assert (await house.file("larare-sjobo", **REPORT | {"same_as": shared}))["number"]
    three = await house.file("larare", **REPORT)
    lone = await house.incident(three["id"], schools=["ekbacken"])
    assert (await house.file("tekniker", **REPORT | {"same_as": lone}))["number"]


async def test_another_persons_idempotency_key_is_not_ones_own(house: House) -> None:
    first, second = [
        await house.client(person).post("/tickets", json=REPORT, headers={"Idempotency-Key": "1"})
        for person in ("larare", "larare-sjobo")
    ]
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] != second.json()["id"]


async def test_another_persons_external_id_tells_nothing_of_their_ticket(house: House) -> None:
    """An id of a script's own choice is unique for that person: nobody's report ends on somebody else's ticket."""
    line = REPORT | {"external_id": "42"}
    first, second = [await house.client(person).post("/tickets", json=line) for person in ("larare", "larare-sjobo")]
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] != second.json()["id"]
    again = await house.client("larare").post("/tickets", json=line)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])


async def test_n5_what_was_written_to_one_reporter_is_not_on_the_schools_page(house: House) -> None:
    filed = await house.file("larare-tallbacken", title="Mitt lösenord", school="tallbacken")
    incident = await house.incident(filed["id"], schools=["tallbacken"])
    await house.told(
        house.event(r.IncidentResolved, incident=incident, public_text={"sv": "Hej Tuva, du kommer in nu"})
    )
    page = await (await house.visitor("larare")).get("/skolor/tallbacken")
    status = await house.client("larare").get("/schools/tallbacken/status")
    assert "Tuva" not in page.text + status.text
    assert "Mitt lösenord" not in page.text + status.text
    own = await (await house.visitor("larare-tallbacken")).get(f"/arenden/{filed['id']}")
    assert "Hej Tuva" in own.text


# Forged requests


def forms(app: FastAPI) -> list[str]:
    """The path of every form of the pages."""
    return [path for method, path in routes(app) if method == "POST" and not path.startswith("/api/")]


WITHOUT_TOKEN = {
    "/{municipality}/": "signs in: there is no session yet; other sites are refused",
    "/sprak": "sets only the language, also for nobody; other sites are refused",
}


@pytest.fixture(scope="module")
async def named(house: House) -> dict[str, str]:
    """A case of the teacher's that the coordinator may act on."""
    filed = await house.file("larare", **REPORT)
    incident = await house.incident(filed["id"], schools=["ekbacken"])
    window = {"starts_at": "2029-03-02T16:00:00+01:00", "ends_at": "2029-03-02T20:00:00+01:00"}
    plan = window | {"text": "Byte.", "services": ["wifi"], "effect": "down"}
    work = await house.client("samordnare").post("/planned-work", json=plan)
    return {
        "work_id": work.json()["id"],
        "year": "2029",
        "ticket_id": filed["id"],
        "incident_id": incident,
        "proposal": "pr_0",
        "question": "qu_0",
        "suggestion": "su_0",
        "municipality": "malarvik",
        "connection": "demo-vendor",
        "mail": "ml_0",
    }


def owner_of(path: str) -> str:
    return "samordnare" if any(part in path for part in ("incident_id", "planerat", "leverantorer")) else "larare"


VALID = FORM | {"party": "team:samordnaren", "vendor": "vendor:network", "public_text": "x", "reason": "x"}


async def test_csrf_every_form_wants_this_sessions_token(house: House, named: dict[str, str]) -> None:
    assert len(forms(house.app)) >= 15
    assert set(WITHOUT_TOKEN) <= set(forms(house.app))
    other = await house.visitor("administrator")
    before = await house.stored()
    for path in forms(house.app):
        if path in WITHOUT_TOKEN:
            continue
        browser = await house.visitor(owner_of(path))
        for token in ("", "x", browser.csrf[:-1], browser.csrf.upper(), other.csrf, "å"):
            answer = await browser.post(path.format(**named), VALID | {"csrf": token})
            assert answer.status_code == 403, (path, token, answer.text)
        assert (await browser.get("/integritet")).text.count("logga-ut"), f"{path} ended the session"
    assert await house.stored() == before


WITH_FILES = {"/arenden/ny", "/arenden/{ticket_id}/svar", "/storningar/{incident_id}/anteckning"}


async def test_a_file_with_a_form_that_takes_none_is_refused_and_not_dropped_without_a_word(
    house: House, named: dict[str, str]
) -> None:
    visitors = {person: await house.visitor(person) for person in ("samordnare", "larare")}
    before = await house.stored()
    assert set(forms(house.app)) >= WITH_FILES
    for path in forms(house.app):
        browser = visitors[owner_of(path)]
        without = VALID | {"csrf": "x"} if path in WITH_FILES else VALID  # what they come to is seen elsewhere
        answer = await browser.attach(path.format(**named), ("logg.txt", b"12 V", "text/plain"), **without)
        assert answer.status_code == (403 if path in WITH_FILES else 415), path
    assert await house.stored() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8086"},
        {"origin": "http://127.0.0.1.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1"},
    ],
    ids=str,
)
async def test_csrf_every_form_refuses_another_sites_page(
    house: House, named: dict[str, str], headers: dict[str, str]
) -> None:
    """Also with the right token, should it ever leak; signing in (login CSRF) and out among them."""
    visitors = {person: await house.visitor(person) for person in ("samordnare", "larare")}
    before = await house.stored()
    for path in forms(house.app):
        browser = visitors[owner_of(path)]
        answer = await browser.post(path.format(**named), VALID | {"person": "larare"}, headers)
        assert answer.status_code == 403, (path, answer.status_code)
        assert "set-cookie" not in answer.headers
    assert await house.stored() == before


async def test_csrf_the_api_by_a_session_refuses_another_sites_page(house: House) -> None:
    browser = await house.visitor("larare")
    before = await house.stored()
    for headers in ({"origin": "https://evil.example"}, {"sec_fetch_site": "cross-site"}, {"origin": "null"}):
        for kind in ("application/json", "text/plain"):
            body = json.dumps(REPORT).encode()
            answer = await browser.send("POST", "/api/v1/tickets", body, content_type=kind, accept="*/*", **headers)
            assert answer.status_code in (403, 422), answer.text
    assert await house.stored() == before


async def test_login_csrf_another_site_signs_nobody_in(house: House) -> None:
    browser = house.browser()
    answer = await browser.post("/malarvik/", {"person": "rektor"}, {"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert COOKIE not in browser.cookies


@pytest.mark.parametrize("method", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
async def test_no_header_turns_reading_into_changing(house: House, named: dict[str, str], method: str) -> None:
    browser = await house.visitor("larare")
    before = await house.stored()
    await browser.http.get(f"/arenden/{named['ticket_id']}/fungerar", headers={method: "POST"})
    assert await house.stored() == before


# Sessions


async def test_a_session_is_dead_after_log_out(house: House) -> None:
    browser = await house.visitor("larare")
    kept = browser.cookies[COOKIE]
    out = await browser.post("/logga-ut")
    assert out.status_code == 303
    assert out.headers["clear-site-data"] == '"storage"'
    browser.cookies = {COOKIE: kept}
    assert (await browser.get("/arenden")).status_code == 303
    assert (await browser.get("/api/v1/tickets")).status_code == 401


async def test_session_fixation_a_cookie_from_elsewhere_is_never_adopted(house: House) -> None:
    browser = house.browser()
    browser.cookies[COOKIE] = planted = "x" * 43
    await browser.sign_in("larare")
    assert browser.cookies[COOKIE] != planted
    browser.cookies[COOKIE] = planted
    assert (await browser.get("/arenden")).status_code == 303


async def test_session_fixation_signing_in_ends_the_session_before(house: House) -> None:
    browser = await house.visitor("larare")
    before = browser.cookies[COOKIE]
    await browser.sign_in("samordnare")
    browser.cookies = {COOKIE: before}
    assert (await browser.get("/arenden")).status_code == 303


async def test_the_database_holds_no_cookie_that_opens_anything(house: House) -> None:
    browser = await house.visitor("larare")
    async with house.engine.connect() as conn:
        rows = str((await conn.execute(text("SELECT * FROM session"))).all())
    assert browser.cookies[COOKIE] not in rows


async def test_cookies_carry_their_flags(house: House) -> None:
    browser = house.browser()
    answers = [
        await browser.post("/malarvik/", person="larare"),
        await browser.post("/sprak", language="en"),
        await browser.get("/integritet"),
        await browser.post("/arenden/ny", FORM),
        await browser.post("/logga-ut"),
    ]
    filed = answers[3].headers["location"].removesuffix("/tack")
    await browser.sign_in("larare")
    answers += [await browser.post(f"{filed}/svar", text="x"), await browser.get(filed)]
    cookies = [cookie for answer in answers for cookie in answer.headers.get_list("set-cookie")]
    assert {cookie.partition("=")[0] for cookie in cookies} == {COOKIE, "sprak", "besked"}
    for cookie in cookies:
        flags = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= flags, cookie
        assert not any(flag.startswith("domain=") for flag in flags)


async def test_personal_pages_are_kept_by_nobody(house: House, named: dict[str, str]) -> None:
    """Neither a proxy nor the back button of the next one at a shared computer shows them."""
    browser = await house.visitor("samordnare")
    for method, path in routes(house.app):
        if method == "GET":
            names = named | {"school": "ekbacken", "request_id": "rq_0", "sha256": "0" * 64}
            answer = await browser.get(path.format(**names))
            assert answer.headers["cache-control"] == "no-store", path
    static = re.search(r'href="(/static/eskalera.css[^"]*)"', (await browser.get("/arenden")).text)
    assert static is not None
    assert (await browser.get(static[1])).status_code == 200


# Headers


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "127.0.0.1:80@evil.example", "evil.example:80", "127.0.0.1\\@evil"],
)
async def test_host_header_poisoning_reaches_no_page_and_no_link(house: House, host: str) -> None:
    for path in ("/", "/malarvik", "/malarvik/", "/api/v1/tickets?limit=1"):
        answer = await house.http().get(path, headers={"host": host})
        assert answer.status_code == 421
        assert "evil" not in answer.text + str(answer.headers)


async def test_forged_forwarding_headers_are_not_believed(house: House) -> None:
    forged = {
        "X-Remote-User": "administrator",
        "Remote-User": "administrator",
        "X-Forwarded-User": "administrator",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "127.0.0.1",
        "X-Original-URL": "/ko",
        "X-Rewrite-URL": "/ko",
        "Forwarded": "host=evil.example;proto=https",
    }
    assert (await house.http(**forged).get("/arenden")).status_code == 303
    assert (await house.http(**forged).get("/api/v1/tickets")).status_code == 401
    for _ in range(2):
        await house.file("larare", **REPORT)
    listed = await house.client("larare").get("/tickets?limit=1", headers=forged)
    assert listed.json()["next"].startswith("http://127.0.0.1/api/v1/tickets?")
    redirected = await house.http(**forged).get("/malarvik")
    assert "evil" not in redirected.headers["location"]


OTHER_SITES = [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "javascript:alert(1)",
    "http:evil.example",
    "///evil.example",
    " //evil.example",
    "evil.example",
    "/arenden\r\nSet-Cookie: a=b",
]


@pytest.mark.parametrize("target", OTHER_SITES)
async def test_open_redirect_by_next_leads_nowhere_else(house: House, target: str) -> None:
    browser = house.browser()
    for answer in (
        await browser.post("/malarvik/", person="larare", next=target),
        await browser.post("/sprak", language="en", next=target),
    ):
        assert answer.status_code == 303
        assert answer.headers["location"] == "/"
        assert "a=b" not in str(answer.headers)


async def test_open_redirect_by_the_path_leads_nowhere_else(house: House) -> None:
    for path in (
        "//evil.example",
        "//evil.example/",
        "/\\evil.example",
        "/%2F%2Fevil.example",
        "//evil.example/arenden",
    ):
        answer = await house.http().get(f"http://127.0.0.1{path}")
        location = answer.headers.get("location", "")
        assert httpx.URL("http://127.0.0.1/").join(location).host == "127.0.0.1", (path, location)


async def test_crlf_in_what_is_sent_reaches_no_header(house: House) -> None:
    browser = await house.visitor("larare")
    injected = "x\r\nSet-Cookie: planted=1\r\n\r\n<script>"
    answers = [
        await browser.post("/arenden/ny", FORM | {"text": injected, "idempotency_key": injected}),
        await browser.post("/sprak", language=injected, next=f"/{injected}"),
        await browser.get("/arenden?q=x%0D%0ASet-Cookie:%20planted=1"),
        await house.http().get("/x%0D%0ASet-Cookie:%20planted=1/ny"),
        await house.http().get("/arenden/x%0d%0aSet-Cookie:planted=1"),
    ]
    for answer in answers:
        assert "planted" not in str(answer.headers.get_list("set-cookie"))
        assert "\n" not in answer.headers.get("location", "")


async def test_crlf_and_other_control_characters_leave_the_title(house: House) -> None:
    """It becomes a mail's subject, a line of a list, a page's title."""
    title = "Skrivaren\r\nBcc: alla@example.org\x1b[2J \u202etxt.exe\u2028\x85slut"
    filed = await house.file("larare", title=title, school="ekbacken", room="B\r\n204", asset="\x07EKB-1")
    async with house.engine.connect() as conn:
        row = (await conn.execute(text("SELECT * FROM ticket WHERE id = :id"), {"id": filed["id"]})).mappings().one()
        sent = await conn.scalars(text("SELECT value FROM outbox WHERE subject = :id"), {"id": filed["id"]})
        values = [json.loads(value) for value in sent]
    assert row["title"] == "Skrivaren Bcc: alla@example.org [2J txt.exe slut"
    assert (row["room"], row["asset"]) == ("B 204", "EKB-1")
    assert any(value.get("title") == row["title"] for value in values)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the process writes to its log."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level, structlog.get_config())
    stream = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        logs.start(settings(log_level="DEBUG"), "ticketing")
    yield stream
    root.handlers[:], level = before[0], before[1]
    root.setLevel(level)
    structlog.configure(**before[2])
    logging.captureWarnings(False)


async def test_log_injection_no_input_makes_a_line_of_its_own_or_leaves_its_text(
    house: House, written: io.StringIO
) -> None:
    faked = 'Kalles word\n{"event": "faked", "level": "error"}\x1b[31m'
    client = house.client("larare")
    header = {"x-request-id": 'r1{"event": "faked"}', "user-agent": faked.replace("\n", " ").replace("\x1b", "")}
    await client.post("/tickets", json=REPORT | {"title": faked}, headers=header)
    await client.post("/tickets", json={"title": faked, "school": faked}, headers=header)
    await client.get("/tickets", params={"q": faked})
    await client.get("/tickets/x%0A%7B%22event%22:%22faked%22%7D")
    logs.get("test").info("the log is written")
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [line["event"] for line in lines].count("the log is written") == 1
    assert not any(line["event"] == "faked" for line in lines)
    assert "Kalle" not in written.getvalue()


# Floods


@pytest.fixture(scope="module")
async def address(house: House) -> AsyncIterator[str]:
    """The application behind the real HTTP server."""
    listening = bind("127.0.0.1", 0)
    http = server(house.app, drain_seconds=2)
    serving = asyncio.create_task(http.serve(sockets=[listening]))
    await http.accepting.wait()
    yield f"http://127.0.0.1:{port_of(listening)}"
    http.should_exit = True
    await serving


async def test_a_flood_of_bytes_without_a_length_is_cut_off(house: House, address: str) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 100_000
            yield b"x" * 100_000

    token = house.client("larare").headers["authorization"]
    headers = {"authorization": token, "content-type": "application/json"}
    before = await house.stored()
    async with httpx.AsyncClient() as http:
        try:
            answer = await http.post(f"{address}/api/v1/tickets", content=endless(), headers=headers)
        except httpx.TransportError:
            pass  # the server closed while we were still sending
        else:
            assert answer.status_code == 413
        assert sent < 50_000_000
        assert (await http.get(f"{address}/tillganglighet")).status_code == 200
    assert await house.stored() == before


async def test_a_multipart_flood_is_refused(house: House, address: str) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="text"; filename="x"\r\n\r\nx\r\n'
    browser = await house.visitor("larare")
    before = await house.stored()
    async with httpx.AsyncClient() as http:
        for count, status in ((10_000, 400), (20_000, 400)):
            answer = await http.post(
                f"{address}/arenden/ny",
                content=part * count + b"--b--\r\n",
                headers={
                    "content-type": "multipart/form-data; boundary=b",
                    "cookie": f"{COOKIE}={browser.cookies[COOKIE]}",
                },
            )
            assert answer.status_code == status, answer.text
    assert await house.stored() == before


async def test_one_who_sends_slowly_holds_nobody_up(house: House, address: str) -> None:
    host, port = httpx.URL(address).host, httpx.URL(address).port
    slow = []
    for _ in range(50):
        _reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"POST /arenden/ny HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900000\r\n\r\nx")
        slow.append(writer)
    async with httpx.AsyncClient(timeout=5) as http:
        assert (await http.get(f"{address}/tillganglighet")).status_code == 200
        token = house.client("larare").headers["authorization"]
        filed = await http.post(f"{address}/api/v1/tickets", json=REPORT, headers={"authorization": token})
        assert filed.status_code == 201
    for writer in slow:
        writer.close()


# Doors


@pytest.mark.parametrize(
    "path",
    [
        *("/metrics", "/livez", "/readyz", "/docs", "/redoc", "/openapi.json", "/api/v1/docs", "/dlq", "/admin"),
        *("/.git/config", "/.env", "/static/../identity.py", "/static/%2e%2e/identity.py", "/static/", "/static/..%2f"),
    ],
)
async def test_what_is_for_operators_is_not_on_the_open_port(house: House, path: str) -> None:
    for http in (house.http(), house.client(None)):
        http.base_url = httpx.URL("http://127.0.0.1")
        assert (await http.get(path, follow_redirects=True)).status_code in (404, 405)


async def test_the_demo_entrance_and_the_style_page_are_closed_outside_demo_mode(house: House, postgres: str) -> None:
    engine = create_engine(await clone(postgres, ("chassis", "ticketing"), run_folder()), name="test")
    closed = House(engine, demo=False)
    try:
        await closed.furnish("malarvik")
        browser = closed.browser()
        for path in ("/malarvik/", "/stil"):
            assert (await browser.get(path)).status_code == 404
        answer = await browser.post("/malarvik/", person="larare")
        assert answer.status_code == 404
        assert COOKIE not in browser.cookies
        unknown, known = await closed.http().get("/atlantis/"), await closed.http().get("/malarvik/")
        assert unknown.json() == known.json()
        for method, path in routes(closed.app):
            if method == "GET":
                names = {"ticket_id": "x", "incident_id": "x", "school": "ekbacken", "municipality": "malarvik"}
                shown = await browser.get(path.format(**names, request_id="x", sha256="x", work_id="x", year="2029"))
                assert "Lindmark" not in shown.text
                assert 'href="/stil"' not in shown.text
    finally:
        await closed.close()
        await engine.dispose()


async def test_a_configuration_file_runs_nothing_and_eats_nothing(house: House, tmp_path: Path) -> None:
    """YAML that makes objects, and YAML that unfolds to a billion words."""
    planted = tmp_path / "planted"
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
    )
    before = await house.stored()
    for content in (
        f"!!python/object/apply:pathlib.Path.touch [!!python/object/apply:pathlib.Path ['{planted}']]",
        f"municipality: !!python/object/new:os.system ['touch {planted}']",
        bomb,
    ):
        async with asyncio.timeout(10):
            answer = await house.client("administrator").put("/directories/malarvik", json={"directory": content})
        assert answer.status_code == 422
    assert not planted.exists()
    assert await house.stored() == before


# Stored XSS: what people, vendors and configurations write is shown as it was written, everywhere


@pytest.fixture(scope="module")
async def planted(postgres: str) -> AsyncIterator[House]:
    """A house in which every text that anybody can write carries a script."""
    engine = create_engine(await clone(postgres, ("chassis", "ticketing"), run_folder()), name="test")
    house = House(engine)
    body = yaml_of("malarvik")
    for plain in (
        "Ekbackens skola",
        "Nätleverantören",
        "IT-stödet på Ekbackens skola",
        "Trådlöst nät",
        "Mälarviks kommun",
    ):
        assert plain in body["directory"], plain
        body["directory"] = body["directory"].replace(plain, f"{plain} {SCRIPT}")
    body["people"] = body["people"].replace("Lena Lindmark", f"Lena {SCRIPT}")
    applied = await house.client(None).put("/directories/malarvik", json=body)
    assert applied.status_code == 200, applied.text
    yield house
    await house.close()
    await engine.dispose()


async def test_stored_xss_is_text_on_every_page(planted: House) -> None:
    nasty = f"{SCRIPT}{BREAKOUT}"
    words = {"text": {"sv": nasty}}
    report = {"title": nasty[:200], "description": nasty, "room": nasty[:80], "asset": nasty[:80], "service": "wifi"}
    one = await planted.file("larare", school="ekbacken", **report)
    two = await planted.file("larare-ekbacken-2", school="ekbacken", **report)
    shared = await planted.incident(one["id"], two["id"], schools=["ekbacken"])
    note = {"text": nasty, "audience": "reporters"}
    assert (await planted.client("samordnare").post(f"/incidents/{shared}/entries", json=note)).status_code == 201
    handoff = await planted.hand_off(shared, note=nasty)
    await planted.said(v.VendorEntryAdded, shared, handoff, ticket=one["id"], **words)
    await planted.said(v.VendorInformationRequested, shared, handoff, question="qu_1", ticket=one["id"], **words)
    await planted.said(v.VendorInformationRequested, shared, handoff, question="qu_2", **words)
    await planted.said(v.VendorResolutionProposed, shared, handoff, proposal="pr_1", **words)
    await planted.said(v.HandoffAcknowledged, shared, handoff, vendor_reference=nasty, heads={})
    solved = await planted.incident(
        *[(await planted.file("larare", school="ekbacken", **report))["id"] for _ in range(2)], schools=["ekbacken"]
    )
    await planted.told(planted.event(r.IncidentResolved, incident=solved, public_text={"sv": nasty}))
    asked = await planted.client("samordnare").post(f"/incidents/{shared}/close")
    refused = {"request_id": asked.json()["request_id"], "code": "wrong_state", "reason": {"sv": nasty}}
    await planted.told(planted.event(r.RequestRefused, incident=shared, **refused))
    window = {"starts_at": "2029-03-02T16:00:00+01:00", "ends_at": "2029-03-02T20:00:00+01:00"}
    plan = window | {"text": nasty[:300], "services": ["wifi"], "effect": "down"}
    work = (await planted.client("samordnare").post("/planned-work", json=plan)).json()["id"]
    move = window | {"ends_at": "2029-03-02T21:00:00+01:00", "reason": nasty[:300]}
    assert (await planted.client("samordnare").post(f"/planned-work/{work}/move", json=move)).status_code == 200
    names = {"ticket_id": one["id"], "incident_id": shared, "school": "ekbacken", "municipality": "malarvik"}
    names |= {"work_id": work, "year": "2029", "sha256": "0" * 64}
    shown = 0
    for person in ("larare", "samordnare"):
        browser = await planted.visitor(person)
        for path in await pages_of(planted, browser, names):
            answer = await browser.get(path)
            assert_harmless(answer, path)
            shown += "&lt;script&gt;" in answer.text
        for path, form in mistakes(names).items():
            assert_harmless(await browser.post(path, form), path)
    assert_harmless(await planted.browser().get("/malarvik/"), "/malarvik/")
    assert shown >= 15


async def pages_of(house: House, browser: Browser, names: dict[str, str]) -> list[str]:
    paths = [path.format(**names) for method, path in routes(house.app) if method == "GET" and "/api/" not in path]
    tabs = [f"/storningar/{names['incident_id']}?flik={tab}" for tab in ("anmalningar", "overlamningar", "regler")]
    asked = html.escape(BREAKOUT).replace("&", "%26").replace("{", "%7B")
    return [*paths, *tabs, f"/arenden?q={SCRIPT}", f"/arenden?q={asked}", f"/ko?q={SCRIPT}", f"/valj?next={SCRIPT}"]


def mistakes(names: dict[str, str]) -> dict[str, dict[str, str]]:
    nasty = f"{SCRIPT}{BREAKOUT}"
    return {
        "/arenden/ny": {"text": nasty, "room": nasty, "asset": nasty, "school": nasty[:90], "idempotency_key": SCRIPT},
        f"/storningar/{names['incident_id']}/lamna-over": {"vendor": SCRIPT, "note": nasty},
        f"/storningar/{names['incident_id']}/tilldela": {"party": SCRIPT},
        f"/arenden/{names['ticket_id']}/svar": {"text": nasty + "x" * 10_001},
        "/malarvik/": {"person": SCRIPT, "next": SCRIPT},
        "/planerat/nytt": {"text": nasty, "key": SCRIPT, "starts": SCRIPT, "effect": SCRIPT, "services": SCRIPT},
        f"/planerat/{names['work_id']}/flytta": {"starts": nasty[:90], "ends": nasty[:90], "reason": nasty},
    }


def tags_of(page: str) -> list[tuple[str, dict[str, str]]]:
    """Every tag of a page with its attributes, as a browser reads them."""
    found: list[tuple[str, dict[str, str]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, {name: value or "" for name, value in attrs}))

    Reader().feed(page)
    return found


def assert_harmless(answer: httpx.Response, path: str) -> None:
    """Nothing that was written became markup, and the page's policy would not run it either."""
    page = answer.text
    assert "3703701" not in page, path
    for tag, attributes in tags_of(page):
        assert tag != "img", path
        assert tag != "script" or attributes.get("src", "").startswith("/static/"), path
        assert not [name for name in attributes if name.startswith("on")], path
        assert not [value for value in attributes.values() if value.startswith("javascript:")], path
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_stored_xss_the_api_says_what_it_is(planted: House) -> None:
    filed = await planted.file("larare", title=SCRIPT, school="ekbacken")
    answer = await planted.client("larare").get(f"/tickets/{filed['id']}", headers={"accept": "text/html"})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
