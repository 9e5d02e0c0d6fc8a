"""What a reaction knows besides the world: its cause and the time; and how it stamps what it states."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts import ids
from contracts.events.base import Event, Request
from contracts.values import Actor
from grouping import Decision, Understanding
from routing.domain.state import Incident


@dataclass(frozen=True, slots=True)
class Due:
    """That a timer's time has come: a cause that nobody states."""

    id: str
    """Of the timer and its time, so that handling it again states the same events."""
    at: datetime
    """When it is handled: nobody knew before."""
    municipality: str


@dataclass(slots=True)
class Context:
    """One message being handled.

    Ids derive from the cause, so that the same message handled again after a crash states the same events.
    """

    cause: Event | Due
    now: datetime
    """When it is handled: the `at` of what is stated."""
    decision: Decision | None = None
    """What grouping says of a filed ticket."""
    understood: Understanding | None = None
    """What grouping says of a ticket that staff take off its incident."""
    by_itself: bool = False
    """What is stated from here on follows by itself: it is no answer to a request, and nobody's act."""
    stated: int = 0

    @property
    def moment(self) -> datetime:
        """When it happened: clocks count from the fact, even if routing was down then (R13)."""
        return self.cause.at

    @property
    def municipality(self) -> str:
        """Whose cases it is about."""
        return self.cause.municipality

    def id(self, kind: ids.Kind, *parts: str) -> str:
        """An id that follows from the cause."""
        return ids.derived(kind, "routing", self.cause.id, *parts)

    def own(self) -> dict[str, Any]:
        """The fields of every event stated here; each call is one event."""
        self.stated += 1
        return {
            "id": ids.derived("event", "routing", self.cause.id, self.stated),
            "at": self.now,
            "municipality": self.cause.municipality,
            "caused_by": self.cause.id if isinstance(self.cause, Event) else None,
        }

    def about(self, incident: Incident, *, by: Actor | None = None) -> dict[str, Any]:
        """The fields of an event that people's `seen_version` does not count (R5)."""
        request = self.cause if isinstance(self.cause, Request) and not self.by_itself else None
        return self.own() | {
            "incident": incident.id,
            "version": incident.version,
            "request_id": request.request_id if request else None,
            "by": by or (request.by if request else None),
        }

    def changing(self, incident: Incident, *, by: Actor | None = None) -> dict[str, Any]:
        """The fields of an event that makes the incident's next version."""
        return self.about(incident, by=by) | {"version": incident.version + 1}

    def linking(self, incident: Incident, *, by: Actor | None = None) -> dict[str, Any]:
        """The fields of a change of its tickets: the next version where staff have asked for it (R5)."""
        return self.changing(incident, by=by) if isinstance(self.cause, Request) else self.about(incident, by=by)
