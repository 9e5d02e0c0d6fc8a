"""What the desk is asked about causes, in one list: who sees it, in which order, and what becomes of a question."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from contracts.events import routing as r
from tests.support.ticketing_house import EKBACKEN, House
from ticketing.store import reads, suggested
from ticketing.web.desk import counted

BY = {"by": {"party": EKBACKEN, "person": "tekniker"}}
PAGE = "/ko/hor-ihop"


async def case(house: House, title: str, person: str = "larare", school: str = "ekbacken", **more: Any) -> list[str]:
    """An incident with one ticket: both ids."""
    filed = await house.file(person, title=title, school=school)
    return [await house.incident(filed["id"], schools=[school], **more), filed["id"]]


async def question(house: House, title: str, score: float = 0.6) -> tuple[str, str, str, str]:
    """Suggestion, its case with the ticket, and the case that may be the same."""
    [one, ticket], [other, _] = await case(house, title), await case(house, f"{title}, alla", "larare-ekbacken-2")
    return await house.suggested(one, other, ticket, score=score), one, ticket, other


async def listed(house: House, person: str = "tekniker") -> list[str]:
    found: list[str] = []
    path: str | None = "/suggestions?limit=200"
    while path is not None:
        answer = (await house.client(person).get(path)).json()
        found += [item["id"] for item in answer["items"]]
        path = answer["next"].partition("/api/v1")[2] if answer["next"] else None
    return found


async def test_the_desk_sees_its_open_questions_the_likeliest_first_with_a_count_in_the_queue(house: House) -> None:
    less, *_ = await question(house, "Tangentbordet", 0.2)
    more, one, _, other = await question(house, "Nätet", 0.9)
    browser = await house.visitor("tekniker")
    page = (await browser.get(PAGE)).text
    assert page.index(f'id="{more}"') < page.index(f'id="{less}"')
    assert f"/storningar/{one}" in page
    assert f"/storningar/{other}" in page
    assert "Samma tjänst." in page
    assert await listed(house) == [more, less]
    queue = (await browser.get("/ko")).text
    assert re.search(r'href="/ko/hor-ihop"><span>Hör det ihop\?</span><span class="count">2</span>', queue)


@pytest.mark.parametrize(
    ("path", "kind"),
    [("ja", "incident.suggestion_accept_requested.v1"), ("nej", "incident.suggestion_refuse_requested.v1")],
)
async def test_a_question_is_answered_by_one_click_and_is_gone_from_the_page(
    house: House, path: str, kind: str
) -> None:
    suggestion, *_ = await question(house, "Skrivaren")
    browser = await house.visitor("tekniker")
    assert f'action="{PAGE}/{suggestion}/{path}"' in (await browser.get(PAGE)).text
    sent = await browser.post(f"{PAGE}/{suggestion}/{path}", {"cursor": "", "sida": "1"})
    assert sent.status_code == 303
    after = await browser.get(sent.headers["location"])
    assert f'id="{suggestion}"' not in after.text
    assert "Skickat." in after.text
    async with house.engine.connect() as conn:
        sent_out = text("SELECT count(*) FROM outbox WHERE type = :type")
        assert await conn.scalar(sent_out, {"type": kind})


async def test_a_form_without_its_token_or_with_other_fields_answers_nothing(house: House) -> None:
    suggestion, *_ = await question(house, "Projektorn")
    browser = await house.visitor("tekniker")
    assert (await browser.post(f"{PAGE}/{suggestion}/ja", {"csrf": "forged"})).status_code == 403
    assert (await browser.post(f"{PAGE}/{suggestion}/ja", {"state": "accepted"})).status_code == 422
    assert suggestion in await listed(house)


async def test_a_long_list_goes_on_page_after_page_and_an_answer_comes_back_to_its_page(house: House) -> None:
    asked = [(await question(house, f"Fel {n}", 0.5))[0] for n in range(25)]
    browser = await house.visitor("samordnare")
    seen: list[str] = []
    page = (await browser.get(PAGE)).text
    following = re.search(r'rel="next" href="([^"]*)"', page)
    assert following is not None
    second = (await browser.get(following[1].replace("&amp;", "&"))).text
    for html in (page, second):
        seen += re.findall(r'class="question" id="([^"]*)"', html)
    assert set(asked) <= set(seen)
    assert len(seen) == len(set(seen))
    cursor = re.search(r'name="cursor" value="([^"]+)"', second)
    assert cursor is not None
    last = seen[-1]
    back = (await browser.post(f"{PAGE}/{last}/nej", {"cursor": cursor[1], "sida": "2"})).headers["location"]
    assert f"cursor={cursor[1]}" in back
    assert "sida=2" in back


async def test_only_who_works_with_both_cases_is_asked(house: House) -> None:
    [here, ticket], [there, _] = (
        await case(house, "Mejlen"),
        await case(house, "Mejlen nere", "larare-sjobo", "sjobo", holder="team:samordnaren"),
    )
    suggestion = await house.suggested(here, there, ticket)
    assert suggestion in await listed(house, "samordnare")
    assert suggestion not in await listed(house, "tekniker")
    for person in ("larare", "rektor"):
        refused = await house.client(person).get("/suggestions")
        assert refused.status_code == 403, person
        assert refused.json()["detail"] == "Only staff are asked whether cases belong together."
        assert (await (await house.visitor(person)).get(PAGE)).status_code == 403, person


async def test_nothing_asked_is_an_empty_page_with_the_way_back(house: House) -> None:
    page = (await (await house.visitor("tekniker-bjorkskolan")).get(PAGE)).text
    assert "Inga frågor" in page
    assert 'href="/ko"' in page


async def test_a_foreign_cursor_is_refused(house: House) -> None:
    foreign = (await house.client("samordnare").get("/incidents?limit=1")).json()["next"]
    cursor = foreign.partition("cursor=")[2] if foreign else "x"
    assert (await house.client("samordnare").get(f"/suggestions?cursor={cursor}")).status_code == 422


async def test_a_question_about_a_ticket_that_has_left_lapses(house: House) -> None:
    suggestion, one, ticket, _ = await question(house, "Dörren")
    third, _ = await case(house, "Dörrarna", "larare-ekbacken-2")
    await house.moved(ticket, one, third, **BY)
    assert suggestion not in await listed(house)


async def test_an_answer_ends_the_tickets_other_questions(house: House) -> None:
    suggestion, one, ticket, other = await question(house, "Larmet")
    third, _ = await case(house, "Larmen", "larare-ekbacken-2")
    second = await house.suggested(one, third, ticket)
    await house.moved(ticket, one, other, suggestion=suggestion, **BY)
    assert not {suggestion, second} & set(await listed(house))


async def test_a_question_about_a_superseded_candidate_is_about_its_successor(house: House) -> None:
    suggestion, one, ticket, other = await question(house, "Kameran")
    third, _ = await case(house, "Kamerorna", "larare-ekbacken-2")
    await house.told(house.event(r.IncidentSuperseded, incident=other, successor=third))
    [item] = (await house.client("tekniker").get(f"/incidents/{one}")).json()["suggestions"]
    assert (item["id"], item["candidate"], item["tickets"]) == (suggestion, third, [ticket])
    assert "Kamerorna" in (await (await house.visitor("tekniker")).get(f"/storningar/{one}")).text


async def test_of_two_questions_about_one_pair_the_newer_stands(house: House) -> None:
    suggestion, one, ticket, other = await question(house, "Klockan")
    third, _ = await case(house, "Klockorna", "larare-ekbacken-2")
    second = await house.suggested(one, third, ticket)
    await house.told(house.event(r.IncidentSuperseded, incident=other, successor=third))
    assert {suggestion, second} & set(await listed(house)) == {second}, "both would be about the same"
    again = await house.suggested(one, third, ticket, score=0.8)
    assert {suggestion, second, again} & set(await listed(house)) == {again}


async def test_whose_successor_is_the_case_itself_is_asked_no_more(house: House) -> None:
    suggestion, one, _, other = await question(house, "Ringklockan")
    await house.told(house.event(r.IncidentSuperseded, incident=other, successor=one))
    assert suggestion not in await listed(house)


@pytest.mark.parametrize("which", [1, 3], ids=["case", "other"])
@pytest.mark.parametrize("ended", ["closed", "cancelled"])
async def test_nobody_is_asked_about_what_is_over(house: House, which: int, ended: str) -> None:
    asked = await question(house, f"Värmen {which} {ended}")
    over = asked[which]
    event = (
        house.event(r.IncidentClosed, incident=over)
        if ended == "closed"
        else house.event(r.IncidentStateChanged, incident=over, state="cancelled")
    )
    await house.told(event)
    assert asked[0] not in await listed(house)


async def test_what_is_unlikely_is_shown_on_request_and_an_answer_stays_with_it(house: House) -> None:
    browser, client = await house.visitor("tekniker"), house.client("tekniker")

    async def counted() -> int:
        found = re.search(
            r'<span>Hör det ihop\?</span><span class="count">(\d+)</span>', (await browser.get("/ko")).text
        )
        assert found is not None
        return int(found[1])

    before = await counted()
    likely, *_ = await question(house, "Nätet", 0.99)
    hardly, *_ = await question(house, "Tangentbordet", 0.03)
    assert await counted() == before + 1
    page = (await browser.get(PAGE)).text
    assert f'id="{likely}"' in page
    assert re.search(rf'href="{re.escape(PAGE)}\?alla=1">Visa även \d+ mindre troliga', page)
    assert "Visa bara de troliga" in (await browser.get(f"{PAGE}?alla=1")).text
    sent = await browser.post(f"{PAGE}/{hardly}/nej", {"cursor": "", "sida": "1", "alla": "1"})
    assert sent.headers["location"].startswith(f"{PAGE}?alla=1&")
    sure = (await client.get("/suggestions?limit=200&min_score=0.15")).json()["items"]
    assert likely in [item["id"] for item in sure]
    assert min(item["score"] for item in sure) >= 0.15
    assert hardly in await listed(house)
    assert (await client.get("/suggestions?min_score=2")).status_code == 422


async def answered(house: House, suggestion: str, path: str, person: str = "tekniker") -> tuple[str, str]:
    """Where an answer leads, and its command's id."""
    location = (await (await house.visitor(person)).post(f"{PAGE}/{suggestion}/{path}")).headers["location"]
    return location, location.partition("begaran=")[2]


