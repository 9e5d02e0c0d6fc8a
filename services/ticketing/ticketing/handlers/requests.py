"""What staff asks of another owner: a command whose outcome is told later."""

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts import ids
from contracts.directory import Directory
from contracts.events import ticketing as t
from contracts.events.base import ConnectionRequest, Request
from ticketing.domain import access
from ticketing.domain.access import Identity
from ticketing.domain.fold import fold
from ticketing.handlers.cases import case_of, now, tell, worked_on
from ticketing.handlers.errors import NotAllowed, NotFound
from ticketing.store import reads, suggested, world


async def ask_owner(
    engine: AsyncEngine,
    directory: Directory,
    who: Identity,
    incident_id: str,
    kind: type[Request],
    seen_version: int | None = None,
    **details: object,
) -> str:
    """Send a command about an incident to its owner; returns the request id, whose outcome is `commands.state`."""
    async with case_of(engine, directory, "incident", incident_id) as (conn, loaded):
        holder = worked_on(loaded, who, incident_id).holder
        calls = issubclass(kind, t.HandOffRequested)
        request = kind.model_validate(
            {
                "id": ids.new("event"),
                "at": now(),
                "municipality": directory.id,
                "request_id": ids.new("request"),
                "incident": incident_id,
                "by": access.calls_as(who, holder, directory.coordinator) if calls else access.acts_as(who, holder),
                "seen_version": seen_version,
                **details,
            }
        )
        fold(loaded, request)
        await tell(conn, [request])
        return request.request_id


async def ask_forum(
    engine: AsyncEngine,
    directory: Directory,
    who: Identity,
    incident_id: str,
    kind: type[t.GatherRequested | t.DecideRequested],
    seen_version: int | None = None,
    **details: object,
) -> str:
    """Ask for a need or an idea to be gathered or decided; only who decides may."""
    if not access.may_decide(who):
        raise NotAllowed
    return await ask_owner(engine, directory, who, incident_id, kind, seen_version, **details)


async def ask_bridge(
    engine: AsyncEngine,
    directory: Directory,
    who: Identity,
    connection: str,
    kind: type[ConnectionRequest],
    **details: object,
) -> str:
    """Send a command about a connection to the bridge; only who looks after vendors may."""
    if connection not in directory.connections:
        raise NotFound("connection")
    if not access.may_look_after_vendors(who):
        raise NotAllowed
    request = kind.model_validate(
        {
            "id": ids.new("event"),
            "at": now(),
            "municipality": directory.id,
            "request_id": ids.new("request"),
            "connection": connection,
            "by": who.actor,
            **details,
        }
    )
    async with engine.begin() as conn:
        loaded = await world.load(conn, [request], {directory.id: directory})
        fold(loaded, request)
        await world.save(conn, loaded)
        await tell(conn, [request])
    return request.request_id


async def link(
    engine: AsyncEngine,
    directory: Directory,
    who: Identity,
    incident_id: str,
    ticket: str,
    seen_version: int | None = None,
) -> str:
    """Ask for a ticket, named by id or number, to be put on the incident; NotFound for one that is not theirs."""
    found = await reads.ticket(engine, directory.id, ticket if ticket.startswith("tk_") else ticket.upper())
    on = await reads.incident(engine, directory.id, found.incident) if found else None
    to = await reads.incident(engine, directory.id, incident_id)
    if found is None or to is None or not access.may_link(who, found, on, to):
        raise NotFound("ticket" if to is not None else "incident")
    return await ask_owner(engine, directory, who, incident_id, t.LinkRequested, seen_version, ticket=found.id)


async def answer_suggestion(
    engine: AsyncEngine, directory: Directory, who: Identity, suggestion_id: str, *, accept: bool
) -> str:
    """Say yes or no to a suggested link; who works with both incidents may."""
    async with engine.connect() as conn:
        asked = await suggested.by_id(conn, directory.id, suggestion_id)
        both = [asked.incident, asked.candidate] if asked else []
        on = await reads.incidents_by_id(conn, directory.id, both)
    if asked is None or not all(case in on and access.may_act(who, on[case]) for case in both):
        raise NotFound("suggestion")
    kind = t.SuggestionAcceptRequested if accept else t.SuggestionRefuseRequested
    return await ask_owner(engine, directory, who, asked.incident, kind, None, suggestion=asked.id)
