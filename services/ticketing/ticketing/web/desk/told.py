"""What became of what was asked of a case, for as long as it is news: what each did stands in the history."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from ticketing.domain.state import Command

SHOWN = 3
DONE = timedelta(minutes=10)
"""How long it is said that something was done …"""
REFUSED = timedelta(hours=1)
"""… and, to who asked, that it was not, where it is not done since."""


def told(commands: Iterable[Command], person: str, now: datetime) -> list[Command]:
    """Of the newest first: what waits, what this person was refused and is not done since, and what was just done,
    each once.
    """
    shown: list[Command] = []
    done: set[str] = set()
    for command in commands:
        if command.state == "refused" and command.person != person:
            continue
        age = now - (command.decided_at or command.asked_at)
        if command.state == "pending" or (
            command.type not in done and age < (DONE if command.state == "done" else REFUSED)
        ):
            shown.append(command)
        if command.state == "done":
            done.add(command.type)
    return shown[:SHOWN]
