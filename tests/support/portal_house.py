"""The portal on a real database with real mail: vendors' people, their browsers, the facts of the other services."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.mail import Sender
from chassis.objects import DiskStore
from chassis.smtp import MailServer
from chassis.web import create_app
from contracts import envelope
from contracts.directory import Connection, Directory
from contracts.events.base import Event
from contracts.values import Language
from tests.support import handoff_life
from tests.support.handoff_life import WIFI, Case, directory_changed, received
from tests.support.mail import MailHost
from tests.support.pages import Browser
from tests.support.servers import run_folder
from vendor_bridge import delivery, web
from vendor_bridge.consumer import handler
from vendor_bridge.files import Files
from vendor_bridge.handlers import VendorSide
from vendor_bridge.outbound import Outbound
from vendor_bridge.portal import people
from vendor_bridge.portal.post import Office, Post
from vendor_bridge.profiles.portal import PortalProfile
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.settings import VendorBridgeSettings
from vendor_bridge.store.deliveries import Claimed
from vendor_bridge.store.directories import Directories

SECRET = "the bridge's own secret, long enough"
URL = "http://127.0.0.1"
ANNA = "anna@natet.example"
WIFI_PORTAL, PLATFORM_PORTAL = "natverket", "plattformen"
_NAMES = {"network": WIFI_PORTAL, "platform": PLATFORM_PORTAL}


@cache
def directory(municipality: str = "malarvik") -> Directory:
    """The shipped one, where the network's and the platform's suppliers have nothing but the portal."""
    known = handoff_life.directory(municipality)
    vendors = [
        vendor.model_copy(update={"connection": Connection(name=_NAMES[vendor.id], profile="portal")})
        if municipality == "malarvik" and vendor.id in _NAMES
        else vendor
        for vendor in known.vendors
    ]
    return Directory.model_validate(known.model_dump() | {"vendors": [each.model_dump() for each in vendors]})


class PortalHouse:
    """The application as `main` wires it, its post, and clients."""

    def __init__(self, engine: AsyncEngine, host: MailHost, secrets: Path | None = None, *, url: str = URL) -> None:
        self.engine, self.host = engine, host
        self.directories = Directories()
        settings = VendorBridgeSettings(
            secret=SECRET, database_url="postgresql://unused", kafka_bootstrap_servers="unused"
        )
        self.secrets = store = SecretStore(secrets)
        self.vendors = VendorSide(engine, self.directories, store, SECRET)
        self.objects = DiskStore(run_folder() / "portal-objects")
        files = Files(engine, self.directories, self.vendors, self.objects, settings)
        portal = web.Portal(engine, self.directories, self.vendors, store, files)
        self.app: FastAPI = create_app(settings, title="Vendor bridge", error_page=web.error_page(portal))
        web.add_pages(self.app, portal)
        office = Office(MailServer.parse(host.url), Sender.parse("Eskalera <portal@malarvik.example>"), url)
        self.post = Post(engine, self.directories, office)
        self.profile = PortalProfile(engine, gathered=timedelta())
        self.outbound = Outbound(engine, self.directories, url)
        self._open: list[httpx.AsyncClient] = []
        self.url = url

    async def furnish(self) -> PortalHouse:
        await self.take_in(directory_changed(directory()), directory_changed(directory("hallsberg")))
        return self

    async def close(self) -> None:
        for client in self._open:
            await client.aclose()

    # ---- facts

    async def take_in(self, *events: Event) -> None:
        async with self.engine.begin() as conn:
            await handler(self.directories)(conn, [received(event) for event in events])

    async def handed_over(self, case: Case | None = None, vendor: str = WIFI, note: str = "") -> str:
        """The id of the hand-off."""
        case = case or Case()
        await self.take_in(*case.handed_over(vendor, note=note))
        rows = await self.rows(
            "SELECT id FROM handoff WHERE incident = :incident AND vendor = :vendor ORDER BY offered_at DESC",
            incident=case.incident,
            vendor=vendor,
        )
        return str(rows[0].id)

    async def deliver(self) -> None:
        """What is owed to the portal's vendors, sent once."""
        sender = delivery.Sender(self.engine, self.outbound, self.profile)
        for row in await self.rows("SELECT * FROM delivery WHERE state = 'pending' ORDER BY seq"):
            await sender.send(Claimed(row.webhook_id, row.municipality, row.connection, row.incident, probes=False))

    async def stated(self) -> list[Event]:
        rows = await self.rows("SELECT value, headers FROM outbox ORDER BY id")
        return [
            envelope.decode([(name, value.encode()) for name, value in row.headers.items()], bytes(row.value)).event
            for row in rows
        ]

    async def said(self, kind: type[Any]) -> list[Any]:
        return [event for event in await self.stated() if isinstance(event, kind)]

    async def rows(self, query: str, **values: Any) -> Sequence[Any]:
        async with self.engine.begin() as conn:
            found = await conn.execute(text(query), values)
            return list(found) if found.returns_rows else []

    # ---- people

    async def invite(
        self,
        email: str = ANNA,
        name: str = "Anna Ek",
        *,
        municipality: str = "malarvik",
        connection: str = WIFI_PORTAL,
        language: Language = "sv",
    ) -> bool:
        return await people.invite(
            self.engine, municipality, connection, name=name, email=email, language=language, by="operator"
        )

    def browser(self) -> Browser:
        browser = Browser(self.app)
        self._open.append(browser.http)
        return browser

    async def mails(self, **send: Any) -> list[str]:
        """Sends what is due; the texts of the mails that came since the last time."""
        before = len(self.host.mails)
        while await self.post.turn():
            pass
        return [mail.text for mail in self.host.mails[before:]]

    async def link(self, browser: Browser, email: str = ANNA) -> str:
        """The path in the mail that somebody asked for."""
        assert (await browser.post("/portal/in", {"email": email})).status_code == 200
        texts = await self.mails()
        return links(texts[-1])[0]

    async def visitor(
        self, email: str = ANNA, *, connection: str = WIFI_PORTAL, municipality: str = "malarvik", name: str = "Anna Ek"
    ) -> Browser:
        """A browser with that person signed in, who is invited where need be."""
        await self.invite(email, name, municipality=municipality, connection=connection)
        await self.mails()
        browser = self.browser()
        path = await self.link(browser, email)
        answer = await browser.post(path)
        assert answer.status_code == 303, answer.text
        await browser.get("/portal/arenden")
        return browser


def links(mail: str) -> list[str]:
    """The paths of the ways in that a mail has."""
    return [urlsplit(found).path for found in re.findall(r"\S+/portal/in/\S+", mail)]


def key_of(page: str) -> str:
    """Of a case's forms."""
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found is not None
    return found[1]
