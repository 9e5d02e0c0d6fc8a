"""Who may see and do what. Deny by default: a route that nobody thought of here refuses, or fails a test."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
import pytest

from contracts.events import routing as r
from contracts.events import vendor_bridge as v
from tests.support.ticketing_house import EKBACKEN, House, routes

OPEN_TO_ALL = {
    ("GET", "/"): 303,
    ("GET", "/valj"): 200,
    ("GET", "/malarvik/"): 200,
    ("POST", "/malarvik/"): 422,  # who?
    ("GET", "/tillganglighet"): 200,
    ("GET", "/integritet"): 200,
    ("GET", "/stil"): 200,
    ("GET", "/api/v1/openapi.json"): 200,
    ("POST", "/logga-ut"): 303,
    ("POST", "/sprak"): 303,
}
"""What nobody in particular may ask, and what they get."""

SPEAKING: tuple[tuple[str, dict[str, str] | None], ...] = (
    ("entries", {"text": "x"}),
    ("confirm", None),
    ("reopen", {}),
    ("withdraw", None),
    ("escalate", {"reason": "x"}),
)
"""What only the reporter says on a ticket; who leads the school may ask that it goes further, too."""

LENA, NASRIN = "larare", "larare-ekbacken-2"
INTERNAL, TO_VENDOR, PRIVATE = "Eleven heter Kalle", "Nyckeln ligger i receptionen", "Vårt eget ärende 77"
LENAS, NASRINS, TO_NASRIN, ASKED = (
    "Lenas egna ord",
    "Nasrins egna ord",
    "Starta om Nasrins dator",
    "Vilken färg, Nasrin",
)
SECOND_WORD = "Nasrin skrev en gång till"
TO_ALL = "Vi byter switchen i kväll"
SIGNE_S = "Signes egna ord"


@dataclass(frozen=True, slots=True)
class Cases:
    lenas: str
    nasrins: str
    shared: str
    """Lena and Nasrin at Ekbacken; the network operator holds it."""
    signes: str
    alone: str
    """Signe at Sjöbo; the support of Björkskolan and Sjöbo holds it."""
    wide: str
    """Lena's second ticket and one of Karim at Kungsgymnasiet; the coordinator holds it."""
    lenas_second: str


@pytest.fixture(scope="module")
async def cases(house: House) -> Cases:
    lenas = await house.file(LENA, title="Nätet", description=LENAS, school="ekbacken")
    nasrins = await house.file(NASRIN, title="Wifi", description=NASRINS, school="ekbacken")
    signes = await house.file("larare-sjobo", title="Tavlan", description=SIGNE_S, school="sjobo")
    second = await house.file(LENA, title="Posten", school="ekbacken")
    karims = await house.file("larare-kungsgymnasiet", title="E-post", school="kungsgymnasiet")
    shared = await house.incident(lenas["id"], nasrins["id"], schools=["ekbacken"], holder=EKBACKEN)
    alone = await house.incident(signes["id"], schools=["sjobo"], holder="team:it-bjorkskolan")
    wide = await house.incident(
        second["id"], karims["id"], schools=["ekbacken", "kungsgymnasiet"], holder="team:samordnaren"
    )
    technician, coordinator = house.client("tekniker"), house.client("samordnare")
    for incident, client in ((shared, technician), (wide, coordinator)):
        for audience, words in (("internal", INTERNAL), ("reporters", TO_ALL)):
            note = {"text": words, "audience": audience}
            assert (await client.post(f"/incidents/{incident}/entries", json=note)).status_code == 201
    handoff = await house.hand_off(shared, note=TO_VENDOR)
    await house.said(v.VendorEntryAdded, shared, handoff, text={"sv": TO_NASRIN}, ticket=nasrins["id"])
    await house.said(v.VendorEntryAdded, shared, handoff, text={"sv": PRIVATE}, private=True)
    asked = {"question": "qu_1", "ticket": nasrins["id"], "text": {"sv": ASKED}}
    await house.said(v.VendorInformationRequested, shared, handoff, **asked)
    word = await house.client(NASRIN).post(f"/tickets/{nasrins['id']}/entries", json={"text": SECOND_WORD})
    assert word.status_code == 201
    return Cases(lenas["id"], nasrins["id"], shared, signes["id"], alone, wide, second["id"])


