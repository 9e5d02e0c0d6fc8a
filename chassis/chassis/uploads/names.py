"""Names of files as they may be shown, written into a header and saved under: never a path, never a disguise."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

LONGEST: Final = 100
"""Characters of a name, its ending included."""
NAMELESS: Final = "fil"
_BAD_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control characters (CR, LF), marks that turn the direction of writing, and what no font has."""
_NOT_IN_A_NAME: Final = re.compile(r'[<>:"|?*;%&`$\\/]+')


def clean(name: str) -> str:
    """What is left of a sent name: one line, in the direction it is read, without folders and what shells read."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(c for c in last.replace("\t", " ") if unicodedata.category(c) not in _BAD_CATEGORIES)
    kept = " ".join(_NOT_IN_A_NAME.sub("_", kept).split()).strip(". ")
    if not kept:
        return NAMELESS
    stem, dot, ending = kept.rpartition(".")
    if not dot:
        return kept[:LONGEST]
    ending = ending[:10]
    return f"{stem[: LONGEST - 1 - len(ending)].rstrip('. ')}.{ending}"


def ending_of(name: str) -> str:
    """The ending in lower case, without its dot; empty where there is none."""
    _stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot else ""


def with_ending(name: str, endings: Sequence[str]) -> str:
    """The name with an ending that its content has: its own, else the first of `endings`."""
    if ending_of(name) in endings:
        return name
    return f"{name[: LONGEST - 6]}.{endings[0]}"


def disposition(name: str, *, inline: bool = False) -> str:
    """The value of `Content-Disposition` (RFC 6266): ASCII for old programs, the real name beside it."""
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode())
    how = "inline" if inline else "attachment"
    return f"{how}; filename=\"{plain.strip() or NAMELESS}\"; filename*=UTF-8''{quote(name, safe='')}"
