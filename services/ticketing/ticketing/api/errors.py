"""What a use case refuses, as a problem."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response

from chassis.problems import MEDIA_TYPE, Problem, pointer, wrong_input
from chassis.uploads import Refused
from ticketing import handlers, planning

_LAST_COORDINATOR = (
    "Nobody else in the people file in force is the coordinator; nothing was changed. Put somebody else into that "
    "team and apply the file first, or say `last_coordinator` if the municipality is to have none."
)
_PROBLEMS: dict[type[Exception], tuple[int, str]] = {
    handlers.NotFound: (404, "There is no such {0.what}, or you may not see it."),
    handlers.NotAllowed: (403, "You may see this, but not do this."),
    handlers.KeyReused: (422, "This Idempotency-Key was used with another body."),
    handlers.AlreadyAnswered: (409, "That question is answered already, or was never asked here."),
    handlers.AskedAlready: (
        409,
        "Somebody asked for this a short while ago; it can be asked again from {0.again[en]}.",
    ),
    handlers.NobodyToAsk: (
        409,
        "A vendor reported this, and has no way to answer or has the case itself: write to it on the incident instead.",
    ),
    planning.Stale: (412, "Somebody has moved the work, or called it off, since you read it. Read it again."),
    handlers.LastCoordinator: (409, _LAST_COORDINATOR),
    handlers.HoldsNoMore: (409, "That vendor does not have the case any more: nobody there would read it."),
    handlers.WrongState: (409, "The case is not in a state where this makes sense."),
}


def problem_of(error: Exception) -> Problem:
    """The problem of a refusal; KeyError for any other error."""
    if isinstance(error, Refused):
        return wrong_input([{"pointer": pointer("files"), "detail": error.words["en"]}])
    status, detail = _PROBLEMS[type(error)]
    return Problem(status, detail=detail.format(error))


def add_error_handlers(app: FastAPI) -> None:
    """Refusals of the use cases become problems, and pages where a browser asks."""
    on_problem: Callable[[Request, Exception], Awaitable[Response]] | None = app.exception_handlers.get(Problem)  # type: ignore[assignment]

    async def on_refusal(request: Request, error: Exception) -> Response:
        problem = problem_of(error)
        if on_problem is not None:
            return await on_problem(request, problem)
        return Response(problem.body(), problem.status, media_type=MEDIA_TYPE)

    for kind in (*_PROBLEMS, Refused):
        app.add_exception_handler(kind, on_refusal)
