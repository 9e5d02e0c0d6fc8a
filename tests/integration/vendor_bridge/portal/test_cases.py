"""A vendor's person reads the story as the vendor may and acts on it: each act is a fact, once, or a word why not."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts import ids
from contracts.events import routing as r
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from tests.support.handoff_life import COORDINATOR, PLATFORM, WIFI, Case
from tests.support.pages import Browser
from tests.support.portal_house import PLATFORM_PORTAL, PortalHouse, key_of
from vendor_bridge.limits import Buckets

CASES = "/portal/arenden"


async def act(browser: Browser, handoff: str, path: str, **fields: str) -> Any:
    """Fills in a form of the case's page and sends it."""
    page = await browser.get(f"{CASES}/{handoff}")
    return await browser.post(f"{CASES}/{handoff}/{path}", {"key": key_of(page.text)} | fields)


async def after(browser: Browser, answer: Any) -> str:
    """The page that a form leads to."""
    assert answer.status_code == 303, answer.text
    return (await browser.get(answer.headers["location"])).text


# ---- queue


async def test_the_queue_has_the_vendors_own_cases_the_most_urgent_first_and_the_ended_apart(
    house: PortalHouse,
) -> None:
    browser = await house.visitor()
    slow, urgent, over = Case(), Case(school="almgymnasiet"), Case()
    for case in (slow, urgent, over):
        await house.handed_over(case)
    await house.rows("UPDATE incident SET urgency = 1 WHERE id = :id", id=urgent.incident)
    await house.take_in(*over.assigned(COORDINATOR, "taken_back"))
    await house.handed_over(Case(service="learning_platform"), PLATFORM)
    page = (await browser.get(CASES)).text
    assert page.count('class="case-row') == 2
    assert page.index("Lektionen står still") < page.index("Ekbackens skola")
    assert "Nytt – väntar på er" in page
    assert "Skolportal" not in page
    ended = (await browser.get(f"{CASES}?visa=avslutade")).text
    assert ended.count('class="case-row') == 1
    assert "Tillbaka hos kommunen" in ended


async def test_a_case_in_the_list_has_the_number_that_people_say_on_the_phone(house: PortalHouse) -> None:
    browser, case = await house.visitor(), Case()
    await house.handed_over(case)
    await house.take_in(*case.filed(), case.linked(case.tickets[-1]))
    numbers = [f"MAL-2026-{ticket[-6:]}" for ticket in case.tickets]
    page = (await browser.get(CASES)).text
    number = f'<span class="number">{min(numbers)}</span>'
    assert number in page
    assert "2 anmälningar" in page
    await house.take_in(*case.assigned(COORDINATOR, "taken_back"))
    assert number in (await browser.get(f"{CASES}?visa=avslutade")).text


async def test_n5_who_has_left_reads_of_the_case_what_it_was_then(house: PortalHouse) -> None:
    browser, case = await house.visitor(), Case()
    handoff = await house.handed_over(case)
    await house.deliver()
    await house.take_in(*case.assigned(COORDINATOR, "taken_back"), *case.grown("sjobo", "learning_platform"))
    await house.take_in(case.resolved())
    for path in (f"{CASES}/{handoff}", f"{CASES}?visa=avslutade", "/portal/meddelanden"):
        page = (await browser.get(path)).text
        assert "Trådlöst nät – Ekbackens skola" in page
        for later in ("Sjöbo", "lattform", "2 anmälningar", "zq7", f"MAL-2026-{case.tickets[-1][-6:]}", "står still"):
            assert later not in page, (path, later)


async def test_a_long_queue_has_pages_that_meet_without_gap_or_double(house: PortalHouse) -> None:
    browser = await house.visitor()
    for _ in range(30):
        await house.handed_over()
    first = (await browser.get(CASES)).text
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = (await browser.get(following)).text
    shown = [
        line.split('href="')[1].split('"')[0]
        for page in (first, second)
        for line in page.splitlines()
        if 'class="case-title"' in line
    ]
    assert len(shown) == len(set(shown)) == 30
    assert 'rel="next"' not in second
    for nonsense in ("x", "1~2~3", "1~2026-01-01T00:00:00~a", "9~" + "x" * 200):
        assert (await browser.get(f"{CASES}?efter={nonsense}")).status_code == 200


