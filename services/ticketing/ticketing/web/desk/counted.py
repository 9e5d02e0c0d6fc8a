"""How long a list of the desk is, where counting stops."""

from ticketing.store.reads import COUNT_LIMIT
from ticketing.views import Pages


def pages_of(start: int, shown: int, counted: int, previous: str | None, following: str | None) -> Pages:
    """The pagination of `shown` rows after the first `start`, of `counted`, which may be one above `COUNT_LIMIT`."""
    last = start + shown
    more = counted > COUNT_LIMIT and following is not None
    total = max(min(counted, COUNT_LIMIT), last)
    return Pages(start + 1 if shown else 0, last, total, previous, following, more)
