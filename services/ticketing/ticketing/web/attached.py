"""Files on pages: those that come with a form, and those that are fetched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response, UploadFile
from starlette.datastructures import UploadFile as Sent

from chassis.look.forms import PageRoutes
from chassis.look.parts import Field
from chassis.uploads import Refused
from contracts.timeline import FileRef
from ticketing import attaching, handlers, sentences
from ticketing.api.attachments import Name, serve_of_incident, serve_of_ticket
from ticketing.api.context import Context
from ticketing.api.incidents import seen as seen_incident
from ticketing.api.tickets import seen
from ticketing.domain import access
from ticketing.web.pages import Visit, visit


@dataclass(frozen=True, slots=True)
class Attached:
    """`error`: why the files were not taken; then none was."""

    files: tuple[FileRef, ...] = ()
    error: Mapping[str, str] | None = None


async def sent_files(request: Request) -> Sequence[UploadFile]:
    """Those that were chosen: a browser sends an empty part where none was."""
    form = await request.form()
    return [each for each in form.getlist(attaching.FIELD) if isinstance(each, Sent) and each.filename]  # type: ignore[misc]


async def to_choose_again(request: Request) -> Field:
    """The field for files of a form that is shown again for another reason: no browser can be given them back."""
    return Field("", sentences.CHOOSE_FILES_AGAIN if await sent_files(request) else None)


async def take(context: Context, request: Request, case: str | None = None) -> Attached:
    """Checks and keeps what a form brings. Everything else of the form was looked at before."""
    try:
        return Attached(await attaching.take(context, await sent_files(request), case))
    except Refused as refused:
        return Attached(error=refused.words)


async def take_for_ticket(context: Context, here: Visit, ticket_id: str) -> Attached:
    """What a form brings to a ticket, of somebody who may put files to it: NotFound, NotAllowed, WrongState."""
    if not await sent_files(here.request):
        return Attached()
    ticket, incident, _readers = await seen(context, here.caller, ticket_id)
    handlers.may_attach(ticket, incident, here.caller.who)
    return await take(context, here.request, ticket_id)


async def take_for_incident(context: Context, here: Visit, incident_id: str) -> Attached:
    """The same to what the desk works with."""
    if not await sent_files(here.request):
        return Attached()
    if not access.may_act(here.caller.who, await seen_incident(context, here.caller, incident_id)):
        raise handlers.NotAllowed
    return await take(context, here.request, incident_id)


def router(context: Context) -> APIRouter:
    """The routes that give files to a browser."""
    routes = PageRoutes("/")

    @routes.get("/arenden/{ticket_id}/filer/{sha256}")
    async def of_ticket(ticket_id: str, sha256: str, request: Request, name: Name = None) -> Response:
        here = await visit(context, request)
        return await serve_of_ticket(context, here.caller, ticket_id, sha256, name)

    @routes.get("/storningar/{incident_id}/filer/{sha256}")
    async def of_incident(incident_id: str, sha256: str, request: Request, name: Name = None) -> Response:
        here = await visit(context, request)
        return await serve_of_incident(context, here.caller, incident_id, sha256, name)

    return routes
