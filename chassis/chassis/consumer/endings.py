"""The endings of a message that did not succeed: wait, or set it aside with its reason.

HandlerFailed       the handler raised, took too long, or wrote what Postgres refused at commit
"""

from __future__ import annotations

import sys
import traceback
from typing import Final

from aiokafka.errors import KafkaError
from sqlalchemy.exc import DBAPIError

from chassis import db
from chassis.messages import NotNow, Undecodable

# Serialisation failure, deadlock, lock timeout, a server that became read-only: the same again will do.
_CONTENTION: Final = frozenset({"40001", "40P01", "55P03", "25006"})
_OUT_OF_RESOURCES: Final = "53"
_DETAIL: Final = 8000


class HandlerFailed(Exception):
    """`__cause__` is what the handler raised."""


def is_transient(error: BaseException) -> bool:
    """Whether the batch waits and comes again, whatever the messages are."""
    if isinstance(error, NotNow | KafkaError | ConnectionError) or db.is_unavailable(error):
        return True
    code = getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlstate", None) or ""
    return code in _CONTENTION or code.startswith(_OUT_OF_RESOURCES)


def reason(error: BaseException) -> str:
    """A class and a place in our code. Errors quote what they choke on, so their words stay out of it."""
    if isinstance(error, Undecodable):
        return error.reason
    place = _innermost(error)
    return type(error).__qualname__ + (f" at {place}" if place else "")


def detail(error: BaseException) -> str:
    """The error's own words with its way through the code, cut to what an operator reads."""
    return "".join(traceback.format_exception(error))[-_DETAIL:].replace("\0", "\\0")


def _innermost(error: BaseException) -> str | None:
    place = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        if "site-packages" not in code.co_filename and not code.co_filename.startswith(sys.base_prefix):
            place = f"{frame.f_globals.get('__name__', '?')}:{line} in {code.co_name}"
    return place
