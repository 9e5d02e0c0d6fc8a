"""What the engine knows of one incident: its reports added up, and what people said about it.

Sums are whole numbers (thousandths), so that the same reports give the same profile in whatever order they came.
"""

import math
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from grouping.reading import Reading
from grouping.report import Kind

_THOUSANDTHS = 1000
_LEAST = -3.0
"""One report can't rule a service out: it may be the one that was misread."""
_MISREAD_TOGETHER = 0.4
"""Reports of one cause are not independent witnesses: n of them count as n to the power of 1 minus this."""
MOST_OF_THING = 6
"""An incident of more reports is no longer one thing's: sharing a room with one of them says little."""
_MOST_SHARED, _LEAST_SHARED = 2.5, -2.0


@dataclass(slots=True)
class Profile:
    """One incident, open or resolved."""

    incident: str
    kind: Kind
    school: str
    order: int
    """Which incident was opened before which."""
    scope: str | None = None
    """As raised or set by a person; None: only inferred."""
    service: str | None = None
    """As set by a person."""
    triaged: bool = False
    touched: bool = False
    confirmed: set[str] = field(default_factory=set)
    """Tickets that a person linked."""
    refused: int = 0
    """Times a person said that a report does not belong here."""
    resolved_at: datetime | None = None
    reach: float | None = None
    """How likely it reaches beyond its school: worked out when asked for, None after every change."""
    changes: int = 0
    """How often something changed that reports are compared with."""
    settled: dict[str, tuple[int, float]] = field(default_factory=dict)
    """How likely other incidents belong to this one, with their `changes` then; emptied by every change."""
    readings: dict[str, Reading] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    """When the faults occurred, in seconds, sorted."""
    order_of_time: list[tuple[float, str]] = field(default_factory=list)
    """The same with their tickets."""
    schools: Counter[str] = field(default_factory=Counter)
    reporters: Counter[str] = field(default_factory=Counter)
    rooms: Counter[str] = field(default_factory=Counter)
    assets: Counter[str] = field(default_factory=Counter)
    numbered: Counter[str] = field(default_factory=Counter)
    buildings: Counter[str] = field(default_factory=Counter)
    floors: Counter[str] = field(default_factory=Counter)
    symptoms: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    _parts: dict[str, "Profile"] = field(default_factory=dict)
    _said: Counter[str] = field(default_factory=Counter)
    _shared: int = 0
    _odds: float | None = None
    _services: Mapping[str, float] | None = None

    @property
    def lone(self) -> bool:
        """One report only."""
        return len(self.readings) == 1

    @property
    def clear(self) -> bool:
        """Whether it is about one fault: where the only report tells of two or of none, a person has to see or say."""
        return self.triaged or not self.lone or all(reading.clear for reading in self.readings.values())

    @property
    def blank(self) -> bool:
        """Lone, its report says nothing, and nobody has said what it is about."""
        return self.lone and not self.triaged and all(reading.blank for reading in self.readings.values())

    @property
    def newest(self) -> float:
        """When its last report's fault occurred, in seconds; 0 where it has none left."""
        return self.times[-1] if self.times else 0.0

    @property
    def shared(self) -> float:
        """Log-odds that the cause hits more than one person or thing, from the reports and from how many there are."""
        if self._odds is None:
            many = 1.1 * (len(self.reporters) - 1) + 1.5 * min(len(self.confirmed), 2) - 0.7 * min(self.refused, 2)
            each = self._shared / _THOUSANDTHS / math.sqrt(max(len(self.readings), 1))
            self._odds = max(-4.5, min(6.0, each + many))
        return self._odds

    def is_of_device(self, assets: Collection[str]) -> bool:
        """Whether at least two and most of its reports name one of these devices."""
        named = max((self.assets.get(asset, 0) for asset in assets), default=0)
        return named > 1 and 2 * named > len(self.readings)

    def add(self, reading: Reading, usual: Mapping[str, float]) -> None:
        """One more report. `usual`: how likely each service is before any report."""
        self.readings[reading.report.ticket] = reading
        insort(self.times, reading.report.occurred_at.timestamp())
        insort(self.order_of_time, (reading.report.occurred_at.timestamp(), reading.report.ticket))
        self._count(reading, usual, 1)

    def remove(self, ticket: str, usual: Mapping[str, float]) -> None:
        """The report is not here any more."""
        reading = self.readings.pop(ticket, None)
        if reading is not None:
            del self.times[bisect_left(self.times, reading.report.occurred_at.timestamp())]
            self.order_of_time.remove((reading.report.occurred_at.timestamp(), ticket))
            self._parts.pop(ticket, None)
            self._count(reading, usual, -1)

    def services(self, usual: Mapping[str, float]) -> Mapping[str, float]:
        """How likely each service is the cause."""
        if self._services is None:
            self._services = self._posterior(usual)
        return self._services

    def nearest(self, at: float, most: int, usual: Mapping[str, float]) -> Iterator["Profile"]:
        """The incident's reports nearest to a time, each as if it were alone. `at` in seconds."""
        here = bisect_left(self.order_of_time, (at, ""))
        for _, ticket in self.order_of_time[max(0, here - most) : here + most // 2]:
            part = self._parts.get(ticket)
            if part is None:
                part = self._parts[ticket] = Profile(self.incident, self.kind, self.school, self.order, self.scope)
                part.add(self.readings[ticket], usual)
            yield part

    def confirm(self, ticket: str) -> None:
        """A person linked it."""
        self.touched = True
        self.confirmed.add(ticket)
        self._changed()

    def refuse(self) -> None:
        """A person said that a report does not belong here."""
        self.refused += 1
        self._changed()

    def raised(self, scope: str) -> None:
        """It reaches further than was known."""
        self.scope = scope
        self._changed()
        self._parts.clear()

    def told(self, service: str | None, scope: str | None) -> None:
        """A person's triage."""
        self.service = service or self.service
        self.scope = scope or self.scope
        self.triaged = self.touched = True
        self._changed()
        self._parts.clear()

    def _changed(self) -> None:
        self._services = self.reach = self._odds = None
        self.changes += 1
        self.settled.clear()

    def _count(self, reading: Reading, usual: Mapping[str, float], sign: int) -> None:
        report, named = reading.report, reading.named
        for counter, values in (
            (self.schools, report.schools),
            (self.reporters, (report.reporter,)),
            (self.rooms, named.rooms),
            (self.assets, named.assets),
            (self.numbered, named.numbered),
            (self.buildings, (named.building,) if named.building else ()),
            (self.floors, (named.floor,) if named.floor else ()),
            (self.symptoms, reading.symptoms),
            (self.words, reading.words),
        ):
            for value in values:
                counter[value] += sign
                if not counter[value]:
                    del counter[value]
        for service, share in reading.services.items():
            before = usual.get(service)
            if before:
                # Above the least, which every service that a report does not speak for has: `_posterior` adds it.
                more = max(math.log(share / before), _LEAST) - _LEAST
                self._said[service] += sign * round(_THOUSANDTHS * more)
        self._shared += sign * round(_THOUSANDTHS * max(_LEAST_SHARED, min(_MOST_SHARED, reading.shared)))
        self._changed()

    def _posterior(self, usual: Mapping[str, float]) -> Mapping[str, float]:
        if self.service in usual:
            rest = 0.03 / max(len(usual) - 1, 1)
            return {service: 0.97 if service == self.service else rest for service in usual}
        reports = len(self.readings)
        damping = max(reports, 1) ** -_MISREAD_TOGETHER / _THOUSANDTHS
        least = round(_THOUSANDTHS * _LEAST) * reports
        likely = {
            service: before * math.exp(damping * (least + self._said.get(service, 0)))
            for service, before in usual.items()
        }
        whole = sum(likely.values())
        return {service: value / whole for service, value in likely.items()}
