"""What a connection's vendor sent and had refused is written down for its engineer and the municipality's staff.

Each line is a transaction of its own: what the message itself would have changed is rolled back by then. Who has not
proven who they are gets lines too, since a wrong secret is what an engineer most needs to see, but few of them, and
only under a connection that the directory has: nobody fills a log that is not theirs.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import TOO_MANY_REQUESTS
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.problems import Problem
from vendor_bridge import metrics
from vendor_bridge.limits import Buckets, TooMany
from vendor_bridge.store import refusals
from vendor_bridge.store.refusals import Refusal

PROVEN: Final = (1.0, 200)
UNPROVEN: Final = (1 / 60, 20)
"""Lines of one connection: a second on the long run, and at once, in each process. More are counted alone."""
FLOOD: Final = (1 / 60, 1)
"""Of those that were too many: apart, since a flood fills the log before it, and its end is what one looks for."""
LONGEST: Final = 200
LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True)
class Sent:
    """What came. `what`: its type, or method and path; `message`: the sender's own id of it.

    Of a form of the portal `handoff`: whose case it is; `swedish`: what its page says.
    """

    way: str
    what: str
    body: bytes = b""
    message: str | None = None
    handoff: str | None = None
    swedish: str | None = None


class Refusals:
    """`municipalities`: those whose connection of that name it came for."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._buckets = {True: Buckets(*PROVEN), False: Buckets(*UNPROVEN)}
        self._floods, self._unwritten = Buckets(*FLOOD), Counter[str]()

    async def note(
        self,
        connection: str,
        municipalities: Collection[str],
        sent: Sent,
        status: int,
        reason: str,
        *,
        proven: bool,
    ) -> None:
        """One refusal, for each of them. Of those that were too many the first, then one a minute with their number."""
        if not municipalities:
            return
        is_flood = proven and status == TOO_MANY_REQUESTS
        try:
            (self._floods if is_flood else self._buckets[proven]).take(connection)
        except TooMany:
            self._unwritten[connection] += is_flood
            metrics.REFUSED.labels(sent.way, "counted").inc()
            return
        if is_flood and (unwritten := self._unwritten.pop(connection, 0)):
            reason += more(unwritten)
        now = datetime.now(UTC)
        lines = [
            Refusal(
                municipality=municipality,
                connection=connection,
                at=now,
                way=sent.way,
                what=readable(sent.what),
                message=readable(sent.message) if sent.message else None,
                status=status,
                reason=readable(reason, LONGEST_REASON),
                bytes=len(sent.body),
                sha256=hashlib.sha256(sent.body).hexdigest() if sent.body else None,
                proven=proven,
                handoff=readable(sent.handoff) if sent.handoff else None,
                swedish=readable(sent.swedish, LONGEST_REASON) if sent.swedish else None,
            )
            for municipality in sorted(municipalities)
        ]
        async with self._engine.begin() as conn:
            await refusals.add(conn, lines)
        metrics.REFUSED.labels(sent.way, "proven" if proven else "unproven").inc()

    async def page(
        self, municipality: str, connection: str, *, before: int | None = None, limit: int = 50
    ) -> Sequence[Refusal]:
        """The log of one connection, the newest first."""
        async with self._engine.connect() as conn:
            return await refusals.page(conn, municipality, connection, before=before, limit=limit)


def more(count: int) -> str:
    """What a line says of those like it that have none."""
    return f" {count} more were answered so since the line before this."


def reason_of(problem: Problem) -> str:
    """What a problem says, in one line."""
    faults = "; ".join(f"{fault['pointer']} {fault['detail']}".strip() for fault in problem.errors)
    return faults or problem.detail or problem.title


def readable(text: str, longest: int = LONGEST) -> str:
    """One line of bounded length: a sender's words stand on pages and in terminals."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * longest]).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
