"""N5: what staff publish by hand is a known problem to others whom it hits, however few have reported it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.events import routing as r
from tests.support.ticketing_house import House
from ticketing import known

SHOWN = "störning på Ekbackens skola"


async def offered(house: House, person: str, school: str) -> list[str]:
    answer = await house.client(person).get("/known-problems", params={"school": school})
    assert answer.status_code == 200, answer.text
    return [item["incident"] for item in answer.json()["items"]]


async def test_one_persons_report_is_offered_once_staff_show_it_and_no_more_when_they_do_not(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "_FRESH", timedelta(0))
    ticket = (await house.file("larare", title="Kameran är sönder", school="ekbacken"))["id"]
    incident = await house.incident(ticket, schools=["ekbacken"])
    await house.told(house.event(r.IncidentTriaged, incident=incident, scope="room"))
    assert incident not in await offered(house, "larare-ekbacken-2", "ekbacken")
    staff = house.client("tekniker")
    asked = await staff.post(f"/incidents/{incident}/publish")
    assert asked.status_code == 202
    await house.told(house.event(r.IncidentPublished, incident=incident, published=True))
    assert (await staff.get(f"/incidents/{incident}")).json()["published"] is True
    assert incident in await offered(house, "larare-ekbacken-2", "ekbacken")
    assert incident not in await offered(house, "larare-sjobo", "sjobo"), "it reaches no other school"
    page = await house.visitor("larare-ekbacken-2")
    form = (await page.get("/arenden/ny")).text
    assert SHOWN in form
    assert "Kameran är sönder" not in form, "the words of who reported it (N5)"
    same = {"title": "Kameran", "school": "ekbacken", "same_as": incident}
    assert (await house.client("larare-ekbacken-2").post("/tickets", json=same)).status_code == 201
    desk = (await (await house.visitor("tekniker")).get(f"/storningar/{incident}")).text
    assert "Visa inte längre för andra" in desk
    assert (await staff.post(f"/incidents/{incident}/publish", json={"published": False})).status_code == 202
    await house.told(house.event(r.IncidentPublished, incident=incident, published=False))
    assert incident not in await offered(house, "larare-ekbacken-2", "ekbacken")


async def test_what_a_title_shows_is_hidden_by_hand_and_its_page_offers_to_show_it_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "_FRESH", timedelta(0))
    ticket = (await house.file("larare", title="Kameran är sönder", school="ekbacken"))["id"]
    incident = await house.incident(ticket, schools=["ekbacken"])
    titled = house.event(r.IncidentTriaged, incident=incident, scope="school", public_title={"sv": "Kameran krånglar"})
    await house.told(titled)
    assert incident in await offered(house, "larare-ekbacken-2", "ekbacken")
    await house.told(house.event(r.IncidentPublished, incident=incident, published=False))
    assert incident not in await offered(house, "larare-ekbacken-2", "ekbacken")
    assert "Visa för andra" in (await (await house.visitor("tekniker")).get(f"/storningar/{incident}")).text
    await house.told(house.event(r.IncidentPublished, incident=incident, published=True))
    assert incident in await offered(house, "larare-ekbacken-2", "ekbacken")


async def test_only_who_works_with_it_shows_it(house: House) -> None:
    ticket = (await house.file("larare", title="Kameran", school="ekbacken"))["id"]
    incident = await house.incident(ticket, schools=["ekbacken"])
    for person, status in (("larare", 404), ("larare-sjobo", 404), ("it-ansvarig", 403)):
        assert (person, (await house.client(person).post(f"/incidents/{incident}/publish")).status_code) == (
            person,
            status,
        )
    wrong = await house.client("tekniker").post(f"/incidents/{incident}/publish", json={"published": "kanske"})
    assert wrong.status_code == 422
    page = await house.visitor("tekniker")
    await page.get(f"/storningar/{incident}")
    assert (await page.post(f"/storningar/{incident}/publicera", published="ja")).status_code == 303
