"""Forms as they arrive at a page: from one of our own, with characters that can be kept."""

from collections.abc import AsyncGenerator, Callable
from typing import Any, Final

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from chassis.problems import Problem
from chassis.web import Section

UNREADABLE: Final = "\ufffd"
"""What stands in a form where its bytes were no UTF-8, or a character that no column can hold."""
MOST_WORDS: Final = 1_000_000
"""Bytes of a form without files."""
_FORM: Final = "application/x-www-form-urlencoded"
_FORM_WITH_FILES: Final = "multipart/form-data"


class _Sent(Request):
    """Its form has U+FFFD for U+0000, as for bytes that are no UTF-8: the field says so and keeps the rest."""

    _read: FormData | None = None

    async def form(self, **limits: Any) -> FormData:  # type: ignore[override]  # awaited only, never entered
        if self._read is None:  # asked by FastAPI, and again for fields that the page does not have
            form = await super().form(**limits)
            self._read = FormData([(_kept(name), _kept(value)) for name, value in form.multi_items()])
        return self._read

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """A route that takes files takes large bodies: of parts, which go to the disk. Words alone are read at once.

        They are counted as they come: what is sent in chunks does not say before how long it is.
        """
        read = 0
        async for chunk in super().stream():
            read += len(chunk)
            if read > MOST_WORDS and _kind_of(self) == _FORM:
                raise HTTPException(413)
            yield chunk


def _kind_of(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0]


def _kept(value: Any) -> Any:
    return value.replace("\0", UNREADABLE) if isinstance(value, str) else value


class _Route(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Any]:
        handle = super().get_route_handler()

        async def sent(request: Request) -> Any:
            return await handle(_Sent(request.scope, request.receive))

        return sent


class PageRoutes(Section):
    """Routes of pages, whose forms are read as above."""

    def __init__(self, below: str, **arguments: Any) -> None:
        super().__init__(below, route_class=_Route, **arguments)


async def plain_form(request: Request) -> None:
    """415 for a form that no page of ours sends: what is not UTF-8 in it would be read as something else.

    Forms with files have a route that says how large they may be (`max_body_size`).
    """
    if request.method != "POST":
        return
    kind = _kind_of(request)
    if kind != _FORM and not (kind == _FORM_WITH_FILES and takes_files(request)):
        raise Problem(415, detail="Forms are sent as application/x-www-form-urlencoded.")


def takes_files(request: Request) -> bool:
    """Whether the matched route takes forms with files: it says itself how large they may be, as no application's rule
    for all of its routes does.
    """
    return getattr(request.scope.get("route"), "max_body_size", None) is not None


def refuse_other_sites(request: Request) -> None:
    """403 for a change that another site's page started (its form, its script)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        raise Problem(403, detail="This was sent from another site's page.")
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        raise Problem(403, detail="This was sent from another site's page.")
