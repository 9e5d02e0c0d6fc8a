"""The outermost layer of an HTTP application: what holds for every request and response, in one pass, before routing.

Request id, trace, metrics, security headers, Host check, malformed addresses, the pace of bodies; the last word on
errors. Plain ASGI: each layer of a framework costs more than all of this together.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final
from urllib.parse import unquote_to_bytes

import structlog
from opentelemetry.trace import Span, use_span
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import db, logs, metrics, telemetry
from chassis.bodies import PacedBody
from chassis.problems import MEDIA_TYPE, Problem, wrong_input
from chassis.settings import Settings

ErrorPage = Callable[[Request, Problem], Awaitable[Response | None]]
"""Makes a page of a problem; None leaves it JSON."""
Shapes = Mapping[str, Callable[[Problem], Response]]
"""How a problem is answered below a path, where what lies there has a shape of its own for it."""

REQUEST_ID: Final = b"x-request-id"
RETRY_AFTER_SECONDS: Final = 5
UNMATCHED: Final = "(unmatched)"
TOO_LARGE: Final = "The request is larger than allowed here."

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_SECURITY: Final = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"cache-control": b"no-store",  # pages and answers are personal; static files bring a header of their own
}
_SANE_ID: Final = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_PORT: Final = re.compile(r":[0-9]{1,5}$")
_DOMAIN: Final = re.compile(r"[a-z0-9.-]+")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

log = logs.get(__name__)


def problem_for(error: BaseException) -> Problem:
    """What a caller is told about an error nobody foresaw: nothing of its text."""
    if db.is_unavailable(error):
        return Problem(
            503,
            detail="The service cannot reach its database right now. Nothing was stored; try again shortly.",
            headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
        )
    return Problem(500, detail="Something went wrong on our side.")


async def page_for(error_page: ErrorPage | None, request: Request, problem: Problem) -> Response | None:
    """What a browser is shown of a problem; None for whoever wants it as JSON."""
    if error_page is None or "text/html" not in request.headers.get("accept", ""):
        return None
    return await error_page(request, problem)


def route_of(scope: Scope) -> Any:
    """The matched route: it has `path_format` and `dependant`; None before or without a match.

    FastAPI keeps a router's inclusion, with its prefix, beside the route it was made from.
    """
    inclusion = scope.get("fastapi", {}).get("effective_route_context")
    return inclusion if inclusion is not None else scope.get("route")


def template_of(scope: Scope) -> str:
    """The route's template, so that no id reaches a metric."""
    route = route_of(scope)
    return getattr(route, "path_format", None) or getattr(route, "path", None) or UNMATCHED


@dataclass(slots=True)
class _Exchange:
    """What is learnt of one request while it is answered."""

    span: Span
    headers: list[tuple[bytes, bytes]]
    body: PacedBody
    status: int = 500
    started: bool = False
    complete: bool = False
    endless: bool = False


