"""A vendor sees what it was sent, how that went, and how its connection fares."""

import json
import re
from datetime import UTC, datetime

import pytest

from contracts.events import vendor_bridge as v
from contracts.refusals import RIGHT_KEY, THROWN_AWAY
from contracts.webhooks import parse_incoming
from tests.support.handoff_life import COORDINATOR, PLATFORM, WIFI, Case
from tests.support.portal_house import WIFI_PORTAL, PortalHouse, key_of
from vendor_bridge.refusals import Sent

OWED = "Väntar på att skickas"
SYDNARKE = "hallsberg-sydnarke-it"


async def test_a_portals_log_says_what_was_told_and_shows_its_content(house: PortalHouse) -> None:
    anna = await house.visitor()
    handoff = await house.handed_over()
    await house.handed_over(Case(service="learning_platform"), PLATFORM)
    page = (await anna.get("/portal/meddelanden")).text
    assert page.count('class="row-link"') == 1
    assert "Väntar" in page
    await house.deliver()
    page = (await anna.get("/portal/meddelanden")).text
    assert "Berättat" in page
    assert "Trådlöst nät – Ekbackens skola" in page
    assert "Försök" not in page
    (row,) = await house.rows("SELECT webhook_id FROM delivery WHERE handoff = :id", id=handoff)
    message = (await anna.get(f"/portal/meddelanden/{row.webhook_id}")).text
    assert "se.eskalera.handoff.offered.v1" in message
    assert f"/portal/arenden/{handoff}" in message
    assert [event.handoff for event in await house.said(v.HandoffDelivered) if event.handoff == handoff] == [handoff]


async def test_two_cases_of_one_service_at_one_school_are_told_apart_by_their_numbers(house: PortalHouse) -> None:
    anna = await house.visitor()
    first, second = await house.handed_over(), await house.handed_over()
    await house.deliver()
    queue, log = [(await anna.get(path)).text for path in ("/portal/arenden", "/portal/meddelanden")]
    numbers = set(re.findall(r'<span class="number">([^<]+)</span>', queue))
    assert len(numbers) == 2
    assert set(re.findall(r'<span class="number">([^<]+)</span>', log)) == numbers
    for handoff in (first, second):
        rows = await house.rows("SELECT webhook_id FROM delivery WHERE handoff = :id", id=handoff)
        message = (await anna.get(f"/portal/meddelanden/{rows[0].webhook_id}")).text
        assert len([number for number in numbers if number in message]) == 1


async def test_a_vendor_with_a_system_sees_attempts_answers_and_what_is_wrong(house: PortalHouse) -> None:
    bo = await house.visitor("bo@sydnarke.example", municipality="hallsberg", connection=SYDNARKE, name="Bo")
    assert "Allt fungerar" in (await bo.get("/portal/anslutning")).text
    await house.handed_over(Case("hallsberg", school="transtensskolan"), "vendor:sydnarke-it")
    await house.rows(
        "UPDATE delivery SET attempts = 3, last_status = 503, last_error = 'answered 503: Under <b>repair</b>',"
        " first_failed_at = now(), attempted_at = now()"
    )
    await house.rows(
        "INSERT INTO connection_health (municipality, connection, failures, resting_until, trouble, detail, changed_at)"
        " VALUES ('hallsberg', :connection, 7, now() + interval '10 minutes', 'unreachable', 'answered 503', now())",
        connection=SYDNARKE,
    )
    log = (await bo.get("/portal/meddelanden?visa=fel")).text
    assert "Når inte fram" in log
    assert "svarade 503" in log
    assert "<b>repair</b>" not in log
    assert (await bo.get("/portal/meddelanden?visa=vantar")).text.count('class="row-link"') == 1
    health = (await bo.get("/portal/anslutning")).text
    assert "Ert system svarar inte" in health
    assert "svarade 503" in health
    assert "answered" not in health + log
    assert "Hemlig nyckel" in health
    for profile_word in ("webhook", "http://127.0.0.1:8086/webhooks/hallsberg-sydnarke-it"):
        assert profile_word in health


async def test_a_portals_connection_has_nothing_of_webhooks(house: PortalHouse) -> None:
    anna = await house.visitor()
    page = (await anna.get("/portal/anslutning")).text
    assert "Hemlig nyckel" not in page
    assert "Väntar på att skickas" not in page
    assert "Anna Ek" in page


