"""Standard Webhooks signatures, both ways (https://www.standardwebhooks.com, symmetric `v1`).

BadSignature        missing, malformed, stale or wrong: all the same to the sender
BadId               rightly signed, but the webhook-id is none that can be kept
BadSecret           a configured secret that is none, and is to sign; it verifies nothing
"""

import base64
import binascii
import hmac
import math
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from standardwebhooks import Webhook, WebhookVerificationError

from contracts.bundle import file_path
from contracts.refusals import RIGHT_KEY

HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
PREFIX = "whsec_"
LONGEST_ID = 200
TOLERANCE = 300
"""Seconds that a timestamp may differ from now; the library's own, which checks it."""
SHORTEST_KEY = 24
"""Bytes of a secret; the standard's least. Those that we make have 32."""


class BadSignature(Exception):
    """It is not proven who sent this."""


class BadId(Exception):
    """A webhook-id has at most 200 printable characters."""


class BadSecret(ValueError):
    """Write a secret as `whsec_` and base64, of at least 24 bytes."""


def sign(keys: Sequence[str], webhook_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers; one signature for each secret, so that keys can be changed while both are valid."""
    at = at.astimezone(UTC)
    signatures = [_key(secret).sign(webhook_id, at, body.decode()) for secret in keys]
    return dict(zip(HEADERS, (webhook_id, str(int(at.timestamp())), " ".join(signatures)), strict=True))


def verify(keys: Sequence[str], headers: Mapping[str, str], body: bytes) -> str:
    """The id of a message that one of the secrets signed, at most five minutes ago or ahead.

    Raises BadSignature; BadId only to who is proven, so that nobody else learns more than that.
    """
    named = {name: headers.get(name, "") for name in HEADERS}
    if not all(named.values()):
        raise BadSignature
    for secret in keys:
        try:
            _key(secret).verify(body, named, json_parse=False)
        except UnicodeDecodeError:
            if not (_is_near(named["webhook-timestamp"]) and _signed(secret, named, body)):
                continue
        except (WebhookVerificationError, ValueError):  # ValueError: what is no base64, no number, no secret
            continue
        if len(named["webhook-id"]) > LONGEST_ID or not named["webhook-id"].isprintable():
            raise BadId
        return named["webhook-id"]
    raise BadSignature


def asks_for(handoff: str, message: str) -> bytes:
    """What another Eskalera signs that fetches the story which `message` only linked to: a request has no body."""
    return f"GET /handoffs/{handoff}/bundle?message={message}".encode()


def asks_for_file(handoff: str, sha256: str) -> bytes:
    """The same for a file that a hand-off's story names."""
    return f"GET {file_path(handoff, sha256)}".encode()


def puts_file(handoff: str, sha256: str, name: str) -> bytes:
    """What another Eskalera signs that puts a file to a hand-off: the digest stands for the bytes."""
    return f"PUT {file_path(handoff, sha256, name)}".encode()


def fault(keys: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Why a signature was not taken, for the engineer who may read the connection's log; the sender is not told."""
    missing = [name for name in HEADERS if not headers.get(name)]
    if missing:
        return f"there is no {missing[0]}"
    try:
        off = float(headers["webhook-timestamp"]) - now.timestamp()
    except ValueError:
        off = math.nan
    if math.isnan(off):
        return "webhook-timestamp is no number of seconds since 1970"
    if abs(off) > TOLERANCE:
        signed = RIGHT_KEY if any(_signed(secret, headers, body) for secret in keys) else ""
        return f"{signed}webhook-timestamp is {_far(off)} our clock; five minutes are allowed"
    if not any(each.startswith("v1,") for each in headers["webhook-signature"].split(" ")):
        return "webhook-signature has none that begins with v1,"
    if not any(_is_one(secret) for secret in keys):
        return "this installation has no valid secret for the connection"
    return (
        "no valid secret of the connection made this webhook-signature over webhook-id.webhook-timestamp.body: "
        "another secret, or other bytes than were sent"
    )


def _signed(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the secret made one of the signatures, whenever that was; of any bytes: the library reads only text."""
    try:
        at = math.floor(float(headers["webhook-timestamp"]))
        _key(secret)
    except (ValueError, OverflowError):  # no secret, a time that no calendar has
        return False
    key = base64.b64decode(secret.removeprefix(PREFIX) + "==")
    told = hmac.digest(key, f"{headers['webhook-id']}.{at}.".encode() + body, "sha256")
    right = b"v1," + base64.b64encode(told)
    return any(hmac.compare_digest(right, each.encode()) for each in headers["webhook-signature"].split(" "))


def _is_near(stamp: str) -> bool:
    try:
        return abs(float(stamp) - datetime.now(UTC).timestamp()) <= TOLERANCE
    except ValueError:
        return False


def _far(off: float) -> str:
    """`off`: seconds, perhaps without end."""
    return f"{abs(off):.0f} seconds {'ahead of' if off > 0 else 'behind'}"


def new_secret() -> str:
    """256 bits."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _is_one(secret: str) -> bool:
    try:
        _key(secret)
    except BadSecret:
        return False
    return True


@lru_cache(maxsize=1024)
def _key(secret: str) -> Webhook:
    try:
        length = len(base64.b64decode(secret.removeprefix(PREFIX)))
    except (binascii.Error, ValueError) as error:
        raise BadSecret("a webhook secret is no base64") from error
    if length < SHORTEST_KEY:
        raise BadSecret(f"a webhook secret is shorter than {SHORTEST_KEY} bytes")
    return Webhook(secret)
