"""Why a ticket is where it is, in words: what `eskalera grouping explain` prints."""

import math
from collections.abc import Iterator

from grouping import Decision, Link, Open, Outcome, Suggest, Surroundings, lexicon
from grouping.evaluation.looking import Look, Seen
from grouping.reading import Reading

_MOST = 5
_LIKELY = 0.02
_FEATURES = {
    "service": "the same service",
    "time": "close in time",
    "gap": "time since its nearest report",
    "many": "how many reports it has",
    "place": "the same school, or a fault that reaches others",
    "ticket_shared": "the ticket reads as one of many",
    "incident_shared": "the incident reads as one of many",
    "symptoms": "the same kind of fault",
    "words": "words in common",
    "rooms": "other rooms",
    "assets": "other devices",
    "asset": "the same device",
    "room": "the same room",
    "reporter": "the same person",
    "repeat": "the same person with the same words",
    "narrow": "the incident reads as one person's or thing's",
    "ticket_narrow": "the ticket reads as one person's or thing's",
}


def lines(look: Look, around: Surroundings) -> Iterator[str]:
    """The whole explanation."""
    yield from read(look.reading, around, look.decision.scope)
    yield ""
    yield from compared(look.candidates)
    yield ""
    yield from decided(look.decision)


def read(reading: Reading, around: Surroundings, scope: str | None) -> Iterator[str]:
    """What the engine took in of the ticket."""
    report = reading.report
    yield f"{report.ticket}  {report.occurred_at:%Y-%m-%d %H:%M}  {report.school}  {report.reporter}"
    yield f"  {report.title}"
    if report.description:
        yield f"  {' '.join(report.description.split())}"
    yield ""
    yield "What the engine read"
    likely = [(id_, share) for id_, share in reading.services.items() if share >= _LIKELY][:_MOST]
    yield "  service   " + ", ".join(f"{around.service_name(id_)['en']} {share:.0%}" for id_, share in likely)
    yield f"  picked    {around.service_name(report.service)['en'] if report.service else 'nothing'}"
    symptoms = lexicon.load().symptoms
    yield f"  symptoms  {', '.join(symptoms[id_].name['en'] for id_ in sorted(reading.symptoms)) or 'none known'}"
    yield f"  rooms     {', '.join(sorted(reading.named.rooms)) or 'none'}"
    yield f"  devices   {', '.join(sorted(reading.named.assets)) or 'none'}"
    if reading.named.errors:
        yield f"  errors    {', '.join(sorted(reading.named.errors))}"
    yield f"  reach     {1 / (1 + math.exp(-reading.shared)):.0%} that others are hit; taken to be of {scope}"
    if reading.width:
        yield f"            its words claim {reading.width}"


def compared(candidates: tuple[Seen, ...]) -> Iterator[str]:
    """The likeliest candidates, each with the features that weigh most."""
    if not candidates:
        yield "Compared with nothing: no open incident shares a service, school, room, device or person with it"
        return
    yield f"Compared with {len(candidates)} incidents; the likeliest {min(_MOST, len(candidates))}"
    for seen in candidates[:_MOST]:
        judged = seen.judged
        size = "1 report" if seen.reports == 1 else f"{seen.reports} reports"
        first = f"{seen.first.occurred_at:%Y-%m-%d %H:%M} {seen.first.title!r}"
        yield f"  {judged.profile.incident}: {judged.probability:.1%} of all, {judged.alone:.1%} by itself"
        yield f"    {size} at {_schools(seen.schools)}; the first {first}"
        told = [
            "compared as one cause that hits several" if judged.by == "shared" else "compared as one thing again",
            "set by staff" if seen.triaged else "",
            "" if seen.allowed else "never linked by itself (scope gate)",
        ]
        yield f"    {'; '.join(one for one in told if one)}"
        several = judged.by == "shared" and seen.reports > 1 and not seen.triaged
        if several:
            yield "    its reports' odds are added up; in common they have"
        for name, value, weight in seen.features:
            if value * weight:
                words = _FEATURES.get(name, name.replace("_", " "))
                yield f"    {value * weight:+6.2f}  {words} ({value:.2f} × {weight:g})"


def _schools(schools: tuple[str, ...]) -> str:
    return ", ".join(schools) if len(schools) <= _MOST else f"{len(schools)} schools"


def decided(decision: Decision) -> Iterator[str]:
    """The outcome and its reasons, and what else came of the ticket."""
    outcome = decision.outcome
    yield f"Decided: {_outcome(outcome)}"
    yield from (f"  {reason['en']}" for reason in outcome.reasons)
    if isinstance(outcome, Suggest):
        for one in outcome.candidates:
            reasons = " ".join(reason["en"] for reason in one.reasons)
            yield f"  {one.incident} ({one.score:.2f}): {reasons}"
    if decision.raised:
        yield f"Raised: {decision.raised.incident} to {decision.raised.scope}"
        yield from (f"  {reason['en']}" for reason in decision.raised.reasons)
    for join in decision.joins:
        how = "joined" if join.by_itself else "suggested to be joined"
        yield f"Settled: {join.incident} {how} to {join.into} ({join.score:.2f})"
        yield from (f"  {reason['en']}" for reason in join.reasons)
    yield f"By engine {decision.engine_version}, directory {decision.directory_version}"


def _outcome(outcome: Outcome) -> str:
    match outcome:
        case Link():
            return f"linked to {outcome.incident} ({outcome.score:.2f})"
        case Suggest():
            return "an incident of its own, and a person is asked"
        case Open(recurrence_of=str() as former):
            return f"an incident of its own that names {former} as what recurs"
        case Open():
            return "an incident of its own"
