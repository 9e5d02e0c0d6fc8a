"""Coming in by a link in a mail: once, for fifteen minutes, only who was invited; and nobody else learns who was."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.portal_house import ANNA, WIFI_PORTAL, PortalHouse, links
from vendor_bridge.portal import people
from vendor_bridge.store import portal
from vendor_bridge.web import pages


async def test_an_invited_person_gets_a_mail_asks_for_a_link_and_is_in(house: PortalHouse) -> None:
    assert await house.invite()
    (welcome,) = await house.mails()
    assert "Hej Anna Ek!" in welcome
    assert "http://127.0.0.1/portal/in" in welcome
    assert links(welcome) == []
    browser = house.browser()
    assert (await browser.get("/portal")).headers["location"] == "/portal/in"
    path = await house.link(browser)
    shown = await browser.get(path)
    assert "Logga in som Anna Ek, Nätleverantören, för ärenden från Mälarvik" in shown.text
    assert shown.headers["referrer-policy"] == "strict-origin"
    entered = await browser.post(path)
    assert (entered.status_code, entered.headers["location"]) == (303, "/portal/arenden")
    cookie = next(c for c in entered.headers.get_list("set-cookie") if c.startswith(pages.COOKIE))
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert "Ni har inga pågående ärenden" in (await browser.get("/portal/arenden")).text
    (person,) = await people.listed(house.engine, "malarvik", WIFI_PORTAL)
    assert (person.state, person.signed_in_at is not None) == ("active", True)


async def test_who_is_invited_in_english_meets_english_on_the_whole_way_in(house: PortalHouse) -> None:
    await house.invite(language="en")
    (welcome,) = await house.mails()
    assert "http://127.0.0.1/portal/in?sprak=en" in welcome
    browser = house.browser()
    for _ in range(2):  # and stays so without the address of the letter
        assert "Write your e-mail address" in (await browser.get("/portal/in?sprak=en")).text
        assert "Write your e-mail address" in (await browser.get("/portal/in")).text
    assert (await browser.post("/portal/in", {"email": ANNA})).status_code == 200
    (letter,) = await house.mails()
    assert "The link works once" in letter
    path = links(letter)[0]
    for each in (browser, house.browser()):  # also where it is opened in another browser
        assert "Sign in as Anna Ek" in (await each.get(path)).text
    assert (await browser.post(path)).status_code == 303
    assert '<html lang="en"' in (await browser.get("/portal/arenden")).text


async def test_who_asks_on_a_page_of_another_language_gets_the_letter_in_their_own(house: PortalHouse) -> None:
    await house.invite(language="en")
    await house.mails()
    await house.browser().post("/portal/in", {"email": ANNA})
    assert "The link works once" in (await house.mails())[0]


async def test_a_language_that_was_chosen_is_not_changed_by_an_address(house: PortalHouse) -> None:
    browser = house.browser()
    await browser.post("/portal/sprak", language="sv", next="/portal/in")
    assert '<html lang="sv"' in (await browser.get("/portal/in?sprak=en")).text
    assert '<html lang="sv"' in (await house.browser().get("/portal/in?sprak=zz")).text


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "sv"),
        ("en-GB,en;q=0.9,sv;q=0.8", "en"),
        ("sv-SE, sv;q=0.9, en;q=0.8", "sv"),
        ("de, en;q=0.5, sv;q=0.6", "sv"),
        ("de-DE,de;q=0.9,EN;q=0.2", "en"),
        ("en;q=0", "sv"),
        ("en;q=much, sv;q=0.1", "sv"),
        ("eng, *", "sv"),
        ("en;q=nan", "sv"),
    ],
)
async def test_nobodys_page_is_in_the_language_that_the_browser_asks_for(
    house: PortalHouse, accepted: str, language: str
) -> None:
    page = (await house.browser().get("/portal/in", **{"accept-language": accepted})).text
    assert f'<html lang="{language}"' in page


async def test_opening_a_link_uses_nothing_up_and_pressing_its_button_does_once(house: PortalHouse) -> None:
    await house.invite()
    await house.mails()
    first = house.browser()
    path = await house.link(first)
    for _ in range(3):  # a mail scanner opens it
        assert (await house.browser().get(path)).status_code == 200
    answers = await asyncio.gather(*(house.browser().post(path) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [303, 410, 410, 410, 410]
    assert (await house.browser().get(path)).status_code == 410


async def test_a_link_ends_after_fifteen_minutes_and_with_the_next_one_that_is_used(house: PortalHouse) -> None:
    await house.invite()
    await house.mails()
    browser = house.browser()
    old, new = await house.link(browser), await house.link(browser)
    assert (await browser.post(new)).status_code == 303
    assert (await house.browser().post(old)).status_code == 410
    late = await house.link(browser)
    await house.rows("UPDATE portal_link SET expires_at = now() - interval '1 second'")
    gone = await house.browser().post(late)
    assert gone.status_code == 410
    assert "Länken gäller inte längre" in gone.text
    assert timedelta(minutes=15) == portal.LINK_HOLDS


async def test_a_link_that_never_was_looks_like_one_that_is_over(house: PortalHouse) -> None:
    await house.invite()
    await house.mails()
    used = await house.link(house.browser())
    await house.browser().post(used)
    answers = [await house.browser().get(path) for path in (used, "/portal/in/never", "/portal/in/" + "x" * 500)]
    assert {answer.status_code for answer in answers} == {410}
    assert len({_plain(answer.text) for answer in answers}) == 1


def _plain(page: str) -> str:
    """Without the address that the language switch comes back to."""
    return re.sub(r'name="next" value="[^"]*"', "", page)


async def test_nothing_that_opens_anything_is_kept(house: PortalHouse) -> None:
    browser = await house.visitor()
    secrets = [browser.cookies[pages.COOKIE], *(link.rsplit("/", 1)[1] for link in links(house.host.mails[-1].text))]
    for table in ("portal_link", "portal_session", "portal_mail", "outbox", "inbound"):
        rows = str(await house.rows(f"SELECT * FROM {table}"))
        assert not any(secret in rows for secret in secrets), table


async def test_whether_an_address_may_sign_in_is_told_neither_by_the_answer_nor_by_what_is_done(
    house: PortalHouse,
) -> None:
    await house.invite()
    await house.mails()
    answers = []
    for address in (ANNA, "stranger@nowhere.example"):
        answer = await house.browser().post("/portal/in", {"email": address})
        answers.append((answer.status_code, answer.text.replace(address, "X"), sorted(answer.headers)))
    assert answers[0] == answers[1]
    rows = await house.rows("SELECT kind, person, state, attempts FROM portal_mail WHERE kind = 'link'")
    assert {tuple(row) for row in rows} == {("link", None, "pending", 0)}
    assert len(rows) == 2
    assert len(await house.mails()) == 1
    kept = await house.rows("SELECT address FROM portal_mail WHERE kind = 'link'")
    assert {row.address for row in kept} == {None}, "an address of nobody is forgotten"


async def test_the_form_is_no_way_to_fill_a_mailbox(house: PortalHouse) -> None:
    await house.invite()
    await house.mails()
    for _ in range(8):
        assert (await house.browser().post("/portal/in", {"email": ANNA.upper()})).status_code == 200
    assert len(await house.mails()) == portal.LINKS_AT_ONCE
    await house.rows("UPDATE portal_link SET created_at = created_at - interval '16 minutes'")
    await house.browser().post("/portal/in", {"email": ANNA})
    assert len(await house.mails()) == 1


@pytest.mark.parametrize(
    "address", ["", "anna", "@natet.example", "anna@", "a\nbcc: b@c.example", "a\0@b.example", "x" * 300 + "@a.se"]
)
async def test_what_is_no_address_is_said_beside_the_field_and_kept(house: PortalHouse, address: str) -> None:
    answer = await house.browser().post("/portal/in", {"email": address})
    assert answer.status_code == 422
    assert "Skriv hela adressen" in answer.text
    assert await house.rows("SELECT 1 FROM portal_mail") == []


async def test_signing_in_anew_ends_the_session_before_and_takes_no_cookie_from_outside(house: PortalHouse) -> None:
    browser = await house.visitor()
    before = browser.cookies[pages.COOKIE]
    path = await house.link(browser)
    browser.cookies[pages.COOKIE] = before
    await browser.post(path)
    after = browser.cookies[pages.COOKIE]
    assert after != before
    stale = house.browser()
    stale.cookies[pages.COOKIE] = before
    assert (await stale.get("/portal/arenden")).status_code == 303
    fixed = house.browser()
    fixed.cookies[pages.COOKIE] = "chosen-by-somebody-else"
    path = await house.link(fixed)
    await fixed.post(path)
    assert fixed.cookies[pages.COOKIE] != "chosen-by-somebody-else"


async def test_signing_out_ends_the_session_on_the_server(house: PortalHouse) -> None:
    browser = await house.visitor()
    cookie = browser.cookies[pages.COOKIE]
    left = await browser.post("/portal/ut")
    assert (left.status_code, left.headers["location"]) == (303, "/portal/in")
    browser.cookies[pages.COOKIE] = cookie
    assert (await browser.get("/portal/arenden")).headers["location"] == "/portal/in"


@pytest.mark.parametrize(
    "over",
    ["seen_at = seen_at - interval '121 minutes'", "expires_at = now() - interval '1 second'"],
    ids=["idle", "long"],
)
async def test_a_session_ends_when_nobody_uses_it_and_after_half_a_day(house: PortalHouse, over: str) -> None:
    browser = await house.visitor()
    assert (await browser.get("/portal/arenden")).status_code == 200
    await house.rows(f"UPDATE portal_session SET {over}")
    assert (await browser.get("/portal/arenden")).headers["location"] == "/portal/in"


async def test_a_used_session_lives_on(house: PortalHouse) -> None:
    browser = await house.visitor()
    await house.rows("UPDATE portal_session SET seen_at = now() - interval '100 minutes'")
    await browser.get("/portal/arenden")
    (row,) = await house.rows("SELECT seen_at FROM portal_session")
    assert datetime.now(UTC) - row.seen_at < timedelta(minutes=1)


async def test_who_is_removed_is_out_at_once_and_nothing_of_them_is_left(house: PortalHouse) -> None:
    browser = await house.visitor()
    unused = await house.link(browser)
    assert await people.remove(house.engine, "malarvik", WIFI_PORTAL, ANNA.upper())
    assert (await browser.get("/portal/arenden")).headers["location"] == "/portal/in"
    assert (await house.browser().post(unused)).status_code == 410
    for table in ("portal_person", "portal_link", "portal_session"):
        assert await house.rows(f"SELECT 1 FROM {table}") == []
    assert not await people.remove(house.engine, "malarvik", WIFI_PORTAL, ANNA)


async def test_a_connection_that_is_gone_lets_nobody_in(house: PortalHouse) -> None:
    browser = await house.visitor()
    path = await house.link(browser)
    await house.rows("UPDATE portal_person SET connection = 'gone'")
    assert (await browser.get("/portal/arenden")).status_code == 303
    assert (await house.browser().get(path)).status_code == 410


async def test_one_address_of_two_connections_gets_one_mail_with_a_way_into_each(house: PortalHouse) -> None:
    await house.invite()
    await house.invite(municipality="hallsberg", connection="hallsberg-plattform")
    await house.mails()
    await house.browser().post("/portal/in", {"email": ANNA})
    (mail,) = await house.mails()
    first, second = links(mail)
    seen = []
    for path in (first, second):
        browser = house.browser()
        await browser.post(path)
        seen.append(re.findall(r"· ([^<]+)</span>", (await browser.get("/portal/arenden")).text)[0])
    assert ["Hallsberg" in one for one in sorted(seen)] == [True, False]


async def test_who_wanted_a_case_comes_to_it_after_signing_in_and_to_no_other_site(house: PortalHouse) -> None:
    await house.invite()
    await house.mails()
    for wanted, comes_to in (("/portal/arenden/ho_1", "/portal/arenden/ho_1"), (None, "/portal/arenden")):
        browser = house.browser()
        if wanted:
            await browser.get(wanted)
        else:
            browser.cookies[pages.BACK_COOKIE] = "https://elsewhere.example/portal/"
        path = await house.link(browser)
        assert (await browser.post(path)).headers["location"] == comes_to


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}, {"sec-fetch-site": "same-site"}],
)
async def test_login_csrf_another_sites_page_signs_nobody_in_and_asks_for_no_link(
    house: PortalHouse, headers: dict[str, str]
) -> None:
    await house.invite()
    await house.mails()
    browser = house.browser()
    path = await house.link(browser)
    assert (await browser.post(path, None, headers)).status_code == 403
    assert (await browser.post("/portal/in", {"email": ANNA}, headers)).status_code == 403
    assert pages.COOKIE not in browser.cookies
    assert (await browser.post(path)).status_code == 303


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Anna\r\nBcc: other@x.example", ANNA),
        ("", ANNA),
        ("x" * 200, ANNA),
        ("Anna", "anna@natet.example\nbcc: b@c.example"),
        ("Anna", "anna"),
        ("Anna", "a@b@c.example"),
        ("Anna", "anna ek@natet.example"),
    ],
)
async def test_a_name_or_address_that_could_be_a_header_invites_nobody(
    house: PortalHouse, name: str, email: str
) -> None:
    with pytest.raises(people.NotWritten):
        await house.invite(email, name)
    assert await house.rows("SELECT 1 FROM portal_person") == []


async def test_who_is_invited_twice_is_there_once(house: PortalHouse) -> None:
    assert await house.invite()
    assert not await house.invite(ANNA.upper(), "Another name")
    assert len(await house.mails()) == 1
