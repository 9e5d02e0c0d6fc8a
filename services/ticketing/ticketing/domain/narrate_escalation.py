"""What is told of how a case goes further: the step to the reporters, a person's reason to staff (R2)."""

from collections.abc import Callable
from typing import Any

from contracts.disclosure import INTERNAL, REPORTER, REPORTERS
from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.events.base import Event
from contracts.timeline import EntryKind
from contracts.values import MOVES, SYSTEM, Actor, Trigger, Words
from ticketing.domain.drafts import Told, draft, joined, say
from ticketing.domain.names import URGENCIES, at_start, party_names
from ticketing.domain.state import Incident, World
from ticketing.domain.urgency import UNSAID


def _asked(_world: World, event: t.TicketEscalationRequested) -> Told:
    ask: Words = {"sv": "Jag ber att ärendet går vidare.", "en": "I ask that the case goes further."}
    yield event.ticket, draft(
        event, "escalation_requested", joined(ask, event.reason), REPORTER,
        party=event.by.party, person=event.by.person,
    )  # fmt: skip


def _rerouted(_world: World, event: r.IncidentRerouted) -> Told:
    """Its holder stays, so reporters are told nothing; staff read why it goes another way from there."""
    facts = {"party": event.party, "rule": event.rule}
    yield event.incident, draft(event, "assigned", event.reason, INTERNAL, facts=facts)


def _acknowledged(world: World, event: r.IncidentAcknowledged) -> Told:
    text = say(world, event, "{party} har tagit sig an ärendet.", "{party} has taken on the case.", party=event.party)
    yield event.incident, draft(event, "acknowledged", text, REPORTERS, party=event.party)


def _escalated(world: World, event: r.IncidentEscalated) -> Told:
    """Reporters read that it moved; what was only told to somebody, or is told by a fact of its own, they do not."""
    parties = party_names(world.directories.get(event.municipality), event.measure.parties)
    facts: dict[str, str] = {"action": event.measure.action, "trigger": event.trigger}
    if event.policy is not None:
        facts |= {"policy": event.policy, "step": str(event.step or 0), "round": str(event.round or 1)}
    if event.measure.action in MOVES:
        moved: Words = {"sv": f"Ärendet gick vidare till {parties['sv']}", "en": f"The case went on to {parties['en']}"}
        yield event.incident, draft(event, "escalated", _because(event, moved), REPORTERS, facts=facts)
        if event.by is not None:
            yield from _in_their_words(event, "escalated", event.reason, event.by)
        return
    if event.measure.action == "raise_urgency":
        return  # `incident.urgency_changed` tells it
    if event.measure.action == "notify":
        sv, en = _TOLD.get(event.trigger, ("fick besked", "told"))
        was = "were" if len(event.measure.parties) > 1 else "was"
        told: Words = {"sv": f"{parties['sv']} {sv}.", "en": at_start(f"{parties['en']} {was} {en}.")}
    else:
        told = {
            "sv": f"{parties['sv']} ska säga att de har ärendet.",
            "en": at_start(f"{parties['en']} must say that they have the case."),
        }
    if event.trigger == "asked":  # who asked reads what came of it; why stands on their ticket, for them and staff (N5)
        yield event.incident, draft(event, "escalated", told, REPORTERS, facts=facts)
        return
    yield event.incident, draft(event, "escalated", joined(told, event.reason), INTERNAL, facts=facts)


_TOLD: dict[Trigger, tuple[str, str]] = {
    "asked": (
        "fick veta att skolan ber om att ärendet går vidare",
        "told that the school asks for it to go further",
    )
}


def _because(event: r.IncidentEscalated, moved: Words) -> Words:
    """With the reason of a rule; a person's words are not repeated to others (N5)."""
    if event.trigger == "asked":
        return {"sv": f"{moved['sv']}, för att skolan bad om det.", "en": f"{moved['en']}, as the school asked for it."}
    if event.by is not None or event.trigger == "person":
        return {"sv": f"{moved['sv']}.", "en": f"{moved['en']}."}
    return joined({language: f"{sentence}." for language, sentence in moved.items()}, event.reason)


