"""The `eskalera` command: each command or group of commands is one module, registered in one line below.

A line names a typer function (a command) or a `typer.Typer` (a group). Only the module of the command that is called
is imported, so that `eskalera --help` answers at once. Exit codes: 0 done, 1 it failed, 2 the command was wrong.
"""

import errno
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

import typer


class Entry(NamedTuple):
    name: str
    target: str  # module:attribute
    summary: str


COMMANDS = (
    Entry("up", "eskalera.commands.up:up", "Start the whole system on this machine, for real."),
    Entry("down", "eskalera.commands.down:down", "Stop the running system."),
    Entry("status", "eskalera.commands.status:status", "Show what runs, whether it is ready, and its memory."),
    Entry(
        "directory", "eskalera.commands.directory:directory", "Check, compare, explain, apply a municipality's file."
    ),
    Entry("tickets", "eskalera.commands.tickets:tickets", "File tickets from a file; follow one through the system."),
    Entry("person", "eskalera.commands.person:person", "Erase who somebody is, and what they reported."),
    Entry("work", "eskalera.commands.work:work", "Plan a year's recurring work from its calendar file."),
    Entry("token", "eskalera.commands.token:token", "A bearer token for the API or for a vendor's connection."),
    Entry("dlq", "eskalera.commands.dlq:dlq", "Messages that a service could not handle."),
    Entry("replay", "eskalera.commands.replay:replay", "Rebuild a service's state from what was said."),
    Entry("bundle", "eskalera.commands.bundle:bundle", "Prove a hand-off bundle whole."),
    Entry("vendor", "eskalera.commands.vendor:vendor", "Try a vendor's connection, and keep it well."),
    Entry("grouping", "eskalera.commands.grouping:grouping", "How well tickets are grouped by their cause."),
    Entry("logs", "eskalera.commands.logs:logs", "Show the logs of the running system."),
)


def build(arguments: Sequence[str]) -> typer.Typer:
    """The app in which the command that `arguments` call is whole, and every other only a name and a summary."""
    app = typer.Typer(
        name="eskalera",
        help="Eskalera: one case, from the classroom to the vendor and back.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # help in rich boxes costs more than the rest of the program
    )
    app.callback()(_no_options)
    called = next((argument for argument in arguments if not argument.startswith("-")), None)
    for entry in COMMANDS:
        if entry.name != called:
            app.command(entry.name, help=entry.summary)(_only_named)
            continue
        module, _, attribute = entry.target.partition(":")
        target = getattr(import_module(module), attribute)
        if isinstance(target, typer.Typer):
            app.add_typer(target, name=entry.name, help=entry.summary, no_args_is_help=True)
        else:
            app.command(entry.name, help=target.__doc__ or entry.summary)(target)
    return app


def main() -> None:
    """Entry point; a `LocalError` is one sentence on standard error, never a traceback."""
    from eskalera.errors import LocalError

    try:
        build(sys.argv[1:])()
    except LocalError as error:
        sys.stderr.write(f"eskalera: {error.sentence}\n")
        if error.details:
            sys.stderr.write("".join(f"  {line}\n" for line in error.details.splitlines()))
        sys.exit(error.exit_code)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sys.stderr.write(f"eskalera: The disk is full ({error.filename}): make room, then try again.\n")
        sys.exit(1)


def _no_options() -> None:
    """Keeps typer from making a single command the whole program."""


def _only_named() -> None:
    """Stands for a command in the list of commands."""


if __name__ == "__main__":
    main()
