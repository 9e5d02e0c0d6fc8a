"""A story that another Eskalera only linked to: fetched by a request signed as messages are, and proven."""

from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

import httpx
from pydantic import ValidationError

from contracts.bundle import Bundle, prove
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


class Bundles(Reach):
    """Where the links of a connection lead to."""

    async def fetch(self, way: Way, message: Outgoing, link: BundleLink) -> Bundle | Failure:
        """What `link` of `message` stands for. Never raises for what the other side or the network does."""
        if link.bytes > LARGEST:
            return NotTaken(f"the story has more than {LARGEST // 2**20} MB")
        keys, asked = self._secrets.of(way.connection.secret_ref), signing.asks_for(message.data.handoff, message.id)
        if not keys:
            return without_secret(way)
        try:
            headers = signing.sign(keys, f"fetch_{message.id}"[: signing.LONGEST_ID], datetime.now(UTC), asked)
            client = self._client_for(way)
        except (signing.BadSecret, BadCertificate) as error:
            return Misconfigured(str(error))
        content = await exchange(client, "GET", link.url, headers, None, self._own(way), self._resolver, _content)
        return _proven(message, link, content) if isinstance(content, bytes) else content

    def _own(self, way: Way) -> frozenset[str]:
        """Of the operator's list only what the connection itself leads to: the address comes from the other side."""
        parts = urlsplit(self._url(way) or "")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return self._allowed & {f"{parts.hostname}:{port}"}


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
