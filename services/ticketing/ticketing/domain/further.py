"""When a case goes further, as rules of ticketing: the next step that holds now, and who asks for it how often."""

from dataclasses import dataclass
from datetime import datetime

from contracts.directory import Directory, lanes, matrix
from contracts.directory.plain_words import occasions_in_words
from contracts.directory.walk import Walk
from contracts.events.routing import Measure
from contracts.stages import late_at
from contracts.values import GATHERED, MOVES, Words
from ticketing.domain.state import ENDED, OVER, Incident, Ticket

AGAIN = lanes.AGAIN
"""How long a school that asked that its case goes further waits before it may ask again."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """What happens by itself at `due_at` if nothing else does."""

    due_at: datetime
    measures: tuple[Measure, ...]
    holder: str | None = None
    """Who has it until then: who is told of its own case is reminded."""


def next_step(incident: Incident | None, now: datetime) -> NextStep | None:
    """None: nothing comes by itself. A step whose time has come is no longer promised: its effect follows."""
    if incident is None or incident.state in ENDED or incident.state == "resolved":
        return None
    if incident.step_due_at is None or incident.step_due_at <= now or not incident.step_then:
        return None
    then = tuple(Measure.model_validate(each) for each in incident.step_then)
    return NextStep(incident.step_due_at, then, incident.holder)


def comes_next(directory: Directory, incident: Incident | None, now: datetime) -> NextStep | None:
    """What comes by itself first: the policy's next step, or that an order has not come on its day (V11)."""
    step = next_step(incident, now)
    if incident is None or incident.expected_at is None or incident.state in ENDED or incident.state == "resolved":
        return step
    late = late_at(incident.expected_at, directory.municipality.time_zone)
    if late <= now or (step is not None and step.due_at <= late):
        return step
    return NextStep(late, (Measure(action="notify", parties=(directory.coordinator,)),), incident.holder)


def stays(incident: Incident) -> bool:
    """Whether it is with its holder until somebody does something: no step is planned, and it waits for nobody else.

    A step whose time has come is still planned: its effect follows.
    """
    if incident.kind in GATHERED or incident.state not in ("new", "in_progress", "waiting"):
        return False
    return not incident.step_then and incident.waiting_on not in ("reporter", "planned")


def when_silent(directory: Directory, incident: Incident) -> Words | None:
    """What its policy does when no word is heard of it in time, as "Vem gör vad" tells it; None: nothing."""
    if incident.holder is None or incident.stopped_at is not None or incident.next_update_at is None:
        return None
    agreement = directory.agreement_in_force(incident.agreement)
    promises = agreement.at(incident.urgency)
    policy = directory.policy_in_force(incident.policy)
    silent = [one for one in policy.occasions if one.when == "holder_silent"]
    if not silent:
        return None
    at = incident.path.index(incident.holder) if incident.holder in incident.path else None
    path = tuple(incident.path[at:]) if at is not None else (incident.holder,)
    school = incident.schools[0] if len(incident.schools) == 1 else None
    walk = Walk(directory, school, path, promises)
    return occasions_in_words(walk, policy.model_copy(update={"occasions": tuple(silent)}))[0]


def next_party(directory: Directory, incident: Incident) -> str | None:
    """Who gets it when it is sent further: the next of its path, at last the coordinator; None: nobody comes after."""
    return matrix.next_party(directory, incident.path, incident.holder)


def goes_on_when_asked(directory: Directory, incident: Incident | None) -> bool:
    """Whether its policy lets it move when the school asks; its holder and the coordinator are told in any case.

    Not where only vendors are left whom who reports may not turn to (V8).
    """
    if incident is not None and (incident.stopped_at is not None or not _has_next(directory, incident)):
        return False
    policy = directory.policy_in_force(incident.policy if incident else None)
    asked = (occasion for occasion in policy.occasions if occasion.when == "asked")
    return any(step.do in MOVES for occasion in asked for step in occasion.do)


def _has_next(directory: Directory, incident: Incident) -> bool:
    agreement = directory.agreement_in_force(incident.agreement)
    closed = lanes.closed_to_reporters(directory, agreement, incident.kind)
    return matrix.next_party(directory, incident.path, incident.holder, but=closed) is not None


def noted_only_until(incident: Incident | None, now: datetime) -> datetime | None:
    """Until when asking that it goes further is noted and no more, as routing decides it; None: it is not."""
    again = lanes.again_at(incident.asked_at, incident.holder_since) if incident is not None else None
    return again if again is not None and now < again else None


def can_go_further(ticket: Ticket, incident: Incident | None) -> bool:
    """Whether asking for it makes sense: it is open, and no need or idea, which wait for a decision (R10)."""
    if ticket.kind in GATHERED or ticket.state in OVER:
        return False
    return incident is None or not (incident.state in ENDED or incident.state == "resolved")


def again_at(ticket: Ticket, now: datetime) -> datetime | None:
    """From when the school may ask again; None: it may now."""
    if ticket.asked_further_at is None or ticket.asked_further_at + AGAIN <= now:
        return None
    return ticket.asked_further_at + AGAIN
