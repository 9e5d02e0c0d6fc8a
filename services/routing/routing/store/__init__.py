"""Tables of routing, and all SQL."""
