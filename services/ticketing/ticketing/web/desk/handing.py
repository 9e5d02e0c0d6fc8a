"""The form that hands a case to a vendor, as it is posted: to be looked at, to be sent, and back to the case."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from ticketing.views import Field, Say
from ticketing.web.forms import Choice, Written


@dataclass(frozen=True, slots=True)
class HandOffForm:
    """Whom it goes to, with which words, and whether all of it."""

    vendor: str
    note: str
    role: str

    @property
    def parallel(self) -> bool:
        """The vendor works on a part of it, beside who has the case."""
        return self.role == "parallel"

    def fields(self, vendor: Say | None = None, note: Say | None = None) -> dict[str, Field]:
        """As it was written, with what is wrong with the vendor and the note."""
        return {"vendor": Field(self.vendor, vendor), "note": Field(self.note, note), "role": Field(self.role)}


def _read(vendor: Choice = "", note: Written = "", role: Choice = "lead") -> HandOffForm:
    return HandOffForm(vendor, note, role)


HandedOff = Annotated[HandOffForm, Depends(_read)]
