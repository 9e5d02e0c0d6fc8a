"""What an operator's machinery asks a process, on a port of its own: `/livez`, `/readyz`, `/metrics`.

Live: the event loop turns and every background task runs (else: restart it). Ready: what answering needs is there and
no stop has begun (else: send requests elsewhere). Kafka is in neither: intake works without it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from starlette.types import Receive, Scope, Send

from chassis import metrics

Check = Callable[[], Awaitable[object]]

CHECK_SECONDS: Final = 2.0
OK: Final = "ok"


class Management:
    """An ASGI application over the service's named checks.

    `liveness` tells per task whether it is alive; `readiness` are checks that raise or
    answer False when something is missing.
    """

    def __init__(
        self,
        liveness: Callable[[], Mapping[str, bool]],
        readiness: Mapping[str, Check],
        accepting: Callable[[], bool],
    ) -> None:
        self._liveness = liveness
        self._readiness = readiness
        self._accepting = accepting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        match scope["path"]:
            case "/livez":
                tasks = self._liveness()
                await _json(send, all(tasks.values()), {"alive": all(tasks.values()), "tasks": tasks})
            case "/readyz":
                checks = await self._checked()
                ready = self._accepting() and all(result == OK for result in checks.values())
                await _json(send, ready, {"ready": ready, "accepting": self._accepting(), "checks": checks})
            case "/metrics":
                await _send(send, 200, metrics.CONTENT_TYPE, metrics.rendered())
            case _:
                await _send(send, 404, "text/plain", b"/livez /readyz /metrics\n")

    async def _checked(self) -> dict[str, str]:
        results = await asyncio.gather(*(_outcome(check) for check in self._readiness.values()))
        return dict(zip(self._readiness, results, strict=True))


async def _outcome(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            good = await check() is not False
    except TimeoutError:
        return "no answer in time"
    except Exception as error:  # noqa: BLE001  whatever a check raises is its answer
        return type(error).__name__
    return OK if good else "not ready"


async def _json(send: Send, good: bool, document: Mapping[str, object]) -> None:
    await _send(send, 200 if good else 503, "application/json", json.dumps(document).encode() + b"\n")


async def _send(send: Send, status: int, kind: str, body: bytes) -> None:
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
