"""`python -m notifier.main` as a process of its own."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from chassis.crashpoints import VARIABLE
from eskalera.ports import free_port

ROOT = Path(__file__).parents[2]


def environment(url: str, kafka: str, prefix: str, smtp_url: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": url,
        "KAFKA_BOOTSTRAP_SERVERS": kafka,
        "KAFKA_TOPIC_PREFIX": prefix,
        "SMTP_URL": smtp_url,
        "NOTIFIER_SENDER": "Eskalera <eskalera@malarvik.example>",
        "NOTIFIER_MANAGEMENT_PORT": str(free_port()),
    }


def start(settings: dict[str, str], crash_at: str | None = None) -> subprocess.Popen[bytes]:
    """The process; it dies at `crash_at`."""
    settings = settings | ({VARIABLE: crash_at} if crash_at else {})
    return subprocess.Popen(
        [sys.executable, "-m", "notifier.main"],
        cwd=ROOT,
        env=settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


async def died(process: subprocess.Popen[bytes], seconds: float = 60) -> int:
    """Its exit code."""
    return await asyncio.to_thread(process.wait, seconds)


@asynccontextmanager
async def running(settings: dict[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    """The service, ready; gives a client of its management port, and stops it by SIGTERM."""
    process = start(settings)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings['NOTIFIER_MANAGEMENT_PORT']}") as client:
        try:
            while not await _ready(client):
                assert process.poll() is None, "it ended"
                await asyncio.sleep(0.1)
            yield client
        finally:
            process.terminate()
            assert await died(process) == 0


async def _ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).status_code == 200
    except httpx.TransportError:
        return False
