"""What a vendor asks (R8): where it may be answered, and what staff's answer and a rejected proposal leave."""

from __future__ import annotations

import re
from typing import Any

import httpx
from sqlalchemy import text

from contracts import ids
from contracts.events import routing as r
from contracts.events import vendor_bridge as v
from contracts.values import SYSTEM
from tests.support.ticketing_house import NETWORK, House

TEACHER, OTHER = "larare", "larare-sjobo"
STAFF = {"party": "team:samordnaren", "person": "samordnare"}


async def asked(house: House, person: str, school: str) -> tuple[str, str, str, str]:
    """(ticket, incident, hand-off, question) of a question put to the reporter."""
    ticket = (await house.file(person, title="Nätet", school=school))["id"]
    incident = await house.incident(ticket, schools=[school], holder="team:samordnaren")
    handoff, question = await house.hand_off(incident), ids.new("question")
    words = {"question": question, "ticket": ticket, "text": {"sv": "Blinkar den?"}}
    await house.said(v.VendorInformationRequested, incident, handoff, **words)
    return ticket, incident, handoff, question


async def answer(house: House, person: str, ticket: str, question: str) -> httpx.Response:
    return await house.client(person).post(f"/tickets/{ticket}/entries", json={"text": "Röd", "answers": question})


async def status(house: House, person: str, ticket: str) -> str:
    return str((await house.client(person).get(f"/tickets/{ticket}")).json()["status"])


async def test_only_the_tickets_own_question_is_answered_there(house: House) -> None:
    ticket, _, _, question = await asked(house, TEACHER, "ekbacken")
    other, _, _, others = await asked(house, OTHER, "sjobo")
    before = await house.stored()
    for wrong in (others, ids.new("question")):
        refused = await answer(house, TEACHER, ticket, wrong)
        assert (refused.status_code, refused.headers["content-type"]) == (404, "application/problem+json")
        assert "question" in refused.json()["detail"]
    assert await house.stored() == before
    assert (await answer(house, TEACHER, ticket, question)).status_code == 201
    assert (await answer(house, TEACHER, ticket, question)).status_code == 409
    assert (await answer(house, OTHER, other, others)).status_code == 201


async def test_staffs_answer_to_a_reporters_question_is_on_the_ticket_for_its_reporter(house: House) -> None:
    ticket, incident, handoff, question = await asked(house, TEACHER, "ekbacken")
    waiting = await status(house, TEACHER, ticket)
    said: dict[str, Any] = {"question": question, "ticket": ticket, "text": {"sv": "Den är grön."}, "by": STAFF}
    said |= {"handoff": handoff, "incident": incident, "vendor": NETWORK, "request_id": ids.new("request")}
    await house.told(house.event(v.HandoffAnswered, **said))
    items = (await house.client(TEACHER).get(f"/tickets/{ticket}/timeline")).json()["items"]
    assert [item["text"] for item in items if item["kind"] == "answer"] == [{"sv": "Den är grön."}]
    assert await status(house, TEACHER, ticket) != waiting
    assert (await answer(house, TEACHER, ticket, question)).status_code == 409


async def test_r8_a_vendors_question_ends_with_its_ticket_leaving_and_what_crosses_is_for_staff(
    house: House,
) -> None:
    ticket, incident, handoff, question = await asked(house, TEACHER, "ekbacken")
    alone = await house.incident(ticket, schools=["ekbacken"])
    waiting = await status(house, TEACHER, ticket)
    about = {"handoff": handoff, "incident": incident, "vendor": NETWORK, "ticket": ticket}
    lapsed = about | {"text": {"sv": "Anmälan hör inte längre dit."}, "by": SYSTEM}
    await house.told(house.event(v.HandoffAnswered, question=question, **lapsed))
    assert await status(house, TEACHER, ticket) != waiting
    page = (await (await house.visitor(TEACHER)).get(f"/arenden/{ticket}")).text
    assert "Anmälan hör inte längre dit." in page
    assert "Vi väntar på dig" not in page
    assert (await answer(house, TEACHER, ticket, question)).status_code == 409

    crossed = ids.new("question")
    words = {"ticket": ticket, "text": {"sv": "Och nu då?"}}
    await house.said(v.VendorInformationRequested, incident, handoff, question=crossed, **words)
    await house.said(v.VendorEntryAdded, incident, handoff, **words | {"text": {"sv": "Vi byter den."}})
    await house.told(house.event(v.HandoffAnswered, question=crossed, **lapsed))
    assert await status(house, TEACHER, ticket) != waiting
    page = (await (await house.visitor(TEACHER)).get(f"/arenden/{ticket}")).text
    assert "Och nu då?" not in page
    assert "Vi byter den." not in page
    assert page.count("Anmälan hör inte längre dit.") == 1
    staff = house.client("samordnare")
    read = [item["text"] for item in (await staff.get(f"/incidents/{incident}/timeline")).json()["items"]]
    assert {"sv": "Och nu då?"} in read
    assert {"sv": "Vi byter den."} in read
    for case in (incident, alone):
        assert (await staff.get(f"/incidents/{case}")).json()["questions"] == []


