"""Listeners: who registers is told of what others do, in order and once; nobody waits for one that is dead."""

import asyncio
import json
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from contracts.events import vendor_bridge as v
from tests.contract.tmf.conformity import event_conforms
from tests.contract.tmf.official import Api
from tests.integration.vendor_bridge.conftest import Bridge, eventually, new_secret, served
from tests.integration.vendor_bridge.stub_vendor import Stub
from tests.integration.vendor_bridge.tmf.house import (
    NAME,
    PROBLEMS,
    TICKETS,
    TmfHouse,
    close_house,
    connection,
    open_house,
)
from tests.support.handoff_life import COORDINATOR, Case
from vendor_bridge import targets
from vendor_bridge.domain.retry import BreakerPolicy, Schedule
from vendor_bridge.profiles import Letter
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.store import hub as store

HUBS: dict[Api, str] = {
    "troubleTicket/v4": TICKETS["v4"],
    "troubleTicket/v5": TICKETS["v5"],
    "serviceProblemManagement/v4": PROBLEMS,
}


async def listen(house: TmfHouse, port: int, path: str, *, api: Api = "troubleTicket/v4", query: str = "") -> str:
    body = {"callback": f"http://127.0.0.1:{port}/{path}"} | ({"query": query} if query else {})
    answer = await house.ask("POST", f"{HUBS[api]}/hub", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{house.bridge.url}{HUBS[api]}/hub/{answer.json()['id']}"
    return str(answer.json()["id"])


def came(stub: Stub, path: str) -> list[dict[str, Any]]:
    return [each["body"] for each in stub.came if each["path"] == path and each["status"] < 300]


def kinds(events: list[dict[str, Any]]) -> list[str]:
    return [event["eventType"].removesuffix("Event") for event in events]


async def a_whole_case(house: TmfHouse) -> str:
    case = Case()
    handoff = await house.hand_over(case)
    await house.told()
    await house.patch(handoff, status="inProgress")
    await house.bridge.take_in(case.entry("Nu också i aulan.", "reporter", case=case.tickets[0]))
    await house.told()
    await house.patch(handoff, status="pending", statusChangeReason="När kommer vi in?")
    (asked,) = await house.facts(v.VendorInformationRequested)
    requested = case.answer_requested(asked.question, "Från sju.")
    await house.bridge.take_in(requested, case.answer_recorded(requested))
    await house.told()
    await house.patch(handoff, status="resolved", statusChangeReason="Bytt.")
    (first,) = await house.facts(v.VendorResolutionProposed)
    await house.bridge.take_in(case.rejected(first.proposal))
    await house.told()
    await house.patch(handoff, status="resolved", statusChangeReason="Nu så.")
    second = (await house.facts(v.VendorResolutionProposed))[1]
    await house.bridge.take_in(case.resolved(second.proposal))
    await house.told()
    await house.bridge.take_in(case.closed())
    await house.told()
    return handoff


async def test_every_api_tells_what_the_others_did_in_order_and_in_its_shape(house: TmfHouse, vendor_port: int) -> None:
    stub = Stub()
    house.start_telling()
    async with served(stub.app(), vendor_port):
        for api in HUBS:
            await listen(house, vendor_port, api, api=api)
        handoff = await a_whole_case(house)
    for api in HUBS:
        events = came(stub, api)
        for event in events:
            event_conforms(api, event)
        assert len({event["eventId"] for event in events}) == len(events)
    tickets = ["Create", "InformationRequired", "AttributeValueChange", "StatusChange", "AttributeValueChange"]
    tickets += ["StatusChange", "Resolved", "StatusChange"]
    assert kinds(came(stub, "troubleTicket/v4")) == [f"TroubleTicket{kind}" for kind in tickets]
    assert kinds(came(stub, "troubleTicket/v5")) == [f"TroubleTicket{kind}" for kind in tickets]
    problems = ["Create", "InformationRequired", "AttributeValueChange", "StateChange", "AttributeValueChange"]
    problems += ["StateChange", "AttributeValueChange", "StateChange"]
    assert kinds(came(stub, "serviceProblemManagement/v4")) == [f"ServiceProblem{kind}" for kind in problems]
    shown = [event["event"]["troubleTicket"] for event in came(stub, "troubleTicket/v4")]
    assert {ticket["id"] for ticket in shown} == {handoff}
    assert [ticket["status"] for ticket in shown] == [
        *("pending", "pending", "inProgress", "inProgress", "inProgress", "inProgress", "resolved", "closed")
    ]
    assert shown[2]["note"][-1]["text"] == "Nu också i aulan."


async def test_a_listener_hears_only_what_it_asked_for(house: TmfHouse, vendor_port: int) -> None:
    stub = Stub()
    house.start_telling()
    async with served(stub.app(), vendor_port):
        await listen(house, vendor_port, "types", query="eventType=TroubleTicketResolvedEvent,troubleTicketCreateEvent")
        await listen(house, vendor_port, "closed", query="?event.troubleTicket.status=closed&fields=status")
        await listen(house, vendor_port, "none", query="priority=P1")
        await a_whole_case(house)
    assert kinds(came(stub, "types")) == ["TroubleTicketCreate", "TroubleTicketResolved"]
    (closed,) = came(stub, "closed")
    assert set(closed["event"]["troubleTicket"]) == {"id", "href", "@type", "status"}
    assert came(stub, "none") == []


async def test_what_the_vendor_does_itself_is_no_event(house: TmfHouse, vendor_port: int) -> None:
    handoff = await house.hand_over(Case())
    await listen(house, vendor_port, "x")
    for change in ({"status": "inProgress"}, {"note": [{"text": "Hej"}]}, {"status": "resolved"}):
        assert (await house.patch(handoff, **change)).status_code == 200
    await house.settled()
    assert await house.bridge.rows("SELECT 1 FROM hub_event") == []


async def test_what_was_not_taken_comes_again_as_it_was_and_in_order(house: TmfHouse, vendor_port: int) -> None:
    stub = Stub(status=503)
    house.start_telling()
    await listen(house, vendor_port, "x")
    case = Case()
    async with served(stub.app(), vendor_port):
        await house.hand_over(case)
        await eventually(lambda: done(len(stub.came) >= 3))
        await house.bridge.take_in(case.entry("Nu också i aulan.", "reporter", case=case.tickets[0]))
        stub.status = 200
        await house.told()
    assert kinds(came(stub, "x")) == [
        *("TroubleTicketCreate", "TroubleTicketInformationRequired", "TroubleTicketAttributeValueChange")
    ]
    first = came(stub, "x")[0]
    attempts = [each["raw"] for each in stub.came if each["body"]["eventId"] == first["eventId"]]
    assert len(attempts) >= 3
    assert len(set(attempts)) == 1


async def done(fact: bool) -> bool:
    return fact


async def test_a_listener_that_hangs_slows_no_other(house: TmfHouse, vendor_port: int) -> None:
    stub = Stub(release=asyncio.Event(), only="hangs")
    house.start_telling()
    async with served(stub.app(), vendor_port):
        await listen(house, vendor_port, "hangs")
        await listen(house, vendor_port, "fast")
        for _ in range(6):
            await house.bridge.take_in(*Case().handed_over())
        await eventually(lambda: done(len(came(stub, "fast")) == 12), 20)
        assert 0 < stub.most_hanging <= 4
        assert stub.release is not None
        stub.release.set()
        await house.told()
    assert len(came(stub, "hangs")) == 12


async def test_410_ends_it_and_a_redirect_is_a_failure(house: TmfHouse, vendor_port: int) -> None:
    stub = Stub(status=302, headers={"location": "http://127.0.0.1:1/elsewhere"})
    house.start_telling()
    listener = await listen(house, vendor_port, "x")
    async with served(stub.app(), vendor_port):
        await house.hand_over(Case())
        await eventually(lambda: done(len(stub.came) >= 2))
        assert await house.bridge.rows("SELECT 1 FROM hub_event WHERE state = 'pending'")
        stub.status = 410

        async def gone() -> bool:
            return not await house.bridge.rows("SELECT 1 FROM hub_listener")

        await eventually(gone)
    assert await house.bridge.rows("SELECT 1 FROM hub_event") == []
    assert (await house.ask("GET", f"{TICKETS['v5']}/hub/{listener}")).status_code == 404


async def test_one_that_takes_nothing_rests_and_is_given_up_at_last(house: TmfHouse, vendor_port: int) -> None:
    quick = Schedule(waits=(timedelta(seconds=0.05),), jitter=0.0, span=timedelta(seconds=0.4))
    house.start_telling(schedule=quick, breaker=BreakerPolicy(failures=2, rest=timedelta(seconds=0.05)))
    await listen(house, vendor_port, "x")
    await house.hand_over(Case())

    async def given_up() -> list[Any]:
        return await house.bridge.rows("SELECT 1 FROM hub_event WHERE state = 'given_up'")

    await eventually(given_up)
    (listener,) = await house.bridge.rows("SELECT failures, resting_until FROM hub_listener")
    assert listener.failures >= 2
    assert listener.resting_until is not None
    async with house.bridge.engine.begin() as conn:
        await conn.exec_driver_sql(
            "UPDATE hub_event SET ended_at = now() - interval '31 days' WHERE state <> 'pending'"
        )
        (now,) = (await conn.exec_driver_sql("SELECT now()")).one()
        await store.prune(conn, now)
    assert await given_up() == []


async def test_n2_the_same_message_announced_again_makes_no_second_event(house: TmfHouse, vendor_port: int) -> None:
    await listen(house, vendor_port, "x")
    await house.hand_over(Case())
    before = await house.bridge.rows("SELECT event_id, body FROM hub_event ORDER BY seq")
    assert len(before) == 2
    (row,) = await house.bridge.rows("SELECT webhook_id, kind, body, traceparent FROM delivery")
    async with house.bridge.engine.connect() as conn:
        way = await house.bridge.directories.way(conn, "malarvik", NAME)
    assert way is not None
    await house.hub.announce(way, Letter(row.webhook_id, row.kind, bytes(row.body), row.traceparent))
    assert await house.bridge.rows("SELECT event_id, body FROM hub_event ORDER BY seq") == before


async def test_a_notification_is_signed_where_the_connection_has_a_secret(
    bridge: Bridge, vendor_port: int, tmp_path: Path
) -> None:
    secret = new_secret()
    file = tmp_path / "more.json"
    file.write_text(json.dumps({NAME: secret}))
    house = await open_house(bridge, vendor_port, SecretStore(file), secret_ref=NAME)
    stub = Stub()
    try:
        house.start_telling()
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(served(stub.app(), vendor_port))
            await listen(house, vendor_port, "x")
            await house.hand_over(Case())
            await house.told()
        (first, *_) = stub.came
        Webhook(secret).verify(first["raw"], first["headers"])
        assert first["id"] == first["body"]["eventId"]
    finally:
        await close_house(house)


async def test_listeners_are_the_connections_own_and_go_with_their_events(house: TmfHouse, vendor_port: int) -> None:
    hub = f"{TICKETS['v4']}/hub"
    listener = await listen(house, vendor_port, "x", query="eventType=TroubleTicketCreateEvent")
    shown = await house.get(f"{hub}/{listener}")
    assert shown["query"] == "eventType=TroubleTicketCreateEvent"
    await house.hand_over(Case())
    assert len(await house.bridge.rows("SELECT 1 FROM hub_event")) == 1
    assert (await house.ask("DELETE", f"{TICKETS['v5']}/hub/{listener}")).status_code == 404
    assert (await house.ask("DELETE", f"{hub}/hub_1")).status_code == 404
    assert (await house.ask("DELETE", f"{hub}/{listener}")).status_code == 204
    assert (await house.ask("DELETE", f"{hub}/{listener}")).status_code == 404
    assert await house.bridge.rows("SELECT 1 FROM hub_event") == []
    await house.bridge.rows(
        "INSERT INTO hub_listener (id, municipality, connection, api, callback, query, created_at)"
        " VALUES ('hub_foreign', 'hallsberg', :name, 'troubleTicket/v4', 'https://x.example', '', now())",
        name=NAME,
    )
    assert (await house.ask("GET", f"{hub}/hub_foreign")).status_code == 404
    assert (await house.ask("DELETE", f"{hub}/hub_foreign")).status_code == 404


async def test_ten_listeners_are_enough_and_one_twice_is_one_too_many(house: TmfHouse, vendor_port: int) -> None:
    hub = f"{TICKETS['v4']}/hub"
    for number in range(10):
        await listen(house, vendor_port, str(number))
        if number == 0:
            again = await house.ask("POST", hub, json={"callback": f"http://127.0.0.1:{vendor_port}/0"})
            assert again.status_code == 409
    more = await house.ask("POST", hub, json={"callback": f"http://127.0.0.1:{vendor_port}/more"})
    assert more.status_code == 409
    assert "10 listeners" in more.json()["message"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "callback is required"),
        ({"callback": 7}, "callback is required"),
        ({"callback": ""}, "callback is required"),
        ({"callback": "https://vendor.example/" + "x" * 2000}, "callback is required"),
        ({"callback": "ftp://vendor.example/x"}, "no http or https"),
        ({"callback": "http://vendor.example/x"}, "not encrypted"),
        ({"callback": "https://user:word@vendor.example/x"}, "without user"),
        ({"callback": "https://127.0.0.1/x"}, "vendors are not in"),
        ({"callback": "https://169.254.169.254/latest"}, "vendors are not in"),
        ({"callback": "https://[::ffff:10.0.0.1]/x"}, "vendors are not in"),
        ({"callback": "https://localhost/x"}, "vendors are not in"),
        ({"callback": "https://no-such-host.invalid/x"}, "cannot be resolved"),
        ({"callback": "https://[half/x"}, "no address"),
        ({"callback": "https://vendor.example/x", "query": 7}, "no text"),
        ({"callback": "https://vendor.example/x", "query": "eventType=Nonsense"}, "no event"),
        ({"callback": "https://vendor.example/x", "query": "nonsense=1"}, "nothing to filter"),
        ({"callback": "https://vendor.example/x", "query": "eventType"}, "write it such as"),
        ({"callback": "https://vendor.example/x", "query": "fields=nonsense"}, "no attribute"),
        ({"callback": "https://vendor.example/x", "query": "x" * 1001}, "at most 1000"),
        ({"callback": "https://vendor.example/x", "secret": "x"}, "no attribute"),
        ([], "no JSON object"),
    ],
)
async def test_a_listener_that_cannot_be_is_refused(house: TmfHouse, body: Any, words: str) -> None:
    answer = await house.ask("POST", f"{TICKETS['v5']}/hub", json=body)
    assert answer.status_code == 400, answer.text
    assert words in answer.json()["message"]
    assert await house.bridge.rows("SELECT 1 FROM hub_listener") == []


