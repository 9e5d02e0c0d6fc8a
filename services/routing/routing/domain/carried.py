"""What the reports on an incident carry: how urgent it is by them, and whether it still reaches several schools.

It becomes more urgent by any report; less, or reaches less far, only where a person takes back what had made it so: a
link, or the report itself. What a person, a policy or a burst has said stands.
"""

from collections.abc import Iterator

from contracts.events.base import Event
from contracts.events.routing import ScopeLowered, TicketLinked
from contracts.events.ticketing import TicketWithdrawn
from routing.domain import measures, wording
from routing.domain.context import Context
from routing.domain.folds.causes import takes_off
from routing.domain.state import Incident, World

UNHURRIED = 4
"""Nothing is less urgent."""


def taken_back(world: World, event: Event) -> str | None:
    """The incident of which an event, already folded, took a report back."""
    match event:
        case TicketLinked() if takes_off(event):
            return event.previous
        case TicketWithdrawn():
            ticket = world.ticket(event.ticket, event.municipality)
            return ticket.incident if ticket is not None else None
        case _:
            return None


def lower_scope(ctx: Context, incident: Incident) -> Iterator[Event]:
    """Fewer schools are left than had said that it reaches several, and nothing else had: as far as before."""
    if incident.unfinished and len(incident.schools) < incident.counted:
        reasons = (wording.NOT_THAT_SCHOOL,)
        yield ScopeLowered(**ctx.about(incident), scope=incident.scope_before, reasons=reasons)


def urgency(world: World, ctx: Context, incident: Incident, *, less: bool) -> Iterator[Event]:
    """As the most urgent of its open reports; `less`: one was taken back.

    Three times at most in the life of a case that nobody takes anything back of, however many report it.
    """
    if incident.kind != "incident" or incident.urgency_set or not incident.urgencies:
        return
    most = min(*map(int, incident.urgencies), incident.urgency_raised or UNHURRIED)
    if most < incident.urgency:
        yield from measures.change_urgency(world, ctx, incident, most, wording.MORE_URGENT, counted=True)
    elif most > incident.urgency and less:
        yield from measures.change_urgency(world, ctx, incident, most, wording.LESS_URGENT, counted=True)
