"""Settings of the notifier; `docs/reference/settings.md` lists them all."""

from pathlib import Path
from typing import ClassVar

from pydantic import Field, SecretStr, field_validator

from chassis.mail import Sender
from chassis.settings import Settings
from chassis.smtp import MailServer


class NotifierSettings(Settings):
    """Beside what every service has; it answers on its management port only."""

    prefix: ClassVar[str] = "NOTIFIER_"

    smtp_url: SecretStr = Field(
        description="Mail server: `smtp://user:password@host:port` (TLS if offered; with a password insisted on), "
        "`smtp+starttls://…` (TLS insisted on) or `smtps://…` (TLS from the first byte)"
    )
    smtp_cafile: Path | None = Field(
        None, description="Certificate authority of the mail server (PEM); the system's if unset"
    )
    sender: str = Field(
        "Eskalera <eskalera@localhost>",
        description="Whom mails come from, `Name <user@host>`; the host also ends their Message-IDs, so keep it",
    )
    pages_url: str = Field(
        "http://127.0.0.1:8080",
        pattern=r"^https?://[^/\s]+$",
        examples=["https://arenden.example.org"],
        description="How people reach ticketing's pages, without a path: mails link there",
    )

    @field_validator("smtp_url")
    @classmethod
    def _names_a_server(cls, value: SecretStr) -> SecretStr:
        MailServer.parse(value.get_secret_value())
        return value

    @field_validator("sender")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        Sender.parse(value)
        return value