# ---- story


async def test_the_page_says_which_room_and_which_device(house: PortalHouse) -> None:
    case = Case()
    case.room, case.asset = "L12", "EKB-PR-0012"
    browser = await house.visitor()
    page = (await browser.get(f"{CASES}/{await house.handed_over(case)}")).text
    assert "Ekbackens skola, <bdi>L12</bdi>, <bdi>EKB-PR-0012</bdi>" in page


async def test_the_story_has_what_the_vendor_may_read_and_says_plainly_what_is_the_municipalitys_own(
    house: PortalHouse,
) -> None:
    browser = await house.visitor()
    case = Case()
    handoff = await house.handed_over(case, note="Nyckeln finns i receptionen.")
    await house.take_in(
        case.entry("Internt: ring inte rektorn.", "internal", party=COORDINATOR, kind="note"),
        case.entry("Internt igen.", "internal", party=COORDINATOR, kind="note"),
        case.entry("Bara till skolplattformen.", f"party:{PLATFORM}", party=COORDINATOR, kind="note"),
    )
    page = (await browser.get(f"{CASES}/{handoff}")).text
    assert "Ingen elev kommer ut på nätet." in page
    assert "Nyckeln finns i receptionen." in page
    assert "3 poster är skrivna till andra" in page
    for secret in ("ring inte rektorn", "Internt igen", "skolplattformen", "pe_larare"):
        assert secret not in page
    assert "Den som anmälde MAL-2026-" in page
    assert "Trådlöst nät – Ekbackens skola" in page
    english = await browser.post("/portal/sprak", language="en", next=f"{CASES}/{handoff}")
    translated = await after(browser, english)
    assert "3 entries are written to others" in translated
    assert 'lang="sv"' in translated, "what is not in the page's language says so"


async def test_what_the_directory_has_in_english_stands_in_english_on_pages_and_in_letters(house: PortalHouse) -> None:
    await house.invite(language="en")
    (welcome,) = await house.mails()
    assert "Mälarvik municipality hands cases to" in welcome
    browser, case = house.browser(), Case()
    link = await house.link(browser)
    assert "Mälarvik municipality – The network operator" in house.host.mails[-1].text
    await browser.post(link)
    handoff = await house.handed_over(case)
    now = datetime.now(UTC)
    promised = r.ClockStarted(
        **case.changing(),
        party=WIFI,
        clock=ids.new("clock"),
        promise="resolve",
        urgency=2,
        started_at=now,
        due_at=now + timedelta(hours=8),
        agreement="driftavtal",
    )
    await house.take_in(promised)
    await house.deliver()
    (news,) = await house.mails()
    assert "Mälarvik municipality has handed a case to you." in news
    assert house.host.mails[-1].subject == "New case: Wireless network – Ekbackens skola"
    for path in (CASES, f"{CASES}/{handoff}", "/portal/meddelanden"):
        page = (await browser.get(path)).text
        assert "Wireless network – Ekbackens skola" in page, path
        assert "Trådlöst nät" not in page.replace("Trådlöst nät i", ""), path
    page = (await browser.get(f"{CASES}/{handoff}")).text
    assert "Operating agreement with a vendor" in page
    assert "Driftavtal" not in page


async def test_a_long_story_has_pages(house: PortalHouse) -> None:
    browser = await house.visitor()
    case = Case()
    handoff = await house.handed_over(case)
    await house.take_in(*(case.entry(f"Rad nummer {n}.", "reporters") for n in range(150)))
    newest = (await browser.get(f"{CASES}/{handoff}")).text
    assert "Rad nummer 149." in newest
    assert "Rad nummer 3." not in newest
    older = (await browser.get(f"{CASES}/{handoff}?fore=100")).text
    assert "Rad nummer 3." in older
    assert "Rad nummer 149." not in older


# ---- acts


