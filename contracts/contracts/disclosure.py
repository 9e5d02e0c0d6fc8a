"""Who reads which entry (R1, R2), and what an entry looks like to them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from contracts.timeline import Disclosure, Entry, FieldName, Placed
from contracts.values import REPORTER_PARTY, SYSTEM_PARTY

REPORTER = "reporter"
REPORTERS = "reporters"
INTERNAL = "internal"


def to_party(party: str) -> str:
    """The audience name of one party: `party:vendor:natleverantoren`."""
    return f"party:{party}"


@dataclass(frozen=True, slots=True)
class Staff:
    """The municipality's own: reads all of a case it may see at all."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """A reporter, of this case (`own`) or only of its incident."""

    own: bool


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor with a hand-off of the incident.

    `earlier_leads`: the vendors that led before it, in any order; empty for a parallel vendor, which never reads
    another's notes. `contact` is its connection's choice of what it sees of people.
    """

    party: str
    earlier_leads: frozenset[str] = frozenset()
    contact: Literal["person", "school", "none"] = "none"


Reader = Staff | Reporter | Vendor


class DisclosedEntry(Placed):
    """An entry as one reader may see it: `disclosures` holds just the fields shown; a placeholder has none."""

    disclosures: dict[FieldName, Disclosure] = Field(default_factory=dict)


def may_read(entry: Entry, reader: Reader) -> bool:
    """Whether `reader` sees more of the entry than that it exists."""
    return is_for(entry.audience, reader, private=entry.private)


def is_for(audience: Collection[str], reader: Reader, *, private: bool) -> bool:
    """Whether `reader` is among those whom an entry is for."""
    if isinstance(reader, Staff):
        return True
    if INTERNAL in audience:  # whatever else it names: internal never leaves (N5)
        return False
    match reader:
        case Reporter(own=own):
            return REPORTERS in audience or (own and REPORTER in audience)
        case Vendor():
            return _is_for_vendor(set(audience), reader, private=private)


def _is_for_vendor(audience: set[str], vendor: Vendor, *, private: bool) -> bool:
    if audience & {REPORTER, REPORTERS} or to_party(vendor.party) in audience:
        return True
    if private:
        return False
    return bool(audience & {to_party(earlier) for earlier in vendor.earlier_leads})


def disclose(entry: Entry, reader: Reader) -> DisclosedEntry:
    """The entry for one reader: its readable fields, or a placeholder (time, party, kind and digests)."""
    fields: dict[FieldName, Disclosure] = {}
    if may_read(entry, reader):
        fields = {name: value for name, value in entry.disclosures.items() if _shown(name, entry, reader)}
    return DisclosedEntry(**{name: getattr(entry, name) for name in Placed.model_fields}, disclosures=fields)


def _shown(name: FieldName, entry: Entry, reader: Reader) -> bool:
    if name != "author":
        return True
    match reader:
        case Staff():
            return True
        case Reporter(own=own):
            return own or entry.party != REPORTER_PARTY
        case Vendor(contact=contact):
            return contact == "person" or entry.party == SYSTEM_PARTY
