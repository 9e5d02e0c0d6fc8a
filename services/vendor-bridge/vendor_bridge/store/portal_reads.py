"""What vendors' pages show: their own hand-offs and messages. Every question names connection and vendor (N5, N9)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.values import Role
from vendor_bridge.domain.state import Handoff, Incident

Made = TypeVar("Made", Handoff, Incident)

_OWN: Final = "h.municipality = :municipality AND h.connection = :connection AND h.vendor = :vendor"
_OF_OWN: Final = """
    h.municipality = :municipality AND h.connection = :connection
    AND NOT EXISTS (SELECT FROM handoff f WHERE f.id = h.handoff AND f.vendor <> :vendor)
"""
"""Of messages: another vendor may have had the connection before."""
_OPEN: Final = {True: "h.ended IS NULL", False: "h.ended IS NOT NULL"}
_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
_DUE: Final = """
    coalesce((SELECT min(CAST(clock.value ->> 'due_at' AS timestamptz)) FROM jsonb_each(i.clocks) clock
              WHERE clock.value ->> 'party' = h.vendor), '9999-01-01 00:00+00')
"""
_ORDER: Final = {
    True: (
        f"{_DUE}, i.urgency, h.offered_at, h.id",
        f"({_DUE}, i.urgency, h.offered_at, h.id) > (:due, :urgency, :at, :id)",
    ),
    False: ("h.ended_at DESC, h.id DESC", "(h.ended_at, h.id) < (:at, :id)"),
}
_INCIDENT: Final = text(
    f"SELECT h.role, h.last_incident, i.* FROM handoff h JOIN incident i ON i.id = h.incident"
    f" WHERE h.id = :handoff AND {_OWN}"
)
_INCIDENTS: Final = text("SELECT * FROM incident WHERE id = ANY(:ids)")
_NUMBERS: Final = text("SELECT id, number FROM ticket WHERE id = ANY(:ids)")
_COUNTS: Final = text(
    f"""
    SELECT count(*) FILTER (WHERE h.ended IS NULL) AS open, count(*) FILTER (WHERE h.ended IS NOT NULL) AS ended
    FROM handoff h WHERE {_OWN}
    """
)
_SAID: Final = text(
    f"""
    SELECT n.webhook_id, n.body, n.received_at, n.effects FROM inbound n JOIN handoff h ON h.id = n.handoff
    WHERE n.handoff = :handoff AND {_OWN} AND n.received_at > :since ORDER BY n.received_at DESC LIMIT 20
    """
)
_RECORDED: Final = text(
    "SELECT DISTINCT caused_by FROM chain_entry WHERE case_id = ANY(:cases) AND caused_by = ANY(:ids)"
)
_TOLD: Final = text(
    f"""
    SELECT h.kind, h.details, h.created_at FROM delivery h
    WHERE h.handoff = :handoff AND {_OF_OWN} AND h.kind IN ('answered', 'rejected') ORDER BY h.seq DESC LIMIT 20
    """
)
_LAST: Final = text(
    """
    SELECT DISTINCT ON (handoff) handoff, kind, created_at FROM delivery
    WHERE handoff = ANY(:handoffs) ORDER BY handoff, seq DESC
    """
)
_MESSAGE_COLUMNS: Final = """
    webhook_id, handoff, kind, state, created_at, due_at, attempted_at, last_status, last_error, delivered_at, failed,
    seq, greatest(attempts, (SELECT count(*) FROM delivery_attempt a
                             WHERE a.handoff = h.handoff AND a.webhook_id = h.webhook_id)) AS attempts