async def test_we_take_it_names_the_heads_and_the_vendors_own_number(house: PortalHouse) -> None:
    browser = await house.visitor()
    handoff = await house.handed_over()
    page = await after(browser, await act(browser, handoff, "ta-emot", reference=" NV-4711 "))
    (fact,) = await house.said(v.HandoffAcknowledged)
    assert fact.vendor_reference == "NV-4711"
    assert len(fact.heads) == 2
    assert "Tack! Kommunen ser att ni har ärendet." in page
    assert "NV-4711" in page
    assert "Tar ni ärendet?" not in page
    assert "Ni tar ärendet" in page, "it stands there before the history has it"


async def test_the_status_says_when_the_vendor_expects_to_be_done(house: PortalHouse) -> None:
    browser = await house.visitor()
    handoff = await house.handed_over()
    await after(
        browser,
        await act(
            browser, handoff, "laget", status="pending", expected="2027-01-15T14:30", text="Vi väntar på en del."
        ),
    )
    (fact,) = await house.said(v.VendorStatusChanged)
    assert (fact.status, fact.text) == ("pending", {"sv": "Vi väntar på en del."})
    assert fact.expected_at == datetime(2027, 1, 15, 13, 30, tzinfo=UTC)


async def test_a_question_goes_to_a_reporter_or_to_the_municipality(house: PortalHouse) -> None:
    browser = await house.visitor()
    case = Case()
    handoff = await house.handed_over(case)
    await after(browser, await act(browser, handoff, "fraga", to=case.tickets[0], text="Blinkar lampan?"))
    page = await after(browser, await act(browser, handoff, "fraga", to="kommunen", text="När är huset öppet?"))
    reporter, team = await house.said(v.VendorInformationRequested)
    assert (reporter.ticket, team.ticket) == (case.tickets[0], None)
    assert "Ni väntar på svar" in page
    await house.take_in(*case.answered(case.tickets[0], reporter.question))
    assert "Ja, den blinkar." in (await browser.get(f"{CASES}/{handoff}")).text


async def test_a_note_may_be_private_and_names_no_reporter_then(house: PortalHouse) -> None:
    browser = await house.visitor()
    case = Case()
    handoff = await house.handed_over(case)
    await act(browser, handoff, "anteckning", to=case.tickets[0], text="Till er alla.")
    await act(browser, handoff, "anteckning", to=case.tickets[0], text="Mellan oss.", private="ja")
    shown, private = await house.said(v.VendorEntryAdded)
    assert (shown.ticket, shown.private) == (case.tickets[0], False)
    assert (private.ticket, private.private) == (None, True)


@pytest.mark.parametrize(
    ("path", "kind"), [("lost", v.VendorResolutionProposed), ("lamna-tillbaka", v.HandoffReturned)]
)
async def test_what_moves_the_case_is_shown_once_more_and_sent_only_then(
    house: PortalHouse, path: str, kind: type[Event]
) -> None:
    browser = await house.visitor()
    handoff = await house.handed_over()
    asked = await act(browser, handoff, path, text="Kabeln är bytt.\nAllt svarar.")
    assert asked.status_code == 200
    assert "Kabeln är bytt." in asked.text
    assert await house.said(kind) == []
    changed = await browser.post(
        f"{CASES}/{handoff}/{path}", {"key": key_of(asked.text), "text": "Kabeln är bytt.", "confirmed": "andra"}
    )
    assert "Kabeln är bytt.</textarea>" in changed.text
    sent = await browser.post(
        f"{CASES}/{handoff}/{path}",
        {"key": key_of(asked.text), "text": "Kabeln är bytt.\nAllt svarar.", "confirmed": "ja"},
    )
    page = await after(browser, sent)
    assert len(await house.said(kind)) == 1
    assert "Skickat." in page
    assert ("Kommunen prövar er lösning" if path == "lost" else "Ni har lämnat tillbaka") in page


