"""Bad input: a clear error each, nothing stored, nothing lost."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from contracts import ids
from tests.support.plain import pythons_words
from tests.support.ticketing_house import House, token

REPORT: dict[str, Any] = {"title": "Projektorn startar inte", "school": "ekbacken", "room": "B204", "urgency": 2}
FORM = {
    "text": "Projektorn startar inte",
    "school": "ekbacken",
    "room": "B204",
    "need": "lesson_now",
    "impact": "class",
}
JSON = {"content-type": "application/json"}


def faults(answer: httpx.Response) -> list[str]:
    """The pointers of a problem; asserts that it is one, in plain words."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["title"]
    assert all(error["detail"] for error in problem.get("errors", ()))
    assert pythons_words(answer.text) == []
    return [error["pointer"] for error in problem.get("errors", ())]


def in_days(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


WRONG_FIELDS: list[tuple[str, dict[str, Any], str]] = [
    ("no title", {"title": None}, "/title"),
    ("an empty title", {"title": "  "}, "/title"),
    ("a title that is a number", {"title": 7}, "/title"),
    ("a title that is a list", {"title": ["x"]}, "/title"),
    ("a long title", {"title": "x" * 201}, "/title"),
    ("a title of almost 1 MB", {"title": "x" * 900_000}, "/title"),
    ("a personnummer in the title", {"title": "Lena 19121212-1212 kommer inte in"}, "/title"),
    ("a personnummer without its century", {"title": "121212-1212"}, "/title"),
    ("NUL in the title", {"title": "a\0b"}, "/title"),
    ("half a surrogate pair", {"title": "a\ud800b"}, "/title"),
    ("NUL in the name of a field", {"ti\0tle": "x"}, ""),
    ("a long description", {"description": "x" * 20_001}, "/description"),
    ("no school", {"school": None}, "/school"),
    ("an unknown school", {"school": "nowhere"}, "/school"),
    ("another municipality's school", {"school": "transtensskolan"}, "/school"),
    ("a school with odd characters", {"school": "../ekbacken%00\u202e"}, "/school"),
    ("an unknown unit", {"unit": "ekbacken-10-12"}, "/unit"),
    ("an unknown service", {"service": "teleportation"}, "/service"),
    ("a long room", {"room": "B" * 81}, "/room"),
    ("a long asset", {"asset": "B" * 81}, "/asset"),
    ("a huge urgency", {"urgency": 10**30}, "/urgency"),
    ("an urgency below all", {"urgency": 0}, "/urgency"),
    ("an urgency that is true", {"urgency": True}, "/urgency"),
    ("an urgency in words", {"urgency": "2"}, "/urgency"),
    ("an urgency that is no number", {"urgency": float("nan")}, "/urgency"),
    ("an unknown kind", {"kind": "wish"}, "/kind"),
    ("an unknown language", {"language": "de"}, "/language"),
    ("an unknown field", {"colour": "red"}, "/colour"),
    ("a long external id", {"external_id": "x" * 81}, "/external_id"),
    ("an empty external id", {"external_id": ""}, "/external_id"),
    ("the year 1", {"occurred_at": "0001-01-01T00:00:00+14:00"}, "/occurred_at"),
    ("the year 9999", {"occurred_at": "9999-12-31T23:59:59-14:00"}, "/occurred_at"),
    ("the year 10000", {"occurred_at": "10000-01-01T00:00:00Z"}, "/occurred_at"),
    ("the 30th of February", {"occurred_at": "2026-02-30T00:00:00Z"}, "/occurred_at"),
    ("a time without its offset", {"occurred_at": "2026-10-05T07:33:35"}, "/occurred_at"),
    ("a day without a time", {"occurred_at": "2026-10-05"}, "/occurred_at"),
    ("seconds since 1970", {"occurred_at": 1_790_000_000}, "/occurred_at"),
    ("tomorrow", {"occurred_at": in_days(1)}, "/occurred_at"),
    ("two days ago, without the import's scope", {"occurred_at": in_days(-2)}, "/occurred_at"),
    ("somebody else as reporter", {"reporter": "rektor"}, "/reporter"),
    ("a source, without the import's scope", {"source": "old", "external_id": "1"}, "/source"),
]


@pytest.mark.parametrize(
    ("fields", "pointer"), [(f, p) for _, f, p in WRONG_FIELDS], ids=[n for n, _, _ in WRONG_FIELDS]
)
async def test_a_wrong_field_is_named_and_nothing_is_stored(house: House, fields: dict[str, Any], pointer: str) -> None:
    before = await house.stored()
    body = {name: value for name, value in (REPORT | fields).items() if value is not None}

    answer = await house.client("larare").post("/tickets", content=json.dumps(body), headers=JSON)

    assert answer.status_code == 422, answer.text
    assert pointer in faults(answer)
    assert await house.stored() == before


BODIES: list[tuple[str, bytes, int]] = [
    ("nothing", b"", 422),
    ("half of it", b'{"title": "x"', 422),
    ("two at once", b"{}{}", 422),
    ("a list", b"[]", 422),
    ("a text", b'"title"', 422),
    ("null", b"null", 422),
    ("broken UTF-8", b'{"title": "\xff\xfe", "school": "ekbacken"}', 422),
    ("UTF-16", '{"title": "x", "school": "nowhere"}'.encode("utf-16"), 422),
    ("a number of 5,000 digits", b'{"title": "x", "school": "ekbacken", "urgency": ' + b"1" * 5000 + b"}", 422),
    ("100,000 brackets", b"[" * 100_000, 422),
    ("deep brackets with NUL inside", b"[" * 800 + b'"\\u0000"' + b"]" * 800, 422),
    ("a title of 1 MB", json.dumps(REPORT | {"title": "x" * 1_000_000}).encode(), 413),
]


async def test_a_name_that_stands_twice_is_refused_whichever_was_meant(house: House) -> None:
    before = await house.stored()
    body = b'{"title": "a", "school": "ekbacken", "title": "b"}'
    answer = await house.client("larare").post("/tickets", content=body, headers=JSON)
    assert (answer.status_code, faults(answer)) == (422, ["/title"])
    assert await house.stored() == before


@pytest.mark.parametrize(("body", "status"), [(b, s) for _, b, s in BODIES], ids=[name for name, _, _ in BODIES])
async def test_a_body_that_is_no_report_is_refused(house: House, body: bytes, status: int) -> None:
    before = await house.stored()

    answer = await house.client("larare").post("/tickets", content=body, headers=JSON)

    assert answer.status_code == status, answer.text
    faults(answer)
    assert await house.stored() == before


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
async def test_json_that_calls_itself_something_else_is_refused(house: House, kind: str) -> None:
    before = await house.stored()

    answer = await house.client("larare").post("/tickets", content=json.dumps(REPORT), headers={"content-type": kind})

    assert answer.status_code in (415, 422), answer.text
    faults(answer)
    assert await house.stored() == before


def forged(**claims: Any) -> str:
    """A token that is not ours."""
    now = int(datetime.now(UTC).timestamp())
    ours = {"aud": "eskalera/ticketing", "mun": "malarvik", "sub": "larare", "scope": "", "iat": now, "exp": now + 600}
    return jwt.encode(ours | claims, "x" * 32, "HS256")


def unsigned() -> str:
    def part(value: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    claims = {
        "aud": "eskalera/ticketing",
        "mun": "malarvik",
        "sub": "administrator",
        "scope": "",
        "iat": 0,
        "exp": 2**31,
    }
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


def ours(**claims: Any) -> str:
    """A token under our key, with claims of one's own: what another service of the installation might sign."""
    from tests.support.ticketing_house import SECRET
    from ticketing.tokens import Tokens

    now = int(datetime.now(UTC).timestamp())
    good = {"aud": "eskalera/ticketing", "mun": "malarvik", "sub": "larare", "scope": "", "iat": now, "exp": now + 600}
    return jwt.encode({k: v for k, v in (good | claims).items() if v is not None}, Tokens(SECRET)._key, "HS256")


def by_another_kind_of_key() -> str:
    return jwt.encode({"aud": "eskalera/ticketing", "sub": "larare"}, generate_private_key(65537, 2048), "RS256")


TOKENS = {
    "none": "",
    "no scheme": token("malarvik", "larare"),
    "another scheme": "Basic bGFyYXJlOg==",
    "an empty one": "Bearer ",
    "garbage": "Bearer garbage",
    "three dots": "Bearer a.b.c",
    "not ASCII": "Bearer å.ä.ö",
    "a long one": "Bearer " + "x" * 6000,
    "expired": f"Bearer {token('malarvik', 'larare', ttl=timedelta(seconds=-1))}",
    "unsigned": f"Bearer {unsigned()}",
    "another key": f"Bearer {forged()}",
    "another algorithm": f"Bearer {by_another_kind_of_key()}",
    "another audience": f"Bearer {ours(aud='eskalera/vendor-bridge')}",
    "no audience": f"Bearer {ours(aud=None)}",
    "without an end": f"Bearer {ours(exp=None)}",
    "without a municipality": f"Bearer {ours(mun=None)}",
    "a person nobody knows": f"Bearer {token('malarvik', 'nobody')}",
    "another municipality's person": f"Bearer {token('malarvik', 'hallsberg-larare')}",
    "a municipality that is not here": f"Bearer {token('atlantis', 'larare')}",
}


@pytest.mark.parametrize("authorization", TOKENS.values(), ids=TOKENS)
async def test_a_wrong_token_is_nobody(house: House, authorization: str) -> None:
    before = await house.stored()
    headers = {b"authorization": authorization.encode("latin-1")} if authorization else {}

    for answer in (
        await house.http().post("/api/v1/tickets", json=REPORT, headers=headers),
        await house.http().get("/api/v1/tickets", headers=headers),
    ):
        assert answer.status_code == 401, answer.text
        assert answer.headers["www-authenticate"] == "Bearer"
        assert faults(answer) == []
    assert await house.stored() == before


IDS = [
    "tk_0",
    "in_0",
    "MAL-2026-999999",
    "'; DROP TABLE ticket; --",
    "a%2Fb",
    "%00",
    "\u202e",
    "%",
    "x" * 81,
    "x_y",
    "%5c",
    "tk_%2e%2e",
]


@pytest.mark.parametrize("id_", IDS)
@pytest.mark.parametrize("case", ["tickets", "incidents"])
async def test_an_id_that_is_none_is_not_found(house: House, case: str, id_: str) -> None:
    before = await house.stored()
    client = house.client("samordnare")
    verbs = {"tickets": ("confirm", "withdraw"), "incidents": ("close",)}[case]

    answers = [await client.get(f"/{case}/{id_}"), await client.get(f"/{case}/{id_}/timeline")]
    answers += [await client.post(f"/{case}/{id_}/{verb}") for verb in verbs]
    answers += [await client.post(f"/{case}/{id_}/entries", json={"text": "x"})]

    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert await house.stored() == before


@pytest.mark.parametrize("list_", ["tickets", "incidents"])
@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/query/limit"),
        ("limit=201", "/query/limit"),
        ("limit=-1", "/query/limit"),
        ("limit=1e3", "/query/limit"),
        (f"limit={'9' * 4000}", "/query/limit"),
        ("colour=red", "/query/colour"),
        ("Limit=1", "/query/Limit"),
        (f"school={'x' * 81}", "/query/school"),
        ("cursor=%F0%9F%90%9F", "/query/cursor"),
        (f"cursor={'x' * 501}", "/query/cursor"),
        ("school=%00", "/query"),
    ],
)
async def test_a_lists_question_is_checked(house: House, list_: str, query: str, pointer: str) -> None:
    answer = await house.client("samordnare").get(f"/{list_}?{query}")

    assert answer.status_code == 422, answer.text
    assert pointer in faults(answer)


