"""What the desk meets: the queue and the page of one disturbance."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from chassis.look.parts import BLANK, EmptyState, Field, Notice, Option, Pages
from chassis.look.words import Say, Words
from ticketing.views.further import NOTHING_FURTHER, Further
from ticketing.views.parts import (
    ClockChip,
    ClockState,
    Course,
    HolderLine,
    Promise,
    Rail,
    RequestMark,
    Status,
    Timeline,
    mark_of,
)
from ticketing.views.proposing import Proposal, ProposalOf
from ticketing.views.reporting import OpenQuestion


@dataclass(frozen=True, slots=True)
class Filter:
    """A link in the left column. `filter.<id>` is its word unless `label` is given."""

    id: str
    url: str
    count: int | None = None
    selected: bool = False
    label: Words | None = None
    more: bool = False
    """There are more than `count`: they were not counted."""


FILTERS = (
    "all",
    "mine",
    "my_schools",
    "unassigned",
    "breached",
    "late_orders",
    "vendor",
    "vendor_silent",
    "waiting",
    "resolved",
)


@dataclass(frozen=True, slots=True)
class FilterGroup:
    title: Say
    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One disturbance: clock chip · title · school/room · n tickets · holder · last word."""

    id: str
    url: str
    title: str
    place: Words
    tickets: int
    status: Status
    holder: Words
    clock: ClockChip | None
    last_word: Words
    last_by: Words
    last_at: datetime
    urgency: int = 3
    """1 (a lesson stands still) … 4."""
    last_is_step: bool = False
    """The last word is a sentence of ours about what the pill shows: left out where there is little room."""
    expected_at: date | None = None
    """The day on which an order is to be there …"""
    order_late: bool = False
    """… and whether that is over."""
    answered: bool = False
    """What staff asked has its answer, and nobody has acted on it yet."""
    asks_us: bool = False
    """A vendor waits for the municipality's answer."""

    @property
    def pill_names_holder(self) -> bool:
        """Of several vendors the pill does not say which one."""
        return self.status in (Status.LOCAL, Status.CENTRAL)


@dataclass(frozen=True, slots=True)
class QueuePage:
    """`queue.html`. Filters and pages are plain links; `q` searches titles and numbers."""

    title: Say
    filters: tuple[FilterGroup, ...]
    rows: tuple[QueueRow, ...]
    pages: Pages
    empty: EmptyState
    query: str = ""
    live: str | None = None
    """GET answers `fragments/queue.html` for the same filter: new rows are announced, known ones refreshed."""


class Tab(StrEnum):
    """Which part of the page is shown; the address carries it as `flik`."""

    HISTORY = "historik"
    TICKETS = "anmalningar"
    HAND_OFFS = "overlamningar"
    RULES = "regler"


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
    linked_by_person: bool = False
    linked_by: str = ""
    """The person who linked it, by name."""
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


class HandOffState(StrEnum):
    OFFERED = "offered"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"
    RELEASED = "released"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class HandOff:
    """One stay with a vendor: what went, when it arrived, what came back."""

    id: str
    vendor: Words
    state: HandOffState
    since: datetime
    lead: bool = True
    note: str = ""
    vendor_reference: str = ""
    delivered_at: datetime | None = None
    acknowledged_at: datetime | None = None
    ended_at: datetime | None = None
    problem: Say | None = None
    """That nothing gets through, since when, and what happens next."""
    problem_url: str = ""
    """Where more is told and done about it; empty for who may not look there."""
    takes_nothing: bool = False
    """What is new gets nowhere until somebody does something about it."""
    connection: str = ""
    held: int = 0
    """Mails for it that wait for somebody's decision."""

    @property
    def is_stuck(self) -> bool:
        """It has not arrived, and does not on its own or not soon."""
        return self.problem is not None and self.state is HandOffState.OFFERED


@dataclass(frozen=True, slots=True)
class PathStep:
    """One party of the responsibility matrix' path."""

    name: Words
    level: Say
    here: bool = False
    passed: bool = False


@dataclass(frozen=True, slots=True)
class PolicyStep:
    text: Say
    at: datetime | None = None
    done: bool = False
    next: bool = False


