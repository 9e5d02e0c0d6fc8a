"""Tables of the notifier, and all SQL."""
