"""Värmdö: its ICT plan of 2015."""

import pytest

from tests.support.directories import Asked, shipped, turn, way

TURNS = {
    "M1: procurement → Culture and education, the central administration, the supplier": (
        {"service": "tablet_procurement", "kind": "request"},
        "team:kultur-och-utbildning → team:centrala-administrationen → vendor:surfplattor",
    ),
    "M1: deployment → the IT department, the school": (
        {"service": "tablet_deployment", "kind": "request"},
        "team:it-avdelningen → team:ikt-skarviksskolan → team:kultur-och-utbildning",
    ),
    "M1: administration → the school, the IT department": (
        {"service": "mdm", "kind": "request"},
        "team:ikt-skarviksskolan → team:it-avdelningen → team:kultur-och-utbildning",
    ),
    "M1: use and support → the school, the helpdesk": (
        {"service": "tablet"},
        "team:ikt-skarviksskolan → team:it-helpdesk → team:kultur-och-utbildning → vendor:surfplattor",
    ),
    "M1: retirement → the school, the IT department, the central administration": (
        {"service": "tablet_retirement", "kind": "request"},
        "team:ikt-skarviksskolan → team:it-avdelningen → team:centrala-administrationen → team:kultur-och-utbildning",
    ),
    "M2: the yearly self-evaluation → the school's ICT educator": (
        {"service": "self_evaluation", "kind": "request"},
        "team:pedagog-skarviksskolan → team:kultur-och-utbildning",
    ),
    "M2, M4: what the self-evaluation shows that is needed → on to the IT department": (
        {"service": "self_evaluation", "kind": "need"},
        "team:kultur-och-utbildning → team:it-avdelningen",
    ),
    "M3: a lost password → the helpdesk behind the e-services": (
        {"service": "login"},
        "team:it-helpdesk → team:kultur-och-utbildning",
    ),
    "M4: a need → by agreed responsibility to the IT department": (
        {"service": "wifi", "kind": "need"},
        "team:kultur-och-utbildning → team:it-avdelningen",
    ),
    "M4: an idea too": ({"kind": "idea"}, "team:kultur-och-utbildning → team:it-avdelningen"),
}


@pytest.mark.parametrize(("case", "path"), TURNS.values(), ids=TURNS)
def test_whose_turn(case: Asked, path: str) -> None:
    assert way("varmdo", **case | {"school": "skarviksskolan"}) == path


def test_m1_each_phase_of_a_tablets_life_names_itself_and_who_takes_part() -> None:
    phases = {
        "tablet_procurement": "Anskaffning",
        "tablet_deployment": "Utrullning",
        "mdm": "Administration",
        "tablet": "Användning och stöd",
        "tablet_retirement": "Avveckling",
    }
    taking_part = set()
    for service, phase in phases.items():
        found = turn("varmdo", service=service, school="skarviksskolan", kind="request")
        assert found.reason["sv"].startswith(f"{phase}: ")
        taking_part |= {*found.path, *found.informs}
    assert taking_part >= {
        "team:ikt-skarviksskolan",
        "team:kultur-och-utbildning",
        "team:it-avdelningen",
        "team:centrala-administrationen",
        "team:it-helpdesk",
    }


@pytest.mark.parametrize("service", ["login", "e_services"])
def test_m3_the_reporter_reads_what_can_be_done_by_oneself(service: str) -> None:
    assert "själv i e-tjänsterna" in turn("varmdo", service=service, school="skarviksskolan").reason["sv"]


def test_m2_the_self_evaluation_has_no_clocks() -> None:
    found = turn("varmdo", service="self_evaluation", school="skarviksskolan", kind="request")
    assert shipped("varmdo").policies_by_id[found.policy].steps == ()
