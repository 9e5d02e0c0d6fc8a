"""What is asked of another Eskalera beside messages, by requests signed as those are: a story that it only linked to,
and files, both ways. What is fetched is proven by the digest that its signed message named.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import ValidationError

from contracts.bundle import Bundle, file_path, prove
from contracts.timeline import FileRef
from contracts.webhooks import BundleLink, Outgoing
from vendor_bridge import signing
from vendor_bridge.profiles import Disabled, Misconfigured, NotTaken
from vendor_bridge.profiles.exchange import excerpt, exchange, refused, whole
from vendor_bridge.profiles.reach import Reach, without_secret
from vendor_bridge.store.directories import Way
from vendor_bridge.tls import BadCertificate

LARGEST: Final = 20 * 1024 * 1024
"""Bytes of a story."""
Failure = NotTaken | Misconfigured | Disabled
Answer = TypeVar("Answer")


def reason_of(failure: Failure) -> str:
    """For the log, and for whoever reads why something waits."""
    return failure.reason if isinstance(failure, NotTaken | Misconfigured) else f"answered {failure.status}"


class Neighbour(Reach):
    """The other side of a connection. Never raises for what that or the network does."""

    async def fetch(self, way: Way, message: Outgoing, link: BundleLink) -> Bundle | Failure:
        """What `link` of `message` stands for."""
        if link.bytes > LARGEST:
            return NotTaken(f"the story has more than {LARGEST // 2**20} MB")
        asked = signing.asks_for(message.data.handoff, message.id)
        content = await self._ask(way, "GET", link.url, f"fetch_{message.id}", asked, _content)
        return _proven(message, link, content) if isinstance(content, bytes) else content

    async def fetch_file(self, way: Way, handoff: str, digest: str, url: str) -> bytes | Failure:
        """The bytes of a file that a hand-off's story names, by their SHA-256."""
        asked = signing.asks_for_file(handoff, digest)
        content = await self._ask(way, "GET", url, f"fetch_{digest}", asked, _content)
        if isinstance(content, bytes) and sha256(content).hexdigest() != digest:
            return NotTaken("answered with another file than the story names")
        return content

    async def put_file(self, way: Way, handoff: str, file: FileRef, content: bytes) -> Failure | None:
        """Puts a file to a hand-off of the other's. None: it is there."""
        base, found, _ = (self._url(way) or "").rpartition("/webhooks/")
        if not found:
            return Misconfigured("the connection's address is none of an Eskalera's")
        url = f"{base}{file_path(handoff, file.sha256, file.name)}"
        asked = signing.puts_file(handoff, file.sha256, file.name)
        sent = {"content-type": file.media_type}
        return await self._ask(way, "PUT", url, f"file_{file.sha256}", asked, _taken, sent, content)

    async def _ask(
        self,
        way: Way,
        method: str,
        url: str,
        name: str,
        asked: bytes,
        read: Callable[[httpx.Response], Awaitable[Answer]],
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer | Failure:
        """`asked` is what is signed, under `name`."""
        if not (keys := self._secrets.of(way.connection.secret_ref)):
            return without_secret(way)
        try:
            signed = signing.sign(keys, name[: signing.LONGEST_ID], datetime.now(UTC), asked)
            client = self._client_for(way)
        except (signing.BadSecret, BadCertificate) as error:
            return Misconfigured(str(error))
        sent = {**signed, **(headers or {})}
        return await exchange(client, method, url, sent, body, self._own(way), self._resolver, read)

    def _own(self, way: Way) -> frozenset[str]:
        """Of the operator's list only what the connection itself leads to: the address comes from the other side."""
        parts = urlsplit(self._url(way) or "")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return self._allowed & {f"{parts.hostname}:{port}"}


async def _taken(response: httpx.Response) -> Failure | None:
    said = await whole(response, LARGEST)
    return None if response.is_success else refused(response, excerpt(said or b""))


async def _content(response: httpx.Response) -> bytes | Failure:
    content = await whole(response, LARGEST)
    if content is None:
        return NotTaken(f"answered with more than {LARGEST // 2**20} MB", status=response.status_code)
    return content if response.is_success else refused(response, excerpt(content))


def _proven(message: Outgoing, link: BundleLink, content: bytes) -> Bundle | NotTaken:
    """The one that the signed message announced. Whether it continues what is here is seen where it is used."""
    try:
        bundle = Bundle.model_validate_json(content)
    except ValidationError:
        return NotTaken("answered with something that is no story")
    announced = (message.data.handoff, message.data.municipality, link.heads, link.digest)
    carried = {chain.case: chain.after for chain in bundle.chains}
    begins = {case: after for case, after in carried.items() if after is not None}
    known = begins | {case: head for case, head in bundle.heads.items() if case not in carried}
    if (bundle.handoff, bundle.municipality, bundle.heads, bundle.digest) != announced or prove(bundle, known):
        return NotTaken("answered with another story than the message announced")
    return bundle
