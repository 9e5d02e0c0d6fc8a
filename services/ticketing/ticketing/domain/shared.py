"""What others than who reported it read of a case: one definition for the school's page, the form and the API (N5).

A disturbance is shared when more than one person has reported it and it reaches at least a school. It is told to others
when it is shared, or when staff have published it.
"""

from dataclasses import dataclass
from typing import Literal

from contracts.directory.matrix import BEYOND_A_SCHOOL
from ticketing.domain.state import Incident

WIDE = frozenset({*BEYOND_A_SCHOOL, "school"})

Health = Literal["down", "trouble", "elsewhere", "planned", "single", "ok"]
"""How a service is at a school, worst first. `elsewhere`: other schools have reported what may hit this one."""


def reaches(incident: Incident, school: str) -> bool:
    """Whether a told disturbance may hit the school; "" is any."""
    return incident.scope in BEYOND_A_SCHOOL or not school or school in incident.schools


@dataclass(frozen=True, slots=True)
class Told:
    """A case as it is told at one school."""

    incident: Incident
    to_all: bool
    """Whether it is a fault of which others than who reported it have something to read."""
    shared: bool
    here: bool = True
    """Reported from the school, or published for the whole municipality; else it may hit it."""


@dataclass(frozen=True, slots=True)
class Faults:
    """All open faults of one service at one school, counted."""

    worst: Incident
    """The one to tell of: what is told to all first, and of that what hits the school."""
    told: int
    """Those told to all."""
    here: int
    """Those of the told that hit the school, not only may."""
    single: int
    """Those that are somebody's own."""
    unplanned: int
    """Those of the told that do not wait for planned work to end."""


def health(faults: Faults | None, *, works: bool) -> Health:
    """The word for a service; `works`: planned work that one notices goes on."""
    if works and not (faults and faults.unplanned):
        return "planned"
    if faults is None:
        return "ok"
    if not faults.told:
        return "single"
    if not faults.here:
        return "elsewhere"
    # What a room or one person has is no outage of the school.
    return "down" if faults.worst.urgency == 1 and faults.worst.scope in (None, *WIDE) else "trouble"
