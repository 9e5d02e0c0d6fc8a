"""How a way to a vendor stands, when that is told anew, and how much a vendor may send at a time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.reasons import NOBODY_INVITED, UNREAD
from vendor_bridge.domain.health import BEHIND, RETOLD, Standing, counted_as, health_of, is_news, since
from vendor_bridge.limits import Buckets, TooMany

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
LATE = NOW - BEHIND


def standing(**known: Any) -> Standing:
    return Standing("malarvik", "demo-vendor", **known)


@pytest.mark.parametrize(
    ("known", "word"),
    [
        ({}, "well"),
        ({"oldest": NOW - timedelta(minutes=9)}, "well"),
        ({"oldest": LATE}, "behind"),
        ({"oldest": LATE, "trouble": "unreachable", "resting_until": NOW}, "resting"),
        ({"failures": 1, "detail": "one failure is no rest"}, "failing"),
        ({"unread": 1}, "failing"),
        ({"unread": 1, "oldest": LATE}, "behind"),
        ({"failures": 5, "trouble": "unreachable", "resting_until": NOW}, "resting"),
        ({"trouble": "misconfigured", "resting_until": NOW}, "misconfigured"),
        ({"trouble": "disabled", "resting_until": datetime.max.replace(tzinfo=UTC)}, "disabled"),
        ({"trouble": "disabled", "paused_at": NOW}, "paused"),
    ],
)
def test_what_a_person_did_comes_before_what_only_a_person_mends_and_that_before_what_passes(
    known: dict[str, Any], word: str
) -> None:
    assert health_of(standing(**known), NOW).word == word


@pytest.mark.parametrize(
    ("known", "detail"),
    [
        ({"failures": 1, "detail": "answered 503: Nere"}, "answered 503: Nere"),
        ({"failures": 9, "detail": "answered 503: Nere", "oldest": LATE}, "answered 503: Nere"),
        ({"unread": 2, "unread_reason": "answered 500"}, f"{UNREAD}: answered 500"),
        ({"unread": 2}, UNREAD),
    ],
)
def test_what_passes_by_itself_says_why(known: dict[str, Any], detail: str) -> None:
    assert health_of(standing(**known), NOW).detail == detail


@pytest.mark.parametrize(
    ("detail", "backlog", "word"),
    [
        (f"{NOBODY_INVITED}; invite them: …", 0, "uninvited"),
        (f"{NOBODY_INVITED}; invite them: …", 1, "misconfigured"),
        ("the connection has no address", 0, "misconfigured"),
    ],
)
def test_a_portal_that_nobody_is_invited_to_alerts_nobody_before_a_case_waits(
    detail: str, backlog: int, word: str
) -> None:
    one = standing(trouble="misconfigured", detail=detail, backlog=backlog)
    assert counted_as(one, health_of(one, NOW)) == word


def test_a_mail_that_is_held_back_is_told() -> None:
    stands = {"stated_health": "well", "stated_detail": "", "stated_backlog": 0, "stated_at": NOW - RETOLD}
    held = standing(**stands, held=1, held_at=NOW - RETOLD / 2)
    assert is_news(held, health_of(held, NOW), NOW)


def test_it_is_told_when_it_stands_otherwise_and_a_moving_backlog_once_a_minute() -> None:
    first = standing()
    assert is_news(first, health_of(first, NOW), NOW)
    told = {"stated_health": "well", "stated_detail": "", "stated_backlog": 0, "stated_at": NOW - RETOLD}
    same = standing(**told)
    assert not is_news(same, health_of(same, NOW), NOW)
    worse = standing(**told | {"stated_at": NOW}, trouble="disabled", detail="the vendor answered 410")
    assert is_news(worse, health_of(worse, NOW), NOW)
    grown = standing(**told, backlog=3)
    assert is_news(grown, health_of(grown, NOW), NOW)
    soon = standing(**told | {"stated_at": NOW - RETOLD / 2}, backlog=3)
    assert not is_news(soon, health_of(soon, NOW), NOW)


def test_that_a_history_waits_to_be_fetched_and_that_it_does_no_more_is_told_once_a_minute() -> None:
    told: dict[str, Any] = {"stated_health": "well", "stated_detail": "", "stated_backlog": 0}
    waits = standing(**told, stated_at=NOW - RETOLD, stories=2, stories_since=NOW)
    assert health_of(waits, NOW).word == "well"
    assert is_news(waits, health_of(waits, NOW), NOW)
    known = standing(**told, stated_at=NOW - RETOLD, stories=2, stories_since=NOW, stated_stories=2)
    assert not is_news(known, health_of(known, NOW), NOW)
    over = standing(**told, stated_at=NOW - RETOLD, stated_stories=2)
    assert is_news(over, health_of(over, NOW), NOW)


def test_that_something_was_taken_is_told_once_and_not_more_than_once_a_minute() -> None:
    told: dict[str, Any] = {"stated_health": "well", "stated_detail": "", "stated_backlog": 0}
    taken = standing(**told, stated_at=NOW - RETOLD, last_taken=NOW - RETOLD / 2)
    assert is_news(taken, health_of(taken, NOW), NOW)
    soon = standing(**told, stated_at=NOW - RETOLD / 2, last_taken=NOW)
    assert not is_news(soon, health_of(soon, NOW), NOW)
    known = standing(**told, stated_at=NOW - RETOLD, last_taken=NOW - RETOLD)
    assert not is_news(known, health_of(known, NOW), NOW)


def test_that_something_was_refused_is_told_once_and_not_more_than_once_a_minute() -> None:
    told: dict[str, Any] = {"stated_health": "well", "stated_detail": "", "stated_backlog": 0}
    fresh = standing(**told, stated_at=NOW - RETOLD, refused_at=NOW - RETOLD / 2)
    assert is_news(fresh, health_of(fresh, NOW), NOW)
    soon = standing(**told, stated_at=NOW - RETOLD / 2, refused_at=NOW)
    assert not is_news(soon, health_of(soon, NOW), NOW)
    known = standing(**told, stated_at=NOW - RETOLD, refused_at=NOW - RETOLD)
    assert not is_news(known, health_of(known, NOW), NOW)


def test_since_when_stays_what_was_told_while_it_stands_so() -> None:
    begun = NOW - timedelta(hours=3)
    known = standing(trouble="disabled", stated_health="disabled", stated_since=begun)
    assert since(known, health_of(known, NOW), NOW) == begun
    well = standing(stated_health="disabled", stated_since=begun)
    assert since(well, health_of(well, NOW), NOW) == NOW
    paused = standing(paused_at=begun, stated_health="well", stated_since=begun - timedelta(days=1))
    assert since(paused, health_of(paused, NOW), NOW) == begun


def test_a_bucket_gives_what_it_holds_then_its_rate_and_says_how_long_to_wait() -> None:
    now = [0.0]
    buckets = Buckets(rate=2, burst=3, clock=lambda: now[0])
    for _ in range(3):
        buckets.take("demo-vendor")
    with pytest.raises(TooMany) as empty:
        buckets.take("demo-vendor")
    assert empty.value.retry_after == 1
    buckets.take("another")
    now[0] += 0.5
    buckets.take("demo-vendor")
    with pytest.raises(TooMany):
        buckets.take("demo-vendor")
    now[0] += 3600
    for _ in range(3):
        buckets.take("demo-vendor")
    with pytest.raises(TooMany):
        buckets.take("demo-vendor")


def test_who_has_waited_a_part_waits_the_rest() -> None:
    now = [0.0]
    buckets = Buckets(rate=0.1, burst=1, clock=lambda: now[0])
    buckets.take("demo-vendor")
    for waited, left in ((0, 10), (4, 6), (5.5, 1)):
        now[0] += waited
        with pytest.raises(TooMany) as early:
            buckets.take("demo-vendor")
        assert early.value.retry_after == left
    now[0] += 0.5
    buckets.take("demo-vendor")
