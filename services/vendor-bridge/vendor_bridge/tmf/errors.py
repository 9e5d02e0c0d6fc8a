"""Refusals in TM Forum's shape: `{"code", "reason", "message", "status", "@type": "Error"}`."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import JSONResponse

from chassis.problems import Problem


class Refused(Exception):
    """What a vendor's system asked for is not done. `message` says why, in words; `headers` go with the answer.

    `kept`: what the log of refusals says instead, where the words repeat what somebody typed.
    """

    def __init__(
        self, status: int, message: str, *, kept: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status, self.message, self.headers = status, message, dict(headers or {})
        self.kept = kept or message
        super().__init__(f"{status} {message}")


def answer(refused: Refused) -> JSONResponse:
    """The refusal as it is sent."""
    content = {
        "@type": "Error",
        "code": str(refused.status),
        "reason": HTTPStatus(refused.status).phrase,
        "message": refused.message,
        "status": str(refused.status),
    }
    return JSONResponse(content, refused.status, headers={"Cache-Control": "no-store", **refused.headers})


def of_problem(problem: Problem) -> Refused:
    """A problem of the application around us in this shape; their documents know no 422."""
    faults = "; ".join(f"{fault['pointer']} {fault['detail']}".strip() for fault in problem.errors)
    status = 400 if problem.status == 422 else problem.status
    return Refused(status, faults or problem.detail or problem.title, headers=problem.headers)
