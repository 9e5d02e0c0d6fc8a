"""The table of who reads what is the one that the services' consumers really have."""

from collections.abc import Iterator

import pytest

from contracts.events.base import Event
from contracts.events.readers import FOR_THE_RECORD, READERS, readers_of
from contracts.events.registry import PRODUCER_OF, TYPES
from notifier.consumer import HEARD as NOTIFIER
from routing.consumer import HEARD as ROUTING
from ticketing.domain import fold, narrate, reported
from vendor_bridge import consumer as bridge


def taken_by_ticketing() -> Iterator[str]:
    """What it folds, what it tells, and what ends a person's command."""
    events: tuple[type[Event], ...] = (*fold.FOLDS, *narrate._NARRATORS, *reported.HEARD)
    yield from (event.TYPE for event in events)
    yield from (name for name, event in TYPES.items() if "request_id" in event.model_fields)


REALLY = {
    "ticketing": {name for name in taken_by_ticketing() if PRODUCER_OF[name] != "ticketing"},
    "routing": set(ROUTING),
    "vendor-bridge": set(TYPES) - bridge._UNINTERESTING,
    "notifier": set(NOTIFIER),
}


@pytest.mark.parametrize("service", REALLY)
def test_a_service_takes_in_what_the_table_says(service: str) -> None:
    assert set(READERS[service]) == REALLY[service], "bring contracts/events/readers.py up to date, then generate"


@pytest.mark.parametrize("name", sorted(TYPES))
def test_a_type_has_a_reader_or_is_stated_for_the_record(name: str) -> None:
    assert bool(readers_of(name)) is (name not in FOR_THE_RECORD)
    assert PRODUCER_OF[name] not in readers_of(name)
