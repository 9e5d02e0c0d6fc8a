"""V4: the whole matrix as people read it, one line for each rule, gathered by service."""

from itertools import product

import pytest

from contracts.directory import Directory, load, responsibility
from contracts.directory.overview import Group, overview
from contracts.values import Language
from tests.support.directories import SHIPPED, SMALL, changed, shipped, small

DIRECT = "    path: [vendor:nat, coordinator]\n"
EXCEPTION = """\
  - id: natet-star-still
    when: {service: wifi, kind: incident, urgency: [1, 2]}
    path: [local, coordinator, vendor:nat]
    note: Lektionen går före.
"""


def said(group: Group, language: Language = "sv") -> list[str]:
    return [f"{line.when[language]}: {line.goes[language]}." for line in group.lines]


def with_rule(rule: str) -> Directory:
    return load(changed("  - id: resten\n", f"{rule}  - id: resten\n"))


def test_a_services_rule_is_one_line_with_who_is_told_and_why() -> None:
    [group] = overview(small()).groups
    assert [name["sv"] for name in group.services] == ["Trådlöst"]
    assert said(group) == ["Fel: går direkt till Nätbolaget, sedan Samordnaren."]
    assert said(group, "en") == ["Faults: go straight to Nätbolaget, then Samordnaren."]
    assert group.lines[0].why["sv"] == "Nätet lagas av nätbolaget."
    assert group.lines[0].told is None


def test_exceptions_stand_after_what_they_are_exceptions_from() -> None:
    [group] = overview(with_rule(EXCEPTION)).groups
    goes = "går först till skolans IT-stöd, sedan Samordnaren och sist Nätbolaget"
    assert said(group)[1] == f"Fel, brådska 1 eller 2: {goes}."


@pytest.mark.parametrize(
    ("when", "sv", "en"),
    [
        ("service: elevdator, form: preschool", "Allt, på förskolor", "Everything, at preschools"),
        ("service: wifi, kind: [request, need]", "Beställningar och behov", "Orders and needs"),
        ("service: elevdator, school: alskolan", "Allt, på Alskolan", "Everything, at Alskolan"),
        (
            "service: wifi, kind: incident, scope: schools",
            "Fel, som rör flera skolor",
            "Faults, that hit several schools",
        ),
        ("kind: incident, service: wifi, device_class: elev", "Fel, om enheten är elevdator", None),
        ("service: elevdator, device_class: elev", "Allt", "Everything"),
    ],
)
def test_when_a_rule_holds_is_said_without_the_directorys_words(when: str, sv: str, en: str | None) -> None:
    rule = f"  - {{id: ny, when: {{{when}}}, path: [coordinator], note: Därför.}}\n"
    lines = [line for group in overview(with_rule(rule)).groups for line in group.lines if line.rule == "ny"]
    assert [line.when["sv"] for line in lines] == [sv]
    assert en is None or lines[0].when["en"] == en
    assert {line.goes["sv"] for line in lines} == {"går till Samordnaren"}


def test_what_names_no_service_stands_last_with_the_services_that_have_no_line() -> None:
    rest = overview(small()).rest
    assert [name["sv"] for name in rest.services] == ["Elevdator"]
    assert said(rest) == ["Allt annat: går först till skolans IT-stöd, sedan Samordnaren."]
    assert rest.lines[0].told == {"sv": "Samordnaren får veta det genast.", "en": "We tell Samordnaren at once."}


def test_a_rule_that_wins_without_naming_the_service_stands_beside_what_it_wins_over() -> None:
    rule = "{id: forskolor, when: {form: preschool, kind: incident, urgency: 1}, path: [coordinator], note: Vi ringer.}"
    groups = overview(with_rule(f"  - {rule}\n")).groups
    assert [line.rule for line in groups[0].lines] == ["natet", "forskolor"]


def test_an_empty_matrix_is_the_coordinators() -> None:
    found = overview(load(SMALL[: SMALL.index("matrix:")] + SMALL[SMALL.index("roles:") :]))
    assert found.groups == ()
    assert said(found.rest) == ["Allt annat: går till Samordnaren."]


def test_promises_and_policies_are_told_with_their_calendar() -> None:
    """V5: what has no agreement says so."""
    found = overview(small())
    assert [(told.id, told.calendar["sv"], told.times[0].resolve) for told in found.agreements] == [
        ("vanlig", "Kontorstid", "4 h"),
        ("utan", "Kontorstid", None),
    ]
    assert found.policies[0].steps[0]["sv"].startswith("När 75 % av tiden för lösningen har gått: Samordnaren får")


def test_l5_places_that_are_not_connected_yet_are_named() -> None:
    assert [place["sv"] for place in overview(shipped("lund")).apart] == [
        "Linnéagymnasiet, Linnéagymnasiets yrkesprogram",
        "Förskolan Humlan",
        "Förskolan Fjärilen",
    ]


@pytest.mark.parametrize("name", SHIPPED)
def test_whatever_the_matrix_answers_stands_in_the_services_lines_or_among_the_rest(name: str) -> None:
    directory = shipped(name)
    found = overview(directory)
    lines = {said["sv"]: group.lines for group in found.groups for said in group.services}
    kinds = ("incident", "request", "need", "idea")
    for school, service, kind, urgency in product(directory.schools, directory.services, kinds, (1, 2, 3, 4)):
        answer = responsibility(directory, school=school.id, service=service.id, kind=kind, urgency=urgency)
        if not school.connected:
            assert answer.rule == "not_connected"
            continue
        of_service = [line for line in lines.get(service.name.sv, ()) if line.rule == answer.rule]
        [line] = of_service or [line for line in found.rest.lines if line.rule == answer.rule]
        assert line.policy.id == answer.policy
        assert line.agreement is None or line.agreement.id == answer.agreement
        assert line.agreement or kind in ("need", "idea") or not of_service


def test_it_is_worked_out_once_for_a_version() -> None:
    assert overview(load(SMALL)) is overview(load(SMALL))
