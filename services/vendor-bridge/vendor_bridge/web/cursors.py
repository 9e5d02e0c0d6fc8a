"""Where a page of the queue ended, as part of an address. Not secret: what it may lead to is decided by the query."""

from datetime import datetime

from vendor_bridge.store.portal_reads import Place


def written(place: Place) -> str:
    due = place.due.isoformat() if place.due else ""
    return f"{due}~{place.urgency}~{place.at.isoformat()}~{place.id}"


def place(text: str | None) -> Place | None:
    """None for what was not written here: the list then begins anew."""
    parts = (text or "").split("~")
    try:
        due, urgency, at, id_ = parts
        found = Place(datetime.fromisoformat(due) if due else None, int(urgency), datetime.fromisoformat(at), id_)
    except ValueError:
        return None
    aware = found.at.tzinfo is not None and (found.due is None or found.due.tzinfo is not None)
    return found if aware and 0 <= found.urgency < 10 and id_.isprintable() else None
