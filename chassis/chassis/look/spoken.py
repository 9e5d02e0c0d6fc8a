"""Times and durations as people say them, in Swedish and English.

Datetimes are aware; they are said in the municipality's `zone`. The exact time stays in the markup.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from markupsafe import Markup

from chassis.look.dates import DAYS, DEFAULT_ZONE, full_date, month
from chassis.look.words import Language

_NEAR: dict[Language, tuple[str, str, str]] = {
    "sv": ("i går", "i dag", "i morgon"),
    "en": ("yesterday", "today", "tomorrow"),
}
_EXACT: dict[Language, str] = {"sv": "{} kl. {}", "en": "{} at {}"}
_IN: dict[Language, str] = {"sv": "om {}", "en": "in {}"}
_AGO: dict[Language, str] = {"sv": "för {} sedan", "en": "{} ago"}
_NOW: dict[Language, str] = {"sv": "nu", "en": "now"}


def day(language: Language, at: datetime, now: datetime, zone: ZoneInfo = DEFAULT_ZONE) -> str:
    """As "i dag", "i går", "torsdag" within a week, else "5 oktober", with the year when it is another.

    It may stand after "senast" or "by", so a weekday has no "på" of its own.
    """
    at, now = at.astimezone(zone), now.astimezone(zone)
    away = (at.date() - now.date()).days
    if -1 <= away <= 1:
        return _NEAR[language][away + 1]
    if 1 < away < 7:
        return DAYS[language][at.weekday()]
    date = f"{at.day} {month(language, at)}"
    return date if at.year == now.year else f"{date} {at.year}"


@lru_cache(maxsize=4096)
def exact(language: Language, at: datetime, zone: ZoneInfo = DEFAULT_ZONE) -> str:
    """As "måndag 5 oktober 2026 kl. 09:12"."""
    at = at.astimezone(zone)
    return _EXACT[language].format(full_date(language, at), f"{at:%H:%M}")


def moment(
    language: Language, at: datetime, now: datetime, zone: ZoneInfo = DEFAULT_ZONE, *, short: bool = False
) -> Markup:
    """A `<time>`: "i dag 09:12"; `short` leaves "i dag" away."""
    local = at.astimezone(zone)
    clock = f"{local:%H:%M}"
    today = local.date() == now.astimezone(zone).date()
    said = clock if short and today else f"{day(language, at, now, zone)} {clock}"
    return _tag(local, exact(language, at, zone), said)


def dated(language: Language, on: date) -> Markup:
    """A `<time>` of a day without a time: "fredag 16 oktober 2026"."""
    at = datetime.combine(on, time())
    return Markup('<time datetime="{}">{}</time>').format(on.isoformat(), full_date(language, at))


def to_the_second(at: datetime, zone: ZoneInfo) -> str:
    """As "07:31:05", where things of one minute are told apart."""
    return f"{at.astimezone(zone):%H:%M:%S}"


def clock_time(language: Language, at: datetime, zone: ZoneInfo = DEFAULT_ZONE) -> Markup:
    """A `<time>` with the hour alone, where the day stands beside it."""
    local = at.astimezone(zone)
    return _tag(local, exact(language, at, zone), f"{local:%H:%M}")


def away(language: Language, at: datetime, now: datetime, zone: ZoneInfo = DEFAULT_ZONE) -> Markup:
    """A `<time>` seen from now: "om 20 min", "för 2 h sedan", further off than a day as `moment`."""
    apart = at - now
    if abs(apart) >= timedelta(days=1):
        return moment(language, at, now, zone)
    if abs(apart) < timedelta(minutes=1):
        said = _NOW[language]
    else:
        said = (_IN if apart > timedelta() else _AGO)[language].format(duration(language, abs(apart)))
    return _tag(at.astimezone(zone), exact(language, at, zone), said)


def duration(language: Language, length: timedelta) -> str:
    """As "45 min", "1 h 20 min", "3 dagar 2 h"; never two small units of a long time. Sign is dropped."""
    hours = round(abs(length).total_seconds() / 60) // 60
    days, hours_left = divmod(hours, 24)
    if hours < 24:
        return worked(length)
    said = f"{days} dygn" if language == "sv" else f"{days} day{'' if days == 1 else 's'}"
    return f"{said} {hours_left} h" if hours_left else said


def worked(length: timedelta) -> str:
    """Agreed time, as "47 h 30 min": it runs in working hours, and a day of 24 of them is nobody's day."""
    hours, minutes = divmod(round(abs(length).total_seconds() / 60), 60)
    if hours == 0:
        return f"{max(minutes, 1)} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def _tag(local: datetime, title: str, said: str) -> Markup:
    stamp = local.isoformat(timespec="seconds")
    # All three come from this module, which has no markup in its words.
    return Markup(f'<time datetime="{stamp}" title="{title}">{said}</time>')  # noqa: S704
