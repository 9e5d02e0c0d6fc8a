"""What a vendor changes by TMF621: each change is said once, in the one protocol, or refused with the reason."""

import asyncio
from base64 import b64encode
from typing import Any

import httpx
import pytest

from contracts.events import vendor_bridge as v
from tests.integration.vendor_bridge.tmf.house import JSON_PATCH, MERGE_PATCH, NAME, TICKETS, TmfHouse, own
from tests.support.handoff_life import COORDINATOR, WIFI, Case
from vendor_bridge.store import refusals
from vendor_bridge.store.directories import Way
from vendor_bridge.tmf.side import TmfSide


async def refused(answer: httpx.Response, status: int, *words: str) -> None:
    assert answer.status_code == status, answer.text
    assert all(word in answer.json()["message"] for word in words), answer.text


async def nothing_said(house: TmfHouse) -> None:
    assert set(await house.bridge.stated_types()) <= {"handoff.offered", "handoff.delivered"}
    assert await house.bridge.rows("SELECT 1 FROM inbound") == []


async def test_taking_it_on_names_what_was_delivered_and_the_vendors_own_number(house: TmfHouse) -> None:
    handoff = await house.hand_over(Case())
    ticket = (await house.patch(handoff, status="acknowledged", externalId="INC-4711")).json()
    assert (ticket["status"], ticket["externalId"]) == ("acknowledged", "INC-4711")
    (fact,) = await house.facts(v.HandoffAcknowledged)
    (row,) = await house.bridge.rows("SELECT heads FROM handoff WHERE id = :id", id=handoff)
    assert {case: head.model_dump() for case, head in fact.heads.items()} == row.heads
    assert fact.vendor_reference == "INC-4711"


@pytest.mark.parametrize("version", ["v4", "v5"])
async def test_a_number_given_later_is_known_too(house: TmfHouse, version: str) -> None:
    handoff = await house.hand_over(Case())
    await house.patch(handoff, status="acknowledged")
    if version == "v4":
        ticket = (await house.patch(handoff, externalId="INC-4711")).json()
        assert ticket["externalId"] == "INC-4711"
    else:
        own = {"owner": "vendor", "externalIdentifierType": "incident", "id": "INC-4711"}
        ticket = (await house.patch(handoff, "v5", externalIdentifier=[own])).json()
        assert "INC-4711" in {each["id"] for each in ticket["externalIdentifier"]}
    (row,) = await house.bridge.rows("SELECT vendor_reference FROM handoff WHERE id = :id", id=handoff)
    assert row.vendor_reference == "INC-4711"
    assert [fact.private for fact in await house.facts(v.VendorEntryAdded)] == [True]


async def test_its_own_states_mean_what_its_mapping_says(house: TmfHouse) -> None:
    handoff = await house.hand_over(Case())
    assert (await house.patch(handoff, status="Assigned")).json()["status"] == "inProgress"
    (status,) = await house.facts(v.VendorStatusChanged)
    assert status.status == "in_progress"
    assert len(await house.facts(v.HandoffAcknowledged)) == 1
    asked = await house.patch(handoff, status="Awaiting customer", note=[{"text": "Vilket rum?"}])
    assert asked.json()["status"] == "pending"
    (question,) = await house.facts(v.VendorInformationRequested)
    assert question.text == {"sv": "Vilket rum?"}


async def test_a_question_without_words_is_refused_and_takes_nothing_on(house: TmfHouse) -> None:
    handoff = await house.hand_over(Case())
    await refused(await house.patch(handoff, status="Awaiting customer", statusChangeReason=" "), 400, "what you need")
    await house.patch(handoff, status="inProgress")
    await refused(await house.patch(handoff, status="pending"), 400, "what you need")
    await house.patch(handoff, status="pending", statusChangeReason="Vilket rum?")
    await house.patch(handoff, status="pending", statusChangeReason="Och vilken våning?")
    assert [fact.text["sv"] for fact in await house.facts(v.VendorInformationRequested)] == [
        "Vilket rum?",
        "Och vilken våning?",
    ]


