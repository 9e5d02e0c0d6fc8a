"""Fixtures on real servers: `postgres`, `kafka`, a fresh `database` or `engine`, a fresh `topic`."""

from __future__ import annotations

import functools
import gc
import os
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import TYPE_CHECKING

import httpx
import pytest
import structlog
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from tests.support import servers
from tests.support.browser import system_chromium
from tests.support.shares import Shares

if TYPE_CHECKING:
    from playwright.async_api import Browser
    from sqlalchemy.ext.asyncio import AsyncEngine

MakeDatabase = Callable[..., Coroutine[None, None, str]]

WHOLE_SYSTEMS = ("e2e", "chaos", "bench")  # each starts many processes: never two at once
ONLY_A_BROWSER = "tests/e2e/test_pages_in_browser.py"

# Properties are checked by what they say, not by how long they take beside other work on the same machine.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()  # while all is imported
    os.environ[servers.NOT_DURABLE] = "yes"
    if "KAFKA_BOOTSTRAP_SERVERS" not in os.environ:  # a broker of one's own may not take so short a one
        os.environ[servers.SESSION] = servers.SHORT_SESSION
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Shares(), "shares")


def pytest_collection_finish() -> None:
    """What is imported by now stays: else every full collection walks through all of it."""
    gc.collect()
    gc.freeze()
    gc.enable()


class BySystem(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """A worker takes one file at a time; all whole systems belong to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        suite = file.removeprefix("tests/").partition("/")[0]
        return "whole systems" if suite in WHOLE_SYSTEMS and file != ONLY_A_BROWSER else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> BySystem:
    return BySystem(config, log)


@pytest.fixture(scope="session", autouse=True)
def plain_tracebacks() -> Iterator[None]:
    """An unforeseen error is told at once: structlog's own way, with every local value, takes a second or a minute."""
    before = structlog.get_config()
    written = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, written]
    )
    yield
    structlog.configure(**before)


@pytest.fixture(scope="session", autouse=True)
def certificates_read_once() -> Iterator[None]:
    """httpx reads the authorities' certificates for each client, in 20 ms, and there are thousands of clients."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("httpx._transports.default.create_ssl_context", functools.cache(httpx.create_ssl_context))
        yield


@pytest.fixture(scope="session")
def postgres() -> str:
    """URL of a real Postgres server."""
    return servers.postgres_url()


@pytest.fixture(scope="session")
def kafka() -> str:
    """Bootstrap servers of a real Kafka broker."""
    return servers.kafka_bootstrap_servers()


@pytest.fixture
def database(postgres: str) -> MakeDatabase:
    """`url = await database("chassis", "routing")`: a fresh database with these packages' tables."""
    from tests.support.databases import clone

    async def make(*packages: str) -> str:
        return await clone(postgres, packages, servers.run_folder())

    return make


@pytest.fixture
def packages() -> tuple[str, ...]:
    """Whose tables the database of `engine` has; override it in a test module or a folder's conftest."""
    return ("chassis",)


@pytest.fixture
async def engine(database: MakeDatabase, packages: tuple[str, ...]) -> AsyncIterator[AsyncEngine]:
    """An engine on a fresh database with the tables of `packages`."""
    from chassis.db import create_engine

    engine = create_engine(await database(*packages), name="test")
    yield engine
    await engine.dispose()


@pytest.fixture
async def topic(kafka: str) -> str:
    """A fresh topic with four partitions."""
    from eskalera.kafka import create_topic

    name = f"test-{uuid.uuid4().hex}"
    await create_topic(kafka, name, partitions=4)
    return name


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium; give each test a context of its own."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=system_chromium(), args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        yield chromium
        await chromium.close()
