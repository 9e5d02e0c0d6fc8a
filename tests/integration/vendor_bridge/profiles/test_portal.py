"""The portal profile passes the suite of all profiles: its vendor is a person with a browser and no system at all."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import ClassVar

from chassis.web import create_app
from contracts.directory import Connection
from tests.integration.vendor_bridge.conftest import SECRET, Bridge
from tests.integration.vendor_bridge.profiles.suite import Kind, ProfileSuite, Trouble
from tests.support.pages import Browser
from tests.support.portal_house import key_of
from vendor_bridge import web
from vendor_bridge.portal import people
from vendor_bridge.profiles.portal import PortalProfile
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.settings import VendorBridgeSettings
from vendor_bridge.store import portal

CASES = "/portal/arenden"
NAME, ANNA = "natets-portal", "anna@natet.example"
_FORMS: dict[Kind, tuple[str, dict[str, str]]] = {
    "acknowledged": ("ta-emot", {}),
    "status": ("laget", {"status": "in_progress"}),
    "question": ("fraga", {"to": "kommunen"}),
    "note": ("anteckning", {"to": "kommunen"}),
    "proposal": ("lost", {"confirmed": "ja"}),
    "return": ("lamna-tillbaka", {"confirmed": "ja"}),
}
_WORDS = re.compile(
    r'<(?:div|bdi|p|blockquote|span) class="(?:said[^"]*|entry-step-text)"[^>]*>(.*?)</(?:div|bdi|p|blockquote|span)>',
    re.DOTALL,
)

_NOTICES = re.compile(r'<p class="notice-title">[^<]*</p>\s*<p>(.*?)</p>', re.DOTALL)


class PortalVendor:
    """It reads what its page shows, and sends the page's own forms."""

    pushes: ClassVar[bool] = False
    sends_files: ClassVar[bool] = True

    def __init__(self, bridge: Bridge, port: int) -> None:
        del port  # it listens nowhere
        self.bridge = bridge
        self.connection = Connection(name=NAME, profile="portal")
        self._keys: dict[str, str] = {}
        self._browser: Browser | None = None

    async def start(self) -> None:
        bridge = self.bridge
        bridge.profiles["portal"] = PortalProfile(bridge.engine)
        settings = VendorBridgeSettings(
            secret=SECRET, database_url="postgresql://unused", kafka_bootstrap_servers="unused"
        )
        context = web.Portal(bridge.engine, bridge.directories, bridge.vendors, SecretStore(None), bridge.files)
        self._app = create_app(settings, title="Vendor bridge", error_page=web.error_page(context))
        web.add_pages(self._app, context)
        await people.invite(bridge.engine, "malarvik", NAME, name="Anna Ek", email=ANNA, language="sv", by="operator")

    async def stop(self) -> None:
        if self._browser is not None:
            await self._browser.close()

    async def _anna(self) -> Browser:
        """Signed in, once the directory has her connection."""
        if self._browser is None:
            engine, now = self.bridge.engine, datetime.now(UTC)
            (person,) = await people.listed(engine, "malarvik", NAME)
            async with engine.begin() as conn:
                key = await portal.new_link(conn, person.id, now)
            self._browser = Browser(self._app)
            assert (await self._browser.post(f"/portal/in/{key}")).status_code == 303
        return self._browser

    async def texts(self, handoff: str) -> list[str]:
        page = await (await self._anna()).get(f"{CASES}/{handoff}")
        found = [*_NOTICES.findall(page.text), *_WORDS.findall(page.text)]
        return [unescape(text) for text in found][::-1]

    async def say(self, kind: Kind, handoff: str, text: str = "", *, ticket: str | None = None, name: str = "") -> bool:
        anna = await self._anna()
        path, fields = _FORMS[kind]
        key = key_of((await anna.get(f"{CASES}/{handoff}")).text)
        key = self._keys.setdefault(f"{handoff}/{name}", key) if name else key
        fields = fields | {"key": key} | ({"text": text} if text else {}) | ({"to": ticket} if ticket else {})
        answer = await anna.post(f"{CASES}/{handoff}/{path}", fields)
        return answer.status_code == 303

    async def fetch(self, handoff: str) -> dict[str, bytes]:
        anna = await self._anna()
        page = await anna.get(f"{CASES}/{handoff}")
        links = re.findall(rf'href="({CASES}/{handoff}/filer/[^"]+)">.*?<bdi>(.*?)</bdi>', page.text)
        return {name: (await anna.get(link)).content for link, name in links}

    async def attach(self, handoff: str, name: str, content: bytes, media_type: str) -> bool:
        anna = await self._anna()
        key = key_of((await anna.get(f"{CASES}/{handoff}")).text)
        file = (name, content, media_type)
        answer = await anna.attach(f"{CASES}/{handoff}/anteckning", file, key=key, to="kommunen", text="Se filen.")
        return answer.status_code == 303

    async def say_as_somebody_else(self, handoff: str, text: str) -> bool:
        key = key_of((await (await self._anna()).get(f"{CASES}/{handoff}")).text)
        nobody = Browser(self._app)
        nobody.cookies = {"__Host-portal": "guessed"}
        answer = await nobody.post(f"{CASES}/{handoff}/lost", {"key": key, "text": text, "confirmed": "ja"})
        await nobody.close()
        return str(answer.headers.get("location", "")).startswith(CASES)

    async def get_into(self, trouble: Trouble | None) -> None:
        raise NotImplementedError("it has no endpoint")


class TestPortal(ProfileSuite):
    driver = PortalVendor
