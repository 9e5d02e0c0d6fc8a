"""Who reported it takes it back (R9), on its page as by the API."""

from __future__ import annotations

import pytest

from contracts.events import routing as r
from tests.support.ticketing_house import House


@pytest.mark.parametrize("kind", ["incident", "request", "need", "idea"])
async def test_r9_who_reported_it_withdraws_it_on_its_page_with_a_reason_or_without(house: House, kind: str) -> None:
    ticket = (await house.file("larare", title="Paddor till klassen", school="ekbacken", kind=kind))["id"]
    page, at = await house.visitor("larare"), f"/arenden/{ticket}"
    assert f'action="{at}/dra-tillbaka"' in (await page.get(at)).text
    lead = await house.visitor("rektor")
    assert "dra-tillbaka" not in (await lead.get(at)).text
    assert (await lead.post(f"{at}/dra-tillbaka")).status_code in (403, 404)
    wrong = await page.post(f"{at}/dra-tillbaka", text="a\x00")
    assert (wrong.status_code, 'aria-invalid="true"' in wrong.text) == (422, True)
    assert (await page.post(f"{at}/dra-tillbaka", text="De är hittade.")).status_code == 303
    assert f'action="{at}/dra-tillbaka"' not in (await page.get(at)).text
    items = (await house.client("larare").get(f"/tickets/{ticket}/timeline")).json()["items"]
    assert {"De är hittade.", "Ärendet är tillbakadraget."} <= {item["text"]["sv"] for item in items}
    assert (await house.client("larare").get(f"/tickets/{ticket}")).json()["status"] == "withdrawn"
    other = (await house.file("larare", title="En annan sak", school="ekbacken", kind=kind))["id"]
    assert (await page.post(f"/arenden/{other}/dra-tillbaka")).status_code == 303, "no reason is needed"


async def test_what_a_search_finds_says_last_that_it_was_withdrawn(house: House) -> None:
    ticket = (await house.file("larare", title="Paddor till klassen", school="ekbacken"))["id"]
    incident = await house.incident(ticket, schools=["ekbacken"])
    page = await house.visitor("larare")
    assert (await page.post(f"/arenden/{ticket}/dra-tillbaka")).status_code == 303
    await house.told(house.event(r.IncidentStateChanged, incident=incident, state="cancelled"))
    found = (await (await house.visitor("samordnare")).get("/ko?q=paddor")).text
    assert "Ärendet är tillbakadraget." in found.partition('class="last-text">')[2].partition("<")[0]
