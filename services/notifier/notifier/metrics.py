"""Every metric of the notifier, named once."""

from typing import Final

from chassis import metrics

# outcome: sent, failed, put_off
MAILS: Final = metrics.counter("notifications_total", "Mails by what became of them", "occasion", "outcome")
SEND_SECONDS: Final = metrics.histogram("notification_send_seconds", "Time the mail server took for one mail")
DELAY_SECONDS: Final = metrics.histogram(
    "notification_delay_seconds",
    "From the fact to the mail server's 250",
    buckets=(0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0, 86400.0),
)
PENDING: Final = metrics.gauge("notifications_pending", "Mails that people are owed")
PENDING_AGE: Final = metrics.gauge("notification_oldest_pending_seconds", "Age of the oldest mail that is owed")
# trouble: away, misconfigured
SERVER_TROUBLE: Final = metrics.counter("mail_server_failures_total", "Times nothing could be sent at all", "trouble")
