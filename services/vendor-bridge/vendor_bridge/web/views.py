"""What each page for vendors receives: frozen, typed, free of language."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from chassis.look.dates import DEFAULT_ZONE
from chassis.look.parts import BLANK, EmptyState, Field, Notice, Option, Toast
from chassis.look.words import Language, Say, Words

HOME = "/portal/arenden"


@dataclass(frozen=True, slots=True)
class Who:
    """The person signed in. `id` is opaque; drafts are kept under it."""

    id: str
    name: str

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    text: Say
    current: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """Given to every page. `now`, `zone` and `language` decide how times and texts are said."""

    language: Language
    now: datetime
    path: str
    """Where the language switch comes back to."""
    csrf: str = ""
    who: Who | None = None
    vendor: Words = ""
    municipality: Words = ""
    toast: Toast | None = None
    zone: ZoneInfo = DEFAULT_ZONE
    """The municipality's."""

    @property
    def links(self) -> tuple[Link, ...]:
        if self.who is None:
            return ()
        found = (
            (HOME, Say("nav.cases")),
            ("/portal/meddelanden", Say("nav.messages")),
            ("/portal/anslutning", Say("nav.connection")),
        )
        path = self.path.partition("?")[0]
        return tuple(Link(url, text, current=path == url or path.startswith(f"{url}/")) for url, text in found)


@dataclass(frozen=True, slots=True)
class AskPage:
    """Where one asks for a link. `sent`: it is on its way, if that address has a person."""

    email: Field = BLANK
    sent: bool = False
    csrf: str = ""


@dataclass(frozen=True, slots=True)
class LinkPage:
    """What a link opens; `whose` None: nothing any more."""

    url: str
    name: str = ""
    whose: tuple[Words, Words] | None = None


class State(StrEnum):
    """Where a case is, as its vendor says it. Each has a word and a symbol."""

    NEW = "new"
    YOURS = "yours"
    ASKED = "asked"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"
    RELEASED = "released"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Promised:
    """What is agreed of the vendor. `due_at` None: its clock stands still."""

    promise: str
    due_at: datetime | None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Earlier:
    """Who had the case before."""

    name: Words
    since: datetime
    until: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Row:
    """A case in the queue."""

    id: str
    url: str
    title: str
    state: State
    urgency: int
    tickets: int
    since: datetime
    due: tuple[Promised, ...] = ()
    """The next, or none."""
    ended_at: datetime | None = None
    reference: str = ""
    number: str = ""
    """The school's: of the first that reported it."""
    beside: bool = False
    """Somebody else leads it."""
    news: Words = ""
    news_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class QueuePage:
    is_open: bool
    rows: tuple[Row, ...]
    open: int
    ended: int
    empty: EmptyState
    first_url: str | None = None
    next_url: str | None = None


class Kind(StrEnum):
    """How an entry looks."""

    STEP = "step"
    WORDS = "words"
    OWN = "own"
    VENDOR = "vendor"
    QUESTION = "question"
    ANSWER = "answer"
    CLOSED = "closed"
    """A question that somebody closed without an answer."""
    NOTE = "note"
    PROPOSAL = "proposal"
    ERASED = "erased"
    HIDDEN = "hidden"


SPOKEN = (Kind.VENDOR, Kind.QUESTION, Kind.ANSWER, Kind.CLOSED, Kind.PROPOSAL)
"""Entries that name their author with a verb."""


class Reader(StrEnum):
    """Who may read an entry, as the mark beside it."""

    REPORTER = "reporter"
    REPORTERS = "reporters"
    YOU = "you"
    BEFORE_YOU = "before_you"
    """Meant for a vendor that had the case before."""
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Item:
    """One entry, or `count` in a row that are written to others."""

    key: str
    at: datetime
    kind: Kind
    text: Words = ""
    author: Words = ""
    reader: Reader | None = None
    language: str | None = None
    own: bool = False
    count: int = 1
    files: tuple[tuple[str, str, int], ...] = ()
    """Name, address, bytes."""


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """What was sent and is not in the history yet."""

    at: datetime
    what: Say
    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that the history does not have yet."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """A case behind the case: its number and place."""

    id: str
    number: str
    school: Words
    name: str = ""
    """Who reported, where the vendor is shown people."""
    room: str = ""
    asset: str = ""
    """Its device's tag."""


@dataclass(frozen=True, slots=True)
class Forms:
    """What somebody may do to the case, with what they wrote. `key` makes a form sent twice one message."""

    key: str = ""
    may_acknowledge: bool = False
    may_work: bool = False
    may_note: bool = True
    readers: tuple[Option, ...] = ()
    """Whom one may write to: the municipality's team, or who made one of the reports."""
    wrong: str = ""
    """The form that is shown again."""
    reference: Field = BLANK
    status: Field = BLANK
    expected: Field = BLANK
    to: Field = BLANK
    text: Field = BLANK
    private: bool = False
    files: Field = BLANK
    whole: Say | None = None


