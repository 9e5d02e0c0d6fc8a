"""The frame around one message: its span below the sender's, its name in every log line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from structlog.contextvars import bound_contextvars

from chassis.messages import Message
from chassis.telemetry import span_from


@contextmanager
def processing(message: Message) -> Iterator[None]:
    """Within it, `outbox.add` and `telemetry.traceparent()` continue the message's trace.

    A batch handler opens it for each message, and gives what it collects the `traceparent` found inside.
    """
    attributes = {"messaging.operation.type": "process", "messaging.message.id": message.id}
    with (
        bound_contextvars(event_id=message.id, event_type=message.type),
        span_from(message.traceparent, f"process {message.type}", "consumer", **attributes),
    ):
        yield
