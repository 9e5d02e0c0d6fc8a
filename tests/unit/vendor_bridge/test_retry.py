"""When a message is tried again, and when it is given up."""

from datetime import UTC, datetime, timedelta

from vendor_bridge.domain.retry import BreakerPolicy, Schedule
from vendor_bridge.profiles.exchange import retry_after

NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)


def test_ten_attempts_take_75_hours_and_with_all_jitter_91() -> None:
    exact = Schedule(jitter=0.0)
    waits = [exact.next_at(attempts, NOW) - NOW for attempts in range(1, 10)]
    assert sum(waits, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)
    slow = [Schedule().next_at(attempts, NOW, spread=lambda _low, high: high) - NOW for attempts in range(1, 10)]
    assert sum(slow, timedelta()) < exact.span
    assert exact.next_at(40, NOW) - NOW == timedelta(hours=24)


def test_waits_are_spread_by_a_fifth_both_ways() -> None:
    waits = {Schedule().next_at(2, NOW) - NOW for _ in range(300)}
    assert timedelta(minutes=4) <= min(waits) < timedelta(minutes=4, seconds=30)
    assert timedelta(minutes=5, seconds=30) < max(waits) <= timedelta(minutes=6)


def test_what_the_vendor_asks_for_is_waited_out_but_never_shortens_and_never_lasts_more_than_a_day() -> None:
    exact = Schedule(jitter=0.0)
    assert exact.next_at(1, NOW, timedelta(minutes=2)) == NOW + timedelta(minutes=2)
    assert exact.next_at(2, NOW, timedelta(seconds=1)) == NOW + timedelta(minutes=5)
    assert exact.next_at(1, NOW, timedelta(days=900)) == NOW + timedelta(days=1)


def test_retry_after_is_read_as_seconds_and_as_a_date() -> None:
    assert retry_after("120", NOW) == timedelta(seconds=120)
    assert retry_after("Mon, 05 Oct 2026 08:10:00 GMT", NOW) == timedelta(minutes=10)
    assert retry_after("Mon, 05 Oct 2026 07:00:00 GMT", NOW) == timedelta(0)
    for nonsense in (None, "soon", "-5", "", "1.5"):
        assert retry_after(nonsense, NOW) is None


def test_a_message_is_given_up_91_hours_after_its_first_failure() -> None:
    assert not Schedule().is_used_up(NOW, NOW + timedelta(hours=90, minutes=59))
    assert Schedule().is_used_up(NOW, NOW + timedelta(hours=91))


def test_a_connection_rests_after_five_failures_in_a_row_and_ever_longer() -> None:
    policy = BreakerPolicy()
    assert [policy.rest_after(failures) for failures in (1, 4)] == [None, None]
    assert [policy.rest_after(failures) for failures in (5, 6, 7)] == [
        timedelta(seconds=30),
        timedelta(seconds=60),
        timedelta(seconds=120),
    ]
    assert policy.rest_after(10_000) == timedelta(minutes=15)
