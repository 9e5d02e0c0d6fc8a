"""What vendors send: only what is rightly signed, about their own, once; everything else changes nothing."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from contracts.directory import Directory
from contracts.events import vendor_bridge as v
from contracts.events.ticketing import DirectoryChanged
from tests.integration.vendor_bridge.conftest import SECRET, Bridge, new_id, of_type
from tests.support.handoff_life import COORDINATOR, PLATFORM, WIFI, Case, directory, directory_changed, received, types
from tests.support.plain import pythons_words
from vendor_bridge import tokens
from vendor_bridge.consumer import handler
from vendor_bridge.limits import Buckets
from vendor_bridge.store.directories import Directories

NAME = "demo-vendor"


async def handed_over(bridge: Bridge, case: Case, vendor: str = WIFI) -> str:
    await bridge.take_in(*case.handed_over(vendor))
    return str(of_type(await bridge.stated(), v.HandoffOffered)[-1].handoff)


async def nothing_happened(bridge: Bridge) -> None:
    assert await bridge.rows("SELECT 1 FROM inbound") == []
    assert set(await bridge.stated_types()) <= {"handoff.offered"}


async def test_a_rightly_signed_message_is_stored_raw_and_becomes_a_fact_once(bridge: Bridge) -> None:
    case = Case()
    handoff = await handed_over(bridge, case)
    name = new_id()
    first = await bridge.say(NAME, "entry_added", webhook_id=name, handoff=handoff, text="Vi ser felet.")
    second = await bridge.say(NAME, "entry_added", webhook_id=name, handoff=handoff, text="Vi ser felet.")
    assert (first.status_code, first.json()) == (202, {"status": "stored"})
    assert (second.status_code, second.json()) == (202, {"status": "repeated"})
    (fact,) = of_type(await bridge.stated(), v.VendorEntryAdded)
    assert (fact.text, fact.message, fact.vendor) == ({"sv": "Vi ser felet."}, name, WIFI)
    (row,) = await bridge.rows("SELECT body, effects FROM inbound")
    assert json.loads(row.body)["data"]["text"] == "Vi ser felet."
    assert row.effects == 1


def with_way(municipality: str, vendor: str, **more: Any) -> DirectoryChanged:
    """The shipped directory, with the network's connection under this vendor."""
    known, named = directory(municipality), directory().connections[NAME].connection
    assert named is not None
    changed = known.model_dump(mode="json")
    for each in changed["vendors"]:
        if each["id"] == vendor:
            each["connection"] = named.model_dump(mode="json") | more
    return directory_changed(Directory.model_validate(changed))


async def test_n9_a_connection_of_the_same_name_speaks_for_the_municipality_whose_secret_signed_alone(
    bridge: Bridge,
) -> None:
    handoff = await handed_over(bridge, Case())
    await bridge.take_in(with_way("hallsberg", "sydnarke-it", secret_ref="hallsberg-sydnarke-it"))
    body = json.dumps({"type": "entry_added", "data": {"handoff": handoff, "text": "Hej"}}).encode()
    of_hallsberg = bridge.signed("hallsberg-sydnarke-it", body, webhook_id=new_id())
    assert (await bridge.post(NAME, body, of_hallsberg)).status_code == 404
    await nothing_happened(bridge)
    assert (await bridge.say(NAME, "entry_added", handoff=handoff, text="Hej")).status_code == 202


