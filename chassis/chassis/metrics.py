"""Metrics of the process: one registry, each name of the chassis once, base units, no id of person or case as a label.

A service names its own in its `metrics.py`, in the same registry:

    FILED = metrics.counter("tickets_filed_total", "Tickets filed", "channel")
"""

from __future__ import annotations

from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

registry = CollectorRegistry()
ProcessCollector(registry=registry)
PlatformCollector(registry=registry)
GCCollector(registry=registry)


def counter(name: str, meaning: str, *labels: str) -> Counter:
    return Counter(name, meaning, labels, registry=registry)


def gauge(name: str, meaning: str, *labels: str) -> Gauge:
    return Gauge(name, meaning, labels, registry=registry)


def histogram(name: str, meaning: str, *labels: str, buckets: tuple[float, ...] = SECONDS) -> Histogram:
    return Histogram(name, meaning, labels, registry=registry, buckets=buckets)


def rendered() -> bytes:
    """The registry in Prometheus' text format."""
    return generate_latest(registry)


def names() -> dict[str, str]:
    """{metric name: meaning} of everything in the registry, for the reference page."""
    return {family.name: family.documentation for family in registry.collect()}


# HTTP. `route` is the template (`/tickets/{id}`), `status` the class (`2xx`).
HTTP_SECONDS = histogram("http_request_seconds", "Time to the end of a response", "method", "route", "status")
HTTP_ACTIVE = gauge("http_requests_active", "Requests being answered")
HTTP_SLOW_BODIES = counter("http_slow_bodies_total", "Requests whose body came too slowly, given up", "method", "route")

# Process.
TASK_FAILURES = counter("task_failures_total", "Background tasks that ended by an error", "task")
LOOP_LAG_SECONDS = gauge("loop_lag_seconds", "How late the event loop last was")
POOL_IN_USE = gauge("database_connections_in_use", "Connections of the pool that work")
