"""What people were told in the story."""

from contracts.events import notifier as events
from contracts.examples import cast, routing, ticketing
from contracts.examples.cast import stated

notification_sent = stated(
    events.NotificationSent,
    5,
    "09:52:15",
    because=ticketing.ticket_filed,
    notification=cast.message_id("filed"),
    case=cast.TICKET,
    person="larare",
    channel="email",
    occasion="filed",
)
notification_failed = stated(
    events.NotificationFailed,
    6,
    "09:40:02",
    because=routing.incident_resolved,
    notification=cast.message_id("resolved"),
    case=cast.INCIDENT,
    person="larare",
    channel="email",
    occasion="resolved",
    reason="the mail server knows no such recipient",
)