async def test_a_state_in_the_vendors_own_word_means_what_its_mapping_says_and_one_that_nobody_listed_is_kept(
    bridge: Bridge,
) -> None:
    handoff = await handed_over(bridge, Case())
    assert (await bridge.say(NAME, "status_changed", handoff=handoff, status="Parkerad")).status_code == 422
    own = {"states": {"Påbörjad": "in_progress", "Löst": "resolved"}}
    await bridge.take_in(with_way("malarvik", "network", mapping=own))
    name = new_id()
    for no_word in ("", "x" * 101, 7, ["Löst"]):
        refused = await bridge.say(NAME, "status_changed", handoff=handoff, status=no_word)
        fault = {"pointer": "/data/status", "detail": "must be 1 to 100 printable characters"}
        assert (refused.status_code, refused.json()["errors"]) == (422, [fault])
    for status in ("stored", "repeated"):
        answer = await bridge.say(NAME, "status_changed", webhook_id=name, handoff=handoff, status="påbörjad")
        assert (answer.status_code, answer.json()) == (202, {"status": status})
    assert (await bridge.say(NAME, "status_changed", handoff=handoff, status="Parkerad")).status_code == 202
    solved = await bridge.say(NAME, "status_changed", handoff=handoff, status="Löst", text="Kabel bytt.")
    (at,) = of_type(await bridge.stated(), v.VendorStatusChanged)
    (kept,) = of_type(await bridge.stated(), v.VendorEntryAdded)
    (proposal,) = of_type(await bridge.stated(), v.VendorResolutionProposed)
    assert (at.status, kept.text, kept.private) == ("in_progress", {"sv": "Status hos leverantören: Parkerad"}, True)
    assert (proposal.text, proposal.proposal) == ({"sv": "Kabel bytt."}, solved.json()["proposal"])
    bodies = [json.loads(row.body)["data"]["status"] for row in await bridge.rows("SELECT body FROM inbound")]
    assert sorted(bodies) == ["Löst", "Parkerad", "påbörjad"]  # as they came


async def test_of_two_municipalities_with_one_vendor_the_words_are_those_of_the_case(bridge: Bridge) -> None:
    handoff = await handed_over(bridge, Case())
    await bridge.take_in(
        with_way("malarvik", "network", mapping={"states": {"Klar": "in_progress"}}),
        with_way("hallsberg", "sydnarke-it", mapping={"states": {"Klar": "returned"}}),
    )
    assert (await bridge.say(NAME, "status_changed", handoff=handoff, status="Klar")).status_code == 202
    assert types(await bridge.stated())[-1] == "vendor.status_changed"
    unknown = await bridge.say(NAME, "status_changed", handoff="ho_none", status="Klar")
    assert unknown.status_code == 404


async def test_what_was_signed_with_a_secret_of_before_says_nothing_once_another_process_heard_of_the_new_one(
    bridge: Bridge,
) -> None:
    """Who speaks is proven by the directories as they were last read, before any look at the database."""
    handoff = await handed_over(bridge, Case())
    assert (await bridge.say(NAME, "status_changed", handoff=handoff, status="in_progress")).status_code == 202
    before = await bridge.stated_types()
    changed = with_way("malarvik", "network", secret_ref="demo-vendor-print")
    async with bridge.engine.begin() as conn:
        await handler(Directories())(conn, [received(changed)])
    answer = await bridge.say(NAME, "entry_added", handoff=handoff, text="Hej")
    assert (answer.status_code, await bridge.stated_types()) == (401, before)
    body = json.dumps({"type": "entry_added", "data": {"handoff": handoff, "text": "Hej"}}).encode()
    assert (await bridge.post(NAME, body, bridge.signed("demo-vendor-print", body, webhook_id=new_id()))).is_success


async def test_the_ids_of_questions_and_proposals_are_answered_and_follow_from_the_message(bridge: Bridge) -> None:
    handoff = await handed_over(bridge, Case())
    asked = await bridge.say(NAME, "information_requested", handoff=handoff, text="Var?", question="Q-1")
    proposed = await bridge.say(NAME, "resolution_proposed", handoff=handoff, text="Klart.")
    (question,) = of_type(await bridge.stated(), v.VendorInformationRequested)
    (proposal,) = of_type(await bridge.stated(), v.VendorResolutionProposed)
    assert asked.json()["question"] == question.question
    assert proposed.json()["proposal"] == proposal.proposal
    assert question.vendor_question == "Q-1"


