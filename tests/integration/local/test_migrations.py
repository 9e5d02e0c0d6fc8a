"""Every package's migrations, on the locked Postgres and on 15, the oldest promised (Debian's, where installed)."""

from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from chassis.db import create_engine
from chassis.migrations import migrate, versions_folder
from eskalera.children import running
from eskalera.postgres import Postgres, bundled_programs, create_databases
from eskalera.topology import PACKAGES

OLDEST = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(OLDEST, id="15", marks=pytest.mark.skipif(not OLDEST.exists(), reason="no Postgres 15 installed")),
        pytest.param(bundled_programs(), id="locked"),
    ],
)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    folder = tmp_path_factory.mktemp("migrations")
    postgres = Postgres(folder / "postgres", programs=request.param)
    with running(postgres, folder / "log"):
        yield postgres


@pytest.mark.parametrize("package", PACKAGES)
async def test_migrations_reach_the_newest_version_and_run_again_harmlessly(server: Postgres, package: str) -> None:
    await create_databases(server.url(), [package])
    engine = create_engine(server.url(package), name="test")
    for _ in range(2):
        await migrate(engine, "chassis", package)
    await engine.dispose()
    connection = await asyncpg.connect(server.url(package))
    applied = await connection.fetchval(f"SELECT version_num FROM {package}_version")
    await connection.close()
    assert applied == max(path.stem for path in versions_folder(package).glob("[0-9]*.py")).partition("_")[0]
