"""Every metric of the bridge, named once."""

from typing import Final

from chassis import metrics

# outcome: taken, not_taken, disabled, misconfigured
ATTEMPTS: Final = metrics.counter("deliveries_total", "Attempts to deliver a message", "connection", "outcome")
DELIVERY_SECONDS: Final = metrics.histogram("delivery_seconds", "Time of one attempt", "connection")
GIVEN_UP: Final = metrics.counter("deliveries_failed_total", "Messages whose span was used up", "connection")
BACKLOG: Final = metrics.gauge("deliveries_pending", "Messages that a vendor is owed", "connection")
BACKLOG_AGE: Final = metrics.gauge("delivery_oldest_pending_seconds", "Age of the oldest due message", "connection")
# 0 where nothing is owed
SILENT: Final = metrics.gauge(
    "connection_silent_seconds", "For how long a vendor that is owed messages has taken none", "connection"
)
STORIES: Final = metrics.gauge(
    "peer_stories_waiting", "Messages of another Eskalera that wait for a story to be fetched", "connection"
)
STORY_AGE: Final = metrics.gauge(
    "peer_story_oldest_waiting_seconds", "For how long the first of them waits", "connection"
)
PEER_FILES: Final = metrics.gauge(
    "peer_files_waiting", "Files from and to other Eskaleras that did not get through at their last try"
)
# health: well, failing, behind, resting, paused, disabled, misconfigured, uninvited (a portal where nothing waits yet)
CONNECTIONS: Final = metrics.gauge("connections", "Connections by how they stand", "health")
# step: resent, replayed, tested; outcome: taken, not_taken, refused
ERRANDS: Final = metrics.counter("errands_total", "What people had sent once more, or tried", "step", "outcome")

# outcome: applied, ignored (after the end, or nothing new), repeated; refused: bad_signature, unknown, nonsense,
# conflict (an id given twice), too_many
INBOUND: Final = metrics.counter("vendor_messages_total", "Messages from vendors", "outcome")

# way: webhook, tmf, mail; logged: proven, unproven, counted (more than the log takes)
REFUSED: Final = metrics.counter("vendor_refusals_total", "What was refused in a connection's name", "way", "logged")

# outcome: received, automatic, bounced, quarantined, repeated; not taken: unknown, bad_address, too_many, turned_away;
# later: read, unreadable
MAILS: Final = metrics.counter("vendor_mails_total", "Mails that came for hand-offs", "outcome")
QUARANTINED: Final = metrics.gauge("vendor_mails_quarantined", "Mails that wait for staff's word", "connection")

# outcome: taken, not_taken, gone (the listener answered 410 and is told nothing more)
HUB_EVENTS: Final = metrics.counter("hub_events_total", "Attempts to tell a listener", "connection", "outcome")

# outcome: read, unread
LOOKS: Final = metrics.counter("remote_ticket_looks_total", "Looks at vendors' own tickets", "connection", "outcome")

FILES = metrics.counter("bridge_files_total", "Files of vendors taken, by media type", "media_type")
FILES_REFUSED = metrics.counter("bridge_files_refused_total", "Files of vendors not taken, by reason", "reason")
