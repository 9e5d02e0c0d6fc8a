"""Urgency from what is needed and how many are hit, by a table in which every combination has exactly one answer."""

import pytest

from contracts.directory import DirectoryErrors, diff, load, urgency_of
from contracts.directory.urgency import USUAL
from tests.support.directories import SMALL, changed, line_of, small

TABLE = """\
urgencies:
  needs:
    - {id: stop, name: {sv: Det står still, en: It has stopped}}
    - {id: wait, name: Kan vänta}
  impacts:
    - {id: one, name: {sv: En, en: One}}
    - {id: all, name: Alla}
  rows:
    - {need: stop, impact: [one, all], urgency: 1}
    - {need: wait, impact: all, urgency: 2}
    - {need: wait, impact: one, urgency: 4}
roles:
"""
OWN = changed("roles:\n", TABLE)


def test_each_need_with_each_impact_has_its_urgency() -> None:
    directory = load(OWN)
    found = {(n.id, i.id): urgency_of(directory, n.id, i.id) for n in directory.urgencies.needs
             for i in directory.urgencies.impacts}  # fmt: skip
    assert found == {("stop", "one"): 1, ("stop", "all"): 1, ("wait", "one"): 4, ("wait", "all"): 2}


def test_a_directory_that_writes_no_table_has_the_usual_one() -> None:
    directory = small()
    assert directory.urgencies is not None
    assert urgency_of(directory, "lesson_now", "whole_school") == 1
    assert urgency_of(directory, "when_time", "one_person") == 4
    assert [urgency_of(directory, "work_around", impact.id) for impact in USUAL.impacts] == [3, 3, 2]
    assert [urgency_of(directory, "lesson_now", impact.id) for impact in USUAL.impacts] == [2, 1, 1]
    combinations = len(USUAL.needs) * len(USUAL.impacts)
    assert len(USUAL.table) == combinations == sum(len(row.need) * len(row.impact) for row in USUAL.rows)


def test_more_hit_is_never_less_urgent_in_the_usual_table() -> None:
    for need in USUAL.needs:
        found = [USUAL.table[need.id, impact.id] for impact in USUAL.impacts]
        assert found == sorted(found, reverse=True), need.id


@pytest.mark.parametrize(("need", "impact"), [("stop", "some"), ("panic", "one"), ("", "")])
def test_what_the_table_does_not_have_is_a_lookup_error(need: str, impact: str) -> None:
    with pytest.raises(LookupError, match="no urgency for"):
        urgency_of(load(OWN), need, impact)


@pytest.mark.parametrize(
    ("old", "new", "passage", "words"),
    [
        ("    - {need: wait, impact: one, urgency: 4}\n", "", "- {need: stop, imp",
         "no row says how urgent 'wait' with 'one' is"),
        ("{need: wait, impact: all,", "{need: [wait, stop], impact: all,", "[wait, stop]",
         "how urgent 'stop' with 'all' is stands in a row before already"),
        ("{need: wait, impact: one,", "{need: wiat, impact: one,", "need: wiat",
         "unknown need 'wiat', did you mean 'wait'?"),
        ("{need: wait, impact: one,", "{need: wait, impact: ona,", "impact: ona", "unknown impact 'ona'"),
        ("{id: wait, name", "{id: stop, name", "name: Kan vänta", "need 'stop' is there already"),
        ("{id: all, name", "{id: one, name", "name: Alla", "impact 'one' is there already"),
        ("urgency: 4}", "urgency: 5}", "urgency: 5}", "write at most 4"),
        ("impact: [one, all]", "impact: []", "impact: []", "fits nothing"),
        ("need: stop, impact", "ned: stop, impact", "ned: stop", "did you mean 'need'?"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_table_is_named_with_its_line(old: str, new: str, passage: str, words: str) -> None:
    text = changed(old, new, OWN)
    with pytest.raises(DirectoryErrors) as caught:
        load(text)
    named = [problem for problem in caught.value.problems if words in problem.message]
    assert [problem.line for problem in named] == [line_of(text, passage)], caught.value.problems


def test_a_table_that_cannot_be_read_hides_no_other_error() -> None:
    text = changed("path: [local]", "path: [team:x]", changed("urgency: 2}", "urgency: 9}", OWN))
    with pytest.raises(DirectoryErrors) as caught:
        load(text)
    assert {p.line for p in caught.value.problems} == {line_of(text, "urgency: 9}"), line_of(text, "[team:x]")}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("impact: all, urgency: 2", "impact: all, urgency: 3", ["urgency of 'wait' with 'all': 2 becomes 3"]),
        ("    - {need: stop, impact: [one, all], urgency: 1}\n",
         "    - {need: stop, impact: all, urgency: 1}\n    - {need: stop, impact: one, urgency: 1}\n", []),
        ("name: Kan vänta", "name: Kan dröja", ["need 'wait', name.sv: Kan vänta becomes Kan dröja",
                                               "need 'wait', name.en: Kan vänta becomes Kan dröja"]),
    ],
)  # fmt: skip
def test_each_difference_is_a_sentence(old: str, new: str, words: list[str]) -> None:
    assert [str(change) for change in diff(load(OWN), load(changed(old, new, OWN)))] == words


def test_a_table_of_ones_own_instead_of_the_usual_is_told_combination_by_combination() -> None:
    words = [str(change) for change in diff(small(), load(OWN))]
    assert "urgency of 'exam' with 'class' is removed (was 1)" in words
    assert "urgency of 'stop' with 'all' is new: 1" in words
    assert SMALL.count("urgencies:") == 0
