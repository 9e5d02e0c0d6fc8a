"""One request to an address that was checked, and what its answer means. Never raises for what the other side does."""

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

import httpx

from vendor_bridge import targets
from vendor_bridge.profiles import Disabled, Misconfigured, NotTaken
from vendor_bridge.profiles.clients import TIMEOUT

EXCERPT: Final = 300  # characters of an answer that are kept for the log of deliveries
_GONE: Final = 410
_ALERT: Final = re.compile("ALERT_(.+)")
Answer = TypeVar("Answer")


async def exchange(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
    allowed: Collection[str],
    resolver: targets.Resolve,
    read: Callable[[httpx.Response], Awaitable[Answer]],
) -> Answer | NotTaken | Misconfigured:
    """`read` makes of the answer what the caller wants of it, within the time of the whole exchange."""
    try:
        async with asyncio.timeout(TIMEOUT):
            target = await targets.pin(url, allowed, resolver)
            request = client.build_request(
                method,
                target.url,
                content=body,
                headers={**headers, "host": target.authority},
                extensions={"sni_hostname": target.host},
            )
            response = await client.send(request, stream=True)
            try:
                return await read(response)
            finally:
                await response.aclose()
    except targets.TargetRefused as error:
        return Misconfigured(str(error))
    except TimeoutError:
        return NotTaken(f"no answer within {TIMEOUT:.0f} s")
    except (httpx.HTTPError, OSError) as error:
        return NotTaken(_why(error))


async def fault_of(url: str, allowed: Collection[str], resolver: targets.Resolve) -> str | None:
    """Why the address may not be called, or leads nowhere; None: it can be tried."""
    try:
        async with asyncio.timeout(TIMEOUT):
            await targets.pin(url, allowed, resolver)
    except targets.TargetRefused as error:
        return str(error)
    except TimeoutError:
        return f"the name in the address is not resolved within {TIMEOUT:.0f} s"
    return None


def refused(response: httpx.Response, said: str) -> Disabled | NotTaken:
    """What an answer means that is no 2xx; `said`: its first words."""
    if response.status_code == _GONE:
        return Disabled(_GONE)
    return NotTaken(
        reason=f"answered {response.status_code}{f': {said}' if said else ''}",
        status=response.status_code,
        retry_after=retry_after(response.headers.get("retry-after"), datetime.now(UTC)),
    )


async def whole(response: httpx.Response, largest: int) -> bytes | None:
    """An answer's content; None where it is more than `largest` bytes, of which no more is read."""
    content = bytearray()
    async for part in response.aiter_bytes():
        content += part
        if len(content) > largest:
            return None
    return bytes(content)


def excerpt(content: bytes) -> str:
    """The first words of an answer, fit for a text column."""
    return "".join(c for c in content.decode("utf-8", "replace")[:EXCERPT] if c.isprintable())


def _why(error: BaseException) -> str:
    """What kept a connection from coming about; of certificates, theirs and ours, what is wrong with them."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {cause.verify_message.removesuffix('.')}"
        if isinstance(cause, ssl.SSLError) and (found := _ALERT.search(cause.reason or "")):
            return _alerted(found[1])
        cause = cause.__cause__ or cause.__context__
    return f"no connection: {type(error).__name__}"


def _alerted(alert: str) -> str:
    """Why the other side broke the encryption off, by OpenSSL's name for it."""
    words = alert.replace("_", " ").lower()
    if alert == "CERTIFICATE_REQUIRED":
        return "it wants a client certificate, and none is set for this connection"
    if "CERTIFICATE" in alert or alert in ("UNKNOWN_CA", "ACCESS_DENIED"):
        return f"it does not take our client certificate: {words}"
    if alert == "HANDSHAKE_FAILURE":  # all that TLS 1.2 says where a certificate is missing
        return f"it broke the encryption off, maybe since it wants a client certificate: {words}"
    return f"it broke the encryption off: {words}"


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
