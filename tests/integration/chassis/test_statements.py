"""Hot statements answer as SQLAlchemy's own execution does, and learn as it does that the database is away."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from sqlalchemy import bindparam, column, select, table, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import db
from chassis.consumer.endings import is_transient
from chassis.statements import Statement
from tests.support.proxy import Proxy

SLEEP = Statement(text("SELECT pg_sleep(:seconds)"))
ONE = Statement(text("SELECT 1 AS one"))


@pytest.fixture
async def proxy(url: str) -> AsyncIterator[Proxy]:
    async with Proxy(url) as proxy:
        yield proxy


@pytest.fixture
async def behind(proxy: Proxy) -> AsyncIterator[AsyncEngine]:
    """An engine of one connection that reaches its database through the proxy."""
    engine = db.create_engine(proxy.url, name="behind", pool_size=1, statement_timeout=timedelta(seconds=1))
    yield engine
    proxy.restore()
    await engine.dispose()


async def test_a_value_named_twice_is_bound_once_and_rows_come_by_name(engine: AsyncEngine) -> None:
    both = Statement(text("SELECT CAST(:word AS text) AS first, CAST(:word AS text) || :more AS second"))
    row = await both.first(engine, {"word": "å", "more": "ä"})
    assert row is not None
    assert dict(row) == {"first": "å", "second": "åä"}


async def test_json_lists_and_times_come_as_sqlalchemy_gives_them(engine: AsyncEngine) -> None:
    at = datetime(2026, 10, 5, 7, 33, tzinfo=UTC)
    source = text("SELECT CAST(:at AS timestamptz) AS at, jsonb_build_object('sv', 'Löst') AS words, ARRAY['a'] AS ids")
    row = await Statement(source).first(engine, {"at": at})
    async with engine.connect() as conn:
        assert dict(row or {}) == dict((await conn.execute(source, {"at": at})).mappings().one())


async def test_a_select_binds_by_its_parameters_names(engine: AsyncEngine) -> None:
    async with engine.begin() as conn:
        await conn.execute(text("CREATE TABLE thing (id text, facts jsonb)"))
        await conn.execute(text("INSERT INTO thing VALUES ('a', '{\"n\": 1}'), ('b', '{\"n\": 2}')"))
    thing = table("thing", column("id"), column("facts", JSONB))
    which = select(thing).where(thing.c.id == bindparam("which"))
    assert [dict(row) for row in await Statement(which).all(engine, {"which": "b"})] == [{"id": "b", "facts": {"n": 2}}]
    with pytest.raises(KeyError):
        await Statement(which).all(engine, {})
    written = Statement(select(thing.c.id).where(thing.c.id != "a", thing.c.id == bindparam("which")))
    assert [len(await written.all(engine, {"which": which})) for which in "ab"] == [0, 1]


async def test_each_run_is_committed_by_itself_and_a_failed_one_leaves_the_connection_usable(
    behind: AsyncEngine,
) -> None:
    async with behind.begin() as conn:
        await conn.execute(text("CREATE TABLE taken (id int PRIMARY KEY)"))
    put = Statement(text("INSERT INTO taken VALUES (CAST(:id AS int)) RETURNING id"))
    await put.first(behind, {"id": 1})
    with pytest.raises(asyncpg.UniqueViolationError):
        await put.first(behind, {"id": 1})
    async with behind.connect() as conn:
        assert await conn.scalar(text("SELECT count(*) FROM taken")) == 1


async def test_a_wrong_value_is_the_callers_fault_and_no_absence(engine: AsyncEngine) -> None:
    with pytest.raises(asyncpg.DataError):
        await Statement(text("SELECT CAST(:n AS int)")).first(engine, {"n": "three"})


async def test_a_connection_cut_in_the_middle_says_that_the_database_is_away_and_is_replaced(
    behind: AsyncEngine, proxy: Proxy
) -> None:
    working = asyncio.create_task(SLEEP.first(behind, {"seconds": 0.8}))
    await asyncio.sleep(0.3)
    proxy.cut()
    with pytest.raises(Exception) as raised:
        await working
    assert db.is_unavailable(raised.value)
    proxy.restore()
    found = await ONE.first(behind, {})
    assert found is not None
    assert found["one"] == 1


async def test_between_a_servers_last_word_and_its_hanging_up_the_database_is_away(
    behind: AsyncEngine, proxy: Proxy, engine: AsyncEngine
) -> None:
    process = await Statement(text("SELECT pg_backend_pid()")).first(behind, {})
    assert process is not None
    proxy.linger()
    async with engine.connect() as conn:
        await conn.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process[0]})
    await proxy.parted.wait()
    for _ in range(5):  # the loop reads what was passed on
        await asyncio.sleep(0)
    with pytest.raises(db.DatabaseAway):
        await ONE.first(behind, {})
    proxy.restore()
    assert await ONE.first(behind, {})


async def test_a_database_that_answers_no_more_is_given_up_in_time(behind: AsyncEngine, proxy: Proxy) -> None:
    await ONE.first(behind, {})
    proxy.hold()
    async with asyncio.timeout(10):
        with pytest.raises(db.DatabaseAway):
            await ONE.first(behind, {})
    proxy.restore()
    assert await ONE.first(behind, {})


async def test_a_cancelled_run_gives_its_connection_back(behind: AsyncEngine) -> None:
    working = asyncio.create_task(SLEEP.first(behind, {"seconds": 0.9}))
    await asyncio.sleep(0.2)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert await ONE.first(behind, {})


LOCKED = Statement(text("SELECT id FROM taken ORDER BY id FOR UPDATE"))
AT_ONCE = Statement(text("SELECT id FROM taken FOR UPDATE NOWAIT"))


@pytest.fixture
async def taken(engine: AsyncEngine) -> AsyncEngine:
    async with engine.begin() as conn:
        await conn.execute(text("CREATE TABLE taken AS SELECT 1 AS id"))
    return engine


async def test_within_a_transaction_the_first_read_holds_its_locks_to_the_end(taken: AsyncEngine) -> None:
    async with taken.begin() as conn:
        assert await LOCKED.within(conn, {})
        async with taken.begin() as other:
            with pytest.raises(asyncpg.LockNotAvailableError) as refused:
                await AT_ONCE.within(other, {})
            assert is_transient(refused.value)
    async with taken.begin() as conn:
        assert await AT_ONCE.within(conn, {})


async def test_within_a_transaction_its_own_writes_are_seen_and_undone_with_it(taken: AsyncEngine) -> None:
    async with taken.connect() as conn:
        await conn.execute(text("INSERT INTO taken VALUES (2)"))
        assert [row["id"] for row in await LOCKED.within(conn, {})] == [1, 2]
        await conn.rollback()
        assert [row["id"] for row in await LOCKED.within(conn, {})] == [1]


async def test_a_connection_cut_within_a_transaction_is_told_and_replaced(behind: AsyncEngine, proxy: Proxy) -> None:
    async def reads() -> None:
        async with behind.begin() as conn:
            await SLEEP.within(conn, {"seconds": 0.8})

    working = asyncio.create_task(reads())
    await asyncio.sleep(0.3)
    proxy.cut()
    with pytest.raises(Exception) as raised:
        await working
    assert is_transient(raised.value)
    proxy.restore()
    async with behind.begin() as conn:
        assert await ONE.within(conn, {})


async def test_a_database_that_is_silent_within_a_transaction_is_given_up_in_time(
    behind: AsyncEngine, proxy: Proxy
) -> None:
    async def reads() -> None:
        async with asyncio.timeout(20), behind.begin() as conn:
            await ONE.within(conn, {})
            proxy.hold()
            await ONE.within(conn, {})

    with pytest.raises(db.DatabaseAway):
        await reads()
    proxy.restore()
    async with behind.begin() as conn:
        assert await ONE.within(conn, {})


async def test_within_a_connection_that_commits_by_itself_no_transaction_is_begun(taken: AsyncEngine) -> None:
    async with taken.execution_options(isolation_level="AUTOCOMMIT").connect() as conn:
        assert await LOCKED.within(conn, {})
        async with taken.begin() as other:
            assert await AT_ONCE.within(other, {})
