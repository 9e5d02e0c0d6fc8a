"""Taking words out of what was said already: each event as it may be kept after an erasure (N11, R20).

A redacted event stays valid against its model and keeps its id, its cases and its place, so that a replay folds it as
before, only without the words. Everything here is idempotent.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from contracts import envelope
from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from contracts.timeline import forget
from contracts.values import Language

Erasure = t.TicketErased | t.EntryErased | t.PersonErased
Rewriter = Callable[[Iterable[tuple[str, bytes]], bytes | None], bytes | None]
"""(headers, value) of a stored message → its new value; None: it may stay as it is."""

_WORDS: Final[Mapping[type[Event], tuple[str, ...]]] = {
    t.TicketFiled: ("description",),
    t.TicketAnswered: ("text",),
    t.TicketQuestionAsked: ("text",),
    t.TicketAttachmentAdded: ("text",),
    t.TicketReopened: ("text",),
    t.TicketEscalationRequested: ("reason",),
    v.HandoffAnswered: ("text",),
    v.HandoffReturned: ("text",),
    v.VendorEntryAdded: ("text",),
    v.VendorStatusChanged: ("text",),
    v.VendorInformationRequested: ("text",),
    v.VendorResolutionProposed: ("text",),
    v.VendorTicketReported: ("description",),
    v.VendorTicketChanged: ("text",),
    t.AssignmentRequested: ("note",),
    t.HandOffRequested: ("note",),
    t.TakeBackRequested: ("note",),
    t.VendorAnswerRequested: ("text",),
    t.QuestionCloseRequested: ("reason",),
    r.QuestionClosed: ("reason",),
    r.IncidentAssigned: ("note",),
    r.IncidentEscalated: ("reason",),
}
"""Fields in which somebody wrote. Kept empty, in the languages that they had."""
_PLACES: Final[Mapping[type[Event], tuple[str, ...]]] = {
    t.TicketFiled: ("room", "asset"),
    v.VendorTicketReported: ("category", "place", "priority", "severity"),
    v.VendorTicketChanged: ("title", "description"),
}
"""Fields that are free text too, and may be missing."""
TITLES: Final[Mapping[Language, str]] = {"sv": "Raderat ärende", "en": "Erased report"}
"""What stands in the place of a title, in the language of the report."""
_OF_ALL: Final = (v.VendorResolutionProposed,)
"""What is about an incident although it names a ticket."""


def redacted(event: Event, erasure: Erasure) -> Event:
    """The event as it may be kept after the erasure: itself, if it holds nothing that was erased."""
    match event, erasure:
        case t.PersonChanged(), t.PersonErased() if _is_of(event, erasure) and event.person == erasure.person:
            return nobody(event)
        case t.EntryRecorded(), t.TicketErased() | t.EntryErased() if _is_of(event, erasure):
            if event.entry.seq in erasure.entries.get(event.case, ()):
                return event.model_copy(update={"entry": forget(event.entry)})
        case v.VendorTicketChanged(), t.EntryErased() if _is_of(event, erasure) and _holds(event, erasure):
            # Its title and description are the ticket's own, and go with that.
            return event.model_copy(update={"text": _emptied(event.text), "files": ()})
        case _, t.TicketErased() | t.EntryErased() if _is_of(event, erasure) and _holds(event, erasure):
            return without_words(event)
        case _:
            pass
    return event


def _is_of(event: Event, erasure: Erasure) -> bool:
    return event.municipality == erasure.municipality


def _holds(event: Event, erasure: t.TicketErased | t.EntryErased) -> bool:
    if event.id in erasure.causes or (_quotes(event) and event.caused_by in erasure.causes):
        return True
    return isinstance(erasure, t.TicketErased) and not isinstance(event, _OF_ALL) and names(event, erasure.ticket)


def _quotes(event: Event) -> bool:
    """Whether it was stated on somebody's words, and repeats these: as the reason, or as the answer."""
    return isinstance(event, v.HandoffAnswered) or (isinstance(event, r.IncidentEscalated) and event.trigger == "asked")


def names(event: Event, ticket: str) -> bool:
    """Whether it is about that ticket."""
    return getattr(event, "ticket", None) == ticket


def without_words(event: Event) -> Event:
    """The event with nothing in it that somebody wrote."""
    emptied = {name: _emptied(getattr(event, name)) for name in _WORDS.get(type(event), ())}
    emptied |= dict.fromkeys(_PLACES.get(type(event), ()))
    if "files" in type(event).model_fields:
        emptied["files"] = ()
    if isinstance(event, t.TicketFiled | v.VendorTicketReported):
        emptied["title"] = TITLES[event.language]
    if isinstance(event, v.VendorTicketReported):
        emptied["named"] = ()
    return event.model_copy(update=emptied) if emptied else event


def _emptied(value: Any) -> Any:
    match value:
        case str():
            return ""
        case dict():
            return dict.fromkeys(value, "")
        case _:
            return value


def nobody(person: t.PersonChanged) -> t.PersonChanged:
    """What is left of a person: an id, a role and a language. Nobody is written to, and nobody signs in as them."""
    return person.model_copy(update={"name": "", "email": None, "schools": (), "teams": (), "placeholder": True})


def left_of(erased: t.PersonErased) -> t.PersonChanged:
    """A person of whom nothing but the id is known any more."""
    return t.PersonChanged(
        id=erased.id,
        at=erased.at,
        municipality=erased.municipality,
        person=erased.person,
        name="",
        role="",
        placeholder=True,
    )


def holding(erasure: Erasure) -> tuple[str, ...]:
    """Ids one of which stands in every message that holds what was erased, unless it is of `causes_of`."""
    match erasure:
        case t.TicketErased():
            return (erasure.ticket,)
        case t.PersonErased():
            return (erasure.person,)
        case t.EntryErased():
            return ()


def causes_of(erasure: Erasure) -> tuple[str, ...]:
    """Ids of messages that hold it, or from which follows what does."""
    return () if isinstance(erasure, t.PersonErased) else erasure.causes


def since(erasure: Erasure) -> datetime | None:
    """Nothing that was said before holds it; None: anything may."""
    return None if isinstance(erasure, t.PersonErased) else erasure.since


@dataclass(frozen=True, slots=True)
class Search:
    """Which stored messages may hold what was erased, and what is made of them: `chassis.redaction` asks for these."""

    change: Rewriter
    holding: tuple[str, ...]
    ids: tuple[str, ...]
    since: datetime | None


def search(event: Event) -> Search | None:
    """None: the event erases nothing."""
    if not isinstance(event, t.TicketErased | t.EntryErased | t.PersonErased):
        return None
    return Search(rewriter(event), holding(event), causes_of(event), since(event))


def rewriter(erasure: Erasure) -> Rewriter:
    """How stored messages are to be changed. Raises `envelope.Malformed` for what is no event of ours."""

    def rewrite(headers: Iterable[tuple[str, bytes]], value: bytes | None) -> bytes | None:
        event = envelope.decode(headers, value).event
        kept = redacted(event, erasure)
        return None if kept is event or kept == event else envelope.data(kept)

    return rewrite
