"""When planned work may be: what people and vendors may announce."""

from datetime import datetime, timedelta
from typing import Final, Literal

from contracts.directory.recurring import LONGEST_WORK

FORGOTTEN: Final = timedelta(hours=24)
"""Work that began yesterday may still be told; what began before is history."""
FURTHEST: Final = timedelta(days=3 * 366)
"""Nobody plans further ahead: a year is mistyped."""
Mistake = Literal["ends_first", "is_over", "long_ago", "too_long_window", "too_far"]


def mistake(
    starts_at: datetime, ends_at: datetime, now: datetime, *, told: datetime | None = None
) -> tuple[Literal["starts_at", "ends_at"], Mistake] | None:
    """The first thing that is wrong with the times: where, and what. `told`: when it was said before to begin."""
    if ends_at <= starts_at:
        return "ends_at", "ends_first"
    if ends_at <= now:
        return "ends_at", "is_over"
    if starts_at < now - FORGOTTEN and starts_at != told:
        return "starts_at", "long_ago"
    # An hour to spare: thirty days by the clock on the wall are an hour longer where it is put back.
    if ends_at - starts_at > LONGEST_WORK + timedelta(hours=1):
        return "ends_at", "too_long_window"
    if starts_at > now + FURTHEST:
        return "starts_at", "too_far"
    return None
