"""A ticket that the vendor creates: there at once and its own; then its hand-off, under the id that it was given."""

import asyncio
from base64 import b64encode
from typing import Any

import httpx
import pytest

from contracts.events import vendor_bridge as v
from tests.integration.vendor_bridge.conftest import of_type
from tests.integration.vendor_bridge.test_reports import filed
from tests.integration.vendor_bridge.tmf.house import TICKETS, TmfHouse, own
from tests.support.handoff_life import WIFI, Case

V4 = f"{TICKETS['v4']}/troubleTicket"
V5 = f"{TICKETS['v5']}/troubleTicket"
FAULT = {
    "name": "Fiberbrott",
    "description": "En grävmaskin har grävt av fibern.",
    "severity": "Major",
    "ticketType": "WLAN",
    "externalId": "NL-48302",
    "relatedEntity": [{"id": "ekb", "name": "Ekbackens skola", "role": "place", "@referredType": "GeographicSite"}],
}
FAULT_V5 = {name: value for name, value in FAULT.items() if name not in ("externalId", "relatedEntity")} | {
    "@type": "TroubleTicket",
    "externalIdentifier": [{"id": "NL-48302", "externalIdentifierType": "incident", "@type": "ExternalIdentifier"}],
    "relatedEntity": [
        {
            "role": "place",
            "@type": "RelatedEntity",
            "entity": {"id": "ekb", "name": "Ekbackens skola", "@type": "EntityRef", "@referredType": "GeographicSite"},
        }
    ],
}

DESCRIBED = f"{FAULT['name']}\n\n{FAULT['description']}"

_NUMBERS = {"v4": "externalId", "v5": "externalIdentifier"}

FILE = {
    "name": "brottet.log",
    "mimeType": "text/plain",
    "attachmentType": "file",
    "@type": "Attachment",
    "content": b64encode(b"12 V\n").decode(),
}


async def create(house: TmfHouse, version: str = "v4", **more: Any) -> httpx.Response:
    body = (FAULT if version == "v4" else FAULT_V5) | more
    body = {name: value for name, value in body.items() if value is not None}
    return await house.ask("POST", f"{TICKETS[version]}/troubleTicket", json=body)


@pytest.mark.parametrize("version", ["v4", "v5"])
async def test_what_is_created_is_there_at_once(house: TmfHouse, version: str) -> None:
    answer = await create(house, version)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert answer.headers["location"] == made["href"]
    assert (made["name"], made["description"]) == ("Fiberbrott", "En grävmaskin har grävt av fibern.")
    assert (made["status"], made["severity"], made["ticketType"]) == ("acknowledged", "Major", "WLAN")
    assert (await house.http.get(made["href"])).json() == made
    assert await house.get(f"{TICKETS[version]}/troubleTicket") == [made]
    (fact,) = await house.facts(v.VendorTicketReported)
    assert (fact.ticket, fact.external_id, fact.service, fact.school, fact.urgency) == (
        *(made["id"], "NL-48302"),
        *("wifi", "ekbacken", 2),
    )


@pytest.mark.parametrize("version", ["v4", "v5"])
async def test_its_files_are_there_at_once_and_more_may_follow(house: TmfHouse, version: str) -> None:
    answers = [await create(house, version, attachment=[FILE], note=[{"id": "n", "text": "Se."}]) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201], answers[0].text
    made = answers[1].json()
    (shown,) = made["attachment"]
    assert (shown["name"], shown["mimeType"], shown["size"]["amount"]) == ("brottet.log", "text/plain", 5)
    assert (await house.http.get(shown["url"])).content == b"12 V\n"
    more = FILE | {"name": "mer.log", "content": b64encode(b"0 V\n").decode()}
    changed = await house.patch(made["id"], version, attachment=[shown, more], name="Fiberbrott vid Ekbacken")
    assert changed.status_code == 200, changed.text
    assert [each["name"] for each in changed.json()["attachment"]] == ["brottet.log", "mer.log"]
    assert (await house.ticket(made["id"], version)) == changed.json()
    (fact,) = await house.facts(v.VendorTicketReported)
    assert [file.name for file in fact.files] == ["brottet.log"]
    changes = await house.facts(v.VendorTicketChanged)
    assert [[file.name for file in change.files] for change in changes] == [[], [], ["mer.log"]]
    kept = await house.bridge.rows("SELECT body FROM inbound")
    assert not any(FILE["content"].encode() in bytes(row.body) for row in kept)


