"""The needs forum: agenda and decisions for the coordinator, what was decided for everybody (V16, V4, N5)."""

import re
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from contracts.events import routing as r
from contracts.events import vendor_bridge as v
from tests.support.ticketing_house import House

COORDINATOR = {"party": "team:samordnaren", "person": "samordnare"}
WHY = {"sv": "Det ryms i nästa års budget."}


async def asked(house: House, kind: str) -> list[dict[str, Any]]:
    """The commands of a type that went to routing, oldest first."""
    async with house.engine.connect() as conn:
        query = "SELECT convert_from(value, 'UTF8')::jsonb FROM outbox WHERE type = :type ORDER BY id"
        return list(await conn.scalars(text(query), {"type": kind}))


async def wish(house: House, title: str, person: str = "larare", kind: str = "need") -> tuple[str, dict[str, Any]]:
    """A need with its lone incident."""
    filed = await house.file(person, title=title, school="ekbacken", kind=kind, description="Vi är fyra klasser.")
    return await house.incident(filed["id"], schools=["ekbacken"], holder="team:samordnaren", kind=kind), filed


async def gathered(house: House, incident: str, priority: str) -> None:
    await house.told(house.event(r.IncidentGathered, incident=incident, priority=priority, by=COORDINATOR))


async def decided(house: House, incident: str, decision: str, reason: dict[str, str] = WHY) -> None:
    fields = {"incident": incident, "decision": decision, "reason": reason, "by": COORDINATOR}
    await house.told(house.event(r.IncidentDecided, **fields))


async def test_v16_the_agenda_groups_what_waits_and_puts_red_first(house: House) -> None:
    titles = ["Nya paddor till 4B", "Hörlurar till talböckerna", "Ett tangentbord till", "Laddskåp i korridoren"]
    new, low, high, later = [(await wish(house, title))[0] for title in titles]
    await gathered(house, low, "green")
    await gathered(house, high, "red")
    await decided(house, later, "later")
    page = (await (await house.visitor("samordnare")).get("/behov")).text
    places = [page.index(f'id="{incident}"') for incident in (high, low, new, later)]
    assert places == sorted(places)
    headings = [page.index(words) for words in ("På dagordningen", "Nytt", "Beslut senare", "Det här är beslutat")]
    assert headings == sorted(headings)
    for words in ("Hög prioritet", "Låg prioritet", "Lena Lindmark", "Vi är fyra klasser.", "Ett behov"):
        assert words in page
    assert '<svg class="icon"' in page[page.index(f'id="{high}"') :].partition("Hög prioritet")[0], "never colour alone"


@pytest.mark.parametrize("person", ["larare", "samordnare"])
async def test_v16_the_page_of_needs_leads_to_the_form_with_that_kind_chosen(house: House, person: str) -> None:
    await wish(house, "Skärm i biblioteket")
    two = [await house.file(each, title="Wifi nere", school="ekbacken") for each in ("rektor", "administrator")]
    await house.incident(*(filed["id"] for filed in two), scope="school", schools=["ekbacken"])
    browser = await house.visitor(person)
    [link] = re.findall(
        r'href="(/arenden/ny[^"]*)"[^>]*>(?:<svg.*?</svg>)?Anmäl ett behov eller en idé',
        (await browser.get("/behov")).text,
    )
    form = (await browser.get(link)).text
    assert re.search(r'<input type="radio"[^>]*value="need"[^>]* checked', form)
    assert '<details class="more" open>' in form
    assert "<title>Vad behöver eller önskar du?" in form
    assert "eller en beställning, ett behov, en idé</summary>" in form
    assert "Jag har samma problem" not in form


@pytest.mark.parametrize("kind", ["", "?kind=need'", "?kind=incident"])
async def test_the_form_asks_of_a_fault_where_no_kind_is_named_that_there_is(house: House, kind: str) -> None:
    form = (await (await house.visitor("larare")).get(f"/arenden/ny{kind}")).text
    assert re.search(r'<input type="radio"[^>]*value="incident"[^>]* checked', form)
    assert '<details class="more">' in form


