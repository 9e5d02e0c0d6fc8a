"""The notifier's tables and batches on a real Postgres."""

import random
from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import tables as chassis_tables
from chassis.db import create_engine
from chassis.migrations import declared_equals_migrated
from contracts.envelope import Received
from contracts.erasure import redacted
from contracts.events.base import Event
from contracts.events.ticketing import PersonErased, TicketConfirmedFixed, TicketErased, TicketWithdrawn
from notifier import replay
from notifier.store import dump
from notifier.store.tables import metadata
from tests.conftest import MakeDatabase
from tests.integration.notifier.conftest import delivering, nothing_is_owed, recorded, rows, take_in
from tests.support.mail import MailHost
from tests.support.notifier_life import LENA, Telling
from tests.support.routing_life import received

PEOPLE = (LENA, "larare-2", "larare-3", "borta")


def stream(count: int, municipality: str = "malarvik", seed: int = 1, *, erasing: bool = False) -> Telling:
    """A life of `count` random events of the last hours, told to the rules in memory.

    `erasing`: now and then somebody is erased, report by report.
    """
    life, chance = Telling(municipality, seed), random.Random(f"{municipality}/{seed}")
    life.at = datetime.now(UTC) - timedelta(minutes=2 * count + 60)
    life.tell(*life.beginning(*PEOPLE), life.person("samordnare", teams=("samordnaren",)))
    incidents: dict[str, list[str]] = {}
    works = [life.planned("login", minutes=3)]
    life.tell(works[0])
    while len(life.history) < count:
        if erasing and chance.random() < 0.05:
            life.tell(*life.erased(chance.choice(PEOPLE)))
        if chance.random() < 0.05:
            works.append(life.planned("login", minutes=chance.choice((3, 30)), schools=chance.choice(([], ["sjobo"]))))
            life.tell(chance.choice([works[-1], life.changed(life.world.works[works[0].work], minutes=1)]))
        if not incidents or chance.random() < 0.4:
            ticket = life.filed(reporter=chance.choice([*PEOPLE, "okand"]))
            life.tell(ticket)
            if incidents and chance.random() < 0.5:
                incident = chance.choice([*incidents])
                life.tell(life.linked(incident, ticket.ticket))
            else:
                incident, opened = life.opened(ticket)
                life.tell(*opened)
            incidents.setdefault(incident, []).append(ticket.ticket)
            continue
        incident = chance.choice([*incidents])
        ticket_id = chance.choice(incidents[incident])
        ways = (life.assigned, life.assigned, life.to_team, life.resolved, life.reopened, life.closed)
        if chance.random() < 0.1:
            work = chance.choice([known for known in works if known.work in life.world.works])
            life.tell(chance.choice([*life.matched(incident, work), life.released(incident)]))
        words: list[Event] = [
            chance.choice(ways)(incident),
            life.asked(incident, chance.choice([ticket_id, None])),
            life.says(chance.choice([TicketConfirmedFixed, TicketWithdrawn]), ticket_id),
            life.wrote(ticket_id),
        ]
        life.tell(chance.choice(words))
    return life


async def planned(engine: AsyncEngine) -> set[str]:
    return {row.id for row in await rows(engine, "SELECT id FROM notification")}


async def test_the_migrated_schema_is_the_declared_one(engine: AsyncEngine) -> None:
    async with engine.connect() as conn:
        await declared_equals_migrated(conn, metadata, chassis_tables.metadata)


@pytest.mark.parametrize("size", [1, 7, 400])
async def test_batches_of_any_size_owe_what_one_event_at_a_time_owes(engine: AsyncEngine, size: int) -> None:
    life = stream(400, seed=size)
    for start in range(0, len(life.history), size):
        await take_in(engine, life.history[start : start + size])
    assert len(life.world.notifications) > 90
    assert await planned(engine) == set(life.world.notifications)


