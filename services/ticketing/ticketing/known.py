"""Which disturbances that are known a report may be about, while somebody writes it: the same engine as routing's.

Offered is only what several have reported and what reaches at least a school, or what staff have published (N5). A
cache of the tables: caught up every few seconds, never asked to decide anything.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.directory import Directory
from grouping import Ended, Engine, Link, Linked, Opened, Report, Suggest, Unlinked, report_of
from grouping.municipality import surroundings_of
from grouping.services import UNKNOWN
from ticketing.domain.state import Incident, Ticket
from ticketing.store import reads

WIDE = frozenset({"school", "schools", "municipality"})
_EVERYWHERE = frozenset({"schools", "municipality"})
MOST = 3
_FRESH = timedelta(seconds=5)
_LIKELY = 0.5
"""From which probability a disturbance is worth the reader's look."""
_OWN = frozenset({"person", "asset"})


@dataclass(slots=True)
class _Known:
    engine: Engine
    read_at: datetime
    incidents: dict[str, Incident] = field(default_factory=dict)
    """What may be offered; the engine knows these and no others."""
    tickets: dict[str, set[str]] = field(default_factory=dict)
    """By incident: what the engine was told to be on it."""

    def learn(self, incidents: dict[str, Incident], tickets: Mapping[str, Sequence[Ticket]]) -> None:
        """These may be offered from now on, with these tickets of theirs; nothing else may."""
        for gone in self.incidents.keys() - incidents.keys():
            self.engine.observe(Ended(gone))
        for id_, incident in incidents.items():
            self.engine.observe(Opened(id_, incident.kind, incident.service, incident.school, incident.scope))
            here = tickets.get(id_, ())
            for left in self.tickets.get(id_, set()) - {ticket.id for ticket in here}:
                self.engine.observe(Unlinked(id_, left))
            for ticket in here:
                self.engine.observe(Linked(id_, report_of(ticket)))
        self.incidents = incidents
        self.tickets = {id_: {ticket.id for ticket in tickets.get(id_, ())} for id_ in incidents}


class KnownProblems:
    """Those of every municipality, in one process."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    async def at_school(
        self, conn: AsyncConnection, directory: Directory, school: str, service: str, now: datetime
    ) -> list[Incident]:
        """What is known to hit a school, of one service where it is named; the most reported first."""
        known = await self._read(conn, directory, now)
        here = [
            incident
            for incident in known.incidents.values()
            if _reaches(incident, school) and service in ("", incident.service)
        ]
        return sorted(here, key=lambda incident: (-incident.tickets, incident.opened_at))[:MOST]

    async def like(self, conn: AsyncConnection, directory: Directory, report: Report) -> list[Incident]:
        """Those that the report is likely about, the likeliest first."""
        known = await self._read(conn, directory, report.occurred_at)
        about = known.engine.understand(report)
        if about.service == UNKNOWN:
            return []  # words that say nothing fit everything
        match known.engine.decide(report).outcome:
            case Link(incident=incident):
                found = [incident]
            case Suggest(candidates=candidates):
                found = [one.incident for one in candidates]
            case _:
                found = []
        likely = [known.incidents[id_] for id_ in found if _reaches(known.incidents[id_], report.school)]
        if about.scope in _OWN:  # however much is reported now: a forgotten password is nothing of a network
            likely = [incident for incident in likely if incident.service in about.may_be]
        return likely

    async def service_of(self, conn: AsyncConnection, directory: Directory, report: Report) -> str:
        """Which service the words are about, as routing will read them; `other` where nobody can tell."""
        known = await self._read(conn, directory, report.occurred_at)
        return known.engine.understand(report).service

    async def _read(self, conn: AsyncConnection, directory: Directory, now: datetime) -> _Known:
        known = self._known.get(directory.id)
        if known is not None and known.engine.surroundings.version != directory.version:
            known = None
        if known is not None and now - known.read_at < _FRESH:
            return known
        shared = {incident.id: incident for incident in await reads.shared_incidents(conn, directory.id, WIDE)}
        several = await reads.reported_by_several(conn, directory.id, shared)
        several |= {incident.id for incident in shared.values() if incident.published}
        tickets = await reads.newest_tickets(conn, directory.id, sorted(several)) if several else {}
        if known is None:
            known = _Known(Engine(replace(surroundings_of(directory), suggest_from=_LIKELY)), now)
        self._known[directory.id] = known
        known.read_at = now
        known.learn({id_: one for id_, one in shared.items() if id_ in several}, tickets)
        return known


def may_be_told(incident: Incident, several: Set[str], school: str) -> bool:
    """Whether somebody at the school may read of it: it is of those that several reported, and reaches all of their
    school, or staff have published it there (N5).
    """
    is_wide = incident.scope in WIDE and incident.id in several
    return (incident.published or is_wide) and _reaches(incident, school)


def _reaches(incident: Incident, school: str) -> bool:
    return incident.scope in _EVERYWHERE or not school or school in incident.schools