async def test_a_long_log_has_pages(house: PortalHouse) -> None:
    anna = await house.visitor()
    for _ in range(55):
        await house.handed_over()
    first = (await anna.get("/portal/meddelanden")).text
    assert first.count('class="row-link"') == 50
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert (await anna.get(older)).text.count('class="row-link"') == 5


async def test_a_vendor_that_is_well_again_says_so_and_all_goes_in_order(house: PortalHouse) -> None:
    bo = await house.visitor("bo@sydnarke.example", municipality="hallsberg", connection=SYDNARKE, name="Bo")
    await house.handed_over(Case("hallsberg", school="transtensskolan"), "vendor:sydnarke-it")
    await house.rows("UPDATE delivery SET due_at = now() + interval '1 day', first_failed_at = now(), last_error = 'x'")
    await house.rows(
        "INSERT INTO connection_health (municipality, connection, failures, resting_until, trouble, changed_at)"
        " VALUES ('hallsberg', :connection, 0, '9999-01-01 00:00Z', 'disabled', now())",
        connection=SYDNARKE,
    )
    assert "Vårt system är igång" in (await bo.get("/portal/anslutning")).text
    assert (await bo.post("/portal/anslutning/igang")).status_code == 303
    assert await house.rows("SELECT 1 FROM connection_health") == []
    assert await house.rows("SELECT 1 FROM delivery WHERE due_at > now()") == []
    page = (await bo.get("/portal/anslutning")).text
    assert "Vi försöker på en gång." in page
    assert "Allt fungerar" in page


async def test_that_its_own_ticket_cannot_be_read_is_trouble_and_it_is_read_at_once_when_asked(
    house: PortalHouse,
) -> None:
    bo = await house.visitor("bo@sydnarke.example", municipality="hallsberg", connection=SYDNARKE, name="Bo")
    handoff = await house.handed_over(Case("hallsberg", school="transtensskolan"), "vendor:sydnarke-it")
    await house.rows(
        "INSERT INTO remote_ticket (handoff, municipality, connection, id, known, due_at, failures, reason)"
        " VALUES (:handoff, 'hallsberg', :connection, 'VT-1', '{}', now() + interval '1 day', 1, 'answered 500')",
        handoff=handoff,
        connection=SYDNARKE,
    )
    page = (await bo.get("/portal/anslutning")).text
    assert "Allt fungerar" not in page
    assert "går inte att läsa: svarade 500" in page
    assert (await bo.post("/portal/anslutning/igang")).status_code == 303
    assert await house.rows("SELECT 1 FROM remote_ticket WHERE due_at > now()") == []


async def test_what_the_municipality_has_paused_says_so_and_not_that_all_is_well(house: PortalHouse) -> None:
    bo = await house.visitor("bo@sydnarke.example", municipality="hallsberg", connection=SYDNARKE, name="Bo")
    await house.rows(
        "INSERT INTO connection (municipality, connection, paused_at, paused_by)"
        " VALUES ('hallsberg', :connection, now(), 'team:x')",
        connection=SYDNARKE,
    )
    page = (await bo.get("/portal/anslutning")).text
    assert "Kommunen har pausat anslutningen. Allt väntar i ordning." in page
    assert "Allt fungerar" not in page
    assert "Vårt system är igång" not in page


async def test_one_message_is_tried_at_once_and_only_an_own_one(house: PortalHouse) -> None:
    bo = await house.visitor("bo@sydnarke.example", municipality="hallsberg", connection=SYDNARKE, name="Bo")
    await house.handed_over(Case("hallsberg", school="transtensskolan"), "vendor:sydnarke-it")
    await house.handed_over()
    await house.rows("UPDATE delivery SET due_at = now() + interval '1 day', last_error = 'x'")
    rows = await house.rows("SELECT webhook_id, connection FROM delivery")
    named = {row.connection: row.webhook_id for row in rows}
    url = "/portal/meddelanden/{}/forsok-nu".format
    assert "Försök igen nu" in (await bo.get(f"/portal/meddelanden/{named[SYDNARKE]}")).text
    assert (await bo.post(url(named[SYDNARKE]))).status_code == 303
    assert (await bo.post(url(named["natverket"]))).status_code == 404
    assert (await bo.post(url(named[SYDNARKE]), {"csrf": "x"})).status_code == 403
    due = await house.rows("SELECT connection FROM delivery WHERE due_at <= now()")
    assert [row.connection for row in due] == [SYDNARKE]


