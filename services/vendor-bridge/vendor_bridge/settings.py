"""Settings of the vendor bridge; `docs/reference/settings.md` lists them all."""

from ipaddress import ip_network
from pathlib import Path
from typing import ClassVar

from pydantic import Field, SecretStr, TypeAdapter, ValidationError, field_validator

from chassis.mail import Sender
from chassis.settings import CommaList, Port
from chassis.smtp import MailServer
from chassis.uploads.settings import UploadSettings
from vendor_bridge.limits import INBOUND_BURST, INBOUND_RATE
from vendor_bridge.mail.addresses import ReplyAddresses, check_mailbox
from vendor_bridge.mail.office import Office

_URLS: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, str])
_EXAMPLE = '{"https://vendor.example/x": "http://127.0.0.1:9086/x"}'


class VendorBridgeSettings(UploadSettings):
    """Beside what every service has."""

    prefix: ClassVar[str] = "VENDOR_BRIDGE_"

    secret: SecretStr = Field(
        min_length=32, description="Key from which the key for connections' tokens is derived; at least 32 characters"
    )
    secrets_file: Path | None = Field(
        None, description="YAML or JSON file of the connections' webhook secrets: `{secret_ref: whsec_…}`, or a list"
    )
    allowed_targets: CommaList = Field(
        (), description="`host:port` of vendors inside networks that are otherwise refused, or without TLS"
    )
    tls_dir: Path | None = Field(
        None,
        description="Folder of certificates: `NAME.pem` (certificate and key) is shown to the vendor of the connection"
        " NAME, `NAME.ca.pem` alone is believed for it, `ca.pem` besides the usual authorities for all",
    )
    inbound_rate: float = Field(
        INBOUND_RATE,
        gt=0,
        description="Webhooks, requests with its token (reads too), files and portal forms a second that one connection"
        " may send on the long run, all together, per process",
    )
    inbound_burst: int = Field(
        INBOUND_BURST, ge=1, description="How many of them it may send at once; more are answered 429"
    )
    urls: str = Field("{}", description="JSON object: an address of the directory → the one used instead")

    smtp_url: SecretStr | None = Field(
        None,
        description="Mail server for vendors reached by mail, and for the portal's links: "
        "`smtp://user:password@host:port` (TLS if offered; with a password insisted on), `smtp+starttls://…` "
        "(insisted on) or `smtps://…`; unset: none is sent",
    )
    smtp_cafile: Path | None = Field(
        None, description="Certificate authority of the mail server (PEM); the system's if unset"
    )
    mail_sender: str = Field(
        "Eskalera <eskalera@localhost>",
        description="Whom mails to vendors come from, `Name <user@host>`; the host ends their Message-IDs, so keep it",
    )
    mail_reply_to: str | None = Field(
        None,
        examples=["svar@leverantorer.example.org"],
        description="Mailbox for vendors' replies; each hand-off has its own address `svar+…@host` of it",
    )
    mail_port: Port | None = Field(
        None, description="Port of the SMTP server that takes replies; 0 takes a free one; unset: none is run"
    )
    mail_relays: CommaList = Field(
        (),
        description="Networks of own mail servers that bring replies, as `10.0.0.0/8`: no limit per address",
    )
    mail_authserv: str | None = Field(
        None,
        description="Name under which an own mail server in front writes `Authentication-Results`; what it says failed "
        "DMARC is held back",
    )
    mail_certfile: Path | None = Field(
        None, description="Certificate for STARTTLS on `MAIL_PORT` (PEM, with its chain)"
    )
    mail_keyfile: Path | None = Field(None, description="Key of that certificate (PEM)")

    @field_validator("smtp_url")
    @classmethod
    def _names_a_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            MailServer.parse(value.get_secret_value())
        return value

    @field_validator("mail_sender")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        Sender.parse(value)
        return value

    @field_validator("mail_reply_to")
    @classmethod
    def _is_a_mailbox(cls, value: str | None) -> str | None:
        if value is not None:
            check_mailbox(value)
        return value

    @field_validator("mail_relays")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            ip_network(network)
        return value

    @property
    def office(self) -> Office | None:
        """What mails to vendors have in common; None where none can be sent."""
        if self.smtp_url is None or self.mail_reply_to is None:
            return None
        return Office(
            MailServer.parse(self.smtp_url.get_secret_value(), self.smtp_cafile),
            Sender.parse(self.mail_sender),
            ReplyAddresses.of(self.mail_reply_to, self.secret.get_secret_value()),
        )

    @field_validator("urls")
    @classmethod
    def _is_a_table(cls, value: str) -> str:
        try:
            addresses = _URLS.validate_json(value)
        except ValidationError as error:
            raise ValueError(f"write a JSON object such as {_EXAMPLE}") from error
        if names := [name for name in addresses if "://" not in name]:
            raise ValueError(f"{', '.join(names)} is no address: write {_EXAMPLE}, for a connection's address")
        return value

    @property
    def url_overrides(self) -> dict[str, str]:
        """The addresses of `urls`."""
        return _URLS.validate_json(self.urls)
