"""`eskalera down`."""

import os
import signal
import time
from pathlib import Path
from typing import Annotated

import psutil
import typer
from rich.console import Console

from eskalera.commands.options import PortBase
from eskalera.errors import LocalError
from eskalera.instances import find, running

PATIENCE = 20.0  # seconds; a stop takes 10 at most


OfUp = typer.Option(hidden=True)
"""What `up` takes and `down` has no use for: the same ARGS start and stop a system."""


def down(
    port_base: PortBase = None,
    *,
    detach: Annotated[bool, typer.Option("--detach", hidden=True)] = False,
    data: Annotated[Path | None, OfUp] = None,
    municipality: Annotated[list[Path] | None, OfUp] = None,
    demo: Annotated[bool, typer.Option("--demo/--empty", hidden=True)] = True,
) -> None:
    """Stop the running system; data given by `--data` stays. The options of `up` may be given again."""
    del detach, data, municipality, demo
    instance = find(port_base)
    os.kill(instance.pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while _lives(instance.pid):
        if time.monotonic() > deadline:
            raise LocalError(
                f"Process {instance.pid} did not end within {PATIENCE:.0f} s; its logs are in {instance.layout.logs}."
            )
        time.sleep(0.1)
    running()  # forgets it, also when it was killed
    Console().print(f"Stopped Eskalera on {instance.layout.url(0)}.", highlight=False, soft_wrap=True)


def _lives(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
