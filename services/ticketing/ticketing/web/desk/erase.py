"""The page on which the coordinator erases what a ticket tells of its reporter. It cannot be undone (N11)."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter, ValidationError

from chassis.look.forms import PageRoutes
from contracts.disclosure import INTERNAL, REPORTER, REPORTERS, Staff
from contracts.timeline import Entry
from contracts.values import ErasureReason
from ticketing import erasing, sentences
from ticketing.api.context import Context
from ticketing.domain.erasing import may_be_erased
from ticketing.handlers import NotFound
from ticketing.store import handoffs, people
from ticketing.views import ErasePage, Field, Option, OthersWords, Say, say
from ticketing.web import present
from ticketing.web.forms import Choice, Token, sender, sender_of_fresh, status_of
from ticketing.web.pages import Visit, go, visit

_REASON: Final[TypeAdapter[ErasureReason]] = TypeAdapter(ErasureReason)
_PLACE: Final = re.compile(r"([a-z]{2}_[a-z0-9]{1,80})/([0-9]{1,9})")
"""Case and number of an entry."""


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = PageRoutes("/arenden", prefix="/arenden/{ticket_id}/radera")

    @routes.get("")
    async def ask(ticket_id: str, request: Request) -> Response:
        here = await visit(context, request)
        return here.show("erase", await _page(context, here, ticket_id))

    @routes.post("")
    async def erase(
        ticket_id: str, request: Request, csrf: Token = "", reason: Choice = "", sure: Choice = ""
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        why = _reason(reason)
        if unfit is not None or why is None or sure != "ja":
            page = await _page(
                context,
                here,
                ticket_id,
                reason=Field(reason, None if why else sentences.ERASE_REASON_REQUIRED),
                sure=Field(sure, None if sure == "ja" else sentences.ERASE_SURE_REQUIRED),
                error=unfit,
            )
            return here.show("erase", page, status_of(unfit))
        await erasing.erase_ticket(context.engine, here.caller.directory, here.caller.who, ticket_id, why)
        return go(f"/arenden/{ticket_id}/radera", "erased")

    @routes.post("/text")
    async def erase_text(ticket_id: str, request: Request, place: Choice = "", csrf: Token = "") -> Response:
        """One entry that others wrote: for the same reason that the ticket was erased for, somebody's privacy."""
        here = await sender_of_fresh(context, request, csrf)
        found = _PLACE.fullmatch(place)
        if found is None:
            raise NotFound("entry")
        who, directory = here.caller.who, here.caller.directory
        await erasing.erase_entry(context.engine, directory, who, found[1], int(found[2]), "protected")
        return go(f"/arenden/{ticket_id}/radera", "text_erased")

    return routes


def _reason(value: str) -> ErasureReason | None:
    try:
        return _REASON.validate_python(value)
    except ValidationError:
        return None


async def _page(
    context: Context,
    here: Visit,
    ticket_id: str,
    *,
    reason: Field | None = None,
    sure: Field | None = None,
    error: Say | None = None,
) -> ErasePage:
    """NotFound, NotAllowed as `erasing.look`."""
    who, directory = here.caller.who, here.caller.directory
    ticket, others = await erasing.look(context.engine, directory, who, ticket_id)
    async with context.reading.connect() as conn:
        names = await people.names(conn, directory.id, {entry.person for entry in others if entry.person})
        led = await handoffs.leads_of(conn, ticket, (entry.case for entry in others))
    return ErasePage(
        number=ticket.number,
        title=ticket.title,
        url=f"/arenden/{ticket.id}/radera",
        back=f"/arenden/{ticket.id}",
        is_erased=ticket.state == "erased",
        reasons=tuple(Option(value, words) for value, words in sentences.ERASE_REASONS.items()),
        reason=reason or Field(),
        sure=sure or Field(),
        error=error,
        others=tuple(_words(here, entry, names, led) for entry in others),
    )


def _words(here: Visit, entry: Entry, names: dict[str, str], led: Mapping[str, Sequence[str]]) -> OthersWords:
    readers = {entry.case: Staff()}
    [item] = present.timeline_items(
        here.caller.directory,
        [entry],
        readers,
        names,
        person=here.caller.who.person,
        language=here.language,
        files_at=present.files_of,
        leads=led,
    )
    if may_be_erased(entry):
        return OthersWords(item, f"{entry.case}/{entry.seq}")
    return OthersWords(item, stays=_why_it_stays(entry))


def _why_it_stays(entry: Entry) -> Say:
    """What only some have read is not said to have been read by all who reported."""
    if INTERNAL in entry.audience:
        return say("erase.step_of_staff")
    if REPORTERS in entry.audience:
        return say("erase.said_to_all")
    return say("erase.said_to_one") if REPORTER in entry.audience else say("erase.step_of_party")
