"""Whose turn is it, in words: what `eskalera directory explain` prints."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, get_args

from contracts.directory import Directory, Promises, Responsibility, device_class_of, responsibility
from contracts.directory.base import Scope
from contracts.directory.rules import HandOver, NextParty, Notify, Repeat, RequireAcknowledgement, Step, Wait
from contracts.values import TicketKind

_CLOCKS = {"acknowledge": "acknowledgement", "next_update": "next update", "resolve": "resolving"}


@dataclass(frozen=True, slots=True)
class Case:
    """What the matrix is asked with."""

    school: str | None = None
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
        """For scripts: the answer with ids, promises in seconds."""
        promises = self._promises
        seconds = {name: getattr(promises, name) for name in _CLOCKS}
        return {
            **asdict(self.found),
            "holder": self.found.holder,
            "device_class": self.device_class,
            "directory_version": self.directory.version,
            "promises": {name: value and value.total_seconds() for name, value in seconds.items()},
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
        agreement = directory.agreements_by_id[found.agreement]
        calendar = directory.calendars_by_id[agreement.calendar]
        device = f", device class {self.device_class}" if self.device_class else ""
        yield f"Promised    {agreement.name.sv} ({agreement.id}), {calendar.name.sv}{device}"
        if agreement.note:
            yield f"            {agreement.note.sv}"
        promised_at = f"Promised to the reporter at urgency {self.case.urgency}"
        yield f"            {promised_at}, in that calendar, from when a party gets the case:"
        for name, words in _CLOCKS.items():
            promised: timedelta | None = getattr(self._promises, name)
            yield f"            {words}: {_hours(promised) if promised else 'no time is promised'}"
        policy = directory.policies_by_id[found.policy]
        yield f"Policy      {policy.name.sv} ({policy.id})"
        yield "            What is to follow while the case waits, in order:"
        for number, step in enumerate(policy.steps, 1):
            yield f"            {number}. {_step(step, self._promises)}"

    @property
    def _promises(self) -> Promises:
        return self.directory.agreements_by_id[self.found.agreement].at(self.case.urgency)

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
        urgency=case.urgency,
        scope=case.scope,
        kind=case.kind,
    )
    return Explanation(directory, case, device_class, found)


def unknown(directory: Directory, case: Case) -> str | None:
    """A sentence for the first value that the directory does not know: a slip of the keyboard, most likely."""
    questions: tuple[tuple[str, str | None, Iterable[str]], ...] = (
        ("school", case.school, directory.schools_by_id),
        ("service", case.service, directory.services_by_id),
        ("device class", case.device_class, directory.device_classes_by_id),
        ("scope", case.scope, get_args(Scope)),
        ("kind", case.kind, get_args(TicketKind)),
    )
    for what, value, known in questions:
        options = list(known)
        if value is not None and value not in options:
            near = difflib.get_close_matches(value, options, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(options)}."
            return f"{directory.municipality.name.sv} has no {what} {value!r}{hint}"
    return None


def _hours(promised: timedelta) -> str:
    hours, minutes = divmod(round(promised.total_seconds()) // 60, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if part)


def _step(step: Step, promises: Promises) -> str:
    """With the times of the promises that it leans on; a time of its own is told from the promise beside it."""
    match step:
        case Wait(clock=str(clock), share=int(share)):
            promised: timedelta | None = getattr(promises, clock)
            after = f": {_hours(promised * share / 100)}" if promised else ", for which none is promised here"
            return f"wait until {share} % of the time for {_CLOCKS[clock]} is used{after}"
        case Wait(time=timedelta() as time):
            return f"wait {_hours(time)}"
        case Notify(parties=parties):
            return f"tell {', '.join(parties)}"
        case NextParty():
            return "move to the next party"
        case HandOver(vendor=vendor):
            return f"hand to {vendor}"
        case RequireAcknowledgement(within=within):
            promised = promises.acknowledge
            differs = f"; the promise stays {_hours(promised)}" if promised and promised != within else ""
            return f"if the holder has not acknowledged {_hours(within)} later, go on{differs}"
        case Repeat(times=times):
            return f"the same again, {times} times"
    raise AssertionError(f"a step without words: {step!r}")
