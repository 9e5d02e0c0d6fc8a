"""Lund: the coordination of school IT of 2004."""

from collections import Counter

import pytest

from contracts.directory import local_support, responsibility, teams_of
from tests.support.directories import Asked, people, shipped, turn, way

TURNS = {
    "L1: a pupil computer at a school with a placed technician → that technician": (
        {"service": "pupil_computer", "school": "norrangsskolan"},
        "team:tekniker-norrangsskolan → team:ikt-samordningen → vendor:datorer",
    ),
    "L1: at a school without its own → the technician of the host school": (
        {"service": "pupil_computer", "school": "ekdungeskolan"},
        "team:tekniker-norrangsskolan → team:ikt-samordningen → vendor:datorer",
    ),
    "L1: at a school whose host is hosted itself → the technician at the end": (
        {"service": "pupil_computer", "school": "torpvallsskolan"},
        "team:tekniker-osterangsskolan → team:ikt-samordningen → vendor:datorer",
    ),
    "L1: a fault of several schools is no one technician's": (
        {"service": "wifi", "school": "ekdungeskolan", "scope": "schools"},
        "team:it-enheten → team:ikt-samordningen",
    ),
    "L2: an order of computers → the coordination, which alone opens contracts": (
        {"service": "pupil_computer", "school": "ekdungeskolan", "kind": "request"},
        "team:ikt-samordningen → vendor:datorer",
    ),
    "L2: a fault in ProCapita → the coordination, which has the contract": (
        {"service": "student_register", "school": "domkyrkogymnasiet"},
        "team:ikt-samordningen → vendor:procapita",
    ),
    "L2: a fault in Fronter → the technician, the coordination, the supplier": (
        {"service": "learning_platform", "school": "domkyrkogymnasiet"},
        "team:tekniker-domkyrkogymnasiet → team:ikt-samordningen → vendor:fronter",
    ),
    "L5: a preschool that is connected is served like a school": (
        {"service": "staff_computer", "school": "forskolan-nyckelpigan"},
        "team:tekniker-osterangsskolan → team:ikt-samordningen → vendor:datorer",
    ),
    "L5: a preschool that is not connected yet files too, and the coordination has it": (
        {"service": "staff_computer", "school": "forskolan-humlan"},
        "team:ikt-samordningen → vendor:datorer",
    ),
    "L5: … also when the lesson has stopped": (
        {"service": "wifi", "school": "forskolan-humlan", "urgency": 1},
        "team:ikt-samordningen → team:it-enheten",
    ),
    "L5: a unit is connected alone: the theoretical programmes are": (
        {"service": "staff_computer", "school": "linneagymnasiet", "unit": "linnea-teoretiska"},
        "team:tekniker-linneagymnasiet → team:ikt-samordningen → vendor:datorer",
    ),
    "L5: … and the vocational ones not yet": (
        {"service": "staff_computer", "school": "linneagymnasiet", "unit": "linnea-yrkes"},
        "team:ikt-samordningen → vendor:datorer",
    ),
    "L6: a missing account → the IT unit, since accounts are made from ProCapita": (
        {"service": "login", "school": "tunvallaskolan", "kind": "request"},
        "team:it-enheten → team:ikt-samordningen",
    ),
}


@pytest.mark.parametrize(("case", "path"), TURNS.values(), ids=TURNS)
def test_whose_turn(case: Asked, path: str) -> None:
    assert way("lund", **case) == path


def test_l1_fifteen_technicians_are_placed_and_serve_every_connected_school() -> None:
    directory = shipped("lund")
    technicians = [team for team in directory.teams if team.tier == "local"]
    assert len(technicians) == 15
    assert all(len(team.schools) == 1 for team in technicians)
    for school in directory.schools:
        party, host = local_support(directory, school.id)
        assert not school.connected or (party.startswith("team:tekniker-") and host is not None), school.id


def test_l1_the_reason_names_the_school_without_technician_and_who_helps() -> None:
    reason = turn("lund", service="pupil_computer", school="ekdungeskolan").reason["sv"]
    assert "Ekdungeskolan har ingen egen tekniker: Teknikern på Norrängsskolan hjälper till." in reason


def test_l2_no_report_and_no_order_reaches_a_vendor_before_the_coordination() -> None:
    directory = shipped("lund")
    for service in directory.services_by_id:
        for kind in ("incident", "request"):
            path = turn("lund", service=service, school="norrangsskolan", kind=kind).path
            vendors = [party for party in path if party.startswith("vendor:")]
            assert all(path.index("team:ikt-samordningen") < path.index(vendor) for vendor in vendors)
    assert {a.contracts_by for a in directory.agreements if a.contracts_by} == {"coordinator"}


def test_l3_every_school_has_an_administration_and_a_form_to_count_by() -> None:
    directory = shipped("lund")
    counted = Counter(school.administration for school in directory.schools)
    assert set(counted) == {"bsn-norr", "bsn-soder", "bsn-oster", "utbildningsforvaltningen"}
    assert None not in counted
    assert {school.form for school in directory.schools} == {"preschool", "compulsory", "upper_secondary", "adult"}


def test_l4_every_connected_school_has_the_same_promises() -> None:
    directory = shipped("lund")
    connected = [school.id for school in directory.schools if school.connected]
    for service in directory.services_by_id:
        agreements = {responsibility(directory, service=service, school=school).agreement for school in connected}
        assert len(agreements) == 1, service


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"school": "forskolan-humlan"}, "Förskolan Humlan är inte ansluten än, därför tar samordnaren det."),
        (
            {"school": "linneagymnasiet", "unit": "linnea-yrkes"},
            "Linnéagymnasiets yrkesprogram är inte ansluten än, därför tar samordnaren det.",
        ),
    ],
)
def test_l5_the_reason_says_that_it_is_not_connected_yet(place: Asked, words: str) -> None:
    found = turn("lund", **place | {"service": "wifi"})
    assert found.rule == "not_connected"
    assert found.reason["sv"] == words


def test_l6_people_and_their_teams_come_from_a_table_of_the_identity_provider() -> None:
    directory, known = shipped("lund"), people("lund").by_id
    assert teams_of(directory, known["lund-tekniker"]) == ("tekniker-norrangsskolan",)
    assert teams_of(directory, known["lund-teknisk-samordnare"]) == ("ikt-samordningen", "ca")
    assert teams_of(directory, known["lund-tekniker-linnea"]) == ("tekniker-linneagymnasiet",)
    assert known["lund-rektor"].protected_identity
