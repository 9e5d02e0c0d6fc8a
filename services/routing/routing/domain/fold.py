"""The only place where state changes: one function per event type, for own events and others' alike.

A fold decides nothing and depends on nothing but the world and the event. What others' events change and what own ones
change are different things, so the result is the same whether an own event is folded right after its cause (live) or
where it lies on the topic (replay, N10).
"""

from contracts.events.base import Event
from contracts.events.routing import IncidentEvent
from routing.domain.folds import FOLDS
from routing.domain.folds.table import answer
from routing.domain.state import World


def fold(world: World, event: Event) -> None:
    """Take one event in; types that routing keeps nothing of change nothing."""
    function = FOLDS.get(type(event))
    if function is not None:
        function(world, event)
    if isinstance(event, IncidentEvent) and event.request_id is not None:
        answer(world, event, event.incident, event.request_id, refused=False)
