"""The programs for a vendor's engineer, against the real bridge and a real vendor."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response

from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from eskalera.vendor_tools import conformance
from eskalera.vendor_tools.sandbox import Sandbox
from tests.integration.vendor_bridge.conftest import Bridge, DemoVendor, eventually, new_secret, of_type, served
from tests.integration.vendor_bridge.test_control import asked
from tests.support import vendor_samples
from tests.support.handoff_life import Case
from vendor_bridge import signing

CLIENT = Path(__file__).resolve().parents[3] / "docs" / "vendors" / "client.py"
NAME = "demo-vendor"


async def check(url: str, secret: str) -> list[conformance.Finding]:
    return await asyncio.to_thread(lambda: list(conformance.check(url, secret, NAME)))


async def test_the_demo_vendor_passes_the_checks(bridge: Bridge, demo_vendor: DemoVendor) -> None:
    findings = await check(f"{demo_vendor.url}/webhooks/{NAME}", bridge.secrets[NAME])
    assert [finding for finding in findings if finding.must and not finding.holds] == []
    assert len(findings) > 10
    (handoff,) = demo_vendor.handoffs()
    case = demo_vendor.casebook.case(handoff)
    assert case is not None
    assert case["sent"] == []  # the bridge knows no such case, and would refuse what is said of it


@pytest.mark.parametrize(
    ("status", "held"),
    [
        (200, {"takes", "answers"}),
        (299, {"takes", "answers"}),
        (307, set()),
        (400, {"refuses"}),
        (499, {"refuses"}),
        (500, set()),
    ],
)
async def test_an_endpoint_that_takes_or_refuses_everything_fails(
    vendor_port: int, status: int, held: set[str]
) -> None:
    """One that sends on elsewhere, or falls over, does neither."""
    app = FastAPI()

    @app.post("/{path:path}")
    async def same(path: str) -> Response:
        return Response(status_code=200 if path == "elsewhere" else status, headers={"location": "/elsewhere"})

    async with served(app, vendor_port) as url:
        findings = await check(url, new_secret())
    assert {finding.what.split()[0] for finding in findings if finding.holds} == held


CHECKS = (
    ("refuses another key's signature", "no valid secret"),
    ("refuses a body that was changed", "no valid secret"),
    ("refuses a message ten minutes old", "seconds behind our clock"),
    ("refuses a message from the future", "seconds ahead of our clock"),
    ("refuses a message without webhook-id", "there is no webhook-id"),
    ("refuses a message without webhook-timestamp", "there is no webhook-timestamp"),
    ("refuses a message without webhook-signature", "there is no webhook-signature"),
    ("refuses a hand-off without its story, though rightly signed", "offered without a story"),
    ("takes a test, which belongs to no case", "test"),
    ("takes a hand-off that is rightly signed", "offered"),
    ("takes the same message again, under the same webhook-id", "offered"),
    ("takes one signed with two keys, while a key is changed", "updated signed with another key first"),
    ("answers 2xx to a kind that it does not know yet", "offered"),
    ("takes the end of the hand-off", "taken_back"),
    ("takes that words of it were erased (redacted), long after the case left it", "redacted"),
    ("takes the same erasure again", "redacted"),
)
"""What each is called, and what comes with it: of what is to be refused the reason, of what is to be taken the kind."""


BETTER = {
    "refuses a hand-off without its story, though rightly signed",
    "answers 2xx to a kind that it does not know yet",
}
"""What an endpoint may go without."""


def heard(secret: str, headers: dict[str, str], body: bytes) -> tuple[str, str]:
    """(webhook-id of what is rightly signed, which kind it is or why it is not taken)."""
    try:
        name = signing.verify([secret], headers, body)
    except signing.BadSignature:
        return "", signing.fault([secret], headers, body, datetime.now(UTC))
    data = json.loads(body)["data"]
    signatures, kind = headers["webhook-signature"].split(" "), str(data["message"])
    if kind != "test" and data["bundle"] is None:
        return "", f"{kind} without a story"
    if len(signatures) > 1 and not heard(secret, headers | {"webhook-signature": signatures[0]}, body)[0]:
        kind += " signed with another key first"
    return name, kind


async def test_each_check_sends_what_it_says_and_an_endpoint_that_fails_it_fails_it_alone(vendor_port: int) -> None:
    """An endpoint that does one thing wrong, and each time another."""
    secret = new_secret()
    app = FastAPI()
    came: list[tuple[str, str]] = []

    @app.post("/{path:path}")
    async def wrong_once(path: str, request: Request) -> Response:
        came.append(heard(secret, dict(request.headers), await request.body()))
        is_right = bool(came[-1][0])
        return Response(status_code=200 if is_right == (len(came) != wrong + 1) else 401)

    async with served(app, vendor_port) as url:
        for wrong in range(len(CHECKS)):
            what, _ = CHECKS[wrong]
            came.clear()
            findings = await check(url, secret)
            assert [finding.what for finding in findings] == [each for each, _ in CHECKS]
            failed = [finding for finding in findings if not finding.holds]
            assert [(one.what, one.seen[:3], one.must) for one in failed] == [
                (what, "200" if what.startswith("refuses") else "401", what not in BETTER)
            ]
    for (_, meant), (_, said) in zip(CHECKS, came, strict=True):
        assert meant in said
    _trial, first, again, _, unknown, *_, erased, erased_again = [name for name, _ in came if name]
    assert first == again != unknown, "of a kind that nobody knows, and a message of its own"
    assert erased == erased_again


async def test_an_endpoint_that_is_not_there_fails_and_says_so(vendor_port: int) -> None:
    findings = await check(f"http://127.0.0.1:{vendor_port}/", new_secret())
    assert not any(finding.holds for finding in findings)
    assert all("no answer" in finding.seen for finding in findings)


async def test_the_sandbox_says_what_came_and_passes_its_own_checks(vendor_port: int) -> None:
    said: list[str] = []
    secret = new_secret()
    async with served(Sandbox(secret, said.append).app(), vendor_port) as url:
        findings = await check(url, secret)
    assert [finding for finding in findings if finding.must and not finding.holds] == []
    text = "\n".join(said)
    for words in (
        "✓ offered",
        "✓ test of demo-vendor: it belongs to no case",
        "Provärende: nätet i B204 är borta.",
        "whole:",
        "again: nothing to do",
        "erased: delete what you have of tk_",
        "✗ refused with 401",
    ):
        assert words in text
    assert "NOT whole" not in text


def test_the_sandbox_says_what_a_signed_message_lacks() -> None:
    said: list[str] = []
    secret, body = new_secret(), b'{"id": "msg_1", "type": "se.eskalera.handoff.offered.v1", "data": {}}'
    sandbox = Sandbox(secret, said.append)
    status, why = sandbox.take(signing.sign([secret], "msg_1", datetime.now(UTC), body), body)
    assert (status, said) == (422, [f"✗ refused with 422: {why}"])
    assert why.startswith("rightly signed, but no message: /time is required; /subject is required; /data/message is")


@pytest.mark.parametrize("kind", ["offered", "updated"])
def test_the_sandbox_refuses_a_message_without_its_story(kind: str) -> None:
    said: list[str] = []
    secret, content = new_secret(), vendor_samples.outgoing()[kind]
    bare = content.model_copy(update={"data": content.data.model_copy(update={"bundle": None})})
    sandbox, body = Sandbox(secret, said.append), bare.model_dump_json().encode()
    headers = signing.sign([secret], bare.id, datetime.now(UTC), body)
    for _ in range(2):
        status, why = sandbox.take(headers, body)
        assert (status, why) == (422, "rightly signed, but /data has neither a bundle nor a bundle_link")
    assert said == [f"✗ refused with 422: {why}"] * 2
    whole = content.model_dump_json().encode()
    assert sandbox.take(signing.sign([secret], content.id, datetime.now(UTC), whole), whole)[0] == 200


async def test_a_test_of_the_way_is_taken_by_the_sandbox(bridge: Bridge, vendor_port: int) -> None:
    said: list[str] = []
    async with served(Sandbox(bridge.secrets[NAME], said.append).app(), vendor_port):
        answer = await asked(bridge, t.ConnectionTestRequested)
    assert (answer.outcome.well, answer.outcome.status) == (True, 200)
    assert "it belongs to no case" in said[0]


async def test_who_refuses_without_a_word_is_quoted_with_none_and_the_sandbox_says_why(
    bridge: Bridge, vendor_port: int
) -> None:
    silent = FastAPI()

    @silent.post("/{path:path}")
    async def refuse(path: str) -> Response:
        return Response(status_code=422)

    async with served(silent, vendor_port):
        answer = await asked(bridge, t.ConnectionTestRequested)
    assert answer.outcome.detail == "answered 422"
    async with served(Sandbox(new_secret(), lambda _line: None).app(), vendor_port):
        answer = await asked(bridge, t.ConnectionTestRequested)
    assert answer.outcome.detail == "answered 401: not signed with this secret, or not now"


async def test_the_sandbox_takes_the_bridges_own_messages(bridge: Bridge, vendor_port: int) -> None:
    said: list[str] = []
    case = Case()
    async with served(Sandbox(bridge.secrets[NAME], said.append).app(), vendor_port):
        bridge.start_sending()
        await bridge.take_in(*case.handed_over(note="Ring vaktmästaren."))
        await until(lambda: any("Ring vaktmästaren." in line for line in said))
    assert not any(line.startswith("✗") for line in said)


async def until(check: Any) -> None:
    async def look() -> bool:
        return bool(check())

    await eventually(look)


@asynccontextmanager
async def client(bridge: Bridge, port: int, folder: Path) -> AsyncIterator[list[str]]:
    """The reference client as a program of its own; its arguments to say something with."""
    arguments = [
        sys.executable,
        str(CLIENT),
        "--secret",
        bridge.secrets[NAME],
        "--bridge",
        f"{bridge.url}/webhooks/{NAME}",
    ]
    environment = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"}
    running = await asyncio.create_subprocess_exec(
        *arguments, "--port", str(port), cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert running.stdout is not None
    await running.stdout.readline()
    try:
        yield arguments
    finally:
        running.terminate()
        await running.wait()


async def test_the_reference_client_takes_a_case_on_and_writes_to_it(
    bridge: Bridge, vendor_port: int, tmp_path: Path
) -> None:
    case = Case()
    async with client(bridge, vendor_port, tmp_path) as arguments:
        bridge.start_sending()
        await bridge.take_in(*case.handed_over())

        async def acknowledged() -> list[Any]:
            return of_type(await bridge.stated(), v.HandoffAcknowledged)

        (taken,) = await eventually(acknowledged)
        assert taken.heads == case.heads
        saying = await asyncio.create_subprocess_exec(
            *arguments, "say", "entry_added", taken.handoff, "En tekniker är på väg.", cwd=tmp_path
        )
        assert await saying.wait() == 0
        (added,) = of_type(await bridge.stated(), v.VendorEntryAdded)
        assert added.text["sv"] == "En tekniker är på väg."
        for text, *fields in (
            ("Byter routern.", "status=in_progress", "expected_at=2026-12-24T15:00:00+01:00"),
            ("", "status=pending"),
        ):
            saying = await asyncio.create_subprocess_exec(
                *arguments, "say", "status_changed", taken.handoff, text, *fields, cwd=tmp_path
            )
            assert await saying.wait() == 0
        moved = of_type(await bridge.stated(), v.VendorStatusChanged)
        assert [(each.status, (each.text or {}).get("sv")) for each in moved] == [
            ("in_progress", "Byter routern."),
            ("pending", None),
        ]
        await bridge.take_in(case.entry("Nu också i aulan.", "reporter", case=case.tickets[0]))

        async def kept() -> bool:
            return "Nu också i aulan." in (tmp_path / "vendor.json").read_text(encoding="utf-8")

        await eventually(kept)
        findings = await check(f"http://127.0.0.1:{vendor_port}/", bridge.secrets[NAME])
        assert [finding for finding in findings if not finding.holds] == []
        assert await bridge.vendors.refusals.page("malarvik", NAME) == []
    state = json.loads((tmp_path / "vendor.json").read_text(encoding="utf-8"))
    assert state["heads"][taken.handoff] == {id_: head.model_dump() for id_, head in case.heads.items()}