async def test_a_vendor_beside_the_lead_says_that_its_part_is_done_and_not_that_the_case_is_solved(
    house: PortalHouse,
) -> None:
    lead, case = await house.visitor(), Case()
    beside = await house.visitor("cia@plattform.example", connection=PLATFORM_PORTAL, name="Cia")
    whole = await house.handed_over(case)
    await house.take_in(*case.assigned(PLATFORM, role="parallel"))
    (part,) = await house.rows("SELECT id FROM handoff WHERE vendor = :vendor", vendor=PLATFORM)
    read = {whole: lead, part.id: beside}
    pages = {handoff: (await browser.get(f"{CASES}/{handoff}")).text for handoff, browser in read.items()}
    asked = {each: (await act(browser, each, "lost", text="Klart.")).text for each, browser in read.items()}
    wholes, parts = ("Det är löst<", "Ni har det kvar"), ("Vår del är klar<", "innan er del blir klar")
    assert [[words in pages[each] for words in wholes + parts] for each in read] == [
        [True, True, False, False],
        [False, False, True, True],
    ]
    wholes, parts = ("Säga att det är löst?", "Ja, det är löst"), ("Säga att er del är klar?", "Ja, vår del är klar")
    assert [[words in asked[each] for words in wholes + parts] for each in read] == [
        [True, True, False, False],
        [False, False, True, True],
    ]
    returned = {each: (await act(browser, each, "lamna-tillbaka", text="Nej.")).text for each, browser in read.items()}
    assert ["Lämna tillbaka ärendet?" in returned[each] for each in read] == [True, False]
    assert ["Lämna tillbaka er del?" in returned[each] for each in read] == [False, True]
    assert ["Ny del – väntar på er" in pages[each] for each in read] == [False, True]
    assert ["Tar ni er del?" in pages[each] for each in read] == [False, True]
    thanks = await after(beside, await act(beside, part.id, "ta-emot"))
    assert ("Kommunen ser att ni har er del." in thanks, "Ni tar er del" in thanks) == (True, True)
    key = {"key": key_of(asked[part.id]), "text": "Klart.", "confirmed": "ja"}
    await beside.post(f"{CASES}/{part.id}/lost", key)
    assert len(await house.said(v.VendorResolutionProposed)) == 1


async def test_a_form_sent_twice_counts_once_and_other_words_are_another_message(house: PortalHouse) -> None:
    browser = await house.visitor()
    handoff = await house.handed_over()
    page = await browser.get(f"{CASES}/{handoff}")
    form = {"key": key_of(page.text), "to": "kommunen", "text": "En gång."}
    for _ in range(3):
        assert (await browser.post(f"{CASES}/{handoff}/anteckning", form)).status_code == 303
    assert len(await house.said(v.VendorEntryAdded)) == 1
    await browser.post(f"{CASES}/{handoff}/anteckning", form | {"text": "Något annat."})
    assert [fact.text["sv"] for fact in await house.said(v.VendorEntryAdded)] == ["En gång.", "Något annat."]
    other = {"key": key_of((await browser.get(f"{CASES}/{handoff}")).text), "to": "kommunen", "text": "En gång."}
    await browser.post(f"{CASES}/{handoff}/anteckning", other)
    assert len(await house.said(v.VendorEntryAdded)) == 3, "the same words, said again on purpose"
    assert "maxlength" not in "".join(re.findall(r"<textarea[^>]*>|name=.reference.[^>]*>", page.text)), (
        "nothing is cut"
    )


async def test_a_question_that_waits_for_its_answer_is_not_asked_twice_also_from_a_page_loaded_anew(
    house: PortalHouse,
) -> None:
    anna, bo = await house.visitor(), await house.visitor("bo@example.com", name="Bo")
    handoff = await house.handed_over()
    for browser in (anna, anna, bo):
        page = await after(browser, await act(browser, handoff, "fraga", to="kommunen", text="Vilken port?"))
        assert "Skickat." in page
    await act(anna, handoff, "fraga", to="kommunen", text="Vilken port då?")
    asked = [fact.question for fact in await house.said(v.VendorInformationRequested)]
    assert len(asked) == 2
    await house.rows(
        "UPDATE handoff SET questions = jsonb_set(questions, ARRAY[:question, 'open'], 'false') WHERE id = :handoff"
        " RETURNING id",
        question=asked[0],
        handoff=handoff,
    )
    await act(anna, handoff, "fraga", to="kommunen", text="Vilken port?")
    assert len(await house.said(v.VendorInformationRequested)) == 3, "the first has its answer: that is another"


