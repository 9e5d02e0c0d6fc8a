import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import metrics, outbox
from chassis.db import create_engine
from chassis.kafka import KafkaSettings, ensure_topics
from eskalera.kafka import Kafka
from tests.integration.chassis.test_relay import all_sent, relaying, say
from tests.support.notes import consuming, effects, effects_reach, log_of, note, produce, scalar, states
from tests.support.proxy import Proxy

pytestmark = pytest.mark.kafka


class Broker:
    """A broker of the test's own, to be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self._kafka = Kafka(folder / "kafka")
        self._log = folder / "kafka.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.connect = KafkaSettings(self._kafka.bootstrap_servers)

    async def start(self) -> None:
        await asyncio.to_thread(self._kafka.prepare)
        # Not `children.spawn`: its work between fork and exec does not suit a process with threads.
        tied = [setpriv, "--pdeathsig=KILL"] if (setpriv := shutil.which("setpriv")) else []
        command = [*tied, *self._kafka.command()]
        self._process = self._popen(command)
        while not await asyncio.to_thread(self._kafka.is_ready):
            assert self._process.poll() is None, self._log.read_text()[-2000:]
            await asyncio.sleep(0.1)

    def _popen(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as output:
            return subprocess.Popen(command, env=dict(self._kafka.env), stdout=output, stderr=subprocess.STDOUT)

    async def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(self._kafka.stop_signal)
            await asyncio.to_thread(self._process.wait, 20)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    broker = Broker(tmp_path)
    yield broker
    broker.kill()


@pytest.fixture
async def proxied(url: str) -> AsyncIterator[tuple[Proxy, AsyncEngine]]:
    async with Proxy(url) as proxy:
        engine = create_engine(proxy.url, name="proxied")
        yield proxy, engine
        await engine.dispose()


async def test_while_kafka_is_away_commits_go_on_and_all_arrives_once_and_in_order_when_it_is_back(
    store: AsyncEngine, broker: Broker, group: str
) -> None:
    notes = [note("k", number=number) for number in range(90)]
    connect, topic = broker.connect, "cases"
    async with relaying(store, connect, topic), consuming(store, connect, topic, group):
        await say(store, *notes[:30])  # the broker has never been there yet
        await asyncio.sleep(1)
        await broker.start()
        await ensure_topics(connect, {topic: 4})
        await effects_reach(store, 30, 60)
        await broker.stop()
        for each in notes[30:60]:
            await say(store, each)
        await asyncio.sleep(6)
        assert len(await effects(store)) == 30
        assert metrics.registry.get_sample_value("outbox_unsent_messages", {"source": "notes"}) == 30
        await broker.start()
        await effects_reach(store, 60, 60)
        broker.kill()  # without a goodbye
        await say(store, *notes[60:])
        await broker.start()
        await effects_reach(store, 90, 60)
        await all_sent(store)
        first = list(dict.fromkeys(record.header("ce_id") for record in await log_of(connect, topic)))
    assert first == [each.id for each in notes]
    assert [effect[0] for effect in await effects(store)] == [each.id for each in notes]
    assert await states(store) == {}


async def test_a_relay_stops_quickly_while_kafka_is_away_and_keeps_what_it_could_not_send(
    store: AsyncEngine, broker: Broker
) -> None:
    await broker.start()
    await ensure_topics(broker.connect, {"cases": 1})
    async with relaying(store, broker.connect, "cases") as task:
        await say(store, note("k"))
        await all_sent(store)
        broker.kill()
        await say(store, note("k"))
        await asyncio.sleep(0.5)
        task.cancel()
        started = asyncio.get_running_loop().time()
        await asyncio.wait([task])
    assert asyncio.get_running_loop().time() - started < 8
    assert await scalar(store, "SELECT count(*) FROM outbox WHERE sent_at IS NULL") == 1


@pytest.mark.parametrize("outage", ["cut", "hold"])
async def test_while_postgres_is_away_messages_wait_and_then_have_one_effect_in_order(
    store: AsyncEngine,
    proxied: tuple[Proxy, AsyncEngine],
    connect: KafkaSettings,
    topic: str,
    group: str,
    outage: str,
) -> None:
    proxy, through_proxy = proxied
    notes = [note("k", number=number) for number in range(40)]
    async with consuming(through_proxy, connect, topic, group), relaying(through_proxy, connect, topic):
        await produce(connect, topic, notes[:10])
        await effects_reach(store, 10)
        getattr(proxy, outage)()
        await produce(connect, topic, notes[10:20])
        await asyncio.sleep(2)
        assert len(await effects(store)) == 10
        async with store.begin() as conn:
            await outbox.add(conn, [each.outgoing() for each in notes[20:]])
        proxy.restore()
        await effects_reach(store, 40, 60)
    assert [effect[0] for effect in await effects(store)] == [each.id for each in notes]
    assert await states(store) == {}
