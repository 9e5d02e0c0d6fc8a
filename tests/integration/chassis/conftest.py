"""A database with the chassis' tables and a table of effects; Kafka's settings; a group of one's own."""

import uuid
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.db import create_engine
from chassis.kafka import KafkaSettings
from tests.conftest import MakeDatabase
from tests.support.notes import EFFECTS


@pytest.fixture
def connect(kafka: str) -> KafkaSettings:
    return KafkaSettings(bootstrap_servers=kafka)


@pytest.fixture
def group() -> str:
    return f"group-{uuid.uuid4().hex[:8]}"


@pytest.fixture
async def url(database: MakeDatabase) -> str:
    return await database("chassis")


@pytest.fixture
async def engine(url: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(url, name="test", pool_size=12)
    yield engine
    await engine.dispose()


@pytest.fixture
async def store(engine: AsyncEngine) -> AsyncEngine:
    """The engine of a database that also has the table of effects."""
    async with engine.begin() as conn:
        await conn.execute(text(EFFECTS))
    return engine
