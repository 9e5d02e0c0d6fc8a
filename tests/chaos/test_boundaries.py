"""Two municipalities in one installation, both busy: neither has anything of the other's (N9)."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.chaos.evidence import Evidence
from tests.chaos.house import House
from tests.chaos.load import MUNICIPALITY, NEIGHBOUR

pytestmark = pytest.mark.chaos
OTHER = NEIGHBOUR[0]


@pytest.fixture(scope="module")
async def evidence(house: House) -> Evidence:
    """After work in both."""
    load = house.load
    await load.file(*(load.report() for _ in range(20)), *(load.neighbours_report() for _ in range(5)))
    return await house.is_in_order()


async def test_n9_no_case_has_anything_of_another_municipality(house: House, evidence: Evidence) -> None:
    owner = {row["id"]: row["municipality"] for row in (*evidence.tickets, *evidence.incidents)}
    assert set(owner.values()) == {MUNICIPALITY, OTHER}
    for link in evidence.links:
        assert owner[link["ticket"]] == owner[link["incident"]]
    for service in house.system.services:
        query = "SELECT key, keys FROM outbox WHERE cardinality(keys) > 0 AND keys[1] NOT LIKE 'municipality:%'"
        for row in await house.system.rows(service, query):
            assert {owner[case] for case in row["keys"]} == {row["key"]}, service
    for handoff in evidence.bridges_handoffs:
        assert handoff["municipality"] == owner[handoff["incident"]]
        assert handoff["connection"].startswith("hallsberg-") == (owner[handoff["incident"]] == OTHER)
    for case in evidence.vendors_cases:
        assert {owner[name] for name in case["heads"]} == {case["municipality"]}
    for notification in evidence.notifications or []:
        assert owner[notification["case"]] == notification["municipality"]


async def test_n9_the_api_knows_nothing_of_the_other_municipality(house: House, evidence: Evidence) -> None:
    foreign = next(ticket for ticket in evidence.tickets if ticket["municipality"] == OTHER)
    ticket, incident = f"/tickets/{foreign['id']}", f"/incidents/{foreign['incident']}"
    async with house.system.api(MUNICIPALITY, "samordnare") as http:
        for path in (ticket, f"{ticket}/timeline", incident, f"{incident}/timeline"):
            answer = await http.get(path)
            assert answer.status_code == 404, path
            nobodys = await http.get(path.replace(foreign["id"], "tk_nobody").replace(foreign["incident"], "in_nobody"))
            assert answer.json() == nobodys.json(), "the same as for what does not exist"
        assert (await http.post(f"{incident}/take-back", json={})).status_code == 404
        assert foreign["id"] not in {item["id"] async for item in listed(http, "/tickets")}
        assert foreign["incident"] not in {item["id"] async for item in listed(http, "/incidents")}


async def listed(http: httpx.AsyncClient, path: str) -> AsyncIterator[dict[str, Any]]:
    """Every item of a list, page after page."""
    following: str | None = f"{http.base_url}{path.removeprefix('/')}?limit=200"
    while following:
        page = (await http.get(following)).json()
        for item in page["items"]:
            yield item
        following = page["next"]
