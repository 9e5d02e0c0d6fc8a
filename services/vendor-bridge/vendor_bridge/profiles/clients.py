"""HTTP clients that call vendors."""

import ssl
from typing import Final

import httpx

TIMEOUT: Final = 15.0  # seconds for the whole exchange
IDLE: Final = 4.0  # seconds: common servers (Node, uvicorn) close after five, maybe just when the next request goes


def new_client(verify: ssl.SSLContext | bool = True) -> httpx.AsyncClient:
    """No proxy of the environment, no redirect: both would lead elsewhere than checked."""
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=IDLE)
    return httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False, limits=limits, verify=verify)