async def test_n5_what_a_vendor_says_to_the_only_reporter_is_not_read_by_who_is_linked_later(house: House) -> None:
    words = "Hej Lena, ditt konto är upplåst"
    lenas = await house.file(LENA, title="Kommer inte in", school="ekbacken")
    incident = await house.incident(lenas["id"], schools=["ekbacken"], holder=EKBACKEN)
    handoff = await house.hand_off(incident)
    await house.said(v.VendorEntryAdded, incident, handoff, text={"sv": words})
    nasrins = await house.file(NASRIN, title="Kommer inte in heller", school="ekbacken")
    why = {"score": 1.0, "reasons": [{"sv": "samma tjänst"}], "engine_version": "1", "directory_version": "1"}
    await house.told(
        house.event(r.TicketLinked, incident=incident, ticket=nasrins["id"], **why),
        house.event(r.ImpactChanged, incident=incident, tickets=2, schools=["ekbacken"]),
    )

    told = {
        person: (await house.client(person).get(f"/tickets/{ticket}/timeline")).text
        for person, ticket in ((LENA, lenas["id"]), (NASRIN, nasrins["id"]))
    }
    assert words in told[LENA]
    assert words not in told[NASRIN]


# Deny by default


async def test_every_route_refuses_a_caller_who_is_nobody(house: House) -> None:
    before = await house.stored()
    names = {
        "ticket_id": "tk_0",
        "incident_id": "in_0",
        "proposal": "pr_0",
        "question": "qu_0",
        "suggestion": "su_0",
        "request_id": "rq_0",
    }
    names |= {
        "work_id": "wk_0",
        "year": "2027",
        "connection": "demo-vendor",
        "mail": "ml_0",
        "sha256": "0" * 64,
        "seq": "1",
        "person": "larare",
    }
    asked = set()
    for method, template in routes(house.app):
        if method == "MOUNT":
            continue
        path = template.format(**names, school="ekbacken", municipality="malarvik")
        answer = await house.http(accept="text/html").request(
            method, path, data={"text": "x"} if method == "POST" else None
        )
        asked.add((method, path))
        if (method, path) in OPEN_TO_ALL:
            assert answer.status_code == OPEN_TO_ALL[method, path], (method, path, answer.status_code)
        elif path.startswith("/api/"):
            assert answer.status_code == 401, (method, path, answer.text)
        else:
            assert answer.status_code == 303, (method, path, answer.status_code)
            assert answer.headers["location"].startswith("/valj"), (method, path)
    assert asked >= set(OPEN_TO_ALL)
    assert await house.stored() == before


async def test_what_is_open_to_all_names_no_person_but_those_of_the_demo_entrance(house: House, cases: Cases) -> None:
    for method, path in OPEN_TO_ALL:
        if method == "GET" and path != "/malarvik/":
            assert "Lena Lindmark" not in (await house.http().get(path)).text


# Reporters


async def read(house: House, person: str, *paths: str) -> str:
    """All that the person reads at these addresses, by page and API."""
    browser, client = await house.visitor(person), house.client(person)
    answers = [
        await (client if path.startswith("/api") else browser).get(path.removeprefix("/api/v1")) for path in paths
    ]
    assert all(answer.status_code == 200 for answer in answers), [a.status_code for a in answers]
    return "\n".join(answer.text for answer in answers)


def everywhere(ticket: str, school: str = "ekbacken") -> list[str]:
    """Every address at which a reporter reads of their ticket."""
    own = f"/arenden/{ticket}"
    pages = [own, f"{own}/nu", f"{own}/tack", f"{own}/tack/nu", "/arenden", f"/skolor/{school}"]
    api = [f"/tickets/{ticket}", f"/tickets/{ticket}/timeline", "/tickets", "/incidents", f"/schools/{school}/status"]
    return [*pages, f"/skolor/{school}/nu", *(f"/api/v1{path}" for path in api)]


async def test_n5_a_reporter_reads_neither_anothers_words_nor_who_they_are(house: House, cases: Cases) -> None:
    lena = await read(house, LENA, *everywhere(cases.lenas))
    assert LENAS in lena
    assert TO_ALL in lena
    for secret in (NASRINS, SECOND_WORD, TO_NASRIN, ASKED, NASRIN, "Nasrin", cases.nasrins):
        assert secret not in lena

    nasrin = await read(house, NASRIN, *everywhere(cases.nasrins))
    for shown in (NASRINS, SECOND_WORD, TO_NASRIN, ASKED, TO_ALL):
        assert shown in nasrin
    for secret in (LENAS, "Lena", cases.lenas):
        assert secret not in nasrin


