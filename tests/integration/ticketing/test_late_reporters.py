"""Who reports what was solved meanwhile is told so at once, and reads nothing of others."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.events import routing as r
from tests.support.ticketing_house import EKBACKEN, House

SOLVED = "Det kan vara löst sedan"
WORDS = "Hemliga ord om Kalle"


async def solved(house: House, *people: str, scope: str = "school", **school: Any) -> str:
    """An outage of these people that was solved."""
    where = {"school": "ekbacken"} | school
    filed = [await house.file(person, title=WORDS, **where) for person in people]
    incident = await house.incident(*(each["id"] for each in filed), schools=[where["school"]])
    await house.told(
        house.event(r.IncidentTriaged, incident=incident, service="learning_platform", scope=scope),
        house.event(r.IncidentResolved, incident=incident, public_text={"sv": "Vi startade om."}),
    )
    return incident


async def late(house: House, candidate: str) -> tuple[str, str]:
    """A colleague's report of it, the day after: its ticket and its own incident, and staff are asked."""
    ticket = (await house.file("larare-ekbacken-2", title="Skolportalen går inte", school="ekbacken"))["id"]
    own = await house.incident(ticket, schools=["ekbacken"])
    await house.suggested(own, candidate, ticket)
    return ticket, own


async def page(house: House, ticket: str) -> str:
    return (await (await house.visitor("larare-ekbacken-2")).get(f"/arenden/{ticket}")).text


async def test_a_late_reporter_is_told_at_once_that_it_may_be_solved(house: House) -> None:
    ticket, own = await late(house, await solved(house, "larare", "rektor"))
    shown = await page(house, ticket)
    assert SOLVED in shown
    assert "Skolportalen: störning på Ekbackens skola. Fungerar det nu?" in shown
    assert "Fungerar nu" in shown
    assert WORDS not in shown, "N5"
    desk = (await (await house.visitor("tekniker")).get(f"/arenden/{ticket}")).text
    assert SOLVED not in desk, "staff are asked instead"
    browser = await house.visitor("larare-ekbacken-2")
    assert (await browser.post(f"/arenden/{ticket}/fungerar")).status_code == 303
    await house.told(house.event(r.IncidentResolved, incident=own), house.event(r.IncidentClosed, incident=own))
    assert SOLVED not in await page(house, ticket)


async def test_n5_nothing_is_told_of_a_single_persons_case_of_a_room_or_of_another_school(house: House) -> None:
    for candidate in (
        await solved(house, "larare"),
        await solved(house, "larare", "larare"),
        await solved(house, "larare", "rektor", scope="room"),
        await solved(house, "larare-sjobo", "administrator", school="sjobo"),
    ):
        ticket, _ = await late(house, candidate)
        assert SOLVED not in await page(house, ticket)


async def test_nothing_is_told_of_what_goes_on(house: House) -> None:
    candidate = await solved(house, "larare", "rektor")
    await house.told(house.event(r.IncidentReopened, incident=candidate, reason={"sv": "Nej."}))
    ticket, _ = await late(house, candidate)
    assert SOLVED not in await page(house, ticket)


@pytest.mark.parametrize("by", [{}, {"by": {"party": EKBACKEN, "person": "tekniker"}}], ids=["same problem", "staff"])
async def test_a_late_reporter_who_is_linked_is_asked_whether_it_works(house: House, by: dict[str, Any]) -> None:
    candidate = await solved(house, "larare", "rektor")
    ticket, own = await late(house, candidate)
    await house.moved(ticket, own, candidate, **by)
    shown = await page(house, ticket)
    assert SOLVED not in shown
    assert "Löst – fungerar det nu?" in shown
    assert "Fortfarande fel?" in shown


async def test_one_may_say_that_ones_own_problem_is_back_but_not_that_one_has_a_colleagues(house: House) -> None:
    report = {"title": "Det är tillbaka", "school": "ekbacken", "same_as": await solved(house, "larare")}
    again = await house.client("larare").post("/tickets", json=report)
    assert again.status_code == 201, again.text
    assert (await house.client("larare-ekbacken-2").post("/tickets", json=report)).status_code == 404, "N5"
    form = {
        "text": "Tillbaka igen",
        "school": "ekbacken",
        "need": "lesson_now",
        "impact": "class",
        "same_as": report["same_as"],
    }
    assert (await (await house.visitor("larare")).post("/arenden/ny", form)).status_code == 303
    order = await house.incident(
        (await house.file("larare", title="Larm", school="ekbacken"))["id"], schools=["ekbacken"], kind="need"
    )
    assert (await house.client("larare").post("/tickets", json=report | {"same_as": order})).status_code == 404


async def test_who_sends_in_what_is_solved_reads_that_at_once_and_not_that_somebody_looks_at_it(house: House) -> None:
    browser = await house.visitor("larare-ekbacken-2")
    form = {"text": "Samma här", "school": "ekbacken", "need": "lesson_now", "impact": "class"}
    sent = await browser.post("/arenden/ny", form | {"same_as": await solved(house, "larare", "rektor")})
    thanks = (await browser.get(sent.headers["location"])).text
    assert "Samma problem är redan anmält, och det löstes" in thanks
    assert "Fungerar det nu?" in thanks
    assert "tittar på det" not in thanks
