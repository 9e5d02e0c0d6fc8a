"""`eskalera down`."""

import os
import signal
import time

from rich.console import Console

from eskalera.commands.options import PortBase
from eskalera.errors import LocalError
from eskalera.instances import find, running

PATIENCE = 20.0  # seconds; a stop takes 10 at most


def down(port_base: PortBase = None) -> None:
    """Stop the running system; data given by `--data` stays."""
    instance = find(port_base)
    os.kill(instance.pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while any(other.pid == instance.pid for other in running()):
        if time.monotonic() > deadline:
            raise LocalError(
                f"Process {instance.pid} did not end within {PATIENCE:.0f} s; its logs are in {instance.layout.logs}."
            )
        time.sleep(0.1)
    Console().print(f"Stopped Eskalera on {instance.layout.url(0)}.", highlight=False, soft_wrap=True)
