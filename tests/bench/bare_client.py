"""An HTTP client that costs next to nothing, so that what answers it is measured and not what asks."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

CONNECTIONS = 64


def request(url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """A POST as it goes over the wire."""
    parts = urlsplit(url)
    lines = [f"POST {parts.path} HTTP/1.1", f"host: {parts.netloc}", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class BareClient:
    """Some connections to one server, each with one request at a time. Every answer has to be a 202."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = parts.hostname, parts.port
        self._free: asyncio.LifoQueue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.LifoQueue()

    async def __aenter__(self) -> Self:
        for _ in range(CONNECTIONS):
            self._free.put_nowait(await asyncio.open_connection(*self._address))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        while not self._free.empty():
            self._free.get_nowait()[1].close()

    async def post(self, message: bytes) -> None:
        """Until its answer was read."""
        reader, writer = connection = await self._free.get()
        writer.write(message)
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next(int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length"))
        answer = await reader.readexactly(length)
        assert lines[0].split()[1] == b"202", (lines[0], answer)
        self._free.put_nowait(connection)

    async def at_rate(self, messages: Sequence[bytes], rate: float) -> list[float]:
        """So many a second, whether answers are there or not: seconds from when each was due until its answer."""
        taken: list[float] = []

        async def post(message: bytes, due: float) -> None:
            await self.post(message)
            taken.append(time.perf_counter() - due)

        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for n, message in enumerate(messages):
                due = began + n / rate
                if (ahead := due - time.perf_counter()) > 0:
                    await asyncio.sleep(ahead)
                group.create_task(post(message, due))
        return taken

    async def all(self, messages: Sequence[bytes], at_once: int = 16) -> None:
        """As fast as they are answered."""
        left = iter(messages)

        async def some() -> None:
            for message in left:
                await self.post(message)

        await asyncio.gather(*(some() for _ in range(at_once)))
