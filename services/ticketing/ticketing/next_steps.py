"""The sentence about when a case goes further, for pages and API alike."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from chassis.look.words import Say
from contracts.directory import Directory
from contracts.events.routing import Measure
from contracts.values import Action, Words
from ticketing import sentences
from ticketing.domain.further import NextStep
from ticketing.domain.names import URGENCIES, party_names

_WEIGHT: Mapping[Action, int] = {
    "next_party": 0,
    "hand_over": 0,
    "notify": 1,
    "require_acknowledgement": 2,
    "raise_urgency": 3,
    "repeat": 4,
}
"""What a reporter hears of first."""


def to_reporters(directory: Directory, step: NextStep, time: datetime | Words) -> Say:
    """What matters most of it: "Händer inget till 14:30 går ärendet vidare till Samordnaren."."""
    first = min(step.measures, key=lambda measure: _WEIGHT[measure.action])
    return sentences.if_nothing(time, next(_what(directory, first, step.holder)))


def to_staff(directory: Directory, step: NextStep, time: datetime | Words) -> Say:
    """All of it, in its order."""
    first, *others = (what for measure in step.measures for what in _what(directory, measure, step.holder))
    for other in others:
        first = sentences.both(first, other)
    return sentences.if_nothing(time, first)


def _what(directory: Directory, measure: Measure, holder: str | None) -> Iterator[Say]:
    """Who has the case is not told of it, but reminded; what others hear comes after that."""
    if measure.action == "notify" and holder in measure.parties:
        yield sentences.is_reminded(party_names(directory, (holder,)))
        others = tuple(party for party in measure.parties if party != holder)
        if not others:
            return
        measure = measure.model_copy(update={"parties": others})
    parties = measure.parties
    if measure.action == "require_acknowledgement" and not parties:  # as older events have it: whoever has the case
        parties = (holder or directory.coordinator,)
    names = party_names(directory, parties)
    match measure.action:
        case "next_party" | "hand_over":
            yield sentences.goes_to(names)
        case "notify":
            yield sentences.are_told(names) if len(measure.parties) > 1 else sentences.is_told(names)
        case "require_acknowledgement":
            yield sentences.must_answer(names)
        case "raise_urgency":
            yield sentences.is_raised(URGENCIES[measure.urgency or 1])
        case "repeat":
            yield sentences.BEGINS_AGAIN
