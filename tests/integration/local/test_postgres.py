import os
import signal
import threading
from pathlib import Path

import asyncpg
import pytest

from eskalera.children import running, start, stop
from eskalera.postgres import Postgres, create_databases


async def test_what_was_committed_survives_a_kill_of_the_server(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgres", password="a secret / with odd signs")
    process = start(server, tmp_path / "log")
    try:
        await create_databases(server.url(), ["kept"])
        connection = await asyncpg.connect(server.url("kept"))
        await connection.execute("CREATE TABLE promise (text text)")
        await connection.execute("INSERT INTO promise VALUES ('kept')")
    finally:
        stop(process, signal.SIGKILL)
    with running(server, tmp_path / "log"):
        await create_databases(server.url(), ["kept"])
        connection = await asyncpg.connect(server.url("kept"))
        assert await connection.fetchval("SELECT text FROM promise") == "kept"
        assert await connection.fetchval("SHOW fsync") == "on"
        assert await connection.fetchval("SHOW synchronous_commit") == "on"
        assert await connection.fetchval("SHOW timezone") == "UTC"
        await connection.close()


async def test_it_starts_anew_beside_what_is_left_of_one_that_was_killed(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgres")
    process = start(server, tmp_path / "log")
    connection = await asyncpg.connect(server.url("postgres"))
    left = connection.get_server_pid()
    os.kill(left, signal.SIGSTOP)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    goes_on = threading.Timer(0.5, os.kill, (left, signal.SIGCONT))
    goes_on.start()
    with running(server, tmp_path / "log"):
        goes_on.join()
        again = await asyncpg.connect(server.url("postgres"))
        assert await again.fetchval("SELECT 1") == 1
        await again.close()
    connection.terminate()


async def test_a_server_with_a_password_refuses_a_wrong_one(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgres", password="right")
    with running(server, tmp_path / "log"), pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(server.url().replace("right", "wrong"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts it as another user")
async def test_root_may_keep_the_data_where_postgres_own_user_cannot_go(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o700)
    server = Postgres(tmp_path / "closed" / "postgres")
    with running(server, tmp_path / "log"):
        connection = await asyncpg.connect(server.url())
        assert await connection.fetchval("SELECT 1") == 1
        await connection.close()
