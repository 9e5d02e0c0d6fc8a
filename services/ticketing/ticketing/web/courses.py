"""Needs, ideas and orders as pages show them: their own way instead of that of a fault, a decision, a day."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from contracts.directory import Directory
from contracts.stages import NEXT
from contracts.values import GATHERED, Language, Stage, TicketKind, in_language, is_vendor
from ticketing.domain.dates import today
from ticketing.domain.in_hand import in_hand
from ticketing.domain.state import ENDED, Handoff, Incident
from ticketing.rendering import options
from ticketing.views import Course, Decided, Light, Option, Rail, RailState, RailStep
from ticketing.web import present

_WISH = ("received", "gathered", "decided")
_ORDER = ("ordered", "approved", "shipped", "arrived")
_DONE: Mapping[Stage, int] = {
    "ordered": 1,
    "approved": 2,
    "shipped": 3,
    "received": 4,
    "changed": 1,
    "discrepancy": 4,
    "declined": 1,
}
"""How many stops of an order's way are behind it, the present one included."""


def course_of(directory: Directory, incident: Incident | None, language: Language, now: datetime) -> Course | None:
    """What stands below the way of a need, an idea or an order; None for a fault."""
    if incident is None or incident.kind == "incident":
        return None
    day = incident.expected_at if incident.state not in ("resolved", "closed", "cancelled") else None
    return Course(
        light=Light(incident.priority) if incident.priority else None,
        decision=Decided(incident.decision) if incident.decision else None,
        reason=in_language(incident.decision_reason, language) if incident.decision_reason else "",
        decided_at=incident.decided_at,
        expected_at=day,
        late=day is not None and day < today(directory, now),
    )


def is_before_the_forum(incident: Incident) -> bool:
    """A need or an idea that waits to be decided, or was put off."""
    put_off = incident.state == "decided" and incident.decision == "later"
    return incident.kind in GATHERED and (put_off or incident.state not in ENDED)


def held_by(directory: Directory, incident: Incident, handoffs: Iterable[Handoff], language: Language) -> str | None:
    """The vendor that has a need or an idea, or a part of it: it is decided after."""
    vendors = [] if incident.state in ENDED else [party for party in in_hand(incident, handoffs) if is_vendor(party)]
    return present.said_within(directory, vendors[0], language) if vendors else None


def rail(
    directory: Directory,
    kind: TicketKind,
    filed_at: datetime,
    incident: Incident | None,
    language: Language,
    end: present.End | None,
) -> Rail:
    """Where it has been, is, and goes to: a fault by its holders, the others by what becomes of them."""
    match kind:
        case "need" | "idea":
            return _wish_rail(filed_at, incident, end)
        case "request":
            return _order_rail(filed_at, incident, None if end == "again" else end)
        case _:
            return present.rail(directory, filed_at, incident, language, end)


def _wish_rail(filed_at: datetime, incident: Incident | None, end: present.End | None) -> Rail:
    state = incident.state if incident else "new"
    if end is not None and state != "decided":
        return (RailStep("received", RailState.DONE, at=filed_at), _ended(end, incident))
    at = {"gathered": 1, "decided": 2}.get(state, 0)
    times = {"received": filed_at, "decided": incident.decided_at if incident else None}
    never = state == "decided" and incident is not None and incident.priority is None  # decided without the forum
    return tuple(
        RailStep(place, _state(nth, at, over=state == "decided"), at=times.get(place) if nth <= at else None)
        for nth, place in enumerate(_WISH)
        if not (never and place == "gathered")
    )


def _state(nth: int, at: int, *, over: bool) -> RailState:
    if nth < at or (over and nth == at):
        return RailState.DONE
    return RailState.NOW if nth == at else RailState.TODO


def _order_rail(filed_at: datetime, incident: Incident | None, end: present.End | None) -> Rail:
    """Its stages; where it is changed or differs, that is where it is; where it ended otherwise, how."""
    stage: Stage = (incident.stage if incident else None) or "ordered"
    done, since = _DONE[stage], incident.stage_at if incident else None
    steps = [RailStep("ordered", RailState.DONE, at=filed_at), *(RailStep(o, RailState.DONE) for o in _ORDER[1:done])]
    if end not in present.STOPPED and end is not None and stage == "declined":
        return (*steps, RailStep("declined", RailState.DONE, at=since))
    if end in present.STOPPED or (end is not None and stage != "received"):
        return (*steps, _ended(end, incident))
    if stage in ("changed", "discrepancy", "declined"):
        steps.append(RailStep(stage, RailState.NOW, at=since))
    else:
        over = end == "closed"
        steps[-1] = RailStep(steps[-1].place, RailState.DONE if over else RailState.NOW, at=since or filed_at)
    return (*steps, *(RailStep(place, RailState.TODO) for place in _ORDER[done:]))


def _ended(end: present.End, incident: Incident | None) -> RailStep:
    if end in present.STOPPED:
        return RailStep(end, RailState.DONE)
    return RailStep("resolved", RailState.DONE, at=incident.resolved_at if incident else None)


def next_stages(incident: Incident) -> tuple[Option, ...]:
    """What may follow on an order's stage, the likeliest first; none of what is over."""
    if incident.stage is None:
        return ()
    goes_on = incident.state in ("new", "in_progress", "waiting")
    if not goes_on and (incident.state, incident.stage) != ("resolved", "received"):
        return ()
    return options("stage", NEXT[incident.stage])
