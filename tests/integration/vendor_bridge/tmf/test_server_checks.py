"""`eskalera vendor check` on a vendor's own TMF621 server: a good one passes, each fault is found by its own check."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from contracts.directory import Connection
from eskalera.vendor_tools import tmf621
from eskalera.vendor_tools.conformance import Finding
from tests.integration.vendor_bridge.conftest import served

TOKEN = "a-token-of-the-vendors"


@dataclass
class Shelf:
    """A server that keeps what it is sent; `fault`: what it does wrong."""

    fault: str = ""
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.api_route("/tmf/{path:path}", methods=["GET", "POST", "PATCH", "DELETE"])
        async def all_of_it(path: str, request: Request) -> Response:
            if request.headers.get("authorization") != f"Bearer {TOKEN}" and self.fault != "open":
                return JSONResponse({"code": "1", "reason": "no"}, 401)
            body = await request.json() if request.method in ("POST", "PATCH") else {}
            match request.method, path.partition("/")[::2]:
                case "POST", ("hub", _):
                    return JSONResponse({"id": "1"}, 501 if self.fault == "no hub" else 201)
                case "DELETE", ("hub", _):
                    return Response(status_code=204)
                case "POST", _:
                    return self._open(body)
                case "GET", (_, ""):
                    return self._search(dict(request.query_params))
                case _, (_, id_) if id_ not in self.tickets:
                    return JSONResponse({}, 200 if self.fault == "all there" else 404)
                case "PATCH", (_, id_):
                    self._change(self.tickets[id_], body)
            return JSONResponse(self.tickets[id_])

        return app

    def _open(self, body: dict[str, Any]) -> Response:
        id_ = f"VT-{len(self.tickets) + 1}"
        if self.fault == "forgets notes":
            body.pop("note")
        self.tickets[id_] = body | {"id": id_, "status": "acknowledged"}
        return JSONResponse({"ok": True} if self.fault == "no id" else self.tickets[id_], 201)

    def _search(self, asked: dict[str, str]) -> Response:
        wanted = asked.get("externalId") or asked.get("externalIdentifier.id")
        if wanted is None or self.fault == "filters nothing":
            return JSONResponse(list(self.tickets.values()))
        if self.fault in ("lags", "cannot search"):
            return JSONResponse([], 200 if self.fault == "lags" else 501)
        return JSONResponse([each for each in self.tickets.values() if wanted in str(each)])

    def _change(self, ticket: dict[str, Any], body: dict[str, Any]) -> None:
        if self.fault == "appends":
            body["note"] = [*ticket["note"], *body.get("note", [])]
        if self.fault == "one state":
            body.pop("status", None)
        if self.fault == "never erases":
            there = {note["id"]: note for note in ticket["note"]}
            body["note"] = list(({note["id"]: note for note in body.get("note", [])} | there).values())
        ticket.update(body)


async def checked(port: int, shelf: Shelf, version: Literal["v4", "v5"] = "v4") -> list[Finding]:
    async with served(shelf.app(), port) as url:
        way = Connection(name="nat", profile="tmf621", url=f"{url}/tmf", version=version)
        return await asyncio.to_thread(lambda: list(tmf621.check(way, TOKEN)))


@pytest.mark.parametrize("version", ["v4", "v5"])
async def test_a_good_server_passes_and_is_left_with_no_words(vendor_port: int, version: Literal["v4", "v5"]) -> None:
    shelf = Shelf()
    findings = await checked(vendor_port, shelf, version)
    assert [finding for finding in findings if not finding.holds] == []
    (ticket,) = shelf.tickets.values()
    assert ticket["status"] == "cancelled"
    assert "B204" not in str(ticket)
    assert "B205" not in str(ticket)


@pytest.mark.parametrize(
    ("fault", "fails"),
    [
        ("open", {"refuses another token"}),
        ("all there", {"answers 404"}),
        ("no hub", {"has a hub"}),
        ("no id", {"opens a ticket"}),
        ("forgets notes", {"shows it"}),
        ("lags", {"finds it at once"}),
        ("filters nothing", {"finds none by"}),
        ("cannot search", {"finds it at once"}),
        ("appends", {"takes new notes", "lets words be erased"}),
        ("one state", {"takes the state", "takes the end"}),
        ("never erases", {"lets words be erased"}),
    ],
)
async def test_each_fault_is_found_by_its_own_check(vendor_port: int, fault: str, fails: set[str]) -> None:
    findings = await checked(vendor_port, Shelf(fault))
    failed = [finding.what for finding in findings if not finding.holds]
    assert {next((name for name in fails if what.startswith(name)), what) for what in failed} == fails
    lenient = {"no hub", "cannot search"}
    assert all(finding.must is (fault not in lenient) for finding in findings if not finding.holds)


async def test_a_server_that_is_not_there_fails_and_nothing_more_is_asked(vendor_port: int) -> None:
    way = Connection(name="nat", profile="tmf621", url=f"http://127.0.0.1:{vendor_port}/tmf", version="v4")
    findings = await asyncio.to_thread(lambda: list(tmf621.check(way, TOKEN)))
    assert not any(finding.holds for finding in findings)
    assert findings[-1].what.startswith("opens a ticket")
