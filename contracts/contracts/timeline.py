"""The timeline: a gapless, append-only, hash-chained history of one case (N4).

Each entry's hash covers its place in the chain and a digest of each of its fields. A field's digest is salted
(128 random bits a field, as in SD-JWT, RFC 9901), so an entry can be shown in part, or erased in part, and whoever
holds the rest can still verify the chain. What is always visible: time, party, kind, place. What is a field, and so
may be withheld: who wrote it, who may read it, the text, its facts, each file.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC
from typing import Any, Final, Literal
from urllib.parse import quote

from pydantic import AwareDatetime, Field

from contracts.canonical import sha256
from contracts.values import Head, Value, Words


def _salt() -> str:
    return secrets.token_hex(16)


GENESIS = "0" * 64
"""`prev` of a chain's first entry."""

EntryKind = Literal[
    "filed",
    "reply",
    "note",
    "question",
    "answer",
    "linked",
    "unlinked",
    "suggestion_refused",
    "triaged",
    "scope_raised",
    "superseded",
    "assigned",
    "handed_over",
    "acknowledged",
    "failed",
    "vendor_entry",
    "vendor_status",
    "proposal",
    "proposal_rejected",
    "returned",
    "taken_back",
    "released",
    "resolved",
    "confirmed",
    "reopened",
    "withdrawn",
    "erased",
    "closed",
    "escalation_requested",
    "escalated",
    "urgency_changed",
    "policy_stopped",
    "major_declared",
    "breached",
    "paused",
    "resumed",
    "gathered",
    "decided",
    "stage",
    "planned",
]
FieldName = str
"""`author`, `audience`, `text`, `facts`, or `file:0`, `file:1`, …"""
FILE: Final = "file:"


class FileRef(Value):
    """A file of an entry; the bytes are in the object store under their SHA-256."""

    sha256: str
    name: str
    media_type: str
    size: int

    @property
    def address(self) -> str:
        """The last step of the addresses at which it is served: the same bytes may have several names in one story."""
        return address(self.sha256, self.name)


def address(sha256: str, name: str) -> str:
    """`FileRef.address`."""
    return f"{sha256}?name={quote(name, safe='')}"


class Disclosure(Value):
    """A field's salt and value: what its digest was computed over."""

    salt: str
    value: Any


class Placed(Value):
    """What every reader may see of an entry: that it exists, when, by which party, of what kind, and its digests.

    This alone verifies the chain; with `disclosures` it shows the fields a reader may see.
    """

    case: str
    seq: int
    prev: str
    hash: str
    at: AwareDatetime
    party: str
    kind: EntryKind
    caused_by: str
    digests: dict[FieldName, str]


class Entry(Placed):
    """An entry with all its fields and salts, as the recorder keeps it."""

    disclosures: dict[FieldName, Disclosure]

    @property
    def text(self) -> dict[str, str]:
        """The words by language; empty once erased."""
        found = self.disclosures.get("text")
        return dict(found.value) if found else {}

    @property
    def audience(self) -> tuple[str, ...]:
        """Who may read it: `reporter`, `reporters`, `internal`, or `party:<id>` names."""
        found = self.disclosures.get("audience")
        return tuple(found.value["readers"]) if found else ("internal",)

    @property
    def private(self) -> bool:
        """A vendor's note that later vendors do not read (R1)."""
        found = self.disclosures.get("audience")
        return bool(found and found.value["private"])

    @property
    def person(self) -> str | None:
        """The opaque id of who wrote it, if a person did."""
        found = self.disclosures.get("author")
        return found.value["person"] if found else None

    @property
    def facts(self) -> dict[str, str]:
        """Named values beside the words: the `question`, `proposal` or `party` it is about."""
        found = self.disclosures.get("facts")
        return dict(found.value) if found else {}

    @property
    def files(self) -> tuple[FileRef, ...]:
        """Its attachments that are not erased."""
        return files_of(self.disclosures)


def files_of(disclosures: Mapping[FieldName, Disclosure]) -> tuple[FileRef, ...]:
    """The files among an entry's shown fields, in their order."""
    names = sorted((name for name in disclosures if name.startswith(FILE)), key=lambda name: int(name[len(FILE) :]))
    return tuple(FileRef.model_validate(disclosures[name].value) for name in names)


