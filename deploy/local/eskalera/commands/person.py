"""`eskalera person`: erase who somebody is, and what they reported, through the public API."""

import json
from typing import Annotated, Any, get_args
from urllib.parse import quote

import typer

from contracts.values import ErasureReason
from eskalera import api_client
from eskalera.commands.options import PortBase
from eskalera.errors import LocalError, UsageError
from eskalera.instances import Instance, find

person = typer.Typer(help="People of a municipality.", rich_markup_mode=None)

REASONS = get_args(ErasureReason)
ORDER = (
    "First take them out of the people file and put it in force with `eskalera directory apply`: no file that has them "
    "is taken any more."
)
STILL_LISTED = (
    "Look: they stood in the people file that is in force. Take them out of it now: no file that has them is taken any "
    "more. The order is: out of the file, `directory apply`, then `person erase`."
)


@person.callback()
def _group() -> None:
    """One command for now, called by its name."""


@person.command("erase")
def erase_command(
    who: Annotated[str, typer.Argument(metavar="PERSON", help="The person's id.")],
    municipality: Annotated[str, typer.Option("--municipality", "-m", help="Whose person it is.")],
    reason: Annotated[str, typer.Option(help=f"Why: {', '.join(REASONS)}.")],
    last_coordinator: Annotated[
        bool, typer.Option("--last-coordinator", help="Also the only coordinator of the people file in force.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    port_base: PortBase = None,
) -> None:
    """Erase name and address everywhere, and all that the person's own tickets tell, at vendors too. For good.

    Take the person out of the municipality's people file first, and apply it; whom the file in force still has is told.
    Lists what others wrote of these cases: read it, and erase by hand what tells of the person. A second run erases
    nothing more. Exit code 1 for somebody whom the municipality does not know, and for the only coordinator of the
    people file in force: put somebody else into that team first, and apply the file.
    """
    if reason not in REASONS:
        raise UsageError(f"{reason!r} is no reason: choose one of {', '.join(REASONS)}.")
    if not yes and not as_json:
        typer.echo(ORDER, err=True)
        typer.confirm(f"Erase {who!r} of {municipality!r} and all their tickets? It cannot be undone", abort=True)
    gone = erase(who, municipality, reason, find(port_base), last_coordinator=last_coordinator)
    if as_json:
        typer.echo(json.dumps(gone))
        return
    if gone["in_people_file"]:
        typer.echo(STILL_LISTED, err=True)
    typer.echo(
        f"Erased, with {len(gone['tickets'])} of their tickets." if gone["erased"] else "Nothing was left to erase."
    )
    for entry in gone["written_by_others"]:
        typer.echo(
            f"  look at {entry['case']} entry {entry['seq']}: {entry['kind']} of {entry['party']}, {entry['at']}"
        )


def erase(
    who: str, municipality: str, reason: str, instance: Instance, *, last_coordinator: bool = False
) -> dict[str, Any]:
    """What came of it; LocalError for somebody unknown, and what the API refuses."""
    body = {"reason": reason} | ({"last_coordinator": True} if last_coordinator else {})
    with api_client.client(instance, api_client.token(instance, municipality)) as http:
        try:
            path = f"/persons/{quote(who, safe='')}/erase"
            gone: dict[str, Any] = api_client.send(http, "POST", path, json=body)
        except api_client.Refused as refused:
            if refused.status == 404:
                raise LocalError(f"{municipality!r} knows nobody of the id {who!r}.", "") from refused
            said = refused.sentence.replace("`last_coordinator`", "`person erase --last-coordinator`")  # the API's name
            raise api_client.Refused(said, refused.details, refused.status, refused.problem) from refused
    return gone
