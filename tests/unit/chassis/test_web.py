import json
from collections.abc import AsyncIterator, Iterator, MutableMapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import httpx
import pytest
import structlog
from fastapi import APIRouter, Depends, FastAPI, File, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from chassis import checks, db, metrics, telemetry
from chassis.problems import MEDIA_TYPE, Problem
from chassis.web import Application, create_app
from tests.support.web import client, make_settings


class Margherita(BaseModel):
    kind: Literal["margherita"]


class Salami(BaseModel):
    kind: Literal["salami"]


class Pizza(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str = Field(max_length=20)
    size: int = 30
    due: datetime | None = None
    base: Annotated[Margherita | Salami, Field(discriminator="kind")] | None = None
    toppings: list[dict[str, Any]] = []


class Page(BaseModel):
    limit: int = Field(50, le=200)


def paged(cursor: str | None = None) -> str | None:
    return cursor


async def error_page(request: Request, problem: Problem) -> Response | None:
    if request.url.path.startswith("/api/"):
        return None
    return HTMLResponse(f"<h1>{problem.title}</h1>", problem.status)


def routes(app: FastAPI) -> None:
    api = APIRouter(prefix="/v1", dependencies=[checks.STRICT_QUERY])

    @api.get("/pizzas")
    async def pizzas(page: Annotated[Page, Query()], cursor: Annotated[str | None, Depends(paged)]) -> dict[str, Any]:
        return {"limit": page.limit, "cursor": cursor}

    @api.get("/pizzas/{pizza}")
    async def pizza(pizza: UUID) -> str:
        return telemetry.traceparent() or ""

    @api.post("/pizzas", status_code=201)
    async def bake(pizza: Pizza) -> Pizza:
        return pizza

    @api.post("/photos", max_body_size=3_000)
    async def photo(request: Request) -> int:
        return len(await request.body())

    @app.post("/form")
    async def form(title: Annotated[str, Form()], photo: Annotated[bytes | None, File()] = None) -> str:
        return title

    @app.get("/closed")
    async def closed() -> None:
        raise Problem(409, "The oven is closed", headers={"X-Oven": "off"})

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("Kalle kommer inte in")

    @app.get("/away")
    async def away() -> None:
        raise db.DatabaseAway("postgres.internal refused")

    @app.get("/half")
    async def half() -> Response:
        async def parts() -> AsyncIterator[bytes]:
            yield b"half"
            raise RuntimeError("Kalle")

        return StreamingResponse(parts())

    @app.get("/static.css")
    async def static() -> Response:
        return Response("x", headers={"Cache-Control": "max-age=60"})

    app.include_router(api, prefix="/api")


@pytest.fixture(scope="module")
def app() -> FastAPI:
    settings = make_settings(max_body_bytes=1_000, allowed_hosts=("127.0.0.1", "*.example.org", "[::1]"))
    app = create_app(settings, title="Pizza", openapi_url="/api/v1/openapi.json", error_page=error_page)
    routes(app)
    return app


@pytest.fixture(autouse=True)
def lines() -> Iterator[list[MutableMapping[str, Any]]]:
    """What is logged."""
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client(app) as http:
        yield http


def errors(response: httpx.Response) -> dict[str, str]:
    assert response.headers["content-type"] == MEDIA_TYPE
    return {error["pointer"]: error["detail"] for error in response.json()["errors"]}


# Problems


async def test_wrong_fields_are_named_by_json_pointers_and_never_repeated(http: httpx.AsyncClient) -> None:
    body = {"title": "Kalle" * 9, "size": "Kalle", "due": "Kalle", "base": {"kind": "Kalle"}, "status": "closed"}
    response = await http.post("/api/v1/pizzas", json=body)
    assert response.status_code == 422
    assert "Kalle" not in response.text
    found = errors(response)
    assert set(found) == {"/title", "/size", "/due", "/base/kind", "/status"}
    assert found["/status"] == "unknown field"
    assert found["/title"] == "has more than 20 characters"


async def test_a_missing_field_is_required(http: httpx.AsyncClient) -> None:
    assert errors(await http.post("/api/v1/pizzas", json={})) == {"/title": "is required"}


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 422), (b'{"title": "\xff"}', 422), (b"", 422), (b"[" * 100_000, 413), (b"[" * 900, 422)]
)
async def test_what_is_no_json_is_a_problem(http: httpx.AsyncClient, body: bytes, status: int) -> None:
    response = await http.post("/api/v1/pizzas", content=body, headers={"content-type": "application/json"})
    assert (response.status_code, response.headers["content-type"]) == (status, MEDIA_TYPE)


async def test_an_unknown_path_and_an_unknown_method_are_problems(http: httpx.AsyncClient) -> None:
    unknown, method = await http.get("/nothing"), await http.delete("/api/v1/pizzas")
    assert (unknown.status_code, unknown.json()["title"]) == (404, "Not Found")
    assert (method.status_code, method.headers["content-type"]) == (405, MEDIA_TYPE)
    assert "GET" in method.headers["allow"]


