"""What a vendor sent and had refused is there for its engineer to see, and nobody fills a log that is not theirs."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from contracts.events import vendor_bridge as v
from eskalera.commands.vendor import control, vendor
from tests.integration.vendor_bridge.conftest import SECRET, Bridge, new_id, of_type
from tests.support.handoff_life import WIFI, Case
from vendor_bridge import refusals as rules
from vendor_bridge import tokens
from vendor_bridge.limits import TOO_MANY
from vendor_bridge.profiles import ByProfile
from vendor_bridge.refusals import Refusals, Sent
from vendor_bridge.standings import Standings
from vendor_bridge.store import refusals as store

NAME = "demo-vendor"


async def handed_over(bridge: Bridge) -> str:
    await bridge.take_in(*Case().handed_over(WIFI))
    return str(of_type(await bridge.stated(), v.HandoffOffered)[-1].handoff)


async def log(bridge: Bridge, connection: str = NAME, **query: Any) -> list[dict[str, Any]]:
    """As its engineer reads it."""
    async with httpx.AsyncClient(trust_env=False) as client:
        headers = {"authorization": f"Bearer {tokens.issue(SECRET, connection)}"}
        answer = await client.get(f"{bridge.url}/refused", headers=headers, params=query)
    assert answer.status_code == 200
    return list(answer.json()["items"])


def said(handoff: str, **data: Any) -> bytes:
    return json.dumps({"type": "entry_added", "data": {"handoff": handoff, "text": "Hej", **data}}).encode()


async def post(bridge: Bridge, body: bytes, *, webhook_id: str | None = None, **more: str) -> httpx.Response:
    signed = bridge.signed(NAME, body, webhook_id=webhook_id or new_id())
    return await bridge.post(NAME, body, signed | more)


async def test_what_is_refused_is_logged_with_its_reason_though_its_transaction_rolled_back(bridge: Bridge) -> None:
    handoff = await handed_over(bridge)
    body, name = said(handoff, ticket="tk_of-another"), new_id()
    answer = await post(bridge, body, webhook_id=name)
    assert answer.status_code == 422
    (line,) = await log(bridge)
    assert (line["way"], line["what"], line["message"], line["proven"]) == ("webhook", "entry_added", name, True)
    assert (line["status"], line["reason"]) == (422, "/data/ticket is no ticket of this hand-off")
    assert (line["bytes"], line["sha256"]) == (len(body), hashlib.sha256(body).hexdigest())
    assert await bridge.rows("SELECT 1 FROM inbound") == []


async def test_every_kind_of_refusal_of_a_signed_message_is_logged_as_it_was_answered(bridge: Bridge) -> None:
    handoff = await handed_over(bridge)
    answers = [
        await post(bridge, said("ho_none")),
        await post(bridge, b"no json"),
        await post(bridge, said(handoff, unknown=1)),
        await post(bridge, said(handoff), **{"content-type": "text/plain"}),
        await post(bridge, said(handoff), webhook_id="x" * 201),
    ]
    lines = (await log(bridge))[::-1]
    assert [line["status"] for line in lines] == [answer.status_code for answer in answers] == [404, 422, 422, 415, 422]
    assert all(line["proven"] for line in lines)
    assert lines[2]["reason"] == "/data/unknown unknown field"
    assert "Hej" not in json.dumps(lines)
    (row,) = await bridge.rows("SELECT count(*) AS n FROM refusal WHERE municipality <> 'malarvik'")
    assert row.n == 0


async def test_what_is_no_utf8_and_rightly_signed_is_known_to_be_the_vendors(bridge: Bridge) -> None:
    body, at = b'{"type": "entry_added", "data": {"text": "N\xe4tet"}}', str(int(datetime.now(UTC).timestamp()))
    key = base64.b64decode(bridge.secrets[NAME].removeprefix("whsec_"))
    for secret, said_at in ((key, at), (b"x" * 32, at), (key, str(int(at) - 400))):
        told = hmac.digest(secret, f"vm_1.{said_at}.".encode() + body, "sha256")
        headers = {"webhook-id": "vm_1", "webhook-timestamp": said_at}
        signature = f"v1,{base64.b64encode(told).decode()}"
        answer = await bridge.post(NAME, body, headers | {"webhook-signature": signature})
        assert answer.status_code == 422
    lines = (await log(bridge))[::-1]
    assert [line["proven"] for line in lines] == [True, False, False]
    assert await bridge.rows("SELECT 1 FROM inbound") == []


async def test_a_wrong_secret_is_seen_with_what_is_wrong_and_the_sender_learns_nothing(bridge: Bridge) -> None:
    body = said(await handed_over(bridge))
    right = bridge.signed(NAME, body, webhook_id="msg_x")
    foreign = bridge.signed("demo-vendor-platform", body, webhook_id="msg_x")
    old = bridge.signed(NAME, body, webhook_id="msg_x", at=datetime.now(UTC) - timedelta(minutes=6))
    answers = [
        await bridge.post(NAME, body, foreign),
        await bridge.post(NAME, body, old),
        await bridge.post(NAME, body, {key: right[key] for key in right if key != "webhook-signature"}),
        await bridge.post(NAME, body, right | {"webhook-timestamp": "soon"}),
        await bridge.post(NAME, body, right | {"webhook-signature": "v2,AAAA"}),
        await bridge.post("no-such-connection", body, right),
    ]
    assert [answer.status_code for answer in answers] == [401] * 6
    assert len({answer.text for answer in answers}) == 1
    lines = (await log(bridge))[::-1]
    assert [line["proven"] for line in lines] == [False] * 5
    reasons = [line["reason"] for line in lines]
    assert reasons[0].startswith("no valid secret of the connection made this webhook-signature")
    assert reasons[1].startswith("the key is right, but webhook-timestamp is ")
    assert "seconds behind our clock; five minutes are allowed" in reasons[1]
    assert reasons[2:] == [
        "there is no webhook-signature",
        "webhook-timestamp is no number of seconds since 1970",
        "webhook-signature has none that begins with v1,",
    ]
    assert await log(bridge, "demo-vendor-platform") == []


async def test_a_flood_of_strangers_fills_no_log_and_leaves_room_for_the_vendors_own(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "UNPROVEN", (1 / 60, 3))
    bridge.vendors.refusals = Refusals(bridge.vendors.refusals._engine)
    body = said(await handed_over(bridge))
    foreign = bridge.signed("demo-vendor-platform", body, webhook_id="msg_x")
    for _ in range(20):
        assert (await bridge.post(NAME, body, foreign)).status_code == 401
    assert (await post(bridge, said("ho_none"))).status_code == 404
    assert [line["proven"] for line in await log(bridge)] == [True, False, False, False]


async def test_a_flood_of_the_vendors_own_leaves_a_line_of_what_was_too_many_and_how_many(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "PROVEN", (0.001, 2))
    refusals = Refusals(bridge.engine)
    sent = Sent("webhook", "entry_added")
    for status, times in ((404, 5), (429, 4)):
        for _ in range(times):
            await refusals.note(NAME, {"malarvik"}, sent, status, TOO_MANY if status == 429 else "x", proven=True)
    assert [line["status"] for line in await log(bridge)] == [429, 404, 404]
    minute_later = time.monotonic() + 61
    refusals._floods._clock = lambda: minute_later
    await refusals.note(NAME, {"malarvik"}, sent, 429, TOO_MANY, proven=True)
    assert [line["reason"] for line in await log(bridge)][:2] == [TOO_MANY + rules.more(3), TOO_MANY]


async def test_the_log_is_kept_for_30_days_and_within_bounds(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_PROVEN", 3)
    monkeypatch.setattr(store, "MOST_UNPROVEN", 2)
    for proven in (True, False):
        for number in range(5):
            await bridge.vendors.refusals.note(
                NAME, {"malarvik"}, Sent("webhook", f"{number}"), 404, "x", proven=proven
            )
    await bridge.vendors.refusals.note("demo-vendor-print", {"malarvik"}, Sent("tmf", "GET /x"), 404, "x", proven=True)
    await bridge.rows("UPDATE refusal SET at = now() - interval '31 days' WHERE what = '4'")
    async with bridge.engine.begin() as conn:
        await store.prune(conn, datetime.now(UTC))
    kept = await bridge.rows("SELECT connection, what, proven FROM refusal ORDER BY id")
    assert [tuple(row) for row in kept] == [
        (NAME, "2", True),
        (NAME, "3", True),
        (NAME, "3", False),
        ("demo-vendor-print", "GET /x", True),
    ]


async def test_the_municipality_is_told_of_the_last_with_how_many_there_were(bridge: Bridge) -> None:
    assert (await post(bridge, said("ho_none"))).status_code == 404
    assert (await post(bridge, b"no json")).status_code == 422
    typo = Sent("portal", "POST /portal/arenden/ho_1/lost")
    await bridge.vendors.refusals.note(NAME, {"malarvik"}, typo, 422, "text: is missing", proven=True)
    standings = Standings(bridge.engine, bridge.directories, ByProfile(bridge.profiles))
    await standings.look()
    (told,) = [one for one in of_type(await bridge.stated(), v.ConnectionChanged) if one.connection == NAME]
    assert told.refused is not None
    assert (told.refused.status, told.refused.lately, told.refused.proven) == (422, 2, True)
    assert told.refused.reason != "text: is missing", "what a person at the portal could not do is theirs to see"
    await standings.look()
    assert len([one for one in of_type(await bridge.stated(), v.ConnectionChanged) if one.connection == NAME]) == 1


async def test_the_operator_reads_it_at_the_database(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    body = said(await handed_over(bridge))
    await bridge.post(NAME, body, bridge.signed("demo-vendor-platform", body, webhook_id="vm_7"))
    loop = asyncio.get_running_loop()

    def run(_bridge: control.Bridge, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work(bridge.engine), loop).result(30)

    monkeypatch.setattr(control.Bridge, "of", lambda _port: control.Bridge("", None, "", {}))
    monkeypatch.setattr(control.Bridge, "run", run)
    shown = await asyncio.to_thread(CliRunner().invoke, vendor, ["log", NAME, "--refused"])
    assert "webhook entry_added vm_7 (not proven to be the vendor)" in shown.output
    assert "401 no valid secret" in shown.output
    (line,) = json.loads(
        (await asyncio.to_thread(CliRunner().invoke, vendor, ["log", NAME, "--refused", "--json"])).output
    )
    assert line["message"] == "vm_7"


async def test_the_log_has_pages_and_opens_for_its_token_alone(bridge: Bridge) -> None:
    for _ in range(3):
        assert (await post(bridge, said("ho_none"))).status_code == 404
    async with httpx.AsyncClient(trust_env=False) as client:
        headers = {"authorization": f"Bearer {tokens.issue(SECRET, NAME)}"}
        page = (await client.get(f"{bridge.url}/refused?limit=2", headers=headers)).json()
        assert len(page["items"]) == 2
        rest = (await client.get(page["next"], headers=headers)).json()
        assert (len(rest["items"]), rest["next"]) == (1, None)
        assert (await client.get(f"{bridge.url}/refused")).status_code == 401


async def test_a_name_that_stands_twice_is_refused_and_named(bridge: Bridge) -> None:
    handoff = await handed_over(bridge)
    for body, place in (
        (said(handoff).replace(b'"text": "Hej"', b'"text": "Hej", "text": "Haj"'), "/data/text"),
        (said(handoff).replace(b"{", b'{"type": "returned", ', 1), "/type"),
    ):
        answer = await post(bridge, body)
        assert answer.status_code == 422
        assert answer.json()["errors"] == [{"pointer": place, "detail": "stands there twice"}]
    assert await bridge.rows("SELECT 1 FROM inbound") == []


async def test_an_id_that_was_another_messages_is_refused_and_the_same_message_again_is_not(bridge: Bridge) -> None:
    handoff, name = await handed_over(bridge), new_id()
    assert (await post(bridge, said(handoff), webhook_id=name)).status_code == 202
    other = await post(bridge, said(handoff, private=True), webhook_id=name)
    assert other.status_code == 409
    assert other.headers["content-type"] == "application/problem+json"
    assert "give each message an id of its own" in other.json()["detail"]
    again = await post(bridge, said(handoff), webhook_id=name)
    assert (again.status_code, again.json()) == (202, {"status": "repeated"})
    (line,) = await log(bridge)
    assert (line["status"], line["message"]) == (409, name)
    assert len(of_type(await bridge.stated(), v.VendorEntryAdded)) == 1


async def test_what_is_reported_under_an_id_of_another_message_is_refused_too(bridge: Bridge) -> None:
    name, said_ = new_id(), {"external_id": "NL-1", "title": "Fiberbrott", "description": "Vi gräver."}
    first = await bridge.say(NAME, "ticket_reported", webhook_id=name, **said_)
    assert first.status_code == 202
    again = await bridge.say(NAME, "ticket_reported", webhook_id=name, **said_)
    assert again.json()["status"] == "repeated"
    other = await bridge.say(NAME, "ticket_reported", webhook_id=name, **said_ | {"external_id": "NL-2"})
    assert other.status_code == 409


async def test_a_repeat_of_what_an_erasure_deleted_is_still_a_repeat(bridge: Bridge) -> None:
    handoff, name = await handed_over(bridge), new_id()
    await post(bridge, said(handoff), webhook_id=name)
    await bridge.rows("UPDATE inbound SET body = ''")
    assert (await post(bridge, said(handoff), webhook_id=name)).json() == {"status": "repeated"}


async def test_a_webhook_id_that_is_too_long_is_named_to_who_signed_it_alone(bridge: Bridge) -> None:
    body = said(await handed_over(bridge))
    answer = await post(bridge, body, webhook_id="x" * 201)
    assert answer.status_code == 422
    assert "webhook-id" in answer.json()["detail"]
    foreign = bridge.signed("demo-vendor-platform", body, webhook_id="x" * 201)
    assert (await bridge.post(NAME, body, foreign)).status_code == 401
    assert (await post(bridge, body, webhook_id="x" * 200)).status_code == 202


async def test_a_body_that_is_too_large_to_be_read_is_seen_too(bridge: Bridge) -> None:
    body = said(await handed_over(bridge), text="x" * 600_000)
    assert (await post(bridge, body)).status_code == 413
    (line,) = await log(bridge)
    assert (line["status"], line["reason"], line["proven"]) == (413, "The body is larger than 512 kB.", False)


@pytest.mark.parametrize("own_settings", [{"body_seconds": 0.3}])
async def test_a_body_that_stops_coming_is_answered_and_seen_too(bridge: Bridge) -> None:
    await handed_over(bridge)
    address = httpx.URL(bridge.url)
    reader, writer = await asyncio.open_connection(address.host, address.port)
    head = f"POST /webhooks/{NAME} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    writer.write(f"{head}webhook-id: msg_slow\r\nContent-Length: 400000\r\n\r\n{{".encode())
    async with asyncio.timeout(10):
        answer = await reader.read()  # to the end: it is closed
    writer.close()
    assert answer.startswith(b"HTTP/1.1 408 ")
    (line,) = await log(bridge)
    assert (line["message"], line["status"], line["proven"]) == ("msg_slow", 408, False)
    assert line["reason"] == json.loads(answer.partition(b"\r\n\r\n")[2])["detail"]
