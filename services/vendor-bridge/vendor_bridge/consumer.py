"""What the bridge does with others' facts: the events of one batch are handled in memory, between one load and one
save of all the cases they touch.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import outbox, telemetry
from chassis.consumer import decoder, processing
from chassis.messages import Outgoing
from contracts import envelope
from contracts.envelope import Received
from contracts.events.base import Event
from contracts.events.registry import PRODUCER_OF, TYPES
from contracts.events.routing import ClockEvent
from contracts.events.ticketing import Erasing, PersonErased
from vendor_bridge import peers
from vendor_bridge.domain import erasing
from vendor_bridge.domain.context import Context
from vendor_bridge.domain.fold import consumes, fold
from vendor_bridge.domain.react import CONSUMED, react
from vendor_bridge.domain.state import World
from vendor_bridge.events import outgoing
from vendor_bridge.store import erasure, world
from vendor_bridge.store.directories import Directories

SERVICE = "vendor-bridge"
_UNINTERESTING = frozenset(
    name
    for name, event_type in TYPES.items()
    if PRODUCER_OF[name] == SERVICE or not (consumes(event_type) or event_type in CONSUMED)
)
"""Our own, which took effect before they were published, and what changes nothing here."""

decode = decoder(envelope.decode, envelope.Malformed, lambda record: record.header("ce_type") not in _UNINTERESTING)
"""The event of a record; None for what is not for the bridge."""


def concerns(event: Event) -> bool:
    """Teams' promises are most of all clocks, and nothing to a vendor."""
    return not isinstance(event, ClockEvent) or event.party.startswith("vendor:")


def take_in(loaded: World, event: Event) -> list[Event]:
    """Folds a fact of others, and what the bridge states on it."""
    fold(loaded, event)
    own: list[Event] = []
    for stated in react(loaded, event, Context.of(event, loaded.now)):
        fold(loaded, stated)
        own.append(stated)
    return own


def handler(directories: Directories) -> Callable[[AsyncConnection, Sequence[Received]], Awaitable[None]]:
    """The batch handler of the consumer."""

    async def handle(conn: AsyncConnection, received: Sequence[Received]) -> None:
        messages = [message for message in received if concerns(message.event)]
        loaded = await world.load(conn, [message.event for message in messages], directories, datetime.now(UTC))
        said: list[Outgoing] = []
        for message in messages:
            with processing(message):
                loaded.now, loaded.traceparent = datetime.now(UTC), telemetry.traceparent()
                said += outgoing(take_in(loaded, message.event), loaded.traceparent)
        await world.save(conn, loaded)
        for message in messages:
            if isinstance(message.event, Erasing | PersonErased):
                await erasure.redact(conn, message.event, erasing.held(loaded, message.event))
        await peers.tell(conn, loaded, [message.event for message in messages])
        await outbox.add(conn, said)

    return handle
