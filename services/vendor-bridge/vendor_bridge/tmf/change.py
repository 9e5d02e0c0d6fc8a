"""A vendor's change of a ticket as what it says: messages of the one protocol, in order, each under a name of its own.

The names follow from what is said, and from how far the hand-off had come: a request that is sent again, because its
answer was lost, says nothing twice.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import to_json

from chassis.faults import faults
from chassis.problems import Fault
from contracts.directory import Connection
from contracts.directory.mapping import VendorState
from contracts.webhooks import Incoming, parse_incoming
from vendor_bridge.domain import mapping
from vendor_bridge.tmf import seen as s
from vendor_bridge.tmf.errors import Refused
from vendor_bridge.tmf.seen import NOTE, Seen
from vendor_bridge.tmf.states import MEANS, status_of

LONGEST_ID: Final = 100
MOST_NOTES: Final = 50
_NOTE: Final = frozenset({"id", "author", "date", "text"})
NAMES: Final = {
    "vendor_reference": "externalId",
    "expected_at": "expectedResolutionDate",
    "external_id": "externalId",
    "title": "name",
    "category": "ticketType",
    "place": "relatedEntity",
}
"""TM Forum's names of what a message says."""
_TEXT_OF: Final = {"note": "note.text", "priority": "priority"}
"""Whose text it was, by the second part of a message's name."""
_SPEAKS: Final[frozenset[VendorState]] = frozenset({"information_requested", "resolved"})
"""States that are words themselves: a question, and a proposal."""
_KINDS: Final = frozenset(
    {"acknowledged", "entry_added", "status_changed", "information_requested", "resolution_proposed", "returned"}
)


@dataclass(frozen=True, slots=True)
class Saying:
    """One message, and the vendor's name of it."""

    name: str
    message: Incoming


def sayings(seen: Seen, changed: Mapping[str, Any], current: Mapping[str, Any]) -> list[Saying]:
    """What the changed attributes say. `current`: the resource as it is shown. Raises Refused, for all or nothing."""
    said = list(_Change(seen, changed, current).sayings())
    return [Saying(name, _parsed(name, kind, data, changed)) for name, kind, data in said]


_Said = tuple[str, str, dict[str, Any]]


