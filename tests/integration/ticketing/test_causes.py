"""What the desk and reporters see of causes: suggestions, links, triage, what is known, and the way back."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

import ticketing.known
from contracts import ids
from contracts.events import routing as r
from routing.domain import wording
from tests.support.ticketing_house import EKBACKEN, House

BY = {"by": {"party": EKBACKEN, "person": "tekniker"}}


async def asked(house: House, kind: str) -> list[dict[str, Any]]:
    """The commands of a type that went to their owner, oldest first, as events."""
    async with house.engine.connect() as conn:
        query = "SELECT convert_from(value, 'UTF8')::jsonb FROM outbox WHERE type = :type ORDER BY id"
        return list(await conn.scalars(text(query), {"type": kind}))


async def case(house: House, title: str, *people: str, **fields: Any) -> tuple[str, list[dict[str, Any]]]:
    """An incident with a ticket of each person."""
    school = {"school": "ekbacken"} | fields
    filed = [await house.file(person, title=title, **school) for person in people]
    incident = await house.incident(*(each["id"] for each in filed), schools=[school["school"]])
    return incident, filed


async def test_a_suggestion_is_shown_on_both_cases_with_its_reasons_and_answered_by_a_click(house: House) -> None:
    lone, [ticket] = await case(house, "Kommer inte ut på nätet i B204", "larare")
    shared, _ = await case(house, "Nätet nere i hela huset", "larare-ekbacken-2", "rektor")
    suggestion = await house.suggested(lone, shared, ticket["id"])
    browser = await house.visitor("tekniker")

    for here, other in ((lone, "Nätet nere i hela huset"), (shared, "Kommer inte ut på nätet i B204")):
        page = await browser.get(f"/storningar/{here}")
        assert "Hör det ihop?" in page.text
        assert other in page.text
        assert "Samma tjänst." in page.text

    answer = await browser.post(f"/storningar/{shared}/kopplingsforslag/{suggestion}/ja")
    assert answer.status_code == 303
    [command] = (await asked(house, "incident.suggestion_accept_requested.v1"))[-1:]
    assert (command["incident"], command["suggestion"], command["by"]["person"]) == (lone, suggestion, "tekniker")


async def test_what_is_less_likely_waits_folded(house: House) -> None:
    lone, [ticket] = await case(house, "Tangentbordet", "larare")
    other, _ = await case(house, "Allt är trasigt", "larare-ekbacken-2", "rektor")
    await house.suggested(lone, other, ticket["id"], score=0.02)
    page = (await (await house.visitor("tekniker")).get(f"/storningar/{lone}")).text
    assert "Hör det ihop?" not in page
    assert "Kanske hör ihop (1)" in page


async def test_an_answered_suggestion_is_gone_and_the_emptied_case_leads_on(house: House) -> None:
    lone, [ticket] = await case(house, "Skrivaren tiger", "larare")
    shared, _ = await case(house, "Ingen kan skriva ut", "larare-ekbacken-2", "rektor")
    suggestion = await house.suggested(lone, shared, ticket["id"])
    await house.moved(ticket["id"], lone, shared, suggestion=suggestion, **BY)
    await house.told(
        house.event(r.ImpactChanged, incident=shared, tickets=3, schools=["ekbacken"]),
        house.event(r.IncidentSuperseded, incident=lone, successor=shared),
    )
    browser = await house.visitor("tekniker")
    assert "Hör det ihop?" not in (await browser.get(f"/storningar/{shared}")).text
    gone = await browser.get(f"/storningar/{lone}")
    assert "Allt gick vidare i en annan störning." in gone.text
    assert f"/storningar/{shared}" in gone.text
    detail = (await house.client("tekniker").get(f"/incidents/{lone}")).json()
    assert (detail["state"], detail["successor"], detail["suggestions"]) == ("superseded", shared, [])
    history = (await browser.get(f"/storningar/{shared}")).text
    assert f"Kopplade {ticket['number']} hit." in history
    assert re.search(rf"Kopplade {ticket['number']} hit\. <span[^>]*>· Tomas Ekdal, ", history), "and who did it"


async def test_a_refused_suggestion_is_gone_and_the_history_says_who_refused(house: House) -> None:
    lone, [ticket] = await case(house, "Projektorn blinkar", "larare")
    shared, _ = await case(house, "Alla projektorer döda", "larare-ekbacken-2", "rektor")
    suggestion = await house.suggested(lone, shared, ticket["id"])
    answered = await house.client("tekniker").post(f"/suggestions/{suggestion}/refuse")
    assert answered.status_code == 202
    await house.told(house.event(r.SuggestionRefused, incident=lone, suggestion=suggestion, **BY))
    page = (await (await house.visitor("tekniker")).get(f"/storningar/{lone}")).text
    assert "Hör det ihop?" not in page
    assert "Sa nej till att ärendet skulle höra till en annan störning." in page


async def test_who_does_not_work_with_both_cases_neither_sees_nor_answers_the_suggestion(house: House) -> None:
    lone, [ticket] = await case(house, "Mejlen kommer inte fram", "larare")
    elsewhere, _ = await case(house, "E-posten nere", "larare-sjobo", "administrator", school="sjobo")
    await house.told(house.event(r.IncidentAssigned, incident=elsewhere, party="team:samordnaren", tier="central",
                                 path=["team:samordnaren"], rule="x", reason={"sv": "x"}))  # fmt: skip
    suggestion = await house.suggested(lone, elsewhere, ticket["id"])
    page = await (await house.visitor("tekniker")).get(f"/storningar/{lone}")
    assert "Hör det ihop?" not in page.text
    assert (await house.client("tekniker").post(f"/suggestions/{suggestion}/accept")).status_code == 404
    assert (await house.client("larare").post(f"/suggestions/{suggestion}/accept")).status_code == 404
    assert (await house.client("samordnare").post(f"/suggestions/{suggestion}/accept")).status_code == 202


@pytest.mark.parametrize("answer", ["accept", "refuse"])
async def test_an_answer_with_words_of_its_own_is_refused_and_without_is_taken(house: House, answer: str) -> None:
    lone, [ticket] = await case(house, "Pennan till tavlan", "larare")
    shared, _ = await case(house, "Tavlorna lyder inte", "larare-ekbacken-2", "rektor")
    suggestion = await house.suggested(lone, shared, ticket["id"])
    client = house.client("tekniker")
    odd = await client.post(f"/suggestions/{suggestion}/{answer}", json={"reason": "samma sak"})
    assert odd.status_code == 422
    assert odd.json()["errors"][0]["pointer"] == "/reason"
    assert (await client.post(f"/suggestions/{suggestion}/{answer}", json={})).status_code == 202
    assert (await client.post(f"/suggestions/{suggestion}/{answer}")).status_code == 202


async def test_a_step_that_needs_no_word_takes_none(house: House) -> None:
    incident, [mine] = await case(house, "Högtalaren tiger", "larare")
    for person, path in (
        ("tekniker", f"/incidents/{incident}/close"),
        ("larare", f"/tickets/{mine['id']}/confirm"),
        ("larare", f"/tickets/{mine['id']}/withdraw"),
    ):
        answer = await house.client(person).post(path, json={"state": "closed"})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/state"), path


async def test_a_ticket_is_linked_by_its_number(house: House) -> None:
    shared, _ = await case(house, "Nätet nere", "larare", "rektor")
    _, [ticket] = await case(house, "Inget internet", "larare-ekbacken-2")
    browser = await house.visitor("tekniker")
    sent = await browser.post(f"/storningar/{shared}/koppla", {"ticket": f" {ticket['number'].lower()} "})
    assert sent.status_code == 303
    assert (await asked(house, "incident.link_requested.v1"))[-1]["ticket"] == ticket["id"]
    assert "Koppla hit ett ärende" in (await browser.get(f"/storningar/{shared}")).text


@pytest.mark.parametrize(
    ("written", "said"), [("", "Skriv ärendets nummer."), ("MAL-2026-999999", "Det finns inget sådant ärende")]
)
async def test_an_unknown_number_is_told_beside_the_field(house: House, written: str, said: str) -> None:
    shared, _ = await case(house, "Nätet nere", "larare", "rektor")
    page = await (await house.visitor("tekniker")).post(f"/storningar/{shared}/koppla", {"ticket": written})
    assert page.status_code == 422
    assert said in page.text
    assert f'value="{written}"' in page.text


async def test_a_ticket_of_a_school_one_does_not_serve_cannot_be_linked(house: House) -> None:
    shared, _ = await case(house, "Nätet nere", "larare", "rektor")
    foreign = await house.file("larare-sjobo", title="Hemligt", school="sjobo")
    await house.incident(foreign["id"], schools=["sjobo"], holder="team:samordnaren")
    answer = await house.client("tekniker").post(f"/incidents/{shared}/link", json={"ticket": foreign["id"]})
    assert answer.status_code == 404
    assert (await house.client("larare").post(f"/incidents/{shared}/link", json={"ticket": "x"})).status_code == 404


async def test_tickets_are_taken_out_by_choosing_them(house: House) -> None:
    shared, filed = await case(house, "Nätet nere", "larare", "rektor", "larare-ekbacken-2")
    browser = await house.visitor("tekniker")
    tab = await browser.get(f"/storningar/{shared}?flik=anmalningar")
    assert tab.text.count('name="tickets"') == 3
    one = await browser.post(f"/storningar/{shared}/bryt-ut", {"tickets": filed[0]["id"]})
    assert one.status_code == 303
    assert "flik=anmalningar" in one.headers["location"], "what was taken out is shown there"
    assert (await asked(house, "incident.unlink_requested.v1"))[-1]["ticket"] == filed[0]["id"]
    two = await house.client("tekniker").post(
        f"/incidents/{shared}/split", json={"tickets": [filed[1]["id"], filed[2]["id"]]}
    )
    assert two.status_code == 202
    assert len((await asked(house, "incident.split_requested.v1"))[-1]["tickets"]) == 2
    none = await browser.post(f"/storningar/{shared}/bryt-ut", {})
    assert none.status_code == 422
    assert "Välj minst en anmälan." in none.text


async def test_a_long_list_of_tickets_goes_on_page_after_page(house: House) -> None:
    client = house.client("samordnare", "tickets:import")
    filed = [
        (await client.post("/tickets", json={"title": f"Nätet nere {n}", "school": "ekbacken"})).json()["id"]
        for n in range(105)
    ]
    shared = await house.incident(*filed, schools=["ekbacken"])
    browser = await house.visitor("tekniker")
    newest = (await browser.get(f"/storningar/{shared}?flik=anmalningar")).text
    assert [newest.count(f'name="tickets" value="{ticket}"') for ticket in filed] == [0] * 5 + [1] * 100
    older = re.search(r'href="(/storningar/[^"]*aldre=[^"]*)"', newest)
    assert older is not None
    rest = (await browser.get(older[1].replace("&amp;", "&"))).text
    assert [rest.count(f'name="tickets" value="{ticket}"') for ticket in filed] == [1] * 5 + [0] * 100


async def test_why_a_ticket_is_here_is_said_once_and_of_the_first_that_it_began_so(house: House) -> None:
    shared, [first] = await case(house, "Dörren låst", "larare")
    _, [other] = await case(house, "Kortet gäller inte", "rektor")
    by_hand = {**BY, "reasons": [wording.linked_by({"sv": "IT-stödet", "en": "IT support"})]}
    link = {"score": 1.0, "engine_version": "1", "directory_version": "1"}
    await house.told(house.event(r.TicketLinked, incident=shared, ticket=other["id"], **link, **by_hand))
    page = (await (await house.visitor("tekniker")).get(f"/storningar/{shared}?flik=anmalningar")).text
    began, linked = (page[page.rindex(f"{each['number']}</span>") :].partition("</li>")[0] for each in (first, other))
    assert ("Ärendet började med den här anmälan." in began, "Hör hit:" in began) == (True, False)
    assert ("Hör hit:" in linked, linked.count("kopplade")) == (True, 1)
    alone, _ = await case(house, "Klockan står", "rektor")
    taken_off = {**BY, "reasons": [wording.UNLINKED]}
    await house.told(
        house.event(r.TicketLinked, incident=alone, ticket=other["id"], previous=shared, **link, **taken_off)
    )
    page = (await (await house.visitor("tekniker")).get(f"/storningar/{alone}?flik=anmalningar")).text
    split = page[page.rindex(f"{other['number']}</span>") :].partition("</li>")[0]
    assert ("bröt ut den ur en annan störning." in split, "kopplade" in split) == (True, False)
    elsewhere, _ = await case(house, "Larmet tjuter", "rektor")
    await house.moved(first["id"], shared, elsewhere)
    await house.moved(first["id"], elsewhere, shared)
    page = (await (await house.visitor("tekniker")).get(f"/storningar/{shared}?flik=anmalningar")).text
    again = page[page.rindex(f"{first['number']}</span>") :].partition("</li>")[0]
    assert ("började med den här" in again, "Hör hit:" in again) == (False, True), "it came back"


async def test_n6_what_was_taken_out_keeps_its_story_and_has_a_way_back(house: House) -> None:
    """R3: the reporter reads what was told while their ticket was there, and nothing later."""
    shared, [mine, _] = await case(house, "Nätet nere", "larare", "rektor")
    client = house.client("tekniker")
    await client.post(f"/incidents/{shared}/entries", json={"text": "Vi byter en switch.", "audience": "reporters"})
    alone = ids.new("incident")
    await house.told(
        house.event(r.IncidentOpened, incident=alone, ticket=mine["id"], kind="incident", service="wifi",
                    school="ekbacken", urgency=2, **BY),
    )  # fmt: skip
    await house.moved(mine["id"], shared, alone, **BY)
    await house.told(
        house.event(r.ImpactChanged, incident=shared, tickets=1, schools=["ekbacken"]),
        house.event(r.IncidentAssigned, incident=alone, party=EKBACKEN, tier="local", path=[EKBACKEN], rule="nat",
                    reason={"sv": "De sköter nätet."}),
    )  # fmt: skip
    await client.post(f"/incidents/{shared}/entries", json={"text": "Klart i hus B.", "audience": "reporters"})

    page = (await (await house.visitor("larare")).get(f"/arenden/{mine['id']}")).text
    told = (await house.client("larare").get(f"/tickets/{mine['id']}/timeline")).text
    for read in (page, told):
        assert "Vi byter en switch." in read
        assert "Klart i hus B." not in read
        assert "Vi löser det för sig." in read
        assert "Tog bort" not in read, "who moved it is for staff"
    desk = (await (await house.visitor("tekniker")).get(f"/storningar/{alone}?flik=anmalningar")).text
    assert "Flytta tillbaka" in desk
    assert f'action="/storningar/{shared}/koppla"' in desk
    assert (
        f"Tog bort {mine['number']} härifrån."
        in (await (await house.visitor("tekniker")).get(f"/storningar/{shared}")).text
    )


async def test_r3_what_a_link_by_mistake_told_is_marked_as_not_the_reports_own_and_stays_so(house: House) -> None:
    shared, _ = await case(house, "Portalen nere", "rektor")
    client = house.client("tekniker")
    await client.post(f"/incidents/{shared}/entries", json={"text": "Leverantören har det.", "audience": "reporters"})
    own, [mine] = await case(house, "Kan inte logga in", "larare")
    await client.post(f"/incidents/{own}/entries", json={"text": "Vi tittar på din.", "audience": "reporters"})

    async def told() -> dict[str, str]:
        listed = (await house.client("larare").get(f"/tickets/{mine['id']}/timeline")).json()["items"]
        return {entry["text"]["sv"]: entry["story"] for entry in listed if entry["text"]}

    await house.moved(mine["id"], own, shared, **BY)
    now = await told()
    assert (now["Leverantören har det."], now["Vi tittar på din."]) == ("before", "own")
    page = (await (await house.visitor("larare")).get(f"/arenden/{mine['id']}")).text
    assert page.count("Störningen, innan ärendet kopplades dit:") == list(now.values()).count("before")

    await house.moved(mine["id"], shared, own, **BY)
    now = await told()
    assert (now["Leverantören har det."], now["Vi tittar på din."]) == ("former", "own")
    page = (await (await house.visitor("larare")).get(f"/arenden/{mine['id']}")).text
    assert page.count("En störning som ärendet inte hör till längre:") == list(now.values()).count("former")
    assert "innan ärendet kopplades dit" not in page


async def test_n6_where_something_was_taken_out_stands_where_it_went_and_the_way_back(house: House) -> None:
    shared, [mine, _] = await case(house, "Dörrarna låsta", "larare", "rektor")
    tab = f"/storningar/{shared}?flik=anmalningar"
    browser = await house.visitor("tekniker")
    assert "Flyttade härifrån" not in (await browser.get(tab)).text
    assert 'data-live-part="anmalningar"' in (await browser.get(tab)).text
    alone = await house.incident(mine["id"], schools=["ekbacken"])
    await house.moved(mine["id"], shared, alone, **BY)
    live = (await browser.get(f"/storningar/{shared}/nu?flik=anmalningar")).text
    assert "Flyttade härifrån" in live.partition('data-for="anmalningar"')[2].partition("</template>")[0]
    assert '<template data-for="antal">1</template>' in live
    page = (await browser.get(tab)).text
    assert "Flyttade härifrån" in page
    moved = page[page.index("Flyttade härifrån") :]
    assert f'href="/storningar/{alone}"' in moved
    assert mine["number"] in moved
    assert "Flytta tillbaka hit" in moved
    assert (await browser.post(f"/storningar/{shared}/koppla", {"ticket": mine["id"]})).status_code == 303
    assert (await asked(house, "incident.link_requested.v1"))[-1]["ticket"] == mine["id"]
    await house.moved(mine["id"], alone, shared, **BY)
    assert "Flyttade härifrån" not in (await browser.get(tab)).text


async def test_triage_sets_service_reach_and_the_title_that_others_read(house: House) -> None:
    shared, _ = await case(house, "Lena Lindmarks dator dör", "larare", "rektor")
    browser = await house.visitor("tekniker")
    form = {"service": "wired_network", "scope": "school", "public_title": "Nätet på Ekbackens skola"}
    assert (await browser.post(f"/storningar/{shared}/bedom", form)).status_code == 303
    command = (await asked(house, "incident.triage_requested.v1"))[-1]
    assert (command["service"], command["scope"], command["public_title"]) == (
        "wired_network", "school", {"sv": "Nätet på Ekbackens skola"},
    )  # fmt: skip
    effect = {"service": "wired_network", "scope": "school", "public_title": command["public_title"]}
    await house.told(house.event(r.IncidentTriaged, incident=shared, **effect, **BY))
    status = (await (await house.visitor("larare")).get("/skolor/ekbacken")).text
    assert "Nätet på Ekbackens skola" in status
    history = (await browser.get(f"/storningar/{shared}")).text
    assert "Räckvidd: en skola." in history


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"service": None}, ""),
        ({"service": "fax"}, "/service"),
        ({"scope": "world"}, "/scope"),
        ({"public_title": "Elev 20110203-1234 kommer inte in"}, "/public_title"),
        ({"state": "closed"}, "/state"),
    ],
)
async def test_bad_triage_is_refused(house: House, body: dict[str, str], pointer: str) -> None:
    shared, _ = await case(house, "Nätet nere", "larare", "rektor")
    answer = await house.client("tekniker").post(f"/incidents/{shared}/triage", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_a_text_in_several_languages_is_told_that_one_is_wanted(house: House) -> None:
    shared, _ = await case(house, "Nätet nere", "larare", "rektor")
    client, both = house.client("tekniker"), {"sv": "Nätet svajar", "en": "The network is shaky"}
    for path, field in (("triage", "public_title"), ("resolve", "public_text")):
        answer = (await client.post(f"/incidents/{shared}/{path}", json={field: both})).json()
        wanted = "is one text, in the caller's language, and no object of languages"
        assert answer["errors"] == [{"pointer": f"/{field}", "detail": wanted}]


async def test_a_bad_triage_form_keeps_what_was_written(house: House) -> None:
    shared, _ = await case(house, "Nätet nere", "larare", "rektor")
    browser = await house.visitor("tekniker")
    page = await browser.post(f"/storningar/{shared}/bedom", {"service": "fax", "public_title": "Nätet i hus B"})
    assert page.status_code == 422
    assert 'value="Nätet i hus B"' in page.text
    person = await browser.post(f"/storningar/{shared}/bedom", {"public_title": "Elev 20110203-1234 kommer inte in"})
    assert person.status_code == 422
    assert "Det ser ut som ett personnummer." in person.text
    empty = await browser.post(f"/storningar/{shared}/bedom", {"service": "", "scope": "", "public_title": " "})
    assert empty.status_code == 422
    assert "Välj eller skriv något att spara." in empty.text


async def known(house: House, title: str = "Ingen kommer in på Skolportalen", **changed: Any) -> str:
    """A disturbance of a school that two have reported."""
    incident, _ = await case(house, title, "larare", "rektor")
    fields = {"service": "learning_platform", "scope": "school"} | changed
    await house.told(house.event(r.IncidentTriaged, incident=incident, **fields))
    return incident


async def test_n5_while_somebody_writes_the_known_problem_is_offered_without_a_word_of_a_report(house: House) -> None:
    incident = await known(house)
    browser = await house.visitor("larare-ekbacken-2")
    offered = await browser.get("/arenden/ny/kanda?school=ekbacken&service=&text=Kommer+inte+in+i+skolportalen")
    assert incident in offered.text
    assert "Jag har samma problem" in offered.text
    assert "Skolportalen: störning på Ekbackens skola" in offered.text
    assert "Ingen kommer in" not in offered.text
    listed = (await house.client("larare-ekbacken-2").get("/known-problems", params={"school": "ekbacken"})).json()
    assert incident in {item["incident"] for item in listed["items"]}
    blank = await browser.get("/arenden/ny")
    assert incident in blank.text, "without JavaScript the school's own stand in the form"


async def test_n5_what_is_known_is_there_since_it_first_occurred_however_late_it_was_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_anew(monkeypatch)
    began = datetime.now(UTC) - timedelta(hours=5)
    first = await house.file("larare", title="Wifi trasigt", school="ekbacken", occurred_at=began.isoformat())
    later = await house.file("rektor", title="Wifi trasigt", school="ekbacken")
    incident = await house.incident(first["id"], later["id"], schools=["ekbacken"])
    await house.told(house.event(r.IncidentTriaged, incident=incident, service="wifi", scope="school"))
    asked_for = {"school": "ekbacken", "q": "Internet funkar inte i hela skolan"}
    listed = (await house.client("larare-ekbacken-2").get("/known-problems", params=asked_for)).json()
    [offered] = [item for item in listed["items"] if item["incident"] == incident]
    assert datetime.fromisoformat(offered["since"]) == began


def read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known is caught up with at every question, not every few seconds."""
    monkeypatch.setattr(ticketing.known, "_FRESH", timedelta(0))


