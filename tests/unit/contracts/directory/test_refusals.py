"""Every mistake in a directory file is refused, on the line where it stands."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from contracts.directory import Directory, DirectoryErrors, People, load
from contracts.directory.load import PATTERN_STARTS, PATTERNS
from tests.support.directories import SMALL, changed, line_of

FORM = {
    "an unknown key": ("tier: local, schools", "teir: local, schools", "teir", "did you mean 'tier'?"),
    "a missing key": ("  number_prefix: LIL\n", "", "id: lillby", "is missing"),
    "a secret": ("      secret_ref: nat", "      secret: abc", "secret: abc", "no secrets in this file"),
    "a password": ("      secret_ref: nat", "      password: abc", "password: abc", "no secrets in this file"),
    "a token anywhere": ("  id: lillby\n", "  id: lillby\n  api_token: x\n", "api_token", "no secrets in this file"),
    "a secret as its name": ("secret_ref: nat", "secret_ref: whsec_abc", "secret_ref:", "is a secret itself"),
    "a password in an address": ("https://nat", "https://a:b@nat", "url: ", "no user or password"),
    "a token in an address": ("/eskalera\n", "/eskalera?key=1\n", "url: ", "no ? or # part"),
    "an address without TLS": ("https://nat", "http://nat", "url: ", "use https://"),
    "an address of another kind": ("https://nat", "file:///etc/passwd?", "url: ", "beginning with https://"),
    "an id with capitals": ("id: alskolan,", "id: Alskolan,", "id: Alskolan,", "lower-case letters"),
    "a party of no kind": ("path: [vendor:nat,", "path: [nat,", "path: [nat,", "a party is written"),
    "an unknown school form": ("form: preschool", "form: nursery", "form: nursery", "choose one of"),
    "an unknown step": ("{do: next_party}", "{do: nap}", "{do: nap}", "choose one of"),
    "a step that repeats nothing": (
        "      - {do: wait, clock: resolve, share: 75}\n",
        "      - {do: repeat, times: 1}\n",
        "id: steg",
        "nothing to repeat",
    ),
    "a wait for two things": ("share: 75}", "share: 75, time: 1 h}", "share: 75", "wait either for"),
    "a duration without its unit": ("acknowledge: 10 min", "acknowledge: 10", "acknowledge: 10,", "with its unit"),
    "a duration that is none": ("acknowledge: 10 min", "acknowledge: soon", "soon", "is no duration"),
    "a promise of no time": ("acknowledge: 10 min", "acknowledge: 0 min", "acknowledge: 0 min", "write more than"),
    "an urgency twice": (
        "{urgency: 4, acknowledge: 9 h,",
        "{urgency: 3, acknowledge: 9 h,",
        "id: vanlig",
        "exactly one line",
    ),
    "a time of day of no clock": ('"07:00"', '"7"', 'opens: "7"', "time of day"),
    "an unknown time zone": (
        "number_prefix: LIL",
        "number_prefix: LIL\n  time_zone: Europe/Lillby",
        "Lillby\nd",
        "is no time zone",
    ),
    "a prefix in small letters": ("number_prefix: LIL", "number_prefix: lil", "number_prefix", "capital letters"),
    "an empty condition": ("service: wifi, kind", "service: [], kind", "service: []", "fits nothing"),
    "a condition's value twice": ("service: wifi, kind", "service: [wifi, wifi], kind", "wifi, wifi", "listed twice"),
    "an urgency of five": ("kind: incident}", "urgency: 5}", "urgency: 5", "write at most 4"),
    "an e-mail that is none": ("tier: central,", "tier: central, contact: {email: nobody},", "email: nobody", "e-mail"),
    "an empty path": ("path: [local]", "path: []", "path: []", "name at least 1"),
    "a rule without its why": ("    note: Skolans IT-stöd tittar först.\n", "", "id: resten", "is missing"),
    "a word of a vendor's that another differs from by a blank": (
        "      secret_ref: nat",
        '      secret_ref: nat\n      mapping:\n        states:\n          "A ": resolved\n          A: returned',
        '"A "',
        "'A ': take away the blanks at the beginning and the end",
    ),
    "a key twice": ("  id: lillby\n", "  id: lillby\n  id: storby\n", "id: storby", "first on line 2"),
    "an anchor": ("[local]", "&way [local]", "&way", "anchors"),
    "a tag": ("name: Alskolan", "name: !!python/name:os.system Alskolan", "!!python", "tags such as"),
    "a key of another place": (
        "  id: lillby\n",
        "  id: lillby\n  path: []\n",
        "path: []",
        "unknown key 'path'",
    ),
    "a list for a name": ("name: Tekniken", "name: [Tekniken]", "name: [Tekniken]", "keys and values"),
}
"""What is wrong: (passage, what it becomes, the passage on the line that is named, words of the message)."""

MEANING = {
    "an unknown school": ("schools: [alskolan]", "schools: [alskola]", "[alskola]", "did you mean 'alskolan'?"),
    "an unknown administration": (
        "administration: bildning",
        "administration: b",
        "administration: b",
        "unknown administration",
    ),
    "an unknown host": ("hosted_by: alskolan", "hosted_by: almskolan", "hosted_by", "unknown school 'almskolan'"),
    "an unknown service of a vendor": ("services: [wifi]", "services: [wify]", "[wify]", "did you mean 'wifi'?"),
    "an unknown owner": ("owner: team:teknik", "owner: team:tekno", "team:tekno", "unknown party"),
    "an unknown device class": (
        "device_class: elev,",
        "device_class: lev,",
        "device_class: lev",
        "unknown device class",
    ),
    "an unknown agreement of a device": ("agreement: utan}", "agreement: u}", "agreement: u}", "unknown agreement"),
    "an unknown default agreement": ("{agreement: vanlig,", "{agreement: x,", "defaults", "unknown agreement"),
    "an unknown default policy": ("policy: steg}", "policy: x}", "defaults", "unknown policy"),
    "an unknown calendar": (
        "    name: Vanlig\n    calendar: kontor",
        "    name: Vanlig\n    calendar: natt",
        "calendar: natt",
        "unknown calendar",
    ),
    "an unknown party in a path": ("path: [local]", "path: [team:x]", "path: [team:x]", "unknown party 'team:x'"),
    "an unknown party to inform": ("informs: [coordinator]", "informs: [team:x]", "[team:x]", "unknown party"),
    "an unknown party to notify": ("parties: [coordinator]", "parties: [team:x]", "[team:x]", "unknown party"),
    "an unknown vendor to hand to": ("vendor: vendor:nat", "vendor: vendor:x", "vendor:x", "unknown party"),
    "an unknown service in a rule": ("{service: wifi, kind", "{service: wi, kind", "{service: wi,", "unknown service"),
    "an unknown school in a rule": ("{service: wifi, kind", "{school: wi, kind", "{school: wi,", "unknown school"),
    "an unknown agreement in a rule": (
        "path: [local]\n",
        "path: [local]\n    agreement: x\n",
        "agreement: x",
        "unknown agreement",
    ),
    "an unknown policy in a rule": ("path: [local]\n", "path: [local]\n    policy: x\n", "policy: x", "unknown policy"),
    "a vendor on a path that nothing reaches": (
        "path: [local]",
        "path: [vendor:tyst]",
        "vendor:tyst",
        "has no connection",
    ),
    "a party twice on a path": ("path: [local]", "path: [local, local]", "[local, local]", "named twice"),
    "no coordinator": (", coordinator: true", "", "id: samordnare", "no coordinator"),
    "two coordinators": (
        "tier: local, schools: [alskolan]",
        "tier: central, coordinator: true",
        "name: Tekniken",
        "one coordinator",
    ),
    "a coordinator at a school": (
        "tier: central, coordinator: true",
        "tier: local, coordinator: true",
        "id: samordnare",
        "is a central team",
    ),
    "a team as vendor": ("tier: local,", "tier: vendor,", "tier: vendor", "listed under vendors"),
    "a central team of one school": (
        "tier: central,",
        "tier: central, schools: [forskolan],",
        "id: samordnare",
        "serves every school",
    ),
    "two local teams for a school": (
        "vendors:\n",
        "  - {id: annan, name: Annan, tier: local, schools: [alskolan]}\nvendors:\n",
        "id: annan",
        "has the technical local team 'teknik'",
    ),
    "a host for who has a team": (
        "asset_prefix: ALS,",
        "support: {hosted_by: bokskolan},",
        "hosted_by: bokskolan",
        "of its own and is hosted",
    ),
    "a school twice": ("id: forskolan,", "id: bokskolan,", "name: Förskolan", "school 'bokskolan' is there already"),
    "an asset prefix twice": (
        "asset_prefix: BOK",
        "asset_prefix: ALS",
        "asset_prefix: ALS, support",
        "'ALS' is there already",
    ),
    "an alias of two services": ("aliases: [chromebook]", "aliases: [WLAN]", "WLAN", "alias 'WLAN' is there already"),
    "a connection twice": (
        "  - {id: tyst, name: Tysta bolaget}",
        "  - {id: tyst, name: T, connection: {name: nat, profile: portal}}",
        "id: tyst",
        "connection 'nat'",
    ),
    "a webhook without address": ("      url: https://nat.example/eskalera\n", "", "name: nat\n", "needs url"),
    "a webhook without secret": ("      secret_ref: nat\n", "", "name: nat\n", "needs secret_ref"),
    "a mailbox without its address": ("profile: webhook", "profile: email", "name: nat\n", "needs email"),
    "an address where none belongs": ("profile: webhook", "profile: portal", "url: https://nat", "has no url"),
    "a word of the vendor's for an unknown service": (
        "      secret_ref: nat\n",
        "      secret_ref: nat\n      mapping: {categories: {Network: wi}}\n",
        "Network: wi",
        "unknown service 'wi'",
    ),
    "a place of the vendor's at an unknown school": (
        "      secret_ref: nat\n",
        "      secret_ref: nat\n      mapping: {places: {Site 12: eka}}\n",
        "Site 12: eka",
        "unknown school 'eka'",
    ),
    "a word of the vendor's for no state": (
        "      secret_ref: nat\n",
        "      secret_ref: nat\n      mapping: {states: {Open: opened}}\n",
        "Open: opened",
        "'acknowledged'",
    ),
    "states of who has none, by mail": (
        "profile: webhook\n      url: https://nat.example/eskalera\n      secret_ref: nat\n",
        "profile: email\n      email: felanmalan@nat.example\n      mapping: {states: {Open: pending}}\n",
        "states:",
        "a vendor by email has no states of its own: leave out mapping.states",
    ),
    "states of who has none, in the portal": (
        "profile: webhook\n      url: https://nat.example/eskalera\n      secret_ref: nat\n",
        "profile: portal\n      mapping: {states: {Open: pending}}\n",
        "states:",
        "a vendor by portal has no states of its own: leave out mapping.states",
    ),
    "a word of the vendor's twice": (
        "      secret_ref: nat\n",
        "      secret_ref: nat\n      mapping: {categories: {WLAN: wifi, wlan: wifi}}\n",
        "wlan: wifi",
        "word 'wlan' is there already",
    ),
    "a state twice, in another case": (
        "      secret_ref: nat\n",
        "      secret_ref: nat\n      mapping: {states: {Klar: resolved, klar: returned}}\n",
        "klar: returned",
        "word 'klar' is there already",
    ),
    "a state that no vendor can send": (
        "      secret_ref: nat\n",
        f"      secret_ref: nat\n      mapping: {{states: {{{'x' * 101}: resolved}}}}\n",
        "xxx: resolved",
        "a vendor's word for a state has 1 to 100 printable characters",
    ),
    "a state that takes the protocol's own word": (
        "      secret_ref: nat\n",
        "      secret_ref: nat\n      mapping: {states: {Accepted: acknowledged, In_Progress: resolved}}\n",
        "In_Progress: resolved",
        "'In_Progress' is a word of the protocol's own and means in_progress there: leave it out",
    ),
    "hours that end before they begin": ('closes: "16:30"', 'closes: "06:30"', "06:30", "closes before it opens"),
    "a break that ends before it begins": (
        "last_day: 2026-10-30",
        "last_day: 2026-10-25",
        "2026-10-25",
        "before the first",
    ),
    "an unknown party that an occasion notifies": (
        "matrix:\n",
        "    occasions: [{when: asked, do: [{do: notify, parties: [team:x]}]}]\nmatrix:\n",
        "[team:x]",
        "unknown party 'team:x'",
    ),
    "an unknown vendor that an occasion hands to": (
        "matrix:\n",
        "    occasions: [{when: holder_silent, do: [{do: hand_over, vendor: vendor:n}]}]\nmatrix:\n",
        "vendor: vendor:n}",
        "did you mean 'vendor:nat'?",
    ),
    "an occasion that hands to who is not connected": (
        "matrix:\n",
        "    occasions: [{when: asked, do: [{do: hand_over, vendor: vendor:tyst}]}]\nmatrix:\n",
        "vendor:tyst",
        "has no connection",
    ),
    "a team to hand over to": ("vendor: vendor:nat", "vendor: team:teknik", "vendor: team:teknik", "is no vendor"),
    "the same occasion twice": (
        "matrix:\n",
        (
            "    occasions:\n"
            "      - {when: asked, do: [{do: next_party}]}\n"
            "      - {when: asked, do: [{do: raise_urgency, to: 1}]}\nmatrix:\n"
        ),
        "{do: raise_urgency, to: 1}",
        "the occasion 'asked' is there already",
    ),
    "the same breach twice": (
        "matrix:\n",
        (
            "    occasions:\n"
            "      - {when: breach, clock: resolve, do: [{do: next_party}]}\n"
            "      - {when: breach, clock: resolve, do: [{do: raise_urgency, to: 1}]}\nmatrix:\n"
        ),
        "{do: raise_urgency, to: 1}",
        "the occasion 'breach' of resolve is there already",
    ),
    "the same impact twice": (
        "matrix:\n",
        (
            "    occasions:\n"
            "      - {when: impact_grown, tickets: 5, do: [{do: next_party}]}\n"
            "      - {when: impact_grown, tickets: 5, do: [{do: raise_urgency, to: 1}]}\nmatrix:\n"
        ),
        "{do: raise_urgency, to: 1}",
        "'impact_grown' with these numbers is there already",
    ),
    "silence under two names": (
        "matrix:\n",
        (
            "    occasions:\n"
            "      - {when: holder_silent, do: [{do: next_party}]}\n"
            "      - {when: breach, clock: next_update, do: [{do: raise_urgency, to: 1}]}\nmatrix:\n"
        ),
        "{do: raise_urgency, to: 1}",
        "(the next update that did not come) is there already",
    ),
    "an impact that is assumed and not there": (
        "matrix:\n",
        (
            "urgencies:\n  needs: [{id: stopp, name: Stopp}]\n  impacts: [{id: alla, name: Alla}]\n"
            "  assumed: klass\n  rows: [{need: stopp, impact: alla, urgency: 1}]\nmatrix:\n"
        ),
        "klass",
        "unknown impact 'klass'",
    ),
    "a growth that never comes": (
        "matrix:\n",
        "    occasions: [{when: impact_grown, schools: 4, do: [{do: next_party}]}]\nmatrix:\n",
        "schools: 4",
        "4 schools are never hit: there are 3",
    ),
    "a major incident of more schools than there are": (
        "matrix:\n",
        "    major: {criticality: normal, schools: 9}\nmatrix:\n",
        "schools: 9",
        "9 schools are never hit",
    ),
    "a major incident of no service": (
        "matrix:\n",
        "    major: {criticality: vital, tickets: 9}\nmatrix:\n",
        "criticality: vital",
        "no service has the criticality 'vital' or more",
    ),
    "a repeat that nothing waits before": (
        "      - {do: wait, clock: resolve, share: 75}\n",
        "",
        "{do: repeat",
        "nothing waits before this repeat",
    ),
    "a group of two teams": (
        "tier: local, schools: [alskolan]",
        "tier: local, schools: [alskolan], groups: [IT, it]",
        "groups: [IT, it]",
        "group 'it' is there already",
    ),
    "an unknown caller": (
        "    name: Vanlig\n",
        "    name: Vanlig\n    called_by: [reporter, team:x]\n",
        "called_by",
        "unknown party 'team:x'",
    ),
    "an unknown opener of contracts": (
        "    name: Vanlig\n",
        "    name: Vanlig\n    contracts_by: team:x\n",
        "contracts_by",
        "unknown party 'team:x'",
    ),
    "a calendar that breaks keep closed": (
        "last_day: 2026-10-30}\n",
        "last_day: 2026-10-30}\n"
        + "".join(
            f"      - {{name: L{n}, first_day: {first}, last_day: {last}}}\n"
            for n, (first, last) in enumerate((("2026-11-02", "2027-02-26"), ("2027-03-01", "2027-07-30")))
        ),
        "name: Lov",
        "no working hour for 282 days from 2026-10-24: no promise counted in it would be due",
    ),
    "a role twice": ("{id: teacher,", "{id: tekniker,", "name: tekniker", "role 'tekniker' is there"),
    "a rule named as one of ours": ("id: resten", "id: default", "id: default", "a word of Eskalera's own"),
    "a rule twice": ("id: resten", "id: natet", "id: natet\n    path", "rule 'natet' is there already"),
    "two rules that tie": (
        "roles:\n",
        "  - {id: lika, when: {service: wifi, urgency: 1}, path: [local], note: x}\nroles:\n",
        "id: lika",
        "rules 'natet' and 'lika' tie: both write 2 fields and both hold for service wifi, kind incident, urgency 1",
    ),
}


def refused(text: str) -> DirectoryErrors:
    with pytest.raises(DirectoryErrors) as caught:
        load(text, "lillby.yaml")
    return caught.value


@pytest.mark.parametrize(("old", "new", "passage", "words"), FORM.values(), ids=FORM)
def test_a_mistake_of_form_is_named_with_its_line(old: str, new: str, passage: str, words: str) -> None:
    text = changed(old, new)
    problems = refused(text).problems
    assert {p.line for p in problems} == {line_of(text, passage)}, problems
    assert any(words in p.message for p in problems), problems


@pytest.mark.parametrize(("old", "new", "passage", "words"), MEANING.values(), ids=MEANING)
def test_a_mistake_of_meaning_is_named_with_its_line(old: str, new: str, passage: str, words: str) -> None:
    """V6: exactly one coordinator; L1: a host that exists and has a team."""
    text = changed(old, new)
    problems = refused(text).problems
    named = [p for p in problems if words in p.message]
    assert [p.line for p in named] == [line_of(text, passage)], problems


OWN_AGREEMENT = changed(
    "policies:\n",
    """\
  - id: egen
    name: Egen
    calendar: kontor
    called_by: [coordinator]
    contracts_by: coordinator
    promises:
      - {urgency: 1, acknowledge: 5 min, next_update: 1 h}
      - {urgency: 2, acknowledge: 5 min, next_update: 1 h}
      - {urgency: 3, acknowledge: 5 min, next_update: 1 h}
      - {urgency: 4, acknowledge: 5 min, next_update: 1 h}