async def test_n5_internal_and_party_notes_never_reach_a_reporter(house: House, cases: Cases) -> None:
    for person, ticket in ((LENA, cases.lenas), (NASRIN, cases.nasrins), (LENA, cases.lenas_second)):
        shown = await read(house, person, *everywhere(ticket))
        for secret in (INTERNAL, TO_VENDOR, PRIVATE):
            assert secret not in shown


async def test_a_reporter_sees_own_tickets_only(house: House, cases: Cases) -> None:
    client, browser = house.client(LENA), await house.visitor(LENA)
    for ticket in (cases.nasrins, cases.signes):
        for path in ("", "/timeline"):
            assert (await client.get(f"/tickets/{ticket}{path}")).status_code == 404
        for path in ("", "/nu", "/tack", "/tack/nu"):
            assert (await browser.get(f"/arenden/{ticket}{path}")).status_code == 404
        for verb, body in SPEAKING:
            assert (await client.post(f"/tickets/{ticket}/{verb}", json=body)).status_code == 404
    listed = (await client.get("/tickets?limit=200")).json()["items"]
    assert cases.lenas in {item["id"] for item in listed}
    assert not {cases.nasrins, cases.signes} & {item["id"] for item in listed}
    by_incident = await client.get(f"/tickets?incident={cases.shared}")
    assert [item["id"] for item in by_incident.json()["items"]] == [cases.lenas]
    assert (await client.get("/tickets?q=Wifi")).json()["items"] == []


async def test_a_reporter_has_no_desk(house: House, cases: Cases) -> None:
    client, browser = house.client(LENA), await house.visitor(LENA)
    assert (await client.get("/incidents?limit=200")).json()["items"] == []
    assert (await client.get("/incidents?school=ekbacken")).json()["items"] == []
    for path in (f"/incidents/{cases.shared}", f"/incidents/{cases.shared}/timeline"):
        assert (await client.get(path)).status_code == 404
    assert (await browser.get("/ko")).status_code == 403
    assert (await browser.get("/ko/nu")).status_code == 403
    assert (await browser.get("/ko/tider")).status_code == 403
    assert (await browser.get("/ko/tider.csv")).status_code == 403
    assert (await browser.get(f"/storningar/{cases.shared}")).status_code == 404
    assert "/storningar/" not in (await browser.get(f"/arenden/{cases.lenas}")).text


# Those who look on


async def test_a_school_lead_reads_the_own_school_and_no_other(house: House, cases: Cases) -> None:
    client, browser = house.client("rektor"), await house.visitor("rektor")
    for path in (f"/tickets/{cases.nasrins}", f"/incidents/{cases.shared}"):
        assert (await client.get(path)).status_code == 200
    assert (await browser.get(f"/arenden/{cases.nasrins}")).status_code == 200
    for path in (f"/tickets/{cases.signes}", f"/incidents/{cases.alone}", f"/incidents/{cases.wide}"):
        assert (await client.get(path)).status_code == 404
    listed = {item["school"] for item in (await client.get("/tickets?limit=200")).json()["items"]}
    assert listed == {"ekbacken"}
    assert (await client.get("/tickets?school=sjobo")).json()["items"] == []
    assert (await browser.get("/ko")).status_code == 403


async def test_n5_a_school_lead_reads_of_many_schools_incident_what_reporters_read(house: House, cases: Cases) -> None:
    """The own school's ticket is theirs to read; what staff wrote about all schools is not."""
    paths = [f"/arenden/{cases.lenas_second}", f"/api/v1/tickets/{cases.lenas_second}/timeline"]
    shown = await read(house, "rektor", *paths)
    assert TO_ALL in shown
    assert INTERNAL not in shown
    assert f"/storningar/{cases.wide}" not in shown


@pytest.mark.parametrize("person", ["rektor", "it-ansvarig"])
async def test_who_looks_on_acts_on_nothing(house: House, cases: Cases, person: str) -> None:
    before = await house.stored()
    answers = await act(house, person, cases.shared)
    assert [answer.status_code for answer in answers] == [403] * len(answers)
    speak = await house.client(person).post(f"/tickets/{cases.lenas}/entries", json={"text": "x"})
    assert speak.status_code == 403
    page = await (await house.visitor(person)).get(f"/storningar/{cases.shared}")
    assert f'action="/storningar/{cases.shared}' not in page.text
    assert await house.stored() == before


