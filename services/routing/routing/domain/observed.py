"""What grouping learns from the events routing states."""

from collections.abc import Iterator

from contracts.events.base import Event
from contracts.events.routing import (
    IncidentClosed,
    IncidentOpened,
    IncidentReopened,
    IncidentResolved,
    IncidentStateChanged,
    TicketLinked,
)
from grouping import Ended, Fact, Linked, Opened, Reopened, Resolved
from routing.domain.state import ENDED, World


def facts(world: World, event: Event) -> Iterator[Fact]:
    """The facts of one event, already folded; most events have none. A link to another incident ends the former."""
    match event:
        case IncidentOpened():
            yield Opened(event.incident, event.kind, event.service, event.school, event.scope, event.recurrence_of)
        case TicketLinked():
            yield Linked(event.incident, world.tickets[event.ticket].report, by_person=event.by is not None)
        case IncidentResolved():
            yield Resolved(event.incident, event.at)
        case IncidentReopened():
            yield Reopened(event.incident)
        case IncidentClosed():
            yield Ended(event.incident)
        case IncidentStateChanged() if event.state in ENDED:
            yield Ended(event.incident)
        case _:
            return
