"""Days and times as the timeline and the pages say them."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from contracts.directory import Directory
from contracts.values import Language, Words

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


def long_day(day: date) -> Words:
    """As "måndag 5 oktober 2026"."""
    at = datetime.combine(day, time())
    return {"sv": full_date("sv", at), "en": full_date("en", at)}


def today(directory: Directory | None, now: datetime) -> date:
    """Which day it is in the municipality."""
    return now.astimezone(ZoneInfo(directory.municipality.time_zone) if directory else DEFAULT_ZONE).date()


def full_time(directory: Directory | None, at: datetime) -> Words:
    """As "måndag 5 oktober 2026 kl. 09:12", in the municipality's zone: still right when it is read next year."""
    local = at.astimezone(ZoneInfo(directory.municipality.time_zone) if directory else DEFAULT_ZONE)
    return {
        "sv": f"{full_date('sv', local)} kl. {local:%H:%M}",
        "en": f"{full_date('en', local)} at {local:%H:%M}",
    }
