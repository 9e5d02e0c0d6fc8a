"""Working time: Swedish holidays, breaks, half days, the nights on which clocks change."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from contracts.directory import Calendar, NoWorkingTime, add_working_time, next_opening, working_time_between

STOCKHOLM = ZoneInfo("Europe/Stockholm")
WEEK = ("mon", "tue", "wed", "thu", "fri")


def calendar(**changes: Any) -> Calendar:
    desk = {"days": WEEK, "opens": "07:00", "closes": "16:30"}
    return Calendar.model_validate({"id": "c", "name": "Kontorstid", "hours": [desk], **changes})


DESK = calendar()
ALWAYS = calendar(hours=[{"days": (*WEEK, "sat", "sun"), "opens": "00:00", "closes": "24:00"}], holidays="none")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2026-11-23T08:00", 4, "2026-11-23T12:00"),
        ("2026-11-23T15:00", 4, "2026-11-24T09:30"),
        ("2026-11-23T12:30", 4, "2026-11-23T16:30"),  # exactly at closing, not the next morning
        ("2026-11-23T05:00", 1, "2026-11-23T08:00"),
        ("2026-11-23T20:00", 1, "2026-11-24T08:00"),
        ("2026-11-27T16:00", 1, "2026-11-30T07:30"),  # over a weekend
        ("2026-11-23T07:00", 47.5, "2026-11-27T16:30"),  # one desk week
        ("2026-12-23T16:00", 1, "2026-12-28T07:30"),  # Christmas Eve is de facto closed, the 26th a Saturday
        ("2026-12-30T16:00", 1, "2027-01-04T07:30"),  # New Year's Eve too
        ("2026-06-18T16:00", 1, "2026-06-22T07:30"),  # Midsummer Eve
        ("2026-04-02T16:00", 1, "2026-04-07T07:30"),  # Good Friday to Easter Monday
        ("2026-05-13T16:00", 1, "2026-05-15T07:30"),  # Ascension Day, and open the day after
    ],
)
def test_promises_end_in_working_time(start: str, duration: float, end: str) -> None:
    assert add_working_time(DESK, at(start), hours(duration)) == at(end)


def test_a_break_is_closed_and_a_half_day_short() -> None:
    break_ = {"name": "Lov", "first_day": "2026-10-26", "last_day": "2026-10-30"}
    short = {"days": WEEK, "opens": "08:00", "closes": "12:00"}
    half = {"name": "Halvdag", "first_day": "2026-10-30", "last_day": "2026-10-30", "hours": [short]}
    assert add_working_time(calendar(breaks=[break_]), at("2026-10-23T16:00"), hours(1)) == at("2026-11-02T07:30")
    # Where two overlap the later in the list holds.
    assert add_working_time(calendar(breaks=[break_, half]), at("2026-10-23T16:00"), hours(1)) == at("2026-10-30T08:30")
    # A holiday inside a break with hours stays closed: All Saints' Eve is none, Epiphany is one.
    winter = {"name": "Jullov", "first_day": "2026-12-21", "last_day": "2027-01-08", "hours": [short]}
    assert calendar(breaks=[winter]).spans(date(2027, 1, 6)) == ()


@pytest.mark.parametrize(
    ("day", "length"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 10, 26), 24)],
)
def test_the_day_on_which_clocks_change_is_an_hour_shorter_or_longer(day: date, length: int) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=STOCKHOLM)
    assert working_time_between(ALWAYS, start, start + timedelta(days=1)) == hours(length)


def test_four_hours_around_the_clock_are_four_real_hours_when_clocks_change() -> None:
    start = at("2026-03-28T23:00")
    end = add_working_time(ALWAYS, start, hours(4))
    assert end == at("2026-03-29T04:00")
    assert end.astimezone(UTC) - start.astimezone(UTC) == hours(4)


def test_a_span_inside_the_hour_that_is_skipped_is_empty() -> None:
    night = calendar(hours=[{"days": ["sun"], "opens": "02:00", "closes": "03:00"}], holidays="none")
    assert working_time_between(night, at("2026-03-28T00:00"), at("2026-03-30T00:00")) == hours(0)
    assert working_time_between(night, at("2026-04-11T00:00"), at("2026-04-13T00:00")) == hours(1)


def test_over_the_end_of_the_year_both_years_holidays_count() -> None:
    assert working_time_between(DESK, at("2026-12-30T16:00"), at("2027-01-07T08:00")) == hours(0.5 + 9.5 + 9.5 + 1)


def test_another_zone_counts_its_own_hours() -> None:
    helsinki = calendar(time_zone="Europe/Helsinki")
    assert add_working_time(helsinki, at("2026-11-23T05:00"), hours(1)) == at("2026-11-23T07:00")


def test_overlapping_hours_count_once() -> None:
    twice = calendar(
        hours=[{"days": WEEK, "opens": "07:00", "closes": "12:00"}, {"days": WEEK, "opens": "11:00", "closes": "13:00"}]
    )
    assert working_time_between(twice, at("2026-11-23T00:00"), at("2026-11-24T00:00")) == hours(6)


def test_a_calendar_that_never_opens_again_is_an_error_and_no_endless_search() -> None:
    closed = calendar(breaks=[{"name": "För alltid", "first_day": "2026-01-01", "last_day": "2099-01-01"}])
    with pytest.raises(NoWorkingTime):
        add_working_time(closed, at("2026-11-23T08:00"), hours(1))
    with pytest.raises(NoWorkingTime):
        next_opening(closed, at("2026-11-23T08:00"))


def test_times_without_a_zone_and_negative_time_are_refused() -> None:
    naive = datetime(2026, 11, 23, 8)  # noqa: DTZ001  (that is the point)
    with pytest.raises(ValueError, match="no time zone"):
        add_working_time(DESK, naive, hours(1))
    with pytest.raises(ValueError, match="need a time zone"):
        working_time_between(DESK, naive, at("2026-11-23T08:00"))
    with pytest.raises(ValueError, match="never taken back"):
        add_working_time(DESK, at("2026-11-23T08:00"), hours(-1))


def test_the_next_opening_is_now_while_open() -> None:
    assert next_opening(DESK, at("2026-11-23T08:00")) == at("2026-11-23T08:00")
    assert next_opening(DESK, at("2026-11-27T16:30")) == at("2026-11-30T07:00")


WEEKDAYS = st.lists(st.sampled_from((*WEEK, "sat", "sun")), min_size=1, max_size=7, unique=True)
MINUTES = st.integers(0, 24 * 60)


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def spans(draw: st.DrawFn) -> dict[str, Any]:
    first, last = sorted(draw(st.tuples(MINUTES, MINUTES)))
    assume(last - first >= 30)
    return {"days": draw(WEEKDAYS), "opens": clock(first), "closes": clock(last)}


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    breaks = []
    for first in draw(st.lists(st.dates(date(2026, 1, 1), date(2027, 6, 1)), max_size=3)):
        last = first + timedelta(days=draw(st.integers(0, 20)))
        breaks.append(
            {"name": "Lov", "first_day": first, "last_day": last, "hours": draw(st.lists(spans(), max_size=1))}
        )
    return calendar(
        hours=draw(st.lists(spans(), min_size=1, max_size=3)),
        holidays=draw(st.sampled_from(("SE", "none"))),
        time_zone=draw(st.sampled_from(("Europe/Stockholm", "UTC", "America/New_York"))),
        breaks=breaks,
    )


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.sampled_from((UTC, STOCKHOLM)))  # noqa: DTZ001
DURATIONS = st.integers(0, 60 * 60 * 12).map(lambda seconds: timedelta(seconds=seconds))


@settings(max_examples=60, deadline=None)
@given(calendars(), MOMENTS, DURATIONS)
def test_what_is_added_is_what_lies_between(known: Calendar, start: datetime, duration: timedelta) -> None:
    end = add_working_time(known, start, duration)
    assert end.astimezone(UTC) >= start.astimezone(UTC)
    assert working_time_between(known, start, end) == duration


@settings(max_examples=60, deadline=None)
@given(calendars(), MOMENTS, DURATIONS)
def test_a_promise_ends_at_the_earliest_moment(known: Calendar, start: datetime, duration: timedelta) -> None:
    assume(duration)
    end = add_working_time(known, start, duration)
    assert working_time_between(known, start, end - timedelta(seconds=1)) < duration


@settings(max_examples=60, deadline=None)
@given(calendars(), MOMENTS, DURATIONS, DURATIONS)
def test_two_parts_make_the_whole(known: Calendar, start: datetime, one: timedelta, other: timedelta) -> None:
    middle = add_working_time(known, start, one)
    assert add_working_time(known, middle, other) == add_working_time(known, start, one + other) or not one + other


@settings(max_examples=60, deadline=None)
@given(calendars(), st.lists(MOMENTS, min_size=3, max_size=3))
def test_working_time_adds_up_and_is_never_more_than_real_time(known: Calendar, moments: list[datetime]) -> None:
    first, middle, last = sorted(moments, key=lambda moment: moment.astimezone(UTC))
    whole = working_time_between(known, first, last)
    assert working_time_between(known, first, middle) + working_time_between(known, middle, last) == whole
    assert timedelta(0) <= whole <= last.astimezone(UTC) - first.astimezone(UTC)
    assert working_time_between(known, last, first) == timedelta(0) or first == last