@pytest.mark.parametrize(
    ("path", "fields", "word"),
    [
        ("fraga", {"to": "kommunen", "text": "  "}, "Skriv vad ni behöver veta."),
        ("fraga", {"to": "tk_somebody-elses", "text": "Var?"}, "hör inte till ärendet längre"),
        ("anteckning", {"to": "kommunen", "text": ""}, "Skriv vad du vill säga."),
        ("anteckning", {"to": "kommunen", "text": "x" * 25_000}, "Högst 20000 tecken"),
        ("anteckning", {"to": "kommunen", "text": "a\0b"}, "tecken som inte går att läsa"),
        ("laget", {"status": "", "text": "Snart"}, "Välj hur långt ni har kommit."),
        ("laget", {"status": "gone", "text": "Snart"}, "Välj hur långt ni har kommit."),
        ("laget", {"status": "pending", "expected": "i morgon"}, "Skriv dag och tid"),
        ("laget", {"status": "pending", "expected": "2099-01-01T00:00"}, "mer än två år bort"),
        ("lost", {"text": ""}, "Skriv vad ni gjorde"),
        ("lamna-tillbaka", {"text": " "}, "Skriv varför ni lämnar tillbaka"),
        ("ta-emot", {"reference": "x" * 101}, "Högst 100 tecken"),
        ("ta-emot", {"reference": "a\nb"}, "tecken som inte går att läsa"),
    ],
)
async def test_what_is_wrong_stands_beside_the_field_and_nothing_written_is_lost(
    house: PortalHouse, path: str, fields: dict[str, str], word: str
) -> None:
    browser = await house.visitor()
    handoff = await house.handed_over()
    before = len(await house.stated())
    answer = await act(browser, handoff, path, **fields)
    assert answer.status_code == 422
    assert word in answer.text
    assert 'role="alert"' in answer.text
    assert len(await house.stated()) == before
    for value in fields.values():
        if value.strip() and "\0" not in value and not value.startswith("tk_") and value != "gone":
            assert value in answer.text
    (line,) = await house.rows("SELECT way, what, status, reason, proven FROM refusal")
    assert (line.way, line.status, line.proven) == ("portal", 422, True)
    assert line.what == f"POST {CASES}/{handoff}/{path}"
    field = line.reason.partition(": ")[0]
    assert field in ("text", "reference", "status", "expected", "to")
    assert not any(value in line.reason for value in fields.values() if len(value) > 20)


async def test_a_file_goes_with_a_note_alone_and_the_other_forms_say_so(house: PortalHouse) -> None:
    browser = await house.visitor()
    handoff = await house.handed_over()
    page = (await browser.get(f"{CASES}/{handoff}")).text
    acts = {part.partition('"')[0]: part for part in page.split('<details class="act" id="gor-')[1:]}
    assert [act for act, form in acts.items() if 'type="file"' in form] == ["anteckning"]
    assert [act for act, form in acts.items() if "Bild eller fil? Skicka den för sig" in form] == [
        *("fraga", "lost", "lamna")
    ]
    file = ("matning.log", b"12 V", "text/plain")
    for path in ("fraga", "lost", "lamna-tillbaka"):
        answer = await browser.attach(f"{CASES}/{handoff}/{path}", file, key=key_of(page), text="Se loggen.")
        assert answer.status_code == 415, path
    assert await house.said(v.VendorEvent) == []


async def test_n11_the_name_of_a_file_that_is_not_taken_is_shown_and_not_kept(house: PortalHouse) -> None:
    browser = await house.visitor()
    handoff = await house.handed_over()
    key = key_of((await browser.get(f"{CASES}/{handoff}")).text)
    empty = ("Asta Zebrafinksgatan.log", b"", "text/plain")
    answer = await browser.attach(f"{CASES}/{handoff}/anteckning", empty, key=key, to="kommunen", text="Se loggen.")
    assert answer.status_code == 422
    assert "Asta Zebrafinksgatan.log" in answer.text
    assert "Se loggen." in answer.text
    (line,) = await house.rows("SELECT reason FROM refusal")
    assert line.reason == "files: A file is empty. Choose the file again."


