"""Ticketing with two municipalities in it, over a real database: its people, and what the other services tell it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.routing import Route

from chassis.listen import Listener
from contracts import ids
from contracts.envelope import Received
from contracts.events import routing as r
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from tests.support.directories import people
from tests.support.pages import Browser
from tests.support.servers import run_folder
from ticketing import consumer
from ticketing.directories import Directories
from ticketing.main import application
from ticketing.settings import TicketingSettings
from ticketing.tokens import Tokens

SECRET = "a secret of the tests, long enough for keys"
FOLDER = Path(__file__).parents[2] / "municipalities"
NETWORK = "vendor:network"
EKBACKEN = "team:it-ekbacken"
STORED = ("ticket", "entry", "outbox", "command", "idempotency", "person", "ticket_counter")


def settings(**values: Any) -> TicketingSettings:
    """Demo mode, unless told otherwise."""
    unused = {"database_url": "postgresql://unused", "kafka_bootstrap_servers": "unused"}
    usual = {"secret": SECRET, "demo": True, "object_store": run_folder() / "objects"}
    return TicketingSettings(**{**unused, **usual, **values})


def token(municipality: str, person: str | None, *scopes: str, ttl: timedelta = timedelta(hours=1)) -> str:
    return Tokens(SECRET).issue(municipality, person, datetime.now(UTC), ttl, frozenset(scopes))


def yaml_of(municipality: str) -> dict[str, str]:
    """The body that puts a shipped municipality in force."""
    file = FOLDER / f"{municipality}.people.yaml"
    # The API takes YAML, and JSON is YAML.
    persons = file.read_text("utf-8") if file.exists() else people(municipality).model_dump_json(exclude_defaults=True)
    return {"directory": (FOLDER / f"{municipality}.yaml").read_text("utf-8"), "people": persons}


class House:
    """The application, clients for its people, and the facts of other services."""

    def __init__(self, engine: AsyncEngine, **values: Any) -> None:
        self.engine = engine
        self.directories = Directories(engine, Listener(engine))
        self.settings = settings(**values)
        self.app: FastAPI = application(self.settings, engine, self.directories)
        self._open: list[httpx.AsyncClient] = []
        self._count = 0

    async def furnish(self, *municipalities: str) -> House:
        """Puts municipalities in force."""
        for municipality in municipalities:
            answer = await self.client(None, municipality=municipality).put(
                f"/directories/{municipality}", json=yaml_of(municipality)
            )
            assert answer.status_code == 200, answer.text
        return self

    def http(self, **headers: str) -> httpx.AsyncClient:
        """Nobody's client."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        self._open.append(httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers))
        return self._open[-1]

    def client(self, person: str | None, *scopes: str, municipality: str = "malarvik") -> httpx.AsyncClient:
        """A script's client with that person's token; the installation's own for nobody."""
        client = self.http(authorization=f"Bearer {token(municipality, person, *scopes)}")
        client.base_url = httpx.URL("http://127.0.0.1/api/v1/")
        return client

    def browser(self) -> Browser:
        browser = Browser(self.app)
        self._open.append(browser.http)
        return browser

    async def visitor(self, person: str, municipality: str = "malarvik") -> Browser:
        """A browser with that person signed in."""
        browser = self.browser()
        await browser.sign_in(person, municipality)
        return browser

    async def close(self) -> None:
        for client in self._open:
            await client.aclose()

    async def file(self, person: str, *scopes: str, municipality: str = "malarvik", **fields: Any) -> dict[str, Any]:
        """A ticket of that person."""
        answer = await self.client(person, *scopes, municipality=municipality).post("/tickets", json=fields)
        assert answer.status_code == 201, answer.text
        filed: dict[str, Any] = answer.json()
        return filed

    def event(self, type_: type[Event], /, **values: Any) -> Event:
        """A fact of another service, as it comes off the topic."""
        self._count += 1
        envelope = {"id": ids.new("event"), "at": datetime.now(UTC), "municipality": "malarvik"}
        if issubclass(type_, r.IncidentEvent):
            values = {"version": self._count} | values
        return type_.model_validate(envelope | values)

    async def told(self, *events: Event) -> None:
        """Takes facts in, as the consumer does: one batch, one transaction."""
        messages = [Received(event=event, source="", sequence=None, traceparent=None) for event in events]
        async with self.engine.begin() as conn:
            await consumer.handler(self.directories)(conn, messages)

    async def incident(
        self,
        *tickets: str,
        schools: Sequence[str],
        holder: str = EKBACKEN,
        municipality: str = "malarvik",
        kind: str = "incident",
        **opened: Any,
    ) -> str:
        """Routing opens an incident for the first ticket, links the others, and gives it to `holder`."""
        incident = ids.new("incident")
        of = {"municipality": municipality, "incident": incident, "at": datetime.now(UTC)}
        link = {"score": 1.0, "reasons": [{"sv": "samma tjänst"}], "engine_version": "1", "directory_version": "1"}
        first = {"ticket": tickets[0], "kind": kind, "service": "wifi", "school": schools[0], "urgency": 2} | opened
        impact = {"tickets": len(tickets), "schools": list(schools)}
        assigned = {
            "party": holder,
            "tier": "vendor" if holder.startswith("vendor:") else "local",
            "path": [holder],
            "rule": "nat",
            "reason": {"sv": "De sköter nätet."},
        }
        await self.told(
            self.event(r.IncidentOpened, **of, **first),
            *(self.event(r.TicketLinked, **of, **link, ticket=ticket) for ticket in tickets),
            self.event(r.ImpactChanged, **of, **impact),
            self.event(r.IncidentAssigned, **of, **assigned),
        )
        return incident

    async def suggested(
        self,
        incident: str,
        candidate: str,
        *tickets: str,
        suggestion: str = "",
        score: float = 0.6,
        municipality: str = "malarvik",
    ) -> str:
        """Routing asks staff whether tickets of an incident belong to another."""
        suggestion = suggestion or ids.new("suggestion")
        why = {"score": score, "reasons": [{"sv": "Samma tjänst.", "en": "Same service."}]}
        versions = {"engine_version": "1", "directory_version": "1"}
        of = {"incident": incident, "candidate": candidate, "tickets": tickets, "municipality": municipality}
        await self.told(self.event(r.LinkSuggested, suggestion=suggestion, **of, **why, **versions))
        return suggestion

    async def moved(self, ticket: str, previous: str, incident: str, **by: Any) -> None:
        """Routing puts a ticket on another incident."""
        why = {"score": 1.0, "reasons": [{"sv": "Flyttad."}], "engine_version": "1", "directory_version": "1"}
        await self.told(self.event(r.TicketLinked, ticket=ticket, previous=previous, incident=incident, **why, **by))

    async def hand_off(
        self,
        incident: str,
        vendor: str = NETWORK,
        note: str | None = None,
        connection: str = "demo-vendor",
        **of: str,
    ) -> str:
        """The incident goes to a vendor, with a note to it."""
        handoff = ids.new("handoff")
        assigned = {"party": vendor, "tier": "vendor", "path": [vendor], "rule": "request", "reason": {"sv": "De kan."}}
        await self.told(
            self.event(r.IncidentAssigned, incident=incident, **assigned, note={"sv": note} if note else None, **of),
            self.event(
                v.HandoffOffered,
                handoff=handoff,
                incident=incident,
                vendor=vendor,
                connection=connection,
                role="lead",
                **of,
            ),
        )
        return handoff

    async def said(self, type_: type[Event], incident: str, handoff: str, **values: Any) -> None:
        """What a vendor says, as the bridge states it."""
        word = {"handoff": handoff, "incident": incident, "vendor": NETWORK, "message": ids.new("message")}
        await self.told(self.event(type_, **word, **values))

    async def stored(self) -> dict[str, int]:
        """How many rows there are of what a request could have left behind."""
        async with self.engine.connect() as conn:
            return {table: await conn.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in STORED}


def routes(app: FastAPI) -> list[tuple[str, str]]:
    """(method, path template) of every route that the application answers, mounts and pages included."""
    found: list[tuple[str, str]] = []
    for route in app.routes:
        contexts: list[Any] = (
            list(route.effective_route_contexts()) if hasattr(route, "effective_route_contexts") else [route]
        )
        for each in contexts:
            if isinstance(each, Route) or hasattr(each, "methods"):
                found += [(method, each.path) for method in sorted(each.methods or ()) if method != "HEAD"]
            else:
                found.append(("MOUNT", each.path))
    return sorted(found)
