"""Statements on the hot path: written with SQLAlchemy, compiled once, run on asyncpg itself.

SQLAlchemy's execution costs several times what sending a statement does. Few need care; what every request asks (its
session), what files a ticket, and what a batch of events loads, do.

    NEWEST = Statement(select(TICKET).where(TICKET.c.id == bindparam("ticket")))
    row = await NEWEST.first(engine, {"ticket": id})
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import asyncpg
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

from chassis.db import DatabaseAway

_BEGIN: Final = text("SELECT 1")
"""SQLAlchemy begins a transaction with the first statement that goes through it."""
_OF_THE_CLIENT: Final = (asyncpg.InterfaceError, asyncpg.InternalClientError)
"""The second: asyncpg was asked between the server's last word and its hanging up."""
_DIALECT: Final = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves its constructor untyped


class Statement:
    """A `text()` or `select()` with named binds, and with values that are written in it.

    Raises asyncpg's errors (their text may quote a row: never show it), and DatabaseAway.
    """

    def __init__(self, statement: ClauseElement) -> None:
        compiled = statement.compile(dialect=_DIALECT)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError("only a statement that binds values")
        self._sql: Final = compiled.string
        self._names: Final = tuple(compiled.positiontup or ())
        self._written: Final = {name: value for name, value in compiled.params.items() if value is not None}

    async def first(self, engine: AsyncEngine, values: Mapping[str, Any]) -> Any | None:
        """The first row, by position or column (`row["id"]`); None without any. A transaction of its own."""
        rows = await self.all(engine, values)
        return rows[0] if rows else None

    async def all(self, engine: AsyncEngine, values: Mapping[str, Any]) -> list[Any]:
        """Every row. A transaction of its own."""
        pooled = await engine.raw_connection()
        try:
            return await self._fetch(pooled.driver_connection, values)
        except DatabaseAway:
            pooled.invalidate()
            raise
        finally:
            pooled.close()  # gives it back; no transaction was begun that would need a round trip to end

    async def within(self, conn: AsyncConnection, values: Mapping[str, Any]) -> list[Any]:
        """Every row, read in the transaction of a connection, if it has any: one that commits by itself has none."""
        driver: Any = (await conn.get_raw_connection()).driver_connection
        if not driver.is_in_transaction() and not _commits_by_itself(conn):
            await conn.execute(_BEGIN)
        try:
            return await self._fetch(driver, values)
        except DatabaseAway:
            await conn.invalidate()
            raise

    async def _fetch(self, driver: Any, values: Mapping[str, Any]) -> list[Any]:
        named = {**self._written, **values} if self._written else values
        try:
            rows: list[Any] = await driver.fetch(self._sql, *[named[name] for name in self._names])
        except (OSError, TimeoutError, *_OF_THE_CLIENT) as error:
            if isinstance(error, _OF_THE_CLIENT) and not driver.is_closed():
                raise  # a fault of the call, not of the connection
            raise DatabaseAway(f"the database does not answer: {type(error).__name__}") from error
        return rows


def _commits_by_itself(conn: AsyncConnection) -> bool:
    options = conn.sync_connection.get_execution_options() if conn.sync_connection else {}
    return options.get("isolation_level") == "AUTOCOMMIT"
