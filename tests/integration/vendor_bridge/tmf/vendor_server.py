"""A vendor's own TMF621 server: small, in memory, real HTTP. It numbers notes its own way, as such servers do."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class VendorServer:
    """`token`: whom it lets in; `hub`: whether it has one; `keeps_ids`: whether a client's note keeps its id;
    `lose_answers`: how many answers to changes are lost on their way, though they were made; `searches`: what it
    answers to searches, in their order, instead of what it finds; `reads`: what it answers to who reads a ticket.
    """

    token: str
    version: Literal["v4", "v5"] = "v4"
    hub: bool = True
    keeps_ids: bool = True
    finds: bool = True
    lose_answers: int = 0
    searches: list[int] = field(default_factory=list)
    reads: int | None = None
    release: asyncio.Event | None = None
    on_read: Callable[[], Awaitable[None]] | None = None
    """What happens, once, between the call that reads a ticket and its answer."""
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    listeners: list[str] = field(default_factory=list)
    changes: list[tuple[str, str]] = field(default_factory=list)
    """(method, ticket) of what came."""
    sent: list[str] = field(default_factory=list)
    """What came in changes, as it was sent."""

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.middleware("http")
        async def door(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
            if request.headers.get("authorization") != f"Bearer {self.token}":
                return JSONResponse({"code": "60", "reason": "no"}, 401)
            if self.release is not None:
                await self.release.wait()
            return await go_on(request)

        @app.get("/tmf/troubleTicket")
        async def search(request: Request) -> Response:
            return self._found(request.query_params)

        @app.post("/tmf/troubleTicket")
        async def create(request: Request) -> Response:
            body = await request.json()
            id_ = f"VT-{len(self.tickets) + 1}"
            at = now()
            notes = body.pop("note", [])
            self.tickets[id_] = body | {"id": id_, "creationDate": at, "note": []}
            self._write(id_, notes)
            self.move(id_, "acknowledged")
            return self._answer(201, id_, "POST")

        @app.get("/tmf/troubleTicket/{id_}")
        async def read(id_: str) -> Response:
            return await self._read(id_)

        @app.patch("/tmf/troubleTicket/{id_}")
        async def patch(id_: str, request: Request) -> Response:
            body = await request.json()
            self.sent.append((await request.body()).decode())
            self._write(id_, body.pop("note", []))
            if "status" in body:
                self.move(id_, body["status"], body.get("statusChangeReason", ""))
            return self._answer(200, id_, "PATCH")

        @app.post("/tmf/hub")
        async def listen(request: Request) -> Response:
            if not self.hub:
                return JSONResponse({"code": "60", "reason": "no hub"}, 501)
            self.listeners.append((await request.json())["callback"])
            return JSONResponse({"id": "1"}, 201)

        return app

    async def _read(self, id_: str) -> Response:
        if self.reads is not None:
            return JSONResponse({"code": "1", "reason": "Anna Andersson is ill"}, self.reads)
        if (meanwhile := self.on_read) is not None:
            self.on_read = None
            await meanwhile()
        found = self.tickets.get(id_)
        return JSONResponse(found, 200 if found else 404)

    def _found(self, asked: Mapping[str, str]) -> Response:
        if self.searches:
            return JSONResponse({"code": "1", "reason": "no search"}, self.searches.pop(0))
        wanted = asked.get("externalId") or asked.get("externalIdentifier.id")
        return JSONResponse([each for each in self.tickets.values() if self.finds and self._external(each) == wanted])

    def _external(self, ticket: dict[str, Any]) -> str | None:
        listed = ticket.get("externalIdentifier")
        return listed[0]["id"] if listed else ticket.get("externalId")

    def _write(self, id_: str, notes: list[dict[str, Any]]) -> None:
        """Appends those that are not there; what is there is never changed."""
        there = self.tickets[id_]["note"]
        for note in notes:
            if note.get("id") not in {each["id"] for each in there}:
                there.append(note if self.keeps_ids else note | {"id": f"n{len(there) + 1}"})

    def _answer(self, status: int, id_: str, method: str) -> Response:
        self.changes.append((method, id_))
        if self.lose_answers:
            self.lose_answers -= 1
            return JSONResponse({"code": "1", "reason": "lost"}, 502)
        return JSONResponse(self.tickets[id_], status)

    # ---- what the vendor's people do

    def of(self, handoff: str) -> dict[str, Any] | None:
        return next((each for each in self.tickets.values() if self._external(each) == handoff), None)

    def move(self, id_: str, status: str, reason: str = "") -> None:
        ticket, at = self.tickets[id_], now()
        ticket |= {"status": status, "statusChangeDate": at, "statusChangeReason": reason}
        if self.version == "v4":
            change = {"status": status, "changeDate": at, "changeReason": reason}
            ticket.setdefault("statusChange", []).append(change)
        else:
            change = {"status": status, "statusChangeDate": at, "statusChangeReason": reason}
            ticket.setdefault("statusChangeHistory", []).append(change)

    def write(self, id_: str, text: str, note_id: str = "") -> None:
        notes = self.tickets[id_]["note"]
        note_id = note_id or f"v{len(notes) + 1}"
        if note_id not in {each["id"] for each in notes}:
            notes.append({"id": note_id, "author": "Vera på Nätleverantören", "date": now(), "text": text})

    async def tell(self, id_: str) -> list[int]:
        """Tells its listeners; what they answered."""
        body = {"eventType": "TroubleTicketAttributeValueChangeEvent", "event": {"troubleTicket": {"id": id_}}}
        async with httpx.AsyncClient(trust_env=False) as client:
            return [(await client.post(callback, json=body)).status_code for callback in self.listeners]
