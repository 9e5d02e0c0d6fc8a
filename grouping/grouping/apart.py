"""Two things that are known to be two: with two asset tags or numbers, or in two rooms, buildings or floors.

However alike the words are, one projector's fault is not another's. A fault of many has many rooms and devices: so what
counts is how likely both are one thing's each.
"""

import math
import re
from collections.abc import Collection, Iterable
from typing import Literal

from grouping import lexicon, things
from grouping.extent import is_narrow
from grouping.numbers import SURE, sigmoid
from grouping.profile import Profile
from grouping.reading import Reading
from grouping.sought import Sought

Sort = Literal["devices", "rooms", "buildings", "floors"]
_OF_FLOOR = re.compile(r"[a-z]?(\d)\d\d")
_MOSTLY = 0.5
_ONE_THING, _STEEP = -0.5, 3.0
"""Log-odds that many are hit at which a report is as likely one thing's as not, and how fast that turns."""


def most_odds(sought: Sought, profile: Profile) -> float:
    """The log-odds of one cause that are left: those that not both are one thing's. No bound where nothing differs."""
    if not is_of_things(sought.of_things) or differing(sought.reading, profile) is None:
        return SURE
    two = _single(sought.reading.shared) * _single_of(profile)
    return math.log((1 - two) / two) if 0 < two < 1 else math.copysign(SURE, 0.5 - two)


def is_of_things(share: float) -> bool:
    """Whether a fault is a thing's, so likely about things as it is."""
    return share >= _MOSTLY


def differing(reading: Reading, profile: Profile) -> Sort | None:
    """What both name without having one in common: devices, or else rooms, or where these are."""
    named = reading.named
    if things.are_devices(named, profile):
        return "devices"
    if things.differ(named.rooms, profile.rooms):
        return "rooms"
    if named.building and profile.buildings and named.building not in profile.buildings:
        return "buildings"
    return "floors" if named.floor and profile.floors and named.floor not in profile.floors else None


def names(sort: Sort, reading: Reading, profile: Profile) -> set[str]:
    """What both call them."""
    named = reading.named
    match sort:
        case "devices":
            if things.differ(named.assets, profile.assets):
                return {*named.assets, *profile.assets}
            return {*named.numbered, *profile.numbered}
        case "rooms":
            return {*named.rooms, *profile.rooms}
        case "buildings":
            return {*profile.buildings, named.building or ""}
        case "floors":
            return {*profile.floors, named.floor or ""}


def are_two(reading: Reading, profile: Profile) -> bool:
    """Whether they are told of two things, or of two places, or of two faults that no thing or place has in common."""
    if differing(reading, profile) is not None:
        return True
    named = reading.named
    here = _places(named.rooms, (named.building,), (named.floor,))
    there = _places(profile.rooms, profile.buildings, profile.floors)
    if here & there or not named.numbered.isdisjoint(profile.numbered):
        return False
    return bool(here and there) or _are_two_faults(reading.symptoms, profile.symptoms)


def _places(rooms: Collection[str], buildings: Iterable[str | None], floors: Iterable[str | None]) -> set[str]:
    """As `room b204`, `building b`, `floor 2`: where a room's number begins so, that is its floor."""
    of_rooms = (match[1] for match in map(_OF_FLOOR.fullmatch, rooms) if match)
    sorts = (("room", rooms), ("building", buildings), ("floor", (*floors, *of_rooms)))
    return {f"{sort} {name}" for sort, names_ in sorts for name in names_ if name}


def _are_two_faults(some: Collection[str], others: Collection[str]) -> bool:
    """Whether nothing that is wrong is the same, and what is is never one thing's one fault: a jam and no toner."""
    known = lexicon.load().symptoms
    return not set(some) & set(others) and any(not known[one].apart.isdisjoint(others) for one in some)


def _single_of(profile: Profile) -> float:
    if profile.scope is not None:
        return float(is_narrow(profile))
    named = max((*profile.assets.values(), *profile.rooms.values()), default=0)
    if named > 1 and 2 * named > len(profile.readings):
        return 1.0  # however many report it
    return _single(profile.shared)


def _single(shared: float) -> float:
    return sigmoid(_STEEP * (_ONE_THING - shared))
