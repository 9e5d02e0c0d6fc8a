"""What the desk reads that an answer is about, and what it did: all reports of a case but those a person kept off."""

from __future__ import annotations

import re

from contracts.events import routing as r
from tests.integration.ticketing.test_questions import BY, PAGE, answered, case, listed, seen_at
from tests.support.ticketing_house import House

SEVERAL = ("larare", "rektor", "larare-ekbacken-2")


async def several(house: House, title: str) -> tuple[str, list[str]]:
    """An incident that three have reported: with their tickets."""
    filed = [await house.file(person, title=title, school="ekbacken") for person in SEVERAL]
    tickets = [one["id"] for one in filed]
    return await house.incident(*tickets, schools=["ekbacken"]), tickets


def shown(page: str, suggestion: str) -> str:
    """One question of the list."""
    return page.partition(f'id="{suggestion}"')[2].partition("</li>")[0]


async def test_a_question_names_all_reports_of_a_case_and_a_yes_of_all_is_undone_by_one_click(house: House) -> None:
    one, tickets = await several(house, "Kranen")
    other, _ = await several(house, "Kranarna")
    suggestion = await house.suggested(one, other, tickets[0], score=0.99)
    page = await seen_at(house, PAGE)
    assert shown(page, suggestion).count("3 anmälningar") == 2, "the question is about all that each of them has"
    counts = re.search(r'<p class="soft">1–(\d+) av (\d+)', page)
    assert counts is not None
    location, request = await answered(house, suggestion, "ja")
    waiting = await seen_at(house, location)
    less = re.search(r'<p class="soft">1–(\d+) av (\d+)', waiting)
    before = len(re.findall('class="question"', page))
    assert len(re.findall('class="question"', waiting)) == before - 1
    if less is not None:
        assert int(less[2]) == int(counts[2]) - 1, "what is answered is counted no more"
    await house.moved(tickets[0], one, other, suggestion=suggestion, request_id=request, **BY)
    for ticket in tickets[1:]:  # in batches of their own
        await house.moved(ticket, one, other, suggestion=suggestion, request_id=request, **BY)
    await house.told(
        house.event(r.ImpactChanged, incident=other, tickets=6, schools=["ekbacken"]),
        house.event(r.IncidentSuperseded, incident=one, successor=other),
    )
    told = await seen_at(house, location)
    assert "Ja: 3 anmälningar är kopplade till störningen." in told
    assert "Ångrar du dig går de vidare som ett eget ärende" in told
    assert set(re.findall(r'name="tickets" value="([^"]*)"', told)) == set(tickets)


async def test_what_a_person_kept_off_the_other_case_is_named_and_not_counted(house: House) -> None:
    one, tickets = await several(house, "Spisen")
    other, others = await several(house, "Spisarna")
    suggestion = await house.suggested(one, other, tickets[0], score=0.99)
    await house.moved(others[2], other, one, **BY)
    [apart, lone] = await case(house, "Spisen, jag", "larare-ekbacken-2")
    no = await house.suggested(apart, other, lone)
    await house.told(house.event(r.SuggestionRefused, incident=apart, suggestion=no, tickets=[lone], **BY))
    await house.moved(lone, apart, one, **BY)
    client = house.client("samordnare")
    numbers = sorted([(await client.get(f"/tickets/{id_}")).json()["number"] for id_ in (others[2], lone)])
    said = f"Flyttas inte, för någon har sagt att det inte hör dit: {', '.join(numbers)}"
    question = shown(await seen_at(house, PAGE), suggestion)
    assert said in question
    assert "3 anmälningar" in question
    assert said in await seen_at(house, f"/storningar/{one}")
    location, request = await answered(house, suggestion, "ja")
    for ticket in tickets:
        await house.moved(ticket, one, other, suggestion=suggestion, request_id=request, **BY)
    assert "Ja: kopplat till störningen (3). I sitt ärende ligger kvar: 2." in await seen_at(house, location)


async def test_a_question_stands_until_the_last_report_that_it_was_asked_of_has_left(house: House) -> None:
    one, tickets = await several(house, "Fläkten")
    other, _ = await several(house, "Fläktarna")
    suggestion = await house.suggested(one, other, *tickets[:2])
    for n, ticket in enumerate(tickets[:2]):
        assert suggestion in await listed(house)
        alone = await house.incident(ticket, schools=["ekbacken"])
        await house.moved(ticket, one, alone, **BY)
        assert (suggestion in await listed(house)) == (n == 0)


async def test_a_no_names_what_is_linked_by_hand_if_it_was_wrong(house: House) -> None:
    one, tickets = await several(house, "Kylen")
    other, _ = await several(house, "Kylarna")
    suggestion = await house.suggested(one, other, tickets[0])
    location, request = await answered(house, suggestion, "nej")
    no = {"incident": one, "suggestion": suggestion, "request_id": request, "tickets": tickets}
    await house.told(house.event(r.SuggestionRefused, **no, **BY))
    assert re.search(r"Koppla (MAL-2026-\d+(, )?){3} för hand", await seen_at(house, location))
