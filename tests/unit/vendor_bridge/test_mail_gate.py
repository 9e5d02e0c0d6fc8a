"""Who may come in, how often and how many at a time."""

from ipaddress import ip_network

from vendor_bridge.mail.gate import Gate, Limits


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_one_address_gets_so_many_places_and_so_many_a_minute() -> None:
    clock = Clock()
    gate = Gate(Limits(per_address=2, per_minute=3, connections=10), clock=clock)
    assert [gate.enter("1.1.1.1") for _ in range(3)] == [True, True, False]
    assert gate.enter("2.2.2.2")
    gate.leave("1.1.1.1")
    assert gate.enter("1.1.1.1")
    gate.leave("1.1.1.1")
    assert not gate.enter("1.1.1.1")  # the fourth of this minute
    clock.now += 61
    assert gate.enter("1.1.1.1")


def test_all_together_get_so_many_and_who_leaves_makes_room() -> None:
    gate = Gate(Limits(connections=2), clock=Clock())
    assert [gate.enter(f"1.1.1.{n}") for n in range(3)] == [True, True, False]
    gate.leave("1.1.1.0")
    assert gate.enter("1.1.1.9")


def test_an_own_relay_brings_everybodys_mail() -> None:
    gate = Gate(Limits(per_address=1, per_minute=1), trusted=[ip_network("10.0.0.0/8")], clock=Clock())
    assert all(gate.enter("10.1.2.3") for _ in range(5))
    assert [gate.enter("::1"), gate.enter("::1"), gate.enter("unknown")] == [True, False, True]


def test_who_was_here_long_ago_is_forgotten() -> None:
    clock = Clock()
    gate = Gate(Limits(connections=10_000), clock=clock)
    for number in range(500):
        assert gate.enter(f"1.1.{number // 250}.{number % 250}")
        gate.leave(f"1.1.{number // 250}.{number % 250}")
    clock.now += 61
    gate.enter("2.2.2.2")
    assert len(gate._came) == 1
    assert gate._inside == {"2.2.2.2": 1}