async def test_n5_a_lone_report_and_what_reaches_one_room_are_never_offered(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_anew(monkeypatch)
    lone, _ = await case(house, "Hemliga projektorn fungerar inte", "larare")
    room, _ = await case(house, "Projektorn i B204 fungerar inte", "larare", "rektor")
    same, _ = await case(house, "Projektorn på skolan fungerar inte", "larare", "larare")
    for incident, scope in ((lone, "school"), (room, "room"), (same, "school")):
        await house.told(house.event(r.IncidentTriaged, incident=incident, service="classroom_display", scope=scope))
    browser = await house.visitor("larare-ekbacken-2")
    offered = await browser.get("/arenden/ny/kanda?school=ekbacken&text=Projektorn+fungerar+inte")
    listed = await house.client("larare-ekbacken-2").get("/known-problems", params={"school": "ekbacken"})
    assert listed.status_code == 200
    for told in (offered.text, listed.text):
        assert not {incident for incident in (lone, room, same) if incident in told}


async def test_n5_who_writes_of_their_own_is_not_offered_a_network_that_is_down(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_anew(monkeypatch)
    incident, _ = await case(house, "Wifi nere på hela skolan, ingen kommer ut", "larare", "rektor", service="wifi")
    await house.told(house.event(r.IncidentTriaged, incident=incident, service="wifi", scope="school"))
    client = house.client("larare-ekbacken-2")
    for words, is_offered in {
        "Glömt lösenord": False,
        "Jag behöver en ny dator": False,
        "Min laptop tappar wifi": True,
    }.items():
        answer = await client.get("/known-problems", params={"school": "ekbacken", "q": words})
        assert (incident in answer.text) == is_offered, words


async def test_a_disturbance_that_one_reporter_is_left_of_is_offered_no_more(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_anew(monkeypatch)
    shared, filed = await case(house, "Kopiatorn äter papper", "larare", "rektor", "larare")
    await house.told(house.event(r.IncidentTriaged, incident=shared, service="printing", scope="school"))
    client, browser = house.client("larare-ekbacken-2"), await house.visitor("larare-ekbacken-2")
    asked_for = {"school": "ekbacken", "service": "printing", "q": "Kopiatorn äter papper"}
    words = "/arenden/ny/kanda?school=ekbacken&service=printing&text=Kopiatorn+äter+papper"
    assert shared in (await client.get("/known-problems", params=asked_for)).text
    alone = await house.incident(filed[1]["id"], schools=["ekbacken"])
    await house.moved(filed[1]["id"], shared, alone, **BY)
    gone = await client.get("/known-problems", params=asked_for)
    assert (gone.status_code, shared in gone.text) == (200, False)
    assert (await browser.get(words)).status_code == 200
    forgot = await browser.post(
        "/arenden/ny", {"text": "Kopiatorn äter papper", "school": "ekbacken", "need": "", "impact": "one_person"}
    )
    assert (forgot.status_code, "Välj" in forgot.text) == (422, True)
    await house.moved(filed[1]["id"], alone, shared, **BY)
    assert shared in (await client.get("/known-problems", params=asked_for)).text, "and again once there are two"


async def test_a_disturbance_that_one_of_two_reports_over_and_over_is_still_offered(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_anew(monkeypatch)
    title = "Passerkorten öppnar inte dörrarna"
    shared, _ = await case(house, title, "rektor", "larare", service="other")
    await house.told(house.event(r.IncidentTriaged, incident=shared, service="wired_network", scope="school"))
    asked_for = {"school": "ekbacken", "service": "wired_network", "q": title}
    client = house.client("larare-ekbacken-2")
    assert (await client.get("/known-problems", params=asked_for)).status_code == 200
    why = {"score": 1.0, "reasons": [], "engine_version": "1", "directory_version": "1"}
    for _ in range(21):
        again = await house.file("larare", title=title, school="ekbacken")
        await house.told(house.event(r.TicketLinked, ticket=again["id"], incident=shared, **why))
    answer = await client.get("/known-problems", params=asked_for)
    assert answer.status_code == 200, answer.text
    listed = await client.get("/known-problems", params={"school": "ekbacken", "service": "wired_network"})
    assert shared in listed.text


async def test_a_form_whose_offers_fail_takes_reports_all_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_args: Any) -> list[Any]:
        raise RuntimeError("no offers today")

    monkeypatch.setattr(ticketing.known.KnownProblems, "at_school", fails)
    monkeypatch.setattr(ticketing.known.KnownProblems, "like", fails)
    browser = await house.visitor("larare-ekbacken-2")
    assert (await browser.get("/arenden/ny")).status_code == 200
    assert (await browser.get("/arenden/ny/kanda?school=ekbacken&text=Nätet+är+nere")).status_code == 200
    forgot = await browser.post(
        "/arenden/ny", {"text": "Nätet är nere", "school": "ekbacken", "need": "", "impact": "one_person"}
    )
    assert (forgot.status_code, "Välj" in forgot.text) == (422, True)
    sent = await browser.post(
        "/arenden/ny", {"text": "Nätet är nere", "school": "ekbacken", "need": "lesson_now", "impact": "class"}
    )
    assert sent.status_code == 303


async def test_the_same_problem_is_one_tap(house: House) -> None:
    incident = await known(house)
    browser = await house.visitor("larare-ekbacken-2")
    sent = await browser.post(
        "/arenden/ny", {"text": "", "school": "", "need": "", "impact": "one_person", "same_as": incident}
    )
    assert sent.status_code == 303, sent.text
    filed = (await asked(house, "ticket.filed.v1"))[-1]
    assert (filed["same_as"], filed["school"], filed["service"]) == (incident, "ekbacken", "learning_platform")
    assert filed["title"] == "Skolportalen: störning på Ekbackens skola"


def due_of(page: str) -> list[str]:
    """By when the confirmation says that the next word comes."""
    return re.findall(r"senast ([^<]*?)[.<]", page)


async def clock(house: House, incident: str, due_at: datetime) -> None:
    """Routing starts the holder's promise of the next word."""
    of = {"clock": ids.new("clock"), "incident": incident, "party": EKBACKEN, "promise": "next_update"}
    times = {"started_at": datetime.now(UTC), "due_at": due_at}
    await house.told(house.event(r.ClockStarted, **of, **times, agreement="standard"))


async def test_the_confirmation_of_the_same_problem_promises_what_the_disturbance_does(house: House) -> None:
    incident = await known(house)
    await clock(house, incident, datetime.now(UTC) + timedelta(days=2, hours=3))
    browser = await house.visitor("larare-ekbacken-2")
    sent = await browser.post(
        "/arenden/ny", {"text": "Samma här", "need": "lesson_now", "impact": "class", "same_as": incident}
    )
    before = (await browser.get(sent.headers["location"])).text
    ticket = (await asked(house, "ticket.filed.v1"))[-1]["ticket"]
    await house.moved(ticket, incident, incident, by={"party": "reporter", "person": "larare-ekbacken-2"})
    after = (await browser.get(sent.headers["location"])).text
    case_page = (await browser.get(f"/arenden/{ticket}")).text
    assert due_of(before) == due_of(after) != []
    assert due_of(before)[0] in due_of(case_page)


async def test_a_confirmation_promises_nothing_before_it_is_decided_and_then_says_it_by_itself(house: House) -> None:
    browser = await house.visitor("larare-ekbacken-2")
    sent = await browser.post(
        "/arenden/ny", {"text": "Fläkten låter", "school": "ekbacken", "need": "lesson_now", "impact": "class"}
    )
    before = (await browser.get(sent.headers["location"])).text
    assert due_of(before) == []
    live = re.search(r'data-live="([^"]*)"', before)
    assert live is not None
    ticket = (await asked(house, "ticket.filed.v1"))[-1]["ticket"]
    incident = await house.incident(ticket, schools=["ekbacken"])
    await clock(house, incident, datetime.now(UTC) + timedelta(days=2, hours=3))
    told = due_of((await browser.get(live[1])).text)
    assert told
    assert told[0] in due_of((await browser.get(f"/arenden/{ticket}")).text)
    assert "data-live" not in (await browser.get(sent.headers["location"])).text, "it is decided"


async def test_the_same_problem_as_one_that_went_on_elsewhere_is_taken(house: House) -> None:
    gone, into = await known(house), await known(house, "Skolportalen är nere")
    await house.told(house.event(r.IncidentSuperseded, incident=gone, successor=into))
    browser = await house.visitor("larare-ekbacken-2")
    sent = await browser.post(
        "/arenden/ny", {"text": "Samma här", "need": "lesson_now", "impact": "class", "same_as": gone}
    )
    assert sent.status_code == 303, sent.text
    report = {"title": "Samma här", "school": "ekbacken", "same_as": gone}
    assert (await house.client("larare-ekbacken-2").post("/tickets", json=report)).status_code == 201


@pytest.mark.parametrize("kind", ["request", "need", "idea"])
async def test_r10_what_is_no_fault_is_not_the_same_problem_and_nothing_written_is_lost(
    house: House, kind: str
) -> None:
    incident = await known(house)
    report = {"title": "Vi vill ha fler skärmar", "school": "ekbacken", "kind": kind, "same_as": incident}
    refused = await house.client("larare-ekbacken-2").post("/tickets", json=report)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/same_as"]
    before = len(await asked(house, "ticket.filed.v1"))
    form = {
        "text": "Vi vill ha fler skärmar",
        "school": "ekbacken",
        "room": "B204",
        "need": "when_time",
        "impact": "whole_school",
        "kind": kind,
    }
    page = await (await house.visitor("larare-ekbacken-2")).post("/arenden/ny", form | {"same_as": incident})
    assert page.status_code == 422
    assert "Bara ett fel kan vara samma problem" in page.text
    assert 'id="kind-fel"' in page.text, "beside the field"
    for kept in (
        "Vi vill ha fler skärmar",
        'value="B204"',
        f'value="{kind}" data-draft checked',
        'value="when_time" data-draft checked',
        'value="whole_school" data-draft checked',
    ):
        assert kept in page.text, kept
    assert len(await asked(house, "ticket.filed.v1")) == before


async def test_r10_nothing_is_the_same_problem_as_an_order(house: House) -> None:
    """Staff see it, and still it is no disturbance."""
    [mine] = [await house.file("larare", title="En ny dator", school="ekbacken", kind="request")]
    order = await house.incident(mine["id"], schools=["ekbacken"], kind="request")
    report = {"title": "Datorn är seg", "school": "ekbacken", "same_as": order}
    assert (await house.client("tekniker").post("/tickets", json=report)).status_code == 404


async def test_a_form_that_comes_back_still_offers_what_is_known(house: House) -> None:
    await known(house)
    form = {"text": "Kommer inte in i skolportalen", "school": "ekbacken", "need": "", "impact": "one_person"}
    page = await (await house.visitor("larare-ekbacken-2")).post("/arenden/ny", form)
    assert page.status_code == 422
    assert 'name="same_as" value="in_' in page.text


async def test_who_reported_it_reads_why_it_is_with_others_and_nothing_of_these(house: House) -> None:
    """N5. Staff read each reason as it is."""
    shared, [first] = await case(house, "Nätet nere", "rektor")
    mine = await house.file("larare", title="Inget wifi", school="ekbacken", room="B204")
    why = [
        {"sv": "Samma skola.", "en": "Same school."},
        {"sv": "Samma person har anmält.", "en": "The same person reported it."},
        {"sv": "Olika rum: B204 och B205.", "en": "Different rooms: B204 and B205."},
        {
            "sv": "IT-stödet på Sjöbo skola kopplade ärendet hit.",
            "en": "IT support at Sjöbo linked the case here.",
        },
        {"sv": "6 minuter isär.", "en": "6 minutes apart."},
    ]
    link = {"score": 0.97, "reasons": why, "engine_version": "1", "directory_version": "1"}
    await house.told(
        house.event(r.TicketLinked, incident=shared, ticket=mine["id"], **link),
        house.event(r.ImpactChanged, incident=shared, tickets=2, schools=["ekbacken"]),
    )
    staff = (await (await house.visitor("tekniker")).get(f"/arenden/{mine['id']}")).text
    assert "Därför hör det ihop: Samma skola. Samma person har anmält. Olika rum: B204 och B205. IT-stödet" in staff
    browser = await house.visitor("larare")
    own = (await browser.get(f"/arenden/{mine['id']}")).text
    assert "Därför hör det ihop: Samma skola. Personalen kopplade ihop dem. 6 minuter isär.</span>" in own
    assert "1 anmälan till om samma problem" in own
    for hidden in ("Samma person", "B205", "Sjöbo"):
        assert hidden not in own
    await browser.post("/sprak", language="en", next="/")
    english = (await browser.get(f"/arenden/{mine['id']}")).text
    assert "Why they belong together: Same school. Staff put them together. 6 minutes apart.</span>" in english
    assert (
        "Ärendet började med den här anmälan."
        in (await (await house.visitor("rektor")).get(f"/arenden/{first['id']}")).text
    )


async def test_the_first_report_of_a_disruption_is_said_to_be_that_and_not_why_it_stood_alone(house: House) -> None:
    first = await house.file("larare", title="Portalen nere", school="ekbacken")
    unsure = {"sv": "Det kan vara samma sak som ett öppet ärende, men det är inte säkert nog."}
    opened = await house.incident(first["id"], schools=["ekbacken"])
    link = {"score": 1.0, "reasons": [unsure], "engine_version": "1", "directory_version": "1"}
    async with house.engine.begin() as conn:
        await conn.execute(
            text("UPDATE link SET reasons = :why WHERE incident = :incident"),
            {"why": json.dumps([unsure]), "incident": opened},
        )
    alone = (await (await house.visitor("tekniker")).get(f"/storningar/{opened}?flik=anmalningar")).text
    assert "Började som ett eget ärende:" in alone
    assert "inte säkert nog" in alone
    other = await house.file("rektor", title="Portalen svarar inte", school="ekbacken")
    later = {**link, "score": 0.9, "reasons": [{"sv": "Samma skola."}]}
    await house.told(
        house.event(r.TicketLinked, incident=opened, ticket=other["id"], **later),
        house.event(r.ImpactChanged, incident=opened, tickets=2, schools=["ekbacken"]),
    )
    desk = (await (await house.visitor("tekniker")).get(f"/storningar/{opened}?flik=anmalningar")).text
    for person in ("larare", "tekniker"):
        page = (await (await house.visitor(person)).get(f"/arenden/{first['id']}")).text
        assert "Ärendet började med den här anmälan." in page
        assert "inte säkert nog" not in page
        assert "Därför hör det ihop" not in page
    assert "Ärendet började med den här anmälan." in desk
    assert "inte säkert nog" not in desk


@pytest.mark.parametrize("way", ["page", "api"])
async def test_a_title_for_others_can_be_removed_again(house: House, way: str) -> None:
    incident = await known(house, f"Skrivarna {way}")
    titled = {"public_title": {"sv": f"Utskrift strular {way}"}}
    await house.told(house.event(r.IncidentTriaged, incident=incident, **titled, **BY))
    browser = await house.visitor("tekniker")
    assert f'value="Utskrift strular {way}"' in (await browser.get(f"/storningar/{incident}")).text
    if way == "page":
        form = {"service": "", "scope": "", "public_title": ""}
        assert (await browser.post(f"/storningar/{incident}/bedom", form)).status_code == 303
    else:
        sent = await house.client("tekniker").post(f"/incidents/{incident}/triage", json={"public_title": ""})
        assert sent.status_code == 202
    command = (await asked(house, "incident.triage_requested.v1"))[-1]
    assert (command["incident"], command["title_removed"]) == (incident, True)
    assert (command["public_title"], command["service"], command["scope"]) == (None, None, None)

    await house.told(house.event(r.IncidentTriaged, incident=incident, title_removed=True, **BY))
    assert (await house.client("tekniker").get(f"/incidents/{incident}")).json()["public_title"] == {}
    assert "Rubriken för andra togs bort." in (await browser.get(f"/storningar/{incident}")).text
    assert f"Utskrift strular {way}" not in (await (await house.visitor("larare")).get("/skolor/ekbacken")).text


async def test_a_triage_that_says_nothing_of_the_title_leaves_it(house: House) -> None:
    incident = await known(house, "Kopiatorn")
    await house.told(house.event(r.IncidentTriaged, incident=incident, public_title={"sv": "Kopiatorn"}, **BY))
    browser = await house.visitor("tekniker")
    assert (await browser.post(f"/storningar/{incident}/bedom", {"scope": "school"})).status_code == 303
    await house.client("tekniker").post(f"/incidents/{incident}/triage", json={"scope": "room", "public_title": None})
    for command in (await asked(house, "incident.triage_requested.v1"))[-2:]:
        assert (command["public_title"], command["title_removed"]) == (None, False)
    await house.told(house.event(r.IncidentTriaged, incident=incident, scope="room", **BY))
    detail = (await house.client("tekniker").get(f"/incidents/{incident}")).json()
    assert detail["public_title"] == {"sv": "Kopiatorn"}


async def test_a_page_that_shows_older_entries_or_tickets_is_not_exchanged_for_the_newest(house: House) -> None:
    incident, [mine] = await case(house, "Nätet i gamla huset", "larare")
    browser = await house.visitor("tekniker")
    assert "data-live=" in (await browser.get(f"/storningar/{incident}")).text
    await house.client("tekniker").post(f"/incidents/{incident}/entries", json={"text": "Vi är på väg."})
    entry = (await house.client("tekniker").get(f"/incidents/{incident}/timeline?limit=1")).json()
    assert entry["next"] is not None
    cursor = entry["next"].partition("cursor=")[2]
    assert "data-live" not in (await browser.get(f"/storningar/{incident}?fore={cursor}")).text
    assert "data-live" not in (await (await house.visitor("larare")).get(f"/arenden/{mine['id']}?fore={cursor}")).text


async def test_a_live_page_knows_when_there_is_something_new_to_answer(house: House) -> None:
    incident, [ticket] = await case(house, "Dörren till hus B", "larare")
    other, _ = await case(house, "Alla dörrar", "larare-ekbacken-2")
    browser = await house.visitor("tekniker")

    async def mark(path: str) -> str:
        found = re.search(r'data-news="([^"]*)"', (await browser.get(path)).text)
        assert found is not None
        return found[1]

    page = await mark(f"/storningar/{incident}")
    assert await mark(f"/storningar/{incident}/nu?flik=historik") == page, "nothing has happened"
    await house.suggested(incident, other, ticket["id"])
    assert await mark(f"/storningar/{incident}/nu?flik=historik") != page


async def test_the_desk_is_shown_a_number_as_its_own_municipality_has_them(house: House) -> None:
    filed = await house.file("hallsberg-larare", municipality="hallsberg", title="Nät", school="transtensskolan")
    incident = await house.incident(filed["id"], schools=["transtensskolan"], municipality="hallsberg")
    page = (await (await house.visitor("hallsberg-strateg", "hallsberg")).get(f"/storningar/{incident}")).text
    prefix = filed["number"].partition("-")[0]
    assert prefix != "MAL"
    assert f"Som {prefix}-{datetime.now(UTC).year}-000123." in page
    assert "MAL-" not in page
