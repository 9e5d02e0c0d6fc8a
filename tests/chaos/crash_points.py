"""Every named place at which a service can be killed, by service."""

from collections.abc import Iterator
from typing import NamedTuple


class Death(NamedTuple):
    """Where which service dies; `sort` names what has to happen for it to come there."""

    service: str
    point: str

    def __str__(self) -> str:
        return f"{self.service} at {self.point}"


EVERYWHERE = (
    "consumer.before_commit",
    "consumer.after_commit",
    "relay.before_publish",
    "relay.published_before_mark",
)
OWN = {
    "ticketing": ("ticketing.before_commit", "ticketing.after_commit"),
    "vendor-bridge": ("bridge.before_send", "bridge.after_2xx", "bridge.webhook_stored"),
    "notifier": ("notifier.before_send", "notifier.after_250"),
    "routing": ("timers.before_commit", "timers.after_commit"),
}
"""Placed by the service itself; the others come with the chassis."""
ELSEWHERE = {
    "ticketing": ("ticketing.files_put",),
    "vendor-bridge": (
        "hub.before_send",
        "hub.after_2xx",
        "bridge.mail_stored",
        "bridge.mail_read",
        "bridge.files_put",
        "tmf621.after_2xx",
        "follower.said",
    ),
}
"""Where only a vendor's listener, a mail, a file or a vendor's own server leads: tried by `tmf/test_hub_process.py`,
`test_mail_process.py`, `test_files.py` and `tmf/test_client_process.py` of the integration tests.
"""


def deaths() -> Iterator[Death]:
    """Each crash point of each service once."""
    for service, own in OWN.items():
        for point in (*own, *EVERYWHERE):
            yield Death(service, point)
