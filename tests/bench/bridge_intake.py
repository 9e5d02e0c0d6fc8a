"""What a bridge process takes in of a vendor: messages at a fixed rate, and copies of one."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text
from standardwebhooks import Webhook

from tests.bench import cpu
from tests.bench.bare_client import BareClient, request
from tests.bench.bridge_house import House, a_process, house
from tests.support.handoff_life import WIFI, Case

HANDOFFS = 300
WARM = 200


@dataclass(frozen=True, slots=True)
class Vendor:
    """Who speaks: over which address, with which secret, of which hand-offs."""

    client: BareClient
    url: str
    webhook: Webhook
    handoffs: list[str]

    def said(self, name: str, n: int) -> bytes:
        """A whole signed request."""
        id_, at = f"{name}-{n}", datetime.now(UTC)
        data = {"handoff": self.handoffs[n % len(self.handoffs)], "text": f"Vi tittar på det ({id_})."}
        body = json.dumps({"type": "entry_added", "data": data})
        return request(
            self.url,
            body.encode(),
            {
                "content-type": "application/json",
                "webhook-id": id_,
                "webhook-timestamp": str(int(at.timestamp())),
                "webhook-signature": self.webhook.sign(id_, at, body),
            },
        )


async def taken_in(rate: float, seconds: float, copies: int) -> dict[str, float]:
    """A vendor's messages over HTTP into a process of its own."""
    count = round(rate * seconds)
    async with house() as here:
        await here.take_in([event for _ in range(HANDOFFS) for event in Case().handed_over(WIFI)])
        await here.settle()
        async with here.engine.connect() as conn:
            handoffs = list(await conn.scalars(text("SELECT id FROM handoff")))
        async with a_process(here) as url, BareClient(url) as client:
            vendor = Vendor(client, url, Webhook(here.key), handoffs)
            await client.at_rate([vendor.said("warm", n) for n in range(WARM)], 50)
            messages = [vendor.said("m", n) for n in range(count)]
            before = here.cpu()
            answers = await client.at_rate(messages, rate)
            each = cpu.each(before, here.cpu(), count)
            copied, copying = await copies_of_one(here, vendor, copies)
        effects = await here.count("SELECT count(*) FROM outbox WHERE type = 'vendor.entry_added.v1'")
    assert effects == WARM + count + 1, f"{effects} effects of {WARM + count + 1} messages"
    taken = sorted(answers)
    return {
        "rate": rate,
        "messages": count,
        "p50_ms": round(taken[len(taken) // 2] * 1000, 1),
        "p99_ms": round(taken[int(len(taken) * 0.99)] * 1000, 1),
        "max_ms": round(taken[-1] * 1000, 1),
        **{f"{part}_cpu_ms_each": figure for part, figure in each.items()},
        "copies": copies,
        "copies_per_second": round(copies / copied),
        **{f"copies_{part}_cpu_ms_each": figure for part, figure in copying.items()},
    }


async def copies_of_one(here: House, vendor: Vendor, copies: int) -> tuple[float, dict[str, float]]:
    """Seconds, and each part's CPU for one."""
    message = vendor.said("copied", 0)
    before, began = here.cpu(), time.perf_counter()
    await vendor.client.all([message] * copies)
    return time.perf_counter() - began, cpu.each(before, here.cpu(), copies)
