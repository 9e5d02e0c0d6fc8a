"""What is offered while somebody writes: what goes on with what the words name, and nothing of what they do not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import ticketing.known
from contracts.events import routing as r
from tests.support.ticketing_house import House

GoingOn = Callable[..., Awaitable[str]]
SAME = "Jag har samma problem"
PEOPLE = ("larare", "rektor", "tekniker", "samordnare")


@pytest.fixture(autouse=True)
def _read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known is caught up with at every question, not every few seconds."""
    monkeypatch.setattr(ticketing.known, "_FRESH", timedelta(0))


@pytest.fixture
async def going_on(house: House) -> AsyncIterator[GoingOn]:
    """A disturbance that some reported so many hours ago; solved after the test, since all share the tables."""
    made: list[str] = []

    async def begin(
        service: str, title: str, hours: float = 0, scope: str = "schools", people: Sequence[str] = PEOPLE, **more: Any
    ) -> str:
        at = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
        filed = [await house.file(person, title=title, school="ekbacken", occurred_at=at) for person in people]
        incident = await house.incident(*(each["id"] for each in filed), schools=["ekbacken"])
        await house.told(house.event(r.IncidentTriaged, incident=incident, service=service, scope=scope, **more))
        made.append(incident)
        return incident

    yield begin
    for incident in made:
        await house.told(house.event(r.IncidentResolved, incident=incident, public_text={"sv": "Klart."}))


async def offered(house: House, words: str, school: str = "ekbacken", **more: str) -> list[str]:
    """The disturbances that the API answers, in their order."""
    asked = {"school": school, "q": words} | more
    answer = await house.client("larare-ekbacken-2").get("/known-problems", params=asked)
    assert answer.status_code == 200, answer.text
    return [item["incident"] for item in answer.json()["items"]]


@pytest.mark.parametrize("hours", [0, 3, 23])
async def test_what_is_named_is_offered_for_as_long_as_it_goes_on(
    house: House, going_on: GoingOn, hours: float
) -> None:
    portal = await going_on("learning_platform", "Ingen kommer in", hours)
    for words in (
        "Skolportalen",
        "skol portalen ligger nere",
        "kommer inte in på skolportaln",
        "Jag kan inte logga in i lärplattformen",
        "Veckobrevet går inte att läsa och det är bråttom",
        "The learning platform is down",
    ):
        assert await offered(house, words) == [portal], words
    assert await offered(house, "Det går inte", service="learning_platform") == [portal], "picked is named too"
    assert await offered(house, "Skolportalen", school="hasselbacken") == [portal], "it reaches several schools"


async def test_the_form_offers_it_however_long_it_has_gone_on(house: House, going_on: GoingOn) -> None:
    portal = await going_on("learning_platform", "Ingen kommer in", 23)
    browser = await house.visitor("larare-ekbacken-2")
    named = await browser.get("/arenden/ny/kanda?school=ekbacken&text=Skolportalen")
    assert (portal in named.text, SAME in named.text) == (True, True)
    another = await browser.get("/arenden/ny/kanda?school=ekbacken&text=Wifi+nere")
    assert (another.status_code, portal in another.text, SAME in another.text) == (200, False, False)
    unfinished = {"text": "Skolportalen", "school": "ekbacken", "need": "", "impact": "class"}
    again = await browser.post("/arenden/ny", unfinished)
    assert (again.status_code, portal in again.text) == (422, True)


@pytest.mark.parametrize("kind", ["request", "need", "idea"])
async def test_who_wishes_for_something_is_told_so_and_offered_no_disturbance(
    house: House, going_on: GoingOn, kind: str
) -> None:
    portal = await going_on("learning_platform", "Ingen kommer in", 23)
    browser = await house.visitor("larare-ekbacken-2")
    empty = await browser.post("/arenden/ny", {"text": "", "school": "ekbacken", "kind": kind})
    assert (empty.status_code, "Skriv vad du behöver eller önskar" in empty.text) == (422, True)
    assert ("Skriv vad som inte fungerar" in empty.text, portal in empty.text, SAME in empty.text) == (False,) * 3


