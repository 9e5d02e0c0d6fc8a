"""How far each partition is done, told to Kafka a few times a second: a commit for each small batch would cost as much
as the batch. What a death leaves untold only comes again, and the inbox absorbs it.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from chassis import logs

_EVERY: Final = 0.2  # seconds
_PATIENCE: Final = 5.0  # seconds

log = logs.get(__name__)


class Offsets:
    """Of one consumer. Only what is in the database is noted here."""

    def __init__(self) -> None:
        self._done: dict[TopicPartition, int] = {}
        self._committed_at = 0.0

    def __bool__(self) -> bool:
        """Whether there is something to tell."""
        return bool(self._done)

    def note(self, place: TopicPartition, offset: int) -> None:
        """Everything of this partition before `offset` is done."""
        self._done[place] = offset

    async def commit_if_due(self, client: AIOKafkaConsumer) -> None:
        if time.monotonic() > self._committed_at + _EVERY:
            await self.commit(client)

    async def commit(self, client: AIOKafkaConsumer) -> None:
        """Tell it now. Another member may read a partition by now, or Kafka be away: nothing is lost by that.

        One partition that is not ours any more would have the offsets of all refused.
        """
        ours = client.assignment()
        done = {place: offset for place, offset in self._done.items() if place in ours}
        self._done = {}
        if not done:
            return
        self._committed_at = time.monotonic()
        try:
            async with asyncio.timeout(_PATIENCE):
                await client.commit(done)
        except (CommitFailedError, IllegalStateError, TimeoutError) as error:
            log.info("offsets_not_committed", error=type(error).__name__)
        except KafkaError as error:
            if not error.retriable:
                raise
            log.info("offsets_not_committed", error=type(error).__name__)
