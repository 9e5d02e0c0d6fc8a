"""Logarithms that have an end, so that one feature never outweighs all others."""

import math

_NEVER = -12.0
_SURE = 30.0


def log(value: float) -> float:
    """Natural; of what is next to nothing that of very little."""
    return max(math.log(value), _NEVER) if value > 0 else _NEVER


def sigmoid(odds: float) -> float:
    """The probability, 0–1, that log-odds stand for."""
    return 1 / (1 + math.exp(-max(-_SURE, min(_SURE, odds))))


def log_sigmoid(odds: float) -> float:
    """Its logarithm."""
    return -math.log1p(math.exp(-max(-_SURE, min(_SURE, odds))))
