"""One trace id follows a case from the report over Kafka to the vendor and back onto the timeline."""

import random
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.chaos.house import House
from tests.support.system import System


async def test_one_trace_spans_the_report_the_vendors_webhook_and_the_vendors_reply(house: House) -> None:
    trace = secrets.token_hex(16)
    ticket = await filed(house.system, trace)
    await house.evidence()  # all is quiet then

    said = await of_trace(house.system, trace)
    assert {"ticket.filed.v1", "timeline.entry_recorded.v1"} <= set(said["ticketing"])
    assert {"incident.opened.v1", "incident.ticket_linked.v1", "incident.assigned.v1"} <= set(said["routing"])
    assert {"handoff.offered.v1", "handoff.delivered.v1", "handoff.acknowledged.v1"} <= set(said["vendor-bridge"])
    assert {"notification.sent.v1"} <= set(said["notifier"])

    async with house.system.vendor() as http:
        received = [each for each in (await http.get("/api/deliveries")).json() if trace in (each["traceparent"] or "")]
    assert [each["type"] for each in received] == ["se.eskalera.handoff.offered.v1"]
    kinds = await recorded(house.system, trace)
    assert {"filed", "handed_over", "acknowledged"} <= kinds[ticket] | kinds["incident"]


async def filed(system: System, trace: str) -> str:
    """A report that goes to a vendor, of a day when nobody else reported, in a trace begun by the caller."""
    async with system.api("malarvik", "larare", "tickets:import") as http:
        report = {
            "title": "Skolportalen svarar inte",
            "school": "ekbacken",
            "service": "learning_platform",
            "source": "trace",
            "external_id": trace,
            "occurred_at": (datetime.now(UTC) - timedelta(hours=random.randint(6_000, 8_000))).isoformat(),
        }
        headers = {"traceparent": f"00-{trace}-{secrets.token_hex(8)}-01"}
        answer = await http.post("/tickets", json=report, headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def of_trace(system: System, trace: str) -> dict[str, list[str]]:
    """What each service said in this trace."""
    query = "SELECT type FROM outbox WHERE split_part(traceparent, '-', 2) = $1 ORDER BY id"
    return {
        service: [row["type"] for row in await system.rows(service, query, trace)]
        for service in ("ticketing", "routing", "vendor-bridge", "notifier")
    }


async def recorded(system: System, trace: str) -> dict[str, set[str]]:
    """Kinds of the entries recorded in this trace, by ticket; those of incidents under `incident`."""
    query = """
        SELECT e.case_id, e.content ->> 'kind' AS kind FROM outbox AS o
        JOIN entry AS e ON e.case_id = o.subject
         AND e.seq = (convert_from(o.value, 'UTF8')::jsonb -> 'entry' ->> 'seq')::int
        WHERE o.type = 'timeline.entry_recorded.v1' AND split_part(o.traceparent, '-', 2) = $1
    """
    found: dict[str, set[str]] = {"incident": set()}
    rows: list[dict[str, Any]] = await system.rows("ticketing", query, trace)
    for row in rows:
        case = row["case_id"] if row["case_id"].startswith("tk_") else "incident"
        found.setdefault(case, set()).add(row["kind"])
    return found
