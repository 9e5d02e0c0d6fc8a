"""Every metric of routing, named once."""

from collections.abc import Iterable

from chassis import metrics
from contracts.events import routing
from contracts.events.base import Event
from routing.domain.folds.causes import takes_off
from routing.domain.state import Link, World
from routing.store.timers import Lateness

DECISIONS = metrics.counter("routing_decisions_total", "Tickets decided, by what grouping said", "outcome")
DECISION_SECONDS = metrics.histogram(
    "routing_decision_seconds",
    "Time grouping took to decide about one ticket",
    buckets=(0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5),
)
SUGGESTIONS = metrics.counter(
    "routing_suggestions_total",
    "Questions to staff whether tickets belong to another incident: asked, accepted, refused; one each, however many"
    " tickets it names",
    "outcome",
)
UNLINKED = metrics.counter(
    "routing_unlinked_total",
    "Tickets that staff took off an incident, by who had linked them: engine or person",
    "linked_by",
)
REFUSALS = metrics.counter("routing_refusals_total", "Requests refused, by reason", "code")
ENGINES_BUILT = metrics.counter("routing_engines_built_total", "Grouping indexes built from the tables")
INCIDENTS_COMPARED = metrics.gauge(
    "routing_incidents_compared", "Incidents that a new ticket is compared with at most", "municipality"
)


TIMER_LATENESS = metrics.histogram(
    "routing_timer_late_seconds",
    "Seconds from a timer's time to when it was taken, by kind: clock, step, close",
    "kind",
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 60, 600, 3600, 86400),
)
TIMERS_FAILED = metrics.counter("routing_timers_failed_total", "Timers whose handling failed; each is tried again")
CLOCKS_RUNNING = metrics.gauge("routing_clocks_running", "Promises that are counted now", "municipality", "party")
CLOCKS_LATE = metrics.gauge(
    "routing_clocks_late", "Of these, the ones that were not kept in time", "municipality", "party"
)
BREACHES = metrics.counter(
    "routing_clocks_breached_total", "Promises not kept in time", "municipality", "party", "promise"
)
ESCALATIONS = metrics.counter(
    "routing_escalations_total", "What was done when cases went further, by why", "action", "trigger"
)


def clocks(parties: Iterable[Lateness]) -> None:
    """How every party stands now; who has no clock any more is forgotten."""
    CLOCKS_RUNNING.clear()
    CLOCKS_LATE.clear()
    for each in parties:
        CLOCKS_RUNNING.labels(each.municipality, each.party).set(each.running)
        CLOCKS_LATE.labels(each.municipality, each.party).set(each.late)


def count(event: Event, former: Link | None, world: World) -> None:
    """What routing states, already folded, as numbers. `former`: the link a ticket had before."""
    match event:
        case routing.LinkSuggested():
            SUGGESTIONS.labels("asked").inc()
        case routing.SuggestionRefused():
            SUGGESTIONS.labels("refused").inc()
        case routing.TicketLinked():
            answered = world.suggestions.get(event.suggestion or "")
            # One answer, whatever it moves: the first link of it is what made the question an answered one.
            if answered is not None and world.links[event.ticket].noted == answered.noted:
                SUGGESTIONS.labels("accepted").inc()
            left = world.incidents.get(former.incident) if former is not None else None
            # A lone ticket that staff put with others was on no wrong incident.
            if former is not None and left is not None and left.linked and takes_off(event):
                UNLINKED.labels("person" if former.by_person else "engine").inc()
        case routing.RequestRefused():
            REFUSALS.labels(event.code).inc()
        case routing.ClockBreached():
            BREACHES.labels(event.municipality, event.party, event.promise).inc()
        case routing.IncidentEscalated():
            ESCALATIONS.labels(event.measure.action, event.trigger).inc()
