"""What a decision costs: `python -m tests.bench.grouping_speed [--sizes 100,1000,10000,100000]`.

The demo municipality's texts, mixed anew: titles of one ticket with descriptions of another, at any school, over the
fortnight that the engine looks back. Every incident is open with one report, which is the most there can be. Each size
runs in a process of its own, whose memory is counted from before the engine was made. Then a start's rebuild from
100,000 retained tickets, and a storm: 5,000 reports of one outage in five minutes, at every school in many wordings.
Times are the process' own CPU, since the engine waits for nothing and a shared machine's clock says little.
"""

import argparse
import gc
import itertools
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psutil

from eskalera.grouping_tools import files
from grouping import Engine, Fact, Linked, Opened, Report, Resolved
from grouping.evaluation import Labelled, Truth, simulate
from grouping.evaluation.figures import percentile
from tests.bench.results import Results
from tests.support.directories import MUNICIPALITIES
from tests.support.servers import ROOT

P99_MS, AT, MEMORY_MB, REBUILD_SECONDS = 20, 10_000, 300, 60
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LOOK_BACK = timedelta(hours=336)
DECISIONS = 400
STORM, STORM_SECONDS = 5000, 300
BEGINNINGS = ("Skolportalen", "skolportalen", "SKOLPORTALEN", "Skol portalen", "Lärplattformen", "Skolportaln")
MIDDLES = ("ligger nere", "går inte att öppna", "svarar inte", "är nere", "laddar inte", "funkar inte", "kraschar")
ENDS = ("för alla lärare", "på hela skolan", "för hela klassen", "för någon hos oss", "i alla klasser", "för alla")


def texts() -> list[Report]:
    file = MUNICIPALITIES / "malarvik.tickets.jsonl"
    return [each.report for each in files.stream(file, files.surroundings("malarvik"))]


def reports(number: int, seed: int = 1) -> Iterator[Report]:
    """In time order, the last one now."""
    dice, known = random.Random(seed), texts()
    for nth in range(number):
        one, other = dice.choice(known), dice.choice(known)
        yield replace(
            one,
            ticket=f"{seed}-{nth}",
            kind="incident",
            description=other.description,
            school=dice.choice(known).school,
            reporter=f"person-{dice.randrange(2000)}",
            occurred_at=NOW - LOOK_BACK * (1 - (nth + 1) / number),
        )


def opened(report: Report) -> tuple[Fact, Fact]:
    incident = f"in_{report.ticket}"
    return Opened(incident, "incident", report.service or "other", report.school), Linked(incident, report)


def new_engine() -> Engine:
    return Engine(files.surroundings("malarvik"))


def at_size(number: int) -> dict[str, float]:
    """Milliseconds and megabytes with so many open incidents."""
    new_engine().decide(next(reports(1, seed=9)))  # lexicon and libraries are not this size's memory
    gc.collect()
    before = psutil.Process().memory_info().rss
    engine = new_engine()
    for report in reports(number):
        for fact in opened(report):
            engine.observe(fact)
    gc.collect()
    memory = _grown(before)
    taken, wall = [], time.perf_counter()
    for report in reports(DECISIONS, seed=2):
        now = replace(report, occurred_at=NOW)
        started = time.process_time()
        engine.decide(now)
        taken.append(time.process_time() - started)
    wall = time.perf_counter() - wall
    return {**_percentiles(taken), "memory_mb": memory, "wall_ms_each": 1000 * wall / DECISIONS}


def rebuild(number: int) -> dict[str, float]:
    """As a start does it: half of the incidents have several reports, half are resolved."""
    dice = random.Random(3)
    facts: list[Fact] = []
    incident, left = "", 0
    for report in reports(number):
        if not left:
            if incident and dice.random() < 0.5:
                facts.append(Resolved(incident, report.occurred_at))
            incident, left = f"in_{report.ticket}", dice.choice((1, 1, 1, 2, 3, 8))
            facts.append(Opened(incident, "incident", report.service or "other", report.school))
        facts.append(Linked(incident, report))
        left -= 1
    gc.collect()
    before, started, wall = psutil.Process().memory_info().rss, time.process_time(), time.perf_counter()
    engine = new_engine()
    for fact in facts:
        engine.observe(fact)
    seconds, wall = time.process_time() - started, time.perf_counter() - wall
    return {"seconds": seconds, "wall": wall, "incidents": len(engine), "memory_mb": _grown(before)}


def storm(number: int) -> dict[str, float]:
    """All that comes in is about one cause, and goes through the engine as in service."""
    dice = random.Random(4)
    schools = sorted({report.school for report in texts()})
    wordings = [" ".join(parts) for parts in itertools.product(BEGINNINGS, MIDDLES, ENDS)]
    stream = [
        Labelled(
            Report(
                ticket=f"{nth}",
                kind="incident",
                reporter=f"person-{nth}",
                title=dice.choice(wordings),
                school=dice.choice(schools),
                occurred_at=NOW + timedelta(seconds=STORM_SECONDS * nth / number),
            ),
            Truth("storm", "learning_platform", "municipality"),
        )
        for nth in range(number)
    ]
    started = time.process_time()
    run = simulate(new_engine(), stream)
    seconds = time.process_time() - started
    incidents = len({ticket.group_final for ticket in run.tickets})
    return {"incidents": incidents, "each_ms": 1000 * seconds / number}


def _percentiles(seconds: list[float]) -> dict[str, float]:
    ranked = sorted(seconds)
    return {"p50_ms": percentile(ranked, 0.5), "p99_ms": percentile(ranked, 0.99)}


def _grown(before: int) -> float:
    return (psutil.Process().memory_info().rss - before) / 1e6


def alone(*words: str) -> dict[str, float]:
    """One measurement in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.grouping_speed", *words]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout)
    print(" ".join(words).lstrip("-"), "  ".join(f"{name} {value:,.1f}" for name, value in figures.items()), flush=True)
    return figures


def main(sizes: list[int], tickets: int) -> Results:
    found = Results("grouping_speed")
    for size in sizes:
        figures = alone("--size", str(size))
        promised = size == AT
        where = f"at {size:,} open incidents"
        found.add(f"a decision {where}: p50", figures["p50_ms"], "ms")
        found.add(f"a decision {where}: p99", figures["p99_ms"], "ms", at_most=P99_MS if promised else None)
        found.add(f"an engine's memory {where}", figures["memory_mb"], "MB", at_most=MEMORY_MB if promised else None)
    figures = alone("--rebuild", str(tickets))
    found.add(f"rebuild of {tickets:,} tickets", figures["seconds"], "s", at_most=REBUILD_SECONDS)
    figures = alone("--storm", str(STORM))
    found.add(f"a storm of {STORM:,} reports in five minutes: incidents", figures["incidents"], "", at_most=1)
    found.add("each of its reports", figures["each_ms"], "ms")
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="100,1000,10000,100000")
    parser.add_argument("--tickets", type=int, default=100_000)
    for name in ("--size", "--rebuild", "--storm"):
        parser.add_argument(name, type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.size or given.rebuild or given.storm:
        one = at_size(given.size) if given.size else rebuild(given.rebuild) if given.rebuild else storm(given.storm)
        print(json.dumps(one))
        sys.exit(0)
    sys.exit(main([int(size) for size in given.sizes.split(",")], given.tickets).missed())
