"""Lists: `{"items": […], "next": URL or null}`; the place to go on from travels in an opaque cursor."""

import base64
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query, Request
from pydantic import BaseModel

from chassis.problems import wrong_input

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=500)]
Item = TypeVar("Item")

_MOST = 2**31 - 1
_ID = re.compile(r"[!-~]{1,100}")


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next: str | None = None


def cursor_of(*place: datetime | str | float | None) -> str:
    """Where a list goes on."""
    raw = json.dumps([part.isoformat() if isinstance(part, datetime) else part for part in place])
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def place_of(cursor: str | None, *kinds: object) -> Any:
    """The parts of a cursor, of these kinds, as a tuple; None without one; 422 for one that is not ours.

    A kind is `datetime`, `str`, `int` or `float` (from 0 to 1); `datetime | None` where the list puts those without a
    time last.
    """
    if cursor is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        parts = json.loads(raw)
        if not isinstance(parts, list) or len(parts) != len(kinds):
            raise ValueError("another list has such a cursor")  # noqa: TRY301  (all faults end in one refusal)
        return tuple(_part(part, kind) for part, kind in zip(parts, kinds, strict=True))
    except (ValueError, OverflowError, RecursionError) as error:
        raise wrong_input([{"pointer": "/query/cursor", "detail": "is not a cursor that this list gave"}]) from error


def _part(part: object, kind: object) -> object:
    """One part, as only our own cursors have it: the database is asked for nothing else."""
    if kind == datetime | None:
        return None if part is None else _part(part, datetime)
    if kind is datetime:
        when = datetime.fromisoformat(str(part))
        if when.tzinfo is None:
            raise ValueError("a time without its offset")
        return when.astimezone(UTC)
    if kind is int and type(part) is int and 0 <= part <= _MOST:
        return part
    if kind is float and type(part) in (int, float) and 0 <= part <= 1:  # type: ignore[operator]
        return float(part)  # type: ignore[arg-type]
    if kind is str and isinstance(part, str) and _ID.fullmatch(part):
        return part
    raise ValueError(f"not a {kind}")


def page_of(request: Request, found: Sequence[Any], limit: int, cursor: str | None, items: list[Item]) -> Page[Item]:
    """The page whose `found` rows were asked for with one more than `limit`."""
    more = len(found) > limit
    following = str(request.url.include_query_params(cursor=cursor)) if more and cursor else None
    return Page(items=items, next=following)