async def test_what_is_sent_again_says_nothing_twice(house: TmfHouse) -> None:
    handoff = await house.hand_over(Case())
    changes: list[dict[str, Any]] = [
        {"status": "acknowledged"},
        {"status": "inProgress", "statusChangeReason": "En tekniker är på väg."},
        {"note": [{"text": "Vi felsöker."}]},
        {"note": [{"id": "n-7", "text": "Vi felsöker."}]},
        {"expectedResolutionDate": "2026-12-24T15:00:00+01:00"},
        {"priority": "P9"},
        {"status": "pending", "statusChangeReason": "Vilket rum?"},
        {"status": "resolved", "statusChangeReason": "Bytt."},
    ]
    for change in changes:
        first = await house.patch(handoff, **change)
        said = await house.bridge.stated_types()
        again = await house.patch(handoff, **change)
        assert (first.status_code, again.status_code) == (200, 200)
        assert again.json() == first.json()
        assert await house.bridge.stated_types() == said
    assert len(await house.facts(v.VendorEntryAdded)) == 3


async def test_the_same_change_from_several_at_once_is_said_once(house: TmfHouse) -> None:
    handoff = await house.hand_over(Case())
    answers = await asyncio.gather(
        *(house.patch(handoff, status="resolved", note=[{"text": "Bytt."}]) for _ in range(8))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len(await house.facts(v.HandoffAcknowledged)) == 1
    assert [fact.text["sv"] for fact in await house.facts(v.VendorResolutionProposed)] == ["Bytt."]
    assert await house.facts(v.VendorEntryAdded) == [], "the note is the proposal"


async def test_a_change_that_comes_while_the_same_one_is_read_is_said_once(
    house: TmfHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one's note stood there already, and its state did not: it was told as another proposal."""
    handoff = await house.hand_over(Case())
    await house.patch(handoff, status="inProgress")
    change: dict[str, Any] = {"status": "resolved", "note": [{"text": "Bytt."}]}
    find = TmfSide._found
    answers: list[Any] = []

    async def slowly(side: TmfSide, way: Way, id_: str) -> Any:
        found = await find(side, way, id_)
        if not answers:
            answers.append(None)
            answers[0] = await house.patch(handoff, **change)
        return found

    monkeypatch.setattr(TmfSide, "_found", slowly)
    assert (await house.patch(handoff, **change)).status_code == 200
    assert answers[0].status_code == 200
    assert [fact.text["sv"] for fact in await house.facts(v.VendorResolutionProposed)] == ["Bytt."]
    assert await house.facts(v.VendorEntryAdded) == []


@pytest.mark.parametrize(
    ("status", "kind"), [("pending", v.VendorInformationRequested), ("resolved", v.VendorResolutionProposed)]
)
async def test_a_note_that_is_the_question_or_the_proposal_is_no_other_note(
    house: TmfHouse, status: str, kind: type[Any]
) -> None:
    handoff = await house.hand_over(Case())
    await house.patch(handoff, status="inProgress")
    notes = [{"id": "n-1", "text": "Sladden är av."}, {"id": "n-2", "text": "Vi är klara?"}]
    first = await house.patch(handoff, status=status, note=notes)
    assert (await house.patch(handoff, status=status, note=notes)).json() == first.json()
    assert [note["id"] for note in first.json()["note"]][-2:] == ["n-1", "n-2"]
    assert [fact.text["sv"] for fact in await house.facts(kind)] == ["Vi är klara?"]
    assert [fact.text["sv"] for fact in await house.facts(v.VendorEntryAdded)] == ["Sladden är av."]


@pytest.mark.parametrize("reason", [{}, {"statusChangeReason": "En tekniker är på väg."}])
async def test_the_words_of_a_note_are_not_those_of_the_state_beside(house: TmfHouse, reason: dict[str, str]) -> None:
    handoff = await house.hand_over(Case())
    note = {"id": "n-1", "text": "En tekniker är på väg."}
    changed = await house.patch(handoff, status="inProgress", note=[note], **reason)
    assert changed.json()["note"][-1]["id"] == "n-1"
    (status,) = await house.facts(v.VendorStatusChanged)
    (added,) = await house.facts(v.VendorEntryAdded)
    assert (status.text, added.text) == (None, {"sv": "En tekniker är på väg."})


@pytest.mark.parametrize("version", ["v4", "v5"])
async def test_notes_are_there_at_once_and_stay_as_they_were(house: TmfHouse, version: str) -> None:
    case = Case()
    handoff = await house.hand_over(case)
    path = f"{TICKETS[version]}/troubleTicket/{handoff}"
    answer = await house.ask("PATCH", path, json={"note": [{"id": "n-7", "text": "Vi felsöker.", "author": "Kim"}]})
    written = answer.json()["note"][-1]
    assert (written["id"], written["text"]) == ("n-7", "Vi felsöker.")
    (fact,) = await house.facts(v.VendorEntryAdded)
    entry = case.entry(
        "Vi felsöker.", "reporter", case=case.tickets[0], cause=fact, kind="vendor_entry", party=fact.vendor
    )
    await house.bridge.take_in(entry)
    after = await house.get(path)
    assert after["note"][-1] == written
    assert [note["text"] for note in after["note"]].count("Vi felsöker.") == 1
    known = after["note"]
    more = await house.ask("PATCH", path, json={"note": [*known, {"text": "Ny rad."}]})
    assert [note["text"] for note in more.json()["note"]] == [*(note["text"] for note in known), "Ny rad."]
    changed = await house.ask("PATCH", path, json={"note": [{"id": "n-7", "text": "Något annat."}]})
    await refused(changed, 409, "never changed")
    await refused(await house.ask("PATCH", path, json={"note": None}), 400, "never taken away")
    assert await house.get(path) == more.json()


async def test_what_a_vendor_is_told_it_did_is_not_told_again(house: TmfHouse) -> None:
    handoff = await house.hand_over(Case())
    owed = await house.bridge.rows("SELECT 1 FROM delivery")
    await house.patch(
        handoff,
        status="inProgress",
        note=[{"text": "Vi felsöker."}],
        expectedResolutionDate="2026-12-24T15:00:00Z",
    )
    assert await house.bridge.rows("SELECT 1 FROM delivery") == owed
    assert (await house.ticket(handoff))["expectedResolutionDate"] == "2026-12-24T15:00:00.000Z"


async def test_words_that_mean_nothing_here_are_kept_as_a_note(house: TmfHouse) -> None:
    handoff = await house.hand_over(Case())
    ticket = (await house.patch(handoff, priority="Gold 3")).json()
    assert ticket["note"][-1]["text"] == "Prioritet hos leverantören: Gold 3"
    assert ticket["priority"] == "P2"


@pytest.mark.parametrize(("word", "reason"), [("rejected", {"statusChangeReason": "Inte vår."}), ("cancelled", {})])
async def test_giving_it_back_with_and_without_a_reason(house: TmfHouse, word: str, reason: dict[str, str]) -> None:
    handoff = await house.hand_over(Case())
    ticket = (await house.patch(handoff, status=word, **reason)).json()
    assert ticket["status"] == "rejected"
    (returned,) = await house.facts(v.HandoffReturned)
    assert (returned.text or {}).get("sv") == reason.get("statusChangeReason")
    assert await house.facts(v.HandoffAcknowledged) == []


async def test_only_the_municipality_closes(house: TmfHouse) -> None:
    case = Case()
    handoff = await house.hand_over(case)
    await refused(await house.patch(handoff, status="closed"), 409, "the municipality closes")
    await house.patch(handoff, status="resolved")
    await refused(await house.patch(handoff, status="closed"), 409, "the municipality closes")
    (proposed,) = await house.facts(v.VendorResolutionProposed)
    assert proposed.text["sv"]
    await house.bridge.take_in(case.resolved(proposed.proposal))
    await refused(await house.patch(handoff, status="rejected"), 409, "nothing left to give back")
    for status in ("inProgress", "pending"):
        await refused(await house.patch(handoff, status=status, statusChangeReason="Vilken sal?"), 409, "left to do")
    assert await house.facts(v.VendorInformationRequested) == []
    await house.bridge.take_in(case.closed())
    await house.settled()
    assert (await house.patch(handoff, status="closed")).json()["status"] == "closed"


async def test_after_the_end_notes_are_kept_and_states_refused(house: TmfHouse) -> None:
    case = Case()
    handoff = await house.hand_over(case)
    await house.bridge.take_in(*case.assigned(COORDINATOR, "taken_back"))
    await house.settled()
    await refused(await house.patch(handoff, status="resolved"), 409, "cancelled", "tagit tillbaka")
    ticket = (await house.patch(handoff, note=[{"text": "Vi hann byta kabeln."}])).json()
    assert (ticket["status"], ticket["note"][-1]["text"]) == ("cancelled", "Vi hann byta kabeln.")
    (late,) = await house.facts(v.VendorEntryAdded)
    assert late.private


async def test_a_step_back_is_a_note_and_no_jump(house: TmfHouse) -> None:
    handoff = await house.hand_over(Case())
    await house.patch(handoff, status="inProgress")
    ticket = (await house.patch(handoff, status="acknowledged", statusChangeReason="Åter i kön.")).json()
    assert ticket["status"] == "inProgress"
    (kept,) = await house.facts(v.VendorEntryAdded)
    assert kept.text == {"sv": "Åter i kön."}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": "ho_1"}, ("id",)),
        ({"href": "https://vendor.example/1"}, ("href",)),
        ({"creationDate": "2026-01-01T00:00:00Z"}, ("creationDate",)),
        ({"lastUpdate": "2026-01-01T00:00:00Z"}, ("lastUpdate",)),
        ({"statusChange": []}, ("statusChange",)),
        ({"statusChangeDate": "2026-01-01T00:00:00Z"}, ("statusChangeDate",)),
        ({"severity": "Minor"}, ("severity",)),
        ({"description": "Något annat"}, ("description", "Possible")),
        ({"attachment": {}}, ("attachment", "list")),
        ({"attachment": [{"name": "a.txt", "url": "http://169.254.169.254/latest"}]}, ("attachment", "only a link")),
        ({"attachment": [{"name": "a.txt", "content": "%%%"}]}, ("base64",)),
        ({"attachment": [{"name": "bild.png", "content": "TVqQAAAA"}]}, ("something else",)),
        ({"attachment": [{"content": "YQ=="}]}, ("name",)),
        ({"statuss": "resolved"}, ("statuss", "no attribute")),
        ({"externalIdentifier": []}, ("externalIdentifier", "no attribute")),
        ({"status": "done"}, ("'done' is no state", "resolved", "Assigned")),
        ({"status": 7}, ("no text",)),
        ({"status": None}, ("cannot be taken away",)),
        ({"externalId": "x" * 201}, ("externalId has more than 200",)),
        ({"note": [{"text": "x" * 20_001}]}, ("note.text has more than",)),
        ({"statusChangeReason": "x" * 20_001}, ("statusChangeReason has more than",)),
        ({"priority": "x" * 20_001}, ("priority has more than",)),
        ({"note": {"text": "a"}}, ("list",)),
        ({"note": [{"words": "a"}]}, ("nothing else",)),
        ({"note": [{"text": ""}]}, ("text",)),
        ({"note": [{"text": "x" * 20_001}]}, ("text",)),
        ({"note": [{"text": "a", "id": "x" * 101}]}, ("id",)),
        ({"note": [{"text": f"{n}"} for n in range(51)]}, ("50",)),
        ({"expectedResolutionDate": "soon"}, ("no time",)),
        ({"expectedResolutionDate": "2031-01-01T00:00:00Z"}, ("two years",)),
        ({"status": "inProgress", "note": [{"text": "x" * 20_001}]}, ("text",)),
    ],
)
async def test_what_cannot_be_changed_is_refused_whole_and_says_why(
    house: TmfHouse, change: dict[str, Any], words: tuple[str, ...]
) -> None:
    handoff = await house.hand_over(Case())
    await refused(await house.patch(handoff, **change), 400, *words)
    await nothing_said(house)


