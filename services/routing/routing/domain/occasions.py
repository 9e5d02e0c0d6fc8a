"""What makes a case go further beside its policy's steps: it has grown, its holder is silent, somebody asks."""

from collections.abc import Container, Iterator, Sequence

from contracts.directory.rules import Asked, Breach, HolderSilent, ImpactGrown, Occasion, Step
from contracts.events.base import Event
from contracts.events.routing import Measure
from contracts.values import MOVES, Trigger, Words
from routing.domain import assignment, lanes, measures, policies, wording
from routing.domain.context import Context
from routing.domain.state import Clock, Incident, World


def impact_grown(world: World, ctx: Context, incident: Incident) -> Iterator[Event]:
    """So many are hit now. Each occasion comes once in the life of a case.

    The coordinator of a major incident has been alerted already, and is not told beside that it has grown (N7).
    """
    known = world.escalations.get(incident.id)
    told = (assignment.coordinator(world, incident),) if incident.major else ()
    for occasion in _of(world, incident):
        if not isinstance(occasion, ImpactGrown):
            continue
        name = f"impact_grown/{occasion.tickets or '-'}/{occasion.schools or '-'}"
        tickets = occasion.tickets is not None and incident.linked >= occasion.tickets
        schools = occasion.schools is not None and len(incident.schools) >= occasion.schools
        if (tickets or schools) and not (known and name in known.done):
            reason = wording.so_many(incident.linked, len(incident.schools))
            yield from _carry_out(world, ctx, incident, occasion.do, "impact_grown", reason, name, told)


def breached(world: World, ctx: Context, incident: Incident, clock: Clock) -> Iterator[Event]:
    """One of its promises was not kept in time."""
    reason = wording.late(wording.name(world.directory_of(incident), clock.party), clock.promise)
    for occasion in _of(world, incident):
        if isinstance(occasion, Breach) and occasion.clock == clock.promise:
            yield from _carry_out(world, ctx, incident, occasion.do, "breach", reason, f"breach/{clock.promise}")
        elif isinstance(occasion, HolderSilent) and clock.promise == "next_update":
            yield from _carry_out(world, ctx, incident, occasion.do, "holder_silent", reason, "holder_silent")


def asked(world: World, ctx: Context, incident: Incident, reason: Words) -> Iterator[Event]:
    """A reporter or the school's IT lead asks for it: holder and coordinator are told, whatever the policy says.

    It goes no way that who reports may not go (V8): past the vendors whom others have to call, else it stays.
    """
    steps = [step for occasion in _of(world, incident) if isinstance(occasion, Asked) for step in occasion.do]
    closed = lanes.closed_to_reporters(world, incident)
    told = tuple(dict.fromkeys(party for party in (incident.lead, assignment.coordinator(world, incident)) if party))
    gets_it = _moved_to(world, incident, steps, closed)  # and hears of it by that
    measure = Measure(action="notify", parties=tuple(party for party in told if party != gets_it))
    yield from measures.carry_out(world, ctx, incident, measure, "asked", reason, occasion="asked")
    yield from _carry_out(world, ctx, incident, steps, "asked", wording.ASKED, "asked", told, closed)


def _moved_to(world: World, incident: Incident, steps: Sequence[Step], closed: frozenset[str]) -> str | None:
    """Who gets it by the first of the steps that moves it."""
    does = (policies.measure_of(world, incident, step, closed) for step in steps)
    return next((measure.parties[0] for measure in does if measure is not None and measure.action in MOVES), None)


def _carry_out(
    world: World,
    ctx: Context,
    incident: Incident,
    steps: Sequence[Step],
    trigger: Trigger,
    reason: Words,
    occasion: str,
    told: Container[str] = (),
    closed: frozenset[str] = frozenset(),
) -> Iterator[Event]:
    """`told`: who knows already. `closed`: who is not reached that way."""
    for step in steps:
        measure = _untold(policies.measure_of(world, incident, step, closed), told)
        if measure is not None:
            yield from measures.carry_out(world, ctx, incident, measure, trigger, reason, occasion=occasion)


def _untold(measure: Measure | None, told: Container[str]) -> Measure | None:
    """The measure without those who know already (N7); None where nobody is left to tell."""
    if measure is None or measure.action != "notify":
        return measure
    left = tuple(party for party in measure.parties if party not in told)
    return measure.model_copy(update={"parties": left}) if left else None


def _of(world: World, incident: Incident) -> tuple[Occasion, ...]:
    """Those of its policy; none where a person has stopped it."""
    policy, known = policies.of(world, incident), world.escalations.get(incident.id)
    return policy.occasions if policy is not None and not (known is not None and known.stopped) else ()
