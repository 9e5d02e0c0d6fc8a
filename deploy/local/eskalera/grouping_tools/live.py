"""Why a ticket of the running system is where it is: what was decided, asked and answered."""

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from eskalera import recorded
from eskalera.errors import UsageError
from eskalera.instances import Instance

_TICKET = "SELECT id, number, title, school, service, incident FROM ticket WHERE id = $1 OR number = upper($1)"
_LINKS = "SELECT * FROM link WHERE ticket = $1 ORDER BY linked_at"
_INCIDENTS = "SELECT id, service, scope, state, tickets, recurrence_of FROM incident WHERE id = ANY ($1)"
_SUGGESTIONS = "SELECT * FROM suggestion WHERE $1 = ANY (tickets) ORDER BY asked_at, score DESC"


def lines(instance: Instance, number: str) -> Iterator[str]:
    """The whole story of where it was and why; UsageError for a ticket that is not there."""
    ticket, links, asked, incidents = asyncio.run(_read(instance.databases["ticketing"], number))
    yield f"{ticket['number']} ({ticket['id']})  {ticket['school']}  picked {ticket['service'] or 'nothing'}"
    yield f"  {ticket['title']}"
    if not links:
        yield "On no incident yet: routing has not decided."
    for link in links:
        yield ""
        yield from _link(link, incidents)
    if asked:
        yield ""
        yield "Staff were asked whether it belongs to"
        yield from (line for one in asked for line in _suggestion(one, incidents))


async def _read(url: str, number: str) -> tuple[Any, list[Any], list[Any], dict[str, Any]]:
    async with recorded.connection(url) as conn:
        ticket = await conn.fetchrow(_TICKET, number)
        if ticket is None:
            raise UsageError(f"There is no ticket {number!r}.")
        links = await conn.fetch(_LINKS, ticket["id"])
        asked = await conn.fetch(_SUGGESTIONS, ticket["id"])
        named = {link["incident"] for link in links} | {one["candidate"] for one in asked}
        incidents = {row["id"]: row for row in await conn.fetch(_INCIDENTS, list(named))}
    return ticket, links, asked, incidents


def _link(link: Mapping[str, Any], incidents: Mapping[str, Any]) -> Iterator[str]:
    yield f"{_when(link['linked_at'])} on {_incident(link['incident'], incidents)}"
    if link["by_person"]:
        yield f"  put there by {link['by_person']}, which is final"
    else:
        yield f"  by engine {link['engine_version']}, directory {link['directory_version']}, score {link['score']:.2f}"
    yield from _reasons(link["reasons"])
    if link["unlinked_at"]:
        yield f"  left {_when(link['unlinked_at'])}"


def _suggestion(one: Mapping[str, Any], incidents: Mapping[str, Any]) -> Iterator[str]:
    yield f"  {_incident(one['candidate'], incidents)}, score {one['score']:.2f}: {one['state']}"
    yield from (f"  {line}" for line in _reasons(one["reasons"]))


def _incident(id_: str, incidents: Mapping[str, Any]) -> str:
    known = incidents.get(id_)
    if known is None:
        return id_
    tickets = "1 ticket" if known["tickets"] == 1 else f"{known['tickets']} tickets"
    recurs = f", recurrence of {known['recurrence_of']}" if known["recurrence_of"] else ""
    return f"{id_} ({known['service']}, reach {known['scope'] or 'unknown'}, {tickets}, {known['state']}{recurs})"


def _reasons(reasons: Any) -> Iterable[str]:
    said = json.loads(reasons) if isinstance(reasons, str) else reasons
    return [f"    {reason.get('en') or reason.get('sv')}" for reason in said]


def _when(at: Any) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
