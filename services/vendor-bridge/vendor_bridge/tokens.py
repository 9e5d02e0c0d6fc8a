"""A connection's bearer token: what a vendor's system shows to fetch a bundle. Signed, not stored.

BadToken            forged, expired, or not for the bridge
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import jwt

_ALGORITHM: Final = "HS256"
_AUDIENCE: Final = "eskalera:vendor-bridge"
_PURPOSE: Final = b"vendor-bridge connection token 1"
LONGEST: Final = timedelta(days=400)


class BadToken(Exception):
    """It opens nothing."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a token is for. `municipality` None: of the one municipality that has a connection of that name."""

    connection: str
    municipality: str | None


def issue(secret: str, connection: str, *, municipality: str | None = None, ttl: timedelta = timedelta(hours=1)) -> str:
    """A token that opens the hand-offs of `connection` for `ttl`. `secret`: the bridge's own."""
    claims: dict[str, object] = {
        "aud": _AUDIENCE,
        "sub": connection,
        "exp": datetime.now(UTC) + min(ttl, LONGEST),
    }
    if municipality is not None:
        claims["municipality"] = municipality
    return jwt.encode(claims, _key(secret), algorithm=_ALGORITHM)


def read(secret: str, token: str, *, expired: bool = False) -> Bearer:
    """Whose token it is; raises BadToken. `expired`: whose it was, also where it opens nothing any more."""
    try:
        claims = jwt.decode(
            token,
            _key(secret),
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            options={"require": ["exp", "sub", "aud"], "verify_exp": not expired},
        )
    except jwt.PyJWTError as error:
        raise BadToken from error
    return Bearer(claims["sub"], claims.get("municipality"))


def shown(authorization: str) -> str:
    """The token in an `Authorization` header, or none at all, which opens nothing."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _key(secret: str) -> bytes:
    """A key of its own, so that no other use of the secret makes something that passes for a token."""
    return hmac.digest(secret.encode(), _PURPOSE, "sha256")
