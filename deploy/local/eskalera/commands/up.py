"""`eskalera up`."""

import os
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from eskalera.errors import LocalError, UsageError, last_lines
from eskalera.furnish import DEMO_FILES, Municipalities
from eskalera.instances import running, temporary_data
from eskalera.java import find_java
from eskalera.kafka_jars import jars
from eskalera.layout import LAST, Layout
from eskalera.system import System
from eskalera.terminal import Terminal
from eskalera.topology import needed_ports, topology


def up(
    *,
    detach: Annotated[bool, typer.Option("--detach", help="Return once it is ready; stop it with `down`.")] = False,
    data: Annotated[
        Path | None,
        typer.Option(help="Keep everything in this folder between starts; otherwise it is fresh each time."),
    ] = None,
    municipality: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True, dir_okay=False, help="A directory file; more than one may be given. Default: the demo's."
        ),
    ] = None,
    demo: Annotated[bool, typer.Option("--demo/--empty", help="With or without the demo's tickets.")] = True,
    port_base: Annotated[int, typer.Option(min=1024, max=65535 - LAST, help="First of the ports on 127.0.0.1.")] = 8080,
    temporary: Annotated[bool, typer.Option(hidden=True, help="Remove DATA at the end.")] = False,
) -> None:
    """Start the whole system on this machine, for real.

    Postgres, Kafka, the four services, a mail catcher that delivers nothing, and a demo vendor.

    Ctrl-C stops it all. Set DATABASE_URL or KAFKA_BOOTSTRAP_SERVERS to use a server of your own.
    """
    if data is not None and data.exists() and not data.is_dir():
        raise UsageError(f"{data} is a file; --data wants a folder.")
    home = Layout((data or temporary_data()).resolve(), port_base)
    furnishing = Municipalities(tuple(municipality or ()), with_tickets=demo)
    terminal = Terminal(Console(highlight=False, soft_wrap=True))
    # The demo's own stay in force in a data directory that had them before.
    played = tuple(dict.fromkeys((*furnishing.files, *DEMO_FILES)))
    system = System(home, partial(topology, directories=played), needed_ports(home), terminal, furnishing)
    passing = data is None or temporary
    try:
        if not os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
            find_java()  # said before anything is started
            jars(say=terminal.say)
        if detach:
            system.check()
            _start_detached(home, furnishing, temporary=passing)
            passing = False  # the detached one removes it
        else:
            system.run()
            terminal.say("Stopped.")
    finally:
        if passing:
            shutil.rmtree(home.data, ignore_errors=True)


def _start_detached(home: Layout, furnishing: Municipalities, *, temporary: bool) -> None:
    """Start `eskalera up` in a session of its own, repeat what it says until it is ready; raises when it ends first."""
    home.make()
    log = home.logs / "up.log"
    log.unlink(missing_ok=True)
    command = [sys.executable, "-m", "eskalera.cli", "up", "--data", str(home.data), f"--port-base={home.port_base}"]
    command += [part for file in furnishing.files for part in ("--municipality", str(file.resolve()))]
    command += ["--demo" if furnishing.with_tickets else "--empty", *(["--temporary"] if temporary else [])]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    try:
        _repeat_until_ready(process, log)
    except BaseException:
        process.terminate()
        process.wait()
        raise


def _repeat_until_ready(process: subprocess.Popen[bytes], log: Path) -> None:
    with log.open() as said:
        while not any(one.pid == process.pid and one.ready for one in running()):
            if process.poll() is not None:
                raise LocalError("Eskalera did not start.", last_lines(log, 12))
            typer.echo(said.read(), nl=False)
            time.sleep(0.1)
        time.sleep(0.1)  # the welcome follows the readiness
        typer.echo(said.read(), nl=False)
