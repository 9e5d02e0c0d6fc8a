"""People and vendors who do not stop while services die: reports, replies, vendors' words, commands.

Whoever gets no answer asks again with the same `Idempotency-Key`, as a browser or a script does. What was answered 2xx
is kept in `acknowledged`: that must be there afterwards, once.
"""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.chaos.quiet import book
from tests.support.system import System

PEOPLE = {
    "ekbacken": ("larare", "larare-ekbacken-2"),
    "bjorkskolan": ("larare-bjorkskolan",),
    "sjobo": ("larare-sjobo",),
    "tallbacken": ("larare-tallbacken",),
    "kungsgymnasiet": ("larare-kungsgymnasiet",),
    "almgymnasiet": ("larare-almgymnasiet",),
    "hasselbacken": ("larare-hasselbacken",),
}
TO_VENDORS = ("learning_platform", "printing", "wifi")
TO_TEAMS = ("login", "classroom_display", "pupil_computer", "door_access", None)
MUNICIPALITY = "malarvik"
NEIGHBOUR = ("hallsberg", "transtensskolan", "printing")
_PATIENCE = 60.0  # seconds that somebody asks again


@dataclass(frozen=True)
class Report:
    """One person's report and the key under which it is sent, however often."""

    key: str
    municipality: str
    person: str | None
    body: dict[str, Any]

    @property
    def is_import(self) -> bool:
        return "source" in self.body


