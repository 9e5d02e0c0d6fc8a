"""The log of what the vendor was told: state, attempts, status, time, excerpt; one message with its content."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row

from chassis.look.forms import PageRoutes
from contracts.events.ticketing import ConnectionResendRequested
from contracts.reasons import in_words
from contracts.values import Actor
from vendor_bridge import by_hand
from vendor_bridge.domain.compose import title_of
from vendor_bridge.domain.state import Incident
from vendor_bridge.store import attempts, portal_acts, portal_reads
from vendor_bridge.store.attempts import Attempt
from vendor_bridge.web.forms import Token, sender_of_fresh
from vendor_bridge.web.pages import Portal, Visit, go, not_found, visit
from vendor_bridge.web.views import HOME, MessagePage, MessageRow, MessagesPage, Tried

HERE: Final = "/portal/meddelanden"
ROWS_SHOWN: Final = 50
ATTEMPTS_SHOWN: Final = 200
SHOWN: Final = 200_000
"""Characters of a message's content on its page."""


def router(context: Portal) -> APIRouter:
    """The routes."""
    routes = PageRoutes(HERE)

    @routes.get(HERE)
    async def messages(
        request: Request,
        visa: Annotated[str, Query(max_length=20)] = "alla",
        fore: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    ) -> Response:
        here = await visit(context, request)
        async with context.engine.connect() as conn:
            found = await portal_reads.messages(conn, here.own, which=visa, before=fore, limit=ROWS_SHOWN + 1)
            about = await portal_reads.about(conn, [row.handoff for row in found])
            numbers = await portal_reads.numbers(conn, about.values())
        shown = found[:ROWS_SHOWN]
        older = None
        if len(found) > ROWS_SHOWN:
            older = f"{HERE}?{urlencode({'visa': visa, 'fore': shown[-1].seq})}"
        page = MessagesPage(visa, tuple(_row(here, row, about, numbers) for row in shown), older, here.is_pushed)
        return here.show("messages", page)

    @routes.get(HERE + "/{message}")
    async def message(message: str, request: Request) -> Response:
        here = await visit(context, request)
        async with context.engine.connect() as conn:
            row = await portal_reads.message(conn, here.own, message)
            if row is None:
                raise not_found()
            about = await portal_reads.about(conn, [row.handoff])
            numbers = await portal_reads.numbers(conn, about.values())
            own = here.own
            tried = await attempts.of_message(
                conn, own.municipality, own.connection, row.handoff, message, ATTEMPTS_SHOWN
            )
        page = MessagePage(
            _row(here, row, about, numbers),
            f"{HOME}/{row.handoff}",
            pretty(row.body),
            pretty(row.bundle),
            here.is_pushed,
            tuple(tried_of(one) for one in tried),
        )
        return here.show("message", page)

    @routes.post(HERE + "/{message}/forsok-nu")
    async def try_now(message: str, request: Request, csrf: Token = "") -> Response:
        here = await sender_of_fresh(context, request, csrf)
        async with context.engine.begin() as conn:
            if await portal_reads.message(conn, here.own, message) is None:
                raise not_found()
            tried = await portal_acts.try_now(conn, here.own, message)
        return go(f"{HERE}/{message}", "trying" if tried else "arrived")

    @routes.post(HERE + "/{message}/skicka-igen")
    async def send_again(message: str, request: Request, csrf: Token = "") -> Response:
        here = await sender_of_fresh(context, request, csrf)
        async with context.engine.connect() as conn:
            if await portal_reads.message(conn, here.own, message) is None:
                raise not_found()
        by = Actor(party=here.way.vendor, person=here.session.person.id)
        own = here.own
        await by_hand.ask(
            context.engine, ConnectionResendRequested, own.municipality, own.connection, message=message, by=by
        )
        return go(f"{HERE}/{message}", "trying")

    return routes


def _row(here: Visit, row: Row[Any], about: Mapping[str, Incident], numbers: Mapping[str, str]) -> MessageRow:
    incident = about.get(row.handoff)
    return MessageRow(
        id=row.webhook_id,
        url=f"{HERE}/{row.webhook_id}",
        kind=row.kind,
        title=title_of(incident, here.directory, here.language) if incident else "",
        number=portal_reads.number_of(incident, numbers) if incident else "",
        state=_state(here, row),
        at=row.created_at,
        attempts=row.attempts,
        status=row.last_status,
        tried_at=row.attempted_at,
        excerpt=in_words(row.last_error) if row.last_error else "",
        again_at=row.due_at if row.state == "pending" and row.attempts else None,
    )


def tried_of(one: Attempt) -> Tried:
    """As people read it; of what was taken the detail is the vendor's own answer."""
    detail = one.detail if one.outcome == "taken" else in_words(one.detail)
    return Tried(one.at, one.seconds, one.outcome, one.status, detail)


def _state(here: Visit, row: Row[Any]) -> str:
    if row.state == "delivered":
        return "taken" if here.is_pushed else "told"
    if row.failed:
        return "given_up"
    return "failing" if row.last_error else "waiting"


def pretty(content: bytes | None) -> str:
    """JSON in lines, cut where a page could not show it."""
    if content is None:
        return ""
    return json.dumps(json.loads(content), ensure_ascii=False, indent=2)[:SHOWN]
