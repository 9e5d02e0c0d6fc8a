"""What vendors report themselves: filed once with a number, shown as theirs, worked with by staff, mailed to nobody."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from chassis.db import create_engine
from chassis.objects import DiskStore
from contracts import envelope, erasure, ids
from contracts.disclosure import INTERNAL, Reporter, Vendor, may_read
from contracts.envelope import Received
from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from contracts.timeline import FileRef
from tests.conftest import MakeDatabase
from tests.support.ticketing_house import NETWORK, House
from ticketing import replay
from ticketing.store import reads
from ticketing.store.dumps import dump

NAME = "demo-vendor"
HOUR = timedelta(hours=1)


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def reported(house: House, **fields: Any) -> Any:
    ticket = ids.new("ticket")
    what = {
        "ticket": ticket,
        "vendor": NETWORK,
        "connection": NAME,
        "message": ids.new("message"),
        "external_id": f"NL-{ticket[-6:]}",
        "title": "Fiberbrott i Ekbackenområdet",
        "description": "Felsökning pågår.",
        "service": "wifi",
        "school": "ekbacken",
        "urgency": 2,
        "occurred_at": now(),
    }
    return house.event(v.VendorTicketReported, **what | fields)


def changed(house: House, ticket: str, **fields: Any) -> Any:
    said = {"ticket": ticket, "vendor": NETWORK, "connection": NAME, "message": ids.new("message")}
    return house.event(v.VendorTicketChanged, **said | fields)


def announced(house: House, **fields: Any) -> Any:
    work = ids.new("work")
    what = {
        "work": work,
        "vendor": NETWORK,
        "connection": NAME,
        "message": ids.new("message"),
        "external_id": f"CHG-{work[-6:]}",
        "starts_at": now() + 24 * HOUR,
        "ends_at": now() + 26 * HOUR,
        "services": ("wifi",),
        "text": {"sv": "Nya routrar i stamnätet."},
        "effect": "interruptions",
    }
    return house.event(v.VendorWorkAnnounced, **what | fields)


async def record(house: House, case: str) -> list[Received]:
    """What ticketing stated of it, in order, as it lies on the topic."""
    async with house.engine.connect() as conn:
        rows = await conn.execute(text("SELECT value, headers FROM outbox ORDER BY id"))
        headers = [([(n, value.encode()) for n, value in row.headers.items()], bytes(row.value)) for row in rows]
    found = [envelope.decode(each, value) for each, value in headers]
    return [each for each in found if case in each.event.cases]


async def stated(house: House, case: str, kind: type[Event] = Event) -> list[Any]:
    return [each.event for each in await record(house, case) if isinstance(each.event, kind)]


async def read(house: House, ticket: str, person: str = "samordnare") -> dict[str, Any]:
    answer = await house.client(person).get(f"/tickets/{ticket}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def timeline(house: House, ticket: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await house.client("samordnare").get(f"/tickets/{ticket}/timeline")).json()["items"]
    return items[::-1]


async def test_files_of_a_vendors_report_are_the_tickets(house: House) -> None:
    event = reported(house)
    digest = await DiskStore(house.settings.object_store).put(b"12 V\n")
    file = FileRef(sha256=digest, name="brottet.log", media_type="text/plain", size=5)
    await house.told(event, changed(house, event.ticket, text={"sv": "Se loggen."}, files=(file,)))
    entry = (await timeline(house, event.ticket))[-1]
    assert (entry["party"], entry["text"], entry["files"][0]["name"]) == (NETWORK, {"sv": "Se loggen."}, "brottet.log")
    for person, status in (("samordnare", 200), ("larare", 404)):
        served = await house.client(person).get(f"http://127.0.0.1{entry['files'][0]['url']}")
        assert served.status_code == status


async def test_a_vendors_report_is_filed_as_a_ticket_of_the_vendors(house: House) -> None:
    event = reported(house, category="WLAN", place="Site 12", priority="P1")
    await house.told(event)
    [filed] = await stated(house, event.ticket, t.TicketFiled)
    assert (filed.ticket, filed.reporter, filed.caused_by) == (event.ticket, NETWORK, event.id)
    assert (filed.source, filed.external_id) == (f"vendor:{NAME}", event.external_id)
    assert filed.number.startswith("MAL-20")
    shown = await read(house, event.ticket)
    assert (shown["reported_by"], shown["number"], shown["status"]) == (NETWORK, filed.number, "received")
    words, own = await timeline(house, event.ticket)
    assert (words["party"], words["kind"], words["author"]) == (NETWORK, "filed", None)
    assert words["text"] == {"sv": "Fiberbrott i Ekbackenområdet\n\nFelsökning pågår."}
    assert own["text"]["sv"] == "Leverantören uppger: kategori WLAN, plats Site 12, prioritet P1."


async def test_v3_what_another_eskalera_says_before_it_gives_the_case_back_stands_before_that(house: House) -> None:
    """However late it is heard here, and all of it at once."""
    event = reported(house, by_peer=True)
    more = changed(house, event.ticket, text={"sv": "Första sidan fortsätter här."})
    await house.told(event, more)
    incident = await house.incident(event.ticket, schools=["ekbacken"])
    handoff = await house.hand_off(incident)
    whose = changed(house, event.ticket, text={"sv": "Ärendet ligger nu hos Samordnaren."})
    about = {"handoff": handoff, "incident": incident, "vendor": NETWORK}
    back = house.event(v.HandoffReturned, **about, text={"sv": "Nu är det er tur."})
    await house.told(whose, back)
    told = [one["text"]["sv"] for one in await timeline(house, event.ticket)]
    assert told[-3] == "Ärendet ligger nu hos Samordnaren."
    assert told[-2].endswith("har lämnat tillbaka ärendet.")
    assert told[-1] == "Nu är det er tur."
    assert told[0].startswith(event.title), "words about it stand nowhere before it"
    assert "Första sidan fortsätter här." in told[1:]


async def test_how_severe_it_is_and_whom_it_names_are_said_as_the_vendor_said_it(house: House) -> None:
    """No number that the vendor never said; parties, which may be persons, to staff alone."""
    named = (
        v.Named(what="entity", id="ekb", name="Site 12", role="place"),
        v.Named(what="entity", id="sw-12", role="affectedResource"),
        v.Named(what="party", id="noc", name="Nod-jouren", role="contact"),
    )
    event = reported(house, place="Site 12", priority="Hög", severity="Konstig", named=named)
    await house.told(event)
    _, own, parties = await timeline(house, event.ticket)
    assert own["text"] == {
        "sv": "Leverantören uppger: plats Site 12, allvar Konstig, prioritet Hög, affectedResource sw-12.",
        "en": "The vendor states: place Site 12, severity Konstig, priority Hög, affectedResource sw-12.",
    }
    assert parties["text"]["sv"] == "Leverantören nämner: contact Nod-jouren."
    assert parties["audience"] == ["internal"]


async def test_a_name_that_the_bridge_made_is_no_number_of_the_vendors(house: House) -> None:
    event = reported(house, external_id=f"report/{ids.new('message')}")
    await house.told(event)
    assert (await read(house, event.ticket))["external_id"] is None


async def test_n2_the_same_report_again_files_nothing(house: House) -> None:
    event = reported(house)
    await house.told(event)
    await house.told(event)
    await house.told(event.model_copy(update={"id": ids.new("event")}), event)
    assert len(await stated(house, event.ticket, t.TicketFiled)) == 1
    assert len(await timeline(house, event.ticket)) == 1


async def test_numbers_have_no_gaps_and_none_is_given_twice_while_people_report(house: House) -> None:
    report = {"title": "Skrivaren blinkar", "school": "ekbacken"}
    batches = [[reported(house) for _ in range(5)] for _ in range(3)]
    filed = await asyncio.gather(
        *(house.told(*batch) for batch in batches), *(house.file("larare", **report) for _ in range(10))
    )
    numbers = [one["number"] for one in filed if one is not None]
    for batch in batches:
        for event in batch:
            [one] = await stated(house, event.ticket, t.TicketFiled)
            numbers.append(one.number)
    counts = sorted(int(number[-6:]) for number in numbers)
    assert counts == list(range(counts[0], counts[0] + 25))


async def test_what_is_of_no_school_or_service_is_so_and_html_stays_text(house: House) -> None:
    event = reported(house, school=None, service=None, title="<b>Stamnätet</b>", category="MPLS")
    await house.told(event)
    shown = await read(house, event.ticket)
    assert (shown["school"], shown["service"]) == ("", None)
    incident = await house.incident(event.ticket, schools=[""], holder="team:samordnaren")
    await house.told(house.event(r.ImpactChanged, incident=incident, tickets=1, schools=()))
    desk = await house.visitor("samordnare")
    for address in (f"/arenden/{event.ticket}", f"/storningar/{incident}", "/ko?visa=all"):
        page = (await desk.get(address)).text
        assert "&lt;b&gt;Stamnätet&lt;/b&gt;" in page, address
        assert "<b>Stamnätet" not in page, address
    assert "Ingen viss skola" in (await desk.get(f"/arenden/{event.ticket}")).text
    assert "Ingen viss skola" in (await desk.get(f"/storningar/{incident}")).text


async def test_it_says_who_reported_it_on_the_case_and_on_the_desk(house: House) -> None:
    event = reported(house)
    await house.told(event)
    incident = await house.incident(event.ticket, schools=["ekbacken"], holder=NETWORK)
    desk = await house.visitor("samordnare")
    assert "Rapporterat av Nätleverantören" in (await desk.get(f"/arenden/{event.ticket}")).text
    assert "Rapporterat av Nätleverantören" in (await desk.get(f"/storningar/{incident}?flik=anmalningar")).text
    assert (await (await house.visitor("larare")).get(f"/arenden/{event.ticket}")).status_code == 404


async def test_staff_say_whether_it_works_and_nobody_answers_for_the_vendor(house: House) -> None:
    event = reported(house)
    await house.told(event)
    incident = await house.incident(event.ticket, schools=["ekbacken"], holder=NETWORK)
    await house.told(house.event(r.IncidentResolved, incident=incident, public_text={"sv": "Lagat."}))
    page = (await (await house.visitor("samordnare")).get(f"/arenden/{event.ticket}")).text
    assert "/fungerar" in page
    assert "/svar" not in page
    assert (await house.client("larare").post(f"/tickets/{event.ticket}/confirm")).status_code == 404
    assert (await house.client("rektor").post(f"/tickets/{event.ticket}/confirm")).status_code == 403
    assert (await house.client("samordnare").post(f"/tickets/{event.ticket}/withdraw")).status_code == 403
    reopened = await house.client("samordnare").post(f"/tickets/{event.ticket}/reopen", json={"text": "Nere igen."})
    assert reopened.status_code == 204
    assert (await house.client("samordnare").post(f"/tickets/{event.ticket}/confirm")).status_code == 204
    [again] = await stated(house, event.ticket, t.TicketReopened)
    [works] = await stated(house, event.ticket, t.TicketConfirmedFixed)
    assert {again.by.party, works.by.party} == {"team:samordnaren"}
    last = (await timeline(house, event.ticket))[-1]
    assert (last["party"], last["author"]) == ("team:samordnaren", "samordnare")


async def test_r9_a_vendor_says_that_what_it_reported_is_not_solved_as_a_reporter_does(house: House) -> None:
    event = reported(house)
    await house.told(event)
    incident = await house.incident(event.ticket, schools=["ekbacken"], holder="team:samordnaren")
    early = changed(house, event.ticket, text={"sv": "Det är inte löst."}, unsolved=True)
    await house.told(early)  # nobody says that it is: words
    assert await stated(house, event.ticket, t.TicketReopened) == []
    await house.told(house.event(r.IncidentResolved, incident=incident, public_text={"sv": "Lagat."}))
    no = changed(house, event.ticket, text={"sv": "Lösningen är inte godkänd: fryser."}, unsolved=True)
    await house.told(no)
    [again] = await stated(house, event.ticket, t.TicketReopened)
    assert (again.by.party, again.text, again.caused_by) == (NETWORK, no.text, no.id)
    assert len(await stated(house, event.ticket, t.TicketAnswered)) == 1
    last = (await timeline(house, event.ticket))[-1]
    assert (last["kind"], last["party"], last["text"]) == ("reopened", NETWORK, no.text)


async def test_what_the_vendor_says_more_is_the_reporters_word(house: House) -> None:
    event = reported(house)
    await house.told(event)
    await house.told(
        changed(house, event.ticket, title="Fiberbrott vid skolan", text={"sv": "Vi gräver."}),
        changed(house, event.ticket, withdrawn=True),
        changed(house, event.ticket, withdrawn=True),
        changed(house, ids.new("ticket"), text={"sv": "Av ingenting."}),
    )
    shown = await read(house, event.ticket)
    assert (shown["title"], shown["status"]) == ("Fiberbrott vid skolan", "withdrawn")
    entries = await timeline(house, event.ticket)
    assert [(entry["kind"], entry["party"]) for entry in entries] == [
        ("filed", NETWORK),
        ("reply", NETWORK),
        ("reply", NETWORK),
        ("withdrawn", NETWORK),
    ]
    assert entries[1]["text"]["sv"] == "Nätleverantören har ändrat sin anmälan: Fiberbrott vid skolan"
    [answered] = await stated(house, event.ticket, t.TicketAnswered)
    assert (answered.by.party, answered.by.person) == (NETWORK, None)
    assert len(await stated(house, event.ticket, t.TicketWithdrawn)) == 1


async def test_n5_what_it_says_for_staff_alone_goes_to_no_reporter_and_no_other_vendor(house: House) -> None:
    event = reported(house)
    said = changed(house, event.ticket, text={"sv": "Anmälare: Greta Vinterstam"}, private=True)
    await house.told(event, said)
    assert await stated(house, event.ticket, t.TicketAnswered) == []
    [entry] = [each.entry for each in await stated(house, event.ticket, t.EntryRecorded) if each.caused_by == said.id]
    assert (entry.party, entry.audience, entry.text) == (NETWORK, (INTERNAL,), said.text)
    everything = Vendor(party="vendor:platform", earlier_leads=frozenset({NETWORK}), contact="person")
    assert not may_read(entry, everything)
    assert not may_read(entry, Reporter(own=True))
    assert "Greta Vinterstam" in str(await timeline(house, event.ticket))
    place = f"/tickets/{event.ticket}/entries/{entry.seq}/erase"
    await house.client("samordnare").post(place, json={"reason": "asked"})
    [gone] = await stated(house, event.ticket, t.EntryErased)
    assert "Greta" not in erasure.redacted(said, gone).model_dump_json()


async def test_files_come_with_a_report_and_with_what_is_said_of_it(house: House) -> None:
    photo = FileRef(sha256="ab" * 32, name="brott.jpg", media_type="image/jpeg", size=48_213)
    event = reported(house, files=(photo,))
    later = photo.model_copy(update={"sha256": "cd" * 32, "name": "lagat.jpg"})
    await house.told(event)
    await house.told(changed(house, event.ticket, text={"sv": "Så ser det ut nu."}, files=(later,)))
    said = [entry for entry in await timeline(house, event.ticket) if entry["party"] == NETWORK]
    assert [[file["name"] for file in entry["files"]] for entry in said] == [["brott.jpg"], ["lagat.jpg"]]


async def test_a_fault_that_began_days_ago_is_filed_and_says_so(house: House) -> None:
    event = reported(house, occurred_at=now() - timedelta(days=3))
    await house.told(event)
    [filed] = await stated(house, event.ticket, t.TicketFiled)
    assert timedelta(hours=23) < filed.at - filed.occurred_at <= timedelta(hours=24)
    assert "felet började" in (await timeline(house, event.ticket))[1]["text"]["sv"]


async def test_nobody_files_in_a_vendors_name_or_under_its_source(house: House) -> None:
    scopes = ("tickets:import", "tickets:file-for-others")
    report = {"title": "Nätet", "school": "ekbacken", "external_id": "NL-1"}
    for more, field in (({"source": f"vendor:{NAME}"}, "/source"), ({"reporter": NETWORK}, "/reporter")):
        answer = await house.client("administrator", *scopes).post("/tickets", json=report | more)
        assert answer.status_code == 422, answer.text
        assert field in {error["pointer"] for error in answer.json()["errors"]}


async def test_n9_a_report_is_another_municipalitys_alone(house: House) -> None:
    ours = reported(house)
    theirs = reported(house, municipality="hallsberg", vendor="vendor:sydnarke-it", school="transtensskolan")
    await house.told(ours, theirs)
    assert (await house.client("samordnare").get(f"/tickets/{theirs.ticket}")).status_code == 404
    [filed] = await stated(house, theirs.ticket, t.TicketFiled)
    assert not filed.number.startswith("MAL")


async def test_v10_announced_work_is_shown_as_the_vendors_and_follows_it(house: House) -> None:
    event = announced(house, unknown=("MPLS",))
    await house.told(event)
    await house.told(event)
    [planned] = await stated(house, event.work, t.WorkPlanned)
    assert (planned.by.party, planned.by.person, planned.vendor) == (NETWORK, None, NETWORK)
    teacher = await house.visitor("larare")
    page = (await teacher.get(f"/planerat/{event.work}")).text
    assert "Aviserat av Nätleverantören" in page
    assert "Nya routrar i stamnätet (även MPLS)" in page
    assert "Aviserat av Nätleverantören" in (await teacher.get("/planerat")).text
    moved = announced(house, work=event.work, change="moved", starts_at=now() + 48 * HOUR, ends_at=now() + 49 * HOUR)
    off = announced(house, work=event.work, change="cancelled", reason={"sv": "Delarna kom inte."})
    await house.told(moved)
    shown = (await house.client("larare").get(f"/planned-work/{event.work}")).json()
    assert (datetime.fromisoformat(shown["starts_at"]), shown["announced_by"]) == (moved.starts_at, NETWORK)
    await house.told(off)
    await house.told(off.model_copy(update={"id": ids.new("event")}))
    shown = (await house.client("larare").get(f"/planned-work/{event.work}")).json()
    assert (shown["state"], shown["reason"]) == ("cancelled", {"sv": "Delarna kom inte."})
    assert datetime.fromisoformat(shown["starts_at"]) == moved.starts_at
    assert len(await stated(house, event.work, t.WorkChanged)) == 2


async def test_a_coordinator_moves_or_refuses_it_and_a_refusal_stands(house: House) -> None:
    event = announced(house)
    await house.told(event)
    desk = house.client("samordnare")
    window = {"starts_at": (now() + 30 * HOUR).isoformat(), "ends_at": (now() + 31 * HOUR).isoformat()}
    assert (await desk.post(f"/planned-work/{event.work}/move", json=window)).status_code == 200
    assert (
        "Leverantören har aviserat arbetet"
        in (await (await house.visitor("samordnare")).get(f"/planerat/{event.work}")).text
    )
    refused = await desk.post(f"/planned-work/{event.work}/cancel", json={"reason": "Nationella prov."})
    assert refused.status_code == 200
    await house.told(
        announced(house, work=event.work, change="moved", starts_at=now() + 60 * HOUR, ends_at=now() + 61 * HOUR)
    )
    shown = (await desk.get(f"/planned-work/{event.work}")).json()
    assert (shown["state"], shown["reason"]) == ("cancelled", {"sv": "Nationella prov."})
    assert (await house.client("larare").post(f"/planned-work/{event.work}/cancel")).status_code == 403


async def test_n10_a_replay_of_the_record_gives_the_same_tables(house: House, database: MakeDatabase) -> None:
    event, work = reported(house, category="WLAN"), announced(house)
    heard = [event, changed(house, event.ticket, title="Annat", text={"sv": "Mer."}, erase=True), work]
    await house.told(*heard)
    own = [*await record(house, event.ticket), *await record(house, work.work)]
    told = [Received(event=each, source="", sequence=None, traceparent=None) for each in heard]
    empty = create_engine(await database("chassis", "ticketing"), name="replay")
    try:
        async with empty.begin() as conn:
            directory = t.DirectoryChanged(
                id=ids.new("event"),
                at=now(),
                municipality="malarvik",
                version="1",
                directory=house.directories.all()["malarvik"],
            )
            first = Received(event=directory, source="", sequence=None, traceparent=None)
            await replay.apply(conn, [first, told[0], *own[:3], *told[1:], *own[3:]])
        live = await lines(house.engine, event.ticket, work.work)
        assert live == await lines(empty, event.ticket, work.work)
        assert len(live) >= 5
    finally:
        await empty.dispose()


async def lines(engine: Any, *cases: str) -> list[str]:
    async with engine.connect() as conn:
        return sorted(line for line in (await dump(conn)).splitlines() if any(case in line for case in cases))


async def test_its_words_leave_another_vendors_question_open(house: House) -> None:
    event = reported(house)
    await house.told(event)
    incident = await house.incident(event.ticket, schools=["ekbacken"], holder="team:samordnaren")
    handoff = await house.hand_off(incident, "vendor:platform")
    asked = {"vendor": "vendor:platform", "question": ids.new("question"), "ticket": event.ticket}
    await house.told(
        house.event(
            v.VendorInformationRequested,
            handoff=handoff,
            incident=incident,
            message=ids.new("message"),
            text={"sv": "Vilken port?"},
            **asked,
        )
    )
    await house.told(changed(house, event.ticket, text={"sv": "Vi gräver."}))
    assert (await read(house, event.ticket))["status"] == "waiting_on_reporter"


async def test_n11_a_vendors_word_is_erased_with_the_message_that_it_came_by_and_the_report_only_whole(
    house: House,
) -> None:
    event = reported(house, category="WLAN")
    more = changed(house, event.ticket, title="Fiberbrott igen", text={"sv": "Asta har ringt."})
    await house.told(event, more)
    said = {entry["text"]["sv"].split()[0]: entry["seq"] for entry in await timeline(house, event.ticket)}
    client = house.client("samordnare")
    for first, status in (("Leverantören", 409), ("Nätleverantören", 409), ("Asta", 200)):
        erased = await client.post(f"/tickets/{event.ticket}/entries/{said[first]}/erase", json={"reason": "asked"})
        assert erased.status_code == status, first
    [gone] = await stated(house, event.ticket, t.EntryErased)
    [answered] = await stated(house, event.ticket, t.TicketAnswered)
    assert set(gone.causes) == {answered.id, more.id}
    kept = erasure.redacted(more, gone)
    assert isinstance(kept, v.VendorTicketChanged)
    assert (kept.title, kept.text) == ("Fiberbrott igen", {"sv": ""})


@pytest.mark.parametrize("what", ["the ticket", "an entry"])
async def test_n11_what_a_vendor_asks_to_have_erased_stands_with_the_coordinator_until_somebody_did(
    house: House, what: str
) -> None:
    event = reported(house)
    await house.told(event, changed(house, event.ticket, text={"sv": "Asta har ringt."}))
    desk, number = await house.visitor("samordnare"), (await read(house, event.ticket))["number"]
    address, asks = f"/arenden/{event.ticket}/radera", "Nätleverantören har raderat uppgifter"
    if what == "the ticket":
        await house.client("samordnare").post(f"/tickets/{event.ticket}/entries/2/erase", json={"reason": "asked"})
    assert address not in (await desk.get("/leverantorer")).text
    await house.told(changed(house, event.ticket, text={"sv": "Radera dem här också."}, erase=True))
    page = (await desk.get("/leverantorer")).text
    assert asks in page
    assert f"i {number}." in page
    assert address in page
    await house.told(changed(house, event.ticket, text={"sv": "Något mer."}))
    assert address in (await desk.get("/leverantorer")).text, "it stands, whatever is said since"
    async with house.engine.connect() as conn:
        assert event.ticket in [ticket.id for ticket in await reads.to_erase(conn, "malarvik", 9)]
        assert await reads.to_erase(conn, "hallsberg", 9) == []
    assert "Radera dem här också." in (await desk.get(f"/arenden/{event.ticket}")).text

    client = house.client("samordnare")
    if what == "the ticket":
        done = await client.post(f"/tickets/{event.ticket}/erase", json={"reason": "asked"})
    else:
        done = await client.post(f"/tickets/{event.ticket}/entries/2/erase", json={"reason": "asked"})
    assert done.json()["erased"] is True, done.text
    assert address not in (await desk.get("/leverantorer")).text
