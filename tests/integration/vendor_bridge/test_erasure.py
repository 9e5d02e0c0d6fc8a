"""N11 and R14: what the bridge holds of an erased ticket is gone, and vendors that have it are told to forget it."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from chassis.db import create_engine
from contracts import bundle, erasure, timeline
from contracts.bundle import Bundle
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.events.ticketing import EntryErased, PersonChanged, PersonErased
from contracts.timeline import Entry, FileRef
from contracts.values import SYSTEM, Actor
from contracts.webhooks import message_of
from tests.conftest import MakeDatabase
from tests.integration.vendor_bridge.conftest import SECRET, Bridge, DemoVendor, new_id, of_type, served
from tests.integration.vendor_bridge.stub_vendor import Stub
from tests.integration.vendor_bridge.test_delivery import once, until_none_pending
from tests.integration.vendor_bridge.test_replay import dumped
from tests.support.grep_databases import places
from tests.support.handoff_life import COORDINATOR, PLATFORM, WIFI, Case, directory_changed, received
from vendor_bridge import replay, tokens
from vendor_bridge.store import mail

WORD = "Zebrafinksgatan"
NAME = "demo-vendor"
BEARER = {"authorization": f"Bearer {tokens.issue(SECRET, NAME)}"}


def reported(case: Case) -> list[Any]:
    filed = case.filed(f"Nätet på {WORD}", f"Jag bor på {WORD}.")
    return [*filed, *case.opened_for(case.tickets[0], filed[0])]


async def told(bridge: Bridge, stub: Stub) -> dict[str, Any]:
    """What the vendor got last."""
    await until_none_pending(bridge)
    data: dict[str, Any] = stub.came[-1]["body"]["data"]
    return data


async def test_n11_the_vendor_that_has_it_is_told_once_and_nothing_is_left(bridge: Bridge, vendor_port: int) -> None:
    stub, case = Stub(), Case()
    async with served(stub.app(), vendor_port):
        await bridge.take_in(*reported(case), *case.assigned("vendor:network"))
        await once(bridge)
        handoff = stub.came[0]["body"]["data"]["handoff"]
        ticket = case.tickets[0]
        said = await bridge.say(NAME, "entry_added", handoff=handoff, ticket=ticket, text=f"På väg till {WORD}")
        assert said.status_code == 202, said.text
        await bridge.rows("UPDATE delivery_attempt SET detail = :word", word=WORD)
        story = json.dumps({"subject": {"title": WORD}, "chains": [], "partial": False}).encode()
        await bridge.rows("UPDATE delivery SET last_error = :word, bundle = :story", word=WORD, story=story)
        await bridge.rows(
            "INSERT INTO connection_health (municipality, connection, failures, changed_at, detail)"
            " VALUES ('malarvik', :name, 1, now(), :word)"
            " ON CONFLICT (municipality, connection) DO UPDATE SET detail = :word",
            name=NAME,
            word=WORD,
        )
        assert {"delivery.bundle: 1", "delivery.last_error: 1", "connection_health.detail: 1"} <= set(
            await places(bridge.engine, WORD)
        )
        await bridge.take_in(*case.erased(ticket))
        assert await places(bridge.engine, WORD) == []
        bridge.start_sending()
        data = await told(bridge, stub)
    assert stub.kinds() == ["offered", "redacted"]
    (forgotten,) = data["forget"]
    (written,) = forgotten.pop("written")
    assert forgotten == {"case": ticket, "entries": [1], "whole": True}
    assert (written["seq"], written["party"]) == (1, "reporter")
    assert WORD not in json.dumps(data)
    assert bundle.prove(Bundle.model_validate(data["bundle"]), _heads(stub.came[0])) == []
    rows = await bridge.rows("SELECT content FROM chain_entry WHERE case_id = :case ORDER BY seq", case=ticket)
    assert timeline.verify([Entry.model_validate(row.content) for row in rows]) == []


def _heads(came: dict[str, Any]) -> Any:
    return Bundle.model_validate(came["body"]["data"]["bundle"]).heads


async def test_n11_a_vendor_that_had_it_is_told_too_and_who_comes_later_gets_none_of_it(
    bridge: Bridge, vendor_port: int
) -> None:
    stub, case = Stub(), Case()
    async with served(stub.app(), vendor_port):
        bridge.start_sending()
        await bridge.take_in(*reported(case), *case.assigned("vendor:network"))
        await told(bridge, stub)
        await bridge.take_in(*case.assigned(COORDINATOR, "taken_back"))
        await told(bridge, stub)
        await bridge.take_in(*case.erased(case.tickets[0]))
        await told(bridge, stub)
        await bridge.take_in(*case.assigned(PLATFORM))
        last = await told(bridge, stub)
    assert stub.kinds() == ["offered", "taken_back", "redacted", "offered"]
    assert WORD not in json.dumps(last)
    assert bundle.prove(Bundle.model_validate(last["bundle"])) == []


async def test_n11_what_is_still_owed_goes_without_the_words_under_the_same_id(
    bridge: Bridge, vendor_port: int
) -> None:
    stub, case = Stub(status=500), Case()
    async with served(stub.app(), vendor_port):
        await bridge.take_in(*reported(case), *case.assigned("vendor:network"))
        await once(bridge)
        assert WORD in stub.came[0]["raw"].decode()
        await bridge.take_in(*case.erased(case.tickets[0]))
        assert await places(bridge.engine, WORD) == []
        stub.status = 200
        bridge.start_sending()
        await told(bridge, stub)
    taken = [each for each in stub.came if each["status"] == 200]
    assert [each["body"]["data"]["message"] for each in taken] == ["offered", "redacted"]
    assert taken[0]["id"] == stub.came[0]["id"]
    assert WORD not in taken[0]["raw"].decode()


async def test_n11_what_is_owed_of_an_incident_that_the_ticket_has_left_goes_without_its_words(
    bridge: Bridge, vendor_port: int
) -> None:
    stub, case, other = Stub(status=500), Case(), Case()
    async with served(stub.app(), vendor_port):
        await bridge.take_in(*reported(case), *case.assigned("vendor:network"), *other.opened())
        await once(bridge)
        [ticket] = case.tickets
        other.heads[ticket] = case.heads[ticket]
        await bridge.take_in(other.linked(ticket))
        assert await places(bridge.engine, WORD) != []
        await bridge.take_in(*other.erased(ticket))
        assert await places(bridge.engine, WORD) == []
        stub.status = 200
        bridge.start_sending()
        await told(bridge, stub)
    assert all(WORD not in each["raw"].decode() for each in stub.came if each["status"] == 200)


async def test_n11_nobody_names_an_erased_ticket_to_us(bridge: Bridge, vendor_port: int) -> None:
    stub, case = Stub(), Case()
    async with served(stub.app(), vendor_port):
        await bridge.take_in(*reported(case), *case.assigned("vendor:network"))
        await once(bridge)
    handoff, ticket = stub.came[0]["body"]["data"]["handoff"], case.tickets[0]
    await bridge.take_in(*case.erased(ticket))
    answer = await bridge.say(NAME, "entry_added", handoff=handoff, ticket=ticket, text=f"{WORD}?")
    assert answer.status_code == 422
    assert await places(bridge.engine, WORD) == []


@pytest.mark.parametrize(("audience", "kinds"), [("internal", ["offered"]), ("reporters", ["offered", "redacted"])])
async def test_r20_of_one_entry_only_who_could_read_it_hears(
    bridge: Bridge, vendor_port: int, audience: str, kinds: list[str]
) -> None:
    stub, case = Stub(), Case()
    async with served(stub.app(), vendor_port):
        note = case.entry(f"Hon bor på {WORD}.", audience, kind="note", party=COORDINATOR)
        await bridge.take_in(*case.opened(), note, *case.assigned("vendor:network"))
        await once(bridge)
        await bridge.take_in(entry_erased(case, note))
        assert await places(bridge.engine, WORD) == []
        bridge.start_sending()
        await told(bridge, stub)
    assert stub.kinds() == kinds


async def test_which_of_several_in_one_minute_is_erased_is_told_where_others_of_them_stay(
    bridge: Bridge, vendor_port: int
) -> None:
    stub, case = Stub(), Case()
    async with served(stub.app(), vendor_port):
        audiences = ("reporters", "internal", "reporters", "reporters")
        notes = [case.entry(f"Notis {n}.", each, party=COORDINATOR) for n, each in enumerate(audiences)]
        minute = notes[0].entry.at.replace(second=1, microsecond=0)
        await bridge.take_in(*case.opened(), *notes, *case.assigned("vendor:network"))
        await bridge.rows(
            "UPDATE chain_entry SET content = jsonb_set(content, '{at}', to_jsonb(CAST(:at AS text)))"
            " WHERE content ->> 'party' = :party",
            at=minute.isoformat(),
            party=COORDINATOR,
        )
        await once(bridge)
        bridge.start_sending()
        numbers = []
        for note in (notes[2], notes[0]):
            await bridge.take_in(entry_erased(case, note))
            data = await told(bridge, stub)
            numbers += [one["nth"] for each in data["forget"] for one in each["written"]]
        both = entry_erased(case, notes[3]).model_copy(
            update={"entries": {case.incident: tuple(note.entry.seq for note in notes)}}
        )
        await bridge.take_in(both)
        data = await told(bridge, stub)
    assert numbers == [2, 1], "what is not for the vendor is not counted"
    assert {one["nth"] for each in data["forget"] for one in each["written"]} == {None}


def entry_erased(case: Case, note: t.EntryRecorded, *causes: str) -> EntryErased:
    return EntryErased(
        **case.stamp(),
        by=SYSTEM,
        reason="protected",
        entries={note.case: (note.entry.seq,)},
        causes=(note.entry.caused_by, *causes),
        since=note.at - timedelta(days=8),
        audience=note.entry.audience,
    )


async def test_n11_r15_a_story_that_was_linked_to_is_told_without_the_words_and_under_the_same_digest(
    bridge: Bridge, vendor_port: int
) -> None:
    """However late it is fetched, and in however many messages."""
    stub, case = Stub(), Case()
    long = f"{WORD} " + "Ö" * 9_000
    async with served(stub.app(), vendor_port):
        bridge.start_sending()
        await bridge.take_in(*reported(case), *case.filed("Samma", "Också i sal 3."), case.linked(case.tickets[-1]))
        first, second = case.tickets
        await bridge.take_in(*(case.entry(long, "reporter", case=first) for _ in range(18)))
        await bridge.take_in(*case.assigned("vendor:network"))
        await told(bridge, stub)
        await bridge.take_in(*(case.entry(long, "reporter", case=first) for _ in range(18)))
        await told(bridge, stub)
        await bridge.take_in(case.entry("A1", "reporter", case=second))
        await told(bridge, stub)
        links = {each["id"]: each["body"]["data"]["bundle_link"] for each in stub.came}
        before = {id_: await fetched(bridge, link) for id_, link in links.items() if link}
        await bridge.take_in(*case.erased(first))
        await told(bridge, stub)
    assert [len(bundle.chains) for bundle in before.values()] == [3, 1]
    for id_, had in before.items():
        now = await fetched(bridge, links[id_])
        assert (now.digest, now.heads, now.partial) == (had.digest, had.heads, had.partial)
        known = {chain.case: chain.after for chain in had.chains if chain.after}
        carried = {chain.case for chain in had.chains}
        assert bundle.prove(now, known | {id_: head for id_, head in had.heads.items() if id_ not in carried}) == []
        assert WORD not in now.model_dump_json()
    assert await places(bridge.engine, WORD) == []


async def test_of_a_message_that_told_no_story_apart_it_is_said_that_there_is_none(
    bridge: Bridge, vendor_port: int
) -> None:
    stub, case = Stub(), Case()
    async with served(stub.app(), vendor_port):
        await bridge.take_in(*case.handed_over())
        await once(bridge)
    url = f"{bridge.url}/handoffs/{stub.came[0]['body']['data']['handoff']}/bundle"
    async with httpx.AsyncClient(trust_env=False, headers=BEARER) as client:
        answer = await client.get(url, params={"message": stub.came[0]["id"]})
        assert (answer.status_code, (await client.get(url)).status_code) == (404, 200)
        assert answer.json()["detail"] == (
            "No message of this hand-off has this story apart: without ?message you get the whole."
        )
        assert "hand-off on this connection" in (await client.get(url.replace("ho_", "ho_x"))).json()["detail"]


async def fetched(bridge: Bridge, link: dict[str, Any]) -> Bundle:
    async with httpx.AsyncClient(trust_env=False, headers=BEARER) as client:
        answer = await client.get(link["url"])
    assert answer.status_code == 200, answer.text
    return Bundle.model_validate(answer.json())


@pytest.mark.parametrize("what", ["one entry", "the whole"])
async def test_n11_of_what_a_vendor_reported_itself_nothing_is_left_live_or_by_replay(
    bridge: Bridge, database: MakeDatabase, what: str
) -> None:
    """One entry: its words and files, and no other's."""
    case, whole = Case(), what == "the whole"
    of_it = {"title": f"Fel på {WORD}", "description": WORD, "category": WORD, "place": WORD, "priority": WORD}
    said = await bridge.say(NAME, "ticket_reported", **(of_it if whole else {"title": "Fiberbrott"}))
    ticket = said.json()["ticket"]
    filed, entry = filed_of(case, ticket)
    heard: list[Any] = [directory_changed(), *of_type(await bridge.stated(), v.VendorTicketReported), filed, entry]
    await bridge.take_in(filed, entry)
    first: tuple[Any, ...] = ()
    for n, text in enumerate((f"Asta bor på {WORD}.", "Vi gräver.")):
        file = FileRef(sha256=f"{n}" * 64, name=f"{text}.log", media_type="text/plain", size=1)
        message = message_of("ticket_changed", {"ticket": ticket, "title": "Fiberbrott igen", "text": text})
        await bridge.vendors.say(NAME, ["malarvik"], message, f"m{n}", text.encode(), files=(file,))
        change = of_type(await bridge.stated(), v.VendorTicketChanged)[-1]
        answered = t.TicketAnswered(
            **case.stamp(change), ticket=ticket, by=Actor(party=WIFI), text=change.text, files=change.files
        )
        note = case.entry(text, "reporter", case=ticket, cause=answered, party=WIFI, files=change.files)
        first = first or (note, change.id)
        heard += [change, answered, note]
        await bridge.take_in(answered, note)
    assert {"report.notes", "report.files", "inbound.body"} <= {
        place.partition(":")[0] for place in await places(bridge.engine, WORD)
    }
    gone: list[Any] = case.erased(ticket) if whole else [entry_erased(case, *first)]
    await bridge.take_in(*gone)
    assert await places(bridge.engine, WORD) == []
    [report] = await bridge.rows("SELECT title, notes, files FROM report")
    assert (report.title, [note["text"]["sv"] for note in report.notes], [file["name"] for file in report.files]) == (
        ("Raderat ärende", [], []) if whole else ("Fiberbrott igen", ["", "Vi gräver."], ["Vi gräver..log"])
    )
    kept = {event.id: event for event in await bridge.stated()}
    record = [kept.get(event.id, erasure.redacted(event, gone[0])) for event in (*heard, *gone)]
    empty = create_engine(await database("chassis", "vendor_bridge"), name="replay")
    try:
        async with empty.begin() as conn:
            await replay.apply(conn, [received(event) for event in record])
        assert [line for line in await dumped(empty) if ticket in line] == [
            line for line in await dumped(bridge.engine) if ticket in line
        ]
    finally:
        await empty.dispose()


