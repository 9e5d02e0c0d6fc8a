"""For which of their teams a person speaks as staff."""

from datetime import UTC, datetime

import pytest

from contracts import ids
from contracts.events.ticketing import PersonChanged
from contracts.values import SYSTEM_PARTY
from tests.support.directories import shipped
from ticketing.domain.access import Identity, acts_as, calls_as, identify


def known(*teams: str) -> Identity:
    """Somebody of Västerås in these teams."""
    person = PersonChanged(
        id=ids.new("event"),
        at=datetime.now(UTC),
        municipality="vasteras",
        person="p",
        name="Ingrid Vallmark",
        role="coordinator",
        teams=teams,
    )
    return identify(shipped("vasteras"), person)


@pytest.mark.parametrize(
    ("teams", "party"),
    [
        (("samordnaren", "buf-behov"), "team:samordnaren"),
        (("buf-behov", "samordnaren"), "team:samordnaren"),
        (("ikt-itf", "buf-behov"), "team:buf-behov"),
        ((), SYSTEM_PARTY),
    ],
)
def test_v8_who_is_in_the_coordinators_team_speaks_for_it_whatever_else_they_are_in(
    teams: tuple[str, ...], party: str
) -> None:
    """As another team they could take nothing to a vendor, and would be told to ask the coordinator."""
    assert known(*teams).actor.party == party


@pytest.mark.parametrize(
    ("teams", "holder", "party", "calls"),
    [
        (("ikt-itf", "buf-behov"), "team:ikt-itf", "team:ikt-itf", "team:ikt-itf"),
        (("ikt-itf", "buf-behov"), "team:samordnaren", "team:buf-behov", "team:buf-behov"),
        (("samordnaren", "buf-behov"), "team:buf-behov", "team:buf-behov", "team:samordnaren"),
        (("samordnaren", "buf-behov"), "vendor:cgi", "team:samordnaren", "team:samordnaren"),
        (("samordnaren", "buf-behov"), None, "team:samordnaren", "team:samordnaren"),
        ((), "team:ikt-itf", SYSTEM_PARTY, SYSTEM_PARTY),
    ],
)
def test_who_is_in_the_team_that_holds_a_case_works_with_it_as_that_team_and_calls_vendors_as_the_coordinator(
    teams: tuple[str, ...], holder: str | None, party: str, calls: str
) -> None:
    """As another team they took the case on for somebody else: its promise stayed open."""
    assert acts_as(known(*teams), holder).party == party
    assert calls_as(known(*teams), holder, shipped("vasteras").coordinator).party == calls
