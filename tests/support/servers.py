"""One Postgres and one Kafka per test run, shared by all its workers, started when the first test asks.

A keeper process (`tests.support.keeper`) holds each server and stops it when the run's main process has ended, however
it ended. `DATABASE_URL` and `KAFKA_BOOTSTRAP_SERVERS` name servers of one's own to use instead.
"""

import fcntl
import os
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_DURABLE = "ESKALERA_TESTS_NOT_DURABLE"  # set by pytest; what is measured needs fsync
SESSION = "KAFKA_SESSION_SECONDS"
SHORT_SESSION = "3"  # each test that kills a consumer waits so long until another may have its partitions
PATIENCE = 300.0  # seconds; the first run on a machine fetches Kafka
_RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex


def run_folder() -> Path:
    """The run's own folder, the same for all its workers; Postgres' user must be able to enter it."""
    folder = Path(tempfile.gettempdir()) / f"eskalera-test-{_RUN}"
    folder.mkdir(mode=0o755, exist_ok=True)
    return folder


def postgres_url() -> str:
    """URL of a server on which databases may be created."""
    return os.environ.get("DATABASE_URL") or _kept("postgres")


def kafka_bootstrap_servers() -> str:
    return os.environ.get("KAFKA_BOOTSTRAP_SERVERS") or _kept("kafka")


def _kept(server: str) -> str:
    folder = run_folder()
    address, log = folder / f"{server}.address", folder / f"{server}.keeper.log"
    with (folder / f"{server}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not address.exists():
            _start_keeper(server, folder, log, address)
        return address.read_text()


def _start_keeper(server: str, folder: Path, log: Path, address: Path) -> None:
    main_process = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    with log.open("w") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.support.keeper", server, str(folder), str(main_process)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + PATIENCE
    while not address.exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{server} did not start:\n{log.read_text()}")
        time.sleep(0.05)