async def test_it_asks_for_a_message_again_and_for_a_test_of_its_own_connection_alone(house: PortalHouse) -> None:
    bo = await house.visitor("bo@sydnarke.example", municipality="hallsberg", connection=SYDNARKE, name="Bo")
    await house.handed_over(Case("hallsberg", school="transtensskolan"), "vendor:sydnarke-it")
    await house.handed_over()
    await house.rows("UPDATE delivery SET state = 'delivered', body = '{}'")
    named = {row.connection: row.webhook_id for row in await house.rows("SELECT webhook_id, connection FROM delivery")}
    url = "/portal/meddelanden/{}/skicka-igen".format
    assert "Skicka igen" in (await bo.get(f"/portal/meddelanden/{named[SYDNARKE]}")).text
    assert (await bo.post(url(named[SYDNARKE]))).status_code == 303
    assert (await bo.post(url(named["natverket"]))).status_code == 404
    assert (await bo.post("/portal/anslutning/prov")).status_code == 303
    await house.rows(
        "INSERT INTO delivery_attempt"
        " (webhook_id, municipality, connection, kind, why, at, seconds, outcome, status, detail)"
        " VALUES ('msg_t', 'hallsberg', :connection, 'test', 'tested', now(), 0.2, 'not_taken', 503, 'zq7 busy')",
        connection=SYDNARKE,
    )
    assert "zq7 busy" in (await bo.get("/portal/anslutning")).text
    asked = await house.rows("SELECT step, connection, by ->> 'party' AS party FROM errand ORDER BY asked_at")
    assert [tuple(row) for row in asked] == [
        ("resent", SYDNARKE, "vendor:sydnarke-it"),
        ("tested", SYDNARKE, "vendor:sydnarke-it"),
    ]


async def test_it_sees_what_it_sent_and_had_refused_of_its_own_connection_alone(house: PortalHouse) -> None:
    bo = await house.visitor("bo@sydnarke.example", municipality="hallsberg", connection=SYDNARKE, name="Bo")
    url = "/portal/meddelanden/avvisat"
    assert 'href="/portal/meddelanden/fran-er"' in (await bo.get("/portal/meddelanden")).text
    assert 'href="/portal/meddelanden/fran-er?visa=avvisat"' in (await bo.get("/portal/meddelanden/fran-er")).text
    assert "Inget har avvisats" in (await bo.get(url)).text
    refusals = house.vendors.refusals
    sent = Sent("webhook", "<b>note</b>", b"{}", "vm_1")
    await refusals.note(SYDNARKE, {"hallsberg"}, sent, 422, "/data/text unknown field", proven=True)
    await refusals.note(SYDNARKE, {"hallsberg"}, Sent("webhook", "?"), 401, "there is no webhook-id", proven=False)
    await refusals.note("natverket", {"malarvik"}, Sent("tmf", "GET /x"), 404, "another's", proven=True)
    page = (await bo.get(url)).text
    for shown in ("422", "/data/text unknown field", "vm_1", "&lt;b&gt;note", "Någon som använde er adress", "2 byte"):
        assert shown in page
    assert "another" not in page
    assert page.index("there is no webhook-id") < page.index("unknown field")


async def test_a_message_says_how_often_it_was_tried_by_hand_too(house: PortalHouse) -> None:
    bo = await house.visitor("bo@sydnarke.example", municipality="hallsberg", connection=SYDNARKE, name="Bo")
    await house.handed_over(Case("hallsberg", school="transtensskolan"), "vendor:sydnarke-it")
    await house.rows("UPDATE delivery SET attempts = 1, state = 'delivered', body = '{}', last_status = 200")
    (row,) = await house.rows("SELECT webhook_id, handoff FROM delivery")
    tries = [(row.webhook_id, "owed"), (row.webhook_id, "resent"), *[("msg_other", "owed")] * 200]
    for message, why in tries:
        await house.rows(
            "INSERT INTO delivery_attempt (webhook_id, municipality, connection, handoff, kind, why, at, seconds,"
            " outcome, status, detail) VALUES (:message, 'hallsberg', :connection, :handoff, 'offered', :why, now(),"
            " 0.2, 'taken', 200, '')",
            message=message,
            connection=SYDNARKE,
            handoff=row.handoff,
            why=why,
        )
    page = (await bo.get(f"/portal/meddelanden/{row.webhook_id}")).text
    assert "<dt>Försök</dt><dd>2</dd>" in page
    assert page.count("· framme (200)") == 2
    assert ("<dt>Ert svar</dt>" in page, "<dt>Senaste försök</dt>" in page) == (False, False), "each try says it"
    assert '<td class="named" data-label="Försök">2</td>' in (await bo.get("/portal/meddelanden")).text


