"""schemathesis sends vendors' webhooks as the contract allows and as it does not, rightly signed and not: no fault of
ours, nothing but what is documented comes back, and what is refused leaves nothing.
"""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter
from schemathesis.core import NOT_SET
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from contracts.events import vendor_bridge as v
from contracts.webhooks import Incoming
from tests.integration.vendor_bridge.conftest import Bridge, DemoVendor, eventually, new_id, of_type
from tests.support.handoff_life import Case

NAME = "demo-vendor"
EXAMPLES = 30
ANSWER = {
    "type": "object",
    "required": ["status"],
    "additionalProperties": False,
    "properties": {
        "status": {"enum": ["stored", "repeated"]},
        **{name: {"type": "string"} for name in ("question", "proposal", "ticket", "work")},
    },
}
PROBLEM = {
    "type": "object",
    "required": ["title", "status"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}


def document() -> dict[str, Any]:
    """The webhook endpoint in OpenAPI, its body by the contract."""
    body = TypeAdapter(Incoming).json_schema(ref_template="#/components/schemas/{model}")
    schemas = body.pop("$defs")
    sent = {"required": True, "content": {"application/json": {"schema": body}}}
    paths = {f"/webhooks/{NAME}": {"post": {"requestBody": sent, "responses": {"202": {"description": "stored"}}}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "webhooks", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


async def test_no_webhook_makes_a_fault_and_every_answer_is_as_documented(
    bridge: Bridge, demo_vendor: DemoVendor
) -> None:
    case = Case()
    await bridge.take_in(*case.handed_over())
    bridge.start_sending()

    async def acknowledged() -> list[Any]:
        return of_type(await bridge.stated(), v.HandoffAcknowledged)

    ((handed),) = await eventually(acknowledged)
    real = {"handoff": handed.handoff, "ticket": case.tickets[0]}
    seen = await asyncio.to_thread(drive, bridge, real)
    assert {202, 401, 422} <= seen
    assert seen <= {202, 401, 404, 415, 422, 429}
    rows = await bridge.rows("SELECT count(*) AS kept, sum(effects) AS effects FROM inbound")
    made = [event for event in await bridge.stated() if isinstance(event, v.VendorEvent | v.HandoffReturned)]
    assert rows[0].kept >= 1
    assert len(made) <= rows[0].effects


def drive(bridge: Bridge, real: dict[str, str]) -> set[int]:
    """The statuses that came. `real`: names of what is there, put where the contract has one: always first, so that
    something is taken whatever is drawn, then half of the time.
    """
    seen: set[int] = set()
    found = next(schemathesis.openapi.from_dict(document()).get_all_operations())
    assert isinstance(found, Ok), found
    operation = found.ok()

    def check(client: httpx.Client, body: bytes, *, is_signed: bool) -> None:
        answer = send(client, bridge, body, is_signed=is_signed)
        seen.add(answer.status_code)
        assert answer.status_code < 500, answer.text
        is_taken = answer.status_code == 202
        kind = "application/json" if is_taken else "application/problem+json"
        assert answer.headers["content-type"].partition(";")[0] == kind
        Draft202012Validator(ANSWER if is_taken else PROBLEM).validate(answer.json())

    with httpx.Client(base_url=bridge.url, trust_env=False, timeout=15) as client:
        either, some = st.booleans(), st.integers(0, 3)
        for mode, names, luck in (
            (GenerationMode.POSITIVE, st.just(True), st.just(1)),
            (GenerationMode.POSITIVE, either, some),
            (GenerationMode.NEGATIVE, either, some),
        ):

            @settings(
                max_examples=EXAMPLES,
                deadline=None,
                derandomize=True,
                database=None,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode), is_real=names, chance=luck)
            def one(case: Any, is_real: bool, chance: int) -> None:
                check(client, body_of(case.body, real if is_real else {}), is_signed=chance > 0)

            one()
    return seen


def body_of(given: Any, names: dict[str, str]) -> bytes:
    if given is NOT_SET:
        return b""
    if isinstance(given, bytes):
        return given
    if isinstance(given, dict) and isinstance(data := given.get("data"), dict):
        given = given | {"data": data | {name: real for name, real in names.items() if name in data}}
    return json.dumps(given, ensure_ascii=False).encode("utf-8", "surrogatepass")


def send(client: httpx.Client, bridge: Bridge, body: bytes, *, is_signed: bool) -> httpx.Response:
    name, at = new_id(), datetime.now(UTC)
    signed = {"webhook-id": name, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": "v1,AAAA"}
    if is_signed and _is_text(body):
        signed = bridge.signed(NAME, body, webhook_id=name, at=at)
    return client.post(f"/webhooks/{NAME}", content=body, headers=signed | {"content-type": "application/json"})


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
