"""A TCP proxy before a server, to take the server away without stopping it."""

import asyncio
from contextlib import suppress
from types import TracebackType
from urllib.parse import urlsplit, urlunsplit


class Proxy:
    """`async with Proxy(url) as proxy:` gives `proxy.url`; then `cut`, `hold`, `linger`, `restore`."""

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url)
        self._passing = asyncio.Event()
        self._passing.set()
        self._refusing = False
        self._parting = asyncio.Event()
        self._parting.set()
        self.parted = asyncio.Event()
        """Somebody has hung up, and all they said was passed on."""
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> "Proxy":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        login = self._target.netloc.rpartition("@")[0]
        self.url = urlunsplit(self._target._replace(netloc=f"{login}@127.0.0.1:{port}"))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()
        self._server.close()

    def cut(self) -> None:
        """Breaks all connections and refuses new ones, as a stopped server."""
        self._refusing = True
        for writer in self._writers:
            writer.transport.abort()

    def hold(self) -> None:
        """Passes nothing on any more, as a network that lost its way."""
        self._passing.clear()

    def linger(self) -> None:
        """Passes on what is said, and not that somebody hung up after it."""
        self._parting.clear()

    def restore(self) -> None:
        self._refusing = False
        self._parting.set()
        self._passing.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refusing:
            writer.transport.abort()
            return
        target_reader, target = await asyncio.open_connection(self._target.hostname, self._target.port)
        self._writers |= {writer, target}
        await asyncio.gather(self._pass(reader, target), self._pass(target_reader, writer))
        self._writers -= {writer, target}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while chunk := await reader.read(65536):
                await self._passing.wait()
                writer.write(chunk)
                await writer.drain()
        self.parted.set()
        await self._parting.wait()
        writer.close()
