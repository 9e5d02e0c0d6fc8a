"""R8: staff ask a ticket's reporter, on the page or by a script, and close a question that needs no answer any more."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from contracts import ids
from contracts.events import routing as r
from contracts.events import vendor_bridge as v
from tests.support.ticketing_house import NETWORK, House

TEACHER, OTHER, STAFF = "larare", "larare-sjobo", "tekniker"
ASKED = "Fungerar det med kabel?"


async def case(house: House, *persons: str) -> tuple[list[str], str]:
    """(tickets, incident) of people at Ekbacken, or at Sjöbo, held by Ekbacken's own support."""
    schools = {TEACHER: "ekbacken", OTHER: "sjobo"}
    tickets = [(await house.file(person, title="Nätet", school=schools[person]))["id"] for person in persons]
    return tickets, await house.incident(*tickets, schools=[schools[person] for person in persons])


async def ask(house: House, ticket: str, person: str = STAFF, said: str = ASKED) -> str:
    answer = await house.client(person).post(f"/tickets/{ticket}/questions", json={"text": said})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["question"])


async def closed(house: House, incident: str, ticket: str, question: str, **by: Any) -> None:
    """As routing states it."""
    of = {"incident": incident, "ticket": ticket, "question": question}
    await house.told(house.event(r.QuestionClosed, **of, reason={"sv": "Behövs inte."}, **by))


async def status(house: House, person: str, ticket: str) -> str:
    return str((await house.client(person).get(f"/tickets/{ticket}")).json()["status"])


async def questions(house: House, incident: str, person: str = STAFF) -> list[dict[str, Any]]:
    return list((await house.client(person).get(f"/incidents/{incident}")).json()["questions"])


async def sent(house: House, kind: str, case: str) -> list[dict[str, Any]]:
    """What ticketing has said of that kind about a case."""
    async with house.engine.connect() as conn:
        query = text("SELECT convert_from(value, 'UTF8') FROM outbox WHERE type = :type ORDER BY id")
        said = [json.loads(row) for row in await conn.scalars(query, {"type": kind})]
    return [each for each in said if case in each["cases"]]


async def test_a_question_stands_on_the_reporters_page_and_its_answer_ends_the_wait(house: House) -> None:
    [ticket], incident = await case(house, TEACHER)
    before = await status(house, TEACHER, ticket)
    question = await ask(house, ticket)
    [said] = await sent(house, "ticket.question_asked.v1", ticket)
    assert (said["question"], said["by"]) == (question, {"party": "team:it-ekbacken", "person": STAFF})
    assert await status(house, TEACHER, ticket) == "waiting_on_reporter" != before
    [item] = await questions(house, incident)
    assert (item["asked_by"], item["vendor"], item["ticket"]) == ("team:it-ekbacken", None, ticket)
    page = await house.visitor(TEACHER)
    seen = (await page.get(f"/arenden/{ticket}")).text
    assert "Vi behöver ditt svar" in seen
    assert seen.count(ASKED) == 2, "to answer, and in the history"
    answered = await page.post(f"/arenden/{ticket}/svar", text="Ja", answers=question)
    assert answered.status_code == 303
    assert await status(house, TEACHER, ticket) == before
    assert await questions(house, incident) == []


async def test_an_empty_answer_asks_for_one_only_where_somebody_asked(house: House) -> None:
    [ticket], _ = await case(house, TEACHER)
    page = await house.visitor(TEACHER)
    empty = await page.post(f"/arenden/{ticket}/svar", text=" ", answers="")
    assert empty.status_code == 422
    assert "Skriv ett meddelande, eller välj en fil att skicka." in empty.text
    assert "Skriv ditt svar" not in empty.text
    question = await ask(house, ticket)
    unsaid = await page.post(f"/arenden/{ticket}/svar", text=" ", answers=question)
    assert "Skriv ditt svar, så går det vidare direkt." in unsaid.text


async def test_the_same_question_sent_twice_is_asked_once_and_may_be_asked_again_once_it_is_answered(
    house: House,
) -> None:
    [ticket], incident = await case(house, TEACHER)
    first, page = await ask(house, ticket), await house.visitor(STAFF)
    await page.get(f"/storningar/{incident}")
    assert (await page.post(f"/storningar/{incident}/fraga", ticket=ticket, text=ASKED)).status_code == 303
    assert await ask(house, ticket) == first
    other = await ask(house, ticket, said="I vilken sal?")
    assert len(await sent(house, "ticket.question_asked.v1", ticket)) == 2
    for question in (first, other):
        body = {"text": "Ja", "answers": question}
        assert (await house.client(TEACHER).post(f"/tickets/{ticket}/entries", json=body)).status_code == 201
    assert await ask(house, ticket) != first


