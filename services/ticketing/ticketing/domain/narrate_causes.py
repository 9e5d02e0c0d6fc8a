"""What is told of causes: reporters hear what it means for them, staff who did it and why."""

from collections.abc import Callable
from typing import Any

from contracts.disclosure import INTERNAL, REPORTER, REPORTERS
from contracts.events import routing as r
from contracts.events.base import Event
from contracts.timeline import EntryKind
from contracts.values import REPORTER_PARTY, SYSTEM, SYSTEM_PARTY, Words
from ticketing.domain.dates import full_time
from ticketing.domain.drafts import Told, draft, joined
from ticketing.domain.names import SCOPES, service_name
from ticketing.domain.state import OVER, Incident, World

_WITH_OTHERS: Words = {
    "sv": "Samma sak är redan anmäld. Vi löser dem tillsammans.",
    "en": "The same thing has been reported already. We solve them together.",
}
_BY_ITSELF: Words = {
    "sv": "Ärendet hörde inte ihop med de andra. Vi löser det för sig.",
    "en": "The case did not belong with the others. We solve it by itself.",
}
_OVER_BY_ITSELF: Words = {
    "sv": "Ärendet hörde inte ihop med de andra. Det är avslutat, som det var.",
    "en": "The case did not belong with the others. It is closed, as it was.",
}
_DISRUPTION: Words = {"sv": "Störningen:", "en": "The disruption:"}
_TITLE: Words = {"sv": "Rubrik:", "en": "Title:"}


def _linked(world: World, event: r.TicketLinked) -> Told:
    """The reporter of a moved ticket is told once; staff read on both incidents who moved it."""
    incident = world.incidents.get(event.incident)
    if incident is None:
        return
    by_staff = event.by is not None and event.by.party != REPORTER_PARTY
    if incident.tickets > 1:
        yield event.ticket, draft(event, "linked", _with_others(world, incident), REPORTER)
    elif event.previous is not None and by_staff:  # a reporter's "not solved" tells itself
        ticket = world.tickets.get(event.ticket)
        over = ticket is not None and ticket.state in OVER
        yield event.ticket, draft(event, "unlinked", _OVER_BY_ITSELF if over else _BY_ITSELF, REPORTER)
    if event.previous is not None and event.by is not None and not by_staff:
        yield from _left_with_no(world, event, event.previous)
    if event.by is None or not by_staff:
        return
    ticket = world.tickets.get(event.ticket)
    number = ticket.number if ticket else event.ticket
    for case, kind, sv, en in _moves(event, number, opened=incident.opened_at == event.at):
        text = {"sv": sv, "en": en}
        facts = {"ticket": event.ticket}
        yield case, draft(event, kind, text, INTERNAL, party=event.by.party, person=event.by.person, facts=facts)


def _left_with_no(world: World, event: r.TicketLinked, left: str) -> Told:
    """A reporter says that it still does not work (R9): the others read that one does, staff which and where it is.

    Who says so after the first goes where that went: the others have read it, staff read which one more.
    """
    incident = world.incidents.get(event.incident)
    ticket = world.tickets.get(event.ticket)
    number = ticket.number if ticket else event.ticket
    which: Words
    if incident is None or incident.tickets == 1:
        said: Words = {
            "sv": "En av dem som anmält säger att det fortfarande är fel. Det löses i ett eget ärende.",
            "en": "One who reported it says that it still does not work. That is solved in a case of its own.",
        }
        yield left, draft(event, "unlinked", said, REPORTERS)
        which = {
            "sv": f"{number} gick vidare i en ny störning, för att det fortfarande är fel där.",
            "en": f"{number} went on in a new disruption, as it still does not work there.",
        }
    else:
        which = {
            "sv": f"{number} gick vidare i den störning som redan öppnats för att det fortfarande är fel.",
            "en": f"{number} went on in the disruption that was opened already because it still does not work.",
        }
    yield left, draft(event, "unlinked", which, INTERNAL, facts={"ticket": event.ticket, "successor": event.incident})


def _with_others(world: World, incident: Incident) -> Words:
    """To a late reporter: that it was solved, and when; nobody begins with it then."""
    if incident.state != "resolved" or incident.resolved_at is None:
        return _WITH_OTHERS
    at = full_time(world.directories.get(incident.municipality), incident.resolved_at)
    return {
        "sv": f"Samma problem är redan anmält, och det löstes {at['sv']}. Fungerar det nu? Svara här på sidan.",
        "en": f"The same problem was reported already, and it was solved on {at['en']}. Does it work now? "
        "Answer here on the page.",
    }


