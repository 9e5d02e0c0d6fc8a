"""Standard Webhooks signatures, both ways (https://www.standardwebhooks.com, symmetric `v1`).

BadSignature        missing, malformed, stale or wrong: all the same to the sender
BadSecret           a configured secret that is none
"""

import base64
import binascii
import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook

HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
LONGEST_ID = 200
TOLERANCE = timedelta(minutes=5)


class BadSignature(Exception):
    """It is not proven who sent this."""


class BadSecret(ValueError):
    """Write a secret as `whsec_` and base64."""


def sign(secrets: Sequence[str], webhook_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers; one signature for each secret, so that keys can be changed while both are valid."""
    at = at.astimezone(UTC)
    signatures = [Webhook(_key(secret)).sign(webhook_id, at, body.decode()) for secret in secrets]
    return dict(zip(HEADERS, (webhook_id, str(int(at.timestamp())), " ".join(signatures)), strict=True))


def verify(secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> str:
    """The id of a message that one of the secrets signed, at most five minutes ago or ahead; raises BadSignature."""
    webhook_id, timestamp, signatures = (headers.get(name, "") for name in HEADERS)
    if not webhook_id or len(webhook_id) > LONGEST_ID or not webhook_id.isprintable() or not _is_recent(timestamp):
        raise BadSignature
    # By hand: the library reads the body as text, and a vendor may have signed bytes that are none.
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    given = list(_signatures(signatures))
    for secret in secrets:
        try:
            expected = hmac.digest(_key(secret), signed, "sha256")
        except BadSecret:
            continue
        if any(hmac.compare_digest(expected, each) for each in given):
            return webhook_id
    raise BadSignature


def _is_recent(timestamp: str) -> bool:
    try:
        return abs(float(timestamp) - datetime.now(UTC).timestamp()) <= TOLERANCE.total_seconds()  # never for NaN
    except ValueError:
        return False


def _signatures(header: str) -> Iterator[bytes]:
    for part in header.split(" "):
        version, _, signature = part.partition(",")
        if version == "v1":
            try:
                yield base64.b64decode(signature, validate=True)
            except ValueError:  # no base64, or not even ASCII
                continue


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_") + "==")
    except (binascii.Error, ValueError) as error:
        raise BadSecret("a webhook secret is no base64") from error
    if not key:
        raise BadSecret("a webhook secret is empty")
    return key
