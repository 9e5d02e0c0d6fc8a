"""The school's page and the queue: what several have reported is told, single persons' cases are counted."""

from __future__ import annotations

import re

import pytest

from contracts.events import routing as r
from contracts.events import vendor_bridge as v
from tests.support.ticketing_house import EKBACKEN, House

SCHOOL = "sjobo"


async def case(house: House, title: str, *people: str) -> str:
    filed = [await house.file(person, title=title, school=SCHOOL) for person in people]
    return await house.incident(*(each["id"] for each in filed), schools=[SCHOOL], scope="school")


async def solved(house: House, incident: str) -> None:
    await house.told(house.event(r.IncidentResolved, incident=incident, public_text={"sv": "Switchen är bytt."}))


async def test_single_cases_are_counted_beside_a_disturbance_and_among_what_was_solved(house: House) -> None:
    people = ("larare-sjobo", "administrator")
    browser = await house.visitor("larare-sjobo")
    alone = await case(house, "Bara min dator", "larare-sjobo")
    page = (await browser.get(f"/skolor/{SCHOOL}")).text
    assert "Pågående ärenden: 1" in page

    shared = await case(house, "Nätet är nere", *people)
    other = await case(house, "Nätet hackar", *people)
    page = (await browser.get(f"/skolor/{SCHOOL}")).text
    assert "och en störning till och 1 enskilt ärende" in page

    for incident in (alone, shared, other):
        await solved(house, incident)
    page = (await browser.get(f"/skolor/{SCHOOL}")).text
    done = page.partition("Löst den här veckan")[2]
    assert done.count("störning på Sjöbo skola") == 2
    assert "1 enskilt ärende" in done


async def test_a_phones_queue_leaves_out_what_the_pill_says_and_keeps_what_people_said(house: House) -> None:
    desk = await house.visitor("samordnare")
    incident = await case(house, "Surfplattan laddar inte", "larare-sjobo")

    async def row() -> str:
        page = (await desk.get("/ko?visa=all&q=Surfplattan")).text
        found = re.search(rf'<tr class="row[^>]*data-id="{incident}">.*?</tr>', page, re.DOTALL)
        assert found is not None
        return found[0]

    assert 'class="cell-holder said-already"' in await row()
    assert 'class="cell-last said-already"' in await row()
    assert 'class="tickets one"' in await row()
    handoff = await house.hand_off(incident)
    await house.said(v.VendorEntryAdded, incident, handoff, ticket=None, text={"sv": "Vi tittar."}, private=True)
    assert 'class="cell-holder"' in await row()  # which vendor, the pill does not say
    assert 'class="cell-last"' in await row()


async def test_what_a_vendor_says_after_the_case_left_it_is_marked_as_late(house: House) -> None:
    desk = await house.visitor("samordnare")
    incident = await case(house, "Skrivaren kärvar", "larare-sjobo")
    handoff = await house.hand_off(incident)
    await house.said(v.VendorEntryAdded, incident, handoff, ticket=None, text={"sv": "Vi tittar."}, private=True)
    page = (await desk.get(f"/storningar/{incident}")).text
    assert "skriver:" in page
    assert "efter att ärendet lämnat dem" not in page
    await house.told(house.event(v.HandoffTakenBack, handoff=handoff, incident=incident, vendor="vendor:network"))
    await house.said(v.VendorEntryAdded, incident, handoff, ticket=None, text={"sv": "Klart."}, private=True)
    page = (await desk.get(f"/storningar/{incident}")).text
    _, _, before = page.partition("skriver, efter att ärendet lämnat dem:")
    assert "Klart." in before
    assert "skriver:" in before, "what was said in time stays as it was"


async def test_what_may_belong_to_a_case_asks_two_questions_at_once_and_folds_the_others(house: House) -> None:
    mine = await house.file("larare-sjobo", title="Mentometern svarar inte", school=SCHOOL)
    one = await house.incident(mine["id"], schools=[SCHOOL])
    for n in range(4):
        other = await case(house, f"Mentometern {n}", "larare-sjobo")
        await house.suggested(one, other, mine["id"])
    page = (await (await house.visitor("samordnare")).get(f"/storningar/{one}")).text
    at_once, _, folded = page.partition("Kanske hör ihop (2)")
    assert (at_once.count('class="suggestion"'), folded.count('class="suggestion"')) == (2, 2)
    assert f"/storningar/{one}?flik=anmalningar#flikar" in page
    assert 'id="flikar"' in page


