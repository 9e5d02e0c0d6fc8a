"""What the vendor says goes out from rows: a bridge that is down, or a crash here, loses nothing."""

import asyncio
import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from standardwebhooks import Webhook

from eskalera.demo_vendor.casebook import Casebook
from eskalera.demo_vendor.connections import Connection

TIMEOUT = 15.0
LONGEST_WAIT = 60.0
_AGAIN = frozenset({401, 408, 425, 429})  # 401: the bridge may not know the directory yet

log = logging.getLogger(__name__)


class Sender:
    """Sends what is due; `wake` to look at once."""

    def __init__(self, casebook: Casebook, connections: Mapping[str, Connection], bridge: str) -> None:
        self._casebook = casebook
        self._connections = connections
        self._bridge = bridge.rstrip("/")
        self._wake = asyncio.Event()

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as client:
            while True:
                due = self._casebook.due()
                await asyncio.gather(*(self._guarded(client, message) for message in due))
                if not due:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._wake.wait(), 0.5)
                    self._wake.clear()

    async def _guarded(self, client: httpx.AsyncClient, message: Mapping[str, Any]) -> None:
        """One message's misfortune is not the others'."""
        try:
            await self._send(client, message)
        except Exception as error:
            log.exception("a message could not be sent")
            self._casebook.not_answered(message, timedelta(seconds=LONGEST_WAIT), None, type(error).__name__)

    async def _send(self, client: httpx.AsyncClient, message: Mapping[str, Any]) -> None:
        connection = self._connections.get(message["connection"])
        wait = timedelta(seconds=min(2.0 ** message["attempts"], LONGEST_WAIT))
        if connection is None:
            self._casebook.not_answered(message, wait, None, "no secret for this connection")
            return
        now, body = datetime.now(UTC), message["body"]
        headers = {
            "webhook-id": message["webhook_id"],
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(connection.secret).sign(message["webhook_id"], now, body),
            "content-type": "application/json",
        }
        if message["traceparent"]:
            headers["traceparent"] = message["traceparent"]
        try:
            url = f"{self._bridge}/webhooks/{connection.name}"
            response = await client.post(url, content=body.encode(), headers=headers)
        except httpx.HTTPError as error:
            self._casebook.not_answered(message, wait, None, type(error).__name__)
            return
        status = response.status_code
        if response.is_server_error or status in _AGAIN:
            self._casebook.not_answered(message, wait, status, response.text[:300])
            return
        if not response.is_success:
            log.warning("the bridge refused %s: %s", message["type"], response.text[:300])
        self._casebook.answered(message, status, response.text[:300], _ids(response))


def _ids(response: httpx.Response) -> dict[str, str]:
    try:
        content = response.json()
    except json.JSONDecodeError:
        return {}
    return {name: content[name] for name in ("question", "proposal") if isinstance(content.get(name), str)}
