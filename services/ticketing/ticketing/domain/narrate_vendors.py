"""What readers are told of hand-offs, and of what vendors say (R2)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from contracts.disclosure import INTERNAL, REPORTER, REPORTERS, to_party
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from contracts.timeline import EntryKind
from contracts.values import SYSTEM, SYSTEM_PARTY, Words
from ticketing.domain.crossing import is_elsewhere
from ticketing.domain.dates import full_time
from ticketing.domain.drafts import REPORT, Told, closes, draft, joined, say
from ticketing.domain.names import spoken_of
from ticketing.domain.state import ENDED, Ticket, World

_OVER = ENDED | {"resolved"}
_STATUS: dict[str, tuple[str, str]] = {
    "accepted": ("{vendor} har börjat titta på ärendet.", "{vendor} has started looking at the case."),
    "in_progress": ("{vendor} arbetar med ärendet.", "{vendor} is working on the case."),
    "pending": ("{vendor} väntar på något innan de kan fortsätta.", "{vendor} waits for something before going on."),
}


def _of_handoff(
    world: World, event: v.HandoffEvent, kind: EntryKind, text: Words, *, party: str = SYSTEM_PARTY
) -> Told:
    """To the reporters while the vendor has the case; what comes after that is between it and staff."""
    incident = world.incidents.get(event.incident)
    beside = _is_beside(world, event)
    has_it = incident is not None and incident.state not in _OVER and (beside or incident.holder == event.vendor)
    readers = REPORTERS if has_it else to_party(event.vendor)
    yield event.incident, draft(event, kind, text, readers, party=party, private=not has_it)


def _is_beside(world: World, event: v.HandoffEvent) -> bool:
    """Whether another has the case, and this vendor a part of it."""
    handoff = world.handoffs.get(event.handoff)
    return handoff is not None and handoff.role == "parallel"


def _acknowledged(world: World, event: v.HandoffAcknowledged) -> Told:
    sv, en = "{vendor} har tagit emot ärendet.", "{vendor} has received the case."
    if _is_beside(world, event):
        sv, en = "{vendor} har också tagit emot ärendet.", "{vendor} has received the case too."
    text = say(world, event, sv, en, vendor=event.vendor)
    yield from _of_handoff(world, event, "acknowledged", text, party=event.vendor)


def _drifted(world: World, event: v.HandoffDrifted) -> Told:
    """The municipality's own: the vendor is sent what it lacks, and the schools lack nothing."""
    sv = "{vendor} saknade en del av historiken. Den är på väg dit igen."
    en = "{vendor} lacked a part of the history. It is on its way there again."
    text = say(world, event, sv, en, vendor=event.vendor)
    yield event.incident, draft(event, "note", text, INTERNAL)


def _failed(world: World, event: v.HandoffFailed) -> Told:
    sv, en = "Vi nådde inte {vendor}. Samordnaren tar över.", "We could not reach {vendor}. The coordinator takes over."
    if _is_beside(world, event):
        sv = "Vi nådde inte {vendor}, som skulle hjälpa till vid sidan av. Samordnaren ser vad som görs i stället."
        en = "We could not reach {vendor}, who was to help beside. The coordinator sees what to do instead."
    yield from _of_handoff(world, event, "failed", say(world, event, sv, en, vendor=event.vendor))


def _returned(world: World, event: v.HandoffReturned) -> Told:
    sv, en = "{vendor} har lämnat tillbaka ärendet", "{vendor} has given the case back"
    if _is_beside(world, event):
        sv, en = "{vendor} har lämnat tillbaka sin del av ärendet", "{vendor} has given its part of the case back"
    if not event.text:
        sv, en = f"{sv} utan att säga varför", f"{en} without saying why"
    text = say(world, event, f"{sv}.", f"{en}.", vendor=event.vendor)
    yield from _of_handoff(world, event, "returned", text, party=event.vendor)
    if event.text:
        yield from _vendors_words(world, event, "vendor_entry", event.text)


def _taken_back(world: World, event: v.HandoffTakenBack) -> Told:
    """Only where no assignment told it already: the last report was withdrawn."""
    incident = world.incidents.get(event.incident)
    if incident is not None and incident.state == "cancelled":
        sv, en = "Vi har tagit tillbaka ärendet från {vendor}.", "We have taken the case back from {vendor}."
        text = say(world, event, sv, en, vendor=event.vendor)
        yield event.incident, draft(event, "taken_back", text, REPORTERS)


def _vendors_words(
    world: World, event: v.HandoffEvent, kind: EntryKind, text: Words, facts: dict[str, str] | None = None
) -> Told:
    """R2: to the reporter it names, or of a lone incident; else to that vendor and staff until staff publish it.

    On the ticket, not on the incident: whoever is linked later does not read what was said to one (N5).
    """
    private = isinstance(event, v.VendorEntryAdded) and event.private
    named = event.ticket if isinstance(event, v.VendorEvent) else None
    to_staff = private or (isinstance(event, v.VendorEvent) and is_elsewhere(world, event))
    ticket = None if to_staff else world.tickets.get(named or "") or _lone_ticket(world, event.incident)
    files = event.files if isinstance(event, v.VendorEntryAdded) else ()
    if ticket is not None:
        yield ticket.id, draft(event, kind, text, REPORTER, party=event.vendor, facts=facts, files=files)
        return
    yield event.incident, draft(
        event, kind, text, to_party(event.vendor),
        party=event.vendor, facts=facts, private=private, files=files,
    )  # fmt: skip