async def test_a_question_sent_again_under_another_id_is_the_same_question_and_says_so(bridge: Bridge) -> None:
    handoff, other = await handed_over(bridge, Case()), await handed_over(bridge, Case())
    asked = [
        await bridge.say(NAME, "information_requested", handoff=each, text="Var?", question="Q-1")
        for each in (handoff, handoff, other)
    ]
    assert [answer.status_code for answer in asked] == [202] * 3
    first, again, elsewhere = (answer.json() for answer in asked)
    assert first == again == {"status": "stored", "question": first["question"]}
    assert elsewhere["question"] != first["question"]
    facts = of_type(await bridge.stated(), v.VendorInformationRequested)
    assert [fact.question for fact in facts] == [first["question"], elsewhere["question"]]
    (row,) = await bridge.rows("SELECT questions FROM handoff WHERE id = :id", id=handoff)
    assert list(row.questions) == [first["question"]]


async def test_a_rejected_proposal_opens_the_askers_questions_again(bridge: Bridge) -> None:
    case = Case()
    handoff = await handed_over(bridge, case)
    asked = await bridge.say(NAME, "information_requested", handoff=handoff, text="Var?")
    answered = await bridge.say(NAME, "information_requested", handoff=handoff, text="När?")
    await bridge.take_in(case.answer_requested(answered.json()["question"]))
    proposed = await bridge.say(NAME, "resolution_proposed", handoff=handoff, text="Klart.")
    question = asked.json()["question"]
    await bridge.take_in(case.answer_requested(question))
    assert (await bridge.stated_types())[-1] == "handoff.request_refused"
    await bridge.take_in(case.rejected(proposed.json()["proposal"]))
    (row,) = await bridge.rows("SELECT questions FROM handoff WHERE id = :id", id=handoff)
    assert [id_ for id_, each in row.questions.items() if each["open"]] == [question]
    await bridge.take_in(case.answer_requested(question))
    assert [fact.question for fact in of_type(await bridge.stated(), v.HandoffAnswered)][-1] == question


async def test_a_reporters_answer_while_the_proposal_waits_still_reaches_the_asker(bridge: Bridge) -> None:
    case = Case()
    handoff = await handed_over(bridge, case)
    (ticket,) = case.tickets
    asked = await bridge.say(NAME, "information_requested", handoff=handoff, text="Blinkar den?", ticket=ticket)
    proposed = await bridge.say(NAME, "resolution_proposed", handoff=handoff, text="Klart.")
    await bridge.take_in(*case.answered(ticket, asked.json()["question"]))
    assert len(of_type(await bridge.stated(), v.HandoffAnswered)) == 1
    await bridge.take_in(case.rejected(proposed.json()["proposal"]))
    (row,) = await bridge.rows("SELECT questions FROM handoff WHERE id = :id", id=handoff)
    assert not any(each["open"] for each in row.questions.values())


async def test_a_message_with_a_wrong_header_is_refused_and_leaves_nothing(bridge: Bridge) -> None:
    body = said(await handed_over(bridge, Case()))
    headers = bridge.signed(NAME, body, webhook_id=new_id())
    for name, value in (
        ("webhook-signature", "v1,AAAA"),
        ("webhook-signature", ""),
        ("webhook-id", "another"),
        ("webhook-timestamp", "0"),
        ("webhook-timestamp", "9999999999"),
        ("webhook-timestamp", "NaN"),
    ):
        answer = await bridge.post(NAME, body, {**headers, name: value})
        assert answer.status_code == 401, (name, value)
        assert answer.headers["content-type"] == "application/problem+json"
    await nothing_happened(bridge)


async def test_a_message_that_says_it_is_no_json_is_refused_however_well_signed(bridge: Bridge) -> None:
    body = said(await handed_over(bridge, Case()))
    headers = bridge.signed(NAME, body, webhook_id=new_id())
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json", ""):
        answer = await bridge.post(NAME, body, {**headers, "content-type": kind})
        assert answer.status_code == 415, kind
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"] == "The body is not sent as JSON: say content-type: application/json."
    await nothing_happened(bridge)
    for kind in ("application/json; charset=utf-8", "application/cloudevents+json"):
        assert (await bridge.post(NAME, body, {**headers, "content-type": kind})).status_code == 202, kind


