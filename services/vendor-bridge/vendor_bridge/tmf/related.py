"""Where a case is and with which devices, as related entities: in our tickets and in a vendor's server alike. Pure."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from contracts.bundle import Spot

Version = Literal["v4", "v5"]
Shown = dict[str, Any]

WRITING: Final = "w:"
"""Within what is known of a followed ticket: an entity of ours that is being written."""
WRITTEN: Final = "r:"
"""One that was."""
ASKED: Final = "k:"
"""One that was to go: its server took that, and what it shows still it is not asked for again."""


@dataclass(frozen=True, slots=True)
class Entity:
    id: str
    name: str
    role: str
    kind: str
    href: str | None = None


def rooms(spots: Iterable[Spot]) -> list[tuple[str, str]]:
    """(id, name) of the rooms that reports name, each once; an id is its school's with the room's name."""
    return list(dict.fromkeys((f"{spot.school}/{spot.room}", spot.room) for spot in spots if spot.room))


def assets(spots: Iterable[Spot]) -> list[str]:
    """The tags of the devices that reports name, each once."""
    return list(dict.fromkeys(spot.asset for spot in spots if spot.asset))


def where(places: Iterable[tuple[str, str]], spots: Sequence[Spot]) -> list[Entity]:
    """`places`: (id, name) of the schools."""
    return [
        *(Entity(id_, name, "place", "GeographicSite") for id_, name in places),
        *(Entity(id_, name, "room", "GeographicLocation") for id_, name in rooms(spots)),
        *(Entity(tag, tag, "affectedResource", "Resource") for tag in assets(spots)),
    ]


def shaped(entities: Iterable[Entity], version: Version) -> list[Shown]:
    """v5 puts what an entity is one level down."""
    return [_v4(each) if version == "v4" else _v5(each) for each in entities]


def as_parties(parties: Iterable[Entity], version: Version) -> list[Shown]:
    """The same of who is a party."""
    return [_v4(each) if version == "v4" else _v5_party(each) for each in parties]


def _v4(one: Entity) -> Shown:
    return {"id": one.id, "name": one.name, "role": one.role, "@referredType": one.kind} | _at(one)


def _v5(one: Entity) -> Shown:
    entity = {"id": one.id, "name": one.name, "@type": "EntityRef", "@referredType": one.kind} | _at(one)
    return {"role": one.role, "entity": entity, "@type": "RelatedEntity"}


def _v5_party(one: Entity) -> Shown:
    party = {"id": one.id, "name": one.name, "@type": "PartyRef", "@referredType": one.kind} | _at(one)
    return {"role": one.role, "partyOrPartyRole": party, "@type": "RelatedPartyRefOrPartyRoleRef"}


def _at(one: Entity) -> Shown:
    return {"href": one.href} if one.href else {}


def marks(entities: Iterable[Entity], stage: str) -> list[str]:
    """By which ours are known later, without their words. `stage`: `WRITING` or `WRITTEN`."""
    return [f"{stage}{_digest(each.role, each.id)}" for each in entities]


def changed(
    current: Any,
    entities: Iterable[Entity],
    known: Collection[str],
    version: Version,
    shaped: Callable[[Iterable[Entity], Version], list[Shown]] = shaped,
) -> list[Shown] | None:
    """What a ticket's list is to be: the vendor's own stay, ours are `entities`; None where it is that.

    One of ours that its server did not keep is not written again, and one that it did not let go not asked for again.
    """
    there = [each for each in current if isinstance(each, dict)] if isinstance(current, list) else []
    wanted = {_digest(each.role, each.id): each for each in entities}
    kept = [each for each in there if _digest_of(each) in wanted or not _is_to_go(_digest_of(each), known)]
    shown = set(map(_digest_of, kept))
    new = [each for digest, each in wanted.items() if digest not in shown and f"{WRITTEN}{digest}" not in known]
    return [*kept, *shaped(new, version)] if new or len(kept) < len(there) else None


def asked(current: Any, entities: Iterable[Entity], known: Collection[str]) -> list[str]:
    """`known` once a ticket that showed `current` was told that ours are `entities`."""
    wanted = {_digest(each.role, each.id) for each in entities}
    there = [each for each in current if isinstance(each, dict)] if isinstance(current, list) else []
    gone = {digest for each in there if (digest := _digest_of(each)) not in wanted and _is_to_go(digest, known)}
    back = {f"{ASKED}{digest}" for digest in wanted}
    return [*(mark for mark in known if mark not in back), *(f"{ASKED}{digest}" for digest in sorted(gone))]


def _is_to_go(digest: str, known: Collection[str]) -> bool:
    return _is_ours(digest, known) and f"{ASKED}{digest}" not in known


def _is_ours(digest: str, known: Collection[str]) -> bool:
    return f"{WRITING}{digest}" in known or f"{WRITTEN}{digest}" in known


def _digest_of(shown: Mapping[str, Any]) -> str:
    entity = shown.get("entity", shown.get("partyOrPartyRole"))
    return _digest(shown.get("role"), (entity if isinstance(entity, dict) else shown).get("id"))


def _digest(role: Any, id_: Any) -> str:
    return hashlib.sha256(f"{role}\n{id_}".encode()).hexdigest()[:24]
