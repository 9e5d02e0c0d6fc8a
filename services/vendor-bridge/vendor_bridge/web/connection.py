"""How the vendor's connection fares, and who of the vendor may sign in."""

from typing import Final

from fastapi import APIRouter, Request, Response

from chassis.look.forms import PageRoutes
from contracts.events.ticketing import ConnectionTestRequested
from contracts.reasons import in_words
from contracts.values import Actor
from vendor_bridge import by_hand
from vendor_bridge.domain.health import health_of
from vendor_bridge.store import attempts, connections, portal, portal_acts, portal_reads, remote
from vendor_bridge.web import secret
from vendor_bridge.web.forms import Token, sender_of_fresh
from vendor_bridge.web.messages import tried_of
from vendor_bridge.web.pages import Portal, Visit, go, visit
from vendor_bridge.web.views import ConnectionPage

HERE: Final = "/portal/anslutning"
TESTS_AMONG: Final = 50
"""Newest attempts that are looked through for tests."""
TESTS_SHOWN: Final = 3
_FOREVER: Final = 9000  # the year of what ends by hand only
_TROUBLES: Final = {"resting": "unreachable", "behind": "failing"}
"""Healths that the page has another word for."""


def router(context: Portal) -> APIRouter:
    """The routes."""
    routes = PageRoutes(HERE)

    @routes.get(HERE)
    async def connection(request: Request) -> Response:
        here = await visit(context, request)
        return here.show("connection", await _page(context, here))

    @routes.post(HERE + "/prov")
    async def try_it(request: Request, csrf: Token = "") -> Response:
        here = await sender_of_fresh(context, request, csrf)
        by, own = Actor(party=here.way.vendor, person=here.session.person.id), here.own
        await by_hand.ask(context.engine, ConnectionTestRequested, own.municipality, own.connection, by=by)
        return go("/portal/anslutning", "trying")

    @routes.post(HERE + "/igang")
    async def well_again(request: Request, csrf: Token = "") -> Response:
        here = await sender_of_fresh(context, request, csrf)
        async with context.engine.begin() as conn:
            await portal_acts.turn_on(conn, here.own)
            await remote.wake(conn, here.own.municipality, here.own.connection, None)
        return go(HERE, "trying")

    return routes


async def _page(context: Portal, here: Visit) -> ConnectionPage:
    connection, key = here.way.connection, (here.own.municipality, here.own.connection)
    async with context.engine.connect() as conn:
        fares = await portal_reads.fares(conn, here.own)
        standing = (await connections.standings(conn, [key]))[key]
        tried = await attempts.page(conn, here.own.municipality, here.own.connection, limit=TESTS_AMONG)
        may_rotate = await secret.may_rotate(context, conn, connection)
        people = await portal.people(conn, here.own.municipality, here.own.connection)
    health, rests = health_of(standing, here.frame.now), standing.resting_until
    return ConnectionPage(
        name=connection.name,
        profile=connection.profile,
        address=connection.url or connection.email or "",
        well=health.word == "well",
        trouble=_TROUBLES.get(health.word, health.word),
        detail=in_words(health.detail),
        until=rests if health.word != "paused" and rests is not None and rests.year < _FOREVER else None,
        pending=standing.backlog,
        oldest=fares.oldest,
        last_taken=standing.last_taken,
        last_heard=fares.last_heard,
        people=tuple((row.name, row.email, row.signed_in_at) for row in people),
        pushed=here.is_pushed,
        tests=tuple(tried_of(one) for one in tried if one.why == "tested")[:TESTS_SHOWN],
        stories=standing.stories,
        stories_since=standing.stories_since,
        stories_reason=in_words(standing.stories_reason or ""),
        former_until=context.secrets.former_until(connection.secret_ref, here.frame.now),
        may_rotate=may_rotate,
        has_secret=bool(connection.secret_ref) and bool(context.secrets.of(connection.secret_ref)),
    )