class _Change:
    def __init__(self, seen: Seen, changed: Mapping[str, Any], current: Mapping[str, Any]) -> None:
        self.seen, self.changed, self.current = seen, changed, current
        self.handoff = seen.handoff
        self.acknowledged = self.handoff.acknowledged_at is not None
        self.reference = reference_of(changed, current)

    def sayings(self) -> Iterator[_Said]:
        notes = new_notes(self.changed.get("note", []), self.current)
        state, word = self._state()
        reason = text_of("statusChangeReason", self.changed.get("statusChangeReason"))
        if self._takes_on(state):
            yield self._acknowledges()
        spoken = _taken(notes, reason) if state in _SPEAKS else None
        yield from self._written(notes)
        if state != "returned" and reason in {text for _, text in notes}:
            reason = None  # it is said
        if state is not None:
            yield from self._comes_into(state, word, reason or "", spoken)
        elif reason:
            yield self._written_once("reason", reason)
        if (expected := self._expected()) is not None and state not in ("in_progress", "pending"):
            yield self._progress(self.handoff.status or "accepted", "", expected)
        if (priority := text_of("priority", self.changed.get("priority"))) is not None:
            yield self._written_once("priority", mapping.kept("priority", priority)["sv"], private=True)
        if self.reference and self.acknowledged:
            text = f"Ärendenummer hos leverantören: {self.reference}"
            yield self._written_once("reference", text, private=True, vendor_reference=self.reference)

    def _state(self) -> tuple[VendorState | None, str]:
        """What a new state means, and the vendor's word for it."""
        word = self.changed.get("status")
        if word is None:
            if "status" in self.changed:
                raise Refused(400, "status cannot be taken away.")
            return None, ""
        state = state_of(word, self.seen.connection)
        status = status_of(self.handoff)
        is_now = word == status or (MEANS[status] == state and state != "returned")
        asks_again = state == "information_requested" and bool(self.changed.get("statusChangeReason"))
        return (None if is_now and not asks_again else state), word

    def _takes_on(self, state: VendorState | None) -> bool:
        """Who works on it, asks, or gives it a number of their own, has taken it on."""
        if self.acknowledged or not self.handoff.is_held:
            return False
        works = state in ("acknowledged", "in_progress", "pending", "information_requested", "resolved")
        return works or bool(self.reference)

    def _comes_into(
        self, state: VendorState, word: str, text: str, spoken: tuple[str, str] | None = None
    ) -> Iterator[_Said]:
        """`spoken`: the note whose words these are, and which is then no other."""
        if not self.handoff.is_held:
            why = s.changes(self.seen)[-1].reason
            raise Refused(409, f"The ticket is {status_of(self.handoff)}. {why} Notes are still taken.")
        if self.seen.incident.resolved and state not in ("acknowledged", "closed"):
            left = "to give back" if state == "returned" else "to do"
            raise Refused(409, f"The problem is solved: there is nothing left {left}. Notes are taken.")
        place = f"{self.handoff.id}/status/{len(s.changes(self.seen))}"
        if spoken is not None:
            place, text = f"{self.handoff.id}{NOTE}{spoken[0]}", spoken[1]
        match state:
            case "acknowledged":
                if self.acknowledged:
                    yield self._progress("accepted", text)
            case "in_progress" | "pending":
                yield self._progress(state, text, self._expected())
            case "information_requested":
                if not text:
                    raise Refused(400, "pending: say what you need, in statusChangeReason or in a note.")
                yield self._asks(place, text)
            case "resolved":
                yield place, "resolution_proposed", self._about(text=text or mapping.SOLVED["sv"])
            case "returned":
                yield f"{self.handoff.id}/returned", "returned", self._about(**({"text": text} if text else {}))
            case "closed":
                raise Refused(
                    409,
                    f"{word}: the municipality closes a ticket, once those who reported say that it works. "
                    "Propose it with resolved.",
                )

    def _acknowledges(self) -> _Said:
        """It has what was delivered."""
        about = self._about(heads=self.handoff.heads)
        return (
            f"{self.handoff.id}/acknowledged",
            "acknowledged",
            about | ({"vendor_reference": self.reference} if self.reference else {}),
        )

    def _asks(self, name: str, text: str) -> _Said:
        number = len(self.handoff.questions) + 1
        return name, "information_requested", self._about(text=text, question=str(number))

    def _progress(self, status: str, text: str, expected: str | None = None) -> _Said:
        place = f"{self.handoff.id}/status/{len(s.changes(self.seen))}.{status}.{expected or ''}"
        more: dict[str, Any] = {"text": text} if text else {}
        more |= {"expected_at": expected} if expected else {}
        return place, "status_changed", self._about(status=status, **more)

    def _expected(self) -> str | None:
        value = self.changed.get("expectedResolutionDate")
        if value is None:
            if "expectedResolutionDate" in self.changed:
                raise Refused(400, "expectedResolutionDate cannot be taken away: give another.")
            return None
        if not isinstance(value, str) or not _is_time(value):
            raise Refused(400, "expectedResolutionDate is no time such as 2026-10-05T07:33:35+02:00.")
        return value

    def _written_once(self, what: str, text: str, **more: Any) -> _Said:
        """Kept as a note; the same value again is the same note."""
        return f"{self.handoff.id}/{what}/{digest(text)}", "entry_added", self._about(text=text, **more)

    def _written(self, notes: list[tuple[str, str]]) -> Iterator[_Said]:
        for id_, text in notes:
            yield f"{self.handoff.id}{NOTE}{id_}", "entry_added", self._about(text=text)

    def _about(self, **more: Any) -> dict[str, Any]:
        return {"handoff": self.handoff.id, **more}


def _taken(notes: list[tuple[str, str]], reason: str | None) -> tuple[str, str] | None:
    """The note that a state speaks by, out of `notes`: the one in its reason's words, without a reason the last."""
    found = next((note for note in reversed(notes) if not reason or note[1] == reason), None)
    if found is not None:
        notes.remove(found)
    return found


