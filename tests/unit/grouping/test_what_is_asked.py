"""What staff are asked about a report: of what is told alike one, the outage before what is like it, no weak guess."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from grouping import Candidate, Engine, Report, Suggest, weights
from grouping.weights import Weights
from tests.support.classrooms import AROUND, SCHOOLS, report
from tests.support.grouping_life import Life

SIBLINGS = 5
FAULTS = ("Projektorn är svart", "Datorn hänger sig", "Skrivaren drar inte papper", "Paddan laddar inte", "Ingen ljud")
ALIKE = [
    ("Lärnavet är nere för alla", "En elev kommer inte in i lärnavet"),
    ("Mejlen ligger nere för alla", "Jag kan inte skicka mejl från min dator"),
    ("Inloggningen är nere i hela kommunen", "Glömt mitt lösenord"),
]


def life_of(outage: str, alone: str) -> Life:
    """An outage that ten at four schools reported, and half an hour later lone reports, all told in the same words."""
    life = Life()
    life.file(*(report(f"big{nth}", outage, nth, school=SCHOOLS[nth % 4].id) for nth in range(10)))
    life.file(*(report(f"lone{nth}", alone, 40 + nth) for nth in range(SIBLINGS)))
    assert len(life.incidents()) == 1 + SIBLINGS
    return life


def asked(life: Life, text: str, minutes: float) -> list[Candidate]:
    outcome = life.engine.decide(report("new", text, minutes)).outcome
    return list(outcome.candidates) if isinstance(outcome, Suggest) else []


def _scores(reports: Sequence[Report], numbers: Weights) -> list[float]:
    life = Life()
    life.engine = Engine(AROUND, numbers)
    life.file(*reports)
    return list(life.asked.values())


@pytest.mark.parametrize(("outage", "alone"), ALIKE)
def test_lone_reports_that_are_told_alike_do_not_push_the_outage_out(outage: str, alone: str) -> None:
    life = life_of(outage, alone)
    assert life.on["big0"] in [one.incident for one in asked(life, alone, 46)]


def test_of_what_is_as_likely_the_one_that_reaches_furthest_comes_first() -> None:
    outage, alone = ALIKE[2]
    life = life_of(outage, alone)
    first, second, *_ = asked(life, alone, 46)
    assert first.incident == life.on["big0"]
    assert 0.8 * second.score < first.score < second.score


def test_a_weak_guess_is_not_shown_and_what_is_left_out_is_the_weakest() -> None:
    said = [report(f"{nth}", f"{thing} i sal D{100 + nth}", 7 * nth) for nth, thing in enumerate(FAULTS * 6)]
    every = replace(weights.load(), decision={**weights.load().decision, "suggest_also": 0.0})
    shown, all_ = (_scores(said, numbers) for numbers in (weights.load(), every))
    assert len(shown) < len(all_)
    assert min(shown) > min(all_)


@pytest.mark.parametrize("text", ["x", "😀😀", "?"])
def test_what_says_nothing_is_asked_about_only_where_it_is_likely(text: str) -> None:
    life = Life()
    life.file(*(report(f"{nth}", f"Skrivaren drar inte papper i sal D{100 + nth}", 3 * nth) for nth in range(12)))
    assert asked(life, text, 40) == []
