"""Settings and HTTP clients for tests of applications, without a server."""

from typing import Any

import httpx
from fastapi import FastAPI

from chassis.settings import Settings

NOWHERE: dict[str, Any] = {
    "database_url": "postgresql://nobody@127.0.0.1:1/none",
    "kafka_bootstrap_servers": "127.0.0.1:1",
}


def make_settings(**values: Any) -> Settings:
    return Settings(**{**NOWHERE, **values})


def client(app: FastAPI, **headers: str) -> httpx.AsyncClient:
    """Speaks to the application directly; an unexpected error is the response it becomes, as behind a server."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers)
