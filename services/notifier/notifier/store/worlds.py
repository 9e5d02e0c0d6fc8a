"""A world in and out of the tables: everything a batch of messages names is read at once and written at once.

Whoever takes in what others stated holds its municipality's row (R18), so no other lock is needed; a notification's end
is written by its sender, who holds that row alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from pydantic_core import to_json
from sqlalchemy import ARRAY, Text, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.bulk import Rows, any_of
from chassis.statements import Statement
from contracts.events.base import Event
from contracts.events.notifier import NotificationEvent
from contracts.events.routing import (
    IncidentAssigned,
    IncidentDecided,
    IncidentEscalated,
    IncidentReopened,
    IncidentResolved,
    StageChanged,
)
from contracts.events.ticketing import PersonChanged, PersonErased, TicketAnswered, TicketAttachmentAdded, TicketFiled
from notifier.domain.state import Configuration, Incident, Notification, Person, PersonKey, Ticket, Work, World
from notifier.store import tables

CHANNEL: Final = "notification"
"""Postgres' NOTIFY channel that tells the sender of new rows."""

DIRECTORIES = Rows(tables.DirectoryRow, Configuration)
PEOPLE = Rows(tables.PersonRow, Person)
TICKETS = Rows(tables.TicketRow, Ticket)
INCIDENTS = Rows(tables.IncidentRow, Incident)
NOTIFICATIONS = Rows(tables.NotificationRow, Notification)
WORKS = Rows(tables.WorkRow, Work)
_SAVED: tuple[Rows[Any], ...] = (DIRECTORIES, PEOPLE, TICKETS, INCIDENTS, WORKS, NOTIFICATIONS)
TICKETS_BY_ID = TICKETS.query(any_of(TICKETS.table.c.id, "ids"), lock=False)
_TICKETS = TICKETS.query(any_of(TICKETS.table.c.id, "ids") | any_of(TICKETS.table.c.incident, "incidents"), lock=False)
_INCIDENTS = INCIDENTS.query(any_of(INCIDENTS.table.c.id, "ids"), lock=False)
_NOTIFICATIONS = NOTIFICATIONS.query(any_of(NOTIFICATIONS.table.c.id, "ids"))
_PEOPLE = PEOPLE.query(
    any_of(PEOPLE.table.c.municipality, "municipalities") & any_of(PEOPLE.table.c.id, "ids"), lock=False
)
_WORKS = WORKS.query(any_of(WORKS.table.c.id, "ids"), lock=False)
_work = WORKS.table.c
_GOING_ON = Statement(
    select(WORKS.table).where(
        any_of(_work.municipality, "ids"), _work.ends_at > bindparam("since"), _work.starts_at <= bindparam("until")
    )
)


_TEAMS = bindparam("teams", type_=ARRAY(Text))
_MEMBERS = PEOPLE.query(
    any_of(PEOPLE.table.c.municipality, "municipalities") & PEOPLE.table.c.teams.bool_op("&&")(_TEAMS), lock=False
)


@dataclass(frozen=True, slots=True)
class Named:
    """What the messages of a batch are about."""

    municipalities: list[str]
    cases: list[str]
    gathered: list[str]
    """Incidents all of whose reporters may have to be told."""
    people: list[PersonKey]
    notifications: list[str]
    teams: list[str]
    """Whose people may have to be told."""
    wrote: bool
    """Reporters wrote: the people of who has their cases may have to be told."""
    filed: tuple[datetime, datetime] | None
    """When the first and the last of its tickets were filed."""

    @classmethod
    def by(cls, events: Iterable[Event]) -> "Named":
        municipalities: set[str] = set()
        cases: set[str] = set()
        gathered: set[str] = set()
        people: set[PersonKey] = set()
        notifications: set[str] = set()
        teams: set[str] = set()
        assigned: set[str] = set()
        wrote = False
        filed: list[datetime] = []
        for event in events:
            municipalities.add(event.municipality)
            cases.update(event.cases)
            wrote = wrote or isinstance(event, TicketAnswered | TicketAttachmentAdded)
            assigned.update([event.party] if isinstance(event, IncidentAssigned) else [])
            match event:
                case IncidentAssigned() | IncidentResolved() | IncidentReopened() | IncidentDecided() | StageChanged():
                    gathered.add(event.incident)
                case IncidentEscalated():
                    gathered.add(event.incident)
                    teams.update(event.measure.parties)
                case TicketFiled():
                    people.add((event.municipality, event.reporter))
                    cases.update([event.same_as] if event.same_as else [])
                    filed.append(event.at)
                case PersonChanged() | PersonErased():
                    people.add((event.municipality, event.person))
                case NotificationEvent():
                    notifications.add(event.notification)
                case _:
                    pass
        return cls(
            sorted(municipalities),
            sorted(cases),
            sorted(gathered),
            sorted(people),
            sorted(notifications),
            sorted(teams | assigned if wrote else teams),
            wrote,
            (min(filed), max(filed)) if filed else None,
        )