policies:
""",
)
"""With an agreement whose vendor only the coordinator turns to."""


@pytest.mark.parametrize(
    ("old", "new", "passage", "words"),
    [
        (
            "path: [vendor:nat, coordinator]\n",
            "path: [vendor:nat, coordinator]\n    agreement: egen\n",
            "path: [vendor:nat",
            "reports go straight to 'vendor:nat' here, and agreement 'egen' is called by coordinator only",
        ),
        (
            "roles:\n",
            "  - {id: best, when: {kind: request}, path: [local, vendor:nat], agreement: egen, note: x}\nroles:\n",
            "id: best",
            "requests reach 'vendor:nat' before 'coordinator', who alone orders under 'egen'",
        ),
    ],
)
def test_a_way_to_a_vendor_that_the_rules_agreement_does_not_allow(
    old: str, new: str, passage: str, words: str
) -> None:
    """V8: who may call the vendor directly; L2: who opens contracts."""
    text = changed(old, new, OWN_AGREEMENT)
    [problem] = refused(text).problems
    assert (problem.line, words in problem.message) == (line_of(text, passage), True), problem


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("path: [vendor:nat, coordinator]\n", "path: [coordinator, vendor:nat]\n    agreement: egen\n"),
        ("roles:\n",
         "  - {id: b, when: {kind: request}, path: [coordinator, vendor:nat], agreement: egen, note: x}\nroles:\n"),
    ],
)  # fmt: skip
def test_a_way_that_the_agreement_allows_is_right(old: str, new: str) -> None:
    """V8, L2."""
    assert load(changed(old, new, OWN_AGREEMENT))


@pytest.mark.parametrize(
    "breaks",
    [
        "{name: Sommar, first_day: 2026-06-01, last_day: 2026-11-20}",
        "{name: År, first_day: 2026-01-01, last_day: 2026-12-31, hours: [{days: [sun], opens: 08:00, closes: 09:00}]}",
        (
            "{name: Nu, first_day: 2026-06-01, last_day: 2026-06-30}\n"
            "      - {name: Sedan, first_day: 2036-06-01, last_day: 2036-06-30}"
        ),
        "{name: Sist, first_day: 9999-12-01, last_day: 9999-12-31}",
    ],
)
def test_a_long_summer_a_weekly_hour_and_breaks_far_apart_are_right(breaks: str) -> None:
    assert load(changed("{name: Lov, first_day: 2026-10-26, last_day: 2026-10-30}", breaks))


def test_every_error_of_form_and_meaning_is_told_at_once() -> None:
    text = changed("id: lillby", "id: Lillby!")
    text = changed("schools: [alskolan]", "schools: [alskola]", text)
    text = changed("      secret_ref: nat", "      secret: abc", text)
    text = changed("{do: next_party}", "{do: nap}", text)
    text = changed("path: [local]", "path: [team:x]", text)
    lines = [line_of(text, p) for p in ("id: Lillby!", "[alskola]", "secret: abc", "{do: nap}", "[team:x]")]
    assert [p.line for p in refused(text).problems] == lines


def test_a_broken_item_makes_no_second_error_where_it_is_referred_to() -> None:
    text = changed("{id: wifi, name: Trådlöst", "{id: wifi, nam: Trådlöst")
    assert {p.line for p in refused(text).problems} == {line_of(text, "nam: Trådlöst")}


def test_a_list_keeps_its_lines_when_an_item_before_is_broken() -> None:
    text = changed("{id: alskolan, name", "{id: alskolan, nom")
    text = changed("id: forskolan, name: Förskolan", "id: bokskolan, name: Förskolan", text)
    lines = {p.line for p in refused(text).problems}
    assert lines == {line_of(text, "nom: Alskolan"), line_of(text, "name: Förskolan")}


def test_hosts_in_a_circle_are_named_with_the_way() -> None:
    """L1: a host's host may host on, but somebody must be there in the end."""
    text = changed("form: preschool}", "form: preschool, support: {hosted_by: bokskolan}}")
    text = changed("hosted_by: alskolan", "hosted_by: forskolan", text)
    messages = [p.message for p in refused(text).problems]
    assert messages == [
        "schools host each other in a circle: bokskolan → forskolan → bokskolan",
        "schools host each other in a circle: forskolan → bokskolan → forskolan",
    ]


