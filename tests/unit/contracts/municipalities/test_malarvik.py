"""Mälarvik, the demo: the same requirements in an invented municipality."""

import pytest

from contracts.directory import responsibility, urgency_of
from tests.support.directories import people, shipped

VENDOR_FIRST = ("wifi", "wired_network", "internet", "learning_platform", "printing")


def test_malarvik_has_the_demos_persons() -> None:
    known = people("malarvik").by_id
    roles = {
        name: known[name].role
        for name in ("larare", "tekniker", "samordnare", "it-ansvarig", "rektor", "administrator")
    }
    assert roles == {
        "larare": "teacher",
        "tekniker": "local_support",
        "samordnare": "coordinator",
        "it-ansvarig": "it_lead",
        "rektor": "principal",
        "administrator": "administrator",
    }
    assert all(known[name].schools == ("ekbacken",) for name in ("larare", "tekniker", "it-ansvarig", "rektor"))


def test_malarviks_pupil_computers_go_to_the_school_without_a_promised_time() -> None:
    """V5: pupil computers have no service agreement; that decides the route and what the reporter is told."""
    directory = shipped("malarvik")
    pupil = responsibility(directory, service="pupil_computer", school="ekbacken", urgency=1)
    staff = responsibility(directory, service="staff_computer", school="ekbacken", urgency=1)
    assert pupil.holder == "team:it-ekbacken"
    without = directory.agreements_by_id[pupil.agreement]
    assert without.at(1).resolve is None
    assert without.at(1).next_update  # N8: hearing something is promised all the same
    assert without.note is not None
    assert "serviceavtal" in without.note.sv
    assert directory.agreements_by_id[staff.agreement].at(1).resolve


def test_malarviks_coordinator_gathers_needs() -> None:
    """V6, V16: one named coordinator for the schools' collected needs."""
    directory = shipped("malarvik")
    assert responsibility(directory, school="sjobo", service="tablet", kind="need").path == ("team:samordnaren",)


@pytest.mark.parametrize("school", sorted(shipped("malarvik").schools_by_id))
def test_every_school_of_malarvik_has_local_support_or_the_coordinator(school: str) -> None:
    """V7: local support at the schools; L1 and V6 where there is none."""
    found = responsibility(shipped("malarvik"), school=school, service="classroom_display")
    assert found.holder.startswith("team:it-") or (school, found.holder) == ("forskolan-blasippan", "team:samordnaren")


def test_tallbackens_reports_go_to_norrgardens_technician() -> None:
    """L1."""
    found = responsibility(shipped("malarvik"), school="tallbacken", service="pupil_computer")
    assert found.holder == "team:it-norrgarden"
    assert "Tallbackens skola har ingen egen tekniker" in found.reason["sv"]


@pytest.mark.parametrize("service", VENDOR_FIRST)
def test_malarviks_direct_lanes_start_at_the_vendor_and_tell_at_once(service: str) -> None:
    """V8: a direct lane school → vendor for stated cases, others informed at once, with the reason."""
    directory = shipped("malarvik")
    found = responsibility(directory, school="ekbacken", service=service)
    assert directory.tier(found.holder) == "vendor"
    assert found.informs
    assert "direkt" in found.reason["sv"]
    assert service in directory.vendors_by_party[found.holder].services


def test_malarviks_other_faults_start_in_the_municipality() -> None:
    """V3, V8: what is no stated case goes local → central → vendor."""
    directory = shipped("malarvik")
    for service in set(directory.services_by_id) - set(VENDOR_FIRST):
        assert directory.tier(responsibility(directory, school="ekbacken", service=service).holder) != "vendor"


def test_malarviks_orders_of_equipment_go_to_the_coordinator() -> None:
    """L2: the coordinator is the only one who opens vendor contracts."""
    found = responsibility(shipped("malarvik"), school="sjobo", service="tablet", kind="request")
    assert found.path == ("team:samordnaren", "vendor:devices")


@pytest.mark.parametrize(
    ("need", "impact", "urgency"),
    [
        ("lesson_now", "class", 1),
        ("lesson_now", "one_person", 2),
        ("exam", "one_person", 1),
        ("hard_to_work", "class", 2),
        ("work_around", "whole_school", 2),
        ("work_around", "class", 3),
        ("when_time", "one_person", 4),
    ],
)
def test_v14_a_lesson_that_fails_is_urgent_and_what_can_wait_is_not(need: str, impact: str, urgency: int) -> None:
    assert urgency_of(shipped("malarvik"), need, impact) == urgency


def test_v3_v4_malarviks_policies_answer_silence_requests_and_growth() -> None:
    for name in ("standard", "direkt-till-leverantor"):
        policy = shipped("malarvik").policies_by_id[name]
        assert {"holder_silent", "asked", "impact_grown"} <= {occasion.when for occasion in policy.occasions}
        assert policy.major is not None
        assert policy.major.public_sentence


def test_l2_v8_malarviks_contracts_say_who_opens_them_and_who_may_call() -> None:
    agreement = shipped("malarvik").agreements_by_id["driftavtal"]
    assert agreement.contracts_by == "coordinator"
    assert agreement.called_by == ("reporter", "local", "coordinator")