def _asked_again(world: World, event: r.AskedAgain) -> Told:
    """Whoever asked reads what came of it when somebody did before; staff that one more asks.

    What was written is the ticket's own.
    """
    incident = world.incidents.get(event.incident)
    holder = incident.holder if incident is not None else None
    told: Words = {
        "sv": "Det är antecknat. Någon har redan bett att ärendet går vidare.",
        "en": "It is noted. Somebody has asked that the case goes further already.",
    }
    if incident is not None and holder is not None:
        sv, en = _SINCE_ASKED[_has_moved_since_asked(incident)]
        told = joined(told, say(world, event, sv, en, party=holder))
    again: Words = {
        "sv": "En skola bad igen att ärendet går vidare. Det är antecknat, och ingen får veta det en gång till.",
        "en": "A school asked again that the case goes further. It is noted, and nobody is told a second time.",
    }
    yield event.ticket, draft(event, "escalation_requested", told, REPORTER)
    yield event.incident, draft(event, "escalation_requested", again, INTERNAL, facts={"ticket": event.ticket})


def _has_moved_since_asked(incident: Incident) -> bool:
    asked, held = incident.asked_at, incident.holder_since
    return asked is not None and held is not None and held >= asked


_SINCE_ASKED: dict[bool, tuple[str, str]] = {
    True: (
        "Sedan dess har {party} fått det, så det flyttas inte en gång till nu.",
        "Since then {party} has got it, so it does not move once more now.",
    ),
    False: (
        "De som ska veta det har fått veta det. {party} har ärendet kvar.",
        "Those who have to know of it were told. It is still with {party}.",
    ),
}
"""By whether it has another holder since somebody asked."""


def _in_their_words(event: r.IncidentEvent, kind: EntryKind, words: Words, by: Actor) -> Told:
    yield event.incident, draft(event, kind, words, INTERNAL, party=by.party, person=by.person)


def _urgency_changed(_world: World, event: r.UrgencyChanged) -> Told:
    """Its reason may be what one reporter wrote, so only staff read it (N5)."""
    before, now = URGENCIES[event.previous], URGENCIES[event.urgency]
    text: Words = {
        "sv": f"Brådskan är ändrad från ”{before['sv']}” till ”{now['sv']}”.",
        "en": f"The urgency was changed from “{before['en']}” to “{now['en']}”.",
    }
    if event.previous == UNSAID:
        text = {"sv": f"Brådskan är ändrad till ”{now['sv']}”.", "en": f"The urgency was changed to “{now['en']}”."}
    yield event.incident, draft(event, "urgency_changed", text, REPORTERS)
    if event.by is None:
        yield from _in_their_words(event, "urgency_changed", event.reason, SYSTEM)
        return
    why = joined({"sv": "Ändrade brådskan:", "en": "Changed the urgency:"}, event.reason)
    yield from _in_their_words(event, "urgency_changed", why, event.by)


def _policy_stopped(world: World, event: r.PolicyStopped) -> Told:
    """Reporters read that nothing comes by itself now, and who has it."""
    incident = world.incidents.get(event.incident)
    if incident is not None and incident.holder is not None:
        sv = "Ärendet går inte vidare av sig självt just nu; {party} har det."
        en = "The case does not go further by itself for now; {party} has it."
        plain = say(world, event, sv, en, party=incident.holder)
        yield event.incident, draft(event, "policy_stopped", plain, REPORTERS)
    stopped: Words = {
        "sv": "Går inte vidare av sig självt förrän någon annan har det.",
        "en": "Does not go further by itself until another party has it.",
    }
    yield from _in_their_words(event, "policy_stopped", joined(stopped, event.reason), event.by or SYSTEM)


def _major_declared(_world: World, event: r.MajorDeclared) -> Told:
    text: Words = {
        "sv": "Det här är en stor störning. Samordnaren har fått besked.",
        "en": "This is a major disruption. The coordinator has been told.",
    }
    for reason in event.reasons:
        text = joined(text, reason)
    yield event.incident, draft(event, "major_declared", text, REPORTERS)


NARRATORS: dict[type[Event], Callable[[World, Any], Told]] = {
    t.TicketEscalationRequested: _asked,
    r.IncidentRerouted: _rerouted,
    r.IncidentAcknowledged: _acknowledged,
    r.IncidentEscalated: _escalated,
    r.AskedAgain: _asked_again,
    r.UrgencyChanged: _urgency_changed,
    r.PolicyStopped: _policy_stopped,
    r.MajorDeclared: _major_declared,
}
