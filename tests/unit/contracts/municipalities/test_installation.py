"""What holds of every directory that the project ships, and of all of them in one installation (I1–I3)."""

import json
from itertools import product
from pathlib import Path
from typing import get_args

import jsonschema
import pytest
import yaml

from contracts.directory import Directory, advise, teams_of
from contracts.directory.base import Scope
from contracts.values import TicketKind
from tests.support.directories import MUNICIPALITIES, SHIPPED, Asked, people, shipped, turn, way

DOCUMENTED = {"hallsberg", "lund", "malarvik", "varmdo", "vasteras"}


def test_i2_the_five_organisations_are_files_and_no_code() -> None:
    """I2: several models of cooperation can work: the models are configuration."""
    assert set(SHIPPED) >= DOCUMENTED
    question: Asked = {"service": "pupil_computer", "kind": "incident", "urgency": 1}
    answers = {name: way(name, **question | {"school": shipped(name).schools[0].id}) for name in DOCUMENTED}
    assert len(set(answers.values())) == len(DOCUMENTED), answers


@pytest.mark.parametrize("name", SHIPPED)
def test_i1_whatever_was_bought_has_somebody_who_mends_it_and_a_promised_answer(name: str) -> None:
    """I1: the purchase of computers outgrew fault handling: every class of devices has a holder and an agreement."""
    directory = shipped(name)
    for school, device_class in product(directory.schools_by_id, directory.device_classes_by_id):
        services: list[Asked] = [{"service": s.id} for s in directory.services if s.device_class == device_class]
        for service in services or [Asked()]:
            case: Asked = {"school": school, "device_class": device_class, **service}
            found = turn(name, **case)
            assert directory.agreements_by_id[found.agreement].at(1).acknowledge


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_directory_and_its_people_are_right(name: str) -> None:
    assert shipped(name).id == name == people(name).municipality


@pytest.mark.parametrize("name", SHIPPED)
def test_every_case_of_a_shipped_directory_is_somebodys(name: str) -> None:
    """V6: whatever is reported wherever, somebody of the directory has it, under an agreement and a policy, and why.

    Every combination of school (or none), unit, service (or none), kind, urgency and scope (or none).
    """
    directory = shipped(name)
    places: list[Asked] = [{}, {"school": "left-the-directory"}]
    for school in directory.schools:
        places += [{"school": school.id}, *(Asked(school=school.id, unit=unit.id) for unit in school.units)]
    services: list[Asked] = [{}, {"service": "unknown"}, *(Asked(service=s) for s in directory.services_by_id)]
    scopes: list[Asked] = [{}, *(Asked(scope=scope) for scope in get_args(Scope))]
    for place, service, urgency, kind, scope in product(places, services, (1, 2, 3, 4), get_args(TicketKind), scopes):
        turn(name, **place | service | scope | {"urgency": urgency, "kind": kind})


@pytest.mark.parametrize("name", SHIPPED)
def test_what_has_no_clocks_is_only_what_burns_not(name: str) -> None:
    """V4, V16: incidents go further by themselves; needs and ideas are gathered and decided (R10)."""
    directory = shipped(name)
    for school, service, kind in product(directory.schools_by_id, directory.services_by_id, get_args(TicketKind)):
        policy = directory.policies_by_id[turn(name, school=school, service=service, kind=kind).policy]
        if kind == "incident":
            assert policy.steps or service == "self_evaluation", (service, policy.id)
        if kind in ("need", "idea"):
            assert policy.steps == (), (service, policy.id)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_files_contain_nothing_that_is_hardly_meant(name: str) -> None:
    assert advise((MUNICIPALITIES / f"{name}.yaml").read_text(encoding="utf-8"), shipped(name)) == []


@pytest.mark.parametrize("name", SHIPPED)
def test_nothing_real_is_called(name: str) -> None:
    """Vendors are played by the demo vendor, or use the portal; addresses are under .example, which never exists."""
    for vendor in shipped(name).vendors:
        assert vendor.connection is not None
        at_demo_vendor = (vendor.connection.url or "").startswith("http://127.0.0.1:8086/webhooks/")
        by_mail = (vendor.connection.email or "").endswith(".example")
        assert at_demo_vendor or by_mail or vendor.connection.profile == "portal"
    assert all(t.contact.email.endswith(".example") for t in shipped(name).teams if t.contact and t.contact.email)
    assert all((person.email or ".example").endswith(".example") for person in people(name).people)


@pytest.mark.parametrize("name", SHIPPED)
def test_somebody_of_each_access_can_sign_in(name: str) -> None:
    directory = shipped(name)
    known = {directory.roles_by_id[person.role].access for person in people(name).people}
    assert known == {"reporter", "school_lead", "support", "coordinator", "administrator"}
    for person in people(name).people:
        access = directory.roles_by_id[person.role].access
        assert teams_of(directory, person) or access not in ("support", "coordinator")


@pytest.mark.parametrize("name", SHIPPED)
def test_editors_accept_what_the_loader_accepts(name: str) -> None:
    """The schema that editors check with knows the short forms: one text for both languages, one value for a list."""
    document = yaml.load((MUNICIPALITIES / f"{name}.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
    numbers = _with_numbers(document)
    jsonschema.validate(numbers, Directory.model_json_schema(), format_checker=jsonschema.FormatChecker())


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


def test_scopes_of_rules_are_the_scopes_of_incidents() -> None:
    from contracts.events.routing import IncidentOpened

    schema = IncidentOpened.model_json_schema()["properties"]["scope"]
    assert set(schema["anyOf"][0]["enum"]) == set(get_args(Scope))


def test_no_person_stands_in_a_directory() -> None:
    for name in SHIPPED:
        text = Path(MUNICIPALITIES / f"{name}.yaml").read_text(encoding="utf-8")
        assert not [person.name for person in people(name).people if person.name in text]
        assert {p.role for p in people(name).people} <= set(shipped(name).roles_by_id)
