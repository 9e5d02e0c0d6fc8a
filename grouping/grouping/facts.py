"""What the engine observes: facts about incidents, in the order they were stated.

An engine's state is what it observed and nothing else, so any copy that observed the same facts decides the same.
Observing a fact twice changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from grouping.report import Kind, Report


@dataclass(frozen=True, slots=True)
class Opened:
    """An incident began."""

    incident: str
    kind: Kind
    service: str
    school: str
    scope: str | None = None
    recurrence_of: str | None = None


@dataclass(frozen=True, slots=True)
class Linked:
    """A report is on the incident; `by_person`: somebody said so, which is final."""

    incident: str
    report: Report
    by_person: bool = False


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A report left the incident, to be alone or on another; where a person took it off, it is `Refused` too."""

    incident: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """Staff were asked whether the ticket belongs to the incident: not asked again, whatever they answer."""

    incident: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A person said that the ticket does not belong to the incident: never asked again."""

    incident: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Triaged:
    """A person set what the incident is about and how far it reaches; None leaves it as it was."""

    incident: str
    service: str | None = None
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class ScopeRaised:
    """The incident reaches further than it did: `schools` or `municipality`."""

    incident: str
    scope: str


@dataclass(frozen=True, slots=True)
class Touched:
    """A person or a vendor worked on the incident: it is not joined to another by itself any more (R11)."""

    incident: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """The incident is solved, as far as its holder knows."""

    incident: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reopened:
    """It was not solved after all."""

    incident: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The incident is closed, cancelled or superseded. One that comes back is opened and linked anew."""

    incident: str
    successor: str | None = None
    """Which one its tickets went on in: what people refused of the former holds for that."""


Fact = Opened | Linked | Unlinked | Suggested | Refused | Triaged | ScopeRaised | Touched | Resolved | Reopened | Ended
