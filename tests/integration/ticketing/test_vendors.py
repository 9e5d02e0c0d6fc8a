"""The ways to vendors: who sees them, what is asked of the bridge, and what came of it (R4)."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml
from sqlalchemy import text

from contracts.events import vendor_bridge as v
from contracts.reasons import NOBODY_INVITED
from contracts.refusals import RIGHT_KEY
from tests.support.ticketing_house import House, yaml_of

NAME, VENDOR = "demo-vendor", "vendor:network"
BY = {"party": "team:samordnaren", "person": "samordnare"}


async def asked(house: House, step: str) -> list[dict[str, Any]]:
    """The commands of a kind that went to the bridge, oldest first."""
    async with house.engine.connect() as conn:
        query = "SELECT convert_from(value, 'UTF8')::jsonb FROM outbox WHERE type = :type ORDER BY id"
        return list(await conn.scalars(text(query), {"type": f"connection.{step}_requested.v1"}))


def stands(house: House, health: str, **more: Any) -> Any:
    told = {"connection": NAME, "vendor": VENDOR, "health": health, "since": datetime.now(UTC)}
    return house.event(v.ConnectionChanged, **(told | more))


async def test_the_page_says_in_words_how_each_way_stands_and_since_when(house: House) -> None:
    oldest = datetime.now(UTC) - timedelta(hours=3)
    await house.told(stands(house, "resting", detail="answered 503: Nere", backlog=37, oldest=oldest))
    page = (await (await house.visitor("samordnare")).get("/leverantorer")).text
    for words in ("Svarar inte", "37 meddelanden", "För den som felsöker: svarade 503: Nere", "Inget hört än"):
        assert words in page
    assert "answered" not in page
    await house.told(stands(house, "well"))
    page = (await (await house.visitor("administrator")).get("/leverantorer")).text
    assert "Fungerar" in page
    assert "Svarar inte" not in page


async def test_broken_ways_stand_first_and_what_can_be_done_with_those_that_work_is_folded_away(house: House) -> None:
    vendors = yaml.safe_load(yaml_of("malarvik")["directory"])["vendors"]
    names = [vendor["connection"]["name"] for vendor in vendors if vendor.get("connection")]
    how = dict(zip(names, ("well", "paused", "disabled", "resting"), strict=True))
    for name, health in how.items():
        await house.told(stands(house, health, connection=name))
    page = (await (await house.visitor("samordnare")).get("/leverantorer")).text
    order = sorted(how, key=lambda name: page.index(f'id="{name}">'))
    assert [how[name] for name in order] == ["disabled", "resting", "paused", "well"]
    for name in how:
        (own,) = [each for each in page.split('<li class="wish') if f'id="{name}">' in each]
        assert own.index("<h2") < own.index('class="pill'), "the pill stands beside the name"
        line = own.partition("<details>")[2].partition("</summary>")[0]
        assert ("Fungerar" in line) is (how[name] == "well"), "what works is one line"


@pytest.mark.parametrize("waits", [0, 1])
async def test_a_portal_that_nobody_is_invited_to_needs_somebody_once_a_case_waits(house: House, waits: int) -> None:
    await house.told(stands(house, "misconfigured", detail=f"{NOBODY_INVITED}; invite them: eskalera x", backlog=waits))
    page = (await (await house.visitor("samordnare")).get("/leverantorer")).text
    (own,) = [each for each in page.split('<li class="wish') if f'id="{NAME}">' in each]
    head = own.partition("</div>" if waits else "</summary>")[0]
    assert "Ingen är inbjuden" in head
    assert ('class="pill tone-bad"' in head) is bool(waits)
    assert own.startswith('"' if waits else " way-line")


async def test_staff_see_what_was_last_refused_in_a_vendors_name(house: House) -> None:
    browser, at = await house.visitor("samordnare"), datetime.now(UTC)
    last = v.ConnectionRefusal(at=at, status=422, reason="<i>/data/text</i>", lately=3)
    await house.told(stands(house, "well", refused=last))
    page = (await browser.get("/leverantorer")).text
    for words in (
        "Avvisat från leverantören · 3 på ett dygn",
        "&lt;i&gt;/data/text",
        "Något i innehållet stämde inte.",
    ):
        assert words in page
    assert "/data/text" not in page.partition("<summary>För tekniker")[0], "no pointers to who coordinates"
    await house.told(stands(house, "well", refused=last.model_copy(update={"status": 418})))
    assert "Vi kunde inte ta emot det." in (await browser.get("/leverantorer")).text
    await house.told(stands(house, "well", refused=last.model_copy(update={"proven": False})))
    assert "Någon använde deras adress utan rätt nyckel" in (await browser.get("/leverantorer")).text
    late = f"{RIGHT_KEY}webhook-timestamp is 700 seconds behind our clock; five minutes are allowed"
    await house.told(stands(house, "well", refused=last.model_copy(update={"proven": False, "reason": late})))
    page = (await browser.get("/leverantorer")).text
    assert "Nyckeln var rätt, men klockan gick fel hos dem, eller så var meddelandet gammalt." in page
    assert "webhook-timestamp" not in page.partition("<summary>För tekniker")[0]
    assert "700 sekunder efter vår klocka" in page
    assert "utan rätt nyckel" not in page
    unknown = last.model_copy(update={"status": 404, "reason": "There is no such hand-off on this connection."})
    await house.told(stands(house, "well", refused=unknown))
    shown, _, folded = (await browser.get("/leverantorer")).text.partition('<details class="technical">')
    assert "Anslutningen har inget sådant ärende." in shown
    assert "There is no such" not in shown
    assert '404 <bdi lang="en">There is no such hand-off' in folded
    earlier = tuple(
        v.EarlierRefusal(at=at - timedelta(hours=n), status=413, reason=f"f{n} is missing.") for n in (1, 2)
    )
    await house.told(stands(house, "well", refused=unknown.model_copy(update={"before": earlier})))
    many = tuple(
        v.EarlierRefusal(at=at - timedelta(hours=n), status=422, reason=f"/data/f{n} unknown field")
        for n in range(1, 25)
    )
    await house.told(stands(house, "well", refused=unknown.model_copy(update={"before": many})))
    numbers = []
    for number in (1, 2, 3):
        page = (await browser.get(f"/leverantorer?avvisat={NAME}&sida={number}")).text
        numbers.append(sorted(int(n) for n in set(re.findall(r"/data/f(\d+)", page))))
        links = ("Visa nyare" in page, "Visa äldre" in page)
        assert links == (number > 1, number < 3)
    assert numbers == [[*range(1, 10)], [*range(10, 20)], [*range(20, 25)]]
    assert "/data/f24" in (await browser.get(f"/leverantorer?avvisat={NAME}&sida=9")).text, "the last there is"
    await house.told(stands(house, "well", refused=unknown.model_copy(update={"before": earlier})))
    page = (await browser.get("/leverantorer")).text
    assert "2 till före det" in page
    assert page.count("Det var för stort.") == 2
    assert page.index("404 <bdi") < page.index("f1 is missing.") < page.index("f2 is missing.")
    await house.told(stands(house, "well"))
    assert "Avvisat från" not in (await browser.get("/leverantorer")).text


async def test_mails_of_one_minute_are_told_apart_by_their_seconds_and_their_case(house: House) -> None:
    at = datetime(2026, 3, 2, 6, 31, 5, tzinfo=UTC)
    ticket = await house.file("larare", title="Skrivaren", school="ekbacken")
    incident = await house.incident(ticket["id"], schools=["ekbacken"])
    handoff = await house.hand_off(incident)
    newest = tuple(
        v.HeldMail(mail=f"ml_{n}", handoff=handoff, at=at + timedelta(seconds=n), reason="it says it is automatic")
        for n in (12, 0)
    )
    await house.told(stands(house, "well", held=v.HeldMails(mails=2, since=at, newest=newest)))
    desk = await house.visitor("samordnare")
    page = (await desk.get("/leverantorer")).text
    rows = page.partition('<ul class="plain-list told">')[2].partition("</ul>")[0]
    assert rows.index("07:31:17") < rows.index("07:31:05")
    assert page.count(f"Till ärendet {ticket['number']}") == 2
    case = (await desk.get(f"/storningar/{incident}")).text
    assert ("2 mejl väntar" in case, "Ett mejl väntar" in case) == (True, False)
    await house.told(stands(house, "well"))


RELEASE = "/leverantorer/printing/mejl/ml_9/slapp-fram"


async def test_a_mail_that_waits_says_what_staff_can_do_and_nothing_of_a_key(house: House) -> None:
    content = yaml.safe_load(yaml_of("malarvik")["directory"])
    (printing,) = [vendor for vendor in content["vendors"] if vendor["id"] == "print"]
    printing["connection"] = {"name": "printing", "profile": "email", "email": "support@v.example"}
    changed = {"directory": yaml.safe_dump(content, allow_unicode=True)}
    assert (await house.client("administrator").put("/directories/malarvik", json=changed)).status_code == 200
    ticket = (await house.file("larare", title="Skrivaren", school="ekbacken"))["id"]
    incident = await house.incident(ticket, schools=["ekbacken"], holder="team:samordnaren")
    handoff = await house.hand_off(incident, "vendor:print", connection="printing")
    reason, at = "it does not come from the vendor's mailbox", datetime.now(UTC)
    mails = v.HeldMails(mails=2, since=at, newest=(v.HeldMail(mail="ml_9", handoff=handoff, at=at, reason=reason),))
    await house.told(stands(house, "well", connection="printing", vendor="vendor:print", held=mails))
    desk = await house.visitor("samordnare")
    page = (await desk.get("/leverantorer")).text
    own = page.partition('id="printing">')[2].partition("</dl>")[0]
    for words in (
        "Mejl som väntar",
        "2 mejl hålls kvar",
        "Avsändaren är inte leverantörens e-postadress.",
        f'<a href="/storningar/{incident}">',
        "eskalera vendor quarantine show ml_9",
        f'action="{RELEASE}"',
        'action="/leverantorer/printing/mejl/ml_9/kasta"',
    ):
        assert words in own
    assert "Avvisat" not in own
    assert "nyckel" not in own
    case = (await desk.get(f"/storningar/{incident}")).text
    assert "Ett mejl väntar" in case
    assert "står inte i historiken" in case
    assert "/leverantorer#" in case
    other = (await (await house.visitor("tekniker")).get(f"/storningar/{incident}")).text
    assert ("Ett mejl väntar" in other, "/leverantorer" in other) == (True, False)
    teacher = await house.visitor("larare")
    assert "Ett mejl väntar" not in (await teacher.get(f"/arenden/{ticket}")).text
    thrown = (await desk.post("/leverantorer/printing/mejl/ml_9/kasta")).headers["location"]
    command = (await asked(house, "mail_discard"))[-1]
    assert (command["connection"], command["mail"]) == ("printing", "ml_9")
    outcome = v.ConnectionOutcome(step="mail_discarded", mail="ml_9")
    done = stands(house, "well", connection="printing", vendor="vendor:print")
    await house.told(done.model_copy(update={"request_id": command["request_id"], "outcome": outcome}))
    page = (await desk.get(thrown)).text
    assert ("Mejlet är kastat." in page, f'action="{RELEASE}"' in page) == (True, True)
    await desk.post(RELEASE)
    assert (await asked(house, "mail_release"))[-1]["mail"] == "ml_9"
    await house.told(stands(house, "well", connection="printing", vendor="vendor:print"))
    assert "Ett mejl väntar" not in (await desk.get(f"/storningar/{incident}")).text
    await house.told(house.event(v.HandoffTakenBack, handoff=handoff, incident=incident, vendor="vendor:print"))
    await house.furnish("malarvik")  # as the module's other tests have it


async def test_staff_see_that_a_history_cannot_be_fetched_and_why(house: House) -> None:
    browser, since = await house.visitor("samordnare"), datetime.now(UTC) - timedelta(hours=1)
    stories = v.WaitingStories(messages=3, since=since, reason="answered 503: <zq7>")
    await house.told(stands(house, "well", stories=stories))
    page = (await browser.get("/leverantorer")).text
    for words in ("Historik att hämta", "3 meddelanden väntar på den", "Orsaken: svarade 503: &lt;zq7&gt;."):
        assert words in page
    await house.told(stands(house, "well"))
    assert "Historik att hämta" not in (await browser.get("/leverantorer")).text


@pytest.mark.parametrize(
    ("profile", "more", "can_be_tried"),
    [
        ("webhook", {"url": "https://v.example/", "secret_ref": "v"}, True),
        ("tmf621", {"url": "https://v.example/", "secret_ref": "v"}, True),
        ("tmf621", {}, False),
        ("email", {"email": "support@v.example"}, False),
        ("portal", {}, False),
    ],
)
async def test_only_what_can_be_tried_is_offered_to_be_tried(
    house: House, profile: str, more: dict[str, str], can_be_tried: bool
) -> None:
    content = yaml.safe_load(yaml_of("malarvik")["directory"])
    (printing,) = [vendor for vendor in content["vendors"] if vendor["id"] == "print"]
    printing["connection"] = {"name": "printing", "profile": profile, **more}
    changed = {"directory": yaml.safe_dump(content, allow_unicode=True)}
    assert (await house.client("administrator").put("/directories/malarvik", json=changed)).status_code == 200
    await house.told(stands(house, "well", connection="printing", vendor="vendor:print"))
    page = (await (await house.visitor("samordnare")).get("/leverantorer")).text
    await house.furnish("malarvik")  # as the module's other tests have it
    assert ('action="/leverantorer/printing/prova"' in page) is can_be_tried
    assert 'action="/leverantorer/printing/pausa"' in page


async def test_a_pause_is_asked_of_the_bridge_and_the_page_says_what_came_of_it(house: House) -> None:
    browser = await house.visitor("samordnare")
    sent = await browser.post(f"/leverantorer/{NAME}/pausa")
    assert sent.status_code == 303
    command = (await asked(house, "pause"))[-1]
    assert (command["connection"], command["by"]["person"], command["cases"]) == (NAME, "samordnare", [])
    after = sent.headers["location"]
    page = (await browser.get(after)).text
    assert "Pausa anslutningen" in page
    assert "skickat" in page
    assert "Se hur det gick" in page
    live = after.replace("/leverantorer", "/leverantorer/nu").partition("&")[0]
    assert f'data-live="{live}"' in page
    assert "skickat" in (await browser.get(live)).text

    outcome = {"step": "paused"}
    await house.told(stands(house, "paused", request_id=command["request_id"], by=BY, outcome=outcome))
    page = (await browser.get(after)).text
    for words in ("klart", "är pausad. Inget skickas förrän någon startar igen.", "Pausad", "Starta igen"):
        assert words in page
    assert "Se hur det gick" not in page
    assert "data-live" not in page
    assert "är pausad. Inget skickas" in (await browser.get(live)).text
    assert (await (await house.visitor("larare")).get(live)).status_code == 403


async def test_a_refusal_and_a_test_that_did_not_get_there_are_told_with_the_reason(house: House) -> None:
    browser = await house.visitor("administrator")
    tested = (await browser.post(f"/leverantorer/{NAME}/prova")).headers["location"]
    command = (await asked(house, "test"))[-1]
    outcome = {"step": "tested", "well": False, "status": 503, "detail": "answered 503: <b>Nere</b>"}
    await house.told(stands(house, "resting", request_id=command["request_id"], by=BY, outcome=outcome))
    page = (await browser.get(tested)).text
    assert "Provet kom inte fram till" in page
    assert "svarade 503: &lt;b&gt;Nere" in page

    times = {"since": "2026-11-20T08:00", "until": "2026-11-20T09:00"}
    replayed = (await browser.post(f"/leverantorer/{NAME}/skicka-igen", **times)).headers["location"]
    command = (await asked(house, "replay"))[-1]
    assert command["since"].startswith("2026-11-20T08:00:00+01:00") or "07:00:00Z" in command["since"]
    why = {"sv": "Inget togs emot under den tiden.", "en": "Nothing was taken in that time."}
    refusal = {"connection": NAME, "request_id": command["request_id"], "code": "nothing_to_send", "reason": why}
    await house.told(house.event(v.ConnectionRequestRefused, **refusal))
    page = (await browser.get(replayed)).text
    assert "gick inte" in page
    assert "Inget togs emot under den tiden." in page


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        ("", "2026-11-20T09:00", "Skriv när det börjar"),
        ("2026-11-20T09:00", "2026-11-20T09:00", "Sluttiden måste komma efter starttiden."),
        ("i går", "nyss", "Skriv när det börjar"),
    ],
)
async def test_a_time_that_is_none_asks_nothing_and_keeps_what_was_written(
    house: House, since: str, until: str, words: str
) -> None:
    browser, before = await house.visitor("samordnare"), await house.stored()
    answer = await browser.post(f"/leverantorer/{NAME}/skicka-igen", since=since, until=until)
    assert answer.status_code == 422
    assert words in answer.text
    assert await house.stored() == before


@pytest.mark.parametrize("person", ["larare", "tekniker", "rektor", "it-ansvarig"])
async def test_nobody_else_sees_or_does_anything_with_them(house: House, person: str) -> None:
    browser = await house.visitor(person)
    assert (await browser.get("/leverantorer")).status_code == 403
    assert "/leverantorer" not in (await browser.get("/arenden")).text
    client, before = house.client(person), await house.stored()
    assert (await client.get("/connections")).status_code == 403
    times = {"since": "2026-11-20T08:00:00Z", "until": "2026-11-20T09:00:00Z"}
    for step, path, body in (
        ("pause", "pausa", None),
        ("resume", "starta", None),
        ("test", "prova", None),
        ("replay", "skicka-igen", times),
        ("resend", None, {"message": "msg_1"}),
        ("mails/ml_1/release", "mejl/ml_1/slapp-fram", None),
        ("mails/ml_1/discard", "mejl/ml_1/kasta", None),
    ):
        assert (await client.post(f"/connections/{NAME}/{step}", json=body)).status_code == 403
        if path is not None:
            form = {"since": "2026-11-20T08:00", "until": "2026-11-20T09:00"} if body else {}
            assert (await browser.post(f"/leverantorer/{NAME}/{path}", **form)).status_code == 403
    assert await house.stored() == before


async def test_n9_another_municipalitys_connection_is_none(house: House) -> None:
    client = house.client("samordnare")
    assert (await client.post("/connections/hallsberg-sydnarke-it/pause")).status_code == 404
    assert (await client.post("/connections/no-such/pause")).status_code == 404
    ids = [item["id"] for item in (await client.get("/connections")).json()["items"]]
    assert NAME in ids
    assert not any(id_.startswith("hallsberg") for id_ in ids)


async def test_the_api_asks_the_same_and_tells_the_outcome(house: House) -> None:
    client = house.client("samordnare")
    wrong = {"since": "2026-11-20T09:00:00Z", "until": "2026-11-20T08:00:00Z"}
    assert (await client.post(f"/connections/{NAME}/replay", json=wrong)).status_code == 422
    accepted = await client.post(f"/connections/{NAME}/resend", json={"message": "msg_abc"})
    assert accepted.status_code == 202
    request = accepted.json()["request_id"]
    command = (await asked(house, "resend"))[-1]
    assert (command["message"], command["request_id"]) == ("msg_abc", request)
    status = (await client.get(f"/requests/{request}")).json()
    assert (status["status"], status["outcome"]) == ("pending", None)
    outcome = {"step": "resent", "messages": 1, "status": 200}
    await house.told(stands(house, "well", request_id=request, by=BY, outcome=outcome))
    status = (await client.get(f"/requests/{request}")).json()
    assert (status["status"], status["outcome"]["messages"]) == ("done", 1)
    (item,) = [each for each in (await client.get("/connections")).json()["items"] if each["id"] == NAME]
    assert (item["vendor"], item["profile"], item["standing"]["health"]) == (VENDOR, "webhook", "well")
