"""A hand-off followed in a vendor's own TMF621 server: what we write there, and what its ticket says to us.

Pure. The vendor's ticket is read whole at every look; what is new in it becomes messages of the one protocol under
names that follow from it, so that a look that is done again says nothing twice.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from contracts import ids
from contracts.bundle import Bundle, Chain
from contracts.directory import Connection, Directory
from contracts.directory.mapping import VendorState
from contracts.disclosure import DisclosedEntry
from contracts.values import Head
from contracts.webhooks import HandoffData, MessageKind, Outgoing
from vendor_bridge.domain import forgotten, mapping
from vendor_bridge.tmf import named, related
from vendor_bridge.tmf.seen import in_words, party_name
from vendor_bridge.tmf.states import MEANS
from vendor_bridge.tmf.tickets import PRIORITY, SEVERITY, when

Resource = dict[str, Any]

_SETS: Final[Mapping[MessageKind, VendorState]] = {"rejected": "in_progress", "completed": "closed"}
_CANCELS: Final = frozenset({"taken_back", "released"})
_SAYS: Final[Mapping[MessageKind, str]] = {
    "accepted": "Lösningen är godkänd.",
    "taken_back": "Kommunen har tagit tillbaka ärendet.",
    "released": "Ärendet har gått vidare till någon annan.",
    "completed": "Ärendet är klart för er del.",
}
_REDACTED: Final = "Kommunen har raderat uppgifter i ärendet. Radera dem hos er också"
ZONE: Final = "Europe/Stockholm"
ERASED: Final = "Texten är raderad."
KINDS: Final = {"incident": "incident", "request": "request", "need": "request", "idea": "request"}


@dataclass(slots=True)
class Followed:
    """The vendor's ticket of one hand-off, as far as it was read and written."""

    handoff: str
    municipality: str
    connection: str
    id: str
    """The vendor's own."""
    status: str | None = None
    """Its state when last read, in the vendor's word."""
    known: list[str] = field(default_factory=list)
    """Marks of notes: `t:` the words of one of ours that is being written, until they are met in the ticket; `o:` one
    of ours that was written; `n:` one of the ticket's that is known. So two notes in the same words stay two.
    `w:` a related entity, or party, of ours that is being written, `r:` one that was, `k:` one that was to go.

    And for what is erased later: `p:` which of the ticket's is which of ours, where its server numbers notes itself;
    `a:` the place in the story of one of ours that has another name; `e:` one of the ticket's whose words are erased.
    """


@dataclass(frozen=True, slots=True)
class Saying:
    """One message of the vendor, under a name that follows from its ticket."""

    name: str
    kind: str
    data: Mapping[str, Any]


def created(message: Outgoing, story: Bundle, connection: Connection, directory: Directory | None = None) -> Resource:
    """The ticket that is opened in the vendor's server. `directory`: what its parties are called."""
    subject, words = message.data.subject, connection.mapping
    notes = notes_of(story, directory)
    handoff = message.data.handoff
    resource: Resource = {
        "name": subject.title,
        "description": notes[0]["text"] if notes else subject.title,
        "severity": SEVERITY[subject.urgency],
        "priority": mapping.word_for_urgency(words, subject.urgency, PRIORITY),
        "ticketType": mapping.word_for_service(words, subject.service) if words.categories else KINDS[subject.kind],
        "note": notes,
        "requestedResolutionDate": _promised(story),
    }
    resource |= named.opened(story, connection)
    if connection.version == "v4":
        resource["externalId"] = handoff
    else:
        resource["externalIdentifier"] = [
            {
                "owner": message.data.municipality,
                "externalIdentifierType": "handoff",
                "id": handoff,
                "@type": "ExternalIdentifier",
            }
        ]
        resource["note"] = _shaped(notes, connection)
        resource["@type"] = "TroubleTicket"
    return {name: value for name, value in resource.items() if value not in (None, [])}


def is_of(resource: Resource, handoff: str) -> bool:
    """Whether a ticket that the vendor's server found is the one that we opened."""
    identifiers = resource.get("externalIdentifier")
    listed = [each.get("id") for each in identifiers if isinstance(each, dict)] if isinstance(identifiers, list) else []
    return resource.get("externalId") == handoff or handoff in listed


