"""What a vendor's mail means: its first line may begin with a word that says so; without one it is an entry.

Nothing that was written is lost: what a word does not take with it, and what is too long for one message, are entries.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from contracts.values import Head, Language
from contracts.webhooks import Incoming, message_of

Meaning = Literal["acknowledged", "working", "waiting", "question", "solved", "returned"]

LONGEST: Final = 18_000
"""Characters of one message; a message of a vendor may have 20,000."""
MOST_MESSAGES: Final = 5

WORDS: Final[Mapping[str, tuple[Meaning, Language]]] = {
    **dict.fromkeys(("ok", "tar", "mottaget"), ("acknowledged", "sv")),
    **dict.fromkeys(("ack", "received"), ("acknowledged", "en")),
    **dict.fromkeys(("pågår", "pagar"), ("working", "sv")),
    "working": ("working", "en"),
    **dict.fromkeys(("väntar", "vantar"), ("waiting", "sv")),
    "waiting": ("waiting", "en"),
    **dict.fromkeys(("fråga", "fraga"), ("question", "sv")),
    "question": ("question", "en"),
    **dict.fromkeys(("klart", "löst", "lost"), ("solved", "sv")),
    **dict.fromkeys(("solved", "resolved", "fixed"), ("solved", "en")),
    "retur": ("returned", "sv"),
    **dict.fromkeys(("return", "returned"), ("returned", "en")),
}
_FIRST: Final = re.compile(r"^[*_\s\"']*([^\W\d_]+)[*_\"']*\s*([:.!–-]*)\s*(.*)$")
_GREETING: Final = re.compile(
    r"^(?:hej|hejsan|hallå|tjena|god\s\w+|hi|hello|dear|good\s\w+)(?:\s+\w+){0,2}\s*[,.!]*$", re.IGNORECASE
)
_A_FILE: Final[Mapping[Language, str]] = {"sv": "Bifogade filer.", "en": "Attached files."}
_NO_TEXT: Final[Mapping[Language, str]] = {"sv": "Klart.", "en": "Solved."}


def messages(
    handoff: str, text: str, files: str, *, heads: Mapping[str, Head] | None, brings_files: bool = False
) -> Iterator[tuple[str, Incoming]]:
    """What a mail says, in order, each with the end of its name.

    `text`: the vendor's own words; `files`: a sentence about files that did not come along, or nothing. `heads`: what
    the vendor was sent, while it has not said that it has the case; its first mail says it too. `brings_files`: there
    are files to go with an entry, so there is one.
    """
    meaning, language, rest = understood(text)
    if heads is not None and meaning != "returned":
        data = {"handoff": handoff, "heads": {case: head.model_dump() for case, head in heads.items()}}
        yield "/ack", message_of("acknowledged", data | {"language": language})
    parts = _parts("\n\n".join(part for part in (rest, files) if part))
    said = list(_said(meaning, parts, language))
    if brings_files and not any(kind == "entry_added" for kind, _ in said):
        said.append(("entry_added", {"text": _A_FILE[language]}))
    for number, (kind, extra) in enumerate(said):
        data = {"handoff": handoff, "language": language, **extra}
        yield f"/{number}" if number else "", message_of(kind, data)


def understood(text: str) -> tuple[Meaning | None, Language, str]:
    """The word that it begins with, if any, its language, and the rest; a greeting before it does not count."""
    lines = text.strip().split("\n")
    start = 0
    while start < len(lines) and (not lines[start].strip() or _GREETING.match(lines[start].strip())):
        start += 1
    found = _FIRST.match(lines[start]) if start < len(lines) else None
    known = WORDS.get(found[1].lower()) if found else None
    if found is None or known is None:
        return None, "sv", text.strip()
    word, mark, same_line = found.groups()
    # "Klart att vi kommer" says something else: a word within a sentence counts only in capitals, or with its colon.
    if same_line and ":" not in mark and not (word.isupper() and len(word) > 1):
        return None, known[1], text.strip()
    rest = "\n".join([same_line.lstrip(" ,"), *lines[start + 1 :]]).strip()
    if known[0] == "question" and not rest:  # nothing is asked
        return None, known[1], text.strip()
    return known[0], known[1], rest


def _said(meaning: Meaning | None, parts: Sequence[str], language: Language) -> Iterator[tuple[str, dict[str, Any]]]:
    """(type, fields) of each message."""
    first, others = (parts[0], parts[1:]) if parts else ("", ())
    text = {"text": first} if first else {}
    match meaning:
        case "working" | "waiting":
            yield "status_changed", {"status": "in_progress" if meaning == "working" else "pending"} | text
        case "question":
            yield "information_requested", text
        case "solved":
            yield "resolution_proposed", {"text": first or _NO_TEXT[language]}
        case "returned":
            yield "returned", text
        case "acknowledged" | None:
            others = parts
    for part in others:
        yield "entry_added", {"text": part}


def _parts(text: str) -> list[str]:
    """In pieces that fit; what is more than they hold is left in the mail itself, and that is said."""
    pieces: list[str] = []
    while text and len(pieces) < MOST_MESSAGES:
        end = text.rfind("\n", LONGEST // 2, LONGEST) if len(text) > LONGEST else len(text)
        end = end if end > 0 else LONGEST
        pieces.append(text[:end].strip())
        text = text[end:].strip()
    if text:
        pieces[-1] += "\n\n[…] (mejlet fortsätter / the mail goes on)"
    return [piece for piece in pieces if piece]
