"""A vendor's own words and ours, both ways, by its connection's mapping (`contracts.directory.mapping`).

What a mapping does not know is kept as it came: `kept` makes the words under which people read it.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeVar, get_args

from pydantic_core import from_json

from contracts.directory.mapping import LONGEST_WORD, PROTOCOL, VendorState, is_word
from contracts.directory.mapping import Mapping as Words
from contracts.texts import folded
from contracts.values import Language, Urgency
from contracts.values import Words as Text

Kept = Literal["state", "category", "priority"]

_KEPT: Mapping[Kept, tuple[str, str]] = {
    "state": ("Status hos leverantören: {word}", "Status at the vendor: {word}"),
    "category": ("Kategori hos leverantören: {word}", "Category at the vendor: {word}"),
    "priority": ("Prioritet hos leverantören: {word}", "Priority at the vendor: {word}"),
}

SOLVED: Final[Text] = {"sv": "Leverantören säger att felet är löst.", "en": "The vendor says that it is solved."}
_ASKS: Final[Text] = {
    "sv": "Leverantören väntar på svar ({word}).",
    "en": "The vendor waits for an answer ({word}).",
}
_EXPECTED: Final[Text] = {"sv": "Beräknat klart: {time}", "en": "Expected to be done: {time}"}
NO_WORD: Final = f"must be 1 to {LONGEST_WORD} printable characters"
"""What is said of a state that is no word, to a vendor whose own words are taken."""
_Ours = TypeVar("_Ours")
_LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

Said = tuple[str, dict[str, Any]]
"""A message of the protocol: its kind, and what it says."""


def listed(table: Mapping[str, _Ours], word: str) -> _Ours | None:
    """What a vendor's word means by a table of its mapping, whatever its case; None for one that it does not list."""
    return {folded(theirs): ours for theirs, ours in table.items()}.get(folded(word))


def state_of(words: Words, word: str, usual: Mapping[str, VendorState]) -> VendorState | None:
    """What a vendor's state means: by its mapping, else by `usual`, its protocol's own words; None: nobody knows."""
    return listed(words.states, word) or usual.get(word)


def word_for_state(words: Words, state: VendorState, usual: Mapping[str, VendorState]) -> str | None:
    """What to call our state in the vendor's system; None where it has no word for it."""
    return _first(words.states, state) or _first(usual, state)


def service_of(words: Words, category: str) -> str | None:
    """The service that a vendor's category means; None for one that it does not list."""
    return listed(words.categories, category)


def word_for_service(words: Words, service: str) -> str:
    """The vendor's category for a service, else the service's own id."""
    return _first(words.categories, service) or service


def urgency_of(words: Words, priority: str) -> Urgency | None:
    """The urgency that a vendor's priority means; None for one that it does not list."""
    return listed(words.priorities, priority)


def word_for_urgency(words: Words, urgency: Urgency, usual: Mapping[Urgency, str]) -> str:
    """The vendor's priority for an urgency, else `usual`, its protocol's own word."""
    return _first(words.priorities, urgency) or usual[urgency]


def kept(what: Kept, word: str) -> Text:
    """A vendor's word that means nothing to us, as people read it."""
    sv, en = _KEPT[what]
    return {"sv": sv.format(word=word), "en": en.format(word=word)}


def said(state: VendorState | None, word: str, text: str, language: Language = "sv") -> Said | None:
    """What a vendor's state makes, with its words; `word` is what the vendor calls it, `state` None: nobody knows it.

    None: that it has come so far is said by other messages, or is not the vendor's to say.
    """
    spoken = {"text": text} if text else {}
    match state:
        case "in_progress" | "pending":
            return "status_changed", {"status": state} | spoken
        case "information_requested":
            return "information_requested", {"text": text or _ASKS[language].format(word=word)}
        case "resolved":
            return "resolution_proposed", {"text": text or SOLVED[language]}
        case "returned":
            return "returned", spoken
        case "acknowledged" | "closed":
            return ("entry_added", spoken) if text else None
        case None:
            return _kept_state(word, text, language)


def _kept_state(word: str, text: str, language: Language) -> Said:
    words = kept("state", word)[language]
    return "entry_added", {"text": f"{words}. {text}" if text else words, "private": True}


def state_changed(body: bytes) -> dict[str, Any] | None:
    """What a `status_changed` says, word for word; None for any other message, and for what is none."""
    try:
        message = from_json(body)
    except ValueError:
        return None
    if not isinstance(message, dict) or message.keys() != {"type", "data"} or message["type"] != "status_changed":
        return None
    return message["data"] if isinstance(message["data"], dict) else None


def in_ours(words: Words, data: Mapping[str, Any]) -> Said:
    """A `status_changed` in the vendor's own word, as the message that this means by the mapping.

    What is no word is left as it is, to be refused, and so is one of the protocol's own that the mapping does not name.
    """
    word, text = data.get("status"), data.get("text") or ""
    language = next((known for known in _LANGUAGES if known == data.get("language", "sv")), None)
    if not is_word(word):
        return "status_changed", dict(data)
    if not isinstance(text, str) or language is None:  # that is refused, and not the word
        return "status_changed", {**data, "status": "accepted"}
    state = listed(words.states, word)
    if state is None and word in PROTOCOL:
        return "status_changed", dict(data)
    rest = {name: value for name, value in data.items() if name not in ("status", "text")}
    if state == "acknowledged":
        return "status_changed", rest | {"status": "accepted"} | ({"text": text} if text else {})
    kind, told = said(state, word, text, language) or _kept_state(word, text, language)
    if kind == "returned":  # as a whole
        rest.pop("ticket", None)
    if kind != "status_changed" and isinstance(rest.get("withdraws"), bool):
        del rest["withdraws"]  # beside a word of its own that means something else, it says nothing
    if kind != "status_changed" and (time := rest.pop("expected_at", None)) is not None:
        told["text"] = " ".join(filter(None, (told.get("text"), _EXPECTED[language].format(time=time))))
    return kind, rest | told


def _first(table: Mapping[str, object], wanted: object) -> str | None:
    return next((word for word, meaning in table.items() if meaning == wanted), None)
