"""Planned work: what everybody reads ahead, and who plans it."""
