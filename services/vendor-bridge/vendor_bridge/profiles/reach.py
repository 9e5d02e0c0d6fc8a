"""What every way to a vendor's address needs, whatever goes there: who calls, with whose keys, and where it may go."""

from collections.abc import Collection, Mapping

import httpx

from vendor_bridge import targets
from vendor_bridge.profiles import Misconfigured
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.store.directories import Way
from vendor_bridge.tls import Tls


class Reach:
    """`urls`: {an address of the directory: the one used instead}; `allowed` is the operator's `host:port` list."""

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
        self._client = client
        self._secrets = secrets
        self._allowed = frozenset(allowed)
        self._urls = dict(urls or {})
        self._resolver = resolver
        self._tls = tls or Tls(None)

    def _url(self, way: Way) -> str | None:
        """Where the connection leads."""
        url = way.connection.url
        return None if url is None else self._urls.get(url, url)

    def _client_for(self, way: Way) -> httpx.AsyncClient:
        """With the connection's own certificates, where it has some. Raises BadCertificate."""
        return self._tls.client(way.connection.name) or self._client


def without_secret(way: Way) -> Misconfigured:
    """Nothing can be proven to this vendor."""
    return Misconfigured(f"the secret {way.connection.secret_ref!r} is not known to this installation")
