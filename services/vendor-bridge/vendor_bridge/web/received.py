"""What came in the connection's name: what came of it, or why it was not taken; one message with its content."""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, Final, get_args
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row

from chassis.look.forms import PageRoutes
from chassis.look.words import Words
from contracts import refusals
from contracts.webhooks import MessageKind, type_of
from vendor_bridge.domain.compose import title_of
from vendor_bridge.domain.state import Incident
from vendor_bridge.store import portal_reads, received
from vendor_bridge.store.received import Edge, Received, Which
from vendor_bridge.web.messages import pretty
from vendor_bridge.web.pages import Portal, Visit, not_found, visit
from vendor_bridge.web.texts import CAME, REASONS
from vendor_bridge.web.views import HOME, CameMessage, ReceivedPage, ReceivedRow

HERE: Final = "/portal/meddelanden/fran-er"
REFUSED: Final = "/portal/meddelanden/avvisat"
"""Where only what was refused is listed, as it always was."""
ROWS_SHOWN: Final = 50
PEERS: Final = frozenset({each for kind in get_args(MessageKind) for each in (kind, type_of(kind))})
"""What another Eskalera says of its own case."""
WHICH: Final[dict[str, Which | None]] = {
    "allt": None,
    "verkan": "applied",
    "sent": "late",
    "inget": "nothing",
    "igen": "repeated",
    "eko": "echo",
    "avvisat": "refused",
}


def router(context: Portal) -> APIRouter:
    """The routes."""
    routes = PageRoutes("/portal/meddelanden/")

    @routes.get(HERE)
    async def came(
        request: Request,
        visa: Annotated[str, Query(max_length=20)] = "allt",
        fore: Annotated[str, Query(max_length=300)] = "",
    ) -> Response:
        return await _listed(context, await visit(context, request), visa if visa in WHICH else "allt", fore)

    @routes.get(REFUSED)
    async def refused(request: Request, fore: Annotated[str, Query(max_length=300)] = "") -> Response:
        return await _listed(context, await visit(context, request), "avvisat", fore)

    @routes.get(HERE + "/{message:path}")
    async def one(message: str, request: Request) -> Response:
        here = await visit(context, request)
        async with context.engine.connect() as conn:
            row = await received.one(conn, here.own.municipality, here.own.connection, message)
            if row is None:
                raise not_found()
            about = await portal_reads.about_own(conn, here.own, [row.handoff])
            numbers = await portal_reads.numbers(conn, about.values())
        incident = about.get(row.handoff)
        page = CameMessage(
            id=row.message,
            at=row.first_at,
            last_at=row.at,
            repeats=row.repeats,
            way=row.way,
            kind=_kind(row.way, row.what),
            what=row.what,
            outcome=_effect(row),
            title=title_of(incident, here.directory, here.language) if incident else "",
            number=portal_reads.number_of(incident, numbers) if incident else "",
            case_url=f"{HOME}/{row.handoff}" if incident else "",
            payload=pretty(row.body or None),
            size=len(row.body or b""),
            sha256=hashlib.sha256(row.body).hexdigest() if row.body else "",
        )
        return here.show("received_message", page)

    return routes


async def _listed(context: Portal, here: Visit, which: str, before: str) -> Response:
    async with context.engine.connect() as conn:
        own, edge = here.own, _edge(before)
        found = await received.page(
            conn, own.municipality, own.connection, which=WHICH[which], after=edge, limit=ROWS_SHOWN + 1
        )
        about = await portal_reads.about_own(conn, own, [one.handoff for one in found if one.handoff])
        numbers = await portal_reads.numbers(conn, about.values())
    shown = found[:ROWS_SHOWN]
    older = None
    if len(found) > ROWS_SHOWN:
        older = f"{HERE}?{urlencode({'visa': which, 'fore': shown[-1].edge.written()})}"
    rows = tuple(_row(here, one, about.get(one.handoff or ""), numbers) for one in shown)
    return here.show("received", ReceivedPage(which, tuple(WHICH), rows, older, here.is_pushed))


def _edge(written: str) -> Edge | None:
    """None for what was not written here: the list then begins anew."""
    try:
        return Edge.read(written) if written else None
    except ValueError:
        return None


def _kind(way: str, what: str) -> str:
    """What it was, in people's words: a member of the texts' family `came_what`."""
    method, _, path = what.partition(" ")
    match way:
        case _ if what in CAME:
            return what
        case "mail":
            return "mail"
        case "portal":
            return "form"
        case _ if path.startswith("/"):
            return "file" if "/attachments" in path and method != "GET" else "request"
        case _:
            return "peer" if what in PEERS else "unknown"


def _why(one: Received) -> str:
    """Why it was refused: a member of the texts' family `came_why`."""
    if one.way == "mail":
        return refusals.of_mail(one.reason or "")
    return str(one.status) if str(one.status) in REASONS else "other"


def _effect(one: Received | Row[Any]) -> str:
    """What came of it: a member of the texts' family `effect`. Of what has no words none are kept."""
    return "late_wordless" if one.outcome == "late" and not one.effects else str(one.outcome)


def _row(here: Visit, one: Received, incident: Incident | None, numbers: Mapping[str, str]) -> ReceivedRow:
    is_taken = one.outcome != "refused"
    return ReceivedRow(
        url=f"{HERE}/{quote(one.message or '', safe='')}" if is_taken else "",
        title=title_of(incident, here.directory, here.language) if incident else "",
        number=portal_reads.number_of(incident, numbers) if incident else "",
        at=one.first_at,
        last_at=one.at,
        repeats=one.repeats,
        way=one.way,
        kind=_kind(one.way, one.what),
        what=one.what,
        message=one.message or "",
        outcome=_effect(one),
        status=one.status,
        why=_why(one),
        reason=one.reason or "",
        proven=one.proven,
        size=one.bytes,
        sha256=one.sha256 or "",
        words=_words(one),
        right_key=(one.reason or "").startswith(refusals.RIGHT_KEY),
    )


def _words(one: Received) -> Words:
    """Why, in both languages; empty where nobody has put it into Swedish."""
    if one.swedish is not None and one.reason is not None:
        return {"sv": one.swedish, "en": one.reason}
    return refusals.in_words(one.reason or "") or ""
