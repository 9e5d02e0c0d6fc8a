"""Connections by hand: paused, resumed, sent once more, tried; what is logged and told of them."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from contracts import ids
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.values import Actor
from tests.integration.vendor_bridge.conftest import SECRET, Bridge, new_secret, of_type, served
from tests.integration.vendor_bridge.stub_vendor import Stub
from tests.integration.vendor_bridge.test_delivery import came, once, pending, until_none_pending
from tests.support.handoff_life import COORDINATOR, PLATFORM, WIFI, Case, directory, directory_changed
from vendor_bridge import by_hand, tokens
from vendor_bridge.delivery import Watch
from vendor_bridge.domain.retry import BreakerPolicy, Schedule
from vendor_bridge.errands import Errands
from vendor_bridge.limits import Buckets
from vendor_bridge.profiles import ByProfile, Preview
from vendor_bridge.standings import Standings
from vendor_bridge.store import dump

NAME, OTHER, M = "demo-vendor", "demo-vendor-platform", "malarvik"
BY = Actor(party=COORDINATOR, person="pe_samordnare")


def request(kind: Any, connection: str = NAME, **details: Any) -> Any:
    return kind(
        id=ids.new("event"),
        at=datetime.now(UTC),
        municipality=M,
        request_id=ids.new("request"),
        connection=connection,
        by=BY,
        **details,
    )


def profiles(bridge: Bridge) -> ByProfile:
    return ByProfile(bridge.profiles)


async def errands(bridge: Bridge) -> None:
    """All that people asked, done."""
    worker = Errands(bridge.engine, bridge.directories, profiles(bridge))
    while await worker.run_due():
        pass


async def asked(bridge: Bridge, kind: Any, connection: str = NAME, **details: Any) -> Any:
    """The answer to a command."""
    event = request(kind, connection, **details)
    await bridge.take_in(event)
    await errands(bridge)
    (answer,) = [said for said in await bridge.stated() if getattr(said, "request_id", None) == event.request_id]
    assert answer.caused_by == event.id
    return answer


async def told(bridge: Bridge, connection: str = NAME) -> list[v.ConnectionChanged]:
    changed = of_type(await bridge.stated(), v.ConnectionChanged)
    return [event for event in changed if event.connection == connection and event.municipality == M]


@asynccontextmanager
async def delivered(bridge: Bridge, port: int, count: int) -> AsyncIterator[Stub]:
    """A vendor that has taken these hand-offs."""
    stub = Stub()
    async with served(stub.app(), port):
        for _ in range(count):
            await bridge.take_in(*Case().handed_over())
            await once(bridge)
        assert len(stub.came) == count
        yield stub


async def test_while_it_is_paused_nothing_is_tried_and_resumed_all_goes_in_order(
    bridge: Bridge, vendor_port: int
) -> None:
    stub = Stub()
    async with served(stub.app(), vendor_port):
        case, other = Case(), Case(service="learning_platform")
        answer = await asked(bridge, t.ConnectionPauseRequested)
        assert (answer.health, answer.outcome.step, answer.by) == ("paused", "paused", BY)
        await bridge.take_in(*case.handed_over())
        await bridge.take_in(*case.assigned(COORDINATOR, "taken_back"))
        await bridge.take_in(*other.handed_over(PLATFORM))
        bridge.start_sending()
        await came(stub, 1)
        await asyncio.sleep(0.6)
        assert stub.kinds() == ["offered"]  # the other vendor's
        rows = await bridge.rows("SELECT attempts FROM delivery WHERE connection = :name", name=NAME)
        assert [row.attempts for row in rows] == [0, 0]

        again = await asked(bridge, t.ConnectionPauseRequested)
        assert (again.health, again.since, again.backlog) == ("paused", answer.since, 2)
        answer = await asked(bridge, t.ConnectionResumeRequested)
        assert (answer.outcome.step, answer.backlog) == ("resumed", 2)
        await until_none_pending(bridge)
        assert stub.kinds() == ["offered", "offered", "taken_back"]


async def test_r16_the_span_runs_while_it_is_paused_and_the_coordinator_reads_why(bridge: Bridge) -> None:
    await asked(bridge, t.ConnectionPauseRequested)
    await bridge.take_in(*Case().handed_over())
    watch = Watch(bridge.engine, bridge.outbound)
    await watch.look()
    await bridge.rows("UPDATE delivery SET first_failed_at = first_failed_at - interval '92 hours'")
    await watch.look()
    (failed,) = of_type(await bridge.stated(), v.HandoffFailed)
    assert "pausad" in failed.reason["sv"]
    assert await pending(bridge) == 1


async def test_a_pause_survives_a_restart_and_a_replay_makes_it_again(bridge: Bridge) -> None:
    await asked(bridge, t.ConnectionPauseRequested)
    async with bridge.engine.connect() as conn:
        assert f'"pause", "{M}", "{NAME}"' in await dump(conn)
    await asked(bridge, t.ConnectionResumeRequested)
    async with bridge.engine.connect() as conn:
        assert '"pause"' not in await dump(conn)


async def test_resuming_ends_a_vendors_410(bridge: Bridge, vendor_port: int) -> None:
    stub = Stub(status=410)
    async with served(stub.app(), vendor_port):
        await bridge.take_in(*Case().handed_over())
        await once(bridge)
        await look(bridge)
        disabled = (await told(bridge))[-1]
        assert (disabled.health, disabled.backlog) == ("disabled", 1)
        stub.status = 200
        answer = await asked(bridge, t.ConnectionResumeRequested)
        assert answer.health == "well"
        await once(bridge)
        assert await pending(bridge) == 0


async def test_one_message_is_sent_once_more_with_its_id_and_its_bytes(bridge: Bridge, vendor_port: int) -> None:
    async with delivered(bridge, vendor_port, 2) as stub:
        first = stub.came[0]
        answer = await asked(bridge, t.ConnectionResendRequested, message=first["id"])
        assert (answer.outcome.step, answer.outcome.messages, answer.outcome.status) == ("resent", 1, 200)
        assert (stub.came[2]["id"], stub.came[2]["raw"]) == (first["id"], first["raw"])
        assert (await bridge.stated_types()).count("handoff.delivered") == 2

        stub.status = 503
        answer = await asked(bridge, t.ConnectionResendRequested, message=first["id"])
        assert (answer.outcome.well, answer.outcome.detail) == (False, "answered 503: Nej.")


async def test_a_message_that_is_owed_goes_by_itself_and_at_once(bridge: Bridge, vendor_port: int) -> None:
    async with served(Stub(status=500).app(), vendor_port):
        await bridge.take_in(*Case().handed_over())
        await once(bridge)
        (row,) = await bridge.rows("SELECT webhook_id FROM delivery WHERE due_at > now()")
        answer = await asked(bridge, t.ConnectionResendRequested, message=row.webhook_id)
        assert (answer.outcome.well, answer.outcome.messages) == (True, 0)
        assert await bridge.rows("SELECT 1 FROM delivery WHERE due_at <= now()")


@pytest.mark.parametrize(
    ("kind", "details", "code"),
    [
        (t.ConnectionPauseRequested, {"connection": "no-such"}, "unknown_connection"),
        (t.ConnectionTestRequested, {"connection": "hallsberg-sydnarke-it"}, "unknown_connection"),
        (t.ConnectionResendRequested, {"message": "msg_0"}, "unknown_message"),
        (
            t.ConnectionReplayRequested,
            {"since": datetime(2020, 1, 1, tzinfo=UTC), "until": datetime(2020, 1, 2, tzinfo=UTC)},
            "nothing_to_send",
        ),
    ],
)
async def test_r4_what_cannot_be_done_is_refused_with_a_reason(
    bridge: Bridge, kind: Any, details: dict[str, Any], code: str
) -> None:
    answer = await asked(bridge, kind, **details)
    assert isinstance(answer, v.ConnectionRequestRefused)
    assert answer.code == code
    assert set(answer.reason) == {"sv", "en"}


async def test_nothing_is_sent_once_more_through_what_is_paused_but_it_can_be_tried(
    bridge: Bridge, vendor_port: int
) -> None:
    async with delivered(bridge, vendor_port, 1) as stub:
        await asked(bridge, t.ConnectionPauseRequested)
        answer = await asked(bridge, t.ConnectionResendRequested, message=stub.came[0]["id"])
        assert answer.code == "off"
        answer = await asked(bridge, t.ConnectionTestRequested)
        assert (answer.health, answer.outcome.well) == ("paused", True)
        assert len(stub.came) == 2


async def test_a_range_is_sent_once_more_in_its_order_under_the_same_ids_and_nothing_of_before_or_after(
    bridge: Bridge, vendor_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vendor_bridge.errands.SLICE", 2)
    async with delivered(bridge, vendor_port, 7) as stub:
        order = [each["id"] for each in stub.came]
        for nth, id_ in enumerate(order):
            await bridge.rows(
                "UPDATE delivery SET delivered_at = now() - make_interval(hours => :hours) WHERE webhook_id = :id",
                hours=10 - nth,
                id=id_,
            )
        now = datetime.now(UTC)
        since, until = now - timedelta(hours=9.5), now - timedelta(hours=4.5)
        answer = await asked(bridge, t.ConnectionReplayRequested, since=since, until=until)
        assert answer.outcome.messages == 5
        assert [each["id"] for each in stub.came[7:]] == order[1:6]
        assert (await bridge.stated_types()).count("handoff.delivered") == 7


async def test_a_replay_stops_at_the_first_that_is_not_taken_and_says_how_far_it_came(
    bridge: Bridge, vendor_port: int
) -> None:
    async with delivered(bridge, vendor_port, 3) as stub:
        taken = len(stub.came)

        now = datetime.now(UTC)
        stub.status = 503
        event = request(t.ConnectionReplayRequested, since=now - timedelta(hours=1), until=now + timedelta(hours=1))
        await bridge.take_in(event)
        await errands(bridge)
        answer = (await told(bridge))[-1]
        assert answer.outcome is not None
        assert (answer.outcome.well, answer.outcome.messages, answer.outcome.status) == (False, 0, 503)
        assert len(stub.came) == taken + 1


async def test_what_is_older_than_14_days_is_forgotten_but_that_it_was_taken_stays(
    bridge: Bridge, vendor_port: int
) -> None:
    async with delivered(bridge, vendor_port, 2) as stub:
        old, new = (each["id"] for each in stub.came)
        await bridge.rows("UPDATE delivery_attempt SET at = at - interval '15 days' WHERE webhook_id = :id", id=old)
        await bridge.rows(
            "UPDATE delivery SET delivered_at = delivered_at - interval '15 days' WHERE webhook_id = :id", id=old
        )
        await Watch(bridge.engine, bridge.outbound).look()
        rows = await bridge.rows("SELECT webhook_id, state, body IS NULL AS emptied FROM delivery ORDER BY seq")
        assert [(row.webhook_id, row.state, row.emptied) for row in rows] == [
            (old, "delivered", True),
            (new, "delivered", False),
        ]
        attempts = await bridge.rows("SELECT webhook_id FROM delivery_attempt")
        assert [row.webhook_id for row in attempts] == [new]
        assert (await asked(bridge, t.ConnectionResendRequested, message=old)).code == "unknown_message"


async def test_a_test_is_signed_belongs_to_no_case_and_wakes_what_rests(bridge: Bridge, vendor_port: int) -> None:
    stub = Stub(status=503)
    async with served(stub.app(), vendor_port):
        await bridge.take_in(*Case().handed_over())
        await once(bridge, breaker=BreakerPolicy(failures=1))
        answer = await asked(bridge, t.ConnectionTestRequested)
        assert (answer.health, answer.outcome.well, answer.outcome.status) == ("resting", False, 503)
        stub.status = 200
        answer = await asked(bridge, t.ConnectionTestRequested)
        assert (answer.health, answer.outcome.well, answer.outcome.status) == ("well", True, 200)
        sent = stub.came[-1]
        assert sent["body"]["type"] == "se.eskalera.connection.test.v1"
        assert sent["body"]["data"] == {
            "message": "test",
            "municipality": M,
            "connection": NAME,
            "text": sent["body"]["data"]["text"],
        }
        Webhook(bridge.secrets[NAME]).verify(sent["raw"], sent["headers"])
        await once(bridge)
        assert await pending(bridge) == 0


async def test_the_demo_vendor_takes_a_test_and_keeps_nothing_of_it(bridge: Bridge, demo_vendor: Any) -> None:
    answer = await asked(bridge, t.ConnectionTestRequested)
    assert answer.outcome.well
    assert demo_vendor.casebook.deliveries() == []


async def test_every_attempt_is_in_the_log_of_its_vendor_page_by_page(bridge: Bridge, vendor_port: int) -> None:
    stub = Stub(status=500)
    async with served(stub.app(), vendor_port):
        await bridge.take_in(*Case().handed_over())
        for status in (500, 503, 200):
            stub.status = status
            await bridge.rows("UPDATE delivery SET due_at = now()")
            await once(bridge)
        await bridge.take_in(*Case().handed_over())
        await once(bridge)
        headers = {"authorization": f"Bearer {tokens.issue(SECRET, NAME)}"}
        async with httpx.AsyncClient(trust_env=False, headers=headers) as client:
            first = (await client.get(f"{bridge.url}/deliveries?limit=3")).json()
            second = (await client.get(first["next"])).json()
            found = [*first["items"], *second["items"]]
            assert [(each["outcome"], each["status"]) for each in found] == [
                ("taken", 200),
                ("taken", 200),
                ("not_taken", 503),
                ("not_taken", 500),
            ]
            assert second["next"] is None
            assert found[3]["detail"] == "answered 500: Nej."
            assert (found[1]["detail"], found[1]["why"], found[1]["kind"]) == ("Nej.", "owed", "offered")
            one = found[3]["handoff"]
            of_one = (await client.get(f"{bridge.url}/deliveries", params={"handoff": one})).json()["items"]
            assert [each["handoff"] for each in of_one] == [one] * 3
            assert (await client.get(f"{bridge.url}/deliveries?limit=201")).status_code == 422
            assert (await client.get(f"{bridge.url}/deliveries", headers={"authorization": "x"})).status_code == 401
            other = {"authorization": f"Bearer {tokens.issue(SECRET, OTHER)}"}
            assert (await client.get(f"{bridge.url}/deliveries", headers=other)).json()["items"] == []
            theirs = await client.get(f"{bridge.url}/deliveries", headers=other, params={"handoff": one})
            assert theirs.json()["items"] == []


async def test_the_log_is_read_by_its_indexes(bridge: Bridge) -> None:
    await bridge.rows(
        "INSERT INTO delivery_attempt (webhook_id, municipality, connection, handoff, kind, why, at, seconds, outcome,"
        " detail) SELECT 'msg_' || n, 'malarvik', 'demo-vendor-' || n % 50, 'ho_' || n % 5000, 'offered', 'owed',"
        " now(), 0.1, 'taken', '' FROM generate_series(1, 50000) AS n"
    )
    await bridge.rows("ANALYZE delivery_attempt")
    for more, index in (("", "delivery_attempt_connection"), ("AND handoff = 'ho_7'", "delivery_attempt_handoff")):
        plan = await bridge.rows(
            "EXPLAIN SELECT * FROM delivery_attempt WHERE municipality = 'malarvik' AND connection = 'demo-vendor-7'"
            f" {more} AND id < 40000 ORDER BY id DESC LIMIT 50"
        )
        assert index in str(plan)


async def look(bridge: Bridge) -> None:
    await Standings(bridge.engine, bridge.directories, profiles(bridge)).look()


async def test_how_each_stands_is_told_once_and_again_when_a_breaker_opens_and_closes(
    bridge: Bridge, vendor_port: int
) -> None:
    stub = Stub(status=503)
    async with served(stub.app(), vendor_port):
        await look(bridge)
        await look(bridge)
        assert [event.health for event in await told(bridge)] == ["well"]
        await bridge.take_in(*Case().handed_over())
        await once(bridge, breaker=BreakerPolicy(failures=1))
        await look(bridge)
        await look(bridge)
        opened = (await told(bridge))[-1]
        assert (opened.health, opened.detail, opened.backlog) == ("resting", "answered 503: Nej.", 1)
        assert opened.oldest is not None
        stub.status = 200
        await bridge.rows("UPDATE connection_health SET resting_until = now()")
        await once(bridge)
        await look(bridge)
        assert [event.health for event in await told(bridge)] == ["well", "resting", "well"]
        closed = (await told(bridge))[-1]
        assert closed.last_taken is not None
        assert closed.backlog == 0


async def test_that_a_message_is_not_taken_is_told_at_once_with_the_answer_and_a_test_that_is_ends_it(
    bridge: Bridge, vendor_port: int
) -> None:
    stub = Stub(status=503)
    async with served(stub.app(), vendor_port):
        await look(bridge)
        await bridge.take_in(*Case().handed_over())
        await once(bridge)
        await look(bridge)
        failing = (await told(bridge))[-1]
        assert (failing.health, failing.detail, failing.backlog) == ("failing", "answered 503: Nej.", 1)
        stub.status = 200
        assert (await asked(bridge, t.ConnectionTestRequested)).health == "well"
        await once(bridge)
        assert await pending(bridge) == 0


async def test_two_processes_tell_it_once(bridge: Bridge) -> None:
    ways = [Standings(bridge.engine, bridge.directories, profiles(bridge)) for _ in range(4)]
    await asyncio.gather(*(each.look() for each in ways))
    assert [event.health for event in await told(bridge)] == ["well"]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://10.1.2.3/hook", "10.1.2.3 leads into a network that vendors are not in"),
        ("https://[::ffff:127.0.0.1]/hook", "leads into a network that vendors are not in"),
        ("https://no-such-name.invalid/hook", "the name no-such-name.invalid cannot be resolved"),
    ],
)
async def test_an_address_that_is_refused_is_told_as_soon_as_the_directory_says_it(
    bridge: Bridge, url: str, reason: str
) -> None:
    await bridge.take_in(directory_changed(with_url(url)))
    await look(bridge)
    stands = (await told(bridge))[-1]
    assert stands.health == "misconfigured"
    assert reason in stands.detail
    assert await bridge.rows("SELECT 1 FROM delivery_attempt") == []


def with_url(url: str) -> Any:
    content = directory().model_dump(mode="json")
    for vendor in content["vendors"]:
        if vendor["connection"]["name"] == NAME:
            vendor["connection"]["url"] = url
    return type(directory()).model_validate(content)


async def test_a_secret_that_is_missing_or_too_short_is_told_at_once_and_mended_by_the_file_alone(
    bridge: Bridge, vendor_port: int, tmp_path: Any
) -> None:
    file = tmp_path / "secrets.json"
    kept = json.loads(file.read_text())
    for secret, reason in ((None, "is not known to this installation"), ("whsec_c2hvcnQ=", "shorter than 24 bytes")):
        file.write_text(json.dumps(kept | {NAME: secret} if secret else {k: kept[k] for k in kept if k != NAME}))
        await look(bridge)
        stands = (await told(bridge))[-1]
        assert stands.health == "misconfigured"
        assert reason in stands.detail
        await bridge.rows("UPDATE connection SET stated_at = stated_at - interval '2 minutes'")
    stub = Stub()
    async with served(stub.app(), vendor_port):
        await bridge.take_in(*Case().handed_over())
        assert await once(bridge) == 0
        file.write_text(json.dumps(kept))
        await look(bridge)
        assert (await told(bridge))[-1].health == "well"
        await once(bridge)
        assert stub.kinds() == ["offered"]


async def test_what_would_be_sent_is_shown_whole_and_nothing_is_sent_or_fixed(bridge: Bridge, vendor_port: int) -> None:
    stub = Stub()
    async with served(stub.app(), vendor_port):
        await bridge.take_in(*Case().handed_over())
        (way, _) = next(one for one in await by_hand.ways(bridge.engine) if one[0].connection.name == NAME)
        shown = await by_hand.would_send(bridge.engine, profiles(bridge), bridge.url, way, None)
        assert shown is not None
        letter, preview = shown
        assert isinstance(preview, Preview)
        assert (preview.method, preview.headers["webhook-id"]) == ("POST", letter.id)
        Webhook(bridge.secrets[NAME]).verify(letter.body, dict(preview.headers))
        assert letter.message.data.message == "offered"
        (row,) = await bridge.rows("SELECT body, attempts, leased_until FROM delivery")
        assert (row.body, row.attempts, row.leased_until) == (None, 0, None)
        assert stub.came == []
        assert await by_hand.would_send(bridge.engine, profiles(bridge), bridge.url, way, "msg_0") is None


async def test_the_operator_asks_at_the_database_and_the_answer_goes_to_the_topic_too(bridge: Bridge) -> None:
    request_id = await by_hand.ask(bridge.engine, t.ConnectionPauseRequested, M, NAME)
    answer = await by_hand.answer(bridge.engine, request_id)
    assert answer is not None
    assert (answer[0], answer[1]["health"]) == ("connection.changed.v1", "paused")
    assert (await told(bridge))[-1].request_id == request_id
    await by_hand.ask(bridge.engine, t.ConnectionTestRequested, M, NAME)
    assert await bridge.rows("SELECT 1 FROM errand WHERE state = 'open'")


async def test_a_connection_that_sends_too_much_is_answered_429_and_nobody_else_and_not_by_strangers(
    bridge: Bridge,
) -> None:
    bridge.vendors._limits = Buckets(rate=0.1, burst=3)
    handoff = ids.new("handoff")
    answers = [await bridge.say(NAME, "entry_added", handoff=handoff, text="Hej") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429, 429]
    assert int(answers[3].headers["retry-after"]) >= 1
    assert answers[3].headers["content-type"].startswith("application/problem+json")
    assert (await bridge.say(OTHER, "entry_added", handoff=handoff, text="Hej")).status_code == 404
    body = b'{"type": "entry_added", "data": {}}'
    stranger = dict(bridge.signed(OTHER, body, webhook_id="vm_1"))
    stranger["webhook-signature"] = Webhook(new_secret()).sign("vm_1", datetime.now(UTC), body.decode())
    for _ in range(6):
        assert (await bridge.post(OTHER, body, stranger)).status_code == 401
    assert (await bridge.say(OTHER, "entry_added", handoff=handoff, text="Hej")).status_code == 404


async def test_what_a_connection_reads_with_its_token_is_of_the_same_share(bridge: Bridge) -> None:
    case = Case()
    await bridge.take_in(*case.handed_over())
    (handoff,) = [row.id for row in await bridge.rows("SELECT id FROM handoff")]
    told = f"/handoffs/{handoff}"
    reads = (f"{told}/bundle", f"{told}/attachments/{'0' * 64}", "/deliveries", "/refused", "/received", "/reports")
    shown = {"authorization": f"Bearer {tokens.issue(SECRET, NAME, municipality=M)}"}
    bridge.vendors._limits = Buckets(rate=0.1, burst=len(reads))
    async with httpx.AsyncClient(base_url=bridge.url, headers=shown, trust_env=False) as vendor:
        assert [(await vendor.get(path)).status_code for path in reads] == [200, 404, 200, 200, 200, 200]
        answers = [await vendor.get(path) for path in reads]
    assert {answer.status_code for answer in answers} == {429}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers)
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}


async def test_a_vendor_offline_for_a_week_catches_up_in_order_without_starving_another(
    bridge: Bridge, vendor_port: int
) -> None:
    """The same with 5,000 messages is a measurement: tests/bench/bridge_delivery.py."""
    stub = Stub()
    async with served(stub.app(), vendor_port):
        cases = [Case() for _ in range(12)]
        for case in cases:
            await bridge.take_in(*case.handed_over())
            for _ in range(4):
                await bridge.take_in(*case.assigned(PLATFORM))
                await bridge.take_in(*case.assigned(WIFI))
        await bridge.rows("UPDATE delivery SET state = 'absorbed' WHERE connection = :name", name=OTHER)
        await bridge.rows(
            "UPDATE delivery SET first_failed_at = now() - interval '7 days', failed = true, attempts = 10,"
            " created_at = created_at - interval '7 days', due_at = now() + interval '20 hours'"
        )
        await bridge.rows(
            "INSERT INTO connection_health (municipality, connection, failures, resting_until, changed_at)"
            " VALUES (:m, :name, 99, now(), now())",
            m=M,
            name=NAME,
        )
        owed = await bridge.rows("SELECT webhook_id, incident FROM delivery WHERE state = 'pending' ORDER BY seq")
        assert len(owed) >= 100
        other = Case(service="learning_platform")
        await bridge.take_in(*other.handed_over(PLATFORM))
        bridge.start_sending(schedule=Schedule())
        await until_none_pending(bridge)
    came = [(each["id"], each["body"]["data"]["subject"]["incident"], each["path"]) for each in stub.came]
    places = [place for place, (_, _, path) in enumerate(came) if path.endswith(OTHER)]
    assert places[0] < 30, "the other vendor's waited for the whole backlog"
    for case in cases:
        wanted: Sequence[str] = [row.webhook_id for row in owed if row.incident == case.incident]
        assert [id_ for id_, incident, path in came if incident == case.incident and path.endswith(NAME)] == wanted
