"""The demo vendor over HTTP: its webhook, its page, and JSON for scripts.

POST /webhooks/{connection}            messages of the bridge
GET  /                                 cases; /cases/{handoff} one of them
POST /cases/{handoff}/{action}         what a person does there (form), or a script (JSON body)
GET  /api/cases, /api/deliveries       the same as JSON
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from fastapi.templating import Jinja2Templates

from eskalera.demo_vendor.casebook import Casebook
from eskalera.demo_vendor.connections import Connection
from eskalera.demo_vendor.receiving import Refused, receive
from eskalera.demo_vendor.sending import Sender
from eskalera.demo_vendor.words import Say

ACTIONS = {
    "acknowledge": "acknowledged",
    "ask": "information_requested",
    "report": "status_changed",
    "write": "entry_added",
    "propose": "resolution_proposed",
    "give-back": "returned",
}
_FIELDS = ("text", "ticket", "status", "private", "expected_at")
_NEEDS_TEXT = frozenset({"ask", "write", "propose"})
_templates = Jinja2Templates(Path(__file__).parent / "templates")


def create_app(casebook: Casebook, connections: Mapping[str, Connection], bridge: str) -> FastAPI:
    """The program over `casebook`; it speaks to the bridge at that address."""
    sender = Sender(casebook, connections, bridge)

    @asynccontextmanager
    async def sending(_app: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(sender.run())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    app = FastAPI(title="Demo vendor", docs_url=None, redoc_url=None, openapi_url=None, lifespan=sending)
    app.include_router(_webhook(casebook, connections, bridge, sender))
    app.include_router(_pages(casebook))
    app.include_router(_actions(casebook, sender))
    app.include_router(_json(casebook))
    return app


def _webhook(casebook: Casebook, connections: Mapping[str, Connection], bridge: str, sender: Sender) -> APIRouter:
    router = APIRouter()

    @router.post("/webhooks/{connection}")
    async def webhook(connection: str, request: Request) -> Response:
        body = await request.body()
        try:
            is_new = await receive(casebook, connections.get(connection), bridge, request.headers, body)
        except Refused as error:
            raise HTTPException(error.status, str(error)) from error
        sender.wake()
        return JSONResponse({"status": "stored" if is_new else "repeated"}, status_code=202 if is_new else 200)

    return router


def _pages(casebook: Casebook) -> APIRouter:
    router = APIRouter(default_response_class=HTMLResponse)

    @router.get("/")
    def overview(request: Request) -> Response:
        return _page(request, "cases.html", cases=casebook.cases(), auto=casebook.acknowledges_by_itself())

    @router.get("/cases/{handoff}")
    def one(request: Request, handoff: str) -> Response:
        return _page(request, "case.html", case=_found(casebook, handoff))

    return router


def _actions(casebook: Casebook, sender: Sender) -> APIRouter:
    router = APIRouter()

    @router.post("/cases/{handoff}/{action}")
    async def act(request: Request, handoff: str, action: str) -> Response:
        said = await _said(request)
        if action not in ACTIONS:
            raise HTTPException(404, "no such action")
        if action in _NEEDS_TEXT and not said.get("text"):
            raise HTTPException(422, "write a text")
        if action == "report":
            said.setdefault("status", "in_progress")
        message = casebook.say(handoff, ACTIONS[action], **said)
        if message is None:
            raise HTTPException(404, "no such case")
        sender.wake()
        if _is_json(request):
            return JSONResponse({"message": message}, status_code=202)
        return RedirectResponse(f"/cases/{handoff}{_language_of(request)}", status_code=303)

    @router.post("/settings/acknowledge/{how}")
    def acknowledge(request: Request, how: Literal["auto", "click"]) -> Response:
        casebook.set_acknowledging(by_itself=how == "auto")
        return RedirectResponse(f"/{_language_of(request)}", status_code=303)

    return router


def _json(casebook: Casebook) -> APIRouter:
    router = APIRouter()

    @router.get("/api/cases")
    def cases() -> list[dict[str, Any]]:
        return [_found(casebook, case["handoff"]) for case in casebook.cases()]

    @router.get("/api/cases/{handoff}")
    def case(handoff: str) -> dict[str, Any]:
        return _found(casebook, handoff)

    @router.get("/api/deliveries")
    def deliveries() -> list[dict[str, Any]]:
        return casebook.deliveries()

    @router.get("/readyz")
    def ready() -> dict[str, bool]:
        return {"ready": True}

    return router


def _found(casebook: Casebook, handoff: str) -> dict[str, Any]:
    case = casebook.case(handoff)
    if case is None:
        raise HTTPException(404, "no such case")
    return case


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("application/json")


async def _said(request: Request) -> dict[str, Any]:
    """The fields of a form or a JSON body that a message has."""
    given: Mapping[str, Any] = await request.json() if _is_json(request) else await request.form()
    return {name: given[name] for name in _FIELDS if given.get(name) not in (None, "")}


def _language_of(request: Request) -> str:
    return "?lang=en" if request.query_params.get("lang") == "en" else ""


def _page(request: Request, template: str, **values: Any) -> Response:
    say = Say("en" if request.query_params.get("lang") == "en" else "sv")
    shared = {"say": say, "query": _language_of(request), "clock": _clock}
    return _templates.TemplateResponse(request, template, {**shared, **values})


def _clock(moment: str) -> str:
    """A moment as people here read it."""
    return datetime.fromisoformat(moment).astimezone(ZoneInfo("Europe/Stockholm")).strftime("%-d/%-m %H:%M")