async def test_on_the_page_one_chooses_whom_to_ask_and_sees_who_has_not_answered(house: House) -> None:
    tickets, incident = await case(house, TEACHER, OTHER)
    page, at = await house.visitor("samordnare"), f"/storningar/{incident}"
    form = (await page.get(at)).text
    assert 'action="' + at + '/fraga"' in form
    assert all(f'<option value="{ticket}"' in form for ticket in tickets)
    nobody = await page.post(f"{at}/fraga", text=ASKED)
    assert (nobody.status_code, "Välj vem du frågar." in nobody.text, ASKED in nobody.text) == (422, True, True)
    empty = await page.post(f"{at}/fraga", ticket=tickets[1], text=" ")
    assert (empty.status_code, "Skriv vad du vill fråga." in empty.text) == (422, True)
    assert (await page.post(f"{at}/fraga", ticket=tickets[1], text=ASKED)).status_code == 303
    waits = (await page.get(at)).text
    assert "Väntar på svar" in waits
    assert ASKED in waits
    assert await status(house, TEACHER, tickets[0]) != "waiting_on_reporter"
    assert await status(house, OTHER, tickets[1]) == "waiting_on_reporter"


async def test_a_question_that_needs_no_answer_is_closed_with_a_reason_that_its_reporter_reads(house: House) -> None:
    [ticket], incident = await case(house, TEACHER)
    question, page = await ask(house, ticket), await house.visitor(STAFF)
    at = f"/storningar/{incident}/fragor/{question}/stang"
    await page.get(f"/storningar/{incident}")
    silent = await page.post(at, reason="")
    assert (silent.status_code, "Skriv varför svaret inte behövs." in silent.text) == (422, True)
    assert (await page.post(at, reason="Jag har provat själv.")).status_code == 303
    [request] = await sent(house, "incident.question_close_requested.v1", incident)
    assert (request["ticket"], request["question"], request["reason"]) == (
        ticket,
        question,
        {"sv": "Jag har provat själv."},
    )
    assert await status(house, TEACHER, ticket) == "waiting_on_reporter", "until routing has decided"
    assert "Stäng en fråga" in (await page.get(f"/storningar/{incident}")).text
    by = {"party": "team:it-ekbacken", "person": STAFF}
    await closed(house, incident, ticket, question, by=by, request_id=request["request_id"])
    assert await status(house, TEACHER, ticket) != "waiting_on_reporter"
    assert "Väntar på svar" not in (await page.get(f"/storningar/{incident}")).text
    items = (await house.client(TEACHER).get(f"/tickets/{ticket}/timeline")).json()["items"]
    assert [item["text"] for item in items if item["kind"] == "answer"] == [{"sv": "Behövs inte."}]
    told = (await (await house.visitor(TEACHER)).get(f"/arenden/{ticket}")).text
    assert "IT-stödet på Ekbackens skola stänger frågan utan svar:" in told
    late = await house.client(TEACHER).post(f"/tickets/{ticket}/entries", json={"text": "Ja", "answers": question})
    assert late.status_code == 409


async def test_to_close_a_vendors_question_is_to_answer_it(house: House) -> None:
    [ticket], incident = await case(house, TEACHER)
    handoff, question = await house.hand_off(incident), ids.new("question")
    words = {"question": question, "ticket": ticket, "text": {"sv": "Blinkar den?"}}
    await house.said(v.VendorInformationRequested, incident, handoff, **words)
    page = (await (await house.visitor("samordnare")).get(f"/storningar/{incident}")).text
    assert "Blinkar den?" in page[page.index("Väntar på svar") :]
    answer = await house.client("samordnare").post(
        f"/incidents/{incident}/questions/{question}/close", json={"reason": "Läraren är sjuk."}
    )
    assert answer.status_code == 202
    [request] = await sent(house, "incident.vendor_answer_requested.v1", incident)
    assert (request["question"], request["text"]) == (question, {"sv": "Läraren är sjuk."})
    assert request["unanswered"], "who asked is told that nobody answered"
    assert await sent(house, "incident.question_close_requested.v1", incident) == []


async def test_a_question_goes_with_its_ticket_and_is_closed_there(house: House) -> None:
    [ticket, _], incident = await case(house, TEACHER, OTHER)
    question, other = await ask(house, ticket), await case(house, TEACHER)
    into = other[1]
    await house.moved(ticket, incident, into)
    assert await questions(house, incident) == []
    assert [item["id"] for item in await questions(house, into)] == [question]
    staff = house.client(STAFF)
    gone = await staff.post(f"/incidents/{incident}/questions/{question}/close", json={"reason": "Nej."})
    assert gone.status_code == 404
    there = await staff.post(f"/incidents/{into}/questions/{question}/close", json={"reason": "Nej."})
    assert there.status_code == 202
    await closed(house, into, ticket, question)
    assert await status(house, TEACHER, ticket) != "waiting_on_reporter"