async def test_an_address_that_leads_elsewhere_later_is_not_called(house: TmfHouse, vendor_port: int) -> None:
    """It was fine when it was registered; what its name resolves to is checked at each call (DNS rebinding)."""
    stub = Stub()

    async def rebound(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    house.start_telling(allowed=(), resolver=rebound)
    async with served(stub.app(), vendor_port):
        await listen(house, vendor_port, "x")
        await house.hand_over(Case())

        async def tried() -> list[Any]:
            return await house.bridge.rows("SELECT last_error FROM hub_event WHERE attempts > 0")

        (tried_row, *_) = await eventually(tried)
    assert "not encrypted" in tried_row.last_error or "not in" in tried_row.last_error
    assert stub.came == []
    assert targets.is_denied("127.0.0.1")


async def test_who_registers_later_hears_from_then_on(house: TmfHouse, vendor_port: int) -> None:
    case = Case()
    handoff = await house.hand_over(case)
    await listen(house, vendor_port, "x")
    await house.bridge.take_in(*case.assigned(COORDINATOR, "taken_back"))
    await house.settled()
    (event,) = await house.bridge.rows("SELECT event_type, subject FROM hub_event")
    assert (event.event_type, event.subject) == ("TroubleTicketStatusChangeEvent", handoff)
    assert connection().name == NAME
