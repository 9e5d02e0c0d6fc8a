"""Vendors' people without a system: who may sign in, and what they are told by mail. Their pages are in `web`."""
