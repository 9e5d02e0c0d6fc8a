"""What a ticket in a vendor's server names beside its words: schools, rooms, devices, and who reported it. Pure.

What was erased since is not in the story's `around`, and so it goes from the ticket as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contracts.bundle import Around, Bundle
from contracts.directory import Connection
from vendor_bridge.tmf import related
from vendor_bridge.tmf.related import Entity, Shown


def opened(story: Bundle, connection: Connection) -> dict[str, list[Shown]]:
    """In a new ticket."""
    return {
        "relatedParty": related.as_parties(_who(story.around, connection), connection.version),
        "relatedEntity": related.shaped(_where(story.around), connection.version),
    }


def changed(
    current: Mapping[str, Any], story: Bundle, connection: Connection, known: Sequence[str]
) -> Iterator[tuple[str, list[Shown]]]:
    """The lists of the ticket that are to be others."""
    version = connection.version
    entities = related.changed(current.get("relatedEntity"), _where(story.around), known, version)
    if entities is not None:
        yield "relatedEntity", entities
    who = _who(story.around, connection)
    parties = related.changed(current.get("relatedParty"), who, known, version, related.as_parties)
    if parties is not None:
        yield "relatedParty", parties


def marks(story: Bundle, connection: Connection, stage: str) -> list[str]:
    """`related.marks` of all of it."""
    return related.marks([*_where(story.around), *_who(story.around, connection)], stage)


def asked(before: Mapping[str, Any], story: Bundle, connection: Connection, known: Sequence[str]) -> list[str]:
    """`related.asked` of both lists."""
    told = related.asked(before.get("relatedEntity"), _where(story.around), known)
    return related.asked(before.get("relatedParty"), _who(story.around, connection), told)


def _where(around: Around) -> list[Entity]:
    return related.where([(place.school, place.name) for place in around.places], around.spots)


def _who(around: Around, connection: Connection) -> list[Entity]:
    """As the connection chose: persons, their schools, or nobody. Rooms stand among the entities, each by itself."""
    match connection.contact:
        case "person":
            names = {each.person: each.name for each in around.reporters}
            return [Entity(id_, name, "reporter", "Individual") for id_, name in names.items()]
        case "school":
            return [Entity(each.school, each.name, "reporter", "Organization") for each in around.places]
        case "none":
            return []
