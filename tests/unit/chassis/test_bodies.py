"""A request's body comes at a least rate, or is not waited for: over real sockets, with short limits."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress

import pytest
from fastapi import Request, Response, UploadFile
from fastapi.responses import HTMLResponse, StreamingResponse

from chassis import heads, metrics
from chassis.bodies import TOO_SLOW
from chassis.problems import Problem
from chassis.servers import bind, port_of, server
from chassis.web import create_app
from tests.support.web import make_settings

SECONDS = 0.4
RATE = 1_000
"""Bytes a second that are asked for at least."""
ENOUGH = 5.0


async def page(request: Request, problem: Problem) -> Response:
    return HTMLResponse(f"<h1>{problem.status}</h1>", problem.status)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    app = create_app(make_settings(body_seconds=SECONDS, body_bytes_per_second=RATE), title="Pizzeria", error_page=page)

    @app.post("/raw")
    async def raw(request: Request) -> int:
        return len(await request.body())

    @app.post("/json")
    async def as_json(order: dict[str, str]) -> int:
        return len(order)

    @app.post("/photos")
    async def photos(photo: UploadFile) -> int:
        return len(await photo.read())

    @app.post("/unread")
    async def unread() -> str:
        return "not looked at"

    @app.post("/busy")
    async def busy(request: Request) -> int:
        """Takes its time over each part, longer than anybody waits for one."""
        parts = 0
        async for part in request.stream():
            parts += bool(part)
            await asyncio.sleep(SECONDS * 1.2)
        return parts

    @app.post("/talking")
    async def talking() -> StreamingResponse:
        async def words() -> AsyncIterator[bytes]:
            while True:
                yield b"and on "
                await asyncio.sleep(0.05)

        return StreamingResponse(words(), media_type="text/event-stream")

    listening = bind("127.0.0.1", 0)
    http = server(app, drain_seconds=1)
    serving = asyncio.create_task(http.serve(sockets=[listening]))
    await http.accepting.wait()
    yield port_of(listening)
    http.should_exit = True
    await serving


def head(path: str, kind: str, **more: object) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Type: {kind}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in more.items()]
    return "\r\n".join([*lines, "", ""]).encode()


async def said(port: int, first: bytes, parts: Iterable[bytes] = (), pause: float = 0) -> bytes:
    """All that is answered until the server closes the connection, or cuts it while something of ours is under way."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def send() -> None:
        writer.write(first)
        for part in parts:
            await asyncio.sleep(pause)
            writer.write(part)
            await writer.drain()

    sending = asyncio.create_task(send())
    answer = b""
    try:
        async with asyncio.timeout(ENOUGH):
            with suppress(ConnectionError):
                while part := await reader.read(65_536):
                    answer += part
        return answer
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        writer.close()


def ticks(count: int, part: bytes = b"x") -> Iterable[bytes]:
    return [part] * count


JSON = "application/json"
FORM = "multipart/form-data; boundary=b"
FILE = b'--b\r\nContent-Disposition: form-data; name="photo"; filename="p.png"\r\n\r\n'


@pytest.mark.parametrize(
    ("first", "parts"),
    [
        (head("/raw", "text/plain", content_length=9_000), []),
        (head("/raw", "text/plain", content_length=9_000) + b"x" * 400, ticks(200)),
        (head("/raw", "text/plain", transfer_encoding="chunked"), ticks(200, b"1\r\nx\r\n")),
        (head("/json", JSON, content_length=9_000) + b'{"a": "', ticks(200)),
        (head("/photos", FORM, content_length=9_000) + FILE, ticks(200)),
    ],
    ids=["a length that lies", "a byte now and then", "in chunks", "json", "a form with files"],
)
async def test_a_slow_body_is_answered_408_and_its_connection_closed(
    port: int, first: bytes, parts: Iterable[bytes]
) -> None:
    before = given_up(first)
    answer, _, body = (await said(port, first, parts, 0.05)).partition(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"\r\nconnection: close" in answer
    assert b"\r\nx-request-id: " in answer
    assert json.loads(body) == {"type": "about:blank", "title": "Request Timeout", "status": 408, "detail": TOO_SLOW}
    assert given_up(first) == before + 1


def given_up(first: bytes) -> float:
    """As the metric has it, of the route of a request."""
    labels = {"method": "POST", "route": first.split()[1].decode()}
    return metrics.registry.get_sample_value("http_slow_bodies_total", labels) or 0


async def test_a_browser_is_shown_a_page(port: int) -> None:
    first = head("/photos", FORM, content_length=9_000, accept="text/html") + FILE
    assert (await said(port, first)).endswith(b"<h1>408</h1>")


async def test_a_large_file_on_a_slow_line_gets_through_however_long_it_takes(port: int) -> None:
    """At three times the least rate, with a stall that is shorter than the patience, for three times as long."""
    end = b"\r\n--b--\r\n"
    parts = [b"x" * 150] * 24
    first = head("/photos", FORM, content_length=len(FILE) + 150 * 24 + len(end), connection="close") + FILE
    stalled = [*parts[:12], b"", b"", b"", *parts[12:], end]
    answer = await said(port, first, stalled, 0.05)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"\r\n\r\n3600")


async def test_what_came_fast_buys_no_time_to_hold_the_rest(port: int) -> None:
    first = head("/raw", "text/plain", content_length=100_000) + b"x" * 60_000
    async with asyncio.timeout(SECONDS * 5):
        assert (await said(port, first, ticks(200), 0.05)).startswith(b"HTTP/1.1 408 ")


async def test_time_that_the_application_takes_is_not_the_senders(port: int) -> None:
    first = head("/busy", "text/plain", content_length=30_000, connection="close")
    answer = await said(port, first, [b"x" * 10_000] * 3, 0.05)
    assert answer.startswith(b"HTTP/1.1 200 ")


async def test_a_slow_body_that_nobody_reads_is_cut_off_after_the_answer(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heads, "REFUSED_SECONDS", 0.3)
    answer = await said(port, head("/unread", "text/plain", content_length=9_000), ticks(200), 0.05)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert await said(port, head("/nowhere", "text/plain", content_length=9_000), ticks(200), 0.05)


async def test_after_an_unread_body_that_came_whole_the_connection_serves_on(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heads, "REFUSED_SECONDS", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(2):
        writer.write(head("/unread", "text/plain", content_length=10))
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        await reader.readexactly(len('"not looked at"'))
        writer.write(b"x" * 10)
        await asyncio.sleep(0.3)
    writer.close()


async def test_an_answer_under_way_ends_without_noise(port: int, caplog: pytest.LogCaptureFixture) -> None:
    first = head("/talking", "text/plain", content_length=9_000)
    assert (await said(port, first)).startswith(b"HTTP/1.1 200 ")
    assert not [record for record in caplog.records if record.levelname == "ERROR" and record.exc_info]
