"""Who led a case before whom: a vendor that takes it over reads what those before it could (R1)."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from contracts.disclosure import to_party
from contracts.handover import Stay
from ticketing.domain.state import Handoff


def in_order(handoffs: Iterable[Handoff]) -> tuple[str, ...]:
    """The vendors that have led the case, in the order in which they first did."""
    led = sorted((each for each in handoffs if each.role == "lead"), key=lambda each: each.offered_at)
    return tuple(dict.fromkeys(each.vendor for each in led))


def before(vendor: str, handoffs: Iterable[Handoff]) -> tuple[str, ...]:
    """Those before a vendor that would take the case over now: whoever leads it, too."""
    return tuple(lead for lead in in_order(handoffs) if lead != vendor)


def stays(handoffs: Iterable[Handoff], now: datetime) -> tuple[Stay, ...]:
    """The case in the hands of each, as who takes it over now is told: whoever has it is released by that."""
    return tuple(
        Stay(each.vendor, each.role, each.offered_at, each.ended_at or now, each.state if each.ended_at else "released")
        for each in handoffs
        if each.role == "lead"
    )


def read_by(audience: Collection[str], vendors: Sequence[str], *, private: bool) -> Iterator[str]:
    """The parties that an entry is for, and of `vendors`, in the order in which they led, those that came after."""
    named = [name.removeprefix("party:") for name in audience]
    yield from named
    if not private:
        first = next((at for at, lead in enumerate(vendors) if to_party(lead) in audience), len(vendors))
        yield from (later for later in vendors[first + 1 :] if later not in named)