class Draft(Value):
    """What the recorder makes an entry of."""

    at: AwareDatetime
    party: str
    kind: EntryKind
    audience: tuple[str, ...]
    caused_by: str
    text: Words
    person: str | None = None
    facts: dict[str, str] = Field(default_factory=dict)
    files: tuple[FileRef, ...] = ()
    private: bool = False

    def fields(self) -> dict[FieldName, Any]:
        """The values that get digests of their own."""
        return {
            "author": {"person": self.person},
            "audience": {"readers": sorted(self.audience), "private": self.private},
            "text": dict(self.text),
            "facts": dict(self.facts),
        } | {f"{FILE}{n}": file.model_dump() for n, file in enumerate(self.files)}


class Broken(Value):
    """Where a chain does not hold, and why."""

    case: str
    seq: int
    why: str


def append(case: str, head: Head | None, draft: Draft, salt: Callable[[], str] = _salt) -> Entry:
    """The next entry of `case` after `head` (None: the first).

    The only source of entries; the caller holds the case's row lock, so that no number is given twice.
    """
    disclosures = {name: Disclosure(salt=salt(), value=value) for name, value in draft.fields().items()}
    entry = Entry(
        case=case,
        seq=head.seq + 1 if head else 1,
        prev=head.hash if head else GENESIS,
        hash="",
        at=draft.at,
        party=draft.party,
        kind=draft.kind,
        caused_by=draft.caused_by,
        digests={name: digest(disclosure) for name, disclosure in disclosures.items()},
        disclosures=disclosures,
    )
    return entry.model_copy(update={"hash": hash_of(entry)})


def forget(entry: Entry) -> Entry:
    """The entry without what anybody wrote in it: no text, author or file, and no salt of theirs (N11).

    Its digests and its hash stay, so the chain verifies as before; what the digests were made of is found by no guess.
    """
    kept = {name: value for name, value in entry.disclosures.items() if not _is_words(name)}
    return entry if kept == entry.disclosures else entry.model_copy(update={"disclosures": kept})


def _is_words(name: FieldName) -> bool:
    return name in ("text", "author") or name.startswith("file:")


def digest(disclosure: Disclosure) -> str:
    """Hex SHA-256 over [salt, value]."""
    return sha256([disclosure.salt, disclosure.value])


def hash_of(entry: Placed) -> str:
    """Hex SHA-256 over the entry's place in the chain and its digests; never over disclosed values."""
    return sha256(
        {
            "case": entry.case,
            "seq": entry.seq,
            "prev": entry.prev,
            "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "party": entry.party,
            "kind": entry.kind,
            "caused_by": entry.caused_by,
            "digests": entry.digests,
        }
    )


def head_of(entry: Placed) -> Head:
    """The head of a chain that ends with `entry`."""
    return Head(seq=entry.seq, hash=entry.hash)


def verify(entries: Sequence[Placed], after: Head | None = None) -> list[Broken]:
    """Every place where the chain does not hold; empty when it is whole.

    `entries` in order, from the first, or from the one after `after`. Disclosed fields are checked against their
    digests; withheld or erased ones are not needed.
    """
    broken: list[Broken] = []
    seq, prev = (after.seq, after.hash) if after else (0, GENESIS)
    for entry in entries:
        broken += [Broken(case=entry.case, seq=entry.seq, why=why) for why in _faults(entry, seq + 1, prev)]
        seq, prev = entry.seq, entry.hash
    return broken


def _faults(entry: Placed, seq: int, prev: str) -> Iterable[str]:
    if entry.seq != seq:
        yield f"expected number {seq}"
    if entry.prev != prev:
        yield "does not continue the entry before it"
    if entry.hash != hash_of(entry):
        yield "its hash is not that of its content"
    for name, disclosure in getattr(entry, "disclosures", {}).items():
        if name not in entry.digests or entry.digests[name] != _digest_or_none(disclosure):
            yield f"the {name} shown is not the one recorded"


def _digest_or_none(disclosure: Disclosure) -> str | None:
    """None for a value that no digest is ever computed over, such as a float: a received entry may hold anything."""
    try:
        return digest(disclosure)
    except (TypeError, ValueError):
        return None
