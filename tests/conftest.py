"""Fixtures on real servers: `postgres`, `kafka`, a fresh `database` or `engine`, a fresh `topic`."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.support import servers

MakeDatabase = Callable[..., Awaitable[str]]


@pytest.fixture(scope="session")
def postgres() -> str:
    """URL of a real Postgres server."""
    return servers.postgres_url()


@pytest.fixture(scope="session")
def kafka() -> str:
    """Bootstrap servers of a real Kafka broker."""
    return servers.kafka_bootstrap_servers()


@pytest.fixture
def database(postgres: str) -> MakeDatabase:
    """`url = await database("chassis", "routing")`: a fresh database with these packages' tables."""
    from tests.support.databases import clone

    async def make(*packages: str) -> str:
        return await clone(postgres, packages, servers.run_folder())

    return make


@pytest.fixture
def packages() -> tuple[str, ...]:
    """Whose tables the database of `engine` has; override it in a test module or a folder's conftest."""
    return ("chassis",)


@pytest.fixture
async def engine(database: MakeDatabase, packages: tuple[str, ...]) -> AsyncIterator[AsyncEngine]:
    """An engine on a fresh database with the tables of `packages`."""
    from chassis.db import create_engine

    engine = create_engine(await database(*packages), name="test")
    yield engine
    await engine.dispose()


@pytest.fixture
async def topic(kafka: str) -> str:
    """A fresh topic with four partitions."""
    from eskalera.kafka import create_topic

    name = f"test-{uuid.uuid4().hex}"
    await create_topic(kafka, name, partitions=4)
    return name
