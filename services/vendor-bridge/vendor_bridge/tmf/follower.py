"""Looks at followed tickets when they are due: at a sign from the vendor's hub, and every so often without one."""

import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import logs
from chassis.crashpoints import crash_point
from contracts.values import Head
from contracts.webhooks import parse_incoming
from vendor_bridge import metrics
from vendor_bridge.domain.heads import ForeignHeads
from vendor_bridge.domain.receive import NotOfThisCase, TooFarAway
from vendor_bridge.handlers import UnknownHandoff, VendorSide
from vendor_bridge.profiles import Misconfigured, NotTaken
from vendor_bridge.profiles.tmf621 import TICKETS
from vendor_bridge.store import remote as store
from vendor_bridge.store.directories import Directories, Way
from vendor_bridge.tmf import remote
from vendor_bridge.tmf.caller import Answered, Caller, Failure
from vendor_bridge.tmf.remote import Followed, Saying

AT_ONCE: Final = 20
OFTEN: Final = timedelta(minutes=1)
"""Between looks where nobody gives a sign."""
SELDOM: Final = timedelta(minutes=15)
"""Where the hub does, and after failures at most."""
AGAIN: Final = timedelta(days=1)
"""Before a hub that did not let us is asked once more."""
LINGERS: Final = timedelta(days=7)
"""How long after its hand-off's end a ticket is still read: late words are kept."""
_PURPOSE: Final = b"vendor-bridge tmf listener 1"

log = logs.get(__name__)


class Follower:
    """`look` is one round of a loop. `public_url`: where vendors reach the bridge."""

    def __init__(
        self,
        engine: AsyncEngine,
        directories: Directories,
        vendors: VendorSide,
        caller: Caller,
        *,
        secret: str,
        public_url: str,
        often: timedelta = OFTEN,
    ) -> None:
        self._engine = engine
        self._directories = directories
        self._vendors = vendors
        self._caller = caller
        self._secret = secret
        self._public_url = public_url.rstrip("/")
        self._often = often

    async def look(self) -> bool:
        """Whether there may be more due at once."""
        async with self._engine.begin() as conn:
            rows = await store.claim(conn, AT_ONCE)
            followed = await store.connections(conn) if rows else []
        for municipality, connection in followed:
            await self._listen(municipality, connection)
        for row in rows:
            await self._look_at(store.followed(row), row.failures)
        return len(rows) == AT_ONCE

    async def _look_at(self, one: Followed, failures: int) -> None:
        now = datetime.now(UTC)
        async with self._engine.connect() as conn:
            way = await self._directories.way(conn, one.municipality, one.connection)
            ended_at, heads = await store.handed(conn, one.handoff)
            listens = await self._listens(conn, one)
        if way is None or (ended_at is not None and now - ended_at > LINGERS):
            async with self._engine.begin() as conn:
                await store.forget(conn, one.handoff)
            return
        answer = await self._caller.call(way, "GET", f"{TICKETS}/{quote(one.id, safe='')}")
        async with self._engine.connect() as conn:
            fresh = await store.of(conn, one.handoff)
        if fresh is None:
            return
        one.known = fresh.known  # what was written while this look was on its way was said to be, before it was
        claimed = replace(one, known=list(one.known))
        reason = _why_unread(answer)
        is_read = reason is None
        if isinstance(answer, Answered) and is_read:
            await self._take_in(way, one, answer.value, heads)
        else:
            log.warning("remote_ticket_unread", connection=one.connection, reason=reason)
        metrics.LOOKS.labels(one.connection, "read" if is_read else "unread").inc()
        failures = 0 if is_read else failures + 1
        wait = SELDOM if listens and is_read else min(self._often * 2 ** min(failures, 10), SELDOM)
        async with self._engine.begin() as conn:
            await store.looked(conn, one, claimed=claimed, at=now, due_at=now + wait, failures=failures, reason=reason)

    async def _take_in(self, way: Way, one: Followed, resource: dict[str, Any], heads: dict[str, Head]) -> None:
        """All that is new, in its order. What cannot be taken as it is is kept as words; nothing is lost silently."""
        if not heads:
            return  # the message that opened it does not count as delivered yet: the next look is soon
        for said in remote.heard(one, resource, way.connection, heads):
            await self._say(way, said)
            crash_point("follower.said")
        one.status = remote.seen_state(resource) or one.status
        one.known = remote.read(one, resource)

    async def _say(self, way: Way, said: Saying) -> None:
        raw = json.dumps({"type": said.kind, "data": said.data}, ensure_ascii=False).encode()
        try:
            message, name = parse_incoming(raw), said.name[:200]
            await self._vendors.say(way.connection.name, {way.municipality}, message, name, raw, by="tmf")
        except (ValidationError, UnknownHandoff, NotOfThisCase, TooFarAway, ForeignHeads) as error:
            log.warning("remote_word_refused", connection=way.connection.name, error=type(error).__name__)
            metrics.INBOUND.labels("nonsense").inc()

    # ---- the vendor's hub

    async def _listens(self, conn: AsyncConnection, one: Followed) -> bool:
        row = await store.hub(conn, one.municipality, one.connection)
        return row is not None and row.listens

    async def _listen(self, municipality: str, connection: str) -> None:
        """Asked for once, and again where the address is another, or a day after it was refused."""
        now = datetime.now(UTC)
        async with self._engine.connect() as conn:
            way = await self._directories.way(conn, municipality, connection)
            row = await store.hub(conn, municipality, connection)
        url = way.connection.url if way is not None else None
        if way is None or url is None:
            return
        if row is not None and row.url == url and (row.listens or now - row.tried_at < AGAIN):
            return
        body = {"callback": self.callback(municipality, connection), "query": ""}
        answer = await self._caller.call(way, "POST", "/hub", body)
        listens = isinstance(answer, Answered)
        id_ = str(answer.value["id"]) if isinstance(answer, Answered) and _has_id(answer.value) else None
        async with self._engine.begin() as conn:
            await store.save_hub(conn, municipality, connection, url=url, id_=id_, listens=listens, at=now)
        log.info("remote_hub", connection=connection, listens=listens)

    def callback(self, municipality: str, connection: str) -> str:
        """Where that connection's server tells us. Who knows the address may make us look, and nothing else."""
        return f"{self._public_url}/tmf-events/{municipality}/{connection}/{self._key(municipality, connection)}"

    async def told(self, municipality: str, connection: str, key: str, ticket: str | None) -> bool:
        """Something changed there; False for whoever does not know the address."""
        if not hmac.compare_digest(key.encode(), self._key(municipality, connection).encode()):
            return False
        async with self._engine.begin() as conn:
            await store.wake(conn, municipality, connection, ticket)
        return True

    def _key(self, municipality: str, connection: str) -> str:
        key = hmac.digest(self._secret.encode(), _PURPOSE, "sha256")
        return hmac.new(key, f"{municipality}/{connection}".encode(), "sha256").hexdigest()[:40]


def _why_unread(answer: Answered | Failure) -> str | None:
    """None: it was read. Without what the vendor's server says beside: that may name persons."""
    match answer:
        case Answered(value=dict()):
            return None
        case Answered():
            return "answered with something that is no ticket"
        case NotTaken(reason=reason, status=None):
            return reason
        case NotTaken(reason=reason) | Misconfigured(reason=reason):
            return reason.partition(": ")[0]
    return "answered 410"


def _has_id(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("id"), str | int)