async def test_an_id_that_cannot_be_one_is_not_found(http: httpx.AsyncClient) -> None:
    assert (await http.get("/api/v1/pizzas/7")).status_code == 404


async def test_a_raised_problem_keeps_its_words_and_headers(http: httpx.AsyncClient) -> None:
    response = await http.get("/closed")
    assert (response.status_code, response.json()["title"], response.headers["x-oven"]) == (
        409,
        "The oven is closed",
        "off",
    )


async def test_an_unforeseen_error_is_a_500_without_its_text_and_told_to_operators(
    http: httpx.AsyncClient, lines: list[MutableMapping[str, Any]]
) -> None:
    response = await http.get("/broken")
    (line,) = lines
    assert (line["event"], line["log_level"], line["route"]) == ("request_failed", "error", "/broken")
    assert (response.status_code, response.headers["content-type"]) == (500, MEDIA_TYPE)
    assert "Kalle" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_a_database_away_is_a_503_that_says_when_to_come_again(http: httpx.AsyncClient) -> None:
    response = await http.get("/away")
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert "postgres.internal" not in response.text


async def test_an_answer_that_breaks_off_is_not_made_to_look_whole(app: FastAPI) -> None:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as server:
        with pytest.raises(RuntimeError):
            await server.get("/half")
        assert (await server.get("/broken")).status_code == 500


async def test_a_browser_gets_a_page_and_a_program_the_problem(http: httpx.AsyncClient) -> None:
    page = await http.get("/nothing", headers={"accept": "text/html,*/*"})
    assert (page.status_code, page.text) == (404, "<h1>Not Found</h1>")
    api = await http.get("/api/v1/nothing", headers={"accept": "text/html,*/*"})
    assert api.headers["content-type"] == MEDIA_TYPE
    broken = await http.get("/broken", headers={"accept": "text/html"})
    assert (broken.status_code, broken.text) == (500, "<h1>Internal Server Error</h1>")


# Input


async def test_unknown_query_parameters_are_refused_and_declared_ones_not(http: httpx.AsyncClient) -> None:
    good = await http.get("/api/v1/pizzas?limit=7&cursor=c")
    assert good.json() == {"limit": 7, "cursor": "c"}
    assert errors(await http.get("/api/v1/pizzas?limt=7")) == {"/query/limt": "unknown parameter"}
    assert errors(await http.get("/api/v1/pizzas?limit=201")) == {"/query/limit": "must be at most 200"}


@pytest.mark.parametrize("text", ["\\u0000", "\\ud800", "\\uDFFF"])
async def test_text_that_no_column_can_hold_is_refused_anywhere_in_json(http: httpx.AsyncClient, text: str) -> None:
    body = f'{{"title": "x", "toppings": [{{"a": ["{text}"]}}]}}'
    response = await http.post("/api/v1/pizzas", content=body, headers={"content-type": "application/json"})
    assert list(errors(response)) == ["/toppings/0/a/0"]


async def test_a_backslash_before_u0000_is_only_text(http: httpx.AsyncClient) -> None:
    body = rb'{"title": "\\u0000 \ud83c\udf55"}'
    response = await http.post("/api/v1/pizzas", content=body, headers={"content-type": "application/json"})
    assert response.json()["title"] == "\\u0000 🍕"


async def test_nul_in_a_form_a_query_or_a_path_is_refused(http: httpx.AsyncClient) -> None:
    assert list(errors(await http.post("/form", data={"title": "a\0b"}))) == ["/title"]
    multipart = await http.post("/form", data={"title": "a\0b"}, files={"photo": b"x"})
    assert list(errors(multipart)) == ["/title"]
    assert list(errors(await http.get("/api/v1/pizzas?cursor=a%00"))) == ["/query"]
    assert (await http.get("/api/v1/pizzas/a%00")).status_code == 404


async def test_below_a_path_with_a_shape_of_its_own_an_address_is_refused_in_that(
    app: FastAPI, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(app, Application)
    monkeypatch.setitem(app.shapes, "/api/v1", lambda problem: Response(f"no {problem.status}", 400))
    answer = await http.get("/api/v1/pizzas?cursor=a%00")
    assert (answer.status_code, answer.text) == (400, "no 422")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await http.get("/api/v12?cursor=a%00")).status_code == 422


async def test_an_address_that_is_not_utf8_is_refused(http: httpx.AsyncClient) -> None:
    assert (await http.get("/api/v1/pizzas?cursor=%ff")).status_code == 400
    assert (await http.get("/api/v1/pizzas/%ff")).status_code == 400
    assert (await http.get("/api/v1/pizzas?cursor=%C3%A5")).json()["cursor"] == "å"