@dataclass(frozen=True, slots=True)
class CasePage:
    id: str
    url: str
    title: str
    state: State
    urgency: int
    service: Words
    tickets: int
    places: tuple[Words, ...]
    opened_at: datetime
    offered_at: datetime
    ended_at: datetime | None
    beside: bool
    reference: str
    promises: tuple[Promised, ...]
    agreement: Words
    earlier: tuple[Earlier, ...]
    reports: tuple[Report, ...]
    more_reports: int
    notices: tuple[Notice, ...]
    answers: tuple[Answered, ...]
    on_its_way: tuple[OnItsWay, ...]
    items: tuple[Item, ...]
    total: int
    hidden: int
    older: str | None
    forms: Forms


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """What cannot be undone, shown before it is sent. `kept`: the form's fields, sent again."""

    what: str
    """A member of the texts' families `confirm_…`."""
    title: str
    text: str
    action: str
    back: str
    kept: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MessageRow:
    id: str
    url: str
    kind: str
    title: str
    """Of the case."""
    number: str
    state: str
    """A member of the texts' family `message_state`."""
    at: datetime
    attempts: int
    status: int | None
    tried_at: datetime | None
    excerpt: Words
    again_at: datetime | None


@dataclass(frozen=True, slots=True)
class MessagesPage:
    which: str
    rows: tuple[MessageRow, ...]
    older: str | None
    pushed: bool
    """Whether messages are sent to a system of the vendor's."""


@dataclass(frozen=True, slots=True)
class ReceivedRow:
    """Something that came in the connection's name; `reason` as it was answered, in English.

    `kind`, `why`: members of the texts' families `came_what` and `came_why`; `words`: the reason in both languages.
    """

    url: str
    """Its own page; empty for what was refused, which is not kept."""
    title: str
    """Of the case."""
    number: str
    at: datetime
    last_at: datetime
    repeats: int
    way: str
    """A member of the texts' family `sent_by`."""
    kind: str
    what: str
    message: str
    outcome: str
    """A member of the texts' family `effect`."""
    status: int
    why: str
    reason: str
    proven: bool
    size: int
    sha256: str
    words: Words = ""
    right_key: bool = False
    """The key was theirs, the time was not."""


@dataclass(frozen=True, slots=True)
class ReceivedPage:
    which: str
    choices: tuple[str, ...]
    """Members of the texts' family `came_which`."""
    rows: tuple[ReceivedRow, ...]
    older: str | None
    pushed: bool


@dataclass(frozen=True, slots=True)
class CameMessage:
    """One that was taken. `payload` empty: it is erased."""

    id: str
    at: datetime
    last_at: datetime
    repeats: int
    way: str
    kind: str
    what: str
    outcome: str
    title: str
    number: str
    case_url: str
    payload: str
    size: int = 0
    """Bytes of the content, and its checksum."""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt to send it."""

    at: datetime
    seconds: float
    outcome: str
    status: int | None
    detail: Words


@dataclass(frozen=True, slots=True)
class MessagePage:
    row: MessageRow
    case_url: str
    payload: str
    apart: str
    pushed: bool
    attempts: tuple[Tried, ...] = ()


@dataclass(frozen=True, slots=True)
class ConnectionPage:
    name: str
    profile: str
    address: str
    well: bool
    trouble: str
    """Where it is not well, a member of the texts' family `trouble`."""
    detail: Words
    until: datetime | None
    pending: int
    oldest: datetime | None
    last_taken: datetime | None
    last_heard: datetime | None
    people: tuple[tuple[str, str, datetime | None], ...]
    pushed: bool
    has_secret: bool
    former_until: datetime | None
    """Until when the secret before the present one holds, while it does."""
    tests: tuple[Tried, ...] = ()
    stories: int = 0
    """Messages that wait for a history which cannot be fetched from the vendor's system."""
    stories_since: datetime | None = None
    stories_reason: Words = ""
    may_rotate: bool = False
    """Its key can be changed from here: it is in a file of ours, and no other connection's too."""


@dataclass(frozen=True, slots=True)
class SecretPage:
    """Before: what a new secret means, or why there is none now. After: `made`, and how long the former holds.

    `follows`: the secret that the form is to follow. `is_done`: what was sent has been done already.
    """

    made: str = ""
    follows: str = ""
    is_done: bool = False
    former_until: datetime | None = None
    wrong: Say | None = None


class Failure(StrEnum):
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    EXPIRED = "expired"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    TOO_OFTEN = "too_often"
    BAD_REQUEST = "bad_request"
    UNAVAILABLE = "unavailable"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class ErrorPage:
    failure: Failure
    code: int
    request_id: str
