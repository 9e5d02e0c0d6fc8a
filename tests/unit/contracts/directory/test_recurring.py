"""V10: the yearly calendar of recurring work: its rules, its windows, its errors with their lines."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.directory import DirectoryErrors, load, load_work
from contracts.directory.recurring import LONGEST_WORK, WorkCalendar, windows

MUNICIPALITIES = Path(__file__).parents[4] / "municipalities"
MALARVIK = load((MUNICIPALITIES / "malarvik.yaml").read_text("utf-8"))
SHIPPED = MUNICIPALITIES / "malarvik.arbeten.yaml"
ZONE = ZoneInfo("Europe/Stockholm")


def written(when: str, **fields: str) -> str:
    rule = {"id": "byte", "text": "Byte.", "services": "[wifi]", "effect": "down"} | fields
    lines = "\n    ".join(f"{name}: {value}" for name, value in rule.items())
    return f"municipality: malarvik\nwork:\n  - {lines}\n    when: {when}\n"


def of_year(when: str, year: int = 2027) -> list[tuple[str, str, str]]:
    found = windows(load_work(written(when), MALARVIK), year, ZONE)
    form = "%m-%d %H:%M %z"
    return [(each.external_id, each.starts_at.strftime(form), each.ends_at.strftime(form)) for each in found]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (
            '{months: [3], weekday: tue, nth: 1, opens: "16:00", closes: "20:00"}',
            [("byte-2027-03", "03-02 16:00 +0100", "03-02 20:00 +0100")],
        ),
        (
            '{months: [2, 5], weekday: thu, nth: last, opens: "17:00", closes: "21:00"}',
            [
                ("byte-2027-02", "02-25 17:00 +0100", "02-25 21:00 +0100"),
                ("byte-2027-05", "05-27 17:00 +0200", "05-27 21:00 +0200"),
            ],
        ),
        (
            '{months: [12], day: 31, opens: "22:00", closes: "06:00", days_later: 1}',
            [("byte-2027-12", "12-31 22:00 +0100", "01-01 06:00 +0100")],
        ),
        (
            '{week: 28, weekday: mon, opens: "07:00", closes: "24:00", days_later: 4}',
            [("byte-2027-v28", "07-12 07:00 +0200", "07-17 00:00 +0200")],
        ),
        (
            '{week: 1, weekday: mon, opens: "07:00", closes: "08:00"}',
            [("byte-2027-v01", "01-04 07:00 +0100", "01-04 08:00 +0100")],
        ),
        # The night in spring has no 02:30, the one in autumn has two: the window reaches over both.
        (
            '{months: [3], weekday: sun, nth: last, opens: "02:30", closes: "05:00"}',
            [("byte-2027-03", "03-28 03:30 +0200", "03-28 05:00 +0200")],
        ),
        (
            '{months: [3], weekday: sun, nth: last, opens: "01:00", closes: "02:30"}',
            [("byte-2027-03", "03-28 01:00 +0100", "03-28 03:30 +0200")],
        ),
        (
            '{months: [10], weekday: sun, nth: last, opens: "02:30", closes: "02:45"}',
            [("byte-2027-10", "10-31 02:30 +0200", "10-31 02:45 +0100")],
        ),
    ],
)
def test_v10_a_rule_makes_the_windows_of_a_year(when: str, expected: list[tuple[str, str, str]]) -> None:
    assert of_year(when) == expected


@given(year=st.integers(2020, 2099))
def test_v10_the_shipped_calendar_has_every_year_the_same_works_in_order_and_within_bounds(year: int) -> None:
    recurring = load_work(SHIPPED.read_text("utf-8"), MALARVIK, str(SHIPPED))
    made = windows(recurring, year, ZONE)
    assert len({window.external_id for window in made}) == len(made) == 10
    assert [window.starts_at for window in made] == sorted(window.starts_at for window in made)
    for window in made:
        assert timedelta(0) < window.ends_at - window.starts_at <= LONGEST_WORK
        assert window.starts_at.year == year
    assert {window.rule.id for window in made} == {rule.id for rule in recurring.work}


GOOD = '{months: [3], weekday: tue, nth: 1, opens: "16:00", closes: "20:00"}'


@pytest.mark.parametrize(
    ("text", "place", "word"),
    [
        (written('{months: [3], opens: "16:00", closes: "20:00"}'), "7:", "months, weekday and nth"),
        (written('{week: 3, months: [2], weekday: mon, opens: "16:00", closes: "20:00"}'), "7:", "or week and weekday"),
        (written('{months: [2], day: 29, opens: "16:00", closes: "20:00"}'), "7:", "does not have a day 29"),
        (written('{months: [13], day: 1, opens: "16:00", closes: "20:00"}'), "7:", "at most 12"),
        (written('{week: 53, weekday: mon, opens: "16:00", closes: "20:00"}'), "7:", "at most 52"),
        (written('{months: [3], day: 1, opens: "16:00", closes: "04:00"}'), "7:", "days_later"),
        (written('{months: [3], day: 1, opens: "4 pm", closes: "20:00"}'), "7:", "write a time of day"),
        (written('{months: [3], day: 1, opens: "10:00", closes: "20:00", days_later: 30}'), "7:", "longer than 30"),
        (written('{months: [3], day: 1, opens: "10:00", closes: "20:00", days_later: 31}'), "7:", "at most 30"),
        (written(GOOD, services="[wifi, wify]"), "5:", "did you mean 'wifi'"),
        (written(GOOD, services="[]"), "5:", "at least 1"),
        (written(GOOD, schools="[ekbaken]"), "7:", "did you mean 'ekbacken'"),
        (written(GOOD, vendor="vendor:netwrk"), "7:", "did you mean 'vendor:network'"),
        (written(GOOD, effect="boom"), "6:", "choose one of"),
        (written(GOOD, efect="x"), "7:", "did you mean 'effect'"),
        (written(GOOD) + written(GOOD).partition("work:\n")[2], "8:", "is there already"),
        (written(GOOD).replace("malarvik", "hallsberg"), "1:", "is 'hallsberg''s, not 'malarvik''s"),
        ("municipality: malarvik\nwork: []\n", "2:", "at least 1"),
        ("municipality: malarvik\nwork:\n  - *x\n", "3:", ""),
    ],
)  # fmt: skip
def test_an_error_is_told_with_its_line(text: str, place: str, word: str) -> None:
    with pytest.raises(DirectoryErrors) as found:
        load_work(text, MALARVIK, "arbeten.yaml")
    assert any(line.startswith(f"arbeten.yaml:{place}") and word in line for line in str(found.value).splitlines()), (
        str(found.value)
    )


def test_without_a_directory_only_its_form_is_checked() -> None:
    assert isinstance(load_work(written(GOOD, services="[anything]")), WorkCalendar)


def test_a_window_is_as_long_on_the_wall_as_the_file_says_also_over_the_change_of_clocks() -> None:
    recurring = load_work(written('{months: [10], day: 20, opens: "08:00", closes: "08:00", days_later: 30}'), MALARVIK)
    (window,) = windows(recurring, 2027, ZONE)
    assert window.ends_at.replace(tzinfo=None) - window.starts_at.replace(tzinfo=None) == LONGEST_WORK
    assert window.starts_at == datetime(2027, 10, 20, 8, tzinfo=ZONE)
