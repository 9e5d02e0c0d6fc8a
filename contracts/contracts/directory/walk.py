"""For whom a policy is told in words."""

from dataclasses import dataclass

from contracts.directory.matrix import next_party
from contracts.directory.model import Directory
from contracts.directory.rules import Promises
from contracts.values import Promise


@dataclass(frozen=True, slots=True)
class Walk:
    """For whom a policy is told: nothing known, in general; else with the names and times of one kind of case."""

    directory: Directory
    school: str | None = None
    """Then `local` is said by name."""
    path: tuple[str, ...] = ()
    """Party ids in order, as the matrix answers; then "the next one" is said by name."""
    promises: Promises | None = None
    """Then shares of a clock are said as times."""
    closed: frozenset[str] = frozenset()
    """Vendors whom the case does not reach by being asked for (V8)."""
    alone: bool = False
    """It is one person's: nobody else reports it too, as an order."""
    answered: bool = False
    """The first of the path has said that it has the case, and is not asked to."""

    def after(self, holder: str, but: frozenset[str] = frozenset()) -> str | None:
        """Who has the case after `holder`: the next on the path, at last the coordinator; None after it."""
        return next_party(self.directory, self.path, holder, but)

    def never(self, clock: Promise | None) -> bool:
        """Whether a clock does not run for this kind of case, since nothing is promised."""
        if clock is None or clock == "public_sentence" or self.promises is None:
            return False
        return getattr(self.promises, clock) is None

    def has_answered(self, holder: str | None) -> bool:
        """Whether it is known that the holder has said that it has the case."""
        return self.answered and holder == self.path[0]
