"""Errors as pages: what to do, and small the code for support."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import urlsplit

import structlog
from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from chassis import db
from chassis.problems import Problem
from ticketing import rendering
from ticketing.api import PREFIX
from ticketing.api.context import Context
from ticketing.identity import Caller, StaleForm
from ticketing.views import ErrorPage, Failure
from ticketing.web.pages import PRIVATE, frame, own_path

_FAILURES = {
    401: Failure.FORBIDDEN,
    403: Failure.FORBIDDEN,
    404: Failure.NOT_FOUND,
    405: Failure.NOT_FOUND,
    408: Failure.TOO_SLOW,
    409: Failure.CONFLICT,
    413: Failure.TOO_LARGE,
    503: Failure.UNAVAILABLE,
}


def error_page(context: Context) -> Callable[[Request, Problem], Awaitable[Response | None]]:
    """Makes a page of a problem; None for the API, which answers JSON."""

    async def page(request: Request, problem: Problem) -> Response | None:
        if request.url.path.startswith(PREFIX):
            return None
        failure = _FAILURES.get(problem.status, Failure.BAD_REQUEST if problem.status < 500 else Failure.BROKEN)
        if isinstance(problem, StaleForm):
            failure = Failure.EXPIRED
        request_id = structlog.contextvars.get_contextvars().get("request_id", "")
        back = _back(request)
        shown = ErrorPage(failure, problem.status, request_id, back=back)
        around = frame(context, request, await _caller(context, request, problem))
        # What failed is neither searched for again nor gone to by the language switch.
        around = replace(around, path=back or around.home, query="", toast=None)
        return HTMLResponse(
            rendering.render("error", shown, around), problem.status, headers={**PRIVATE, **problem.headers}
        )

    return page


async def _caller(context: Context, request: Request, problem: Problem) -> Caller | None:
    """Who keeps their navigation; nobody while it is the database that fails."""
    if problem.status >= 500:
        return None
    try:
        return await context.doorkeeper.page_caller(request)
    except Exception as error:
        if db.is_unavailable(error):
            return None
        raise


def _back(request: Request) -> str | None:
    """The page of ours that led here."""
    try:
        came_from = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return None
    path = own_path(came_from.path + (f"?{came_from.query}" if came_from.query else ""))
    is_ours = bool(came_from.netloc) and came_from.netloc == request.headers.get("host")
    is_here = request.method == "GET" and path == request.scope["path"]
    return path if is_ours and not is_here and path != "/" else None
