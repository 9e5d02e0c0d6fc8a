"""`eskalera vendor`: what connects a vendor, tries the connection and keeps it well."""

import typer

from eskalera.commands.vendor import check, control, people, quarantine, sandbox

vendor = typer.Typer(help="A vendor's connection.", rich_markup_mode=None)
vendor.command("sandbox")(sandbox.sandbox)
vendor.command("check")(check.check)
vendor.add_typer(quarantine.quarantine, name="quarantine", no_args_is_help=True)
vendor.command("list")(control.list_command)
vendor.command("pause")(control.pause_command)
vendor.command("resume")(control.resume_command)
vendor.command("test")(control.try_command)
vendor.command("resend")(control.resend_command)
vendor.command("replay")(control.replay_command)
vendor.command("log")(control.log_command)
vendor.command("rotate")(control.rotate_command)
vendor.command("invite")(people.invite_command)
vendor.command("people")(people.people_command)
vendor.command("remove")(people.remove_command)
