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
    "mail_held",
    "mail_thrown",
    "other",
)
"""How something of a vendor's is refused: statuses of answers; a mail is taken or held back."""


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
class LastRefused:
    """The last that the vendor sent and was not taken; `proven` False: somebody used its address without its key."""

    at: datetime
    status: int
    why: str
    """A member of the texts' family `refusal`."""
    reason: str
    """As it was answered, in English."""
    proven: bool
    lately: int
    words: Words = ""
    """The same in both languages, where it is known."""
    right_key: bool = False
    """The key was theirs, the time was not: a clock that is wrong, or a message that somebody kept."""

    @property
    def is_mail(self) -> bool:
        """A mail shows no key: there is none to be wrong."""
        return self.why in ("mail", "mail_held", "mail_thrown")


@dataclass(frozen=True, slots=True)
class WaitingStories:
    """Messages of another Eskalera that wait for a history which cannot be fetched there."""

    messages: int
    since: datetime
    reason: Words


@dataclass(frozen=True, slots=True)
class VendorWay:
    """One connection.

    Forms POST to `/leverantorer/<id>/pausa`, `…/starta`, `…/prova`, and `…/skicka-igen` (since, until).
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
    refused: LastRefused | None = None
    stories: WaitingStories | None = None
    comes_itself: bool = False
    """The vendor's system reads and writes here: nothing is sent to it."""

    @property
    def place(self) -> tuple[int, bool]:
        """In a list: what somebody has to mend first, what works and has nothing to tell last."""
        return _ORDER.index(self.health), self.refused is None and self.stories is None

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
        return self.health is WayHealth.WELL and not self.opened

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
    again: str | None = None
    """Where to look again while it is on its way."""
