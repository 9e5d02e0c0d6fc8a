"""What a vendor is asked to delete, in words for people who have no numbers of ours: in a mail and in a note. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from contracts.values import Language, Words
from contracts.webhooks import Forgotten, Written

_ENTRY: Final[Words] = {"sv": "inlägget {at}, {party}", "en": "the entry of {at}, {party}"}
_NTH: Final[Words] = {
    "sv": "inlägget {at}, {party} (nummer {nth} den minuten)",
    "en": "the entry of {at}, {party} (number {nth} in that minute)",
}
_REPORT: Final[Words] = {"sv": "hela rapporten {number}", "en": "the whole report {number}"}
_A_REPORT: Final[Words] = {"sv": "en hel rapport", "en": "a whole report"}
_LANGUAGES: Final[tuple[Language, ...]] = ("sv", "en")


def named(
    forget: Iterable[Forgotten],
    *,
    at: Callable[[datetime], str],
    party: Callable[[str, Language], str],
    numbers: Mapping[str, str],
) -> list[Words]:
    """Each report and each entry, once: the same words in two histories are one to who reads them.

    `at`, `party`: as the reader sees them beside an entry; `numbers`: what people call the reports.
    """
    found: list[Words] = []
    for each in forget:
        if each.whole:
            number = numbers.get(each.case)
            found.append({lang: _REPORT[lang].format(number=number) for lang in _LANGUAGES} if number else _A_REPORT)
        else:
            found += [_entry(one, at, party) for one in each.written]
    return [each for n, each in enumerate(found) if each not in found[:n]]


def _entry(one: Written, at: Callable[[datetime], str], party: Callable[[str, Language], str]) -> Words:
    words = _ENTRY if one.nth is None else _NTH
    return {lang: words[lang].format(at=at(one.at), party=party(one.party, lang), nth=one.nth) for lang in _LANGUAGES}
