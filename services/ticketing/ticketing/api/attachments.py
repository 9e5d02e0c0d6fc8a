"""Files of tickets and incidents: put to them, and fetched by whoever may read the entry."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Header, Path, Query, Request, Response, UploadFile
from starlette.responses import StreamingResponse

from chassis.problems import Problem, pointer, wrong_input
from chassis.web import Section
from ticketing import attaching, handlers
from ticketing.api import outputs, shapes
from ticketing.api.context import Context
from ticketing.api.incidents import seen as seen_incident
from ticketing.api.tickets import seen, with_former
from ticketing.api.values import Id
from ticketing.domain import access
from ticketing.domain.filing import DESCRIPTION_LIMIT
from ticketing.identity import Caller
from ticketing.store import intake

Digest = Annotated[str, Path(max_length=64)]
Name = Annotated[str | None, Query(max_length=300)]
"""Which of a file's names, where its bytes have several; without it the first."""
_FIELDS = frozenset({attaching.FIELD, "text", "audience"})
_NO_FILE = "brings no file: send one or several parts named files"


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = Section("/api/v1", tags=["attachments"])
    Asking = Annotated[Caller, Depends(context.doorkeeper.api_caller)]  # noqa: N806  (a type)
    limits: Any = {"max_files": context.settings.files_at_once + 1, "max_fields": len(_FIELDS) + 1}

    @routes.post(
        "/tickets/{ticket_id}/attachments",
        status_code=201,
        max_body_size=context.settings.message_bytes,
        form_limits=limits,
    )
    async def attach(
        ticket_id: Id,
        asking: Asking,
        request: Request,
        response: Response,
        files: list[UploadFile],
        text: Annotated[str, Form(max_length=DESCRIPTION_LIMIT)] = "",
        audience: Annotated[str, Form(pattern="^(reporter|internal)$")] = "reporter",
        idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
    ) -> outputs.Attached:
        """Puts one or several files to a ticket, with a few words or without: `multipart/form-data`.

        `audience` `internal` is staff's. The same Idempotency-Key again changes nothing.
        """
        if unknown := sorted(set(await request.form()) - _FIELDS):
            raise wrong_input({"pointer": pointer(name), "detail": "unknown field"} for name in unknown)
        ticket, incident, _readers = await seen(context, asking, ticket_id)
        handlers.may_attach(ticket, incident, asking.who, audience)
        kept = await attaching.take(context, files, ticket_id)
        if not kept:
            raise wrong_input([{"pointer": pointer(attaching.FIELD), "detail": _NO_FILE}])
        key = None
        if idempotency_key:
            said = "\x1f".join([text, audience, *(f"{file.name}\x1e{file.sha256}" for file in kept)])
            name = f"files:{ticket_id}:{idempotency_key}"
            key = intake.Key(asking.who.person, name, hashlib.sha256(said.encode()).hexdigest())
        is_new = await handlers.attach(
            context.engine,
            asking.directory,
            asking.who,
            ticket_id,
            kept,
            text=text.strip() or None,
            audience=audience,
            language=asking.who.language,
            key=key,
        )
        response.status_code = 201 if is_new else 200
        return outputs.Attached(ticket=ticket_id, files=[shapes.file_item(ticket_id, file) for file in kept])

    @routes.get("/tickets/{ticket_id}/attachments/{sha256}", response_class=StreamingResponse)
    async def of_ticket(ticket_id: Id, sha256: Digest, asking: Asking, name: Name = None) -> StreamingResponse:
        """The bytes of a file that an entry of the ticket's timeline names, for whoever may read that entry."""
        return await serve_of_ticket(context, asking, ticket_id, sha256, name)

    @routes.get("/incidents/{incident_id}/attachments/{sha256}", response_class=StreamingResponse)
    async def of_incident(incident_id: Id, sha256: Digest, asking: Asking, name: Name = None) -> StreamingResponse:
        """The same of an incident's own timeline."""
        return await serve_of_incident(context, asking, incident_id, sha256, name)

    return routes


async def serve_of_ticket(
    context: Context, asking: Caller, ticket_id: str, sha256: str, name: str | None
) -> StreamingResponse:
    """Of what a ticket's page shows: its own entries, and what its incidents tell its reporter."""
    ticket, _incident, readers = await seen(context, asking, ticket_id)
    async with context.reading.connect() as conn:
        story = await with_former(conn, asking, ticket, readers)
    return await attaching.serve(context, asking.who.municipality, readers, sha256, name, story.until)


async def serve_of_incident(
    context: Context, asking: Caller, incident_id: str, sha256: str, name: str | None
) -> StreamingResponse:
    """Of what an incident's own timeline shows."""
    incident = await seen_incident(context, asking, incident_id)
    reader = access.reader_of_incident(asking.who, incident)
    if reader is None:
        raise Problem(404)
    return await attaching.serve(context, asking.who.municipality, {incident.id: reader}, sha256, name)
