"""A vendor's endpoint that answers as a test wants it to, and remembers what came."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request, Response


@dataclass
class Stub:
    """`status`: what it answers; `release`: what it waits for before it does; `only`: the connection these hold for."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    release: asyncio.Event | None = None
    only: str | None = None
    came: list[dict[str, Any]] = field(default_factory=list)
    hanging: int = 0
    most_hanging: int = 0

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.api_route("/{path:path}", methods=["GET", "POST"])
        async def take(path: str, request: Request) -> Response:
            body = await request.body()
            concerned = self.only is None or path.endswith(self.only)
            self.came.append(
                {
                    "path": path,
                    "id": request.headers.get("webhook-id"),
                    "body": json.loads(body) if body else None,
                    "raw": body,
                    "headers": dict(request.headers),
                    "status": self.status if concerned else 200,
                }
            )
            if concerned and self.release is not None:
                self.hanging += 1
                self.most_hanging = max(self.most_hanging, self.hanging)
                await self.release.wait()
                self.hanging -= 1
            return Response("Nej.", self.status if concerned else 200, self.headers if concerned else None)

        return app

    def kinds(self, *, taken_only: bool = False) -> list[str]:
        return [each["body"]["data"]["message"] for each in self.came if not taken_only or each["status"] < 300]