def test_a_promise_that_the_calendar_is_open_too_little_to_keep_is_named() -> None:
    """A calendar with hardly a working hour: the clocks would never run out."""
    text = changed(
        'days: [mon, tue, wed, thu, fri], opens: "07:00", closes: "16:30"',
        'days: [mon], opens: "07:00", closes: "07:10"',
    )
    problems = refused(text).problems
    assert {p.line for p in problems} == {
        line_of(text, p) for p in ("resolve: 47 h 30", "next_update: 47 h}", "next_update: 46 h}")
    }
    assert all("open too little" in p.message for p in problems)


@pytest.mark.parametrize("collection", ["schools", "teams", "services", "calendars", "agreements", "policies"])
def test_a_directory_needs_at_least_one_of_each(collection: str) -> None:
    document = yaml.safe_load(SMALL)
    document[collection] = []
    text = json.dumps(document, default=str)
    assert any(p.path == collection and "at least one" in p.message for p in refused(text).problems)


def test_a_matrix_longer_than_anybody_reads_is_refused_before_its_pairs_are_compared() -> None:
    rule = "  - {{id: r{0}, when: {{service: wifi}}, path: [local], note: x}}\n"
    text = changed("roles:\n", "".join(rule.format(i) for i in range(1000)) + "roles:\n")
    [problem] = refused(text).problems
    assert (problem.line, problem.path) == (line_of(text, "{id: r998,"), "matrix[1000]")
    assert "more than 1000 rules" in problem.message


