"""`eskalera logs`."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from eskalera.commands.options import PortBase
from eskalera.errors import UsageError, last_lines
from eskalera.instances import find, running

LINES = 40
POLL = 0.2


def logs(
    service: Annotated[str | None, typer.Argument(help="One service; all without.")] = None,
    *,
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Keep printing what comes.")] = False,
    port_base: PortBase = None,
) -> None:
    """Show the last lines of the logs."""
    instance = find(port_base)
    files = {path.stem: path for path in sorted(instance.layout.logs.glob("*.log"))}
    if service is not None:
        if service not in files:
            raise UsageError(f"There is no log of {service}; there are logs of {', '.join(files)}.")
        files = {service: files[service]}
    for name, path in files.items():
        for line in last_lines(path, LINES).splitlines():
            _print(name, line, alone=service is not None)
    if not follow:
        return
    followers = {name: _follow(path) for name, path in files.items()}
    while any(other.pid == instance.pid for other in running()):
        for name, follower in followers.items():
            for line in next(follower):
                _print(name, line, alone=service is not None)
        time.sleep(POLL)


def _follow(path: Path) -> Iterator[list[str]]:
    """At each step the whole lines that came since the step before."""
    with path.open("rb") as file:
        file.seek(0, 2)
        rest = b""
        while True:
            *whole, rest = (rest + file.read()).split(b"\n")
            yield [line.decode(errors="replace") for line in whole]


def _print(name: str, line: str, *, alone: bool) -> None:
    typer.echo(line if alone else f"{name} | {line}")
