"""Mälarvik with one policy for every case, and what a life has stated of it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from contracts.directory import Directory
from contracts.directory.rules import Policy
from contracts.events.routing import (
    EscalationScheduled,
    IncidentEscalated,
)
from routing.domain.state import Incident
from tests.support.routing_life import (
    MALARVIK,
    Life,
    of_type,
)

STOCKHOLM = ZoneInfo("Europe/Stockholm")
IT_UNIT = "team:it-enheten"
TEXT = {"sv": "Text."}


def with_policy(**fields: Any) -> Directory:
    """Mälarvik, all of whose cases go further like that."""
    policy = Policy.model_validate({"id": "prov", "name": "Prov", **fields})
    content = MALARVIK.model_dump(mode="json")
    content["policies"].append(policy.model_dump(mode="json"))
    content["defaults"]["policy"] = "prov"
    for rule in content["matrix"]:
        rule["policy"] = None
    return Directory.model_validate(content)


def at(day: int, clock: str) -> datetime:
    """In October 2026; the 5th is a Monday."""
    return datetime.fromisoformat(f"2026-10-{day:02d}T{clock}").replace(tzinfo=STOCKHOLM)


def steps(*each: dict[str, Any], **fields: Any) -> Life:
    return Life(directory=with_policy(steps=each, **fields))


def planned(life: Life, incident: Incident) -> EscalationScheduled:
    return [e for e in of_type(life.history, EscalationScheduled) if e.incident == incident.id][-1]


def done(life: Life, trigger: str = "step") -> list[tuple[str, tuple[str, ...]]]:
    told = [e for e in of_type(life.history, IncidentEscalated) if e.trigger == trigger]
    return [(e.measure.action, e.measure.parties) for e in told]


UNSEEN = {"do": "wait", "clock": "acknowledge", "share": 100}
LATE = {"do": "wait", "clock": "resolve", "share": 75}
BROKEN = {"do": "wait", "clock": "resolve", "share": 100}
TELL = {"do": "notify", "parties": ["coordinator"]}
ON = {"do": "next_party"}
