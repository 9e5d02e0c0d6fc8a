"""The vendor's own cases: those it has, the most urgent first; those that ended, the newest first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row as Found

from chassis.look.forms import PageRoutes
from chassis.look.parts import EmptyState
from chassis.look.words import Say, Words, say
from contracts.directory import Directory
from vendor_bridge.domain.compose import clocks_of, title_of
from vendor_bridge.domain.state import Handoff, Incident
from vendor_bridge.store import portal_reads
from vendor_bridge.store.portal_reads import Place
from vendor_bridge.web import cursors
from vendor_bridge.web.pages import Portal, Visit, visit
from vendor_bridge.web.story import STATES
from vendor_bridge.web.views import HOME, Promised, QueuePage, Row

ROWS_SHOWN: Final = 25
_EMPTY: Final = {
    True: EmptyState(say("queue.empty_open"), say("queue.empty_open_text")),
    False: EmptyState(say("queue.empty_ended"), say("queue.empty_ended_text")),
}


def router(context: Portal) -> APIRouter:
    """The routes."""
    routes = PageRoutes(HOME)

    @routes.get(HOME)
    async def queue(
        request: Request,
        visa: Annotated[str, Query(max_length=20)] = "oppna",
        efter: Annotated[str | None, Query(max_length=300)] = None,
    ) -> Response:
        here = await visit(context, request)
        return here.show("queue", await _page(context, here, is_open=visa != "avslutade", after=efter))

    return routes


async def _page(context: Portal, here: Visit, *, is_open: bool, after: str | None) -> QueuePage:
    place = cursors.place(after)
    async with context.engine.connect() as conn:
        found = await portal_reads.queue(conn, here.own, is_open=is_open, limit=ROWS_SHOWN + 1, after=place)
        opened, ended = await portal_reads.counts(conn, here.own)
        news = await portal_reads.last_messages(conn, [handoff.id for handoff, _ in found])
        numbers = await portal_reads.numbers(conn, [incident for _, incident in found])
    shown = found[:ROWS_SHOWN]
    which = "oppna" if is_open else "avslutade"
    following = None
    if len(found) > ROWS_SHOWN:
        handoff, incident = shown[-1]
        end = Place(
            due=next((clock.due_at for clock in clocks_of(incident, handoff.vendor)), None),
            urgency=incident.urgency,
            at=handoff.ended_at or handoff.offered_at,
            id=handoff.id,
        )
        following = f"{HOME}?{urlencode({'visa': which, 'efter': cursors.written(end)})}"
    return QueuePage(
        is_open=is_open,
        rows=tuple(_row(here, *each, news.get(each[0].id), numbers) for each in shown),
        open=opened,
        ended=ended,
        empty=_EMPTY[is_open],
        first_url=f"{HOME}?{urlencode({'visa': which})}" if place else None,
        next_url=following,
    )


def _row(
    here: Visit,
    handoff: Handoff,
    incident: Incident,
    told: Found[Any] | None,
    numbers: Mapping[str, str],
) -> Row:
    return Row(
        id=handoff.id,
        url=f"{HOME}/{handoff.id}",
        title=title_of(incident, here.directory, here.language),
        state=STATES[handoff.state],
        urgency=incident.urgency,
        tickets=len(incident.tickets),
        beside=handoff.role == "parallel",
        since=handoff.offered_at,
        due=promises(incident, handoff, here.frame.now)[:1] if handoff.is_held else (),
        ended_at=handoff.ended_at,
        reference=handoff.vendor_reference or "",
        number=portal_reads.number_of(incident, numbers),
        news=Say(f"message.{told.kind}") if told else "",
        news_at=told.created_at if told else None,
    )


def promises(incident: Incident, handoff: Handoff, now: datetime) -> tuple[Promised, ...]:
    """What is agreed of this vendor, the next to fall due first."""
    return tuple(
        Promised(clock.promise, clock.due_at, late=clock.due_at is not None and clock.due_at <= now)
        for clock in clocks_of(incident, handoff.vendor)
    )


def places(directory: Directory, incident: Incident) -> tuple[Words, ...]:
    """The schools by name."""
    known = directory.schools_by_id
    return tuple(known[school].name.words if school in known else school for school in incident.schools)
