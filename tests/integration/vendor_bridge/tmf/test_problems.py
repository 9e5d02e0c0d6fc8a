"""TMF656: the incident as a service problem, with this vendor's trouble tickets of it."""

from typing import Any

import pytest

from contracts.events import routing as r
from contracts.events import vendor_bridge as v
from tests.integration.vendor_bridge.conftest import of_type
from tests.integration.vendor_bridge.tmf.house import MERGE_PATCH, PROBLEMS, TICKETS, TmfHouse
from tests.support.handoff_life import COORDINATOR, PLATFORM, WIFI, Case

PATH = f"{PROBLEMS}/serviceProblem"


async def test_a_problem_says_what_is_known_with_the_older_names_beside(house: TmfHouse) -> None:
    case = Case()
    handoff = await house.hand_over(case)
    problem = await house.get(f"{PATH}/{case.incident}")
    assert problem["id"] == case.incident
    assert (problem["priority"], problem["category"], problem["status"]) == (4, "WLAN", "pending")
    assert [each["id"] for each in problem["troubleTicket"]] == [handoff]
    assert [each["id"] for each in problem["affectedService"]] == ["wifi"]
    assert [each["name"] for each in problem["affectedLocation"]] == ["Ekbackens skola"]
    assert problem["timeRaised"] == problem["creationDate"]
    assert problem["timeChanged"] == problem["lastUpdate"]
    assert problem["characteristic"] == [{"name": "reports", "valueType": "integer", "value": 1}]
    assert "Ingen elev kommer ut på nätet." in problem["description"]
    followed = await house.http.get(problem["troubleTicket"][0]["href"])
    assert followed.json()["id"] == handoff


async def test_the_rooms_and_devices_of_its_reports_are_in_it_and_in_the_ticket(house: TmfHouse) -> None:
    case = Case()
    case.room, case.asset = "L12", "EKB-PR-0012"
    handoff = await house.hand_over(case)
    problem = await house.get(f"{PATH}/{case.incident}?fields=affectedLocation,affectedResource")
    assert [each["name"] for each in problem["affectedLocation"]] == ["Ekbackens skola", "L12"]
    assert [each["id"] for each in problem["affectedResource"]] == ["EKB-PR-0012"]
    old, new = await house.ticket(handoff, "v4"), await house.ticket(handoff, "v5")
    assert {each["role"]: each["name"] for each in old["relatedEntity"]} == {
        each["role"]: each["entity"]["name"] for each in new["relatedEntity"]
    }
    of = {each["role"]: each["name"] for each in old["relatedEntity"]}
    assert (of["room"], of["affectedResource"]) == ("L12", "EKB-PR-0012")


async def test_a_second_turn_with_the_same_vendor_is_a_second_ticket_of_one_problem(house: TmfHouse) -> None:
    case = Case()
    first = await house.hand_over(case)
    await house.bridge.take_in(*case.assigned(COORDINATOR, "taken_back"), *case.assigned(WIFI))
    await house.settled()
    second = of_type(await house.bridge.stated(), v.HandoffOffered)[-1].handoff
    (problem,) = await house.get(PATH)
    assert [each["id"] for each in problem["troubleTicket"]] == [first, second]
    assert problem["status"] == "pending"
    ticket = await house.ticket(second)
    assert [each["id"] for each in ticket["troubleTicketRelationship"]] == [first]
    changed = await house.ask("PATCH", f"{PATH}/{case.incident}", json={"status": "inProgress"})
    assert changed.json()["status"] == "inProgress"
    (status,) = await house.facts(v.VendorStatusChanged)
    assert status.handoff == second


async def test_nobody_is_responsible_for_what_was_cancelled(house: TmfHouse) -> None:
    case = Case()
    await house.hand_over(case)
    assert (await house.get(f"{PATH}/{case.incident}"))["responsibleParty"]["id"] == WIFI
    await house.bridge.take_in(case.cancelled())
    await house.settled()
    problem = await house.get(f"{PATH}/{case.incident}")
    assert problem["status"] == "cancelled"
    assert "responsibleParty" not in problem


