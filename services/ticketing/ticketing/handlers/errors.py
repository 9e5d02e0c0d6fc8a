"""Why what somebody asks of ticketing is not done.

NotFound            there is no such thing, or none that this person may know of: the two look the same
NotAllowed          the case may be seen but not changed by this person
KeyReused           an idempotency key came again with another body
"""

from datetime import datetime

from contracts.values import Words
from ticketing.domain import further


class NotFound(Exception):
    """No such thing for this person; `what` is the kind that was asked for, whether there is one or not."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


class NotAllowed(Exception):
    """Seen, but not theirs to change."""


class KeyReused(Exception):
    """The same `Idempotency-Key` with another body."""


class AlreadyAnswered(Exception):
    """The question has its answer, or was never asked of this ticket."""


class AskedAlready(Exception):
    """The school has asked for it a short while ago; `again_at`: from when it may again, `again` in words."""

    def __init__(self, again_at: datetime, again: Words) -> None:
        self.again_at, self.again = again_at, again
        super().__init__(again_at)

    @property
    def at(self) -> datetime:
        """When it asked."""
        return self.again_at - further.AGAIN


class HoldsNoMore(Exception):
    """Written to a vendor that had the case and has it no more: nobody would read it."""


class WrongState(Exception):
    """The case is not where this step makes sense: confirming what is closed, reopening what is open."""


class NobodyToAsk(WrongState):
    """A vendor reported it, of which no word names a question that it answers (R8), or which has the case itself."""


class LastCoordinator(Exception):
    """Nobody else of the people file in force is the coordinator's: whoever is to go has to have a successor first."""
