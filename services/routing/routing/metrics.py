"""Every metric of routing, named once."""

from chassis import metrics

DECISIONS = metrics.counter("routing_decisions_total", "Tickets decided, by what grouping said", "outcome")
DECISION_SECONDS = metrics.histogram(
    "routing_decision_seconds",
    "Time grouping took to decide about one ticket",
    buckets=(0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5),
)
REFUSALS = metrics.counter("routing_refusals_total", "Requests refused, by reason", "code")
ENGINES_BUILT = metrics.counter("routing_engines_built_total", "Grouping indexes built from the tables")
INCIDENTS_COMPARED = metrics.gauge(
    "routing_incidents_compared", "Incidents that a new ticket is compared with at most", "municipality"
)
