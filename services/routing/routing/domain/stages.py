"""The stages of an order, and what may follow on what (V11)."""

from collections.abc import Iterator

from contracts.events.base import Event
from contracts.events.routing import RefusalCode, StageChanged
from contracts.stages import NEXT
from contracts.values import Actor, NextStage, Stage, Words
from routing.domain.context import Context
from routing.domain.state import Incident


def refusal(now: Stage, to: NextStage) -> RefusalCode | None:
    """Why an order cannot go from one stage to the other; None: it can."""
    if to in NEXT[now]:
        return None
    if to == "discrepancy":
        return "stage_passed" if now == "discrepancy" else "not_received"
    if now in ("ordered", "declined"):
        return "not_approved"
    return "change_not_approved" if now == "changed" else "stage_passed"


def arrive(ctx: Context, incident: Incident, *, by: Actor | None = None, text: Words | None = None) -> Iterator[Event]:
    """It came, whatever was known of it until then: whoever ordered says so, or who sent it, and it is accepted."""
    if incident.stage not in (None, "received"):
        yield StageChanged(**ctx.changing(incident, by=by), stage="received", text=text)


def differ(ctx: Context, incident: Incident, *, by: Actor) -> Iterator[Event]:
    """What was received and is open again is not what was ordered."""
    if incident.stage == "received":
        yield StageChanged(**ctx.changing(incident, by=by), stage="discrepancy")