def cursor(*place: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


NOW = "2026-10-05T07:30:00+00:00"
CURSORS = {
    "garbage": "garbage",
    "not base64": "!",
    "no list": base64.urlsafe_b64encode(b"7").decode(),
    "too short": cursor(NOW),
    "too long": cursor(NOW, "tk_0", 1, 1),
    "a text for a time": cursor("x", "tk_0"),
    "a time without offset": cursor("2026-10-05T07:30:00", "tk_0"),
    "a time before all": cursor("0001-01-01T00:00:00+14:00", "tk_0"),
    "a time after all": cursor("9999-12-31T23:59:59-14:00", "tk_0"),
    "a number for an id": cursor(NOW, 7),
    "NUL in an id": cursor(NOW, "tk_\0"),
    "half a surrogate pair": cursor(NOW, "\ud800"),
    "a list for an id": cursor(NOW, ["x"]),
    "nothing for an id": cursor(NOW, None),
}
TIMELINE_CURSORS = CURSORS | {
    "a huge number": cursor(NOW, "tk_0", 10**30),
    "true for a number": cursor(NOW, "tk_0", True),
    "nothing for a number": cursor(NOW, "tk_0", None),
    "another list's": cursor(NOW, "tk_0"),
}


@pytest.mark.parametrize("place", CURSORS.values(), ids=CURSORS)
@pytest.mark.parametrize("path", ["/tickets", "/incidents"])
async def test_a_cursor_that_no_list_gave_is_refused(house: House, path: str, place: str) -> None:
    answer = await house.client("samordnare").get(path, params={"cursor": place})

    assert answer.status_code == 422, answer.text
    assert faults(answer) == ["/query/cursor"]


@pytest.mark.parametrize("place", TIMELINE_CURSORS.values(), ids=TIMELINE_CURSORS)
async def test_a_timelines_cursor_that_it_did_not_give_is_refused(house: House, place: str) -> None:
    filed = await house.file("larare", **REPORT)
    browser = await house.visitor("larare")

    answer = await house.client("larare").get(f"/tickets/{filed['id']}/timeline", params={"cursor": place})
    page = await browser.get(f"/arenden/{filed['id']}?fore={place}")

    assert answer.status_code == 422, answer.text
    assert page.status_code == 422, page.text


async def test_a_list_of_tickets_does_not_go_on_where_one_of_incidents_ended(house: House) -> None:
    of_incidents = cursor(None, ids.new("incident"))
    assert (await house.client("samordnare").get("/incidents", params={"cursor": of_incidents})).status_code == 200
    assert (await house.client("samordnare").get("/tickets", params={"cursor": of_incidents})).status_code == 422


async def test_nobody_elses_case_can_be_written_to(house: House) -> None:
    filed = await house.file("hallsberg-larare", municipality="hallsberg", title="Nät", school="transtensskolan")
    before = await house.stored()
    for person in ("larare", "samordnare", "administrator"):
        client = house.client(person)
        for verb, body in (("entries", {"text": "x"}), ("confirm", None), ("reopen", {}), ("withdraw", None)):
            assert (await client.post(f"/tickets/{filed['id']}/{verb}", json=body)).status_code == 404
    assert await house.stored() == before


@pytest.mark.parametrize(
    ("verb", "body", "pointer"),
    [
        ("entries", {}, "/text"),
        ("entries", {"text": " "}, "/text"),
        ("entries", {"text": "x" * 20_001}, "/text"),
        ("entries", {"text": "a\0"}, "/text"),
        ("entries", {"text": "x", "audience": "internal"}, "/audience"),
        ("entries", {"text": "x", "author": "rektor"}, "/author"),
        ("reopen", {"text": 7}, "/text"),
    ],
)
async def test_a_wrong_word_on_a_ticket_is_refused(house: House, verb: str, body: dict[str, Any], pointer: str) -> None:
    filed = await house.file("larare", **REPORT)
    before = await house.stored()

    answer = await house.client("larare").post(f"/tickets/{filed['id']}/{verb}", json=body)

    assert answer.status_code == 422, answer.text
    assert pointer in faults(answer)
    assert await house.stored() == before


@pytest.mark.parametrize(
    ("verb", "body", "pointer"),
    [
        ("assign", {"party": "nobody"}, "/party"),
        ("assign", {"party": "team:x' OR 1=1"}, "/party"),
        ("assign", {"party": "team:samordnaren", "version": 1}, "/version"),
        ("hand-off", {"vendor": "vendor:network", "role": "boss"}, "/role"),
        ("hand-off", {"vendor": None}, "/vendor"),
        ("hand-off", {"vendor": "vendor:network", "note": "x" * 20_001}, "/note"),
        ("take-back", {"vendor": "VENDOR"}, "/vendor"),
        ("resolve", {"public_text": ""}, "/public_text"),
        ("proposals/pr_0/reject", {}, "/reason"),
        ("entries", {"text": "x", "audience": "everyone"}, "/audience"),
        ("entries", {"text": "x", "audience": "reporter"}, "/audience"),
        ("entries", {"text": "x", "audience": "party:team:X"}, "/audience"),
    ],
)
async def test_a_wrong_request_about_an_incident_is_refused(
    house: House, verb: str, body: dict[str, Any], pointer: str
) -> None:
    filed = await house.file("larare", **REPORT)
    incident = await house.incident(filed["id"], schools=["ekbacken"])
    before = await house.stored()

    answer = await house.client("samordnare").post(f"/incidents/{incident}/{verb}", json=body)

    assert answer.status_code == 422, answer.text
    assert pointer in faults(answer)
    assert await house.stored() == before


@pytest.mark.parametrize("seen", ["x", '"1.5"', '"-1"', "1, 2", "9" * 21])
async def test_an_if_match_that_is_no_version_is_refused(house: House, seen: str) -> None:
    filed = await house.file("larare", **REPORT)
    incident = await house.incident(filed["id"], schools=["ekbacken"])
    before = await house.stored()

    answer = await house.client("samordnare").post(f"/incidents/{incident}/close", headers={"if-match": seen})

    assert answer.status_code == 422, answer.text
    assert await house.stored() == before


@pytest.mark.parametrize(
    "name", ["directory", "people"], ids=["a directory that is no directory", "people who are no people"]
)
@pytest.mark.parametrize("content", ["", "\t", "- [", "a: &a [*a]", "!!python/object/apply:os.system [true]", "x: y"])
async def test_a_configuration_that_is_none_changes_nothing(house: House, name: str, content: str) -> None:
    from tests.support.ticketing_house import yaml_of

    before = await house.stored()

    answer = await house.client("administrator").put(
        "/directories/malarvik", json=yaml_of("malarvik") | {name: content}
    )

    assert answer.status_code == 422, answer.text
    assert all(pointer.startswith(f"/{name}") for pointer in faults(answer))
    assert await house.stored() == before


# The form: the sentence stands beside the field, and what was written is kept.

MISTAKES: list[tuple[str, dict[str, str], str, str]] = [
    ("nothing written", {"text": "  "}, "text-fel", "Skriv vad som inte fungerar"),
    ("too much written", {"text": "y" * 10_001}, "text-fel", "10000"),
    ("a personnummer", {"text": "19121212-1212 kommer inte in"}, "text-fel", "personnum"),
    ("bytes that are no text", {"text": "a\ufffdb"}, "text-fel", "tecken som inte går att spara"),
    ("NUL", {"text": "a\0b", "room": "B204"}, "text-fel", "tecken som inte går att spara"),
    ("no school", {"school": ""}, "school-fel", "skola"),
    ("another municipality's school", {"school": "transtensskolan"}, "school-fel", "skola"),
    ("a long room", {"room": "R" * 81}, "room-fel", "80"),
    ("a very long room", {"room": "R" * 5000}, "room-fel", "80"),
    ("no need", {"need": ""}, "need-fel", "bråttom"),
    ("a number as need", {"need": "1"}, "need-fel", "bråttom"),
    ("another municipality's need", {"need": "utan_plats"}, "need-fel", "bråttom"),
    ("nobody who is affected", {"impact": ""}, "impact-fel", "vem som drabbas"),
    ("an impact that is a need", {"impact": "lesson_now"}, "impact-fel", "vem som drabbas"),
    ("an unknown kind", {"kind": "wish"}, "kind-fel", "listan"),
    ("an unknown service", {"service": "teleportation"}, "service-fel", "listan"),
    ("a long device", {"asset": "A" * 81}, "asset-fel", "80"),
]


@pytest.mark.parametrize(
    ("fields", "place", "sentence"), [(f, p, s) for _, f, p, s in MISTAKES], ids=[name for name, *_ in MISTAKES]
)
async def test_a_mistake_in_the_form_is_told_beside_its_field_and_all_is_kept(
    house: House, fields: dict[str, str], place: str, sentence: str
) -> None:
    browser = await house.visitor("larare")
    before = await house.stored()

    again = await browser.post("/arenden/ny", FORM | fields)

    assert again.status_code == 422, again.text
    error = again.text.partition(f'id="{place}"')[2].partition("</p>")[0]
    assert sentence in error, error or f"no {place}"
    kept = {name: value.replace("\0", "\ufffd") for name, value in (FORM | fields).items()}
    assert kept["text"].strip() in again.text
    assert f'value="{kept["room"]}"' in again.text
    assert await house.stored() == before


async def test_a_form_older_than_the_sign_in_is_shown_again_with_all_that_was_written(house: House) -> None:
    browser = await house.visitor("larare")
    before = await house.stored()
    stale, fresh = "of the session before", browser.csrf
    browser.csrf = stale

    again = await browser.post("/arenden/ny", FORM)

    assert again.status_code == 403
    assert "Sidan hade legat öppen länge" in again.text
    assert FORM["text"] in again.text
    assert f'value="{FORM["room"]}"' in again.text
    assert await house.stored() == before
    (token,) = set(re.findall(r'name="csrf" value="([^"]+)"', again.text))
    assert token == fresh
    browser.csrf = token
    assert (await browser.post("/arenden/ny", FORM)).status_code == 303


async def test_a_stale_answer_and_note_are_shown_again_too(house: House) -> None:
    browser = await house.visitor("larare")
    path = (await browser.post("/arenden/ny", FORM)).headers["location"].removesuffix("/tack")
    before = await house.stored()
    browser.csrf = "stale"
    again = await browser.post(f"{path}/svar", {"text": "Nu luktar den bränt också"})
    assert again.status_code == 403
    assert "Nu luktar den bränt också" in again.text
    browser.csrf = "stale"  # the page that was shown again brought a fresh one
    works = await browser.post(f"{path}/fungerar", {})
    assert works.status_code == 403
    assert "Sidan har legat öppen för länge" in works.text
    assert await house.stored() == before


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("POST", "/planerat/nytt", b"text=" + b"x" * 1_100_000, 413, "Det blev för stort"),
        ("GET", "/arenden?q=%00", b"", 422, "Vi förstod inte det där"),
        ("GET", "/arenden?q=%FF", b"", 400, "Vi förstod inte det där"),
        ("GET", "/arenden/%00", b"", 404, "Sidan finns inte"),
    ],
)
async def test_a_browser_gets_a_page_for_what_no_page_saw(
    house: House, method: str, path: str, body: bytes, status: int, words: str
) -> None:
    browser = await house.visitor("larare")
    answer = await browser.send(method, path, body)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert words in answer.text
    assert answer.headers["x-request-id"] in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    asked = await browser.send(method, path, body, accept="application/json")
    assert asked.headers["content-type"] == "application/problem+json"


