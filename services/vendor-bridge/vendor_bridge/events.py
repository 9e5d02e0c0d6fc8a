"""Events as rows of the outbox."""

from collections.abc import Iterable

from chassis.messages import Outgoing
from contracts import envelope
from contracts.events.base import Event


def outgoing(events: Iterable[Event], traceparent: str | None = None) -> list[Outgoing]:
    """In their order; `traceparent` None takes the current span's."""
    return [Outgoing(**envelope.row(event), traceparent=traceparent) for event in events]
