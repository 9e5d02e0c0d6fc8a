"""A person of a vendor makes a new secret: shown once, both valid for a day, told to everybody who may sign in."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.support.pages import Browser
from tests.support.portal_house import PortalHouse
from vendor_bridge import signing
from vendor_bridge.secret_store import SecretStore, write_file

SYDNARKE = "hallsberg-sydnarke-it"
URL = "/portal/anslutning/ny-nyckel"


@pytest.fixture
def file(house: PortalHouse, tmp_path: Path) -> Path:
    """The installation's secrets."""
    found = tmp_path / "secrets.json"
    found.write_text(json.dumps({SYDNARKE: signing.new_secret()}))
    house.secrets._file = found
    return found


async def visitor(house: PortalHouse) -> Browser:
    return await house.visitor("bo@sydnarke.example", municipality="hallsberg", connection=SYDNARKE, name="Bo Ek")


async def form(browser: Browser) -> dict[str, str]:
    """What the page's form sends."""
    return follows((await browser.get(URL)).text)


def follows(page: str) -> dict[str, str]:
    found = re.search(r'name="follows" value="(\w+)"', page)
    assert found is not None
    return {"follows": found[1]}


async def test_a_new_secret_is_shown_once_both_are_valid_and_all_are_told(house: PortalHouse, file: Path) -> None:
    (old,) = SecretStore(file).of(SYDNARKE)
    bo = await visitor(house)
    await house.invite("eva@sydnarke.example", "Eva", municipality="hallsberg", connection=SYDNARKE)
    await house.mails()
    assert f'href="{URL}"' in (await bo.get("/portal/anslutning")).text
    assert "whsec_" not in (await bo.get(URL)).text
    made = re.search(r"whsec_[\w+/=]+", (page := await bo.post(URL, await form(bo))).text)
    assert made is not None
    assert page.headers["cache-control"] == "no-store"
    now = datetime.now(UTC)
    assert SecretStore(file).of(SYDNARKE, now) == [made[0], old]
    assert SecretStore(file).of(SYDNARKE, now + timedelta(hours=24)) == [made[0]]
    assert "whsec_" not in (await bo.get(URL)).text
    mails = await house.mails()
    assert len(mails) == 2
    assert all("Bo Ek har gjort en ny hemlig nyckel" in mail and "whsec_" not in mail for mail in mails)


async def test_until_when_the_former_holds_is_said_as_long_as_it_does(house: PortalHouse, file: Path) -> None:
    bo = await visitor(house)
    places = (URL, "/portal/anslutning")
    for place in places:
        assert "den förra" not in (await bo.get(place)).text.lower()
    assert "Den förra gäller till" in (await bo.post(URL, await form(bo))).text
    until = (datetime.now(UTC) + timedelta(hours=24)).astimezone(ZoneInfo("Europe/Stockholm"))
    for place in places:
        page = (await bo.get(place)).text
        said = "den förra till" if place == URL else "Den förra nyckeln gäller också, till"
        assert f"{until:%H}" in page.split(said)[1][:200]
    write_file(file, {})
    assert "Den förra" not in (await bo.post(URL, await form(bo))).text.split("<main")[1], "there was none"


async def test_it_is_refused_to_a_forged_form_and_to_other_profiles(house: PortalHouse, file: Path) -> None:
    bo, anna = await visitor(house), await house.visitor()
    before = SecretStore(file).of(SYDNARKE)
    assert (await bo.post(URL, {"csrf": "x"})).status_code == 403
    assert (await anna.get(URL)).status_code == 404
    assert (await anna.post(URL)).status_code == 404
    assert (await house.browser().post(URL)).status_code == 303
    assert SecretStore(file).of(SYDNARKE) == before


async def test_a_third_within_a_day_ends_the_oldest_and_the_page_says_so_before(house: PortalHouse, file: Path) -> None:
    bo, warning = await visitor(house), "Gör ni en till nu slutar den förra gälla genast."
    (first,) = SecretStore(file).of(SYDNARKE)
    assert warning not in (await bo.get(URL)).text
    for _ in range(2):
        await bo.post(URL, await form(bo))
        assert warning in (await bo.get(URL)).text
    held = SecretStore(file).of(SYDNARKE)
    assert len(held) == 2
    assert first not in held


async def test_a_form_that_was_sent_twice_makes_one_secret_and_says_so(house: PortalHouse, file: Path) -> None:
    bo = await visitor(house)
    eva = await house.visitor("eva@sydnarke.example", municipality="hallsberg", connection=SYDNARKE, name="Eva Ek")
    await house.mails()
    sent, others = await form(bo), await form(eva)
    assert "whsec_" in (await bo.post(URL, sent)).text
    after = SecretStore(file).of(SYDNARKE)
    assert len(await house.mails()) == 2
    for again in (await bo.post(URL, sent), await bo.post(URL), await eva.post(URL, others)):
        assert again.status_code == 200
        assert "Nyckeln är redan bytt" in again.text
        assert "whsec_" not in again.text
        assert follows(again.text) == await form(bo), "the page's own form makes another"
    assert SecretStore(file).of(SYDNARKE) == after
    assert await house.mails() == []
    assert "whsec_" in (await bo.post(URL, await form(bo))).text, "who lost it makes another"


async def test_where_the_file_cannot_be_written_the_page_says_whom_to_ask(house: PortalHouse, file: Path) -> None:
    bo = await visitor(house)
    house.secrets._file = file.parent / "no-folder" / file.name
    answer = await bo.post(URL, await form(bo))
    assert answer.status_code == 409
    assert "Be kommunen om en ny" in answer.text
    assert await house.mails() == []


async def test_a_change_of_key_is_offered_only_where_it_can_be_made_from_here(house: PortalHouse, file: Path) -> None:
    bo, here = await visitor(house), "/portal/anslutning"
    anna = (await (await house.visitor()).get(here)).text
    assert "ny-nyckel" not in anna
    offered = (await bo.get(here)).text
    assert (f'href="{URL}"' in offered, "Be kommunen om en ny." in offered) == (True, False)
    made = (await bo.post(URL, await form(bo))).text
    assert 'href="/portal/anslutning#prov"' in made
    assert 'id="prov"' in offered
    assert "#copy" in made.partition("data-copy=")[2].partition("</button>")[0]
    house.secrets._file = None
    page = (await bo.get(here)).text
    assert (f'href="{URL}"' in page, "Be kommunen om en ny." in page) == (False, True)
