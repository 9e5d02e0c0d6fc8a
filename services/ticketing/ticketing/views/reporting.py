"""What a reporter meets: the form, its answer, the case, the own cases."""

from dataclasses import dataclass
from datetime import datetime

from chassis.look.parts import BLANK, Field, Notice, Option
from chassis.look.words import Say, Words
from ticketing.views.parts import (
    Course,
    FileLink,
    HolderLine,
    KnownProblem,
    Narrowing,
    Rail,
    RequestMark,
    Status,
    Timeline,
    mark_of,
)
from ticketing.views.works import PlannedWork

KINDS = ("incident", "request", "need", "idea")
"""Values of the field `kind`."""

FAULT = Field("incident")


@dataclass(frozen=True, slots=True)
class FormPage:
    """`form.html`, POST to `/arenden/ny`.

    Field names: text, school, room, need, impact, kind, service, asset, files, same_as, idempotency_key, csrf.
    `same_as` comes as the value of the button "Jag har samma problem". After a failed try every field
    keeps its value; the template lists the errors on top as links to their fields. `need` and `impact` are asked of
    faults alone.
    """

    idempotency_key: str
    """New for every blank form, the same after a failed try: a double tap files once."""
    schools: tuple[Option, ...]
    services: tuple[Option, ...] = ()
    needs: tuple[Option, ...] = ()
    impacts: tuple[Option, ...] = ()
    """The two questions of how urgent it is, with the municipality's own answers."""
    text: Field = BLANK
    school: Field = BLANK
    room: Field = BLANK
    need: Field = BLANK
    impact: Field = BLANK
    kind: Field = FAULT
    service: Field = BLANK
    asset: Field = BLANK
    files: Field = BLANK
    known: tuple[KnownProblem, ...] = ()
    works: tuple[PlannedWork, ...] = ()
    """Planned work that goes on at the school and may be what fails."""
    suggest_url: str | None = None
    """GET with text, school, service: answers `fragments/known.html`; None: no suggestions while typing."""
    error: Say | None = None
    """An error of the whole form (session too old, the same form sent twice with other words)."""

    @property
    def errors(self) -> tuple[tuple[str, Words], ...]:
        """Field name and sentence, in the order of the page."""
        names = ("text", "school", "room", "need", "impact", "kind", "service", "asset", "files")
        fields = ((name, getattr(self, name)) for name in names)
        return tuple((name, field.error) for name, field in fields if field.error is not None)

    @property
    def more_open(self) -> bool:
        """Whether "Foto, enhet, tjänst …" is unfolded: something is in there or wrong there."""
        folded = (self.service, self.asset, self.files)
        return self.kind.value != "incident" or any(field.value or field.error for field in folded)


@dataclass(frozen=True, slots=True)
class KnownPart:
    """`fragments/known.html`: what is offered while someone types. Empty: nothing is shown."""

    known: tuple[KnownProblem, ...]
    works: tuple[PlannedWork, ...] = ()


@dataclass(frozen=True, slots=True)
class ConfirmationPage:
    """`confirmation.html`: the answer on the screen at once."""

    number: str
    title: str
    url: str
    holder: HolderLine
    next_steps: tuple[Say, ...]
    """What happens now, in order: "Ekbackens IT-stöd tittar på det", "Du får besked senast 11:00" …"""
    same_as: KnownProblem | None = None
    urgent: Say | None = None
    """How urgent it is, and why."""
    live: str | None = None
    """While nobody has decided who has it: GET answers `fragments/confirmation.html`."""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Somebody waits for the reader's answer. `id` goes back as the field `answers`."""

    id: str
    asked_by: Words
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class OrderActs:
    """What whoever ordered may say of it; forms as those of a fault: `fungerar` nothing, `fortfarande-fel` text."""

    came: bool = False
    early: bool = False
    """It is not said to be on its way: that it came is asked once more before it is over."""
    differs: bool = False
    arrived: bool = False
    """It is said to be here: the question is asked first."""
    declined: bool = False
    """Nothing comes: what may be said of it is that it is looked at again."""