async def test_the_coordinator_gathers_and_decides_with_one_form_each(house: House) -> None:
    incident, _ = await wish(house, "Skärm i biblioteket", kind="idea")
    browser = await house.visitor("samordnare")
    sent = await browser.post(f"/behov/{incident}/samla", priority="amber", seen_version="3")
    assert sent.status_code == 303
    command = (await asked(house, "incident.gather_requested.v1"))[-1]
    assert (command["incident"], command["priority"], command["seen_version"]) == (incident, "amber", 3)
    after = await browser.get(sent.headers["location"].partition("#")[0])
    assert "Ta upp i behovsforumet" in after.text
    assert "skickat" in after.text

    sent = await browser.post(f"/behov/{incident}/besluta", decision="no", reason="Det finns en i aulan.")
    assert sent.status_code == 303
    command = (await asked(house, "incident.decide_requested.v1"))[-1]
    assert (command["decision"], command["reason"]) == ("no", {"sv": "Det finns en i aulan."})
    request = command["request_id"]
    why = {"sv": "Någon hann ändra ärendet före dig.", "en": "Somebody changed it."}
    await house.told(house.event(r.RequestRefused, incident=incident, request_id=request, code="stale", reason=why))
    after = await browser.get(sent.headers["location"].partition("#")[0])
    assert "Någon hann ändra ärendet före dig." in after.text
    others = await (await house.visitor("larare")).get(f"/behov?begaran={request}")
    assert "Någon hann" not in others.text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"decision": "yes", "reason": "  "}, "Skriv varför, så att den som frågade förstår."),
        ({"decision": "kanske", "reason": "Därför."}, "Välj ja, nej eller senare."),
        ({"decision": "yes", "reason": "Fråga 20121231-1234."}, "Det ser ut som ett personnummer."),
        ({"decision": "yes", "reason": "x" * 2001}, "Korta texten till högst 2000 tecken."),
        ({"decision": "yes", "reason": "Där\0för"}, "Texten har tecken som inte går att spara."),
    ],
)
async def test_a_decision_that_cannot_be_sent_is_shown_again_as_written(
    house: House, form: dict[str, str], words: str
) -> None:
    incident, _ = await wish(house, "Penna till tavlan")
    before = len(await asked(house, "incident.decide_requested.v1"))
    page = await (await house.visitor("samordnare")).post(f"/behov/{incident}/besluta", form)
    assert page.status_code == 422
    assert words in page.text
    assert form["reason"].replace("\0", "\ufffd").strip() in page.text
    assert len(await asked(house, "incident.decide_requested.v1")) == before


async def test_a_priority_that_is_none_is_told_so(house: House) -> None:
    incident, _ = await wish(house, "Lås till skåpet")
    page = await (await house.visitor("samordnare")).post(f"/behov/{incident}/samla", priority="blue")
    assert page.status_code == 422
    assert "Välj hur viktigt det är." in page.text


@pytest.mark.parametrize("person", ["larare", "tekniker", "rektor"])
async def test_only_the_coordinator_sees_the_agenda_and_decides(house: House, person: str) -> None:
    incident, filed = await wish(house, "Hemlig önskan om skrivare", "larare-bjorkskolan")
    browser = await house.visitor(person)
    page = (await browser.get("/behov")).text
    assert "Hemlig önskan" not in page
    assert filed["number"] not in page
    for path, form in (("samla", {"priority": "red"}), ("besluta", {"decision": "yes", "reason": "Ja."})):
        for sent in (form, {}):  # what is wrong with a form is for who may send it
            assert (await browser.post(f"/behov/{incident}/{path}", sent)).status_code in (403, 404)
    client = house.client(person)
    for path, body in (("gather", {"priority": "red"}), ("decide", {"decision": "yes", "reason": "Ja."})):
        assert (await client.post(f"/incidents/{incident}/{path}", json=body)).status_code in (403, 404)


async def test_n5_everybody_reads_what_was_decided_and_nobody_who_asked_or_in_which_words(house: House) -> None:
    incident, filed = await wish(house, "Min egen skrivare, jag orkar inte gå", "larare-ekbacken-2")
    await decided(house, incident, "no", {"sv": "Skrivaren i korridoren räcker."})
    page = (await (await house.visitor("larare-bjorkskolan")).get("/behov")).text
    assert "Trådlöst nät: ett behov från Ekbackens skola" in page
    assert "Skrivaren i korridoren räcker." in page
    assert "Nej" in page[page.index(f'id="beslut-{incident}"') :]
    for secret in ("jag orkar inte gå", "Nasrin Farahi", "Vi är fyra klasser.", filed["number"], filed["id"]):
        assert secret not in page
    listed = (await house.client("larare-bjorkskolan").get("/decisions")).json()["items"]
    (one,) = [item for item in listed if item["incident"] == incident]
    assert (one["decision"], one["reason"], one["school"]) == (
        "no",
        {"sv": "Skrivaren i korridoren räcker."},
        "ekbacken",
    )
    assert set(one) == {"incident", "kind", "title", "service", "school", "decision", "reason", "decided_at"}