async def test_a_ticket_sent_back_as_it_was_read_changes_nothing(house: TmfHouse) -> None:
    handoff = await house.hand_over(Case())
    for version in ("v4", "v5"):
        ticket = await house.ticket(handoff, version)
        answer = await house.patch(handoff, version, **ticket, **{"@vendorExtension": "x"})
        assert (answer.status_code, answer.json()) == (200, ticket)
    await nothing_said(house)


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b'{"status": NaN}', "application/json", 400),
        (b'{"note": [{"text": "a\\u0000b"}]}', "application/json", 400),
        (b'{"note": [{"text": "a\\ud800b"}]}', "application/json", 400),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "application/json", 400),
        (b'{"note": [{"text": "' + b"x" * 930_000 + b'"}]}', "application/json", 413),
        (b'{"note": [{"text": "' + b"x" * 1_500_000 + b'"}]}', "application/json", 413),
        (b'{"status": "resolved"}', "text/plain", 415),
        (b"status=resolved", "application/x-www-form-urlencoded", 415),
        (b"<status>resolved</status>", "application/xml", 415),
        (b'[{"op": "replace", "path": "/status", "value": "resolved"}]', JSON_PATCH, 415),
    ],
)
async def test_a_body_that_is_none_is_refused_in_their_shape(
    house: TmfHouse, content: bytes, content_type: str, status: int
) -> None:
    handoff = await house.hand_over(Case())
    path = f"{TICKETS['v4']}/troubleTicket/{handoff}"
    answer = await house.ask("PATCH", path, content=content, headers={"content-type": content_type})
    assert answer.status_code == status
    await nothing_said(house)