@dataclass(frozen=True, slots=True)
class PromiseLine:
    promise: Promise
    agreed: Words
    clock: ClockChip | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Why this party, which promises, what happens by itself."""

    reason: Words
    rule: str
    """Which line of the matrix decided, as the directory names it; empty where something else did."""
    path: tuple[PathStep, ...]
    promises: tuple[PromiseLine, ...]
    steps: tuple[PolicyStep, ...]
    agreement: Words = ""
    whole: tuple[Words, ...] = ()
    """The policy from its beginning, as "Vem gör vad" tells it: what comes with its holder, in order …"""
    also: tuple[Words, ...] = ()
    """… and whenever it happens."""


@dataclass(frozen=True, slots=True)
class AskedReporter:
    """What a reporter is asked, by staff or a vendor, or the municipality by a vendor.

    POST `<page's url>/fragor/<id>/stang` (reason): not needed. The municipality answers as in the composer.
    """

    id: str
    asked_by: Words
    at: datetime
    text: str
    number: str
    ticket_url: str
    is_of_vendor: bool = False
    """Who then reads the reason as the answer."""
    reason: Field = BLANK

    @property
    def to_us(self) -> bool:
        return not self.ticket_url


@dataclass(frozen=True, slots=True)
class Composer:
    """POST `<url>/anteckning`: audience, text, answers. The audience is the first choice."""

    audiences: tuple[Option, ...]
    """Values: reporters, internal, party:<id>."""
    audience: Field = BLANK
    text: Field = BLANK
    questions: tuple[OpenQuestion, ...] = ()
    files: Field = BLANK
    answers: str = ""
    """The question that it was to answer."""

    @property
    def opened(self) -> bool:
        """Shown unfolded on a narrow screen too: somebody waits for an answer, or what was written came back."""
        came_back = self.text.value or self.audience.error or self.text.error or self.files.error
        return bool(self.questions or came_back)


@dataclass(frozen=True, slots=True)
class Asks:
    """Whom one may ask: POST `fraga`."""

    of: tuple[Option, ...] = ()
    """Reports, for who reported them."""
    other: str = ""
    """What another municipality is called, where that reported all of these; within a sentence."""
    by_mail: bool = True
    """All of them are persons."""


@dataclass(frozen=True, slots=True)
class Actions:
    """What this person may do now. Fields: `fraga` ticket, text; `tilldela` party; `lamna-over` vendor, note, role;
    `ta-tillbaka` vendor; `los` public_text; `avsluta` none; `bedom` service, scope, public_title; `koppla` ticket;
    `bryt-ut` tickets (several). Each but the first carries `seen_version` too.
    """

    parties: tuple[Option, ...] = ()
    vendors: tuple[Option, ...] = ()
    parallel: bool = False
    """Chosen before: beside whoever has it."""
    take_back: tuple[Option, ...] = ()
    """The vendors that have it, or a part of it; whoever leads first …"""
    take_back_named: bool = False
    """… and whether the one to take it back from is to be named."""
    resolve: bool = False
    close: bool = False
    split: bool = False
    link: bool = False
    publish: str | None = None
    """What others would read; POST `publicera`: published `ja`, and `nej` to take it back."""
    published: bool = False
    asks: Asks = Asks()
    services: tuple[Option, ...] = ()
    scopes: tuple[Option, ...] = ()
    service: Field = BLANK
    scope: Field = BLANK
    public_title: Field = BLANK
    number: Field = BLANK
    number_like: str = ""
    """How the municipality's numbers look."""
    tickets: Field = BLANK
    party: Field = BLANK
    vendor: Field = BLANK
    note: Field = BLANK
    public_text: Field = BLANK
    asked: Field = BLANK
    question: Field = BLANK

    @property
    def any(self) -> bool:
        return bool(
            self.asks.of or self.parties or self.vendors or self.take_back or self.resolve or self.close or self.link
        )

    @property
    def opened(self) -> str | None:
        """The form to show unfolded: the one that has an error, else one in which something was written."""
        forms = {
            "assign": (self.party,),
            "hand_off": (self.vendor, self.note),
            "ask": (self.asked, self.question),
            "triage": (self.service, self.public_title),
            "link": (self.number,),
            "resolve": (self.public_text,),
        }
        wrong = (form for form, fields in forms.items() if any(field.error for field in fields))
        # What a case is about stands in its form anyhow.
        written = (form for form, fields in forms.items() if form != "triage" and any(field.value for field in fields))
        return next(wrong, None) or next(written, None)


@dataclass(frozen=True, slots=True)
class OrderDesk:
    """What the desk may say of an order. POST `<url>/steg`: stage, stage_text, expected_at, changed_by."""

    stages: tuple[Option, ...]
    """What may follow, the likeliest first."""
    changers: tuple[Option, ...]
    stage: Field = BLANK
    text: Field = BLANK
    expected_at: Field = BLANK
    changed_by: Field = BLANK

    @property
    def opened(self) -> bool:
        fields = (self.stage, self.text, self.expected_at, self.changed_by)
        return bool(self.text.value) or any(field.error for field in fields)


ClockGroups = tuple[tuple[Words, tuple[ClockChip, ...]], ...]
"""Each party's promises under its name."""


