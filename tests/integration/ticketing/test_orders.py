"""Orders: each stage seen by who ordered, the next one said by the desk, a day that is kept or missed (V11)."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from contracts.directory import responsibility
from contracts.events import routing as r
from tests.support.ticketing_house import EKBACKEN, NETWORK, House

BY = {"party": EKBACKEN, "person": "tekniker"}
TODAY = datetime.now(ZoneInfo("Europe/Stockholm")).date()
TEXT = {"sv": "Modellen är slut, ni får efterföljaren."}


async def asked(house: House) -> list[dict[str, Any]]:
    """What routing was asked about stages, oldest first."""
    async with house.engine.connect() as conn:
        query = "SELECT convert_from(value, 'UTF8')::jsonb FROM outbox WHERE type = :type ORDER BY id"
        return list(await conn.scalars(text(query), {"type": "incident.stage_requested.v1"}))


async def order(house: House, title: str = "Tio paddor till 4B") -> tuple[str, str]:
    """(incident, ticket) of an order."""
    filed = await house.file("larare", title=title, school="ekbacken", kind="request")
    return await house.incident(filed["id"], schools=["ekbacken"], kind="request"), filed["id"]


async def stage(house: House, incident: str, to: str, **fields: Any) -> None:
    await house.told(house.event(r.StageChanged, incident=incident, stage=to, **{"by": BY} | fields))


async def arrived(house: House, incident: str) -> None:
    await stage(house, incident, "received")
    await house.told(house.event(r.IncidentResolved, incident=incident, by=BY))


async def test_v11_who_ordered_sees_each_stage_the_day_and_who_changed_what(house: House) -> None:
    incident, ticket = await order(house)
    browser = await house.visitor("larare")
    first = (await browser.get(f"/arenden/{ticket}")).text
    for place in ("Beställt", "Godkänt", "Skickat", "Framme"):
        assert place in first
    await stage(house, incident, "approved", expected_at=TODAY + timedelta(days=5))
    assert "Väntas senast" in (await browser.get(f"/arenden/{ticket}")).text
    await stage(house, incident, "changed", text=TEXT, changed_by=NETWORK, expected_at=TODAY + timedelta(days=5))
    page = (await browser.get(f"/arenden/{ticket}")).text
    assert "Beställningen är ändrad av Nätleverantören. Modellen är slut, ni får efterföljaren." in page
    detail = (await house.client("larare").get(f"/tickets/{ticket}")).json()
    assert (detail["stage"], detail["expected_at"]) == ("changed", (TODAY + timedelta(days=5)).isoformat())


async def test_v11_a_day_that_is_over_is_seen_as_late_by_who_ordered_and_by_the_desk(house: House) -> None:
    incident, ticket = await order(house)
    await stage(house, incident, "shipped", expected_at=TODAY - timedelta(days=3))
    for person, path in (("larare", f"/arenden/{ticket}"), ("tekniker", f"/storningar/{incident}")):
        assert "Försenad: skulle ha kommit senast" in (await (await house.visitor(person)).get(path)).text
    await arrived(house, incident)
    assert "Försenad" not in (await (await house.visitor("larare")).get(f"/arenden/{ticket}")).text


async def test_v11_late_orders_are_marked_in_the_queue_and_have_a_list_of_their_own(house: House) -> None:
    late, _ = await order(house, "Tio paddor som dröjer")
    in_time, _ = await order(house, "Fem skärmar som väntas")
    await stage(house, late, "shipped", expected_at=TODAY - timedelta(days=3))
    await stage(house, in_time, "shipped", expected_at=TODAY + timedelta(days=3))
    desk = await house.visitor("tekniker")
    listed = (await desk.get("/ko?visa=late_orders&q=som")).text
    assert "Sena beställningar" in listed
    assert f"/storningar/{late}" in listed
    assert "Skulle ha kommit" in listed
    assert f"/storningar/{in_time}" not in listed
    await arrived(house, late)
    assert f"/storningar/{late}" not in (await desk.get("/ko?visa=late_orders")).text


async def test_what_came_is_asked_about_and_may_differ(house: House) -> None:
    incident, ticket = await order(house)
    browser = await house.visitor("larare")
    page = (await browser.get(f"/arenden/{ticket}")).text
    assert "Jag har fått allt</summary>" in page, "nothing is known to be on its way: it is asked once more"
    assert "Enligt oss är den inte på väg än." in page
    await stage(house, incident, "shipped")
    page = (await browser.get(f"/arenden/{ticket}")).text
    assert "Enligt oss är den inte på väg än." not in page
    assert "Jag har fått allt</button>" in page
    await arrived(house, incident)
    page = (await browser.get(f"/arenden/{ticket}")).text
    for words in ("Framme – stämmer det?", "Stämmer leveransen?", "Det stämmer inte med beställningen"):
        assert words in page
    for words in ("Fungerar det nu?", "Fortfarande fel?"):
        assert words not in page
    assert "Väntar på dig" in (await browser.get("/arenden")).text

    empty = await browser.post(f"/arenden/{ticket}/fortfarande-fel", text="")
    assert empty.status_code == 422
    assert "Skriv vad som inte stämmer." in empty.text
    sent = await browser.post(f"/arenden/{ticket}/fortfarande-fel", text="Två paddor fattas.")
    assert sent.status_code == 303
    await stage(house, incident, "discrepancy", by={"party": "reporter", "person": "larare"})
    await house.told(house.event(r.IncidentReopened, incident=incident, reason={"sv": "Stämmer inte."}))
    page = (await browser.get(f"/arenden/{ticket}")).text
    for words in ("Stämmer inte", "Två paddor fattas.", "Leveransen stämmer inte med beställningen."):
        assert words in page


async def test_what_is_declined_is_read_with_the_reason_and_not_asked_about_but_may_be_looked_at_again(
    house: House,
) -> None:
    incident, ticket = await order(house)
    await stage(house, incident, "declined", text={"sv": "Vi köper ingen."})
    await house.told(house.event(r.IncidentClosed, incident=incident, by=BY))
    browser = await house.visitor("larare")
    page = (await browser.get(f"/arenden/{ticket}")).text
    for words in ("Beställningen är avslagen av", "Vi köper ingen.", "Avslaget", "Be att den prövas igen"):
        assert words in page
    for words in ("Stämmer leveransen?", "Det stämmer", "Jag har fått allt", ">Löst<"):
        assert words not in page
    empty = await browser.post(f"/arenden/{ticket}/fortfarande-fel", text="")
    assert "Skriv varför." in empty.text
    assert (await browser.post(f"/arenden/{ticket}/fortfarande-fel", text="Provet kräver den.")).status_code == 303


async def test_l2_the_next_step_is_offered_to_who_has_the_order_or_the_coordinator(house: House) -> None:
    incident, _ = await order(house)
    moved: dict[str, Any] = {"party": "team:samordnaren", "tier": "central", "path": ("team:samordnaren",)}
    moved |= {"previous": EKBACKEN, "rule": "request", "reason": {"sv": "Avtal."}}
    await house.told(house.event(r.IncidentAssigned, incident=incident, **moved))
    for person, offered in (("tekniker", False), ("samordnare", True)):
        page = (await (await house.visitor(person)).get(f"/storningar/{incident}")).text
        assert (f'action="/storningar/{incident}/steg"' in page) is offered, person
        assert f'action="/storningar/{incident}/los"' not in page


async def test_the_desk_says_what_has_happened_and_is_offered_only_what_may(house: House) -> None:
    incident, _ = await order(house)
    browser = await house.visitor("tekniker")
    page = (await browser.get(f"/storningar/{incident}")).text
    assert "Hela skolan" not in page.partition('id="flikar"')[0], "an order reaches nobody else"
    assert 'value="approved"' in page
    assert 'value="shipped"' not in page
    sent = await browser.post(
        f"/storningar/{incident}/steg",
        stage="changed",
        stage_text="Modellen är slut.",
        expected_at=TODAY.isoformat(),
        changed_by=NETWORK,
        seen_version="4",
    )
    assert sent.status_code == 303
    command = (await asked(house))[-1]
    assert (command["stage"], command["text"], command["changed_by"]) == (
        "changed",
        {"sv": "Modellen är slut."},
        NETWORK,
    )
    assert (command["expected_at"], command["seen_version"]) == (TODAY.isoformat(), 4)
    assert "Nästa steg i beställningen" in (await browser.get(f"/storningar/{incident}")).text


async def test_what_was_done_several_times_is_told_once_and_what_waits_each_time(house: House) -> None:
    incident, _ = await order(house)
    browser = await house.visitor("tekniker")
    for to in ("approved", "shipped"):
        sent = await browser.post(f"/storningar/{incident}/steg", stage=to)
        assert sent.status_code == 303
        await stage(house, incident, to, request_id=(await asked(house))[-1]["request_id"])
    marks = "<strong>Nästa steg i beställningen</strong>"
    assert (await browser.get(f"/storningar/{incident}")).text.count(marks) == 1
    await browser.post(f"/storningar/{incident}/steg", stage="received")
    assert (await browser.get(f"/storningar/{incident}")).text.count(marks) == 2, "one is done, one waits"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"stage": "changed", "stage_text": " "}, "Skriv vad som ändrats eller inte stämmer"),
        ({"stage": "shipped"}, "Välj vad som har hänt."),
        ({"stage": ""}, "Välj vad som har hänt."),
        ({"stage": "approved", "expected_at": "snart"}, "Skriv dagen som 2026-10-16."),
        ({"stage": "approved", "expected_at": "2026-02-30"}, "Skriv dagen som 2026-10-16."),
        ({"stage": "approved", "expected_at": "2020-01-01"}, "Välj en dag som inte har varit."),
        ({"stage": "changed", "stage_text": "Ny modell", "changed_by": "vendor:finns-inte"}, "Välj något i listan."),
        ({"stage": "approved", "stage_text": "Ja\0"}, "Texten har tecken som inte går att spara."),
        ({"stage": "approved", "stage_text": "x" * 20_001}, "Korta texten till högst 20000 tecken."),
    ],
)
async def test_a_step_that_cannot_be_sent_is_shown_again_with_what_is_wrong(
    house: House, form: dict[str, str], words: str
) -> None:
    incident, _ = await order(house)
    before = len(await asked(house))
    page = await (await house.visitor("tekniker")).post(f"/storningar/{incident}/steg", form)
    assert page.status_code == 422
    assert words in page.text
    assert 'id="steg" open' in page.text
    assert len(await asked(house)) == before


async def test_the_api_takes_an_order_further_and_says_what_is_wrong(house: House) -> None:
    incident, _ = await order(house)
    client = house.client("tekniker")
    done = await client.post(f"/incidents/{incident}/stage", json={"stage": "approved", "expected_at": f"{TODAY}"})
    assert done.status_code == 202
    for body, pointer in (
        ({"stage": "changed"}, "/text"),
        ({"stage": "ordered"}, "/stage"),
        ({"stage": "approved", "expected_at": "2020-01-01"}, "/expected_at"),
        ({"stage": "approved", "expected_at": 20_000}, "/expected_at"),
        ({"stage": "approved", "expected_at": "2026-10-16T00:00:00"}, "/expected_at"),
        ({"stage": "changed", "text": "Ny", "changed_by": "vendor:finns-inte"}, "/changed_by"),
    ):
        refused = await client.post(f"/incidents/{incident}/stage", json=body)
        assert refused.status_code == 422, body
        assert refused.json()["errors"][0]["pointer"].startswith(pointer), refused.text
    await stage(house, incident, "approved", expected_at=TODAY)
    detail = (await client.get(f"/incidents/{incident}")).json()
    assert (detail["stage"], detail["expected_at"]) == ("approved", TODAY.isoformat())


@pytest.mark.parametrize("person", ["larare", "rektor"])
async def test_who_does_not_work_with_it_takes_no_step(house: House, person: str) -> None:
    incident, _ = await order(house)
    client = house.client(person)
    answer = await client.post(f"/incidents/{incident}/stage", json={"stage": "approved"})
    assert answer.status_code in (403, 404)
    sent = await (await house.visitor(person)).post(f"/storningar/{incident}/steg", stage="approved")
    assert sent.status_code in (403, 404)


async def test_the_receipt_names_whom_routing_will_name_by_what_the_words_are_about(house: House) -> None:
    """It named the matrix' answer for no service at all, until routing had decided."""
    directory = house.directories.get("malarvik")
    assert directory is not None
    words, browser = "Skrivaren i personalrummet", await house.visitor("larare")
    of = {"school": "ekbacken", "kind": "request", "urgency": 3}
    [right, wrong] = [responsibility(directory, service=each, **of).holder for each in ("printing", "other")]
    assert right != wrong
    sent = await browser.post("/arenden/ny", {"text": words, "school": "ekbacken", "kind": "request"})
    receipt = (await browser.get(sent.headers["location"])).text
    assert directory.party_name(right).sv in receipt
    assert directory.party_name(wrong).sv not in receipt


async def test_the_receipt_of_an_order_and_of_a_need_says_what_they_are_told(house: House) -> None:
    browser = await house.visitor("larare")
    for kind, words in (("request", "om något ändras och när den är framme"), ("idea", "tas upp i behovsforumet")):
        form = {"text": "Något nytt", "school": "ekbacken", "kind": kind}
        sent = await browser.post("/arenden/ny", form)
        assert words in (await browser.get(sent.headers["location"])).text


async def test_an_order_reaches_nobody_else_and_its_page_speaks_of_no_others(house: House) -> None:
    incident, _ = await order(house)
    page = await house.visitor("samordnare")
    form = (await page.get(f"/storningar/{incident}")).text.partition('/bedom"')[2].partition("</form>")[0]
    assert [f'name="{name}"' in form for name in ("service", "scope", "public_title")] == [True, False, False]
    rules = (await page.get(f"/storningar/{incident}?flik=regler")).text
    assert "har anmält eller" not in rules
    assert "Om minst" not in rules
