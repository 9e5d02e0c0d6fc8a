"""What people write to find a case, as it is sought: each word in the titles, or one number."""

import re
from typing import Final

_NUMBER: Final = re.compile(r"#?\s*([A-Za-zÅÄÖåäö]{2,5})[\s-]*(\d{4})[\s-]+(\d{1,6})")
_DIGITS: Final = 6
MOST: Final = 8
"""Words: more narrow nothing."""


def words_of(sought: str) -> tuple[str, ...]:
    """Without what is written twice."""
    return tuple(dict.fromkeys(sought.casefold().split()))[:MOST]


def number_of(sought: str) -> str:
    """`mal 2026 534` is MAL-2026-000534; anything else as it stands, in capitals."""
    whole = _NUMBER.fullmatch(sought.strip())
    if whole is not None:
        return f"{whole[1].upper()}-{whole[2]}-{whole[3].zfill(_DIGITS)}"
    return sought.strip().lstrip("#").upper()
