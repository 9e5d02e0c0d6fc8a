"""The yardstick: FastAPI and asyncpg, one validated body, one row, the same span per request, nothing else."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis import telemetry
from chassis.settings import Settings


class Report(BaseModel):
    title: str
    description: str
    school: str
    room: str
    urgency: int


class Span:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with telemetry.span_from(None, f"{scope['method']} {scope['path']}", "server"):
            await self._app(scope, receive, send)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=6, max_size=6) as pool:
        await pool.execute(
            "CREATE TABLE IF NOT EXISTS bare (id bigserial PRIMARY KEY, title text, description text,"
            " school text, room text, urgency int)"
        )
        app.state.pool = pool
        yield


def application() -> FastAPI:
    app = FastAPI(
        lifespan=lifespan, telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False}
    )

    @app.post("/tickets", status_code=201)
    async def insert(report: Report) -> dict[str, int]:
        row = await app.state.pool.fetchval(
            "INSERT INTO bare (title, description, school, room, urgency) VALUES ($1, $2, $3, $4, $5) RETURNING id",
            report.title, report.description, report.school, report.room, report.urgency,
        )  # fmt: skip
        return {"id": row}

    return app


if __name__ == "__main__":
    telemetry.start(
        "bare",
        Settings(
            database_url=os.environ["DATABASE_URL"],
            kafka_bootstrap_servers="unused",
            otel_traces_sampler_arg=float(os.environ["OTEL_TRACES_SAMPLER_ARG"]),
        ),
    )
    uvicorn.run(
        Span(application()),
        port=int(os.environ["PORT"]),
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
    )
