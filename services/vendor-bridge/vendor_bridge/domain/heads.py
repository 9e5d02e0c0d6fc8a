"""Whether the heads that a vendor names are of the history it was handed.

ForeignHeads        a chain is not the hand-off's, or has no such entry
"""

from collections.abc import Iterable, Mapping

from contracts.values import Head
from vendor_bridge.domain.state import Handoff, World


class ForeignHeads(Exception):
    """A chain of another case, one that does not exist, an entry that never was: all look the same."""

    def __init__(self, cases: Iterable[str]) -> None:
        self.cases = tuple(cases)
        super().__init__(f"{len(self.cases)} heads are not of this hand-off")


def check(world: World, handoff: Handoff, named: Mapping[str, Head], hashes: Mapping[str, str]) -> None:
    """Any entry of a chain is a good head, the newest or not. Raises ForeignHeads.

    `hashes`: of each case the hash of the entry that has the named number, where the bridge has one.
    """
    handed = _chains_of(world, handoff)
    if foreign := [case for case, head in named.items() if case not in handed or hashes.get(case) != head.hash]:
        raise ForeignHeads(foreign)


def _chains_of(world: World, handoff: Handoff) -> set[str]:
    """Those of its story now, and those that it was told or is being told: a ticket may have moved on since."""
    incident = world.incidents.get(handoff.incident)
    chains = set(world.heads_of(incident.as_of(handoff.last_incident))) if incident is not None else set()
    chains.update(handoff.heads, handoff.last_heads or ())
    for delivery in world.pending(handoff.id):
        chains.update(delivery.heads or ())
    return chains
