"""The profile of a vendor that has a TMF621 server: the case is a ticket there, opened and kept up by us."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import telemetry
from chassis.crashpoints import crash_point
from contracts.bundle import Bundle
from contracts.directory import Directory
from contracts.webhooks import Outgoing
from vendor_bridge.profiles import Letter, Misconfigured, NotTaken, Outcome, Taken
from vendor_bridge.store import remote as store
from vendor_bridge.store.directories import Directories, Way
from vendor_bridge.tmf import remote
from vendor_bridge.tmf.caller import Answered, Caller, Failure
from vendor_bridge.tmf.remote import Followed, Resource

TICKETS: Final = "/troubleTicket"
LOOK_SECONDS: Final = 3.0
"""For a look whether the vendor's server lets us in: other connections are looked at in the same round."""
CANNOT_SEARCH: Final = frozenset({400, 404, 405, 501})
"""How a server says that it knows no such search. Whatever else it answers says nothing of what is there."""
SOON: Final = timedelta(seconds=1)
"""After writing: what the vendor's server made of it is read once the message counts as delivered."""


class FollowProfile:
    """Every message is made so that it can be sent again: what is there already is not written twice (N2)."""

    def __init__(self, engine: AsyncEngine, directories: Directories, caller: Caller) -> None:
        self._engine = engine
        self._directories = directories
        self._caller = caller

    async def deliver(self, way: Way, letter: Letter) -> Outcome:
        with telemetry.span_from(letter.traceparent, f"deliver {letter.kind}", "client"):
            handoff = letter.message.data.handoff
            async with self._engine.connect() as conn:
                followed = await store.of(conn, handoff)
            if followed is None:
                return await self._open(way, letter)
            return await self._keep_up(way, letter, followed)

    async def test(self, way: Way, letter: Letter) -> Outcome:
        """Whether the vendor's server lets us look; nothing is written. If so its tickets are read at once."""
        answer = await self._caller.call(way, "GET", TICKETS, query={"limit": "1"})
        if not isinstance(answer, Answered):
            return answer
        async with self._engine.begin() as conn:
            await store.wake(conn, way.municipality, way.connection.name, None)
        return Taken(answer.status)

    async def fault(self, way: Way) -> str | None:
        """Also what the vendor's server says of our token; whatever else it answers is for the attempts to see."""
        if (fault := await self._caller.fault(way)) is not None:
            return fault
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                answer = await self._caller.call(way, "GET", TICKETS, query={"limit": "1"})
            if isinstance(answer, Misconfigured):
                return answer.reason
        return None

    async def _open(self, way: Way, letter: Letter) -> Outcome:
        """Opened once: one whose answer was lost is found again by the hand-off's id."""
        handoff = letter.message.data.handoff
        directory = await self._directory(way)
        followed = Followed(handoff, way.municipality, way.connection.name, "")
        known = remote.about_to_write(followed, *_said(letter), way.connection, {}, directory)
        found = await self._find(way, handoff)
        if not isinstance(found, Answered):
            return found  # a ticket may be there: one opened now could be its twin
        if found.value is not None:
            followed = self._followed(way, handoff, found.value)
            followed.known = known  # what is in it of ours is not the vendor's, whatever its server made of our names
            return await self._keep_up(way, letter, followed)
        body = remote.created(letter.message, letter.story, way.connection, directory)
        answer = await self._caller.call(way, "POST", TICKETS, body)
        if not isinstance(answer, Answered):
            return answer
        crash_point("tmf621.after_2xx")
        if not _is_ticket(answer.value):
            return NotTaken("answered without the id of a ticket", status=answer.status)
        followed = self._followed(way, handoff, answer.value)
        followed.known = known
        followed.known = remote.written(followed, *_said(letter), way.connection, answer.value)
        await self._saved(followed)
        return Taken(answer.status)

    async def _find(self, way: Way, handoff: str) -> Answered | Failure:
        """The ticket of this hand-off, value None where there is none. A server that cannot search has none."""
        name = "externalId" if way.connection.version == "v4" else "externalIdentifier.id"
        answer = await self._caller.call(way, "GET", TICKETS, query={name: handoff, "limit": "5"})
        if isinstance(answer, NotTaken) and answer.status in CANNOT_SEARCH:
            return Answered(answer.status, None)
        if not isinstance(answer, Answered):
            return answer
        if not isinstance(answer.value, list):
            return NotTaken("answered with something that is no list of tickets", answer.status)
        listed = answer.value
        own = [each for each in listed if _is_ticket(each) and remote.is_of(each, handoff)]
        return Answered(answer.status, own[0] if own else None)

    async def _keep_up(self, way: Way, letter: Letter, followed: Followed) -> Outcome:
        path = f"{TICKETS}/{quote(followed.id, safe='')}"
        read = await self._caller.call(way, "GET", path)
        if not isinstance(read, Answered):
            return read
        before: Resource = read.value if isinstance(read.value, dict) else {}
        current, directory = before, await self._directory(way)
        changed = remote.patch(letter.message, letter.story, way.connection, current, followed, directory)
        status = read.status
        if changed:
            followed.known = remote.about_to_write(followed, *_said(letter), way.connection, current, directory)
            await self._saved(followed)
            answer = await self._caller.call(way, "PATCH", path, changed)
            if not isinstance(answer, Answered):
                return answer
            crash_point("tmf621.after_2xx")
            status = answer.status
            if "status" in changed and isinstance(answer.value, dict):
                followed.status = remote.seen_state(answer.value)
            current = answer.value if isinstance(answer.value, dict) else {}
        followed.known = remote.written(followed, *_said(letter), way.connection, current, before)
        await self._saved(followed)
        return Taken(status)

    async def _directory(self, way: Way) -> Directory | None:
        async with self._engine.connect() as conn:
            return (await self._directories.of(conn, [way.municipality])).get(way.municipality)

    def _followed(self, way: Way, handoff: str, resource: Mapping[str, Any]) -> Followed:
        return Followed(handoff, way.municipality, way.connection.name, str(resource["id"]))

    async def _saved(self, followed: Followed) -> None:
        async with self._engine.begin() as conn:
            await store.save(conn, followed, datetime.now(UTC) + SOON)


def _said(letter: Letter) -> tuple[Outgoing, Bundle]:
    return letter.message, letter.story


def _is_ticket(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("id"), str | int) and bool(str(value["id"]).strip())
