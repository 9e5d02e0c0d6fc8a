"""The steps between the servers and the services: databases, migrations, topic."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import asyncpg
from aiokafka.errors import KafkaError

from eskalera.errors import LocalError, last_lines
from eskalera.kafka import create_topic
from eskalera.postgres import create_databases

TOPIC = "cases"
SERVICES = ("ticketing", "routing", "notifier", "vendor-bridge")


def create_all_databases(server_url: str, databases: Mapping[str, str]) -> None:
    try:
        asyncio.run(create_databases(server_url, list(databases)))
    except asyncpg.InsufficientPrivilegeError:
        asyncio.run(_check_they_exist(databases))
    except (OSError, asyncpg.PostgresError) as error:
        raise LocalError(f"The Postgres of DATABASE_URL cannot be used: {error}.") from None


async def _check_they_exist(databases: Mapping[str, str]) -> None:
    for name, url in databases.items():
        try:
            await (await asyncpg.connect(url)).close()
        except asyncpg.InvalidCatalogNameError:
            raise LocalError(
                f"The user of DATABASE_URL may not create databases, and {name} is missing: create it first."
            ) from None


def migrate_all(databases: Mapping[str, str], logs: Path) -> None:
    """In one process of its own: alembic's memory goes with it, and its imports are paid once for all databases."""
    log = logs / "migrations.log"
    with log.open("ab") as output:
        done = subprocess.run(
            [sys.executable, "-m", "eskalera.migrations"],
            input=json.dumps(dict(databases)).encode(),  # not in the arguments: the URLs hold the password
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    if done.returncode != 0:
        raise LocalError(f"A migration failed; its log is {log}.", last_lines(log))


def cases_topic(environ: Mapping[str, str]) -> str:
    """The topic's full name."""
    return environ.get("KAFKA_TOPIC_PREFIX", "") + TOPIC


async def create_topics(brokers: str, environ: Mapping[str, str]) -> None:
    """The cases' topic, and one for each service's dead letters (R20)."""
    cases = cases_topic(environ)
    await create_topic(brokers, cases, partitions=int(environ.get("KAFKA_PARTITIONS", "4")))
    for service in SERVICES:
        # As `chassis.deadletters` names them; importing that would cost every start the database libraries.
        await create_topic(brokers, f"{cases}.dlq.{service}", partitions=1)


def create_all_topics(brokers: str, environ: Mapping[str, str]) -> None:
    try:
        asyncio.run(create_topics(brokers, environ))
    except KafkaError as error:
        raise LocalError(f"The topic {cases_topic(environ)} could not be created at {brokers}: {error}.") from None
