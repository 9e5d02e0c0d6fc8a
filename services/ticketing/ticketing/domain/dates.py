"""Days and times as the timeline and the pages say them."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from chassis.look.dates import DEFAULT_ZONE, full_date
from contracts.directory import Directory
from contracts.values import Words


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
