"""Which facts a reader should see, on which case's timeline, in which words, read by whom (R2)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from contracts.disclosure import INTERNAL, REPORTER, REPORTERS, to_party
from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from contracts.timeline import Draft, EntryKind
from contracts.values import REPORTER_PARTY, SYSTEM_PARTY, Words
from ticketing.domain.dates import full_time
from ticketing.domain.names import party_name
from ticketing.domain.state import World

Told = Iterator[tuple[str, Draft]]
"""(case, entry to record) pairs."""


def narrate(world: World, event: Event) -> Told:
    """The entries a fact leads to; none for facts that only machines care about."""
    narrator = _NARRATORS.get(type(event))
    if narrator is not None:
        yield from narrator(world, event)


def _draft(
    event: Event,
    kind: EntryKind,
    text: Mapping[Any, str],
    *readers: str,
    party: str = SYSTEM_PARTY,
    person: str | None = None,
    facts: dict[str, str] | None = None,
    private: bool = False,
) -> Draft:
    return Draft(
        at=event.at,
        party=party,
        kind=kind,
        audience=readers,
        caused_by=event.id,
        text=dict(text),
        person=person,
        facts=facts or {},
        private=private,
    )


def _say(world: World, event: Event, sv: str, en: str, **parties: str) -> Words:
    directory = world.directories.get(event.municipality)
    names = {slot: party_name(directory, party) for slot, party in parties.items()}
    return {
        "sv": sv.format(**{slot: name["sv"] for slot, name in names.items()}),
        "en": en.format(**{slot: name.get("en", name["sv"]) for slot, name in names.items()}),
    }


def _joined(sentence: Words, said: Words) -> Words:
    """The sentence, then what somebody said, in its language or the one there is."""
    return {lang: f"{own} {said.get(lang) or next(iter(said.values()))}" for lang, own in sentence.items()}


def filed(event: t.TicketFiled) -> Draft:
    """The reporter's own words: a ticket's first entry."""
    words = f"{event.title}\n\n{event.description}".strip()
    return _draft(event, "filed", {event.language: words}, REPORTER, party=REPORTER_PARTY, person=event.reporter)


def _answered(_world: World, event: t.TicketAnswered) -> Told:
    kind: EntryKind = "answer" if event.question else "reply"
    facts = {"question": event.question} if event.question else {}
    yield (
        event.ticket,
        _draft(event, kind, event.text, REPORTER, party=event.by.party, person=event.by.person, facts=facts),
    )


def _confirmed(_world: World, event: t.TicketConfirmedFixed) -> Told:
    text = {"sv": "Det fungerar nu.", "en": "It works now."}
    yield event.ticket, _draft(event, "confirmed", text, REPORTER, party=REPORTER_PARTY, person=event.by.person)


def _reopened(_world: World, event: t.TicketReopened) -> Told:
    text = event.text or {"sv": "Det är fortfarande fel.", "en": "It still does not work."}
    yield event.ticket, _draft(event, "reopened", text, REPORTER, party=REPORTER_PARTY, person=event.by.person)


def _withdrawn(_world: World, event: t.TicketWithdrawn) -> Told:
    text = {"sv": "Ärendet är återtaget.", "en": "The report was withdrawn."}
    yield event.ticket, _draft(event, "withdrawn", text, REPORTER, party=REPORTER_PARTY, person=event.by.person)


def _linked(world: World, event: r.TicketLinked) -> Told:
    incident = world.incidents.get(event.incident)
    if incident is None or incident.tickets < 2:
        return  # alone on its incident: nothing that a reporter needs to be told
    text = {
        "sv": "Fler har anmält samma sak. Vi löser dem tillsammans.",
        "en": "Others have reported the same thing. We solve them together.",
    }
    yield event.ticket, _draft(event, "linked", text, REPORTER)


def _assigned(world: World, event: r.IncidentAssigned) -> Told:
    if event.tier == "vendor":
        sv = "Vi skickade ärendet till {party}. De har fått allt som är skrivet."
        en = "We sent the case to {party}. They have everything that was written."
        kind: EntryKind = "handed_over"
    else:
        sv, en, kind = "Ärendet ligger nu hos {party}.", "The case is now with {party}.", "assigned"
    words = _say(world, event, sv, en, party=event.party)
    text = {lang: f"{words[lang]} {event.reason.get(lang, '')}".strip() for lang in words}
    yield event.incident, _draft(event, kind, text, REPORTERS, facts={"party": event.party, "rule": event.rule})
    if event.note is not None:
        party = event.by.party if event.by else SYSTEM_PARTY
        person = event.by.person if event.by else None
        yield event.incident, _draft(event, "note", event.note, to_party(event.party), party=party, person=person)


def _acknowledged(world: World, event: v.HandoffAcknowledged) -> Told:
    text = _say(
        world, event, "{vendor} har tagit emot ärendet.", "{vendor} has received the case.", vendor=event.vendor
    )
    yield event.incident, _draft(event, "acknowledged", text, _steps_readers(world, event), party=event.vendor)


def _steps_readers(world: World, event: v.HandoffEvent) -> str:
    """R2: a step is for reporters, unless the case has gone on without the vendor by the time it is heard of."""
    incident, handoff = world.incidents.get(event.incident), world.handoffs.get(event.handoff)
    if incident is None or incident.state in ("resolved", "closed", "cancelled"):
        return to_party(event.vendor)
    leads = handoff is None or handoff.role == "lead"
    return to_party(event.vendor) if leads and incident.holder != event.vendor else REPORTERS


def _vendors_words(
    world: World, event: v.VendorEvent, kind: EntryKind, text: Words, facts: dict[str, str] | None = None
) -> Told:
    """R2: to the reporter it names, or of a lone incident; else to that vendor and staff until staff publish it."""
    private = isinstance(event, v.VendorEntryAdded) and event.private
    incident = world.incidents.get(event.incident)
    if private:
        readers = to_party(event.vendor)
    elif event.ticket in world.tickets:
        draft = _draft(event, kind, text, REPORTER, party=event.vendor, facts=facts)
        yield event.ticket, draft
        return
    else:
        readers = REPORTERS if incident is not None and incident.tickets == 1 else to_party(event.vendor)
    yield event.incident, _draft(event, kind, text, readers, party=event.vendor, facts=facts, private=private)


def _vendor_wrote(world: World, event: v.VendorEntryAdded) -> Told:
    yield from _vendors_words(world, event, "vendor_entry", event.text)


def _vendor_status(world: World, event: v.VendorStatusChanged) -> Told:
    sv, en = _STATUS[event.status]
    text = _say(world, event, sv, en, vendor=event.vendor)
    if event.expected_at is not None:
        text = _joined(text, _expected(world, event, event.expected_at))
    if event.text is not None:
        text = _joined(text, event.text)
    yield from _vendors_words(world, event, "vendor_status", text)


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
    if event.ticket in world.tickets:
        yield event.ticket, _draft(event, "question", event.text, REPORTER, party=event.vendor, facts=facts)
    else:
        yield (
            event.incident,
            _draft(event, "question", event.text, to_party(event.vendor), party=event.vendor, facts=facts),
        )


def _staff_answered(_world: World, event: v.HandoffAnswered) -> Told:
    if event.ticket is not None:
        return  # the reporter's own answer stands on the ticket already
    yield event.incident, _draft(
        event, "answer", event.text, to_party(event.vendor),
        party=event.by.party, person=event.by.person, facts={"question": event.question},
    )  # fmt: skip


def _proposed(_world: World, event: v.VendorResolutionProposed) -> Told:
    facts = {"proposal": event.proposal}
    yield event.incident, _draft(event, "proposal", event.text, to_party(event.vendor), party=event.vendor, facts=facts)


def _proposal_rejected(world: World, event: r.ProposalRejected) -> Told:
    proposal = world.proposals.get(event.proposal)
    readers = to_party(proposal.vendor) if proposal else INTERNAL
    by = event.by
    yield event.incident, _draft(
        event, "proposal_rejected", event.reason, readers,
        party=by.party if by else SYSTEM_PARTY, person=by.person if by else None, facts={"proposal": event.proposal},
    )  # fmt: skip


def _resolved(world: World, event: r.IncidentResolved) -> Told:
    proposal = world.proposals.get(event.proposal or "")
    text = event.public_text or {"sv": "Felet är löst.", "en": "The fault is solved."}
    by = event.by
    facts = {"proposal": event.proposal} if proposal and event.proposal else {}
    yield event.incident, _draft(
        event, "resolved", text, REPORTERS,
        party=by.party if by else SYSTEM_PARTY, person=by.person if by else None, facts=facts,
    )  # fmt: skip


def _returned(world: World, event: v.HandoffReturned) -> Told:
    sv, en = "{vendor} har lämnat tillbaka ärendet.", "{vendor} has given the case back."
    text = _say(world, event, sv, en, vendor=event.vendor)
    if event.text is not None:
        text = _joined(text, event.text)
    yield event.incident, _draft(event, "returned", text, _steps_readers(world, event), party=event.vendor)


def _told(kind: EntryKind, sv: str, en: str, *, to_all: bool = True) -> Callable[[World, Any], Told]:
    """`to_all` False: an assignment told the reporters already, and this only says that the bridge did its part."""

    def tell(world: World, event: Any) -> Told:
        vendor = getattr(event, "vendor", SYSTEM_PARTY)
        readers = REPORTERS if to_all else to_party(vendor)
        yield event.incident, _draft(event, kind, _say(world, event, sv, en, vendor=vendor), readers)

    return tell


_STATUS: dict[str, tuple[str, str]] = {
    "accepted": ("{vendor} har börjat titta på ärendet.", "{vendor} has started looking at the case."),
    "in_progress": ("{vendor} arbetar med ärendet.", "{vendor} is working on the case."),
    "pending": ("{vendor} väntar på något innan de kan fortsätta.", "{vendor} waits for something before going on."),
}

_NARRATORS: dict[type[Event], Callable[[World, Any], Told]] = {
    t.TicketAnswered: _answered,
    t.TicketConfirmedFixed: _confirmed,
    t.TicketReopened: _reopened,
    t.TicketWithdrawn: _withdrawn,
    r.TicketLinked: _linked,
    r.IncidentAssigned: _assigned,
    r.ProposalRejected: _proposal_rejected,
    r.IncidentResolved: _resolved,
    r.IncidentReopened: _told("reopened", "Ärendet är öppnat igen.", "The case is open again."),
    r.IncidentClosed: _told("closed", "Ärendet är avslutat.", "The case is closed."),
    v.HandoffAcknowledged: _acknowledged,
    v.HandoffAnswered: _staff_answered,
    v.HandoffFailed: _told(
        "failed",
        "Vi nådde inte {vendor}. Samordnaren tar över.",
        "We could not reach {vendor}. The coordinator takes over.",
    ),
    v.HandoffReturned: _returned,
    v.HandoffTakenBack: _told(
        "taken_back",
        "Vi har tagit tillbaka ärendet från {vendor}.",
        "We have taken the case back from {vendor}.",
        to_all=False,
    ),
    v.HandoffReleased: _told(
        "released",
        "{vendor} är klar med sin del. Ärendet gick vidare.",
        "{vendor} has done its part. The case moved on.",
        to_all=False,
    ),
    v.VendorEntryAdded: _vendor_wrote,
    v.VendorStatusChanged: _vendor_status,
    v.VendorInformationRequested: _vendor_asked,
    v.VendorResolutionProposed: _proposed,
}
