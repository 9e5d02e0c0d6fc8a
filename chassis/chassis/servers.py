"""HTTP servers inside a service's event loop: uvicorn, without its hold on signals, logs and the process.

CannotListen        the port is taken, not allowed, or the address is not ours
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from starlette.types import ASGIApp
from uvicorn import Config, Server

from chassis.heads import BoundedHttp

# Longer than common proxies keep idle connections, so that no request meets a connection we just closed.
_KEEP_ALIVE_SECONDS = 75


class CannotListen(Exception):
    """Says in one sentence what is wrong with the address."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises CannotListen."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except socket.gaierror:
        raise CannotListen(f"{host} is no address of this machine.") from None
    except OSError as error:
        raise CannotListen(_reason(error, host, port)) from None


def _reason(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"Port {port} on {host} is in use already."
        case errno.EACCES:
            return f"Port {port} on {host} may not be used by this user."
        case errno.EADDRNOTAVAIL:
            return f"{host} is no address of this machine."
        case _:
            return f"Cannot listen on {host}, port {port}: {error.strerror}."


def port_of(listening: socket.socket) -> int:
    port: int = listening.getsockname()[1]
    return port


class EmbeddedServer(Server):
    """Runs until `should_exit` is set; who embeds it owns the signals. `accepting` is set once connections are."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.accepting = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.accepting.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server(
    app: ASGIApp, *, drain_seconds: float, trusted_proxies: Sequence[str] = (), lifespan: bool = True
) -> EmbeddedServer:
    """A server for `app`, given a bound socket with `serve(sockets=[…])`.

    `X-Forwarded-For` and `-Proto` are believed from `trusted_proxies` alone.
    """
    return EmbeddedServer(
        Config(
            app,
            loop="none",
            http=BoundedHttp,
            ws="none",
            lifespan="on" if lifespan else "off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(trusted_proxies),
            forwarded_allow_ips=list(trusted_proxies),
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=max(1, round(drain_seconds)),
        )
    )
