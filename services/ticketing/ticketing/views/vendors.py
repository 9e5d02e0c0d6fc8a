"""The ways to vendors: how each stands, and what may be done with it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chassis.look.parts import BLANK, EmptyState, Field, Notice
from chassis.look.words import Words
from ticketing.views.parts import RequestMark

REFUSALS = (
    "400",
    "401",
    "403",
    "404",
    "405",
    "408",
    "409",
    "412",
    "413",
    "415",
    "422",
    "429",
    "mail",
    "mail_thrown",
    "other",
)
"""How something of a vendor's is refused: statuses of answers; a mail is not taken, or thrown away."""


class WayHealth(StrEnum):
    """How a way stands. Each has a word, a symbol and a sentence that says what it means."""

    WELL = "well"
    FAILING = "failing"
    BEHIND = "behind"
    RESTING = "resting"
    PAUSED = "paused"
    DISABLED = "disabled"
    MISCONFIGURED = "misconfigured"
    UNINVITED = "uninvited"
    """By the portal, where nobody of the vendor may sign in."""
    UNHEARD = "unheard"


_ORDER = (
    *(WayHealth.MISCONFIGURED, WayHealth.UNINVITED, WayHealth.DISABLED, WayHealth.RESTING, WayHealth.FAILING),
    *(WayHealth.BEHIND, WayHealth.PAUSED, WayHealth.UNHEARD, WayHealth.WELL),
)


@dataclass(frozen=True, slots=True)
class Refused:
    """What the vendor sent and was not taken; `proven` False: somebody used its address without its key."""

    at: datetime
    status: int
    why: str
    """A member of the texts' family `refusal`."""
    reason: str
    """As it was answered, in English, for who knows the vendor's system."""
    proven: bool
    plain: Words = ""
    """Why, where that is known in words that anybody understands."""
    technical: Words = ""
    """The same where it names the parts of a message."""
    right_key: bool = False
    """The key was theirs, the time was not: a clock that is wrong, or a message that somebody kept."""

    @property
    def is_mail(self) -> bool:
        """A mail shows no key: there is none to be wrong."""
        return self.why in ("mail", "mail_thrown")


@dataclass(frozen=True, slots=True)
class RefusedLately:
    """The newest first; `lately`: how many in a day."""

    last: Refused
    before: tuple[Refused, ...]
    """Those of the page that is looked at."""
    lately: int
    newer: str | None = None
    older: str | None = None
    """Where the pages beside it are."""
    page: int = 1

    @property
    def every(self) -> tuple[Refused, ...]:
        """As many as stand on the page."""
        return (self.last, *self.before) if self.page == 1 else self.before


@dataclass(frozen=True, slots=True)
class HeldMail:
    """A mail that waits for a person's decision; `id` as the commands of whoever runs Eskalera name it."""

    id: str
    at: datetime
    why: Words
    case_url: str = ""
    number: str = ""
    """The case's."""


@dataclass(frozen=True, slots=True)
class HeldMails:
    """All of a connection's that wait: `mails` are the newest of `count`."""

    count: int
    since: datetime
    mails: tuple[HeldMail, ...]


@dataclass(frozen=True, slots=True)
class WaitingStories:
    """Messages of another Eskalera that wait for a history which cannot be fetched there."""

    messages: int
    since: datetime
    reason: Words


@dataclass(frozen=True, slots=True)
class VendorWay:
    """One connection.

    Forms POST to `/leverantorer/<id>/pausa`, `…/starta`, `…/prova`, `…/skicka-igen` (since, until), and of a held mail
    `…/mejl/<id>/slapp-fram` and `…/kasta`.
    """

    id: str
    vendor: Words
    profile: str
    """How the two systems talk, as the directory names it."""
    health: WayHealth
    since: datetime | None = None
    detail: Words = ""
    """What went wrong, for who mends it."""
    backlog: int = 0
    oldest: datetime | None = None
    last_taken: datetime | None = None
    replay_since: Field = BLANK
    replay_until: Field = BLANK
    refused: RefusedLately | None = None
    held: HeldMails | None = None
    stories: WaitingStories | None = None
    comes_itself: bool = False
    """The vendor's system reads and writes here: nothing is sent to it."""

    @property
    def place(self) -> tuple[bool, int]:
        """In a list: what needs somebody first, what somebody has to mend first of it."""
        return self.needs_nobody, _ORDER.index(self.health)

    @property
    def needs_nobody(self) -> bool:
        """One line is enough: nothing is wrong, or nothing waits for what is missing."""
        told = self.refused is not None or self.held is not None or self.stories is not None
        fine = self.health in (WayHealth.WELL, WayHealth.UNHEARD)
        return not told and (fine or (self.health is WayHealth.UNINVITED and not self.backlog))

    @property
    def is_off(self) -> bool:
        """Nothing is sent until somebody starts it."""
        return self.health in (WayHealth.PAUSED, WayHealth.DISABLED)

    @property
    def can_be_tried(self) -> bool:
        """A test can be sent; a mail or a page of the portal would only trouble people."""
        return self.profile not in ("email", "portal") and not self.comes_itself

    @property
    def is_quiet(self) -> bool:
        """Nobody needs to do anything: what could be done is folded away."""
        return self.health is WayHealth.WELL and not self.needs_nobody and not self.opened

    @property
    def opened(self) -> bool:
        """The form of a time is shown unfolded: it has an error."""
        return bool(self.replay_since.error or self.replay_until.error)


@dataclass(frozen=True, slots=True)
class VendorsPage:
    """`vendors.html`, `/leverantorer`."""

    ways: tuple[VendorWay, ...]
    empty: EmptyState
    request: RequestMark | None = None
    """What became of what was just asked."""
    outcome: Notice | None = None
    to_erase: tuple[Notice, ...] = ()
    """What vendors ask to have erased here, too."""
    undo: str | None = None
    """Where a form lets a mail through that was just thrown away."""
    again: str | None = None
    """Where to look again while it is on its way."""
    live: str | None = None
    """GET answers `fragments/vendors.html` meanwhile."""
