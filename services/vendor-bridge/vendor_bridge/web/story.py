"""A hand-off's story as lines of a page: what its vendor may read in full, the rest as "skrivna till andra". Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from chassis.look.words import Language, Words, say
from contracts.bundle import Bundle
from contracts.directory import Directory
from contracts.disclosure import INTERNAL, REPORTER, REPORTERS, DisclosedEntry, to_party
from contracts.timeline import EntryKind, files_of
from contracts.values import REPORTER_PARTY, SYSTEM_PARTY
from vendor_bridge.domain.state import HandoffState
from vendor_bridge.web.views import Item, Kind, Reader, State

STATES: Final[Mapping[HandoffState, State]] = {
    "offered": State.NEW,
    "delivered": State.NEW,
    "acknowledged": State.YOURS,
    "information_requested": State.ASKED,
    "resolution_proposed": State.PROPOSED,
    "accepted": State.ACCEPTED,
    "returned": State.RETURNED,
    "taken_back": State.TAKEN_BACK,
    "released": State.RELEASED,
    "completed": State.COMPLETED,
    "failed": State.FAILED,
}
_KINDS: Final[Mapping[EntryKind, Kind]] = {
    "question": Kind.QUESTION,
    "answer": Kind.ANSWER,
    "proposal": Kind.PROPOSAL,
    "vendor_entry": Kind.VENDOR,
    "note": Kind.NOTE,
    "filed": Kind.WORDS,
    "reply": Kind.WORDS,
}


def items(bundle: Bundle, directory: Directory, vendor: str, language: Language) -> list[Item]:
    """Newest first. Entries in a row that the vendor may not read are one line with their number."""
    numbers = {chain.case: chain.number for chain in bundle.chains if chain.number}
    entries = [entry for chain in bundle.chains for entry in chain.entries]
    entries.sort(key=lambda entry: (entry.at, entry.case, entry.seq), reverse=True)
    return list(_gathered(_item(entry, directory, vendor, numbers, language) for entry in entries))


def _gathered(found: Iterable[Item]) -> Iterable[Item]:
    waiting: list[Item] = []
    for item in found:
        if item.kind is Kind.HIDDEN:
            waiting.append(item)
            continue
        yield from _as_one(waiting)
        waiting = []
        yield item
    yield from _as_one(waiting)


def _as_one(hidden: list[Item]) -> Iterable[Item]:
    if hidden:
        newest = hidden[0]
        yield Item(newest.key, newest.at, Kind.HIDDEN, say("history.hidden", n=len(hidden)), count=len(hidden))


def _item(
    entry: DisclosedEntry, directory: Directory, vendor: str, numbers: Mapping[str, str], language: Language
) -> Item:
    key = f"{entry.case}-{entry.seq}"
    if not entry.disclosures:
        return Item(key, entry.at, Kind.HIDDEN)
    own = entry.party == vendor
    author = _author(entry, directory, numbers, own=own)
    said: Mapping[str, str] = _field(entry, "text") or {}
    if not said:
        return Item(key, entry.at, Kind.ERASED, say("history.erased"), author, own=own)
    spoken = language if language in said else next(iter(said))
    kind = Kind.STEP if entry.party == SYSTEM_PARTY else _KINDS.get(entry.kind, Kind.STEP)
    if kind is Kind.ANSWER and "unanswered" in (_field(entry, "facts") or {}):
        kind = Kind.CLOSED
    return Item(
        key=key,
        at=entry.at,
        kind=Kind.OWN if own and kind is Kind.VENDOR else kind,
        text=said[spoken],
        author=author,
        reader=None if kind is Kind.STEP else _reader(entry, vendor),
        language=None if spoken == language else spoken,
        own=own,
        files=tuple((file.name, file.address, file.size) for file in files_of(entry.disclosures)),
    )


def _author(entry: DisclosedEntry, directory: Directory, numbers: Mapping[str, str], *, own: bool) -> Words:
    if own:
        return say("history.you")
    if entry.party == REPORTER_PARTY:
        number = numbers.get(entry.case)
        return say("history.reporter_of", number=number) if number else say("history.reporter")
    return directory.party_name(entry.party).words


def _reader(entry: DisclosedEntry, vendor: str) -> Reader | None:
    found: Mapping[str, Any] = _field(entry, "audience") or {}
    readers = set(found.get("readers", ()))
    if REPORTERS in readers:
        return Reader.REPORTERS
    if REPORTER in readers:
        return Reader.REPORTER
    if not readers or INTERNAL in readers:
        return None
    if found.get("private"):
        return Reader.PRIVATE
    return Reader.YOU if to_party(vendor) in readers else Reader.BEFORE_YOU


def _field(entry: DisclosedEntry, name: str) -> Any:
    found = entry.disclosures.get(name)
    return found.value if found else None
