"""Errors as pages: what to do, and small the code for support."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

import structlog
from fastapi import Request, Response

from chassis import db
from chassis.problems import Problem
from vendor_bridge.refusals import reason_of
from vendor_bridge.web.forms import StaleForm
from vendor_bridge.web.pages import Portal, known, nobodys_frame, note_refusal, show
from vendor_bridge.web.views import HOME, ErrorPage, Failure

_FAILURES: Final = {
    403: Failure.FORBIDDEN,
    404: Failure.NOT_FOUND,
    405: Failure.NOT_FOUND,
    408: Failure.TOO_SLOW,
    413: Failure.TOO_LARGE,
    429: Failure.TOO_OFTEN,
    503: Failure.UNAVAILABLE,
}


def error_page(context: Portal) -> Callable[[Request, Problem], Awaitable[Response | None]]:
    """Makes a page of a problem below `/portal`; None for vendors' systems, which are answered JSON."""

    async def page(request: Request, problem: Problem) -> Response | None:
        path = request.scope["path"]
        if path != "/portal" and not path.startswith("/portal/"):
            return None
        failure = _FAILURES.get(problem.status, Failure.BAD_REQUEST if problem.status < 500 else Failure.BROKEN)
        failure = Failure.EXPIRED if isinstance(problem, StaleForm) else failure
        request_id = structlog.contextvars.get_contextvars().get("request_id", "")
        around = nobodys_frame(request)
        if problem.status < 500:  # nobody is looked up while it is the database that fails
            try:
                here = await known(context, request)
            except Exception as error:
                if not db.is_unavailable(error):
                    raise
            else:
                around = here.frame if here else around
                if here is not None and request.method == "POST":
                    await note_refusal(context, here, problem.status, reason_of(problem))
        shown = ErrorPage(failure, problem.status, request_id)
        response = show("error", shown, replace(around, path=HOME, toast=None), problem.status)
        response.headers.update(problem.headers)
        return response

    return page
