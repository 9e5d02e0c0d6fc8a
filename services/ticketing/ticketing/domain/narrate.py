"""Which facts a reader should see, on which case's timeline, in which words, read by whom (R2)."""

from collections.abc import Callable
from typing import Any

from contracts.disclosure import INTERNAL, REPORTER, REPORTERS, to_party
from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.events.base import Event
from contracts.timeline import Draft, EntryKind
from contracts.values import REPORTER_PARTY, SYSTEM, SYSTEM_PARTY, is_vendor
from ticketing.domain import (
    narrate_causes,
    narrate_clocks,
    narrate_escalation,
    narrate_vendors,
    narrate_wishes,
    narrate_works,
)
from ticketing.domain.drafts import Told, closes, draft, joined, say
from ticketing.domain.state import World


def narrate(world: World, event: Event) -> Told:
    """The entries a fact leads to; none for facts that only machines care about."""
    narrator = _NARRATORS.get(type(event))
    if narrator is not None:
        yield from narrator(world, event)


def filed(event: t.TicketFiled) -> Draft:
    """The reporter's own words: a ticket's first entry."""
    words = f"{event.title}\n\n{event.description}".strip()
    if is_vendor(event.reporter):
        return draft(event, "filed", {event.language: words}, REPORTER, party=event.reporter, files=event.files)
    return draft(
        event, "filed", {event.language: words}, REPORTER,
        party=REPORTER_PARTY, person=event.reporter, files=event.files,
    )  # fmt: skip


def _answered(_world: World, event: t.TicketAnswered) -> Told:
    kind: EntryKind = "answer" if event.question else "reply"
    yield (
        event.ticket,
        draft(
            event,
            kind,
            event.text,
            REPORTER,
            party=event.by.party,
            person=event.by.person,
            facts=closes(event.question, unanswered=event.unanswered),
            files=event.files,
        ),
    )


def _asked(_world: World, event: t.TicketQuestionAsked) -> Told:
    yield (
        event.ticket,
        draft(
            event, "question", event.text, REPORTER,
            party=event.by.party, person=event.by.person, facts={"question": event.question},
        ),
    )  # fmt: skip


def _question_closed(_world: World, event: r.QuestionClosed) -> Told:
    """By staff, or by the case itself; where the answer would stand."""
    by = event.by or SYSTEM
    yield (
        event.ticket,
        draft(
            event, "answer", event.reason, REPORTER,
            party=by.party, person=by.person, facts=closes(event.question, unanswered=True),
        ),
    )  # fmt: skip


def _attached(_world: World, event: t.TicketAttachmentAdded) -> Told:
    """Files without a word are said to be there: an entry without words is an erased one."""
    n = len(event.files)
    text = event.text or {
        "sv": "Bifogade en fil." if n == 1 else f"Bifogade {n} filer.",
        "en": "Attached a file." if n == 1 else f"Attached {n} files.",
    }
    kind: EntryKind = "reply" if event.by.party == REPORTER_PARTY else "note"
    yield (
        event.ticket,
        draft(
            event,
            kind,
            text,
            *event.audience,
            party=event.by.party,
            person=event.by.person,
            files=event.files,
        ),
    )


def _confirmed(world: World, event: t.TicketConfirmedFixed) -> Told:
    ticket = world.tickets.get(event.ticket)
    text = {"sv": "Det fungerar nu.", "en": "It works now."}
    if ticket is not None and ticket.kind == "request":
        text = {"sv": "Jag har fått allt.", "en": "I have got everything."}
    yield event.ticket, draft(event, "confirmed", text, REPORTER, party=event.by.party, person=event.by.person)


def _reopened(_world: World, event: t.TicketReopened) -> Told:
    text = event.text or {"sv": "Det är fortfarande fel.", "en": "It still does not work."}
    yield event.ticket, draft(event, "reopened", text, REPORTER, party=event.by.party, person=event.by.person)


def _withdrawn(_world: World, event: t.TicketWithdrawn) -> Told:
    text = {"sv": "Ärendet är tillbakadraget.", "en": "The report was withdrawn."}
    yield event.ticket, draft(event, "withdrawn", text, REPORTER, party=event.by.party, person=event.by.person)


def _erased(_world: World, event: t.TicketErased) -> Told:
    text = {"sv": "Uppgifterna i ärendet är raderade.", "en": "What the report said has been erased."}
    yield event.ticket, draft(event, "erased", text, REPORTER, party=event.by.party, person=event.by.person)


