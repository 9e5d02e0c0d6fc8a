"""One example of every event type: one little story, Monday to Wednesday at Ekbackens skola.

The Wi-Fi of a house is gone. A teacher reports it, a colleague joins, local support hands it to the network operator,
who asks, is answered, proposes, is refused once, and solves it. What could go wrong besides (a clock missed, a mail
refused, the case taken back) has its example at the moment it could happen. What grows out of it, a need and an order,
has a case of its own. Ids, times and salts are fixed.
"""

from contracts.events.base import Event
from contracts.examples import escalation, needs, notifier, routing, ticketing, vendor_bridge, work

STORY: tuple[Event, ...] = tuple(
    sorted(
        (
            value
            for module in (ticketing, routing, escalation, needs, vendor_bridge, notifier, work)
            for value in vars(module).values()
            if isinstance(value, Event)
        ),
        key=lambda event: (event.at, event.TYPE),
    )
)
EXAMPLES: dict[str, Event] = {event.TYPE: event for event in STORY}
"""By type."""
