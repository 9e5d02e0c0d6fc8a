"""`python -m tests.support.note_process relay|consumer URL BOOTSTRAP TOPIC GROUP`: one part in a process of its own."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from chassis.consumer import Consumer
from chassis.crashpoints import VARIABLE
from chassis.db import create_engine
from chassis.kafka import KafkaSettings
from chassis.relay import Relay
from tests.support.notes import QUICK, decode, save


async def work(part: str, url: str, bootstrap: str, topic: str, group: str) -> None:
    engine, connect = create_engine(url, name=part), KafkaSettings(bootstrap, session_timeout=timedelta(seconds=3))
    if part == "relay":
        await Relay(engine, connect, topic, "notes").run()
    else:
        await Consumer(engine, connect, topic, group, decode, save, policy=QUICK).run()


def crashing(point: str, part: str, url: str, bootstrap: str, topic: str, group: str = "") -> None:
    """Runs the part until it died at the crash point."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.note_process", part, url, bootstrap, topic, group],
        cwd=Path(__file__).parents[2],
        env={**os.environ, VARIABLE: point},
        timeout=60,
        capture_output=True,
        text=True,
    )
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:]))