@pytest.mark.parametrize(
    ("way", "what", "status", "shown"),
    [
        ("webhook", "entry_added", 404, ("Anteckning", "Ärendet finns inte hos er.")),
        ("webhook", "returned", 409, ("Tillbaka till kommunen", "Det går inte ihop med hur ärendet är nu")),
        ("webhook", "?", 401, ("Något vi inte kunde läsa", "Nyckeln eller signaturen stämmer inte")),
        ("webhook", "PUT /handoffs/ho_1/attachments/00", 422, ("Fil", "Något i innehållet stämmer inte.")),
        ("webhook", "se.eskalera.handoff.updated.v1", 429, ("Nytt om ert ärende", "Det kom för mycket på en gång.")),
        ("tmf", "PATCH /tmf-api/x", 418, ("Begäran från ert system", "Vi kunde inte ta emot det.")),
        ("mail", "mail", 552, ("Brev", "Brevet kunde inte tas emot.")),
        ("portal", "POST /portal/arenden/ho_1/notera", 413, ("Formulär i portalen", "Det var för stort.")),
    ],
)
async def test_what_came_and_why_it_was_refused_stand_there_in_plain_swedish_with_the_answer_beside(
    house: PortalHouse, way: str, what: str, status: int, shown: tuple[str, str]
) -> None:
    bo = await house.visitor("bo@sydnarke.example", municipality="hallsberg", connection=SYDNARKE, name="Bo")
    sent = Sent(way, what, b"{}", "vm_1")
    await house.vendors.refusals.note(SYDNARKE, {"hallsberg"}, sent, status, "zq7 unknown", proven=True)
    page = (await bo.get("/portal/meddelanden/fran-er")).text
    said, technical = page.split("<tbody>")[1].split('<details class="technical">')
    assert f">{shown[0]}<" in said
    assert f">{what}<" not in said
    assert f"<bdi>{what}</bdi>" in technical
    assert f"Avvisat. {shown[1]}" in page
    assert f'{status} <bdi lang="en">zq7 unknown</bdi>' in technical
    assert "zq7" not in said


async def test_a_form_that_was_refused_says_of_which_case_and_what_is_wrong_with_which_field(
    house: PortalHouse,
) -> None:
    browser = await house.visitor()
    handoff = await house.handed_over()
    page = await browser.get(f"/portal/arenden/{handoff}")
    form = {"key": key_of(page.text)}
    await browser.post(f"/portal/arenden/{handoff}/fraga", form | {"to": "kommunen", "text": " "})
    await browser.post(f"/portal/arenden/{handoff}/laget", form | {"status": "pending", "expected": "i morgon"})
    late, empty = (await browser.get("/portal/meddelanden/fran-er")).text.split("<tbody>")[1].split("</tr>")[:2]
    for line in (late, empty):
        assert "Trådlöst nät – Ekbackens skola" in line
    assert "Texten: Skriv vad ni behöver veta." in empty
    assert "När ni räknar med att vara klara: Skriv dag och tid" in late
    assert "text: Write what you need to know." in empty, "as it was answered"
    (row, _) = await house.vendors.refusals.page("malarvik", WIFI_PORTAL)
    assert row.handoff == handoff


@pytest.mark.parametrize(
    ("way", "status", "reason", "swedish"),
    [
        ("webhook", 404, "There is no such hand-off on this connection.", "Anslutningen har inget sådant ärende."),
        ("tmf", 405, "This is not done at this address.", "Det går inte att göra på den adressen."),
        (
            "mail",
            250,
            "Taken, and held back until staff look at it: it does not come from the vendor's mailbox",
            (
                "Brevet har kommit och väntar: kommunen behöver se efter om det är ert. "
                '<span dir="auto">Avsändaren är inte leverantörens e-postadress.'
            ),
        ),
        (
            "mail",
            250,
            f"{THROWN_AWAY}it does not come from the vendor's mailbox",
            "Brevet kom, men kommunen såg efter och kastade det: det räknades inte som ert.",
        ),
        (
            "webhook",
            401,
            f"{RIGHT_KEY}webhook-timestamp is 700 seconds behind our clock; five minutes are allowed",
            "webhook-timestamp är 700 sekunder efter vår klocka.",
        ),
    ],
)
async def test_a_known_refusal_is_said_in_the_readers_language_and_its_answer_is_folded_away(
    house: PortalHouse, way: str, status: int, reason: str, swedish: str
) -> None:
    bo = await house.visitor("bo@sydnarke.example", municipality="hallsberg", connection=SYDNARKE, name="Bo")
    sent = Sent(way, way, b"{}", "vm_1")
    proven = way != "mail" and status != 401
    await house.vendors.refusals.note(SYDNARKE, {"hallsberg"}, sent, status, reason, proven=proven)
    page = (await bo.get("/portal/meddelanden/fran-er")).text
    unfolded, _, folded = page.split("<tbody>")[1].rpartition("<details")
    assert swedish in unfolded
    assert f'{status} <bdi lang="en">' in folded
    assert "utan rätt nyckel" not in page
    assert ("skrev till ärendets svarsadress" in page) is (way == "mail")
    assert ("Rätt nyckel, men fel tid: se efter klockan i ert system" in page) is (status == 401)


