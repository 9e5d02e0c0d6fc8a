"""Folds by whose events they take in; importing this fills the table."""

from routing.domain.folds import causes, escalation, others, own, works
from routing.domain.folds.table import FOLDS

__all__ = ["FOLDS", "causes", "escalation", "others", "own", "works"]