class Edge:
    """Wraps an application. `policy` is its Content-Security-Policy, `error_page` what a browser is shown.

    `shapes`: looked at with each refusal, so that what is mounted later is there too.
    """

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        policy: str = CONTENT_SECURITY_POLICY,
        error_page: ErrorPage | None = None,
        shapes: Shapes | None = None,
    ) -> None:
        self._app = app
        self._error_page = error_page
        self._shapes = {} if shapes is None else shapes
        self._pace = settings.body_seconds, settings.body_bytes_per_second
        self._hosts = frozenset(host.lower() for host in settings.allowed_hosts if not host.startswith("*."))
        self._domains = tuple(host[1:].lower() for host in settings.allowed_hosts if host.startswith("*."))
        self._security = {**_SECURITY, b"content-security-policy": policy.encode("ascii")}
        if settings.public_url.startswith("https://"):
            self._security[b"strict-transport-security"] = b"max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_at = perf_counter()
        named = _headers(scope["headers"])
        span = telemetry.start_span(_first(named, b"traceparent"), scope["method"], "server")
        request_id = _request_id(named, span)
        body = PacedBody(receive, *self._pace)
        exchange = _Exchange(span, [(REQUEST_ID, request_id.encode("ascii"))], body)
        bound = structlog.contextvars.bind_contextvars(
            request_id=request_id, trace_id=f"{span.get_span_context().trace_id:032x}"
        )
        metrics.HTTP_ACTIVE.inc()
        try:
            with use_span(span, record_exception=False, set_status_on_exception=False):
                await self._answer(scope, self._wrapped(scope, send, exchange), exchange, named)
        finally:
            metrics.HTTP_ACTIVE.dec()
            _record(scope, exchange, perf_counter() - started_at)
            structlog.contextvars.reset_contextvars(**bound)

    async def _answer(self, scope: Scope, send: Send, exchange: _Exchange, named: dict[bytes, list[bytes]]) -> None:
        refusal = self._refused_host(named.get(b"host", [])) or _refused_address(scope)
        if refusal is not None:
            for message in await self._rendered(scope, refusal):
                await send(message)
            return
        try:
            await self._app(scope, exchange.body, send)
        except Exception as error:
            telemetry.fail(exchange.span, error)
            if db.is_unavailable(error):
                log.warning("database_away", route=template_of(scope), exc_info=error)
            else:
                log.exception("request_failed", route=template_of(scope))
            if not exchange.started:
                for message in rendered(problem_for(error)):  # no page: making one may be what failed
                    await send(message)
            elif not exchange.complete:
                raise  # the server cuts the connection: half an answer must not look whole

    async def _rendered(self, scope: Scope, problem: Problem) -> tuple[Message, Message]:
        """The whole answer to what no handler of the application saw."""
        for below, shaped in self._shapes.items():
            if scope["path"].startswith(f"{below}/"):
                return _messages(shaped(problem))
        page = await page_for(self._error_page, Request(scope), problem)
        return rendered(problem) if page is None else _messages(page)

    def _wrapped(self, scope: Scope, send: Send, exchange: _Exchange) -> Send:
        substitute: Message | None = None

        async def wrapped(message: Message) -> None:
            nonlocal substitute
            if message["type"] == "http.response.start":
                present = dict(message["headers"])
                kind = present.get(b"content-type", b"")
                exchange.started = exchange.body.answered = True
                exchange.status = message["status"]
                exchange.endless = kind.startswith(b"text/event-stream")
                if exchange.status == 413 and kind.startswith(b"text/plain"):
                    # The body limit answers before any handler of ours.
                    message, substitute = await self._rendered(scope, Problem(413, detail=TOO_LARGE))
                message["headers"] = self._completed(message["headers"], present, exchange)
            else:
                message = substitute or message
                exchange.complete = not message.get("more_body", False)
            await send(message)

        return wrapped

    def _completed(
        self, headers: Iterable[tuple[bytes, bytes]], present: dict[bytes, bytes], exchange: _Exchange
    ) -> list[tuple[bytes, bytes]]:
        missing = [(key, value) for key, value in self._security.items() if key not in present]
        end = [(b"connection", b"close")] if exchange.body.gave_up else []  # the rest of the body is no request
        return [*headers, *missing, *exchange.headers, *end]

    def _refused_host(self, hosts: list[bytes]) -> Problem | None:
        if len(hosts) != 1:
            return Problem(400, detail="The request names no host, or several.")
        host = hosts[0].decode("latin-1").lower()
        name = _PORT.sub("", host)
        if name in self._hosts or (self._domains and name.endswith(self._domains) and _DOMAIN.fullmatch(name)):
            return None
        return Problem(421, detail="This host is not served here.")


def _headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, list[bytes]]:
    wanted: dict[bytes, list[bytes]] = {}
    for key, value in headers:
        if key in (b"host", b"traceparent", REQUEST_ID):
            wanted.setdefault(key, []).append(value)
    return wanted


def _first(named: dict[bytes, list[bytes]], key: bytes) -> str | None:
    values = named.get(key)
    return values[0].decode("latin-1") if values else None


def _request_id(named: dict[bytes, list[bytes]], span: Span) -> str:
    given = named.get(REQUEST_ID, [b""])[0]
    if _SANE_ID.fullmatch(given):
        return given.decode("ascii")
    context = span.get_span_context()
    return f"{context.trace_id:032x}-{context.span_id:016x}"


def _refused_address(scope: Scope) -> Problem | None:
    for part, raw in (("path", scope.get("raw_path", b"")), ("query", scope["query_string"])):
        if b"%" not in raw:
            continue
        plain = unquote_to_bytes(raw)
        if b"\0" in plain:
            return _nul() if part == "query" else Problem(404)
        try:
            plain.decode("utf-8")
        except UnicodeDecodeError:
            return Problem(400, detail="The address is not UTF-8.")
    return None


def _nul() -> Problem:
    return wrong_input([{"pointer": "/query", "detail": "must not contain the character U+0000"}])


def _record(scope: Scope, exchange: _Exchange, seconds: float) -> None:
    route = template_of(scope)
    method = scope["method"] if scope["method"] in _METHODS else "OTHER"
    if not exchange.endless:
        metrics.HTTP_SECONDS.labels(method, route, f"{exchange.status // 100}xx").observe(seconds)
    if exchange.body.gave_up:
        metrics.HTTP_SLOW_BODIES.labels(method, route).inc()
    if exchange.span.is_recording():
        exchange.span.update_name(f"{method} {route}")
        exchange.span.set_attributes(
            {"http.request.method": method, "http.route": route, "http.response.status_code": exchange.status}
        )
    exchange.span.end()


def rendered(problem: Problem) -> tuple[Message, Message]:
    body = problem.body()
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    headers += [(key.lower().encode("latin-1"), value.encode("latin-1")) for key, value in problem.headers.items()]
    start = {"type": "http.response.start", "status": problem.status, "headers": headers}
    return start, {"type": "http.response.body", "body": body}


def _messages(page: Response) -> tuple[Message, Message]:
    start = {"type": "http.response.start", "status": page.status_code, "headers": page.raw_headers}
    return start, {"type": "http.response.body", "body": page.body}