async def seen_at(house: House, location: str, person: str = "tekniker") -> str:
    return (await (await house.visitor(person)).get(location)).text


async def test_what_became_of_an_answer_is_told_above_the_list_with_the_way_back(house: House) -> None:
    suggestion, one, ticket, other = await question(house, "Taket")
    location, request = await answered(house, suggestion, "ja")
    waiting = await seen_at(house, location)
    assert "”Taket” – hör det till ”Taket, alla”?" in waiting
    assert "Vi väntar på besked." in waiting
    assert f'href="{location.replace("&", "&amp;")}">Se efter igen' in waiting
    assert "Vi väntar" not in await seen_at(house, location, "samordnare"), "another's answer"
    await house.moved(ticket, one, other, suggestion=suggestion, request_id=request, **BY)
    await house.told(house.event(r.IncidentSuperseded, incident=one, successor=other))
    linked = await seen_at(house, location)
    assert "Ja: ärendet är kopplat till störningen." in linked
    assert f'href="/storningar/{other}?flik=anmalningar#flikar"' in linked
    off = await seen_at(house, f"/storningar/{other}?flik=anmalningar")
    assert "Taket" in off


def live_of(page: str) -> str:
    """Where the page asks again by itself what became of an answer."""
    found = re.search(r'role="status" data-live="([^"]*)"', page)
    assert found is not None
    return found[1].replace("&amp;", "&")