def patch(
    message: Outgoing,
    story: Bundle,
    connection: Connection,
    current: Resource,
    followed: Followed,
    directory: Directory | None = None,
) -> Resource:
    """What is to be changed in the vendor's ticket; empty where it says all that already.

    Notes are sent with those that are there: a merge patch replaces a list, and a server that appends knows them by id.
    """
    there, new, gone = _notes(current), _unwritten(message, story, current, followed, directory), _gone(followed)
    erased = {key: note for note in there if (key := _key(note)) in _erased(message, current, followed)}
    is_redacted = any(_text(note) != ERASED for note in erased.values())
    there = [note | {"text": ERASED} if _key(note) in erased or _key(note) in gone else note for note in there]
    changed: Resource = {"note": [*there, *_shaped(new, connection)]} if new or is_redacted else {}
    is_whole, told = any(each.whole for each in message.data.forget), _words(current.get("description"))
    if told and (is_whole or told in map(_text, erased.values())) and told not in _left(message, current, followed):
        changed["description"] = message.data.subject.title
    changed |= named.changed(current, story, connection, followed.known)
    state = _SETS.get(message.data.message)
    word = mapping.word_for_state(connection.mapping, state, MEANS) if state else None
    if message.data.message in _CANCELS:
        word = "cancelled"
    if word is not None and word != current.get("status"):
        changed["status"] = word
        changed |= {"statusChangeReason": spoken[0]["text"]} if (spoken := _spoken(message)) else {}
    return changed


def _erased(message: Outgoing, current: Resource, followed: Followed) -> set[str]:
    """The notes of the ticket, by their keys, whose words were ours and are erased by this message."""
    places = {f"{each.case}.{seq}" for each in message.data.forget for seq in each.entries}
    known = _met(followed.known, current)[1] if places else []
    others = [mark.split(":", 2)[1:] for mark in known if mark.startswith("a:")]
    ours = places | {name for place, name in others if place in places}
    theirs = {f"p:{name}:" for name in ours}
    return {
        key
        for note in _notes(current)
        if str(note.get("id")) in ours or any(f"{mark}{_key(note)}" in known for mark in theirs)
        for key in (_key(note),)
    }


def _left(message: Outgoing, current: Resource, followed: Followed) -> set[str]:
    """The words of ours in the ticket that stay there: not those of what is erased, nor what its vendor wrote."""
    known = _met(followed.known, current)[1]
    erased = _erased(message, current, followed) | _gone(followed)
    whole = tuple(f"{each.case}." for each in message.data.forget if each.whole)
    places = {name: place for place, name in (mark.split(":", 2)[1:] for mark in known if mark.startswith("a:"))}
    names = [mark.split(":", 2)[1:] for mark in known if mark.startswith("p:")]
    return {
        _text(note)
        for note in _notes(current)
        if (key := _key(note)) not in erased
        for name in (str(note.get("id")), *(name for name, noted in names if noted == key))
        if f"o:{name}" in known and not places.get(name, name).startswith(whole)
    }


def _gone(followed: Followed) -> set[str]:
    """The notes of the ticket, by their keys, whose words were erased before: its server may show them still."""
    return {mark.removeprefix("e:") for mark in followed.known if mark.startswith("e:")}


def _unwritten(
    message: Outgoing, story: Bundle, current: Resource, followed: Followed, directory: Directory | None = None
) -> list[dict[str, Any]]:
    """Of what we have to say, what is not in the ticket; not after an attempt whose answer was lost either."""
    there = _notes(current)
    known = {str(note.get("id")) for note in there}
    strange = {_mark(note) for note in there if _key(note) not in followed.known}
    told = notes_of(story, directory, but=message.data.vendor)
    spoken = [note for note in _spoken(message, directory) if note["id"] not in {each["id"] for each in told}]
    return [
        note
        for note in (*told, *spoken)
        if f"o:{note['id']}" not in followed.known and note["id"] not in known and _mark(note) not in strange
    ]


def about_to_write(
    followed: Followed,
    message: Outgoing,
    story: Bundle,
    connection: Connection,
    current: Resource,
    directory: Directory | None = None,
) -> list[str]:
    """`known` before the words are sent: should the answer be lost, a look still tells them from the vendor's own.

    And which of its notes are erased: no later message sends their words back.
    """
    new = _unwritten(message, story, current, followed, directory)
    marks = [f"t:{_mark(note)}:{note['id']}" for note in new]
    marks += [f"e:{key}" for key in sorted(_erased(message, current, followed))]
    marks += named.marks(story, connection, related.WRITING)
    return [*followed.known, *(mark for mark in marks if mark not in followed.known)]


