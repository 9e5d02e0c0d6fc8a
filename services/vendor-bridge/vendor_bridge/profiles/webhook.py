"""The webhook profile: one signed POST per message, to the address that was checked."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from chassis import telemetry
from contracts.webhooks import CONTENT_TYPE
from vendor_bridge import signing, targets
from vendor_bridge.profiles import Disabled, Letter, Misconfigured, NotTaken, Outcome, Taken
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.store.directories import Way

TIMEOUT: Final = 15.0  # seconds for the whole exchange
EXCERPT: Final = 300  # characters of an answer that are kept for the log of deliveries
_GONE: Final = 410


def new_client() -> httpx.AsyncClient:
    """One per process. No proxy of the environment, no redirect: both would lead elsewhere than checked."""
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=30)
    return httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False, limits=limits)


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
    ) -> None:
        self._client = client
        self._secrets = secrets
        self._allowed = frozenset(allowed)
        self._urls = dict(urls or {})
        self._resolver = resolver

    async def deliver(self, way: Way, letter: Letter) -> Outcome:
        secrets = self._secrets.of(way.connection.secret_ref)
        url = self._urls.get(way.connection.name, way.connection.url)
        if not secrets:
            return Misconfigured(f"the secret {way.connection.secret_ref!r} is not known to this installation")
        if url is None:
            return Misconfigured("the connection has no address")
        try:
            headers = signing.sign(secrets, letter.id, datetime.now(UTC), letter.body)
        except signing.BadSecret as error:
            return Misconfigured(str(error))
        with telemetry.span_from(letter.traceparent, f"deliver {letter.kind}", "client"):
            telemetry.inject(headers)
            try:
                async with asyncio.timeout(TIMEOUT):
                    target = await targets.pin(url, self._allowed, self._resolver)
                    return await self._post(target, headers, letter.body)
            except targets.TargetRefused as error:
                return Misconfigured(str(error))
            except TimeoutError:
                return NotTaken(f"no answer within {TIMEOUT:.0f} s")
            except (httpx.HTTPError, OSError) as error:
                return NotTaken(f"no connection: {type(error).__name__}")

    async def _post(self, target: targets.Target, headers: dict[str, str], body: bytes) -> Outcome:
        request = self._client.build_request(
            "POST",
            target.url,
            content=body,
            headers={**headers, "host": target.authority, "content-type": CONTENT_TYPE},
            extensions={"sni_hostname": target.host},
        )
        response = await self._client.send(request, stream=True)
        try:
            if response.is_success:
                await _beginning(response)  # read to its end, the connection can be used again
                return Taken(response.status_code)
            if response.status_code == _GONE:
                return Disabled(_GONE)
            return NotTaken(
                reason=f"answered {response.status_code}: {await _beginning(response)}",
                status=response.status_code,
                retry_after=retry_after(response.headers.get("retry-after"), datetime.now(UTC)),
            )
        finally:
            await response.aclose()


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
