"""The notifier as it runs: a process between a topic and a mail server, killed where it hurts."""

import signal
import uuid

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.events.base import Event
from contracts.events.notifier import NotificationSent
from eskalera.kafka import create_topic
from tests.integration.notifier.conftest import nothing_is_owed, rows, stated, until_rows
from tests.integration.notifier.test_sending import now_telling
from tests.integration.routing.conftest import publish
from tests.support import notifier_process
from tests.support.mail import MailHost

pytestmark = pytest.mark.kafka


@pytest.fixture
async def settings(postgres_url_of_engine: str, kafka: str, host: MailHost) -> dict[str, str]:
    prefix = f"{uuid.uuid4().hex}-"
    await create_topic(kafka, f"{prefix}cases", partitions=4)
    return notifier_process.environment(postgres_url_of_engine, kafka, prefix, host.url)


@pytest.fixture
async def postgres_url_of_engine(engine: AsyncEngine, postgres: str) -> str:
    """The test's own database."""
    from tests.support.databases import with_database

    (row,) = await rows(engine, "SELECT current_database() AS name")
    return with_database(postgres, row.name)


def story() -> list[Event]:
    life = now_telling()
    filed = life.filed()
    incident, opened = life.opened(filed)
    return [*life.beginning(), filed, *opened, life.assigned(incident)]


async def test_a_notifier_reads_the_topic_mails_and_states_it(
    engine: AsyncEngine, kafka: str, host: MailHost, settings: dict[str, str]
) -> None:
    async with notifier_process.running(settings) as management:
        await publish(kafka, f"{settings['KAFKA_TOPIC_PREFIX']}cases", story())
        while len(host.mails) < 2:
            await nothing_is_owed(engine)
        await nothing_is_owed(engine)
        await until_rows(engine, "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE sent_at IS NULL)")
        figures = (await management.get("/metrics")).text
    assert 'notifications_total{occasion="handed_over",outcome="sent"} 1.0' in figures
    assert await stated(engine) == [NotificationSent.TYPE] * 2


@pytest.mark.parametrize(("point", "copies"), [("notifier.before_send", 1), ("notifier.after_250", 2)])
async def test_n2_a_mail_repeated_after_a_crash_has_the_same_message_id_and_one_record(
    engine: AsyncEngine, kafka: str, host: MailHost, settings: dict[str, str], point: str, copies: int
) -> None:
    await publish(kafka, f"{settings['KAFKA_TOPIC_PREFIX']}cases", story())
    killed = notifier_process.start(settings, crash_at=point)
    assert await notifier_process.died(killed) == -signal.SIGKILL
    async with notifier_process.running(settings):
        while len(await stated(engine)) < 2:
            await nothing_is_owed(engine)
    receipts = [mail for mail in host.mails if mail.subject.startswith("Vi har fått")]
    assert len(receipts) == copies
    assert len({dict(mail.headers)["Message-ID"] for mail in receipts}) == 1
    assert len(host.mails) == copies + 1
    assert await stated(engine) == [NotificationSent.TYPE] * 2
