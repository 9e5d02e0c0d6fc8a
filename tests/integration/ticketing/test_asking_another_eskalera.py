"""R8: where another Eskalera handed a case over, staff ask it like a person, and its answer closes the question."""

from __future__ import annotations

from typing import Any

from contracts import ids
from contracts.events import vendor_bridge as v
from tests.integration.ticketing.test_asking import ask, closed, questions, sent
from tests.integration.ticketing.test_vendors_reports import changed, read, reported, timeline
from tests.support.ticketing_house import NETWORK, House

DESK, ASKED = "samordnare", "Vilken sal?"


async def handed_over(house: House, **fields: Any) -> tuple[str, str]:
    """(ticket, incident) of what the other handed over."""
    event = reported(house, by_peer=True, **fields)
    await house.told(event)
    return event.ticket, await house.incident(event.ticket, schools=["ekbacken"], holder="team:samordnaren")


async def test_what_it_says_its_case_is_about_is_said_of_it_by_name(house: House) -> None:
    ticket, _ = await handed_over(house, category="wired_network", priority="2")
    [own] = [entry["text"] for entry in await timeline(house, ticket) if "wired_network" in entry["text"].get("sv", "")]
    assert own["sv"] == "Nätleverantören uppger: kategori wired_network, prioritet 2."
    assert own["en"].endswith(" states: category wired_network, priority 2.")


async def test_it_is_asked_by_name_and_its_answer_ends_the_wait_and_stands_once(house: House) -> None:
    ticket, incident = await handed_over(house)
    page = await house.visitor(DESK)
    seen = (await page.get(f"/storningar/{incident}")).text
    assert "Fråga Nätleverantören</summary>" in seen
    assert "Kommer som en fråga till Nätleverantören" in seen
    assert "e-post till den som anmält" not in seen
    assert (await page.post(f"/storningar/{incident}/fraga", ticket=ticket, text=ASKED)).status_code == 303
    assert (await read(house, ticket))["status"] == "waiting_on_reporter"
    [asked] = await sent(house, "ticket.question_asked.v1", ticket)
    again = changed(house, ticket, text={"sv": "Vi letar."})
    answer = changed(house, ticket, text={"sv": "Sal 12."}, answers=asked["question"])
    await house.told(again, answer)
    assert (await read(house, ticket))["status"] != "waiting_on_reporter"
    assert await questions(house, incident, DESK) == []
    [_, said] = await sent(house, "ticket.answered.v1", ticket)
    assert (said["question"], said["by"]["party"]) == (asked["question"], NETWORK)
    story = [(entry["kind"], entry["text"]["sv"]) for entry in await timeline(house, ticket)]
    assert story[-3:] == [("question", ASKED), ("reply", "Vi letar."), ("answer", "Sal 12.")]
    assert "Läs svaret" in (await page.get(f"/storningar/{incident}")).text


async def test_where_it_says_that_none_is_needed_the_question_is_closed_and_no_answer_has_come(house: House) -> None:
    ticket, incident = await handed_over(house)
    question, page = await ask(house, ticket, DESK), await house.visitor(DESK)
    lapsed = {"sv": "Ärendet är inte längre hos den som frågade, så frågan behöver inget svar längre."}
    await house.told(changed(house, ticket, text=lapsed, answers=question, unanswered=True))
    assert await questions(house, incident, DESK) == []
    assert (await read(house, ticket))["status"] != "waiting_on_reporter"
    [*_, said] = await timeline(house, ticket)
    assert (said["kind"], said["text"]) == ("answer", lapsed)
    assert "Svar har kommit" not in (await page.get(f"/storningar/{incident}")).text
    row = (await page.get("/ko?visa=all")).text.partition(f'data-id="{incident}"')[2].partition("</tr>")[0]
    assert "Samordnaren" in row
    assert "Svar har kommit" not in row


async def test_an_answer_to_what_needs_none_or_was_asked_elsewhere_is_words(house: House) -> None:
    ticket, incident = await handed_over(house)
    other, _ = await handed_over(house)
    question = await ask(house, ticket, DESK)
    await house.told(changed(house, other, text={"sv": "Det vet vi inte."}, answers=question))
    assert [each["id"] for each in await questions(house, incident, DESK)] == [question]
    await closed(house, incident, ticket, question)
    await house.told(changed(house, ticket, text={"sv": "Sal 12."}, answers=question))
    assert [entry["kind"] for entry in await timeline(house, ticket)][-2:] == ["answer", "reply"]


async def test_who_has_the_case_back_is_written_to_and_not_asked_until_it_hands_it_over_again(house: House) -> None:
    ticket, incident = await handed_over(house)
    handoff = await house.hand_off(incident, NETWORK)
    refused = await house.client(DESK).post(f"/tickets/{ticket}/questions", json={"text": ASKED})
    assert (refused.status_code, "has the case itself" in refused.json()["detail"]) == (409, True)
    assert (
        f"/storningar/{incident}/fraga" not in (await (await house.visitor(DESK)).get(f"/storningar/{incident}")).text
    )
    await house.said(v.HandoffReturned, incident, handoff, text={"sv": "Ert igen."})
    await ask(house, ticket, DESK)


async def test_a_vendor_of_another_make_is_refused_with_the_reason(house: House) -> None:
    event = reported(house)
    await house.told(event)
    incident = await house.incident(event.ticket, schools=["ekbacken"], holder="team:samordnaren")
    refused = await house.client(DESK).post(f"/tickets/{event.ticket}/questions", json={"text": ASKED})
    assert (refused.status_code, "no way to answer" in refused.json()["detail"]) == (409, True)
    page = await house.visitor(DESK)
    assert f"/storningar/{incident}/fraga" not in (await page.get(f"/storningar/{incident}")).text


async def test_a_vendors_own_question_that_needs_no_answer_is_closed_in_its_words(house: House) -> None:
    """At the other side: it asked, and says that it needs none."""
    filed = await house.file("larare", title="Nätet", school="ekbacken")
    incident = await house.incident(filed["id"], schools=["ekbacken"], holder="team:samordnaren")
    handoff = await house.hand_off(incident, NETWORK)
    question = ids.new("question")
    for ticket in (None, filed["id"]):
        about: dict[str, Any] = {"question": question, "ticket": ticket}
        await house.said(v.VendorInformationRequested, incident, handoff, text={"sv": ASKED}, **about)
        assert [each["id"] for each in await questions(house, incident, DESK)] == [question]
        by = {"handoff": handoff, "incident": incident, "vendor": NETWORK, "by": {"party": NETWORK}}
        closes = {"text": {"sv": "Vi hittade felet."}, "unanswered": True}
        await house.told(house.event(v.HandoffAnswered, **by, **closes, **about))
        assert await questions(house, incident, DESK) == []
        client, case = house.client(DESK), f"/tickets/{ticket}" if ticket else f"/incidents/{incident}"
        entry = (await client.get(f"{case}/timeline")).json()["items"][0]
        assert (entry["kind"], entry["party"], entry["text"]["sv"]) == ("answer", NETWORK, "Vi hittade felet.")
        page = await (await house.visitor(DESK)).get(f"/storningar/{incident}")
        assert page.text.count("Nätleverantören stänger frågan utan svar:") == (1 if ticket is None else 2)
        question = ids.new("question")