async def test_n9_another_municipalitys_decisions_are_not_there(house: House) -> None:
    incident, _ = await wish(house, "Fler nätuttag")
    await decided(house, incident, "yes")
    page = (await (await house.visitor("hallsberg-strateg", "hallsberg")).get("/behov")).text
    assert incident not in page
    listed = await house.client("hallsberg-strateg", municipality="hallsberg").get("/decisions")
    assert incident not in listed.text
    foreign = house.client("hallsberg-strateg", municipality="hallsberg")
    assert (await foreign.post(f"/incidents/{incident}/gather", json={"priority": "red"})).status_code == 404


async def test_who_asked_reads_decision_and_reason_on_the_case_and_has_nothing_to_confirm(house: House) -> None:
    incident, filed = await wish(house, "Grupprum med skärm")
    browser = await house.visitor("larare")
    await gathered(house, incident, "amber")
    page = (await browser.get(f"/arenden/{filed['id']}")).text
    assert "I behovsforumet" in page
    assert "Du får ett mejl med beslutet och varför." in page
    await decided(house, incident, "yes")
    page = (await browser.get(f"/arenden/{filed['id']}")).text
    for words in ("Beslutat", "Det ryms i nästa års budget.", "Beslut: ja."):
        assert words in page
    for words in ("Fungerar nu", "Fortfarande fel?", "Nu hos:", "nästa besked"):
        assert words not in page
    client = house.client("larare")
    detail = (await client.get(f"/tickets/{filed['id']}")).json()
    assert (detail["status"], detail["decision"], detail["decision_reason"]) == ("decided", "yes", WHY)
    assert (await client.post(f"/tickets/{filed['id']}/confirm", json={})).status_code == 409
    own = (await browser.get("/arenden")).text
    assert own.index("Klart") < own.index(filed["number"])


async def test_a_yes_or_a_no_is_changed_where_it_stands_with_what_was_decided_before_it(house: House) -> None:
    incident, _ = await wish(house, "Hörlurar till biblioteket")
    await decided(house, incident, "yes")
    browser, form = await house.visitor("samordnare"), f'action="/behov/{incident}/besluta"'
    assert form not in (await (await house.visitor("larare")).get("/behov")).text
    own = (await browser.get("/behov")).text.partition(f'id="beslut-{incident}"')[2].partition("</li>")[0]
    assert form in own
    assert f"Beslutat är: Ja. {WHY['sv']} Ändrar du det" in own
    unfit = await browser.post(f"/behov/{incident}/besluta", {"decision": "no", "reason": ""})
    again = unfit.text.partition(f'id="beslut-{incident}"')[2].partition("</li>")[0]
    assert unfit.status_code == 422
    assert '<details class="act" open' in again
    [version] = re.findall(r'name="seen_version" value="(\d+)"', own)
    changed = {"decision": "no", "reason": "De säljs inte längre.", "seen_version": version}
    assert (await browser.post(f"/behov/{incident}/besluta", changed)).status_code == 303
    command = (await asked(house, "incident.decide_requested.v1"))[-1]
    detail = (await house.client("samordnare").get(f"/incidents/{incident}")).json()
    assert (command["incident"], command["decision"]) == (incident, "no")
    assert command["seen_version"] == int(version) == detail["version"], "of two at once the second is told (R5)"
    await decided(house, incident, "later", {"sv": "I höst."})
    own = (await browser.get("/behov")).text.partition(f'id="beslut-{incident}"')[2].partition("</li>")[0]
    assert "<form" not in own, "what was put off is on the agenda"


async def test_what_is_gathered_or_decided_is_not_in_the_queue(house: House) -> None:
    incident, _ = await wish(house, "Rullvagn till projektorn")
    browser = await house.visitor("samordnare")
    assert incident in (await browser.get("/ko?visa=all&q=Rullvagn")).text
    await gathered(house, incident, "red")
    assert incident not in (await browser.get("/ko?visa=all&q=Rullvagn")).text
    listed = (await house.client("samordnare").get("/incidents?state=gathered")).json()["items"]
    assert [item["priority"] for item in listed if item["id"] == incident] == ["red"]