async def test_the_list_tells_by_itself_what_became_of_an_answer_and_a_yes_is_undone_by_one_click(house: House) -> None:
    suggestion, one, ticket, other = await question(house, "Hissen")
    location, request = await answered(house, suggestion, "ja")
    browser = await house.visitor("tekniker")
    live = live_of((await browser.get(location)).text)
    assert "Vi väntar på besked." in (await browser.get(live)).text
    await house.moved(ticket, one, other, suggestion=suggestion, request_id=request, **BY)
    await house.told(
        house.event(r.ImpactChanged, incident=other, tickets=2, schools=["ekbacken"]),
        house.event(r.IncidentSuperseded, incident=one, successor=other),
    )
    told = (await browser.get(live)).text
    assert "Ja: ärendet är kopplat till störningen." in told
    assert "Ångrar du dig går det vidare som ett eget ärende med sin historik." in told
    assert "data-live" not in (await browser.get(location)).text, "it is decided"
    way = re.search(r'action="([^"]*)".*name="(tickets?)" value="([^"]*)"', told)
    assert way is not None
    assert way.groups() == (f"/storningar/{other}/bryt-ut", "tickets", ticket)
    assert (await browser.post(way[1], {way[2]: way[3]})).status_code == 303
    async with house.engine.connect() as conn:
        query = "SELECT convert_from(value, 'UTF8')::jsonb FROM outbox WHERE type = :type ORDER BY id DESC LIMIT 1"
        undo = await conn.scalar(text(query), {"type": "incident.unlink_requested.v1"})
    assert (undo["incident"], undo["ticket"]) == (other, ticket)
    alone = await house.incident(ticket, schools=["ekbacken"])
    await house.moved(ticket, other, alone, **BY)
    after = (await browser.get(live)).text
    assert "men ligger inte kvar där." in after
    assert "<form" not in after


async def test_a_yes_about_one_of_several_is_undone_to_where_it_was(house: House) -> None:
    suggestion, one, ticket, other = await question(house, "Porten")
    stays = await house.file("rektor", title="Porten, igen", school="ekbacken")
    why = {"score": 1.0, "reasons": [], "engine_version": "1", "directory_version": "1"}
    await house.told(house.event(r.TicketLinked, ticket=stays["id"], incident=one, **why))
    location, request = await answered(house, suggestion, "ja")
    await house.moved(ticket, one, other, suggestion=suggestion, request_id=request, **BY)
    told = await seen_at(house, location)
    assert f'action="/storningar/{one}/koppla"' in told
    assert f'name="ticket" value="{ticket}"' in told
    assert "Ångrar du dig går det tillbaka till störningen där det låg." in told


