"""Weights in a file, and what the engine's scores are worth."""

import pytest

from grouping import Engine, weights
from grouping.evaluation import Bad, Said, reliability, simulate, weights_file
from grouping.evaluation.reliability import calibration_error
from tests.support.classrooms import AROUND
from tests.support.outages import outages

SHIPPED = weights.load()


def test_weights_are_read_as_they_were_written() -> None:
    own = weights_file.versioned(SHIPPED)
    text = weights_file.written(own, ["Tuned to a spring."])
    assert text.startswith("# Tuned to a spring.\n")
    assert weights_file.read(text) == own
    assert weights_file.versioned(weights_file.read(text)) == own, "the version follows from the numbers"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("[thing]", "[thing", "not TOML"),
        ('version = "', 'edition = "', "no version"),
        ("[thing]", "[things]", r"no \[thing\]"),
        ("\nplace = ", "\nplaces = ", r"\[shared\] lacks place"),
        ("[thing]\n", "[thing]\ncolour = 1\n", r"\[thing\] has colour"),
        ("[thing]\nbias = ", "[thing]\nbias = nan #", r"\[thing\] bias is no number"),
        ("[thing]\nbias = ", "[thing]\nbias = true #", r"\[thing\] bias is no number"),
    ],
)
def test_what_is_wrong_with_a_weights_file_is_a_sentence(old: str, new: str, sentence: str) -> None:
    text = weights_file.written(SHIPPED)
    assert old in text
    with pytest.raises(Bad, match=sentence):
        weights_file.read(text.replace(old, new, 1))


def test_reliability_sets_scores_against_what_was_right() -> None:
    said = [Said("link", 0.9, True), Said("link", 0.94, False), Said("suggest", 0.0, False), Said("join", 1.0, True)]
    bins = reliability(said)
    assert [(one.least, one.said, one.right) for one in bins] == [(0.0, 1, 0.0), (0.9, 2, 0.5), (0.95, 1, 1.0)]
    assert calibration_error(bins) == pytest.approx((2 * 0.42) / 4)
    assert reliability([]) == ()
    assert calibration_error([]) == 0


def test_a_run_says_how_sure_it_was_of_what_is_labelled() -> None:
    stream = outages()
    run = simulate(Engine(AROUND), stream)
    assert {one.sort for one in run.said} <= {"link", "suggest", "join"}
    assert sum(one.sort == "link" for one in run.said) == sum(ticket.linked for ticket in run.tickets)
    assert all(0 <= one.score <= 1 for one in run.said)
    unlabelled = [type(each)(each.report, None) for each in stream]
    assert simulate(Engine(AROUND), unlabelled).said == []