async def test_two_that_read_alike_say_when_they_began(house: House, going_on: GoingOn) -> None:
    browser, words = await house.visitor("larare-ekbacken-2"), "/arenden/ny/kanda?school=ekbacken&text=Skolportalen"
    await going_on("learning_platform", "Ingen kommer in")
    assert "Började" not in (await browser.get(words)).text, "one is told apart from nothing"
    await going_on("learning_platform", "Sidan är vit")
    both = (await browser.get(words)).text
    assert (both.count(SAME), both.count("Började")) == (2, 2)


@pytest.mark.parametrize("hours", [0, 23])
async def test_what_goes_on_with_another_service_than_the_words_name_is_not_offered(
    house: House, going_on: GoingOn, hours: float
) -> None:
    exam = await going_on("digital_exam", "Provet startar inte", hours)
    for words in (
        "Wifi nere",
        "Nätet",
        "Skolportalen ligger nere",
        "Internet funkar inte i hela skolan",
        "Mejlen är nere för alla",
        "Skrivaren är sönder",
        "Ingen kan logga in",
    ):
        assert await offered(house, words) == [], words
    assert await offered(house, "De digitala proven startar inte") == [exam]


async def test_what_the_words_name_is_offered_first_beside_what_is_new(house: House, going_on: GoingOn) -> None:
    tablets = await going_on("tablet", "Surfplattorna startar inte", 20)
    apps = await going_on("mdm", "Apparna installeras inte")
    assert await offered(house, "Ipaden funkar inte") == [tablets, apps]


async def test_what_is_one_persons_own_is_offered_no_outage_of_yesterday(house: House, going_on: GoingOn) -> None:
    login = await going_on("login", "Ingen kan logga in", 23)
    assert await offered(house, "Glömt lösenord") == []
    assert await offered(house, "Ingen kan logga in") == [login]


async def test_what_is_named_and_reaches_another_school_alone_is_not_offered(house: House, going_on: GoingOn) -> None:
    await going_on("learning_platform", "Ingen kommer in", scope="school")
    assert await offered(house, "Skolportalen ligger nere", school="hasselbacken") == []


@pytest.mark.parametrize("scope", ["school", "room"])
async def test_n5_a_title_for_others_publishes_what_one_has_reported_to_its_school(
    house: House, going_on: GoingOn, scope: str
) -> None:
    title = {"sv": "Kameran i aulan är sönder, använd den i B1"}
    published = {"people": ["larare"], "public_title": title}
    camera = await going_on("classroom_display", "Hemliga ord om kameran", 5, scope, **published)
    assert await offered(house, "Skärmen i aulan visar ingen bild") == [camera]
    assert await offered(house, "Projektorn är sönder") == ([camera] if scope == "room" else []), "one thing"
    crowd = [await going_on(service, "Ingen kommer in") for service in ("email", "login", "wifi")]
    assert await offered(house, "") == [camera, *crowd[:2]], "before a word is written it comes first"
    browser = await house.visitor("larare-ekbacken-2")
    for words in ("", "Projektorn+i+aulan"):
        page = await browser.get(f"/arenden/ny/kanda?school=ekbacken&text={words}")
        assert (title["sv"] in page.text, SAME in page.text, "Hemliga" in page.text) == (True, True, False)
    assert await offered(house, "Projektorn i aulan", school="hasselbacken") == []
    assert await offered(house, "Skolportalen ligger nere") == [], "a title makes it no other service's"
    blank = {"text": "", "school": "ekbacken", "need": "", "impact": "one_person"}
    joined = await browser.post("/arenden/ny", blank | {"same_as": camera})
    assert joined.status_code == 303, joined.text
    await house.told(house.event(r.IncidentTriaged, incident=camera, title_removed=True))
    assert await offered(house, "Projektorn i aulan") == [], "taken back with its title"


async def test_who_has_reported_it_reads_that_and_is_offered_no_second_time(house: House, going_on: GoingOn) -> None:
    portal = await going_on("learning_platform", "Ingen kommer in")
    for person, is_on_it in (("larare", True), ("larare-ekbacken-2", False)):
        page = await (await house.visitor(person)).get("/arenden/ny/kanda?school=ekbacken&text=Skolportalen")
        assert portal in page.text, person
        assert ("Din anmälan är med här." in page.text, SAME in page.text) == (is_on_it, not is_on_it), person
