"""A report that is compared with many incidents: what depends on it alone, worked out once."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter, mul

from grouping.around import QUIET, Around
from grouping.numbers import log_sigmoid
from grouping.reading import Reading
from grouping.services import Services

HOUR = 3600.0
SUPPORTED = 0.5
"""What a burst around adds to the belief that many are hit."""
_MOST_SUPPORT = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Sought:
    """The report, and what its municipality is like just now."""

    reading: Reading
    services: Services
    around: Around
    schools: int
    """How many the municipality has."""
    at: float
    """When the fault occurred, in seconds."""
    times: Sequence[float]
    """How many times likelier than usual the report is about each service that it may be about."""
    pick: Callable[[Mapping[str, float]], Iterable[float]]
    """Of how likely an incident is about each service, those that the report may be about, in the order of `times`."""
    wires: Sequence[tuple[str, float]]
    """Of these the services that are a school's network, with their `times`."""
    words: Sequence[str]
    symptoms: Sequence[str]
    """Both sorted: a sum of fractions depends on their order."""
    many_hit: float
    """That others are hit too: log-odds below certainty; above zero where it is likelier than not."""
    of_things: float
    """How likely it is about a thing, 0–1."""
    network: float
    """How much a school's network counts: it fails for all of it, likelier one cause in a burst of reports."""
    said: dict[tuple[str, str | None], float] | None = None
    """Where they are kept: the log-odds of one cause with single reports, by ticket and its incident's scope."""

    def ratio(self, likely: Mapping[str, float]) -> float:
        """How many times likelier than chance an incident, likely about these services, and the report are of one."""
        times: float = sum(map(mul, self.times, self.pick(likely)))
        return times


def seek(reading: Reading, services: Services, schools: int, around: Around = QUIET, *, again: bool = False) -> Sought:
    """`schools`: how many the municipality has; `around`: what else is reported, where the report is a new one.

    `again`: it will be compared with the same reports again.
    """
    usual = services.usual
    times = {service: share / usual[service] for service, share in reading.services.items()}
    return Sought(
        reading=reading,
        services=services,
        around=around,
        schools=schools,
        at=reading.report.occurred_at.timestamp(),
        times=list(times.values()),
        pick=_picker(list(times)),
        wires=[(service, often) for service, often in times.items() if service in services.networks],
        words=sorted(reading.words),
        symptoms=sorted(reading.symptoms),
        many_hit=log_sigmoid(reading.shared + SUPPORTED * around.support) + math.log(2),
        of_things=services.share_of(reading.services, "thing"),
        network=1 + min(around.support, _MOST_SUPPORT),
        said={} if again else None,
    )


def _picker(services: Sequence[str]) -> Callable[[Mapping[str, float]], Iterable[float]]:
    if len(services) > 1:
        return itemgetter(*services)
    return lambda likely: [likely[service] for service in services]
