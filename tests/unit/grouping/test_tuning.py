"""Tuning: what it learns from, what it may change, and when it must not be used."""

from dataclasses import replace
from itertools import pairwise

import pytest

from grouping import Engine, weights
from grouping.evaluation import History, Scores, figures, fitting, simulate, thresholds, tuning
from grouping.evaluation.examples import HYPOTHESES, Example, examples, names
from grouping.evaluation.figures import Figures
from grouping.evaluation.holdout import by_days
from grouping.evaluation.likelihood import Numbers, likelihood, odds
from grouping.evaluation.thresholds import Both
from grouping.evaluation.watching import Sight, Watched
from grouping.weights import Weights
from tests.support.classrooms import AROUND
from tests.support.outages import outages

SHIPPED = weights.load()
IMPOSSIBLE = -9.0
"""What the engine takes for the least odds."""
HISTORY = History("small", AROUND, outages())


def numbers(of: Weights) -> Numbers:
    return {hypothesis: [getattr(of, hypothesis)[name] for name in names(of, hypothesis)] for hypothesis in HYPOTHESES}


def learned() -> list[Example]:
    return [
        example
        for assisted in (False, True)
        for example in examples(HISTORY, SHIPPED, assisted=assisted, progress=lambda: None)
    ]


@pytest.mark.parametrize("assisted", [False, True])
def test_an_examples_candidates_have_the_odds_that_the_engine_gave_them(assisted: bool) -> None:
    """Or else something is learned that the engine does not do: change `examples` with `judging`."""
    judged: list[list[float]] = []

    def watch(sight: Sight) -> None:
        judged.append(sorted(one.odds for one in sight.candidates))

    simulate(Watched(AROUND, watch), HISTORY.stream, assisted=assisted)
    found = examples(HISTORY, SHIPPED, assisted=assisted, progress=lambda: None)
    weighed = [sorted(odds(option, numbers(SHIPPED)) for option in example.options) for example in found]
    assert [len(one) for one in weighed] == [len(one) for one in judged]
    for one, other in zip(weighed, judged, strict=True):
        assert [max(value, IMPOSSIBLE) for value in one] == pytest.approx(other)


def test_the_gradient_is_the_slope() -> None:
    some, at = learned(), numbers(SHIPPED)
    value, gradient = likelihood(some, at)
    assert value < 0
    for hypothesis in HYPOTHESES:
        for nth in range(len(at[hypothesis])):
            beside = {name: list(values) for name, values in at.items()}
            beside[hypothesis][nth] += 1e-5
            slope = (likelihood(some, beside)[0] - value) / 1e-5
            assert gradient[hypothesis][nth] == pytest.approx(slope, abs=1e-2)


def test_fitting_explains_better_and_turns_no_sign() -> None:
    some = learned()
    fitted = fitting.fit(some, SHIPPED, lambda: None)
    assert likelihood(some, numbers(fitted))[0] > likelihood(some, numbers(SHIPPED))[0]
    for hypothesis in HYPOTHESES:
        for name, value in getattr(fitted, hypothesis).items():
            assert name == "bias" or value * getattr(SHIPPED, hypothesis)[name] >= 0
    assert fitting.fit([], SHIPPED, lambda: None) == SHIPPED, "nothing to learn from changes nothing"


def test_what_is_held_out_shares_no_cause_with_what_is_learned_from() -> None:
    stream = outages(days=5)
    splits = by_days(stream, 3)
    assert len(splits) == 3
    assert sorted(each.report.ticket for _, held in splits for each in held) == sorted(
        each.report.ticket for each in stream
    )
    for learn, held in splits:
        groups = [{each.truth.group for each in part if each.truth} for part in (learn, held)]
        assert groups[0].isdisjoint(groups[1])
        assert len(learn) + len(held) == len(stream)
        for part in (learn, held):
            assert all(one.report.occurred_at <= two.report.occurred_at for one, two in pairwise(part))
    assert by_days(outages(days=1), 2) == []
    assert by_days([], 2) == []


