"""That a reporter wrote, told to who has the case, and not at every word of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from contracts import ids
from contracts.events.ticketing import TicketAnswered, TicketAttachmentAdded
from contracts.values import REPORTER_PARTY
from notifier.domain.state import Notification, World

QUIET: Final = timedelta(hours=1)
"""Who was told that a reporter wrote is not told of more words on that case for so long."""


def on_written(world: World, event: TicketAnswered | TicketAttachmentAdded) -> Iterator[Notification]:
    """The people of the team that has the case, each once within an hour, however many write. A vendor gets it itself.

    What was written stays on the page (N5).
    """
    ticket = world.ticket(event.ticket, event.municipality)
    incident = world.incident((ticket and ticket.incident) or "", event.municipality)
    if event.by.party != REPORTER_PARTY or ticket is None or ticket.old or incident is None or incident.lead is None:
        return
    incident.wrote = {who: at for who, at in incident.wrote.items() if event.at - datetime.fromisoformat(at) < QUIET}
    for person in world.members_of(event.municipality, [incident.lead]):
        if person.id != event.by.person and person.id not in incident.wrote:
            incident.wrote[person.id] = event.at.isoformat()
            yield Notification(
                id=ids.derived("notification", event.municipality, incident.id, person.id, "wrote", event.id),
                municipality=event.municipality,
                person=person.id,
                occasion="wrote",
                case=incident.id,
                tickets=[ticket.id],
                cause=event.id,
                planned_at=event.at,
                party=incident.lead,
            )
    world.mark(incident)
