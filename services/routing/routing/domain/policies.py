"""Where a case stands in its escalation policy, and what comes next: pure, from its clocks and the directory.

A policy is a list of steps. Some wait (`wait`, `require_acknowledgement`); what is between two of them is done when the
first one's time has come. A wait for a clock that is kept, or was never promised, is passed over together with what
follows it. A share of a clock that had passed when it came to be waited for is counted anew from then, so that steps
never come in a burst: not after a long stop, not when the next party takes over late.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from contracts.directory import Directory, Policy, resolve
from contracts.directory.rules import (
    HandOver,
    NextParty,
    Notify,
    RaiseUrgency,
    Repeat,
    RequireAcknowledgement,
    Step,
    Wait,
)
from contracts.events.routing import Measure
from contracts.values import MOVES, PartyId, Promise
from routing.domain import assignment, clocks
from routing.domain.state import Clock, Escalation, Incident, World

BEFORE_THE_FIRST = -1


@dataclass(frozen=True, slots=True)
class Place:
    """A step that is waited in, from when, until when, and what is done then."""

    step: int
    round: int
    since: datetime
    due_at: datetime | None
    then: tuple[Measure, ...] = ()
    then_at: datetime | None = None
    """When that is done, if not at `due_at`: nothing comes when this wait is over, and it is waited on."""

    @property
    def does(self) -> tuple[Measure, ...]:
        """What is done at `due_at`. That the steps begin again is no news when it comes."""
        return () if self.then_at is not None else tuple(each for each in self.then if each.action != "repeat")


def of(world: World, incident: Incident) -> Policy | None:
    """The incident's policy; the directory's default where it has that one no more. Needs and ideas have none (R10)."""
    directory = world.directory_of(incident)
    if directory is None or incident.is_wish:
        return None
    policies = directory.policies_by_id
    return policies.get(incident.policy or "") or policies.get(directory.defaults.policy)


def stated(known: Escalation | None, policy: Policy) -> Place | None:
    """Where the case waits by what was stated last; None where it begins anew: a place in other steps means nothing."""
    if known is None or known.fresh or (known.policy, known.policy_version) != (policy.id, policy.version):
        return None
    return Place(known.step, known.round, known.since, None)


def place(world: World, incident: Incident, policy: Policy, at: Place) -> Place:
    """Where the case waits, from `at` on: there, or further on where there is nothing to wait for."""
    directory = world.directories[incident.municipality]
    step, round_, since = at.step, at.round, at.since
    while step < len(policy.steps):
        here = policy.steps[step] if step >= 0 else None
        match here:
            case None:
                then = tuple(measures(world, incident, policy, step))
                if then:
                    return Place(step, round_, since, since, then)
                step += 1
            case Repeat():
                if round_ > here.times:
                    break
                step, round_ = BEFORE_THE_FIRST, round_ + 1
            case Wait() if _nothing_follows(policy, step):
                step = len(policy.steps)
            case Wait() | RequireAcknowledgement():
                if _is_waited_for(world, incident, here):
                    due_at = _due_at(world, incident, directory, policy, step, since)
                    then = tuple(measures(world, incident, policy, step)) or _again(policy, step, round_)
                    waits = Place(step, round_, since, due_at, then)
                    return waits if then else _with_what_comes(world, incident, policy, waits)
                step = _stop_after(policy.steps, step)
            case _:
                step += 1
    return Place(len(policy.steps), round_, since, None)


def _nothing_follows(policy: Policy, step: int) -> bool:
    """Whether the steps end with waits: what has nothing to wait for has run out."""
    return all(isinstance(each, Wait) for each in policy.steps[step + 1 :])


def _with_what_comes(world: World, incident: Incident, policy: Policy, at: Place) -> Place:
    """A wait that nothing follows on, as one for a word that was said: with what comes first thereafter, and when."""
    if at.due_at is None:
        return at
    later = place(world, incident, policy, Place(_stop_after(policy.steps, at.step), at.round, at.due_at, None))
    if later.due_at is None:
        return at
    return replace(at, then=later.then, then_at=(later.then_at or later.due_at) if later.then else None)


def past_the_end(world: World, incident: Incident, policy: Policy, at: Place) -> Place:
    """The same where the steps run out: with what comes first when they begin anew, for whoever they brought it to."""
    later = at
    while later.step < len(policy.steps):
        if later.due_at is None:
            return at
        later = place(world, incident, policy, after(policy, later, later.due_at))
    anew = place(world, incident, policy, Place(BEFORE_THE_FIRST, 1, later.since, None))
    return replace(at, then=anew.then, then_at=anew.then_at or anew.due_at) if anew.then else at


def after(policy: Policy, at: Place, now: datetime) -> Place:
    """The step after what was done at `at`, waited in from now on; where nothing was done, from when that was over."""
    nothing_done = at.then_at is not None or not at.then
    since = at.due_at if nothing_done and at.due_at is not None else now
    return Place(_stop_after(policy.steps, at.step), at.round, since, None)


def measures(world: World, incident: Incident, policy: Policy, step: int) -> list[Measure]:
    """What is done when the wait at `step` is over. Nobody is told twice of one step (N7)."""
    stop = _stop_after(policy.steps, step)
    steps = (measure_of(world, incident, each) for each in policy.steps[step + 1 : stop])
    done = [measure for measure in steps if measure is not None]
    asks = policy.steps[stop] if stop < len(policy.steps) else None
    if not isinstance(asks, RequireAcknowledgement) or any(measure.action in MOVES for measure in done):
        return done  # who gets the case is asked to say that it has it by that
    if incident.lead is None or not _is_waited_for(world, incident, asks):
        return done  # its holder has said so: it is not asked again, and that wait is passed over
    others = [_without(measure, incident.lead) for measure in done]
    asked = Measure(action="require_acknowledgement", parties=(incident.lead,), within=asks.within)
    return [*(measure for measure in others if measure is not None), asked]


def _again(policy: Policy, step: int, round_: int) -> tuple[Measure, ...]:
    """That the steps begin again, where nothing else follows on a wait: said beforehand, and no news when it comes."""
    stop = _stop_after(policy.steps, step)
    here = policy.steps[stop] if stop < len(policy.steps) else None
    return (Measure(action="repeat"),) if isinstance(here, Repeat) and round_ <= here.times else ()


def _without(measure: Measure, party: str | None) -> Measure | None:
    if measure.action != "notify":
        return measure
    left = tuple(each for each in measure.parties if each != party)
    return measure.model_copy(update={"parties": left}) if left else None


def measure_of(
    world: World, incident: Incident, step: Step, closed: frozenset[PartyId] = frozenset()
) -> Measure | None:
    """A step as what it means for this incident now; None where it would change nothing. `closed`: who can't get it."""
    directory = world.directories[incident.municipality]
    match step:
        case Notify():
            named = (resolve(directory, each, incident.home) for each in step.parties)
            parties = tuple(dict.fromkeys(party for party in named if party in directory.parties))
            return Measure(action="notify", parties=parties) if parties else None
        case NextParty():
            party = next_in_turn(world, incident, closed)
            if party is None:  # whoever comes after it has had it, at last the coordinator
                return Measure(action="notify", parties=(assignment.coordinator(world, incident),))
            return Measure(action="next_party", parties=(party,))
        case HandOver():
            if step.vendor in closed:
                return Measure(action="notify", parties=(assignment.coordinator(world, incident),))
            had_it = incident.holds(step.vendor) or step.vendor in _had_it(world, incident)
            can = directory.reaches(step.vendor) and not had_it
            return Measure(action="hand_over", parties=(step.vendor,)) if can else None
        case RaiseUrgency():
            return Measure(action="raise_urgency", urgency=step.to) if step.to < incident.urgency else None
        case _:
            return None


