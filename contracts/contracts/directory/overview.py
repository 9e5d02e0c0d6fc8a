"""The whole matrix, and all policies and agreements, as people read them (V4): worked out once for each version.

People know services, so rules are gathered by service; services about which the same is said stand together. What
wins over a service's own line, since it asks for more, stands beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

from contracts.directory.model import DEFAULT_RULE, Directory
from contracts.directory.phrases import Said, length
from contracts.directory.plain_words import (
    lanes_in_words,
    major_in_words,
    occasions_in_words,
    steps_in_words,
)
from contracts.directory.rule_in_words import EVERYTHING_ELSE, told_in_words, way_in_words, when_in_words
from contracts.directory.rules import Agreement, Policy, Rule, Service
from contracts.directory.walk import Walk
from contracts.values import GATHERED, TicketKind

NO_RULE: Said = {
    "sv": "Ingen regel gäller just det här, därför tar samordnaren det.",
    "en": "No rule covers this, so the coordinator has it.",
}
KINDS_IN_ORDER = get_args(TicketKind)


@dataclass(frozen=True, slots=True)
class Named:
    """An agreement or a policy that a line goes by."""

    id: str
    name: Said


@dataclass(frozen=True, slots=True)
class Line:
    """One rule: `when: goes.`, with who is told, and why."""

    rule: str
    when: Said
    goes: Said
    told: Said | None
    why: Said
    agreement: Named | None
    """None: no times are promised (R10), or those of the device's own agreement."""
    policy: Named