async def test_the_same_number_again_is_the_same_ticket_from_however_many_at_once(house: TmfHouse) -> None:
    answers = await asyncio.gather(*(create(house) for _ in range(6)), *(create(house, "v5") for _ in range(2)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await house.facts(v.VendorTicketReported)) == 1
    without = [await create(house, version, **{name: None}) for version, name in _NUMBERS.items()]
    for made in without:
        assert (await house.ticket(made.json()["id"])).get("externalId") is None
        assert "externalIdentifier" not in await house.ticket(made.json()["id"], "v5")
    assert len({answer.json()["id"] for answer in without}) == 2


@pytest.mark.parametrize("status", ["nonsense", "inProgress", "closed", "Assigned"])
async def test_a_state_at_creation_becomes_acknowledged_and_the_word_is_kept(house: TmfHouse, status: str) -> None:
    """The documented exception: a document that lists states would have the unknown ones refused."""
    made = (await create(house, status=status)).json()
    assert made["status"] == "acknowledged"
    assert [note["text"] for note in made["note"]] == [f"Status hos leverantören: {status}"]


async def test_words_that_mean_nothing_here_and_notes_are_kept(house: TmfHouse) -> None:
    made = (await create(house, severity="Blocker", priority="Gold", note=[{"id": "n1", "text": "Ring Kim."}])).json()
    assert (made["severity"], made["priority"]) == ("Blocker", "Gold")
    assert [(note["id"], note["text"]) for note in made["note"]] == [("n1", "Ring Kim.")]
    listed = (await create(house, externalId=None, priority="p1")).json()
    assert (listed["priority"], listed.get("note", [])) == ("p1", [])


@pytest.mark.parametrize(
    ("said", "urgency"),
    [
        ({"severity": "Minor"}, 3),
        ({"severity": "Critical", "priority": "Hög"}, 1),
        ({"severity": "Konstig", "priority": "Low"}, 4),
        ({"severity": "Konstig"}, 3),
        ({"severity": "1"}, 1),
    ],
)
async def test_how_urgent_it_is_says_the_first_word_that_means_something_and_each_is_kept(
    house: TmfHouse, said: dict[str, str], urgency: int
) -> None:
    assert (await create(house, **said)).status_code == 201
    (fact,) = await house.facts(v.VendorTicketReported)
    assert (fact.urgency, fact.severity, fact.priority) == (urgency, said["severity"], said.get("priority"))


CONTACT: dict[str, list[dict[str, Any]]] = {
    "v4": [{"id": "noc", "name": "Nod-jouren", "role": "contact", "@referredType": "Organization"}],
    "v5": [
        {
            "role": "contact",
            "@type": "RelatedPartyRefOrPartyRoleRef",
            "partyOrPartyRole": {
                "id": "noc",
                "name": "Nod-jouren",
                "@type": "PartyRef",
                "@referredType": "Organization",
            },
        }
    ],
}


@pytest.mark.parametrize("version", ["v4", "v5"])
async def test_what_is_named_beside_it_is_served_as_it_was_sent_until_it_is_erased(
    house: TmfHouse, version: str
) -> None:
    answer = await create(house, version, relatedParty=CONTACT[version])
    made, sent = answer.json(), FAULT if version == "v4" else FAULT_V5
    assert made["relatedEntity"] == sent["relatedEntity"]
    assert made["relatedParty"] == CONTACT[version]
    case = Case()
    report = filed(case, made["id"])
    told = case.entry(DESCRIBED, "reporter", case=made["id"], cause=report, party=WIFI, kind="filed")
    await house.bridge.take_in(report, told, *case.opened_for(made["id"], report), *case.assigned(WIFI))
    await house.settled()
    for shape, parties in CONTACT.items():
        ticket = await house.ticket(made["id"], shape)
        assert parties[0] in ticket["relatedParty"]
        assert "Ekbackens skola" in str(ticket["relatedEntity"])
    await house.bridge.take_in(*case.erased(made["id"]))
    assert "Nod-jouren" not in str(await house.ticket(made["id"], version))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"relatedParty": "Kim"}, "relatedParty is a list"),
        ({"relatedParty": [{"role": "contact"}]}, "an id or a name"),
        ({"relatedParty": [{"name": "x" * 201}]}, "more than 200"),
        ({"relatedParty": [{"name": "Kim", "phone": "070"}]}, "nothing else"),
        ({"relatedEntity": [{"id": f"sw-{n}"} for n in range(51)]}, "more than 50"),
    ],
)
async def test_what_is_named_beside_it_is_bounded(house: TmfHouse, more: dict[str, Any], words: str) -> None:
    answer = await create(house, **more)
    assert (answer.status_code, words in answer.json()["message"]) == (400, True), answer.text


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"description": None}, "description"),
        ({"severity": None, "ticketType": None}, "severity, ticketType"),
        ({"severity": " "}, "severity"),
        ({"description": 7}, "description is no text"),
        ({"nonsense": 1}, "nonsense"),
        ({"name": "x" * 201}, "name"),
        ({"name": "19121212-1212 är arg"}, "name"),
        ({"description": "x" * 20_001}, "description"),
        ({"externalId": "x" * 201}, "externalId"),
        ({"note": "hej"}, "note is a list"),
        ({"note": [{"text": 7}]}, "note.text"),
        ({"note": [{"text": "x" * 20_001}]}, "note.text has more than"),
        ({"statusChangeHistory": []}, "statusChangeHistory"),
        ({"attachment": [{"name": "a.log", "url": "https://elsewhere.example/a.log"}]}, "is only a link"),
        ({"attachment": [FILE | {"name": "a.exe"}]}, "a.exe"),
        ({"attachment": [FILE], "note": [{"text": 7}]}, "note.text"),
    ],
)
async def test_what_cannot_be_created_is_refused_and_says_why(
    house: TmfHouse, more: dict[str, Any], words: str
) -> None:
    answer = await create(house, **more)
    assert answer.status_code == 400, answer.text
    assert words in answer.json()["message"]
    assert await house.facts(v.VendorTicketReported) == []
    assert not house.bridge.kept()


