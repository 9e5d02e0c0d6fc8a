"""A request's head has an end, in bytes and in time."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from chassis import heads
from chassis.servers import bind, port_of, server

MUCH = 50_000_000
REQUEST = b"GET /ready HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.fixture
async def port() -> AsyncIterator[int]:
    app = FastAPI()
    app.get("/ready")(lambda: "yes")
    listening = bind("127.0.0.1", 0)
    http = server(app, drain_seconds=1)
    serving = asyncio.create_task(http.serve(sockets=[listening]))
    await http.accepting.wait()
    yield port_of(listening)
    http.should_exit = True
    await serving


async def answer(port: int, *parts: bytes) -> bytes:
    """All that the server sends until it closes, or has answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        return await asyncio.wait_for(reader.readline(), 10)
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_an_ordinary_head_may_come_in_pieces(port: int) -> None:
    pieces = [REQUEST[:10], REQUEST[10:], b"X-Long: " + b"x" * 20_000 + b"\r\n", b"\r\n"]
    assert (await answer(port, *pieces)).startswith(b"HTTP/1.1 200")


async def poured(port: int, piece: bytes) -> int:
    """Bytes of a head without end that could be sent before the connection was cut."""
    _reader, writer = await asyncio.open_connection("127.0.0.1", port)
    sent = 0
    try:
        writer.write(REQUEST)
        while sent < MUCH:
            writer.write(piece)
            await writer.drain()
            sent += len(piece)
            await asyncio.sleep(0)
    except ConnectionError:
        pass
    finally:
        writer.close()
    return sent


@pytest.mark.parametrize("piece", [b"x" * 100_000, b"X-Short: x\r\n" * 5_000], ids=["one header", "many headers"])
async def test_a_head_without_end_is_cut_off_and_others_are_served(port: int, piece: bytes) -> None:
    assert await poured(port, piece) < MUCH
    assert (await answer(port, REQUEST + b"\r\n")).startswith(b"HTTP/1.1 200")


async def test_a_large_head_is_told_so(port: int) -> None:
    assert (await answer(port, REQUEST, *[b"X-Long: " + b"x" * 1_000 + b"\r\n"] * 70)).startswith(b"HTTP/1.1 431")


async def test_a_head_that_takes_its_time_is_refused(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "HEAD_SECONDS", 0.2)
    assert (await answer(port, b"GET /ready HT")).startswith(b"HTTP/1.1 408")
    assert (await answer(port)).startswith(b"HTTP/1.1 408")


async def test_a_connection_that_is_kept_alive_serves_several_requests(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(3):
        writer.write(REQUEST + b"\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        await reader.readexactly(5)
    writer.close()
