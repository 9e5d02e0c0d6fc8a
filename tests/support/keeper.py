"""`python -m tests.support.keeper postgres|kafka FOLDER PID`: keeps one server up as long as process PID lives."""

import contextlib
import os
import shutil
import sys
import time
from pathlib import Path

from eskalera.children import running
from eskalera.kafka import Kafka
from eskalera.postgres import Postgres
from tests.support.servers import NOT_DURABLE


def keep(server: str, folder: Path, main_process: int) -> None:
    durable = NOT_DURABLE not in os.environ
    program = (
        Postgres(folder / "postgres", max_connections=300, durable=durable)
        if server == "postgres"
        else Kafka(folder / "kafka")
    )
    with running(program, folder / f"{server}.log"):
        address = program.url() if isinstance(program, Postgres) else program.bootstrap_servers
        (folder / f"{server}.address.new").write_text(address)
        (folder / f"{server}.address.new").rename(folder / f"{server}.address")
        while _alive(main_process) and folder.exists():
            time.sleep(0.3)
    shutil.rmtree(folder / server, ignore_errors=True)
    for left in folder.glob(f"{server}.*"):
        left.unlink()
    with contextlib.suppress(OSError):  # the other keeper empties it
        folder.rmdir()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    keep(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
