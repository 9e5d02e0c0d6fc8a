"""Tables of the notifier, and all SQL."""

from notifier.store.dump import dump

__all__ = ["dump"]
