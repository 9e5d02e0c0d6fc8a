"""Who reported it, as it is named in a vendor's own TMF621 server: by the connection's choice, and gone once erased."""

import json
from typing import Any, Literal

import pytest
from jsonschema import Draft7Validator

from contracts.bundle import Around, Bundle, Place, ReporterSeen
from contracts.directory import Connection
from contracts.webhooks import Forgotten
from tests.contract.tmf import lists, official
from tests.support.histories import TICKET, VENDOR
from tests.unit.vendor_bridge.test_peers import STORY, bundled, message
from vendor_bridge.tmf import remote
from vendor_bridge.tmf.remote import Followed

Version = Literal["v4", "v5"]
ANNA = ReporterSeen(ticket=TICKET, person="pe_anna", name="Anna Ask", school="ekbacken", room="B204")
BO = ReporterSeen(ticket="tk_2", person="pe_bo", name="Bo Berg", school="ekbacken")
AGAIN = ANNA.model_copy(update={"ticket": "tk_3", "room": "L12"})
_CREATED: dict[Version, tuple[official.Api, str, lists.Schema]] = {
    "v4": ("troubleTicket/v4", "TroubleTicket_Create", lists.TICKET_V4),
    "v5": ("troubleTicket/v5", "TroubleTicket_FVO", lists.TICKET_V5),
}


def connection(version: str = "v4", contact: str = "person") -> Connection:
    given = {"name": "own", "profile": "tmf621", "url": "https://vendor.example/tmf", "secret_ref": "own"}
    return Connection.model_validate(given | {"version": version, "contact": contact})


def told_of(*reporters: ReporterSeen) -> Bundle:
    places = (Place(school="ekbacken", name="Ekbackens skola", tickets=2),)
    return bundled(*STORY).model_copy(update={"around": Around(places=places, reporters=reporters)})


def parties(resource: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(role, name, kind)."""
    listed = [(each["role"], each.get("partyOrPartyRole", each)) for each in resource.get("relatedParty", ())]
    return [(role, party["name"], party["@referredType"]) for role, party in listed]


@pytest.mark.parametrize("version", ["v4", "v5"])
@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("person", [("reporter", "Anna Ask", "Individual"), ("reporter", "Bo Berg", "Individual")]),
        ("school", [("reporter", "Ekbackens skola", "Organization")]),
        ("none", []),
    ],
)
def test_who_reported_it_goes_along_by_the_connections_choice(version: Version, contact: str, shown: list[Any]) -> None:
    own = connection(version, contact)
    told = told_of(*((ANNA, BO, AGAIN) if contact == "person" else ()))
    opened = remote.created(message("offered", told, vendor=VENDOR), told, own)
    assert parties(opened) == shown
    api, name, schema = _CREATED[version]
    listed = {"properties": {"relatedParty": schema["properties"]["relatedParty"]}}
    for each in (listed, json.loads(official.schema(api, name) or "{}")):
        assert [error.message for error in Draft7Validator(each).iter_errors(opened)] == []


@pytest.mark.parametrize("version", ["v4", "v5"])
@pytest.mark.parametrize("answer", ["came", "was lost"])
def test_n11_who_reported_what_is_erased_goes_from_a_vendors_own_server(version: Version, answer: str) -> None:
    own, told, followed = connection(version), told_of(ANNA, BO, AGAIN), Followed("ho_1", "malarvik", "own", "T1")
    offered = message("offered", told, vendor=VENDOR)
    followed.known = remote.about_to_write(followed, offered, told, own, {})
    opened = remote.created(offered, told, own)
    theirs = {"id": "7", "name": "Kim", "role": "technician"}
    there = opened | {"relatedParty": [*opened["relatedParty"], theirs]}
    if answer == "came":
        followed.known = remote.written(followed, offered, told, own, there)
    assert "nna" not in str(followed.known)

    def redacted(left: Bundle, case: str) -> dict[str, Any]:
        gone = (Forgotten(case=case, entries=(1,), whole=True),)
        return remote.patch(message("redacted", left, vendor=VENDOR, forget=gone), left, own, there, followed)

    assert "relatedParty" not in redacted(told_of(BO, AGAIN), TICKET), "she reported another that stays"
    patch = redacted(told_of(BO), TICKET)
    assert "Anna" not in str(patch)
    assert patch["relatedParty"] == [opened["relatedParty"][1], theirs]


def test_a_reporter_who_comes_later_is_named_then_and_nobody_once_the_connection_shows_no_persons() -> None:
    own, told, followed = connection(), told_of(ANNA), Followed("ho_1", "malarvik", "own", "T1")
    offered = message("offered", told, vendor=VENDOR)
    opened = remote.created(offered, told, own)
    followed.known = remote.written(followed, offered, told, own, opened)
    more = told_of(ANNA, BO)
    updated = message("updated", more, vendor=VENDOR)
    patch = remote.patch(updated, more, own, opened, followed)
    assert [name for _, name, _ in parties(patch)] == ["Anna Ask", "Bo Berg"]
    followed.known = remote.written(followed, updated, more, own, opened | patch, opened)
    assert "relatedParty" not in remote.patch(updated, more, own, opened, followed), "its server keeps none"
    hidden = told_of()
    assert remote.patch(updated, hidden, connection(contact="none"), opened | patch, followed)["relatedParty"] == []
