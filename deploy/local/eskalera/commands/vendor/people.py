"""`eskalera vendor invite|people|remove`: who of a vendor may sign in at the portal."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.db import create_engine
from contracts.values import Language
from eskalera import known
from eskalera import layout as at
from eskalera.commands.options import PortBase
from eskalera.errors import LocalError, UsageError
from eskalera.instances import Instance, find
from vendor_bridge.portal import people

T = TypeVar("T")
Connection = Annotated[str, typer.Argument(help="The connection's name, such as lund-fronter.")]
Municipality = Annotated[str, typer.Option("--municipality", "-m", help="Whose connection it is.")]
Email = Annotated[str, typer.Option(help="Address that the links are mailed to.")]


def invite_command(
    connection: Connection,
    municipality: Municipality,
    name: Annotated[str, typer.Option(help="What the person is called.")],
    email: Email,
    language: Annotated[str, typer.Option(help="sv or en, of mails and pages.")] = "sv",
    by: Annotated[str, typer.Option(help="Who invites, for the record.")] = "operator",
    port_base: PortBase = None,
) -> None:
    """Let somebody of a vendor sign in at the portal, and mail them where it is.

    They see the cases, messages and state of that connection in that municipality, and nothing else.
    """
    if language not in ("sv", "en"):
        raise UsageError(f"{language!r} is no language here: write sv or en.")
    instance = find(port_base)
    known.require_connection(instance, municipality, connection)
    spoken: Language = "en" if language == "en" else "sv"
    if not invite(instance, municipality, connection, name=name, email=email, language=spoken, by=by):
        raise LocalError(f"{email} may sign in for {connection} already.")
    typer.echo(f"{name} may sign in at {instance.layout.url(at.VENDOR_BRIDGE)}/portal; a mail is on its way.")


def people_command(
    connection: Connection,
    municipality: Municipality,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    port_base: PortBase = None,
) -> None:
    """Who may sign in for a connection, who invited them, and when they last came."""
    instance = find(port_base)
    known.require_connection(instance, municipality, connection)
    rows = _run(instance, lambda engine: people.listed(engine, municipality, connection))
    shown = [
        {
            "email": row.email,
            "name": row.name,
            "language": row.language,
            "state": row.state,
            "invited_by": row.invited_by,
            "signed_in_at": row.signed_in_at.isoformat() if row.signed_in_at else None,
        }
        for row in rows
    ]
    if as_json:
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    for one in shown:
        seen = f"last here {one['signed_in_at']}" if one["signed_in_at"] else "not here yet"
        typer.echo(f"{one['email']}  {one['name']}, invited by {one['invited_by']}, {seen}")
    if not shown:
        typer.echo(f"Nobody may sign in for {connection}.")


def remove_command(
    connection: Connection, municipality: Municipality, email: Email, port_base: PortBase = None
) -> None:
    """Let somebody in no longer, and forget them; who is signed in is out at once."""
    instance = find(port_base)
    known.require_connection(instance, municipality, connection)
    if not _run(instance, lambda engine: people.remove(engine, municipality, connection, email)):
        raise LocalError(f"Nobody with the address {email} may sign in for {connection}.")
    typer.echo(f"{email} is out.")


def invite(
    instance: Instance, municipality: str, connection: str, *, name: str, email: str, language: Language, by: str
) -> bool:
    """False where that address may sign in already; UsageError for what is no name or address."""
    try:
        return _run(
            instance,
            lambda engine: people.invite(
                engine, municipality, connection, name=name, email=email, language=language, by=by
            ),
        )
    except people.NotWritten as error:
        raise UsageError(str(error)) from None


def _run(instance: Instance, work: Callable[[AsyncEngine], Awaitable[T]]) -> T:
    async def go() -> T:
        engine = create_engine(instance.databases["vendor_bridge"], name="eskalera-vendor")
        try:
            return await work(engine)
        finally:
            await engine.dispose()

    return asyncio.run(go())