@dataclass
class Load:
    """`async with load.running(): …` keeps everybody busy; counts what they were promised."""

    system: System
    seed: int = 1
    rate: float = 12.0
    """Reports a second, all together."""
    acknowledged: dict[str, tuple[Report, dict[str, Any]]] = field(default_factory=dict)
    """By key: the report and the body of its 2xx."""
    written: dict[str, str] = field(default_factory=dict)
    """Text of a reply → its ticket; answered 2xx."""
    said: dict[str, str] = field(default_factory=dict)
    """Text of a vendor's word → its hand-off; the vendor has it in its own database."""
    asked: list[str] = field(default_factory=list)
    """Ids of requests that were answered 202."""
    refused: list[str] = field(default_factory=list)
    """Answers that nobody should get."""

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self._stop = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Everybody at work; at the end each finishes what they began."""
        self._stop.clear()
        async with AsyncExitStack() as clients, asyncio.TaskGroup() as people:
            for _ in range(3):
                people.create_task(self._reporter(clients))
            people.create_task(self._writer(clients))
            people.create_task(self._vendor(clients))
            people.create_task(self._coordinator(clients))
            try:
                yield
            finally:
                self._stop.set()

    async def file(self, *reports: Report) -> None:
        """These, one after the other."""
        async with AsyncExitStack() as clients:
            known: dict[str, httpx.AsyncClient] = {}
            for report in reports:
                await self._file(clients, known, report)

    # ---- what they do

    async def _reporter(self, clients: AsyncExitStack) -> None:
        known: dict[str, httpx.AsyncClient] = {}
        while not self._stop.is_set():
            await self._file(clients, known, self.report())
            await self._pause(3 / self.rate * self.random.uniform(0.2, 1.8))

    def report(self) -> Report:
        """Something new: sent to a vendor or a team, alone or with others', now or from an older system."""
        if self.random.random() < 0.05:
            return self.neighbours_report()
        key = self._key()
        school = self.random.choice(tuple(PEOPLE))
        service = self.random.choice(TO_VENDORS if self.random.random() < 0.6 else TO_TEAMS)
        if self.random.random() < 0.5:
            return Report(key, MUNICIPALITY, "administrator", self._imported(key, school, service))
        body: dict[str, Any] = {"title": f"Det fungerar inte {key}", "school": school, "service": service}
        if self.random.random() < 0.1:
            body["kind"] = "request"
        return Report(key, MUNICIPALITY, self.random.choice(PEOPLE[school]), body)

    def neighbours_report(self) -> Report:
        """The same in the other municipality of the installation."""
        municipality, school, service = NEIGHBOUR
        key = self._key()
        return Report(key, municipality, None, self._imported(key, school, service))

    def _key(self) -> str:
        return f"k{self._token()}"

    def _imported(self, key: str, school: str, service: str | None) -> dict[str, Any]:
        """Of some day in the past: joins nobody, or whoever reported then."""
        occurred_at = datetime.now(UTC) - timedelta(hours=self.random.randint(30, 5000))
        return {
            "title": f"Det fungerade inte {key}",
            "school": school,
            "service": service,
            "source": "chaos",
            "external_id": key,
            "occurred_at": occurred_at.isoformat(),
            "reporter": f"{school}-{self.random.randint(1, 9)}",
        }

    async def _file(self, clients: AsyncExitStack, known: dict[str, httpx.AsyncClient], report: Report) -> None:
        http = await self._client(clients, known, report)
        response = await self._until_answered(http, "/tickets", report.body, {"Idempotency-Key": report.key})
        if response is None or not response.is_success:
            self.refused.append(f"{report.key}: {response.status_code if response else 'no answer'}")
            return
        self.acknowledged[report.key] = (report, response.json())

    async def _client(
        self, clients: AsyncExitStack, known: dict[str, httpx.AsyncClient], report: Report
    ) -> httpx.AsyncClient:
        name = f"{report.municipality}/{report.person}"
        if name not in known:
            scopes = ("tickets:import", "tickets:file-for-others") if report.is_import else ()
            known[name] = await clients.enter_async_context(
                self.system.api(report.municipality, report.person, *scopes)
            )
        return known[name]

    async def _until_answered(
        self, http: httpx.AsyncClient, path: str, body: dict[str, Any], headers: dict[str, str]
    ) -> httpx.Response | None:
        """Asks again while nobody answers, or it is said to be down."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _PATIENCE
        while loop.time() < deadline:
            try:
                response = await http.post(path, json=body, headers=headers)
            except httpx.TransportError:
                await asyncio.sleep(0.1)
                continue
            if response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                return response
            await asyncio.sleep(0.1)
        return None

    async def _writer(self, clients: AsyncExitStack) -> None:
        """A reporter adds something. A reply has no key: who gets no answer does not send it again."""
        known: dict[str, httpx.AsyncClient] = {}
        while not self._stop.is_set():
            await self._pause(0.4)
            own = [pair for pair in self.acknowledged.values() if not pair[0].is_import]
            if not own:
                continue
            report, ticket = self.random.choice(own[-50:])
            http = await self._client(clients, known, report)
            text = f"Mer att berätta {self._token()}"
            try:
                response = await http.post(f"/tickets/{ticket['id']}/entries", json={"text": text})
            except httpx.TransportError:
                continue
            if response.is_success:
                self.written[text] = ticket["id"]

    async def _vendor(self, clients: AsyncExitStack) -> None:
        http = await clients.enter_async_context(self.system.vendor())
        while not self._stop.is_set():
            await self._pause(0.5)
            known = book(self.system).handoffs(30)
            if not known:
                continue
            handoff = self.random.choice(known)
            text = f"Vi felsöker {self._token()}"
            action = self.random.choice(("report", "write"))
            response = await http.post(f"/cases/{handoff}/{action}", json={"text": text})
            if response.is_success:
                self.said[text] = handoff

    async def _coordinator(self, clients: AsyncExitStack) -> None:
        """Moves incidents about; every request must end in an effect or a refusal."""
        http = await clients.enter_async_context(self.system.api(MUNICIPALITY, "samordnare"))
        while not self._stop.is_set():
            await self._pause(0.7)
            try:
                found = (await http.get("/incidents", params={"limit": 30})).json()["items"]
                if not found:
                    continue
                incident = self.random.choice(found)
                path, body = self._command()
                response = await http.post(f"/incidents/{incident['id']}/{path}", json=body)
            except (httpx.TransportError, ValueError, KeyError):
                continue  # ticketing is away: the page would say so
            if response.status_code == httpx.codes.ACCEPTED:
                self.asked.append(response.json()["request_id"])

    def _command(self) -> tuple[str, dict[str, Any]]:
        note = f"Kan ni titta? {self._token()}"
        return self.random.choice(
            [
                ("hand-off", {"vendor": "vendor:devices", "note": note}),
                ("assign", {"party": "team:it-enheten", "note": note}),
                ("take-back", {}),
                ("resolve", {"public_text": "Det är löst."}),
            ]
        )

    def _token(self) -> str:
        return uuid.UUID(int=self.random.getrandbits(128)).hex

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return