async def test_who_is_signed_in_keeps_their_place_on_a_page_that_says_what_failed(house: House) -> None:
    browser = await house.visitor("larare")
    came_from = {"referer": "http://127.0.0.1/arenden/ny?q=1"}
    large = await browser.send("POST", "/planerat/nytt", b"text=" + b"x" * 1_100_000, **came_from)
    assert large.status_code == 413
    assert 'data-person="larare"' in large.text  # the draft is theirs, and stays
    assert 'href="/arenden"' in large.text
    assert 'class="button primary" href="/arenden/ny?q=1"' in large.text


@pytest.mark.parametrize(
    "referer",
    ["", "https://elsewhere.example/arenden", "http://[", "http://127.0.0.1//elsewhere.example", "javascript:x"],
)
async def test_back_leads_to_a_page_of_ours_or_nowhere(house: House, referer: str) -> None:
    browser = await house.visitor("larare")
    page = await browser.send("GET", "/arenden/tk_unknown", referer=referer)
    assert page.status_code == 404
    assert "Gå tillbaka" not in page.text
    assert "elsewhere" not in page.text


async def test_what_is_not_there_is_named_by_its_kind(house: House) -> None:
    asked = {
        "/tickets/tk_unknown": "ticket",
        "/tickets/tk_unknown/timeline": "ticket",
        "/incidents/in_unknown": "incident",
        "/requests/rq_unknown": "request",
        "/schools/nowhere/status": "school",
        "/directories/atlantis": "directory",
    }
    for path, kind in asked.items():
        answer = await house.client("administrator").get(path)
        assert answer.status_code == 404
        assert answer.json()["detail"] == f"There is no such {kind}, or you may not see it."
    written = await house.client("larare").post("/tickets/nonsense/entries", json={"text": "x"})
    assert written.json()["detail"] == "There is no such ticket, or you may not see it."


