"""How the ways to vendors stand, found out and told: what the installation lacks is known before anything is sent.

Told at most once a round and connection, by whichever process looks first.
"""

import asyncio
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Final, get_args

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import logs, outbox
from contracts import ids
from contracts.values import ConnectionHealth
from vendor_bridge import metrics
from vendor_bridge.domain.context import Context
from vendor_bridge.domain.control import stands
from vendor_bridge.domain.fold import fold
from vendor_bridge.domain.health import UNINVITED, Key, Standing, counted_as, health_of, is_news
from vendor_bridge.events import outgoing
from vendor_bridge.profiles import ByProfile
from vendor_bridge.store import connections, deliveries, world
from vendor_bridge.store.directories import Directories, Way

CHECK_EVERY: Final = 60.0
"""Seconds between looks whether anything can be sent at all, since names move; what cannot is looked at each round."""
CHECKED_REST: Final = timedelta(seconds=90)
"""Longer than until the next look."""

log = logs.get(__name__)


class Standings:
    """Looks at every connection of every directory."""

    def __init__(self, engine: AsyncEngine, directories: Directories, profiles: ByProfile) -> None:
        self._engine = engine
        self._directories = directories
        self._profiles = profiles
        self._checked: dict[Key, tuple[Way, float]] = {}
        """What was looked at, and when again."""

    async def look(self) -> bool:
        """One round; False: there is no more to do at once."""
        async with self._engine.connect() as conn:
            ways = {(way.municipality, way.connection.name): way for way in await self._directories.all_ways(conn)}
        await self._check(ways)
        if ways:
            await self._tell(ways)
        return False

    async def _check(self, ways: dict[Key, Way]) -> None:
        """Ways that are new, changed, or not looked at for a while; no database is held while a name is resolved."""
        await asyncio.gather(*(self._check_one(key, way) for key, way in ways.items()))
        self._checked = {key: checked for key, checked in self._checked.items() if key in ways}

    async def _check_one(self, key: Key, way: Way) -> None:
        now, (known, again_at) = time.monotonic(), self._checked.get(key, (None, 0.0))
        if known == way and now < again_at:
            return
        if not way.connection.is_ready:
            fault: str | None = "the directory says no address"
        elif self._profiles.is_checkable(way):
            fault = await self._profiles.fault(way)
        else:
            return
        self._checked[key] = way, now + (CHECK_EVERY if fault is None else 0)
        await self._note(key, fault, is_new=known != way)

    async def _note(self, key: Key, fault: str | None, *, is_new: bool) -> None:
        at = datetime.now(UTC)
        async with self._engine.begin() as conn:
            if fault is None:
                if await connections.mended(conn, key):
                    await deliveries.turn_on(conn, *key)  # what failed before that is tried now
            else:
                await connections.misconfigured(conn, key, fault, at=at, until=at + CHECKED_REST)
        if fault is not None and is_new:
            log.error("connection_misconfigured", connection=key[1], municipality=key[0], reason=fault)

    async def _tell(self, ways: dict[Key, Way]) -> None:
        now = datetime.now(UTC)
        async with self._engine.connect() as conn:
            found = await connections.standings(conn, ways)
        self._measure(found, now)
        for key, standing in found.items():
            if is_news(standing, health_of(standing, now), now):
                await self._tell_one(key, ways[key])

    async def _tell_one(self, key: Key, way: Way) -> None:
        now = datetime.now(UTC)
        async with self._engine.begin() as conn:
            loaded = await world.load_connection(conn, key, self._directories, now)
            standing = loaded.standings[key]
            if not is_news(standing, health_of(standing, now), now):
                return  # another process was first
            event = stands(standing, way.vendor, Context(ids.new("event"), key[0], now))
            fold(loaded, event)
            await world.save(conn, loaded)
            await outbox.add(conn, outgoing([event]))
        log.info("connection_stands", connection=key[1], municipality=key[0], health=event.health)

    def _measure(self, found: dict[Key, Standing], now: datetime) -> None:
        """By connection's name: two municipalities that use the same one have the same vendor."""
        for gauge in (metrics.BACKLOG, metrics.BACKLOG_AGE, metrics.SILENT, metrics.STORIES, metrics.STORY_AGE):
            gauge.clear()
        words = Counter(counted_as(standing, health_of(standing, now)) for standing in found.values())
        for word in (*get_args(ConnectionHealth), UNINVITED):
            metrics.CONNECTIONS.labels(word).set(words[word])
        for name in {key[1] for key in found}:
            same = [standing for key, standing in found.items() if key[1] == name]
            metrics.BACKLOG.labels(name).set(sum(standing.backlog for standing in same))
            metrics.BACKLOG_AGE.labels(name).set(max(_seconds(standing.oldest, now) for standing in same))
            metrics.SILENT.labels(name).set(max(_silent(standing, now) for standing in same))
            if stories := sum(standing.stories for standing in same):  # few connections are another Eskalera's
                metrics.STORIES.labels(name).set(stories)
                metrics.STORY_AGE.labels(name).set(max(_seconds(standing.stories_since, now) for standing in same))


def _silent(standing: Standing, now: datetime) -> float:
    """Seconds since a vendor that waits for messages took one, or since it waits."""
    if standing.oldest is None:
        return 0.0
    return _seconds(max(standing.oldest, standing.last_taken or standing.oldest), now)


def _seconds(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)