async def test_lists_and_fields_are_as_for_tickets(house: TmfHouse) -> None:
    cases = [Case(), Case(school="sjobo")]
    for case in cases:
        await house.hand_over(case)
    page = await house.ask("GET", f"{PATH}?limit=1&sort=-timeRaised&fields=id,name,note")
    assert (page.headers["x-total-count"], page.headers["x-result-count"]) == ("2", "1")
    (shown,) = page.json()
    assert set(shown) == {"id", "name", "note"}
    assert shown["id"] == cases[1].incident
    raised = (await house.get(f"{PATH}/{cases[1].incident}"))["timeRaised"]
    assert [each["id"] for each in await house.get(f"{PATH}?timeRaised.gte={raised}")] == [cases[1].incident]
    assert await house.get(f"{PATH}?status=closed") == []
    assert (await house.ask("GET", f"{PATH}?severity=Major")).status_code == 400


async def test_what_means_a_rank_is_sorted_by_it(house: TmfHouse) -> None:
    """As text, 10 comes before 4, and Low before Medium."""
    cases = [Case(), Case(), Case()]
    handoffs = [await house.hand_over(case) for case in cases]
    for case, urgency in ((cases[0], 4), (cases[2], 3)):
        reason = {"sv": "Så är det."}
        await house.bridge.take_in(r.UrgencyChanged(**case.changing(), urgency=urgency, previous=2, reason=reason))
    made = (
        await house.ask(
            "POST",
            f"{TICKETS['v4']}/troubleTicket",
            json={"description": "Fiberbrott.", "severity": "Critical", "ticketType": "WLAN"},
        )
    ).json()
    ranked = [cases[1].incident, cases[2].incident, cases[0].incident]
    for sort, wanted in (("priority", ranked), ("-priority", ranked[::-1])):
        assert [each["id"] for each in await house.get(f"{PATH}?sort={sort}")] == wanted
    tickets = [made["id"], handoffs[1], handoffs[2], handoffs[0]]
    for version, sort in (("v4", "priority"), ("v4", "severity"), ("v5", "severity")):
        path = f"{TICKETS[version]}/troubleTicket"
        assert [each["id"] for each in await house.get(f"{path}?sort={sort}")] == tickets
        assert [each["id"] for each in await house.get(f"{path}?sort=-{sort}")] == tickets[::-1]


async def test_a_change_of_the_problem_is_one_of_its_ticket(house: TmfHouse) -> None:
    case = Case()
    handoff = await house.hand_over(case)
    answer = await house.ask(
        "PATCH",
        f"{PATH}/{case.incident}",
        content=b'{"status": "resolved", "note": [{"text": "Bytt."}]}',
        headers={"content-type": MERGE_PATCH},
    )
    assert (answer.json()["status"], answer.json()["note"][-1]["text"]) == ("resolved", "Bytt.")
    (proposed,) = await house.facts(v.VendorResolutionProposed)
    assert (proposed.handoff, proposed.text) == (handoff, {"sv": "Bytt."})


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"priority": 1}, 400),
        ({"id": "in_1"}, 400),
        ({"troubleTicket": []}, 400),
        ({"nonsense": 1}, 400),
        ({"status": "done"}, 400),
        ({"status": "closed"}, 409),
        ({"timeRaised": "2026-01-01T00:00:00Z"}, 400),
    ],
)
async def test_what_cannot_be_changed_is_refused(house: TmfHouse, change: dict[str, Any], status: int) -> None:
    case = Case()
    await house.hand_over(case)
    assert (await house.ask("PATCH", f"{PATH}/{case.incident}", json=change)).status_code == status
    assert await house.facts(v.HandoffAcknowledged) == []


async def test_n9_anothers_problem_is_not_there(house: TmfHouse) -> None:
    others = Case(service="learning_platform")
    await house.bridge.take_in(*others.handed_over(PLATFORM))
    assert await house.get(PATH) == []
    assert (await house.ask("GET", f"{PATH}/{others.incident}")).status_code == 404
    assert (await house.ask("PATCH", f"{PATH}/{others.incident}", json={"status": "resolved"})).status_code == 404
    for method in ("POST", "DELETE"):
        address = PATH if method == "POST" else f"{PATH}/{others.incident}"
        assert (await house.ask(method, address, json={} if method == "POST" else None)).status_code == 405


async def test_two_vendors_of_one_incident_see_each_only_its_own_part(house: TmfHouse) -> None:
    case = Case()
    own = await house.hand_over(case)
    await house.bridge.take_in(
        *case.assigned(PLATFORM, role="parallel"),
        case.entry("Från den andra zq7.", f"party:{PLATFORM}", kind="note", party=PLATFORM),
    )
    await house.settled()
    problem = await house.get(f"{PATH}/{case.incident}")
    assert [each["id"] for each in problem["troubleTicket"]] == [own]
    assert "zq7" not in str(problem)