async def test_html_is_text_and_comes_back_as_it_was(house: TmfHouse) -> None:
    handoff = await house.hand_over(Case())
    text = "<script>alert(1)</script> <b>klart</b> & 'så'"
    answer = await house.patch(handoff, note=[{"text": text}])
    assert answer.json()["note"][-1]["text"] == text
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("media", ["application/json", MERGE_PATCH])
async def test_both_versions_take_a_merge_patch(house: TmfHouse, media: str) -> None:
    for version in ("v4", "v5"):
        handoff = await house.hand_over(Case())
        answer = await house.ask(
            "PATCH",
            f"{TICKETS[version]}/troubleTicket/{handoff}",
            content=b'{"status": "inProgress"}',
            headers={"content-type": f"{media};charset=utf-8"},
        )
        assert answer.json()["status"] == "inProgress"


async def json_patch(house: TmfHouse, handoff: str, *operations: dict[str, Any]) -> httpx.Response:
    path = f"{TICKETS['v5']}/troubleTicket/{handoff}"
    return await house.ask("PATCH", path, json=list(operations), headers={"content-type": JSON_PATCH})


async def test_v5_takes_a_json_patch(house: TmfHouse) -> None:
    handoff = await house.hand_over(Case())
    answer = await json_patch(
        house,
        handoff,
        {"op": "test", "path": "/status", "value": "pending"},
        {"op": "replace", "path": "/status", "value": "inProgress"},
        {"op": "add", "path": "/note/-", "value": {"text": "Vi felsöker.", "@type": "Note"}},
    )
    assert answer.status_code == 200, answer.text
    assert (answer.json()["status"], answer.json()["note"][-1]["text"]) == ("inProgress", "Vi felsöker.")


