"""Who led a case before whom, and so reads what: the bridge sends by the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.disclosure import to_party
from contracts.handover import Stay
from ticketing.domain import leads
from ticketing.domain.state import Handoff

AT = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
NOW = AT + timedelta(hours=9)
A, B, C, BESIDE = "vendor:a", "vendor:b", "vendor:c", "vendor:beside"


def handoff(vendor: str, hours: int, ended: int | None = None, **fields: Any) -> Handoff:
    values: dict[str, Any] = {"role": "lead", "state": "acknowledged" if ended is None else "taken_back"} | fields
    return Handoff(
        id=f"ho_{vendor}_{hours}",
        municipality="malarvik",
        incident="in_1",
        vendor=vendor,
        connection=vendor,
        offered_at=AT + timedelta(hours=hours),
        ended_at=None if ended is None else AT + timedelta(hours=ended),
        **values,
    )


HANDED_ON = [handoff(B, 2), handoff(BESIDE, 1, role="parallel"), handoff(A, 0, 2, state="released")]


def test_who_takes_it_over_comes_after_who_has_it_and_not_after_who_is_beside() -> None:
    assert leads.in_order(HANDED_ON) == (A, B)
    assert leads.before(C, HANDED_ON) == (A, B)
    assert leads.before(A, HANDED_ON) == (B,), "its own is its own"
    assert leads.before(C, []) == ()


def test_who_has_it_is_released_by_that() -> None:
    assert leads.stays(HANDED_ON, NOW) == (
        Stay(B, "lead", AT + timedelta(hours=2), NOW, "released"),
        Stay(A, "lead", AT, AT + timedelta(hours=2), "released"),
    )
    (stay,) = leads.stays([handoff(A, 0, 1)], NOW)
    assert (stay.until, stay.outcome) == (AT + timedelta(hours=1), "taken_back")


def test_what_is_for_a_vendor_is_read_by_those_after_it_and_by_none_before() -> None:
    def read_by(*audience: str, private: bool = False) -> list[str]:
        return list(leads.read_by(audience, (A, B, C), private=private))

    assert read_by(to_party(A)) == [A, B, C]
    assert read_by(to_party(B)) == [B, C]
    assert read_by(to_party(C)) == [C]
    assert read_by(to_party(A), private=True) == [A]
    assert read_by(to_party(BESIDE)) == [BESIDE]