def _entry_erased(_world: World, event: t.EntryErased) -> Told:
    """So that staff can see that something is gone, and who took it away."""
    for case, numbers in event.entries.items():
        text = {"sv": "En text i historiken är raderad.", "en": "A text of the history has been erased."}
        facts = {"entry": ",".join(map(str, numbers))}
        yield case, draft(event, "erased", text, INTERNAL, party=event.by.party, person=event.by.person, facts=facts)


def _assigned(world: World, event: r.IncidentAssigned) -> Told:
    """With what it means for the party before: that its hand-off ended is known here, before the bridge states it.

    That it went further, and why, `narrate_escalation` tells; here only what vendors have and had is added.
    """
    if event.rule == "planned":  # what it waits for was told with the work
        return
    if event.proposal is not None:
        yield from _part_done(world, event)
        return
    if event.role == "parallel" and event.tier != "vendor" and event.rule in _LEFT_BEFORE:
        return  # a part ended, as was told; who has the case is who had it
    left = event.previous if (event.previous or "").startswith("vendor:") else None
    kind: EntryKind
    if event.tier == "vendor":
        (sv, en), kind = _SENT if left is None else _SENT_ON, "handed_over"
        if event.role == "parallel":
            sv, en = _BESIDE if event.previous and event.previous != event.party else _TOO
        if event.rule == "escalated":
            sv, en = "{party} får allt som är skrivet.", "{party} gets everything that was written."
    elif left is not None and event.rule not in _LEFT_BEFORE:
        (sv, en), kind = _TAKEN_BACK["escalated" if event.rule == "escalated" else event.role], "taken_back"
    elif event.rule == "escalated":
        return
    else:
        sv, en, kind = "Ärendet ligger nu hos {party}.", "The case is now with {party}.", "assigned"
    words = say(
        world, event, sv, en,
        party=event.party, left=left or event.party, lead=event.previous or event.party,
    )  # fmt: skip
    by_staff = event.by is not None and event.by.party != REPORTER_PARTY
    said = event.rule in _SAID_ALREADY or (event.rule == "reopened" and (by_staff or _differs(world, event)))
    reason = {} if said else event.reason
    text = {lang: f"{words[lang]} {reason.get(lang, '')}".strip() for lang in words}
    yield event.incident, draft(event, kind, text, REPORTERS, facts={"party": event.party, "rule": event.rule})
    if event.note is not None:
        party = event.by.party if event.by else SYSTEM_PARTY
        person = event.by.person if event.by else None
        yield event.incident, draft(event, "note", event.note, to_party(event.party), party=party, person=person)


def _part_done(world: World, event: r.IncidentAssigned) -> Told:
    """Of a vendor beside the lead: nothing is solved, and who has the case has it still.

    What a vendor did for a need or an idea is no solution either: it comes back.
    """
    incident = world.incidents.get(event.incident)
    lead = (incident.holder if incident else None) or event.party
    if event.role == "lead":
        sv = "{left} är klara. Ärendet ligger nu hos {lead} och väntar på beslut."
        en = "{left} is done. The case is now with {lead} and waits for a decision."
    else:
        sv, en = "{left} är klara med sin del.", "{left} has done its part."
        sv, en = f"{sv} Ärendet ligger kvar hos {{lead}}.", f"{en} The case is still with {{lead}}."
    text = say(world, event, sv, en, left=event.previous or event.party, lead=lead)
    facts = {"party": event.party, "rule": event.rule}
    if event.public_text is None or event.by is None:
        yield event.incident, draft(event, "assigned", text, REPORTERS, facts=facts)
        return
    yield event.incident, draft(
        event, "assigned", joined(text, event.public_text), REPORTERS,
        party=event.by.party, person=event.by.person, facts=facts,
    )  # fmt: skip


def _proposal_rejected(world: World, event: r.ProposalRejected) -> Told:
    proposal = world.proposals.get(event.proposal)
    readers = to_party(proposal.vendor) if proposal else INTERNAL
    by = event.by
    yield event.incident, draft(
        event, "proposal_rejected", event.reason, readers,
        party=by.party if by else SYSTEM_PARTY, person=by.person if by else None,
        facts={"proposal": event.proposal} | narrate_vendors.about(world, event.incident),
    )  # fmt: skip


def _resolved(world: World, event: r.IncidentResolved) -> Told:
    incident = world.incidents.get(event.incident)
    if incident is not None and incident.stage == "received":
        return  # that the order came is told already
    proposal = world.proposals.get(event.proposal or "")
    text = event.public_text or {"sv": "Felet är löst.", "en": "The fault is solved."}
    if event.public_text is None and proposal is not None:
        sv, en = "{vendor} har löst felet.", "{vendor} has solved the fault."
        text = say(world, event, sv, en, vendor=proposal.vendor)
    by = event.by
    if by is not None and by.party == REPORTER_PARTY:  # whose word that it works stands on the ticket already
        by, text = (
            None,
            {"sv": "Det fungerar igen, så ärendet är löst.", "en": "It works again, so the case is solved."},
        )
    facts = {"proposal": event.proposal} if proposal and event.proposal else {}
    yield event.incident, draft(
        event, "resolved", text, REPORTERS,
        party=by.party if by else SYSTEM_PARTY, person=by.person if by else None, facts=facts,
    )  # fmt: skip


