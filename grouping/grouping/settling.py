"""Raising and settling: what a new report shows of the incidents before it."""

from typing import TYPE_CHECKING

from grouping.decision import Join, Outcome, Raise
from grouping.reading import Reading
from grouping.services import Services

if TYPE_CHECKING:
    from grouping.deciding import Knowledge


def settle(knowledge: "Knowledge", reading: Reading, outcome: Outcome) -> tuple[tuple[Join, ...], Raise | None]:
    """Lone incidents that now show to be the report's incident's, and whether that reaches further than was known."""
    return (), None


def scope_of(reading: Reading, services: Services) -> str:
    """How far the fault seems to reach, from the report alone."""
    return "person"