def test_tuned_weights_are_named_by_their_numbers_and_the_engine_says_so() -> None:
    tuned = tuning.tune([HISTORY], SHIPPED, 0.9)
    assert tuned == tuning.tune([HISTORY], SHIPPED, 0.9)
    assert tuned.version.startswith("tuned-")
    decision = Engine(AROUND, tuned).decide(HISTORY.stream[0].report)
    assert decision.engine_version == f"cause-{tuned.version}"
    assert Engine(AROUND).decide(HISTORY.stream[0].report).engine_version == Engine.version


def test_a_search_keeps_the_precision_that_there_was() -> None:
    before = thresholds.measure(HISTORY, SHIPPED)
    required = thresholds.required_of(before, 0.9)
    found = thresholds.measure(HISTORY, thresholds.search([HISTORY], SHIPPED, [required]))
    assert found.alone.scores
    assert before.alone.scores
    assert found.alone.scores.attach_precision >= min(before.alone.scores.attach_precision, thresholds.NEVER)


def test_progress_is_at_most_what_was_said() -> None:
    told: list[int] = []
    tuning.tune([HISTORY], SHIPPED, 0.9, lambda: told.append(1))
    assert 0 < len(told) <= tuning.steps([HISTORY], SHIPPED)


def some(precision: float) -> Figures:
    return Figures(10, 10, Scores(1, 1, 1, 1, precision, 1, 1, 1), 1, 0, 0, 0, 0)


def test_what_makes_precision_worse_is_refused() -> None:
    def refusal(alone: tuple[float, float], assisted: tuple[float, float] = (0.95, 0.95)) -> str | None:
        before, after = zip(alone, assisted, strict=True)
        return tuning.HeldOut(Both(*map(some, before)), Both(*map(some, after))).refusal(0.9)

    assert refusal((0.91, 0.91)) is None
    assert refusal((0.8, 0.95)) is None
    assert "under the floor" in str(refusal((0.8, 0.89)))
    assert "would fall" in str(refusal((0.97, 0.95)))
    assert "assisted would fall" in str(refusal((0.91, 0.95), (0.97, 0.95)))
    nothing = replace(some(1), scores=None)
    unknown = tuning.HeldOut(Both(nothing, nothing), Both(nothing, nothing))
    assert unknown.refusal(0.9) == "nothing that was held out is labelled"


@pytest.mark.parametrize(
    ("alone", "assisted", "required"),
    [(0.8, 0.8, (0.95, 0.9)), (0.97, 0.96, (0.97, 0.96)), (1.0, 1.0, (thresholds.NEVER, thresholds.NEVER))],
)
def test_where_nobody_looks_a_search_stays_well_above_the_floor(
    alone: float, assisted: float, required: tuple[float, float]
) -> None:
    kept = thresholds.required_of(Both(some(alone), some(assisted)), 0.9)
    assert (kept.alone, kept.assisted) == pytest.approx(required)


@pytest.mark.parametrize("alone", [True, False])
def test_a_search_wins_nothing_by_precision_that_is_missing(alone: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step tried finds more pairs for less precision than is required."""
    before = replace(some(1), scores=Scores(1, 1, 0.8, 1, 1.0, 1, 1, 1))
    after = replace(some(1), scores=Scores(1, 1, 0.95, 1, 0.8, 1, 1, 1))

    def measured(_history: History, tried: Weights) -> Both:
        one = before if tried == SHIPPED else after
        return Both(one, before) if alone else Both(before, one)

    monkeypatch.setattr(thresholds, "measure", measured)
    assert thresholds.search([HISTORY], SHIPPED, [thresholds.Required(0.98, 0.98)]) == SHIPPED


def test_figures_of_several_runs_are_counted_together() -> None:
    run = simulate(Engine(AROUND), HISTORY.stream)
    one, twice = figures((HISTORY.stream, run)), figures((HISTORY.stream, run), (HISTORY.stream, run))
    assert one.scores
    assert twice.tickets == 2 * one.tickets
    assert twice.recall_at_3 == one.recall_at_3
    bare = figures(([], simulate(Engine(AROUND), [])))
    assert (bare.scores, bare.recall_at_3, bare.p99_ms) == (None, 1, 0)
