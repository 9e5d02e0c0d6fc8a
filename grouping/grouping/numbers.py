"""Logarithms that have an end, so that one feature never outweighs all others."""

import math

_NEVER = -12.0
_NEXT_TO_NOTHING = math.exp(_NEVER)
SURE = 30.0


def log(value: float) -> float:
    """Natural; of what is next to nothing that of very little."""
    return math.log(value) if value > _NEXT_TO_NOTHING else _NEVER


def sigmoid(odds: float) -> float:
    """The probability, 0–1, that log-odds stand for."""
    return 1 / (1 + math.exp(-max(-SURE, min(SURE, odds))))


def log_sigmoid(odds: float) -> float:
    """Its logarithm."""
    if not -SURE < odds < SURE:
        odds = math.copysign(SURE, odds)
    return -math.log1p(math.exp(-odds))
