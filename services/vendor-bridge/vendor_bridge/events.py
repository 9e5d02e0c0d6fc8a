"""Events as rows of the outbox."""

from collections.abc import Iterable

from chassis.messages import Outgoing
from contracts import envelope
from contracts.events.base import Event


def outgoing(events: Iterable[Event], traceparent: str | None = None) -> list[Outgoing]:
    """In their order; `traceparent` None takes the current span's."""
    return [
        Outgoing(
            id=event.id,
            type=event.TYPE,
            key=event.municipality,
            subject=event.subject,
            value=envelope.data(event),
            headers=envelope.attributes(event),
            keys=event.cases or (f"municipality:{event.municipality}",),
            caused_by=event.caused_by,
            traceparent=traceparent,
        )
        for event in events
    ]
