"""Checks of who does what: the parties that rules and policies name, and the matrix."""

from collections.abc import Iterable, Iterator

from contracts.directory.errors import Loc
from contracts.directory.findings import Finding, Names, refer
from contracts.directory.model import DEFAULT_RULE, NOT_CONNECTED_RULE, Directory
from contracts.directory.rules import Rule
from contracts.directory.ties import ties

MOST_RULES = 1000
"""Every pair is looked at for a tie; nobody reads a longer matrix either."""
RESERVED_RULES = frozenset(
    {DEFAULT_RULE, NOT_CONNECTED_RULE, "request", "returned", "taken_back", "failed", "reopened"}
)
"""Words that stand in an assignment's `rule` where no written rule made it."""


def parties(directory: Directory, names: Names, loc: Loc, steps: Iterable[str]) -> Iterator[Finding]:
    """Parties that nobody knows, that can't be reached, or that are named twice."""
    steps = tuple(steps)
    for i, step in enumerate(steps):
        at = (*loc, i)
        if step in steps[:i]:
            yield Finding(at, f"{step!r} is named twice")
        if step in ("reporter", "local", "local:pedagogical", "coordinator"):
            continue
        yield from refer("party", at, step, names.parties)
        vendor = directory.vendors_by_party.get(step)
        if vendor is not None and vendor.connection is None:
            yield Finding(at, f"{step!r} has no connection, so nothing can be handed to it")


def _agreed_lane(directory: Directory, i: int, rule: Rule) -> Iterator[Finding]:
    """A way to a vendor that the rule's own agreement does not allow (V8, L2)."""
    agreement = directory.agreements_by_id.get(rule.agreement or "")
    if agreement is None:
        return
    vendor = next((j for j, step in enumerate(rule.path) if step.startswith("vendor:")), None)
    if vendor == 0 and agreement.called_by is not None and "reporter" not in agreement.called_by:
        yield Finding(
            ("matrix", i, "path", 0),
            f"reports go straight to {rule.path[0]!r} here, and agreement {agreement.id!r} is called by "
            f"{' or '.join(agreement.called_by) or 'nobody'} only: add `reporter` there, or put a team first",
        )
    before = {resolved(directory, step) for step in rule.path[:vendor]}
    opener = agreement.contracts_by
    if vendor is not None and rule.when.kind == ("request",) and opener and resolved(directory, opener) not in before:
        yield Finding(
            ("matrix", i, "path", vendor),
            f"requests reach {rule.path[vendor]!r} before {opener!r}, who alone orders under {agreement.id!r}",
        )


def resolved(directory: Directory, step: str) -> str:
    """A step with `coordinator` written as its team."""
    named = (f"team:{team.id}" for team in directory.teams if team.coordinator)
    return next(named, step) if step == "coordinator" else step


def matrix(directory: Directory, names: Names) -> Iterator[Finding]:
    known = {"service": names.services, "device_class": names.device_classes, "school": names.schools}
    for i, rule in enumerate(directory.matrix):
        if rule.id in RESERVED_RULES:
            yield Finding(("matrix", i, "id"), f"{rule.id!r} is a word of Eskalera's own: choose another id")
        for field, options in known.items():
            for j, value in enumerate(rule.when.written.get(field, ())):
                yield from refer(field.replace("_", " "), ("matrix", i, "when", field, j), str(value), options)
        yield from parties(directory, names, ("matrix", i, "path"), rule.path)
        yield from parties(directory, names, ("matrix", i, "informs"), rule.informs)
        if rule.agreement is not None:
            yield from refer("agreement", ("matrix", i, "agreement"), rule.agreement, names.agreements)
        if rule.policy is not None:
            yield from refer("policy", ("matrix", i, "policy"), rule.policy, names.policies)
        yield from _agreed_lane(directory, i, rule)
    if len(directory.matrix) > MOST_RULES:
        yield Finding(("matrix", MOST_RULES), f"more than {MOST_RULES} rules: write lists of values in fewer ones")
        return
    for first, second, overlap in ties(directory):
        yield Finding(
            ("matrix", second, "when"),
            f"rules {directory.matrix[first].id!r} and {directory.matrix[second].id!r} tie: both write "
            f"{directory.matrix[second].when.specificity} fields and both hold for {overlap}; "
            "narrow one of them, or write a more specific rule for just that",
        )
