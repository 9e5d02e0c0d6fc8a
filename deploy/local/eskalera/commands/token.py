"""`eskalera token`: a bearer token for the JSON API, or for a vendor's connection."""

import re
from datetime import timedelta
from typing import Annotated

import typer

from eskalera import api_client, known
from eskalera.commands.options import PortBase
from eskalera.errors import UsageError
from eskalera.instances import find
from vendor_bridge import tokens as connection_tokens

_LENGTH = re.compile(r"^(\d{1,4})([mhd])$")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def token(
    as_person: Annotated[str | None, typer.Option("--as", help="A person of the directory, such as larare.")] = None,
    connection: Annotated[str | None, typer.Option(help="A vendor's connection, such as demo-vendor.")] = None,
    municipality: Annotated[
        str, typer.Option("--municipality", "-m", help="Whose person or connection it is.")
    ] = "malarvik",
    ttl: Annotated[str, typer.Option(help="How long it holds: 30m, 1h, 7d.")] = "1h",
    port_base: PortBase = None,
) -> None:
    """A bearer token, on standard output; who can read the local data may have one.

    Exit code 1 for a person or a connection that the municipality does not have.
    """
    if (as_person is None) == (connection is None):
        raise UsageError("Say whom the token is for: `--as PERSON` or `--connection NAME`.")
    length = _length(ttl)
    instance = find(port_base)
    if connection is not None:
        known.require_connection(instance, municipality, connection)
        secret = instance.layout.secret("vendor-bridge")
        typer.echo(connection_tokens.issue(secret, connection, municipality=municipality, ttl=length))
    elif as_person is not None:
        known.require_person(instance, municipality, as_person)
        typer.echo(api_client.token(instance, municipality, as_person, ttl=length))


def _length(text: str) -> timedelta:
    found = _LENGTH.match(text)
    if found is None or int(found[1]) == 0:
        raise UsageError(f"{text!r} is no length of time: write it such as 30m, 1h or 7d.")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
