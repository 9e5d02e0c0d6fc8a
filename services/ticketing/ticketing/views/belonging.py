"""Which reports are of one disruption, and what asks whether more are."""

from dataclasses import dataclass
from datetime import datetime

from chassis.look.parts import EmptyState, Notice, Pages
from chassis.look.words import Say, Words
from ticketing.views.parts import Status


@dataclass(frozen=True, slots=True)
class LinkedTicket:
    """A ticket of this disturbance and why it is here."""

    id: str
    number: str
    title: str
    url: str
    filed_by: str
    place: Words
    filed_at: datetime
    status: Status
    reasons: tuple[Words, ...]
    """In words: "samma tjänst", "samma hus, 6 min isär"; or "Anna tryckte Jag har samma problem"."""
    began: bool = False
    """The case began with it: its reasons say why it was not put to another."""
    first: bool = False
    """It has others since, and that is all to say of it."""
    linked_by_person: bool = False
    linked_by: str = ""
    """The person who linked it, by name …"""
    taken_off: bool = False
    """… or who took it off another disturbance."""
    back_to: str | None = None
    """The incident it was on before and may go back to: POST its `koppla`."""


@dataclass(frozen=True, slots=True)
class MovedTicket:
    """A ticket that a person moved from this disturbance to another."""

    id: str
    number: str
    title: str
    url: str
    """The disturbance that it is on now."""
    may_return: bool
    """Whether it may be put here again: POST `koppla`."""


@dataclass(frozen=True, slots=True)
class LinkSuggestion:
    """A question to staff. Forms POST to `<page's url>/kopplingsforslag/<id>/ja|nej`."""

    id: str
    here: bool
    """Whether the other case may belong to this one; else this one may belong to the other."""
    title: str
    url: str
    tickets: int
    place: Words
    reasons: tuple[Words, ...]
    likely: bool = True
    """Shown at once; the others wait folded."""
    staying: tuple[str, ...] = ()
    """As of `LinkQuestion`."""


@dataclass(frozen=True, slots=True)
class QuestionSide:
    """A case as a question speaks of it."""

    title: str
    url: str
    tickets: int
    place: Words
    opened_at: datetime
    number: str = ""
    occurred_at: datetime | None = None
    """When it began, as those who reported it say, where it was reported long after: reasons count from then."""


@dataclass(frozen=True, slots=True)
class LinkQuestion:
    """Whether one case is the other. Forms POST to `/ko/hor-ihop/<id>/ja|nej`: sida, cursor."""

    id: str
    case: QuestionSide
    other: QuestionSide
    reasons: tuple[Words, ...]
    staying: tuple[str, ...] = ()
    """Numbers of the reports of the case that a yes does not move, and that are not counted with it."""


@dataclass(frozen=True, slots=True)
class WayBack:
    """Undoes a link. POST `url`; `name` is the field of the tickets."""

    url: str
    name: str
    tickets: tuple[str, ...]
    hint: Say


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a question that was answered a moment ago."""

    notice: Notice
    way_back: WayBack | None = None
    live: str | None = None
    """While nothing did: GET answers `fragments/answered.html`."""


@dataclass(frozen=True, slots=True)
class AnsweredPart:
    """`fragments/answered.html`."""

    answered: Answered | None


@dataclass(frozen=True, slots=True)
class QuestionsPage:
    """`questions.html`: all that the desk is asked about causes, the likeliest first."""

    questions: tuple[LinkQuestion, ...]
    pages: Pages
    empty: EmptyState
    number: int = 1
    cursor: str = ""
    """Where this page begins: an answer comes back to it."""
    every: bool = False
    """Whether the unlikely are among them."""
    unlikely: int | None = 0
    """How many these are; None: too many to count."""
    answered: Answered | None = None
