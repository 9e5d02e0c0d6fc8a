"""The only place where state changes: one function per event type, for own events and others' alike.

A fold decides nothing and depends on nothing but the world and the event. What others' events change and what own ones
change are different things, so the result is the same whether an own event is folded right after its cause (live) or
where it lies on the topic (replay, N10).
"""

from contracts.events.base import Event
from contracts.events.routing import IncidentEvent
from routing.domain.folds import FOLDS
from routing.domain.folds.table import answer
from routing.domain.state import Incident, World


def fold(world: World, event: Event) -> None:
    """Take one event in; types that routing keeps nothing of change nothing."""
    function = FOLDS.get(type(event))
    seen = _version(world, event)
    if function is not None:
        function(world, event)
    if isinstance(event, IncidentEvent):
        if seen is not None and event.version > seen:
            _changed(world.incidents[event.incident], event, seen)
        if event.request_id is not None:
            answer(world, event, event.incident, event.request_id, refused=False)


def _version(world: World, event: Event) -> int | None:
    incident = world.incidents.get(event.incident) if isinstance(event, IncidentEvent) else None
    return incident.version if incident is not None else None


def _changed(incident: Incident, event: IncidentEvent, seen: int) -> None:
    """Who made the next version; what was seen before another one's is no more what there is (R5)."""
    person = event.by.person if event.by is not None else None
    if person is None or person != incident.changer:
        incident.changer, incident.unchanged_by_others = person, seen
