"""A service of the chassis alone, run as a process by the tests of its frame."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Literal

from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from pydantic import Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.service import Service
from chassis.settings import Settings
from chassis.web import create_app


class PizzaSettings(Settings):
    prefix = "PIZZA_"

    oven: Literal["good", "fails", "ends", "cancelled", "silent", "stubborn"] = Field(
        "good", description="How the task behaves"
    )
    lifespan: Literal["good", "fails"] = Field("good", description="How the application starts")


def application(settings: PizzaSettings, engine: AsyncEngine) -> FastAPI:
    app = create_app(settings, title="Pizza")
    if settings.lifespan == "fails":
        app.router.lifespan_context = failing

    @app.get("/database")
    async def database() -> int:
        async with engine.connect() as connection:
            found: int = (await connection.execute(text("SELECT 1"))).scalar_one()
        return found

    @app.get("/slow")
    async def slow(seconds: float) -> str:
        await asyncio.sleep(seconds)
        return "served"

    @app.get("/caller")
    async def caller(request: Request) -> list[str]:
        return [request.client.host if request.client else "", request.url.scheme]

    @app.get("/events")
    async def events(request: Request) -> StreamingResponse:
        async def lines() -> AsyncIterator[str]:
            yield "data: hot\n\n"
            await request.app.state.stopping.wait()

        return StreamingResponse(lines(), media_type="text/event-stream")

    @app.get("/half")
    async def half() -> StreamingResponse:
        async def parts() -> AsyncIterator[str]:
            yield "half"
            raise RuntimeError("Kalle kommer inte in")

        return StreamingResponse(parts())

    return app


def failing(app: FastAPI) -> AbstractAsyncContextManager[None]:
    raise RuntimeError("no gas")


class Oven:
    def __init__(self, manner: str) -> None:
        self._manner = manner

    async def bake(self) -> None:
        match self._manner:
            case "fails":
                raise RuntimeError("Kalle kommer inte in")
            case "ends":
                return
            case "cancelled":
                raise asyncio.CancelledError
        while True:
            try:
                await asyncio.sleep(1)
            except asyncio.CancelledError:
                if self._manner != "stubborn":
                    raise

    def is_alive(self) -> bool:
        return self._manner != "silent"


def main() -> None:
    service = Service.start("pizza", PizzaSettings, packages=("chassis",))
    oven = Oven(service.settings.oven)
    service.add_app(application(service.settings, service.engine))
    service.add_task("oven", oven.bake, alive=oven.is_alive)
    service.run()


if __name__ == "__main__":
    main()