@pytest.mark.parametrize(
    ("operation", "status"),
    [
        ({"op": "test", "path": "/status", "value": "closed"}, 409),
        ({"op": "remove", "path": "/note"}, 400),
        ({"op": "remove", "path": "/note/0"}, 400),
        ({"op": "remove", "path": "/note/0/text"}, 400),
        ({"op": "remove", "path": "/externalIdentifier/0"}, 400),
        ({"op": "replace", "path": "/note/0/text", "value": "Något annat"}, 409),
        ({"op": "replace", "path": "/id", "value": "ho_1"}, 400),
        ({"op": "replace", "path": "/nonsense", "value": 1}, 400),
        ({"op": "add", "path": "/nonsense", "value": 1}, 400),
        ({"op": "copy", "from": "/note", "path": "/note/0"}, 400),
        ({"op": "move", "from": "/note", "path": "/status"}, 400),
        ({"op": "add", "path": "status", "value": 1}, 400),
        ({"op": "add", "path": "/note/9999", "value": {"text": "a"}}, 400),
        ({"op": "add", "path": "/status/x", "value": 1}, 400),
        ({"op": "remove", "path": ""}, 400),
        ({"op": "add"}, 400),
        ({}, 400),
    ],
)
async def test_a_json_patch_that_does_not_fit_is_refused(
    house: TmfHouse, operation: dict[str, Any], status: int
) -> None:
    handoff = await house.hand_over(Case())
    assert (await json_patch(house, handoff, operation)).status_code == status
    too_many = [{"op": "test", "path": "/status", "value": "pending"}] * 101
    assert (await json_patch(house, handoff, *too_many)).status_code == 400
    await nothing_said(house)


