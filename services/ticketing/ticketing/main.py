"""Composition root of ticketing: `python -m ticketing.main [--role api|worker|all]`, or `… migrate`."""

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.consumer import Consumer
from chassis.kafka import KafkaSettings
from chassis.listen import Listener
from chassis.objects import DiskStore
from chassis.relay import Relay
from chassis.service import Service
from chassis.timers import DueLoop
from chassis.web import create_app
from contracts.directory import load_holidays
from ticketing import consumer, web
from ticketing.api import PREFIX, add_api
from ticketing.api.context import Context
from ticketing.attaching import Sweeper
from ticketing.directories import Directories
from ticketing.identity import Doorkeeper
from ticketing.known import KnownProblems
from ticketing.settings import TicketingSettings
from ticketing.tokens import Tokens

NAME = "ticketing"
PACKAGES = ("chassis", "ticketing")
TOPIC = "cases"
SWEEP_SECONDS = 10.0


def application(settings: TicketingSettings, engine: AsyncEngine, directories: Directories) -> FastAPI:
    """Pages and API over one database."""
    reading = engine.execution_options(isolation_level="AUTOCOMMIT")
    doorkeeper = Doorkeeper(reading, directories, Tokens(settings.secret.get_secret_value()))
    context = Context(
        settings, engine, directories, doorkeeper, reading, DiskStore(settings.object_store), KnownProblems(reading)
    )
    page = web.error_page(context)
    app = create_app(settings, title="Ticketing", openapi_url=f"{PREFIX}/openapi.json", error_page=page)
    add_api(app, context)
    web.add_pages(app, context)
    return app


def main() -> None:
    """Wire everything, run until told to stop."""
    service = Service.start(NAME, TicketingSettings, packages=PACKAGES)
    engine, kafka = service.engine, KafkaSettings.of(service.settings)
    listener = Listener(engine)
    directories = Directories(engine, listener)
    relay = Relay(engine, kafka, kafka.topic(TOPIC), NAME)
    facts = Consumer(engine, kafka, kafka.topic(TOPIC), NAME, consumer.decode, consumer.handler(directories))
    service.on_start("directories", directories.refresh)
    service.add_app(application(service.settings, engine, directories))
    service.add_task("listener", listener.run, part=None)
    service.add_task("directories", directories.run, part=None)
    service.add_task("relay", relay.run, alive=relay.is_alive)
    sweeper = DueLoop("files", Sweeper(engine, DiskStore(service.settings.object_store)).turn, poll=SWEEP_SECONDS)
    service.add_task("files", sweeper.run, alive=sweeper.is_alive)
    service.add_task("consumer", facts.run, alive=facts.is_alive)
    service.load_early("holidays", load_holidays)
    service.run()


if __name__ == "__main__":
    main()