def written(
    followed: Followed,
    message: Outgoing,
    story: Bundle,
    connection: Connection,
    after: Resource,
    before: Resource | None = None,
) -> list[str]:
    """`known` once they are in the ticket; `after`: the ticket as its server answered, `before`: as it was."""
    said = [f"o:{note['id']}" for note in (*notes_of(story), *_spoken(message))] + _named_otherwise(story)
    said += named.marks(story, connection, related.WRITTEN)
    known = named.asked(before or {}, story, connection, _met(followed.known, after)[1])
    return [*known, *(mark for mark in said if mark not in known)]


def _named_otherwise(story: Bundle) -> list[str]:
    """Marks of the entries that have a note under the name of the message that said it first."""
    readable = [entry for chain in story.chains for entry in chain.entries if "text" in entry.disclosures]
    names = ((entry, _id_of(entry, in_words(entry.disclosures["text"].value))) for entry in readable)
    return [f"a:{place}:{name}" for entry, name in names if (place := f"{entry.case}.{entry.seq}") != name]


def _met(known: Sequence[str], resource: Resource) -> tuple[list[dict[str, Any]], list[str]]:
    """(notes of the ticket that are not ours and not known, `known` with ours found in it)."""
    kept, strange = list(known), []
    for note in _notes(resource):
        if _key(note) in kept or _text(note) in ("", ERASED):
            continue
        awaited = next((mark for mark in kept if mark.startswith(f"t:{_mark(note)}:")), None)
        if awaited is None:
            strange.append(note)
            continue
        kept.remove(awaited)
        name = awaited.split(":", 2)[2]
        marks = (_key(note), f"o:{name}", f"p:{name}:{_key(note)}")
        kept += [mark for mark in marks if mark not in kept]
    return strange, kept


def read(followed: Followed, resource: Resource) -> list[str]:
    """`known` once everything in the ticket was taken in."""
    strange, kept = _met(followed.known, resource)
    return [*kept, *map(_key, strange)]


def _shaped(notes: Sequence[dict[str, Any]], connection: Connection) -> list[dict[str, Any]]:
    return [note | {"@type": "Note"} for note in notes] if connection.version == "v5" else list(notes)


def heard(followed: Followed, resource: Resource, connection: Connection, heads: Mapping[str, Head]) -> list[Saying]:
    """What is new in the vendor's ticket, oldest first. `heads`: what was delivered to it."""
    said = list(_heard(followed, resource, connection, heads))
    return [Saying(f"{followed.id}/{name}", kind, {"handoff": followed.handoff} | data) for name, kind, data in said]


