"""R1: staff read on an incident's page what its reports hold too, each entry with the report that it is of."""

from __future__ import annotations

import pytest

from contracts.events import vendor_bridge as v
from tests.support.pages import Browser
from tests.support.ticketing_house import NETWORK, House
from ticketing.web.desk import history

TEACHER, OTHER, STAFF = "larare", "larare-sjobo", "tekniker"
FIRST, ASKED, ANSWER, WORDS = (
    "Det blinkar rött.",
    "Fungerar det med kabel?",
    "Ja, med kabel går det.",
    "Nu gick det igång.",
)


async def told(house: House) -> tuple[str, list[dict[str, object]]]:
    """Two reports at two schools: of the first its reporter was asked and answered, of the other they wrote."""
    first = await house.file(TEACHER, title="Nätet", description=FIRST, school="ekbacken")
    other = await house.file(OTHER, title="Wifi", school="sjobo")
    incident = await house.incident(str(first["id"]), str(other["id"]), schools=["ekbacken", "sjobo"])
    asked = await house.client(STAFF).post(f"/tickets/{first['id']}/questions", json={"text": ASKED})
    body = {"text": ANSWER, "answers": asked.json()["question"]}
    assert (await house.client(TEACHER).post(f"/tickets/{first['id']}/entries", json=body)).status_code == 201
    assert (await house.client(OTHER).post(f"/tickets/{other['id']}/entries", json={"text": WORDS})).status_code == 201
    return incident, [first, other]


async def read(page: Browser, at: str) -> str:
    """The history alone."""
    return (await page.get(at)).text.partition('class="history"')[2].partition("</section>")[0]


async def test_questions_answers_and_words_of_each_report_stand_in_one_story(house: House) -> None:
    incident, reports = await told(house)
    page = await house.visitor("samordnare")
    story = await read(page, f"/storningar/{incident}")
    assert story.index(WORDS) < story.index(ANSWER) < story.index(ASKED), "newest first"
    assert "Ärendet ligger nu hos" in story, "the incident's own"
    for report, school in zip(reports, ("Ekbackens skola", "Sjöbo skola"), strict=True):
        assert f'href="/arenden/{report["id"]}">{report["number"]} · {school}' in story
    assert FIRST not in story, "what twenty reports began with does not bury what came of them"
    assert "Samma sak är redan anmäld" not in story
    assert FIRST in await read(page, f"/storningar/{incident}?visa=anmalda")
    assert "Ärendet ligger nu hos" not in await read(page, f"/storningar/{incident}?visa=anmalda")
    own = await read(page, f"/storningar/{incident}?visa=storningen")
    assert ("Ärendet ligger nu hos" in own, ANSWER in own) == (True, False)
    live = (await page.get(f"/storningar/{incident}/nu?flik=historik")).text
    assert ANSWER in live


async def test_who_works_with_one_school_of_several_reads_the_reports_of_that_school(house: House) -> None:
    incident, [first, _] = await told(house)
    await house.hand_off(incident)
    page = await house.visitor(STAFF)
    story = await read(page, f"/storningar/{incident}")
    assert (ANSWER in story, WORDS in story) == (True, False)
    form = (await page.get(f"/storningar/{incident}")).text.partition(f'action="/storningar/{incident}/fraga"')[2]
    assert f'name="ticket" value="{first["id"]}"' in form, "and asks nobody else"


async def test_the_story_goes_on_page_after_page(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    incident, _ = await told(house)
    monkeypatch.setattr(history, "ENTRIES_SHOWN", 2)
    page, seen, at, pages = await house.visitor("samordnare"), "", f"/storningar/{incident}", 0
    while at:
        story = await read(page, at)
        seen, pages = seen + story, pages + 1
        at = story.partition('<p><a class="button plain" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert pages > 1
    assert [seen.count(said) for said in (ANSWER, WORDS, ASKED, "Ärendet ligger nu hos")] == [1, 1, 1, 1]


async def test_a_note_is_offered_to_who_has_the_case_and_to_nobody_who_had_it(house: House) -> None:
    incident, _ = await told(house)
    handoff, at = await house.hand_off(incident), f"/storningar/{incident}"
    page, choice = await house.visitor("samordnare"), f'value="party:{NETWORK}"'
    assert choice in (await page.get(at)).text
    await house.said(v.HandoffTakenBack, incident, handoff)
    assert choice not in (await page.get(at)).text
    late = await page.post(f"{at}/anteckning", audience=f"party:{NETWORK}", text="Ring vaktmästaren.")
    assert late.status_code == 422
    assert "De har inte ärendet längre" in late.text
    assert "Ring vaktmästaren." in late.text, "what was written is not lost"
    body = {"audience": f"party:{NETWORK}", "text": "Ring."}
    assert (await house.client("samordnare").post(f"/incidents/{incident}/entries", json=body)).status_code == 409
