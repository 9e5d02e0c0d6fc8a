"""What is left of a text when everything that only looks different is gone: case, accents, endings, punctuation.

Teachers write `Skrivarna`, `skrivarn`, `SKRIVAREN` and `skrivare` for one thing, and `natet` for `nätet`. A word is
compared by the base forms that it may be an inflection of.
"""

import re
import unicodedata
from functools import lru_cache

MOST_CHARACTERS = 3000
"""How much of a text is read: the fault is said early, and a pasted log must not make a decision slow."""
_TOKEN = re.compile(r"[a-z0-9]+")
_USUAL = str.maketrans("åäöéèüáàâêëíìîïóòôúùñç", "aaoeeuaaaeeiiiiooouunc", "'’`´")
"""What most texts need, apostrophes left out; the rest is looked up letter by letter."""
_LETTERS = str.maketrans({"ø": "o", "æ": "a", "ß": "ss", "đ": "d", "ł": "l"})
SHORTEST_BASE = 3
_SURE_BASE = 4
# What an ending is put instead of, the surest first: `paddorna` is `padda`, `skrivarna` is `skrivare`, `skriver` is
# `skriva`. An ending of verbs gives a verb only, so that `provat` (tried) is no `prov` (exam).
_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("s", ("",)),
    ("n", ("",)),
    ("t", ("",)),
    ("r", ("",)),
    ("d", ("",)),
    ("a", ("",)),
    ("en", ("", "e")),
    ("et", ("",)),
    ("er", ("", "a")),
    ("ar", ("", "e")),
    ("or", ("a",)),
    ("an", ("a",)),
    ("na", ("", "e")),
    ("ns", ("",)),
    ("es", ("", "e")),
    ("ed", ("", "e")),
    ("at", ("a",)),
    ("ad", ("a",)),
    ("as", ("a",)),
    ("de", ("a",)),
    ("te", ("a",)),
    ("ens", ("", "e")),
    ("ets", ("",)),
    ("ans", ("a",)),
    ("ade", ("a",)),
    ("ing", ("", "e")),
    ("erna", ("",)),
    ("arna", ("", "e")),
    ("orna", ("a",)),
    ("ernas", ("",)),
    ("arnas", ("", "e")),
    ("ornas", ("a",)),
)
_OF_SHORT_WORDS = frozenset(["s", "n", "t", "en", "et", "ar", "er", "na", "ens", "ets", "arna", "erna"])
_TRYING = frozenset(["provar", "testar"])
"""To try, never an exam or a test."""
_SAME: dict[str, tuple[str, ...]] = {"ej": ("inte",), "icke": ("inte",), "ite": ("inte",), "inge": ("inget", "ingen")}
"""What people write for a small word: phrases have the usual one."""
_OF_LONG_WORDS = frozenset(["a", "d", "r"])
_LONG = 5


def fold(text: str) -> str:
    """Casefolded, without accents and apostrophes: å and ä are a, ö is o, é is e."""
    usual = text.casefold().translate(_USUAL)
    if usual.isascii():
        return usual
    decomposed = unicodedata.normalize("NFKD", usual)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return bare.translate(_LETTERS)


def tokens(text: str) -> tuple[str, ...]:
    """The words and numbers of the text's beginning, folded."""
    return tuple(_TOKEN.findall(fold(text[:MOST_CHARACTERS])))


@lru_cache(maxsize=65536)
def forms(token: str) -> tuple[str, ...]:
    """The base forms that the token may be an inflection of, itself first. A number is only itself."""
    found = dict.fromkeys((token, *_SAME.get(token, ())))
    if token.isalpha():
        for ending, instead in _ENDINGS:
            if token.endswith(ending):
                for vowel in instead:
                    base = token[: -len(ending)] + vowel
                    if _may_be(base, ending) and (base.endswith("a") or token not in _TRYING):
                        found[base] = None
    return tuple(found)


def _may_be(base: str, ending: str) -> bool:
    if ending in _OF_LONG_WORDS and not base.endswith("a"):
        return len(base) >= _LONG
    return len(base) >= _SURE_BASE or (len(base) == SHORTEST_BASE and ending in _OF_SHORT_WORDS)