async def test_a_rejected_proposal_asks_the_reporter_again(house: House) -> None:
    ticket, incident, handoff, question = await asked(house, TEACHER, "ekbacken")
    waiting, proposal = await status(house, TEACHER, ticket), ids.new("proposal")
    await house.said(v.VendorResolutionProposed, incident, handoff, proposal=proposal, text={"sv": "Klart."})
    assert await status(house, TEACHER, ticket) != waiting
    assert (await answer(house, TEACHER, ticket, question)).status_code == 409
    no = {"incident": incident, "version": 9, "proposal": proposal, "reason": {"sv": "Nej."}}
    await house.told(house.event(r.ProposalRejected, **no))
    assert await status(house, TEACHER, ticket) == waiting
    assert (await answer(house, TEACHER, ticket, question)).status_code == 201


async def test_what_was_proposed_by_a_vendor_that_the_case_has_left_waits_for_nobodys_answer(house: House) -> None:
    _, incident, handoff, _ = await asked(house, TEACHER, "ekbacken")
    staff, page = house.client("samordnare"), await house.visitor("samordnare")
    words = {"proposal": ids.new("proposal"), "text": {"sv": "Switchen är bytt."}}
    await house.said(v.VendorResolutionProposed, incident, handoff, **words)
    assert len((await staff.get(f"/incidents/{incident}")).json()["proposals"]) == 1
    assert "Leverantören säger att det är löst" in (await page.get(f"/storningar/{incident}")).text
    ended = {"handoff": handoff, "incident": incident, "vendor": NETWORK}
    await house.told(house.event(v.HandoffTakenBack, **ended))
    await house.hand_off(incident, "vendor:platform")
    assert (await staff.get(f"/incidents/{incident}")).json()["proposals"] == []
    assert "Leverantören säger att det är löst" not in (await page.get(f"/storningar/{incident}")).text


async def test_the_part_of_a_vendor_beside_the_lead_is_accepted_as_a_part_and_the_case_as_the_whole(
    house: House,
) -> None:
    _, incident, handoff, _ = await asked(house, TEACHER, "ekbacken")
    page, part = await house.visitor("samordnare"), "Godta deras del"
    await house.said(v.VendorResolutionProposed, incident, handoff, proposal=ids.new("proposal"), text={"sv": "Bytt."})
    alone = (await page.get(f"/storningar/{incident}")).text
    assert "Leverantören säger att det är löst" in alone
    assert "Godkänn<" in alone
    assert part not in alone
    other = {"handoff": ids.new("handoff"), "incident": incident, "vendor": "vendor:platform"}
    proposal = ids.new("proposal")
    still = "Skolportalens leverantör arbetar fortfarande vid sidan av."
    await house.told(house.event(v.HandoffOffered, **other, connection="demo-vendor-platform", role="parallel"))
    working = (await page.get(f"/storningar/{incident}")).text
    assert working.count(still) == 1
    assert working.index(still) < working.index("Godkänn<")
    await house.told(
        house.event(v.VendorResolutionProposed, **other, message="m", proposal=proposal, text={"sv": "Klart."})
    )
    both = (await page.get(f"/storningar/{incident}")).text
    assert both.count(part) == 1
    own = both[both.index(f'id="forslag-{proposal}"') :]
    assert still not in both + alone, "it says itself that its part is done"
    assert "Skolportalens leverantör säger att deras del är klar:" in both
    assert "Nätleverantören föreslår att det är löst:" in both
    assert "Ärendet ligger kvar hos Nätleverantören" in own
    assert "Utan text står det att leverantören är klar med sin del." in own.partition("</section>")[0]
    assert own.index(part) < own.index("Inte klart än")
    done = {"incident": incident, "version": 9, "party": "team:samordnaren", "tier": "central", "role": "parallel"}
    done |= {"previous": "vendor:platform", "path": (), "rule": "accepted", "reason": {"sv": "Klara."}}
    await house.told(
        house.event(r.IncidentAssigned, **done, proposal=proposal),
        house.event(v.HandoffCompleted, **other, proposal=proposal),
    )
    after = await page.get(f"/storningar/{incident}?flik=overlamningar")
    assert part not in after.text
    assert "Klart" in after.text
    told = (await house.client("samordnare").get(f"/incidents/{incident}")).json()
    assert (told["holder"]["party"], len(told["proposals"])) == (NETWORK, 1)