def _moves(event: r.TicketLinked, number: str, *, opened: bool) -> list[tuple[str, EntryKind, str, str]]:
    """`opened`: the incident, with it; what is split off is linked to nothing that was there."""
    sv, en = f"Kopplade {number} hit.", f"Linked {number} here."
    if opened and event.previous is not None:
        sv, en = f"Bröt ut {number} hit ur en annan störning.", f"Split {number} off to here from another disruption."
    told: list[tuple[str, EntryKind, str, str]] = [(event.incident, "linked", sv, en)]
    if event.previous is not None:
        told.append((event.previous, "unlinked", f"Tog bort {number} härifrån.", f"Took {number} out of here."))
    return told


def _refused(world: World, event: r.SuggestionRefused) -> Told:
    suggestion = world.suggestions.get(event.suggestion)
    if suggestion is None or suggestion.state == "lapsed" or event.by is None:
        return
    text = {
        "sv": "Sa nej till att ärendet skulle höra till en annan störning.",
        "en": "Said no: the case does not belong to another disruption.",
    }
    facts = {"candidate": suggestion.candidate}
    yield (
        event.incident,
        draft(event, "suggestion_refused", text, INTERNAL, party=event.by.party, person=event.by.person, facts=facts),
    )


def _triaged(world: World, event: r.IncidentTriaged) -> Told:
    """Its reporters read the title that a person wrote for them; what staff set otherwise is for staff (N5)."""
    by = event.by
    party, person = (by.party, by.person) if by else (SYSTEM_PARTY, None)
    if event.public_title:
        incident = world.incidents.get(event.incident)
        label = _DISRUPTION if incident is None or incident.kind == "incident" else _TITLE
        text = joined(label, event.public_title)
        yield event.incident, draft(event, "triaged", text, REPORTERS, party=party, person=person)
    directory = world.directories.get(event.municipality)
    sv, en = [], []
    if event.service is not None:
        service = service_name(directory, event.service) if directory else {"sv": event.service, "en": event.service}
        sv.append(f"Tjänst: {service['sv']}.")
        en.append(f"Service: {service['en']}.")
    if event.scope is not None:
        sv.append(f"Räckvidd: {SCOPES[event.scope]['sv']}.")
        en.append(f"Reach: {SCOPES[event.scope]['en']}.")
    if event.title_removed:
        sv.append("Rubriken för andra togs bort.")
        en.append("The title for others was removed.")
    if sv:
        text = {"sv": " ".join(sv), "en": " ".join(en)}
        yield event.incident, draft(event, "triaged", text, INTERNAL, party=party, person=person)


def _published(_world: World, event: r.IncidentPublished) -> Told:
    by = event.by or SYSTEM
    text = {
        "sv": "Visas nu för andra som ett känt problem.",
        "en": "Shown to others as a known problem from now on.",
    }
    if not event.published:
        text = {
            "sv": "Visas nu för andra bara om flera har anmält det.",
            "en": "Shown to others only if several have reported it from now on.",
        }
    yield event.incident, draft(event, "triaged", text, INTERNAL, party=by.party, person=by.person)


def _raised(_world: World, event: r.ScopeRaised) -> Told:
    yield event.incident, draft(
        event, "scope_raised",
        {"sv": "Felet drabbar flera skolor.", "en": "The fault hits several schools."}, REPORTERS,
    )  # fmt: skip


def _lowered(_world: World, event: r.ScopeLowered) -> Told:
    """What its reporters had read of several schools does not hold any more."""
    text = event.reasons[0] if event.reasons else {"sv": "Felet drabbar en skola.", "en": "The fault hits one school."}
    yield event.incident, draft(event, "unlinked", text, REPORTERS)


def _superseded(_world: World, event: r.IncidentSuperseded) -> Told:
    text = {"sv": "Allt gick vidare i en annan störning.", "en": "All of it went on in another disruption."}
    yield event.incident, draft(event, "superseded", text, INTERNAL, facts={"successor": event.successor})


NARRATORS: dict[type[Event], Callable[[World, Any], Told]] = {
    r.TicketLinked: _linked,
    r.SuggestionRefused: _refused,
    r.IncidentTriaged: _triaged,
    r.IncidentPublished: _published,
    r.ScopeRaised: _raised,
    r.ScopeLowered: _lowered,
    r.IncidentSuperseded: _superseded,
}
