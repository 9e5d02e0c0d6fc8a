"""Every metric of the messaging half, named once."""

from __future__ import annotations

from typing import Final

from chassis.metrics import counter, gauge, histogram

# What is committed but not yet in Kafka. Alert at 60 s; the promise is a 99th percentile below 5 s.
OUTBOX_AGE: Final = gauge("outbox_oldest_unsent_seconds", "Age of the oldest unsent message", "source")
OUTBOX_UNSENT: Final = gauge("outbox_unsent_messages", "Unsent messages, counted up to 100,000", "source")
OUTBOX_PUBLISHED: Final = counter("outbox_published_total", "Messages acknowledged by Kafka", "source")
RELAY_LEADING: Final = gauge("outbox_relay_leading", "1 while this process is the database's one relay", "source")

# outcome: handled, duplicate, skipped (not for us), parked, failed (retried later), undecodable
CONSUMED: Final = counter("consumer_messages_total", "Messages by their ending", "group", "outcome")
BATCH_SECONDS: Final = histogram("consumer_batch_seconds", "A batch from its first statement to its commit", "group")
LAG_SECONDS: Final = gauge(
    "consumer_lag_seconds", "Age of the oldest message in work, 0 when caught up", "group", "partition"
)
WAITING: Final = counter("consumer_waits_total", "Batches put off because something was away", "group")
STOPPED: Final = gauge("consumer_stopped", "1 after the dead-letter limit stopped consuming", "group")

# state: retrying, parked, dead
FAILED: Final = gauge("failed_messages", "Messages held back, by state", "group", "state")
