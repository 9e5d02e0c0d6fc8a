"""Settings of the vendor bridge; `docs/reference/settings.md` lists them all."""

from pathlib import Path
from typing import ClassVar

from pydantic import Field, SecretStr, TypeAdapter, ValidationError, field_validator

from chassis.settings import CommaList, Settings

_URLS: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, str])


class VendorBridgeSettings(Settings):
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
    urls: str = Field("{}", description="JSON object: connection → address used instead of the directory's")

    @field_validator("urls")
    @classmethod
    def _is_a_table(cls, value: str) -> str:
        try:
            _URLS.validate_json(value)
        except ValidationError as error:
            raise ValueError(
                'write a JSON object such as {"demo-vendor": "http://127.0.0.1:9086/webhooks/x"}'
            ) from error
        return value

    @property
    def url_overrides(self) -> dict[str, str]:
        """The addresses of `urls`."""
        return _URLS.validate_json(self.urls)