async def test_an_expired_form_keeps_the_words_and_sends_nothing(house: PortalHouse) -> None:
    browser = await house.visitor()
    handoff = await house.handed_over()
    page = await browser.get(f"{CASES}/{handoff}")
    form = {"csrf": "old", "key": key_of(page.text), "to": "kommunen", "text": "Långt och viktigt."}
    answer = await browser.post(f"{CASES}/{handoff}/anteckning", form)
    assert answer.status_code == 403
    assert "Långt och viktigt." in answer.text
    assert "Sidan var för gammal" in answer.text
    opened_anew = await browser.get(f"{CASES}/{handoff}/anteckning")
    assert (opened_anew.status_code, opened_anew.headers["location"]) == (303, f"{CASES}/{handoff}")
    (line,) = await house.rows("SELECT way, status FROM refusal")
    assert tuple(line) == ("portal", 403)
    assert await house.said(v.VendorEntryAdded) == []


async def test_what_is_sent_too_often_keeps_the_words_and_is_taken_a_little_later(house: PortalHouse) -> None:
    browser = await house.visitor()
    handoff = await house.handed_over()
    form = {"key": key_of((await browser.get(f"{CASES}/{handoff}")).text), "to": "kommunen", "text": "Viktigt."}
    house.vendors._limits = Buckets(rate=0.1, burst=1)
    assert (await browser.post(f"{CASES}/{handoff}/anteckning", form | {"csrf": "old"})).status_code == 403
    assert (await browser.post(f"{CASES}/{handoff}/fraga", form)).status_code == 303
    answer = await browser.post(f"{CASES}/{handoff}/anteckning", form)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 10
    assert "dina ord står kvar, så skicka en gång till om en stund" in answer.text
    assert "Något behöver rättas" not in answer.text, "nothing that they wrote is wrong"
    assert "Viktigt.</textarea>" in answer.text
    browser.cookies["sprak"] = "en"
    assert "your words are still here" in (await browser.post(f"{CASES}/{handoff}/anteckning", form)).text
    assert await house.said(v.VendorEntryAdded) == []
    plain = await browser.post("/portal/anslutning/igang")
    assert (plain.status_code, "retry-after" in plain.headers) == (429, True)
    assert "That was too often" in plain.text  # in the language that was chosen
    assert (await browser.get(f"{CASES}/{handoff}")).status_code == 200
    lines = await house.rows("SELECT what, status FROM refusal WHERE status = 429 ORDER BY id")
    assert [line.what for line in lines] == [f"POST {CASES}/{handoff}/anteckning"], "a flood is one line a minute"
    house.vendors._limits = Buckets(rate=0.1, burst=1)
    assert (await browser.post(f"{CASES}/{handoff}/anteckning", form)).status_code == 303
    assert (await browser.post("/portal/ut")).headers["location"] == "/portal/in"  # going out is always possible


# ---- what is late or ended


@pytest.mark.parametrize(
    ("path", "more", "kind"),
    [
        ("fraga", {"to": "kommunen"}, v.VendorInformationRequested),
        ("lost", {"confirmed": "ja"}, v.VendorResolutionProposed),
    ],
)
async def test_what_is_said_of_what_is_solved_is_a_note_and_the_page_says_so(
    house: PortalHouse, path: str, more: dict[str, str], kind: type[v.VendorEvent]
) -> None:
    browser = await house.visitor()
    case = Case()
    handoff = await house.handed_over(case)
    key = key_of((await browser.get(f"{CASES}/{handoff}")).text)
    await house.take_in(case.resolved(None))
    late = await browser.post(f"{CASES}/{handoff}/{path}", {"key": key, "text": "Det var kabeln."} | more)
    assert "Ärendet var redan löst" in await after(browser, late)
    (note,) = await house.said(v.VendorEntryAdded)
    assert note.private
    assert await house.said(kind) == []


