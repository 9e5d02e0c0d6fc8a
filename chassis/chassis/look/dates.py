"""The names of days and months."""

from datetime import datetime
from zoneinfo import ZoneInfo

from chassis.look.words import Language

DEFAULT_ZONE = ZoneInfo("Europe/Stockholm")

DAYS: dict[Language, tuple[str, ...]] = {
    "sv": ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS: dict[Language, str] = {
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "en": "January February March April May June July August September October November December",
}


def month(language: Language, at: datetime) -> str:
    """As "oktober"."""
    return _MONTHS[language].split()[at.month - 1]


def full_date(language: Language, at: datetime) -> str:
    """As "måndag 5 oktober 2026", in the zone that `at` has."""
    return f"{DAYS[language][at.weekday()]} {at.day} {month(language, at)} {at.year}"
