"""Where a page of the queue ended, as part of an address. Not secret: what it may lead to is decided by the query."""

from datetime import datetime

from vendor_bridge.store.portal_reads import Place


def written(place: Place) -> str:
    return f"{place.urgency}~{place.at.isoformat()}~{place.id}"


def place(text: str | None) -> Place | None:
    """None for what was not written here: the list then begins anew."""
    parts = (text or "").split("~")
    try:
        urgency, at, id_ = parts
        found = Place(int(urgency), datetime.fromisoformat(at), id_)
    except ValueError:
        return None
    return found if found.at.tzinfo is not None and 0 <= found.urgency < 10 and id_.isprintable() else None
