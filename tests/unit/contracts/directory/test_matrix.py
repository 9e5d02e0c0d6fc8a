"""Whose turn it is, with the reason."""

import pytest

from contracts.directory import Directory, DirectoryErrors, load, responsibility
from contracts.directory.matrix import BEYOND, device_class_of, local_support, service_of
from contracts.directory.ties import MOST_TOLD
from grouping.municipality import surroundings_of
from tests.support.directories import SMALL, changed, shipped, small


def with_rules(*rules: str) -> Directory:
    """The small directory with more rules."""
    return load(changed("roles:\n", "".join(f"  - {rule}\n" for rule in rules) + "roles:\n"))


def test_the_rule_with_most_fields_wins_wherever_it_stands() -> None:
    directory = with_rules("{id: brattom, when: {service: wifi, kind: incident, urgency: 1}, path: [local], note: x}")
    urgent = responsibility(directory, service="wifi", school="alskolan", urgency=1)
    calm = responsibility(directory, service="wifi", school="alskolan", urgency=2)
    assert (urgent.rule, calm.rule) == ("brattom", "natet")
    assert urgent.matched == ("service", "urgency", "kind")


def test_a_field_with_several_values_fits_each_of_them() -> None:
    directory = with_rules("{id: tva, when: {service: elevdator, kind: [need, idea]}, path: [coordinator], note: x}")
    found = {
        kind: responsibility(directory, service="elevdator", kind=kind).rule for kind in ("need", "idea", "request")
    }
    assert found == {"need": "tva", "idea": "tva", "request": "resten"}


def test_a_rule_for_a_school_form_holds_at_its_schools_only() -> None:
    directory = with_rules("{id: smatt, when: {form: preschool}, path: [coordinator], note: x}")
    assert responsibility(directory, school="forskolan").rule == "smatt"
    assert responsibility(directory, school="alskolan").rule == "resten"


def test_equal_rules_are_no_tie_where_a_more_specific_one_takes_what_they_share() -> None:
    one = "{id: a, when: {service: elevdator}, path: [local], note: x}"
    other = "{id: b, when: {kind: need}, path: [coordinator], note: x}"
    arbiter = "{id: c, when: {service: elevdator, kind: [need, idea]}, path: [coordinator], note: x}"
    assert responsibility(with_rules(one, other, arbiter), service="elevdator", kind="need").rule == "c"
    elsewhere = "{id: c, when: {service: elevdator, urgency: 1}, path: [coordinator], note: x}"
    for rules in ((one, other), (one, other, elsewhere)):
        with pytest.raises(ValueError, match="rules 'a' and 'b' tie"):
            with_rules(*rules)


def test_a_school_and_a_form_that_is_not_its_own_are_no_tie() -> None:
    directory = with_rules(
        "{id: a, when: {school: alskolan}, path: [local], note: x}",
        "{id: b, when: {form: preschool}, path: [local], note: x}",
    )
    assert responsibility(directory, school="alskolan").rule == "a"


def test_a_school_is_of_its_form_when_a_more_specific_rule_takes_what_two_share() -> None:
    directory = with_rules(
        "{id: a, when: {school: alskolan, service: elevdator}, path: [local], note: x}",
        "{id: b, when: {school: alskolan, kind: need}, path: [coordinator], note: x}",
        "{id: c, when: {form: compulsory, service: elevdator, kind: need}, path: [coordinator], note: x}",
    )
    assert responsibility(directory, school="alskolan", service="elevdator", kind="need").rule == "c"


def test_pedagogical_support_is_the_technical_one_where_a_school_has_no_other() -> None:
    """H1: support is close to the work, if not by the one then by the other."""
    directory = with_rules("{id: p, when: {service: wifi, kind: need}, path: ['local:pedagogical'], note: x}")
    assert responsibility(directory, school="alskolan", service="wifi", kind="need").holder == "team:teknik"
    assert responsibility(directory, school="bokskolan", service="wifi", kind="need").holder == "team:teknik"
    assert responsibility(directory, school="forskolan", service="wifi", kind="need").holder == "team:samordnare"


def test_the_coordinator_ends_every_path() -> None:
    """V6: the schools' contact holds what nobody else can."""
    found = responsibility(small(), service="elevdator", school="alskolan")
    assert found.path == ("team:teknik", "team:samordnare")
    assert (found.holder, found.after("team:teknik"), found.after("team:samordnare")) == (
        "team:teknik",
        "team:samordnare",
        None,
    )


