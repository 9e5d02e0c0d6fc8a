"""A rule of the matrix as one line: "Fel, brådska 1: går direkt till Nätleverantören, sedan samordnaren."."""

from collections.abc import Sequence
from typing import get_args

from contracts.directory.base import SchoolForm, Scope
from contracts.directory.model import Directory
from contracts.directory.phrases import Said, capital, joined, listed, party_in_words
from contracts.directory.rules import Rule
from contracts.values import TicketKind

KINDS: dict[TicketKind, Said] = {
    "incident": {"sv": "fel", "en": "faults"},
    "request": {"sv": "beställningar", "en": "orders"},
    "need": {"sv": "behov", "en": "needs"},
    "idea": {"sv": "idéer", "en": "ideas"},
}
FORMS: dict[SchoolForm, Said] = {
    "preschool": {"sv": "på förskolor", "en": "at preschools"},
    "compulsory": {"sv": "på grundskolor", "en": "at compulsory schools"},
    "upper_secondary": {"sv": "på gymnasier", "en": "at upper secondary schools"},
    "adult": {"sv": "i vuxenutbildningen", "en": "in adult education"},
    "special": {"sv": "på anpassade skolor", "en": "at special schools"},
}
SCOPES: dict[Scope, Said] = {
    "person": {"sv": "en person", "en": "one person"},
    "asset": {"sv": "en enhet", "en": "one device"},
    "room": {"sv": "ett rum", "en": "one room"},
    "building": {"sv": "en byggnad", "en": "one building"},
    "school": {"sv": "en hel skola", "en": "a whole school"},
    "schools": {"sv": "flera skolor", "en": "several schools"},
    "municipality": {"sv": "hela kommunen", "en": "the whole municipality"},
}
EVERYTHING: Said = {"sv": "Allt", "en": "Everything"}
EVERYTHING_ELSE: Said = {"sv": "Allt annat", "en": "Everything else"}


def kinds_in_words(kinds: Sequence[str]) -> Said:
    """As "Fel och beställningar", in the usual order; "Allt" where none is named."""
    named = [KINDS[kind] for kind in get_args(TicketKind) if kind in kinds]
    if not named:
        return EVERYTHING
    said = joined(named, "och", "and")
    return {language: capital(words) for language, words in said.items()}


def when_in_words(directory: Directory, rule: Rule, device_class: str | None = None) -> Said:
    """When a rule holds, its services left out: "Fel, brådska 1, på förskolor".

    `device_class`: of a report about the service that it is told of; nothing is said of what that fulfils by itself.
    """
    when = rule.when
    parts = [kinds_in_words(when.kind or ())]
    if when.urgency:
        numbers = _either([{"sv": str(urgency), "en": str(urgency)} for urgency in when.urgency])
        parts.append({"sv": f"brådska {numbers['sv']}", "en": f"urgency {numbers['en']}"})
    if when.device_class and device_class not in when.device_class:
        names = _either([_name_of_device(directory, each) for each in when.device_class])
        parts.append({"sv": f"om enheten är {names['sv']}", "en": f"if the device is {names['en']}"})
    if when.scope:
        reaches = _either([SCOPES[scope] for scope in when.scope])
        parts.append({"sv": f"som rör {reaches['sv']}", "en": f"that hit {reaches['en']}"})
    if when.form:
        parts.append(joined([FORMS[form] for form in when.form], "och", "and"))
    if when.school:
        schools = listed(_name_of_school(directory, school) for school in when.school)
        parts.append({"sv": f"på {schools['sv']}", "en": f"at {schools['en']}"})
    return {"sv": ", ".join(part["sv"] for part in parts), "en": ", ".join(part["en"] for part in parts)}


def way_in_words(directory: Directory, path: Sequence[str]) -> Said:
    """Where a case goes, without its subject: "går direkt till Nätleverantören, sedan samordnaren"."""
    coordinator = party_in_words(directory, "coordinator")
    # The coordinator ends every path, written or not.
    named = {said["sv"]: said for said in (*(party_in_words(directory, step) for step in path), coordinator)}
    first, *rest = named.values()
    if path and path[0].startswith("vendor:"):
        start: Said = {"sv": "går direkt till", "en": "go straight to"}
    elif rest:
        start = {"sv": "går först till", "en": "go first to"}
    else:
        start = {"sv": "går till", "en": "go to"}
    then: Said = {"sv": ", sedan", "en": ", then"}
    following = joined(rest, "och sist", "and at last")
    return {
        language: f"{start[language]} {first[language]}" + (f"{then[language]} {following[language]}" if rest else "")
        for language in start
    }


def told_in_words(directory: Directory, informs: Sequence[str]) -> Said | None:
    """Who hears of it at once though it goes elsewhere (V8); None: nobody."""
    if not informs:
        return None
    told = listed(party_in_words(directory, party) for party in informs)
    return {
        "sv": f"{capital(told['sv'])} får veta det genast.",
        "en": f"We tell {told['en']} at once.",
    }


def _either(parts: Sequence[Said]) -> Said:
    return joined(parts, "eller", "or")


def _name_of_device(directory: Directory, device_class: str) -> Said:
    known = directory.device_classes_by_id.get(device_class)
    return known.name.words if known else {"sv": device_class, "en": device_class}


def _name_of_school(directory: Directory, school: str) -> Said:
    known = directory.schools_by_id.get(school)
    return known.name.words if known else {"sv": school, "en": school}
