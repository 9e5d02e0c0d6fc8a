"""What a vendor reports itself: kept before it is answered, once, its own alone; then part of a hand-off."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.db import create_engine
from contracts import webhooks
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from contracts.values import Actor
from contracts.webhooks import Outgoing
from tests.conftest import MakeDatabase
from tests.integration.vendor_bridge.conftest import SECRET, Bridge, DemoVendor, eventually, new_id, of_type
from tests.integration.vendor_bridge.test_replay import dumped
from tests.support.handoff_life import COORDINATOR, WIFI, Case, directory, directory_changed, received
from vendor_bridge import replay, tokens
from vendor_bridge.domain.reports import Wrong
from vendor_bridge.reported import UnknownReport
from vendor_bridge.store import reports as stored
from vendor_bridge.store.directories import Way

NAME = "demo-vendor"
FAULT = {"external_id": "NL-48302", "title": "Fiberbrott", "category": "wifi", "place": "Ekbackens skola"}


TODAY = datetime.now(UTC).replace(microsecond=0)


def window(hours: float = 24, length: float = 2) -> dict[str, str]:
    starts = TODAY + timedelta(hours=hours)
    return {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=length)).isoformat()}


def work(**more: Any) -> dict[str, Any]:
    return {"external_id": "CHG-1", "services": ["wifi"], "text": "Nya routrar.", **window()} | more


async def reads(bridge: Bridge, path: str, connection: str = NAME, municipality: str = "malarvik") -> httpx.Response:
    token = tokens.issue(SECRET, connection, municipality=municipality)
    async with httpx.AsyncClient(trust_env=False, base_url=bridge.url) as client:
        return await client.get(path, headers={"authorization": f"Bearer {token}"})


def filed(case: Case, ticket: str, number: str = "MAL-2026-000007") -> t.TicketFiled:
    """As ticketing files it."""
    case.tickets.append(ticket)
    return t.TicketFiled(
        **case.stamp(),
        ticket=ticket,
        number=number,
        kind="incident",
        reporter=WIFI,
        title="Fiberbrott",
        school=case.school,
        service=case.service,
        occurred_at=datetime.now(UTC),
    )


async def way_of(bridge: Bridge, municipality: str = "malarvik", name: str = NAME) -> Way:
    async with bridge.engine.connect() as conn:
        found = await bridge.directories.way(conn, municipality, name)
    assert found is not None
    return found


async def test_a_reported_fault_is_there_when_it_is_answered_and_becomes_one_fact(bridge: Bridge) -> None:
    answer = await bridge.say(NAME, "ticket_reported", **FAULT)
    ticket = answer.json()["ticket"]
    assert (answer.status_code, answer.json()) == (202, {"status": "stored", "ticket": ticket})
    shown = (await reads(bridge, f"/reports/{ticket}")).json()
    assert (shown["state"], shown["external_id"], shown["service"], shown["school"]) == (
        *("received", "NL-48302"),
        *("wifi", "ekbacken"),
    )
    [fact] = of_type(await bridge.stated(), v.VendorTicketReported)
    assert (fact.ticket, fact.vendor, fact.connection, fact.urgency) == (ticket, WIFI, NAME, 3)
    [row] = await bridge.rows("SELECT body, handoff FROM inbound")
    assert (json.loads(row.body)["data"]["title"], row.handoff) == ("Fiberbrott", ticket)


async def test_n2_the_same_report_again_by_its_name_or_the_messages_is_the_same_one(bridge: Bridge) -> None:
    name = new_id()
    answers = [await bridge.say(NAME, "ticket_reported", webhook_id=name, **FAULT) for _ in range(2)]
    answers += await asyncio.gather(
        *(bridge.say(NAME, "ticket_reported", **FAULT | {"title": "Annat"}) for _ in range(4))
    )
    assert len({answer.json()["ticket"] for answer in answers}) == 1
    assert answers[1].json()["status"] == "repeated"
    assert await bridge.stated_types() == ["vendor.ticket_reported"]
    way = await way_of(bridge)
    said = webhooks.TicketReported.model_validate(FAULT)
    assert (await bridge.vendors.report(way, said, new_id(), b"{}")).title == "Fiberbrott"


async def test_a_repeat_is_looked_for_once(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    way, said, looked = await way_of(bridge), webhooks.TicketReported.model_validate(FAULT), []
    look = stored.said_before

    async def counted(conn: AsyncConnection, way: Way, name: str) -> str | None:
        looked.append(name)
        return await look(conn, way, name)

    monkeypatch.setattr(stored, "said_before", counted)
    for _ in range(2):
        await bridge.vendors.report(way, said, "m1", b"{}")
    assert looked == ["m1", "m1"]


async def test_a_message_id_that_was_anothers_is_refused_with_the_reason(bridge: Bridge) -> None:
    name = new_id()
    await bridge.say(NAME, "work_announced", webhook_id=name, **work())
    again = await bridge.say(NAME, "ticket_reported", webhook_id=name, **FAULT)
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (422, "/data/external_id")
    assert await bridge.rows("SELECT 1 FROM report") == []


async def test_ten_at_once_under_one_name_are_one(bridge: Bridge) -> None:
    answers = await asyncio.gather(*(bridge.say(NAME, "ticket_reported", **FAULT) for _ in range(10)))
    assert len({answer.json()["ticket"] for answer in answers}) == 1
    assert len(await bridge.stated()) == 1


async def test_n9_a_report_is_its_own_connections_alone(bridge: Bridge) -> None:
    """Another municipality may have a connection, and a vendor an id, of the same name."""
    ours = (await bridge.say(NAME, "ticket_reported", **FAULT)).json()["ticket"]
    theirs = (await bridge.say("hallsberg-sydnarke-it", "ticket_reported", **FAULT)).json()["ticket"]
    assert ours != theirs
    facts = {fact.ticket: fact.municipality for fact in of_type(await bridge.stated(), v.VendorTicketReported)}
    assert facts == {ours: "malarvik", theirs: "hallsberg"}
    assert (await reads(bridge, f"/reports/{theirs}")).status_code == 404
    assert [one["ticket"] for one in (await reads(bridge, "/reports")).json()["items"]] == [ours]
    for kind, data in (
        ("ticket_changed", {"ticket": theirs, "text": "Hej"}),
        ("entry_added", {"handoff": theirs, "text": "Hej"}),
    ):
        assert (await bridge.say(NAME, kind, **data)).status_code == 404
    with pytest.raises(UnknownReport):
        await bridge.vendors.report_of(await way_of(bridge), theirs)


async def test_n9_two_municipalities_with_one_connection_and_secret_are_told_apart(bridge: Bridge) -> None:
    """The vendor says which; what it may not speak for is refused as what is not there."""
    renamed = json.loads(directory("hallsberg").model_dump_json().replace("hallsberg-sydnarke-it", NAME))
    await bridge.take_in(directory_changed(type(directory()).model_validate(renamed)))
    unsaid = await bridge.say(NAME, "ticket_reported", **FAULT)
    assert unsaid.status_code == 422
    assert unsaid.json()["errors"][0]["pointer"] == "/data/municipality"
    tickets = {}
    for municipality in ("malarvik", "hallsberg"):
        answer = await bridge.say(NAME, "ticket_reported", municipality=municipality, **FAULT)
        assert answer.status_code == 202, answer.text
        tickets[municipality] = answer.json()["ticket"]
    facts = {fact.municipality: fact.ticket for fact in of_type(await bridge.stated(), v.VendorTicketReported)}
    assert facts == tickets
    nowhere = await bridge.say(NAME, "ticket_reported", municipality="lund", **FAULT)
    assert nowhere.status_code == 422


async def test_changes_take_effect_at_once_and_follow_as_facts(bridge: Bridge) -> None:
    ticket = (await bridge.say(NAME, "ticket_reported", **FAULT)).json()["ticket"]
    await bridge.say(NAME, "ticket_changed", ticket=ticket, title="Fiberbrott vid skolan", text="Vi gräver.")
    await bridge.say(NAME, "resolution_proposed", handoff=ticket, text="Det borde fungera.")
    same = await bridge.say(NAME, "ticket_changed", ticket=ticket, title="Fiberbrott vid skolan")
    await bridge.say(NAME, "ticket_changed", ticket=ticket, withdrawn=True)
    assert same.status_code == 202
    shown = (await reads(bridge, f"/reports/{ticket}")).json()
    assert (shown["state"], shown["title"]) == ("withdrawn", "Fiberbrott vid skolan")
    assert [note["text"]["sv"] for note in shown["notes"]] == ["Vi gräver.", "Det borde fungera."]
    changes = of_type(await bridge.stated(), v.VendorTicketChanged)
    assert [(one.title, one.text, one.withdrawn) for one in changes] == [
        ("Fiberbrott vid skolan", {"sv": "Vi gräver."}, False),
        (None, {"sv": "Det borde fungera."}, False),
        (None, None, True),
    ]


async def test_bad_reports_are_refused_with_their_place_and_leave_nothing(bridge: Bridge) -> None:
    late = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    for data, pointer in (
        ({"title": ""}, "/data/title"),
        ({"title": "x" * 201}, "/data/title"),
        ({"title": "Fel", "description": "x" * 20_001}, "/data/description"),
        ({"title": "Gäller 20120101-1234"}, "/data/title"),
        ({"title": "Fel", "occurred_at": late}, "/data/occurred_at"),
        ({"title": "Fel", "occurred_at": "2020-01-01T00:00:00Z"}, "/data/occurred_at"),
        ({"title": "Fel", "occurred_at": "2026-01-01T00:00:00"}, "/data/occurred_at"),
        ({"title": "Fel", "severity": 1}, "/data/severity"),
    ):
        answer = await bridge.say(NAME, "ticket_reported", **data)
        assert answer.status_code == 422, data
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    unknown = await bridge.say(NAME, "ticket_changed", ticket="tk_none", text="Hej")
    assert unknown.status_code == 404
    assert "reported no such ticket" in unknown.json()["detail"]
    nothing = await bridge.say(NAME, "ticket_changed", ticket="tk_none")
    why = "changes nothing: give a title, a description, a text, withdrawn, erase, or unsolved"
    assert (nothing.status_code, nothing.json()["errors"]) == (422, [{"pointer": "/data", "detail": why}])
    body = json.dumps({"type": "ticket_reported", "data": {"title": "Fel", "description": "x" * 600_000}}).encode()
    assert (await bridge.post(NAME, body, bridge.signed(NAME, body, webhook_id=new_id()))).status_code == 413
    assert await bridge.rows("SELECT 1 FROM inbound") == []
    assert await bridge.rows("SELECT 1 FROM report") == []
    assert await bridge.stated() == []


async def test_html_is_kept_as_the_text_that_it_is(bridge: Bridge) -> None:
    html = "<script>alert(1)</script>"
    ticket = (await bridge.say(NAME, "ticket_reported", title=html, description=html)).json()["ticket"]
    shown = (await reads(bridge, f"/reports/{ticket}")).json()
    assert (shown["title"], shown["description"]) == (html, html)


async def test_reading_takes_the_connections_token(bridge: Bridge) -> None:
    async with httpx.AsyncClient(trust_env=False, base_url=bridge.url) as client:
        for headers in ({}, {"authorization": "Bearer nonsense"}, {"authorization": "Basic eA=="}):
            assert (await client.get("/reports", headers=headers)).status_code == 401
    assert (await reads(bridge, "/reports/tk_none")).status_code == 404
    assert (await reads(bridge, "/announced-work/wk_none")).status_code == 404


async def test_the_list_goes_on_where_it_ended(bridge: Bridge) -> None:
    made = [(await bridge.say(NAME, "ticket_reported", title=f"Fel {n}")).json()["ticket"] for n in range(5)]
    found, address = [], "/reports?limit=2"
    while address:
        page = (await reads(bridge, address)).json()
        found += [one["ticket"] for one in page["items"]]
        address = page["next"]
    assert found == made[::-1]


async def test_the_vendor_reads_what_a_reporter_reads_and_nothing_internal(bridge: Bridge) -> None:
    """N5: nor what another vendor wrote of it."""
    case = Case()
    ticket = (await bridge.say(NAME, "ticket_reported", **FAULT)).json()["ticket"]
    await bridge.take_in(filed(case, ticket), *case.opened_for(ticket))
    await bridge.take_in(
        case.entry("Vi tittar på det i eftermiddag.", "reporters", kind="note", party=COORDINATOR),
        case.entry("De har fel igen.", "internal", kind="note", party=COORDINATOR),
        case.entry("Kan ni svara på det?", "reporter", case=ticket, kind="note", party=COORDINATOR),
        case.entry(
            "Vi misstänker deras switch.", "reporter", case=ticket, kind="vendor_entry", party="vendor:platform"
        ),
    )
    shown = (await reads(bridge, f"/reports/{ticket}")).json()
    assert (shown["number"], shown["state"]) == ("MAL-2026-000007", "open")
    assert {note["text"]["sv"] for note in shown["notes"]} == {
        "Vi tittar på det i eftermiddag.",
        "Kan ni svara på det?",
    }


async def test_r17_a_hand_off_adopts_the_report_and_words_go_both_ways_through_it(
    bridge: Bridge, demo_vendor: DemoVendor
) -> None:
    case = Case()
    ticket = (await bridge.say(NAME, "ticket_reported", **FAULT)).json()["ticket"]
    await bridge.take_in(filed(case, ticket), *case.opened_for(ticket), *case.assigned(WIFI))
    [offered] = of_type(await bridge.stated(), v.HandoffOffered)
    assert (await reads(bridge, f"/reports/{ticket}")).json()["handoff"] == offered.handoff
    [row] = await bridge.rows("SELECT adopts FROM handoff")
    assert row.adopts == ticket

    # The vendor's own id for it still counts, and means the hand-off.
    name = new_id()
    said = await bridge.say(NAME, "resolution_proposed", webhook_id=name, handoff=ticket, text="Fibern är lagad.")
    again = await bridge.say(NAME, "resolution_proposed", webhook_id=name, handoff=ticket, text="Fibern är lagad.")
    assert "proposal" in said.json()
    assert again.json() == {"status": "repeated"}
    [proposed] = of_type(await bridge.stated(), v.VendorResolutionProposed)
    assert (proposed.handoff, proposed.text) == (offered.handoff, {"sv": "Fibern är lagad."})
    assert of_type(await bridge.stated(), v.VendorTicketChanged) == []

    bridge.start_sending()

    async def sent() -> list[Any]:
        return await bridge.rows("SELECT body FROM delivery WHERE kind = 'offered' AND state = 'delivered'")

    [letter] = await eventually(sent)
    message = Outgoing.model_validate_json(letter.body)
    assert [(one.ticket, one.external_id) for one in message.data.adopts] == [(ticket, "NL-48302")]
    assert demo_vendor.handoffs() == [offered.handoff]


async def test_its_own_words_before_the_hand_off_are_no_news_to_the_vendor(bridge: Bridge) -> None:
    case = Case()
    ticket = (await bridge.say(NAME, "ticket_reported", **FAULT)).json()["ticket"]
    await bridge.take_in(filed(case, ticket), *case.opened_for(ticket), *case.assigned(WIFI))
    await bridge.take_in(case.entry("Vi gräver.", "reporter", case=ticket, party=WIFI))
    assert await bridge.rows("SELECT 1 FROM delivery WHERE kind = 'updated'") == []
    [handoff] = await bridge.rows("SELECT triggers FROM handoff")
    assert ticket not in {case_id for _, case_id, *_ in handoff.triggers}


async def test_planned_work_is_announced_moved_and_called_off(bridge: Bridge) -> None:
    first = await bridge.say(NAME, "work_announced", **work(services=["wifi", "MPLS"]))
    id_ = first.json()["work"]
    same = await bridge.say(NAME, "work_announced", **work(services=["wifi", "MPLS"]))
    later = window(48)
    await bridge.say(NAME, "work_announced", **work() | later)
    await bridge.say(NAME, "work_announced", **work(cancelled=True, reason="Delarna kom inte.") | later)
    assert same.json()["work"] == id_
    facts = of_type(await bridge.stated(), v.VendorWorkAnnounced)
    assert [fact.change for fact in facts] == ["announced", "moved", "cancelled"]
    assert {fact.work for fact in facts} == {id_}
    assert (facts[0].unknown, facts[2].reason) == (("MPLS",), {"sv": "Delarna kom inte."})
    assert (await reads(bridge, f"/announced-work/{id_}")).json()["cancelled"] is True


async def test_a_bad_window_is_refused_and_a_refusal_of_the_municipalitys_is_read(bridge: Bridge) -> None:
    for said, pointer in (
        (window(-3, 1), "/data/ends_at"),
        (window(24, -1), "/data/ends_at"),
        (window(-50, 60), "/data/starts_at"),
        ({"services": ["MPLS"]}, "/data/services"),
        ({"services": []}, "/data/services"),
    ):
        answer = await bridge.say(NAME, "work_announced", **work() | said)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    id_ = (await bridge.say(NAME, "work_announced", **work())).json()["work"]
    [fact] = of_type(await bridge.stated(), v.VendorWorkAnnounced)
    await bridge.take_in(
        t.WorkChanged(
            **Case().stamp(),
            work=id_,
            by=Actor(party=COORDINATOR, person="samordnare"),
            starts_at=fact.starts_at,
            ends_at=fact.ends_at,
            cancelled=True,
            reason={"sv": "Nationella prov."},
        )
    )
    answer = await bridge.say(NAME, "work_announced", **work() | window(72))
    assert answer.status_code == 422
    assert "Nationella prov." in answer.json()["errors"][0]["detail"]
    shown = (await reads(bridge, f"/announced-work/{id_}")).json()
    assert (shown["refused"], shown["held"]["reason"]) == (True, {"sv": "Nationella prov."})
    way, again = await way_of(bridge), webhooks.WorkAnnounced.model_validate(work() | window(72))
    with pytest.raises(Wrong):
        await bridge.vendors.announce(way, again, new_id(), b"{}")


async def test_n10_a_replay_gives_the_same_reports_work_and_adoptions(bridge: Bridge, database: MakeDatabase) -> None:
    case = Case()
    heard: list[Event] = [directory_changed(), directory_changed(directory("hallsberg"))]
    ticket = (await bridge.say(NAME, "ticket_reported", **FAULT)).json()["ticket"]
    lone = (await bridge.say(NAME, "ticket_reported", title="Annat fel")).json()["ticket"]
    await bridge.say(NAME, "ticket_changed", ticket=lone, withdrawn=True, text="Var inte vårt.")
    await bridge.say(NAME, "work_announced", **work())
    facts = [filed(case, ticket), *case.opened_for(ticket), *case.assigned(WIFI)]
    await bridge.take_in(*facts)
    await bridge.say(NAME, "entry_added", handoff=ticket, text="Vi gräver.")
    # The reports lie before what was caused by them, the rest as late as it may.
    own = await bridge.stated()
    first = of_type(own, v.VendorTicketReported)
    heard += [*first, *facts, *(fact for fact in own if fact not in first)]
    empty = create_engine(await database("chassis", "vendor_bridge"), name="replay")
    try:
        async with empty.begin() as conn:
            await replay.apply(conn, [received(event) for event in heard])
        assert await dumped(empty) == await dumped(bridge.engine)
        assert sum("report" in line for line in await dumped(empty)) >= 2
    finally:
        await empty.dispose()
