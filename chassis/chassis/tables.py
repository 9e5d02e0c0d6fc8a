"""The tables every service has: what goes out, what came in, what failed."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData()

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),  # also the header ce_sequence
    Column("event_id", Text, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("keys", ARRAY(Text), nullable=False),
    Column("caused_by", Text),
    Column("traceparent", Text),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("sent_at", DateTime(timezone=True)),
    Column("topic", Text),  # null until sent: the relay's own topic
    Column("partition", Integer),
    Column("offset", BigInteger),
    Index("outbox_unsent", "id", postgresql_where=text("sent_at IS NULL")),
    # Rows lie in the order of this column: an erasure skips what is older than the words it takes out.
    Index("outbox_created_at", "created_at", postgresql_using="brin"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("handled_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("topic", Text),
    Column("partition", Integer),
    Column("offset", BigInteger),
    # Rows arrive in the order of this column: a few pages of index for a month of ids.
    Index("inbox_handled_at", "handled_at", postgresql_using="brin"),
)

failed_message = Table(
    "failed_message",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),  # the order in which a key's messages run again
    Column("event_id", Text, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("keys", ARRAY(Text), nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("due_at", DateTime(timezone=True)),
    Column("reason", Text, nullable=False),  # a class and a place in the code, never a text of people
    Column("detail", Text),  # the error's own words; as private as the value
    Column("failed_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("changed_by", Text),
    Column("traceparent", Text),
    Column("topic", Text, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("timestamp_ms", BigInteger, nullable=False),
    Column("key", LargeBinary),
    Column("value", LargeBinary),
    Column("headers", LargeBinary, nullable=False),  # JSON of latin-1 texts: any byte may have come
    CheckConstraint("state IN ('retrying', 'parked', 'dead', 'discarded')", name="failed_message_state"),
    Index("failed_message_due", "due_at", postgresql_where=text("state = 'retrying'")),
)

# The keys that are held back: a message that has one of them waits until all smaller ids of that key are gone.
failed_message_key = Table(
    "failed_message_key",
    metadata,
    Column("key", Text, primary_key=True),
    Column("message_id", BigInteger, ForeignKey("failed_message.id", ondelete="CASCADE"), primary_key=True),
    Index("failed_message_key_message", "message_id"),
)
