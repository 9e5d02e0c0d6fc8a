"""What a report names: rooms, a building, devices, error codes, other schools."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grouping.lexicon import Places
from grouping.report import School
from grouping.text import MOST_CHARACTERS, fold

_TAG = re.compile(r"\b([a-z]{3})[- ]?([a-z]{2,4})[- ]?(\d{2,5})\b")
_TAG_FIELD = re.compile(r"^([a-z]{3})[- ]?([a-z]{2,4})[- ]?(\d{1,5})$")
_ROOM_CODE = re.compile(r"\b([a-z]{1,3})[- ]?(\d{1,4})(?:[:.](\d))?\b")
_ROOM_FIELD = re.compile(r"[a-z]*\d+[a-z]?|[a-z]+")
_NUMBER = re.compile(r"\b\d{1,4}[a-z]?\b")
_ERROR = re.compile(
    r"\b(0x[0-9a-f]{4,8}|err[_a-z]{4,40}|[45]\d\d(?= (?:error|fel|gateway|internal))"
    r"|(?:fel|error|kod|felkod|code)[ :]*(\d{2,6}))\b"
)
_NO_ROOMS = frozenset(
    [
        "kl",
        "ca",
        "tel",
        "nr",
        "ak",
        "win",
        "ios",
        "usb",
        "nov",
        "dec",
        "jan",
        "feb",
        "mar",
        "apr",
        "maj",
        "jun",
        "jul",
        "aug",
        "sep",
        "okt",
        "v",
        "x",
        "f",
        "ar",
        "mac",
        "hp",
        "dnp",
        "np",
        "fa",
    ]
)
"""Letters before a number that make no room: times, versions, years, tests."""


_FEW, _LISTED = 3, 400
_COUNTED_WITHIN = 3
"""Words between a number and what is counted, and the counted word itself."""


@dataclass(frozen=True, slots=True)
class Named:
    """Names in one fixed spelling. `assets` as `EKB-PC-0312`; `rooms` as `b204` or `library`; `building` as `b`."""

    rooms: frozenset[str]
    building: str | None
    assets: frozenset[str]
    device_codes: frozenset[str]
    """The middle part of the tags: what kinds of devices."""
    errors: frozenset[str]


def named(text: str, room: str | None, asset: str | None, places: Places) -> Named:
    """Read the fields first; the text where they say nothing."""
    plain = fold(text[:MOST_CHARACTERS])
    tags = [*_tags(_TAG_FIELD, fold(asset or "").strip()), *_tags(_TAG, plain)]
    bare = _TAG.sub(" ", plain)
    rooms = room_names(room, places) if room else _rooms_in(bare, places)
    return Named(
        rooms=rooms,
        building=_building(rooms, bare, places),
        assets=frozenset("-".join(tag).upper() for tag in tags) or _odd_tag(asset),
        device_codes=frozenset(tag[1].upper() for tag in tags),
        errors=frozenset(match[2] or match[1] for match in _ERROR.finditer(plain)),
    )


def is_counted(words: Sequence[str], places: Places, language: str) -> bool:
    """Whether several people, devices or rooms are counted: `sex elever`, `17 av datorerna`, `three of my students`."""
    for at, word in enumerate(words):
        number = int(word) if word.isdigit() and len(word) <= 3 else places.numbers[language].get(word, 0)
        if _FEW <= number <= _LISTED:
            after = words[at + 1 : at + 1 + _COUNTED_WITHIN]
            if any(next_.startswith(places.counted) for next_ in after):
                return True
    return False


def _tags(pattern: re.Pattern[str], plain: str) -> list[tuple[str, str, str]]:
    return [(match[1], match[2], match[3].zfill(4)) for match in pattern.finditer(plain)]


def _odd_tag(asset: str | None) -> frozenset[str]:
    """A tag in another style is still the same tag when it is written the same."""
    odd = "".join(fold(asset or "").split())
    return frozenset({odd}) if odd else frozenset()


def room_names(room: str, places: Places) -> frozenset[str]:
    """The room of a form's field, so that `Sal B204`, `b 204` and `B204` are one."""
    words = fold(room).split()
    rest = [word for word in words if word not in places.rooms]
    plain = " ".join(rest)
    for name, which in places.single.items():
        if plain == name or (len(rest) == 1 and rest[0].startswith(name) and len(name) > 4):
            return frozenset({which})
    joined = "".join(_ROOM_FIELD.findall(plain))
    return frozenset({joined}) if joined else frozenset({"".join(words)} if words else ())


def _rooms_in(plain: str, places: Places) -> frozenset[str]:
    found = set()
    words: list[str] = re.findall(r"[a-z0-9]+", plain)
    for word, after in zip(words, [*words[1:], ""], strict=False):
        if word in places.rooms and (_NUMBER.fullmatch(after) or _ROOM_CODE.fullmatch(after)):
            found.add(after)
        elif word in places.single:
            found.add(places.single[word])
    for match in _ROOM_CODE.finditer(plain):
        if match[1] not in _NO_ROOMS and len(match[2]) >= 2 and len(match[1]) <= 2:
            found.add(match[1] + match[2])
    return frozenset(found)


def _building(rooms: frozenset[str], plain: str, places: Places) -> str | None:
    lettered = sorted({room[0] for room in rooms if re.fullmatch(r"[a-z]\d{2,4}", room)})
    if lettered:
        return lettered[0]
    words: list[str] = re.findall(r"[a-z0-9]+", plain)
    for word, after in zip(words, [*words[1:], ""], strict=False):
        if word in places.buildings and len(after) == 1 and after.isalpha():
            return after
        if len(word) == 1 and word.isalpha() and after in places.buildings:
            return word
    return None


def schools_by_name(schools: tuple[School, ...]) -> Mapping[str, str]:
    """School ids by each name of theirs, folded; names of under four letters are nobody's."""
    return {fold(name): school.id for school in schools for name in school.names if len(name) >= 4}
