"""All that came from a vendor stands in one list, with what came of it; its token alone opens it (N9)."""

import asyncio
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from contracts.directory import Directory
from contracts.events import vendor_bridge as v
from contracts.webhooks import OfHandoff, message_of
from tests.integration.vendor_bridge.conftest import SECRET, Bridge, new_id, of_type
from tests.integration.vendor_bridge.test_reports import filed, work
from tests.support.handoff_life import COORDINATOR, PLATFORM, WIFI, Case, directory, directory_changed
from vendor_bridge import tokens
from vendor_bridge.applying import Receipt, Saying
from vendor_bridge.refusals import Sent
from vendor_bridge.store import connections, inbound, portal_reads, received, refusals
from vendor_bridge.store.portal_reads import Own

NAME = "demo-vendor"


async def listed(bridge: Bridge, connection: str = NAME, **query: Any) -> list[dict[str, Any]]:
    """As its engineer reads it."""
    async with httpx.AsyncClient(trust_env=False) as client:
        headers = {"authorization": f"Bearer {tokens.issue(SECRET, connection)}"}
        answer = await client.get(f"{bridge.url}/received", headers=headers, params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def said(handoff: str, kind: str = "entry_added", **data: Any) -> bytes:
    more = {"text": "Hej"} if kind == "entry_added" else {}
    return json.dumps({"type": kind, "data": {"handoff": handoff, **more, **data}}).encode()


async def post(bridge: Bridge, body: bytes, webhook_id: str) -> int:
    return (await bridge.post(NAME, body, bridge.signed(NAME, body, webhook_id=webhook_id))).status_code


async def handed_over(bridge: Bridge, case: Case) -> str:
    await bridge.take_in(*case.handed_over(WIFI))
    return str(of_type(await bridge.stated(), v.HandoffOffered)[-1].handoff)


async def test_n9_of_a_connection_that_changed_hands_the_present_vendor_sees_what_came_since(bridge: Bridge) -> None:
    """The name and the secret may stay; what the former vendor wrote is the former's."""
    handoff = await handed_over(bridge, Case())
    assert await post(bridge, said(handoff), "vm_1") == 202
    assert await post(bridge, said(handoff, unknown=1), "vm_2") == 422
    assert [line["message"] for line in await listed(bridge)] == ["vm_2", "vm_1"]
    changed = directory().model_dump(mode="json")
    (former,) = [each for each in changed["vendors"] if f"vendor:{each['id']}" == WIFI]
    (other,) = [each for each in changed["vendors"] if each["id"] == "print"]
    former["connection"], other["connection"] = None, former["connection"]
    await bridge.take_in(directory_changed(Directory.model_validate(changed)))
    assert await listed(bridge) == []
    async with bridge.engine.connect() as conn:
        assert await received.one(conn, "malarvik", NAME, "vm_1") is None
        assert await refusals.page(conn, "malarvik", NAME) == []
        assert (await connections.standings(conn, [("malarvik", NAME)]))["malarvik", NAME].refused_at is None
    assert await post(bridge, said("ho_1"), "vm_3") == 404
    assert [line["message"] for line in await listed(bridge)] == ["vm_3"]
    await bridge.take_in(directory_changed(Directory.model_validate(changed | {"agreements": changed["agreements"]})))
    assert [line["message"] for line in await listed(bridge)] == ["vm_3"], "still theirs"


async def test_what_was_taken_and_what_was_refused_stand_together_each_with_what_came_of_it(bridge: Bridge) -> None:
    case = Case()
    handoff = await handed_over(bridge, case)
    first = said(handoff)
    assert await post(bridge, first, "vm_1") == 202
    assert await post(bridge, said(handoff, "status_changed", status="in_progress"), "vm_2") == 202
    assert await post(bridge, said(handoff, "status_changed", status="accepted"), "vm_3") == 202
    assert await post(bridge, said(handoff, unknown=1), "vm_4") == 422
    await bridge.take_in(*case.assigned(COORDINATOR, "taken_back"))
    assert await post(bridge, said(handoff), "vm_5") == 202
    assert await post(bridge, first, "vm_1") == 202

    lines = await listed(bridge)
    assert [(line["message"], line["outcome"], line["status"]) for line in lines] == [
        ("vm_1", "applied", 202),
        ("vm_5", "late", 202),
        ("vm_4", "refused", 422),
        ("vm_3", "nothing", 202),
        ("vm_2", "applied", 202),
    ]
    again = lines[0]
    assert (again["repeats"], again["way"], again["what"], again["effects"]) == (1, "webhook", "entry_added", 1)
    assert (again["bytes"], again["sha256"]) == (len(first), hashlib.sha256(first).hexdigest())
    assert again["first_at"] < again["at"]
    assert lines[2]["reason"] == "/data/unknown unknown field"
    for outcome, names in (
        ("applied", ["vm_1", "vm_2"]),
        ("late", ["vm_5"]),
        ("nothing", ["vm_3"]),
        ("echo", []),
        ("repeated", ["vm_1"]),
        ("refused", ["vm_4"]),
    ):
        assert [line["message"] for line in await listed(bridge, outcome=outcome)] == names
    assert "Hej" not in json.dumps(lines)


async def test_it_has_pages_across_both_kinds_and_a_foreign_place_is_named(bridge: Bridge) -> None:
    handoff = await handed_over(bridge, Case())
    for number in range(3):
        assert await post(bridge, said(handoff), f"vm_{number}") == 202
        assert await post(bridge, said("ho_none"), f"vx_{number}") == 404
    seen: list[str] = []
    async with httpx.AsyncClient(trust_env=False) as client:
        headers = {"authorization": f"Bearer {tokens.issue(SECRET, NAME)}"}
        url: str | None = f"{bridge.url}/received?limit=2"
        while url is not None:
            page = (await client.get(url, headers=headers)).json()
            seen += [line["message"] for line in page["items"]]
            url = page["next"]
        assert seen == ["vx_2", "vm_2", "vx_1", "vm_1", "vx_0", "vm_0"]
        wrong = await client.get(f"{bridge.url}/received?before=nowhere", headers=headers)
        assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/query/before")
        assert (await client.get(f"{bridge.url}/received?outcome=nonsense", headers=headers)).status_code == 422
        assert (await client.get(f"{bridge.url}/received")).status_code == 401
    assert await listed(bridge, "demo-vendor-platform") == []


async def test_n9_the_list_has_its_own_connection_in_its_own_municipality_alone(bridge: Bridge) -> None:
    """Two municipalities may have a vendor's connection of one name, and two messages one id."""
    handoff = await handed_over(bridge, Case())
    assert await post(bridge, said(handoff), "vm_1") == 202
    assert await post(bridge, said("ho_none"), "vx_1") == 404
    others = [("hallsberg", NAME), ("malarvik", "demo-vendor-platform")]
    async with bridge.engine.connect() as conn:
        way = await bridge.directories.way(conn, "malarvik", NAME)
        assert way is not None
        for municipality, connection in others:
            for which in (None, "applied", "refused", "repeated"):
                assert await received.page(conn, municipality, connection, which=which) == []
            assert await received.one(conn, municipality, connection, "vm_1") is None
            assert await portal_reads.about_own(conn, Own(municipality, connection, WIFI), [handoff]) == {}
        assert await received.one(conn, "malarvik", NAME, "vm_1") is not None
        assert set(await portal_reads.about_own(conn, Own("malarvik", NAME, WIFI), [handoff])) == {handoff}
        assert await portal_reads.about_own(conn, Own("malarvik", NAME, PLATFORM), [handoff]) == {}
        assert await inbound.place_of(conn, way, handoff) is not None
        assert await inbound.place_of(conn, replace(way, municipality="hallsberg"), handoff) is None


async def test_what_was_refused_has_pages_of_its_own(bridge: Bridge) -> None:
    for number in range(3):
        await bridge.vendors.refusals.note(
            NAME, {"malarvik"}, Sent("webhook", "x", message=f"vx_{number}"), 422, "wrong", proven=True
        )
    seen: list[str | None] = []
    edge: received.Edge | None = None
    async with bridge.engine.connect() as conn:
        while lines := await received.page(conn, "malarvik", NAME, which="refused", after=edge, limit=1):
            edge, seen = lines[-1].edge, [*seen, *(line.message for line in lines)]
            assert len(seen) <= 3
    assert seen == ["vx_2", "vx_1", "vx_0"]


async def test_what_came_at_one_moment_is_on_one_page_each_and_what_was_made_of_it_here_on_none(
    bridge: Bridge,
) -> None:
    names = [f"vm_{number}" for number in range(5)]
    await bridge.rows(
        "INSERT INTO inbound (municipality, connection, webhook_id, handoff, received_at, last_at, body, effects, way)"
        " SELECT 'malarvik', :name, message, 'ho_1', '2026-11-30T08:00Z', '2026-11-30T08:00Z', '', 1,"
        " CASE message WHEN 'vm_made' THEN 'part' ELSE 'webhook' END FROM unnest(CAST(:messages AS text[])) AS message",
        name=NAME,
        messages=["vm_1", "vm_4", "vm_0", "vm_made", "vm_3", "vm_2"],
    )
    async with bridge.engine.connect() as conn:
        for which in (None, "applied"):
            seen: list[str | None] = []
            edge: received.Edge | None = None
            while lines := await received.page(conn, "malarvik", NAME, which=which, after=edge, limit=2):
                edge, seen = lines[-1].edge, [*seen, *(line.message for line in lines)]
            assert seen == names[::-1]
        assert await received.one(conn, "malarvik", NAME, "vm_0") is not None
        assert await received.one(conn, "malarvik", NAME, "vm_made") is None


@pytest.mark.parametrize(
    "written", ["2026-10-05T10:00:00~vm_1", "2026-10-05T10:00:00+00:00~a\0b", "2026-10-05T10:00:00+00:00"]
)
def test_a_place_without_its_zone_or_with_what_no_id_has_is_none(written: str) -> None:
    with pytest.raises(ValueError, match="2026"):
        received.Edge.read(written)


async def test_repeats_that_come_together_are_counted_each_and_another_body_is_none(bridge: Bridge) -> None:
    handoff, name = await handed_over(bridge, Case()), new_id()
    await asyncio.gather(*(post(bridge, said(handoff), name) for _ in range(12)))
    assert await post(bridge, said(handoff, private=True), name) == 409
    refused, taken = await listed(bridge)
    assert (taken["repeats"], taken["outcome"]) == (11, "applied")
    assert (refused["status"], refused["outcome"]) == (409, "refused")


async def test_of_those_that_take_effect_together_only_the_same_again_is_a_repeat(bridge: Bridge) -> None:
    handoff = await handed_over(bridge, Case())
    one, other = said(handoff), said(handoff, private=True)
    message = message_of("entry_added", {"handoff": handoff, "text": "Hej"})
    assert isinstance(message, OfHandoff)
    sayings = [Saying(NAME, {"malarvik"}, message, "vm_1", raw, None) for raw in (one, other, one)]
    answers = await bridge.vendors._applying._apply(sayings)
    assert answers == [Receipt(effects=1), Receipt(repeated=True, same=False), Receipt(repeated=True, same=True)]
    [line] = await listed(bridge)
    assert (line["repeats"], line["sha256"]) == (1, hashlib.sha256(one).hexdigest())


async def test_what_a_vendor_reports_itself_stands_there_too(bridge: Bridge) -> None:
    fault = {"external_id": "NL-1", "title": "Fiberbrott", "description": "Vi gräver."}
    assert (await bridge.say(NAME, "ticket_reported", webhook_id="vm_1", **fault)).status_code == 202
    assert (await bridge.say(NAME, "ticket_reported", webhook_id="vm_2", **fault)).status_code == 202
    answer = await bridge.say(NAME, "ticket_reported", webhook_id="vm_1", **fault)
    assert answer.status_code == 202
    other = await bridge.say(NAME, "ticket_reported", webhook_id="vm_1", **fault | {"title": "Annat"})
    assert other.status_code == 409
    ticket, planned = answer.json()["ticket"], work()
    for name, more in (("vm_3", {"withdrawn": True}), ("vm_4", {"text": "Efteråt."})):
        for _ in range(2):
            again = await bridge.say(NAME, "ticket_changed", webhook_id=name, ticket=ticket, **more)
            assert again.status_code == 202
    for _ in range(3):
        assert (await bridge.say(NAME, "work_announced", webhook_id="vm_5", **planned)).status_code == 202
    lines = {line["message"]: line for line in await listed(bridge) if line["outcome"] != "refused"}
    assert {name: (line["what"], line["outcome"], line["repeats"]) for name, line in lines.items()} == {
        "vm_1": ("ticket_reported", "applied", 1),
        "vm_2": ("ticket_reported", "nothing", 0),
        "vm_3": ("ticket_changed", "applied", 1),
        "vm_4": ("ticket_changed", "late", 1),
        "vm_5": ("work_announced", "applied", 2),
    }


async def test_n11_of_what_a_vendor_reported_nothing_is_left_once_it_is_erased(bridge: Bridge) -> None:
    answer = await bridge.say(NAME, "ticket_reported", webhook_id="vm_1", title="Zebrafink ringde", external_id="NL-1")
    case, ticket = Case(), answer.json()["ticket"]
    report = filed(case, ticket)
    await bridge.take_in(report, *case.opened_for(ticket, report))
    assert (await listed(bridge))[0]["bytes"] > 0
    await bridge.take_in(case.entry("Ett ord.", "reporter", case=ticket), *case.erased(ticket))
    [line] = await listed(bridge)
    assert (line["message"], line["bytes"], line["sha256"]) == ("vm_1", 0, None)
    assert [bytes(row.body) for row in await bridge.rows("SELECT body FROM inbound")] == [b""]


@pytest.mark.parametrize("which", ["late", "repeated"])
async def test_a_rare_outcome_is_found_by_an_index_of_its_own(bridge: Bridge, which: received.Which) -> None:
    await bridge.rows(
        "INSERT INTO inbound (municipality, connection, webhook_id, handoff, received_at, body, effects, outcome,"
        " repeats) SELECT 'malarvik', 'demo-vendor', 'm' || n, 'ho_1', now(), '', 1,"
        " CASE WHEN n % 5000 = 0 THEN 'late' ELSE 'applied' END, CASE WHEN n % 5000 = 1 THEN 1 ELSE 0 END"
        " FROM generate_series(1, 20000) AS n"
    )
    await bridge.rows("ANALYZE inbound")
    query = received._ONLY[which].text
    for name, value in {
        "municipality": "'malarvik'",
        "connection": "'demo-vendor'",
        "key": "''",
        "limit": "50",
    }.items():
        query = query.replace(f":{name}", value)
    query = query.replace(":at", f"'{datetime.now(UTC).isoformat()}'")
    plan = "\n".join(row[0] for row in await bridge.rows(f"EXPLAIN {query}"))
    assert {"late": "inbound_unusual", "repeated": "inbound_repeated"}[which] in plan