async def test_what_became_of_anothers_answer_is_not_told_to_who_asks_for_it(house: House) -> None:
    suggestion, *_ = await question(house, "Grinden")
    location, _ = await answered(house, suggestion, "ja")
    live = location.replace(PAGE, f"{PAGE}/nu")
    assert "Grinden" in await seen_at(house, live)
    assert "Grinden" not in await seen_at(house, live, "samordnare")
    assert (await (await house.visitor("larare")).get(live)).status_code == 403


async def test_a_no_is_told_and_so_is_a_later_yes_that_changed_nothing(house: House) -> None:
    suggestion, one, _, other = await question(house, "Golvet")
    location, request = await answered(house, suggestion, "nej")
    stale, late = await answered(house, suggestion, "ja")
    no = {"incident": one, "suggestion": suggestion, "request_id": request}
    why = {"code": "unknown_suggestion", "reason": {"sv": "Frågan har fått sitt svar.", "en": "It has its answer."}}
    await house.told(
        house.event(r.SuggestionRefused, **no, **BY),
        house.event(r.RequestRefused, incident=one, request_id=late, **why),
    )
    refused = await seen_at(house, location)
    assert "Nej: de hör inte ihop" in refused
    assert re.search(r"Koppla MAL-2026-\d+ för hand på störningens sida", refused)
    assert f'href="/storningar/{other}#koppla"' in refused
    told = await seen_at(house, stale)
    assert "ändrade inget: någon hade redan svarat nej." in told
    assert f'href="/storningar/{one}"' in told


async def test_an_answer_that_did_not_go_through_says_why_and_the_question_stays(house: House) -> None:
    suggestion, one, _, _ = await question(house, "Väggen", 0.99)
    location, request = await answered(house, suggestion, "ja")
    why = {"code": "stale", "reason": {"sv": "Störningen är avslutad.", "en": "It is over."}}
    await house.told(house.event(r.RequestRefused, incident=one, request_id=request, **why))
    shown = await seen_at(house, location)
    assert "Svaret gick inte igenom. Störningen är avslutad." in shown
    assert f'id="{suggestion}"' in shown


async def test_a_page_number_without_its_place_is_the_first_page(house: House) -> None:
    await question(house, "Trappan", 0.99)
    page = (await (await house.visitor("tekniker")).get(f"{PAGE}?sida=40")).text
    assert re.search(r'<p class="soft">1–\d+ av ', page)


async def test_a_count_that_stops_says_that_there_are_more(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (reads, suggested, counted):
        monkeypatch.setattr(module, "COUNT_LIMIT", 20)
    for n in range(21):
        await question(house, f"Lampa {n}", 0.9)
    browser = await house.visitor("tekniker")
    page = (await browser.get(PAGE)).text
    assert "1–20 av mer än 20" in page
    assert "Visa även de mindre troliga" in page
    queue = (await browser.get("/ko?visa=all")).text
    assert '<span>Hör det ihop?</span><span class="count">20+</span>' in queue
    assert "1–25 av mer än 25" in queue


@pytest.mark.parametrize(
    ("start", "shown", "found", "following", "said"),
    [(0, 20, 1000, "/x", (1000, False)), (0, 20, 1001, "/x", (1000, True)), (1000, 20, 1001, "/x", (1020, True)),
     (1020, 5, 1001, None, (1025, False))],
)  # fmt: skip
def test_the_last_page_of_a_long_list_is_exact_again(
    start: int, shown: int, found: int, following: str | None, said: tuple[int, bool]
) -> None:
    pages = counted.pages_of(start, shown, found, None, following)
    assert (pages.total, pages.more) == said


async def test_the_list_is_a_place_of_the_queue_in_the_navigation(house: House) -> None:
    page = (await (await house.visitor("tekniker")).get(PAGE)).text
    assert re.search(r'<a href="/ko" aria-current="page">', page)
    assert not re.search(r'<a href="/arenden" aria-current', page)


async def test_a_question_says_when_it_began_where_it_was_reported_long_after(house: House) -> None:
    at = datetime.now(UTC) - timedelta(hours=9)
    late = await house.file("larare", title="Kopiatorn", school="ekbacken", occurred_at=at.isoformat())
    one = await house.incident(late["id"], schools=["ekbacken"])
    other, _ = await case(house, "Kopiatorerna", "larare-ekbacken-2")
    suggestion = await house.suggested(one, other, late["id"], score=0.95)
    page = (await (await house.visitor("tekniker")).get(PAGE)).text
    sides = page.partition(f'id="{suggestion}"')[2].partition('class="why"')[0].split('class="soft between"')
    assert ["började" in side for side in sides] == [True, False]
    assert "anmält" in sides[0]
