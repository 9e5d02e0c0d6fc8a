"""A real Apache Kafka of our own: one KRaft node on 127.0.0.1, internal topics with one copy."""

import asyncio
import os
import shutil
import signal
import subprocess
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, NoError, TopicAlreadyExistsError, for_code

from eskalera.errors import LocalError
from eskalera.java import find_java
from eskalera.kafka_jars import DIST, jars
from eskalera.ports import LOOPBACK, answers, free_port

_LEAN = ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"]


@dataclass
class Kafka:
    """One broker over `data` (formatted when empty)."""

    data: Path
    port: int = field(default_factory=free_port)
    controller_port: int = field(default_factory=free_port)
    name: str = "kafka"
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL

    @property
    def bootstrap_servers(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @property
    def env(self) -> Mapping[str, str]:
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}

    def prepare(self) -> None:
        """Fetch the jars, write the settings, format the log directory the first time."""
        self.data.mkdir(parents=True, exist_ok=True)
        self._settings_file.write_text("".join(f"{key}={value}\n" for key, value in self._settings().items()))
        if (self.data / "log" / "meta.properties").exists():
            return
        shutil.rmtree(self.data / "log", ignore_errors=True)
        cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        done = subprocess.run(
            [
                *self._java("kafka.tools.StorageTool"),
                # With `=`: one id of 64 begins with a dash, and would be read as an option.
                *("format", "--standalone", f"--cluster-id={cluster}", "--config", str(self._settings_file)),
            ],
            capture_output=True,
            text=True,
            env=self.env,
        )
        if done.returncode != 0:
            raise LocalError(f"Kafka could not format {self.data}.", done.stderr.strip() or done.stdout.strip())

    def command(self) -> list[str]:
        return [*self._java("kafka.Kafka"), str(self._settings_file)]

    def is_ready(self) -> bool:
        """Listening, and groups can be joined: until the offsets topic exists they retry for seconds."""
        return answers(self.port) and asyncio.run(_coordinates_groups(self.bootstrap_servers))

    @property
    def _settings_file(self) -> Path:
        return self.data / "server.properties"

    def _java(self, main: str) -> list[str]:
        logging = f"-Dlog4j2.configurationFile={DIST / 'log4j2.properties'}"
        return [find_java(), *_LEAN, logging, "-cp", f"{jars()}/*", main]

    def _settings(self) -> dict[str, object]:
        clients, controller = f"PLAINTEXT://{self.bootstrap_servers}", f"CONTROLLER://{LOOPBACK}:{self.controller_port}"
        return {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.bootstrap.servers": f"{LOOPBACK}:{self.controller_port}",
            "controller.listener.names": "CONTROLLER",
            "listeners": f"{clients},{controller}",
            "advertised.listeners": f"{clients},{controller}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs": self.data / "log",
            "auto.create.topics.enable": "false",
            "default.replication.factor": 1,
            "offsets.topic.replication.factor": 1,
            "offsets.topic.num.partitions": 4,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            "transaction.state.log.num.partitions": 2,
            "share.coordinator.state.topic.replication.factor": 1,
            "share.coordinator.state.topic.min.isr": 1,
            "share.coordinator.state.topic.num.partitions": 1,
            "group.initial.rebalance.delay.ms": 0,
            "group.min.session.timeout.ms": 1_000,
            "log.retention.hours": 168,
            "log.segment.bytes": 64 * 1024 * 1024,
            "num.network.threads": 2,
            "num.io.threads": 4,
            "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
        }


async def create_topic(bootstrap_servers: str, name: str, *, partitions: int) -> None:
    """Create the topic unless it exists; the count of an existing one is left as it is."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        answer = await admin.create_topics([NewTopic(name, num_partitions=partitions, replication_factor=1)])
        for _, code, *_ in answer.topic_errors:
            error = for_code(code)
            if error not in (NoError, TopicAlreadyExistsError):
                raise error(f"the topic {name} could not be created")
    finally:
        await admin.close()


async def _coordinates_groups(bootstrap_servers: str) -> bool:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers, request_timeout_ms=2_000)
    try:
        await admin.start()
        await admin.list_consumer_group_offsets("eskalera-probe")
    except KafkaError:
        return False
    finally:
        await admin.close()
    return True
