"""For which of their teams a person speaks as staff."""

from datetime import UTC, datetime

import pytest

from contracts import ids
from contracts.events.ticketing import PersonChanged
from contracts.values import SYSTEM_PARTY
from tests.support.directories import shipped
from ticketing.domain.access import identify


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
    person = PersonChanged(
        id=ids.new("event"),
        at=datetime.now(UTC),
        municipality="vasteras",
        person="p",
        name="Ingrid Vallmark",
        role="coordinator",
        teams=teams,
    )
    assert identify(shipped("vasteras"), person).actor.party == party