def kept(page: httpx.Response) -> str:
    """What stands in the page's field for an answer."""
    found = re.search(r'<textarea[^>]* id="svar"[^>]*>\s*(.*?)</textarea>', page.text, re.DOTALL)
    assert found is not None
    return found[1]


async def test_words_sent_from_a_page_that_knew_of_no_question_are_not_taken_for_its_answer(house: House) -> None:
    ticket, _, _, question = await asked(house, TEACHER, "ekbacken")
    url, browser = f"/arenden/{ticket}", await house.visitor(TEACHER)
    await browser.get(url)
    before = await house.stored()
    again = await browser.post(f"{url}/svar", {"text": "Den röda", "answers": ""})
    assert again.status_code == 422
    assert "Under tiden har du fått en fråga." in again.text
    assert kept(again) == "Den röda"
    assert await house.stored() == before
    assert f'name="answers" value="{question}"' in again.text
    assert (await browser.post(f"{url}/svar", {"text": "Den röda", "answers": question})).status_code == 303


async def test_an_answer_that_nobody_waits_for_any_more_is_kept_to_be_sent_all_the_same(house: House) -> None:
    ticket, incident, handoff, question = await asked(house, TEACHER, "ekbacken")
    url, browser = f"/arenden/{ticket}", await house.visitor(TEACHER)
    await browser.get(url)
    proposal = ids.new("proposal")
    await house.said(v.VendorResolutionProposed, incident, handoff, proposal=proposal, text={"sv": "Klart."})
    again = await browser.post(f"{url}/svar", {"text": "Den röda", "answers": question})
    assert again.status_code == 422
    assert "Frågan behöver inget svar längre." in again.text
    assert kept(again) == "Den röda"
    assert (await browser.post(f"{url}/svar", {"text": "Den röda", "answers": ""})).status_code == 303


async def test_r8_what_a_vendor_asks_the_municipality_waits_on_the_page_and_is_answered_or_closed_there(
    house: House,
) -> None:
    ticket = (await house.file(TEACHER, title="Nätet", school="ekbacken"))["id"]
    incident = await house.incident(ticket, schools=["ekbacken"], holder="team:samordnaren")
    handoff = await house.hand_off(incident)
    page, at = await house.visitor("samordnare"), f"/storningar/{incident}"
    mark = "Leverantören väntar på vårt svar"
    assert mark not in (await page.get("/ko?visa=all")).text
    asked = [ids.new("question"), ids.new("question")]
    for question, words in zip(asked, ("Vilken port?", "Vilken sal?"), strict=True):
        await house.said(v.VendorInformationRequested, incident, handoff, question=question, text={"sv": words})
    assert mark in (await page.get("/ko?visa=all")).text
    shown = (await page.get(at)).text
    for own in (shown.partition(f'id="fraga-{question}"')[2].partition("</li>")[0] for question in asked):
        assert "Nätleverantören frågade oss" in own
        assert own.count("<form") == 2
    answered = await page.post(f"{at}/anteckning", text="Port 4.", answers=asked[0])
    closed = await page.post(f"{at}/fragor/{asked[1]}/stang", reason="Salen är riven.")
    assert (answered.status_code, closed.status_code) == (303, 303)
    async with house.engine.connect() as conn:
        sent = "SELECT type FROM command WHERE incident = :incident ORDER BY asked_at"
        kinds = list(await conn.scalars(text(sent), {"incident": incident}))
    assert kinds == ["incident.vendor_answer_requested.v1"] * 2, "who asks reads the reason as the answer"
    for question in asked:
        said = {"question": question, "text": {"sv": "Port 4."}, "by": STAFF, "request_id": ids.new("request")}
        said |= {"handoff": handoff, "incident": incident, "vendor": NETWORK}
        await house.told(house.event(v.HandoffAnswered, **said))
    assert mark not in (await page.get("/ko?visa=all")).text
    assert "frågade oss" not in (await page.get(at)).text


