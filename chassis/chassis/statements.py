"""Single statements on the hot path: written with SQLAlchemy, compiled once, run on asyncpg itself.

SQLAlchemy's execution costs several times what sending a statement does. Few need care; what every request asks (its
session), and what files a ticket, do.

    NEWEST = Statement(select(TICKET).where(TICKET.c.id == bindparam("ticket")))
    row = await NEWEST.first(engine, {"ticket": id})
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

from chassis.db import DatabaseAway

_DIALECT: Final = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves its constructor untyped


class Statement:
    """A `text()` or `select()` with named binds. One run is a transaction of its own.

    Raises asyncpg's errors (their text may quote a row: never show it), and DatabaseAway.
    """

    def __init__(self, statement: ClauseElement) -> None:
        compiled = statement.compile(dialect=_DIALECT)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError("only a statement that binds values")
        self._sql: Final = compiled.string
        self._names: Final = tuple(compiled.positiontup or ())

    async def first(self, engine: AsyncEngine, values: Mapping[str, Any]) -> Any | None:
        """The first row, by position or column (`row["id"]`); None without any."""
        rows = await self.all(engine, values)
        return rows[0] if rows else None

    async def all(self, engine: AsyncEngine, values: Mapping[str, Any]) -> list[Any]:
        """Every row."""
        arguments = [values[name] for name in self._names]
        pooled = await engine.raw_connection()
        connection: Any = pooled.driver_connection
        try:
            rows: list[Any] = await connection.fetch(self._sql, *arguments)
        except (OSError, TimeoutError, asyncpg.InterfaceError) as error:
            if isinstance(error, asyncpg.InterfaceError) and not connection.is_closed():
                raise  # a fault of the call, not of the connection
            pooled.invalidate()
            raise DatabaseAway(f"the database does not answer: {type(error).__name__}") from error
        finally:
            pooled.close()  # gives it back; no transaction was begun that would need a round trip to end
        return rows
