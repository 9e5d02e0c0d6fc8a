"""Settings of a service that takes files."""

from typing import Final

from pydantic import Field

from chassis.settings import Settings

MOST_OF_CASE: Final = 100_000_000
"""Bytes of all files of one case, where nothing else is set."""


class UploadSettings(Settings):
    """How much of people's files is taken."""

    file_bytes: int = Field(10_000_000, ge=1000, description="Largest file that is taken, in bytes")
    files_at_once: int = Field(5, ge=1, le=20, description="Files that one message may bring")
    files_of_case_bytes: int = Field(
        MOST_OF_CASE, ge=1000, description="Bytes of all files of one case; more are refused with a sentence"
    )

    @property
    def files_of_a_page(self) -> int:
        """So many files of a form are read: a few too many are told beside the field, a flood is not."""
        return self.files_at_once + 45

    @property
    def message_bytes(self) -> int:
        """Largest body of a request that brings files: they, and the words and headers around them."""
        return self.file_bytes * self.files_at_once + self.max_body_bytes