def _opened_again(world: World, event: r.IncidentReopened) -> Told:
    """A reporter's words stand on the ticket already; of staff all read who it was, and staff why."""
    by = event.by
    if by is None or by.party == REPORTER_PARTY:
        again = {"sv": "Ärendet är öppnat igen.", "en": "The case is open again."}
        yield event.incident, draft(event, "reopened", again, REPORTERS)
        return
    who = say(world, event, "{party} har öppnat ärendet igen.", "{party} has opened the case again.", party=by.party)
    yield event.incident, draft(event, "reopened", who, REPORTERS)
    if _differs(world, event):
        return
    why = joined({"sv": "Öppnade ärendet igen:", "en": "Opened the case again:"}, event.reason)
    yield event.incident, draft(event, "reopened", why, INTERNAL, party=by.party, person=by.person)


def _differs(world: World, event: r.IncidentEvent) -> bool:
    """Whether it is open because an order differs from what came: that its stage tells."""
    incident = world.incidents.get(event.incident)
    return incident is not None and incident.stage == "discrepancy"


def _told_to_all(kind: EntryKind, sv: str, en: str) -> Callable[[World, Any], Told]:
    def tell(_world: World, event: Any) -> Told:
        yield event.incident, draft(event, kind, {"sv": sv, "en": en}, REPORTERS)

    return tell


_SAID_ALREADY = frozenset({"taken_back", "escalated"})
_LEFT_BEFORE = frozenset({"returned", "failed", "reopened"})
"""Rules of assignments before which the vendor's part had ended, and was told."""
# Of a hand-over that begins: whether anything arrives is not known when this is told.
_SENT: tuple[str, str] = (
    "Vi skickar ärendet till {party}. De får allt som är skrivet.",
    "We are sending the case to {party}, with everything that was written.",
)
_SENT_ON: tuple[str, str] = (
    "Vi skickar ärendet vidare från {left} till {party}. De får allt som är skrivet.",
    "We are sending the case on from {left} to {party}, with everything that was written.",
)
_TOO: tuple[str, str] = (
    "Vi skickar ärendet också till {party}. {party} får allt som är skrivet.",
    "We are also sending the case to {party}, with everything that was written.",
)
_BESIDE: tuple[str, str] = (
    "Vi skickar ärendet också till {party}, vid sidan av {lead}. {party} får allt som är skrivet.",
    "We are also sending the case to {party}, beside {lead}, with everything that was written.",
)
"""A vendor beside the one who has the case, and goes on having it: `previous` of its assignment."""
_TAKEN_BACK: dict[str, tuple[str, str]] = {
    "lead": (
        "Vi har tagit tillbaka ärendet från {left}. Det ligger nu hos {party}.",
        "We have taken the case back from {left}. It is now with {party}.",
    ),
    "parallel": (
        "Vi har tagit tillbaka den del av ärendet som {left} hade.",
        "We have taken back the part of the case that {left} had.",
    ),
    "escalated": ("Vi har tagit tillbaka ärendet från {left}.", "We have taken the case back from {left}."),
}
_NARRATORS: dict[type[Event], Callable[[World, Any], Told]] = {
    t.TicketAnswered: _answered,
    t.TicketQuestionAsked: _asked,
    t.TicketAttachmentAdded: _attached,
    t.TicketConfirmedFixed: _confirmed,
    t.TicketReopened: _reopened,
    t.TicketWithdrawn: _withdrawn,
    t.TicketErased: _erased,
    t.EntryErased: _entry_erased,
    r.IncidentAssigned: _assigned,
    r.QuestionClosed: _question_closed,
    r.ProposalRejected: _proposal_rejected,
    r.IncidentResolved: _resolved,
    r.IncidentReopened: _opened_again,
    r.IncidentClosed: _told_to_all("closed", "Ärendet är avslutat.", "The case is closed."),
    **narrate_causes.NARRATORS,
    **narrate_clocks.NARRATORS,
    **narrate_escalation.NARRATORS,
    **narrate_vendors.NARRATORS,
    **narrate_wishes.NARRATORS,
    **narrate_works.NARRATORS,
}