async def test_changes_before_it_is_decided_take_effect_at_once(house: TmfHouse) -> None:
    id_ = (await create(house)).json()["id"]
    changed = await house.patch(id_, name="Fiberbrott vid Ekbacken", note=[{"id": "n-1", "text": "Vi gräver."}])
    assert (changed.json()["name"], changed.json()["note"][-1]["text"]) == ("Fiberbrott vid Ekbacken", "Vi gräver.")
    again = await house.patch(id_, name="Fiberbrott vid Ekbacken", note=[{"id": "n-1", "text": "Vi gräver."}])
    assert again.json() == changed.json()
    working = (await house.patch(id_, status="resolved", statusChangeReason="Lagat.")).json()
    assert working["status"] == "acknowledged"
    assert working["note"][-1]["text"] == "Status hos leverantören: resolved. Lagat."
    refused = await house.patch(id_, severity="Minor")
    assert refused.status_code == 400
    assert (await house.patch(id_, note=[{"id": "n-1", "text": "Annat"}])).status_code == 409
    withdrawn = (await house.patch(id_, status="cancelled")).json()
    assert withdrawn["status"] == "cancelled"
    assert (await house.patch(id_, name="Annat")).status_code == 409
    assert (await house.patch(id_, note=[{"text": "Efteråt."}])).status_code == 200
    facts = await house.facts(v.VendorTicketChanged)
    assert [fact.withdrawn for fact in facts] == [False, False, False, True, False]


async def test_r17_the_hand_off_of_what_it_reported_is_that_ticket(house: TmfHouse) -> None:
    made = (await create(house)).json()
    case = Case()
    report = filed(case, made["id"])
    await house.bridge.take_in(report, *case.opened_for(made["id"], report), *case.assigned(WIFI))
    await house.settled()
    handoff = of_type(await house.bridge.stated(), v.HandoffOffered)[-1].handoff
    for version in ("v4", "v5"):
        (ticket,) = await house.get(f"{TICKETS[version]}/troubleTicket")
        assert (ticket["id"], ticket["status"]) == (made["id"], "pending")
        assert ticket == await house.ticket(made["id"], version)
    taken = await house.patch(made["id"], status="inProgress", note=[{"text": "Vi gräver."}])
    assert (taken.json()["id"], taken.json()["status"], taken.json()["externalId"]) == (
        *(made["id"], "inProgress"),
        "NL-48302",
    )
    (status,) = await house.facts(v.VendorStatusChanged)
    assert status.handoff == handoff
    problem = await house.get(f"/tmf-api/serviceProblemManagement/v4/serviceProblem/{case.incident}")
    assert [each["id"] for each in problem["troubleTicket"]] == [made["id"]]