def test_without_a_rule_the_coordinator_has_it_and_the_page_says_so() -> None:
    """V6."""
    directory = small().model_copy(update={"matrix": ()})
    found = responsibility(directory, service="wifi", school="alskolan")
    assert (found.path, found.rule) == (("team:samordnare",), "default")
    assert "samordnaren" in found.reason["sv"]
    assert "coordinator" in found.reason["en"]


@pytest.mark.parametrize("school", [None, "nedlagd-skola", "forskolan"])
def test_local_support_where_nobody_is_local_is_the_coordinator(school: str | None) -> None:
    """An unknown school (it left the directory), none at all, and one without technician or host."""
    assert responsibility(small(), service="elevdator", school=school).path == ("team:samordnare",)


def test_a_school_without_technician_is_served_by_its_host() -> None:
    """L1: a school without its own technician is served by a technician placed at another school."""
    found = responsibility(small(), service="elevdator", school="bokskolan")
    assert found.holder == "team:teknik"
    assert "Bokskolan har ingen egen tekniker: Tekniken hjälper till." in found.reason["sv"]
    assert local_support(small(), "bokskolan") == ("team:teknik", "alskolan")


def test_a_host_may_itself_be_hosted() -> None:
    """L1."""
    directory = load(changed("form: preschool}", "form: preschool, support: {hosted_by: bokskolan}}"))
    assert local_support(directory, "forskolan") == ("team:teknik", "alskolan")


def test_an_unknown_service_kind_or_scope_still_resolves() -> None:
    found = responsibility(small(), service="nytt", device_class="nytt", school="alskolan", scope="galax", kind="annat")
    assert found.rule == "resten"


@pytest.mark.parametrize(
    ("asset", "service", "expected"),
    [
        ("EKB-PC-0312", None, "staff_computer"),
        ("ekb-el-0312", None, "pupil_computer"),
        ("EKB-TAB-17", "staff_computer", "tablet"),
        ("BJK PRN 3", None, "printer"),
        (None, "pupil_computer", "pupil_computer"),
        ("EKB-XX-1", "pupil_computer", "pupil_computer"),
        ("PCELTA", None, None),
        ("", None, None),
        (None, "finns-inte", None),
    ],
)
def test_the_asset_tag_says_the_device_class(asset: str | None, service: str | None, expected: str | None) -> None:
    """V5: the agreement follows the device class, so the class is read from what stands on the device."""
    assert device_class_of(shipped("malarvik"), asset, service) == expected


@pytest.mark.parametrize("municipality", ["malarvik", "vasteras", "lund", "hallsberg", "varmdo"])
def test_what_a_tag_alone_is_about_is_said_as_grouping_reads_it(municipality: str) -> None:
    directory = shipped(municipality)
    codes = [code for device in directory.device_classes for code in device.tag_codes]
    read = surroundings_of(directory).device_services
    assert {code: service for code in codes if (service := service_of(directory, f"ABC-{code}-0042"))} == read
    assert service_of(directory, "ABC-0042") is None


def test_the_agreement_is_the_rules_else_the_devices_else_the_default() -> None:
    """V5: agreement per device class."""
    directory = with_rules(
        "{id: egen, when: {service: elevdator, urgency: 1}, path: [local], agreement: vanlig, note: x}"
    )
    assert responsibility(directory, service="elevdator", urgency=1).agreement == "vanlig"
    assert responsibility(directory, service="elevdator", urgency=2).agreement == "utan"
    assert responsibility(directory, service="wifi").agreement == "vanlig"


def test_the_small_directory_says_why() -> None:
    """V9: plain words, in both languages."""
    assert responsibility(small(), service="wifi").reason == {
        "sv": "Nätet lagas av nätbolaget.",
        "en": "Nätet lagas av nätbolaget.",
    }
    assert SMALL.count("note:") == 2


WIDE = ("schools", "municipality")