async def test_an_empty_idempotency_key_is_none(house: House) -> None:
    before = await house.stored()
    answer = await house.client("larare").post("/tickets", json=REPORT, headers={"idempotency-key": ""})
    assert answer.status_code == 422
    assert faults(answer) == ["/header/idempotency-key"]
    assert await house.stored() == before


async def test_a_problem_without_a_type_of_its_own_has_its_status_as_title(house: House) -> None:
    """RFC 9457, 4.2.1."""
    client = house.client("larare")
    for answer in (
        await client.post("/tickets", json={"title": 7}),
        await client.get("/incidents/in_unknown"),
        await client.get("/tickets?colour=red"),
        await client.get("/tickets?cursor=x"),
    ):
        problem = answer.json()
        assert problem.get("type", "about:blank") == "about:blank"
        assert problem["title"] == HTTPStatus(answer.status_code).phrase
        assert problem["detail"]


FORMS: list[tuple[str, bytes, str, int]] = [
    ("NUL", b"text=a%00b&school=ekbacken&need=lesson_now&impact=class", "application/x-www-form-urlencoded", 422),
    (
        "broken UTF-8",
        b"text=%FF%FE&school=ekbacken&need=lesson_now&impact=class",
        "application/x-www-form-urlencoded",
        422,
    ),
    ("1 MB", b"text=" + b"x" * 1_000_000, "application/x-www-form-urlencoded", 413),
    ("5,000 fields", b"&".join(b"a%d=1" % n for n in range(5000)), "application/x-www-form-urlencoded", 400),
    ("JSON", json.dumps(FORM).encode(), "application/json", 415),
    ("no kind at all", b"text=x&school=ekbacken&need=lesson_now&impact=class", "", 415),
    (
        "parts",
        b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\r\n--b--\r\n',
        "multipart/form-data; boundary=b",
        403,
    ),
    ("parts without an end", b"--b\r\nContent-Dispo", "multipart/form-data; boundary=b", 403),
]


