"""One ticket followed through all four databases: what was said about it, who took it in when, what went outside."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from eskalera import recorded
from eskalera.errors import UsageError
from eskalera.instances import Instance

_TICKET = "SELECT id, number, incident FROM ticket WHERE id = $1 OR number = upper($1)"
_LINKS = "SELECT incident FROM link WHERE ticket = $1 ORDER BY linked_at"
_HANDLED = "SELECT event_id, handled_at FROM inbox WHERE event_id = ANY ($1)"
_DELIVERIES = """
    SELECT webhook_id AS id, kind AS what, state, coalesce(delivered_at, attempted_at, created_at) AS at, attempts
    FROM delivery WHERE incident = ANY ($1) ORDER BY seq
"""
_MESSAGES = """
    SELECT id, occasion AS what, state, coalesce(ended_at, planned_at) AS at, attempts
    FROM notification WHERE "case" = ANY ($1) OR tickets && $1 ORDER BY planned_at, id
"""


def trace(instance: Instance, number: str) -> dict[str, Any]:
    """Everything about the ticket; UsageError for one that is not there."""
    return asyncio.run(_trace(instance.databases, instance.topic, number))


async def _trace(databases: Mapping[str, str], topic: str, number: str) -> dict[str, Any]:
    async with recorded.connection(databases["ticketing"]) as conn:
        ticket = await conn.fetchrow(_TICKET, number)
        if ticket is None:
            raise UsageError(f"There is no ticket {number!r}.")
        incidents = [row["incident"] for row in await conn.fetch(_LINKS, ticket["id"])]
    cases = [ticket["id"], *incidents]
    said = await recorded.read(databases, topic, cases)
    ids = [each.row["event_id"] for each in said]
    handled = {service: await _handled(url, ids) for service, url in databases.items()}
    return {
        "number": ticket["number"],
        "ticket": ticket["id"],
        "incidents": incidents,
        "events": [
            {
                "id": each.row["event_id"],
                "type": each.row["type"],
                "by": each.service,
                "at": _time(each.at),
                "offset": each.row["offset"],
                "caused_by": each.row["caused_by"],
                "traceparent": each.row["traceparent"],
                "handled": {
                    service: _time(times[each.row["event_id"]])
                    for service, times in handled.items()
                    if each.row["event_id"] in times
                },
            }
            for each in said
        ],
        "deliveries": await _outside(databases["vendor_bridge"], _DELIVERIES, cases),
        "messages": await _outside(databases["notifier"], _MESSAGES, cases),
    }


async def _handled(url: str, ids: list[str]) -> dict[str, datetime]:
    async with recorded.connection(url) as conn:
        return {row["event_id"]: row["handled_at"] for row in await conn.fetch(_HANDLED, ids)}


async def _outside(url: str, query: str, cases: list[str]) -> list[dict[str, Any]]:
    async with recorded.connection(url) as conn:
        return [{**row, "id": str(row["id"]), "at": _time(row["at"])} for row in await conn.fetch(query, cases)]


def _time(at: datetime) -> str:
    return at.astimezone().isoformat(timespec="milliseconds")
