"""The evaluation: its figures by known numbers, its stream, its coordinator."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.directory import load
from grouping import Engine, Fact, Refused, Suggested
from grouping.evaluation import Bad, Labelled, Truth, labelled, score, simulate
from grouping.municipality import surroundings_of
from tests.support.classrooms import AROUND, NOON, report
from tests.support.directories import MUNICIPALITIES

TRUTH = {"1": "a", "2": "a", "3": "a", "4": "b", "5": "b", "6": "c"}


def test_figures_are_those_of_the_definitions_by_hand() -> None:
    predicted = {"1": "x", "2": "x", "3": "y", "4": "y", "5": "z", "6": "z"}
    scores = score(TRUTH, predicted, list(TRUTH))
    assert (scores.pair_precision, scores.pair_recall) == (1 / 3, 1 / 4)
    assert scores.pair_f1 == pytest.approx(2 / 7)
    assert scores.attach_precision == pytest.approx(1 / 3)
    assert scores.attach_recall == pytest.approx(1 / 3)
    assert scores.b3_f1 == pytest.approx(0.63768, abs=1e-5)
    assert (scores.groups, scores.true_groups) == (3, 3)


def test_the_truth_itself_is_perfect_and_everybody_alone_attaches_nothing() -> None:
    perfect = score(TRUTH, TRUTH, list(TRUTH))
    assert perfect.pair_f1 == perfect.b3_f1 == perfect.attach_precision == perfect.attach_recall == 1
    single = score(TRUTH, {ticket: ticket for ticket in TRUTH}, list(TRUTH))
    assert (single.pair_f1, single.attach_precision, single.attach_recall) == (0, 1, 0)


def outage() -> list[Labelled]:
    words = "Lärnavet ligger nere för alla lärare på skolan"
    shared = [
        Labelled(
            report(f"{n}", words, 3 * n, school=f"skola-{'abcdef'[n % 6]}"),
            Truth("g", "learning_platform", "municipality"),
        )
        for n in range(12)
    ]
    own = Labelled(report("own", "Jag har glömt mitt lösenord", 7), Truth("own", "login", "none"))
    return sorted([*shared, own], key=lambda each: each.report.occurred_at)


def test_an_outage_is_found_and_a_coordinator_makes_it_whole() -> None:
    stream = outage()
    truth = {each.report.ticket: each.truth.group for each in stream if each.truth}
    for assisted in (False, True):
        run = simulate(Engine(AROUND), stream, assisted=assisted)
        assert [ticket.id for ticket in run.tickets] == [each.report.ticket for each in stream]
        scores = score(truth, {ticket.id: ticket.group_final for ticket in run.tickets}, list(truth))
        assert scores.attach_precision == 1
        assert all(ticket.found for ticket in run.tickets if ticket.follows)
        assert (run.clicks > 0) is assisted
        assert (run.triaged > 0) is assisted
    assert scores.pair_f1 > 0.9


def test_labels_may_be_missing_and_nobody_looks_ahead() -> None:
    stream = outage()
    bare = [Labelled(each.report, None) for each in stream]
    with_labels, without = simulate(Engine(AROUND), stream), simulate(Engine(AROUND), bare)
    groups = [[ticket.group for ticket in run.tickets] for run in (with_labels, without)]
    assert groups[0] == groups[1]
    beginning = simulate(Engine(AROUND), bare[:5])
    assert [ticket.group for ticket in beginning.tickets] == groups[0][:5]


def test_where_a_ticket_came_and_where_it_went_are_told_apart() -> None:
    words = "Ingen kan skriva ut, inga skrivare fungerar"
    stream = [Labelled(report(f"{nth}", words, nth, school=f"skola-{'abcdef'[nth]}"), None) for nth in range(6)]
    run = simulate(Engine(AROUND), stream)
    assert {ticket.group_final for ticket in run.tickets} == {"in_0"}
    assert [ticket.group for ticket in run.tickets[:3]] == ["in_0", "in_1", "in_2"]


@pytest.mark.parametrize("assisted", [False, True])
def test_the_coordinators_no_to_a_join_is_told_to_the_engine(monkeypatch: pytest.MonkeyPatch, assisted: bool) -> None:
    observe, told = Engine.observe, list[Fact]()

    def noted(self: Engine, fact: Fact) -> None:
        told.append(fact)
        observe(self, fact)

    monkeypatch.setattr(Engine, "observe", noted)
    stream = [
        Labelled(report("1", "Lärnavet är segt"), Truth("one", "learning_platform", "municipality")),
        Labelled(
            report("2", "Tidvis hittar inte klasserna", 40, school="skola-b"),
            Truth("two", "learning_platform", "municipality"),
        ),
        Labelled(report("3", "Belysningen i trapphuset blinkar", 600, school="skola-j"), None),
    ]
    simulate(Engine(AROUND), stream, assisted=assisted)
    assert (Suggested("in_1", "2") in told) is assisted
    assert (Refused("in_1", "2") in told) is assisted


def test_a_line_without_id_or_time_is_bad_and_others_are_read() -> None:
    line = {"id": "1", "filed_at": "2026-10-05T12:00:00+02:00", "title": "x", "kind": "odd", "truth": {"group": "g"}}
    each = labelled(line)
    assert each.report.occurred_at == NOON
    assert each.report.kind == "incident"
    assert each.truth == Truth("g", None, None)
    bad: list[Any] = [[], {}, line | {"filed_at": "yesterday"}, line | {"filed_at": "2026-10-05T12:00"}]
    for wrong in bad:
        with pytest.raises(Bad):
            labelled(wrong)


def test_times_that_jump_are_no_error() -> None:
    stream = outage()
    jumping = [Labelled(report(f"j{n}", "wifi nere", minutes), None) for n, minutes in enumerate((0, -9e5, 9e5, 5))]
    assert len(simulate(Engine(AROUND), [*stream, *jumping]).tickets) == len(stream) + 4
    assert timedelta(0) == timedelta()


def test_the_demo_municipalitys_stream_stays_above_its_floor() -> None:
    """The floor lies well under what docs/grouping.md shows: it guards against a break, not against a change."""
    file = MUNICIPALITIES / "malarvik.yaml"
    directory = load(file.read_text(encoding="utf-8"), str(file))
    lines = Path(MUNICIPALITIES / "malarvik.tickets.jsonl").read_text(encoding="utf-8").splitlines()
    stream = [labelled(json.loads(line)) for line in lines]
    truth = {each.report.ticket: each.truth.group for each in stream if each.truth}
    run = simulate(Engine(surroundings_of(directory)), stream, assisted=True)
    scores = score(truth, {ticket.id: ticket.group_final for ticket in run.tickets}, list(truth))
    assert scores.attach_precision >= 0.88
    assert scores.pair_f1 >= 0.8
    assert run.clicks <= 0.35 * len(stream)