def _those(groups: ClockGroups, which: Callable[[ClockChip], bool]) -> ClockGroups:
    kept = ((whose, tuple(chip for chip in chips if which(chip))) for whose, chips in groups)
    return tuple(group for group in kept if group[1])


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """`incident.html`: the desk's page of one disturbance, `/storningar/{id}`."""

    url: str
    title: str
    status: Status
    service: Words
    scope: Words
    """As "Flera skolor", "Sal B204"."""
    opened_at: datetime
    tickets: int
    schools: tuple[Words, ...]
    holder: HolderLine
    rail: Rail
    seen_version: int
    timeline: Timeline
    number: str = ""
    urgency: int = 3
    clocks: tuple[ClockChip, ...] = ()
    next_step: Say | None = None
    requests: tuple[RequestMark, ...] = ()
    notices: tuple[Notice, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    questions: tuple[OpenQuestion, ...] = ()
    """Questions from a vendor to the desk; answered in the composer."""
    waits_for: tuple[AskedReporter, ...] = ()
    """What reporters are asked: it is not resolved before these have their answers."""
    tab: Tab = Tab.HISTORY
    linked: tuple[LinkedTicket, ...] = ()
    linked_older: str | None = None
    moved: tuple[MovedTicket, ...] = ()
    suggestions: tuple[LinkSuggestion, ...] = ()
    """Surest first."""
    hand_offs: tuple[HandOff, ...] = ()
    rules: Rules | None = None
    composer: Composer | None = None
    actions: Actions = Actions()
    further: Further = NOTHING_FURTHER
    live: str | None = None
    """GET answers `fragments/incident_live.html`; `marke`: of the forms that the page has."""
    had_mark: str = ""
    """What was sent as `marke`."""
    meanwhile: tuple[Notice, ...] = ()
    """What others did since the page was drawn: shown beside the forms before these count as seen."""
    course: Course | None = None
    order: OrderDesk | None = None
    came_back: tuple[str, ...] = ()
    """Requests that were refused, and whose words stand in their forms again."""
    forum_url: str | None = None
    """For who decides: where a need or an idea is gathered and decided."""
    about: ProposalOf = ProposalOf.FAULT
    forum_waits: Words | None = None
    """The vendor that has it: it is gathered and decided after."""

    @property
    def mark(self) -> str:
        """What the page asks, lets do and lists: where it has changed, the page says that there is news."""
        return mark_of(self.forms_mark, self.rest_mark)

    @property
    def forms_mark(self) -> str:
        """Of the forms beside: these are exchanged while nobody has begun with them."""
        proposed = [one.id for one in self.proposals]
        asked = [one.id for one in self.questions] + [one.id for one in self.waits_for]
        suggested = [one.id for one in self.suggestions]
        return mark_of(self.seen_version, proposed, asked, suggested, self.further.marks, self.came_back)

    @property
    def rest_mark(self) -> str:
        """Of what else is listed and asked: who wants to see it, loads the page anew."""
        stays = [(stay.id, stay.state, stay.problem is None, stay.held) for stay in self.hand_offs]
        readers = [option.value for option in self.composer.audiences] if self.composer else []
        return mark_of(stays, readers)

    @property
    def forms_are_new(self) -> bool:
        """They are not those that the page has, by its mark."""
        return self.forms_mark != self.had_mark

    @property
    def clock_groups(self) -> ClockGroups:
        """Each party's promises under its name, whoever has the case first; no name where only that one promises."""
        ours = tuple(chip for chip in self.clocks if not chip.whose)
        named: dict[str, list[ClockChip]] = {}
        for chip in self.clocks:
            if chip.whose:
                named.setdefault(str(chip.whose), []).append(chip)
        groups = [(chips[0].whose, tuple(chips)) for chips in named.values()]
        return (*([(self.holder.name if groups else "", ours)] if ours else []), *groups)

    @property
    def clocks_at_once(self) -> ClockGroups:
        """Of several parties' promises those that tell what to do now: what who has the case still owes, and whoever
        else is late.
        """
        groups = self.clock_groups
        if len(groups) < 2:
            return groups
        return _those(groups, lambda chip: not chip.kept if not chip.whose else chip.state is ClockState.BREACHED)

    @property
    def clocks_folded(self) -> ClockGroups:
        """The others."""
        shown = [chip for _, chips in self.clocks_at_once for chip in chips]
        return _those(self.clock_groups, lambda chip: chip not in shown)

    @property
    def likely(self) -> tuple[LinkSuggestion, ...]:
        """The questions that are asked at once."""
        return tuple(one for one in self.suggestions if one.likely)

    @property
    def unlikely(self) -> tuple[LinkSuggestion, ...]:
        """Those for whoever looks for more."""
        return tuple(one for one in self.suggestions if not one.likely)