def test_an_error_says_file_line_column_and_path() -> None:
    text = changed("tier: local, schools", "teir: local, schools")
    line = line_of(text, "teir")
    assert f"lillby.yaml:{line}:34: teams[1].teir: unknown key 'teir', did you mean 'tier'?" in str(refused(text))


@pytest.mark.parametrize(
    ("key", "meant"), [("services", ""), ("service", ""), ("categorys", "categories"), ("place", "places")]
)
def test_what_is_proposed_for_an_unknown_key_is_there_in_its_place(key: str, meant: str) -> None:
    text = changed("      secret_ref: nat\n", f"      secret_ref: nat\n      mapping: {{{key}: {{WLAN: wifi}}}}\n")
    [problem] = refused(text).problems
    assert problem.message == f"unknown key '{key}'" + (f", did you mean '{meant}'?" if meant else "")


def test_a_length_of_nothing_is_refused_in_words() -> None:
    [problem] = refused(changed("acknowledge: 10 min", "acknowledge: 0 min")).problems
    assert problem.message == "write more than 0 min and at most 366 days"
    assert refused(changed("acknowledge: 10 min", "acknowledge: 0 min")).summary == "lillby.yaml has 1 error."


def test_the_small_directory_is_right() -> None:
    assert load(SMALL).id == "lillby"


def test_every_form_that_a_file_asks_for_is_said_in_words() -> None:
    asked = {pattern for model in (Directory, People) for pattern in patterns_in(model.model_json_schema())}
    assert asked
    assert {p for p in asked if p not in PATTERNS and not p.startswith(tuple(PATTERN_STARTS))} == set()


def patterns_in(schema: Any) -> Iterator[str]:
    for key, part in schema.items() if isinstance(schema, dict) else enumerate(schema):
        if key == "pattern" and isinstance(part, str):
            yield part
        elif isinstance(part, dict | list):
            yield from patterns_in(part)
