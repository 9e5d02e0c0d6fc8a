"""What a vendor would get, before it is handed the case."""

from dataclasses import dataclass
from datetime import datetime

from chassis.look.words import Say, Words


@dataclass(frozen=True, slots=True)
class PreviewedEntry:
    """One entry as the vendor reads it. `author` empty: it does not hear who."""

    at: datetime
    author: Words
    text: str
    files: tuple[tuple[str, int], ...] = ()
    """Name and bytes of what goes along with it."""
    number: str = ""
    """Of the ticket it belongs to; empty: the disturbance's own."""


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """`preview.html`, POST to `<url>/forhandsvisa`; its form goes to `<url>/lamna-over`."""

    url: str
    seen_version: int
    vendor: str
    """Its id, for the form."""
    name: Words
    parallel: bool
    note: str
    subject: str
    contact: Say
    """What it sees of people."""
    places: tuple[tuple[str, int], ...]
    """School, number of tickets."""
    spots: tuple[str, ...]
    """Rooms and devices that the reports name."""
    reporters: tuple[tuple[str, str, str], ...]
    """Name, school, room."""
    agreement: Words
    earlier: tuple[tuple[str, datetime, datetime | None, Say], ...]
    """Vendor, since, until, how it ended."""
    entries: tuple[PreviewedEntry, ...]
    hidden: int
    """How many entries go along as placeholders."""
    more: int
    """How many tickets' histories go along and are not shown here."""
