"""What a reporter writes without being asked is marked for who has the case until somebody does something with it."""

from __future__ import annotations

import pytest

from contracts.events import routing as r
from contracts.events import vendor_bridge as v
from tests.integration.ticketing.test_forum import decided, wish
from tests.support.ticketing_house import NETWORK, House

TEACHER, STAFF = "larare", "tekniker"
MARK, WORDS = "Nytt från den som anmält", "Nu luktar den bränt."
UNREAD = "Den som frågade skrev"


async def wrote(house: House, ticket: str, words: str = WORDS, person: str = TEACHER) -> None:
    answer = await house.client(person).post(f"/tickets/{ticket}/entries", json={"text": words})
    assert answer.status_code == 201, answer.text


async def row(house: House, incident: str, person: str = STAFF, show: str = "all") -> str:
    """The case in the queue."""
    page = (await (await house.visitor(person)).get(f"/ko?visa={show}")).text
    return page.partition(f'data-id="{incident}"')[2].partition("</tr>")[0]


async def desk(house: House, incident: str, person: str = STAFF) -> str:
    return (await (await house.visitor(person)).get(f"/storningar/{incident}")).text


async def test_it_is_marked_in_the_queue_with_its_words_and_on_the_case_until_staff_act(house: House) -> None:
    ticket = (await house.file(TEACHER, title="Skrivaren", school="ekbacken"))["id"]
    incident = await house.incident(ticket, schools=["ekbacken"])
    assert MARK not in await row(house, incident)
    await wrote(house, ticket)
    marked = await row(house, incident)
    assert MARK in marked
    assert WORDS in marked, "it is the last word"
    assert MARK in await desk(house, incident)
    note = {"text": "Stäng av den.", "audience": "reporters"}
    assert (await house.client(STAFF).post(f"/incidents/{incident}/entries", json=note)).is_success
    assert MARK not in await row(house, incident)
    assert MARK not in await desk(house, incident)
    await wrote(house, ticket, "Den är av.")
    assert MARK in await row(house, incident), "the next one is new again"
    question = {"text": "Luktar det än?"}
    assert (await house.client(STAFF).post(f"/tickets/{ticket}/questions", json=question)).status_code == 201
    assert MARK not in await row(house, incident)


async def test_of_what_is_solved_it_is_marked_too(house: House) -> None:
    ticket = (await house.file(TEACHER, title="Tavlan", school="ekbacken"))["id"]
    incident = await house.incident(ticket, schools=["ekbacken"])
    await house.told(house.event(r.IncidentResolved, incident=incident, public_text={"sv": "Klart."}))
    await wrote(house, ticket, "Fast pennan är borta.")
    assert MARK in await row(house, incident, show="resolved")
    assert MARK in await desk(house, incident)


async def test_what_a_vendor_says_after_the_solution_is_marked_until_the_case_is_open_again(house: House) -> None:
    ticket = (await house.file(TEACHER, title="Kanonen", school="ekbacken"))["id"]
    incident = await house.incident(ticket, schools=["ekbacken"])
    handoff = await house.hand_off(incident)
    await house.said(v.VendorResolutionProposed, incident, handoff, proposal="pr_1", text={"sv": "Bytt."})
    await house.told(house.event(r.IncidentResolved, incident=incident, public_text={"sv": "Bytt."}))
    late = "Leverantören skrev efter lösningen"
    assert late not in await desk(house, incident, "samordnare")
    again = {"status": "in_progress", "withdraws": ["pr_1"], "text": {"sv": "Ärendet är öppnat igen."}}
    await house.said(v.VendorStatusChanged, incident, handoff, **again)
    assert late in await desk(house, incident, "samordnare")
    assert late in await row(house, incident, "samordnare", "resolved")
    theirs = (await (await house.visitor(TEACHER)).get(f"/arenden/{ticket}")).text
    assert "öppnat igen" not in theirs
    await house.told(house.event(r.IncidentReopened, incident=incident, reason={"sv": "Inte löst."}))
    assert late not in await desk(house, incident, "samordnare")


async def test_what_a_vendor_has_is_not_staffs_to_answer_and_what_nobody_has_any_more_is_not_marked(
    house: House,
) -> None:
    ticket = (await house.file(TEACHER, title="Nätet", school="ekbacken"))["id"]
    incident = await house.incident(ticket, schools=["ekbacken"], holder=NETWORK)
    await wrote(house, ticket)
    assert MARK not in await row(house, incident, "samordnare")
    own = (await house.file(TEACHER, title="Musen", school="ekbacken"))["id"]
    gone = await house.incident(own, schools=["ekbacken"])
    await wrote(house, own)
    assert (await house.client(TEACHER).post(f"/tickets/{own}/withdraw")).is_success
    assert MARK not in await desk(house, gone)


async def test_n5_the_words_of_another_school_are_not_in_the_queue_of_who_does_not_read_its_reports(
    house: House,
) -> None:
    mine = (await house.file(TEACHER, title="Wifi", school="ekbacken"))["id"]
    far = (await house.file("larare-almgymnasiet", title="Wifi", school="almgymnasiet"))["id"]
    schools = ["ekbacken", "almgymnasiet"]
    incident = await house.incident(mine, far, schools=schools, holder="team:samordnaren", scope="schools")
    await wrote(house, far, "Hugo i sal 4 har inget nät.", "larare-almgymnasiet")
    assert "Hugo i sal 4" in await row(house, incident, "samordnare")
    assert MARK not in await row(house, incident), "it is not theirs to answer"
    assert MARK not in await desk(house, incident)
    inside = {"text": "Vi tittar på kablarna.", "audience": "internal"}
    assert (await house.client(STAFF).post(f"/incidents/{incident}/entries", json=inside)).is_success
    assert MARK in await row(house, incident, "samordnare"), "who wrote to staff has not read it, nor has it"
    await wrote(house, mine, "Hos oss också.")
    own = await row(house, incident)
    assert (MARK in own, "Hos oss också." in own) == (True, True)
    assert (await house.client("samordnare").post(f"/incidents/{incident}/entries", json=inside)).is_success
    assert MARK not in await row(house, incident, "samordnare")


@pytest.mark.parametrize("outcome", [None, "no", "later"])
async def test_on_a_need_it_is_marked_on_the_page_of_needs_with_the_way_to_it(
    house: House, outcome: str | None
) -> None:
    incident, ticket = await wish(house, f"Rullvagn {outcome}")
    if outcome is not None:
        await decided(house, incident, outcome)
    decider, teacher = await house.visitor("samordnare"), await house.visitor(TEACHER)
    assert UNREAD not in of_wish((await decider.get("/behov")).text, incident)
    await wrote(house, ticket["id"], "Men 5B då?")
    page = of_wish((await decider.get("/behov")).text, incident)
    assert UNREAD in page
    assert f'href="/storningar/{incident}' in page
    assert ticket["number"] in page
    assert "Men 5B då?" in await desk(house, incident, "samordnare")
    others = (await teacher.get("/behov")).text
    assert UNREAD not in others
    assert ticket["number"] not in others
    note = {"text": "Vi tar med 5B.", "audience": "reporters"}
    assert (await house.client("samordnare").post(f"/incidents/{incident}/entries", json=note)).is_success
    assert UNREAD not in of_wish((await decider.get("/behov")).text, incident)


def of_wish(page: str, incident: str) -> str:
    """What stands of it on the page, before the forum and among what is decided."""
    parts = [page.partition(f'id="{id_}{incident}"')[2].partition('<li class="wish"')[0] for id_ in ("", "beslut-")]
    return "".join(parts)
