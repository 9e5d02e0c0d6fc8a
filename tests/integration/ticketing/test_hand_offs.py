"""What staff see of a case at a vendor under Överlämningar, and that the schools' words stay as they are."""

from datetime import UTC, datetime

from contracts.events import vendor_bridge as v
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
