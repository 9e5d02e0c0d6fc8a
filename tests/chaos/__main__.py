"""Kill services at random and count what was lost or doubled.

    python -m tests.chaos --runs N [--seed S] [--report FILE]

Run n has the seed S + n - 1; `--runs 1 --seed X` does again what the run with seed X did. The report has one JSON line
a run. The last line is `N runs, L lost, D duplicated`; exit code 1 when anything was.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from tests.chaos.house import House
from tests.chaos.runs import Outcome, Plan, run
from tests.support import servers
from tests.support.system import running_system

RUNS_OF_A_SYSTEM = 20
"""Then a fresh one: each comparison is over all that ever happened in it."""


async def main(runs: int, seed: int, tell: Callable[[Outcome], None]) -> None:
    """All runs, one after the other; a system in which something was found is not used again."""
    postgres, kafka = servers.postgres_url(), servers.kafka_bootstrap_servers()
    done = 0
    while done < runs:
        async with AsyncExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="eskalera-chaos-")))
            system = await stack.enter_async_context(running_system(folder, postgres=postgres, kafka=kafka))
            house = House.of(system, seed + done)
            for _ in range(min(RUNS_OF_A_SYSTEM, runs - done)):
                outcome = await run(house, Plan.of(seed + done, system.services))
                done += 1
                tell(outcome)
                if outcome.findings:
                    break


def command() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=None, help="of the first run; a random one by default")
    parser.add_argument("--report", type=Path, default=Path("artefacts/chaos.jsonl"))
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1_000_000)
    outcomes: list[Outcome] = []
    print(f"{options.runs} runs from seed {seed}; report: {options.report}", flush=True)
    options.report.parent.mkdir(parents=True, exist_ok=True)
    with options.report.open("w", encoding="utf-8") as report:

        def tell(outcome: Outcome) -> None:
            outcomes.append(outcome)
            report.write(json.dumps(outcome.as_json(), ensure_ascii=False) + "\n")
            report.flush()
            blows = "; ".join(map(str, outcome.plan.blows))
            print(f"  seed {outcome.plan.seed}: {outcome.tickets} tickets, {blows}", flush=True)
            for finding in outcome.findings:
                print(f"    {finding}", flush=True)

        asyncio.run(main(options.runs, seed, tell))
    lost, duplicated = (sum(outcome.count(kind) for outcome in outcomes) for kind in ("lost", "duplicated"))
    print(f"{len(outcomes)} runs, {lost} lost, {duplicated} duplicated")
    return 1 if lost or duplicated else 0


if __name__ == "__main__":
    sys.exit(command())
