"""What would change, in words."""

import pytest

from contracts.directory import diff, load
from tests.support.directories import SMALL, changed, small


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("number_prefix: LIL", "number_prefix: LBY", ["municipality.number_prefix: LIL becomes LBY"]),
        ("path: [local]", "path: [local, vendor:nat]", ["rule 'resten', path: [local] becomes [local, vendor:nat]"]),
        ("acknowledge: 10 min", "acknowledge: 15 min", [
            "agreement 'vanlig', promises 1.acknowledge: 10 min becomes 15 min"
        ]),
        ("name: Tekniken", "name: {sv: Tekniken, en: IT}", ["team 'teknik', name.en: Tekniken becomes IT"]),
        ("url: https://nat.example/eskalera", "url: https://n.example", [
            "vendor 'nat', connection.url: https://nat.example/eskalera becomes https://n.example"
        ]),
        ("support: {hosted_by: alskolan}", "years: F–6", [
            "school 'bokskolan', years is new: F–6",
            "school 'bokskolan', support is removed (was {hosted_by: alskolan})",
        ]),
        ("  - {id: tyst, name: Tysta bolaget}\n", "", ["vendor 'tyst' is removed"]),
        ("roles:\n", "roles:\n  - {id: rektor, name: rektor, access: school_lead}\n", ["role 'rektor' is new"]),
        (SMALL[SMALL.index("  - {id: teacher"):],
         "  - {id: tekniker, name: tekniker, access: support}\n  - {id: teacher, name: lärare, access: reporter}\n",
         []),
        ("clock: resolve, share: 75", "clock: resolve, share: 50", ["policy 'steg', steps 1.share: 75 becomes 50"]),
        ("      - {do: next_party}\n", "      - {do: raise_urgency, to: 1}\n", [
            "policy 'steg', steps 3: {do: next_party} becomes {do: raise_urgency, to: 1}"
        ]),
        ("      - {do: next_party}\n", "", ["policy 'steg', steps 3 is removed (was {do: next_party})"]),
        ("      - {do: next_party}\n", "      - {do: next_party}\n      - {do: raise_urgency, to: 2}\n", [
            "policy 'steg', steps 4 is new: {do: raise_urgency, to: 2}"
        ]),
        ("matrix:\n", "# en kommentar\nmatrix:\n", []),
    ],
)  # fmt: skip
def test_each_difference_is_a_sentence(old: str, new: str, words: list[str]) -> None:
    assert [str(change) for change in diff(small(), load(changed(old, new)))] == words


def test_the_version_changes_with_the_meaning_and_with_nothing_else() -> None:
    assert load("# först\n" + SMALL).version == small().version
    assert load("# först\n" + SMALL) == small()
    assert load(changed("path: [local]", "path: [coordinator]")) != small()
    assert load(changed("path: [local]", "path: [coordinator]")).version != small().version
