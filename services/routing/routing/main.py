"""Composition root of routing: `python -m routing.main [--role worker|all]`, or `… migrate`."""

from chassis.consumer import Consumer
from chassis.kafka import KafkaSettings
from chassis.relay import Relay
from chassis.service import Service
from contracts.directory import load_holidays
from routing import consumer
from routing.settings import RoutingSettings
from routing.store.erasure import redact_failed
from routing.timers import Timers

NAME = "routing"
PACKAGES = ("chassis", "routing")
TOPIC = "cases"


def main() -> None:
    """Wire everything, run until told to stop. Routing answers on its management port only."""
    service = Service.start(NAME, RoutingSettings, packages=PACKAGES)
    engine = service.engine
    kafka = KafkaSettings.of(service.settings)
    relay = Relay(engine, kafka, kafka.topic(TOPIC), NAME)
    events = Consumer(
        engine, kafka, kafka.topic(TOPIC), NAME, consumer.decode, consumer.handlers().handle, parked=redact_failed
    )
    service.add_task("relay", relay.run, alive=relay.is_alive)
    service.add_task("consumer", events.run, alive=events.is_alive)
    timers = Timers(engine)
    service.add_task("timers", timers.run, alive=timers.is_alive)
    service.add_readiness("consumer", events.is_consuming)
    service.load_early("holidays", load_holidays)
    service.run()


if __name__ == "__main__":
    main()
