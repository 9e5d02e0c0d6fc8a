"""How the ways to vendors stand: the replica of what the vendor bridge states."""

from collections.abc import Callable
from typing import Any

from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from ticketing.domain.state import Connection, World


def _changed(world: World, event: v.ConnectionChanged) -> None:
    world.connections[event.municipality, event.connection] = Connection(
        municipality=event.municipality,
        connection=event.connection,
        vendor=event.vendor,
        health=event.health,
        since=event.since,
        detail=event.detail,
        backlog=event.backlog,
        oldest=event.oldest,
        last_taken=event.last_taken,
        told_at=event.at,
        refused=event.refused.model_dump(mode="json") if event.refused else None,
        held=event.held.model_dump(mode="json") if event.held else None,
        stories=event.stories.model_dump(mode="json") if event.stories else None,
    )


FOLDS: dict[type[Event], Callable[[World, Any], None]] = {v.ConnectionChanged: _changed}
