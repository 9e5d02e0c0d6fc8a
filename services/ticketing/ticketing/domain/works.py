"""Planned work (V10): what makes a window one that people can plan by, and how it is told."""

from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from contracts import ids, windows
from contracts.directory import Directory
from contracts.events.ticketing import WorkChanged, WorkPlanned
from contracts.texts import names_a_person, one_line
from contracts.values import Actor, Words, WorkEffect
from ticketing.domain.state import Work

TEXT_LIMIT = 300
REASON_LIMIT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What somebody wants to plan, as it came through the form or the API."""

    text: Words
    services: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    effect: WorkEffect
    schools: tuple[str, ...] = ()
    vendor: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a plan: the field, and the key of its sentence."""

    field: str
    code: str


def check(plan: Plan, directory: Directory, now: datetime) -> list[Fault]:
    """Everything that keeps the work from being planned; empty when it may be."""
    texts = list(plan.text.values())
    faults = [
        Fault(name, code)
        for name, code, wrong in (
            ("text", "text_required", not texts or not all(one_line(text) for text in texts)),
            ("text", "too_long", any(len(text) > TEXT_LIMIT for text in texts)),
            ("text", "personal_number", any(names_a_person(text) for text in texts)),
            ("services", "services_required", not plan.services),
            ("services", "service_unknown", not directory.services_by_id.keys() >= set(plan.services)),
            ("schools", "school_unknown", not directory.schools_by_id.keys() >= set(plan.schools)),
            ("effect", "effect_required", plan.effect not in get_args(WorkEffect)),
            ("vendor", "vendor_unknown", plan.vendor not in {None, *directory.vendors_by_party}),
        )
        if wrong
    ]
    return faults + check_window(plan.starts_at, plan.ends_at, now)


def check_window(starts_at: datetime, ends_at: datetime, now: datetime, *, told: datetime | None = None) -> list[Fault]:
    """What is wrong with the times; the first of it. `told`: when people read that it begins, which may be long ago."""
    wrong = windows.mistake(starts_at, ends_at, now, told=told)
    return [Fault(*wrong)] if wrong else []


def planned(plan: Plan, *, municipality: str, by: Actor, now: datetime) -> WorkPlanned:
    """The work as a fact. The plan was checked."""
    return WorkPlanned(
        id=ids.new("event"),
        at=now,
        municipality=municipality,
        work=ids.new("work"),
        by=by,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        services=tuple(dict.fromkeys(plan.services)),
        schools=tuple(dict.fromkeys(plan.schools)),
        text={language: one_line(text) for language, text in plan.text.items()},
        effect=plan.effect,
        vendor=plan.vendor,
        external_id=plan.external_id,
    )


def changed(
    work: Work,
    *,
    by: Actor,
    now: datetime,
    window: tuple[datetime, datetime] | None = None,
    reason: Words | None = None,
) -> WorkChanged:
    """The work in another window, or, without one, called off."""
    starts_at, ends_at = window or (work.starts_at, work.ends_at)
    return WorkChanged(
        id=ids.new("event"),
        at=now,
        municipality=work.municipality,
        work=work.id,
        by=by,
        starts_at=starts_at,
        ends_at=ends_at,
        cancelled=window is None,
        reason=reason,
    )