async def act(house: House, person: str, incident: str) -> list[httpx.Response]:
    """All that can be asked about an incident, by API and page."""
    client, browser = house.client(person), await house.visitor(person)
    bodies = {
        "entries": {"text": "x"},
        "assign": {"party": "team:samordnaren"},
        "hand-off": {"vendor": "vendor:platform"},
        "take-back": {},
        "resolve": {"public_text": "x"},
        "close": None,
        "acknowledge": None,
        "escalate": {"reason": "x"},
        "stop-escalation": {"reason": "x"},
        "urgency": {"urgency": 1, "reason": "x"},
        "reopen": {"reason": "x"},
        "proposals/pr_0/accept": {},
        "proposals/pr_0/reject": {"reason": "x"},
    }
    forms = {
        "anteckning": {"text": "x"},
        "tilldela": {"party": "team:samordnaren"},
        "lamna-over": {"vendor": "vendor:platform"},
        "ta-tillbaka": {},
        "los": {"public_text": "x"},
        "avsluta": {},
        "jag-tar-det": {},
        "skicka-vidare": {"reason": "x"},
        "stoppa": {"reason": "x"},
        "bradska": {"urgency": "1", "reason": "x"},
        "oppna-igen": {"reason": "x"},
        "forslag/pr_0/godkann": {},
        "forslag/pr_0/avsla": {"reason": "x"},
    }
    return [await client.post(f"/incidents/{incident}/{verb}", json=body) for verb, body in bodies.items()] + [
        await browser.post(f"/storningar/{incident}/{verb}", form) for verb, form in forms.items()
    ]


# Those who work with it


async def test_support_reads_the_schools_it_serves_and_what_it_holds(house: House, cases: Cases) -> None:
    client = house.client("tekniker")  # Ekbacken's
    for path in (f"/tickets/{cases.lenas}", f"/incidents/{cases.shared}", f"/incidents/{cases.wide}"):
        assert (await client.get(path)).status_code == 200
    for path in (f"/tickets/{cases.signes}", f"/incidents/{cases.alone}"):
        assert (await client.get(path)).status_code == 404
    listed = {item["id"] for item in (await client.get("/incidents?limit=200")).json()["items"]}
    assert {cases.shared, cases.wide} <= listed
    assert cases.alone not in listed
    answers = await act(house, "tekniker", cases.alone)
    assert [answer.status_code for answer in answers] == [404] * len(answers)


async def test_support_reads_what_it_is_given_as_long_as_it_holds_it(house: House) -> None:
    filed = await house.file("larare-tallbacken", title="Skärmen", school="tallbacken")
    incident = await house.incident(filed["id"], schools=["tallbacken"], holder="team:samordnaren")
    client = house.client("tekniker")
    assert (await client.get(f"/incidents/{incident}")).status_code == 404
    given = {"tier": "local", "path": [EKBACKEN], "rule": "request", "reason": {"sv": "De kan."}}
    await house.told(house.event(r.IncidentAssigned, incident=incident, party=EKBACKEN, **given))
    assert (await client.get(f"/incidents/{incident}")).status_code == 200
    assert (await client.get(f"/tickets/{filed['id']}")).status_code == 200
    back = {"tier": "central", "path": ["team:samordnaren"], "rule": "request", "reason": {"sv": "Åter."}}
    await house.told(house.event(r.IncidentAssigned, incident=incident, party="team:samordnaren", **back))
    assert (await client.get(f"/incidents/{incident}")).status_code == 404


