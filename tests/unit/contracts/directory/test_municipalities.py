"""The directories that the project ships hold what their source documents say."""

import json
from itertools import product
from pathlib import Path
from typing import get_args

import jsonschema
import pytest
import yaml

from contracts.directory import Directory, People, load_people, responsibility
from contracts.directory.base import Scope
from contracts.values import TicketKind
from tests.support.directories import MUNICIPALITIES, shipped

SHIPPED = sorted(file.stem for file in MUNICIPALITIES.glob("*.yaml") if "." not in file.stem)
VENDOR_FIRST = ("wifi", "wired_network", "internet", "learning_platform", "printing")
DESK_TEAM = {"support", "coordinator"}


def people(name: str) -> People:
    file = MUNICIPALITIES / f"{name}.people.yaml"
    return load_people(file.read_text(encoding="utf-8"), shipped(name), str(file))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_directory_and_its_people_are_right(name: str) -> None:
    assert shipped(name).id == name == people(name).municipality


@pytest.mark.parametrize("name", SHIPPED)
def test_every_case_of_a_shipped_directory_is_somebodys(name: str) -> None:
    """V6: whatever is reported wherever, somebody of the directory has it, under an agreement and a policy."""
    directory = shipped(name)
    schools, services = [None, *directory.schools_by_id], [None, *directory.services_by_id]
    for school, service, urgency, kind in product(schools, services, (1, 2, 3, 4), get_args(TicketKind)):
        found = responsibility(directory, school=school, service=service, urgency=urgency, kind=kind)
        assert set(found.path) | set(found.informs) <= set(directory.parties)
        assert directory.coordinator in found.path
        assert len(set(found.path)) == len(found.path)
        assert found.agreement in directory.agreements_by_id
        assert found.policy in directory.policies_by_id
        assert found.reason["sv"]
        assert found.reason["en"]


@pytest.mark.parametrize("name", SHIPPED)
def test_editors_accept_what_the_loader_accepts(name: str) -> None:
    """The schema that editors check with knows the short forms: one text for both languages, one value for a list."""
    document = yaml.load((MUNICIPALITIES / f"{name}.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
    numbers = _with_numbers(document)
    jsonschema.validate(numbers, Directory.model_json_schema(), format_checker=jsonschema.FormatChecker())
    for person in _with_numbers(
        yaml.load((MUNICIPALITIES / f"{name}.people.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
    )["people"]:
        assert person["email"].endswith(".example") if "email" in person else True


def _with_numbers(value: object) -> object:
    """What `BaseLoader` leaves as words, as the YAML of editors reads it."""
    match value:
        case dict():
            return {key: _with_numbers(item) for key, item in value.items()}
        case list():
            return [_with_numbers(item) for item in value]
        case "true" | "false":
            return value == "true"
        case str() if value.isdigit():
            return int(value)
    return value


@pytest.mark.parametrize("name", SHIPPED)
def test_a_directory_survives_its_journey_as_an_event(name: str) -> None:
    """Every service decides with the same version: JSON and back changes nothing."""
    directory = shipped(name)
    again = Directory.model_validate(json.loads(directory.model_dump_json()))
    assert again == directory
    assert again.version == directory.version


def test_the_municipalities_of_one_installation_share_no_prefix_person_or_connection() -> None:
    """I3, N9."""
    prefixes = [shipped(name).municipality.number_prefix for name in SHIPPED]
    connections = [c for name in SHIPPED for c in shipped(name).connections]
    persons = [p for name in SHIPPED for p in people(name).by_id]
    for values in (prefixes, connections, persons):
        assert len(set(values)) == len(values)


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
    ("service", "device_class", "kind", "holder"),
    [
        ("pupil_computer", None, "incident", "team:teknik-transtensskolan"),
        ("tablet", None, "incident", "team:teknik-transtensskolan"),
        ("staff_computer", None, "incident", "team:teknik-transtensskolan"),
        ("staff_computer", "admin_computer", "incident", "vendor:sydnarke-it"),
        ("office365", None, "incident", "team:pedagogik-transtensskolan"),
        ("pedagogical_use", None, "request", "team:pedagogik-transtensskolan"),
        ("wifi", None, "incident", "team:it-tekniker"),
        ("mdm", None, "incident", "team:it-tekniker"),
        ("assistive_tools", None, "incident", "team:it-pedagog"),
        ("student_register", None, "incident", "vendor:sydnarke-it"),
        ("printing", None, "incident", "vendor:sydnarke-it"),
        ("business_systems", None, "incident", "vendor:sydnarke-it"),
        ("tablet", None, "request", "team:it-strateg"),
        ("tablet", None, "need", "team:it-strateg"),
    ],
)
def test_hallsbergs_role_table_is_its_matrix(service: str, device_class: str | None, kind: str, holder: str) -> None:
    """H1, H2, H4, H5: technical and pedagogical support close to the work, needs to the strategist."""
    found = responsibility(
        shipped("hallsberg"), service=service, device_class=device_class, school="transtensskolan", kind=kind
    )
    assert found.holder == holder


def test_hallsbergs_preschool_borrows_both_kinds_of_support() -> None:
    """H1, H3, L1: the preschool's support, technical and pedagogical, is its host's."""
    directory = shipped("hallsberg")
    technical = responsibility(directory, school="forskolan-kompassen", service="tablet")
    pedagogical = responsibility(directory, school="forskolan-kompassen", service="office365")
    assert (technical.holder, pedagogical.holder) == ("team:teknik-langangskolan", "team:pedagogik-langangskolan")
    assert "pedagogisk" in pedagogical.reason["sv"]


def test_scopes_of_rules_are_the_scopes_of_incidents() -> None:
    from contracts.events.routing import IncidentOpened

    schema = IncidentOpened.model_json_schema()["properties"]["scope"]
    assert set(schema["anyOf"][0]["enum"]) == set(get_args(Scope))


def test_no_person_stands_in_a_directory() -> None:
    for name in SHIPPED:
        text = Path(MUNICIPALITIES / f"{name}.yaml").read_text(encoding="utf-8")
        assert not [person.name for person in people(name).people if person.name in text]
        assert {p.role for p in people(name).people} <= set(shipped(name).roles_by_id)
