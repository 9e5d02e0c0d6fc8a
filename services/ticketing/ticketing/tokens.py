"""Bearer tokens of the JSON API: signed by the installation's secret, short-lived, for one person of one municipality.

BadToken            not signed by us, too old, or no token at all; nothing more is told
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

AUDIENCE = "eskalera/ticketing"
_ALGORITHM = "HS256"  # the only one accepted: a token's own header never chooses

_MOST_READ = 10_000


class BadToken(Exception):
    """Whoever brings it is nobody."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Whom the token speaks for; `person` None is the installation's administrator."""

    municipality: str
    person: str | None
    scopes: frozenset[str]


class Tokens:
    """Makes and reads tokens with a key derived from the secret for this purpose alone."""

    def __init__(self, secret: str) -> None:
        self._read: dict[str, tuple[float, Claims]] = {}
        self._key = HKDF(SHA256(), 32, salt=None, info=b"ticketing bearer tokens v1").derive(secret.encode())

    def issue(
        self, municipality: str, person: str | None, now: datetime, ttl: timedelta, scopes: frozenset[str] = frozenset()
    ) -> str:
        """A token that holds until `now + ttl`."""
        claims = {
            "aud": AUDIENCE,
            "mun": municipality,
            "sub": person or "",
            "scope": " ".join(sorted(scopes)),
            "iat": int(now.timestamp()),
            "exp": int((now + ttl).timestamp()),
        }
        return jwt.encode(claims, self._key, _ALGORITHM)

    def read(self, token: str) -> Claims:
        """What a token says; BadToken. One that was read before is believed until it ends."""
        ends, known = self._read.get(token, (0.0, None))
        if known is not None and time.time() < ends:
            return known
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=AUDIENCE,
                options={"require": ["exp", "iat", "aud", "sub"]},
            )
            found = Claims(str(claims["mun"]), claims["sub"] or None, frozenset(str(claims["scope"]).split()))
        except (jwt.InvalidTokenError, KeyError) as error:
            raise BadToken from error
        if len(self._read) >= _MOST_READ:
            self._read.clear()
        self._read[token] = (float(claims["exp"]), found)
        return found