async def test_who_says_which_version_it_read_changes_no_other(house: TmfHouse) -> None:
    handoff = await house.hand_over(Case())
    path = f"{TICKETS['v4']}/troubleTicket/{handoff}"
    read = (await house.ask("GET", path)).headers["etag"]
    first = await house.ask("PATCH", path, json={"status": "acknowledged"}, headers={"if-match": read})
    assert first.status_code == 200
    stale = await house.ask("PATCH", path, json={"status": "inProgress"}, headers={"if-match": read})
    assert stale.status_code == 412
    fresh = {"if-match": first.headers["etag"]}
    assert (await house.ask("PATCH", path, json={"status": "inProgress"}, headers=fresh)).status_code == 200


async def test_of_a_change_that_is_refused_no_file_is_put_and_nothing_said(house: TmfHouse) -> None:
    handoff = await house.hand_over(Case())
    said = await house.bridge.stated_types()
    file = {"name": "matning.log", "mimeType": "text/plain", "content": b64encode(b"12 V").decode()}
    far = {"status": "inProgress", "expectedResolutionDate": "2036-12-24T15:00:00+01:00"}
    await refused(await house.patch(handoff, attachment=[file], **far), 400, "two years away")
    await refused(await house.patch(handoff, attachment=[file, file | {"name": "a.exe"}], status="held"), 400, "a.exe")
    async with house.bridge.engine.connect() as conn:
        kept, _ = await refusals.page(conn, "malarvik", NAME)
    assert kept.reason.startswith("attachment: File 2 is of a kind that is not taken."), "which, and no name"
    await refused(await house.patch("ho_nobodys", attachment=[file]), 404, "no such")
    assert not house.bridge.kept()
    assert await house.bridge.stated_types() == said
    for _ in range(2):
        assert (await house.patch(handoff, attachment=[file], status="inProgress")).status_code == 200
    (added,) = await house.facts(v.VendorEntryAdded)
    assert house.bridge.kept() == {added.files[0].sha256}


@pytest.mark.parametrize("version", ["v4", "v5"])
async def test_what_a_change_brings_is_in_its_answer_and_stays_the_same(house: TmfHouse, version: str) -> None:
    case = Case()
    handoff = await house.hand_over(case)
    file = {"name": "matning.log", "mimeType": "text/plain", "content": b64encode(b"12 V").decode()}
    answer = await house.patch(handoff, version, attachment=[file], note=[{"id": "n", "text": "Se."}])
    (shown,) = own(answer.json())
    assert (shown["name"], shown["size"]["amount"]) == ("matning.log", 4)
    assert (await house.ask("GET", shown["url"], check=False)).content == b"12 V"
    fact = next(fact for fact in await house.facts(v.VendorEntryAdded) if fact.files)
    (ticket,) = case.tickets
    told = {"case": ticket, "cause": fact, "kind": "vendor_entry", "party": WIFI, "files": fact.files}
    await house.bridge.take_in(case.entry(fact.text["sv"], "reporter", **told))
    assert own(await house.ticket(handoff, version)) == [shown]
    again = await house.patch(handoff, version, attachment=[shown], note=[{"id": "m", "text": "Se en gång till."}])
    assert own(again.json()) == [shown]
    nothing = await house.patch(handoff, version, attachment=[shown])
    assert (nothing.status_code, own(nothing.json())) == (200, [shown])
