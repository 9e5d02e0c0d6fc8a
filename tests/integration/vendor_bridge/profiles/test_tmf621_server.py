"""A tmf621 connection without an address passes the suite of all profiles: its vendor's system reads ours."""

from base64 import b64encode
from typing import ClassVar

import httpx

from contracts.directory import Connection
from tests.integration.vendor_bridge.conftest import Bridge, new_secret
from tests.integration.vendor_bridge.profiles.suite import Kind, ProfileSuite, Trouble
from tests.integration.vendor_bridge.tmf.house import NAME, TICKETS, connection, plug_in, token
from vendor_bridge import tokens
from vendor_bridge.profiles.webhook import new_client
from vendor_bridge.secret_store import SecretStore


class TmfVendor:
    """A TMF621 client of one version."""

    pushes: ClassVar[bool] = False
    sends_files: ClassVar[bool] = True
    version: ClassVar[str] = "v4"
    connection: Connection = connection()

    def __init__(self, bridge: Bridge, port: int) -> None:
        self.bridge = bridge

    async def start(self) -> None:
        self._posting = new_client()
        plug_in(self.bridge, self._posting, SecretStore(None), frozenset())
        self._http = httpx.AsyncClient(base_url=f"{self.bridge.url}{TICKETS[self.version]}", trust_env=False)
        self._own = {"authorization": f"Bearer {token()}"}

    async def stop(self) -> None:
        await self._http.aclose()
        await self._posting.aclose()

    async def texts(self, handoff: str) -> list[str]:
        answer = await self._http.get(f"/troubleTicket/{handoff}", headers=self._own)
        assert answer.status_code == 200, answer.text
        ticket = answer.json()
        notes = [note["text"] for note in ticket.get("note", ())]
        return [*notes, *(change[self._reason] for change in ticket[self._history])]

    @property
    def _history(self) -> str:
        return "statusChange" if self.version == "v4" else "statusChangeHistory"

    @property
    def _reason(self) -> str:
        return "changeReason" if self.version == "v4" else "statusChangeReason"

    async def say(self, kind: Kind, handoff: str, text: str = "", *, ticket: str | None = None, name: str = "") -> bool:
        note = {"text": text, "id": name or "n"}
        change = {
            "acknowledged": {"status": "acknowledged"},
            "status": {"status": "inProgress", "statusChangeReason": text},
            "question": {"status": "pending", "statusChangeReason": text},
            "note": {"note": [note]},
            "proposal": {"status": "resolved", "note": [note]},
            "return": {"status": "rejected", "statusChangeReason": text},
        }[kind]
        return await self._patch(handoff, change, self._own)

    async def fetch(self, handoff: str) -> dict[str, bytes]:
        ticket = (await self._http.get(f"/troubleTicket/{handoff}", headers=self._own)).json()
        files = [each for each in ticket["attachment"] if each.get("attachmentType") != "story"]
        return {each["name"]: (await self._http.get(each["url"], headers=self._own)).content for each in files}

    async def attach(self, handoff: str, name: str, content: bytes, media_type: str) -> bool:
        inside = b64encode(content).decode()
        file = {"name": name, "mimeType": media_type, "content": inside, "attachmentType": "file"}
        return await self._patch(handoff, {"attachment": [file]}, self._own)

    async def say_as_somebody_else(self, handoff: str, text: str) -> bool:
        forged = tokens.issue(new_secret(), NAME, municipality="malarvik")
        return await self._patch(handoff, {"note": [{"text": text}]}, {"authorization": f"Bearer {forged}"})

    async def _patch(self, handoff: str, change: object, headers: dict[str, str]) -> bool:
        answer = await self._http.patch(f"/troubleTicket/{handoff}", json=change, headers=headers)
        return answer.status_code == 200

    async def get_into(self, trouble: Trouble | None) -> None:
        raise NotImplementedError  # nothing is sent to it


class TmfVendorV5(TmfVendor):
    version: ClassVar[str] = "v5"


class TestTmf621V4(ProfileSuite):
    driver = TmfVendor


class TestTmf621V5(ProfileSuite):
    driver = TmfVendorV5