def said(handoff: str, kind: str = "entry_added", **data: Any) -> bytes:
    return json.dumps({"type": kind, "data": {"handoff": handoff, "text": "Hej", **data}}).encode()


async def test_a_tampered_an_old_and_a_foreignly_signed_message_are_refused_alike(bridge: Bridge) -> None:
    body = said(await handed_over(bridge, Case()))
    old = bridge.signed(NAME, body, webhook_id=new_id(), at=datetime.now(UTC) - timedelta(minutes=6))
    ahead = bridge.signed(NAME, body, webhook_id=new_id(), at=datetime.now(UTC) + timedelta(minutes=6))
    foreign = bridge.signed("demo-vendor-platform", body, webhook_id=new_id())
    right = bridge.signed(NAME, body, webhook_id=new_id())
    answers = [
        await bridge.post(NAME, body.replace(b"Hej", b"Haj"), right),
        await bridge.post(NAME, body, old),
        await bridge.post(NAME, body, ahead),
        await bridge.post(NAME, body, foreign),
        await bridge.post(NAME, body, {}),
        await bridge.post("no-such-connection", body, right),
    ]
    assert [answer.status_code for answer in answers] == [401] * 6
    assert len({answer.text for answer in answers}) == 1
    await nothing_happened(bridge)


async def test_n9_another_connections_or_municipalitys_hand_off_looks_like_one_that_does_not_exist(
    bridge: Bridge,
) -> None:
    own, foreign = Case(), Case("hallsberg", school="transtensskolan")
    theirs = await handed_over(bridge, foreign, "vendor:sydnarke-it")
    ours = await handed_over(bridge, own)
    answers = [
        await bridge.say(NAME, "entry_added", handoff=theirs, text="Hej"),
        await bridge.say("demo-vendor-platform", "entry_added", handoff=ours, text="Hej"),
        await bridge.say("hallsberg-sydnarke-it", "entry_added", handoff=ours, text="Hej"),
        await bridge.say(NAME, "entry_added", handoff="ho_doesnotexist", text="Hej"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert len({answer.text for answer in answers}) == 1
    await nothing_happened(bridge)
    assert (await bridge.say("hallsberg-sydnarke-it", "entry_added", handoff=theirs, text="Hej")).status_code == 202
    (fact,) = of_type(await bridge.stated(), v.VendorEntryAdded)
    assert fact.municipality == "hallsberg"


async def test_n9_a_ticket_of_another_case_is_refused_like_one_that_does_not_exist(bridge: Bridge) -> None:
    own, other = Case(), Case()
    handoff = await handed_over(bridge, own)
    await handed_over(bridge, other)
    answers = [
        await bridge.say(NAME, "information_requested", handoff=handoff, text="Var?", ticket=ticket)
        for ticket in (other.tickets[0], "tk_nowhere")
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["errors"] == [{"pointer": "/data/ticket", "detail": "is no ticket of this hand-off"}]
    await nothing_happened(bridge)


async def test_a_time_that_nobody_can_mean_is_refused_and_one_that_is_just_over_is_not(bridge: Bridge) -> None:
    handoff = await handed_over(bridge, Case())
    now = datetime.now(UTC)
    for away in (timedelta(days=800), timedelta(days=-800)):
        at = (now + away).isoformat()
        answer = await bridge.say(NAME, "status_changed", handoff=handoff, status="in_progress", expected_at=at)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["errors"] == [
            {"pointer": "/data/expected_at", "detail": "is more than two years away from now"}
        ]
    await nothing_happened(bridge)
    at = (now - timedelta(days=3)).isoformat()
    taken = await bridge.say(NAME, "status_changed", handoff=handoff, status="in_progress", expected_at=at)
    assert taken.status_code == 202
    (fact,) = of_type(await bridge.stated(), v.VendorStatusChanged)
    assert fact.expected_at == datetime.fromisoformat(at)


NONSENSE = [
    (b"", ""),
    (b"[]", ""),
    (b"7", ""),
    (b"{", ""),
    (b"\xff\xfe", ""),
    (b'{"type": "shouted", "data": {}}', "/type"),
    (b'{"type": "entry_added"}', "/data"),
    (b'{"type": "entry_added", "data": 7}', "/data"),
    (
        b'{"type": "status_changed", "data": {"handoff": "h", "status": "pending", "expected_at": "soon"}}',
        "/data/expected_at",
    ),
    (b'{"type": "entry_added", "data": {"handoff": "h", "text": ""}}', "/data/text"),
    (b'{"type": "entry_added", "data": {"handoff": "h", "text": "x", "txet": "y"}}', "/data/txet"),
    (b'{"type": "entry_added", "data": {"handoff": "h", "text": "a\\u0000b"}}', "/data/text"),
    (b'{"type": "entry_added", "data": {"handoff": "h", "text": "\\ud800"}}', ""),
    (b'{"type": "status_changed", "data": {"handoff": "h", "status": "vanished"}}', "/data/status"),
    (b'{"type": "acknowledged", "data": {"handoff": "h"}}', "/data/heads"),
    (
        b'{"type": "acknowledged", "data": {"handoff": "h", "heads": {"in_1": {"seq": "x"}}}}',
        "/data/heads/in_1/seq",
    ),
    (json.dumps({"type": "entry_added", "data": {"handoff": "h", "text": "x" * 20_001}}).encode(), "/data/text"),
    (b"[" * 100_000, ""),
]


async def test_nonsense_is_refused_with_its_place_and_without_repeating_it(bridge: Bridge) -> None:
    for body, place in NONSENSE:
        text = body if body != b"\xff\xfe" else b""  # the library signs only what is text
        answer = await bridge.post(NAME, body, bridge.signed(NAME, text, webhook_id=new_id()))
        assert answer.status_code == 422, body[:80]
        assert place in [error["pointer"] for error in answer.json()["errors"]]
        assert "vanished" not in answer.text
        assert pythons_words(answer.text) == []
        assert len(answer.text) < 3000
    await nothing_happened(bridge)


async def test_an_oversized_message_is_refused_before_it_is_read(bridge: Bridge) -> None:
    body = said("h", text="x" * 600_000)
    answer = await bridge.post(NAME, body, bridge.signed(NAME, body, webhook_id=new_id()))
    assert answer.status_code == 413
    await nothing_happened(bridge)


async def test_ten_thousand_copies_of_one_message_have_one_effect(bridge: Bridge) -> None:
    body = said(await handed_over(bridge, Case()))
    headers = bridge.signed(NAME, body, webhook_id=new_id())
    bridge.vendors._limits = Buckets(10_000, 10_000)
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:

        async def some(count: int) -> set[int]:
            url = f"{bridge.url}/webhooks/{NAME}"
            return {(await client.post(url, content=body, headers=headers)).status_code for _ in range(count)}

        statuses = await asyncio.gather(*(some(50) for _ in range(8)))
    assert set().union(*statuses) == {202}
    # The others at the use case, where a copy costs least to send.
    receipts = [await bridge.vendors.take(NAME, headers, body) for _ in range(9600)]
    assert all(receipt.repeated for receipt in receipts)
    assert (await bridge.stated_types()).count("vendor.entry_added") == 1


async def test_n5_who_has_a_connection_now_is_told_nothing_of_what_another_vendor_had_by_it(bridge: Bridge) -> None:
    case = Case()
    await bridge.take_in(*case.handed_over(), *case.assigned(COORDINATOR, "taken_back"))
    (row,) = await bridge.rows("SELECT id FROM handoff")
    headers = {"authorization": f"Bearer {tokens.issue(SECRET, 'demo-vendor', municipality='malarvik')}"}

    async def read() -> int:
        async with httpx.AsyncClient(base_url=bridge.url, headers=headers, trust_env=False) as client:
            return (await client.get(f"/handoffs/{row.id}/bundle")).status_code

    assert await read() == 200
    known = directory()
    ways = {each.id: each.connection for each in known.vendors}
    moved = {"network": ways["platform"], "platform": ways["network"]}
    vendors = [
        each.model_copy(update={"connection": moved.get(each.id, each.connection)}).model_dump(mode="json")
        for each in known.vendors
    ]
    content = type(known).model_validate(known.model_dump(mode="json") | {"vendors": vendors})
    await bridge.take_in(directory_changed(content))
    assert await read() == 404
    assert (await bridge.say("demo-vendor", "entry_added", handoff=row.id, text="Hej")).status_code == 404


async def test_copies_that_arrive_at_the_same_moment_have_one_effect(bridge: Bridge) -> None:
    body = said(await handed_over(bridge, Case()))
    headers = bridge.signed(NAME, body, webhook_id=new_id())
    answers = await asyncio.gather(*(bridge.post(NAME, body, headers) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {202}
    assert sorted(answer.json()["status"] for answer in answers).count("stored") == 1
    assert (await bridge.stated_types()).count("vendor.entry_added") == 1


async def test_words_after_the_case_was_taken_back_are_kept_and_move_nothing(bridge: Bridge) -> None:
    case = Case()
    handoff = await handed_over(bridge, case)
    await bridge.take_in(*case.assigned(COORDINATOR, "taken_back"))
    for kind, data in (
        ("resolution_proposed", {"text": "Löst i efterhand."}),
        ("returned", {}),
        ("acknowledged", {"heads": {}}),
        ("status_changed", {"status": "in_progress"}),
    ):
        assert (await bridge.say(NAME, kind, handoff=handoff, **data)).status_code == 202
    after = (await bridge.stated_types())[2:]
    assert after == ["vendor.entry_added"]
    assert len(await bridge.rows("SELECT 1 FROM inbound")) == 4


async def test_r12_words_on_a_case_that_went_on_count_where_it_went_but_how_a_vendor_ends_its_own_does_not(
    bridge: Bridge,
) -> None:
    first, second, third = Case(), Case(), Case()
    old, _, newest = [await handed_over(bridge, case) for case in (first, second, third)]
    await bridge.rows('UPDATE handoff SET heads = \'{"in_0": {"seq": 1, "hash": "x"}}\'')  # all were sent
    await bridge.take_in(second.linked(first.tickets[0]), first.superseded(second))
    await bridge.take_in(third.linked(first.tickets[0]), third.linked(second.tickets[0]), second.superseded(third))
    before = len(await bridge.stated())
    ticket = first.tickets[0]
    for kind, data in (
        ("entry_added", {"text": "Vi hittade felet.", "ticket": ticket}),
        ("information_requested", {"text": "Lyser lampan?", "ticket": ticket}),
        ("status_changed", {"status": "in_progress"}),
        ("resolution_proposed", {"text": "Switchen är bytt."}),
        ("acknowledged", {"heads": {}}),
        ("returned", {"text": "Dubblett hos oss."}),
    ):
        assert (await bridge.say(NAME, kind, handoff=old, **data)).status_code == 202, kind
    stated = (await bridge.stated())[before:]
    assert types(stated) == [
        "vendor.entry_added", "vendor.information_requested", "vendor.status_changed", "vendor.resolution_proposed",
        "vendor.entry_added",
    ]  # fmt: skip
    where = [(fact.handoff, fact.incident) for fact in stated if isinstance(fact, v.HandoffEvent)]
    assert where == [(newest, third.incident)] * 4 + [(old, first.incident)]
    assert await bridge.rows("SELECT DISTINCT handoff FROM inbound") == [(old,)]


async def test_what_is_given_back_after_its_solution_was_accepted_is_no_return(bridge: Bridge) -> None:
    case = Case()
    handoff = await handed_over(bridge, case)
    proposed = await bridge.say(NAME, "resolution_proposed", handoff=handoff, text="Matningen är bytt.")
    await bridge.take_in(case.resolved(proposed.json()["proposal"]))
    returned = await bridge.say(NAME, "returned", handoff=handoff, text="Tack, vi stänger hos oss.")
    assert (returned.status_code, returned.json()) == (202, {"status": "stored"})
    assert "handoff.returned" not in await bridge.stated_types()
    (note,) = of_type(await bridge.stated(), v.VendorEntryAdded)
    assert (note.text, note.private) == ({"sv": "Tack, vi stänger hos oss."}, True)
    (row,) = await bridge.rows("SELECT ended FROM handoff")
    assert row.ended is None


async def test_a_vendor_that_is_slow_to_name_its_case_gets_its_reference_back(bridge: Bridge) -> None:
    handoff = await handed_over(bridge, Case())
    await bridge.say(NAME, "acknowledged", handoff=handoff, heads={}, vendor_reference="NL-48213")
    (row,) = await bridge.rows("SELECT vendor_reference, acknowledged_at FROM handoff")
    assert row.vendor_reference == "NL-48213"
    assert row.acknowledged_at is not None


async def test_an_acknowledgement_names_entries_of_its_own_history_the_newest_or_earlier_ones(bridge: Bridge) -> None:
    case = Case()
    handoff = await handed_over(bridge, case)
    earlier = {id_: head.model_dump() for id_, head in case.heads.items()}
    await bridge.take_in(case.entry("Nu också i aulan", "reporter", case=case.tickets[0]))
    newest = {id_: head.model_dump() for id_, head in case.heads.items()}
    assert newest != earlier
    for heads in (earlier, newest, dict(list(newest.items())[:1])):
        assert (await bridge.say(NAME, "acknowledged", handoff=handoff, heads=heads)).status_code == 202
    (row,) = await bridge.rows("SELECT acknowledged_heads FROM handoff")
    assert row.acknowledged_heads == earlier


@pytest.mark.parametrize("before", [0, 1], ids=["the first", "a later one"])
async def test_n9_an_acknowledgement_with_a_head_that_is_not_its_own_is_refused_and_leaves_nothing(
    bridge: Bridge, before: int
) -> None:
    case, other = Case(), Case()
    handoff = await handed_over(bridge, case)
    await handed_over(bridge, other)
    own = {id_: head.model_dump() for id_, head in case.heads.items()}
    for _ in range(before):
        assert (await bridge.say(NAME, "acknowledged", handoff=handoff, heads=own)).status_code == 202
    foreign = other.heads[other.tickets[0]].model_dump()
    ticket = case.tickets[0]
    for name, head, place in (
        (other.tickets[0], foreign, f"/data/heads/{other.tickets[0]}"),
        ("in_nowhere", foreign, "/data/heads/in_nowhere"),
        ("a/b~c", foreign, "/data/heads/a~1b~0c"),
        (ticket, foreign, f"/data/heads/{ticket}"),
        (ticket, own[ticket] | {"seq": 2}, f"/data/heads/{ticket}"),
        (ticket, own[ticket] | {"seq": 0}, f"/data/heads/{ticket}"),
        (ticket, own[ticket] | {"seq": 10**30}, f"/data/heads/{ticket}"),
        (ticket, own[ticket] | {"hash": "a\0"}, f"/data/heads/{ticket}"),
    ):
        answer = await bridge.say(
            NAME, "acknowledged", handoff=handoff, heads={**own, name: head}, vendor_reference="X-1"
        )
        assert answer.status_code == 422, name
        assert answer.json()["errors"] == [{"pointer": place, "detail": "is no entry of this hand-off's history"}]
    assert len(await bridge.rows("SELECT 1 FROM inbound")) == before
    assert (await bridge.stated_types()).count("handoff.acknowledged") == before
    assert await bridge.rows("SELECT 1 FROM handoff WHERE vendor_reference IS NOT NULL") == []


async def test_a_head_of_a_ticket_that_moved_on_since_is_still_of_what_was_handed_over(bridge: Bridge) -> None:
    case, other = Case(), Case()
    handoff = await handed_over(bridge, case)
    told = {id_: head.model_dump() for id_, head in case.heads.items()}
    await bridge.rows(
        "UPDATE delivery SET heads = CAST(:heads AS jsonb) WHERE handoff = :id", heads=json.dumps(told), id=handoff
    )
    await bridge.take_in(*other.opened(), other.linked(case.tickets[0]))
    assert (await bridge.say(NAME, "acknowledged", handoff=handoff, heads=told)).status_code == 202


async def test_n5_of_a_ticket_that_left_a_vendor_says_nothing_and_what_it_asked_has_ended(
    bridge: Bridge,
) -> None:
    case, other = Case(), Case()
    handoff = await handed_over(bridge, case)
    await bridge.take_in(*case.filed("Samma"), case.linked(ticket := case.tickets[-1]))
    asks = {"handoff": handoff, "ticket": ticket, "text": "Var?", "question": "Q-1"}
    first = (await bridge.say(NAME, "information_requested", **asks)).json()["question"]
    await bridge.take_in(*other.opened_for(ticket))
    (ended,) = of_type(await bridge.stated(), v.HandoffAnswered)
    assert (ended.question, ended.ticket, ended.incident) == (first, ticket, case.incident)
    answers = "SELECT details FROM delivery WHERE kind = 'answered' AND handoff = :id"
    assert [row.details["answer"]["vendor_question"] for row in await bridge.rows(answers, id=handoff)] == ["Q-1"]
    await bridge.take_in(*case.answered(ticket, first))
    assert len(of_type(await bridge.stated(), v.HandoffAnswered)) == 1
    for kind in ("entry_added", "information_requested"):
        refused = await bridge.say(NAME, kind, handoff=handoff, ticket=ticket, text="Till er.")
        fault = {"pointer": "/data/ticket", "detail": "is no ticket of this hand-off"}
        assert (refused.status_code, refused.json()["errors"]) == (422, [fault])
    again = await bridge.say(NAME, "information_requested", **asks | {"ticket": case.tickets[0]})
    assert again.json()["question"] != first


async def get(bridge: Bridge, handoff: str, token: str | None, query: str = "") -> httpx.Response:
    headers = {"authorization": f"Bearer {token}"} if token is not None else {}
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(f"{bridge.url}/handoffs/{handoff}/bundle{query}", headers=headers)


async def test_a_bundle_opens_for_its_own_connections_token_alone(bridge: Bridge) -> None:
    case = Case()
    handoff = await handed_over(bridge, case)
    token = tokens.issue(SECRET, NAME)
    found = await get(bridge, handoff, token)
    assert found.status_code == 200
    assert found.json()["heads"] == {id_: head.model_dump() for id_, head in case.heads.items()}
    closed = {
        "none": await get(bridge, handoff, None),
        "forged": await get(bridge, handoff, tokens.issue("another secret, long enough for it", NAME)),
        "unsigned": await get(bridge, handoff, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJkZW1vLXZlbmRvciJ9."),
        "expired": await get(bridge, handoff, tokens.issue(SECRET, NAME, ttl=timedelta(seconds=-1))),
        "where it is none": await get(bridge, handoff, tokens.issue(SECRET, NAME, municipality="hallsberg")),
    }
    assert {why: answer.status_code for why, answer in closed.items()} == dict.fromkeys(closed, 401)
    foreign = [
        await get(bridge, handoff, tokens.issue(SECRET, "demo-vendor-platform")),
        await get(bridge, handoff, tokens.issue(SECRET, "hallsberg-sydnarke-it")),
        await get(bridge, "ho_none", token),
        await get(bridge, handoff, token, "?message=msg_none"),
    ]
    assert [answer.status_code for answer in foreign] == [404] * 4
    assert (await get(bridge, handoff, token, "?other=1")).status_code == 422


async def test_a_released_vendor_fetches_its_part_of_the_story_and_nothing_later(bridge: Bridge) -> None:
    case = Case()
    handoff = await handed_over(bridge, case)
    await bridge.take_in(*case.assigned(PLATFORM))
    await bridge.take_in(case.entry("zq7senare", "reporters"))
    found = await get(bridge, handoff, tokens.issue(SECRET, NAME))
    assert found.status_code == 200
    assert "zq7senare" not in found.text
