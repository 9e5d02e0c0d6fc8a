"""Every metric of ticketing, named once."""

from chassis import metrics

FILED = metrics.counter(
    "ticketing_tickets_filed_total", "Tickets filed, by kind; `imported`: true or false", "kind", "imported"
)
FILED_AGAIN = metrics.counter(
    "ticketing_tickets_filed_again_total", "Reports that were filed before, under the same key or external id"
)
FILES = metrics.counter("ticketing_files_total", "Files taken, by media type", "media_type")
FILES_REFUSED = metrics.counter("ticketing_files_refused_total", "Files not taken, by reason", "reason")
