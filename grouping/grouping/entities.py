"""What a report names: rooms, a building, devices, error codes, other schools."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grouping import numbered
from grouping.lexicon import Places
from grouping.report import School
from grouping.text import MOST_CHARACTERS, fold

_TAG = re.compile(r"\b([a-z]{3})([- ]?)([a-z]{2,4})([- ]?)(\d{2,5})\b")
_TAG_FIELD = re.compile(r"^([a-z]{3})[- ]?([a-z]{2,4})[- ]?(\d{1,5})$")
_ROOM_CODE = re.compile(r"\b([a-z]{1,3})-?(\d{1,4})(?:[:.](\d))?\b")
_ROOM_APART = re.compile(r"\b([A-HJ-Z](?= \d{2})|[a-hj-z](?= \d{3})) (\d{2,4})\b")
"""`B 204`, `C 12`, as written; two letters before a number are mostly `om 10` minutes or `av 25` pupils."""
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
        "ht",
        "vt",
        "i",
    ]
)
"""Letters before a number that make no room: times, versions, years, tests, small words."""
_OF_CLASSES = re.compile(r"(?:ba|bf|ee|ek|es|fs|ft|ha|hu|hv|ib|im|in|na|nb|rl|sa|te|vf|vo)[23]\d")
"""A class of an upper secondary programme by the year it began: `NA25`."""
_OF_PRODUCTS = frozenset(["365"])

_FEW, _LISTED = 3, 400
_COUNTED_WITHIN = 3
"""Words between a number and what is counted, and the counted word itself."""


@dataclass(frozen=True, slots=True)
class Named:
    """Names in one fixed spelling. `assets` as `EKB-PC-0312`; `rooms` as `b204` or `library`; `building` as `b`."""

    rooms: frozenset[str]
    building: str | None
    floor: str | None
    assets: frozenset[str]
    device_codes: frozenset[str]
    """The middle part of the tags: what kinds of devices."""
    errors: frozenset[str]
    numbered: frozenset[str] = frozenset()
    """Numbers that devices are called by: `14` of `Elevdator 14`."""


@dataclass(frozen=True, slots=True)
class Tags:
    """How a municipality's tags are written, folded: what its schools' begin with, and its codes of devices."""

    prefixes: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()

    def is_one(self, match: re.Match[str]) -> bool:
        """With both its hyphens whatever it says; else only of known parts: `klockan 10` and `Skola24` are no tags."""
        prefix, first, code, second = match.group(1, 2, 3, 4)
        return first == second == "-" or (prefix in self.prefixes and code in self.codes)


def named(text: str, room: str | None, asset: str | None, places: Places, tagged: Tags) -> Named:
    """Read the fields first; the text where they say nothing."""
    plain = fold(text[:MOST_CHARACTERS])
    in_text = [match for match in _TAG.finditer(plain) if tagged.is_one(match)]
    tags = [_tag(*match.group(1, 2, 3)) for match in _TAG_FIELD.finditer(fold(asset or "").strip())]
    tags += [_tag(*match.group(1, 3, 5)) for match in in_text]
    bare = _without(plain, in_text)
    rooms = room_names(room, places) if room else rooms_in(bare, places) | _rooms_apart(text)
    return Named(
        rooms=rooms,
        building=_building(rooms, bare, places),
        floor=_floor(bare, places),
        assets=frozenset("-".join(tag).upper() for tag in tags) or _odd_tag(asset),
        device_codes=frozenset(tag[1].upper() for tag in tags),
        errors=frozenset(match[2] or match[1] for match in _ERROR.finditer(plain)),
        numbered=numbered.things(bare, places),
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


def _tag(prefix: str, code: str, number: str) -> tuple[str, str, str]:
    return prefix, code, number.zfill(4)


def _without(plain: str, matches: Sequence[re.Match[str]]) -> str:
    for match in reversed(matches):
        plain = f"{plain[: match.start()]} {plain[match.end() :]}"
    return plain


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


def rooms_in(plain: str, places: Places) -> frozenset[str]:
    """The rooms of a text that is folded."""
    found = set()
    words: list[str] = re.findall(r"[a-z0-9]+", plain)
    for word, after in zip(words, [*words[1:], ""], strict=False):
        if word in places.rooms and (_NUMBER.fullmatch(after) or _ROOM_CODE.fullmatch(after)):
            found.add(after)
        elif word in places.single:
            found.add(places.single[word])
    found |= {match[1] + match[2] for match in _ROOM_CODE.finditer(plain) if _is_room(match[1], match[2])}
    return frozenset(found)


def _rooms_apart(text: str) -> frozenset[str]:
    """With a space between letter and number."""
    written = ((fold(letter), number) for letter, number in _ROOM_APART.findall(text[:MOST_CHARACTERS]))
    return frozenset(letter + number for letter, number in written if _is_room(letter, number))


def _is_room(letters: str, number: str) -> bool:
    if letters in _NO_ROOMS or number in _OF_PRODUCTS or _OF_CLASSES.fullmatch(letters + number):
        return False
    return len(number) >= 2 and len(letters) <= 2


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


def _floor(plain: str, places: Places) -> str | None:
    """`plan 2`, `second floor`, `andra våningen`: its number."""
    words: list[str] = re.findall(r"[a-z0-9]+", plain)
    for word, after in zip(words, [*words[1:], ""], strict=False):
        if word in places.floors and len(after) == 1 and after.isdigit():
            return after
        if after in places.floors and word in places.ordinals:
            return str(places.ordinals[word])
    return None


def schools_by_name(schools: tuple[School, ...]) -> Mapping[str, str]:
    """School ids by each name of theirs, folded; names of under four letters are nobody's."""
    return {fold(name): school.id for school in schools for name in school.names if len(name) >= 4}
