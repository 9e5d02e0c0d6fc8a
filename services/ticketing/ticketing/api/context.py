"""What routes work with: wired once in `main.py`."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.objects import ObjectStore
from ticketing.directories import Directories
from ticketing.identity import Doorkeeper
from ticketing.known import KnownProblems
from ticketing.settings import TicketingSettings


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of the running service."""

    settings: TicketingSettings
    engine: AsyncEngine
    directories: Directories
    doorkeeper: Doorkeeper
    reading: AsyncEngine
    """The same pool for questions of single statements: no transaction around them, which halves the round trips."""
    objects: ObjectStore
    """Where the bytes of people's files lie."""
    known: KnownProblems
