"""What who reported it says when the case has gone on: the page as it is now, and every word still there."""

from __future__ import annotations

import re

import pytest

from contracts.events import routing as r
from tests.support.pages import Browser
from tests.support.ticketing_house import EKBACKEN, House

BY = {"party": EKBACKEN, "person": "tekniker"}
WORDS = "Det hackar fortfarande i B204."


async def case(house: House, kind: str = "incident") -> tuple[Browser, str, str]:
    """Who reported it, the address of the page, and the incident."""
    ticket = (await house.file("larare", title="Nätet", school="ekbacken", kind=kind))["id"]
    incident = await house.incident(ticket, schools=["ekbacken"], kind=kind)
    return await house.visitor("larare"), f"/arenden/{ticket}", incident


async def solved(house: House, incident: str) -> None:
    await house.told(house.event(r.IncidentResolved, incident=incident, by=BY))


async def reopened(house: House, incident: str) -> None:
    await house.told(house.event(r.IncidentReopened, incident=incident, reason={"sv": "Fel."}))


def form(page: str, path: str) -> str:
    """The form that is sent there, with the fold around it; empty where there is none."""
    before, there, after = page.partition(f'action="{path}"')
    return before[before.rindex("<details") :] + after.partition("</form>")[0] if there else ""


async def test_a_second_no_comes_back_as_an_answer_that_can_be_sent(house: House) -> None:
    page, at, incident = await case(house)
    await solved(house, incident)
    assert (await page.post(f"{at}/fortfarande-fel", text="Nej.")).status_code == 303
    at_once = (await page.get(at)).text
    for words in ("Fungerar det nu?", "Är det inte löst", "Hör vi inget"):
        assert words not in at_once, "nobody is asked what they have just said"
    assert not form(at_once, f"{at}/fortfarande-fel")
    await reopened(house, incident)
    again = await page.post(f"{at}/fortfarande-fel", text=WORDS)
    assert again.status_code == 409
    assert "Ärendet är öppet igen" in again.text
    assert "Någon annan" not in again.text
    answer = form(again.text, f"{at}/svar")
    assert (WORDS in answer, " open>" in answer.partition("<summary")[0]) == (True, True)
    assert (await page.post(f"{at}/svar", answers="", text=WORDS)).status_code == 303
    assert WORDS in (await page.get(at)).text


async def test_the_live_part_brings_the_forms_of_what_the_case_is_now(house: House) -> None:
    page, at, incident = await case(house)

    async def live() -> tuple[str, str]:
        """The mark of the forms, and these."""
        found = re.search(
            r'<template data-forms="(\w+)">(.*?)</template>', (await page.get(f"{at}/nu")).text, re.DOTALL
        )
        assert found is not None
        return found[1], found[2]

    await solved(house, incident)
    drawn = (await page.get(at)).text
    mark, forms = await live()
    assert f'data-forms="{mark}"' in drawn
    assert "Fungerar det nu?" in forms
    await page.post(f"{at}/fortfarande-fel", text="Nej.")
    await reopened(house, incident)
    after, forms = await live()
    assert after != mark
    assert "Fungerar det nu?" not in forms
    await solved(house, incident)
    assert (await live())[0] == mark, "it is asked anew, and so are its forms sent anew"
    await page.post(f"{at}/fungerar")
    assert "Fungerar det nu?" not in (await page.get(at)).text, "nor after a yes"
    await house.told(house.event(r.IncidentClosed, incident=incident, by=BY))
    _, forms = await live()
    for path in ("svar", "vidare", "dra-tillbaka", "fungerar"):
        assert f"{at}/{path}" not in forms


async def test_what_differs_is_not_asked_about_again_beside_a_green_yes(house: House) -> None:
    page, at, incident = await case(house, "request")
    await house.told(house.event(r.StageChanged, incident=incident, stage="received", by=BY))
    await solved(house, incident)
    delivered = (await page.get(at)).text
    assert "Stämmer leveransen?" in delivered
    assert "Stämmer den inte går beställningen tillbaka till:" in delivered
    assert "Är det inte löst" not in delivered
    await page.post(f"{at}/fortfarande-fel", text="Två paddor fattas.")
    at_once = (await page.get(at)).text
    assert "Stämmer leveransen?" not in at_once
    assert ">Det stämmer<" not in at_once


@pytest.mark.parametrize("path", ["svar", "vidare", "dra-tillbaka"])
async def test_what_fits_no_more_says_what_the_case_is_and_keeps_the_words(house: House, path: str) -> None:
    page, at, incident = await case(house)
    await solved(house, incident)
    await page.post(f"{at}/fungerar")
    await house.told(house.event(r.IncidentClosed, incident=incident, by=BY))
    answer = await page.post(f"{at}/{path}", text=WORDS)
    assert answer.status_code == 409
    assert "Ärendet är avslutat nu" in answer.text
    assert "Någon annan" not in answer.text
    assert WORDS in form(answer.text, f"{at}/fortfarande-fel"), "all that can still be said of it"


async def test_what_can_be_said_nowhere_any_more_is_shown_for_who_wrote_it(house: House) -> None:
    page, at, _ = await case(house)
    await page.post(f"{at}/dra-tillbaka")
    for path in ("svar", "fortfarande-fel", "vidare"):
        answer = await page.post(f"{at}/{path}", text=WORDS)
        assert (answer.status_code, WORDS in answer.text, "tillbakadraget" in answer.text) == (409, True, True), path
    assert (await page.post(f"{at}/fungerar")).status_code == 409