async def test_only_who_works_with_the_case_asks_and_only_of_what_goes_on(house: House) -> None:
    [ticket], incident = await case(house, TEACHER)
    before = await house.stored()
    body = {"text": ASKED}
    for person, status_ in ((TEACHER, 403), (OTHER, 404), ("it-ansvarig", 403)):
        refused = await house.client(person).post(f"/tickets/{ticket}/questions", json=body)
        assert (person, refused.status_code) == (person, status_)
    staff = house.client(STAFF)
    assert (await staff.post(f"/tickets/{ids.new('ticket')}/questions", json=body)).status_code == 404
    for wrong in ({}, {"text": ""}, {"text": "a" * 20_001}, {"text": "a", "audience": "reporters"}):
        assert (await staff.post(f"/tickets/{ticket}/questions", json=wrong)).status_code == 422
    nothing = {"reason": "Nej."}
    none = ids.new("question")
    assert (await staff.post(f"/incidents/{incident}/questions/{none}/close", json=nothing)).status_code == 404
    assert await house.stored() == before
    await house.told(house.event(r.IncidentResolved, incident=incident, public_text={"sv": "Löst."}))
    assert (await staff.post(f"/tickets/{ticket}/questions", json=body)).status_code == 409
    page = await house.visitor(STAFF)
    await page.get(f"/storningar/{incident}")
    late = await page.post(f"/storningar/{incident}/fraga", ticket=ticket, text=ASKED)
    assert (late.status_code, ASKED in late.text) == (422, True), "what was written is not lost"
    assert "så det finns ingen att fråga" in late.text


async def test_who_has_no_word_that_names_a_question_is_not_asked(house: House) -> None:
    """A vendor that reported it, another Eskalera too: what it says next need not be the answer."""
    ticket = ids.new("ticket")
    reported: dict[str, Any] = {"ticket": ticket, "vendor": NETWORK, "connection": "demo-vendor", "external_id": "T-1"}
    reported |= {"message": ids.new("message"), "occurred_at": datetime.now(UTC)}
    words = {"kind": "incident", "title": "Störning", "description": "I stamnätet.", "language": "sv"}
    await house.told(house.event(v.VendorTicketReported, **reported, **words, school="ekbacken", service="wifi"))
    incident = await house.incident(ticket, schools=["ekbacken"], holder="team:samordnaren")
    refused = await house.client("samordnare").post(f"/tickets/{ticket}/questions", json={"text": ASKED})
    assert (refused.status_code, "A vendor reported this" in refused.text) == (409, True)
    page = (await (await house.visitor("samordnare")).get(f"/storningar/{incident}")).text
    assert "Skriv i ärendet" in page
    assert "Fråga den som anmält" not in page


CAME = "Svar har kommit"


async def test_an_answer_shows_in_the_queue_and_on_the_page_until_somebody_acts(house: House) -> None:
    [ticket], incident = await case(house, TEACHER)
    page, at = await house.visitor(STAFF), f"/storningar/{incident}"

    async def shown() -> list[bool]:
        row = (await page.get("/ko?visa=all")).text.partition(f'data-id="{incident}"')[2].partition("</tr>")[0]
        return [CAME in row, CAME in (await page.get(at)).text]

    question = await ask(house, ticket)
    assert await shown() == [False, False]
    body = {"text": "Ja", "answers": question}
    assert (await house.client(TEACHER).post(f"/tickets/{ticket}/entries", json=body)).status_code == 201
    assert await shown() == [True, True]
    assert (await page.post(f"{at}/anteckning", audience="internal", text="Då är det nätet.")).status_code == 303
    assert await shown() == [False, False]
    again = await ask(house, ticket, said="I vilken sal?")
    by = {"party": "team:it-ekbacken", "person": STAFF}
    await closed(house, incident, ticket, again, by=by)
    assert await shown() == [False, False], "staff closed it: nobody answered"


async def test_handed_on_while_it_is_asked_the_history_says_once_that_time_stands_still(house: House) -> None:
    """Each fact comes in a batch of its own."""
    [ticket], incident = await case(house, TEACHER)
    await ask(house, ticket)
    of = {"incident": incident, "promise": "resolve"}
    since, none = datetime.now(UTC), {"used": timedelta(0)}
    starts = {"started_at": since, "due_at": since + timedelta(hours=4), "agreement": "skolavtal-2026", "role": "lead"}
    for n, (party, minutes) in enumerate((("team:it-ekbacken", 0), ("vendor:network", 5))):
        clock, at = {"clock": f"cl_{incident}_{n}", "party": party}, since + timedelta(minutes=minutes)
        if n:
            await house.hand_off(incident)
            before = {"clock": f"cl_{incident}_0", "party": "team:it-ekbacken"}
            await house.told(house.event(r.ClockStopped, **of, **before, **none, stopped_at=at, reason="handed_over"))
        await house.told(house.event(r.ClockStarted, **of, **clock, **none, **starts))
        await house.told(house.event(r.ClockPaused, **of, **clock, **none, paused_at=at, reason="reporter"))
    items = (await house.client(STAFF).get(f"/incidents/{incident}/timeline")).json()["items"]
    assert [item["kind"] for item in items].count("paused") == 1
