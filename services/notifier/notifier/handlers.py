"""The notifier's use cases: take a batch of events in, and state how a mail ended. One transaction each."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import outbox, telemetry
from chassis.consumer import processing
from chassis.messages import Outgoing
from contracts import envelope
from contracts.envelope import Received
from contracts.events.notifier import NotificationEvent
from notifier.domain.fold import fold
from notifier.domain.plan import take_in
from notifier.domain.state import World
from notifier.store import erasure, queue, worlds
from notifier.store.queue import Due


async def handle(conn: AsyncConnection, messages: Sequence[Received]) -> None:
    """Take a batch in and plan what people are owed for it; the caller commits."""
    named = worlds.Named.by(message.event for message in messages)
    await worlds.lock(conn, named.municipalities)
    world = await worlds.load(conn, named)
    traceparents: dict[str, str | None] = {}
    for message in messages:
        before = len(world.planned)
        with processing(message):
            take_in(world, message.event)
            if len(world.planned) > before:
                traceparents[message.id] = telemetry.traceparent()
    await worlds.save(conn, world, traceparents)
    await erasure.redact(conn, [message.event for message in messages])
    await erasure.redact_failed(conn, messages)


async def end(engine: AsyncEngine, due: Due, event: NotificationEvent) -> bool:
    """Record that a mail was sent, or never will be; False if another sender took it over meanwhile."""
    async with engine.begin() as conn:
        if not await queue.attempted(conn, due):
            return False
        world = World(notifications={due.notification.id: due.notification})
        fold(world, event)
        await worlds.save(conn, world)
        await outbox.add(conn, [Outgoing(**envelope.row(event), traceparent=due.traceparent)])
    return True
