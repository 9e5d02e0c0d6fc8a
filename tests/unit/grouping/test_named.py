"""Which services a report names, which it may be about, and whether it is one person's own."""

import pytest

from grouping import Understanding
from tests.support.classrooms import engine, report


def understand(text: str, service: str | None = None) -> Understanding:
    return engine().understand(report("1", text, service=service))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Lärnavet", {"learning_platform"}),
        ("LARNAVET ligger nere", {"learning_platform"}),
        ("lär navets startsida är tom", {"learning_platform"}),
        ("kommer inte in på lärnavt", {"learning_platform"}),
        ("Tidvis och lärnavet är nere", {"learning_platform", "schedule_absence"}),
        ("Inget trådlöst nät i hus B", {"wifi"}),
        ("Ingen kommer in", set()),
        ("Något annat", set()),
        ("", set()),
    ],
)
def test_a_service_is_named_by_the_directorys_words_however_they_are_spelt(text: str, named: set[str]) -> None:
    assert understand(text).named == named


def test_what_is_picked_is_named_unless_it_says_nothing_or_is_unknown() -> None:
    assert understand("Det går inte", "email").named == {"email"}
    assert understand("Lärnavet", "email").named == {"email", "learning_platform"}
    assert understand("Det går inte", "other").named == frozenset()
    assert understand("Det går inte", "fax").named == frozenset()


@pytest.mark.parametrize(
    ("text", "may_be", "not_be"),
    [
        ("Lärnavet är nere", {"learning_platform"}, {"login", "schedule_absence", "wifi", "email"}),
        ("Wifi nere", {"wifi", "internet"}, {"printing", "learning_platform", "classroom_display"}),
        ("Min dator tappar wifi", {"wifi", "internet"}, {"printing", "learning_platform"}),
        ("Tidvis går inte, inte heller utskrift", {"schedule_absence", "printing"}, {"wifi", "login"}),
        ("Ingen kommer in", {"login", "learning_platform", "email"}, {"classroom_display"}),
    ],
)
def test_it_may_be_about_what_it_names_and_what_is_as_likely(text: str, may_be: set[str], not_be: set[str]) -> None:
    about = understand(text)
    assert about.named <= about.may_be
    assert may_be <= about.may_be
    assert not not_be & about.may_be


@pytest.mark.parametrize(
    ("text", "own"), [("Glömt lösenord", True), ("Lärnavet går inte", False), ("Ingen kommer in", False)]
)
def test_one_persons_own_is_understood_as_that(text: str, own: bool) -> None:
    assert understand(text).own is own


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Internet funkar inte i hela skolan", {"wifi"}),
        ("Trådlöst nät nere", {"internet"}),
        ("Lärnavet är nere", set()),
        ("", set()),
    ],
)
def test_of_a_network_it_may_be_any_of_the_schools(text: str, near: set[str]) -> None:
    about = understand(text)
    assert about.near == near
    assert about.near <= about.may_be
