"""A new secret for a webhook connection, made by a person of the vendor: shown once, told to all who may sign in.

A form is good for one: it names the secret that it is to follow. Sent again, by a reload or somebody else's page, it
makes none, since two hold at most, and the one in use might be the one to go; that a third ends the oldest is said
before it is made.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import logs
from chassis.look.forms import PageRoutes
from chassis.look.words import say
from contracts.directory import Connection
from vendor_bridge.secret_store import SecretsUnwritable
from vendor_bridge.store import portal, portal_acts, portal_mails
from vendor_bridge.web.forms import Choice, Token, sender_of_fresh
from vendor_bridge.web.pages import Portal, Visit, not_found, now, visit
from vendor_bridge.web.views import SecretPage

HERE: Final = "/portal/anslutning/ny-nyckel"

log = logs.get(__name__)


def router(context: Portal) -> APIRouter:
    """The routes."""
    routes = PageRoutes(HERE)

    @routes.get(HERE)
    async def ask(request: Request) -> Response:
        here = await visit(context, request)
        ref, at = _ref(here), now()
        return here.show("secret", _before(context, ref, at))

    @routes.post(HERE)
    async def make(request: Request, csrf: Token = "", follows: Choice = "") -> Response:
        here = await sender_of_fresh(context, request, csrf)
        ref, at = _ref(here), now()
        async with context.engine.begin() as conn:
            await portal_acts.take_turn(conn, ref)
            ways = [way for way in await context.directories.all_ways(conn) if way.connection.secret_ref == ref]
            if any(way.connection.name != here.own.connection for way in ways):
                return here.show("secret", SecretPage(wrong=say("secret.shared")), 409)
            newest = context.secrets.fingerprint(ref, at)
            if follows != newest:
                return here.show("secret", replace(_before(context, ref, at), is_done=True))
            try:
                made = context.secrets.rotate(ref, at)
            except SecretsUnwritable as error:
                log.warning("secret_not_rotated", connection=here.own.connection, reason=str(error))
                return here.show("secret", SecretPage(follows=newest, wrong=say("secret.unwritable")), 409)
            # Another municipality of the same name has the same vendor: its people hear of it too.
            people = [
                person.id for way in ways for person in await portal.people(conn, way.municipality, way.connection.name)
            ]
            await portal_mails.rotated(conn, people, here.session.person.name, at)
        log.info("secret_rotated", connection=here.own.connection, secret_ref=ref, person=here.session.person.id)
        return here.show("secret", SecretPage(made=made, former_until=context.secrets.former_until(ref, at)))

    return routes


async def may_rotate(context: Portal, conn: AsyncConnection, connection: Connection) -> bool:
    """Whether a person of the vendor may be offered to change its key: the form would not refuse it."""
    ref = connection.secret_ref
    if connection.profile != "webhook" or not ref or not context.secrets.is_writable:
        return False
    ways = await context.directories.all_ways(conn)
    return all(way.connection.name == connection.name for way in ways if way.connection.secret_ref == ref)


def _before(context: Portal, ref: str, at: datetime) -> SecretPage:
    """The form, and until when a former secret holds already."""
    return SecretPage(follows=context.secrets.fingerprint(ref, at), former_until=context.secrets.former_until(ref, at))


def _ref(here: Visit) -> str:
    """What the directory calls the connection's secret; only webhooks are signed."""
    connection = here.way.connection
    if connection.profile != "webhook" or not connection.secret_ref:
        raise not_found()
    return connection.secret_ref
