"""Words that a page shall say, in whichever language its reader has chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Language = Literal["sv", "en"]
LANGUAGES: tuple[Language, ...] = ("sv", "en")


@dataclass(frozen=True, slots=True)
class Say:
    """A text by its key in `texts/*.yaml` with the values of its placeholders.

    A datetime is shown as people say it ("i dag 09:12", exact on hover), a timedelta as "1 h 20 min",
    another `Say` in the same language. Everything else is escaped text.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


def say(key: str, /, **values: object) -> Say:
    return Say(key, values)


Words = Say | str | Mapping[Any, str]
"""A text of ours (follows the reader's language), words that someone wrote, or a directory's name by language."""
