"""What we write into a vendor's own TMF621 ticket: each thing once, in Swedish, nothing that it said itself."""

from typing import Any

import pytest

from contracts.bundle import Around, Bundle, Place, Spot
from contracts.directory import Connection
from contracts.disclosure import REPORTER, REPORTERS, to_party
from contracts.timeline import Draft
from contracts.webhooks import Answer, Forgotten, Outgoing
from tests.support.handoff_life import directory
from tests.support.histories import INCIDENT, START, TICKET, VENDOR, chain
from tests.unit.vendor_bridge.test_peers import STORY, TEAM, bundled, entries, message
from vendor_bridge.tmf import remote
from vendor_bridge.tmf.remote import Followed

CONNECTION = Connection(name="own", profile="tmf621", url="https://vendor.example/tmf", version="v4", secret_ref="own")


def texts(resource: dict[str, Any]) -> list[str]:
    return [note["text"] for note in resource.get("note", ())]


def patched(said: Outgoing, told: Bundle, current: dict[str, Any]) -> list[str]:
    """The notes after it was written."""
    followed = Followed("ho_1", "malarvik", "own", "T1", known=[f"n:{note['id']}" for note in current["note"]])
    return texts(current | remote.patch(said, told, CONNECTION, current, followed))


def test_a_ticket_that_is_opened_has_the_whole_story_and_a_later_change_not_what_its_vendor_wrote() -> None:
    told = bundled(*STORY)
    assert texts(remote.created(message("offered", told, vendor=VENDOR), told, CONNECTION)) == [
        *("Nere.", "Hos oss.", "Vi ser på det.")
    ]
    theirs = {"note": [{"id": "v1", "text": "Vi ser på det."}]}
    assert patched(message("updated", told, vendor=VENDOR), told, theirs) == ["Vi ser på det.", "Nere.", "Hos oss."]


def test_an_answer_and_its_entry_in_the_story_are_one_note_whichever_comes_first() -> None:
    told = bundled(entries(INCIDENT, (1, TEAM, "answer", to_party(VENDOR), "Rött.")))
    answer = Answer(question="qu_7", text={"sv": "Rött."})
    answered = message("answered", bundled(), vendor=VENDOR, answer=answer)
    first = remote.patch(answered, bundled(), CONNECTION, {"note": []}, Followed("ho_1", "malarvik", "own", "T1"))
    assert texts(first) == ["Rött."]
    assert patched(message("updated", told, vendor=VENDOR), told, first) == ["Rött."]
    assert patched(message("answered", told, vendor=VENDOR, answer=answer), told, {"note": []}) == ["Rött."]


def test_n11_an_answer_that_is_erased_is_found_by_the_name_that_its_message_gave_it() -> None:
    """Also where the server numbers notes itself, and gives no ids at all; and what was the description goes too."""
    told = bundled(entries(INCIDENT, (1, TEAM, "answer", to_party(VENDOR), "Rött.")))
    answer = Answer(question="qu_7", text={"sv": "Rött."})
    answered = message("answered", told, vendor=VENDOR, answer=answer)
    gone = (Forgotten(case=INCIDENT, entries=(1,)),)
    redacted = message("redacted", bundled(), vendor=VENDOR, forget=gone)
    for own in ({"id": "n1"}, {}):
        followed = Followed("ho_1", "malarvik", "own", "T1")
        followed.known = remote.about_to_write(followed, answered, told, CONNECTION, {})
        there: dict[str, Any] = {"description": "Rött.", "note": [own | {"date": "2026-10-05", "text": "Rött."}]}
        followed.known = remote.written(followed, answered, told, CONNECTION, there)
        patch = remote.patch(redacted, bundled(), CONNECTION, there, followed)
        assert "Rött." not in str(patch)
        assert patch["description"] == redacted.data.subject.title
        followed.known = remote.about_to_write(followed, redacted, bundled(), CONNECTION, there)
        followed.known = remote.written(followed, redacted, bundled(), CONNECTION, there | patch)
        assert remote.heard(followed, there | patch, CONNECTION, {}) == []


def at(*spots: Spot) -> Bundle:
    told = bundled(*STORY)
    place = Place(school="ekbacken", name="Ekbackens skola", tickets=1)
    return told.model_copy(update={"around": Around(places=(place,), spots=spots)})


PRINTER = Spot(ticket=TICKET, school="ekbacken", room="B204", asset="EKB-PR-0012")
OTHER = Spot(ticket="tk_2", school="ekbacken", room="L12")


@pytest.mark.parametrize("version", ["v4", "v5"])
def test_the_place_the_room_and_the_device_go_to_a_vendors_own_server_once_and_its_own_stay(version: Any) -> None:
    connection = CONNECTION.model_copy(update={"version": version})
    told, followed = at(PRINTER), Followed("ho_1", "malarvik", "own", "T1")
    offered = message("offered", told, vendor=VENDOR)
    opened = remote.created(offered, told, connection)
    assert shown(opened) == [
        ("place", "ekbacken", "Ekbackens skola"),
        ("room", "ekbacken/B204", "B204"),
        ("affectedResource", "EKB-PR-0012", "EKB-PR-0012"),
    ]
    followed.known = remote.written(followed, offered, told, CONNECTION, opened)
    theirs = [{"id": "sw-1", "role": "affectedResource", "name": "Switch"}, {"name": "Rack"}, {"name": "Kabel"}]
    there = opened | {"relatedEntity": [*opened["relatedEntity"], *theirs]}
    more = at(PRINTER, OTHER)
    updated = message("updated", more, vendor=VENDOR)
    assert "relatedEntity" not in remote.patch(offered, told, connection, there, followed)
    patch = remote.patch(updated, more, connection, there, followed)
    assert patch["relatedEntity"][:-1] == there["relatedEntity"]
    assert shown(patch)[-1] == ("room", "ekbacken/L12", "L12")
    followed.known = remote.written(followed, updated, more, CONNECTION, there)
    assert "relatedEntity" not in remote.patch(updated, more, connection, there, followed), "its server keeps none"


