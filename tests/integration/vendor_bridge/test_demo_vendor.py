"""The demo vendor on its own: whom it believes, what it keeps, and that nothing it says is lost."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from standardwebhooks import Webhook

from contracts.events import vendor_bridge as v
from eskalera.demo_vendor.app import create_app
from eskalera.demo_vendor.casebook import Casebook
from eskalera.demo_vendor.connections import Connection, read
from eskalera.ports import free_port
from tests.integration.vendor_bridge.conftest import Bridge, DemoVendor, eventually, new_secret, of_type, served
from tests.support.handoff_life import Case


async def handed_over(bridge: Bridge, vendor: DemoVendor, case: Case) -> str:
    bridge.start_sending()
    await bridge.take_in(*case.handed_over())

    async def acknowledged() -> list[Any]:
        return of_type(await bridge.stated(), v.HandoffAcknowledged)

    return str((await eventually(acknowledged))[0].handoff)


async def fetched(url: str) -> str:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(url)
    assert answer.status_code == 200
    return answer.text


async def test_its_pages_show_the_whole_history_in_both_languages_and_escape_it(
    bridge: Bridge, demo_vendor: DemoVendor
) -> None:
    case = Case()
    handoff = await handed_over(bridge, demo_vendor, case)
    await bridge.take_in(case.entry("<script>alert(1)</script>", "reporter", case=case.tickets[0]))
    await bridge.take_in(case.entry("zq7internt", "internal", kind="note", party="team:samordnaren"))
    await bridge.take_in(case.entry("Sist.", "reporter", case=case.tickets[0]))

    async def complete() -> bool:
        held = demo_vendor.casebook.case(handoff)
        return held is not None and len(held["entries"]) == 5

    await eventually(complete)
    page = await fetched(f"{demo_vendor.url}/cases/{handoff}")
    assert "Trådlöst nät – Ekbackens skola" in page
    assert "Ingen elev kommer ut på nätet." in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>" not in page
    assert "zq7" not in page
    assert "Intern post som kommunen inte delar" in page
    assert "✓ Historiken är hel" in page
    english = await fetched(f"{demo_vendor.url}/cases/{handoff}?lang=en")
    assert "✓ The history is whole" in english
    assert re.search(r'<html lang="en">', english)
    row = (await fetched(demo_vendor.url)).partition('<ul class="cases">')[2].partition("</li>")[0]
    (listed,) = demo_vendor.casebook.cases()
    assert listed["number"] in row
    assert listed["number"].startswith("MAL-2026-")
    assert listed["title"]["sv"] in row
    assert "Trådlöst nät – Ekbackens skola" in row, "and what it is about"


async def test_a_message_with_a_wrong_signature_leaves_nothing(demo_vendor: DemoVendor, bridge: Bridge) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        for name in ("demo-vendor", "no-such-connection"):
            answer = await client.post(
                f"{demo_vendor.url}/webhooks/{name}",
                content=b"{}",
                headers=bridge.signed("demo-vendor-platform", b"{}", webhook_id="m"),
            )
            assert answer.status_code == 401
    assert demo_vendor.casebook.deliveries() == []


async def test_a_tampered_entry_is_found_out_and_not_acknowledged(
    bridge: Bridge, demo_vendor: DemoVendor, tmp_path: Path
) -> None:
    case = Case()
    await handed_over(bridge, demo_vendor, case)
    body = demo_vendor.casebook.deliveries()[0]["body"]
    chain = body["data"]["bundle"]["chains"][0]
    chain["entries"][0]["disclosures"]["text"]["value"]["sv"] = "Något annat."
    raw = json.dumps(body | {"id": "msg_forged"})
    secret, port = new_secret(), free_port()
    casebook = Casebook(tmp_path / "other.sqlite")
    app = create_app(casebook, {"demo-vendor": Connection("demo-vendor", secret)}, bridge.url)
    now = datetime.now(UTC)
    headers = {
        "webhook-id": "msg_forged",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_forged", now, raw),
    }
    async with served(app, port) as url, httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{url}/webhooks/demo-vendor", content=raw.encode(), headers=headers)
        assert answer.status_code == 202
        (held,) = casebook.cases()
        assert held["problems"] == [f"{chain['case']} 1: the text shown is not the one recorded"]
        assert held["acknowledged"] is None
        assert casebook.due() == []
        assert "✗ Historiken stämmer inte" in await fetched(f"{url}/cases/{held['handoff']}")


async def test_a_vendor_whose_copy_was_lost_heals_by_fetching_the_whole_story(
    bridge: Bridge, demo_vendor: DemoVendor
) -> None:
    case = Case()
    handoff = await handed_over(bridge, demo_vendor, case)
    with demo_vendor.casebook._open() as db:
        db.execute("DELETE FROM entry")
        db.execute("UPDATE vendor_case SET heads = '{}'")
    await bridge.take_in(case.entry("Nytt.", "reporter", case=case.tickets[0]))

    async def healed() -> bool:
        held = demo_vendor.casebook.case(handoff)
        return held is not None and len(held["entries"]) == 3

    await eventually(healed)
    held = demo_vendor.casebook.case(handoff)
    assert held is not None
    assert held["problems"] == []
    assert held["heads"] == {id_: head.model_dump() for id_, head in case.heads.items()}


async def test_what_is_said_while_the_bridge_is_down_goes_out_in_order_later(tmp_path: Path) -> None:
    """Against a bridge that is not there, then is: here a stub, so that the order can be seen."""
    from fastapi import FastAPI, Request

    came: list[dict[str, Any]] = []
    stub = FastAPI()

    @stub.post("/webhooks/{name}", status_code=202)
    async def take(name: str, request: Request) -> dict[str, str]:
        came.append({"name": name, **json.loads(await request.body())})
        return {"status": "stored"}

    port = free_port()
    casebook = Casebook(tmp_path / "vendor.sqlite")
    with casebook._open() as db:
        db.execute(
            "INSERT INTO vendor_case (handoff, connection, municipality, role, subject, state, reference, offered_at,"
            " changed_at) VALUES ('ho_1', 'demo-vendor', 'malarvik', 'lead', '{}', 'offered', 'V-1', '', '')"
        )
    app = create_app(casebook, {"demo-vendor": Connection("demo-vendor", new_secret())}, f"http://127.0.0.1:{port}")
    async with served(app, free_port()):
        for text in ("ett", "två", "tre"):
            casebook.say("ho_1", "entry_added", text=text)

        async def tried() -> bool:
            return casebook.due() == []  # put off: the bridge does not answer

        await eventually(tried)
        async with served(stub, port):

            async def all_there() -> bool:
                return len(came) == 3

            await eventually(all_there)
    assert [message["data"]["text"] for message in came] == ["ett", "två", "tre"]


async def test_acknowledging_by_hand_waits_for_the_click(bridge: Bridge, demo_vendor: DemoVendor) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        await client.post(f"{demo_vendor.url}/settings/acknowledge/click")
    bridge.start_sending()
    await bridge.take_in(*Case().handed_over())

    async def delivered() -> list[Any]:
        return of_type(await bridge.stated(), v.HandoffDelivered)

    handoff = (await eventually(delivered))[0].handoff
    assert "handoff.acknowledged" not in await bridge.stated_types()
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{demo_vendor.url}/cases/{handoff}/acknowledge", data={})
        assert answer.status_code == 303

    async def acknowledged() -> list[Any]:
        return of_type(await bridge.stated(), v.HandoffAcknowledged)

    assert (await eventually(acknowledged))[0].handoff == handoff


def test_the_connections_file_names_secrets_and_tokens(tmp_path: Path) -> None:
    file = tmp_path / "connections.json"
    file.write_text('{"a": {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "token": "t"}, "b": {"secret": "x"}}')
    assert read(file) == {
        "a": Connection("a", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "t"),
        "b": Connection("b", "x", None),
    }