async def test_its_notes_keep_their_ids_when_it_is_handed_over_and_are_said_once(house: TmfHouse) -> None:
    """Also before they stand in the history, and when others report the same."""
    own = [{"id": "n-1", "text": "Vi gräver."}, {"text": "Samma ord."}, {"id": "n-2", "text": "Samma ord."}]
    made = (await create(house, note=own)).json()
    case = Case()
    others = case.filed("Nätet är nere")
    report = filed(case, made["id"])
    told = case.entry(DESCRIBED, "reporter", case=made["id"], cause=report, party=WIFI, kind="filed")
    await house.bridge.take_in(*others, report, told, *case.opened_for(made["id"], report), *case.assigned(WIFI))
    await house.settled()
    first = await house.ticket(made["id"])
    assert [note for note in first["note"] if note in made["note"]] == made["note"]
    assert first["description"] == DESCRIBED
    words = [case.entry(note["text"], "reporter", case=made["id"], party=WIFI, kind="reply") for note in made["note"]]
    await house.bridge.take_in(*words, case.linked(case.tickets[0]))
    await house.settled()
    again = await house.patch(made["id"], note=made["note"])
    assert again.status_code == 200, again.text
    texts = [note["text"] for note in again.json()["note"]]
    assert (texts.count("Vi gräver."), texts.count("Samma ord.")) == (1, 2)
    assert again.json()["description"] == first["description"]
    assert await house.facts(v.VendorEntryAdded) == []


@pytest.mark.parametrize("version", ["v4", "v5"])
async def test_its_files_are_the_same_when_it_is_handed_over_and_stand_there_once(
    house: TmfHouse, version: str
) -> None:
    """Also before they stand in the history; sent back with one more, that one alone is new."""
    twice = FILE | {"name": "en gång till.log"}
    made = (await create(house, version, attachment=[FILE, twice])).json()
    more = FILE | {"name": "mer.log", "content": b64encode(b"0 V\n").decode()}
    made = (await house.patch(made["id"], version, attachment=[*made["attachment"], more])).json()
    (created,), (changed,) = await house.facts(v.VendorTicketReported), await house.facts(v.VendorTicketChanged)
    case = Case()
    report = filed(case, made["id"])
    told = case.entry(
        DESCRIBED, "reporter", case=made["id"], cause=report, party=WIFI, kind="filed", files=created.files
    )
    await house.bridge.take_in(report, told, *case.opened_for(made["id"], report), *case.assigned(WIFI))
    await house.settled()
    assert own(await house.ticket(made["id"], version)) == made["attachment"]
    said = case.entry("Bifogade en fil.", "reporter", case=made["id"], party=WIFI, kind="reply", files=changed.files)
    others = case.entry("Så ser det ut.", "reporter", case=made["id"], kind="reply", files=created.files[:1])
    await house.bridge.take_in(said, others)
    await house.settled()
    shown = own(await house.ticket(made["id"], version))
    assert (shown[1:], shown[0]["name"]) == (made["attachment"], "brottet.log")
    last = FILE | {"name": "sist.log", "content": b64encode(b"24 V\n").decode()}
    answer = await house.patch(made["id"], version, attachment=[*shown, last])
    assert answer.status_code == 200, answer.text
    assert [each["name"] for each in own(answer.json())[:-1]] == [each["name"] for each in shown]
    assert own(answer.json())[-1]["name"] == "sist.log"
    for each in own(answer.json()):
        assert (await house.http.get(each["url"])).status_code == 200


async def test_n9_what_another_connection_reported_is_not_there(house: TmfHouse) -> None:
    foreign = (await house.bridge.say("demo-vendor-print", "ticket_reported", title="Toner", external_id="P-1")).json()[
        "ticket"
    ]
    assert await house.get(V4) == []
    assert (await house.ask("GET", f"{V5}/{foreign}")).status_code == 404
    assert (await house.ask("PATCH", f"{V4}/{foreign}", json={"status": "cancelled"})).status_code == 404
