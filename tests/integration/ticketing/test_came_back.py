"""What staff wrote in a request that was refused stands in its form again, until they ask anew."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from contracts import ids
from contracts.events import routing as r
from contracts.events import vendor_bridge as v
from tests.support.pages import Browser
from tests.support.ticketing_house import NETWORK, House

TEACHER, STAFF = "larare", "tekniker"
WORDS, WHY = "Vi bytte switchen i hus B.", "En fråga är obesvarad."


async def refused(house: House, incident: str, why: str = WHY) -> None:
    """Routing says no to all that was asked of it."""
    async with house.engine.connect() as conn:
        waits = "SELECT id FROM command WHERE incident = :incident AND state = 'pending'"
        asked = list(await conn.scalars(text(waits), {"incident": incident}))
    no = {"incident": incident, "code": "open_questions", "reason": {"sv": why}}
    await house.told(*(house.event(r.RequestRefused, request_id=id_, **no) for id_ in asked))


async def desk(house: House) -> tuple[Browser, str]:
    ticket = (await house.file(TEACHER, title="Nätet", school="ekbacken"))["id"]
    incident = await house.incident(ticket, schools=["ekbacken"])
    page = await house.visitor(STAFF)
    await page.get(f"/storningar/{incident}")
    return page, incident


def form(page: str, path: str) -> str:
    """The form that is sent to this address, with what is around it."""
    before, _, after = page.partition(f'{path}"')
    return before[before.rindex("<details") :] + after.partition("</form>")[0]


async def news(page: Browser, at: str) -> str:
    """What a page that is open compares with what it has."""
    return (await page.get(f"{at}/nu?flik=historik")).text.partition('data-news="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("los", {"public_text": WORDS}),
        ("lamna-over", {"vendor": NETWORK, "note": WORDS, "role": "parallel"}),
        ("bradska", {"urgency": "1", "reason": WORDS}),
        ("skicka-vidare", {"reason": WORDS}),
    ],
)
async def test_a_refused_request_gives_its_words_back(house: House, path: str, fields: dict[str, str]) -> None:
    page, incident = await desk(house)
    at = f"/storningar/{incident}"
    assert (await page.post(f"{at}/{path}", **fields)).status_code == 303
    assert WORDS not in (await page.get(at)).text, "it is on its way"
    await refused(house, incident)
    own = form((await page.get(at)).text, f"{at}/{path}")
    assert " open>" in own.partition("<summary")[0]
    assert (WORDS in own, WHY in own) == (True, True)
    for name in ("vendor", "urgency"):
        assert f'value="{fields[name]}" selected' in own if name in fields else True
    assert ("checked" in own) == ("role" in fields)
    colleague = (await (await house.visitor("samordnare")).get(at)).text
    assert WORDS not in colleague, "who did not write it is asked nothing"
    assert (await page.post(f"{at}/{path}", **fields)).status_code == 303
    assert WORDS not in (await page.get(at)).text


async def test_what_was_written_waits_while_what_was_in_its_way_is_done(house: House) -> None:
    page, incident = await desk(house)
    at = f"/storningar/{incident}"
    await page.post(f"{at}/los", public_text=WORDS)
    sent = await news(page, at)
    await refused(house, incident)
    assert await news(page, at) != sent, "who sent it is told that there is news"
    await page.post(f"{at}/stoppa", reason="De kommer.")
    async with house.engine.connect() as conn:
        newest = "SELECT id FROM command WHERE incident = :incident AND state = 'pending'"
        request = await conn.scalar(text(newest), {"incident": incident})
    await house.told(house.event(r.PolicyStopped, incident=incident, request_id=request, reason={"sv": "Så."}))
    own = form((await page.get(at)).text, f"{at}/los")
    assert (WORDS in own, WHY in own) == (True, False), "the reason was of then"


async def test_a_question_that_waits_is_told_before_one_writes_the_solution(house: House) -> None:
    page, incident = await desk(house)
    at = f"/storningar/{incident}"
    said = "Ärendet kan inte markeras som löst förrän"
    assert said not in (await page.get(at)).text
    handoff = await house.hand_off(incident)
    asks = {"question": ids.new("question"), "text": {"sv": "Vilken version?"}}
    await house.said(v.VendorInformationRequested, incident, handoff, **asks)
    coordinator = await house.visitor("samordnare")
    assert said in form((await coordinator.get(at)).text, f"{at}/los")


async def test_not_yet_leads_back_to_what_was_written(house: House) -> None:
    page, incident = await desk(house)
    at = f"/storningar/{incident}"
    sent = {"vendor": NETWORK, "note": WORDS, "role": "parallel"}
    shown = (await page.post(f"{at}/forhandsvisa", **sent)).text
    assert f'formaction="{at}/lamna-over/inte-an"' in shown
    back = await page.post(f"{at}/lamna-over/inte-an", **sent)
    own = form(back.text, f"{at}/lamna-over")
    assert back.status_code == 200
    assert (WORDS in own, f'value="{NETWORK}" selected' in own, "checked" in own) == (True, True, True)
    async with house.engine.connect() as conn:
        asked = await conn.scalar(text("SELECT count(*) FROM command WHERE incident = :id"), {"id": incident})
    assert asked == 0


async def test_r5_what_others_did_is_said_beside_the_forms_which_then_are_about_it(house: House) -> None:
    page, incident = await desk(house)
    at = f"/storningar/{incident}"
    drawn = (await page.get(at)).text
    live = drawn.partition('data-live="')[2].partition('"')[0].replace("&amp;", "&")
    assert "data-forms" not in (await page.get(live)).text, "they are those that the page has"

    async def assigned(person: str, party: str, version: int) -> None:
        await (await house.visitor(person)).post(f"{at}/tilldela", party=party)
        async with house.engine.connect() as conn:
            waits = "SELECT id FROM command WHERE incident = :incident AND state = 'pending'"
            request = await conn.scalar(text(waits), {"incident": incident})
        moved: dict[str, Any] = {"party": party, "tier": "central", "path": (), "rule": "request", "role": "lead"}
        moved |= {"reason": {"sv": "Så."}, "previous": None, "version": version, "request_id": request}
        await house.told(house.event(r.IncidentAssigned, incident=incident, **moved))

    await assigned(STAFF, "team:it-enheten", 7)
    after = (await page.get(live)).text
    assert "medan du hade sidan öppen" not in after, "one's own doing is no news"
    assert 'name="seen_version" value="7"' in after.partition("<template data-forms")[2]
    await assigned("samordnare", "team:samordnaren", 8)
    after = (await page.get(live)).text.partition('data-for="andrat"')[2].partition("</template>")[0]
    assert after.count("medan du hade sidan öppen") == 1
    assert "Sara" in after
    assert "medan du hade sidan öppen" not in (await page.get(at)).text, "who draws it now has read the case as it is"


async def test_that_it_was_refused_is_told_to_who_asked_alone(house: House) -> None:
    page, incident = await desk(house)
    at = f"/storningar/{incident}"
    await page.post(f"{at}/stoppa", reason="De kommer.")
    await refused(house, incident)
    said = "gick inte"
    assert said in (await page.get(at)).text
    assert said not in (await (await house.visitor("samordnare")).get(at)).text
