"""Which disturbances that are known a report may be about, while somebody writes it: the same engine as routing's.

Offered is only what several have reported and what reaches at least a school, or what staff have published (N5). A
cache of the tables: caught up every few seconds, never asked to decide anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.directory import Directory
from grouping import Ended, Engine, Link, Linked, Opened, Report, Suggest, Unlinked, report_of
from grouping.municipality import surroundings_of
from grouping.services import UNKNOWN
from ticketing.domain.shared import WIDE, reaches
from ticketing.domain.state import Incident, Ticket
from ticketing.store import began, reads

MOST = 3
_FRESH = timedelta(seconds=5)
_LIKELY = 0.5
"""From which probability a disturbance is worth the reader's look."""


@dataclass(slots=True)
class _Known:
    engine: Engine
    read_at: datetime
    incidents: dict[str, Incident] = field(default_factory=dict)
    """What may be offered, opened when it first occurred; the engine knows these and no others."""
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

    def at(self, school: str) -> dict[str, Incident]:
        """What reaches the school, by id; what staff wrote of first, then the most reported."""
        here = [incident for incident in self.incidents.values() if reaches(incident, school)]
        return {
            one.id: one for one in sorted(here, key=lambda one: (not one.is_published, -one.tickets, one.opened_at))
        }


class KnownProblems:
    """Those of every municipality, in one process. `reading`: where the tables are asked, when it is time to."""

    def __init__(self, reading: AsyncEngine) -> None:
        self._reading = reading
        self._known: dict[str, _Known] = {}

    async def at_school(self, directory: Directory, school: str, service: str, now: datetime) -> list[Incident]:
        """What is known to hit a school, of one service where it is named; in that order."""
        known = await self._read(directory, now)
        here = known.at(school).values()
        return [incident for incident in here if service in ("", incident.service)][:MOST]

    async def like(self, directory: Directory, report: Report) -> list[Incident]:
        """What the report may be about: first what it names, however long that has gone on, then the likeliest.

        Of a network also what goes on with another of the school's: without Wi-Fi people say `internet`.
        """
        known = await self._read(directory, report.occurred_at)
        about = known.engine.understand(report)
        if about.service == UNKNOWN and not about.named:
            return []  # words that say nothing fit everything
        here = known.at(report.school)
        match known.engine.decide(report).outcome:
            case Link(incident=incident):
                found = [incident]
            case Suggest(candidates=candidates):
                found = [one.incident for one in candidates]
            case _:
                found = []
        # The engine weighs these against one another only: whatever is new is likely where it has no rival.
        likely = [here[id_] for id_ in found if id_ in here and here[id_].service in about.may_be]
        named = (about.named | {about.service}) - {UNKNOWN}
        going_on = [one for one in here.values() if one.service in named | about.near and one not in likely]
        # However long an outage lasts, a forgotten password is none of it; a thing that staff wrote of may be the one.
        likely += [one for one in going_on if not (about.own and one.scope in WIDE)]
        return sorted(likely, key=lambda one: one.service not in named)

    async def service_of(self, directory: Directory, report: Report) -> str:
        """Which service the words are about, as routing will read them; `other` where nobody can tell."""
        known = await self._read(directory, report.occurred_at)
        return known.engine.understand(report).service

    async def _read(self, directory: Directory, now: datetime) -> _Known:
        known = self._known.get(directory.id)
        if known is not None and known.engine.surroundings.version != directory.version:
            known = None
        if known is not None and now - known.read_at < _FRESH:
            return known
        async with self._reading.connect() as conn:
            told = {incident.id: incident for incident in await reads.told_incidents(conn, directory.id)}
            occurred = await began.first_occurred(conn, directory.id, told)
            tickets = await reads.newest_tickets(conn, directory.id, sorted(told)) if told else {}
        told = {
            id_: replace(one, opened_at=min(one.opened_at, occurred.get(id_, one.opened_at)))
            for id_, one in told.items()
        }
        if known is None:
            known = _Known(Engine(replace(surroundings_of(directory), suggest_from=_LIKELY)), now)
        self._known[directory.id] = known
        known.read_at = now
        known.learn(told, tickets)
        return known
