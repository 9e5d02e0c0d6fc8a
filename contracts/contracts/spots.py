"""The room and the device of a report, as far as they go to a vendor that is shown no people.

Reporters write both freely. A place names nobody where every word of it is a number of a room, a word that schools have
for their rooms, or one of the school's own buildings in the directory; a device's tag where the directory knows how it
begins and of which kind it is. Anything else is words, and stays where the reporter's words are.
"""

import re
from collections.abc import Iterator
from typing import Final

from contracts.directory import Directory

_CODE: Final = re.compile(r"[a-zåäö]?[-.:]?\d{1,4}(?:[-.:]\d{1,3})?[a-zåäö]?|[a-zåäö]")
"""B204, C-12, 3:14, 7b, or a house by its letter."""
_MOST_DIGITS: Final = 5
"""More of them are a telephone number or a date of birth."""
_SPLIT: Final = re.compile(r"[\s,;/()]+")
_TAG: Final = re.compile(r"([A-ZÅÄÖ]{2,4})[-_ ]?([A-ZÅÄÖ0-9]{1,4}?)[-_ ]?(\d{1,5})")
_CALLED: Final = """
sal salen rum rummet klassrum klassrummet lokal lokalen grupprum grupprummet room classroom hus huset byggnad
byggnaden building plan våning våningen floor korridor korridoren corridor trapphus trapphuset bibliotek biblioteket
library matsal matsalen canteen kök köket kitchen aula aulan entré entrén entrance expedition expeditionen reception
receptionen kontor kontoret office lärarrum lärarrummet arbetsrum arbetsrummet personalrum personalrummet staffroom
kopieringsrum kopieringsrummet kopieringen serverrum serverrummet datorsal datorsalen musiksal musiksalen musiken
slöjdsal slöjdsalen slöjden träslöjden textilslöjden bildsal bildsalen hemkunskapen no-sal no-salen idrottshall
idrottshallen gymnastiksal gymnastiksalen gympasalen gym fritids fritidshemmet förskoleklassen uppehållsrum
uppehållsrummet cafeteria cafeterian studion verkstad verkstaden förråd förrådet skolgård skolgården källare
källaren
"""
_ROOM_WORDS: Final = frozenset(_CALLED.split())


def room_of(room: str | None, school: str, directory: Directory | None) -> str | None:
    """The room as it was written, if it can be nothing but a room."""
    words = [word for word in _SPLIT.split((room or "").lower()) if word]
    own = set(_of_buildings(school, directory))
    prefixes = tuple(word for word in own if len(word) > 1)
    known = all(word in _ROOM_WORDS or word in own or _is_code(word, prefixes) for word in words)
    digits = sum(letter.isdigit() for word in words for letter in word)
    initials = sum(len(word) == 1 and word.isalpha() for word in words)
    if not words or not known or digits > _MOST_DIGITS or initials > 1:
        return None
    return " ".join((room or "").split())


def asset_of(asset: str | None, directory: Directory | None) -> str | None:
    """The tag as it was written, if the directory knows its school's letters and its kind of device."""
    match = _TAG.fullmatch(written := " ".join((asset or "").split()).upper())
    if match is None or directory is None:
        return None
    begins = {school.asset_prefix for school in directory.schools}
    kinds = {code for device_class in directory.device_classes for code in device_class.tag_codes}
    return written if match[1] in begins and (match[2] in kinds or match[2].isdigit()) else None


def _is_code(word: str, prefixes: tuple[str, ...]) -> bool:
    own = next((prefix for prefix in prefixes if word.startswith(prefix)), "")
    return bool(_CODE.fullmatch(word) or _CODE.fullmatch(word.removeprefix(own)))


def _of_buildings(school: str, directory: Directory | None) -> Iterator[str]:
    known = directory.schools_by_id.get(school) if directory else None
    for building in known.buildings if known else ():
        for name in (*building.name.words.values(), *building.rooms):
            yield from _SPLIT.split(name.lower())
