"""The webhook profile: one signed POST per message, to the address that was checked."""

import asyncio
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from chassis import telemetry
from contracts.webhooks import CONTENT_TYPE
from vendor_bridge import signing, targets
from vendor_bridge.profiles import Disabled, Letter, Misconfigured, NotTaken, Outcome, Preview, Taken
from vendor_bridge.profiles.clients import TIMEOUT, new_client
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.store.directories import Way
from vendor_bridge.tls import BadCertificate, Tls

__all__ = ["WebhookProfile", "new_client"]

EXCERPT: Final = 300  # characters of an answer that are kept for the log of deliveries
_GONE: Final = 410


class WebhookProfile:
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
        self._client = client
        self._secrets = secrets
        self._allowed = frozenset(allowed)
        self._urls = dict(urls or {})
        self._resolver = resolver
        self._tls = tls or Tls(None)

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
        try:
            async with asyncio.timeout(TIMEOUT):
                await targets.pin(ready.url, self._allowed, self._resolver)
        except targets.TargetRefused as error:
            return str(error)
        except TimeoutError:
            return f"the name in the address is not resolved within {TIMEOUT:.0f} s"
        return None

    async def preview(self, way: Way, letter: Letter) -> Preview | Misconfigured:
        ready = self._ready(way, letter)
        if isinstance(ready, Misconfigured):
            return ready
        return Preview("POST", ready.url, {**ready.headers, "content-type": CONTENT_TYPE})

    def _ready(self, way: Way, letter: Letter) -> "_Ready | Misconfigured":
        """All that a request needs besides the address' resolution."""
        name, ref = way.connection.name, way.connection.secret_ref
        url = self._urls.get(name, way.connection.url)
        if url is None:
            return Misconfigured("the connection has no address")
        if not (secrets := self._secrets.of(ref)):
            return Misconfigured(f"the secret {ref!r} is not known to this installation")
        try:
            headers = signing.sign(secrets, letter.id, datetime.now(UTC), letter.body)
            client = self._tls.client(name) or self._client
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
    try:
        async with asyncio.timeout(TIMEOUT):
            target = await targets.pin(url, allowed, resolver)
            return await _exchange(client, target, headers, body)
    except targets.TargetRefused as error:
        return Misconfigured(str(error))
    except TimeoutError:
        return NotTaken(f"no answer within {TIMEOUT:.0f} s")
    except (httpx.HTTPError, OSError) as error:
        return NotTaken(_why(error))


async def _exchange(
    client: httpx.AsyncClient, target: targets.Target, headers: Mapping[str, str], body: bytes
) -> Outcome:
    request = client.build_request(
        "POST",
        target.url,
        content=body,
        headers={**headers, "host": target.authority},
        extensions={"sni_hostname": target.host},
    )
    response = await client.send(request, stream=True)
    try:
        said = await _beginning(response)  # read to its end, the connection can be used again
        if response.is_success:
            return Taken(response.status_code, said)
        if response.status_code == _GONE:
            return Disabled(_GONE)
        return NotTaken(
            reason=f"answered {response.status_code}: {said}",
            status=response.status_code,
            retry_after=retry_after(response.headers.get("retry-after"), datetime.now(UTC)),
        )
    finally:
        await response.aclose()


@dataclass(frozen=True, slots=True)
class _Ready:
    url: str
    headers: dict[str, str]
    client: httpx.AsyncClient


def _why(error: BaseException) -> str:
    """What kept a connection from coming about; of a certificate that is not believed, what is wrong with it."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {cause.verify_message}"
        cause = cause.__cause__ or cause.__context__
    return f"no connection: {type(error).__name__}"


async def _beginning(response: httpx.Response) -> str:
    """The first words of an answer, fit for a text column; a vendor may send gigabytes."""
    read = b""
    async for part in response.aiter_raw():
        read += part
        if len(read) > 4 * EXCERPT:
            break
    return "".join(c for c in read.decode("utf-8", "replace")[:EXCERPT] if c.isprintable())


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """What `Retry-After` asks for, in seconds or as a date; None where it is missing or makes no sense."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return timedelta(seconds=min(int(value), 10**7))
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(at - now, timedelta(0))