def _heard(
    followed: Followed, resource: Resource, connection: Connection, heads: Mapping[str, Head]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    notes, _ = _met(followed.known, resource)
    changes = _changes(followed, resource)
    states = [(word, mapping.state_of(connection.mapping, word, MEANS), reason, at) for word, reason, at in changes]
    if (states or notes) and heads:
        had = {case: head.model_dump() for case, head in heads.items()}
        yield "taken", "acknowledged", {"vendor_reference": followed.id[:200], "heads": had}
    asks = bool(states) and states[-1][1] == "information_requested" and not states[-1][2] and bool(notes)
    question = notes.pop() if asks else None
    for note in notes:
        yield f"note/{_key(note)[2:]}", "entry_added", {"text": _text(note)}
    for word, state, reason, at in states:
        words = reason or (_text(question) if question and state == "information_requested" else "")
        if (said := mapping.said(state, word, words)) is not None:
            yield f"state/{word}/{at}"[:150], *said


def _changes(followed: Followed, resource: Resource) -> list[tuple[str, str, str]]:
    """(word, reason, time) of each state since the one that was read last; one that went and came back too."""
    word = resource.get("status")
    listed = resource.get("statusChange", resource.get("statusChangeHistory"))
    history = [
        (
            str(each.get("status")),
            _words(each.get("changeReason", each.get("statusChangeReason"))),
            str(each.get("changeDate", each.get("statusChangeDate", ""))),
        )
        for each in (listed if isinstance(listed, list) else ())
        if isinstance(each, dict) and each.get("status")
    ]
    if history and history[-1][0] == word:
        last = max((i for i, each in enumerate(history) if _seen_mark(*each) == followed.status), default=-1)
        return history[last + 1 :]
    if not isinstance(word, str):
        return []
    now = (word, _words(resource.get("statusChangeReason")), str(resource.get("statusChangeDate") or ""))
    return [] if _seen_mark(*now) == followed.status or (not now[2] and word == _word(followed.status)) else [now]


def seen_state(resource: Resource) -> str | None:
    """What stands for the ticket's present state, until it has another."""
    changes = _changes(Followed("", "", "", ""), resource)
    return _seen_mark(*changes[-1]) if changes else None


def _seen_mark(word: str, _reason: str, at: str) -> str:
    return f"{word} {at}".strip()


def _word(mark: str | None) -> str:
    return (mark or "").partition(" ")[0]


def notes_of(story: Bundle, directory: Directory | None = None, *, but: str | None = None) -> list[dict[str, Any]]:
    """The story's readable entries as notes, in their order; `but`: without what this party said itself.

    A note's author is the party as the directory calls it, as in every profile; never a person.
    """
    readable = ((entry, chain) for chain in story.chains for entry in chain.entries if "text" in entry.disclosures)
    entries = sorted(
        (each for each in readable if but is None or each[0].party != but),
        key=lambda each: (each[0].at, each[0].case, each[0].seq),
    )
    files: dict[tuple[str, int], list[str]] = defaultdict(list)
    for file in story.files:
        files[file.case, file.seq].append(f"\n[bifogad fil: {file.name}, {file.url}]")
    return [_note(entry, chain, files[entry.case, entry.seq], directory) for entry, chain in entries]


def _note(entry: DisclosedEntry, chain: Chain, files: Sequence[str], directory: Directory | None) -> dict[str, Any]:
    text = in_words(entry.disclosures["text"].value)
    author = party_name(directory, entry.party)
    return {
        "id": _id_of(entry, text),
        "author": f"{author} ({chain.number})" if chain.number else author,
        "date": when(entry.at),
        "text": "".join([text, *files]),
    }


def _id_of(entry: DisclosedEntry, text: str) -> str:
    """Its place in the story; what has a message of its own is there once under that one's name."""
    shown = entry.disclosures.get("facts")
    facts = shown.value if shown else {}
    if entry.kind == "answer" and "question" in facts:
        return ids.derived("message", facts["question"], text)
    if entry.kind == "proposal_rejected" and "proposal" in facts:
        return ids.derived("message", facts["proposal"], "rejected")
    return f"{entry.case}.{entry.seq}"


def _spoken(message: Outgoing, directory: Directory | None = None) -> Sequence[dict[str, Any]]:
    """The answer or the verdict that the message is about."""
    data = message.data
    text, id_ = "", message.id
    if data.answer is not None:
        text = in_words(data.answer.text)
        id_ = ids.derived("message", data.answer.question, text)
    elif data.verdict is not None and data.verdict.reason:
        text = in_words(data.verdict.reason)
        id_ = ids.derived("message", data.verdict.proposal, "rejected")
    text = text or (_redacted(data, directory) if data.message == "redacted" else _SAYS.get(data.message, ""))
    if not text:
        return ()
    author = directory.municipality.name.sv if directory else data.municipality
    return ({"id": id_, "author": author, "date": when(message.time), "text": text},)


def _redacted(data: HandoffData, directory: Directory | None) -> str:
    """What is to be deleted, by what people see of it: no number of ours is in the vendor's system."""
    zone = ZoneInfo(directory.municipality.time_zone if directory else ZONE)
    chains = data.bundle.chains if data.bundle else ()
    what = forgotten.named(
        data.forget,
        at=lambda at: at.astimezone(zone).isoformat(sep=" ", timespec="seconds"),
        party=lambda party, _language: party_name(directory, party),
        numbers={chain.case: chain.number for chain in chains if chain.number},
    )
    return f"{_REDACTED}: {', '.join(each['sv'] for each in what)}." if what else f"{_REDACTED}."


def _promised(story: Bundle) -> str | None:
    terms = story.around.terms
    due = [each.due_at for each in terms.promises if each.promise == "resolve"] if terms else []
    return when(due[0]) if due else None


def _notes(resource: Resource) -> list[dict[str, Any]]:
    listed = resource.get("note")
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _text(note: Mapping[str, Any] | None) -> str:
    return _words(note.get("text")) if note else ""


def _words(value: Any) -> str:
    """What a text column can hold of it."""
    return value.replace("\0", "").strip()[:20_000] if isinstance(value, str) else ""


def _key(note: Mapping[str, Any]) -> str:
    """By which a note is known: its id, else its words and time."""
    if note.get("id"):
        return f"n:{note['id']}"
    return "n:" + hashlib.sha256(f"{note.get('date')} {_text(note)}".encode()).hexdigest()[:24]


def _mark(note: Mapping[str, Any]) -> str:
    return hashlib.sha256(_text(note).encode()).hexdigest()[:24]
