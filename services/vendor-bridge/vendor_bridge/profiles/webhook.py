"""The webhook profile: one signed POST per message, to the address that was checked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from chassis import telemetry
from contracts.webhooks import CONTENT_TYPE
from vendor_bridge import signing, targets
from vendor_bridge.profiles import Letter, Misconfigured, Outcome, Preview, Taken
from vendor_bridge.profiles.clients import new_client
from vendor_bridge.profiles.exchange import EXCERPT, excerpt, exchange, fault_of, refused
from vendor_bridge.profiles.reach import Reach, without_secret
from vendor_bridge.store.directories import Way
from vendor_bridge.tls import BadCertificate

__all__ = ["WebhookProfile", "new_client"]


class WebhookProfile(Reach):
    """One way for all messages of a connection."""

    async def deliver(self, way: Way, letter: Letter) -> Outcome:
        ready = self._ready(way, letter)
        if isinstance(ready, Misconfigured):
            return ready
        with telemetry.span_from(letter.traceparent, f"deliver {letter.kind}", "client"):
            headers = {**ready.headers, "content-type": CONTENT_TYPE}
            telemetry.inject(headers)
            return await post(ready.client, ready.url, headers, letter.body, self._allowed, self._resolver)

    async def test(self, way: Way, letter: Letter) -> Outcome:
        """The same way as any message."""
        return await self.deliver(way, letter)

    async def fault(self, way: Way) -> str | None:
        ready = self._ready(way, Letter("msg_check", "test", b"{}", None))
        if isinstance(ready, Misconfigured):
            return ready.reason
        return await fault_of(ready.url, self._allowed, self._resolver)

    async def preview(self, way: Way, letter: Letter) -> Preview | Misconfigured:
        ready = self._ready(way, letter)
        if isinstance(ready, Misconfigured):
            return ready
        return Preview("POST", ready.url, {**ready.headers, "content-type": CONTENT_TYPE})

    def _ready(self, way: Way, letter: Letter) -> "_Ready | Misconfigured":
        """All that a request needs besides the address' resolution."""
        if (url := self._url(way)) is None:
            return Misconfigured("the connection has no address")
        if not (secrets := self._secrets.of(way.connection.secret_ref)):
            return without_secret(way)
        try:
            headers = signing.sign(secrets, letter.id, datetime.now(UTC), letter.body)
            client = self._client_for(way)
        except (signing.BadSecret, BadCertificate) as error:
            return Misconfigured(str(error))
        return _Ready(url, headers, client)


async def post(
    client: httpx.AsyncClient,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    allowed: Collection[str],
    resolver: targets.Resolve = targets.resolve,
) -> Outcome:
    """One POST to the address that was checked. Never raises for what the other side or the network does."""
    return await exchange(client, "POST", url, headers, body, allowed, resolver, _outcome)


async def _outcome(response: httpx.Response) -> Outcome:
    said = await _beginning(response)  # read to its end, the connection can be used again
    return Taken(response.status_code, said) if response.is_success else refused(response, said)


@dataclass(frozen=True, slots=True)
class _Ready:
    url: str
    headers: dict[str, str]
    client: httpx.AsyncClient


async def _beginning(response: httpx.Response) -> str:
    """The first words of an answer, fit for a text column; a vendor may send gigabytes."""
    read = b""
    async for part in response.aiter_raw():
        read += part
        if len(read) > 4 * EXCERPT:
            break
    return excerpt(read)
