"""The parts that pages are made of: one dataclass per component of the style guide (`/stil`)."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from chassis.look.words import Say, Words
from ticketing.views.proposing import ProposalOf


class Status(StrEnum):
    """Where a case is, in the reader's words. Each has a word and an icon; never a colour alone."""

    RECEIVED = "received"
    LOCAL = "local"
    CENTRAL = "central"
    """With the coordinator."""
    MUNICIPAL = "municipal"
    """With another team for the whole municipality; the API knows both as `central`."""
    VENDOR = "vendor"
    WAITING_ON_YOU = "waiting_on_you"
    WAITING_ON_REPORTER = "waiting_on_reporter"
    PLANNED = "planned"
    GATHERED = "gathered"
    DECIDED = "decided"
    ARRIVED = "arrived"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"
    CANCELLED = "cancelled"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class HolderLine:
    """The line "Nu hos: Nätleverantören · sedan 09:12 · nästa besked senast 11:00"."""

    name: Words
    since: datetime | None = None
    next_update_by: datetime | None = None
    preliminary: bool = False
    """True until routing has decided: the matrix' default holder is shown as "Går till …"."""
    is_solved: bool = False
    """Nobody works with it; this is who gets it again if it is not solved after all."""
    is_order: bool = False
    """What was ordered is not solved: it came, and is right or not."""


class RailState(StrEnum):
    DONE = "done"
    NOW = "now"
    TODO = "todo"


@dataclass(frozen=True, slots=True)
class RailStep:
    """One stop on the way: `place` is the key of a word (`rail.<place>`)."""

    place: str
    state: RailState
    who: Words = ""
    at: datetime | None = None


Rail = tuple[RailStep, ...]
RAIL_PLACES = (
    *("received", "local", "central", "municipal", "vendor", "resolved", "withdrawn", "erased", "moved"),
    *("gathered", "decided"),
    *("ordered", "approved", "shipped", "arrived", "changed", "discrepancy", "declined"),
)


class Reader(StrEnum):
    """Who may read an entry, as the mark beside it (the audiences of the design)."""

    REPORTER = "reporter"
    REPORTERS = "reporters"
    PARTY = "party"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Audience:
    reader: Reader
    parties: tuple[Words, ...] = ()
    """Names of the parties when `reader` is PARTY."""
    private: bool = False
    """A vendor wrote it to the municipality alone: no vendor that gets the case later reads it."""


class EntryKind(StrEnum):
    """How an entry looks: a step is a plain sentence of ours, words are somebody's own."""

    STEP = "step"
    WORDS = "words"
    VENDOR_WORDS = "vendor_words"
    QUESTION = "question"
    ANSWER = "answer"
    NOTE = "note"
    PROPOSAL = "proposal"
    SOLVED = "solved"
    ERASED = "erased"


SPOKEN_KINDS = (
    "vendor_words",
    "late_words",
    "question",
    "answer",
    "proposal",
    "proposal_order",
    "proposal_wish",
    "part_proposal",
    "solved",
    "accepted",
    "rejected",
    "rejected_order",
    "rejected_wish",
    "unanswered",
)
"""Entries that name their author with a verb: "Leverantören skriver:"."""
OWN_KINDS = (
    "question",
    "answer",
    "unanswered",
    "solved",
    "accepted",
    "rejected",
    "rejected_order",
    "rejected_wish",
)
"""Those that do with the reader's own: "Du frågar:"."""


@dataclass(frozen=True, slots=True)
class FileLink:
    name: str
    url: str
    bytes: int
    picture: bool = False


