"""How many messages a bridge process delivers, takes in, and catches up with: `python -m tests.bench.bridge_delivery`.

Real Postgres with fsync on; the vendor is a process that answers at once. Delivered: hand-offs of as many incidents,
each with its story, of one connection. Caught up with: a vendor that was offline for a week with a queue of changes of
a few hundred incidents, in their order, while another vendor's hand-offs go on. Built: the message of a case with a
thousand entries. Taken in: signed messages of a vendor at a fixed rate, over many hand-offs, and copies of one, by a
process of its own. CPU beside, by part: who asks and who answers share the machine with what is measured.
"""

import argparse
import asyncio
import json
import sys
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Final

import uvloop
from sqlalchemy import text

from chassis.collector import calm_collector
from tests.bench import cpu
from tests.bench.bridge_house import NAME, OTHER, house
from tests.bench.bridge_intake import taken_in
from tests.bench.results import Results
from tests.support.handoff_life import PLATFORM, WIFI, Case
from vendor_bridge.store.deliveries import Claimed

QUEUED_INCIDENTS = 250
OTHERS = 40
ENTRIES = 1000
BUNDLES = 7


async def delivered(count: int) -> dict[str, float]:
    """Hand-offs of one connection, one message each."""
    async with house() as here:
        for _ in range(0, count, 100):
            await here.take_in([event for _ in range(100) for event in Case().handed_over(WIFI)])
        await here.settle()
        async with here.sending():
            before, began = here.cpu(), time.perf_counter()
            await here.until_sent()
            seconds, after = time.perf_counter() - began, here.cpu()
        taken = await here.count("SELECT count(*) FROM delivery WHERE state = 'delivered'")
    each = cpu.each(before, after, taken)
    each["bridge"] = each.pop("measuring")
    return {
        "deliveries": taken,
        "per_second": round(taken / seconds),
        **{f"{part}_cpu_ms_each": figure for part, figure in each.items()},
    }


async def caught_up(count: int) -> dict[str, float]:
    """A week's changes, `count` messages of a few hundred incidents; how long it takes, and how another fares."""
    async with house() as here:
        cases = [Case() for _ in range(QUEUED_INCIDENTS)]
        await here.take_in([event for case in cases for event in case.handed_over(WIFI)])
        queued = QUEUED_INCIDENTS
        while queued < count:
            # An answer is a message of its own: nothing else carries it.
            for case in cases:
                vendor = PLATFORM if case.lead == WIFI else WIFI
                await here.take_in(case.assigned(vendor))
            queued = await here.count(
                f"SELECT count(*) FROM delivery WHERE connection = '{NAME}' AND state = 'pending'"
            )
        async with here.engine.begin() as conn:
            await conn.execute(
                text(f"UPDATE delivery SET state = 'absorbed' WHERE connection = '{OTHER}' AND state = 'pending'")
            )
            await conn.execute(
                text(
                    "UPDATE delivery SET first_failed_at = now() - interval '7 days', failed = true,"
                    " due_at = now() + interval '1 day'"
                )
            )
            await conn.execute(
                text(
                    "INSERT INTO connection_health (municipality, connection, failures, resting_until, changed_at)"
                    f" VALUES ('malarvik', '{NAME}', 99, now(), now())"
                )
            )
        await here.settle()
        async with here.sending():
            began, waits = time.perf_counter(), []
            back = asyncio.create_task(here.until_sent())
            for _ in range(OTHERS):
                await here.take_in(Case(service="learning_platform").handed_over(PLATFORM))
                since = time.perf_counter()
                await here.until_sent(OTHER, every=0.02)
                waits.append(time.perf_counter() - since)
            await back
            seconds = time.perf_counter() - began
        disordered = await here.count(
            "SELECT count(*) FROM (SELECT seq < lag(seq) OVER (PARTITION BY incident, connection ORDER BY delivered_at)"
            " AS back FROM delivery WHERE state = 'delivered') AS d WHERE back"
        )
    assert disordered == 0, f"{disordered} messages overtook another"
    return {
        "queued": queued,
        "seconds": round(seconds, 1),
        "per_second": round(queued / seconds),
        "another_waited_ms_at_most": round(max(waits) * 1000),
    }


