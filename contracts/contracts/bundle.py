"""The hand-off bundle: the whole story of an incident, as one vendor may read it, and provably whole (N4, R3).

It carries the incident's chain and those of its tickets. Entries the vendor may not read stand as placeholders, so
that nothing can be left out unseen. `heads` names the newest entry of every chain; the vendor's acknowledgement names
the heads it has. The digest is over the ordered entry hashes, never over disclosed values, so that it survives an
erasure (R15).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import AwareDatetime

from contracts.canonical import sha256
from contracts.disclosure import DisclosedEntry, Vendor, disclose
from contracts.ids import kind_of
from contracts.timeline import FILE, Broken, Entry, FileRef, Placed, address, files_of, head_of, verify
from contracts.values import Head, PartyId, PauseReason, Promise, Role, TicketKind, Urgency, Value


class Chain(Value):
    """The entries of one case, in order; `after` is the head the vendor already had (None: from the first)."""

    case: str
    case_kind: Literal["incident", "ticket"]
    number: str | None = None
    after: Head | None = None
    entries: tuple[DisclosedEntry, ...]


class Subject(Value):
    """What the incident is, in words composed from service and place; no reporter's text (N5)."""

    incident: str
    kind: TicketKind
    title: str
    service: str
    schools: tuple[str, ...]
    tickets: int
    urgency: Urgency
    opened_at: AwareDatetime


class Place(Value):
    """A school that the case is at, and how many reports come from it."""

    school: str
    name: str
    tickets: int


class Spot(Value):
    """The room and the device of one report, where it has any, whoever is shown.

    Only what names nobody: a room as rooms are numbered and called, a tag as the directory writes them.
    """

    ticket: str
    school: str
    room: str | None = None
    asset: str | None = None


class ReporterSeen(Value):
    """Who reported a ticket and where to find them: only where the connection's `contact` is `person`.

    The room as in `Spot`: one that may name somebody stays where the reporter's words are.
    """

    ticket: str
    person: str
    name: str
    school: str
    room: str | None = None


class Promised(Value):
    """One promise that the vendor's clock counts. `due_at` null: it stands still, and `paused` says for whom."""

    promise: Promise
    due_at: AwareDatetime | None = None
    paused: PauseReason | None = None


class Terms(Value):
    """What is agreed: the agreement's id and name, and when each promise falls due in its calendar."""

    agreement: str
    name: str
    promises: tuple[Promised, ...]


class Earlier(Value):
    """The case in a vendor's hands before, or beside: `until` null where it still is. `outcome`: how it ended."""

    vendor: PartyId
    name: str
    role: Role
    since: AwareDatetime
    until: AwareDatetime | None = None
    outcome: str | None = None


class Around(Value):
    """What is told beside the history, as it is now: each message says it anew."""

    places: tuple[Place, ...] = ()
    reporters: tuple[ReporterSeen, ...] = ()
    terms: Terms | None = None
    earlier: tuple[Earlier, ...] = ()
    spots: tuple[Spot, ...] = ()


class File(Value):
    """A file of an entry that this vendor may read, and where it fetches the bytes.

    `sha256` is of the bytes, and is in the entry's digest: what is fetched can be proven to be what was recorded.
    """

    case: str
    seq: int
    name: str
    media_type: str
    size: int
    sha256: str
    url: str


class Bundle(Value):
    """What a vendor gets with `handoff.offered`, and, from the heads it has, with each `handoff.updated`."""

    handoff: str
    municipality: str
    subject: Subject
    around: Around = Around()
    chains: tuple[Chain, ...]
    heads: dict[str, Head]
    digest: str
    partial: bool = False
    """The entry of the assignment itself was not recorded yet; it follows with the next message."""
    files: tuple[File, ...] = ()
    """Of the entries in `chains`, in their order."""