def filed_of(case: Case, ticket: str) -> tuple[t.TicketFiled, t.EntryRecorded]:
    """As ticketing files what a vendor reported."""
    filed = t.TicketFiled(
        **case.stamp(), ticket=ticket, number="MAL-2026-000007", kind="incident", reporter=WIFI, title="Fiberbrott",
        school=case.school, service=case.service, occurred_at=case.stamp()["at"],
    )  # fmt: skip
    case.tickets.append(ticket)
    return filed, case.entry("Fiberbrott", "reporter", case=ticket, cause=filed, kind="filed", party=WIFI)


async def test_n11_an_erased_answer_is_gone_from_what_the_bridge_said_of_it_too(
    bridge: Bridge, vendor_port: int
) -> None:
    stub, case = Stub(), Case()
    async with served(stub.app(), vendor_port):
        await bridge.take_in(*case.handed_over())
        await once(bridge)
        handoff, ticket = stub.came[0]["body"]["data"]["handoff"], case.tickets[0]
        asked = await bridge.say(NAME, "information_requested", handoff=handoff, ticket=ticket, text="Var?")
        answered, note = case.answered(ticket, asked.json()["question"], f"På {WORD}.")
        await bridge.take_in(answered, note)
        assert len(of_type(await bridge.stated(), v.HandoffAnswered)) == 1
        assert isinstance(note, t.EntryRecorded)
        await bridge.take_in(entry_erased(case, note))
    assert await places(bridge.engine, WORD) == []


