"""Requests, needs and ideas in a fault's words are no faults: nothing is linked, joined or asked because of them."""

import pytest

from grouping import Open, Report, Triaged
from tests.support.classrooms import SCHOOLS, alone, engine, report
from tests.support.grouping_life import Life

PLATFORM = "Lärnavet ligger nere för alla lärare på skolan"
WISHES = pytest.mark.parametrize("kind", ["request", "need", "idea"])


@WISHES
def test_in_the_midst_of_a_storm_it_is_no_part_of_it(kind: str) -> None:
    life = Life()
    life.file(*(report(f"{nth}", PLATFORM, nth / 10, school=SCHOOLS[nth % 4].id) for nth in range(30)))
    decision = life.engine.decide(report("wish", PLATFORM, 3.05, kind=kind))
    assert isinstance(decision.outcome, Open)
    assert (decision.joins, decision.raised) == ((), None)


@WISHES
def test_it_shows_nothing_of_incidents_that_a_fault_would_have_asked_about(kind: str) -> None:
    told = engine(
        *(alone(report(f"{nth}", PLATFORM, nth, school=SCHOOLS[nth].id)) for nth in (0, 1)),
        *(Triaged(f"in_{nth}", "learning_platform", "municipality") for nth in (0, 1)),
    )

    def said(**fields: str) -> Report:
        return report("9", PLATFORM, 2, school=SCHOOLS[2].id, **fields)

    assert told.decide(said()).joins
    assert told.decide(said(kind=kind)).joins == ()