@pytest.mark.parametrize(("body", "kind", "status"), [f[1:] for f in FORMS], ids=[name for name, *_ in FORMS])
async def test_a_form_that_no_browser_sends_is_refused(house: House, body: bytes, kind: str, status: int) -> None:
    browser = await house.visitor("larare")
    before = await house.stored()
    if kind == "application/x-www-form-urlencoded":
        body += f"&csrf={browser.csrf}".encode()

    answer = await browser.send("POST", "/arenden/ny", body, content_type=kind)

    assert answer.status_code == status, answer.text
    assert "<h1>" in answer.text or status == 413  # told before the page's code sees anything of it
    assert await house.stored() == before


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("svar", {"text": " "}),
        ("svar", {"text": "z" * 10_001}),
        ("svar", {"text": "z\ufffd"}),
        ("fortfarande-fel", {"text": ""}),
    ],
)
async def test_a_mistake_in_an_answer_is_told_and_the_text_kept(
    house: House, path: str, fields: dict[str, str]
) -> None:
    filed = await house.file("larare", **REPORT)
    browser = await house.visitor("larare")
    before = await house.stored()

    again = await browser.post(f"/arenden/{filed['id']}/{path}", fields)

    assert again.status_code == 422, again.text
    assert fields["text"].strip() in again.text
    assert await house.stored() == before


