"""Whose turn is it, in words: what `eskalera directory explain` prints."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Any, get_args

from contracts.directory import Directory
from contracts.directory.base import Scope, Text
from contracts.directory.explain import Case, Explanation
from contracts.directory.phrases import length
from contracts.values import Language, TicketKind, in_language

_CLOCKS = {"acknowledge": "acknowledgement", "next_update": "next update", "resolve": "resolving"}


def as_json(found: Explanation) -> dict[str, Any]:
    """For scripts: the answer with ids, promises in seconds, what follows as sentences in both languages."""
    seconds = {name: getattr(found.promises, name, None) for name in _CLOCKS}
    return {
        **asdict(found.found),
        "holder": found.found.holder,
        "device_class": found.device_class,
        "urgency": found.case.urgency,
        "directory_version": found.directory.version,
        "promises": {name: value and value.total_seconds() for name, value in seconds.items()},
        "promised": found.promised,
        "agreed": found.agreed,
        "steps": found.steps,
        "occasions": found.occasions,
        "major": found.major,
    }


def lines(found: Explanation, language: Language = "sv") -> Iterator[str]:
    """For people; `language` of names and sentences."""
    answer = found.found
    yield f"Held by     {_named(found.directory, answer.holder, language)}"
    for party in answer.path[1:]:
        yield f"then        {_named(found.directory, party, language)}"
    for party in answer.informs:
        yield f"told        {_named(found.directory, party, language)}"
    fields = ", ".join(answer.matched) or "nothing: it holds where no other does"
    yield f"Rule        {answer.rule} (asks for {fields})"
    yield f"Because     {answer.reason[language]}"
    agreement = found.agreement
    device = f", device class {found.device_class}" if found.device_class else ""
    hours = _said(found.calendar.name, language)
    yield f"Promised    {_said(agreement.name, language)} ({agreement.id}), {hours}{device}"
    if agreement.note:
        yield f"            {_said(agreement.note, language)}"
    yield from _promised(found, language)
    for said in found.agreed:
        yield f"            {said[language]}"
    yield f"Policy      {_said(found.policy.name, language)} ({found.policy.id})"
    yield "            What is to follow while the case waits, in order:"
    for number, said in enumerate(found.steps, 1):
        yield f"            {number}. {said[language]}"
    if not found.steps:
        yield "            nothing by itself"
    if found.occasions:
        yield "            Whenever it happens, beside these steps:"
    for said in found.occasions:
        yield f"            - {said[language]}"
    if found.major:
        yield f"Major       {found.major[0][language]}"
    for said in found.major[1:]:
        yield f"            {said[language]}"


def _promised(found: Explanation, language: Language) -> Iterator[str]:
    if found.promises is None:
        yield f"            {found.promised[language]}"
        return
    promised_at = f"Promised to the reporter at urgency {found.case.urgency}"
    yield f"            {promised_at}, in that calendar, from when a party gets the case:"
    for name, words in _CLOCKS.items():
        promised: timedelta | None = getattr(found.promises, name)
        yield f"            {words}: {length(promised) if promised else 'no time is promised'}"


def _named(directory: Directory, party: str, language: Language) -> str:
    return f"{_said(directory.party_name(party), language)} ({party}, {directory.tier(party)})"


def _said(text: Text, language: Language) -> str:
    return in_language(text.words, language)


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
