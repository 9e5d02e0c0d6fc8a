"""The table of all event types: what a reader may meet on the topic, and who states it."""

from types import ModuleType

from contracts.events import notifier, routing, ticketing, vendor_bridge
from contracts.events.base import Event

PRODUCERS: dict[str, ModuleType] = {
    "ticketing": ticketing,
    "routing": routing,
    "vendor-bridge": vendor_bridge,
    "notifier": notifier,
}


def _stated_in(module: ModuleType) -> list[type[Event]]:
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Event)
        and value.__module__ == module.__name__
        and "TYPE" in vars(value)
    ]


TYPES: dict[str, type[Event]] = {event.TYPE: event for module in PRODUCERS.values() for event in _stated_in(module)}
PRODUCER_OF: dict[str, str] = {
    event.TYPE: producer for producer, module in PRODUCERS.items() for event in _stated_in(module)
}