async def test_the_desks_page_of_a_need_leads_to_the_forum_and_does_not_offer_to_resolve(house: House) -> None:
    incident, _ = await wish(house, "Stativ till paddan")
    page = (await (await house.visitor("samordnare")).get(f"/storningar/{incident}")).text
    assert f'href="/behov#{incident}"' in page
    assert "Markera som löst" not in page
    assert "Tilldela" in page
    await gathered(house, incident, "red")
    page = (await (await house.visitor("samordnare")).get(f"/storningar/{incident}")).text
    for path in ("tilldela", "lamna-over", "skicka-vidare", "bradska", "los"):
        assert f"/storningar/{incident}/{path}" not in page


async def test_what_lies_with_a_vendor_is_decided_after_and_what_is_over_is_brought_up_no_more(house: House) -> None:
    incident, _ = await wish(house, "Talsyntes till läsplattan")
    handoff, browser = await house.hand_off(incident), await house.visitor("samordnare")
    held = "Ligger hos Nätleverantören. Det tas upp och beslutas när svaret har kommit"
    agenda = (await browser.get("/behov")).text
    own = agenda[agenda.index(f'id="{incident}"') :].partition("</li>")[0]
    assert held in own
    assert "<form" not in own
    page = (await browser.get(f"/storningar/{incident}")).text
    assert held in page
    assert f'href="/behov#{incident}"' not in page
    await house.said(v.VendorResolutionProposed, incident, handoff, proposal="pr_wish", text={"sv": "Ja, från maj."})
    page = (await browser.get(f"/storningar/{incident}")).text
    assert "Leverantören har svarat" in page
    assert "Nätleverantören svarar:" in page
    assert "löst" not in page[page.index('<section class="proposal"') :].partition("</section>")[0]
    await house.told(
        house.event(v.HandoffTakenBack, handoff=handoff, incident=incident, vendor="vendor:network"),
        house.event(r.IncidentStateChanged, incident=incident, state="cancelled"),
    )
    page = (await browser.get(f"/storningar/{incident}")).text
    assert (held in page, f'href="/behov#{incident}"' in page) == (False, False)


async def test_the_api_says_what_is_wrong(house: House) -> None:
    incident, _ = await wish(house, "Mikrofon")
    client = house.client("samordnare")
    for body in (
        {"decision": "maybe", "reason": "x"},
        {"decision": "yes", "reason": " "},
        {"decision": "yes"},
        {"decision": "yes", "reason": "Fråga 20121231-1234"},
    ):
        assert (await client.post(f"/incidents/{incident}/decide", json=body)).status_code == 422, body
    assert (await client.post(f"/incidents/{incident}/gather", json={"priority": "blue"})).status_code == 422
    done = await client.post(f"/incidents/{incident}/decide", json={"decision": "later", "reason": "I höst."})
    assert done.status_code == 202
    status = (await client.get(f"/requests/{done.json()['request_id']}")).json()
    assert status["status"] == "pending"
    await decided(house, incident, "later", {"sv": "I höst."})
    detail = (await client.get(f"/incidents/{incident}")).json()
    assert (detail["state"], detail["decision"], detail["decision_reason"]) == ("decided", "later", {"sv": "I höst."})


async def test_the_list_of_decisions_goes_on_from_page_to_page(house: House) -> None:
    for nth in range(3):
        incident, _ = await wish(house, f"Önskan {nth}")
        await decided(house, incident, "yes")
    client = house.client("larare")
    found: list[str] = []
    following: str | None = "/decisions?limit=2"
    while following:
        page = (await client.get(following.partition("/api/v1")[2] or following)).json()
        found += [item["incident"] for item in page["items"]]
        following = page["next"]
    assert len(found) == len(set(found)) >= 3


async def test_who_came_by_an_import_is_named_by_role_and_never_by_id(house: House) -> None:
    scopes = ("tickets:import", "tickets:file-for-others")
    person = f"ekbacken-{uuid4().hex[:6]}"
    about = {"title": "Fler laddskåp", "school": "ekbacken", "kind": "need"}
    filed = await house.file("administrator", *scopes, reporter=person, reporter_role="teacher", **about)
    incident = await house.incident(filed["id"], schools=["ekbacken"], holder="team:samordnaren", kind="need")
    browser = await house.visitor("samordnare")
    for path in ("/behov", f"/storningar/{incident}?flik=anmalningar", f"/arenden/{filed['id']}"):
        page = (await browser.get(path)).text
        assert person not in page, path
        assert "Lärare" in page, path