async def test_after_the_end_the_page_says_so_and_words_become_a_note(house: PortalHouse) -> None:
    browser = await house.visitor()
    case = Case()
    handoff = await house.handed_over(case)
    key = key_of((await browser.get(f"{CASES}/{handoff}")).text)
    await house.take_in(*case.assigned(COORDINATOR, "taken_back"))
    page = (await browser.get(f"{CASES}/{handoff}")).text
    assert "Kommunen tog tillbaka det" in page
    assert "Det är löst" not in page
    assert "Vi tar det" not in page
    late = await browser.post(f"{CASES}/{handoff}/lost", {"key": key, "text": "Det var kabeln."})
    assert "Ärendet hade redan lämnat er" in await after(browser, late)
    (note,) = await house.said(v.VendorEntryAdded)
    assert note.private
    assert await house.said(v.VendorResolutionProposed) == []


async def test_a_rejected_solution_says_that_the_vendor_still_has_the_case(house: PortalHouse) -> None:
    browser = await house.visitor()
    case = Case()
    handoff = await house.handed_over(case)
    await act(browser, handoff, "ta-emot")
    asked = await act(browser, handoff, "lost", text="Klart.")
    await browser.post(f"{CASES}/{handoff}/lost", {"key": key_of(asked.text), "text": "Klart.", "confirmed": "ja"})
    (proposed,) = await house.said(v.VendorResolutionProposed)
    await house.take_in(case.rejected(proposed.proposal))
    page = (await browser.get(f"{CASES}/{handoff}")).text
    assert "Kommunen godkände inte lösningen" in page
    await act(browser, handoff, "lost", text="Nu då.")


async def test_what_is_said_again_needlessly_says_so(house: PortalHouse) -> None:
    browser = await house.visitor()
    handoff = await house.handed_over()
    page = await browser.get(f"{CASES}/{handoff}")
    await act(browser, handoff, "ta-emot")
    again = await browser.post(f"{CASES}/{handoff}/ta-emot", {"key": key_of(page.text), "reference": ""})
    assert "Det här hade kommunen redan fått veta." in await after(browser, again)


async def test_two_people_of_a_vendor_work_on_the_same_cases(house: PortalHouse) -> None:
    anna, bo = await house.visitor(), await house.visitor("bo@natet.example", name="Bo Al")
    handoff = await house.handed_over()
    await act(anna, handoff, "ta-emot")
    assert "Tar ni ärendet?" not in (await bo.get(f"{CASES}/{handoff}")).text
    other = await house.visitor("cia@plattform.example", connection=PLATFORM_PORTAL, name="Cia")
    assert (await other.get(f"{CASES}/{handoff}")).status_code == 404


async def test_a_fact_names_the_vendor_and_what_is_kept_names_the_person(house: PortalHouse) -> None:
    browser = await house.visitor()
    handoff = await house.handed_over()
    await act(browser, handoff, "anteckning", to="kommunen", text="Hej")
    (fact,) = await house.said(v.VendorEntryAdded)
    assert (fact.vendor, fact.municipality) == (WIFI, "malarvik")
    (row,) = await house.rows("SELECT body FROM inbound")
    assert b"pe_" in row.body, "who of the vendor wrote it is kept"


async def test_what_was_sent_stands_there_at_once_and_once_when_the_history_has_it(house: PortalHouse) -> None:
    browser = await house.visitor()
    case = Case()
    handoff = await house.handed_over(case)
    page = await after(browser, await act(browser, handoff, "anteckning", to="kommunen", text="Vi kommer i morgon."))
    assert page.count("Vi kommer i morgon.") == 1
    assert "kommer strax i historiken" in page
    (fact,) = await house.said(v.VendorEntryAdded)
    await house.take_in(case.entry(fact.text["sv"], "reporters", cause=fact, kind="vendor_entry", party=WIFI))
    page = (await browser.get(f"{CASES}/{handoff}")).text
    assert page.count("Vi kommer i morgon.") == 1
    assert "kommer strax i historiken" not in page
