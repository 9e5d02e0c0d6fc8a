"""One message of the bridge: verified, proven against what is here already, kept."""

import json
from collections.abc import Mapping

import httpx
from pydantic import ValidationError

from contracts.bundle import Bundle, prove
from contracts.webhooks import HandoffData, Outgoing, TrialMessage
from eskalera.demo_vendor.casebook import Casebook
from eskalera.demo_vendor.connections import Connection
from eskalera.vendor_tools.made_up import MUNICIPALITY as MADE_UP

TIMEOUT = 10.0


class Refused(Exception):
    """Not from the municipality, or no message of its kind; `status` as HTTP says it."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


async def receive(
    casebook: Casebook, connection: Connection | None, bridge: str, headers: Mapping[str, str], body: bytes
) -> bool:
    """Whether the message was new. Raises Refused."""
    if connection is None or not connection.verify(headers, body):
        raise Refused(401, "the signature is not right")
    webhook_id = headers["webhook-id"]
    if casebook.seen_again(connection.name, webhook_id):
        return False
    if is_trial(body):
        return True  # it belongs to no case, so there is nothing to keep
    try:
        message = Outgoing.model_validate_json(body)
    except ValidationError as error:
        raise Refused(422, "not a message of a hand-off") from error
    bundle, problems = await _proven(casebook, connection, bridge, message.data)
    casebook.take(
        message.data,
        bundle,
        problems,
        webhook_id=webhook_id,
        type=message.type,
        traceparent=headers.get("traceparent"),
        body=body.decode(),
        acknowledge=casebook.acknowledges_by_itself() and not problems and message.data.municipality != MADE_UP,
    )
    return True


def is_trial(body: bytes) -> bool:
    """Whether it only tries the way here."""
    try:
        TrialMessage.model_validate_json(body)
    except ValidationError:
        return False
    return True


async def _proven(
    casebook: Casebook, connection: Connection, bridge: str, data: HandoffData
) -> tuple[Bundle | None, list[str]]:
    """The bundle, and what is wrong with it. One that does not fit what is here is healed by fetching the whole."""
    known = casebook.known_heads(data.handoff)
    bundle = data.bundle
    if bundle is None and data.bundle_link is not None:
        bundle = await _fetched(connection, data.bundle_link.url)
        if bundle is None:
            return None, ["the bundle could not be fetched"]
        if bundle.heads != data.bundle_link.heads or bundle.digest != data.bundle_link.digest:
            return bundle, ["the bundle fetched is not the one announced"]
    if bundle is None:
        return None, []
    broken = prove(bundle, known)
    if broken:
        whole = await _fetched(connection, f"{bridge.rstrip('/')}/handoffs/{data.handoff}/bundle")
        if whole is not None and not prove(whole):
            return whole, []
    return bundle, [f"{each.case} {each.seq}: {each.why}" for each in broken]


async def _fetched(connection: Connection, url: str) -> Bundle | None:
    if connection.token is None:
        return None
    headers = {"authorization": f"Bearer {connection.token}"}
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as client:
            response = await client.get(url, headers=headers)
        response.raise_for_status()
        return Bundle.model_validate(json.loads(response.content))
    except (httpx.HTTPError, ValueError):
        return None
