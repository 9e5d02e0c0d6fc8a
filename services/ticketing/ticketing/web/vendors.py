"""Leverantörer: how the ways to vendors stand, for who looks after them; paused, started, tried, sent once more."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from chassis.look.forms import PageRoutes
from contracts import refusals
from contracts.directory import Directory
from contracts.events import ticketing as t
from contracts.events.base import ConnectionRequest
from contracts.reasons import NOBODY_INVITED, in_words
from contracts.values import Words as Bilingual
from ticketing import handlers, sentences
from ticketing.api.context import Context
from ticketing.api.values import Id
from ticketing.domain import access
from ticketing.domain.names import party_name
from ticketing.domain.state import Command, Connection, Ticket
from ticketing.store import reads
from ticketing.views import (
    REFUSALS,
    EmptyState,
    Field,
    Notice,
    Refused,
    RefusedLately,
    Say,
    Tone,
    VendorsPage,
    VendorWay,
    WaitingStories,
    WayHealth,
)
from ticketing.web import held_mails
from ticketing.web.forms import Choice, Token, sender, sender_of_fresh, status_of
from ticketing.web.pages import Visit, go, visit
from ticketing.web.planned.shown import read_time, zone_of
from ticketing.web.requested import request_mark

HERE = "/leverantorer"
NOW = f"{HERE}/nu"
TO_ERASE_SHOWN = 20
REFUSED_SHOWN = 10
MOST_PAGES = 1000
_EMPTY = EmptyState(sentences.VENDORS_EMPTY, sentences.VENDORS_EMPTY_TEXT, "/vem-gor-vad", sentences.VENDORS_EMPTY_GO)


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = PageRoutes(HERE)

    async def ask(here: Visit, connection: str, kind: type[ConnectionRequest], **details: object) -> Response:
        caller = here.caller
        asked = await handlers.ask_bridge(context.engine, caller.directory, caller.who, connection, kind, **details)
        return go(f"{HERE}?{urlencode({'begaran': asked})}", "sent")

    @routes.get(HERE)
    async def vendors(
        request: Request,
        begaran: Annotated[str, Query(max_length=80)] = "",
        avvisat: Annotated[str, Query(max_length=80)] = "",
        sida: Annotated[int, Query(ge=1, le=MOST_PAGES)] = 1,
    ) -> Response:
        here = await visit(context, request)
        if not access.may_look_after_vendors(here.caller.who):
            raise handlers.NotAllowed
        return here.show("vendors", await _page(context, here, request_id=begaran, refused=(avvisat, sida)))

    @routes.post(HERE + "/{connection}/pausa")
    async def pause(connection: str, request: Request, csrf: Token = "") -> Response:
        return await ask(await sender_of_fresh(context, request, csrf), connection, t.ConnectionPauseRequested)

    @routes.post(HERE + "/{connection}/starta")
    async def resume(connection: str, request: Request, csrf: Token = "") -> Response:
        return await ask(await sender_of_fresh(context, request, csrf), connection, t.ConnectionResumeRequested)

    @routes.post(HERE + "/{connection}/prova")
    async def test(connection: str, request: Request, csrf: Token = "") -> Response:
        return await ask(await sender_of_fresh(context, request, csrf), connection, t.ConnectionTestRequested)

    @routes.post(HERE + "/{connection}/skicka-igen")
    async def replay(
        connection: str, request: Request, csrf: Token = "", since: Choice = "", until: Choice = ""
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        if connection not in here.caller.directory.connections:
            raise handlers.NotFound("connection")
        if not access.may_look_after_vendors(here.caller.who):
            raise handlers.NotAllowed
        zone = zone_of(here.caller.directory)
        (begins, no_begin), (ends, no_end) = read_time(since, zone), read_time(until, zone, ends=True)
        if begins is not None and ends is not None and begins >= ends:
            no_end = sentences.REPLAY_ORDER
        if unfit or no_begin or no_end:
            kept = {connection: (Field(since, unfit or no_begin), Field(until, no_end))}
            return here.show("vendors", await _page(context, here, kept=kept), status_of(unfit))
        return await ask(here, connection, t.ConnectionReplayRequested, since=begins, until=ends)

    _of_mails(context, routes, ask)
    _meanwhile(context, routes)
    return routes


def _meanwhile(context: Context, routes: PageRoutes) -> None:
    """What became of what was asked, while the page is looked at."""

    @routes.get(NOW)
    async def vendors_now(request: Request, begaran: Annotated[str, Query(max_length=80)] = "") -> Response:
        here = await visit(context, request)
        if not access.may_look_after_vendors(here.caller.who):
            raise handlers.NotAllowed
        return here.part("vendors", await _page(context, here, request_id=begaran))


def _of_mails(context: Context, routes: APIRouter, ask: Callable[..., Awaitable[Response]]) -> None:
    """What a person decides about those that are held back."""

    @routes.post(HERE + "/{connection}/mejl/{mail}/slapp-fram")
    async def release(connection: str, mail: Id, request: Request, csrf: Token = "") -> Response:
        here = await sender_of_fresh(context, request, csrf)
        return await ask(here, connection, t.ConnectionMailReleaseRequested, mail=mail)

    @routes.post(HERE + "/{connection}/mejl/{mail}/kasta")
    async def discard(connection: str, mail: Id, request: Request, csrf: Token = "") -> Response:
        here = await sender_of_fresh(context, request, csrf)
        return await ask(here, connection, t.ConnectionMailDiscardRequested, mail=mail)


async def _page(
    context: Context,
    here: Visit,
    *,
    request_id: str = "",
    kept: Mapping[str, tuple[Field, Field]] | None = None,
    refused: tuple[str, int] = ("", 1),
) -> VendorsPage:
    """`kept`: the times of a form that is shown again, by its connection. `request_id`: what was just asked.
    `refused`: of which connection which page is looked at of what was not taken.
    """
    directory, who = here.caller.directory, here.caller.who
    async with context.reading.connect() as conn:
        known = await reads.connections(conn, directory.id)
        asked = await reads.to_erase(conn, directory.id, TO_ERASE_SHOWN)
        command = await reads.command(conn, directory.id, request_id) if request_id else None
        cases = await held_mails.cases_of(conn, directory, known.values())
    if command is not None and (command.person != who.person or command.connection is None):
        command = None
    pending = command is not None and command.state == "pending"
    ways = [
        _way(directory, name, known.get(name), cases, (kept or {}).get(name), refused[1] if refused[0] == name else 1)
        for name in directory.connections
    ]
    return VendorsPage(
        ways=tuple(sorted(ways, key=lambda way: way.place)),
        empty=_EMPTY,
        to_erase=tuple(_to_erase(directory, ticket) for ticket in asked),
        request=request_mark(command, here.language) if command else None,
        outcome=_outcome(directory, command) if command and command.outcome else None,
        undo=_undo(directory, command) if command and command.outcome else None,
        again=f"{HERE}?{urlencode({'begaran': request_id})}" if pending else None,
        live=f"{NOW}?{urlencode({'begaran': request_id})}" if pending else None,
    )


def _to_erase(directory: Directory, ticket: Ticket) -> Notice:
    """What a vendor asks for that nobody here can do but a person: it may tell of more than the one report."""
    vendor = party_name(directory, ticket.reporter)
    return Notice(
        Tone.WATCH,
        sentences.to_erase_text(ticket.number),
        sentences.to_erase(vendor),
        f"/arenden/{ticket.id}/radera",
        sentences.TO_ERASE_GO,
    )


def _way(
    directory: Directory,
    name: str,
    known: Connection | None,
    cases: Mapping[str, tuple[str, str]],
    kept: tuple[Field, Field] | None,
    page: int,
) -> VendorWay:
    vendor = directory.connections[name]
    if vendor.connection is None:
        raise LookupError(f"the directory says that {name} is a connection of a vendor that has none")
    profile, comes_itself = vendor.connection.profile, vendor.connection.comes_itself
    since, until = kept or (Field(), Field())
    if known is None:
        return VendorWay(name, vendor.name.words, profile, WayHealth.UNHEARD, comes_itself=comes_itself)
    return VendorWay(
        name,
        vendor.name.words,
        profile,
        health_of(known),
        known.since,
        in_words(known.detail) if known.detail else "",
        known.backlog,
        known.oldest,
        known.last_taken,
        since,
        until,
        _refused(known, profile, page),
        held_mails.shown(known, cases),
        _stories(known),
        comes_itself,
    )


def health_of(known: Connection) -> WayHealth:
    """As pages name it: where only an invitation is missing, that."""
    if known.health == "misconfigured" and known.detail.startswith(NOBODY_INVITED):
        return WayHealth.UNINVITED
    return WayHealth(known.health)


def _refused(known: Connection, profile: str, page: int) -> RefusedLately | None:
    """The last, and ten a page, itself among the first."""
    if known.refused is None:
        return None
    every = [_one_refused(one, profile) for one in (known.refused, *known.refused.get("before", ()))]
    page = min(page, (len(every) - 1) // REFUSED_SHOWN + 1)
    first = (page - 1) * REFUSED_SHOWN
    return RefusedLately(
        every[0],
        tuple(every[max(1, first) : first + REFUSED_SHOWN]),
        known.refused["lately"],
        _refused_at(known.connection, page - 1) if page > 1 else None,
        _refused_at(known.connection, page + 1) if len(every) > first + REFUSED_SHOWN else None,
        page,
    )


def _refused_at(connection: str, page: int) -> str:
    return f"{HERE}?{urlencode({'avvisat': connection, 'sida': page})}#{connection}"


def _one_refused(one: Mapping[str, Any], profile: str) -> Refused:
    status, reason = one["status"], one["reason"]
    by_status = str(status) if str(status) in REFUSALS else "other"
    plain = refusals.in_plain_words(reason)
    return Refused(
        datetime.fromisoformat(one["at"]),
        status,
        refusals.of_mail(reason) if profile == "email" else by_status,
        reason,
        one["proven"],
        plain or "",
        "" if plain else refusals.in_words(reason) or "",
        right_key=reason.startswith(refusals.RIGHT_KEY),
    )


def _stories(known: Connection) -> WaitingStories | None:
    if known.stories is None:
        return None
    waits = known.stories
    return WaitingStories(waits["messages"], datetime.fromisoformat(waits["since"]), in_words(waits["reason"] or ""))


def _undo(directory: Directory, command: Command) -> str | None:
    """Where a mail is let through that was just thrown away."""
    way, mail = command.connection, command.outcome.get("mail")
    if command.outcome.get("step") != "mail_discarded" or not mail or way not in directory.connections:
        return None
    return f"{HERE}/{way}/mejl/{mail}/slapp-fram"


def _outcome(directory: Directory, command: Command) -> Notice:
    """What came of it, in a sentence."""
    found = directory.connections.get(command.connection or "")
    vendor: Bilingual = found.name.words if found else {"sv": command.connection or ""}
    done: Mapping[str, Any] = command.outcome
    well, messages = bool(done.get("well", True)), int(done.get("messages", 0))
    detail = in_words(done["detail"]) if done.get("detail") else sentences.NO_MORE_KNOWN
    text: Say
    match done.get("step"):
        case "paused":
            text = sentences.way_paused(vendor)
        case "resumed":
            text = sentences.way_resumed(vendor)
        case "mail_released":
            text = sentences.mail_released(vendor)
        case "mail_discarded":
            text = sentences.MAIL_DISCARDED
        case "tested":
            text = sentences.way_tested(vendor) if well else sentences.way_not_tested(vendor, detail)
        case _ if not well:
            text = sentences.stopped_sending(vendor, messages, detail)
        case _:
            text = sentences.sent_again(vendor, messages) if messages else sentences.sent_anyway(vendor)
    return Notice(Tone.OK if well else Tone.WATCH, text)
