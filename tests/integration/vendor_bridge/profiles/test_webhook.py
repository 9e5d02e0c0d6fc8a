"""The webhook profile passes the suite of all profiles: its vendor is the demo vendor's own program."""

import asyncio
import json
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import httpx
from standardwebhooks import Webhook

from contracts.directory import Connection
from tests.integration.vendor_bridge.conftest import SECRET, Bridge, demo_vendor_at, new_id, new_secret, served
from tests.integration.vendor_bridge.profiles.suite import Kind, ProfileSuite, Trouble
from tests.integration.vendor_bridge.stub_vendor import Stub
from tests.support.handoff_life import directory
from vendor_bridge import tokens

NAME = "demo-vendor"
_SAYS: dict[Kind, str] = {
    "acknowledged": "acknowledged",
    "status": "status_changed",
    "question": "information_requested",
    "note": "entry_added",
    "proposal": "resolution_proposed",
    "return": "returned",
}


class WebhookVendor:
    """It keeps what came in its own casebook; what it says it signs itself."""

    pushes: ClassVar[bool] = True
    sends_files: ClassVar[bool] = True

    def __init__(self, bridge: Bridge, port: int) -> None:
        self.bridge, self.port = bridge, port
        vendor = directory().connections[NAME]
        assert vendor.connection is not None
        self.connection: Connection = vendor.connection
        self._folder = TemporaryDirectory()
        self._running = AsyncExitStack()
        self._release = asyncio.Event()

    async def start(self) -> None:
        file = Path(self._folder.name) / "vendor.sqlite"
        self._casebook = (
            await self._running.enter_async_context(demo_vendor_at(self.bridge, self.port, file))
        ).casebook
        self._casebook.set_acknowledging(by_itself=False)

    async def stop(self) -> None:
        self._release.set()
        await self._running.aclose()
        self._folder.cleanup()

    async def texts(self, handoff: str) -> list[str]:
        texts: list[str] = []
        for delivery in self._casebook.deliveries():
            data = delivery["body"]["data"]
            if data["handoff"] == handoff:
                entries = [entry for chain in data["bundle"]["chains"] for entry in chain["entries"]]
                entries.sort(key=lambda entry: entry["at"])
                texts += [entry["disclosures"]["text"]["value"]["sv"] for entry in entries if entry["disclosures"]]
                words = ((data["answer"] or {}).get("text"), (data["verdict"] or {}).get("reason"))
                texts += [each["sv"] for each in words if each]
        return texts

    async def say(self, kind: Kind, handoff: str, text: str = "", *, ticket: str | None = None, name: str = "") -> bool:
        data: dict[str, Any] = {"handoff": handoff} | ({"text": text} if text else {})
        data |= {"ticket": ticket} if ticket else {}
        if kind == "acknowledged":
            (row,) = await self.bridge.rows("SELECT heads FROM handoff WHERE id = :id", id=handoff)
            data["heads"] = row.heads
        if kind == "status":
            data["status"] = "in_progress"
        answer = await self.bridge.say(NAME, _SAYS[kind], webhook_id=f"{handoff}-{name}" if name else None, **data)
        return answer.status_code == 202

    async def fetch(self, handoff: str) -> dict[str, bytes]:
        named = [
            file
            for delivery in self._casebook.deliveries()
            if delivery["body"]["data"]["handoff"] == handoff
            for file in delivery["body"]["data"]["bundle"]["files"]
        ]
        async with httpx.AsyncClient(trust_env=False, headers=self._own) as client:
            return {file["name"]: (await client.get(file["url"])).raise_for_status().content for file in named}

    @property
    def _own(self) -> dict[str, str]:
        return {"authorization": f"Bearer {tokens.issue(SECRET, NAME)}"}

    async def attach(self, handoff: str, name: str, content: bytes, media_type: str) -> bool:
        url = f"{self.bridge.url}/handoffs/{handoff}/attachments"
        async with httpx.AsyncClient(trust_env=False, headers=self._own) as client:
            return (await client.post(url, files=[("files", (name, content, media_type))])).status_code == 202

    async def say_as_somebody_else(self, handoff: str, text: str) -> bool:
        body = json.dumps({"type": "resolution_proposed", "data": {"handoff": handoff, "text": text}}).encode()
        at, id_ = datetime.now(UTC), new_id()
        forged = {
            "webhook-id": id_,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(new_secret()).sign(id_, at, body.decode()),
        }
        return (await self.bridge.post(NAME, body, forged)).status_code == 202

    async def get_into(self, trouble: Trouble | None) -> None:
        await self._running.aclose()
        self._release.set()
        self._running = AsyncExitStack()
        if trouble == "slow":
            self._release = asyncio.Event()
            stub = Stub(release=self._release, only=NAME)
            await self._running.enter_async_context(served(stub.app(), self.port))
        elif trouble is None:
            await self.start()


class TestWebhook(ProfileSuite):
    driver = WebhookVendor
