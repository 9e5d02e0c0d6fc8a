"""Erasing at the desk and by the API: who may, once, what is gone, and what others wrote (N11, R20)."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from sqlalchemy import text

from contracts import ids, timeline
from contracts.events import routing as r
from contracts.events import vendor_bridge as v
from contracts.timeline import Entry
from tests.support.grep_databases import places
from tests.support.ticketing_house import NETWORK, House, yaml_of

WORD = "Kattugglegatan"
REPORT = {"title": f"Nätet på {WORD}", "description": f"Bor på {WORD}.", "school": "ekbacken", "room": WORD}


async def told_of(house: House, word: str) -> dict[str, str]:
    """A case with a vendor, in which the reporter and the vendor wrote the word; {"ticket", "incident", "handoff"}."""
    report = {name: value.replace(WORD, word) for name, value in REPORT.items()}
    ticket = (await house.file("larare", **report))["id"]
    incident = await house.incident(ticket, schools=["ekbacken"])
    handoff = await house.hand_off(incident)
    question = ids.new("question")
    asked = {"ticket": ticket, "question": question, "text": {"sv": f"{word}?"}}
    await house.said(v.VendorInformationRequested, incident, handoff, **asked)
    client = house.client("larare")
    answered = await client.post(f"/tickets/{ticket}/entries", json={"text": f"Ja, {word}.", "answers": question})
    assert answered.status_code == 201, answered.text
    await house.said(v.VendorEntryAdded, incident, handoff, ticket=ticket, text={"sv": f"På väg till {word}."})
    note = {"text": "Byt kabeln.", "audience": "internal"}
    assert (await house.client("samordnare").post(f"/incidents/{incident}/entries", json=note)).status_code == 201
    return {"ticket": ticket, "incident": incident, "handoff": handoff}


async def stands(house: House, word: str) -> list[str]:
    return await places(house.engine, word)


async def chain(house: House, case: str) -> list[Entry]:
    async with house.engine.connect() as conn:
        rows = await conn.scalars(text("SELECT content FROM entry WHERE case_id = :case ORDER BY seq"), {"case": case})
        return [Entry.model_validate(content) for content in rows]


async def events(house: House, type_: str) -> int:
    async with house.engine.connect() as conn:
        found = await conn.scalar(text("SELECT count(*) FROM outbox WHERE type = :type"), {"type": type_})
        return int(found or 0)


async def test_n11_the_words_are_gone_from_every_table_and_the_chain_is_whole(house: House) -> None:
    case = await told_of(house, WORD)
    before = await chain(house, case["ticket"])
    assert len(await stands(house, WORD)) > 3
    desk = house.client("samordnare")

    answer = await desk.post(f"/tickets/{case['ticket']}/erase", json={"reason": "protected"})

    assert answer.status_code == 200, answer.text
    assert answer.json()["erased"] is True
    assert [entry["kind"] for entry in answer.json()["written_by_others"]] == ["note"]
    assert await stands(house, WORD) == []
    after = await chain(house, case["ticket"])
    assert timeline.verify(after) == []
    assert [entry.hash for entry in after[: len(before)]] == [entry.hash for entry in before]
    assert (after[-1].kind, after[-1].audience) == ("erased", ("reporter",))
    shown = (await desk.get(f"/tickets/{case['ticket']}")).json()
    assert (shown["title"], shown["description"], shown["status"]) == ("Raderat ärende", "", "erased")
    page = await (await house.visitor("larare")).get(f"/arenden/{case['ticket']}")
    assert page.status_code == 200
    assert "Raderat ärende" in page.text
    seen = await (await house.visitor("samordnare")).get(f"/arenden/{case['ticket']}")
    assert "En anmälare" in seen.text
    assert "Lena Lindmark" not in seen.text


async def test_n11_twice_nothing_more_happens(house: House) -> None:
    ticket = (await house.file("larare", title="Skrivaren", school="ekbacken"))["id"]
    desk = house.client("samordnare")
    assert (await desk.post(f"/tickets/{ticket}/erase", json={"reason": "mistake"})).json()["erased"] is True
    before = await house.stored()
    again = await desk.post(f"/tickets/{ticket}/erase", json={"reason": "asked"})
    assert (again.status_code, again.json()["erased"]) == (200, False)
    assert await house.stored() == before


@pytest.mark.parametrize(("person", "status"), [("larare", 403), ("tekniker", 403), ("rektor", 403)])
async def test_n11_only_the_coordinator_erases(house: House, person: str, status: int) -> None:
    ticket = (await house.file("larare", title="Skrivaren", school="ekbacken"))["id"]
    await house.incident(ticket, schools=["ekbacken"])
    before = await house.stored()
    answer = await house.client(person).post(f"/tickets/{ticket}/erase", json={"reason": "asked"})
    assert answer.status_code == status
    assert (await (await house.visitor(person)).get(f"/arenden/{ticket}/radera")).status_code == status
    assert await house.stored() == before


@pytest.mark.parametrize("body", [{}, {"reason": "Anna Andersson vill det"}, {"reason": "asked", "text": "x"}])
async def test_n11_a_reason_is_one_of_five_words(house: House, body: dict[str, Any]) -> None:
    ticket = (await house.file("larare", title="Skrivaren", school="ekbacken"))["id"]
    answer = await house.client("samordnare").post(f"/tickets/{ticket}/erase", json=body)
    assert answer.status_code == 422
    assert "Anna" not in answer.text


async def test_what_still_comes_of_an_erased_ticket_leaves_no_words(house: House) -> None:
    case = await told_of(house, "Tornfalksstigen")
    desk = house.client("samordnare")
    assert (await desk.post(f"/tickets/{case['ticket']}/erase", json={"reason": "asked"})).json()["erased"] is True
    number = len(await chain(house, case["ticket"]))
    late = {"ticket": case["ticket"], "text": {"sv": "Tornfalksstigen igen?"}}
    await house.said(v.VendorEntryAdded, case["incident"], case["handoff"], **late)
    await house.said(v.VendorInformationRequested, case["incident"], case["handoff"], question="qu_late", **late)
    assert await stands(house, "Tornfalksstigen") == []
    assert len(await chain(house, case["ticket"])) == number
    for verb, body in (("entries", {"text": "x"}), ("reopen", {}), ("withdraw", None), ("confirm", None)):
        assert (await house.client("larare").post(f"/tickets/{case['ticket']}/{verb}", json=body)).status_code == 409


async def test_r20_what_others_wrote_is_listed_and_erased_one_by_one(house: House) -> None:
    case = await told_of(house, "Sparvhöksvägen")
    note = {"text": "Hon bor på Lärkfalksgränd.", "audience": "internal"}
    desk, browser = house.client("samordnare"), await house.visitor("samordnare")
    assert (await desk.post(f"/incidents/{case['incident']}/entries", json=note)).status_code == 201
    assigned = {"party": "vendor:platform", "tier": "vendor", "path": ["vendor:platform"], "rule": "request"}
    words = {"reason": {"sv": "De kan."}, "note": {"sv": "Ring henne på Lärkfalksgränd."}}
    by = {"party": "team:samordnaren", "person": "samordnare"}
    await house.told(house.event(r.IncidentAssigned, incident=case["incident"], **assigned, **words, by=by))
    page = await browser.get(f"/arenden/{case['ticket']}/radera")
    assert page.status_code == 200, page.text
    assert "Det går inte att ångra" in page.text
    assert page.text.count("Lärkfalksgränd") == 2
    assert page.text.count("Radera det här?") == page.text.count('name="place"') > 0, "it asks before it does"

    unsure = await browser.post(f"/arenden/{case['ticket']}/radera", reason="asked")
    assert unsure.status_code == 422
    assert "Kryssa i att du är säker" in unsure.text
    done = await browser.post(f"/arenden/{case['ticket']}/radera", reason="asked", sure="ja")
    assert done.status_code == 303
    after = await browser.get(f"/arenden/{case['ticket']}/radera")
    assert "Uppgifterna är raderade" in after.text
    assert await stands(house, "Lärkfalksgränd")

    for entry in (await desk.post(f"/tickets/{case['ticket']}/erase", json={"reason": "asked"})).json()[
        "written_by_others"
    ]:
        erased = await browser.post(f"/arenden/{case['ticket']}/radera/text", place=f"{entry['case']}/{entry['seq']}")
        assert erased.status_code == 303, erased.text
        path = f"/incidents/{entry['case']}/entries/{entry['seq']}/erase"
        assert (await desk.post(path, json={"reason": "asked"})).json() == {"erased": False}
    assert await stands(house, "Lärkfalksgränd") == []
    assert timeline.verify(await chain(house, case["incident"])) == []
    assert "Ingen annan har skrivit något" in (await browser.get(f"/arenden/{case['ticket']}/radera")).text


async def test_r20_what_all_have_read_is_not_erased_alone(house: House) -> None:
    case = await told_of(house, "Duvhöksgatan")
    desk = house.client("samordnare")
    steps = [entry.seq for entry in await chain(house, case["incident"]) if entry.kind == "handed_over"]
    path = f"/incidents/{case['incident']}/entries/{steps[0]}/erase"
    assert (await desk.post(path, json={"reason": "asked"})).status_code == 409
    assert (await desk.post(path.replace(f"/{steps[0]}/", "/999/"), json={"reason": "asked"})).status_code == 404


async def test_n11_a_person_is_erased_with_their_own_tickets(house: House) -> None:
    people = {"reporter": "uven", "school": "ekbacken"}
    filed = await house.file("administrator", title="Uvens skrivare", **people)
    other = await house.file("larare", title="En annan skrivare", school="ekbacken")
    installation = house.client(None)
    gone = await installation.post("/persons/uven/erase", json={"reason": "asked"})
    assert gone.status_code == 200, gone.text
    none = {"in_people_file": False, "written_by_others": []}
    assert gone.json() == {"erased": True, "tickets": [filed["id"]], **none}
    again = await installation.post("/persons/uven/erase", json={"reason": "asked"})
    assert again.json() == {"erased": False, "tickets": [], **none}
    assert await events(house, "person.erased.v1") == 1
    assert await stands(house, "Uvens") == []
    desk = house.client("samordnare")
    assert (await desk.get(f"/tickets/{other['id']}")).json()["title"] == "En annan skrivare"
    assert NETWORK  # a vendor that reported is no person: it is not found here
    assert (await installation.post("/persons/vendor:network/erase", json={"reason": "asked"})).status_code == 404


async def test_the_only_coordinator_is_erased_when_that_is_said_and_not_by_the_way(house: House) -> None:
    installation, before = house.client(None), await house.stored()
    refused = await installation.post("/persons/samordnare/erase", json={"reason": "asked"})
    assert refused.status_code == 409
    assert "Put somebody else into that team and apply the file first" in refused.json()["detail"]
    assert await house.stored() == before
    person = {"id": "ny-samordnare", "name": "Nils Ny", "role": "coordinator", "team": "samordnaren"}
    body = yaml_of("malarvik")
    body["people"] = yaml.safe_dump(more_people(body["people"], person), allow_unicode=True)
    assert (await installation.put("/directories/malarvik", json=body)).status_code == 200
    gone = await installation.post("/persons/ny-samordnare/erase", json={"reason": "asked"})
    assert gone.json()["erased"] is True, "there is another one"
    body = yaml_of("malarvik")
    body["people"] = yaml.safe_dump(
        {
            "municipality": "malarvik",
            "people": [
                {"id": "ensam", "name": "Ensam", "role": "coordinator", "team": "samordnaren"},
                *(each for each in yaml.safe_load(body["people"])["people"] if each.get("team") != "samordnaren"),
            ],
        },
        allow_unicode=True,
    )
    assert (await installation.put("/directories/malarvik", json=body)).status_code == 200
    for said, status in (({}, 409), ({"last_coordinator": True}, 200)):
        answer = await installation.post("/persons/ensam/erase", json={"reason": "asked"} | said)
        assert answer.status_code == status
    await house.furnish("malarvik")  # as the module's other tests have it


async def test_n11_an_erased_persons_token_and_session_open_nothing(house: House) -> None:
    """Of somebody who may do much: what a token says of rights, or a session that is open, is not asked."""
    person = {"id": "vikarie", "name": "Vera Vik", "role": "coordinator", "team": "samordnaren"}
    body = yaml_of("malarvik")
    body["people"] = yaml.safe_dump(more_people(body["people"], person), allow_unicode=True)
    installation = house.client(None)
    assert (await installation.put("/directories/malarvik", json=body)).status_code == 200
    client, browser = house.client("vikarie", "tickets:import"), await house.visitor("vikarie")
    assert (await client.get("/tickets")).status_code == 200
    assert (await browser.get("/arenden")).status_code == 200
    assert (await installation.post("/persons/vikarie/erase", json={"reason": "asked"})).json()["erased"] is True
    answers = [
        await client.get("/tickets"),
        await client.post("/tickets", json={"title": "Nätet", "school": "ekbacken"}),
        await client.get("/directories/malarvik"),
    ]
    assert [answer.status_code for answer in answers] == [401] * 3
    assert (await browser.get("/arenden")).status_code in (303, 401)
    assert (await browser.http.get("/api/v1/tickets")).status_code == 401


async def test_n11_who_is_erased_comes_back_with_no_file_that_has_them_still_unless_that_is_meant(house: House) -> None:
    person = {"id": "praktikant", "name": "Pia Prakt", "role": "coordinator", "team": "samordnaren"}
    body, without = yaml_of("malarvik"), yaml_of("malarvik")
    body["people"] = yaml.safe_dump(more_people(body["people"], person), allow_unicode=True)
    place = len(yaml.safe_load(body["people"])["people"])
    installation = house.client(None)
    assert (await installation.put("/directories/malarvik", json=body)).status_code == 200
    gone = (await installation.post("/persons/praktikant/erase", json={"reason": "asked"})).json()
    assert (gone["erased"], gone["in_people_file"]) == (True, True)
    assert (await installation.get("/directories/malarvik")).json()["erased"].count("praktikant") == 1
    refused = await installation.put("/directories/malarvik", json=body)
    assert refused.status_code == 409
    looked = await installation.put("/directories/malarvik", json=body | {"dry_run": True})
    assert (looked.status_code, looked.json()["detail"]) == (409, refused.json()["detail"])
    (fault,) = refused.json()["errors"]
    assert fault["detail"].startswith(f"entry {place} of the people is somebody who was erased")
    assert "praktikant" not in refused.text
    assert "Pia" not in refused.text
    assert await stands(house, "Pia Prakt") == []
    assert (await installation.put("/directories/malarvik", json=without)).json()["changed"] is False
    assert (await installation.put("/directories/malarvik", json=body | {"bring_back": True})).json()["changed"] is True
    assert "praktikant" not in (await installation.get("/directories/malarvik")).json()["erased"]
    assert (await house.client("praktikant", "tickets:import").get("/tickets")).status_code == 200


def more_people(file: str, person: dict[str, str]) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(file)
    content["people"].append(person)
    return content


async def test_n11_an_internal_step_is_not_said_to_have_been_read_by_all_who_reported(house: House) -> None:
    ticket = (await house.file("larare", title="Nätet", school="ekbacken"))["id"]
    incident = await house.incident(ticket, schools=["ekbacken"])
    by = {"party": "team:samordnaren", "person": "samordnare"}
    title = {"public_title": {"sv": "Nätet strular"}}
    await house.told(house.event(r.IncidentTriaged, incident=incident, by=by, scope="asset", service="wifi", **title))
    page = (await (await house.visitor("samordnare")).get(f"/arenden/{ticket}/radera")).text
    entries = page.partition("Vad andra har skrivit")[2]
    assert entries.count("Det här har alla anmälare läst.") == 1, "the title that a person wrote for them"
    assert "Det här är ett steg som bara kommunens personal läser." in entries.partition("Räckvidd:")[2]
