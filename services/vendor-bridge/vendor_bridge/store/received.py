"""What came from a connection's vendor, taken or refused, in one list: the newest first, by when each came last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from vendor_bridge.store.directories import OWN_SINCE

Which = Literal["applied", "late", "nothing", "echo", "repeated", "refused"]
"""What a list may be narrowed to. `repeated`: what was taken and came again."""
_UNUSUAL: Final = ("late", "nothing", "echo")

_TAKEN: Final = f"""
    SELECT last_at AS at, webhook_id AS key, received_at AS first_at, repeats, way, what, webhook_id AS message,
           handoff, outcome, effects, 202 AS status, CAST(NULL AS text) AS reason, true AS proven,
           octet_length(body) AS bytes, CASE WHEN octet_length(body) > 0 THEN encode(sha256(body), 'hex') END AS sha256,
           CAST(NULL AS text) AS swedish
    FROM inbound
    WHERE municipality = :municipality AND connection = :connection AND way <> 'part' AND received_at >= {OWN_SINCE}
      AND (last_at, webhook_id) < (CAST(:at AS timestamptz), CAST(:key AS text)) AND {{which}}
    ORDER BY last_at DESC, webhook_id DESC LIMIT :limit
"""
_REFUSED: Final = f"""
    SELECT at, 'refusal ' || lpad(CAST(id AS text), 20, '0') AS key, at AS first_at, 0 AS repeats, way, what, message,
           handoff, 'refused' AS outcome, 0 AS effects, status, reason, proven, bytes, sha256, swedish
    FROM refusal
    WHERE municipality = :municipality AND connection = :connection AND at >= {OWN_SINCE}
      AND (at, 'refusal ' || lpad(CAST(id AS text), 20, '0')) < (CAST(:at AS timestamptz), CAST(:key AS text))
    ORDER BY at DESC, key DESC LIMIT :limit
"""
_BOTH: Final = text(
    f"SELECT * FROM (({_TAKEN.format(which='true')}) UNION ALL ({_REFUSED})) AS came"
    " ORDER BY at DESC, key DESC LIMIT :limit"
)
_ONLY: Final = {
    "applied": text(_TAKEN.format(which="outcome = 'applied'")),
    "repeated": text(_TAKEN.format(which="repeats > 0")),
    "refused": text(_REFUSED),
    # Each as a constant: a partial index is used only where the planner can see that it holds.
    **{word: text(_TAKEN.format(which=f"outcome = '{word}' AND outcome <> 'applied'")) for word in _UNUSUAL},
}
_ONE: Final = text(
    f"""
    SELECT last_at AS at, received_at AS first_at, repeats, way, what, webhook_id AS message, handoff, outcome, effects,
           body
    FROM inbound
    WHERE municipality = :municipality AND connection = :connection AND webhook_id = :message AND way <> 'part'
      AND received_at >= {OWN_SINCE}
    """
)


@dataclass(frozen=True, slots=True)
class Edge:
    """The last line of a page: the next begins after it."""

    at: datetime
    key: str

    def written(self) -> str:
        """As part of an address. Not secret: the query decides what it leads to."""
        return f"{self.at.isoformat()}~{self.key}"

    @classmethod
    def read(cls, written: str) -> "Edge":
        """Raises ValueError for what was not written here."""
        at, tilde, key = written.partition("~")
        found = datetime.fromisoformat(at)
        if not tilde or found.tzinfo is None or not key.isprintable():
            raise ValueError(written)
        return cls(found, key)


_NEWEST: Final = Edge(datetime(9999, 1, 1, tzinfo=UTC), "")


@dataclass(frozen=True, slots=True)
class Received:
    """One line. `at`: when it came last, `first_at`: when it came first, `repeats`: how often again.

    `way`: webhook | tmf | mail | portal. `what`: its type, of a refusal also method and path. `message`: the vendor's
    own id of it. `outcome`: applied | late | nothing | echo | refused; `effects`: facts that it made.
    `status`, `reason`, `proven`, `swedish`: as `store.refusals` has them. `bytes`, `sha256`: of the body;
    0 and None once erased.
    """

    at: datetime
    key: str
    first_at: datetime
    repeats: int
    way: str
    what: str
    message: str | None
    handoff: str | None
    outcome: str
    effects: int
    status: int
    reason: str | None
    proven: bool
    bytes: int
    sha256: str | None
    swedish: str | None = None

    @property
    def edge(self) -> Edge:
        return Edge(self.at, self.key)


async def page(
    conn: AsyncConnection,
    municipality: str,
    connection: str,
    *,
    which: Which | None = None,
    after: Edge | None = None,
    limit: int = 50,
) -> Sequence[Received]:
    """The lines of one connection after that one, all or those of one outcome."""
    start = after or _NEWEST
    values = {"municipality": municipality, "connection": connection, "limit": limit}
    query = _BOTH if which is None else _ONLY[which]
    rows = await conn.execute(query, values | {"at": start.at, "key": start.key})
    return [Received(**row) for row in rows.mappings()]


async def one(conn: AsyncConnection, municipality: str, connection: str, message: str) -> Row[Any] | None:
    """One that was taken, with its body as it is kept; None for another's."""
    values = {"municipality": municipality, "connection": connection, "message": message}
    return (await conn.execute(_ONE, values)).one_or_none()
