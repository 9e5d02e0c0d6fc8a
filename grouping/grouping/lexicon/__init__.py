"""What is known of school IT in any municipality, as data: services, symptoms, who is hit, places, common words.

The files beside this one are written from knowledge of the field. Read once, then only looked at.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from grouping.report import Words
from grouping.terms import Meaning, Parts
from grouping.text import fold, forms, tokens
from grouping.twins import Pairs, stem_of

ServiceKind = Literal["cloud", "network", "thing"]
STRENGTHS: Mapping[str, float] = {"strong": 4.2, "medium": 2.4, "weak": 1.0}
"""Log-odds that a word of each strength adds to its service."""
_OF_SYMPTOMS = 0.6
"""A symptom speaks less for a service than the service's own word of the same strength."""


@dataclass(frozen=True, slots=True)
class KnownService:
    """What is known of a service before any report. `shared`: how often a report is everybody's, 0–1."""

    id: str
    kind: ServiceKind
    shared: float
    usual: float
    related: Mapping[str, float]
    """How likely a fault of this service reads as one of another."""
    window: bool = False
    """A thing that people see other services on: what is wrong with it is often theirs."""
    otherwise: frozenset[str] = frozenset()
    """Its words, folded, that are not of its kind: a thing's of what is none, or what is none of things."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """A class of what is wrong."""

    id: str
    name: Words
    shared: float
    services: Mapping[str, float]
    apart: frozenset[str] = frozenset()
    """Classes that are another fault where nothing says that it is the same thing."""
    bodily: bool = False
    """It is of a thing's body: no network and no system shows so."""


@dataclass(frozen=True, slots=True)
class Everyday:
    """Words for a fault that mean something else of a thing than of what is none: a class of symptoms each."""

    of_thing: str
    of_service: str | None
    """None: it says nothing of it."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words about who is hit: `shared` in log-odds; `width` where they claim a scope."""

    id: str
    shared: float
    width: str | None
    lasting: bool
    """That it has gone on for a while."""
    days: bool
    """That it began days ago."""


@dataclass(frozen=True, slots=True)
class Places:
    """Words of places, folded."""

    rooms: frozenset[str]
    buildings: frozenset[str]
    floors: frozenset[str]
    ordinals: Mapping[str, int]
    """`second` is 2, in both languages."""
    single: Mapping[str, str]
    """Rooms that every school has one of, by each of their names."""
    counted: tuple[str, ...]
    """How words begin whose number says how many are hit."""
    numbered: tuple[str, ...]
    """How words of devices end that a number after them names."""
    measures: tuple[str, ...]
    """How words begin before which a number only counts."""
    parts: frozenset[str]
    """Short ones, whole: `2 av 5`."""
    numbers: Mapping[str, Mapping[str, int]]
    """Number words by language: `eleven` is a pupil in Swedish."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """The small words that build a sentence, folded."""

    joining: frozenset[str]
    """What begins another clause."""
    negations: frozenset[str]
    particles: frozenset[str]
    """What ends a verb: `skrivs ut`."""
    prepositions: frozenset[str]
    """What makes a thing the place or the means."""
    turning: frozenset[str]
    """What begins another clause where a verb follows."""
    contrasting: frozenset[str]
    """What stands between what works and what does not."""
    more: frozenset[str]
    """What begins another matter."""
    more_phrases: frozenset[str]
    verbs: frozenset[str]
    """Those that don't end as most do."""
    no_verbs: frozenset[str]
    """What only ends so."""
    being: frozenset[str]
    """Verbs after which a place is only that."""
    going: frozenset[str]
    """Verbs that alone say that it works."""
    neutral: frozenset[str]
    """Verbs that tell of no fault."""
    fine: frozenset[str]
    """Words of what works, or was done."""
    quantities: frozenset[str]
    """After them `-er` and `-ar` are a plural."""
    opening: frozenset[str]
    """What may stand before a subject."""
    articles: frozenset[str]
    subordinate: frozenset[str]
    """What begins a sentence within a sentence."""
    two_matters: frozenset[str]
    """What announces several faults."""


