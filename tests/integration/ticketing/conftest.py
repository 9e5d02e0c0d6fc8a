"""Ticketing over a real database: its application in-process, two municipalities, clients for their people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.db import create_engine
from chassis.listen import Listener
from tests.support.databases import clone
from tests.support.servers import run_folder
from tests.support.ticketing_house import House
from ticketing.directories import Directories
from ticketing.main import application
from ticketing.settings import TicketingSettings
from ticketing.tokens import Tokens

SECRET = "a secret of the tests, long enough for keys"
MUNICIPALITIES = Path(__file__).parents[3] / "municipalities"


@pytest.fixture
def packages() -> tuple[str, ...]:
    return ("chassis", "ticketing")


@pytest.fixture
def settings(tmp_path: Path) -> TicketingSettings:
    return TicketingSettings(
        database_url="postgresql://unused",
        kafka_bootstrap_servers="unused",
        secret=SECRET,
        demo=True,
        object_store=tmp_path / "objects",
    )


@pytest.fixture
async def directories(engine: AsyncEngine) -> Directories:
    return Directories(engine, Listener(engine))


@pytest.fixture
async def app(settings: TicketingSettings, engine: AsyncEngine, directories: Directories) -> FastAPI:
    app = application(settings, engine, directories)
    for municipality in ("malarvik", "hallsberg"):
        async with client_of(app, municipality, None) as installation:
            answer = await installation.put(
                f"/directories/{municipality}",
                json={
                    "directory": (MUNICIPALITIES / f"{municipality}.yaml").read_text("utf-8"),
                    "people": (MUNICIPALITIES / f"{municipality}.people.yaml").read_text("utf-8"),
                },
            )
            assert answer.status_code == 200, answer.text
    return app


def client_of(app: FastAPI, municipality: str, person: str | None, *scopes: str) -> httpx.AsyncClient:
    token = Tokens(SECRET).issue(municipality, person, datetime.now(UTC), timedelta(hours=1), frozenset(scopes))
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://127.0.0.1/api/v1",
        headers={"Authorization": f"Bearer {token}"},
    )


As = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def as_(app: FastAPI) -> AsyncIterator[As]:
    """`as_("larare")`, `as_("samordnare", municipality="hallsberg")`: a client with that person's token."""
    opened: list[httpx.AsyncClient] = []

    def client(person: str, *scopes: str, municipality: str = "malarvik") -> httpx.AsyncClient:
        opened.append(client_of(app, municipality, person, *scopes))
        return opened[-1]

    yield client
    for each in opened:
        await each.aclose()


@pytest.fixture(scope="module")
async def house(postgres: str) -> AsyncIterator[House]:
    """Both municipalities over one database, shared by a module's tests: each makes cases of its own."""
    engine = create_engine(await clone(postgres, ("chassis", "ticketing"), run_folder()), name="test")
    house = House(engine)
    yield await house.furnish("malarvik", "hallsberg")
    await house.close()
    await engine.dispose()
