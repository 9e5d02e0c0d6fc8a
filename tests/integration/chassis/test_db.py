import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import db
from tests.conftest import MakeDatabase
from tests.support.proxy import Proxy


@pytest.fixture
async def proxy(url: str) -> AsyncIterator[Proxy]:
    async with Proxy(url) as proxy:
        yield proxy


@pytest.fixture
async def behind(proxy: Proxy) -> AsyncIterator[AsyncEngine]:
    """An engine that reaches its database through the proxy."""
    engine = db.create_engine(proxy.url, name="behind", statement_timeout=timedelta(seconds=1))
    yield engine
    proxy.restore()
    await engine.dispose()


async def one(engine: AsyncEngine) -> int | None:
    async with engine.connect() as connection:
        found: int | None = await connection.scalar(text("SELECT 1"))
    return found


async def test_a_connection_speaks_utc_and_names_its_program(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        names = ("application_name", "TimeZone", "statement_timeout", "lock_timeout", "jit")
        values = [await connection.scalar(text(f"SELECT current_setting('{name}')")) for name in names]
    assert values == ["test", "UTC", "30s", "10s", "off"]


async def test_json_keeps_swedish_letters_and_both_ways(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT jsonb_build_object('ort', 'Västerås')")) == {"ort": "Västerås"}


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
async def test_every_usual_scheme_of_a_url_is_understood(url: str, scheme: str) -> None:
    engine = db.create_engine(url.replace("postgresql", scheme, 1), name="test")
    assert await one(engine) == 1
    await engine.dispose()


def test_another_databases_url_is_refused() -> None:
    with pytest.raises(ValueError, match="postgresql://"):
        db.create_engine("mysql://localhost/x", name="test")


async def test_a_connection_that_died_while_idle_is_replaced_without_an_error(engine: AsyncEngine, url: str) -> None:
    async with engine.connect() as connection:
        process = await connection.scalar(text("SELECT pg_backend_pid()"))
    other = db.create_engine(url, name="other")
    async with other.connect() as connection:
        await connection.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})
    await other.dispose()
    await asyncio.sleep(0.2)
    assert await one(engine) == 1


async def test_a_connection_cut_in_the_middle_says_that_the_database_is_away(behind: AsyncEngine, proxy: Proxy) -> None:
    async with behind.connect() as connection:
        working = asyncio.create_task(connection.execute(text("SELECT pg_sleep(0.8)")))
        await asyncio.sleep(0.2)
        proxy.cut()
        with pytest.raises(Exception) as raised:
            await working
    assert db.is_unavailable(raised.value)


async def test_a_refused_connection_says_that_the_database_is_away_until_it_is_back(
    behind: AsyncEngine, proxy: Proxy
) -> None:
    assert await one(behind) == 1
    proxy.cut()
    await asyncio.sleep(0.1)
    with pytest.raises(db.DatabaseAway) as raised:
        await one(behind)
    assert db.is_unavailable(raised.value)
    proxy.restore()
    assert await one(behind) == 1


async def test_a_database_that_answers_no_more_is_given_up_in_time(behind: AsyncEngine, proxy: Proxy) -> None:
    assert await one(behind) == 1
    proxy.hold()
    async with asyncio.timeout(10):
        with pytest.raises(db.DatabaseAway):
            await one(behind)


async def test_an_exhausted_pool_says_come_again(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "POOL_TIMEOUT", timedelta(seconds=0.1))
    engine = db.create_engine(url, name="small", pool_size=1)
    async with engine.connect():
        with pytest.raises(Exception) as raised:
            await one(engine)
    assert db.is_unavailable(raised.value)
    await engine.dispose()


async def test_a_slow_statement_ends_by_an_error_of_its_own(behind: AsyncEngine) -> None:
    async with behind.connect() as connection:
        with pytest.raises(DBAPIError, match="statement timeout") as raised:
            await connection.execute(text("SELECT pg_sleep(5)"))
    assert not db.is_unavailable(raised.value)


async def test_a_wrong_statement_or_database_is_no_absence(engine: AsyncEngine, url: str) -> None:
    async with engine.connect() as connection:
        with pytest.raises(DBAPIError) as wrong:
            await connection.execute(text("SELECT nothing"))
    nowhere = db.create_engine(url + "_nowhere", name="test")
    with pytest.raises(Exception, match="does not exist") as missing:
        await one(nowhere)
    assert not db.is_unavailable(wrong.value)
    assert not db.is_unavailable(missing.value)


async def test_an_errors_text_shows_no_parameters(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.execute(text("CREATE TEMPORARY TABLE person (name text PRIMARY KEY CHECK (name <> 'x'))"))
        with pytest.raises(IntegrityError) as raised:
            await connection.execute(text("INSERT INTO person VALUES (:name), (:name)"), {"name": "Kalle"})
    assert "[parameters" not in str(raised.value)
    assert "hidden" in str(raised.value)


async def test_a_dedicated_connection_takes_no_place_in_the_pool_and_closes(database: MakeDatabase) -> None:
    engine = db.create_engine(await database(), name="test", pool_size=1)
    async with db.dedicated(engine) as listening:
        assert await listening.fetchval("SELECT pg_try_advisory_lock(1)")
        assert await one(engine) == 1
    assert listening.is_closed()
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT pg_try_advisory_lock(1)"))
    await engine.dispose()
