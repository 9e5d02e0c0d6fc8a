"""`eskalera vendor`: what connects a vendor, tries the connection and keeps it well."""

import typer

from eskalera.commands.vendor import check, sandbox

vendor = typer.Typer(help="A vendor's connection.", rich_markup_mode=None)
vendor.command("sandbox")(sandbox.sandbox)
vendor.command("check")(check.check)
