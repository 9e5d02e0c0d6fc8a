"""Text that others wrote, fit for a page and a text column."""

import re
import unicodedata
from typing import Final

_INVISIBLE: Final = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
"""Zero widths, and marks that turn the direction of what is shown."""
_BLANKS: Final = re.compile(r"\n{3,}")


def clean(text: str) -> str:
    """Its lines, without control characters, half characters and marks that nobody sees; at most one empty line."""
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(char if char == "\n" or _shows(char) else " " if char == "\t" else "" for char in text)
    return _BLANKS.sub("\n\n", "\n".join(line.rstrip() for line in kept.replace("\u00a0", " ").split("\n"))).strip()


def one_line(text: str, longest: int = 200) -> str:
    """The same on one line."""
    shown = " ".join(clean(text).split())
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def _shows(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cs")
