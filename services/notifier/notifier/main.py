"""Composition root of the notifier: `python -m notifier.main [--role worker|all]`, or `… migrate`."""

from chassis.consumer import UNHURRIED, Consumer
from chassis.kafka import KafkaSettings
from chassis.listen import Listener
from chassis.mail import Sender
from chassis.relay import Relay
from chassis.service import Service
from chassis.smtp import MailServer
from notifier.consumer import NAME, decode
from notifier.delivery import Delivery, Office
from notifier.handlers import handle
from notifier.settings import NotifierSettings
from notifier.store import erasure, worlds

PACKAGES = ("chassis", "notifier")
TOPIC = "cases"


def main() -> None:
    """Wire everything, run until told to stop. The notifier answers on its management port only."""
    service = Service.start(NAME, NotifierSettings, packages=PACKAGES)
    settings, engine = service.settings, service.engine
    server = MailServer.parse(settings.smtp_url.get_secret_value(), settings.smtp_cafile)
    office = Office(server, Sender.parse(settings.sender), settings.pages_url)
    kafka = KafkaSettings.of(settings)
    listener = Listener(engine)
    delivery = Delivery(engine, office, wake=listener.wake(worlds.CHANNEL))
    relay = Relay(engine, kafka, kafka.topic(TOPIC), NAME)
    events = Consumer(
        engine, kafka, kafka.topic(TOPIC), NAME, decode, handle, policy=UNHURRIED, parked=erasure.redact_failed
    )
    service.add_task("listener", listener.run)
    service.add_task("delivery", delivery.run, alive=delivery.is_alive)
    service.add_task("relay", relay.run, alive=relay.is_alive)
    service.add_task("consumer", events.run, alive=events.is_alive)
    service.add_readiness("consumer", events.is_consuming)
    service.run()


if __name__ == "__main__":
    main()
