"""The address that a vendor replies to: one per hand-off, signed, not stored.

NotOurs             no address of this mailbox
BadAddressToken     it is, but what follows the plus was not made here, or is too old
"""

import base64
import binascii
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from typing import Final, Self

_PURPOSE: Final = b"vendor-bridge reply address 1"
_EPOCH: Final = datetime(2020, 1, 1, tzinfo=UTC)
LONGEST: Final = timedelta(days=400)
"""How long a mail can be replied to."""
_SIGNED: Final = 18  # bytes: the last day (2) and the hand-off's number (16)
_SEAL: Final = 12  # bytes; with those before 48 letters of base32 and no padding
_LONGEST_NAME: Final = 15
"""Letters of the mailbox's name: with the plus and the token within the 64 that mail allows before the @."""


class NotOurs(Exception):
    """Mail to it is somebody else's."""


class BadAddressToken(Exception):
    """It opens nothing."""


@dataclass(frozen=True, slots=True)
class ReplyAddresses:
    """`svar+<token>@host`, letters in either case: mail servers are free to change it."""

    name: str
    host: str
    _key: bytes = field(repr=False)

    @classmethod
    def of(cls, mailbox: str, secret: str) -> Self:
        """`mailbox`: `svar@leverantorer.example.org`; `secret`: the bridge's own. ValueError for one of no use."""
        check_mailbox(mailbox)
        name, _, host = mailbox.lower().partition("@")
        return cls(name, host, hmac.digest(secret.encode(), _PURPOSE, "sha256"))

    @property
    def mailbox(self) -> str:
        """What the addresses have in common."""
        return f"{self.name}@{self.host}"

    def of_handoff(self, handoff: str, now: datetime) -> str:
        """Where replies to a mail of `now` about this hand-off go; the same all day long."""
        last_day = (now + LONGEST - _EPOCH).days
        signed = last_day.to_bytes(2, "big") + bytes.fromhex(handoff.partition("_")[2])
        token = base64.b32encode(signed + self._seal(signed)).decode().lower()
        return f"{self.name}+{token}@{self.host}"

    def read(self, address: str, now: datetime) -> str:
        """The hand-off that a mail to `address` is about; NotOurs, BadAddressToken."""
        local, _, host = address.lower().rpartition("@")
        name, _, token = local.partition("+")
        if (name, host) != (self.name, self.host):
            raise NotOurs
        try:
            content = base64.b32decode(token.upper())
        except (binascii.Error, ValueError):
            raise BadAddressToken from None
        signed, seal = content[:_SIGNED], content[_SIGNED:]
        if len(signed) != _SIGNED or not hmac.compare_digest(seal, self._seal(signed)):
            raise BadAddressToken
        if _EPOCH + timedelta(days=int.from_bytes(signed[:2], "big") + 1) < now:
            raise BadAddressToken
        return f"ho_{signed[2:].hex()}"

    def _seal(self, signed: bytes) -> bytes:
        return hmac.digest(self._key, signed, "sha256")[:_SEAL]


def check_mailbox(mailbox: str) -> None:
    """ValueError where replies could not be addressed to it."""
    name, _, host = mailbox.partition("@")
    if not (name and host and mailbox.isascii()) or "+" in name or len(name) > _LONGEST_NAME:
        raise ValueError(f"write it as name@host, the name of at most {_LONGEST_NAME} letters and without a plus")
    try:
        Address(addr_spec=mailbox)
    except (ValueError, MessageError) as error:
        raise ValueError("the address is none") from error
