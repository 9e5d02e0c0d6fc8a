"""Every metric of the messaging half, named once."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

# What is committed but not yet in Kafka. Alert at 60 s; the promise is a 99th percentile below 5 s.
OUTBOX_AGE: Final = Gauge("outbox_oldest_unsent_seconds", "Age of the oldest unsent message", ["source"])
OUTBOX_UNSENT: Final = Gauge("outbox_unsent_messages", "Unsent messages, counted up to 100,000", ["source"])
OUTBOX_PUBLISHED: Final = Counter("outbox_published_total", "Messages acknowledged by Kafka", ["source"])
RELAY_LEADING: Final = Gauge("outbox_relay_leading", "1 while this process is the database's one relay", ["source"])

# outcome: handled, duplicate, skipped (not for us), parked, failed (retried later), undecodable
CONSUMED: Final = Counter("consumer_messages_total", "Messages by their ending", ["group", "outcome"])
BATCH_SECONDS: Final = Histogram(
    "consumer_batch_seconds",
    "From a batch's first statement to its commit",
    ["group"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
LAG_SECONDS: Final = Gauge(
    "consumer_lag_seconds", "Age of the oldest message in work, 0 when caught up", ["group", "partition"]
)
WAITING: Final = Counter("consumer_waits_total", "Batches put off because something was away", ["group"])
STOPPED: Final = Gauge("consumer_stopped", "1 after the dead-letter limit stopped consuming", ["group"])

# state: retrying, parked, dead
FAILED: Final = Gauge("failed_messages", "Messages held back, by state", ["group", "state"])
