"""A vendor's own words and ours, both ways, by its connection's mapping (`contracts.directory.mapping`).

What a mapping does not know is kept as it came: `kept` makes the words under which people read it.
"""

from collections.abc import Mapping
from typing import Literal

from contracts.directory.mapping import Mapping as Words
from contracts.directory.mapping import VendorState
from contracts.values import Urgency
from contracts.values import Words as Text

Kept = Literal["state", "category", "priority"]

_KEPT: Mapping[Kept, tuple[str, str]] = {
    "state": ("Status hos leverantören: {word}", "Status at the vendor: {word}"),
    "category": ("Kategori hos leverantören: {word}", "Category at the vendor: {word}"),
    "priority": ("Prioritet hos leverantören: {word}", "Priority at the vendor: {word}"),
}


def state_of(words: Words, word: str, usual: Mapping[str, VendorState]) -> VendorState | None:
    """What a vendor's state means: by its mapping, else by `usual`, its protocol's own words; None: nobody knows."""
    return words.states.get(word) or usual.get(word)


def word_for_state(words: Words, state: VendorState, usual: Mapping[str, VendorState]) -> str | None:
    """What to call our state in the vendor's system; None where it has no word for it."""
    return _first(words.states, state) or _first(usual, state)


def service_of(words: Words, category: str) -> str | None:
    """The service that a vendor's category means; None for one that it does not list."""
    return words.categories.get(category)


def word_for_service(words: Words, service: str) -> str:
    """The vendor's category for a service, else the service's own id."""
    return _first(words.categories, service) or service


def urgency_of(words: Words, priority: str) -> Urgency | None:
    """The urgency that a vendor's priority means; None for one that it does not list."""
    return words.priorities.get(priority)


def word_for_urgency(words: Words, urgency: Urgency, usual: Mapping[Urgency, str]) -> str:
    """The vendor's priority for an urgency, else `usual`, its protocol's own word."""
    return _first(words.priorities, urgency) or usual[urgency]


def kept(what: Kept, word: str) -> Text:
    """A vendor's word that means nothing to us, as people read it."""
    sv, en = _KEPT[what]
    return {"sv": sv.format(word=word), "en": en.format(word=word)}


def _first(table: Mapping[str, object], wanted: object) -> str | None:
    return next((word for word, meaning in table.items() if meaning == wanted), None)
