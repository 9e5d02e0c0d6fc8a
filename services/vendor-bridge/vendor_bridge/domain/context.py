"""What a decision knows besides the world: its cause and the time; and how it stamps what it states."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts import ids
from contracts.events.base import Event
from vendor_bridge.domain.state import Handoff


@dataclass(slots=True)
class Context:
    """One cause being answered. Ids derive from it, so that the same cause, handled again, states the same events.

    `cause` is an event's id, or for a vendor's message what names it.
    """

    cause: str
    municipality: str
    now: datetime
    caused_by: str | None = None
    stated: int = 0

    @classmethod
    def of(cls, event: Event, now: datetime) -> "Context":
        return cls(event.id, event.municipality, now, caused_by=event.id)

    def own(self) -> dict[str, Any]:
        """The fields of every event stated here; each call is one event."""
        self.stated += 1
        return {
            "id": ids.derived("event", "vendor-bridge", self.cause, self.stated),
            "at": self.now,
            "municipality": self.municipality,
            "caused_by": self.caused_by,
        }

    def about(self, handoff: Handoff) -> dict[str, Any]:
        """The fields of an event about one hand-off."""
        return self.own() | {"handoff": handoff.id, "incident": handoff.incident, "vendor": handoff.vendor}