async def test_n11_a_person_without_a_name_is_shown_to_no_vendor(bridge: Bridge) -> None:
    stamp = Case().stamp()
    await bridge.take_in(PersonChanged(**stamp, person="pe_larare", name=WORD, role="teacher"))
    assert await places(bridge.engine, WORD) == ["person.name: 1"]
    await bridge.take_in(PersonErased(**Case().stamp(), person="pe_larare", by=SYSTEM, reason="asked"))
    assert await places(bridge.engine, WORD) == []


async def test_n9_an_erasure_of_another_municipality_changes_nothing_here(bridge: Bridge, vendor_port: int) -> None:
    stub, case = Stub(), Case()
    async with served(stub.app(), vendor_port):
        await bridge.take_in(*reported(case), *case.assigned("vendor:network"))
        await once(bridge)
    before = await places(bridge.engine, WORD)
    (event, _) = case.erased(case.tickets[0])
    assert isinstance(event, t.TicketErased)
    await bridge.take_in(event.model_copy(update={"municipality": "hallsberg"}))
    assert await places(bridge.engine, WORD) == before


async def test_n11_the_demo_vendor_deletes_it_as_well(bridge: Bridge, demo_vendor: DemoVendor) -> None:
    case = Case()
    bridge.start_sending()
    await bridge.take_in(*reported(case), *case.assigned("vendor:network"))
    await until_none_pending(bridge)
    (handoff,) = demo_vendor.handoffs()
    assert WORD in json.dumps(demo_vendor.casebook.case(handoff))
    await bridge.take_in(*case.erased(case.tickets[0]))
    await until_none_pending(bridge)
    assert WORD not in json.dumps(demo_vendor.casebook.case(handoff))
    assert WORD not in json.dumps(demo_vendor.casebook.deliveries())
    held = demo_vendor.casebook.case(handoff)
    assert held is not None
    assert not held["problems"]


async def test_r20_mails_that_came_for_it_are_deleted(bridge: Bridge, vendor_port: int) -> None:
    stub, case = Stub(), Case()
    async with served(stub.app(), vendor_port):
        await bridge.take_in(*reported(case), *case.assigned("vendor:network"))
        await once(bridge)
    place = mail.Place(stub.came[0]["body"]["data"]["handoff"], "malarvik", NAME)
    came = mail.Mail(
        place, "f", new_id(), "a@x.example", WORD, WORD, "127.0.0.1", case.stamp()["at"], WORD.encode(), "applied",
        None, None,
    )  # fmt: skip
    async with bridge.engine.begin() as conn:
        assert await mail.add(conn, came)
    await bridge.take_in(*case.erased(case.tickets[0]))
    assert await places(bridge.engine, WORD) == []
    assert of_type(await bridge.stated(), t.TicketErased) == []
