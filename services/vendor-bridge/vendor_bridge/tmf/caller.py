"""Calls to a vendor's TMF621 server: to the address that was checked, with its token, and an answer of bounded size."""

import asyncio
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import httpx

from vendor_bridge import targets
from vendor_bridge.profiles import Disabled, Misconfigured, NotTaken
from vendor_bridge.profiles.clients import TIMEOUT
from vendor_bridge.profiles.webhook import EXCERPT, retry_after
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.store.directories import Way
from vendor_bridge.tls import BadCertificate, Tls

LARGEST: Final = 8 * 1024 * 1024
"""Bytes of an answer."""
GONE: Final = 410
Failure = NotTaken | Misconfigured | Disabled


@dataclass(frozen=True, slots=True)
class Answered:
    """A 2xx. `value`: its JSON, None where there is none."""

    status: int
    value: Any


class Caller:
    """`urls` replace a connection's address, by its name; `allowed` is the operator's `host:port` list."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        secrets: SecretStore,
        *,
        allowed: Collection[str] = (),
        urls: Mapping[str, str] | None = None,
        resolver: targets.Resolve = targets.resolve,
        tls: Tls | None = None,
    ) -> None:
        self._tls = tls or Tls(None)
        self._client = client
        self._secrets = secrets
        self._allowed = frozenset(allowed)
        self._urls = dict(urls or {})
        self._resolver = resolver

    async def call(
        self, way: Way, method: str, path: str, body: Any = None, query: Mapping[str, str] | None = None
    ) -> Answered | Failure:
        """`path` below the connection's address. Never raises for what the vendor or the network does."""
        tokens = self._secrets.of(way.connection.secret_ref)
        url = self._urls.get(way.connection.name, way.connection.url)
        if not tokens:
            return Misconfigured(f"the secret {way.connection.secret_ref!r} is not known to this installation")
        if url is None:
            return Misconfigured("the connection has no address")
        address = (
            httpx.URL(f"{url.rstrip('/')}{path}", params=query) if query else httpx.URL(f"{url.rstrip('/')}{path}")
        )
        headers = {"authorization": f"Bearer {tokens[0]}", "accept": "application/json"}
        if body is not None:
            is_patch = method == "PATCH" and way.connection.version == "v5"
            headers["content-type"] = "application/merge-patch+json" if is_patch else "application/json"
        try:
            client = self._tls.client(way.connection.name) or self._client
            async with asyncio.timeout(TIMEOUT):
                target = await targets.pin(str(address), self._allowed, self._resolver)
                return await self._exchange(client, method, target, headers, body)
        except BadCertificate as error:
            return Misconfigured(str(error))
        except targets.TargetRefused as error:
            return Misconfigured(str(error))
        except TimeoutError:
            return NotTaken(f"no answer within {TIMEOUT:.0f} s")
        except (httpx.HTTPError, OSError) as error:
            return NotTaken(f"no connection: {type(error).__name__}")

    async def fault(self, way: Way) -> str | None:
        """What keeps this connection from being called at all, if anything does."""
        url = self._urls.get(way.connection.name, way.connection.url)
        if not self._secrets.of(way.connection.secret_ref):
            return f"the secret {way.connection.secret_ref!r} is not known to this installation"
        try:
            self._tls.client(way.connection.name)
            async with asyncio.timeout(TIMEOUT):
                await targets.pin(url or "", self._allowed, self._resolver)
        except (BadCertificate, targets.TargetRefused) as error:
            return str(error)
        except TimeoutError:
            return f"the name in the address is not resolved within {TIMEOUT:.0f} s"
        return None

    async def _exchange(
        self, client: httpx.AsyncClient, method: str, target: targets.Target, headers: Mapping[str, str], body: Any
    ) -> Answered | Failure:
        request = client.build_request(
            method,
            target.url,
            content=None if body is None else json.dumps(body, ensure_ascii=False).encode(),
            headers={**headers, "host": target.authority},
            extensions={"sni_hostname": target.host},
        )
        response = await client.send(request, stream=True)
        try:
            content = await _whole(response)
            if content is None:
                return NotTaken(f"answered with more than {LARGEST // 2**20} MB", status=response.status_code)
            if response.is_success:
                return _read(response.status_code, content)
            if response.status_code == GONE:
                return Disabled(GONE)
            excerpt = "".join(c for c in content.decode("utf-8", "replace")[:EXCERPT] if c.isprintable())
            wait = retry_after(response.headers.get("retry-after"), datetime.now(UTC))
            return NotTaken(f"answered {response.status_code}: {excerpt}", response.status_code, wait)
        finally:
            await response.aclose()


async def _whole(response: httpx.Response) -> bytes | None:
    content = bytearray()
    async for part in response.aiter_bytes():
        content += part
        if len(content) > LARGEST:
            return None
    return bytes(content)


def _read(status: int, content: bytes) -> Answered | Failure:
    if not content:
        return Answered(status, None)
    try:
        return Answered(status, json.loads(content))
    except (ValueError, RecursionError):
        return NotTaken("answered with something that is not JSON", status=status)