@dataclass(frozen=True, slots=True)
class Group:
    """What holds for these services, by name; without any, for all that stands in no other group."""

    services: tuple[Said, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class PolicyTold:
    """How a case goes further: in order, and beside that whenever it happens."""

    id: str
    name: Said
    steps: tuple[Said, ...]
    also: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Times:
    """What is promised at one urgency, as "30 min"; None: no time."""

    urgency: int
    acknowledge: str
    next_update: str
    resolve: str | None


@dataclass(frozen=True, slots=True)
class AgreementTold:
    """What is promised under one agreement, counted in which calendar."""

    id: str
    name: Said
    calendar: Said
    note: Said | None
    times: tuple[Times, ...]
    lanes: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """All of a directory that every employee may read."""

    groups: tuple[Group, ...]
    rest: Group
    """What holds where no service is named, with the services that have no line of their own."""
    apart: tuple[Said, ...]
    """Schools and units that are not connected yet: the coordinator has their cases (L5)."""
    policies: tuple[PolicyTold, ...]
    agreements: tuple[AgreementTold, ...]


@lru_cache(maxsize=64)
def overview(directory: Directory) -> Overview:
    """All of it. Remembered by the directory's version: it is long where the matrix is large."""
    names: dict[object, list[Said]] = {}
    lines: dict[object, tuple[Line, ...]] = {}
    for service in directory.services:
        own = tuple(_lines_of(directory, service))
        same = tuple((line.rule, line.when["sv"], line.agreement and line.agreement.id) for line in own)
        names.setdefault(same, []).append(service.name.words)
        lines[same] = own
    return Overview(
        groups=tuple(Group(tuple(names[same]), own) for same, own in lines.items() if own),
        rest=Group(tuple(names.get((), ())), tuple(_rest(directory))),
        apart=tuple(_apart(directory)),
        policies=tuple(_policy(directory, policy) for policy in directory.policies),
        agreements=tuple(_agreement(directory, agreement) for agreement in directory.agreements),
    )


def _lines_of(directory: Directory, service: Service) -> Iterator[Line]:
    """Rules that name the service or its device class, and those that win over one of them without naming it."""
    own = [rule for rule in directory.matrix if _is_about(rule, service)]
    above = [
        rule
        for rule in directory.matrix
        if rule.when.service is None and rule not in own and any(_wins(rule, other) for other in own)
    ]
    for rule in sorted([*own, *above], key=_place):
        yield _line(directory, rule, service)


def _is_about(rule: Rule, service: Service) -> bool:
    if rule.when.service is None:
        return service.device_class is not None and service.device_class in (rule.when.device_class or ())
    return service.id in rule.when.service


def _wins(rule: Rule, other: Rule) -> bool:
    """Whether a case that fits both is the rule's, and there can be one."""
    both = rule.when.written.keys() & other.when.written.keys()
    meet = all(set(rule.when.written[field]) & set(other.when.written[field]) for field in both)
    return meet and rule.when.specificity > other.when.specificity


def _rest(directory: Directory) -> Iterator[Line]:
    general = [rule for rule in directory.matrix if rule.when.service is None]
    for rule in sorted(general, key=lambda rule: (rule.when.specificity == 0, *_place(rule))):
        yield _line(directory, rule)
    if all(rule.when.specificity for rule in general):
        goes, policy = way_in_words(directory, ()), _policy_of(directory, None)
        yield Line(DEFAULT_RULE, EVERYTHING_ELSE, goes, None, NO_RULE, _agreement_of(directory, None, None), policy)


def _place(rule: Rule) -> tuple[int, int]:
    """Faults first; what asks for more after what it is an exception from."""
    kinds = [KINDS_IN_ORDER.index(kind) for kind in rule.when.kind or ()]
    return min(kinds, default=-1), rule.when.specificity


def _line(directory: Directory, rule: Rule, service: Service | None = None) -> Line:
    return Line(
        rule.id,
        when_in_words(directory, rule, service.device_class if service else None)
        if rule.when.specificity
        else EVERYTHING_ELSE,
        way_in_words(directory, rule.path),
        told_in_words(directory, rule.informs),
        rule.note.words,
        _agreement_of(directory, rule, service),
        _policy_of(directory, rule),
    )


def _agreement_of(directory: Directory, rule: Rule | None, service: Service | None) -> Named | None:
    """As the matrix answers, where that is the same for every device."""
    if rule and rule.when.kind and set(rule.when.kind) <= set(GATHERED):
        return None
    agreement = rule.agreement if rule else None
    if agreement is None:
        asked = rule.when.device_class if rule else None
        own = (service.device_class,) if service else tuple(directory.device_classes_by_id)
        devices = own if asked is None or set(own) <= set(asked) else asked
        known = (directory.device_classes_by_id.get(device or "") for device in devices)
        found = {(device and device.agreement) or directory.defaults.agreement for device in known}
        if not service and asked is None:
            found.add(directory.defaults.agreement)
        if len(found) != 1:
            return None
        agreement = found.pop()
    return Named(agreement, directory.agreements_by_id[agreement].name.words)


def _policy_of(directory: Directory, rule: Rule | None) -> Named:
    policy = (rule and rule.policy) or directory.defaults.policy
    return Named(policy, directory.policies_by_id[policy].name.words)


def _apart(directory: Directory) -> Iterator[Said]:
    for school in directory.schools:
        if not school.connected:
            yield school.name.words
        for unit in school.units:
            if school.connected and not unit.connected:
                yield {language: f"{school.name.sv}, {name}" for language, name in unit.name.words.items()}


def _policy(directory: Directory, policy: Policy) -> PolicyTold:
    walk = Walk(directory)
    also = [*occasions_in_words(walk, policy), *(major_in_words(walk, policy.major) if policy.major else ())]
    return PolicyTold(policy.id, policy.name.words, tuple(steps_in_words(walk, policy)), tuple(also))


def _agreement(directory: Directory, agreement: Agreement) -> AgreementTold:
    times = (
        Times(
            promises.urgency,
            length(promises.acknowledge),
            length(promises.next_update),
            length(promises.resolve) if promises.resolve else None,
        )
        for promises in sorted(agreement.promises, key=lambda promises: promises.urgency)
    )
    return AgreementTold(
        agreement.id,
        agreement.name.words,
        directory.calendars_by_id[agreement.calendar].name.words,
        agreement.note.words if agreement.note else None,
        tuple(times),
        tuple(lanes_in_words(directory, agreement)),
    )
