"""A report that is compared with many incidents: what depends on it alone, worked out once."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from grouping.around import QUIET, Around
from grouping.numbers import log_sigmoid
from grouping.reading import Reading
from grouping.services import Services

HOUR = 3600.0
SUPPORTED = 0.5
"""What a burst around adds to the belief that many are hit."""
_MOST_SUPPORT = 2.0


@dataclass(frozen=True, slots=True)
class Sought:
    """The report, and what its municipality is like just now."""

    reading: Reading
    services: Services
    around: Around
    schools: int
    """How many the municipality has."""
    at: float
    """When the fault occurred, in seconds."""
    times: Sequence[tuple[str, float]]
    """Each service, with how many times likelier than usual the report is about it."""
    wires: Sequence[tuple[str, float]]
    """Those of them that are a school's network."""
    words: Sequence[str]
    symptoms: Sequence[str]
    """Both sorted: a sum of fractions depends on their order."""
    many_hit: float
    """That others are hit too: log-odds below certainty; above zero where it is likelier than not."""
    of_things: float
    """How likely it is about a thing, 0–1."""
    network: float
    """How much a school's network counts: it fails for all of it, likelier one cause in a burst of reports."""


def seek(reading: Reading, services: Services, schools: int, around: Around = QUIET) -> Sought:
    """`schools`: how many the municipality has; `around`: what else is reported, where the report is a new one."""
    times = [(service, share / services.usual[service]) for service, share in reading.services.items()]
    return Sought(
        reading=reading,
        services=services,
        around=around,
        schools=schools,
        at=reading.report.occurred_at.timestamp(),
        times=times,
        wires=[pair for pair in times if pair[0] in services.networks],
        words=sorted(reading.words),
        symptoms=sorted(reading.symptoms),
        many_hit=log_sigmoid(reading.shared + SUPPORTED * around.support) + math.log(2),
        of_things=services.share_of(reading.services, "thing"),
        network=1 + min(around.support, _MOST_SUPPORT),
    )
