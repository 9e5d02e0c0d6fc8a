"""Ticketing's tables as declared are those the migrations make."""

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import tables as chassis_tables
from chassis.migrations import declared_equals_migrated
from ticketing.store.tables import metadata


async def test_the_migrated_schema_is_the_declared_one(engine: AsyncEngine) -> None:
    async with engine.connect() as conn:
        await declared_equals_migrated(conn, metadata, chassis_tables.metadata)
