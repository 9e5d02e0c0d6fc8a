"""Random runs: some services die at random places or moments, under a random load; then the books are compared.

What a run does follows from its seed alone; what the machine does meanwhile does not. So a seed gives the same deaths
again, at nearly the same moments.
"""

import asyncio
import random
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.chaos.crash_points import deaths
from tests.chaos.evidence import Finding
from tests.chaos.house import House

LONGEST_WAIT = 15.0  # seconds until a crash point is passed that may not be passed at all


@dataclass(frozen=True)
class Blow:
    """One death: at a crash point (its nth passage), or at any moment (`point` None)."""

    service: str
    point: str | None
    after: float
    """Seconds into the run."""
    down: float
    """Seconds until somebody starts it again."""

    def __str__(self) -> str:
        where = self.point or "any moment"
        return f"{self.service} at {where}, {self.after:.1f} s in, {self.down:.1f} s down"


@dataclass(frozen=True)
class Plan:
    """What happens in one run."""

    seed: int
    rate: float
    blows: tuple[Blow, ...]

    @classmethod
    def of(cls, seed: int, services: tuple[str, ...]) -> "Plan":
        chance = random.Random(seed)
        possible = [death for death in deaths() if death.service in services]
        victims = chance.sample(services, chance.choice((1, 1, 1, 2, 2, 3)))
        blows = []
        for service in victims:
            death = chance.choice([death for death in possible if death.service == service])
            point = None if chance.random() < 0.25 else f"{death.point}:{chance.choice((1, 1, 2, 3, 5))}"
            blows.append(Blow(service, point, chance.uniform(0, 1.5), chance.choice((0.0, 0.2, 1.0, 2.5))))
        return cls(seed, chance.choice((5.0, 12.0, 25.0)), tuple(blows))


@dataclass
class Outcome:
    """One run as the report has it."""

    plan: Plan
    tickets: int = 0
    findings: list[Finding] = field(default_factory=list)

    def count(self, kind: str) -> int:
        return sum(finding.kind == kind for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        return {
            "seed": self.plan.seed,
            "rate": self.plan.rate,
            "blows": [asdict(blow) for blow in self.plan.blows],
            "tickets": self.tickets,
            "lost": self.count("lost"),
            "duplicated": self.count("duplicated"),
            "findings": [str(finding) for finding in self.findings],
        }


async def run(house: House, plan: Plan) -> Outcome:
    """Carry it out and compare. What cannot come to rest, or to life again, counts as lost."""
    outcome = Outcome(plan)
    before = len(house.load.acknowledged)
    house.load.rate = plan.rate
    try:
        async with house.load.running():
            await asyncio.gather(*(_strike(house, blow) for blow in plan.blows))
        outcome.findings = await house.findings()
    except* (AssertionError, OSError, RuntimeError) as errors:
        outcome.findings = [Finding("lost", f"{type(error).__name__}: {error}") for error in _flat(errors)]
    outcome.tickets = len(house.load.acknowledged) - before
    return outcome


def _flat(errors: BaseExceptionGroup[Any]) -> list[BaseException]:
    found: list[BaseException] = []
    for error in errors.exceptions:
        found += _flat(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found


async def _strike(house: House, blow: Blow) -> None:
    await asyncio.sleep(blow.after)
    if blow.point is None:
        house.system.kill(blow.service)
    else:
        house.system.arm(blow.service, blow.point)
        with suppress(AssertionError):  # not every passage comes: then it dies now
            await house.system.died(blow.service, LONGEST_WAIT)
        house.system.disarm(blow.service)
        house.system.kill(blow.service)
    await asyncio.sleep(blow.down)
    await house.system.start(blow.service)
