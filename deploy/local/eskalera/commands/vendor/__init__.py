"""`eskalera vendor`: what connects a vendor, tries the connection and keeps it well."""

import typer

from eskalera.commands.vendor import check, quarantine, sandbox

vendor = typer.Typer(help="A vendor's connection.", rich_markup_mode=None)
vendor.command("sandbox")(sandbox.sandbox)
vendor.command("check")(check.check)
vendor.add_typer(quarantine.quarantine, name="quarantine", no_args_is_help=True)