@pytest.mark.parametrize("answer", ["came", "was lost"])
def test_n11_the_room_and_the_device_of_an_erased_report_go_from_a_vendors_own_server(answer: str) -> None:
    told, followed = at(PRINTER, OTHER), Followed("ho_1", "malarvik", "own", "T1")
    offered = message("offered", told, vendor=VENDOR)
    followed.known = remote.about_to_write(followed, offered, told, CONNECTION, {})
    opened = remote.created(offered, told, CONNECTION)
    if answer == "came":
        followed.known = remote.written(followed, offered, told, CONNECTION, opened)
    assert "B204" not in str(followed.known)
    left = at(OTHER)
    redacted = message("redacted", left, vendor=VENDOR, forget=(Forgotten(case=TICKET, entries=(1,), whole=True),))
    patch = remote.patch(redacted, left, CONNECTION, opened, followed)
    assert [role for role, *_ in shown(patch)] == ["place", "room"]
    assert "B204" not in str(patch)
    assert "EKB-PR-0012" not in str(patch)


@pytest.mark.parametrize("answers", [True, False], ids=["with the ticket", "with nothing"])
def test_what_a_vendors_server_does_not_let_go_is_asked_for_once_and_again_after_it_was_there(answers: bool) -> None:
    told, left, followed = at(PRINTER, OTHER), at(OTHER), Followed("ho_1", "malarvik", "own", "T1")
    offered, redacted, updated = (message(kind, told, vendor=VENDOR) for kind in ("offered", "redacted", "updated"))
    opened = remote.created(offered, told, CONNECTION)
    followed.known = remote.written(followed, offered, told, CONNECTION, opened)
    after = opened if answers else {}

    def asks(said: Any, story: Any) -> bool:
        is_asked = "relatedEntity" in remote.patch(said, story, CONNECTION, opened, followed)
        followed.known = remote.written(followed, said, story, CONNECTION, after, opened)
        return is_asked

    assert asks(redacted, left)
    assert not asks(updated, left)
    assert not asks(updated, told)  # the printer is back, and stands there still
    assert asks(updated, left)
    assert not asks(updated, left)


@pytest.mark.parametrize("own_ids", [True, False])
def test_n11_the_description_stays_where_it_is_the_words_of_another_report_than_the_erased_one(own_ids: bool) -> None:
    """Also where the server numbers notes itself; not where the vendor alone says them still."""
    first = entries(TICKET, (0, "reporter", "filed", REPORTER, "Nere."))
    second = entries("tk_2", (1, "reporter", "filed", REPORTER, "Hos oss också."))
    told, followed = bundled(first, second), Followed("ho_1", "malarvik", "own", "T1")
    offered = message("offered", told, vendor=VENDOR)
    followed.known = remote.about_to_write(followed, offered, told, CONNECTION, {})
    opened = remote.created(offered, told, CONNECTION)
    notes = [note if own_ids else note | {"id": f"n{place}"} for place, note in enumerate(opened["note"])]
    there = opened | {"note": [*notes, {"id": "v1", "text": "Nere."}]}
    followed.known = remote.written(followed, offered, told, CONNECTION, there)

    def erased(case: str) -> dict[str, Any]:
        gone = (Forgotten(case=case, entries=(1,), whole=True),)
        redacted = message("redacted", bundled(), vendor=VENDOR, forget=gone)
        return remote.patch(redacted, bundled(), CONNECTION, there, followed)

    assert opened["description"] == "Nere."
    assert "description" not in erased("tk_2")
    assert texts(erased("tk_2"))[:2] == ["Nere.", remote.ERASED]
    assert erased(TICKET)["description"] == offered.data.subject.title


def shown(resource: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(role, id, name) of its related entities."""
    listed = [(each["role"], each.get("entity", each)) for each in resource["relatedEntity"] if "role" in each]
    return [(role, entity["id"], entity["name"]) for role, entity in listed]


def test_what_is_written_in_two_languages_is_said_in_swedish() -> None:
    step = Draft(
        at=START,
        party=TEAM,
        kind="handed_over",
        audience=(REPORTERS,),
        caused_by="ev_1",
        text={"en": "With them.", "sv": "Hos dem."},
    )
    told = bundled(chain(INCIDENT, [step]))
    assert texts(remote.created(message("offered", told, vendor=VENDOR), told, CONNECTION)) == ["Hos dem."]


def test_a_notes_author_is_the_party_by_its_name_and_never_a_person() -> None:
    """Also where the connection is shown people: a vendor's ticket is read by more than who needs the name."""
    own = directory()
    told = bundled(*STORY)
    notes = remote.created(message("offered", told, vendor=VENDOR), told, CONNECTION, own)["note"]
    reporter, team, _theirs = [note["author"] for note in notes]
    assert reporter.startswith("Anmälaren / The reporter")
    assert team.startswith(own.party_name(TEAM).sv)
    assert TEAM not in team
    answer = Answer(question="qu_7", text={"sv": "Rött."})
    answered = message("answered", bundled(), vendor=VENDOR, answer=answer)
    followed = Followed("ho_1", "malarvik", "own", "T1")
    (note,) = remote.patch(answered, bundled(), CONNECTION, {"note": []}, followed, own)["note"]
    assert note["author"] == own.municipality.name.sv
