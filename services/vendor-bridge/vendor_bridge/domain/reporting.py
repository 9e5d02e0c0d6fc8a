"""How facts change what vendors have reported themselves; as in `fold`, of which this is a part.

A report becomes part of a hand-off when its incident is handed to the connection that reported it, or when it is put
on an incident that was handed there before: both are others' facts, so a replay finds the same.
"""

from collections.abc import Callable
from typing import Any

from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from vendor_bridge.domain import reports
from vendor_bridge.domain.state import Handoff, World


def fold(world: World, event: Event) -> None:
    """Applies one fact, after `fold.fold` has; those that no report has to do with change nothing."""
    handler = FOLDS.get(type(event))
    if handler is not None:
        handler(world, event)


def adopt(world: World, handoff: Handoff) -> None:
    """The hand-off of an incident that its vendor reported itself is that report: the oldest one's id is its too."""
    own = [
        report
        for report in world.reports.values()
        if report.incident == handoff.incident and report.connection == handoff.connection
    ]
    for report in own:
        report.handoff = handoff.id
    if own:
        handoff.adopts = min(own, key=lambda report: (report.reported_at, report.id)).id


def _reported(world: World, event: v.VendorTicketReported) -> None:
    world.reports.setdefault(event.ticket, reports.of_event(event))


def _changed(world: World, event: v.VendorTicketChanged) -> None:
    report = world.reports.get(event.ticket)
    if report is None:
        return
    report.title = report.title if event.title is None else event.title
    report.description = report.description if event.description is None else event.description
    if event.text is not None:
        note = {"message": event.message, "at": event.at.isoformat(), "text": dict(event.text)}
        report.notes = [*report.notes, note][-reports.NOTES_KEPT :]
        files = [file.model_dump() | {"message": event.message} for file in event.files]
        report.files = [*report.files, *files][-reports.NOTES_KEPT :]
    if event.withdrawn:
        report.withdrawn_at = event.at
    report.changed_at = event.at


def _filed(world: World, event: t.TicketFiled) -> None:
    if (report := world.reports.get(event.ticket)) is not None:
        report.number = event.number


def _linked(world: World, event: r.TicketLinked) -> None:
    report, incident = world.reports.get(event.ticket), world.incidents.get(event.incident)
    if report is None or incident is None:
        return
    theirs = [each for each in world.handoffs_of(incident.id) if each.connection == report.connection]
    report.incident, report.linked_at, report.resolved = incident.id, event.at, incident.resolved
    report.handoff = theirs[-1].id if theirs else None


def _solved(world: World, event: r.IncidentResolved | r.IncidentReopened) -> None:
    for report in world.reports.values():
        if report.incident == event.incident:
            report.resolved = isinstance(event, r.IncidentResolved)
            report.closed = False


def _ended(world: World, event: r.IncidentClosed | r.IncidentStateChanged) -> None:
    if isinstance(event, r.IncidentStateChanged) and event.state != "cancelled":
        return
    for report in world.reports.values():
        if report.incident == event.incident:
            report.closed = True


def _announced(world: World, event: v.VendorWorkAnnounced) -> None:
    work = world.works.setdefault(event.work, reports.work_of_event(event))
    work.starts_at, work.ends_at = event.starts_at, event.ends_at
    work.cancelled = event.change == "cancelled"


def _planned(world: World, event: t.WorkPlanned | t.WorkChanged) -> None:
    """As ticketing has it: a coordinator may have moved it, or called it off."""
    if (work := world.works.get(event.work)) is not None:
        moved = event if isinstance(event, t.WorkChanged) else None
        work.held = {
            "starts_at": event.starts_at.isoformat(),
            "ends_at": event.ends_at.isoformat(),
            "cancelled": moved is not None and moved.cancelled,
            "reason": dict(moved.reason or {}) if moved is not None else {},
            "by": event.by.party,
        }


FOLDS: dict[type[Event], Callable[[World, Any], None]] = {
    v.VendorTicketReported: _reported,
    v.VendorTicketChanged: _changed,
    v.VendorWorkAnnounced: _announced,
    t.TicketFiled: _filed,
    t.WorkPlanned: _planned,
    t.WorkChanged: _planned,
    r.TicketLinked: _linked,
    r.IncidentResolved: _solved,
    r.IncidentReopened: _solved,
    r.IncidentClosed: _ended,
    r.IncidentStateChanged: _ended,
}
