"""Migrations of a database: each package brings its own numbered files, under one lock for all replicas.

A package `routing` keeps them in `routing/migrations/versions`, its position in the table `routing_version`. Each
migration is one transaction. asyncpg runs one statement per call: write `op.execute` once per statement.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, MetaData, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

# Another migration waits its turn this long; a table lock is asked for briefly, so that running traffic never queues up
# behind it, and asked for again.
TURN: Final = timedelta(minutes=10)
LOCK_TIMEOUT: Final = timedelta(seconds=3)
LOCK_TRIES: Final = 10
_PAUSE: Final = 0.5
_ADVISORY_KEY: Final = 0x65736B616C657261  # "eskalera": one migration at a time per database
_LOCK_NOT_AVAILABLE: Final = "55P03"


class MigrationsBusy(Exception):
    """Another process has been migrating this database all the time, or a table stayed locked."""


class SchemaDiffers(Exception):
    """The migrated schema is not the declared one."""


async def migrate(engine: AsyncEngine, *packages: str) -> None:
    """Brings the packages' tables to their newest version, in the order given; harmless when they are.

    Raises MigrationsBusy. Long migrations want an engine with `statement_timeout=None`.
    """
    async with engine.connect() as connection:
        connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await _take_turn(connection)
        try:
            for package in packages:
                await _upgrade(engine, package)
        finally:
            await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ADVISORY_KEY})


async def _take_turn(connection: AsyncConnection) -> None:
    # Polled: a statement waiting inside pg_advisory_lock holds a snapshot, which blocks CREATE INDEX CONCURRENTLY.
    statement = text("SELECT pg_try_advisory_lock(:key)")
    for _ in range(int(TURN.total_seconds() / _PAUSE)):
        if await connection.scalar(statement, {"key": _ADVISORY_KEY}):
            return
        await asyncio.sleep(_PAUSE)
    raise MigrationsBusy("another process is migrating this database; try again when it is done")


async def _upgrade(engine: AsyncEngine, package: str) -> None:
    for attempt in range(LOCK_TRIES):
        try:
            async with engine.connect() as connection:
                # Out of the pool and closed at the end: its lock_timeout is not for the next user.
                await connection.run_sync(lambda sync_connection: sync_connection.detach())
                await connection.execute(text(f"SET lock_timeout = {int(LOCK_TIMEOUT.total_seconds() * 1000)}"))
                await connection.commit()
                await connection.run_sync(_upgrade_sync, package)
                return
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
            if attempt == LOCK_TRIES - 1:
                raise MigrationsBusy(f"a table that a migration of {package} changes stayed locked") from error
            await asyncio.sleep(_PAUSE)


def _upgrade_sync(connection: Connection, package: str) -> None:
    from alembic import command  # half a second and 10 MB that a running service can do without

    config = _config(package)
    config.attributes.update(connection=connection, version_table=f"{package}_version")
    command.upgrade(config, "head")


def _config(package: str) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "alembic_env"))
    config.set_main_option("version_locations", str(versions_folder(package)))
    config.set_main_option("path_separator", "os")
    return config


def versions_folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"no package {package}")
    return Path(spec.origin).parent / "migrations" / "versions"


async def declared_equals_migrated(connection: AsyncConnection, *metadata: MetaData) -> None:
    """Raises SchemaDiffers, one difference a line, unless the tables of the database are the declared ones.

    Compared through Postgres' own catalogue (columns, constraints, indexes with their predicates): the declared tables
    are created in a scratch schema of a transaction that is rolled back.
    """
    await connection.execute(text("SET search_path TO public"))
    migrated = await _catalogue(connection, "public")
    await connection.execute(text("CREATE SCHEMA declared"))
    await connection.execute(text("SET search_path TO declared, public"))
    for part in metadata:
        await connection.run_sync(part.create_all, checkfirst=False)
    declared = await _catalogue(connection, "declared")
    await connection.rollback()
    differences = [f"only declared: {line}" for line in sorted(declared - migrated)]
    differences += [f"only migrated: {line}" for line in sorted(migrated - declared)]
    if differences:
        raise SchemaDiffers("\n".join(differences))


_CATALOGUE: Final = text(
    """
    SELECT c.relname, concat_ws(' ', 'column', c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod),
           CASE WHEN a.attnotnull THEN 'not null' END, 'default ' || pg_get_expr(d.adbin, d.adrelid),
           'identity ' || nullif(CAST(a.attidentity AS text), '')) AS line
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE n.nspname = :schema AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT c.relname, concat_ws(' ', 'constraint', c.relname, k.conname, pg_get_constraintdef(k.oid))
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = :schema AND k.contype <> 'n'
    UNION ALL
    SELECT tablename, 'index ' || indexdef FROM pg_indexes WHERE schemaname = :schema
    """
)


async def _catalogue(connection: AsyncConnection, schema: str) -> set[str]:
    rows = [(table, line) for table, line in await connection.execute(_CATALOGUE, {"schema": schema})]
    alembics = {table for table, line in rows if line.startswith(f"column {table}.version_num ")}
    return {line.replace(f"{schema}.", "") for table, line in rows if table not in alembics}
