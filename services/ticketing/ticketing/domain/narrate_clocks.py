"""What is told of promises: that the time stands still, and to staff what was late."""

from collections.abc import Callable
from typing import Any

from contracts.disclosure import INTERNAL, REPORTERS
from contracts.events import routing as r
from contracts.events.base import Event
from contracts.values import PauseReason, Promise, Words
from ticketing.domain.dates import full_time
from ticketing.domain.drafts import Told, draft, joined, say
from ticketing.domain.state import World


def _paused(world: World, event: r.ClockPaused) -> Told:
    if _is_felt(world, event) and not _stood_still(world, event):
        yield event.incident, draft(event, "paused", _PAUSED[event.reason], REPORTERS)


def _resumed(world: World, event: r.ClockResumed) -> Told:
    """Also to who has joined since, by that perhaps: so it says what it is that counts again."""
    if _is_felt(world, event):
        text = {
            "sv": "Tiden för att lösa det har stått still ett tag och räknas igen.",
            "en": "The time to solve it has stood still for a while and counts again.",
        }
        yield event.incident, draft(event, "resumed", text, REPORTERS)


def _is_felt(world: World, event: r.ClockEvent) -> bool:
    """Told once of all clocks that stand still together: of the holder's promise to solve it."""
    incident = world.incidents.get(event.incident)
    return incident is not None and event.promise == "resolve" and event.party == incident.holder


def _stood_still(world: World, event: r.ClockPaused) -> bool:
    """Whether it did so for whoever had the case until this moment: it has another holder, and nothing else is new."""
    now = (event.incident, event.promise, event.reason, event.paused_at)
    clocks = world.clocks.values()
    return any((one.incident, one.promise, one.pause_reason, one.stopped_at) == now for one in clocks)


def _breached(world: World, event: r.ClockBreached) -> Told:
    sv, en = _LATE[event.promise]
    when = full_time(world.directories.get(event.municipality), event.due_at)
    due: Words = {"sv": f"Det skulle ha skett senast {when['sv']}.", "en": f"It was due by {when['en']}."}
    text = joined(say(world, event, sv, en, party=event.party), due)
    yield event.incident, draft(event, "breached", text, INTERNAL, facts={"promise": event.promise})


_PAUSED: dict[PauseReason, Words] = {
    "reporter": {
        "sv": "Vi väntar på svar från den som anmälde. Tiden för att lösa det står still så länge.",
        "en": "We wait for an answer from who reported it. The time to solve it stands still until then.",
    },
    "planned": {
        "sv": "Planerat arbete pågår. Tiden för att lösa det står still så länge.",
        "en": "Planned work is going on. The time to solve it stands still until then.",
    },
}
_LATE: dict[Promise, tuple[str, str]] = {
    "acknowledge": (
        "{party} sa inte i tid att de har ärendet.",
        "{party} did not say in time that they have the case.",
    ),
    "next_update": (
        "De som anmält fick inte nästa besked i tid av {party}.",
        "Those who reported it did not hear from {party} in time.",
    ),
    "resolve": ("{party} löste inte ärendet i tid.", "{party} did not solve the case in time."),
    "public_sentence": (
        "{party} skrev inte i tid vad alla berörda kan läsa.",
        "{party} did not write in time what all who are hit can read.",
    ),
}

NARRATORS: dict[type[Event], Callable[[World, Any], Told]] = {
    r.ClockPaused: _paused,
    r.ClockResumed: _resumed,
    r.ClockBreached: _breached,
}
