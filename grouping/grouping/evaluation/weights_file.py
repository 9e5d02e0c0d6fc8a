"""Weights as a file of one's own: read with a sentence for what is wrong, written with a version of its numbers."""

import hashlib
import math
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from grouping import weights
from grouping.evaluation.stream import Bad
from grouping.weights import Weights

SECTIONS = ("shared", "triaged", "thing", "decision")


def read(text: str) -> Weights:
    """Weights from TOML; Bad where a number is missing, unknown or none. Those shipped say which there are."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Bad(f"not TOML: {error}") from error
    if not isinstance(raw.get("version"), str) or not raw["version"]:
        raise Bad("no version")
    return Weights(raw["version"], **{section: _section(raw, section) for section in SECTIONS})


def _section(raw: Mapping[str, Any], section: str) -> dict[str, float]:
    shipped, own = getattr(weights.load(), section), raw.get(section)
    if not isinstance(own, dict):
        raise Bad(f"no [{section}]")
    if missing := sorted(shipped.keys() - own.keys()):
        raise Bad(f"[{section}] lacks {', '.join(missing)}")
    if unknown := sorted(own.keys() - shipped.keys()):
        raise Bad(f"[{section}] has {', '.join(unknown)}, which this engine does not know")
    for name, value in own.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise Bad(f"[{section}] {name} is no number")
    return {name: own[name] for name in shipped}


def versioned(numbers: Weights, prefix: str = "tuned") -> Weights:
    """The same with a version that follows from the numbers, so that equal weights are called the same."""
    body = "".join(_lines(numbers))
    return Weights(
        f"{prefix}-{hashlib.sha256(body.encode()).hexdigest()[:10]}",
        numbers.shared,
        numbers.triaged,
        numbers.thing,
        numbers.decision,
    )


def written(numbers: Weights, notes: Iterable[str] = ()) -> str:
    """TOML; `notes` are comments at its head."""
    head = "".join(f"# {note}\n" for note in notes)
    return f'{head}version = "{numbers.version}"\n' + "".join(_lines(numbers))


def _lines(numbers: Weights) -> Iterable[str]:
    for section in SECTIONS:
        yield f"\n[{section}]\n"
        yield from (f"{name} = {value:g}\n" for name, value in getattr(numbers, section).items())
