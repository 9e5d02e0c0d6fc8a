"""The JSON API under `/api/v1`: the same rules as the pages, for scripts and other systems."""

from fastapi import FastAPI

from chassis import checks
from ticketing.api import (
    administration,
    attachments,
    causes,
    connections,
    erasure,
    further,
    incidents,
    known,
    planned,
    responsibility,
    schools,
    suggestions,
    tickets,
    wishes,
)
from ticketing.api.context import Context
from ticketing.api.errors import add_error_handlers

PREFIX = "/api/v1"


def add_api(app: FastAPI, context: Context) -> None:
    """Every route of the API. Each asks its caller's rights; nothing here answers somebody unknown."""
    # Straight into the application: routers within routers are searched once more on each level.
    about_cases = (tickets, attachments, incidents, causes, further, wishes, suggestions, known, erasure)
    for part in (*about_cases, schools, responsibility, planned, connections, administration):
        app.include_router(part.router(context), prefix=PREFIX, dependencies=[checks.STRICT_QUERY])
    add_error_handlers(app)