@dataclass(frozen=True, slots=True)
class CasePage:
    """`case.html` for the reporter and the school; forms POST to
    `<url>/svar|fungerar|fortfarande-fel|vidare|dra-tillbaka`.

    `/svar` takes text, answers (a question's id or empty); `/fungerar` nothing; `/fortfarande-fel` and `/vidare` text;
    `/dra-tillbaka` text or none.
    """

    number: str
    title: str
    url: str
    status: Status
    rail: Rail
    holder: HolderLine | None
    text: str
    filed_at: datetime
    filed_by: str
    school: Words
    timeline: Timeline
    room: str = ""
    service: Words = ""
    asset: str = ""
    files: tuple[FileLink, ...] = ()
    next_step: Say | None = None
    """As "Händer inget till 14:30 går ärendet vidare till samordnaren."."""
    urgent: Say | None = None
    """How urgent it is, and why, while it is open."""
    answers: tuple[Words, ...] = ()
    """What the reporter answered to "how urgent?" and "who is hit?"."""
    questions: tuple[OpenQuestion, ...] = ()
    requests: tuple[RequestMark, ...] = ()
    notices: tuple[Notice, ...] = ()
    others: int = 0
    """How many other reports there are of the same problem (never whose)."""
    why: tuple[Words, ...] = ()
    """Why it is together with them; of who reported it, what tells of nobody else."""
    began: bool = False
    """The case began with it: `why` says just that."""
    answer: Field = BLANK
    answer_files: Field = BLANK
    answer_to: str = ""
    """The question that they answer; empty: the first."""
    still_wrong: Field = BLANK
    refused: Say | None = None
    """What the case is now, where what was sent fits it no more."""
    unsent: str = ""
    """What was written then, where nothing more can be said."""
    asked: bool = True
    """Whether it works, or came right, where it is said to be so: until that is answered."""
    can_answer: bool = False
    can_confirm: bool = False
    can_reopen: bool = False
    can_ask_further: bool = False
    can_withdraw: bool = False
    withdrawal: Field = BLANK
    """Why, if one likes to say so."""
    further: Field = BLANK
    further_hint: Say | None = None
    """What follows if one asks that it goes further."""
    asked_further: Say | None = None
    """That the school has asked, when, and from when it may again."""
    live: str | None = None
    """GET answers `fragments/case_live.html`: polled to keep holder line, forms and history fresh."""
    desk_url: str | None = None
    """For staff: the page of the disturbance that the case is part of."""
    erase_url: str | None = None
    """For who may erase what it tells."""
    course: Course | None = None
    order: OrderActs = OrderActs()
    who_url: str | None = None
    """While somebody has it: who has such a case, and when it goes further."""

    @property
    def mark(self) -> str:
        """What the page asks and lets do: untouched forms are exchanged; where one was begun, there is news."""
        asked = tuple(question.id for question in self.questions)
        can = (self.can_answer, self.can_confirm, self.can_reopen, self.can_ask_further, self.can_withdraw, self.order)
        return mark_of(asked, self.asks_whether_it_works, *can)

    @property
    def asks_whether_it_works(self) -> bool:
        """The question stands before all else."""
        return self.status is Status.RESOLVED and self.asked and (self.can_confirm or self.can_reopen)


@dataclass(frozen=True, slots=True)
class CaseRow:
    number: str
    title: str
    url: str
    status: Status
    place: Words
    holder: Words | None
    changed_at: datetime
    last_word: Words = ""
    needs_you: bool = False


@dataclass(frozen=True, slots=True)
class MyCasesPage:
    """`my_cases.html`: the start page of a reporter, `/arenden`."""

    first_name: str
    needs_you: tuple[CaseRow, ...] = ()
    open: tuple[CaseRow, ...] = ()
    done: tuple[CaseRow, ...] = ()
    known: tuple[KnownProblem, ...] = ()
    query: str = ""
    older: str | None = None
    school_url: str | None = None
    of_school: bool = False
    """All of the schools that they lead; else their own."""
    narrowings: tuple[Narrowing, ...] = ()
    disturbed: bool = False
    """There is nothing to show, while something is known at their school."""