async def test_a_long_log_of_refusals_has_pages(house: PortalHouse) -> None:
    bo = await house.visitor("bo@sydnarke.example", municipality="hallsberg", connection=SYDNARKE, name="Bo")
    for number in range(52):
        await house.vendors.refusals.note(
            SYDNARKE, {"hallsberg"}, Sent("tmf", str(number)), 404, "zq7 zq7", proven=True
        )
    first = (await bo.get("/portal/meddelanden/avvisat")).text
    assert first.count("zq7 zq7") == 50
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert (await bo.get(older)).text.count("zq7 zq7") == 2


async def test_of_what_comes_too_late_only_words_are_said_to_be_kept(house: PortalHouse) -> None:
    bo = await house.visitor("bo@sydnarke.example", municipality="hallsberg", connection=SYDNARKE, name="Bo")
    case = Case("hallsberg", school="transtensskolan")
    handoff = await house.handed_over(case, "vendor:sydnarke-it")
    await house.take_in(*case.assigned(COORDINATOR, "taken_back"))
    url = "/portal/meddelanden/fran-er"
    for kind, more, shown in (
        ("acknowledged", {"heads": {}}, "ändrade inget"),
        ("entry_added", {"text": "Hej."}, "orden är kvar som anteckning"),
    ):
        raw = json.dumps({"type": kind, "data": {"handoff": handoff, **more}}).encode()
        await house.vendors.say(SYDNARKE, {"hallsberg"}, parse_incoming(raw), f"vm_{kind}", raw)
        newest = (await bo.get(url)).text.split("<tbody>")[1].split("</tr>")[0]
        assert f"Kom när det inte var hos er längre: {shown}" in newest
        assert f"inte var hos er längre: {shown}" in (await bo.get(f"{url}/vm_{kind}")).text


async def test_what_came_from_it_stands_in_one_list_with_its_effect_and_its_content_apart(house: PortalHouse) -> None:
    bo = await house.visitor("bo@sydnarke.example", municipality="hallsberg", connection=SYDNARKE, name="Bo")
    url = "/portal/meddelanden/fran-er"
    assert "Inget här" in (await bo.get(url)).text
    handoff = await house.handed_over(Case("hallsberg", school="transtensskolan"), "vendor:sydnarke-it")
    for name, text in (("vm/1", "Vi <b>åker</b>."), ("vm_2", "Vi är framme.")):
        said = {"type": "entry_added", "data": {"handoff": handoff, "text": text}}
        raw = json.dumps(said).encode()
        await house.vendors.say(SYDNARKE, {"hallsberg"}, parse_incoming(raw), name, raw)
        await house.vendors.say(SYDNARKE, {"hallsberg"}, parse_incoming(raw), name, raw)
    sent = Sent("webhook", "returned", b"{}", "vm_3")
    await house.vendors.refusals.note(SYDNARKE, {"hallsberg"}, sent, 404, "There is no such hand-off", proven=True)
    page = (await bo.get(url)).text
    assert page.index("vm_3") < page.index(f"{url}/vm_2") < page.index(f"{url}/vm%2F1")
    for shown in ("Mottaget, och det gäller", "kom 1 gång till", "Skolans trådlösa nät", "Ert system"):
        assert shown in page
    assert "framme" not in page
    assert "vm_2" not in (await bo.get(f"{url}?visa=avvisat")).text
    assert "vm_3" not in (await bo.get(f"{url}?visa=igen")).text
    one = (await bo.get(f"{url}/vm%2F1")).text
    assert "Vi &lt;b&gt;åker&lt;/b&gt;." in one
    assert f"/portal/arenden/{handoff}" in one
    assert re.search("[0-9a-f]{64}", one), "its checksum"
    anna = await house.visitor()
    assert (await anna.get(f"{url}/vm_2")).status_code == 404
    assert "vm_2" not in (await anna.get(url)).text
    await house.rows("UPDATE inbound SET body = ''")
    assert "Innehållet är raderat" in (await bo.get(f"{url}/vm_2")).text


