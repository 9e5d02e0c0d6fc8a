"""N10: the recorded events, folded into an empty database, give the same tables and send nothing."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.db import create_engine
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from tests.conftest import MakeDatabase
from tests.integration.vendor_bridge.conftest import Bridge, DemoVendor, eventually, of_type
from tests.support.handoff_life import PLATFORM, Case, directory, directory_changed, received
from vendor_bridge import replay
from vendor_bridge.store import dump


async def dumped(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as conn:
        return (await dump(conn)).splitlines()


async def test_n10_a_replay_gives_the_same_tables_and_resends_nothing(
    bridge: Bridge, demo_vendor: DemoVendor, database: MakeDatabase
) -> None:
    heard: list[Event] = [directory_changed(), directory_changed(directory("hallsberg"))]

    async def hear(*events: Event) -> None:
        heard.extend(events)
        await bridge.take_in(*events)

    async def caught_up(expected: int) -> bool:
        done = (await bridge.stated_types()).count("handoff.acknowledged") >= expected
        return done and not await bridge.rows("SELECT 1 FROM delivery WHERE state = 'pending'")

    bridge.start_sending()
    case, other = Case(), Case("hallsberg", school="transtensskolan")
    await hear(*case.handed_over(note="Ring först."))
    await hear(*other.handed_over("vendor:sydnarke-it"))
    await eventually(lambda: caught_up(2))
    await hear(*case.filed("Samma"), case.linked(case.tickets[-1]))
    handoff = of_type(await bridge.stated(), v.HandoffOffered)[0].handoff
    await demo_vendor.act(handoff, "ask", text="Var?", ticket=case.tickets[0])

    async def asked() -> list[v.VendorInformationRequested]:
        return of_type(await bridge.stated(), v.VendorInformationRequested)

    question = (await eventually(asked))[0]
    await hear(*case.answered(case.tickets[0], question.question))
    await hear(*case.assigned(PLATFORM))
    await eventually(lambda: caught_up(3))
    await hear(*other.assigned("team:it-tekniker", "taken_back"), case.closed())
    await eventually(lambda: caught_up(3))
    await bridge.stop()
    await hear(*Case().handed_over())  # offered, not delivered when the record ends

    # The bridge' own facts reach the topic after all that caused them; here, as late as that allows.
    empty = create_engine(await database("chassis", "vendor_bridge"), name="replay")
    try:
        async with empty.begin() as conn:
            await replay.apply(conn, [received(event) for event in (*heard, *await bridge.stated())])
        assert await dumped(empty) == await dumped(bridge.engine)
        assert len(await dumped(empty)) > 30
        async with empty.connect() as conn:
            assert (await conn.exec_driver_sql("SELECT count(*) FROM outbox")).scalar_one() == 0
            owed = await conn.exec_driver_sql("SELECT webhook_id FROM delivery WHERE state = 'pending'")
            still = await bridge.rows("SELECT webhook_id FROM delivery WHERE state = 'pending'")
            assert [row.webhook_id for row in owed] == [row.webhook_id for row in still]
            assert len(still) == 1
    finally:
        await empty.dispose()


@pytest.mark.parametrize("is_known", [True, False], ids=["solved, then asked", "asked, then solved"])
async def test_r8_nothing_is_open_in_what_is_solved_whichever_the_bridge_heard_first_and_a_replay_knows_the_same(
    bridge: Bridge, database: MakeDatabase, is_known: bool
) -> None:
    case = Case()
    directories = (directory_changed(), directory_changed(directory("hallsberg")))
    heard: list[Event] = [*directories, *case.handed_over(), case.resolved()]
    await bridge.take_in(*heard[: None if is_known else -1])
    (offered,) = of_type(await bridge.stated(), v.HandoffOffered)
    for ticket in ({"ticket": case.tickets[0]}, {}):
        asked = await bridge.say("demo-vendor", "information_requested", handoff=offered.handoff, text="Var?", **ticket)
        assert asked.json() == {"status": "stored"} | ({} if is_known else {"question": asked.json().get("question")})
    await bridge.take_in(heard[-1])
    (row,) = await bridge.rows("SELECT questions FROM handoff")
    assert [question["open"] for question in row.questions.values()] == ([] if is_known else [False, False])
    answers = await bridge.rows("SELECT webhook_id FROM delivery WHERE kind = 'answered'")
    assert len(answers) == len(row.questions)

    empty = create_engine(await database("chassis", "vendor_bridge"), name="replay")
    try:
        async with empty.begin() as conn:
            await replay.apply(conn, [received(event) for event in (*heard, *await bridge.stated())])
        assert await dumped(empty) == await dumped(bridge.engine)
    finally:
        await empty.dispose()