_LOCK = text("SELECT id FROM municipality WHERE id = ANY (CAST(:ids AS text[])) ORDER BY id FOR UPDATE")
_MEET = text(
    "INSERT INTO municipality (id) SELECT id FROM unnest(CAST(:ids AS text[])) AS id ORDER BY id ON CONFLICT DO NOTHING"
)


async def lock(conn: AsyncConnection, municipalities: Sequence[str]) -> None:
    """These municipalities' rows, locked until the transaction ends; new ones get one."""
    ids = {"ids": list(municipalities)}
    if len((await conn.execute(_LOCK, ids)).all()) < len(municipalities):
        await conn.execute(_MEET, ids)
        await conn.execute(_LOCK, ids)


async def load(conn: AsyncConnection, named: Named) -> World:
    """Everything about the named cases: tickets, their reporters, incidents; all tickets of the gathered ones."""
    world = World()
    if named.cases:
        # An id is a ticket's or an incident's; which one, only the tables know.
        world.tickets = await _TICKETS.load(conn, ids=named.cases, incidents=named.gathered)
        theirs = {ticket.incident for ticket in world.tickets.values() if ticket.incident} if named.wrote else set()
        world.incidents = await _INCIDENTS.load(conn, ids=theirs.union(named.cases))
        named_works = {incident.work for incident in world.incidents.values() if incident.work}.union(named.cases)
        world.works = await _WORKS.load(conn, ids=named_works)
    if named.filed is not None:
        since, until = named.filed
        for row in await _GOING_ON.within(conn, {"ids": named.municipalities, "since": since, "until": until}):
            world.works.setdefault(row["id"], Work(**row))
    people = {(ticket.municipality, ticket.reporter) for ticket in world.tickets.values()}.union(named.people)
    world.people = await load_people(conn, people)
    teams = {incident.lead for incident in world.incidents.values() if incident.lead} if named.wrote else set()
    teams.update(named.teams)
    if teams:
        world.people |= await _MEMBERS.load(conn, municipalities=named.municipalities, teams=sorted(teams))
    if named.notifications:
        world.notifications = await _NOTIFICATIONS.load(conn, ids=named.notifications)
    return world


async def load_people(conn: AsyncConnection, keys: Iterable[PersonKey]) -> dict[PersonKey, Person]:
    """These people by (municipality, id)."""
    wanted = set(keys)
    if not wanted:
        return {}
    places, ids = {place for place, _ in wanted}, {id_ for _, id_ in wanted}
    return await _PEOPLE.load(conn, municipalities=places, ids=ids)


async def save(conn: AsyncConnection, world: World, traceparents: Mapping[str, str | None] | None = None) -> None:
    """Write what changed, one statement a table; `traceparents` by the id of the notification's cause."""
    await _plan(conn, world.planned.values(), traceparents or {})
    changed: dict[type[Any], list[Any]] = {}
    for state in world.changed.values():
        if not (isinstance(state, Notification) and state.id in world.planned):
            changed.setdefault(type(state), []).append(state)
    for rows in _SAVED:
        await rows.save(conn, changed.get(rows.kind, ()))
    world.changed.clear()
    world.planned.clear()


_FIELDS = ", ".join(f'"{field.name}"' for field in fields(Notification))
_PLAN = text(
    f"""
    WITH planned AS (
        INSERT INTO notification ({_FIELDS}, traceparent)
        SELECT {_FIELDS}, traceparent
        FROM jsonb_populate_recordset(CAST(NULL AS notification), CAST(:rows AS jsonb))
        ON CONFLICT (id) DO NOTHING
    )
    SELECT pg_notify('{CHANNEL}', '')
    """
)


async def _plan(conn: AsyncConnection, planned: Iterable[Notification], traceparents: Mapping[str, str | None]) -> None:
    """Told once (N7): the row that is there already, sent or not, stays as it is."""
    rows = [
        {field.name: getattr(notification, field.name) for field in fields(Notification)}
        | {"traceparent": traceparents.get(notification.cause)}
        for notification in planned
    ]
    if rows:
        await conn.execute(_PLAN, {"rows": to_json(rows).decode()})
