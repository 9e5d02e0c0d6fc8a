"""What a vendor's system names beside a ticket that it creates: places, things and parties, kept and shown as it sent
them. Pure.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal

from contracts.events.vendor_bridge import Named
from vendor_bridge.domain.reports import Report
from vendor_bridge.tmf import change
from vendor_bridge.tmf.errors import Refused
from vendor_bridge.tmf.related import Entity

What = Literal["entity", "party"]
MOST: Final = 50
"""Of each list."""
LONGEST: Final = 200
_LISTS: Final[Mapping[What, tuple[str, str]]] = {
    "entity": ("relatedEntity", "entity"),
    "party": ("relatedParty", "partyOrPartyRole"),
}
"""The attribute, and where v5 puts what it is about one level down."""
_KNOWN: Final = frozenset({"id", "name", "role", "href", "partyId", "partyName"})
_KINDS: Final[Mapping[What, str]] = {"entity": "Entity", "party": "Party"}
"""v4 wants a type of each."""
_ROLE: Final = "related"
_ADDRESS: Final = re.compile(r"[!-~]+")


def named(given: Mapping[str, Any]) -> tuple[Named, ...]:
    """Of both lists. Raises Refused."""
    return tuple(one for what in _LISTS for one in _listed(given, what))


def shown(report: Report, what: What) -> list[Entity]:
    """Its own, each once."""
    found = (Named.model_validate(each) for each in report.named)
    told = [
        Entity(each.id, each.name or each.id, each.role or _ROLE, each.kind or _KINDS[what], each.href)
        for each in found
        if each.what == what
    ]
    return list(dict.fromkeys(told))


def without(ours: Iterable[tuple[str, str]], theirs: Iterable[Entity]) -> list[Entity]:
    """Those that are not shown anyway. `ours`: (role, id)."""
    there = set(ours)
    return [each for each in theirs if (each.role, each.id) not in there]


def _listed(given: Mapping[str, Any], what: What) -> Iterator[Named]:
    attribute, below = _LISTS[what]
    listed = given.get(attribute)
    if listed is None:
        return
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise Refused(400, f"{attribute} is a list of objects.")
    if len(listed) > MOST:
        raise Refused(400, f"{attribute} has more than {MOST} objects.")
    for each in listed:
        inner = each.get(below, {})
        if not isinstance(inner, dict):
            raise Refused(400, f"{attribute} is a list of objects.")
        yield _one({name: value for name, value in each.items() if name != below} | inner, attribute, what)


def _one(each: Mapping[str, Any], attribute: str, what: What) -> Named:
    for key in each:
        if key not in _KNOWN and not key.startswith("@"):
            raise Refused(400, f"{attribute} has id, name, role and href, and nothing else.")
    name = _text(each, attribute, "name") or _text(each, attribute, "partyName")
    id_ = _text(each, attribute, "id") or _text(each, attribute, "partyId") or name
    if id_ is None:
        raise Refused(400, f"{attribute} has an id or a name each.")
    href = _text(each, attribute, "href")
    if href is not None and not _ADDRESS.fullmatch(href):
        raise Refused(400, f"{attribute}: href is no address.")
    role, kind = _text(each, attribute, "role"), _text(each, attribute, "@referredType")
    return Named(what=what, id=id_, name=name, role=role, kind=kind, href=href)


def _text(each: Mapping[str, Any], attribute: str, name: str) -> str | None:
    found = change.text_of(f"{attribute}.{name}", each.get(name))
    if found is not None and len(found) > LONGEST:
        raise Refused(400, f"{attribute}: a text has more than {LONGEST} characters.")
    return found