async def test_n8_each_vendor_that_has_a_part_is_taken_back_on_the_page(house: House) -> None:
    ticket = (await house.file(TEACHER, title="Nätet", school="ekbacken"))["id"]
    incident = await house.incident(ticket, schools=["ekbacken"], holder="team:samordnaren")
    page, at = await house.visitor("samordnare"), f"/storningar/{incident}"
    assert "/ta-tillbaka" not in (await page.get(at)).text
    beside = {"handoff": ids.new("handoff"), "incident": incident, "vendor": "vendor:platform", "role": "parallel"}
    await house.told(house.event(v.HandoffOffered, **beside, connection="demo-vendor-platform"))
    one = (await page.get(at)).text
    assert "Ta tillbaka från Skolportalens leverantör" in one
    await house.hand_off(incident)
    both = (await page.get(at)).text
    assert re.findall(r'name="vendor" value="(vendor:[a-z]+)"', both) == [NETWORK, "vendor:platform"]
    assert (await page.post(f"{at}/ta-tillbaka", vendor="vendor:platform")).status_code == 303
    async with house.engine.connect() as conn:
        asked = (
            "SELECT convert_from(value, 'UTF8')::jsonb ->> 'vendor' FROM outbox"
            " WHERE type = 'incident.take_back_requested.v1'"
        )
        vendors = list(await conn.scalars(text(asked)))
    assert vendors == ["vendor:platform"]


async def test_the_composer_of_an_open_page_keeps_no_question_that_was_answered(house: House) -> None:
    ticket = (await house.file(TEACHER, title="Nätet", school="ekbacken"))["id"]
    incident = await house.incident(ticket, schools=["ekbacken"], holder="team:samordnaren")
    handoff, question = await house.hand_off(incident), ids.new("question")
    await house.said(v.VendorInformationRequested, incident, handoff, question=question, text={"sv": "Vilket nät?"})
    browser = await house.visitor("samordnare")

    async def offered() -> bool:
        live = (await browser.get(f"/storningar/{incident}/nu?flik=historik")).text
        return question in live.partition('data-for="svarar-pa"')[2].partition("</template>")[0]

    assert 'data-live-part="svarar-pa"' in (await browser.get(f"/storningar/{incident}")).text
    assert await offered()
    said: dict[str, Any] = {"question": question, "text": {"sv": "Elevnätet."}, "by": STAFF}
    said |= {"handoff": handoff, "incident": incident, "vendor": NETWORK, "request_id": ids.new("request")}
    await house.told(house.event(v.HandoffAnswered, **said))
    assert not await offered()


async def test_what_is_wrong_with_the_second_answer_stands_at_the_second_question(house: House) -> None:
    ticket, incident, handoff, _ = await asked(house, TEACHER, "ekbacken")
    second = ids.new("question")
    words = {"question": second, "ticket": ticket, "text": {"sv": "Vilken färg har sladden?"}}
    await house.said(v.VendorInformationRequested, incident, handoff, **words)
    browser = await house.visitor(TEACHER)
    page = await browser.post(f"/arenden/{ticket}/svar", {"answers": second, "text": ""})
    assert page.status_code == 422
    forms = page.text.split('name="answers" value="')[1:3]
    assert ['id="svar-fel"' in form.partition("</form>")[0] for form in forms] == [
        form.startswith(second) for form in forms
    ]
    assert page.text.count('id="svar"') == 1
