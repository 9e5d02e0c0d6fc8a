"""The portal profile: vendors' people look themselves. A message is taken as soon as they are told of it by mail.

Where nobody is invited yet nobody can have it: it waits, and is given back in the end, as with any vendor out of reach.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.reasons import NOBODY_INVITED
from vendor_bridge.profiles import Letter, Misconfigured, Outcome, Taken
from vendor_bridge.store import portal, portal_mails
from vendor_bridge.store.directories import Way

GATHERED: Final = timedelta(minutes=1)
"""How long small news waits for more of the same case."""
_OK: Final = 200


class PortalProfile:
    """What is told stands on the pages at once, since they are made of the bridge's own tables."""

    def __init__(self, engine: AsyncEngine, *, gathered: timedelta = GATHERED) -> None:
        self._engine = engine
        self._gathered = gathered

    async def deliver(self, way: Way, letter: Letter) -> Outcome:
        now, message = datetime.now(UTC), letter.message
        due = now + self._gathered if message.data.message == "updated" else now
        answer = message.data.answer
        told = "unanswered" if answer is not None and answer.unanswered else message.data.message
        async with self._engine.begin() as conn:
            people = await portal.people(conn, way.municipality, way.connection.name)
            if not people:
                return Misconfigured(_uninvited(way))
            await portal_mails.news(
                conn,
                [person.id for person in people],
                message.data.handoff,
                told,
                letter.id,
                now=now,
                due=due,
            )
        return Taken(_OK)

    async def fault(self, way: Way) -> str | None:
        """None once somebody of the vendor may sign in."""
        async with self._engine.connect() as conn:
            people = await portal.people(conn, way.municipality, way.connection.name)
        return None if people else _uninvited(way)


def _uninvited(way: Way) -> str:
    return f"{NOBODY_INVITED}; invite them: eskalera vendor invite {way.connection.name} -m {way.municipality}"
