"""Standard Webhooks signatures, both ways (https://www.standardwebhooks.com, symmetric `v1`).

BadSignature        missing, malformed, stale or wrong: all the same to the sender
BadSecret           a configured secret that is none
"""

import base64
import binascii
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from standardwebhooks import Webhook, WebhookVerificationError

HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
PREFIX = "whsec_"
LONGEST_ID = 200
SHORTEST_KEY = 24
"""Bytes of a secret; the standard's least. Those that we make have 32."""


class BadSignature(Exception):
    """It is not proven who sent this."""


class BadSecret(ValueError):
    """Write a secret as `whsec_` and base64, of at least 24 bytes."""


def sign(keys: Sequence[str], webhook_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers; one signature for each secret, so that keys can be changed while both are valid."""
    at = at.astimezone(UTC)
    signatures = [_key(secret).sign(webhook_id, at, body.decode()) for secret in keys]
    return dict(zip(HEADERS, (webhook_id, str(int(at.timestamp())), " ".join(signatures)), strict=True))


def verify(keys: Sequence[str], headers: Mapping[str, str], body: bytes) -> str:
    """The id of a message that one of the secrets signed, at most five minutes ago or ahead; raises BadSignature."""
    named = {name: headers.get(name, "") for name in HEADERS}
    if not all(named.values()) or len(named["webhook-id"]) > LONGEST_ID or not named["webhook-id"].isprintable():
        raise BadSignature
    for secret in keys:
        try:
            _key(secret).verify(body, named, json_parse=False)
        except (WebhookVerificationError, ValueError):  # ValueError: what is no base64, no UTF-8, no number
            continue
        return named["webhook-id"]
    raise BadSignature


def new_secret() -> str:
    """256 bits."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


@lru_cache(maxsize=1024)
def _key(secret: str) -> Webhook:
    try:
        length = len(base64.b64decode(secret.removeprefix(PREFIX)))
    except (binascii.Error, ValueError) as error:
        raise BadSecret("a webhook secret is no base64") from error
    if length < SHORTEST_KEY:
        raise BadSecret(f"a webhook secret is shorter than {SHORTEST_KEY} bytes")
    return Webhook(secret)
