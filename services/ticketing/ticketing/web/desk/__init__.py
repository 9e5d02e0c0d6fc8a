"""The desk's pages: the queue, and one disturbance with what may be done to it."""

from fastapi import APIRouter

from ticketing.api.context import Context
from ticketing.web.desk import actions, incident, queue


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = APIRouter()
    for part in (queue, incident, actions):
        routes.include_router(part.router(context))
    return routes
