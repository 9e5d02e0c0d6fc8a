"""Delivery that can be trusted: order, retries, breakers, and vendors that are down, gone, slow or hostile."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from chassis.db import DatabaseAway
from contracts.events import vendor_bridge as v
from tests.integration.vendor_bridge.conftest import (
    Bridge,
    DemoVendor,
    demo_vendor_at,
    eventually,
    of_type,
    served,
)
from tests.integration.vendor_bridge.stub_vendor import Stub
from tests.support.handoff_life import COORDINATOR, PLATFORM, WIFI, Case, directory, directory_changed
from vendor_bridge.delivery import EACH, Watch
from vendor_bridge.domain.retry import BreakerPolicy, Schedule
from vendor_bridge.store import deliveries
from vendor_bridge.store.deliveries import Claimed


async def came(stub: Stub, count: int) -> None:
    async def all_there() -> bool:
        return len(stub.came) >= count

    await eventually(all_there)


async def pending(bridge: Bridge) -> int:
    return len(await bridge.rows("SELECT 1 FROM delivery WHERE state = 'pending'"))


async def until_none_pending(bridge: Bridge) -> None:
    async def none() -> bool:
        return await pending(bridge) == 0

    await eventually(none)


async def test_a_vendor_that_was_down_gets_everything_in_order_once_it_is_up(
    bridge: Bridge, vendor_port: int, tmp_path: Any
) -> None:
    case = Case()
    bridge.start_sending()
    await bridge.take_in(*case.handed_over())

    async def tried_twice() -> bool:
        (row,) = await bridge.rows("SELECT attempts FROM delivery")
        return bool(row.attempts >= 2)

    await eventually(tried_twice)
    await bridge.take_in(case.entry("Nu också i aulan", "reporter", case=case.tickets[0]))
    await bridge.take_in(*case.assigned(PLATFORM))
    async with demo_vendor_at(bridge, vendor_port, tmp_path / "late.sqlite") as vendor:
        await until_none_pending(bridge)
        kinds = [(d["connection"], d["body"]["data"]["message"]) for d in vendor.casebook.deliveries()]
        assert [kind for name, kind in kinds if name == "demo-vendor"] == ["offered", "released"]
        assert [kind for name, kind in kinds if name == "demo-vendor-platform"] == ["offered"]
        assert all(case["problems"] == [] for case in vendor.casebook.cases())


async def test_a_later_message_never_overtakes_an_undelivered_one_and_other_incidents_do_not_wait(
    bridge: Bridge, vendor_port: int
) -> None:
    stub = Stub(status=503)
    async with served(stub.app(), vendor_port):
        stuck, other = Case(), Case()
        bridge.start_sending(breaker=BreakerPolicy(failures=10_000))
        await bridge.take_in(*stuck.handed_over())
        await came(stub, 2)
        await bridge.take_in(*stuck.assigned(COORDINATOR, "taken_back"))
        await asyncio.sleep(0.5)
        assert set(stub.kinds()) == {"offered"}
        stub.status = 200
        await bridge.take_in(*other.handed_over())
        await until_none_pending(bridge)
        of_stuck = [
            e["body"]["data"]["message"]
            for e in stub.came
            if e["body"]["data"]["subject"]["incident"] == stuck.incident
        ]
        assert [kind for kind in of_stuck if kind != "offered"] == ["taken_back"]
        assert of_stuck[-1] == "taken_back"


async def test_every_attempt_sends_the_same_id_and_the_same_bytes(bridge: Bridge, vendor_port: int) -> None:
    stub = Stub(status=500)
    async with served(stub.app(), vendor_port):
        case = Case()
        bridge.start_sending()
        await bridge.take_in(*case.handed_over())
        await came(stub, 2)
        await bridge.take_in(case.entry("Nytt sedan dess", "reporter", case=case.tickets[0]))
        stub.status = 200
        await until_none_pending(bridge)
        offers = [each for each in stub.came if each["body"]["data"]["message"] == "offered"]
        assert len({each["id"] for each in offers}) == 1
        assert len({each["raw"] for each in offers}) == 1
        assert stub.kinds(taken_only=True) == ["offered", "updated"]
        (delivered, updated) = of_type(await bridge.stated(), v.HandoffDelivered)
        assert delivered.webhook_id == offers[0]["id"]
        assert delivered.attempts == len(offers)
        assert updated.heads[case.tickets[0]].seq == 2


@pytest.mark.parametrize("status", [302, 307, 404, 500])
async def test_anything_but_2xx_is_a_failure_and_no_redirect_is_followed(
    bridge: Bridge, vendor_port: int, status: int
) -> None:
    stub = Stub(status=status, headers={"location": f"http://127.0.0.1:{vendor_port}/elsewhere"})
    async with served(stub.app(), vendor_port):
        await bridge.take_in(*Case().handed_over())
        await once(bridge)
        (row,) = await bridge.rows("SELECT attempts, last_status, last_error, state FROM delivery")
        assert (row.attempts, row.last_status, row.state) == (1, status, "pending")
        assert row.last_error == f"answered {status}: Nej."
        assert [each["path"] for each in stub.came] == ["webhooks/demo-vendor"]


async def once(bridge: Bridge, **more: Any) -> int:
    """One claim and its attempts, without the loop."""
    sender = bridge.sender(schedule=more.pop("schedule", Schedule()), **more)
    async with bridge.engine.begin() as conn:
        claimed = await deliveries.claim(conn, 1, limit=10, each=10, busy={})
    for message in claimed:
        await sender.send(message)
    return len(claimed)


async def test_retry_after_is_honoured(bridge: Bridge, vendor_port: int) -> None:
    async with served(Stub(status=429, headers={"retry-after": "3600"}).app(), vendor_port):
        await bridge.take_in(*Case().handed_over())
        await once(bridge)
        (row,) = await bridge.rows("SELECT due_at - now() AS wait FROM delivery")
        assert timedelta(minutes=59) < row.wait <= timedelta(hours=1)


async def test_a_vendor_that_answers_410_gets_nothing_more_until_it_is_turned_on(
    bridge: Bridge, vendor_port: int
) -> None:
    stub = Stub(status=410)
    async with served(stub.app(), vendor_port):
        first, second = Case(), Case()
        await bridge.take_in(*first.handed_over())
        assert await once(bridge) == 1
        await bridge.take_in(*second.handed_over())
        assert await once(bridge) == 0
        stub.status = 200
        async with bridge.engine.begin() as conn:
            await deliveries.turn_on(conn, "malarvik", "demo-vendor")
        bridge.start_sending()
        await until_none_pending(bridge)
        assert stub.kinds(taken_only=True) == ["offered", "offered"]


async def test_while_a_connection_rests_no_attempt_is_spent_and_one_probe_wakes_all_in_order(
    bridge: Bridge, vendor_port: int
) -> None:
    stub = Stub(status=503)
    breaker = BreakerPolicy(failures=2, rest=timedelta(seconds=0.6), longest_rest=timedelta(seconds=0.6))
    async with served(stub.app(), vendor_port):
        cases = [Case() for _ in range(20)]
        for case in cases:
            await bridge.take_in(*case.handed_over())
        sender = bridge.start_sending(breaker=breaker, schedule=Schedule())

        async def resting() -> bool:
            return bool(await bridge.rows("SELECT 1 FROM connection_health WHERE resting_until IS NOT NULL"))

        await eventually(resting)
        await asyncio.sleep(1.5)
        attempts = [row.attempts for row in await bridge.rows("SELECT attempts FROM delivery")]
        assert max(attempts) == 1
        assert sum(attempts) <= 8  # those that were on their way when the breaker opened

        async def probed() -> bool:
            """By what spends no attempt."""
            return bool(len(stub.came) > sum(attempts))

        await eventually(probed)
        stub.status = 200
        await until_none_pending(bridge)
        assert len(stub.kinds(taken_only=True)) == 20
        assert not await bridge.rows("SELECT 1 FROM connection_health")
        assert sender.is_alive()


async def test_a_vendor_that_hangs_does_not_slow_another(bridge: Bridge, vendor_port: int) -> None:
    stub = Stub(release=asyncio.Event(), only="demo-vendor")
    async with served(stub.app(), vendor_port):
        for _ in range(40):
            await bridge.take_in(*Case().handed_over(WIFI))
        bridge.start_sending()
        await came(stub, EACH)
        for _ in range(10):
            await bridge.take_in(*Case(service="learning_platform").handed_over(PLATFORM))

        async def all_delivered() -> bool:
            done = await bridge.rows("SELECT connection FROM delivery WHERE state = 'delivered'")
            return [row.connection for row in done] == ["demo-vendor-platform"] * 10

        await eventually(all_delivered)
        assert stub.most_hanging == EACH
        assert stub.release is not None
        stub.release.set()
        await until_none_pending(bridge)


async def test_r16_when_the_span_is_used_up_the_coordinator_gets_it_and_the_vendor_hears_it_once_it_is_back(
    bridge: Bridge, vendor_port: int, tmp_path: Any
) -> None:
    case = Case()
    await bridge.take_in(*case.handed_over())
    await once(bridge)
    watch = Watch(bridge.engine, bridge.outbound)
    await watch.look()
    assert of_type(await bridge.stated(), v.HandoffFailed) == []
    await bridge.rows("UPDATE delivery SET first_failed_at = now() - interval '92 hours'")
    await watch.look()
    await watch.look()
    (failed,) = of_type(await bridge.stated(), v.HandoffFailed)
    (row,) = await bridge.rows("SELECT webhook_id, state FROM delivery")
    assert (failed.webhook_id, row.state) == (row.webhook_id, "pending")
    await bridge.take_in(*case.assigned(COORDINATOR, "failed"))
    await bridge.rows("UPDATE delivery SET due_at = now()")
    async with demo_vendor_at(bridge, vendor_port, tmp_path / "late.sqlite") as vendor:
        bridge.start_sending()
        await until_none_pending(bridge)
        assert [d["body"]["data"]["message"] for d in vendor.casebook.deliveries()] == ["offered", "taken_back"]


async def test_r16_a_hand_off_ends_once_whatever_else_of_it_nobody_takes(bridge: Bridge) -> None:
    """Taken back, with an offer and its end still owed; two messages of one that is held; one that is solved."""
    case, held, solved = Case(), Case(), Case()
    await bridge.take_in(*case.handed_over(), *case.assigned(COORDINATOR, "taken_back"), *held.handed_over())
    await bridge.take_in(*solved.handed_over(), solved.resolved())
    (offered,) = [o for o in of_type(await bridge.stated(), v.HandoffOffered) if o.incident == held.incident]
    await bridge.say("demo-vendor", "information_requested", handoff=offered.handoff, text="Var?")
    (asked,) = of_type(await bridge.stated(), v.VendorInformationRequested)
    await bridge.take_in(held.answer_requested(asked.question))
    await bridge.rows("UPDATE delivery SET first_failed_at = now() - interval '92 hours'")
    assert len(await bridge.rows("SELECT 1 FROM delivery WHERE state = 'pending'")) == 5
    watch = Watch(bridge.engine, bridge.outbound)
    await watch.look()
    await watch.look()
    assert [failed.incident for failed in of_type(await bridge.stated(), v.HandoffFailed)] == [held.incident]


async def test_messages_behind_a_resting_connection_are_given_up_after_the_same_span(bridge: Bridge) -> None:
    case = Case()
    await bridge.take_in(*case.handed_over())
    await bridge.rows(
        "INSERT INTO connection_health (municipality, connection, failures, resting_until, changed_at)"
        " VALUES ('malarvik', 'demo-vendor', 9, 'infinity', now())"
    )
    watch = Watch(bridge.engine, bridge.outbound, Schedule(span=timedelta(seconds=0.3)))
    await watch.look()
    await asyncio.sleep(0.4)
    await watch.look()
    assert len(of_type(await bridge.stated(), v.HandoffFailed)) == 1


async def test_a_missing_secret_is_a_clear_state_and_its_arrival_is_enough(
    bridge: Bridge, vendor_port: int, tmp_path: Any
) -> None:
    file = tmp_path / "secrets.json"
    kept = file.read_text()
    file.write_text("{}")
    async with served(Stub().app(), vendor_port):
        await bridge.take_in(*Case().handed_over())
        await once(bridge)
        (health,) = await bridge.rows("SELECT trouble, detail FROM connection_health")
        assert health.trouble == "misconfigured"
        assert "'demo-vendor' is not known" in health.detail
        (row,) = await bridge.rows("SELECT attempts FROM delivery")
        assert row.attempts == 0
        file.write_text(kept)
        await bridge.rows("UPDATE connection_health SET resting_until = now()")
        await once(bridge)
        assert await pending(bridge) == 0


async def test_an_address_that_is_not_on_the_operators_list_is_never_called(bridge: Bridge, vendor_port: int) -> None:
    stub = Stub()
    async with served(stub.app(), vendor_port):
        bridge.webhook._allowed = frozenset()
        await bridge.take_in(*Case().handed_over())
        await once(bridge)
        (health,) = await bridge.rows("SELECT trouble FROM connection_health")
        assert health.trouble == "misconfigured"
        assert stub.came == []


async def test_a_connection_that_left_the_directory_is_not_called(bridge: Bridge, vendor_port: int) -> None:
    stub = Stub()
    async with served(stub.app(), vendor_port):
        await bridge.take_in(*Case().handed_over())
        content = directory()
        left = tuple(vendor for vendor in content.vendors if vendor.id != "network")
        await bridge.take_in(directory_changed(content.model_copy(update={"vendors": left})))
        await once(bridge)
        assert stub.came == []
        assert await pending(bridge) == 1


async def test_a_dead_workers_claim_is_free_at_once_and_a_living_ones_is_not(bridge: Bridge) -> None:
    await bridge.take_in(*Case().handed_over())
    async with bridge.engine.begin() as conn:
        assert len(await deliveries.claim(conn, 4711, limit=5, each=5, busy={})) == 1
    async with bridge.engine.connect() as alive:
        await alive.exec_driver_sql(f"SELECT pg_advisory_lock({deliveries.LOCK_CLASS}, 4711)")
        async with bridge.engine.begin() as conn:
            assert await deliveries.free_orphaned(conn) == 0
        await alive.exec_driver_sql(f"SELECT pg_advisory_unlock({deliveries.LOCK_CLASS}, 4711)")
    async with bridge.engine.begin() as conn:
        assert await deliveries.free_orphaned(conn) == 1
        assert len(await deliveries.claim(conn, 4712, limit=5, each=5, busy={})) == 1


async def test_trouble_of_our_own_database_spends_no_attempt_and_waits_for_no_schedule(
    bridge: Bridge, demo_vendor: DemoVendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = bridge.outbound.prepare_all
    refused: list[Sequence[Claimed]] = []

    async def away_once(some: Sequence[Claimed]) -> Any:
        if not refused:
            refused.append(some)
            raise DatabaseAway("no connection in time")
        return await prepare(some)

    monkeypatch.setattr(bridge.outbound, "prepare_all", away_once)
    await bridge.take_in(*Case().handed_over())
    bridge.start_sending(schedule=Schedule(waits=(timedelta(hours=1),)))
    await until_none_pending(bridge)
    assert refused
    (row,) = await bridge.rows("SELECT attempts, first_failed_at FROM delivery")
    assert (row.attempts, row.first_failed_at) == (1, None)


async def test_two_senders_deliver_each_message_once(bridge: Bridge, demo_vendor: DemoVendor) -> None:
    cases = [Case() for _ in range(30)]
    for case in cases:
        await bridge.take_in(*case.handed_over())
    bridge.start_sending()
    bridge.start_sending()
    await until_none_pending(bridge)
    received = demo_vendor.casebook.deliveries()
    assert len(received) == 30
    assert {delivery["times"] for delivery in received} == {1}
    assert (await bridge.stated_types()).count("handoff.delivered") == 30


async def test_the_assignments_entry_follows_as_a_delta_when_it_did_not_come_in_time(
    bridge: Bridge, demo_vendor: DemoVendor
) -> None:
    case = Case()
    opened = case.opened()
    assigned, told = case.assigned(WIFI)
    await bridge.take_in(*opened, assigned)
    assert await once(bridge) == 0
    await bridge.rows("UPDATE delivery SET due_at = now()")
    await once(bridge)
    await bridge.take_in(told)
    await once(bridge)
    first, second = (delivery["body"]["data"] for delivery in demo_vendor.casebook.deliveries())
    assert first["bundle"]["partial"] is True
    assert (second["message"], second["bundle"]["partial"]) == ("updated", False)
    held = demo_vendor.casebook.case(demo_vendor.handoffs()[0])
    assert held is not None
    assert held["problems"] == []
    assert held["heads"] == {id_: head.model_dump() for id_, head in case.heads.items()}


async def test_a_story_over_256_kb_goes_as_heads_digest_and_a_link_that_only_its_vendor_opens(
    bridge: Bridge, demo_vendor: DemoVendor
) -> None:
    case = Case()
    opened = case.opened()
    long = [case.entry("Ö" * 15_000, "reporter", case=case.tickets[0]) for _ in range(20)]
    await bridge.take_in(*opened, *long, *case.assigned(WIFI))
    await once(bridge)
    (delivery,) = demo_vendor.casebook.deliveries()
    data = delivery["body"]["data"]
    assert data["bundle"] is None
    assert data["bundle_link"]["bytes"] > 256 * 1024
    assert delivery["problems"] == []
    held = demo_vendor.casebook.case(data["handoff"])
    assert held is not None
    assert held["heads"] == {id_: head.model_dump() for id_, head in case.heads.items()}
    assert len(held["entries"]) == 22