@pytest.mark.parametrize("scope", WIDE)
def test_what_hits_several_schools_is_no_one_schools_turn(scope: str) -> None:
    directory = with_rules(
        "{id: nara, when: {service: elevdator, kind: incident}, path: [local, team:samordnare, vendor:nat], note: x}"
    )
    near = responsibility(directory, service="elevdator", school="alskolan", scope="school")
    wide = responsibility(directory, service="elevdator", school="alskolan", scope=scope)
    assert near.path == ("team:teknik", "team:samordnare", "vendor:nat")
    assert wide.path == ("team:samordnare", "vendor:nat")
    assert (wide.rule, wide.matched) == (near.rule, near.matched)
    assert wide.reason["sv"] == f"{BEYOND['sv']} x"
    assert wide.reason["sv"].startswith("Felet ser ut att röra flera skolor")
    assert wide.reason["en"].startswith("The fault seems to hit several schools")


def test_a_wide_fault_whose_path_is_local_alone_is_the_coordinators() -> None:
    assert responsibility(small(), service="elevdator", school="alskolan", scope="schools").path == ("team:samordnare",)


def test_a_wide_fault_that_nobody_local_had_is_told_as_ever() -> None:
    wide = responsibility(small(), service="wifi", school="alskolan", scope="schools")
    assert wide == responsibility(small(), service="wifi", school="alskolan", scope="room")


def test_the_schools_that_a_wide_fault_hits_are_told_all_the_same() -> None:
    when = "{service: wifi, urgency: 1, kind: incident}"
    directory = with_rules(f"{{id: n, when: {when}, path: [vendor:nat], informs: [local], note: x}}")
    found = responsibility(directory, service="wifi", school="alskolan", urgency=1, scope="schools")
    assert found.informs == ("team:teknik",)


LATER = changed("form: compulsory, asset_prefix: ALS", "form: compulsory, connected: false, asset_prefix: ALS")
UNITS = changed(
    "administration: bildning}",
    "administration: bildning, units: [{id: ett, name: Ettan}, {id: tva, name: Tvåan, connected: false}]}",
)


def test_a_school_that_is_not_connected_yet_is_the_coordinators_whatever_the_rules_say() -> None:
    """L5: it can file, and the coordinator has its cases."""
    found = responsibility(load(LATER), service="wifi", school="alskolan")
    assert found.path == ("team:samordnare", "vendor:nat")
    assert (found.rule, found.matched, found.informs) == ("not_connected", ("school",), ())
    assert found.reason == {
        "sv": "Alskolan är inte ansluten än, därför tar samordnaren det.",
        "en": "Alskolan is not connected yet, so the coordinator has it.",
    }
    other = responsibility(load(LATER), service="elevdator", school="alskolan")
    assert (other.path, other.informs) == (("team:samordnare",), ()), "whom the rule tells is not told of it"


def test_promises_at_a_school_that_is_not_connected_are_the_rules() -> None:
    """L4, L5: equal promises, whoever keeps them."""
    later, now = load(LATER), small()
    for service in ("wifi", "elevdator", None):
        one, other = (responsibility(d, service=service, school="alskolan") for d in (later, now))
        assert (one.agreement, one.policy) == (other.agreement, other.policy)


@pytest.mark.parametrize(
    ("unit", "path"),
    [("ett", ("team:teknik", "team:samordnare")), ("tva", ("team:samordnare",)),
     (None, ("team:teknik", "team:samordnare")), ("tre", ("team:teknik", "team:samordnare"))],
)  # fmt: skip
def test_a_unit_is_connected_alone(unit: str | None, path: tuple[str, ...]) -> None:
    """L5."""
    assert responsibility(load(UNITS), service="elevdator", school="alskolan", unit=unit).path == path


def test_a_fault_of_several_schools_is_not_put_off_because_one_is_not_connected() -> None:
    """L5: the first report came from there, and the network is everybody's."""
    found = responsibility(load(LATER), service="wifi", school="alskolan", scope="schools")
    assert (found.rule, found.holder) == ("natet", "vendor:nat")


def test_of_hundreds_of_rules_that_tie_the_first_are_told() -> None:
    """Each with each are 124,750 ties: a message of 90 MB, after 22 s."""
    rules = (f"{{id: r{nth}, when: {{service: elevdator, kind: need}}, path: [local], note: x}}" for nth in range(500))
    with pytest.raises(DirectoryErrors) as refused:
        with_rules(*rules)
    assert str(refused.value).count(" tie: ") == MOST_TOLD
