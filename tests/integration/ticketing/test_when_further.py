"""When a case goes further, for who reports and who works with it: what they read, and what they ask."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from sqlalchemy import text

from chassis.look.dates import full_date
from contracts import ids
from contracts.events import routing as r
from contracts.events.base import Event
from tests.support.ticketing_house import EKBACKEN, NETWORK, House, yaml_of
from ticketing.domain import further

COORDINATOR = "team:samordnaren"
NAME = "Samordnaren för skolornas IT"
GOES_ON = {"action": "next_party", "parties": [COORDINATOR]}
TOLD = {"action": "notify", "parties": [COORDINATOR]}


def soon(minutes: float) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=minutes)


async def case(house: House, title: str = "Nätet", person: str = "larare", **more: Any) -> tuple[str, str]:
    """A ticket at Ekbacken and its incident."""
    filed = await house.file(person, title=title, school="ekbacken", **more)
    return filed["id"], await house.incident(filed["id"], schools=["ekbacken"])


async def scheduled(house: House, incident: str, due_at: datetime | None, *then: dict[str, Any]) -> None:
    step = {"policy": "standard", "step": 0, "round": 1, "since": soon(-60), "due_at": due_at, "then": then}
    await house.told(house.event(r.EscalationScheduled, incident=incident, **step))


async def clock(house: House, incident: str, promise: str, minutes: float, party: str = EKBACKEN) -> dict[str, Any]:
    """A running one; the fields that name it."""
    of = {"clock": ids.new("clock"), "incident": incident, "party": party, "promise": promise}
    times = {"started_at": soon(-60), "due_at": soon(minutes), "agreement": "personal"}
    await house.told(house.event(r.ClockStarted, **of, **times))
    return of


async def sent(house: House, kind: str) -> int:
    async with house.engine.connect() as conn:
        return await conn.scalar(text("SELECT count(*) FROM outbox WHERE type = :kind"), {"kind": kind}) or 0


@pytest.mark.parametrize(
    ("verb", "body", "kind"),
    [
        ("acknowledge", None, "incident.acknowledge_requested.v1"),
        ("escalate", {"reason": "Vi når inte switchen."}, "incident.escalate_requested.v1"),
        ("stop-escalation", {"reason": "De kommer i morgon."}, "incident.policy_stop_requested.v1"),
        ("urgency", {"urgency": 1, "reason": "Nationella prov."}, "incident.urgency_requested.v1"),
        ("reopen", {"reason": "Det faller fortfarande bort."}, "incident.reopen_requested.v1"),
    ],
)
async def test_staff_ask_the_owner_and_hear_what_became_of_it(
    house: House, verb: str, body: dict[str, Any] | None, kind: str
) -> None:
    _, incident = await case(house)
    before = await sent(house, kind)
    client = house.client("tekniker")
    answer = await client.post(f"/incidents/{incident}/{verb}", json=body, headers={"if-match": '"3"'})
    assert answer.status_code == 202, answer.text
    assert await sent(house, kind) == before + 1
    request = answer.json()["request_id"]
    assert (await client.get(f"/requests/{request}")).json()["status"] == "pending"
    refused = {"incident": incident, "request_id": request, "code": "stale", "reason": {"sv": "Någon hann före."}}
    await house.told(house.event(r.RequestRefused, **refused))
    became = (await client.get(f"/requests/{request}")).json()
    assert (became["status"], became["reason"]["sv"]) == ("refused", "Någon hann före.")


@pytest.mark.parametrize(
    ("verb", "body", "pointer"),
    [
        ("escalate", {}, "/reason"),
        ("escalate", {"reason": "   "}, "/reason"),
        ("stop-escalation", {"reason": "x" * 20_001}, "/reason"),
        ("urgency", {"urgency": 5, "reason": "x"}, "/urgency"),
        ("urgency", {"urgency": "1", "reason": "x"}, "/urgency"),
        ("urgency", {"reason": "x"}, "/urgency"),
        ("reopen", {"reason": 7}, "/reason"),
        ("acknowledge", {"reason": "x"}, "/reason"),
        ("escalate", {"reason": "x", "party": COORDINATOR}, "/party"),
    ],
)
async def test_a_step_without_its_reason_or_with_a_wrong_urgency_is_named_and_changes_nothing(
    house: House, verb: str, body: dict[str, Any], pointer: str
) -> None:
    _, incident = await case(house)
    before = await house.stored()
    answer = await house.client("tekniker").post(f"/incidents/{incident}/{verb}", json=body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert await house.stored() == before


async def test_an_incident_shows_its_clocks_and_what_comes_by_itself(house: House) -> None:
    _, incident = await case(house)
    of = await clock(house, incident, "resolve", 90)
    due = soon(30)
    await scheduled(house, incident, due, TOLD, GOES_ON)
    await house.told(
        house.event(r.ClockPaused, **of, paused_at=soon(-1), used=timedelta(0), reason="reporter"),
        house.event(r.UrgencyChanged, incident=incident, urgency=1, previous=2, reason={"sv": "Prov."}),
        house.event(r.MajorDeclared, incident=incident, reasons=[{"sv": "5 skolor är drabbade."}]),
    )
    shown = (await house.client("tekniker").get(f"/incidents/{incident}")).json()
    [paused] = shown["clocks"]
    assert (paused["promise"], paused["pause_reason"], paused["agreement"]) == ("resolve", "reporter", "personal")
    assert shown["urgency"] == 1
    assert shown["major_since"] is not None
    assert shown["acknowledged_at"] is None
    step = shown["next_step"]
    assert datetime.fromisoformat(step["due_at"]) == due
    assert [measure["action"] for measure in step["measures"]] == ["notify", "next_party"]
    assert step["sentence"]["sv"].startswith("Händer inget till ")
    assert step["sentence"]["sv"].endswith(f" får {NAME} veta det och går ärendet vidare till {NAME}.")
    assert step["sentence"]["en"].startswith("If nothing happens by ")


async def test_a_ticket_shows_its_reporter_what_matters_most_of_the_next_step(house: House) -> None:
    ticket, incident = await case(house)
    await clock(house, incident, "next_update", 90)
    await scheduled(house, incident, soon(30), TOLD, GOES_ON)
    shown = (await house.client("larare").get(f"/tickets/{ticket}")).json()
    assert shown["next_update_at"] is not None
    assert set(shown["next_step"]) == {"due_at", "sentence"}
    assert shown["next_step"]["sentence"]["sv"].endswith(f" går ärendet vidare till {NAME}.")
    assert (await house.client("larare").post(f"/tickets/{ticket}/withdraw", json={})).status_code == 204
    over = (await house.client("larare").get(f"/tickets/{ticket}")).json()
    assert (over["next_update_at"], over["next_step"]) == (None, None)


@pytest.mark.parametrize("gone", ["past", "none", "resolved", "stopped"])
async def test_nothing_is_promised_that_does_not_come(house: House, gone: str) -> None:
    ticket, incident = await case(house)
    await scheduled(house, incident, soon(-1 if gone == "past" else 30), GOES_ON)
    events: dict[str, Event] = {
        "resolved": house.event(r.IncidentResolved, incident=incident),
        "stopped": house.event(r.PolicyStopped, incident=incident, reason={"sv": "De kommer i morgon."}),
    }
    if gone == "none":
        await scheduled(house, incident, None)
    elif gone in events:
        await house.told(events[gone])
    assert (await house.client("larare").get(f"/tickets/{ticket}")).json()["next_step"] is None
    assert (await house.client("tekniker").get(f"/incidents/{incident}")).json()["next_step"] is None
    assert "Händer inget till" not in (await (await house.visitor("larare")).get(f"/arenden/{ticket}")).text


# The school asks


ASKED = "ticket.escalation_requested.v1"


@pytest.mark.parametrize("person", ["larare", "rektor", "it-ansvarig"])
async def test_v4_who_reported_it_and_who_leads_the_school_ask_that_it_goes_further(house: House, person: str) -> None:
    ticket, incident = await case(house)
    before = await sent(house, ASKED)
    answer = await house.client(person).post(f"/tickets/{ticket}/escalate", json={"reason": "Provet börjar."})
    assert answer.status_code == 204, answer.text
    assert await sent(house, ASKED) == before + 1
    timeline = (await house.client("larare").get(f"/tickets/{ticket}/timeline")).text
    assert "Jag ber att ärendet går vidare. Provet börjar." in timeline
    assert "Provet börjar." not in (await house.client("tekniker").get(f"/incidents/{incident}/timeline")).text


async def test_a_case_is_asked_to_go_further_once_in_four_hours(house: House) -> None:
    ticket, _ = await case(house)
    client, body = house.client("larare"), {"reason": "Provet börjar."}
    assert (await client.post(f"/tickets/{ticket}/escalate", json=body)).status_code == 204
    before = await house.stored()
    again = await house.client("rektor").post(f"/tickets/{ticket}/escalate", json=body)
    assert again.status_code == 409
    asked_at = (await house.client("larare").get(f"/tickets/{ticket}/timeline")).json()["items"][-1]["at"]
    local = (datetime.fromisoformat(asked_at) + further.AGAIN).astimezone(ZoneInfo("Europe/Stockholm"))
    assert f"from {full_date('en', local)} at {local:%H:%M}." in again.json()["detail"]
    assert await house.stored() == before
    async with house.engine.begin() as conn:
        await conn.execute(
            text("UPDATE ticket SET asked_further_at = asked_further_at - interval '4 hours' WHERE id = :id"),
            {"id": ticket},
        )
    assert (await client.post(f"/tickets/{ticket}/escalate", json=body)).status_code == 204


@pytest.mark.parametrize("over", ["withdrawn", "resolved", "need"])
async def test_what_is_over_or_waits_for_a_decision_is_not_asked_to_go_further(house: House, over: str) -> None:
    filed = await house.file("larare", title="Nätet", school="ekbacken", kind="need" if over == "need" else "incident")
    kind = "need" if over == "need" else "incident"
    incident = await house.incident(filed["id"], schools=["ekbacken"], kind=kind)
    client = house.client("larare")
    if over == "withdrawn":
        assert (await client.post(f"/tickets/{filed['id']}/withdraw")).status_code == 204
    elif over == "resolved":
        await house.told(house.event(r.IncidentResolved, incident=incident))
    answer = await client.post(f"/tickets/{filed['id']}/escalate", json={"reason": "x"})
    assert answer.status_code == 409, answer.text


async def test_nobody_else_asks_and_a_leader_only_for_the_own_school(house: House) -> None:
    ticket, _ = await case(house)
    at_sjobo = await house.file("larare-sjobo", title="Nätet", school="sjobo")
    body = {"reason": "x"}
    assert (await house.client("larare-ekbacken-2").post(f"/tickets/{ticket}/escalate", json=body)).status_code == 404
    assert (await house.client("rektor").post(f"/tickets/{at_sjobo['id']}/escalate", json=body)).status_code == 404
    assert (await house.client("tekniker").post(f"/tickets/{ticket}/escalate", json=body)).status_code == 403
    assert (
        await house.client("hallsberg-strateg", municipality="hallsberg").post(f"/tickets/{ticket}/escalate", json=body)
    ).status_code == 404


# Pages


async def test_the_case_says_when_it_goes_further_and_takes_the_wish_that_it_does(house: House) -> None:
    ticket, incident = await case(house)
    await scheduled(house, incident, soon(30), GOES_ON)
    browser = await house.visitor("larare")
    page = (await browser.get(f"/arenden/{ticket}")).text
    assert "Händer inget till " in page
    assert f" går ärendet vidare till {NAME}." in page
    assert f'action="/arenden/{ticket}/vidare"' in page
    assert "Den som har ärendet och samordnaren får läsa det du skriver." in page
    empty = await browser.post(f"/arenden/{ticket}/vidare", {"text": "  "})
    assert empty.status_code == 422
    assert "Skriv varför." in empty.text
    sent_ = await browser.post(f"/arenden/{ticket}/vidare", {"text": "Provet börjar."})
    assert sent_.status_code == 303
    after = (await browser.get(f"/arenden/{ticket}")).text
    assert "Skickat. Den som har ärendet och samordnaren får veta det." in after
    assert "Er skola bad " in after
    assert f'action="/arenden/{ticket}/vidare"' not in after
    again = await browser.post(f"/arenden/{ticket}/vidare", {"text": "Nu börjar det!"})
    assert again.status_code == 409
    assert "Nu börjar det!" in again.text


async def test_who_leads_the_school_asks_on_the_page_and_the_reporter_reads_who_it_was(house: House) -> None:
    ticket, _ = await case(house)
    lead = await house.visitor("rektor")
    assert f'action="/arenden/{ticket}/vidare"' in (await lead.get(f"/arenden/{ticket}")).text
    assert (await lead.post(f"/arenden/{ticket}/vidare", {"text": "Hela skolan väntar."})).status_code == 303
    page = (await (await house.visitor("larare")).get(f"/arenden/{ticket}")).text
    assert "Rakel Almroth" in page
    assert "Hela skolan väntar." in page


async def test_a_case_that_is_solved_says_when_silence_closes_it_and_offers_no_going_further(house: House) -> None:
    ticket, incident = await case(house)
    await scheduled(house, incident, soon(30), GOES_ON)
    await house.told(house.event(r.IncidentResolved, incident=incident, closes_at=soon(60 * 24 * 3)))
    page = (await (await house.visitor("larare")).get(f"/arenden/{ticket}")).text
    assert "Hör vi inget avslutas ärendet" in page
    assert "Händer inget till" not in page
    assert "/vidare" not in page


async def test_the_form_that_sends_it_further_says_along_to_whom(house: House) -> None:
    _, incident = await case(house)
    browser = await house.visitor("tekniker")
    page = (await browser.get(f"/storningar/{incident}")).text
    form = page.partition(f'action="/storningar/{incident}/skicka-vidare"')[2].partition("</form>")[0]
    assert 'name="to" value="team:samordnaren"' in form
    for to in ("team:samordnaren", "vendor:network"):
        await browser.post(f"/storningar/{incident}/skicka-vidare", {"reason": "Vi når den inte.", "to": to})
        async with house.engine.connect() as conn:
            query = """SELECT convert_from(value, 'UTF8')::jsonb->>'to' FROM outbox
            WHERE type = 'incident.escalate_requested.v1' ORDER BY id DESC LIMIT 1"""
            assert await conn.scalar(text(query)) == to


async def test_by_the_api_too_it_goes_to_whom_it_names_and_a_name_that_is_none_sends_it_nowhere(house: House) -> None:
    _, incident = await case(house)
    client, browser = house.client("tekniker"), await house.visitor("tekniker")
    for to in (COORDINATOR, None):
        body = {"reason": "Vi når den inte."} | ({"to": to} if to else {})
        request = (await client.post(f"/incidents/{incident}/escalate", json=body)).json()["request_id"]
        async with house.engine.connect() as conn:
            query = """SELECT convert_from(value, 'UTF8')::jsonb FROM outbox
            WHERE type = 'incident.escalate_requested.v1' ORDER BY id DESC LIMIT 1"""
            command = await conn.scalar(text(query))
        assert (command["request_id"], command["to"]) == (request, to)
    before = await house.stored()
    for to in ("reporter", "Samordnaren"):
        answer = await client.post(f"/incidents/{incident}/escalate", json={"reason": "x", "to": to})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/to")
        page = await browser.post(f"/storningar/{incident}/skicka-vidare", {"reason": "Provet börjar.", "to": to})
        assert (page.status_code, "Provet börjar." in page.text) == (422, True)
    assert await house.stored() == before


@pytest.mark.parametrize(
    ("path", "form", "kind"),
    [
        ("jag-tar-det", {}, "incident.acknowledge_requested.v1"),
        ("skicka-vidare", {"reason": "Vi når inte switchen."}, "incident.escalate_requested.v1"),
        ("stoppa", {"reason": "De kommer i morgon."}, "incident.policy_stop_requested.v1"),
        ("bradska", {"urgency": "1", "reason": "Nationella prov."}, "incident.urgency_requested.v1"),
    ],
)
async def test_the_desk_does_it_on_the_page_and_sees_that_it_was_sent(
    house: House, path: str, form: dict[str, str], kind: str
) -> None:
    _, incident = await case(house)
    await clock(house, incident, "acknowledge", 20)
    await scheduled(house, incident, soon(30), GOES_ON)
    before, browser = await sent(house, kind), await house.visitor("tekniker")
    page = (await browser.get(f"/storningar/{incident}")).text
    assert f'action="/storningar/{incident}/{path}"' in page
    answer = await browser.post(f"/storningar/{incident}/{path}", form | {"seen_version": "3"})
    assert answer.status_code == 303, answer.text
    assert await sent(house, kind) == before + 1
    assert "skickat" in (await browser.get(f"/storningar/{incident}")).text


@pytest.mark.parametrize(
    ("path", "form", "said"),
    [
        ("skicka-vidare", {"reason": " "}, "Skriv varför."),
        ("stoppa", {"reason": "x" * 20_001}, "Korta texten"),
        ("stoppa", {"reason": "a\0b"}, "tecken som inte går att spara"),
        ("bradska", {"urgency": "2", "reason": "x"}, "Välj en annan brådska"),
        ("bradska", {"urgency": "nio", "reason": "x"}, "Välj en annan brådska"),
        ("bradska", {"urgency": "1", "reason": ""}, "Skriv varför."),
        ("oppna-igen", {"reason": ""}, "Skriv varför."),
    ],
)
async def test_a_form_that_lacks_its_reason_comes_again_with_what_was_written(
    house: House, path: str, form: dict[str, str], said: str
) -> None:
    _, incident = await case(house)
    await scheduled(house, incident, soon(30), GOES_ON)
    if path == "oppna-igen":
        await house.told(house.event(r.IncidentResolved, incident=incident))
    before, browser = await house.stored(), await house.visitor("tekniker")
    answer = await browser.post(f"/storningar/{incident}/{path}", form)
    assert answer.status_code == 422
    assert said in answer.text
    assert await house.stored() == before


async def test_the_desk_sees_clocks_with_their_words_and_the_next_step(house: House) -> None:
    _, incident = await case(house)
    of = await clock(house, incident, "resolve", 90)
    await clock(house, incident, "acknowledge", -20)
    await scheduled(house, incident, soon(30), TOLD, GOES_ON)
    await house.told(house.event(r.ClockPaused, **of, paused_at=soon(-1), used=timedelta(0), reason="reporter"))
    page = (await (await house.visitor("tekniker")).get(f"/storningar/{incident}")).text
    assert "clock-breached" in page
    assert "försenat" in page
    assert "clock-paused" in page
    assert "väntar på den som anmälde" in page
    assert f"får {NAME} veta det och går ärendet vidare till {NAME}." in page
    assert "Jag tar det" in page
    for_them = (await (await house.visitor("samordnare")).get(f"/storningar/{incident}")).text
    assert "Jag tar det" not in for_them
    assert "har inte sagt att de har det än." in for_them
    assert "De har sagt att de tar det" in for_them


async def test_the_rules_name_nobody_who_has_left_the_directory_and_no_rule_that_stands_in_none(house: House) -> None:
    _, incident = await case(house)
    given: dict[str, Any] = {"tier": "local", "path": [EKBACKEN, "team:borta", COORDINATOR], "reason": {"sv": "Nätet."}}
    left_out = {"agreement": "borta", "rule": "escalated"}
    await house.told(house.event(r.IncidentAssigned, incident=incident, party=EKBACKEN, **given, **left_out))
    desk = await house.visitor("tekniker")
    page = (await desk.get(f"/storningar/{incident}?flik=regler")).text
    assert "team:borta" not in page
    assert "regel" not in page.partition('id="regler-rubrik"')[2].partition("</p>")[0]
    assert "Skolornas servicenivå" in page, "the default agreement takes its place"
    rule = {"agreement": "skolavtal", "rule": "natet-direkt", "policy": "standard"}
    await house.told(house.event(r.IncidentAssigned, incident=incident, party=EKBACKEN, **given, **rule))
    assert "(regel natet-direkt)" in (await desk.get(f"/storningar/{incident}?flik=regler")).text


async def test_of_what_went_further_the_rules_say_both_what_moved_it_and_which_line_made_its_path(house: House) -> None:
    ticket = (await house.file("larare", title="Provet", school="ekbacken", service="digital_exam"))["id"]
    incident = await house.incident(ticket, schools=["ekbacken"], service="digital_exam", urgency=3)
    path = [EKBACKEN, "team:it-enheten", COORDINATOR]
    given = {"tier": "central", "path": path, "rule": "escalated", "reason": {"sv": "Ingen svarade i tid."}}
    await house.told(house.event(r.IncidentAssigned, incident=incident, party="team:it-enheten", **given))
    desk = await house.visitor("samordnare")
    page = (await desk.get(f"/storningar/{incident}?flik=regler")).text.partition('id="regler-rubrik"')[2]
    assert "Ingen svarade i tid." in page
    assert "Skolans IT-stöd är på plats vid prov" in page
    assert "(regel digitala-prov)" in page
    await house.told(house.event(r.IncidentAssigned, incident=incident, party=EKBACKEN, **given | {"path": path[:1]}))
    page = (await desk.get(f"/storningar/{incident}?flik=regler")).text.partition('id="regler-rubrik"')[2]
    assert "digitala-prov" not in page, "that line makes another path"


async def test_the_rules_tell_the_whole_policy_from_its_holder_on(house: House) -> None:
    _, incident = await case(house)
    given = {"tier": "local", "path": [EKBACKEN, COORDINATOR], "rule": "ovrigt", "reason": {"sv": "Nätet."}}
    by = {"agreement": "skolavtal", "policy": "standard"}
    await house.told(house.event(r.IncidentAssigned, incident=incident, party=EKBACKEN, **given, **by))
    page = (await (await house.visitor("tekniker")).get(f"/storningar/{incident}?flik=regler")).text
    assert "Hela gången hos den som har det" in page
    assert f"Efter 30 min utan svar: {NAME} får veta det." in page, "at urgency 2"
    assert f"Efter 12 h utan lösning: det går vidare till {NAME}." in page
    assert "Om minst 5 har anmält: IT-stödet på Ekbackens skola" in page
    moved = given | {"tier": "central"}
    await house.told(house.event(r.IncidentAssigned, incident=incident, party=COORDINATOR, **moved, **by))
    page = (await (await house.visitor("samordnare")).get(f"/storningar/{incident}?flik=regler")).text
    asked = f"Efter 12 h utan lösning: {NAME} ska säga att de har det, om de inte har gjort det."
    assert asked in page, "nobody comes after the coordinator"
    promise = await clock(house, incident, "acknowledge", 60, COORDINATOR)
    await house.told(house.event(r.ClockStopped, **promise, stopped_at=soon(0), reason="kept"))
    page = (await (await house.visitor("samordnare")).get(f"/storningar/{incident}?flik=regler")).text
    assert f"Efter 12 h utan lösning: {NAME} får veta det." in page, "it has said so"


async def test_what_was_stopped_says_why_and_until_when_to_staff_alone(house: House) -> None:
    ticket, incident = await case(house)
    await scheduled(house, incident, soon(30), GOES_ON)
    await house.told(house.event(r.PolicyStopped, incident=incident, reason={"sv": "De kommer i morgon."}))
    page = (await (await house.visitor("tekniker")).get(f"/storningar/{incident}")).text
    assert "Går inte vidare av sig självt förrän någon annan har det." in page
    assert "De kommer i morgon." in page
    assert f'action="/storningar/{incident}/stoppa"' not in page
    assert "De kommer i morgon." not in (await (await house.visitor("larare")).get(f"/arenden/{ticket}")).text


async def test_where_nothing_comes_by_itself_the_pages_of_an_open_case_say_so(house: House) -> None:
    ticket, incident = await case(house)
    says = "Ärendet går inte vidare av sig självt. IT-stödet på Ekbackens skola har det."
    teacher, desk = await house.visitor("larare"), await house.visitor("tekniker")

    async def said() -> tuple[bool, bool]:
        pages = (await teacher.get(f"/arenden/{ticket}")).text, (await desk.get(f"/storningar/{incident}")).text
        return says in pages[0], says in pages[1]

    assert await said() == (True, True)
    promise = await clock(house, incident, "next_update", 60)  # the policy sends word when it is missed
    assert await said() == (False, False)
    told = f"IT-stödet på Ekbackens skola har det. Om nästa besked inte har kommit i tid: {NAME} får veta det."
    assert told in (await teacher.get(f"/arenden/{ticket}")).text
    assert told in (await desk.get(f"/storningar/{incident}")).text
    await house.told(house.event(r.ClockStopped, **promise, stopped_at=soon(0), reason="kept"))
    await scheduled(house, incident, soon(30), GOES_ON)
    assert await said() == (False, False)
    await scheduled(house, incident, soon(-1), GOES_ON)  # its effect follows
    assert await said() == (False, False)
    await house.told(house.event(r.PolicyStopped, incident=incident, reason={"sv": "De kommer i morgon."}))
    assert await said() == (True, False)  # staff read who stopped it, and why
    page = (await teacher.get(f"/arenden/{ticket}")).text
    assert "Ärendet går inte vidare av sig självt just nu; IT-stödet på Ekbackens skola har det." in page
    await house.told(house.event(r.IncidentResolved, incident=incident))
    assert await said() == (False, False)


async def test_while_an_answer_is_awaited_nobody_reads_that_it_stays_where_it_is(house: House) -> None:
    ticket, incident = await case(house)
    await house.client("tekniker").post(f"/tickets/{ticket}/questions", json={"text": "Vilken sal?"})
    said = {"tekniker": f"/storningar/{incident}", "it-ansvarig": f"/arenden/{ticket}"}
    for person, at in said.items():
        page = (await (await house.visitor(person)).get(at)).text
        assert ("Det går vidare när den som anmält har svarat." in page, "inte vidare av sig" in page) == (True, False)


async def test_a_major_one_says_what_is_owed_to_everybody_until_it_is_written(house: House) -> None:
    _, incident = await case(house)
    await house.told(house.event(r.MajorDeclared, incident=incident, reasons=[{"sv": "5 skolor är drabbade."}]))
    of = await clock(house, incident, "public_sentence", 20, COORDINATOR)
    browser = await house.visitor("samordnare")
    page = (await browser.get(f"/storningar/{incident}")).text
    assert "Stor störning sedan" in page
    assert "en rubrik som alla berörda kan läsa." in page
    assert 'href="#bedom"' in page
    title = {"sv": "Nätet på Ekbacken"}
    await house.told(
        house.event(r.IncidentTriaged, incident=incident, public_title=title),
        house.event(r.ClockStopped, **of, stopped_at=soon(0), reason="kept"),
    )
    page = (await browser.get(f"/storningar/{incident}")).text
    assert "Alla berörda läser: Nätet på Ekbacken" in page
    assert 'href="#bedom"' not in page


async def test_solved_and_closed_is_opened_again_with_a_reason(house: House) -> None:
    _, incident = await case(house)
    await house.told(house.event(r.IncidentResolved, incident=incident))
    browser = await house.visitor("tekniker")
    for ended in (None, r.IncidentClosed):
        if ended is not None:
            await house.told(house.event(ended, incident=incident))
        assert f'action="/storningar/{incident}/oppna-igen"' in (await browser.get(f"/storningar/{incident}")).text
        answer = await browser.post(f"/storningar/{incident}/oppna-igen", {"reason": "Det faller bort."})
        assert answer.status_code == 303


# What comes due today


async def test_the_day_lists_what_is_late_or_turns_today_by_its_time(house: House) -> None:
    late, soon_, tomorrow, calm = [await case(house, f"Dag {word}") for word in ("sen", "snart", "sedan", "lugn")]
    await clock(house, late[1], "acknowledge", -20)
    await clock(house, late[1], "resolve", 60 * 24 * 30)
    await scheduled(house, soon_[1], soon(1), TOLD)
    await clock(house, soon_[1], "resolve", 60 * 24 * 30)
    await clock(house, tomorrow[1], "resolve", 60 * 24 * 2)
    await scheduled(house, calm[1], soon(1))  # a wait ends then, and nothing comes
    page = (await (await house.visitor("samordnare")).get("/ko/tider")).text
    assert page.index(f"/storningar/{late[1]}") < page.index(f"/storningar/{soon_[1]}")
    assert f"/storningar/{tomorrow[1]}" not in page
    assert f"/storningar/{calm[1]}" not in page
    assert f"får {NAME} veta det." in page
    table = await (await house.visitor("samordnare")).get("/ko/tider.csv")
    assert table.headers["content-disposition"] == 'attachment; filename="tider.csv"'
    lines = table.text.removeprefix("\ufeff").splitlines()
    assert lines[0] == "Tid;Löfte;Nummer;Ärende;Plats;Vems tur;Händer härnäst"
    assert any(re.match(r"20\d\d-\d\d-\d\d \d\d:\d\d;Svara;MAL-[0-9-]+;Dag sen;", line) for line in lines)


async def test_the_table_of_the_day_names_all_schools_and_says_local_times(house: House) -> None:
    schools = ["almgymnasiet", "bjorkskolan", "ekbacken", "sjobo"]
    filed = await house.file("larare", title="Dag på många skolor", school="ekbacken")
    incident = await house.incident(filed["id"], schools=schools, holder=COORDINATOR)
    await clock(house, incident, "resolve", -5, COORDINATOR)
    table = (await (await house.visitor("samordnare")).get("/ko/tider.csv")).text
    (line,) = [line for line in table.splitlines() if "Dag på många skolor" in line]
    cells = line.split(";")
    assert cells[4] == "Almgymnasiet, Björkskolan, Ekbackens skola, Sjöbo skola"
    said = datetime.strptime(cells[0], "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo("Europe/Stockholm"))
    assert abs(said - soon(-5)) < timedelta(minutes=3)


async def test_the_day_of_a_team_is_what_it_works_with_and_mine_is_what_it_holds(house: House) -> None:
    _, held = await case(house, "Dag hos oss")
    filed = await house.file("larare", title="Dag hos samordnaren", school="ekbacken")
    theirs = await house.incident(filed["id"], schools=["ekbacken"], holder=COORDINATOR)
    at_sjobo = await house.file("larare-sjobo", title="Dag vid Sjöbo", school="sjobo")
    elsewhere = await house.incident(at_sjobo["id"], schools=["sjobo"], holder=COORDINATOR)
    for incident, party in ((held, EKBACKEN), (theirs, COORDINATOR), (elsewhere, COORDINATOR)):
        await clock(house, incident, "resolve", -5, party)
    browser = await house.visitor("tekniker")
    every = (await browser.get("/ko/tider")).text
    assert f"/storningar/{held}" in every
    assert f"/storningar/{theirs}" in every
    assert f"/storningar/{elsewhere}" not in every
    mine = (await browser.get("/ko/tider?visa=mine")).text
    assert f"/storningar/{held}" in mine
    assert f"/storningar/{theirs}" not in mine


async def test_what_one_owes_of_what_another_has_is_on_ones_own_day_under_ones_own_name(house: House) -> None:
    """The coordinator owes a title for others of a case that a vendor has."""
    filed = await house.file("larare", title="Dag hos leverantören", school="ekbacken")
    incident = await house.incident(filed["id"], schools=["ekbacken"], holder=NETWORK)
    await clock(house, incident, "resolve", -50, NETWORK)
    browser = await house.visitor("samordnare")
    assert f"/storningar/{incident}" not in (await browser.get("/ko/tider?visa=mine")).text
    await clock(house, incident, "public_sentence", -5, COORDINATOR)
    for address, whose in (("/ko/tider?visa=mine", NAME), ("/ko/tider", "Nätleverantören")):
        row = (await browser.get(address)).text.partition(f"/storningar/{incident}")[2].partition("</tr>")[0]
        assert whose in row.partition("cell-holder")[2].partition("</td>")[0]


async def test_a_day_without_anything_says_so(house: House) -> None:
    page = (await (await house.visitor("tekniker-bjorkskolan")).get("/ko/tider?visa=mine")).text
    assert "Inget går över tiden i dag" in page


async def test_a_table_runs_no_formula_of_whoever_reported(house: House) -> None:
    _, incident = await case(house, "=cmd|' /C calc'!A0")
    await clock(house, incident, "resolve", -5)
    table = (await (await house.visitor("samordnare")).get("/ko/tider.csv")).text
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in table.splitlines() for cell in line.split(";"))


async def test_what_staff_open_again_is_open_for_its_reporters_too_unless_they_said_that_it_works(house: House) -> None:
    people = ("larare", "vaktmastare")
    first, second = [(await house.file(who, title="Nätet är borta", school="ekbacken"))["id"] for who in people]
    incident = await house.incident(first, second, schools=["ekbacken"])
    await house.client("vaktmastare").post(f"/tickets/{second}/confirm")
    await house.told(house.event(r.IncidentResolved, incident=incident))
    await house.told(house.event(r.IncidentClosed, incident=incident))
    assert (await house.client("larare").get(f"/tickets/{first}")).json()["status"] == "closed"
    await house.told(house.event(r.IncidentReopened, incident=incident, reason={"sv": "Det faller bort."}))
    assert (await house.client("larare").get(f"/tickets/{first}")).json()["status"] != "closed"
    assert (await house.client("vaktmastare").get(f"/tickets/{second}")).json()["status"] == "closed"


async def test_a_promise_that_has_passed_is_said_to_be_late(house: House) -> None:
    filed = [await house.file(who, title="Skrivaren", school="sjobo") for who in ("larare-sjobo", "administrator")]
    incident = await house.incident(*(each["id"] for each in filed), schools=["sjobo"])
    await house.told(house.event(r.IncidentTriaged, incident=incident, scope="school", service="printing"))
    of = await clock(house, incident, "next_update", 40)
    browser = await house.visitor("larare-sjobo")
    pages = (f"/arenden/{filed[0]['id']}", "/skolor/sjobo", f"/arenden/{filed[0]['id']}/tack")
    for page in pages:
        assert "ästa besked senast" in (await browser.get(page)).text, page
    again = {"since": soon(-60), "used": timedelta(0), "due_at": soon(-3)}
    await house.told(house.event(r.ClockRescheduled, **of, **again))
    for page in pages:
        shown = (await browser.get(page)).text
        assert "ästa besked senast" not in shown, page
        assert "ästa besked skulle ha kommit" in shown, page


async def test_times_are_said_as_the_clocks_on_the_municipalitys_own_walls_show_them(house: House) -> None:
    there = yaml_of("hallsberg")
    there["directory"] = there["directory"].replace("time_zone: Europe/Stockholm", "time_zone: Europe/Helsinki")
    put = await house.client(None, municipality="hallsberg").put("/directories/hallsberg", json=there)
    assert put.status_code == 200
    filed = await house.file("hallsberg-larare", municipality="hallsberg", title="Nät", school="transtensskolan")
    team = next(team["id"] for team in yaml.safe_load(there["directory"])["teams"] if team.get("coordinator"))
    ticket, party = filed["id"], f"team:{team}"
    incident = await house.incident(ticket, schools=["transtensskolan"], holder=party, municipality="hallsberg")
    due = soon(90)
    step = {"policy": "nara-arbetet", "step": 0, "round": 1, "since": soon(-60), "due_at": due}
    told = [{"action": "notify", "parties": [party]}]
    await house.told(house.event(r.EscalationScheduled, incident=incident, municipality="hallsberg", then=told, **step))
    theirs = f"{due.astimezone(ZoneInfo('Europe/Helsinki')):%H:%M}"
    page = (await (await house.visitor("hallsberg-larare", "hallsberg")).get(f"/arenden/{ticket}")).text
    assert f">{theirs}</time>" in page or f" {theirs}</time>" in page
    assert f"{due.astimezone(ZoneInfo('Europe/Stockholm')):%H:%M}</time>" not in page
    shown = (await house.client("hallsberg-larare", municipality="hallsberg").get(f"/tickets/{ticket}")).json()
    assert theirs in shown["next_step"]["sentence"]["sv"]


async def test_n7_who_asks_after_others_reads_that_it_is_noted_and_moves_nothing(house: House) -> None:
    ticket = (await house.file("larare", title="Nätet", school="ekbacken"))["id"]
    other = await house.file("larare-ekbacken-2", title="Nätet", school="ekbacken")
    incident = await house.incident(ticket, other["id"], schools=["ekbacken"])
    lead, second = await house.visitor("larare"), await house.visitor("larare-ekbacken-2")
    sent_ = await lead.post(f"/arenden/{ticket}/vidare", {"text": "Provet börjar."})
    assert "Skickat." in (await lead.get(sent_.headers["location"])).text
    measure = r.Measure(action="notify", parties=("team:samordnaren",))
    asked = {"measure": measure, "trigger": "asked", "reason": {"sv": "Provet börjar."}, "occasion": "asked"}
    await house.told(house.event(r.IncidentEscalated, incident=incident, **asked))
    page = (await second.get(f"/arenden/{other['id']}")).text
    assert "Någon har redan bett om det. Det du skriver antecknas" in page
    sent_ = await second.post(f"/arenden/{other['id']}/vidare", {"text": "Vi väntar också."})
    assert "Antecknat. Någon har redan bett om det" in (await second.get(sent_.headers["location"])).text
