"""What a directory may say and hardly means: steps that never come. No reason to refuse it."""

from collections.abc import Iterator

from contracts.directory.errors import Loc
from contracts.directory.findings import Finding
from contracts.directory.lanes import may_call
from contracts.directory.model import Directory
from contracts.directory.rules import (
    Asked,
    Breach,
    HandOver,
    Policy,
    Repeat,
    Wait,
)
from contracts.values import MOVES, REPORTER_PARTY, Promise


def advice(directory: Directory) -> list[Finding]:
    """Of a directory that has no errors."""
    findings: list[Finding] = []
    for i, policy in enumerate(directory.policies):
        findings += _never(directory, policy, ("policies", i))
        findings += _after_the_end(policy, ("policies", i))
        findings += _waits_for_nothing(directory, policy, ("policies", i))
        findings += _shares_that_passed(policy, ("policies", i))
        findings += _asked_for_in_vain(directory, policy, ("policies", i))
    return findings


def agreements_under(directory: Directory, policy: str) -> frozenset[str]:
    """Every agreement that a case with this policy can have: its rules' own, else its device's or the default."""
    otherwise = {directory.defaults.agreement, *(d.agreement for d in directory.device_classes if d.agreement)}
    found: set[str] = set(otherwise) if policy == directory.defaults.policy else set()
    for rule in directory.matrix:
        if (rule.policy or directory.defaults.policy) == policy:
            found |= {rule.agreement} if rule.agreement else otherwise
    return frozenset(found)


def _never(directory: Directory, policy: Policy, loc: Loc) -> Iterator[Finding]:
    """Waits for, and breaches of, what nothing promises to the cases of this policy."""
    under = agreements_under(directory, policy.id)
    if not under:
        return
    lines = [line for name in under for line in directory.agreements_by_id[name].promises]
    promised: set[Promise] = {"acknowledge", "next_update"}
    if any(line.resolve for line in lines):
        promised.add("resolve")
    if policy.major is not None and policy.major.public_sentence is not None:
        promised.add("public_sentence")
    for j, step in enumerate(policy.steps):
        if isinstance(step, Wait) and step.clock is not None and step.clock not in promised:
            yield Finding((*loc, "steps", j), f"this step never comes: {_nobody_promises(step.clock, under)}")
    for j, occasion in enumerate(policy.occasions):
        if isinstance(occasion, Breach) and occasion.clock not in promised:
            yield Finding((*loc, "occasions", j), f"this never happens: {_nobody_promises(occasion.clock, under)}")


def _nobody_promises(clock: Promise, under: frozenset[str]) -> str:
    if clock == "public_sentence":
        return "the policy's `major` promises no public_sentence"
    return f"no agreement of this policy's cases ({', '.join(sorted(under))}) promises {clock!r}"


def _after_the_end(policy: Policy, loc: Loc) -> Iterator[Finding]:
    """What stands after a repeat: when it has repeated, the policy is at its end."""
    at = next((j for j, step in enumerate(policy.steps) if isinstance(step, Repeat)), len(policy.steps))
    for j in range(at + 1, len(policy.steps)):
        yield Finding((*loc, "steps", j), "this step never comes: a policy is at its end when it has repeated")


def _waits_for_nothing(directory: Directory, policy: Policy, loc: Loc) -> Iterator[Finding]:
    """Waits with which the steps end: the policy has run out where they begin."""
    last = max((j for j, step in enumerate(policy.steps) if not isinstance(step, Wait)), default=-1)
    if not agreements_under(directory, policy.id) or any(isinstance(step, Repeat) for step in policy.steps):
        return
    for j in range(last + 1, len(policy.steps)):
        yield Finding(
            (*loc, "steps", j), "nothing is done after this wait, so it is not waited: say what is, or leave it out"
        )


def _asked_for_in_vain(directory: Directory, policy: Policy, loc: Loc) -> Iterator[Finding]:
    """A vendor that a case is handed to when a reporter asks, and whom the agreement lets no reporter turn to (V8)."""
    under = (directory.agreements_by_id[name] for name in sorted(agreements_under(directory, policy.id)))
    closed = [agreement.id for agreement in under if not may_call(directory, agreement, REPORTER_PARTY)]
    for j, occasion in enumerate(policy.occasions):
        if not closed or not isinstance(occasion, Asked):
            continue
        for k, step in enumerate(occasion.do):
            if isinstance(step, HandOver):
                who = f"`called_by` of {', '.join(closed)} names no `reporter`"
                at = (*loc, "occasions", j, "do", k)
                yield Finding(at, f"{who}: the coordinator is told, and {step.vendor} does not get the case")


def _shares_that_passed(policy: Policy, loc: Loc) -> Iterator[Finding]:
    """A share of a clock that had passed when an earlier step came. Only the promise to resolve outlives a move."""
    passed: dict[Promise, int] = {}
    for j, step in enumerate(policy.steps):
        if step.do in MOVES:
            passed = {clock: share for clock, share in passed.items() if clock == "resolve"}
        if not isinstance(step, Wait) or step.clock is None or step.share is None:
            continue
        if step.share <= passed.get(step.clock, 0):
            so_much = f"{passed[step.clock]} % of {step.clock!r} have passed by then"
            yield Finding((*loc, "steps", j), f"{so_much}: {step.share} % are counted anew from there")
        passed[step.clock] = step.share
