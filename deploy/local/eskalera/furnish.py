"""What a fresh system is given once it runs: the municipalities' directories, then the demo's tickets and work."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from typing import Protocol

from eskalera import layout as at
from eskalera.api_client import Refused
from eskalera.instances import Instance

MUNICIPALITIES = Path(__file__).parents[3] / "municipalities"
DEMO = "malarvik"
DEMO_FILES = tuple(MUNICIPALITIES / f"{name}.yaml" for name in (DEMO, "hallsberg", "vasteras", "lund", "varmdo"))
DEMO_TICKETS = MUNICIPALITIES / f"{DEMO}.tickets.jsonl"
DEMO_WORK = MUNICIPALITIES / f"{DEMO}.arbeten.yaml"
LOADED = "demo-tickets-loaded"  # a file in the data directory: the next start need not ask

PORTAL = ("lund", "lund-novaschem")
"""A vendor of the demo that has no system of its own."""
PORTAL_PERSON = ("Nadja Novak", "nadja@novaschem.example")

PEOPLE = {
    "larare": "teacher at Ekbacken",
    "tekniker": "local support",
    "samordnare": "coordinator",
    "it-ansvarig": "IT lead",
    "rektor": "principal",
    "administrator": "administrator",
}

Say = Callable[[str], None]


class Furnishing(Protocol):
    """What to do once every part is ready; the methods block and may run in threads."""

    def before_opening(self, instance: Instance, say: Say) -> None: ...
    def welcome(self, instance: Instance) -> list[str]: ...
    def wants_tickets(self, instance: Instance) -> bool: ...
    def load_tickets(self, instance: Instance, say: Say) -> None: ...


@dataclass(frozen=True)
class Municipalities:
    """The given directory files, or the demo's; with or without the demo's tickets."""

    given: tuple[Path, ...] = ()
    with_tickets: bool = True

    @property
    def files(self) -> tuple[Path, ...]:
        return self.given or DEMO_FILES

    @property
    def _with_demo(self) -> bool:
        return any(file.stem == DEMO for file in self.files)

    @property
    def _with_portal(self) -> bool:
        return any(file.stem == PORTAL[0] for file in self.files)

    def before_opening(self, instance: Instance, say: Say) -> None:
        """Apply each directory; one that is already in force changes nothing.

        One that would leave open cases behind stays out, and the system starts with what was in force (R19).
        """
        directory = import_module("eskalera.commands.directory")
        for file in self.files:
            try:
                directory.apply_file(file, instance)
            except Refused as refused:
                if refused.status != HTTPStatus.CONFLICT or not directory.is_in_force(file, instance):
                    raise
                say(f"{file} is not in force, the former one stays: {refused.details or refused.sentence}")
            else:
                say(f"Directory {file.stem} is in force.")
        if self._with_portal:
            people = import_module("eskalera.commands.vendor.people")
            name, email = PORTAL_PERSON
            people.invite(instance, *PORTAL, name=name, email=email, language="sv", by="eskalera up")

    def welcome(self, instance: Instance) -> list[str]:
        """One line per page to open, and who to sign in as."""
        url = instance.layout.url
        pages = [(f"{file.stem}: report, cases, queues", f"{url(at.TICKETING)}/{file.stem}/") for file in self.files]
        if self._with_portal:
            pages += [("Vendors without a system: the portal", f"{url(at.VENDOR_BRIDGE)}/portal")]
        pages += [("Mail that was sent", url(at.MAIL_PAGE)), ("The demo vendor's desk", url(at.DEMO_VENDOR))]
        lines = ["", "Eskalera is ready.", "", *(f"  {what:<36} {where}" for what, where in pages)]
        if self._with_demo:
            people = ", ".join(f"{name} ({role})" for name, role in PEOPLE.items())
            lines += ["", f"  Sign in as: {people}"]
        if self._with_portal:
            lines += [f"  At the portal: {PORTAL_PERSON[1]}; the link comes by mail, see {url(at.MAIL_PAGE)}"]
        return [*lines, ""]

    def wants_tickets(self, instance: Instance) -> bool:
        loaded = (instance.layout.data / LOADED).exists()
        return self.with_tickets and self._with_demo and DEMO_TICKETS.exists() and not loaded

    def load_tickets(self, instance: Instance, say: Say) -> None:
        """File the demo's tickets and planned work through the public API; what is there already is not filed again."""
        tickets = import_module("eskalera.commands.tickets")
        say(tickets.import_file(DEMO_TICKETS, municipality=DEMO, instance=instance).sentence())
        self.plan_work(instance, say)
        (instance.layout.data / LOADED).touch()

    def plan_work(self, instance: Instance, say: Say) -> None:
        """Plan the demo's recurring work of this year and the next; after the tickets, so that none waits for it."""
        work = import_module("eskalera.commands.work")
        this_year = datetime.now().astimezone().year
        for year in (this_year, this_year + 1):
            done = work.import_file(DEMO_WORK, municipality=DEMO, instance=instance, year=year)
            say(f"Planned work of {year}: {done.sentence()}")
