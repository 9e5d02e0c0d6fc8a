"""What ticketing does with others' facts: takes each in, and records what a reader should see.

The events of one batch are handled in memory, between one load and one save of all the cases they touch.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import outbox, telemetry
from chassis.consumer import decoder, processing
from chassis.messages import Outgoing, Record
from contracts import envelope
from contracts.envelope import Received
from ticketing.directories import Directories
from ticketing.domain import recorder
from ticketing.store import intake, world

OWN_SOURCE = f"{envelope.SOURCE_PREFIX}ticketing".encode()


def _is_of_others(record: Record) -> bool:
    return all(name != "ce_source" or value != OWN_SOURCE for name, value in record.headers)


decode = decoder(envelope.decode, envelope.Malformed, _is_of_others)
"""The event of a record; None for our own, which took effect before they were published."""


def handler(directories: Directories) -> Callable[[AsyncConnection, Sequence[Received]], Awaitable[None]]:
    """The batch handler of the consumer."""

    async def handle(conn: AsyncConnection, messages: Sequence[Received]) -> None:
        loaded = await world.load(conn, [message.event for message in messages], directories.all())
        await world.take_numbers(conn, loaded, [message.event for message in messages])
        said: list[Outgoing] = []
        for message in messages:
            with processing(message):
                facts = list(recorder.take_in(loaded, message.event, datetime.now(UTC)))
                said += intake.outgoing(facts, telemetry.traceparent())
        await world.save(conn, loaded)
        await outbox.add(conn, said)

    return handle
