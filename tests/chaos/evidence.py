"""All that four databases, the topic, the vendor and the mail catcher say, taken once everything is quiet."""

from dataclasses import dataclass
from typing import Any

from contracts.timeline import Broken, Entry
from tests.chaos.chains import Chains
from tests.chaos.outside import Mail, Mails
from tests.chaos.quiet import book
from tests.chaos.topic import Told, Topic
from tests.support.system import System

Row = dict[str, Any]


@dataclass(frozen=True)
class Finding:
    """Something that is not as it must be. `kind`: `lost` (or broken), or `duplicated`."""

    kind: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}"


@dataclass(frozen=True)
class Evidence:
    """Rows by service; chains by case."""

    tickets: list[Row]
    counters: list[Row]
    links: list[Row]
    incidents: list[Row]
    handoffs: list[Row]
    requests: list[Row]
    chains: dict[str, list[Entry]]
    broken: list[Broken]
    routings_tickets: list[Row]
    routings_links: list[Row]
    routings_incidents: list[Row]
    bridges_chains: list[Row]
    bridges_entries: dict[str, list[Entry]]
    bridges_handoffs: list[Row]
    deliveries: list[Row]
    inbound: list[Row]
    outboxes: dict[str, list[Row]]
    failed: dict[str, list[Row]]
    notifications: list[Row] | None
    mails: list[Mail]
    vendors_cases: list[Row]
    vendors_received: list[Row]
    told: dict[str, Told]


_OUTBOX = """
    SELECT id, event_id, type, key, subject, keys, caused_by, value, partition, "offset" FROM outbox
    WHERE topic = $1 OR topic IS NULL ORDER BY id
"""
_ENTRIES = "SELECT content::text FROM {} ORDER BY case_id, seq"
_FAILED = "SELECT event_id, type, state, reason FROM failed_message"


async def gather(system: System, topic: Topic, mails: Mails, chains: Chains) -> Evidence:
    """Everything as it lies now."""

    async def of(service: str, query: str, *values: Any) -> list[Row]:
        return await system.rows(service, query, *values)

    notifications = await of("notifier", "SELECT * FROM notification") if "notifier" in system.services else None
    recorded = chains.read(await of("ticketing", _ENTRIES.format("entry")))
    copied = chains.read(await of("vendor-bridge", _ENTRIES.format("chain_entry")))
    vendor = book(system)
    return Evidence(
        tickets=await of("ticketing", "SELECT * FROM ticket"),
        counters=await of("ticketing", "SELECT * FROM ticket_counter"),
        links=await of("ticketing", "SELECT ticket, incident FROM link WHERE unlinked_at IS NULL"),
        incidents=await of("ticketing", "SELECT * FROM incident"),
        handoffs=await of("ticketing", "SELECT * FROM handoff"),
        requests=await of("ticketing", "SELECT id, type, state FROM command"),
        chains=recorded,
        broken=chains.broken(recorded),
        routings_tickets=await of("routing", "SELECT id, incident FROM ticket"),
        routings_links=await of("routing", "SELECT ticket, incident FROM link WHERE unlinked_at IS NULL"),
        routings_incidents=await of("routing", "SELECT * FROM incident"),
        bridges_chains=await of("vendor-bridge", "SELECT * FROM chain"),
        bridges_entries=copied,
        bridges_handoffs=await of("vendor-bridge", "SELECT * FROM handoff"),
        deliveries=await of("vendor-bridge", "SELECT webhook_id, handoff, kind, state FROM delivery"),
        inbound=await of("vendor-bridge", "SELECT webhook_id, connection, handoff, effects FROM inbound"),
        outboxes={service: await of(service, _OUTBOX, system.topic) for service in system.services},
        failed={service: await of(service, _FAILED) for service in system.services},
        notifications=notifications,
        mails=mails.read(),
        vendors_cases=vendor.cases(),
        vendors_received=vendor.received(),
        told=await topic.read(),
    )
