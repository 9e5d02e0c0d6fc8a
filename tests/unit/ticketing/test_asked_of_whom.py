"""Whom one may ask about a report: persons, and another Eskalera that has not got the case back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ticketing.domain.asking import hears, may_be_asked
from ticketing.domain.state import Handoff, Ticket

NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
OTHER = "vendor:malarvik"


def ticket(reporter: str = OTHER, *, by_peer: bool = True, state: Any = "open") -> Ticket:
    told: dict[str, Any] = dict.fromkeys(
        ("reporter_role", "unit", "room", "service", "asset", "source", "external_id", "same_as")
    )
    about: dict[str, Any] = {"title": "Nere", "description": "", "language": "sv", "school": "ekbacken", "urgency": 2}
    at: dict[str, Any] = {"occurred_at": NOW, "filed_at": NOW}
    who: dict[str, Any] = {"id": "tk_1", "municipality": "hallsberg", "number": "HAL-1", "reporter": reporter}
    return Ticket(**told, **about, **at, **who, kind="incident", state=state, by_peer=by_peer)


def stays(*ended: tuple[str, Any]) -> list[Handoff]:
    """(vendor, state) of the incident's hand-offs, the oldest first."""
    return [
        Handoff(f"ho_{n}", "hallsberg", "in_1", vendor, "y", "lead", state, NOW + timedelta(hours=n))
        for n, (vendor, state) in enumerate(ended)
    ][::-1]


def test_a_person_is_asked_and_a_vendor_of_another_make_is_not() -> None:
    assert hears(ticket("pe_larare", by_peer=False), ())
    assert not hears(ticket(by_peer=False), ())
    assert hears(ticket(), ())


@pytest.mark.parametrize(
    "state", ["offered", "acknowledged", "taken_back", "completed", "released", "returned", "failed"]
)
def test_who_has_it_back_is_asked_once_it_has_come_again(state: str) -> None:
    asked = state in ("returned", "failed")
    assert hears(ticket(), stays((OTHER, state))) is asked
    assert hears(ticket(), stays((OTHER, "taken_back"), (OTHER, state))) is asked, "the last one counts"
    assert hears(ticket(), stays((OTHER, "returned"), ("vendor:network", state))), "another's is none of its business"


def test_of_what_is_over_nobody_is_asked() -> None:
    assert may_be_asked(ticket(), ())
    assert not may_be_asked(ticket(state="withdrawn"), ())