async def test_a_team_of_no_school_goes_on_reading_what_it_has_had_and_what_it_was_told_of(house: House) -> None:
    unit, it_unit = house.client("it-enheten"), "team:it-enheten"
    tickets = [(await house.file("larare", title="Nätet segt", school="ekbacken"))["id"] for _ in range(3)]
    told, had, other = [await house.incident(ticket, schools=["ekbacken"]) for ticket in tickets]
    given = {"tier": "central", "path": [it_unit], "rule": "request", "reason": {"sv": "De kan."}}
    back = {"tier": "local", "path": [EKBACKEN], "rule": "request", "reason": {"sv": "Åter."}}
    await house.told(house.event(r.IncidentAssigned, incident=had, party=it_unit, **given))
    await house.told(house.event(r.IncidentAssigned, incident=had, party=EKBACKEN, **back))
    notify = {"action": "notify", "parties": [it_unit, "team:samordnaren"]}
    grown = {"measure": notify, "trigger": "impact_grown", "reason": {"sv": "Den har vuxit."}}
    await house.told(house.event(r.IncidentEscalated, incident=told, **grown))
    for ticket, incident in zip(tickets, (told, had), strict=False):
        assert (await unit.get(f"/incidents/{incident}")).status_code == 200
        assert (await unit.get(f"/tickets/{ticket}")).status_code == 200
        note = await unit.post(
            f"/incidents/{incident}/entries", json={"text": "Vi glömde säga.", "audience": "internal"}
        )
        assert note.status_code == 201
    assert (await unit.get(f"/incidents/{other}")).status_code == 404


@pytest.mark.parametrize("person", ["samordnare", "administrator"])
async def test_the_coordinator_and_the_administrator_read_all_of_the_municipality(
    house: House, cases: Cases, person: str
) -> None:
    client = house.client(person)
    for path in (f"/tickets/{cases.signes}", f"/incidents/{cases.alone}", f"/incidents/{cases.wide}"):
        assert (await client.get(path)).status_code == 200
    timeline = await client.get(f"/incidents/{cases.shared}/timeline")
    assert INTERNAL in timeline.text
    assert PRIVATE in timeline.text


async def test_staff_do_not_speak_in_the_reporters_name(house: House, cases: Cases) -> None:
    for person in ("tekniker", "samordnare", "administrator"):
        for verb, body in SPEAKING:
            answer = await house.client(person).post(f"/tickets/{cases.lenas}/{verb}", json=body)
            assert answer.status_code == 403


async def test_a_note_goes_only_to_a_party_that_has_had_the_case(house: House, cases: Cases) -> None:
    before = await house.stored()
    note = {"text": "x", "audience": "party:vendor:platform"}
    answer = await house.client("samordnare").post(f"/incidents/{cases.shared}/entries", json=note)
    assert answer.status_code == 403
    assert await house.stored() == before


async def test_what_became_of_a_request_is_told_to_who_asked(house: House, cases: Cases) -> None:
    asked = await house.client("samordnare").post(f"/incidents/{cases.alone}/close")
    request = asked.json()["request_id"]
    assert (await house.client("samordnare").get(f"/requests/{request}")).status_code == 200
    for person in (LENA, "tekniker", "administrator"):
        assert (await house.client(person).get(f"/requests/{request}")).status_code == 404


async def test_only_an_administrator_reads_and_applies_the_configuration(house: House) -> None:
    from tests.support.ticketing_house import yaml_of

    for person in (LENA, "rektor", "tekniker", "samordnare"):
        client = house.client(person)
        assert (await client.get("/directories/malarvik")).status_code == 403
        assert (await client.put("/directories/malarvik", json=yaml_of("malarvik"))).status_code == 403
    assert (await house.client("administrator").get("/directories/malarvik")).status_code == 200


async def test_somebody_elses_report_needs_the_right_to_make_it(house: House) -> None:
    report = {"title": "Nät", "school": "ekbacken", "reporter": "rektor"}
    assert (await house.client(LENA).post("/tickets", json=report)).status_code == 422
    assert (await house.client(LENA, "tickets:file-for-others").post("/tickets", json=report)).status_code == 201
    assert (await house.client("tekniker").post("/tickets", json=report)).status_code == 201


async def test_a_placeholder_of_an_import_has_no_rights_and_no_way_in(house: House) -> None:
    line = {"title": "Nät", "school": "ekbacken", "reporter": "gammal-samordnare", "reporter_role": "coordinator"}
    answer = await house.client(None).post("/tickets", json=line | {"source": "old", "external_id": "p1"})
    assert answer.status_code == 201, answer.text
    assert (await house.client("gammal-samordnare").get("/incidents")).status_code == 401
    browser = house.browser()
    assert (await browser.post("/malarvik/", person="gammal-samordnare")).status_code == 422
    assert "gammal-samordnare" not in (await browser.get("/malarvik/")).text
