"""What no service can digest is set aside with its reason; everybody else goes on, and an operator puts it right."""

import json
import secrets
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from tests.chaos.quiet import lags
from tests.support.system import System, running_system
from tests.support.waiting import until

HUGE = 1_000_000  # bytes: what a topic takes at most, nearly

pytestmark = pytest.mark.chaos


@pytest.fixture(scope="module")
async def system(postgres: str, kafka: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    """Its own: dead letters stay for the record."""
    async with running_system(tmp_path_factory.mktemp("poison"), postgres=postgres, kafka=kafka) as system:
        yield system


POISON: Mapping[str, tuple[str | None, bytes, str]] = {
    "random bytes": (None, secrets.token_bytes(400), "the header ce_id is missing"),
    "random bytes that say they are a ticket": ("ticket.filed.v1", secrets.token_bytes(400), "the data is not JSON"),
    "an unknown type": ("ticket.levitated.v9", b"{}", "unknown type 'ticket.levitated.v9'"),
    "a huge record": ("ticket.filed.v1", b'"' + b"x" * HUGE + b'"', "the data is not a JSON object"),
    "half a ticket": ("ticket.filed.v1", b'{"municipality": "malarvik"}', "ticket.filed.v1: ticket: missing"),
}


@pytest.mark.parametrize("poison", POISON)
async def test_poison_becomes_a_dead_letter_with_its_reason_and_others_go_on(system: System, poison: str) -> None:
    type_, value, reason = POISON[poison]
    letter = await published(system, type_, value)
    ticket = await filed(system, f"Efter {poison}")
    assert await gets_an_incident(system, ticket)
    for service in ("routing", "vendor-bridge", "notifier"):
        assert await reasons(system, service, letter) == [("dead", reason)], service


async def published(system: System, type_: str | None, value: bytes) -> str:
    """Puts it on the partition of Mälarvik; its place, by which dead letters without an id are known."""
    about = {"ce_id": secrets.token_hex(8), "ce_source": "/eskalera/ticketing", "ce_type": type_,
             "ce_time": "2026-11-02T08:00:00Z", "ce_specversion": "1.0"}  # fmt: skip
    headers = [(name, text.encode()) for name, text in about.items() if text] if type_ else []
    async with AIOKafkaProducer(bootstrap_servers=system.brokers, max_request_size=2 * HUGE) as producer:
        place = await producer.send_and_wait(system.topic, value, key=b"malarvik", headers=headers)
    return f"{place.topic}/{place.partition}/{place.offset}"


async def reasons(system: System, service: str, letter: str) -> list[tuple[str, str]]:
    query = "SELECT state, reason FROM failed_message WHERE topic || '/' || partition || '/' || \"offset\" = $1"
    return [(row["state"], row["reason"]) for row in await system.rows(service, query, letter)]


async def filed(system: System, title: str) -> str:
    async with system.api("malarvik", "larare") as http:
        answer = await http.post("/tickets", json={"title": title, "school": "ekbacken", "service": "login"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def gets_an_incident(system: System, ticket: str) -> bool:
    """Whether routing decides about it in time, and everybody has read so far."""

    async def decided() -> bool:
        async with system.api("malarvik", "larare") as http:
            if (await http.get(f"/tickets/{ticket}")).json()["incident"] is None:
                return False
        behind, _ = await lags(system)
        return not any(behind.values())

    return await until(decided)


async def test_n3_a_handler_that_fails_parks_its_own_case_only_and_a_redrive_goes_in_order(system: System) -> None:
    await forbid(system)
    sick = await filed(system, "Det giftiga ärendet")
    well = await filed(system, "Ett friskt ärende")
    async with system.api("malarvik", "larare") as http:
        assert (await http.post(f"/tickets/{sick}/withdraw")).status_code == 204
    assert await gets_an_incident(system, well)

    letters = await listed(system)
    assert [(letter["type"], letter["state"], letter["keys"]) for letter in letters] == [
        ("ticket.filed.v1", "retrying", [sick]),
        ("ticket.withdrawn.v1", "parked", [sick]),
    ]
    assert letters[0]["reason"].startswith("IntegrityError")
    assert "giftig" not in json.dumps(letters), "a reason quotes nobody"
    shown = json.loads(await system.command("dlq", "show", letters[0]["id"]))
    assert "Det giftiga ärendet" in shown["value"]

    await use_up_its_tries(system, letters[0]["id"])
    assert (await listed(system))[0]["state"] == "dead"
    assert await announced(system) == {
        "id": letters[0]["id"],
        "type": "ticket.filed.v1",
        "reason": letters[0]["reason"],
    }

    await system.rows("routing", "ALTER TABLE ticket DROP CONSTRAINT no_poison")
    redriven = json.loads(await system.command("dlq", "redrive", "--service", "routing", "--json"))
    assert letters[0]["id"] in [letter["id"] for letter in redriven]
    assert await gets_an_incident(system, sick)
    assert await listed(system) == []
    (known,) = await system.rows("routing", "SELECT state FROM ticket WHERE id = $1", sick)
    assert known["state"] == "withdrawn", "what was parked behind it came after it"


async def forbid(system: System) -> None:
    await system.rows(
        "routing", "ALTER TABLE ticket ADD CONSTRAINT no_poison CHECK (title NOT LIKE '%giftig%') NOT VALID"
    )


async def listed(system: System) -> list[dict[str, Any]]:
    """What `eskalera dlq list` says of routing, without the poison of the tests before."""
    letters = json.loads(await system.command("dlq", "list", "--service", "routing", "--json"))
    return [letter for letter in letters if letter["keys"]]


async def use_up_its_tries(system: System, letter: str) -> None:
    """An hour's waiting, left out: its last try is now."""
    await system.rows("routing", "UPDATE failed_message SET attempts = 4, due_at = now() WHERE event_id = $1", letter)
    dead = "SELECT 1 FROM failed_message WHERE event_id = $1 AND state = 'dead'"
    await until(lambda: system.rows("routing", dead, letter))


async def announced(system: System) -> dict[str, str]:
    """The last dead letter that routing told the outside of: never more than this (R20)."""
    place = TopicPartition(f"{system.topic}.dlq.routing", 0)
    await until(lambda: everything_sent(system))
    consumer = AIOKafkaConsumer(bootstrap_servers=system.brokers)
    await consumer.start()
    try:
        consumer.assign([place])
        (end,) = (await consumer.end_offsets([place])).values()
        consumer.seek(place, end - 1)
        record = await consumer.getone()
    finally:
        await consumer.stop()
    told: dict[str, str] = json.loads(record.value)
    return told


async def everything_sent(system: System) -> bool:
    return not await system.rows("routing", "SELECT 1 FROM outbox WHERE sent_at IS NULL")
