"""Which tickets share a cause: pure, usable alone."""
