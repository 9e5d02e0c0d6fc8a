"""How an entry is made of a fact: its words in every language, its readers, who says it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from contracts.directory.phrases import in_sentence
from contracts.events.base import Event
from contracts.timeline import Draft, EntryKind, FileRef
from contracts.values import SYSTEM_PARTY, Words
from ticketing.domain.names import as_sentence, at_start, party_name
from ticketing.domain.state import World

QUOTES: Final = "quotes"
"""A fact of an entry: the event whose words it repeats. Who erases the one erases the other."""
REPORT: Final = "report"
"""A fact of an entry: the ticket whose title, description or circumstances it repeats. It is erased with that alone."""
Told = Iterator[tuple[str, Draft]]
"""(case, entry to record) pairs."""


def draft(
    event: Event,
    kind: EntryKind,
    text: Mapping[Any, str],
    *readers: str,
    party: str = SYSTEM_PARTY,
    person: str | None = None,
    facts: dict[str, str] | None = None,
    private: bool = False,
    files: tuple[FileRef, ...] = (),
) -> Draft:
    return Draft(
        at=event.at,
        party=party,
        kind=kind,
        audience=readers,
        caused_by=event.id,
        text=dict(text),
        person=person,
        facts=facts or {},
        private=private,
        files=files,
    )


def closes(question: str | None, *, unanswered: bool) -> dict[str, str]:
    """The facts of an answer: which question it closes, and that nobody answered it."""
    facts = {"question": question} if question else {}
    return facts | {"unanswered": "true"} if unanswered else facts


def say(world: World, event: Event, sv: str, en: str, **parties: str) -> Words:
    directory = world.directories.get(event.municipality)
    names = {slot: in_sentence(party_name(directory, party)) for slot, party in parties.items()}
    said = en.format(**{slot: name["en"] for slot, name in names.items()})
    return {
        "sv": sv.format(**{slot: name["sv"] for slot, name in names.items()}),
        "en": at_start(said),
    }


def joined(sentence: Words, said: Words) -> Words:
    """The sentence, then what somebody said, in its language or the one there is. Each ends before the next begins."""
    return {
        lang: f"{own if own.endswith(':') else as_sentence(own)} {said.get(lang) or next(iter(said.values()))}"
        for lang, own in sentence.items()
    }
