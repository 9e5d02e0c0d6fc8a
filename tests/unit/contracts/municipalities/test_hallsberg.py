"""Hallsberg: the responsibility matrix of its IT plan, role by role."""

import pytest

from contracts.directory import responsibility
from tests.support.directories import Asked, shipped, turn, way

TECHNICAL, PEDAGOGICAL = "team:teknik-transtensskolan", "team:pedagogik-transtensskolan"
TECHNICIANS, STRATEGIST, EDUCATOR = "team:it-tekniker", "team:it-strateg", "team:it-pedagog"
SYDNARKE, PLATFORMS = "vendor:sydnarke-it", "vendor:plattform"

ROLES = {
    "H1: pupils' devices → the unit's technical IT lead, then the IT technicians": (
        {"service": "pupil_computer"},
        (TECHNICAL, TECHNICIANS, STRATEGIST),
    ),
    "H1: pupils' tablets": ({"service": "tablet"}, (TECHNICAL, TECHNICIANS, STRATEGIST)),
    "H1: staff computers → the unit's technical IT lead, then Sydnärke IT": (
        {"service": "staff_computer"},
        (TECHNICAL, SYDNARKE, STRATEGIST),
    ),
    "H1: how tools are used in teaching → the unit's pedagogical IT lead, then the IT educator": (
        {"service": "pedagogical_use", "kind": "request"},
        (PEDAGOGICAL, EDUCATOR, STRATEGIST),
    ),
    "H2: a need of the unit's own plan → its local IT group, then the strategist": (
        {"service": "pedagogical_use", "kind": "need"},
        (PEDAGOGICAL, STRATEGIST),
    ),
    "H2: any other need → the strategist": ({"service": "tablet", "kind": "need"}, (STRATEGIST,)),
    "H2: an idea → the strategist": ({"kind": "idea"}, (STRATEGIST,)),
    "H3: a device for a pupil → the strategist": ({"service": "tablet", "kind": "request"}, (STRATEGIST,)),
    "H3: a device for staff → the strategist, who orders from Sydnärke IT": (
        {"service": "staff_computer", "kind": "request"},
        (STRATEGIST, SYDNARKE),
    ),
    "H4: special needs → the IT educator": ({"service": "assistive_tools"}, (EDUCATOR, STRATEGIST)),
    "H4: whatever it is, one asks close by": ({}, (TECHNICAL, STRATEGIST)),
    "H5: purchases, contracts and licences → the strategist": (
        {"service": "office365", "kind": "request"},
        (STRATEGIST,),
    ),
    "IT technicians: the school's network": ({"service": "wifi"}, (TECHNICIANS, STRATEGIST)),
    "IT technicians: MDM": ({"service": "mdm"}, (TECHNICIANS, STRATEGIST)),
    "local technical IT lead: apps and teachers' devices, with the technicians": (
        {"service": "mdm", "kind": "request"},
        (TECHNICAL, TECHNICIANS, STRATEGIST),
    ),
    "Sydnärke IT: administrative computers": (
        {"service": "staff_computer", "device_class": "admin_computer"},
        (SYDNARKE, STRATEGIST),
    ),
    "Sydnärke IT: Personec, Agresso, Platina": ({"service": "business_systems"}, (SYDNARKE, STRATEGIST)),
    "Sydnärke IT: teacher mail": ({"service": "email"}, (SYDNARKE, STRATEGIST)),
    "Sydnärke IT: printers": ({"service": "printing"}, (SYDNARKE, STRATEGIST)),
    "Sydnärke IT: the ProCapita server": ({"service": "student_register"}, (SYDNARKE, STRATEGIST)),
    "Sydnärke IT: the admin network": ({"service": "wired_network"}, (SYDNARKE, STRATEGIST)),
    "platform suppliers: Office 365": ({"service": "office365"}, (PEDAGOGICAL, STRATEGIST, PLATFORMS)),
    "platform suppliers: Lifecare Planering": ({"service": "schedule_absence"}, (PEDAGOGICAL, STRATEGIST, PLATFORMS)),
    "platform suppliers: edWise": ({"service": "learning_platform"}, (PEDAGOGICAL, STRATEGIST, PLATFORMS)),
}


@pytest.mark.parametrize(("case", "path"), ROLES.values(), ids=ROLES)
def test_whose_turn(case: Asked, path: tuple[str, ...]) -> None:
    assert way("hallsberg", **case | {"school": "transtensskolan"}) == " → ".join(path)


def test_h1_h3_l1_the_preschool_borrows_both_kinds_of_support() -> None:
    technical = turn("hallsberg", school="forskolan-kompassen", service="tablet")
    pedagogical = turn("hallsberg", school="forskolan-kompassen", service="office365")
    assert (technical.holder, pedagogical.holder) == ("team:teknik-langangskolan", "team:pedagogik-langangskolan")
    assert "pedagogisk" in pedagogical.reason["sv"]


def test_h1_every_unit_has_technical_and_pedagogical_support_close_to_the_work() -> None:
    directory = shipped("hallsberg")
    for school in directory.schools_by_id:
        for service in ("pupil_computer", "pedagogical_use"):
            holder = responsibility(directory, school=school, service=service).holder
            assert directory.tier(holder) == "local", (school, service)


@pytest.mark.parametrize(
    ("school", "service", "words"),
    [
        ("transtensskolan", "tablet", "Varje elev i årskurs 1–9 har en enhet."),
        ("forskolan-kompassen", "tablet", "Förskolan har en enhet per fem barn."),
        ("transtensskolan", "staff_computer", "Var och en i personalen har en enhet."),
    ],
)
def test_h3_who_orders_a_device_reads_how_many_there_are_to_be(school: str, service: str, words: str) -> None:
    assert words in turn("hallsberg", school=school, service=service, kind="request").reason["sv"]


def test_h5_the_strategist_keeps_the_registers_of_pupils_devices() -> None:
    found = turn("hallsberg", school="folkasboskolan", service="pupil_computer", kind="request")
    assert found.path == (STRATEGIST,)
    assert "för registren" in found.reason["sv"]
    assert found.informs == ("team:teknik-folkasboskolan",)


def test_h4_the_same_question_is_answered_by_need_and_not_by_office() -> None:
    """A preschool and an upper secondary school get the same kind of help for the same thing."""
    directory = shipped("hallsberg")
    for service in directory.services_by_id:
        rules = {responsibility(directory, school=school, service=service).rule for school in directory.schools_by_id}
        assert len(rules) == 1, service
