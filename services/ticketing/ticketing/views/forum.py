"""The needs forum: what is before it, and what was decided (V16)."""

from dataclasses import dataclass
from datetime import datetime

from chassis.look.parts import BLANK, EmptyState, Field, Notice, Option
from chassis.look.words import Say, Words
from ticketing.views.parts import Course, Decided, Light, RequestMark


@dataclass(frozen=True, slots=True)
class Wish:
    """A need or an idea on the agenda. Forms POST to `/behov/<id>/samla` (priority) and `…/besluta` (decision, reason);
    each carries `seen_version` too.
    """

    id: str
    url: str
    number: str
    title: str
    text: str
    """What was written besides the title."""
    kind: Say
    asked_by: str
    place: Words
    service: Words
    filed_at: datetime
    seen_version: int
    course: Course
    wrote: Words | None = None
    """That whoever asked wrote something that nobody has acted on yet."""
    may_gather: bool = True
    held_by: Words | None = None
    """The vendor that has it: it is gathered and decided after."""
    priority: Field = BLANK
    decision: Field = BLANK
    reason: Field = BLANK

    @property
    def opened(self) -> bool:
        """The form to decide is shown unfolded: it has an error."""
        return bool(self.decision.error or self.reason.error)

    @property
    def fields(self) -> tuple[tuple[str, Field], ...]:
        """By their ids on the page."""
        id_ = self.id
        return (f"{id_}-priority", self.priority), (f"{id_}-decision", self.decision), (f"skal-{id_}", self.reason)


@dataclass(frozen=True, slots=True)
class WishGroup:
    id: str
    title: Say
    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True)
class ChangedDecision:
    """The form by which who decides says a yes or a no anew."""

    seen_version: int
    decision: Field = BLANK
    reason: Field = BLANK

    @property
    def opened(self) -> bool:
        """It is shown unfolded: it has an error."""
        return bool(self.decision.error or self.reason.error)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What everybody reads of what was decided: service and place, decision and reason (N5)."""

    id: str
    title: Words
    decision: Decided
    reason: Words
    decided_at: datetime
    change: ChangedDecision | None = None
    url: str = ""
    number: str = ""
    """For who decides: the case itself."""
    wrote: Words | None = None

    @property
    def fields(self) -> tuple[tuple[str, Field], ...]:
        """By their ids on the page."""
        if self.change is None:
            return ()
        return (f"andra-{self.id}-decision", self.change.decision), (f"andra-skal-{self.id}", self.change.reason)


_LIGHTS = tuple(Option(light.value, Say(f"light.{light.value}")) for light in Light)
_DECISIONS = tuple(Option(decided.value, Say(f"decided.{decided.value}")) for decided in Decided)


@dataclass(frozen=True, slots=True)
class ForumPage:
    """`forum.html`, `/behov`: the agenda for who decides, the decisions for everybody."""

    groups: tuple[WishGroup, ...]
    outcomes: tuple[Outcome, ...]
    empty: EmptyState
    may_decide: bool = False
    more: Notice | None = None
    """That not all of what waits is shown."""
    cursor: str = ""
    """Of this page of decisions."""
    older: str | None = None
    """Where the decisions go on."""
    request: RequestMark | None = None
    """What became of what was just asked."""
    lights: tuple[Option, ...] = _LIGHTS
    decisions: tuple[Option, ...] = _DECISIONS

    @property
    def errors(self) -> tuple[tuple[str, Words], ...]:
        """The id of each wrong field with what is wrong, in the order of the page."""
        shown: list[Wish | Outcome] = [wish for group in self.groups for wish in group.wishes]
        fields = [field for one in (*shown, *self.outcomes) for field in one.fields]
        return tuple((id_, field.error) for id_, field in fields if field.error is not None)