@dataclass(frozen=True, slots=True)
class Occasions:
    """What may be named as what a fault disturbs."""

    services: frozenset[str]
    before: frozenset[str]
    """Words that make it the occasion."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All of it."""

    services: Mapping[str, KnownService]
    symptoms: Mapping[str, Symptom]
    everyday: Mapping[str, Everyday]
    phrases: Mapping[str, Phrase]
    places: Places
    grammar: Grammar
    common: frozenset[str]
    parts: Parts
    meanings: tuple[Meaning, ...]
    plain: frozenset[tuple[str, str]]
    """Services and the strong words of theirs, in all base forms: who says `telefon` names what `telefonen` does."""
    twins: Pairs
    occasions: Occasions


@cache
def load() -> Lexicon:
    """The lexicon of this version of the engine."""
    services = {id_: _read(f"services/{id_}") for id_ in _read("related")}
    symptoms, everyday, reach = _read("symptoms"), _read("everyday"), _read("reach")
    phrases = {f"{nth}": entry for nth, entry in enumerate(reach["phrases"])}
    common = _read("common")
    twins: Pairs = tuple((one, other) for one, other in common["twins"])
    meanings = [
        Meaning("service", id_, STRENGTHS[strength], fold(term), stem_of(term, twins))
        for id_, entry in services.items()
        for strength in STRENGTHS
        for term in entry[strength]
    ]
    meanings += [
        Meaning("symptom", id_, 1.0, fold(term), stem_of(term, twins))
        for entries in (symptoms, everyday)
        for id_, entry in entries.items()
        for term in entry["terms"]
    ]
    meanings += [
        Meaning("reach", id_, entry["shared"], fold(term)) for id_, entry in phrases.items() for term in entry["terms"]
    ]
    return Lexicon(
        services=_services(services, _read("related")),
        symptoms={id_: _symptom(id_, entry) for id_, entry in symptoms.items()},
        everyday={id_: Everyday(entry["of_thing"], entry.get("of_service")) for id_, entry in everyday.items()},
        phrases={
            id_: Phrase(id_, entry["shared"], entry.get("width"), entry.get("lasting", False), entry.get("days", False))
            for id_, entry in phrases.items()
        },
        places=_places(_read("places")),
        grammar=Grammar(**{sort: frozenset(map(fold, words)) for sort, words in common["grammar"].items()}),
        common=frozenset(tokens(common["words"]) + tuple(fold(word) for word in common["never_a_typo"])),
        parts=Parts(frozenset(map(fold, common["short_parts"])), frozenset(map(fold, common["never_a_part"]))),
        meanings=tuple(meanings),
        plain=frozenset(
            (meaning.id, form)
            for meaning in meanings
            if meaning.sort == "service" and meaning.weight >= STRENGTHS["strong"] and " " not in meaning.term
            for form in forms(meaning.term)
        ),
        twins=twins,
        occasions=Occasions(*(frozenset(map(fold, common["occasions"][part])) for part in ("services", "before"))),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))


def _services(entries: Mapping[str, Any], related: Mapping[str, Any]) -> dict[str, KnownService]:
    return {
        id_: KnownService(
            id_,
            entry["kind"],
            entry["shared"],
            entry["usual"],
            related.get(id_, {}),
            entry.get("window", False),
            frozenset(map(fold, entry.get("otherwise", ()))),
        )
        for id_, entry in entries.items()
    }


def _symptom(id_: str, entry: Mapping[str, Any]) -> Symptom:
    hints = {service: _OF_SYMPTOMS * STRENGTHS[strength] for service, strength in entry.get("services", {}).items()}
    return Symptom(
        id_, entry["name"], entry["shared"], hints, frozenset(entry.get("apart", ())), entry.get("bodily", False)
    )


def _places(entry: Mapping[str, Any]) -> Places:
    return Places(
        rooms=frozenset(map(fold, entry["room_words"])),
        buildings=frozenset(map(fold, entry["building_words"])),
        floors=frozenset(map(fold, entry["floor_words"])),
        ordinals={fold(word): nth for nth, words in enumerate(entry["ordinals"].values(), 1) for word in words},
        counted=tuple(map(fold, entry["counted"])),
        numbered=tuple(map(fold, entry["numbered"])),
        measures=tuple(map(fold, entry["measures"])),
        parts=frozenset(map(fold, entry["parts"])),
        numbers={
            language: {fold(word): number for number, word in enumerate(words)}
            for language, words in entry["numbers"].items()
        },
        single={fold(name): room for room, names in entry["single"].items() for name in names},
    )
