"""What staff see of a case at a vendor under Överlämningar, and that the schools' words stay as they are."""

from datetime import UTC, datetime

import pytest

from contracts.events import vendor_bridge as v
from contracts.reasons import NOBODY_INVITED
from tests.support.pages import Browser
from tests.support.ticketing_house import House

TEACHER = "larare"
AT = datetime(2026, 9, 1, 8, 4, tzinfo=UTC)


async def test_staff_see_that_the_vendor_has_the_story_and_when_it_arrived(house: House) -> None:
    ticket = (await house.file(TEACHER, title="Nätet", school="bjorkskolan"))["id"]
    incident = await house.incident(ticket, schools=["bjorkskolan"], holder="team:samordnaren")
    handoff = await house.hand_off(incident)
    desk = await house.visitor("samordnare")

    async def shown() -> str:
        return (await desk.get(f"/storningar/{incident}?flik=overlamningar")).text

    async def at_school() -> list[object]:
        asked = (f"/tickets/{ticket}", f"/tickets/{ticket}/timeline")
        answers = [await house.client(TEACHER).get(path) for path in asked]
        assert [answer.status_code for answer in answers] == [200, 200]
        return [answer.json() for answer in answers]

    before, school_before = await shown(), await at_school()
    assert "På väg" in before
    assert "Kom fram" not in before
    delivered = {"webhook_id": "wh_1", "message": "offered", "heads": {}, "attempts": 3, "at": AT}
    of = {"handoff": handoff, "incident": incident, "vendor": "vendor:network"}
    await house.told(house.event(v.HandoffDelivered, **of, **delivered))
    after = await shown()
    assert "På väg" not in after
    assert after.count("Kom fram") == 2  # the state, and when
    assert "10:04" in after
    assert await at_school() == school_before
    (stay,) = (await house.client("samordnare").get(f"/incidents/{incident}")).json()["handoffs"]
    assert (stay["state"], stay["delivered_at"]) == ("delivered", "2026-09-01T08:04:00Z")

    await house.told(house.event(v.HandoffAcknowledged, **of, heads={}))
    last = await shown()
    assert last.count("Kom fram") == 1
    assert "10:04" in last


@pytest.mark.parametrize(
    ("health", "detail", "why"),
    [
        ("resting", "answered 503", "Leverantörens system svarar inte."),
        ("failing", "answered 503", "Det senaste försöket misslyckades."),
        ("misconfigured", "the connection has no address", "Inget kan skickas."),
        ("misconfigured", f"{NOBODY_INVITED}; invite them: eskalera vendor invite demo-vendor", "logga in i"),
        ("disabled", "", "inte vill ha fler meddelanden"),
        ("paused", "", "Någon här har pausat."),
    ],
)
async def test_staff_see_that_a_case_does_not_get_through_since_when_and_where_more_is_told(
    house: House, health: str, detail: str, why: str
) -> None:
    """It said "På väg" for as long as the vendor was away."""
    ticket = (await house.file(TEACHER, title="Nätet", school="ekbacken"))["id"]
    incident = await house.incident(ticket, schools=["ekbacken"], holder="team:samordnaren")
    handoff = await house.hand_off(incident)
    way = {"connection": "demo-vendor", "vendor": "vendor:network", "since": AT, "backlog": 1}
    coordinator, technician = await house.visitor("samordnare"), await house.visitor("tekniker")

    async def shown(browser: Browser = coordinator) -> str:
        page = (await browser.get(f"/storningar/{incident}?flik=overlamningar")).text
        return page.partition('id="over-rubrik"')[2].partition("</section>")[0]

    await house.told(house.event(v.ConnectionChanged, **way, health=health, detail=detail))
    for words in ("Inte framme", "Ärendet har inte kommit fram. Det har väntat sedan", why):
        assert words in await shown()
    assert "1 september" not in await shown(), "when the way broke is not since when the case waits"
    assert "På väg" not in await shown()
    assert 'href="/leverantorer#demo-vendor"' in await shown()
    front = (await technician.get(f"/storningar/{incident}")).text
    assert front.index("Ärendet har inte kommit fram") < front.index('id="flikar"')
    assert f'href="/storningar/{incident}?flik=overlamningar">Överlämningar' in front
    page = await shown(technician)
    assert ("Samordnaren kan se mer." in page, "/leverantorer" in page) == (True, False)
    delivered = {"webhook_id": f"wh_{handoff}", "message": "offered", "heads": {}, "attempts": 3, "at": AT}
    of = {"handoff": handoff, "incident": incident, "vendor": "vendor:network"}
    await house.told(house.event(v.HandoffDelivered, **of, **delivered))
    news = (await shown()).partition("Det nya i ärendet kommer inte fram. Så har det varit sedan")[2]
    assert "1 september 10:04" in news.partition("</p>")[0]
    front = (await technician.get(f"/storningar/{incident}")).text
    assert "har inte kommit fram" not in front
    assert ("Det nya i ärendet kommer inte fram" in front) is (health not in ("resting", "failing"))
    led = (await coordinator.get(f"/storningar/{incident}")).text.partition('id="flikar"')[0]
    assert ('href="/leverantorer#demo-vendor"' in led) is (health not in ("resting", "failing"))
    await house.told(house.event(v.ConnectionChanged, **way | {"backlog": 0}, health="well"))
    assert "kommer inte fram" not in await shown()
    assert "kommer inte fram" not in (await technician.get(f"/storningar/{incident}")).text