def new_notes(given: Any, current: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(id, text) of those that are not there yet; those that are stay as they are, whether they are sent or not."""
    if not isinstance(given, list):
        raise Refused(400, "note is a list. Notes are added, never taken away.")
    there = {note["id"]: note["text"] for note in current.get("note", ())}
    found: dict[str, str] = {}
    for note in given:
        id_, text = _note(note)
        if id_ in there:
            if text is not None and text != there[id_]:
                raise Refused(409, f"The note {id_!r} is there already, and a note is never changed.")
        elif text is None:
            raise Refused(400, "A note has a text.")
        else:
            found[id_] = text
    if len(found) > MOST_NOTES:
        raise Refused(400, f"At most {MOST_NOTES} notes at a time.")
    return list(found.items())


def state_of(word: Any, connection: Connection) -> VendorState:
    """What a state means that a vendor sets. Raises Refused for one that is none."""
    if not isinstance(word, str):
        raise Refused(400, "status is no text.")
    state = mapping.state_of(connection.mapping, word, MEANS)
    if state is None:
        known = ", ".join(sorted({*MEANS, *connection.mapping.states}))
        raise Refused(400, f"{word[:60]!r} is no state. Possible: {known}.")
    return state


def _note(note: Any) -> tuple[str, str | None]:
    """(id, text). One without an id has the digest of its content for one: the same note again is the same."""
    if not isinstance(note, dict) or any(name not in _NOTE and not name.startswith("@") for name in note):
        raise Refused(400, "A note has id, author, date and text, and nothing else.")
    text = text_of("note.text", note.get("text"))
    id_ = note.get("id")
    if id_ is None:
        return digest(json.dumps([note.get("author"), note.get("date"), text])), text
    if not isinstance(id_, str) or not 0 < len(id_) <= LONGEST_ID or not id_.isprintable():
        raise Refused(400, f"A note's id is a text of 1 to {LONGEST_ID} printable characters.")
    return id_, text


def reference_of(changed: Mapping[str, Any], current: Mapping[str, Any]) -> str | None:
    """The vendor's own number, where it gives a new one."""
    if "externalId" in changed:
        found = text_of("externalId", changed["externalId"])
        if found is None:
            raise Refused(400, "externalId cannot be taken away: give another.")
        return found
    if "externalIdentifier" not in changed:
        return None
    given = changed["externalIdentifier"]
    there = {(each["owner"], each["id"]) for each in current.get("externalIdentifier", ())}
    known = {id_ for _, id_ in there}
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise Refused(400, "externalIdentifier is a list of {owner, externalIdentifierType, id}.")
    new = [text_of("externalIdentifier.id", each.get("id")) for each in given]
    added = [each for each in new if each and each not in known]
    if len(added) > 1:
        raise Refused(400, "externalIdentifier: give one number of your own.")
    return added[0] if added else None


def text_of(name: str, value: Any) -> str | None:
    """A text without spaces around it, None where it is missing or empty."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise Refused(400, f"{name} is no text.")
    return value.strip() or None


def _is_time(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def digest(text: str) -> str:
    """A short name for a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _parsed(name: str, kind: str, data: dict[str, Any], given: Mapping[str, Any]) -> Incoming:
    try:
        return parse_incoming(to_json({"type": kind, "data": data}))
    except ValidationError as error:
        raise wrong(faults(error, _KINDS)[0], name, given) from None


def wrong(fault: Fault, name: str, given: Mapping[str, Any]) -> Refused:
    """What cannot be taken of a message of that `name`, by the attribute of `given` that it came from."""
    field = fault["pointer"].rpartition("/")[2]
    called = NAMES.get(field, field)
    if called == "externalId" and "externalIdentifier" in given:
        called = "externalIdentifier.id"
    if field == "text":
        called = _TEXT_OF.get(name.split("/")[1], "statusChangeReason")
    return Refused(400, f"{called} {fault['detail']}")
