"""An entry of another Eskalera's story as a line here: what it says, and whose words these are. Pure."""

from collections.abc import Iterable
from typing import Final
from zoneinfo import ZoneInfo

from contracts.disclosure import REPORTER, DisclosedEntry
from contracts.timeline import FileRef, files_of
from contracts.values import REPORTER_PARTY, in_language, is_vendor
from contracts.webhooks import Outgoing

_NAMES_ITSELF: Final = frozenset({"acknowledged", "returned", "vendor_status"})
"""What the other's system tells of a vendor of its own: the sentence begins with that one's name."""


def spoken(message: Outgoing, entry: DisclosedEntry, other: str) -> str:
    """Who, as far as one who is not of that municipality needs to know, and what. `other`: what that is called here."""
    words = text_of(entry)
    if entry.party == REPORTER_PARTY:
        return f"Anmälaren: {words}"
    who = _vendor(message, entry, other) if is_vendor(entry.party) and entry.kind not in _NAMES_ITSELF else ""
    if entry.kind in ("question", "answer") and REPORTER in readers_of(entry):
        return f"{who}, till anmälaren: {words}" if who else f"Till anmälaren: {words}"
    return f"{who}: {words}" if who else words


def as_line(message: Outgoing, entry: DisclosedEntry, zone: ZoneInfo, other: str) -> str:
    """Whose words they are stands there: those of several parties are in one text, which is shown as the other's."""
    is_others = entry.party != REPORTER_PARTY and not is_vendor(entry.party)
    who = f"{other}: " if other and is_others else ""
    return f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M} {who}{spoken(message, entry, other)}"


def _vendor(message: Outgoing, entry: DisclosedEntry, other: str) -> str:
    """A vendor of the other's by its name, where we may know it; never as the other itself."""
    told = message.data.bundle
    names = {each.vendor: each.name for each in told.around.earlier} if told is not None else {}
    name = names.get(entry.party) or (f"en leverantör hos {other}" if other else "en leverantör")
    return name[0].upper() + name[1:]


def text_of(entry: DisclosedEntry) -> str:
    return with_files(words_of(entry), files_of(entry.disclosures))


def words_of(entry: DisclosedEntry) -> str:
    """What was written, without what else stands in a line of it."""
    shown = entry.disclosures.get("text")
    return in_language(shown.value, "sv").replace("\x00", "").strip() if shown and shown.value else ""


def with_files(words: str, files: Iterable[FileRef]) -> str:
    """What an entry says, with the names of its files."""
    return " ".join([words, *(f"[bifogad fil: {file.name}]" for file in files)]).strip()


def readers_of(entry: DisclosedEntry) -> set[str]:
    audience = entry.disclosures.get("audience")
    return set(audience.value["readers"]) if audience else set()


def facts_of(entry: DisclosedEntry) -> dict[str, str]:
    shown = entry.disclosures.get("facts")
    return dict(shown.value) if shown and shown.value else {}