async def test_what_a_person_wrote_for_all_is_read_by_who_reported_it_and_at_the_school(house: House) -> None:
    mine = await house.file("larare-sjobo", title="Kan inte logga in", school=SCHOOL)
    incident = await house.incident(mine["id"], schools=[SCHOOL])
    await case(house, "Långsamt", "larare-sjobo", "administrator")  # more reports, but nothing written for all
    staff = {"party": "team:samordnaren", "person": "samordnare"}
    title = {"sv": "Skolportalen ligger nere på alla skolor"}
    triaged = {"public_title": title, "scope": "municipality", "by": staff}
    browser = await house.visitor("larare-sjobo")
    address = f"/arenden/{mine['id']}"
    assert "Störningen:" not in (await browser.get(address)).text

    await house.told(
        house.event(r.MajorDeclared, incident=incident, reasons=[{"sv": "5 skolor är drabbade."}]),
        house.event(r.IncidentTriaged, incident=incident, **triaged),
    )
    head, _, history = (await browser.get(address)).text.partition("Historik")
    assert "Störningen: Skolportalen ligger nere på alla skolor" in head
    assert "Stor störning sedan" in head
    assert "Störningen: Skolportalen ligger nere på alla skolor" in history
    assert "Räckvidd" not in history
    assert f"<p>{title['sv']}</p>" in (await browser.get(f"/skolor/{SCHOOL}")).text
    # One that nobody has reported it from yet is hit as well.
    assert f"<p>{title['sv']}</p>" in (await (await house.visitor("larare")).get("/skolor/ekbacken")).text
    status = (await house.client("larare").get("/schools/ekbacken/status")).json()
    assert incident in [each["incident"] for each in status["open"]]

    await solved(house, incident)
    assert "Störningen:" not in (await browser.get(address)).text.partition("Historik")[0]
    assert title["sv"] not in (await (await house.visitor("larare")).get("/skolor/ekbacken")).text


async def test_a_title_for_one_school_is_not_told_at_another(house: House) -> None:
    incident = await case(house, "Nätet i huset", "larare-sjobo", "administrator")
    await house.told(house.event(r.IncidentTriaged, incident=incident, scope="school", public_title={"sv": "Hus 7"}))
    assert "Hus 7" in (await (await house.visitor("larare-sjobo")).get(f"/skolor/{SCHOOL}")).text
    assert "Hus 7" not in (await (await house.visitor("larare")).get("/skolor/ekbacken")).text


@pytest.mark.parametrize("end", ["cancelled", "closed", "withdrawn"])
async def test_nobody_has_what_is_over(house: House, end: str) -> None:
    people = ("larare-sjobo", "administrator") if end == "withdrawn" else ("larare-sjobo",)
    filed = [await house.file(person, title="Nätet", school=SCHOOL) for person in people]
    incident = await house.incident(*(each["id"] for each in filed), schools=[SCHOOL])
    ticket, desk = filed[0]["id"], house.client("samordnare")
    for path in (f"/tickets/{ticket}", f"/incidents/{incident}"):
        assert (await desk.get(path)).json()["holder"]["party"] == EKBACKEN
    match end:
        case "cancelled":
            await house.told(house.event(r.IncidentStateChanged, incident=incident, state="cancelled"))
        case "closed":
            await house.told(house.event(r.IncidentClosed, incident=incident))
        case _:
            assert (await house.client("larare-sjobo").post(f"/tickets/{ticket}/withdraw")).status_code in (200, 204)
    assert (await desk.get(f"/tickets/{ticket}")).json()["holder"] is None
    on_incident = (await desk.get(f"/incidents/{incident}")).json()["holder"]
    assert (on_incident is None) == (end != "withdrawn"), "others' reports are still on it"
    for person, page in (("larare-sjobo", f"/arenden/{ticket}"), ("samordnare", f"/storningar/{incident}")):
        text = (await (await house.visitor(person)).get(page)).text
        assert ("holder-who" in text) == (end == "withdrawn" and person == "samordnare")
