"""The routes of the TM Forum servers: an application of its own below `/tmf-api`, with refusals in their shape."""

import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from chassis.edge import problem_for
from chassis.problems import Problem
from chassis.web import Application
from vendor_bridge.refusals import Sent
from vendor_bridge.store.directories import Way
from vendor_bridge.store.hub import Listener
from vendor_bridge.tmf import attributes, bodies, errors, query
from vendor_bridge.tmf.errors import Refused
from vendor_bridge.tmf.events import PROBLEMS, Api
from vendor_bridge.tmf.hub import Hub
from vendor_bridge.tmf.related import Version
from vendor_bridge.tmf.side import Resource, TmfSide, etag
from vendor_bridge.tmf.tickets import Links

Endpoint = Callable[[Request], Awaitable[Response]]
ExceptionHandler = Callable[[Request, Exception], Awaitable[Response]]

BELOW: Final = "/tmf-api"
_PATCHES: Final = {
    "v4": frozenset({bodies.JSON, bodies.MERGE_PATCH}),
    "v5": frozenset({bodies.JSON, bodies.MERGE_PATCH, bodies.JSON_PATCH}),
}


def add(app: Application, side: TmfSide, hub: Hub, links: Links) -> None:
    """The servers, and their shape also for what is refused before a request reaches them."""
    app.mount(BELOW, _create(side, hub, links))
    app.shapes[BELOW] = lambda problem: errors.answer(errors.of_problem(problem))


def _create(side: TmfSide, hub: Hub, links: Links) -> Starlette:
    return Starlette(
        routes=[
            Mount("/troubleTicket/v4", routes=_Tickets(side, hub, links, "v4").routes()),
            Mount("/troubleTicket/v5", routes=_Tickets(side, hub, links, "v5").routes()),
            Mount("/serviceProblemManagement/v4", routes=_Problems(side, hub, links).routes()),
        ],
        exception_handlers=_handlers(side),
        max_body_size=sys.maxsize,  # `bodies.read` counts, and refuses in their shape
    )


class _Api:
    """What the APIs have in common: who calls, and listeners."""

    def __init__(self, side: TmfSide, hub: Hub, links: Links, api: Api) -> None:
        self.side, self.hub, self.links, self.api = side, hub, links, api

    def hub_routes(self) -> list[Route]:
        return [
            _at("/hub", POST=self.register),
            _at("/hub/{id}", GET=self.listener, DELETE=self.remove),
        ]

    async def caller(self, request: Request) -> Way:
        return await self.side.caller(request.headers.get("authorization", ""))

    async def register(self, request: Request) -> Response:
        way = await self.caller(request)
        _nothing_asked(request)
        _, _, value = await bodies.read(request, {bodies.JSON})
        listener = await self.hub.register(way, self.api, value)
        location = f"{self.links.base}{BELOW}/{self.api}/hub/{listener.id}"
        return _answer(self._shown(listener), 201, {"Location": location})

    async def listener(self, request: Request) -> Response:
        way = await self.caller(request)
        _nothing_asked(request)
        return _answer(self._shown(await self.hub.listener(way, self.api, request.path_params["id"])))

    async def remove(self, request: Request) -> Response:
        way = await self.caller(request)
        _nothing_asked(request)
        await self.hub.remove(way, self.api, request.path_params["id"])
        return Response(status_code=204)

    def _shown(self, listener: Listener) -> Resource:
        shown = {"id": listener.id, "callback": listener.callback}
        shown |= {"query": listener.query} if listener.query else {}
        return shown | ({"@type": "Hub"} if self.api == "troubleTicket/v5" else {})


