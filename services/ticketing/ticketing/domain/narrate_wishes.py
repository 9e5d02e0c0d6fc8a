"""What is told of needs, ideas and orders: where they are, what was decided, who changed what (V11, V16)."""

from collections.abc import Callable
from typing import Any

from contracts.disclosure import REPORTERS
from contracts.events import routing as r
from contracts.events.base import Event
from contracts.values import REPORTER_PARTY, SYSTEM_PARTY, Words
from ticketing.domain.dates import long_day
from ticketing.domain.drafts import Told, draft, joined, say
from ticketing.domain.state import World

CHANGED: dict[str, Words] = {
    "yes": {"sv": "Beslutet är ändrat, det var ja.", "en": "The decision has changed, it was yes."},
    "no": {"sv": "Beslutet är ändrat, det var nej.", "en": "The decision has changed, it was no."},
}
STANDS: Words = {"sv": "Beslutet står fast, med ett nytt skäl.", "en": "The decision stands, with another reason."}
DECISIONS: dict[str, Words] = {
    "yes": {"sv": "Beslut: ja.", "en": "Decision: yes."},
    "no": {"sv": "Beslut: nej.", "en": "Decision: no."},
    "later": {"sv": "Beslut: senare.", "en": "Decision: later."},
}
_GATHERED: Words = {"sv": "Det tas upp i behovsforumet.", "en": "It will be brought up in the needs forum."}
_STAGES: dict[str, tuple[str, str]] = {
    "ordered": ("Beställningen är mottagen.", "The order was received."),
    "approved": ("Beställningen är godkänd av {party}.", "The order was approved by {party}."),
    "shipped": ("Beställningen är skickad.", "The order was shipped."),
    "received": ("Leveransen är framme. Stämmer den?", "The delivery is here. Is it right?"),
    "changed": ("Beställningen är ändrad av {party}.", "The order was changed by {party}."),
    "discrepancy": ("Leveransen stämmer inte med beställningen.", "The delivery differs from the order."),
    "declined": ("Beställningen är avslagen av {party}.", "The order was declined by {party}."),
}
_BY_ORDERER: tuple[str, str] = ("Den som beställde har ändrat beställningen.", "Whoever ordered has changed the order.")
_BY_NO_TEAM: dict[str, tuple[str, str]] = {
    "approved": ("Beställningen är godkänd.", "The order was approved."),
    "received": ("Leveransen är mottagen.", "The delivery was received."),
    "changed": ("Beställningen är ändrad.", "The order was changed."),
    "declined": ("Beställningen är avslagen.", "The order was declined."),
}


def _gathered(_world: World, event: r.IncidentGathered) -> Told:
    facts: dict[str, str] = {"priority": event.priority}
    yield event.incident, draft(event, "gathered", _GATHERED, REPORTERS, facts=facts)


def _decided(_world: World, event: r.IncidentDecided) -> Told:
    """What was decided before stands in the history too: which of them holds is said."""
    by, said = event.by, DECISIONS[event.decision]
    if event.changed_from is not None:
        said = joined(STANDS if event.changed_from == event.decision else CHANGED[event.changed_from], said)
    yield event.incident, draft(
        event, "decided", joined(said, event.reason), REPORTERS,
        party=by.party if by else SYSTEM_PARTY, person=by.person if by else None, facts={"decision": event.decision},
    )  # fmt: skip


def _stage_changed(world: World, event: r.StageChanged) -> Told:
    """In our words, with who did it; then what they wrote, and the day it is to be there."""
    by = event.by
    text = _sentence(world, event)
    if event.text:
        text = joined(text, event.text)
    facts: dict[str, str] = {"stage": event.stage}
    if event.changed_by:
        facts["changed_by"] = event.changed_by
    if event.expected_at is not None:
        day = long_day(event.expected_at)
        text = joined(text, {"sv": f"Väntas senast {day['sv']}.", "en": f"Expected by {day['en']}."})
        facts["expected_at"] = event.expected_at.isoformat()
    yield event.incident, draft(
        event, "stage", text, REPORTERS,
        party=by.party if by else SYSTEM_PARTY, person=by.person if by else None, facts=facts,
    )  # fmt: skip


def _sentence(world: World, event: r.StageChanged) -> Words:
    who = event.changed_by or (event.by.party if event.by else SYSTEM_PARTY)
    if event.changed_by == REPORTER_PARTY:
        sv, en = _BY_ORDERER
    elif who in (REPORTER_PARTY, SYSTEM_PARTY):
        sv, en = _BY_NO_TEAM.get(event.stage, _STAGES[event.stage])
    else:
        sv, en = _STAGES[event.stage]
    return say(world, event, sv, en, party=who)


NARRATORS: dict[type[Event], Callable[[World, Any], Told]] = {
    r.IncidentGathered: _gathered,
    r.IncidentDecided: _decided,
    r.StageChanged: _stage_changed,
}
