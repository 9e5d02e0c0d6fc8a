"""Settings of ticketing; `docs/reference/settings.md` lists them all."""

from datetime import timedelta
from typing import ClassVar

from pydantic import Field, SecretStr

from chassis.uploads.settings import UploadSettings


class TicketingSettings(UploadSettings):
    """Beside what every service has."""

    prefix: ClassVar[str] = "TICKETING_"

    secret: SecretStr = Field(
        min_length=32, description="Key from which the keys for tokens are derived; at least 32 random characters"
    )
    demo: bool = Field(
        False, description="Sign-in by choosing a person of the directory, and the page `/stil`; never in production"
    )
    session_hours: int = Field(12, ge=1, le=168, description="Hours until a page session ends by itself")

    @property
    def session_lifetime(self) -> timedelta:
        return timedelta(hours=self.session_hours)