class _Tickets(_Api):
    def __init__(self, side: TmfSide, hub: Hub, links: Links, version: Version) -> None:
        super().__init__(side, hub, links, "troubleTicket/v4" if version == "v4" else "troubleTicket/v5")
        self.version: Version = version
        self.attributes = attributes.TICKET[version]
        self.mandatory = attributes.TICKET_MANDATORY[version]

    def routes(self) -> list[Route]:
        return [
            _at("/troubleTicket", GET=self.list_, POST=self.create),
            _at("/troubleTicket/{id}", GET=self.read, PATCH=self.patch),
            *self.hub_routes(),
        ]

    async def list_(self, request: Request) -> Response:
        way = await self.caller(request)
        asked = query.parse_list(_given(request), self.attributes, attributes.TICKET_FILTERS)
        return _page(*await self.side.list_tickets(way, self.version, asked))

    async def read(self, request: Request) -> Response:
        way = await self.caller(request)
        fields = query.parse_one(_given(request), self.attributes)
        return self._one(await self.side.ticket(way, self.version, request.path_params["id"]), fields)

    async def create(self, request: Request) -> Response:
        way = await self.caller(request)
        fields = query.parse_one(_given(request), self.attributes)
        _, raw, value = await bodies.read(request, {bodies.JSON}, bodies.LARGEST_WITH_FILES)
        made = await self.side.create_ticket(way, self.version, value, raw)
        headers = {"Location": made["href"], "ETag": etag(made)}
        return _answer(query.chosen(made, fields, self.mandatory), 201, headers)

    async def patch(self, request: Request) -> Response:
        way = await self.caller(request)
        fields = query.parse_one(_given(request), self.attributes)
        media, raw, value = await bodies.read(request, _PATCHES[self.version], bodies.LARGEST_WITH_FILES)
        changed = await self.side.change_ticket(
            way, self.version, request.path_params["id"], media, value, raw, request.headers.get("if-match")
        )
        return self._one(changed, fields)

    def _one(self, resource: Resource, fields: frozenset[str] | None) -> Response:
        return _answer(query.chosen(resource, fields, self.mandatory), headers={"ETag": etag(resource)})


class _Problems(_Api):
    def __init__(self, side: TmfSide, hub: Hub, links: Links) -> None:
        super().__init__(side, hub, links, PROBLEMS)

    def routes(self) -> list[Route]:
        return [
            _at("/serviceProblem", GET=self.list_),
            _at("/serviceProblem/{id}", GET=self.read, PATCH=self.patch),
            *self.hub_routes(),
        ]

    async def list_(self, request: Request) -> Response:
        way = await self.caller(request)
        asked = query.parse_list(_given(request), attributes.PROBLEM, attributes.PROBLEM_FILTERS)
        return _page(*await self.side.list_problems(way, asked))

    async def read(self, request: Request) -> Response:
        way = await self.caller(request)
        fields = query.parse_one(_given(request), attributes.PROBLEM)
        return _one(await self.side.problem(way, request.path_params["id"]), fields)

    async def patch(self, request: Request) -> Response:
        way = await self.caller(request)
        fields = query.parse_one(_given(request), attributes.PROBLEM)
        media, raw, value = await bodies.read(request, _PATCHES["v4"])
        changed = await self.side.change_problem(
            way, request.path_params["id"], media, value, raw, request.headers.get("if-match")
        )
        return _one(changed, fields)


def _at(path: str, **does: Endpoint) -> Route:
    """One route for all that is done at an address: so `Allow` names the whole of it."""

    async def endpoint(request: Request) -> Response:
        return await does["GET" if request.method == "HEAD" else request.method](request)

    return Route(path, endpoint, methods=list(does))


def _given(request: Request) -> list[tuple[str, str]]:
    """The parameters as they came, a filter without `=` too (`creationDate>2026…`)."""
    return parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)


def _nothing_asked(request: Request) -> None:
    query.parse_one(_given(request), frozenset())


def _one(resource: Resource, fields: frozenset[str] | None) -> Response:
    return _answer(query.chosen(resource, fields, frozenset()), headers={"ETag": etag(resource)})


def _page(total: int, resources: list[Resource]) -> Response:
    headers = {"X-Total-Count": str(total), "X-Result-Count": str(len(resources))}
    return _answer(resources, headers=headers)


def _answer(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(content, status, headers={"Cache-Control": "no-store", **(headers or {})})


def _handlers(side: TmfSide) -> Mapping[Any, ExceptionHandler]:
    """Each makes a refusal of an error; the refusal is written down for the vendor, and answered."""

    def answering(refused: Callable[[Any], Refused]) -> ExceptionHandler:
        async def handle(request: Request, error: Exception) -> Response:
            found = refused(error)
            if found.status < 500:  # else it is ours
                sent = Sent("tmf", f"{request.method} {request.url.path}", getattr(request.state, "body", b""))
                await side.note(request.headers.get("authorization", ""), sent, found)
            return errors.answer(found)

        return handle

    return {
        Refused: answering(lambda error: error),
        Problem: answering(errors.of_problem),
        HTTPException: answering(_of_http),
        Exception: answering(lambda error: errors.of_problem(problem_for(error))),
    }


def _of_http(error: HTTPException) -> Refused:
    words = {404: "There is nothing at this address.", 405: "This is not done at this address."}
    message = words.get(error.status_code, error.detail)
    return Refused(error.status_code, message, headers=error.headers)