def _lone_ticket(world: World, incident_id: str) -> Ticket | None:
    """The only ticket of an incident, as far as it is loaded."""
    incident = world.incidents.get(incident_id)
    if incident is None or incident.tickets != 1:
        return None
    return next((ticket for ticket in world.tickets_of(incident_id) if ticket.state != "erased"), None)


def _vendor_wrote(world: World, event: v.VendorEntryAdded) -> Told:
    handoff = world.handoffs.get(event.handoff)
    is_late = handoff is not None and handoff.ended_at is not None
    yield from _vendors_words(world, event, "vendor_entry", event.text, {"late": "true"} if is_late else None)


def _vendor_status(world: World, event: v.VendorStatusChanged) -> Told:
    """R2: how far it has come is a step, told to all; what it writes beside is its words, and goes where they go."""
    sv, en = _STATUS[event.status]
    text = say(world, event, sv, en, vendor=event.vendor)
    if event.expected_at is not None:
        text = joined(text, _expected(world, event, event.expected_at))
    if event.withdraws:  # of a proposal, which only staff have read
        text = joined(text, event.text) if event.text is not None else text
        yield event.incident, draft(event, "vendor_status", text, to_party(event.vendor), party=event.vendor)
        return
    if event.ticket is not None:
        yield from _vendors_words(world, event, "vendor_status", text)
    else:
        yield from _of_handoff(world, event, "vendor_status", text, party=event.vendor)
    if event.text is not None:
        yield from _vendors_words(world, event, "vendor_entry", event.text)


def _expected(world: World, event: v.VendorStatusChanged, at: datetime) -> Words:
    """A vendor that we could not hear for days may have expected a time that is over."""
    when = full_time(world.directories.get(event.municipality), at)
    if at < event.at:
        return {
            "sv": f"De räknade med att vara klara {when['sv']}.",
            "en": f"They expected to be done on {when['en']}.",
        }
    return {"sv": f"De räknar med att vara klara {when['sv']}.", "en": f"They expect to be done on {when['en']}."}


def _vendor_asked(world: World, event: v.VendorInformationRequested) -> Told:
    facts = {"question": event.question}
    if event.ticket in world.tickets and not is_elsewhere(world, event):
        yield event.ticket, draft(event, "question", event.text, REPORTER, party=event.vendor, facts=facts)
    else:
        yield (
            event.incident,
            draft(event, "question", event.text, to_party(event.vendor), party=event.vendor, facts=facts),
        )


def _answered(world: World, event: v.HandoffAnswered) -> Told:
    """By staff, by the vendor, which needs none, or by the case itself: it is solved, or has left who asked."""
    case, readers = event.incident, to_party(event.vendor)
    if event.ticket is not None:
        is_reporters = event.request_id is None and event.by != SYSTEM and event.by.party != event.vendor
        if is_reporters or event.ticket not in world.tickets:
            return  # the reporter's own answer stands on the ticket already
        if (asked := world.questions.get(event.question)) is None or asked.ticket is not None:
            case, readers = event.ticket, REPORTER  # else it had left the case before, and who reported it never saw it
    if event.by == SYSTEM and _more_lapse(world, event):
        return
    yield case, draft(
        event, "answer", event.text, readers, party=event.by.party, person=event.by.person,
        facts=closes(event.question, unanswered=event.unanswered),
    )  # fmt: skip


def _more_lapse(world: World, event: v.HandoffAnswered) -> bool:
    """Whether others of the same readers lapse with it, which are told after it: once is enough for all of them."""
    of = [q for q in world.questions.values() if (q.handoff, q.ticket) == (event.handoff, event.ticket)]
    waits = (
        question.answered_at is None or question.closed_by is not None
        for question in of
        if question.id != event.question
    )
    return any(waits)


def _proposed(world: World, event: v.VendorResolutionProposed) -> Told:
    facts = {"proposal": event.proposal} | about(world, event.incident)
    if _is_beside(world, event):
        facts["part"] = "true"
    yield event.incident, draft(event, "proposal", event.text, to_party(event.vendor), party=event.vendor, facts=facts)


def about(world: World, incident: str) -> dict[str, str]:
    """A fact of what is said of an order, a need or an idea: none of these is solved."""
    kind = world.incidents[incident].kind if incident in world.incidents else "incident"
    return {} if kind == "incident" else {"about": spoken_of(kind)}


def _reported_anew(world: World, event: v.VendorTicketChanged) -> Told:
    """What it says now of what it reported; a note beside is told as the answer that it becomes, one for staff here."""
    if event.private and event.text is not None:
        yield event.ticket, draft(event, "vendor_entry", event.text, INTERNAL, party=event.vendor, files=event.files)
    if event.title is None and event.description is None:
        return
    sv, en = "{vendor} har ändrat sin anmälan:", "{vendor} has changed its report:"
    words = "\n\n".join(filter(None, (event.title, event.description)))
    text = {lang: f"{said} {words}".strip() for lang, said in say(world, event, sv, en, vendor=event.vendor).items()}
    yield event.ticket, draft(event, "reply", text, REPORTER, party=event.vendor, facts={REPORT: event.ticket})


NARRATORS: dict[type[Event], Callable[[World, Any], Told]] = {
    v.HandoffAcknowledged: _acknowledged,
    v.HandoffAnswered: _answered,
    v.HandoffDrifted: _drifted,
    v.HandoffFailed: _failed,
    v.HandoffReturned: _returned,
    v.HandoffTakenBack: _taken_back,
    v.VendorEntryAdded: _vendor_wrote,
    v.VendorStatusChanged: _vendor_status,
    v.VendorInformationRequested: _vendor_asked,
    v.VendorResolutionProposed: _proposed,
    v.VendorTicketChanged: _reported_anew,
}
