"""Calls to a vendor's TMF621 server: to the address that was checked, with its token, and an answer of bounded size."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

from vendor_bridge.profiles import Disabled, Misconfigured, NotTaken
from vendor_bridge.profiles.exchange import excerpt, exchange, fault_of, refused, whole
from vendor_bridge.profiles.reach import Reach, without_secret
from vendor_bridge.store.directories import Way
from vendor_bridge.tls import BadCertificate

LARGEST: Final = 8 * 1024 * 1024
"""Bytes of an answer."""
_UNAUTHORIZED: Final = 401
Failure = NotTaken | Misconfigured | Disabled


@dataclass(frozen=True, slots=True)
class Answered:
    """A 2xx. `value`: its JSON, None where there is none."""

    status: int
    value: Any


class Caller(Reach):
    """Calls below a connection's address."""

    async def call(
        self, way: Way, method: str, path: str, body: Any = None, query: Mapping[str, str] | None = None
    ) -> Answered | Failure:
        """`path` below the connection's address. Never raises for what the vendor or the network does."""
        tokens = self._secrets.of(way.connection.secret_ref)
        url = self._url(way)
        if not tokens:
            return without_secret(way)
        if url is None:
            return Misconfigured("the connection has no address")
        headers = {"authorization": f"Bearer {tokens[0]}", "accept": "application/json"}
        if body is not None:
            is_patch = method == "PATCH" and way.connection.version == "v5"
            headers["content-type"] = "application/merge-patch+json" if is_patch else "application/json"
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        address = str(httpx.URL(f"{url.rstrip('/')}{path}", params=query))
        try:
            client = self._client_for(way)
        except BadCertificate as error:
            return Misconfigured(str(error))
        return await exchange(client, method, address, headers, content, self._allowed, self._resolver, _answer)

    async def fault(self, way: Way) -> str | None:
        """What keeps this connection from being called at all, if anything does."""
        if not self._secrets.of(way.connection.secret_ref):
            return without_secret(way).reason
        try:
            self._client_for(way)
        except BadCertificate as error:
            return str(error)
        return await fault_of(self._url(way) or "", self._allowed, self._resolver)


async def _answer(response: httpx.Response) -> Answered | Failure:
    content = await whole(response, LARGEST)
    if content is None:
        return NotTaken(f"answered with more than {LARGEST // 2**20} MB", status=response.status_code)
    if response.is_success:
        return _read(response.status_code, content)
    if response.status_code == _UNAUTHORIZED:  # no attempt helps until one of the two has mended its token
        said = excerpt(content)
        return Misconfigured(f"the vendor's server does not take our token: answered 401{f': {said}' if said else ''}")
    return refused(response, excerpt(content))


def _read(status: int, content: bytes) -> Answered | Failure:
    if not content:
        return Answered(status, None)
    try:
        return Answered(status, json.loads(content))
    except (ValueError, RecursionError):
        return NotTaken("answered with something that is not JSON", status=status)
