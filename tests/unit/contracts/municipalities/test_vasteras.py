"""Västerås: the organisation of its audit of 2014, with the coordinator and the local support that it recommends."""

import pytest

from tests.support.directories import Asked, people, shipped, turn, way

NETWORK = ("wifi", "wired_network", "internet", "pupil_network", "admin_network")
TURNS = {
    "V5: pupil computer at a school with local support → the school, then the coordinator, at last Atea": (
        {"service": "pupil_computer", "school": "stenviksskolan"},
        "team:it-stenviksskolan → team:samordnaren → vendor:atea",
    ),
    "V5, L1: pupil computer at a school without technician → its host school's technician": (
        {"service": "pupil_computer", "school": "bjorklundaskolan"},
        "team:it-kvarnangsskolan → team:samordnaren → vendor:atea",
    ),
    "V5, V6: pupil computer at a school without technician and without host → the coordinator": (
        {"service": "pupil_computer", "school": "lovhagsskolan"},
        "team:samordnaren → vendor:atea",
    ),
    "V5: staff computer, which has an agreement → the school, then CGI's helpdesk": (
        {"service": "staff_computer", "school": "stenviksskolan"},
        "team:it-stenviksskolan → vendor:cgi → team:samordnaren",
    ),
    "V5: a pupil's tablet that a teacher uses is a pupil's tablet": (
        {"service": "staff_computer", "device_class": "tablet", "school": "stenviksskolan"},
        "team:it-stenviksskolan → team:samordnaren → vendor:atea",
    ),
    "V6: whatever nobody else has → one named coordinator": (
        {"service": "other", "school": "lovhagsskolan"},
        "team:samordnaren",
    ),
    "V7: a projector → local support comes to the classroom": (
        {"service": "classroom_display", "school": "hamngymnasiet"},
        "team:it-hamngymnasiet → team:samordnaren → vendor:atea",
    ),
    "V7: assistive tools → local pedagogical skill": (
        {"service": "assistive_tools", "school": "stenviksskolan"},
        "team:pedagog-stenviksskolan → team:samordnaren",
    ),
    "V8: network down and the lesson stopped → straight to Mälarenergi": (
        {"service": "wifi", "school": "stenviksskolan", "urgency": 1},
        "vendor:malarenergi → team:samordnaren",
    ),
    "V8: network trouble that is not urgent → not around the centre": (
        {"service": "wifi", "school": "stenviksskolan", "urgency": 3},
        "team:it-stenviksskolan → team:samordnaren → vendor:malarenergi",
    ),
    "V3, V9: a fault in the register → one way in, the coordinator": (
        {"service": "student_register", "school": "hamngymnasiet"},
        "team:samordnaren → team:ikt-itf",
    ),
    "V11, V16: an order → the coordinator, IKT/ITF under its contract, Atea": (
        {"service": "tablet", "school": "kvarnangsskolan", "kind": "request"},
        "team:samordnaren → team:ikt-itf → vendor:atea",
    ),
    "V4, V16: a need → the coordinator, then BUF's forum": (
        {"service": "tablet", "school": "kvarnangsskolan", "kind": "need"},
        "team:samordnaren → team:buf-behov",
    ),
}


@pytest.mark.parametrize(("case", "path"), TURNS.values(), ids=TURNS)
def test_whose_turn(case: Asked, path: str) -> None:
    assert way("vasteras", **case) == path


def test_v5_what_has_no_agreement_is_promised_no_solution_and_the_reporter_is_told_so() -> None:
    directory = shipped("vasteras")
    for service in ("pupil_computer", "tablet", "mdm"):
        found = turn("vasteras", service=service, school="stenviksskolan", urgency=1)
        agreement = directory.agreements_by_id[found.agreement]
        assert agreement.at(1).resolve is None
        assert agreement.at(1).next_update  # N8: hearing something is promised all the same
        assert agreement.note is not None
        assert "inget serviceavtal" in agreement.note.sv
        assert "vendor:cgi" not in found.path, "helpdesk is not used for what it has no agreement on"
    staff = turn("vasteras", service="staff_computer", school="stenviksskolan")
    assert directory.agreements_by_id[staff.agreement].at(1).resolve


@pytest.mark.parametrize("service", NETWORK)
def test_v8_the_direct_lane_tells_the_centre_and_the_school_at_once(service: str) -> None:
    found = turn("vasteras", service=service, school="kvarnangsskolan", urgency=1)
    assert found.informs == ("team:samordnaren", "team:it-kvarnangsskolan")
    assert "direkt" in found.reason["sv"]
    agreement = shipped("vasteras").agreements_by_id[found.agreement]
    assert agreement.called_by == ("reporter", "local", "coordinator")


def test_v8_the_direct_lane_is_for_stated_cases_only() -> None:
    """Every other case of every school starts inside the municipality."""
    directory = shipped("vasteras")
    for service in directory.services_by_id:
        for urgency in (1, 2, 3, 4):
            stated = service in NETWORK and urgency == 1
            found = turn("vasteras", service=service, school="stenviksskolan", urgency=urgency)
            assert (directory.tier(found.holder) == "vendor") is stated


def test_v3_v4_every_policy_for_incidents_answers_silence_and_requests_to_escalate() -> None:
    """V3: we keep the case and its next update. V4: everybody can ask that it goes further."""
    for policy in shipped("vasteras").policies:
        if policy.id != "utan-klocka":
            assert {"holder_silent", "asked"} <= {occasion.when for occasion in policy.occasions}, policy.id


def test_v11_a_long_delay_of_an_order_goes_to_the_top() -> None:
    found = turn("vasteras", service="tablet", school="kvarnangsskolan", kind="request")
    last = shipped("vasteras").policies_by_id[found.policy].steps[-1]
    assert last.model_dump()["parties"] == ("coordinator", "team:ikt-itf", "team:buf-behov")


def test_v16_buf_owns_needs_and_ikt_itf_the_contracts() -> None:
    directory = shipped("vasteras")
    openers = {a.contracts_by for a in directory.agreements if a.contracts_by}
    assert openers == {"team:ikt-itf"}
    needs = turn("vasteras", school="stenviksskolan", kind="need")
    assert "team:buf-behov" in needs.path
    assert needs.informs == ("team:ikt-itf",)
    assert directory.policies_by_id[needs.policy].steps == ()


def test_v6_v7_somebody_is_the_coordinator_and_somebody_the_schools_support() -> None:
    from contracts.directory import teams_of

    directory, known = shipped("vasteras"), people("vasteras").by_id
    assert teams_of(directory, known["vasteras-samordnare"]) == ("samordnaren", "buf-behov")
    assert teams_of(directory, known["vasteras-tekniker"]) == ("it-stenviksskolan",)
