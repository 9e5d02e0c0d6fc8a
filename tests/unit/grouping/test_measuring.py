"""What measures the engine: its peers look back only, a page gets its figures where they belong."""

from dataclasses import replace

import pytest

from eskalera.grouping_tools import tables
from grouping import Report
from grouping.evaluation import History, figures
from tests.bench.grouping_peers import NEVER, peers, play
from tests.bench.grouping_speed import reports, storm
from tests.bench.peer_rules import Rule, rules
from tests.support.classrooms import AROUND, report
from tests.support.grouping_page import MEASUREMENTS, PAGE, filled
from tests.support.outages import outages

RULES = list(rules())


@pytest.mark.parametrize("rule", RULES, ids=[f"{rule.name}, {rule.setting}" for rule in RULES])
def test_a_peer_finds_earlier_faults_only_and_the_future_changes_nothing(rule: Rule) -> None:
    some = [each.report for each in outages()]
    wish = replace(some[2], ticket="wish", kind="need")
    stream: list[Report] = [*some[:3], wish, *some[3:]]
    found = rule.find(stream)
    assert found[:7] == rule.find(stream[:7])
    for here, near in enumerate(found):
        assert all(there < here and stream[there].kind == "incident" for there, _ in near)
        assert [score for _, score in near] == sorted((score for _, score in near), reverse=True)
    assert found[3] == []


def test_equal_words_a_minute_apart_are_found_by_every_peer() -> None:
    fields = {"service": "wifi", "room": "B12"}
    twins = [report("1", "Trådlöst nere igen", 0, **fields), report("2", "Trådlöst nere igen", 1, **fields)]
    for rule in RULES:
        assert [there for there, _ in rule.find(twins)[1]] == [0], rule


def test_a_coordinator_helps_peers_as_the_engine() -> None:
    stream = outages()
    found = RULES[0].find([each.report for each in stream])
    alone = play(stream, found, NEVER, assisted=False)
    helped = play(stream, found, NEVER, assisted=True)
    assert alone.scores
    assert helped.scores
    assert (alone.scores.pair_f1, alone.clicks_per_100) == (0, 0)
    assert helped.scores.pair_f1 > 0.9
    assert helped.clicks_per_100 > 0


def test_every_peer_is_tried_with_every_threshold() -> None:
    tried = dict(peers(History("small", AROUND, outages()), assisted=False))
    assert list(tried) == ["equal fields", "TF-IDF nearest", "BM25 × time decay"]
    assert sum(map(len, tried.values())) == sum(len(rule.thresholds) + 1 for rule in RULES)


def test_the_measured_reports_end_now_and_are_the_same_each_time() -> None:
    some = list(reports(50))
    assert some == list(reports(50))
    assert [one.occurred_at for one in some] == sorted(one.occurred_at for one in some)
    assert len({one.ticket for one in some}) == 50


def test_a_small_storm_is_measured() -> None:
    found = storm(8)
    assert 1 <= found["incidents"] <= 8
    assert found["each_ms"] > 0


def test_the_page_has_a_place_for_every_figure_and_keeps_the_rest() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in ("folds", "reliability", "ablation", "peers", "speed"):
        changed = filled(page, {name: "| new |"})
        assert "| new |\n\n<!-- end -->" in changed
        assert filled(changed, {name: "| new |"}) == changed
        assert changed.split(f"<!-- figures: {name} -->")[0] == page.split(f"<!-- figures: {name} -->")[0]
    assert set(MEASUREMENTS) == {"folds", "ablation", "peers", "speed"}
    with pytest.raises(KeyError):
        filled(page, {"weather": ""})


def test_tables_stand_under_each_other_and_show_a_dash_for_what_is_unknown() -> None:
    assert tables.table(("a", "bb"), [("1", "2")]) == "| a | bb |\n|---|----|\n| 1 | 2  |"
    assert set(tables.row(figures(), assisted=True)) == {"–"}
