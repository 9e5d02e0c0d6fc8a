"""A reply's own words: without the mail that it answers and without a signature.

Everything we send begins with a line to write above. Where a program keeps it, it shows where the quote begins, and
only what introduces the quote ("… skrev …:", "Från: …") is left to tell apart; else the whole mail is looked at.
"""

import re
from typing import Final

import quotequail

from vendor_bridge.mail.wording import ABOVE

LOOKED_AT: Final = 300
"""Lines in which the beginning of a quote is sought where our own line is missing."""
LONGEST_LINE: Final = 200
"""Characters; no introduction is longer, and the patterns that look for one take their time with longer lines."""
LONGEST_SIGNATURE: Final = 12

_OURS: Final = re.compile("|".join(re.escape(each.strip("# ")) for each in ABOVE), re.IGNORECASE)
_WROTE: Final = re.compile(r"\b(?:skrev|wrote|svarade)\b")
_WHEN_OR_WHO: Final = re.compile(r"[\d@]")
_HEADER: Final = re.compile(
    r"^[*\s>]*(?:från|skickat|till|ämne|kopia|datum|from|sent|to|subject|cc|date):", re.IGNORECASE
)
_FIRST_HEADER: Final = re.compile(r"^[*\s>]*(?:från|from):", re.IGNORECASE)
_RULE: Final = re.compile(r"^\s*[_-]{20,}\s*$")
_DEVICE: Final = re.compile(
    r"^(?:skickat från (?:min |outlook)|sent from (?:my |outlook)|hämta outlook för|get outlook for)", re.IGNORECASE
)
_CLOSING: Final = re.compile(
    r"^(?:(?:med )?(?:vänlig|bästa|varm)a? hälsning(?:ar)?|hälsningar|mvh|v\.?h\.?|vänligen"
    r"|(?:best|kind|warm)? ?regards|best wishes|sincerely)\s*[,.!]?(?:\s+[A-ZÅÄÖ][\w.-]*){0,3}\s*$",
    re.IGNORECASE,
)


def own_words(text: str) -> str:
    """What is new in it, as written; empty where there is nothing new."""
    lines = text.split("\n")
    ours = next((number for number, line in enumerate(lines) if _OURS.search(line)), None)
    if ours is not None:
        above, below = "\n".join(_without_introduction(lines[:ours])), _unquoted(lines, ours)
    else:
        above, below = _split("\n".join(lines[:LOOKED_AT]))
        if above.strip() == "\n".join(lines[:LOOKED_AT]).strip():  # no quote so far: nothing is cut after it
            above = text
    return _signed(_without_last_quote(_signed(above))) or _signed(below)


def _split(text: str) -> tuple[str, str]:
    """What stands above and below the quote; all of it above, where there is none."""
    kept: dict[str, str] = {}
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if len(line) > LONGEST_LINE:
            lines[number] = stand_in = f"\ue000{number}\ue001"
            kept[stand_in] = line
    found = quotequail.unwrap("\n".join(lines))
    above, below = text, ""
    if found is not None:
        above, below = found.get("text_top", ""), found.get("text_bottom", "")
    for stand_in, line in kept.items():
        above, below = above.replace(stand_in, line), below.replace(stand_in, line)
    return above, below


def _without_introduction(lines: list[str]) -> list[str]:
    """Without the last lines if they introduce what follows: "… skrev …:", broken or not, or a block of "Från: …"."""
    kept = list(lines)
    while kept and not kept[-1].strip(" >"):
        kept.pop()
    for count in range(1, min(4, len(kept)) + 1):
        if _introduces(" ".join(line.strip() for line in kept[-count:])):
            return kept[:-count]
    start = len(kept)
    while start and kept[start - 1].strip():
        start -= 1
    block = kept[start:]
    first = next((number for number, line in enumerate(block) if _FIRST_HEADER.match(line)), None)
    if first is not None and sum(1 for line in block[first:] if _HEADER.match(line)) > 1:
        return kept[: start + first]
    return kept


def _introduces(text: str) -> bool:
    """As "Den … skrev … <…>:" does, or "On … wrote:"."""
    is_one = len(text) <= 2 * LONGEST_LINE and text.endswith(":")
    return is_one and bool(_WROTE.search(text) and _WHEN_OR_WHO.search(text))


def _unquoted(lines: list[str], ours: int) -> str:
    """Who writes below or between the quoted lines, marks those with >."""
    if not lines[ours].startswith(">"):
        return ""
    return "\n".join(line for line in lines[ours:] if not line.startswith(">"))


def _without_last_quote(text: str) -> str:
    """Lines marked with > that nobody's words follow were there before, also where no line introduces them."""
    lines = text.split("\n")
    while lines and (not lines[-1].strip() or lines[-1].startswith(">")):
        lines.pop()
    return "\n".join(lines)


def _signed(text: str) -> str:
    return without_signature(_trimmed(text))


def _trimmed(text: str) -> str:
    lines = text.strip().split("\n")
    while lines and (not lines[-1].strip() or _RULE.match(lines[-1])):
        lines.pop()
    return "\n".join(lines).strip()


def without_signature(text: str) -> str:
    """Up to "-- ", to what a telephone adds, or to a greeting with a few short lines after it; never nothing of
    something.
    """
    lines = text.split("\n")
    for number, line in enumerate(lines):
        rest = lines[number + 1 :]
        is_short = len(rest) <= LONGEST_SIGNATURE and all(len(each) <= 100 for each in rest)
        is_end = line.rstrip() == "--" or _DEVICE.match(line.strip()) or (_CLOSING.match(line.strip()) and is_short)
        if is_end and (kept := "\n".join(lines[:number]).strip()):
            return kept
    return text
