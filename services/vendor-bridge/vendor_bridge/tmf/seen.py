"""One hand-off as its vendor sees it: what was said and done, made into notes and changes of state. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from contracts.bundle import Bundle
from contracts.directory import Connection, Directory
from contracts.events import vendor_bridge as v
from contracts.timeline import FileRef
from contracts.values import REPORTER_PARTY, SYSTEM_PARTY, Language, in_language
from vendor_bridge.domain.lapse_words import is_ours
from vendor_bridge.domain.reports import Report
from vendor_bridge.domain.state import Handoff, Incident, Ticket
from vendor_bridge.tmf.states import Status, status_of

NOTE: Final = "/note/"
"""Within the name of a message that was a note: what follows is the note's own id."""


@dataclass(frozen=True, slots=True)
class Move:
    """What the bridge told the vendor beside news of the story: answered, accepted, rejected, or how it ended."""

    kind: str
    at: datetime
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Note:
    """Somebody's words. Never changed once there."""

    id: str
    author: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a resource is made of. `said`: the facts that the vendor's own words made, `moves`: those of the others.

    `told` None: the story was not asked for.
    """

    handoff: Handoff
    incident: Incident
    title: str
    connection: Connection
    directory: Directory | None
    last_update: datetime
    tickets: Mapping[str, Ticket]
    said: Sequence[v.HandoffEvent] = ()
    moves: Sequence[Move] = ()
    told: Bundle | None = None
    siblings: Sequence[str] = ()
    """This vendor's other hand-offs of the same incident, by the ids under which it knows them."""
    created: Report | None = None
    """What the vendor created itself and knows the hand-off by, if it did (R17)."""
    before: Sequence[Note] = ()
    """What it wrote beside that while it was no hand-off yet: the notes keep the ids that it knows them by."""
    brought: Sequence[tuple[str, FileRef]] = ()
    """(id, file) of what it sent until then: the same."""

    @property
    def id(self) -> str:
        """Of the resource."""
        return self.created.id if self.created else self.handoff.id

    @property
    def urgency(self) -> int:
        """1 (the most urgent) to 4."""
        return self.incident.urgency

    @property
    def reference(self) -> str | None:
        """The vendor's own number."""
        return self.handoff.vendor_reference or (self.created.own_name if self.created else None)


@dataclass(frozen=True, slots=True)
class Change:
    """A state that the hand-off came into."""

    status: Status
    at: datetime
    reason: str


ERASED: Final = "Texten är raderad. / The text was erased."
AWAITS: Final = "Väntar på att ni bekräftar ärendet. / Awaits your acknowledgement."
_REASONS: Final[Mapping[str, str]] = {
    "acknowledged": "Ni har tagit emot ärendet. / You have taken the case on.",
    "status": "Ni har sagt hur långt ni kommit. / You have told how far you have come.",
    "proposed": "Ni säger att felet är löst. / You say that it is solved.",
    "returned": "Ni har lämnat tillbaka ärendet. / You have given the case back.",
    "rejected": "Felet finns kvar. / It is not solved.",
    "taken_back": "Kommunen har tagit tillbaka ärendet. / The municipality has taken the case back.",
    "released": "Ärendet gick vidare till någon annan. / The case went on to somebody else.",
    "completed": "Ärendet är klart för er del. / The case is done, as far as you are concerned.",
    "failed": "Vi nådde er inte. / You could not be reached.",
}


_NEEDS_NONE: Final = "Frågan behöver inget svar. / The question needs no answer."


def in_words(words: Mapping[Language, str] | None) -> str:
    """What was said, in Swedish where there is Swedish; empty where nothing was."""
    return in_language(words, "sv") if words else ""


def _no_answer(why: str) -> str:
    """A question that is closed without an answer; what lapses by itself says so in its own words."""
    return why if is_ours(why) else f"{_NEEDS_NONE} {why}"


def changes(seen: Seen) -> list[Change]:
    """Every state it came into, from its beginning; the last one is its state now."""
    handoff = seen.handoff
    now = replace(handoff, acknowledged_at=None, status=None, ended=None, heads={}, questions={}, proposals={})
    found = [Change("pending", handoff.offered_at, AWAITS)]
    for at, step in sorted(_steps(seen), key=lambda step: step[0]):
        reason = _take(now, step)
        status = status_of(now)
        asks = isinstance(step, v.VendorInformationRequested)
        if status != found[-1].status or (asks and status == "pending"):
            found.append(Change(status, at, reason))
    if status_of(handoff) != found[-1].status:  # it ended without a word to the vendor, which had not got it yet
        ended = _REASONS.get(handoff.ended or "", "")
        found.append(Change(status_of(handoff), handoff.ended_at or seen.last_update, ended))
    return found


def _steps(seen: Seen) -> Iterator[tuple[datetime, v.HandoffEvent | Move]]:
    yield from ((fact.at, fact) for fact in seen.said)
    yield from ((move.at, move) for move in seen.moves)


