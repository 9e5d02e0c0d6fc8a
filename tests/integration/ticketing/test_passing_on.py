"""R2: what a vendor wrote that only staff read is told to all who reported once somebody has read it over."""

from __future__ import annotations

import re

import pytest

from contracts.events import vendor_bridge as v
from tests.support.ticketing_house import House

DESK, TEACHERS = "samordnare", ("larare", "larare-ekbacken-2")
WORDS = "Switchen i plan 2 byts i kväll."
LINK = "Berätta det för alla som anmält"


async def at_a_vendor(house: House, *persons: str) -> tuple[str, str, list[str]]:
    """(incident, hand-off, tickets)"""
    filed = [(await house.file(person, title="Nätet", school="ekbacken"))["id"] for person in persons]
    incident = await house.incident(*filed, schools=["ekbacken"])
    return incident, await house.hand_off(incident), filed


async def seen(house: House, path: str, person: str = DESK) -> str:
    return (await (await house.visitor(person)).get(path)).text


def written(page: str) -> tuple[str, str]:
    """What stands in the form to write: (words, whom they are for)."""
    form = page.partition('id="skriv"')[2].partition("</form>")[0]
    chosen = re.search(r'name="audience" value="([^"]*)"[^>]* checked', form)
    words = re.search(r"<textarea[^>]*>([^<]*)</textarea>", form)
    assert words is not None
    assert chosen is not None
    return words[1].strip(), chosen[1]


async def test_the_words_stand_in_the_form_for_all_who_reported_and_go_where_they_are_sent(house: House) -> None:
    incident, handoff, tickets = await at_a_vendor(house, *TEACHERS)
    await house.said(v.VendorEntryAdded, incident, handoff, text={"sv": WORDS})
    page = await seen(house, f"/storningar/{incident}")
    assert page.count(LINK) == 1
    way = page.partition('<p class="entry-tell"><a href="')[2].partition('"')[0]
    assert written(await seen(house, way.partition("#")[0])) == (f"Nätleverantören: {WORDS}", "reporters")
    assert written(page) == ("", "internal"), "nothing is filled in that was not asked for"
    desk = await house.visitor(DESK)
    for person, ticket in zip(TEACHERS, tickets, strict=True):
        assert WORDS not in await seen(house, f"/arenden/{ticket}", person)
    sent = await desk.post(f"/storningar/{incident}/anteckning", text=WORDS, audience="reporters", answers="")
    assert sent.status_code == 303
    for person, ticket in zip(TEACHERS, tickets, strict=True):
        assert WORDS in await seen(house, f"/arenden/{ticket}", person)
    assert LINK not in await seen(house, f"/storningar/{incident}"), "it has been told"
    await house.said(v.VendorEntryAdded, incident, handoff, text={"sv": "Klart 17."})
    assert (await seen(house, f"/storningar/{incident}")).count(LINK) == 1


async def test_what_is_private_or_read_by_the_reporter_already_is_not_offered(house: House) -> None:
    incident, handoff, _ = await at_a_vendor(house, *TEACHERS)
    await house.said(v.VendorEntryAdded, incident, handoff, text={"sv": WORDS}, private=True)
    page = await seen(house, f"/storningar/{incident}")
    assert WORDS in page
    assert LINK not in page
    for number in range(8):
        assert WORDS not in written(await seen(house, f"/storningar/{incident}?vidare={number}"))[0]
    lone, beside, _ = await at_a_vendor(house, "larare")
    await house.said(v.VendorEntryAdded, lone, beside, text={"sv": WORDS})
    assert LINK not in await seen(house, f"/storningar/{lone}")


@pytest.mark.parametrize("asked", ["", "x", "-1", "0", "999", "1" * 40, "٣"])
async def test_a_number_that_names_nothing_leaves_the_form_empty(house: House, asked: str) -> None:
    incident, handoff, _ = await at_a_vendor(house, *TEACHERS)
    await house.said(v.VendorEntryAdded, incident, handoff, text={"sv": WORDS})
    assert written(await seen(house, f"/storningar/{incident}?vidare={asked}")) == ("", "internal")


async def test_what_is_sent_twice_without_scripts_stands_once(house: House) -> None:
    incident, _, _ = await at_a_vendor(house, *TEACHERS)
    desk = await house.visitor(DESK)
    form = {"text": "Vi byter en switch.", "audience": "reporters", "answers": ""}
    for _ in range(2):
        assert (await desk.post(f"/storningar/{incident}/anteckning", **form)).status_code == 303
    assert (await seen(house, f"/storningar/{incident}")).count("Vi byter en switch.") == 1
    other = {**form, "audience": "internal"}
    assert (await desk.post(f"/storningar/{incident}/anteckning", **other)).status_code == 303
    assert (await seen(house, f"/storningar/{incident}")).count("Vi byter en switch.") == 2
