"""What happens in a portal's case is told by mail to its people: once each, with a link, without the case's text."""

from datetime import timedelta

import pytest

from contracts.events import vendor_bridge as v
from contracts.reasons import in_words
from tests.integration.vendor_bridge.portal.test_cases import act
from tests.support.handoff_life import COORDINATOR, PLATFORM, WIFI, Case
from tests.support.portal_house import ANNA, PLATFORM_PORTAL, WIFI_PORTAL, PortalHouse, key_of
from vendor_bridge.profiles import ByProfile
from vendor_bridge.standings import Standings
from vendor_bridge.store.deliveries import Claimed

CASES = "/portal/arenden"


async def test_a_new_case_is_told_to_each_person_with_a_link_and_nothing_of_its_text(house: PortalHouse) -> None:
    await house.invite()
    await house.invite("bo@natet.example", "Bo Al")
    await house.invite("cia@plattform.example", "Cia", connection=PLATFORM_PORTAL)
    await house.mails()
    before = len(house.host.mails)
    handoff = await house.handed_over(note="Nyckeln ligger i receptionen.")
    await house.deliver()
    await house.mails()
    mails = house.host.mails[before:]
    assert sorted(mail.recipients[0] for mail in mails) == [ANNA, "bo@natet.example"]
    for mail in mails:
        assert mail.subject == "Nytt ärende: Trådlöst nät – Ekbackens skola"
        assert f"http://127.0.0.1{CASES}/{handoff}" in mail.text
        assert "/portal/in/" not in mail.text
        whole = bytes(mail.message).decode()
        assert "Ingen elev" not in whole
        assert "Nyckeln" not in whole
        assert dict(mail.headers)["Auto-Submitted"] == "auto-generated"
    (delivered,) = await house.said(v.HandoffDelivered)
    assert (delivered.message, delivered.handoff) == ("offered", handoff)


async def test_a_case_for_a_vendor_of_whom_nobody_may_sign_in_waits_and_goes_once_somebody_is_invited(
    house: PortalHouse,
) -> None:
    """It had "arrived" where nobody could ever read it."""
    await house.handed_over()
    await house.deliver()
    assert await house.said(v.HandoffDelivered) == []
    standings = Standings(house.engine, house.directories, ByProfile({"portal": house.profile}))
    await standings.look()
    stands = [one for one in await house.said(v.ConnectionChanged) if one.connection == WIFI_PORTAL]
    assert (stands[-1].health, stands[-1].backlog) == ("misconfigured", 1)
    assert stands[-1].detail == (
        f"nobody of the vendor may sign in at the portal yet; invite them: eskalera vendor invite {WIFI_PORTAL}"
        " -m malarvik"
    )
    how = f"bjud in någon hos leverantören med eskalera vendor invite {WIFI_PORTAL} -m malarvik"
    assert in_words(stands[-1].detail)["sv"] == how
    await house.invite()
    await standings.look()
    assert [one for one in await house.said(v.ConnectionChanged) if one.connection == WIFI_PORTAL][-1].health == "well"
    await house.deliver()
    assert len(await house.said(v.HandoffDelivered)) == 1


@pytest.mark.parametrize(
    ("closed", "subject"), [(False, "Ni har fått svar: "), (True, "Er fråga är stängd utan svar: ")]
)
async def test_a_question_that_needs_no_answer_is_not_told_as_answered(
    house: PortalHouse, closed: bool, subject: str
) -> None:
    browser, case = await house.visitor(), Case()
    handoff = await house.handed_over(case)
    await act(browser, handoff, "fraga", to=case.tickets[0], text="Blinkar lampan?")
    [asked] = await house.said(v.VendorInformationRequested)
    await house.deliver()
    await house.mails()
    before = len(house.host.mails)
    answered, entry = case.answered(case.tickets[0], asked.question)
    await house.take_in(answered.model_copy(update={"unanswered": closed}), entry)
    await house.deliver()
    await house.mails()
    assert [mail.subject.startswith(subject) for mail in house.host.mails[before:]] == [True]


async def test_the_same_message_again_is_the_same_mail_and_a_retry_has_the_same_id(house: PortalHouse) -> None:
    await house.invite()
    await house.mails()
    await house.handed_over()
    (row,) = await house.rows("SELECT * FROM delivery")
    claimed = Claimed(row.webhook_id, row.municipality, row.connection, row.incident, probes=False)
    for _ in range(2):  # it died between the mail's row and the record
        letter, way = await house.outbound.prepare(claimed) or (None, None)
        assert letter is not None
        assert way is not None
        await house.profile.deliver(way, letter)
    owed = await house.rows("SELECT id FROM portal_mail WHERE kind = 'news'")
    assert len(owed) == 1
    before = len(house.host.mails)
    house.host.answer = lambda _recipient: "450 4.2.1 later"
    await house.mails()
    assert len(house.host.mails) == before
    (waiting,) = await house.rows(
        "SELECT state, attempts, last_error, due_at > now() AS later FROM portal_mail WHERE kind = 'news'"
    )
    assert tuple(waiting) == ("pending", 1, "450 4.2.1", True)
    house.host.answer = lambda _recipient: None
    await house.rows("UPDATE portal_mail SET due_at = now()")
    await house.mails()
    (mail,) = house.host.mails[before:]
    assert mail.message["Message-ID"] == f"<{owed[0].id}@malarvik.example>"


