"""How urgent: the municipality's table decides, by form and by API; the answers stay on the ticket (V14)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import text

from contracts.events import routing as r
from tests.support.ticketing_house import House, yaml_of

REPORT = {"title": "Projektorn startar inte", "school": "ekbacken"}
FORM = {"text": "Projektorn startar inte", "school": "ekbacken"}
FIRST = "Lektionen står still, och det gäller en klass eller grupp. Därför går det först."


async def stored(house: House, ticket: str) -> tuple[int, str | None, str | None]:
    """Urgency and answers as ticketing keeps them, which are those it told the others."""
    async with house.engine.connect() as conn:
        row = (await conn.execute(text("SELECT urgency, need, impact FROM ticket WHERE id = :t"), {"t": ticket})).one()
        query = "SELECT convert_from(value, 'UTF8')::jsonb FROM outbox WHERE type = 'ticket.filed.v1' AND key = :t"
        [told] = await conn.scalars(text(query.replace("key = :t", "value LIKE :t")), {"t": f"%{ticket}%".encode()})
    assert (told["urgency"], told.get("need"), told.get("impact")) == tuple(row)
    return row[0], row[1], row[2]


async def filed_by_form(house: House, person: str = "larare", **fields: str) -> tuple[str, str]:
    """The ticket and its confirmation."""
    browser = await house.visitor(person)
    sent = await browser.post("/arenden/ny", FORM | fields)
    assert sent.status_code == 303, sent.text
    return sent.headers["location"].split("/")[2], (await browser.get(sent.headers["location"])).text


@pytest.mark.parametrize(
    ("need", "impact", "urgency"),
    [("lesson_now", "class", 1), ("lesson_now", "one_person", 2), ("work_around", "whole_school", 2),
     ("work_around", "one_person", 3), ("when_time", "class", 4)],
)  # fmt: skip
async def test_v14_form_and_api_give_the_same_urgency_and_keep_the_answers(
    house: House, need: str, impact: str, urgency: int
) -> None:
    by_form, _ = await filed_by_form(house, need=need, impact=impact)
    by_api = await house.file("larare", **REPORT, need=need, impact=impact)
    assert await stored(house, by_form) == await stored(house, by_api["id"]) == (urgency, need, impact)
    shown = (await house.client("larare").get(f"/tickets/{by_api['id']}")).json()
    assert (shown["urgency"], shown["need"], shown["impact"]) == (urgency, need, impact)


@pytest.mark.parametrize(("fields", "urgency"), [({}, 3), ({"urgency": 1}, 1)])
async def test_a_report_may_still_bring_a_number_or_nothing(house: House, fields: dict[str, int], urgency: int) -> None:
    filed = await house.file("larare", municipality="malarvik", **REPORT, **fields)
    assert await stored(house, filed["id"]) == (urgency, None, None)


@pytest.mark.parametrize(
    ("fields", "pointers"),
    [
        ({"need": "lesson_now"}, ["/impact"]),
        ({"impact": "class"}, ["/need"]),
        ({"need": "panic", "impact": "class"}, ["/need"]),
        ({"need": "lesson_now", "impact": "everybody"}, ["/impact"]),
        ({"need": "", "impact": "class"}, ["/need"]),
        ({"need": 1, "impact": "class"}, ["/need"]),
        ({"need": ["lesson_now"], "impact": "class"}, ["/need"]),
        ({"need": "lesson_now\u0000", "impact": "class"}, ["/need"]),
        ({"need": "x" * 81, "impact": "class"}, ["/need"]),
        ({"need": "lesson_now", "impact": "class", "urgency": 2}, ["/urgency"]),
        ({"need": "lesson_now", "urgency": 1}, ["/impact"]),
        ({"need": "lesson_now", "impact": "class", "urgency": 9}, ["/urgency"]),
    ],
)
async def test_half_an_answer_an_unknown_one_or_another_number_is_refused(
    house: House, fields: dict[str, Any], pointers: list[str]
) -> None:
    before = await house.stored()
    answer = await house.client("larare").post("/tickets", json=REPORT | fields)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.json()["errors"]] == pointers
    assert await house.stored() == before


async def test_the_same_number_beside_the_answers_is_no_contradiction(house: House) -> None:
    filed = await house.file("larare", **REPORT, need="lesson_now", impact="class", urgency=1)
    assert await stored(house, filed["id"]) == (1, "lesson_now", "class")


async def test_the_form_asks_in_the_directorys_words_and_begins_with_the_impact_that_it_assumes(house: House) -> None:
    browser = await house.visitor("larare")
    swedish = (await browser.get("/arenden/ny")).text
    await browser.post("/sprak", {"language": "en", "next": "/arenden/ny"})
    english = (await browser.get("/arenden/ny")).text
    for words in ("Det går knappt att arbeta", "Även ett prov som börjar inom en timme.", "En klass eller grupp"):
        assert words in swedish
    for words in ("It is hard to work", "Also one that begins within an hour.", "A class or group"):
        assert words in english
    assert re.findall(r'name="(?:need|impact)" value="(\w+)"[^>]* checked', swedish) == ["class"]


async def test_where_the_directory_assumes_no_impact_nothing_is_chosen_beforehand(house: House) -> None:
    said = yaml_of("malarvik")
    silent = {
        "directory": said["directory"].replace("  assumed: class", "  # assumed: class"),
        "people": said["people"],
    }
    client = house.client(None)
    assert (await client.put("/directories/malarvik", json=silent)).status_code == 200
    page = (await (await house.visitor("larare")).get("/arenden/ny")).text
    assert re.findall(r'name="impact" value="(\w+)"[^>]* checked', page) == []
    assert (await client.put("/directories/malarvik", json=said)).status_code == 200


async def test_confirmation_and_case_say_how_urgent_it_is_and_why(house: House) -> None:
    ticket, thanks = await filed_by_form(house, need="lesson_now", impact="class")
    browser = await house.visitor("larare")
    assert FIRST in thanks
    assert FIRST in (await browser.get(f"/arenden/{ticket}")).text
    incident = await house.incident(ticket, schools=["ekbacken"])  # opened with urgency 2
    changed = (await browser.get(f"/arenden/{ticket}")).text
    assert "Nu räknas det som ”svårt att arbeta”." in changed
    assert "Därför går det först" not in changed
    assert "Lektionen står still<br>En klass eller grupp" in changed
    urgent = house.event(r.UrgencyChanged, incident=incident, urgency=1, previous=2, reason={"sv": "Prov."})
    await house.told(urgent)
    assert FIRST in (await browser.get(f"/arenden/{ticket}")).text
    await house.told(house.event(r.IncidentResolved, incident=incident, public_text={"sv": "Lampan är bytt."}))
    solved = (await browser.get(f"/arenden/{ticket}")).text
    assert "Därför går det först" not in solved
    assert "Lektionen står still<br>En klass eller grupp" in solved


@pytest.mark.parametrize("kind", ["request", "need", "idea"])
async def test_v14_orders_needs_and_ideas_are_not_asked_whether_a_lesson_stands_still(house: House, kind: str) -> None:
    """What was tapped before the kind was chosen counts for nothing."""
    for answers in ({}, {"impact": "one_person"}, {"need": "lesson_now", "impact": "class"}, {"need": "panic"}):
        ticket, thanks = await filed_by_form(house, kind=kind, **answers)
        assert await stored(house, ticket) == (3, None, None)
        assert "Lektionen står still" not in thanks


async def known(house: House) -> str:
    filed = [await house.file(person, title="Nätet är nere", school="ekbacken") for person in ("larare", "rektor")]
    incident = await house.incident(*(each["id"] for each in filed), schools=["ekbacken"])
    await house.told(house.event(r.IncidentTriaged, incident=incident, service="wifi", scope="school"))
    return incident


@pytest.mark.parametrize(
    ("answers", "kept"),
    [
        ({}, (3, None, None)),
        ({"impact": "one_person"}, (3, None, None)),
        ({"need": "", "impact": "class"}, (3, None, None)),
        ({"need": "lesson_now", "impact": "class"}, (1, "lesson_now", "class")),
    ],
    ids=["nothing", "what the form begins with", "half", "both"],
)
async def test_the_same_problem_is_one_tap_and_keeps_what_was_answered(
    house: House, answers: dict[str, str], kept: tuple[int, str | None, str | None]
) -> None:
    incident = await known(house)
    ticket, _ = await filed_by_form(house, "larare-ekbacken-2", same_as=incident, **answers)
    assert await stored(house, ticket) == kept


@pytest.mark.parametrize(
    "forgotten", [{"need": ""}, {"impact": ""}, {"text": ""}, {"csrf": "stale"}, {"colour": "red"}]
)
async def test_a_form_that_comes_back_keeps_both_answers(house: House, forgotten: dict[str, str]) -> None:
    browser = await house.visitor("larare")
    before = await house.stored()
    whole = FORM | {"need": "hard_to_work", "impact": "whole_school"}
    again = await browser.post("/arenden/ny", whole | forgotten)
    assert again.status_code == (403 if "csrf" in forgotten else 422)
    checked = re.findall(r'name="(need|impact)" value="(\w+)"[^>]* checked', again.text)
    assert checked == [
        (name, value) for name, value in whole.items() if name in ("need", "impact") and name not in forgotten
    ]
    for name in {"need", "impact"} & forgotten.keys():
        assert f'id="{name}-fel"' in again.text, "beside the field"
        assert f'href="#{name}"' in again.text, "and above all, as a link to it"
    assert await house.stored() == before


async def test_another_answer_under_the_same_key_is_another_report(house: House) -> None:
    browser = await house.visitor("larare")
    form = FORM | {"need": "work_around", "impact": "class", "idempotency_key": "one-and-the-same"}
    assert (await browser.post("/arenden/ny", form)).status_code == 303
    again = await browser.post("/arenden/ny", form | {"impact": "whole_school"})
    assert (again.status_code, "redan skickad" in again.text) == (422, True)


async def test_an_answer_that_left_the_directory_leaves_its_cases_readable(house: House) -> None:
    ticket, _ = await filed_by_form(house, need="hard_to_work", impact="class")
    async with house.engine.begin() as conn:
        await conn.execute(text("UPDATE ticket SET need = 'of_last_year' WHERE id = :t"), {"t": ticket})
    page = await (await house.visitor("larare")).get(f"/arenden/{ticket}")
    assert page.status_code == 200
    assert "Hur bråttom" not in page.text
