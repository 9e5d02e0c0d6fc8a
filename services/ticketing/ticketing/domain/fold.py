"""How each fact changes what ticketing knows: the only place where state changes, live and in a replay (N10)."""

from contracts.events import routing as r
from contracts.events import vendor_bridge as v
from contracts.events.base import ConnectionRequest, Event, Request
from ticketing.domain.folds import clocks, connections, escalation, handoffs, incidents, tickets, works
from ticketing.domain.state import Command, World

FOLDS = tickets.FOLDS | incidents.FOLDS | clocks.FOLDS | escalation.FOLDS | handoffs.FOLDS | works.FOLDS
FOLDS |= connections.FOLDS


def fold(world: World, event: Event) -> None:
    """Take one fact in. Facts about a case that is not loaded change nothing: it is not ours, or not known yet."""
    if isinstance(event, Request | ConnectionRequest):
        _request_made(world, event)
        return
    request_id = getattr(event, "request_id", None)
    if request_id is not None:
        _request_ended(world, event, request_id)
    folder = FOLDS.get(type(event))
    if folder is not None:
        folder(world, event)


def _request_made(world: World, event: Request | ConnectionRequest) -> None:
    world.commands[event.request_id] = Command(
        id=event.request_id,
        municipality=event.municipality,
        incident=event.incident if isinstance(event, Request) else None,
        connection=event.connection if isinstance(event, ConnectionRequest) else None,
        type=event.TYPE,
        person=event.by.person,
        asked_at=event.at,
    )


def _request_ended(world: World, event: Event, request_id: str) -> None:
    command = world.commands.get(request_id)
    if command is None or command.state != "pending":
        return
    if isinstance(event, r.RequestRefused | v.HandoffRequestRefused | v.ConnectionRequestRefused):
        command.state, command.reason = "refused", dict(event.reason)
    else:
        command.state = "done"
        if isinstance(event, v.ConnectionChanged) and event.outcome is not None:
            command.outcome = event.outcome.model_dump(mode="json")
    command.decided_at = event.at
