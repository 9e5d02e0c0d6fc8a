"""What a ticket's page tells of incidents: whether it is the ticket's own story, or of what it was linked to (R3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from contracts.timeline import Entry
from ticketing.domain.state import Incident, Link

Part = Literal["own", "before", "former"]
"""Of an entry: the ticket's own story, its incident's before it was linked there, or that of one it joined and left."""


@dataclass(frozen=True, slots=True)
class Story:
    """The chains that are merged."""

    link: Link | None = None
    """Why the ticket is where it is now."""
    until: Mapping[str, datetime] = field(default_factory=dict)
    """Up to when each incident that it has left is read."""
    since: Mapping[str, datetime] = field(default_factory=dict)
    """By incident: since when it belongs there."""
    left: frozenset[str] = frozenset()
    """Incidents that were there before it, and that it has left while they went on."""

    def part(self, entry: Entry) -> Part:
        if entry.case in self.left:
            return "former"
        since = self.since.get(entry.case)
        return "before" if since is not None and entry.at < since else "own"


def story_of(link: Link | None, former: Iterable[Link], known: Mapping[str, Incident]) -> Story:
    """`former`: where the ticket was before `link`; `known`: these incidents."""
    here = link.incident if link else None
    left = {each.incident: each for each in former if each.incident != here}
    joined = (
        case
        for case, each in left.items()
        if (one := known.get(case)) is not None and one.successor is None and one.opened_at < each.linked_at
    )
    return Story(
        link,
        {case: each.unlinked_at for case, each in left.items() if each.unlinked_at is not None},
        {each.incident: each.linked_at for each in ([link] if link else []) + list(left.values())},
        frozenset(joined),
    )