@dataclass(frozen=True, slots=True)
class EntryOf:
    """The report that an entry is of, where a history tells of several."""

    number: str
    place: Words
    url: str


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One entry of the history. `key` is unique on the page and stays the same (case id and sequence number)."""

    key: str
    at: datetime
    kind: EntryKind
    author: Words
    text: Words
    audience: Audience | None = None
    """Shown to staff on every entry; to reporters only where it says something (their own words)."""
    language: str | None = None
    """The language of `text` when it is not the page's."""
    files: tuple[FileLink, ...] = ()
    pass_on: str | None = None
    """Where the words stand in the form, to be read over and told to all who reported."""
    own: bool = False
    """Written by the person who reads the page ("Du")."""
    late: bool = False
    """Written by a vendor that did not have the case any more."""
    part: bool = False
    """Of a vendor beside the one who has the case: what it says is done is its part alone."""
    accepted: bool = False
    """That it is solved was a vendor's proposal: the author said yes to it."""
    rejected: bool = False
    """The author said no to a vendor's proposal."""
    unanswered: bool = False
    """The author closed a question that needs no answer any more."""
    of: EntryOf | None = None
    story: str = "own"
    """Of a ticket's page: `before` it was linked to its disruption, or of a `former` one that it has left."""
    about: ProposalOf = ProposalOf.FAULT
    """Of what a vendor proposes, and of the no to it."""

    @property
    def verb(self) -> str:
        """Which of `SPOKEN_KINDS` names its author; empty: the name alone."""
        if self.late and self.kind.value in SPOKEN_KINDS:
            return "late_words"
        if self.rejected:
            return self._about("rejected")
        if self.kind is EntryKind.PROPOSAL:
            return "part_proposal" if self.part else self._about("proposal")
        if self.accepted:
            return "accepted"
        if self.unanswered and self.kind is EntryKind.ANSWER:
            return "unanswered"
        return self.kind.value if self.kind.value in SPOKEN_KINDS else ""

    @property
    def own_verb(self) -> str:
        """The same where it is one's own: of what was written in one's own words the name is enough."""
        return self.verb if self.verb in OWN_KINDS else ""

    def _about(self, verb: str) -> str:
        return verb if self.about is ProposalOf.FAULT else f"{verb}_{self.about}"


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A link to a part of the history alone, or to all of it."""

    url: str
    label: Say
    selected: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """Newest first. `older` is the address of the next page of entries."""

    items: tuple[TimelineItem, ...]
    older: str | None = None
    total: int | None = None
    narrowings: tuple[Narrowing, ...] = ()
    hint: Say | None = None
    """What is not among them, and where it stands."""


class Light(StrEnum):
    """How a need or an idea stands on the forum's agenda; each has a word and a symbol of its own."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class Decided(StrEnum):
    YES = "yes"
    NO = "no"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Course:
    """What a need, an idea or an order has besides its holder: a decision with its reason, or the day it is to come."""

    light: Light | None = None
    decision: Decided | None = None
    reason: Words = ""
    decided_at: datetime | None = None
    expected_at: date | None = None
    late: bool = False


class Promise(StrEnum):
    """What a clock measures."""

    ACKNOWLEDGE = "acknowledge"
    NEXT_UPDATE = "next_update"
    RESOLVE = "resolve"
    PUBLIC_SENTENCE = "public_sentence"


class ClockState(StrEnum):
    RUNNING = "running"
    WATCH = "watch"
    BREACHED = "breached"
    PAUSED = "paused"
    KEPT = "kept"


WATCH_FROM = 0.75


@dataclass(frozen=True, slots=True)
class ClockChip:
    """Time left of a promise in agreed time ("1 h 20 min kvar"); `left` is negative once it is late."""

    promise: Promise
    left: timedelta
    used: float
    """Share of the agreed time that is used, 0 … 1 and beyond."""
    due_at: datetime | None = None
    paused_because: Say | None = None
    kept: bool = False
    whose: Words = ""
    """The party that promised it, where that is not who has the case."""

    @property
    def state(self) -> ClockState:
        if self.kept:
            return ClockState.KEPT
        if self.paused_because is not None:
            return ClockState.PAUSED
        if self.left <= timedelta():
            return ClockState.BREACHED
        return ClockState.WATCH if self.used >= WATCH_FROM else ClockState.RUNNING


class RequestState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RequestMark:
    """A command that another owner decides: "Skickat", then its outcome, with the reason when refused."""

    id: str
    what: Say
    state: RequestState
    at: datetime
    reason: Words | None = None


def mark_of(*parts: object) -> str:
    """Tells one state of a page's forms from another: what is not exchanged under somebody's hands."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class KnownProblem:
    """A disturbance that may be offered to others (only at ≥ 2 reporters and scope ≥ school, or published)."""

    id: str
    title: Words
    holder: HolderLine
    url: str | None = None
    reporters: int | None = None
    already_on_it: bool = False
    began: datetime | None = None
    """Tells it from another of the same title."""