async def test_it_sees_that_its_histories_cannot_be_fetched_and_why(house: PortalHouse) -> None:
    bo = await house.visitor("bo@sydnarke.example", municipality="hallsberg", connection=SYDNARKE, name="Bo")
    assert "Historik att hämta" not in (await bo.get("/portal/anslutning")).text
    await house.rows(
        "INSERT INTO peer_waiting (municipality, connection, handoff, webhook_id, body, received_at, due_at, failures,"
        " reason) VALUES ('hallsberg', :connection, 'ho_x', 'm1', '', now(), now(), 2, 'answered 503: zq7'),"
        " ('hallsberg', :connection, 'ho_x', 'm2', '', now(), now(), 0, NULL)",
        connection=SYDNARKE,
    )
    page = (await bo.get("/portal/anslutning")).text
    assert "2 meddelanden väntar på historik" in page
    assert "svarade 503: zq7" in page


async def test_when_each_heard_of_the_other_last_is_of_its_own_connection_and_a_repeat_counts(
    house: PortalHouse,
) -> None:
    bo = await house.visitor("bo@sydnarke.example", municipality="hallsberg", connection=SYDNARKE, name="Bo")

    async def facts() -> dict[str, str]:
        page = (await bo.get("/portal/anslutning")).text
        shown = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page)
        return {term: " ".join(re.sub("<[^>]*>", " ", told).split()) for term, told in shown}

    taken, heard = "Ni tog emot senast", "Vi hörde av er senast"
    told = await facts()
    assert (told[taken], told[heard], told[OWED]) == ("aldrig", "aldrig", "0")
    named = []
    for case in (*(Case("hallsberg", school="transtensskolan") for _ in range(4)), Case(), Case()):
        await house.handed_over(case, "vendor:sydnarke-it" if case.municipality == "hallsberg" else WIFI)
        named.append(case.incident)
    states = "pending", "pending", "delivered", "delivered", "pending", "delivered"
    days = 6, 5, 3, 4, 1, 20
    for incident, state, day in zip(named, states, days, strict=True):
        at = datetime(2026, 11, day, 10, tzinfo=UTC)
        await house.rows(
            "UPDATE delivery SET state = :state, due_at = :at, delivered_at = :taken WHERE incident = :incident",
            incident=incident,
            state=state,
            at=at,
            taken=at if state == "delivered" else None,
        )
    await house.rows(
        "INSERT INTO inbound (municipality, connection, webhook_id, handoff, received_at, last_at, body, effects,"
        " what, outcome) SELECT municipality, connection, name, 'ho_1', at, again, '', 0, 'updated', 'applied'"
        " FROM (VALUES ('hallsberg', :connection, 'vm_1', TIMESTAMPTZ '2026-11-01 10:00Z',"
        " TIMESTAMPTZ '2026-11-03 12:30Z'), ('hallsberg', :connection, 'vm_2', '2026-11-02 10:00Z',"
        " '2026-11-02 10:00Z'), ('malarvik', 'natverket', 'vm_3', '2026-11-20 10:00Z', '2026-11-20 10:00Z'))"
        " AS came (municipality, connection, name, at, again)",
        connection=SYDNARKE,
    )
    told = await facts()
    assert (told[taken], told[heard]) == ("4 november 11:00", "3 november 13:30")
    assert told[OWED] == "2 det äldsta sedan 5 november 11:00"


async def test_only_our_own_words_back_are_an_echo_in_words(house: PortalHouse) -> None:
    bo = await house.visitor("bo@sydnarke.example", municipality="hallsberg", connection=SYDNARKE, name="Bo")
    await house.rows(
        "INSERT INTO inbound (municipality, connection, webhook_id, handoff, received_at, body, effects, what, outcome)"
        " VALUES ('hallsberg', :connection, 'vm_echo', 'ho_1', now(), '{}', 0, 'updated', 'echo'),"
        " ('hallsberg', :connection, 'vm_new', 'ho_1', now(), '{}', 1, 'updated', 'applied')",
        connection=SYDNARKE,
    )
    page = (await bo.get("/portal/meddelanden/fran-er?visa=eko")).text
    assert "Mottaget: kommunens egna ord kom tillbaka" in page
    assert "vm_echo" in page
    assert "vm_new" not in page
