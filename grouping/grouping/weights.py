"""The engine's numbers: one small versioned file beside this module."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import NamedTuple

from grouping.features import Shared
from grouping.things import Thing


class Weighing(NamedTuple):
    """One hypothesis' weights, in the order of its features."""

    bias: float
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """`shared`, `triaged`, `thing`: log-odds per unit of each feature; `decision`: probabilities, minutes, hours."""

    version: str
    shared: Mapping[str, float]
    triaged: Mapping[str, float]
    thing: Mapping[str, float]
    decision: Mapping[str, float]
    of_shared: Weighing = field(init=False, repr=False, compare=False)
    of_triaged: Weighing = field(init=False, repr=False, compare=False)
    of_thing: Weighing = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, values, features in (
            ("of_shared", self.shared, Shared._fields),
            ("of_triaged", self.triaged, Shared._fields),
            ("of_thing", self.thing, Thing._fields),
        ):
            object.__setattr__(self, name, _weighing(values, features))

    @property
    def engine(self) -> str:
        """The version of an engine that runs with them."""
        return f"cause-{self.version}"


def _weighing(values: Mapping[str, float], features: Sequence[str]) -> Weighing:
    return Weighing(values["bias"], tuple(values.get(feature, 0.0) for feature in features))


@cache
def load() -> Weights:
    """The weights of this version of the engine."""
    return parse(resources.files(__package__).joinpath("weights.toml").read_text("utf-8"))


def parse(text: str) -> Weights:
    """Weights from TOML; KeyError or tomllib's error where they are not whole."""
    raw = tomllib.loads(text)
    return Weights(raw["version"], raw["shared"], raw["triaged"], raw["thing"], raw["decision"])
