"""A mail server over SMTP: one connection for a few mails, every ending named.

Accepted, Refused, PutOff      what the server said of one mail
ServerAway, Misconfigured      nothing can be sent at all; no mail is to blame
"""

import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Final, Literal, Self
from urllib.parse import unquote, urlsplit

import aiosmtplib

from chassis.mail import UNFOLDED

TIMEOUT: Final = 15.0  # seconds for each step
_PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_ENHANCED_CODE: Final = re.compile(r"\d\.\d{1,3}\.\d{1,3}(?!\S)")
_CLOSING: Final = 421


class ServerAway(Exception):
    """No connection, or it broke; the same later may work."""


class Misconfigured(Exception):
    """The server does not want us as we come: a person has to look."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """250: it is the server's now."""


@dataclass(frozen=True, slots=True)
class Refused:
    """For good (5xx). The reason has the codes alone: servers quote addresses in their texts."""

    reason: str


@dataclass(frozen=True, slots=True)
class PutOff:
    """Not now (4xx)."""

    reason: str


Outcome = Accepted | Refused | PutOff


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where it is and how to get in.

    `smtp://` uses TLS if the server offers it, `smtp+starttls://` insists on it, `smtps://` speaks TLS from the first
    byte. A password is only given over TLS.
    """

    host: str
    port: int
    security: Literal["smtp", "smtp+starttls", "smtps"] = "smtp"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    cafile: Path | None = None

    @classmethod
    def parse(cls, url: str, cafile: Path | None = None) -> Self:
        """`smtp://user:password@host:port`, user and password percent-encoded; ValueError for anything else."""
        parts = urlsplit(url)
        wrong = (
            "write it as smtp://host:port, smtp+starttls:// or smtps://, with user:password@ before the host if need be"
        )
        security = parts.scheme
        if security not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError(wrong)
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        if (user is None) != (password is None):
            raise ValueError(f"{wrong}; user and password go together")
        return cls(parts.hostname, parts.port or _PORTS[security], _scheme(security), user, password, cafile)

    @asynccontextmanager
    async def connected(self) -> AsyncIterator["Line"]:
        """A connection for some mails, one after the other; ServerAway or Misconfigured if there is none to have."""
        insists = self.security == "smtp+starttls" or (self.user is not None and self.security == "smtp")
        context = ssl.create_default_context(cafile=str(self.cafile)) if self.cafile else None
        client = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.security == "smtps",
            start_tls=True if insists else None if self.security == "smtp" else False,
            tls_context=context,
            timeout=TIMEOUT,
        )
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            if (problem := _for_people(error)) is not None:
                raise Misconfigured(problem) from error
            raise ServerAway(type(error).__name__) from error
        try:
            yield Line(client)
        finally:
            await _leave(client)


class Line:
    """One open connection."""

    def __init__(self, client: aiosmtplib.SMTP) -> None:
        self._client = client

    async def send(self, message: EmailMessage, *, sender: str, to: str) -> Outcome:
        """One mail; ServerAway if nobody knows whether it arrived."""
        is_ascii = sender.isascii() and to.isascii()
        # aiosmtplib's own `send_message` writes the headers anew, and folds them.
        content = message.as_bytes(policy=UNFOLDED.clone(cte_type="7bit", utf8=not is_ascii))
        try:
            options = () if is_ascii else ("SMTPUTF8",)
            await self._client.sendmail(sender, [to], content, mail_options=options)
        except aiosmtplib.SMTPNotSupported:  # of a server without SMTPUTF8; nothing was said of the mail yet
            return Refused("the server takes no such address")
        except aiosmtplib.SMTPRecipientsRefused as error:
            return _no(error.recipients[0])
        except aiosmtplib.SMTPDataError as error:
            return _no(error)
        except aiosmtplib.SMTPSenderRefused as error:
            if error.code >= 500:
                raise Misconfigured(f"it refuses the sender: {reason_of(error)}") from error
            raise ServerAway(reason_of(error)) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise ServerAway(type(error).__name__) from error
        return Accepted()


def _no(error: aiosmtplib.SMTPResponseException) -> Outcome:
    if error.code == _CLOSING:
        raise ServerAway(reason_of(error)) from error
    return Refused(reason_of(error)) if error.code >= 500 else PutOff(reason_of(error))


def reason_of(error: aiosmtplib.SMTPResponseException) -> str:
    """`550 5.1.1`: the codes, never the text."""
    found = _ENHANCED_CODE.match(error.message.strip())
    return f"{error.code} {found.group()}" if found else str(error.code)


def _scheme(text: str) -> Literal["smtp", "smtp+starttls", "smtps"]:
    match text:
        case "smtp" | "smtp+starttls" | "smtps":
            return text
        case _:
            raise ValueError(f"{text} is no scheme of a mail server")


def _for_people(error: Exception) -> str | None:
    """What is wrong with the way we come in; None if it is only away."""
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return f"it refuses user and password: {reason_of(error)}"
    if isinstance(error, ssl.SSLCertVerificationError) or isinstance(error.__cause__, ssl.SSLCertVerificationError):
        return "its certificate is not trusted"
    if isinstance(error, aiosmtplib.SMTPNotSupported) or type(error) is aiosmtplib.SMTPException:
        return "it offers no TLS, or no way to sign in"
    return None


async def _leave(client: aiosmtplib.SMTP) -> None:
    if client.is_connected:
        try:
            await client.quit()
        except (aiosmtplib.SMTPException, OSError):
            client.close()
