"""A municipality's directory may say from which score a report is linked, and from which staff are asked."""

from dataclasses import replace

from grouping import Link, Open, Outcome, Report, Suggest
from tests.support.classrooms import AROUND, alone, engine, report

WIFI = "Trådlösa nätet nere i hela skolan, ingen kommer ut"


def decided(
    first: Report, then: Report, *, link_from: float | None = None, suggest_from: float | None = None
) -> Outcome:
    around = replace(AROUND, link_from=link_from, suggest_from=suggest_from)
    return engine(*alone(first), around=around).decide(then).outcome


def test_who_wants_links_to_be_surer_is_asked_instead() -> None:
    first, then = report("1", WIFI), report("2", WIFI, 3)
    usual = decided(first, then)
    assert isinstance(usual, Link)
    assert isinstance(decided(first, then, link_from=usual.score - 0.01), Link)
    assert isinstance(decided(first, then, link_from=usual.score + 0.01), Suggest)


def test_who_wants_fewer_questions_is_asked_about_the_likely_only() -> None:
    first, then = report("1", "Mejlen skickas inte"), report("2", "Mejlen krånglar", 200)
    usual = decided(first, then)
    assert isinstance(usual, Suggest)
    score = usual.candidates[0].score
    assert isinstance(decided(first, then, suggest_from=score - 0.1), Suggest)
    assert isinstance(decided(first, then, suggest_from=score + 0.1), Open)
