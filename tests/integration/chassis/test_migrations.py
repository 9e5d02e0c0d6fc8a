import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest
from sqlalchemy import BigInteger, CheckConstraint, Column, Index, MetaData, Table, Text, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import migrations
from chassis.db import create_engine
from chassis.migrations import MigrationsBusy, SchemaDiffers, declared_equals_migrated, migrate
from tests.conftest import MakeDatabase

FIRST = """
op.create_table(
    "pizza",
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, server_default="margherita"),
    sa.Column("directory_version", sa.BigInteger),
    sa.CheckConstraint("id > 0", name="pizza_id"),
)
op.create_index("pizza_open", "pizza", ["name"], postgresql_where=sa.text("directory_version IS NULL"))
"""
SECOND = 'op.add_column("pizza", sa.Column("size", sa.BigInteger))'
BROKEN = 'op.add_column("pizza", sa.Column("taste", sa.Text)); op.execute("SELECT nothing")'


class Package:
    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self._versions = folder / name / "migrations" / "versions"
        self._versions.mkdir(parents=True)
        (folder / name / "__init__.py").touch()
        self._last: str | None = None

    def add(self, number: str, steps: str) -> None:
        head = f'revision = "{number}"\ndown_revision = {self._last!r}\n'
        body = "".join(f"    {line}\n" for line in dedent(steps).strip().splitlines())
        code = f"import sqlalchemy as sa\nfrom alembic import op\n{head}\ndef upgrade() -> None:\n{body}"
        (self._versions / f"{number}.py").write_text(code)
        self._last = number


@pytest.fixture
def pizza(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    monkeypatch.syspath_prepend(str(tmp_path))
    package = Package(tmp_path, "pizza_parlour")
    package.add("0001", FIRST)
    sys.modules.pop(package.name, None)
    return package


@pytest.fixture
async def engine(database: MakeDatabase) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(await database(), name="test")
    yield engine
    await engine.dispose()


async def scalar(engine: AsyncEngine, statement: str) -> object:
    async with engine.connect() as connection:
        return await connection.scalar(text(statement))


def declared(**change: object) -> MetaData:
    metadata = MetaData()
    where = text("directory_version IS NOT NULL" if "where" in change else "directory_version IS NULL")
    Table(
        "pizza",
        metadata,
        Column("id", BigInteger, primary_key=True),
        Column("name", Text, nullable="nullable" in change, server_default=str(change.get("default", "margherita"))),
        Column("directory_version", Text) if "type" in change else Column("directory_version", BigInteger),
        CheckConstraint("id > 1" if "check" in change else "id > 0", name="pizza_id"),
        Index("pizza_open", "name", postgresql_where=where),
    )
    if "table" in change:
        Table("pasta", metadata, Column("id", BigInteger, primary_key=True))
    return metadata


async def test_migrating_brings_the_tables_and_again_changes_nothing(engine: AsyncEngine, pizza: Package) -> None:
    await migrate(engine, pizza.name)
    await migrate(engine, pizza.name)
    assert await scalar(engine, "SELECT count(*) FROM pizza") == 0
    assert await scalar(engine, f"SELECT version_num FROM {pizza.name}_version") == "0001"


async def test_only_what_is_new_runs(engine: AsyncEngine, pizza: Package) -> None:
    await migrate(engine, pizza.name)
    pizza.add("0002", SECOND)
    await migrate(engine, pizza.name)
    assert await scalar(engine, "SELECT size FROM pizza") is None
    assert await scalar(engine, f"SELECT version_num FROM {pizza.name}_version") == "0002"


async def test_replicas_that_migrate_at_once_take_turns(engine: AsyncEngine, pizza: Package) -> None:
    await asyncio.gather(*(migrate(engine, pizza.name) for _ in range(3)))
    assert await scalar(engine, f"SELECT count(*) FROM {pizza.name}_version") == 1


async def test_a_failed_migration_leaves_nothing_of_itself_and_frees_the_lock(
    engine: AsyncEngine, pizza: Package
) -> None:
    pizza.add("0002", BROKEN)
    with pytest.raises(DBAPIError):
        await migrate(engine, pizza.name)
    columns = "SELECT count(*) FROM information_schema.columns WHERE table_name = 'pizza' AND column_name = 'taste'"
    assert await scalar(engine, columns) == 0
    assert await scalar(engine, f"SELECT version_num FROM {pizza.name}_version") == "0001"
    # The server's other databases, other tests', are in pg_locks too.
    own = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    assert await scalar(engine, f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND {own}") == 0


async def test_a_locked_table_is_waited_for_briefly_again_and_again(
    engine: AsyncEngine, pizza: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "LOCK_TIMEOUT", timedelta(seconds=0.2))
    monkeypatch.setattr(migrations, "LOCK_TRIES", 3)
    await migrate(engine, pizza.name)
    pizza.add("0002", SECOND)
    async with engine.begin() as holder:
        await holder.execute(text("LOCK TABLE pizza"))
        with pytest.raises(MigrationsBusy):
            await migrate(engine, pizza.name)
        waiting = asyncio.create_task(migrate(engine, pizza.name))
        await asyncio.sleep(0.3)
    await waiting
    assert await scalar(engine, f"SELECT version_num FROM {pizza.name}_version") == "0002"
    assert await scalar(engine, "SELECT current_setting('lock_timeout')") == "10s"


async def test_the_declared_schema_is_the_migrated_one(engine: AsyncEngine, pizza: Package) -> None:
    await migrate(engine, pizza.name)
    async with engine.connect() as connection:
        await declared_equals_migrated(connection, declared())


@pytest.mark.parametrize("change", ["where", "nullable", "default", "type", "check", "table"])
async def test_any_difference_from_the_declared_schema_is_named(
    engine: AsyncEngine, pizza: Package, change: str
) -> None:
    await migrate(engine, pizza.name)
    async with engine.connect() as connection:
        with pytest.raises(SchemaDiffers, match=r"only declared: (column|index|constraint)"):
            await declared_equals_migrated(connection, declared(**{change: "x"}))
    async with engine.connect() as connection:
        await declared_equals_migrated(connection, declared())


async def test_a_table_that_nobody_declares_is_named(engine: AsyncEngine, pizza: Package) -> None:
    pizza.add("0002", 'op.create_table("pasta", sa.Column("id", sa.BigInteger))')
    await migrate(engine, pizza.name)
    async with engine.connect() as connection:
        with pytest.raises(SchemaDiffers, match=r"only migrated: column pasta\.id"):
            await declared_equals_migrated(connection, declared())
