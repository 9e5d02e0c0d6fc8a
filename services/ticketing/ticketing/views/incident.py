"""The desk's page of a case."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chassis.look.parts import Notice
from chassis.look.words import Say, Words
from ticketing.views.actions import NO_ACTIONS, Actions, AskedReporter, Composer, OrderDesk
from ticketing.views.belonging import LinkedTicket, LinkSuggestion, MovedTicket
from ticketing.views.further import NOTHING_FURTHER, Further
from ticketing.views.parts import (
    ClockChip,
    ClockState,
    Course,
    HolderLine,
    Rail,
    RequestMark,
    Status,
    Timeline,
    mark_of,
)
from ticketing.views.proposing import Proposal, ProposalOf
from ticketing.views.reporting import OpenQuestion
from ticketing.views.rules import Rules


class Tab(StrEnum):
    """Which part of the page is shown; the address carries it as `flik`."""

    HISTORY = "historik"
    TICKETS = "anmalningar"
    HAND_OFFS = "overlamningar"
    RULES = "regler"


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
    scope: Words | None
    """As "Flera skolor", "Sal B204"; nothing of what reaches nobody else."""
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
    actions: Actions = NO_ACTIONS
    further: Further = NOTHING_FURTHER
    live: str | None = None
    """GET answers `fragments/incident_live.html`; `marke`: of the forms that the page has."""
    had_mark: str = ""
    """What was sent as `marke`."""
    meanwhile: tuple[Notice, ...] = ()
    """What others did since the page was drawn: shown beside the forms before these count as seen."""
    course: Course | None = None
    order: OrderDesk | None = None
    errors: tuple[tuple[str, Words], ...] = ()
    """What is wrong with the form that was sent, each with the id of its field."""
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
