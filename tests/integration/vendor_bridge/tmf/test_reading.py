"""What a vendor's system reads by TMF621: its own hand-offs, whole, in the shape that TM Forum gives them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.events import vendor_bridge as v
from tests.integration.vendor_bridge.conftest import Bridge, of_type
from tests.integration.vendor_bridge.tmf.house import (
    PROBLEMS,
    TICKETS,
    TmfHouse,
    close_house,
    connection,
    open_house,
    token,
)
from tests.support.handoff_life import COORDINATOR, PLATFORM, WIFI, Case, directory, directory_changed
from vendor_bridge.secret_store import SecretStore

V4 = f"{TICKETS['v4']}/troubleTicket"
V5 = f"{TICKETS['v5']}/troubleTicket"


async def test_a_ticket_says_what_is_known_in_both_versions(house: TmfHouse) -> None:
    case = Case()
    handoff = await house.hand_over(case)
    old, new = await house.ticket(handoff, "v4"), await house.ticket(handoff, "v5")
    for ticket, version in ((old, "v4"), (new, "v5")):
        assert ticket["id"] == handoff
        assert ticket["href"] == f"{house.bridge.url}{TICKETS[version]}/troubleTicket/{handoff}"
        assert ticket["name"] == "Trådlöst nät – Ekbackens skola"
        assert ticket["description"].startswith("Wifi nere")
        assert (ticket["severity"], ticket["priority"], ticket["ticketType"]) == ("Major", "P2", "WLAN")
        assert ticket["status"] == "pending"
        assert "Väntar på att ni bekräftar" in ticket["statusChangeReason"]
        assert {note["text"] for note in ticket["note"]} >= {"Wifi nere\n\nIngen elev kommer ut på nätet."}
        (story,) = ticket["attachment"]
        whole = (await house.http.get(story["url"])).json()
        assert whole["handoff"] == handoff
    assert [change["status"] for change in old["statusChange"]] == ["pending"]
    assert [change["status"] for change in new["statusChangeHistory"]] == ["pending"]
    (number,) = new["externalIdentifier"]
    assert (number["owner"], number["externalIdentifierType"]) == ("malarvik", "ticketNumber")
    assert {each["role"] for each in old["relatedEntity"]} == {"problem", "affectedService", "place", "report"}
    assert new["relatedParty"][0]["partyOrPartyRole"]["name"] == "Mälarviks kommun"


async def test_n5_what_others_may_read_is_not_there_and_no_person_is(house: TmfHouse) -> None:
    case = Case()
    await house.bridge.take_in(
        *case.opened(),
        case.entry("Bara hos oss zq7", "internal", kind="note", party=COORDINATOR),
        case.entry("Till en annan zq7", f"party:{PLATFORM}", kind="note", party=COORDINATOR),
        *case.assigned(WIFI),
    )
    await house.settled()
    (offered,) = await house.facts(v.HandoffOffered)
    for version in ("v4", "v5"):
        text = str(await house.ticket(offered.handoff, version))
        assert "zq7" not in text
        assert "pe_larare" not in text


@pytest.mark.parametrize("version", ["v4", "v5"])
async def test_fields_returns_exactly_those_and_what_the_version_requires(house: TmfHouse, version: str) -> None:
    handoff = await house.hand_over(Case())
    required = set() if version == "v4" else {"id", "href", "@type"}
    path = f"{TICKETS[version]}/troubleTicket"
    one = await house.get(f"{path}/{handoff}?fields=status,name")
    assert set(one) == {"status", "name"} | required
    (listed,) = await house.get(f"{path}?fields=note,creationDate")
    assert set(listed) == {"note", "creationDate"} | required
    (without_story,) = await house.get(f"{path}?fields=status")
    assert set(without_story) == {"status"} | required


async def test_lists_are_paged_counted_filtered_and_sorted(house: TmfHouse) -> None:
    handoffs = [await house.hand_over(Case(school=school)) for school in ("ekbacken", "sjobo", "bjorkskolan")]
    await house.patch(handoffs[1], status="inProgress", externalId="INC-2")

    async def ids(query: str) -> list[str]:
        return [each["id"] for each in await house.get(f"{V4}?{query}")]

    assert await ids("") == handoffs
    assert await ids("sort=-creationDate") == handoffs[::-1]
    assert await ids("offset=1&limit=1") == handoffs[1:2]
    assert await ids("offset=99") == []
    assert await ids("limit=0") == []
    page = await house.ask("GET", f"{V4}?limit=2")
    assert (page.headers["x-total-count"], page.headers["x-result-count"]) == ("3", "2")
    assert await ids("status=inProgress") == handoffs[1:2]
    assert await ids("status=inProgress,pending") == handoffs
    assert await ids("externalId=INC-2") == handoffs[1:2]
    assert await ids("severity=Major&priority=P2&ticketType=WLAN") == handoffs
    assert await ids("priority=P1") == []
    assert [each["id"] for each in await house.get(f"{V5}?externalIdentifier.id=INC-2")] == handoffs[1:2]
    second = (await house.ticket(handoffs[1]))["creationDate"]
    assert await ids(f"creationDate.gte={second}") == handoffs[1:]
    assert await ids(f"creationDate.lt={second}") == handoffs[:1]
    assert await ids(f"creationDate>={second}") == handoffs[1:]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert await ids(f"lastUpdate.gt={tomorrow}") == []


async def test_what_changed_since_can_be_polled_for(house: TmfHouse) -> None:
    case = Case()
    first, second = await house.hand_over(case), await house.hand_over(Case())
    before = max(each["lastUpdate"] for each in await house.get(V4))
    await house.bridge.take_in(case.entry("Nu också i aulan.", "reporter", case=case.tickets[0]))
    await house.settled()
    (changed,) = await house.get(f"{V4}?lastUpdate.gt={before}")
    assert changed["id"] == first != second
    assert changed["note"][-1]["text"] == "Nu också i aulan."


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=-1", 400),
        ("limit=many", 400),
        ("offset=1.5", 400),
        ("fields=nonsense", 400),
        ("fields=", 400),
        ("fields=%20,", 400),
        ("nonsense=1", 400),
        ("note.text=x", 400),
        ("creationDate.gte=yesterday", 400),
        ("status.gt=pending", 400),
        ("sort=note", 400),
        ("filter=$[?(@.status=='closed')]", 501),
        ("status=%00", 400),
        ("status=%ff", 400),
    ],
)
async def test_what_a_list_cannot_do_is_said(house: TmfHouse, query: str, status: int) -> None:
    answer = await house.ask("GET", f"{V5}?{query}")
    assert (answer.status_code, answer.json()["@type"]) == (status, "Error")


async def test_the_state_and_its_history_follow_what_happens(house: TmfHouse) -> None:
    case = Case()
    handoff = await house.hand_over(case)

    async def states() -> list[str]:
        ticket = await house.ticket(handoff)
        assert ticket["statusChange"][-1]["status"] == ticket["status"]
        assert (await house.ticket(handoff, "v5"))["status"] == ticket["status"]
        return [change["status"] for change in ticket["statusChange"]]

    await house.patch(handoff, status="acknowledged")
    await house.patch(handoff, status="inProgress", statusChangeReason="En tekniker är på väg.")
    await house.patch(handoff, status="held", statusChangeReason="Väntar på en reservdel.")
    assert await states() == ["pending", "acknowledged", "inProgress", "held"]
    await house.patch(handoff, status="pending", statusChangeReason="När kommer vi in?")
    (asked,) = await house.facts(v.VendorInformationRequested)
    requested = case.answer_requested(asked.question, "Från sju.")
    await house.bridge.take_in(requested, case.answer_recorded(requested))
    await house.settled()
    assert (await states())[4:] == ["pending", "held"]
    assert (await house.ticket(handoff))["statusChangeReason"] == "Från sju."
    await house.patch(handoff, status="resolved", statusChangeReason="Bytt.")
    (proposed,) = await house.facts(v.VendorResolutionProposed)
    await house.bridge.take_in(case.rejected(proposed.proposal))
    await house.settled()
    assert (await states())[6:] == ["resolved", "held"]
    await house.patch(handoff, status="resolved", statusChangeReason="Nu så.")
    second = (await house.facts(v.VendorResolutionProposed))[1]
    await house.bridge.take_in(case.resolved(second.proposal), case.closed())
    await house.settled()
    assert (await states())[8:] == ["resolved", "closed"]
    ticket = await house.ticket(handoff)
    assert ticket["resolutionDate"] <= ticket["statusChangeDate"]


@pytest.mark.parametrize(("end", "status"), [("taken_back", "cancelled"), ("released", "cancelled")])
async def test_how_it_ended_is_shown_and_nothing_that_came_after(house: TmfHouse, end: str, status: str) -> None:
    case = Case()
    handoff = await house.hand_over(case)
    await house.bridge.take_in(*case.assigned(COORDINATOR if end == "taken_back" else PLATFORM))
    await house.settled()
    await house.bridge.take_in(case.entry("Efteråt zq7.", "reporters", party=COORDINATOR, kind="note"))
    ticket = await house.ticket(handoff)
    assert ticket["status"] == status
    assert "zq7" not in str(ticket)


@pytest.mark.parametrize("end", ["taken_back", "released"])
async def test_n5_who_has_left_reads_of_the_case_what_it_was_then(house: TmfHouse, end: str) -> None:
    case = Case()
    handoff = await house.hand_over(case)
    await house.bridge.take_in(*case.assigned(COORDINATOR if end == "taken_back" else PLATFORM))
    await house.settled()

    async def read() -> list[Any]:
        problem = await house.get(f"{PROBLEMS}/serviceProblem/{case.incident}")
        listed = [await house.get(V4), await house.get(V5), await house.get(f"{PROBLEMS}/serviceProblem")]
        bundle = await house.http.get(f"/handoffs/{handoff}/bundle")
        return [await house.ticket(handoff), await house.ticket(handoff, "v5"), problem, *listed, bundle.json()]

    before = await read()
    await house.bridge.take_in(*case.grown("sjobo", "learning_platform"))
    assert await read() == before
    await house.bridge.take_in(*case.assigned(WIFI))
    assert await house.ticket(handoff) | {"troubleTicketRelationship": None} == before[0] | {
        "troubleTicketRelationship": None
    }, "also when the case is back with the same vendor: that is another hand-off"
    (again,) = [each for each in await house.get(V4) if each["id"] != handoff]
    assert "Sjöbo" in str(again)


async def test_n9_another_connections_tickets_are_not_there(house: TmfHouse) -> None:
    own, others = await house.hand_over(Case()), Case(service="learning_platform")
    await house.bridge.take_in(*others.handed_over(PLATFORM))
    foreign = of_type(await house.bridge.stated(), v.HandoffOffered)[-1]
    assert [each["id"] for each in await house.get(V4)] == [own]
    for path in (f"{V4}/{foreign.handoff}", f"{V5}/{foreign.handoff}", f"{V4}/ho_00", f"{V4}/{foreign.incident}"):
        assert (await house.ask("GET", path)).status_code == 404
    answer = await house.ask("PATCH", f"{V4}/{foreign.handoff}", json={"note": [{"text": "Hej"}]})
    assert answer.status_code == 404
    assert await house.facts(v.VendorEntryAdded) == []


async def test_a_connection_that_went_to_another_vendor_shows_nothing_of_the_former(house: TmfHouse) -> None:
    handoff = await house.hand_over(Case())
    known = directory()
    moved = [
        each.model_copy(update={"connection": connection() if each.id == "platform" else None}).model_dump(mode="json")
        if each.id in ("network", "platform")
        else each.model_dump(mode="json")
        for each in known.vendors
    ]
    content = type(known).model_validate(known.model_dump(mode="json") | {"vendors": moved})
    await house.bridge.take_in(directory_changed(content))
    assert await house.get(V4) == []
    assert (await house.ask("GET", f"{V4}/{handoff}")).status_code == 404


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (None, 401),
        ("Basic eDp5", 401),
        ("Bearer", 401),
        ("Bearer not.a.token", 401),
        (f"Bearer {token(ttl=timedelta(seconds=-1))}", 401),
        (f"Bearer {token(municipality='hallsberg')}", 401),
        (f"Bearer {token('unheard-of')}", 401),
        (f"Bearer {token('demo-vendor-print')}", 403),
    ],
)
async def test_who_it_is_not_for_reads_and_changes_nothing(
    house: TmfHouse, authorization: str | None, status: int
) -> None:
    handoff = await house.hand_over(Case())
    headers = {"authorization": authorization} if authorization else {"authorization": ""}
    for method, path, body in (
        ("GET", V4, None),
        ("GET", f"{V5}/{handoff}", None),
        ("PATCH", f"{V4}/{handoff}", {"status": "resolved"}),
        ("POST", f"{TICKETS['v4']}/hub", {"callback": "https://vendor.example/x"}),
        ("GET", "/tmf-api/serviceProblemManagement/v4/serviceProblem", None),
    ):
        answer = await house.ask(method, path, json=body, headers=headers)
        assert answer.status_code == status
        assert ("www-authenticate" in answer.headers) == (status == 401)
    assert await house.facts(v.VendorResolutionProposed) == []


@pytest.mark.parametrize(("contact", "named"), [("person", True), ("school", False)])
async def test_the_contact_choice_decides_whether_a_person_is_named(
    bridge: Bridge, vendor_port: int, contact: str, named: bool
) -> None:
    house = await open_house(bridge, vendor_port, SecretStore(None), contact=contact)
    try:
        await bridge.rows(
            "INSERT INTO person (id, municipality, name) VALUES ('pe_larare', 'malarvik', 'Påhittad Person')"
        )
        handoff = await house.hand_over(Case())
        for version in ("v4", "v5"):
            assert ("Påhittad Person" in str(await house.ticket(handoff, version))) == named
    finally:
        await close_house(house)


async def test_what_is_not_done_at_an_address_is_told_with_all_that_is(house: TmfHouse) -> None:
    problems = "/tmf-api/serviceProblemManagement/v4"
    for path, allowed in (
        (V4, "GET, HEAD, POST"),
        (f"{V4}/ho_1", "GET, HEAD, PATCH"),
        (f"{problems}/serviceProblem/in_1", "GET, HEAD, PATCH"),
        (f"{problems}/hub/hb_1", "DELETE, GET, HEAD"),
    ):
        refused = await house.ask("PUT", path)
        assert (refused.status_code, ", ".join(sorted(refused.headers["allow"].split(", ")))) == (405, allowed)
    assert (await house.ask("HEAD", V4, check=False)).status_code == 200


@pytest.mark.parametrize(
    "path", ["/tmf-api/", "/tmf-api/troubleTicket/v9/troubleTicket", "/tmf-api/troubleTicket/v4/x"]
)
async def test_what_is_not_there_is_said_in_their_shape(house: TmfHouse, path: str) -> None:
    answer = await house.http.get(path)
    assert answer.status_code == 404
    error: Any = answer.json()
    assert (error["code"], error["reason"], error["status"]) == ("404", "Not Found", "404")
    refused = await house.ask("DELETE", f"{V4}/ho_1")
    assert refused.status_code == 405
    assert "GET" in refused.headers["allow"]
