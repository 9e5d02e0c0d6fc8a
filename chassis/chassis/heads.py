"""uvicorn's HTTP connections with an end to what a client may send before a request begins, and after its answer.

The parser itself takes a header of any size, and waits for its end for ever; the limit on bodies comes after it. A body
that was refused is read on for a while, so that the client sees the answer, and then cut off. How fast one has to come
that is still asked for: `chassis.bodies`.
"""

from __future__ import annotations

import asyncio
from asyncio.events import TimerHandle
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES: Final = 64 * 1024
HEAD_SECONDS: Final = 30.0
REFUSED_BYTES: Final = 8 * 1024 * 1024
REFUSED_SECONDS: Final = 30.0
_TOO_LARGE: Final = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_TOO_SLOW: Final = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedHttp(HttpToolsProtocol):
    """Closes a connection whose request line and headers are too large or too slow, or whose body goes on for ever."""

    _open = True
    """Between the begin of a request, or of the connection, and the end of the headers."""
    _bytes = 0
    _patience: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        before = self._open
        super().data_received(data)
        if self.transport.is_closing():
            return
        if not self._open:
            self._count_refused(len(data))
            return
        if self._patience is None:
            self._wait()
        if before:
            self._bytes += len(data)
            if self._bytes > HEAD_BYTES:
                self._refuse(_TOO_LARGE)

    def _count_refused(self, count: int) -> None:
        if self.cycle.response_complete and self.cycle.more_body:
            self._bytes += count
            if self._bytes > REFUSED_BYTES:
                self.transport.close()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.cycle.more_body and not self.transport.is_closing():
            self._patience = self.loop.call_later(REFUSED_SECONDS, self.transport.close)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._rest()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._open, self._bytes = True, 0

    def on_headers_complete(self) -> None:
        self._open = False
        self._rest()
        super().on_headers_complete()

    def _wait(self) -> None:
        self._patience = self.loop.call_later(HEAD_SECONDS, self._refuse, _TOO_SLOW)

    def _rest(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _refuse(self, answer: bytes) -> None:
        self._rest()
        if not self.transport.is_closing():
            self.transport.write(answer)
            self.transport.close()
