"""What a vendor would get is shown before it is sent, and is what is sent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.ticketing_house import House


async def reported(house: House, *people: str, **fields: Any) -> str:
    said = {"title": "Wifi nere", "school": "sjobo"} | fields
    filed = [await house.file(person, **said) for person in people]
    return await house.incident(*(each["id"] for each in filed), schools=["sjobo"])


async def preview(house: House, incident: str, vendor: str = "vendor:network", **more: str) -> Any:
    browser = await house.visitor("samordnare")
    return await browser.post(f"/storningar/{incident}/forhandsvisa", {"vendor": vendor, **more})


async def test_it_shows_the_reporters_words_and_counts_what_stays_here(house: House) -> None:
    incident = await reported(house, "larare-sjobo", title="Wifi nere i B-huset", description="Ingen kommer ut.")
    browser = await house.visitor("samordnare")
    await browser.post(f"/storningar/{incident}/anteckning", {"text": "Internt zq7 om en elev", "audience": "internal"})
    page = (await preview(house, incident, note="Ring vaktmästaren.")).text
    assert "Wifi nere i B-huset" in page
    assert "Ingen kommer ut." in page
    assert "Ring vaktmästaren." in page
    assert "zq7" not in page
    assert "inte till leverantören. Den ser" in page


async def test_r1_who_takes_it_over_from_a_vendor_reads_what_that_one_could(house: House) -> None:
    incident = await reported(house, "larare-sjobo")
    await house.hand_off(incident, "vendor:network", note="Till den första.")
    browser = await house.visitor("samordnare")
    said = {"text": "Nyckel hos vaktmästaren.", "audience": "party:vendor:network"}
    assert (await browser.post(f"/storningar/{incident}/anteckning", said)).status_code == 303
    page = (await preview(house, incident, "vendor:devices")).text
    for words in ("Till den första.", "Nyckel hos vaktmästaren.", "Gått vidare"):
        assert words in page
    beside = (await preview(house, incident, "vendor:devices", role="parallel")).text
    assert "Nyckel hos" not in beside
    assert "Gått vidare" not in beside
    await house.hand_off(incident, "vendor:devices")
    shown = (await browser.get(f"/storningar/{incident}")).text
    assert "Läses av Nätleverantören, Datorleverantören" in shown
    [ticket] = (await house.client("samordnare").get(f"/tickets?incident={incident}")).json()["items"]
    for path in ("", "/radera"):
        page = (await browser.get(f"/arenden/{ticket['id']}{path}")).text
        assert "Läses av Nätleverantören, Datorleverantören" in page


async def test_it_sends_nothing_until_it_is_sent_from_there(house: House) -> None:
    incident = await reported(house, "larare-sjobo")
    before = await house.stored()
    page = await preview(house, incident, note="Ring vaktmästaren.")
    assert page.status_code == 200
    assert await house.stored() == before
    browser = await house.visitor("samordnare")
    sent = await browser.post(f"/storningar/{incident}/lamna-over", {"vendor": "vendor:network", "note": "Ring."})
    assert sent.status_code == 303


@pytest.mark.parametrize(("vendor", "named"), [("vendor:network", False), ("vendor:devices", True)])
async def test_n5_people_are_named_only_to_a_vendor_whose_connection_shows_them(
    house: House, vendor: str, named: bool
) -> None:
    incident = await reported(house, "larare-sjobo", room="B204")
    page = (await preview(house, incident, vendor)).text
    inside = page.partition("<main")[2]
    assert ("Signe Mattsdotter" in inside) is named
    assert ("B204" in inside.partition("Om den som anmält")[2].partition("</dl>")[0]) is named


async def test_the_room_and_the_device_go_along_whatever_is_shown_of_people(house: House) -> None:
    incident = await reported(house, "larare-sjobo", "administrator", room="B204", asset="SJO-PR-0012")
    page = (await preview(house, incident)).text
    assert page.partition("Rum eller enhet")[2].partition("Om den som anmält")[0].count("B204, SJO-PR-0012") == 1


async def test_reports_are_counted_by_school(house: House) -> None:
    incident = await reported(house, "larare-sjobo", "administrator")
    assert "2 anmälningar" in (await preview(house, incident)).text


async def test_who_may_not_hand_over_sees_no_preview(house: House) -> None:
    incident = await reported(house, "larare-sjobo")
    browser = await house.visitor("larare-sjobo")
    answer = await browser.post(f"/storningar/{incident}/forhandsvisa", {"vendor": "vendor:network"})
    assert answer.status_code in (403, 404)
