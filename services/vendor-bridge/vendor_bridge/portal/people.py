"""`python -m vendor_bridge.portal.people invite|list|remove …`: who of a vendor may sign in at the portal.

NotWritten          what was given names nobody who could be written to
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import mail
from chassis.db import create_engine
from chassis.mail import BadAddress
from chassis.settings import load
from contracts.values import Language
from vendor_bridge.settings import VendorBridgeSettings
from vendor_bridge.store import connections, portal, portal_mails
from vendor_bridge.store.directories import Directories

LONGEST: Final = 120


class NotWritten(ValueError):
    """Says what is wrong with a name or an address."""


async def invite(
    engine: AsyncEngine, municipality: str, connection: str, *, name: str, email: str, language: Language, by: str
) -> bool:
    """Lets somebody in, and mails them; False where that address may sign in already. NotWritten."""
    name, email = _checked(name, "name"), _checked(email, "address")
    try:
        mail.address(email)
    except BadAddress:
        raise NotWritten(f"{email!r} is no address of a mailbox.") from None
    now = datetime.now(UTC)
    async with engine.begin() as conn:
        person = await portal.invite(conn, municipality, connection, name, email, language, by, now)
        if person is not None:
            await portal_mails.invited(conn, person, now)
            await connections.wake(conn)  # what waited for somebody to read it goes now
    return person is not None


def _checked(text: str, what: str) -> str:
    """One line of readable characters: it stands in mails and on pages."""
    text = text.strip()
    if not text or len(text) > LONGEST or not text.isprintable():
        raise NotWritten(f"Write the {what} on one line, with at most {LONGEST} characters.")
    if what == "address" and (text.count("@") != 1 or " " in text or text.startswith("@") or text.endswith("@")):
        raise NotWritten(f"{text!r} is no address of a mailbox.")
    return text


async def listed(engine: AsyncEngine, municipality: str, connection: str) -> Sequence[Row[Any]]:
    """(id, municipality, connection, name, email, language, state, invited_by, invited_at, signed_in_at)."""
    async with engine.connect() as conn:
        return await portal.people(conn, municipality, connection)


async def remove(engine: AsyncEngine, municipality: str, connection: str, email: str) -> bool:
    """They are out at once; whether there was such a person."""
    async with engine.begin() as conn:
        return await portal.remove(conn, municipality, connection, email)


async def is_known(engine: AsyncEngine, municipality: str, connection: str) -> bool:
    """Whether the municipality's directory has that connection, as far as the bridge has heard."""
    async with engine.connect() as conn:
        return await Directories().way(conn, municipality, connection) is not None


async def _main(given: argparse.Namespace) -> int:
    engine = create_engine(load(VendorBridgeSettings).database_url, name="portal-people")
    where = (given.municipality, given.connection)
    try:
        if not await is_known(engine, *where):
            sys.exit(f"{given.municipality} has no connection {given.connection}.")
        match given.command:
            case "invite":
                who = {"name": given.name, "email": given.email, "language": given.language, "by": given.by}
                done = await invite(engine, *where, **who)
            case "remove":
                done = await remove(engine, *where, given.email)
            case _:
                for row in await listed(engine, *where):
                    sys.stdout.write(f"{row.email}\t{row.name}\t{row.state}\n")
                done = True
    except NotWritten as error:
        sys.exit(str(error))
    finally:
        await engine.dispose()
    return 0 if done else 1


def main() -> None:
    """Entry point. Exit code 1 where nothing changed."""
    parser = argparse.ArgumentParser(prog="vendor_bridge.portal.people", description=__doc__)
    parser.add_argument("command", choices=("invite", "list", "remove"))
    parser.add_argument("municipality")
    parser.add_argument("connection")
    parser.add_argument("--email", default="")
    parser.add_argument("--name", default="")
    parser.add_argument("--language", choices=("sv", "en"), default="sv")
    parser.add_argument("--by", default="operator")
    sys.exit(asyncio.run(_main(parser.parse_args())))


if __name__ == "__main__":
    main()