async def test_a_body_above_the_limit_is_413_also_in_chunks_and_a_path_may_have_its_own(
    http: httpx.AsyncClient,
) -> None:
    async def chunked(size: int) -> AsyncIterator[bytes]:
        for _ in range(size // 100):
            yield b"x" * 100

    headers = {"content-type": "application/json"}
    for content in (b"x" * 1_001, chunked(1_100)):
        response = await http.post("/api/v1/pizzas", content=content, headers=headers)
        assert (response.status_code, response.headers["content-type"]) == (413, MEDIA_TYPE)
        assert response.json()["status"] == 413
        assert "x-request-id" in response.headers
    assert (await http.post("/api/v1/photos", content=b"x" * 3_000)).json() == 3_000
    assert (await http.post("/api/v1/photos", content=chunked(3_100))).status_code == 413


# Edge


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8080", 404),
        ("127.0.0.1:80@evil.example", 421),
        ("evil.example/a.example.org", 421),
        ("127.0.0.1:", 421),
        ("127.0.0.1:x", 421),
        ("a.b.EXAMPLE.org", 404),
        ("[::1]:80", 404),
        ("example.org", 421),
        ("evilexample.org", 421),
        ("evil.test", 421),
        ("127.0.0.1.evil.test", 421),
        ("", 421),
    ],
)
async def test_only_hosts_of_ours_are_served(http: httpx.AsyncClient, host: str, status: int) -> None:
    response = await http.get("/nothing", headers={"host": host})
    assert (response.status_code, response.headers["content-type"]) == (status, MEDIA_TYPE)


async def test_a_request_with_two_hosts_is_refused(app: FastAPI) -> None:
    sent: list[Any] = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1"), (b"host", b"evil.test")],
    }

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    assert sent[0]["status"] == 400


async def test_a_sane_request_id_is_kept_and_any_other_replaced(http: httpx.AsyncClient) -> None:
    kept = await http.get("/closed", headers={"x-request-id": "abc-123.DEF"})
    assert kept.headers["x-request-id"] == "abc-123.DEF"
    for given in ("short", "x" * 65, "a b c d e f", "räksmörgås".encode()):
        headers = [(b"x-request-id", given.encode() if isinstance(given, str) else given)]
        made = (await http.get("/closed", headers=headers)).headers["x-request-id"]
        assert made not in (given, "")
        assert len(made) > 32


async def test_every_answer_carries_the_security_headers_once(http: httpx.AsyncClient) -> None:
    for path in ("/closed", "/nothing", "/broken"):
        headers = (await http.get(path)).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert "permissions-policy" in headers
        assert "strict-transport-security" not in headers
    assert (await http.get("/static.css")).headers.get_list("cache-control") == ["max-age=60"]


async def test_https_is_insisted_on_only_where_people_come_by_https() -> None:
    app = create_app(make_settings(public_url="https://helpdesk.example"), title="Pizza")
    async with client(app) as http:
        assert "max-age=31536000" in (await http.get("/")).headers["strict-transport-security"]


async def test_a_trace_goes_on_through_a_request(http: httpx.AsyncClient) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    address = "/api/v1/pizzas/00000000-0000-0000-0000-000000000000"
    with telemetry.recorded() as spans:
        inside = (await http.get(address, headers={"traceparent": parent})).json()
        await http.get("/broken")
    assert inside.split("-")[1] == "0af7651916cd43dd8448eb211c80319c"
    served, broken = spans
    assert served.name == "GET /api/v1/pizzas/{pizza}"
    assert dict(served.attributes or {}) == {
        "http.request.method": "GET",
        "http.route": "/api/v1/pizzas/{pizza}",
        "http.response.status_code": 200,
    }
    assert broken.attributes is not None
    assert broken.attributes["error.type"] == "RuntimeError"
    assert "Kalle" not in broken.to_json()


def answered(method: str, route: str, status: str) -> float:
    labels = {"method": method, "route": route, "status": status}
    return metrics.registry.get_sample_value("http_request_seconds_count", labels) or 0.0


async def test_requests_are_counted_by_template_method_and_class(http: httpx.AsyncClient) -> None:
    watched = [
        ("GET", "/api/v1/pizzas/{pizza}", "4xx"),
        ("GET", "(unmatched)", "4xx"),
        ("OTHER", "(unmatched)", "4xx"),
        ("GET", "/broken", "5xx"),
    ]
    before = [answered(*labels) for labels in watched]
    await http.get("/api/v1/pizzas/secret-id")
    await http.get("/secret-path")
    await http.request("SECRET", "/secret-path")
    await http.get("/broken")
    assert [answered(*labels) for labels in watched] == [count + 1 for count in before]
    assert b"secret" not in metrics.rendered().lower()
    assert metrics.registry.get_sample_value("http_requests_active") == 0


async def test_nothing_is_served_that_was_not_added(http: httpx.AsyncClient) -> None:
    assert [(await http.get(path)).status_code for path in ("/docs", "/redoc", "/openapi.json")] == [404, 404, 404]


async def test_the_description_of_the_api_knows_problems(http: httpx.AsyncClient) -> None:
    document = (await http.get("/api/v1/openapi.json")).json()
    responses = document["paths"]["/api/v1/pizzas"]["post"]["responses"]
    assert set(responses) == {"201", "default"}
    assert list(responses["default"]["content"]) == [MEDIA_TYPE]
    assert "HTTPValidationError" not in json.dumps(document)
