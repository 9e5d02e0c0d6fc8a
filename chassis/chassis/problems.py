"""Errors as a caller sees them: RFC 9457 problem details.

Problem             an error with its HTTP status; raised at the edge of a service (api, web), never in its rules
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Final, TypedDict

MEDIA_TYPE: Final = "application/problem+json"


class Fault(TypedDict):
    """One wrong place: a JSON pointer into the body (`/title`) or a parameter (`/query/limit`), and what is wrong."""

    pointer: str
    detail: str


class Problem(Exception):
    """Raise it to answer with it: `raise Problem(409, detail="The ticket is closed.")`.

    `title` says the kind and goes with a `type` of its own (without one it is the status' phrase, as RFC 9457 asks),
    `detail` says this case; neither repeats what the caller sent.
    """

    def __init__(
        self,
        status: int,
        title: str | None = None,
        detail: str | None = None,
        *,
        type: str = "about:blank",  # noqa: A002  the name RFC 9457 gives it
        errors: Iterable[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.title = title or _phrase(status)
        self.detail = detail
        self.type = type
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        super().__init__(f"{status} {self.title}")

    def body(self) -> bytes:
        document: dict[str, object] = {"type": self.type, "title": self.title, "status": self.status}
        if self.detail is not None:
            document["detail"] = self.detail
        if self.errors:
            document["errors"] = list(self.errors)
        return json.dumps(document, ensure_ascii=False).encode("utf-8", "backslashreplace")


WRONG_INPUT: Final = "Something in the request is wrong."


def wrong_input(errors: Iterable[Fault], detail: str = WRONG_INPUT) -> Problem:
    """422, with what is wrong and where."""
    return Problem(422, detail=detail, errors=errors)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def pointer(*steps: str | int) -> str:
    """A JSON pointer (RFC 6901): `pointer("items", 0, "a/b")` is `/items/0/a~1b`."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
