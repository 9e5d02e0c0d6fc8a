"""The engine looked into: one decision explained, one part off, one municipality left out."""

import pytest

from grouping import Decision, Engine, Link, weights
from grouping.evaluation import History, figures, simulate
from grouping.evaluation.ablation import PARTS, Without
from grouping.evaluation.deaf import DeafReader, Part
from grouping.evaluation.folds import folds, steps
from grouping.evaluation.looking import at
from tests.support.classrooms import AROUND, alone, report
from tests.support.outages import outages

SHIPPED = weights.load()
HISTORY = History("small", AROUND, outages())
WIFI = "Trådlösa nätet är nere i hela skolan, ingen kommer ut"


def test_a_decision_looked_into_is_the_one_that_was_made() -> None:
    run = simulate(Engine(AROUND), HISTORY.stream)
    for ticket in run.tickets:
        found = at(HISTORY, ticket.id, SHIPPED)
        assert found
        look, ended = found
        assert (ended.group, ended.group_final, ended.linked) == (ticket.group, ticket.group_final, ticket.linked)
        assert look.decision.outcome.reasons == ticket.reasons
        if isinstance(look.decision.outcome, Link):
            assert look.decision.outcome.incident in {seen.judged.profile.incident for seen in look.candidates}
    assert at(HISTORY, "nobody", SHIPPED) is None


def test_features_and_weights_add_up_to_the_odds() -> None:
    checked = 0
    for each in HISTORY.stream:
        found = at(HISTORY, each.report.ticket, SHIPPED)
        assert found
        for seen in found[0].candidates:
            if seen.judged.by == "shared" and seen.reports == 1 and not seen.triaged:
                total = sum(value * weight for _, value, weight in seen.features) + SHIPPED.shared["bias"]
                assert total == pytest.approx(seen.judged.odds)
                checked += 1
    assert checked


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("assisted", [False, True])
def test_the_engine_runs_without_any_part(part: Part, assisted: bool) -> None:
    run = simulate(Without(AROUND, part, SHIPPED), HISTORY.stream, assisted=assisted)
    assert figures((HISTORY.stream, run)).scores


def test_a_deaf_reader_does_not_take_in_its_part() -> None:
    said = report("1", "Wifi nere för alla, inget fungerar", service="email")
    whole = Engine(AROUND).decide(said)
    assert whole.service == "wifi"
    assert DeafReader(AROUND, "service").read(said).service == "email"
    assert DeafReader(AROUND, "service").read(report("2", "Wifi nere")).service in {one.id for one in AROUND.services}
    assert DeafReader(AROUND, "symptoms").read(said).symptoms == frozenset()
    reach = DeafReader(AROUND, "reach").read(said)
    assert (reach.shared, reach.width) == (0, None)
    assert DeafReader(AROUND, "pick").read(said).report.service is None
    assert DeafReader(AROUND, "gate").read(said).report == said


def test_off_parts_change_what_they_are_about() -> None:
    def told(part: Part | None, school: str) -> Decision:
        engine = Without(AROUND, part, SHIPPED) if part else Engine(AROUND)
        for nth in range(4):
            for fact in alone(report(f"{nth}", WIFI, nth)):
                engine.observe(fact)
        return engine.decide(report("9", WIFI, 5, school=school))

    assert isinstance(told(None, "skola-a").outcome, Link)
    assert told(None, "skola-a").joins
    assert told("settling", "skola-a").joins == ()
    assert told("reach", "skola-a") != told(None, "skola-a")
    assert not isinstance(told(None, "skola-b").outcome, Link)


def test_every_municipality_is_left_out_once_and_fitted_without_itself() -> None:
    two = [HISTORY, History("other", AROUND, outages(days=3, reports=3))]
    told: list[int] = []
    found = list(folds(two, SHIPPED, 0.9, lambda: told.append(1)))
    assert [fold.history.name for fold in found] == ["small", "other"]
    assert len(told) <= steps(two, SHIPPED)
    assert all(fold.tuned and fold.given.weights == SHIPPED for fold in found)
    assert all(fold.given.figures.alone.scores for fold in found)
    assert [fold.tuned for fold in folds(two, SHIPPED, None)] == [None, None]
