"""The database engine: SQLAlchemy on asyncpg, with time limits and one clean way to learn that the database is away.

DatabaseAway        no connection could be had, or an answer never came; wait and try again
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import asyncpg
from pydantic import SecretStr
from pydantic_core import from_json
from sqlalchemy import event, exc
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

CONNECT_TIMEOUT = timedelta(seconds=5)
POOL_TIMEOUT = timedelta(seconds=5)
STATEMENT_TIMEOUT = timedelta(seconds=30)
LOCK_TIMEOUT = timedelta(seconds=10)
IDLE_IN_TRANSACTION_TIMEOUT = timedelta(seconds=60)

# The server cancels a slow statement itself; the client gives up a little later, for a server that no longer answers.
ANSWER_MARGIN = timedelta(seconds=3)

# Classes and codes of SQLSTATE that say "not now": connection lost, shutting down, starting up, too many connections.
_AWAY_CLASS = "08"
_AWAY_CODES = frozenset({"57P01", "57P02", "57P03", "57P05", "53300"})


class DatabaseAway(Exception):
    """No connection to the database, or no answer from it."""


def normalised(url: str) -> str:
    """A libpq URL as asyncpg reads it: `postgres://…`, `postgresql://…`, a driver suffix dropped.

    Unix sockets are written `postgresql://user@/database?host=/run/postgresql`.
    """
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.partition("+")[0] not in {"postgres", "postgresql"}:
        raise ValueError("a database URL starts with postgresql://")
    return f"postgresql://{rest}"


def create_engine(
    url: str | SecretStr,
    *,
    name: str,
    pool_size: int = 6,
    statement_timeout: timedelta | None = STATEMENT_TIMEOUT,
) -> AsyncEngine:
    """An engine whose connections speak UTC, name their program and give up in time; it connects on first use.

    `name` is shown in `pg_stat_activity`. `statement_timeout=None` (for migrations) lets a statement take its time.
    """
    dsn = normalised(url.get_secret_value() if isinstance(url, SecretStr) else url)
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=partial(_connect, dsn, name, statement_timeout),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT.total_seconds(),
        pool_use_lifo=True,
        hide_parameters=True,  # an error's text ends up in logs, its parameters are people's texts
        json_serializer=partial(json.dumps, ensure_ascii=False, separators=(",", ":")),
        json_deserializer=from_json,  # a third of the time that json.loads takes: lists and chains are full of JSON
    )
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    event.listen(engine.sync_engine, "handle_error", _name_lost_answers)
    return engine


async def _connect(dsn: str, name: str, statement_timeout: timedelta | None) -> Any:
    limit = statement_timeout.total_seconds() if statement_timeout else 0
    try:
        return await asyncpg.connect(
            dsn,
            timeout=CONNECT_TIMEOUT.total_seconds(),
            command_timeout=limit + ANSWER_MARGIN.total_seconds() if limit else None,
            server_settings={
                "application_name": name,
                "timezone": "UTC",
                "statement_timeout": str(int(limit * 1000)),
                "lock_timeout": _milliseconds(LOCK_TIMEOUT),
                "idle_in_transaction_session_timeout": _milliseconds(IDLE_IN_TRANSACTION_TIMEOUT),
                "jit": "off",  # compiling costs more than it gains on short statements
            },
        )
    except (OSError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError) as error:
        raise DatabaseAway(f"the database gives no connection: {type(error).__name__}") from error
    except asyncpg.PostgresError as error:
        if _means_away(error.sqlstate):
            raise DatabaseAway(f"the database gives no connection: {type(error).__name__}") from error
        raise


def _milliseconds(limit: timedelta) -> str:
    return str(int(limit.total_seconds() * 1000))


def _means_away(sqlstate: str | None) -> bool:
    return sqlstate is not None and (sqlstate.startswith(_AWAY_CLASS) or sqlstate in _AWAY_CODES)


def _refuse_closed(dbapi_connection: Any, _record: object, _proxy: object) -> None:
    """Free of a round trip: asyncpg already knows when the server hung up, the pool then opens a fresh one."""
    if dbapi_connection.driver_connection.is_closed():
        raise exc.DisconnectionError("the server closed this connection")


def _name_lost_answers(context: ExceptionContext) -> BaseException | None:
    original = context.original_exception
    if isinstance(original, OSError | TimeoutError):
        context.is_disconnect = True
        away = DatabaseAway(f"the database does not answer: {type(original).__name__}")
        away.__cause__ = original
        return away
    return None


def is_unavailable(error: BaseException) -> bool:
    """Whether an error says 'the database is away or overloaded, the same again later may work'."""
    return any(_is_away(link) for link in _causes(error))


def _is_away(error: BaseException) -> bool:
    if isinstance(error, DatabaseAway | asyncpg.PostgresConnectionError):
        return True
    if isinstance(error, exc.TimeoutError):  # the pool had no connection to give in time
        return True
    if isinstance(error, exc.DBAPIError):
        return error.connection_invalidated or _means_away(getattr(error.orig, "sqlstate", None))
    return isinstance(error, asyncpg.PostgresError) and _means_away(error.sqlstate)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__


@asynccontextmanager
async def dedicated(engine: AsyncEngine) -> AsyncIterator[Any]:
    """A raw asyncpg connection outside the pool, closed at the end: for LISTEN and session advisory locks."""
    async with engine.connect() as connection:
        await connection.run_sync(lambda sync_connection: sync_connection.detach())
        adapted: Any = (await connection.get_raw_connection()).dbapi_connection
        yield adapted.driver_connection