def next_in_turn(world: World, incident: Incident, closed: frozenset[PartyId] = frozenset()) -> PartyId | None:
    """To whom the policy would move it: nobody gets the same case twice by itself, so that it comes to rest."""
    return assignment.next_party(world, incident, but=_had_it(world, incident) | closed)


def _had_it(world: World, incident: Incident) -> frozenset[PartyId]:
    known = world.escalations.get(incident.id)
    return frozenset(known.had) if known is not None else frozenset()


def _is_waited_for(world: World, incident: Incident, step: Wait | RequireAcknowledgement) -> bool:
    if isinstance(step, RequireAcknowledgement):
        return _lead_clock(world, incident, "acknowledge") is not None
    return step.clock is None or _lead_clock(world, incident, step.clock) is not None


def _due_at(
    world: World, incident: Incident, directory: Directory, policy: Policy, step: int, since: datetime
) -> datetime | None:
    """When the wait is over; None while its clock stands still, and in a calendar that does not open."""
    here = policy.steps[step]
    agreement = incident.agreement or directory.defaults.agreement
    if isinstance(here, RequireAcknowledgement):
        return clocks.after(directory, agreement, since, here.within)
    if not isinstance(here, Wait):
        raise TypeError(f"a case does not wait in a step that does {here.do!r}")
    clock = _lead_clock(world, incident, here.clock) if here.clock else None
    if here.time is not None or clock is None or here.share is None:
        return clocks.after(directory, agreement, since, here.time)
    if clock.paused is not None:
        return None
    promised = clocks.promised(directory, clock.agreement, incident.urgency, clock.promise)
    if promised is None:
        return None
    left = promised * here.share / 100 - clock.used - clock.spent
    due_at = clocks.after(directory, clock.agreement, clock.since, left) if left > timedelta(0) else None
    if due_at is not None and due_at > since:
        return due_at
    before = _share_before(policy.steps[:step], here.clock)
    part = here.share - before if before < here.share else here.share
    return clocks.after(directory, clock.agreement, max(since, clock.since), promised * part / 100)


def _share_before(steps: Sequence[Step], promise: Promise | None) -> int:
    shares = [each.share for each in steps if isinstance(each, Wait) and each.clock == promise and each.share]
    return shares[-1] if shares else 0


def _lead_clock(world: World, incident: Incident, promise: Promise) -> Clock | None:
    return world.clock(incident, incident.lead, promise) if incident.lead else None


def _stop_after(steps: Sequence[Step], step: int) -> int:
    """The next step in which something is waited for, or that repeats; the number of steps where none is left."""
    for nth in range(step + 1, len(steps)):
        if isinstance(steps[nth], Wait | RequireAcknowledgement | Repeat):
            return nth
    return len(steps)
