"""Tables of the notifier, and all SQL."""

from notifier.store.dumps import dump

__all__ = ["dump"]
