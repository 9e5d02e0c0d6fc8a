"""The engine's numbers: one small versioned file beside this module."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Weights:
    """`shared`, `triaged`, `thing`: log-odds per unit of each feature; `decision`: probabilities, minutes, hours."""

    version: str
    shared: Mapping[str, float]
    triaged: Mapping[str, float]
    thing: Mapping[str, float]
    decision: Mapping[str, float]

    @property
    def engine(self) -> str:
        """The version of an engine that runs with them."""
        return f"cause-{self.version}"


@cache
def load() -> Weights:
    """The weights of this version of the engine."""
    return parse(resources.files(__package__).joinpath("weights.toml").read_text("utf-8"))


def parse(text: str) -> Weights:
    """Weights from TOML; KeyError or tomllib's error where they are not whole."""
    raw = tomllib.loads(text)
    return Weights(raw["version"], raw["shared"], raw["triaged"], raw["thing"], raw["decision"])
