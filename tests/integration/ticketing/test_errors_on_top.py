"""What is wrong with a form of the desk is said at the top of the page too: the forms are far down."""

from __future__ import annotations

import re

import pytest

from contracts.events import vendor_bridge as v
from contracts.ids import derived
from tests.support.ticketing_house import NETWORK, House

LINK = re.compile(r'<li><a href="#([^"]+)">')
WRONG = re.compile(r'<(?:input|select|textarea|fieldset)[^>]* id="([^"]+)"[^>]*aria-describedby="[^"]*-fel"')
EMPTY = {
    "tilldela": {},
    "lamna-over": {"note": "Skynda"},
    "los": {},
    "fraga": {},
    "skicka-vidare": {},
    "bradska": {"urgency": "9"},
    "koppla": {},
    "anteckning": {},
}
"""What each form at the desk is sent with, that it can't do with."""


async def case(house: House, *persons: str, kind: str = "incident") -> str:
    """What these persons reported, as one incident."""
    tickets = [(await house.file(person, title="Nätet nere", school="ekbacken", kind=kind))["id"] for person in persons]
    return await house.incident(*tickets, schools=["ekbacken"], kind=kind)


@pytest.mark.parametrize("path", EMPTY)
async def test_what_is_wrong_at_the_desk_leads_from_the_top_to_its_field(house: House, path: str) -> None:
    incident = await case(house, "larare", "rektor")
    page = await (await house.visitor("samordnare")).post(f"/storningar/{incident}/{path}", EMPTY[path])
    assert page.status_code == 422
    summary, _, rest = page.text.partition('id="laget"')
    assert LINK.findall(summary) == WRONG.findall(rest) != [], path
    assert "data-focus" in summary, "eye and reader come there first"


async def test_each_proposal_has_its_own_field(house: House) -> None:
    incident = await case(house, "larare")
    proposal = derived("proposal", incident)
    handoff = await house.hand_off(incident, NETWORK)
    await house.said(v.VendorResolutionProposed, incident, handoff, proposal=proposal, text={"sv": "Klart."})
    page = await (await house.visitor("samordnare")).post(f"/storningar/{incident}/forslag/{proposal}/avsla", {})
    assert LINK.findall(page.text) == [f"avsla-{proposal}"] == WRONG.findall(page.text)


async def test_each_question_has_its_own_field(house: House) -> None:
    incident = await case(house, "larare")
    question = derived("question", incident)
    handoff = await house.hand_off(incident, NETWORK)
    await house.said(v.VendorInformationRequested, incident, handoff, question=question, text={"sv": "Vilken?"})
    page = await (await house.visitor("samordnare")).post(f"/storningar/{incident}/fragor/{question}/stang", {})
    assert LINK.findall(page.text) == [f"stang-{question}"] == WRONG.findall(page.text)


async def test_whose_reports_are_to_be_split_off_is_asked_for_at_the_top(house: House) -> None:
    incident = await case(house, "larare")
    page = await (await house.visitor("samordnare")).post(f"/storningar/{incident}/bryt-ut", {})
    assert LINK.findall(page.text) == ["tickets"]
    assert page.text.count('id="tickets"') == 1


async def test_the_forum_leads_to_the_wrong_field_of_the_one_need_among_many(house: House) -> None:
    one, other = await case(house, "rektor", kind="need"), await case(house, "larare", kind="need")
    browser = await house.visitor("samordnare")
    decided = await browser.post(f"/behov/{other}/besluta", {})
    assert LINK.findall(decided.text) == [f"{other}-decision", f"skal-{other}"] == WRONG.findall(decided.text)
    gathered = await browser.post(f"/behov/{one}/samla", {})
    assert LINK.findall(gathered.text) == [f"{one}-priority"] == WRONG.findall(gathered.text)
