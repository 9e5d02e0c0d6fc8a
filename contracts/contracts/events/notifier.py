"""What people were told."""

from typing import ClassVar, Literal

from contracts.events.base import Event

Channel = Literal["email"]
Occasion = Literal[
    "filed",
    "handed_over",
    "question",
    "resolved",
    "reopened",
    "decided",
    "stage",
    "reminded",
    "passed_on",
    "acknowledge",
    "informed",
    "asked_further",
    "major",
    "wrote",
]
"""What somebody is told about: the first seven reporters, the others staff."""


class NotificationEvent(Event):
    """One message to one person about one case. `notification` is also the mail's Message-ID: stable over retries."""

    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("case",)

    notification: str
    case: str
    person: str
    channel: Channel
    occasion: Occasion


class NotificationSent(NotificationEvent):
    """The mail server took it."""

    TYPE = "notification.sent.v1"


class NotificationFailed(NotificationEvent):
    """It could not be sent, for good."""

    TYPE = "notification.failed.v1"

    reason: str
