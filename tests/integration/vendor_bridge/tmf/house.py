"""A vendor whose system talks TM Forum's APIs with the bridge, and listens if it wants to."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from contracts.directory import Connection
from contracts.directory.mapping import Mapping
from contracts.events import vendor_bridge as v
from tests.contract.tmf.conformity import conforms
from tests.integration.vendor_bridge.conftest import SECRET, SOON, Bridge, eventually, of_type
from tests.integration.vendor_bridge.profiles.suite import with_connection
from tests.support.handoff_life import WIFI, Case, directory_changed
from vendor_bridge import tokens
from vendor_bridge.domain.retry import BreakerPolicy
from vendor_bridge.profiles.read import ByAddress, ReadProfile
from vendor_bridge.profiles.webhook import new_client
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.tmf import app as tmf
from vendor_bridge.tmf.hub import Hub
from vendor_bridge.tmf.notifier import Notifier
from vendor_bridge.tmf.side import TmfSide
from vendor_bridge.tmf.tickets import Links

NAME = "tmf-vendor"
TICKETS = {"v4": "/tmf-api/troubleTicket/v4", "v5": "/tmf-api/troubleTicket/v5"}
PROBLEMS = "/tmf-api/serviceProblemManagement/v4"
MERGE_PATCH = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
MAPPING = Mapping(
    states={"Assigned": "in_progress", "Awaiting customer": "information_requested"},
    categories={"WLAN": "wifi"},
    priorities={"P1": 1, "P2": 2},
)


def connection(**more: Any) -> Connection:
    given = {"name": NAME, "profile": "tmf621", "mapping": MAPPING}
    return Connection.model_validate(given | more)


@dataclass
class TmfHouse:
    """The bridge with its TM Forum side, and one vendor's client."""

    bridge: Bridge
    hub: Hub
    client: httpx.AsyncClient
    http: httpx.AsyncClient
    allowed: frozenset[str]
    secrets: SecretStore
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def ask(self, method: str, path: str, *, check: bool = True, **more: Any) -> httpx.Response:
        """A request of the vendor; its answer is of the shape that TM Forum's documents give it."""
        answer = await self.http.request(method, path, **more)
        if check:
            conforms(method, path, answer)
        return answer

    async def get(self, path: str, **more: Any) -> Any:
        answer = await self.ask("GET", path, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def patch(self, handoff: str, version: str = "v4", **changes: Any) -> httpx.Response:
        path = f"{TICKETS[version]}/troubleTicket/{handoff}"
        return await self.ask("PATCH", path, json=changes)

    async def ticket(self, handoff: str, version: str = "v4") -> Any:
        return await self.get(f"{TICKETS[version]}/troubleTicket/{handoff}")

    async def hand_over(self, case: Case, vendor: str = WIFI) -> str:
        """The case is the vendor's, and it may read it."""
        await self.bridge.take_in(*case.handed_over(vendor))
        await self.settled()
        offered = of_type(await self.bridge.stated(), v.HandoffOffered)
        return str(next(event.handoff for event in offered if event.incident == case.incident))

    async def settled(self) -> None:
        async def nothing() -> bool:
            owed = "SELECT 1 FROM delivery WHERE state = 'pending' AND connection = :own"
            return not await self.bridge.rows(owed, own=NAME)

        await eventually(nothing)

    async def told(self) -> None:
        """Every listener has everything."""
        await self.settled()

        async def nothing() -> bool:
            return not await self.bridge.rows("SELECT 1 FROM hub_event WHERE state = 'pending'")

        await eventually(nothing)

    async def facts(self, kind: type[Any]) -> list[Any]:
        return of_type(await self.bridge.stated(), kind)

    def start_telling(self, **more: Any) -> Notifier:
        given: dict[str, Any] = {"allowed": self.allowed, "schedule": SOON, "breaker": BreakerPolicy(failures=1000)}
        notifier = Notifier(self.bridge.engine, self.client, self.bridge.directories, self.secrets, **(given | more))
        self.bridge.tasks.append(asyncio.create_task(notifier.run()))
        return notifier


def plug_in(bridge: Bridge, client: httpx.AsyncClient, secrets: SecretStore, allowed: frozenset[str]) -> Hub:
    """The bridge's TM Forum side, wired as `main` does."""
    links = Links(bridge.url)
    side = TmfSide(bridge.engine, bridge.directories, bridge.vendors, bridge.files, links)
    hub = Hub(bridge.engine, side, links, allowed)
    tmf.add(bridge.app, side, hub, links)
    bridge.profiles["tmf621"] = ByAddress(ReadProfile(hub.announce))
    return hub


def own(ticket: Any) -> list[Any]:
    """Its attachments but for the story."""
    return [each for each in ticket["attachment"] if each.get("attachmentType") != "story"]


def token(name: str = NAME, *, municipality: str | None = "malarvik", ttl: timedelta = timedelta(hours=1)) -> str:
    return tokens.issue(SECRET, name, municipality=municipality, ttl=ttl)


async def open_house(bridge: Bridge, port: int, secrets: SecretStore, **of_connection: Any) -> TmfHouse:
    allowed = frozenset({f"127.0.0.1:{port}"})
    client = new_client()
    hub = plug_in(bridge, client, secrets, allowed)
    await bridge.take_in(directory_changed(with_connection(connection(**of_connection))))
    bridge.start_sending()
    http = httpx.AsyncClient(
        base_url=bridge.url, headers={"authorization": f"Bearer {token()}"}, trust_env=False, timeout=20
    )
    return TmfHouse(bridge, hub, client, http, allowed, secrets)


async def close_house(house: TmfHouse) -> None:
    await house.bridge.stop()
    await house.http.aclose()
    await house.client.aclose()