async def test_a_server_that_is_away_spends_nothing_and_loses_nothing(house: PortalHouse) -> None:
    await house.host.stop()
    await house.invite()
    assert await house.mails() == []
    (row,) = await house.rows("SELECT state, attempts, claimed_until FROM portal_mail")
    assert tuple(row) == ("pending", 0, None)
    await house.host.start()
    house.post = type(house.post)(house.engine, house.directories, house.post._office)
    assert len(await house.mails()) == 1


async def test_an_address_that_is_refused_for_good_is_not_tried_again(house: PortalHouse) -> None:
    house.host.answer = lambda _recipient: "550 5.1.1 nobody"
    await house.invite()
    await house.mails()
    (row,) = await house.rows("SELECT state, last_error FROM portal_mail")
    assert tuple(row) == ("dropped", "550 5.1.1")


async def test_a_link_that_nobody_waits_for_any_more_is_not_sent(house: PortalHouse) -> None:
    await house.invite()
    await house.mails()
    await house.browser().post("/portal/in", {"email": ANNA})
    await house.rows("UPDATE portal_mail SET created_at = created_at - interval '16 minutes' WHERE kind = 'link'")
    assert await house.mails() == []
    assert await house.rows("SELECT 1 FROM portal_link") == []


async def test_the_whole_way_is_told_and_small_news_of_one_case_are_one_mail(house: PortalHouse) -> None:
    anna = await house.visitor()
    case = Case()
    handoff = await house.handed_over(case)
    await house.deliver()
    await house.mails()
    before = len(house.host.mails)
    house.profile._gathered = timedelta(minutes=1)
    for n in range(3):
        await house.take_in(case.entry(f"Nytt {n}.", "reporters", party=COORDINATOR))
        await house.deliver()
    await house.mails()
    assert len(house.host.mails) == before, "they wait for more of the same case"
    form = {"key": key_of((await anna.get(f"{CASES}/{handoff}")).text)}
    await anna.post(f"{CASES}/{handoff}/fraga", form | {"to": "kommunen", "text": "När?"})
    (asked,) = await house.said(v.VendorInformationRequested)
    await house.take_in(case.answer_requested(asked.question))
    await house.deliver()
    await anna.post(f"{CASES}/{handoff}/lost", form | {"text": "Klart.", "confirmed": "ja"})
    (proposed,) = await house.said(v.VendorResolutionProposed)
    await house.take_in(case.rejected(proposed.proposal))
    await house.deliver()
    await house.take_in(*case.assigned(COORDINATOR, "taken_back"))
    await house.deliver()
    await house.rows("UPDATE portal_mail SET due_at = created_at WHERE state = 'pending'")
    await house.mails()
    subjects = [mail.subject.split(":")[0] for mail in house.host.mails[before:]]
    assert subjects == ["Nytt i ärendet", "Ni har fått svar", "Inte löst än", "Ärendet är tillbakataget"]


async def test_who_works_beside_another_reads_so_in_its_list_and_in_its_letters_and_that_the_case_is_solved(
    house: PortalHouse,
) -> None:
    browser = await house.visitor()
    case = Case()
    await house.handed_over(case, PLATFORM)
    await house.mails()
    before = len(house.host.mails)
    await house.take_in(*case.assigned(WIFI, role="parallel"))
    await house.deliver()
    await house.mails()
    solved = case.resolved()
    told = case.entry("Det fungerar igen.", "reporters", kind="resolved", cause=solved, party=COORDINATOR)
    await house.take_in(solved, told)
    await house.deliver()
    await house.mails()
    offered, news = house.host.mails[before:]
    assert offered.subject == "Ni får hjälpa till: Trådlöst nät – Ekbackens skola"
    assert "Någon annan håller ihop ärendet" in offered.text
    assert news.subject == "Ärendet är löst: Trådlöst nät – Ekbackens skola"
    assert "vid sidan av" in news.text
    assert "vid sidan av" in (await browser.get(CASES)).text
    await house.handed_over(Case())
    assert (await browser.get(CASES)).text.count("vid sidan av") == 1


async def test_who_has_a_system_too_is_not_mailed_of_what_that_system_gets(house: PortalHouse) -> None:
    await house.invite(municipality="hallsberg", connection="hallsberg-sydnarke-it")
    await house.mails()
    case = Case("hallsberg", school="transtensskolan")
    await house.handed_over(case, "vendor:sydnarke-it")
    assert await house.rows("SELECT 1 FROM portal_mail WHERE kind = 'news'") == []


async def test_who_was_removed_gets_nothing_more(house: PortalHouse) -> None:
    await house.invite()
    await house.mails()
    await house.handed_over(Case(service="learning_platform"), PLATFORM)
    await house.handed_over()
    await house.deliver()
    await house.rows("DELETE FROM portal_person")
    assert await house.mails() == []


async def test_what_is_over_is_forgotten(house: PortalHouse) -> None:
    await house.visitor()
    await house.rows("UPDATE portal_mail SET ended_at = now() - interval '31 days'")
    await house.rows("UPDATE portal_link SET created_at = now() - interval '2 days'")
    await house.rows("UPDATE portal_session SET expires_at = now()")
    house.post = type(house.post)(house.engine, house.directories, house.post._office)
    await house.mails()
    for table in ("portal_mail", "portal_link", "portal_session"):
        assert await house.rows(f"SELECT 1 FROM {table}") == [], table
    assert len(await house.rows("SELECT 1 FROM portal_person")) == 1