def make(
    handoff: str,
    municipality: str,
    subject: Subject,
    histories: Mapping[str, Sequence[Entry]],
    reader: Vendor,
    *,
    around: Around | None = None,
    known: Mapping[str, Head] | None = None,
    numbers: Mapping[str, str] | None = None,
    partial: bool = False,
) -> Bundle:
    """The bundle of `histories` (case id → its whole chain) for one vendor, without what it `known`.

    The incident's chain comes first, then the tickets' by id; a chain with nothing new is left out, its head is not.
    """
    known, numbers = known or {}, numbers or {}
    order = sorted((case for case, entries in histories.items() if entries), key=lambda c: (c != subject.incident, c))
    heads = {case: head_of(histories[case][-1]) for case in order}
    chains = tuple(
        Chain(
            case=case,
            case_kind="incident" if kind_of(case) == "incident" else "ticket",
            number=numbers.get(case),
            after=known.get(case),
            entries=tuple(disclose(entry, reader) for entry in new),
        )
        for case in order
        if (new := histories[case][known[case].seq if case in known else 0 :])
    )
    return Bundle(
        handoff=handoff,
        municipality=municipality,
        subject=subject,
        around=around or Around(),
        chains=chains,
        heads=heads,
        digest=digest_of(chains),
        partial=partial,
        files=tuple(_files(handoff, chains)),
    )


def file_path(handoff: str, sha256: str, name: str | None = None) -> str:
    """Where the bridge serves a file to the vendor of a hand-off, for as long as that reads the entry; under `name`."""
    return f"/handoffs/{handoff}/attachments/{sha256 if name is None else address(sha256, name)}"


def linked(bundle: Bundle, public_url: str) -> Bundle:
    """The same with whole addresses, as it is sent: `public_url` is where vendors reach the bridge."""
    if not bundle.files:
        return bundle
    base = public_url.rstrip("/")
    files = tuple(file.model_copy(update={"url": f"{base}{file.url}"}) for file in bundle.files)
    return bundle.model_copy(update={"files": files})


def _files(handoff: str, chains: Iterable[Chain]) -> Iterator[File]:
    for chain in chains:
        for entry in chain.entries:
            for ref in files_of(entry.disclosures):
                yield File(
                    case=entry.case, seq=entry.seq, **ref.model_dump(), url=file_path(handoff, ref.sha256, ref.name)
                )


def digest_of(chains: Iterable[Chain]) -> str:
    """Hex SHA-256 over [case, [entry hashes]] of every chain, in order."""
    return sha256([[chain.case, [entry.hash for entry in chain.entries]] for chain in chains])


def prove(bundle: Bundle, known: Mapping[str, Head] | None = None) -> list[Broken]:
    """Everything that is wrong with a received bundle; empty when it is whole.

    `known`: the heads the receiver has from earlier messages of the same hand-off.
    """
    known = known or {}
    broken: list[Broken] = []
    for chain in bundle.chains:
        broken += _prove_chain(chain, bundle.heads.get(chain.case), known.get(chain.case))
    carried = {chain.case for chain in bundle.chains}
    for case, head in bundle.heads.items():
        if case not in carried and known.get(case) != head:
            broken.append(Broken(case=case, seq=head.seq, why="its chain is missing"))
    if bundle.subject.incident not in bundle.heads and not bundle.partial:
        broken.append(Broken(case=bundle.subject.incident, seq=0, why="the incident's own chain is missing"))
    if bundle.digest != digest_of(bundle.chains):
        broken.append(Broken(case=bundle.subject.incident, seq=0, why="the digest is not that of the entries"))
    return [*broken, *_prove_files(bundle)]


def _prove_files(bundle: Bundle) -> Iterator[Broken]:
    """What is named to be fetched are the files that the entries show, and no other."""
    named: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for file in bundle.files:
        named[file.case, file.seq].append(file.model_dump(include=set(FileRef.model_fields)))
    for entry in (entry for chain in bundle.chains for entry in chain.entries):
        shown = [each.value for name, each in entry.disclosures.items() if name.startswith(FILE)]
        told = named.pop((entry.case, entry.seq), [])
        if len(shown) != len(told) or any(each not in told for each in shown):
            yield Broken(case=entry.case, seq=entry.seq, why="the files named are not those that it shows")
    for case, seq in named:
        yield Broken(case=case, seq=seq, why="a file is named of an entry that is not here")


def _prove_chain(chain: Chain, head: Head | None, known: Head | None) -> list[Broken]:
    entries: Sequence[Placed] = chain.entries
    if chain.after != known:
        return [Broken(case=chain.case, seq=0, why="it does not begin where the receiver's copy ends")]
    broken = verify(entries, chain.after)
    broken += [
        Broken(case=chain.case, seq=entry.seq, why="it belongs to another case")
        for entry in entries
        if entry.case != chain.case
    ]
    if not entries or head is None or head_of(entries[-1]) != head:
        broken.append(Broken(case=chain.case, seq=head.seq if head else 0, why="it does not end at the head named"))
    return broken
