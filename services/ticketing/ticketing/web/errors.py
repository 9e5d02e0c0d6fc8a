"""Errors as pages: what to do, and small the code for support."""

from collections.abc import Awaitable, Callable

import structlog
from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from chassis.problems import Problem
from ticketing import rendering
from ticketing.api import PREFIX
from ticketing.api.context import Context
from ticketing.identity import StaleForm
from ticketing.views import ErrorPage, Failure
from ticketing.web.pages import PRIVATE, frame

_FAILURES = {
    401: Failure.FORBIDDEN,
    403: Failure.FORBIDDEN,
    404: Failure.NOT_FOUND,
    405: Failure.NOT_FOUND,
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
        shown = ErrorPage(failure, problem.status, request_id, back="/")
        content = rendering.render("error", shown, frame(context, request, None))
        return HTMLResponse(content, problem.status, headers={**PRIVATE, **problem.headers})

    return page
