"""Back in the browser and "Skicka" again: a form that is drawn anew has another key, and the words are the same.

The browser keeps the key of what it sent last: the very same report sent again within a while is that one. Its receipt
is shown once more, and nothing is filed twice.
"""

import re

from fastapi import Response

from ticketing.api.context import Context
from ticketing.store import intake
from ticketing.web.pages import Visit

_COOKIE = "anmalt"
_WHILE = 30 * 60
"""Seconds."""
_KEY = re.compile(r"form:[A-Za-z0-9_-]{1,200}")
"""As a form draws it; anything else in its field was put there by somebody, and goes into no header."""


async def ticket(context: Context, here: Visit, key: intake.Key) -> str | None:
    """What was sent last under another key, where it is the same and goes on."""
    last = here.request.cookies.get(_COOKIE, "")
    if last == key.key or not _KEY.fullmatch(last):
        return None
    async with context.engine.connect() as conn:
        before = intake.Key(key.person, last, key.body_sha256)
        return await intake.goes_on(conn, here.caller.directory.id, before)


def remembered(response: Response, key: intake.Key | None) -> Response:
    """With the key of what was sent."""
    if key is not None and _KEY.fullmatch(key.key):
        response.set_cookie(
            _COOKIE, key.key, max_age=_WHILE, path="/arenden/ny", secure=True, httponly=True, samesite="lax"
        )
    return response
