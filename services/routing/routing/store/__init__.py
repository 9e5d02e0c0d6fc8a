"""Tables of routing, and all SQL."""

from routing.store.dumps import dump

__all__ = ["dump"]