async def built() -> dict[str, float]:
    """The message of a hand-off whose story has a thousand entries, made and kept as it goes at every attempt."""
    async with house() as here:
        cases = [Case() for _ in range(BUNDLES)]
        for case in cases:
            told = case.handed_over(WIFI)
            told += [case.entry(f"Nu gäller det sal B{n} också.", "reporters") for n in range(ENTRIES)]
            await here.take_in(told)
        async with here.engine.connect() as conn:
            rows = await conn.execute(text("SELECT webhook_id, municipality, connection, incident FROM delivery"))
            owed = [Claimed(**row, probes=False) for row in rows.mappings()]
        assert len(owed) == BUNDLES
        seconds = []
        for claimed in owed[1:-1]:  # one before, to warm up
            began = time.perf_counter(), time.process_time()
            ready = await here.outbound.prepare(claimed)
            seconds.append((time.perf_counter() - began[0], time.process_time() - began[1]))
            assert ready is not None
            assert sum(len(chain.entries) for chain in ready[0].story.chains) > ENTRIES
        tracemalloc.start()
        await here.outbound.prepare(owed[-1])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        size = await here.count("SELECT max(length(bundle)) FROM delivery")
    return {
        "entries": ENTRIES,
        "kilobytes": round(size / 1000),
        "ms": round(median(wall for wall, _ in seconds) * 1000, 1),
        "cpu_ms": round(median(own for _, own in seconds) * 1000, 1),
        "memory_mb": round(peak / 1e6, 1),
    }


PARTS: Final = ("delivered", "caught-up", "built", "taken-in")


async def main(given: argparse.Namespace) -> dict[str, dict[str, float]]:
    parts: dict[str, Callable[[], Awaitable[dict[str, float]]]] = {
        "delivered": lambda: delivered(given.deliveries),
        "caught-up": lambda: caught_up(given.queued),
        "built": built,
        "taken-in": lambda: taken_in(given.rate, given.seconds, given.copies),
    }
    return {name: await measure() for name, measure in parts.items() if name in (given.parts or parts)}


def part(name: str) -> str:
    """One of what is measured; `choices` would refuse that none is named (Python 3.11)."""
    if name not in PARTS:
        raise argparse.ArgumentTypeError(f"is none of {', '.join(PARTS)}")
    return name


def found(figures: dict[str, dict[str, float]]) -> Results:
    lines = Results("bridge_delivery")
    if sent := figures.get("delivered"):
        lines.add("bridge delivers to a fast vendor", sent["per_second"], "messages/s", at_least=200)
        lines.add("the same: bridge's CPU", sent["bridge_cpu_ms_each"], "ms/message")
    if back := figures.get("caught-up"):
        lines.add(f"a week's {back['queued']:.0f} messages caught up with", back["seconds"], "s")
        lines.add("meanwhile another vendor waits at most", back["another_waited_ms_at_most"], "ms", at_most=2000)
    if large := figures.get("built"):
        lines.add(f"a message with {ENTRIES} entries is made", large["cpu_ms"], "ms of CPU", at_most=100)
        lines.add("the same: memory", large["memory_mb"], "MB", at_most=20)
    if heard := figures.get("taken-in"):
        lines.add(f"a vendor's messages at {heard['rate']:.0f}/s: p99", heard["p99_ms"], "ms", at_most=100)
        lines.add("the same: bridge's CPU", heard["bridge_cpu_ms_each"], "ms/message")
        lines.add("copies of one message", heard["copies_per_second"], "/s")
    return lines


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", type=part, metavar="PART", help=f"some of {', '.join(PARTS)}; all without")
    parser.add_argument("--deliveries", type=int, default=3000)
    parser.add_argument("--queued", type=int, default=5000)
    parser.add_argument("--rate", type=float, default=500)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--copies", type=int, default=10_000)
    calm_collector()  # as the service does
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as the service does
        figures = runner.run(main(parser.parse_args()))
    json.dump(figures, sys.stdout, indent=2)
    print()
    sys.exit(found(figures).missed())
