"""What a fresh system is given once it runs: the municipalities' directories, then the demo's tickets and work."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from typing import Protocol

from eskalera import layout as at
from eskalera.api_client import Refused
from eskalera.instances import Instance
from eskalera.layout import Layout

MUNICIPALITIES = Path(__file__).parents[3] / "municipalities"
DEMO = "malarvik"
DEMO_FILES = tuple(MUNICIPALITIES / f"{name}.yaml" for name in (DEMO, "hallsberg", "vasteras", "lund", "varmdo"))
DEMO_TICKETS = MUNICIPALITIES / f"{DEMO}.tickets.jsonl"
DEMO_WORK = MUNICIPALITIES / f"{DEMO}.arbeten.yaml"
APPLIED = "directories-applied.json"
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
    """What to do once every part is ready; the methods block and may run in threads. `check`: before any is started."""

    def check(self) -> None: ...
    def before_opening(self, instance: Instance, say: Say) -> None: ...
    def welcome(self, instance: Instance) -> list[str]: ...
    def wants_tickets(self, instance: Instance) -> bool: ...
    def load_tickets(self, instance: Instance, say: Say) -> None: ...


@dataclass(frozen=True)
class Applied:
    """How the directory files were when `eskalera up` last put them in force: `{path: digest}`."""

    file: Path
    digests: dict[str, str]

    @classmethod
    def of(cls, home: Layout) -> "Applied":
        file = home.data / APPLIED
        try:
            known = json.loads(file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):  # none yet, or cut short: they are applied once more
            known = {}
        return cls(file, known if isinstance(known, dict) else {})

    def has(self, directory: Path) -> bool:
        """Whether that file is as it was."""
        known = self.digests.get(str(directory.resolve()))
        return known is not None and known == _digest(directory)

    def note(self, directory: Path) -> None:
        self.digests[str(directory.resolve())] = _digest(directory)
        self.file.write_text(json.dumps(self.digests, indent=2), encoding="utf-8")


def _digest(directory: Path) -> str:
    """Of a directory and the people beside it, who go with it."""
    people_file = import_module("eskalera.commands.directory").people_file
    people = people_file(directory)
    parts = [directory.read_bytes(), people.read_bytes() if people.is_file() else b""]
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


@dataclass(frozen=True)
class Municipalities:
    """The given directory files, or the demo's; with or without the demo's tickets."""

    given: tuple[Path, ...] = ()
    with_tickets: bool = True

    @property
    def files(self) -> tuple[Path, ...]:
        return self.given or DEMO_FILES

    def check(self) -> None:
        """A given file with errors: LocalError."""
        _ = self.ids

    @cached_property
    def ids(self) -> dict[Path, str]:
        """The municipality of each file; a shipped file has its name."""
        if not self.given:
            return {file: file.stem for file in self.files}
        read = import_module("eskalera.commands.directory").read_all_or_fail
        return {file: known.id for file, known in read(self.given).items()}

    @property
    def _with_demo(self) -> bool:
        return any(file.stem == DEMO for file in self.files)

    @property
    def _with_portal(self) -> bool:
        return any(file.stem == PORTAL[0] for file in self.files)

    def before_opening(self, instance: Instance, say: Say) -> None:
        """Apply each directory whose file has changed since it was last applied here.

        What the operator has put in force from elsewhere stays.

        One that would leave open cases behind stays out, and the system starts with what was in force (R19).
        """
        directory = import_module("eskalera.commands.directory")
        applied = Applied.of(instance.layout)
        for file in self.files:
            if applied.has(file) and directory.is_in_force(file, instance):
                say(f"{file} is as it was when it was put in force; what is in force now stays.")
                continue
            try:
                directory.apply_file(file, instance)
            except Refused as refused:
                if refused.status != HTTPStatus.CONFLICT or not directory.is_in_force(file, instance):
                    raise
                say(f"{file} is not in force, the former one stays: {refused.details or refused.sentence}")
            else:
                applied.note(file)
                say(f"Directory {self.ids[file]} is in force.")
        if self._with_portal:
            people = import_module("eskalera.commands.vendor.people")
            name, email = PORTAL_PERSON
            people.invite(instance, *PORTAL, name=name, email=email, language="sv", by="eskalera up")

    def welcome(self, instance: Instance) -> list[str]:
        """One line per page to open, and who to sign in as."""
        url = instance.layout.url
        pages = [(f"{id_}: report, cases, queues", f"{url(at.TICKETING)}/{id_}/") for id_ in self.ids.values()]
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
