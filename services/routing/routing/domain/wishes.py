"""Needs and ideas: received, gathered for the forum, decided with a reason (R10, V16). Nothing here has a clock."""

from collections.abc import Callable, Iterator
from typing import Any

from contracts.events.base import Event, Request
from contracts.events.routing import IncidentDecided, IncidentGathered
from contracts.events.ticketing import DecideRequested, GatherRequested
from routing.domain.context import Context
from routing.domain.refusals import require
from routing.domain.state import Incident, World


def _gather(_world: World, event: GatherRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    """On the agenda; there already, it gets another priority. What is decided comes up again by a new decision."""
    _require_wish(incident)
    require(incident.unfinished or incident.state == "gathered", "wrong_state")
    require((incident.state, incident.priority) != ("gathered", event.priority), "unchanged")
    yield IncidentGathered(**ctx.changing(incident), priority=event.priority)


def _decide(_world: World, event: DecideRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    """Decided, or decided anew: a yes or a no may change, with a reason of its own."""
    _require_wish(incident)
    require(incident.state == "decided" or not incident.ended, "wrong_state")
    same = (incident.decision, incident.decision_reason) == (event.decision, event.reason)
    require(not same, "unchanged")
    before = incident.decision if incident.decision != "later" else None
    yield IncidentDecided(**ctx.changing(incident), decision=event.decision, reason=event.reason, changed_from=before)


def _require_wish(incident: Incident) -> None:
    """What the forum takes up is the municipality's own: a vendor's part in it ends first (N8)."""
    require(incident.is_wish, "not_a_need")
    vendors = [party for party in (incident.lead, *incident.parallel) if party and party.startswith("vendor:")]
    require(incident.ended or not vendors, "held_by_vendor")


WISHES: dict[type[Request], Callable[[World, Any, Context, Incident], Iterator[Event]]] = {
    GatherRequested: _gather,
    DecideRequested: _decide,
}
