"""What is left of a text when everything that only looks different is gone: case, accents, endings, punctuation.

Teachers write `Skrivarna`, `skrivarn`, `SKRIVAREN` and `skrivare` for one thing, and `natet` for `nätet`. A word is
compared by its roots: what is left when an ending that Swedish or English may have is taken off.
"""

import re
import unicodedata
from functools import lru_cache

MOST_CHARACTERS = 3000
"""How much of a text is read: the fault is said early, and a pasted log must not make a decision slow."""
_TOKEN = re.compile(r"[a-z0-9]+")
_APOSTROPHES = str.maketrans("", "", "'’`´")
_LETTERS = str.maketrans({"ø": "o", "æ": "a", "ß": "ss", "đ": "d", "ł": "l"})
# Shortest first: the less is taken off, the surer the root.
_ENDINGS = tuple(
    sorted(
        "s n t a e r d en et er ar or an na ns ts de te at ad as es ed ens ets ans ade ing erna arna orna arnas ernas ornas".split(),
        key=lambda ending: (len(ending), ending),
    )
)
_OF_SHORT_WORDS = frozenset("s n t en et ar er na ens ets arna erna".split())
SHORTEST_ROOT = 3
_SURE_ROOT = 4


def fold(text: str) -> str:
    """Casefolded, without accents and apostrophes: å and ä are a, ö is o, é is e."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return bare.translate(_LETTERS).translate(_APOSTROPHES)


def tokens(text: str) -> tuple[str, ...]:
    """The words and numbers of the text's beginning, folded."""
    return tuple(_TOKEN.findall(fold(text[:MOST_CHARACTERS])))


def root(word: str) -> str:
    """A base form as it is stored: `padda` and `paddorna` meet in `padd`."""
    return word[:-1] if len(word) > _SURE_ROOT and word[-1] in "ae" else word


@lru_cache(maxsize=65536)
def roots(token: str) -> tuple[str, ...]:
    """What the token may be a form of, the surest first. A number is only itself."""
    found = dict.fromkeys((token, root(token)))
    if token.isalpha():
        for ending in _ENDINGS:
            rest = token[: -len(ending)]
            if token.endswith(ending) and _may_lose(rest, ending):
                found[rest] = None
                found[root(rest)] = None
    return tuple(found)


def _may_lose(rest: str, ending: str) -> bool:
    return len(rest) >= _SURE_ROOT or (len(rest) == SHORTEST_ROOT and ending in _OF_SHORT_WORDS)
