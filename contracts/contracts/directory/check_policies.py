"""Checks of policies: whom their steps and occasions name, and that each can come, once."""

from collections.abc import Iterator

from contracts.directory.check_rules import parties
from contracts.directory.errors import Loc
from contracts.directory.findings import Finding, Names
from contracts.directory.model import Directory
from contracts.directory.rules import (
    RANKS,
    Breach,
    HandOver,
    HolderSilent,
    ImpactGrown,
    Major,
    Notify,
    Occasion,
    Policy,
    Repeat,
    RequireAcknowledgement,
    Step,
    Wait,
)


def policies(directory: Directory, names: Names) -> Iterator[Finding]:
    for i, policy in enumerate(directory.policies):
        loc: Loc = ("policies", i)
        for j, step in enumerate(policy.steps):
            yield from _measure(directory, names, (*loc, "steps", j), step)
        for j, occasion in enumerate(policy.occasions):
            for k, measure in enumerate(occasion.do):
                yield from _measure(directory, names, (*loc, "occasions", j, "do", k), measure)
        yield from _repeats(policy, loc)
        yield from _occasions(directory, policy, loc)
        if policy.major is not None:
            yield from _major(directory, policy.major, (*loc, "major"))


def _measure(directory: Directory, names: Names, loc: Loc, step: Step) -> Iterator[Finding]:
    match step:
        case Notify(parties=told):
            yield from parties(directory, names, (*loc, "parties"), told)
        case HandOver(vendor=vendor) if vendor.startswith("team:"):
            yield Finding((*loc, "vendor"), f"{vendor!r} is no vendor: a case goes to a team by `next_party`")
        case HandOver(vendor=vendor):
            yield from parties(directory, names, (*loc, "vendor"), (vendor,))


def _repeats(policy: Policy, loc: Loc) -> Iterator[Finding]:
    """A repeat that no waiting precedes would do everything at once."""
    at = next((j for j, step in enumerate(policy.steps) if isinstance(step, Repeat)), 0)
    if at > 0 and not any(isinstance(step, Wait | RequireAcknowledgement) for step in policy.steps[:at]):
        yield Finding((*loc, "steps", at), "nothing waits before this repeat, so its steps would all come at once")


def _occasions(directory: Directory, policy: Policy, loc: Loc) -> Iterator[Finding]:
    seen: set[tuple[object, ...]] = set()
    for j, occasion in enumerate(policy.occasions):
        at: Loc = (*loc, "occasions", j)
        what = _kind(occasion)
        if what in seen:
            yield Finding(at, f"the occasion {occasion.when!r}{_of(occasion)} is there already: add to its `do`")
        seen.add(what)
        if isinstance(occasion, ImpactGrown):
            yield from _too_many_schools(directory, (*at, "schools"), occasion.schools)


def _kind(occasion: Occasion) -> tuple[object, ...]:
    """What tells an occasion from another of the same policy."""
    match occasion:
        case ImpactGrown(tickets=tickets, schools=schools):
            return ("impact_grown", tickets, schools)
        case Breach(clock=clock):
            return ("breach", clock)
        case HolderSilent():
            return ("breach", "next_update")
    return (occasion.when,)


def _of(occasion: Occasion) -> str:
    match occasion:
        case Breach(clock="next_update") | HolderSilent():
            return " (the next update that did not come)"
        case Breach(clock=clock):
            return f" of {clock}"
        case ImpactGrown():
            return " with these numbers"
    return ""


def _too_many_schools(directory: Directory, loc: Loc, schools: int | None) -> Iterator[Finding]:
    there = len(directory.schools)
    if schools is not None and schools > there:
        yield Finding(loc, f"{schools} schools are never hit: there are {there}")


def _major(directory: Directory, major: Major, loc: Loc) -> Iterator[Finding]:
    yield from _too_many_schools(directory, (*loc, "schools"), major.schools)
    if not any(RANKS[service.criticality] >= RANKS[major.criticality] for service in directory.services):
        yield Finding(
            (*loc, "criticality"),
            f"no service has the criticality {major.criticality!r} or more, so this would never be",
        )
