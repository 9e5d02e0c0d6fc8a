"""What travels: records as Kafka gives them, messages as a service decodes them, rows on their way out.

Undecodable         a record that is no message of ours: straight to the dead letters
NotNow              a handler cannot go on at the moment: the whole batch waits and comes again
MessageTooLarge     Kafka would refuse this message, so the outbox does
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Protocol

# Kafka's default `max.message.bytes` is 1,048,588 for a whole batch; the rest is room for its framing and the
# relay's own headers.
MAX_MESSAGE_BYTES: Final = 1_000_000


class Undecodable(Exception):
    """Raised by a decoder. The reason is shown and announced: it never quotes the record."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotNow(Exception):
    """Raised by a handler that needs something which is away: nothing is dead-lettered, the batch comes again."""


class MessageTooLarge(ValueError):
    """Raised by `outbox.add`, so that nothing which Kafka refuses ever stands in the relay's way."""


class Message(Protocol):
    """A decoded message. `keys` order it: it never overtakes an earlier message that shares one of them.

    `partition_key` is Kafka's key; messages that share one of `keys` must share it too.
    """

    @property
    def id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def keys(self) -> tuple[str, ...]: ...
    @property
    def partition_key(self) -> str: ...
    @property
    def traceparent(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Record:
    """One Kafka record, raw. `timestamp_ms` counts from the epoch, in UTC."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    timestamp_ms: int = 0

    def header(self, name: str) -> str | None:
        """The first header of that name as text; Undecodable if it is not UTF-8."""
        for header, value in self.headers:
            if header == name:
                try:
                    return value.decode()
                except UnicodeDecodeError as error:
                    raise Undecodable(f"header {name} is not UTF-8") from error
        return None

    @property
    def position(self) -> str:
        return f"{self.topic}/{self.partition}/{self.offset}"

    @property
    def published_at(self) -> datetime:
        return datetime.fromtimestamp(self.timestamp_ms / 1000, UTC)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message for the outbox. The relay adds the headers `ce_sequence` (the row's id) and `traceparent`.

    `key` is Kafka's key, `keys` the ordering keys; `traceparent` None takes the current span's, `topic` None the
    relay's own.
    """

    id: str
    type: str
    key: str
    subject: str
    value: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    caused_by: str | None = None
    traceparent: str | None = None
    topic: str | None = None

    def size(self) -> int:
        """Bytes in Kafka, without framing."""
        return len(self.value) + len(self.key.encode()) + len("".join((*self.headers, *self.headers.values())).encode())