def _take(now: Handoff, step: v.HandoffEvent | Move) -> str:
    """Brings the copy on by one step; why, in words."""
    match step:
        case v.HandoffAcknowledged():
            now.acknowledged_at = step.at
            return _REASONS["acknowledged"]
        case v.VendorStatusChanged():
            now.status = step.status
            for proposal in step.withdraws:
                now.drops(proposal, "withdrawn")
            return in_words(step.text) or _REASONS["status"]
        case v.VendorInformationRequested():
            now.questions[step.question] = {"open": True}
            return in_words(step.text)
        case v.VendorResolutionProposed():
            now.proposes(step.proposal)
            return in_words(step.text)
        case v.HandoffReturned():
            now.ended = "returned"
            return in_words(step.text) or _REASONS["returned"]
        case Move(kind="answered", details=details):
            now.questions.pop(details["answer"]["question"], None)
            answer = details["answer"]
            return _no_answer(in_words(answer["text"])) if answer.get("unanswered") else in_words(answer["text"])
        case Move(kind="accepted" | "rejected" as verdict, details=details):
            if verdict == "rejected":
                now.drops(details["verdict"]["proposal"], verdict)
            else:
                now.proposals[details["verdict"]["proposal"]] = verdict
            return in_words(details["verdict"].get("reason")) or _REASONS.get(verdict, "")
        case Move(kind="taken_back" | "released" | "completed" as how):
            now.ended = how
            return _REASONS[how]
    return ""


def notes(seen: Seen) -> list[Note]:
    """Everybody's words in their order: the story as this vendor may read it, and its own as it wrote them.

    Its own are taken from what it said, not from the entries they became: so they are there at once, and stay the same.
    """
    own = {fact.id for fact in seen.said}
    before = Counter(note.text for note in seen.before)
    found = [*seen.before]
    found += [
        Note(note_id, name_of(seen, seen.handoff.vendor), fact.at, in_words(text) or ERASED)
        for fact in seen.said
        if (text := getattr(fact, "text", None)) and (note_id := _note_id(fact))
    ]
    for chain in seen.told.chains if seen.told else ():
        for entry in chain.entries:
            if "text" in entry.disclosures and entry.caused_by not in own:
                text = in_words(entry.disclosures["text"].value)
                if "facts" in entry.disclosures and "unanswered" in entry.disclosures["facts"].value:
                    text = _no_answer(text)
                if entry.party == seen.handoff.vendor and entry.case == seen.id and before[text] > 0:
                    before[text] -= 1  # it is there as the vendor wrote it
                    continue
                found.append(Note(f"{entry.case}.{entry.seq}", name_of(seen, entry.party), entry.at, text))
    return sorted(found, key=lambda note: note.at)


def _note_id(fact: v.HandoffEvent) -> str | None:
    """Its words are a note's, or belong to a change of state alone. A note's id is the vendor's where it gave one."""
    name = getattr(fact, "message", "")
    if NOTE in name:
        return str(name.partition(NOTE)[2])
    return fact.id if isinstance(fact, v.VendorEntryAdded) else None


def files(seen: Seen) -> list[tuple[str, FileRef]]:
    """(id, file) of every attachment that this vendor may see. Its own, as its notes, are taken from what it said."""
    own = {fact.id: fact.files for fact in seen.said if isinstance(fact, v.VendorEntryAdded)}
    before = Counter((file.name, file.sha256) for _, file in seen.brought)
    others = []
    for chain in seen.told.chains if seen.told else ():
        for entry in chain.entries:
            is_own = entry.party == seen.handoff.vendor and entry.case == seen.id
            for name, shown in entry.disclosures.items():
                if not name.startswith("file:") or entry.caused_by in own:
                    continue
                file = FileRef.model_validate(shown.value)
                if is_own and before[file.name, file.sha256] > 0:
                    before[file.name, file.sha256] -= 1  # it is there as the vendor sent it
                    continue
                others.append((f"{entry.case}.{entry.seq}.{name.removeprefix('file:')}", file))
    said = [(f"{fact}.{n}", file) for fact, files in own.items() for n, file in enumerate(files)]
    return [*others, *seen.brought, *said]


def first_words(seen: Seen) -> str:
    """What was first reported, in the reporter's words, as far as this vendor reads them; what it created is that."""
    filed = [
        entry
        for chain in (seen.told.chains if seen.told else ())
        for entry in chain.entries
        if entry.kind == "filed" and "text" in entry.disclosures
    ]
    first = min(filed, key=lambda entry: (entry.case != seen.id, entry.at), default=None)
    return in_words(first.disclosures["text"].value) if first else ""


def promised_at(seen: Seen) -> datetime | None:
    """When it is to be solved by what is agreed; None while that clock stands still, or nothing is agreed."""
    terms = seen.told.around.terms if seen.told else None
    return next((each.due_at for each in terms.promises if each.promise == "resolve"), None) if terms else None


def expected_at(seen: Seen) -> datetime | None:
    """When the vendor last said that it would be done."""
    told = [fact.expected_at for fact in seen.said if isinstance(fact, v.VendorStatusChanged) and fact.expected_at]
    return told[-1] if told else None


def name_of(seen: Seen, party: str) -> str:
    return party_name(seen.directory, party)


def party_name(directory: Directory | None, party: str) -> str:
    """What people call a party; never a person's name."""
    if party == REPORTER_PARTY:
        return "Anmälaren / The reporter"
    if party == SYSTEM_PARTY:
        return "Eskalera"
    return directory.party_name(party).sv if directory else party
