"""The body of a request comes at a least rate, or is not waited for.

Who sends a byte now and then would hold a connection, and what came of its body, for ever; nobody has to be signed in
for that. A slow line is not refused: what counts is that it goes on.
"""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

TOO_SLOW: Final = "The body of the request came too slowly, or stopped coming. Send it again."


class PacedBody:
    """The `receive` of one request.

    We wait for `seconds` at most; what comes gives waiting back, a second for each `bytes_per_second`, never more than
    there was. Only our waiting counts: what an application does with a part meanwhile is not the sender's delay.

    Raises HTTPException 408, which every application answers in its own shape; once `answered`, says that the sender
    is gone.
    """

    def __init__(self, receive: Receive, seconds: float, bytes_per_second: int) -> None:
        self.answered = False
        self.gave_up = False
        self._receive = receive
        self._most = self._left = seconds
        self._rate = bytes_per_second
        self._whole = False

    async def __call__(self) -> Message:
        if self._whole:
            return await self._receive()  # waits for the end of the connection, as long as that takes
        since = perf_counter()
        try:
            async with asyncio.timeout(self._left):
                message = await self._receive()
        except TimeoutError:
            self.gave_up = True
            if self.answered:
                return {"type": "http.disconnect"}
            raise HTTPException(408, TOO_SLOW) from None
        self._whole = not message.get("more_body", False)
        gained = len(message.get("body", b"")) / self._rate
        self._left = min(self._most, self._left - (perf_counter() - since) + gained)
        return message
