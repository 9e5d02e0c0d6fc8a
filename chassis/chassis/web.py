"""The HTTP application of a service: FastAPI with our edge around it and every error as a problem (RFC 9457).

    app = create_app(settings, title="Ticketing", openapi_url="/api/v1/openapi.json")
    app.include_router(api.router)          # APIRouter(prefix="/api/v1", dependencies=[checks.STRICT_QUERY])

A path with larger bodies says so: `@router.post("/attachments", max_body_size=25_000_000)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Lifespan, Scope

from chassis.checks import names_once, storable_text
from chassis.edge import CONTENT_SECURITY_POLICY, TOO_LARGE, Edge, ErrorPage, page_for, problem_for
from chassis.faults import NOT_JSON, fault
from chassis.problems import MEDIA_TYPE, Fault, Problem, wrong_input
from chassis.settings import Settings


class Section(APIRouter):
    """Routes that all lie below one path: `Section("/api/v1", tags=["tickets"])`; the path is not a prefix of theirs.

    FastAPI tries every route in turn, for every request; these are passed over at once when the address lies elsewhere.
    """

    def __init__(self, below: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._below = below

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if not scope.get("path", "").startswith(self._below):
            return Match.NONE, {}
        return super().matches(scope)


_PROBLEM_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    "default": {"description": "A problem (RFC 9457)", "content": {MEDIA_TYPE: {"schema": _PROBLEM_SCHEMA}}}
}
_UNPARSABLE: Final = "There was an error parsing the body"
"""FastAPI's words for a body that its parser gave up on: bytes that are no UTF-8, numbers or nesting without end."""


class Application(FastAPI):
    """FastAPI whose outermost layer is ours, so that no answer leaves without its headers, id and measure.

    `shapes`: what is mounted below a path adds there how the outermost layer is to answer problems for it.
    """

    def __init__(self, settings: Settings, policy: str, error_page: ErrorPage | None, **arguments: Any) -> None:
        self._settings = settings
        self._policy = policy
        self._error_page = error_page
        self.shapes: dict[str, Callable[[Problem], Response]] = {}
        super().__init__(**arguments)
        handlers = _Handlers(error_page)
        self.add_exception_handler(Problem, handlers.on_problem)
        self.add_exception_handler(HTTPException, handlers.on_http_exception)
        self.add_exception_handler(RequestValidationError, handlers.on_invalid)
        self.add_exception_handler(Exception, handlers.on_error)

    def build_middleware_stack(self) -> ASGIApp:
        return Edge(super().build_middleware_stack(), self._settings, self._policy, self._error_page, self.shapes)


def create_app(
    settings: Settings,
    *,
    title: str,
    version: str = "1",
    openapi_url: str | None = None,
    policy: str = CONTENT_SECURITY_POLICY,
    error_page: ErrorPage | None = None,
    lifespan: Lifespan[FastAPI] | None = None,
    dependencies: Sequence[Any] = (),
) -> Application:
    """An application without routes.

    `error_page` makes a page of a problem for a browser (a request that accepts `text/html`); None from it leaves the
    JSON. Nothing is served that was not added: no documentation page, and the OpenAPI document only at `openapi_url`.
    """
    return Application(
        settings,
        policy,
        error_page,
        title=title,
        version=version,
        openapi_url=openapi_url,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        responses=_RESPONSES,
        dependencies=[Depends(storable_text), Depends(names_once), *dependencies],
        max_body_size=settings.max_body_bytes,
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
    )


class _Handlers:
    def __init__(self, error_page: ErrorPage | None) -> None:
        self._error_page = error_page

    async def on_problem(self, request: Request, error: Exception) -> Response:
        if not isinstance(error, Problem):
            raise error
        page = await page_for(self._error_page, request, error)
        if page is not None:
            return page
        return Response(error.body(), error.status, error.headers, MEDIA_TYPE)

    async def on_http_exception(self, request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        if error.status_code == 400 and error.detail == _UNPARSABLE:
            faults: list[Fault] = [{"pointer": "", "detail": NOT_JSON}]
            return await self.on_problem(request, wrong_input(faults))
        detail = {400: error.detail, 408: error.detail, 413: TOO_LARGE}.get(error.status_code)
        return await self.on_problem(request, Problem(error.status_code, detail=detail, headers=error.headers))

    async def on_invalid(self, request: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            raise error
        places = [detail["loc"] for detail in error.errors()]
        if all(place and place[0] == "path" for place in places):
            return await self.on_problem(request, Problem(404))  # an id that cannot be one is an unknown one
        return await self.on_problem(request, wrong_input([fault(entry) for entry in error.errors()]))

    async def on_error(self, request: Request, error: Exception) -> Response:
        return await self.on_problem(request, problem_for(error))