"""  # those by hand too; the log of attempts forgets after a while, the message does not
_ABOUT: Final = text(
    "SELECT h.id AS handoff, h.last_incident, i.* FROM handoff h JOIN incident i ON i.id = h.incident"
    " WHERE h.id = ANY(:ids)"
)
_ABOUT_OWN: Final = text(f"{_ABOUT.text} AND {_OWN}")
_MESSAGES: Final = (
    f"SELECT {_MESSAGE_COLUMNS} FROM delivery h WHERE {_OF_OWN} AND h.state <> 'absorbed'"
    " AND (CAST(:before AS bigint) IS NULL OR h.seq < :before) AND ({which}) ORDER BY h.seq DESC LIMIT :limit"
)
_WHICH: Final = {
    "alla": "TRUE",
    "vantar": "h.state = 'pending'",
    "fel": "h.state = 'pending' AND h.first_failed_at IS NOT NULL",
}
_MESSAGE: Final = text(
    f"SELECT {_MESSAGE_COLUMNS}, body, bundle FROM delivery h WHERE h.webhook_id = :id AND {_OF_OWN}"
)
_FARES: Final = text(
    f"""
    SELECT (SELECT min(due_at) FROM delivery h WHERE {_OF_OWN} AND h.state = 'pending' AND h.due_at <= now()) AS oldest,
           (SELECT max(last_at) FROM inbound h WHERE {_OF_OWN}) AS last_heard
    """
)


@dataclass(frozen=True, slots=True)
class Own:
    """Whose pages they are."""

    municipality: str
    connection: str
    vendor: str

    def names(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Place:
    """The last row of a page of the queue: where the next begins."""

    due: datetime | None
    urgency: int
    at: datetime
    id: str


async def incident_of(conn: AsyncConnection, own: Own, handoff: str) -> tuple[Incident, Role] | None:
    """What a connection's hand-off is about, and its role; None for another's."""
    row = (await conn.execute(_INCIDENT, own.names() | {"handoff": handoff})).one_or_none()
    return (_read(row), row.role) if row else None


def _read(row: Row[Any]) -> Incident:
    """As the vendor may read it."""
    return _made(Incident, row).as_of(row.last_incident)


def _made(kind: type[Made], row: Row[Any]) -> Made:
    return kind(**{field.name: getattr(row, field.name) for field in fields(kind)})


async def queue(
    conn: AsyncConnection, own: Own, *, is_open: bool, limit: int, after: Place | None = None
) -> list[tuple[Handoff, Incident]]:
    """Hand-offs with their incidents: open ones by time left, then urgency, then age; ended ones the newest first."""
    order, beyond = _ORDER[is_open]
    query = f"""
        SELECT h.* FROM handoff h JOIN incident i ON i.id = h.incident
        WHERE {_OWN} AND {_OPEN[is_open]}{f" AND {beyond}" if after else ""} ORDER BY {order} LIMIT :limit
    """
    values = own.names() | {"limit": limit}
    if after is not None:
        values |= {"at": after.at, "id": after.id} | (
            {"urgency": after.urgency, "due": after.due or _NEVER} if is_open else {}
        )
    handoffs = [_made(Handoff, row) for row in await conn.execute(text(query), values)]
    rows = await conn.execute(_INCIDENTS, {"ids": [handoff.incident for handoff in handoffs]})
    incidents = {row.id: _made(Incident, row) for row in rows}
    return [(handoff, incidents[handoff.incident].as_of(handoff.last_incident)) for handoff in handoffs]


async def counts(conn: AsyncConnection, own: Own) -> tuple[int, int]:
    """(open, ended)."""
    row = (await conn.execute(_COUNTS, own.names())).one()
    return row.open, row.ended


async def numbers(conn: AsyncConnection, incidents: Iterable[Incident]) -> dict[str, str]:
    """What people call the incidents' tickets, by id."""
    tickets = {ticket for incident in incidents for ticket in incident.tickets}
    return {row.id: row.number for row in await conn.execute(_NUMBERS, {"ids": list(tickets)})}


def number_of(incident: Incident, numbers: Mapping[str, str]) -> str:
    """What a case is known by in a list: the number of its first report."""
    return min((numbers[ticket] for ticket in incident.tickets if ticket in numbers), default="")


async def last_messages(conn: AsyncConnection, handoffs: Sequence[str]) -> dict[str, Row[Any]]:
    """(handoff, kind, created_at) of the newest message of each."""
    rows = await conn.execute(_LAST, {"handoffs": list(handoffs)})
    return {row.handoff: row for row in rows}


async def said(conn: AsyncConnection, own: Own, handoff: str, since: datetime) -> Sequence[Row[Any]]:
    """(webhook_id, body, received_at, effects) of what the vendor said lately, the newest first."""
    return (await conn.execute(_SAID, own.names() | {"handoff": handoff, "since": since})).all()


async def told(conn: AsyncConnection, own: Own, handoff: str) -> Sequence[Row[Any]]:
    """(kind, details, created_at) of answers and refusals, the newest first."""
    return (await conn.execute(_TOLD, own.names() | {"handoff": handoff})).all()


async def recorded(conn: AsyncConnection, cases: Sequence[str], events: Sequence[str]) -> set[str]:
    """Which of these events have their entry in the history already."""
    if not cases or not events:
        return set()
    return set(await conn.scalars(_RECORDED, {"cases": list(cases), "ids": list(events)}))


async def messages(
    conn: AsyncConnection, own: Own, *, which: str, before: int | None, limit: int
) -> Sequence[Row[Any]]:
    """The log of messages, the newest first. `which`: a key of the filter; anything else: all."""
    query = _MESSAGES.replace("{which}", _WHICH.get(which, "TRUE"))
    return (await conn.execute(text(query), own.names() | {"before": before, "limit": limit})).all()


async def about(conn: AsyncConnection, handoffs: Sequence[str]) -> dict[str, Incident]:
    """The incident of each hand-off."""
    return {row.handoff: _read(row) for row in await conn.execute(_ABOUT, {"ids": list(handoffs)})}


async def about_own(conn: AsyncConnection, own: Own, handoffs: Sequence[str]) -> dict[str, Incident]:
    """The same of the connection's own alone: what a message names may be a report, or nobody's."""
    rows = await conn.execute(_ABOUT_OWN, own.names() | {"ids": list(handoffs)})
    return {row.handoff: _read(row) for row in rows}


async def message(conn: AsyncConnection, own: Own, webhook_id: str) -> Row[Any] | None:
    """One message with its content; None for another's."""
    return (await conn.execute(_MESSAGE, own.names() | {"id": webhook_id})).one_or_none()


async def fares(conn: AsyncConnection, own: Own) -> Row[Any]:
    """(since when the first message that is due waits, when the vendor last said something)."""
    return (await conn.execute(_FARES, own.names())).one()
