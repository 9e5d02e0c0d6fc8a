"""Whose turn is it, in words: what `eskalera directory explain` prints."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, get_args

from contracts.directory import (
    Agreement,
    Directory,
    Policy,
    Promises,
    Responsibility,
    device_class_of,
    responsibility,
)
from contracts.directory.base import Scope
from contracts.directory.phrases import Said, length
from contracts.directory.plain_words import (
    Walk,
    lanes_in_words,
    major_in_words,
    occasions_in_words,
    steps_in_words,
)
from contracts.values import TicketKind

_CLOCKS = {"acknowledge": "acknowledgement", "next_update": "next update", "resolve": "resolving"}


@dataclass(frozen=True, slots=True)
class Case:
    """What the matrix is asked with."""

    school: str | None = None
    unit: str | None = None
    service: str | None = None
    asset: str | None = None
    device_class: str | None = None
    urgency: int = 3
    scope: str | None = None
    kind: str = "incident"


@dataclass(frozen=True, slots=True)
class Explanation:
    """The matrix' answer beside the directory it came from."""

    directory: Directory
    case: Case
    device_class: str | None
    found: Responsibility

    def as_json(self) -> dict[str, Any]:
        """For scripts: the answer with ids, promises in seconds, what follows as sentences in both languages."""
        promises = self._promises
        seconds = {name: getattr(promises, name) for name in _CLOCKS}
        return {
            **asdict(self.found),
            "holder": self.found.holder,
            "device_class": self.device_class,
            "urgency": self.case.urgency,
            "directory_version": self.directory.version,
            "promises": {name: value and value.total_seconds() for name, value in seconds.items()},
            "agreed": self.agreed,
            "steps": self.steps,
            "occasions": self.occasions,
            "major": self.major,
        }

    def lines(self) -> Iterator[str]:
        """For people."""
        directory, found = self.directory, self.found
        yield f"Held by     {self._named(found.holder)}"
        for party in found.path[1:]:
            yield f"then        {self._named(party)}"
        for party in found.informs:
            yield f"told        {self._named(party)}"
        fields = ", ".join(found.matched) or "nothing: it holds where no other does"
        yield f"Rule        {found.rule} (asks for {fields})"
        yield f"Because     {found.reason['sv']}"
        yield f"            {found.reason['en']}"
        agreement = self._agreement
        calendar = directory.calendars_by_id[agreement.calendar]
        device = f", device class {self.device_class}" if self.device_class else ""
        yield f"Promised    {agreement.name.sv} ({agreement.id}), {calendar.name.sv}{device}"
        if agreement.note:
            yield f"            {agreement.note.sv}"
        promised_at = f"Promised to the reporter at urgency {self.case.urgency}"
        yield f"            {promised_at}, in that calendar, from when a party gets the case:"
        for name, words in _CLOCKS.items():
            promised: timedelta | None = getattr(self._promises, name)
            yield f"            {words}: {length(promised) if promised else 'no time is promised'}"
        for said in self.agreed:
            yield f"            {said['sv']}"
        policy = self._policy
        yield f"Policy      {policy.name.sv} ({policy.id})"
        yield "            What is to follow while the case waits, in order:"
        for number, said in enumerate(self.steps, 1):
            yield f"            {number}. {said['sv']}"
        if not self.steps:
            yield "            nothing by itself"
        if self.occasions:
            yield "            Whenever it happens, beside these steps:"
        for said in self.occasions:
            yield f"            - {said['sv']}"
        if self.major:
            yield f"Major       {self.major[0]['sv']}"
        for said in self.major[1:]:
            yield f"            {said['sv']}"

    @property
    def agreed(self) -> list[Said]:
        """Who may call the vendor, and who orders."""
        return lanes_in_words(self.directory, self._agreement, self.case.school)

    @property
    def steps(self) -> list[Said]:
        """The policy's steps."""
        return steps_in_words(self._walk, self._policy)

    @property
    def occasions(self) -> list[Said]:
        """What else makes it go further."""
        return occasions_in_words(self._walk, self._policy)

    @property
    def major(self) -> list[Said]:
        """When it is a major incident; empty: never by itself."""
        return major_in_words(self._walk, self._policy.major) if self._policy.major else []

    @property
    def _walk(self) -> Walk:
        return Walk(self.directory, self.case.school, self.found.path, self._promises)

    @property
    def _policy(self) -> Policy:
        return self.directory.policies_by_id[self.found.policy]

    @property
    def _agreement(self) -> Agreement:
        return self.directory.agreements_by_id[self.found.agreement]

    @property
    def _promises(self) -> Promises:
        return self._agreement.at(self.case.urgency)

    def _named(self, party: str) -> str:
        return f"{self.directory.party_name(party).sv} ({party}, {self.directory.tier(party)})"


def explain(directory: Directory, case: Case) -> Explanation:
    """The answer for a case."""
    device_class = case.device_class or device_class_of(directory, case.asset, case.service)
    found = responsibility(
        directory,
        service=case.service,
        device_class=device_class,
        school=case.school,
        unit=case.unit,
        urgency=case.urgency,
        scope=case.scope,
        kind=case.kind,
    )
    return Explanation(directory, case, device_class, found)


def unknown(directory: Directory, case: Case) -> str | None:
    """A sentence for the first value that the directory does not know: a slip of the keyboard, most likely."""
    questions: tuple[tuple[str, str | None, Iterable[str]], ...] = (
        ("school", case.school, directory.schools_by_id),
        ("unit at that school", case.unit, _units(directory, case.school)),
        ("service", case.service, directory.services_by_id),
        ("device class", case.device_class, directory.device_classes_by_id),
        ("scope", case.scope, get_args(Scope)),
        ("kind", case.kind, get_args(TicketKind)),
    )
    for what, value, known in questions:
        options = list(known)
        if value is not None and value not in options:
            near = difflib.get_close_matches(value, options, n=1)
            there = f"there are {', '.join(options)}" if options else "there is none"
            hint = f"; did you mean {near[0]!r}?" if near else f"; {there}."
            return f"{directory.municipality.name.sv} has no {what} {value!r}{hint}"
    return None


def _units(directory: Directory, school: str | None) -> list[str]:
    place = directory.schools_by_id.get(school or "")
    return [unit.id for unit in place.units] if place else []