@pytest.mark.parametrize(
    ("path", "fields", "kept"),
    [
        ("tilldela", {"party": "team:nobody"}, ""),
        ("lamna-over", {"vendor": "", "note": "Nyckeln finns i receptionen"}, "Nyckeln finns i receptionen"),
        ("lamna-over", {"vendor": "vendor:network", "note": "n" * 20_001}, "nnnn"),
        ("forhandsvisa", {"vendor": "team:nobody", "note": "Nyckeln finns i receptionen"}, "Nyckeln finns"),
        ("forhandsvisa", {"vendor": "vendor:network", "note": "n" * 20_001}, "nnnn"),
        ("los", {"public_text": " "}, ""),
        ("anteckning", {"text": " "}, ""),
        ("anteckning", {"text": "n" * 20_001}, "nnnn"),
        ("forslag/pr_0/avsla", {"reason": ""}, ""),
    ],
)
async def test_a_mistake_at_the_desk_is_told_and_the_text_kept(
    house: House, path: str, fields: dict[str, str], kept: str
) -> None:
    filed = await house.file("larare", **REPORT)
    incident = await house.incident(filed["id"], schools=["ekbacken"])
    browser = await house.visitor("samordnare")
    before = await house.stored()

    again = await browser.post(f"/storningar/{incident}/{path}", fields)

    assert again.status_code == 422, again.text
    assert kept in again.text
    assert await house.stored() == before


@pytest.mark.parametrize("query", ["cursor=garbage", "cursor=" + cursor(None, "x"), "q=" + "x" * 201, "q=%FF", "q=%00"])
@pytest.mark.parametrize("path", ["/arenden", "/ko"])
async def test_a_pages_question_is_checked(house: House, path: str, query: str) -> None:
    browser = await house.visitor("samordnare")
    answer = await browser.get(f"{path}?{query}")
    expected = 400 if "%FF" in query else 200 if path == "/ko" and query.startswith("cursor=W") else 422
    assert answer.status_code == expected, answer.text