async def test_n9_two_municipalities_in_one_batch_keep_apart(engine: AsyncEngine, host: MailHost) -> None:
    """The same person ids mean other people there."""
    lives = [stream(100, place) for place in ("malarvik", "hallsberg")]
    shorter = min(len(life.history) for life in lives)
    async with delivering(engine, host.url):
        await take_in(engine, [life.history[nth] for nth in range(shorter) for life in lives])
        await nothing_is_owed(engine)
    owed = [Telling(life.municipality) for life in lives]
    for again, life in zip(owed, lives, strict=True):
        again.tell(*life.history[:shorter])
    assert await planned(engine) == {id_ for again in owed for id_ in again.world.notifications}
    for mail in host.mails:
        id_ = dict(mail.headers)["Message-ID"][1:].partition("@")[0]
        (life,) = [life for life in owed if id_ in life.world.notifications]
        assert mail.recipients[0].endswith(f"@{life.municipality}.example")
        told = life.world.notifications[id_]
        assert all(link in mail.text for link in ([told.case] if told.occasion == "wrote" else told.tickets))


@pytest.mark.parametrize("erasing", [False, True], ids=["as it was said", "after people were erased"])
async def test_n10_a_replay_of_the_record_into_an_empty_database_makes_the_same_tables_and_sends_nothing(
    engine: AsyncEngine, host: MailHost, database: MakeDatabase, packages: tuple[str, ...], erasing: bool
) -> None:
    host.answer = lambda to: "550 5.1.1 unknown" if to.startswith("borta") else None
    life = stream(300, erasing=erasing)
    async with delivering(engine, host.url):
        for start in range(0, 240, 40):
            await take_in(engine, life.history[start : start + 40])
        await nothing_is_owed(engine)
    await take_in(engine, life.history[240:])  # owed, and not sent yet
    mails = len(host.mails)
    gone = [event for event in life.history if isinstance(event, TicketErased | PersonErased)]
    assert bool(gone) == erasing
    record = on_the_topic([reduce(redacted, gone, event) for event in life.history], await recorded(engine))
    other = create_engine(await database(*packages), name="replayed")
    try:
        async with other.begin() as conn:
            for start in range(0, len(record), 77):
                await replay.apply(conn, record[start : start + 77])
        async with engine.connect() as conn, other.connect() as replayed:
            lines = (await dump(conn)).splitlines()
            assert (await dump(replayed)).splitlines() == lines
            assert await replayed.scalar(text("SELECT count(*) FROM outbox")) == 0
        states = {row.state for row in await rows(engine, "SELECT state FROM notification")}
        assert states == {"pending", "sent", "failed"} or erasing
        assert len(host.mails) == mails
    finally:
        await other.dispose()


def on_the_topic(events: list[Event], own: list[Received], seed: int = 1) -> list[Received]:
    """Others' events with the notifier's among them, which come some time after their cause."""
    chance = random.Random(seed)
    by_cause: dict[str, list[Received]] = {}
    for each in own:
        by_cause.setdefault(each.event.caused_by or "", []).append(each)
    topic: list[Received] = []
    late: list[Received] = []
    for event in events:
        topic.append(received(event))
        late += by_cause.pop(event.id, [])
        if chance.random() < 0.3:
            topic += late
            late = []
    return topic + late


async def test_every_statement_finds_its_rows_by_an_index(engine: AsyncEngine) -> None:
    await take_in(engine, stream(300).history)
    async with engine.connect() as conn:
        await conn.execute(text("SET enable_seqscan = off"))
        for query in (
            "SELECT * FROM ticket WHERE id = ANY ('{a}') OR incident = ANY ('{a}')",
            "SELECT * FROM work WHERE municipality = ANY ('{a}') AND ends_at > now() AND starts_at <= now()",
            "SELECT * FROM person WHERE municipality = ANY ('{a}') AND id = ANY ('{a}')",
            "SELECT id FROM notification WHERE (state = 'pending') AND due_at <= now() ORDER BY due_at LIMIT 20",
            "SELECT min(planned_at) FROM notification WHERE state = 'pending'",
        ):
            plan = "\n".join(await conn.scalars(text(f"EXPLAIN {query}")))
            assert "Seq Scan" not in plan, plan
