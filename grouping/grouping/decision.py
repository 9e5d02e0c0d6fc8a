"""What the engine answers: link, suggest or open, each with its reasons in words that quote no report."""

from dataclasses import dataclass

from grouping.report import Words

MOST_CANDIDATES = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """An incident that the report may belong to; `score` from 0 to 1."""

    incident: str
    score: float
    reasons: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Sure enough to link by itself."""

    incident: str
    score: float
    reasons: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Suggest:
    """A new incident, and at most three that a person may link it to, best first."""

    candidates: tuple[Candidate, ...]
    reasons: tuple[Words, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.candidates) <= MOST_CANDIDATES:
            raise ValueError(f"a suggestion has one to {MOST_CANDIDATES} candidates")


@dataclass(frozen=True, slots=True)
class Open:
    """A new incident; `recurrence_of` names an earlier one of the same cause."""

    reasons: tuple[Words, ...]
    recurrence_of: str | None = None


Outcome = Link | Suggest | Open


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the engine takes a report to be about, whatever incident it is on."""

    service: str
    """As inferred; `other` where nothing is known."""
    scope: str | None
    """As inferred: person, asset, room, building, school, schools or municipality; None: not inferred."""
    engine_version: str
    directory_version: str
    named: frozenset[str] = frozenset()
    """The services that it calls by name, or that were picked."""
    may_be: frozenset[str] = frozenset()
    """These, and those that it speaks for: far likelier than of a report that says nothing, or as likely as any."""
    near: frozenset[str] = frozenset()
    """Of a network, the school's other networks: people rarely know which it is. They are among `may_be` too."""
    own: bool = False
    """Its words speak of one person or one thing."""


@dataclass(frozen=True, slots=True)
class Join:
    """An incident whose cause has shown to be another's: its tickets move there, and it is superseded (R12).

    `by_itself` False: it has several tickets, a person or a vendor has touched it, or it is not sure enough (R11); then
    it is only suggested to staff, once.
    """

    incident: str
    tickets: tuple[str, ...]
    into: str
    score: float
    reasons: tuple[Words, ...]
    by_itself: bool = True


@dataclass(frozen=True, slots=True)
class Raise:
    """The incident reaches further than was known: `scope` is `schools` or `municipality`."""

    incident: str
    scope: str
    reasons: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome, what the engine took the report to be about, and by which versions it was decided.

    `joins` and `raised` are about other incidents: what this report has shown of them.
    """

    outcome: Outcome
    service: str
    """As inferred; `other` where nothing is known."""
    scope: str | None
    """As inferred: person, asset, room, building, school, schools or municipality; None: not inferred."""
    engine_version: str
    directory_version: str
    joins: tuple[Join, ...] = ()
    raised: Raise | None = None
