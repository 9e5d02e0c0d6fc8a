"""Forms as they arrive: from one of our pages, of this session, with its own fields and characters that can be kept."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel

from chassis.edge import route_of
from chassis.look.forms import refuse_other_sites, takes_files
from chassis.problems import pointer, wrong_input
from ticketing import sentences
from ticketing.api.context import Context
from ticketing.attaching import FIELD
from ticketing.identity import StaleForm, is_stale
from ticketing.views import Say
from ticketing.web.pages import Visit, visit

Token = Annotated[str, Form(max_length=200)]
"""The session's, of every form."""
Choice = Annotated[str, Form(max_length=100)]
"""A value of a list, an id, a number."""
Written = Annotated[str, Form()]
"""Words of a person: how many is told beside the field."""
Version = Annotated[int | None, Form()]
"""Of the incident, as it was read."""
TEXT_LIMIT = 10_000
"""Characters of what a reporter writes."""


async def sender(context: Context, request: Request, token: str) -> tuple[Visit, Say | None]:
    """Who sent a form, and what is wrong with it as a whole: such a one changes nothing, it is shown again as written.

    403 for another site's page.
    """
    here = await visit(context, request)
    refuse_other_sites(request)
    if is_stale(here.caller, token):
        return here, sentences.FORM_EXPIRED
    return here, sentences.UNKNOWN_FIELDS if await _unknown_fields(request) else None


async def sender_of_fresh(context: Context, request: Request, token: str) -> Visit:
    """The same for a form in which nothing was written; StaleForm says so on a page of its own."""
    here, unfit = await sender(context, request, token)
    if unfit is sentences.FORM_EXPIRED:
        raise StaleForm
    if unfit is not None:
        raise wrong_input(
            {"pointer": pointer(name), "detail": "unknown field"} for name in await _unknown_fields(request)
        )
    return here


def status_of(unfit: Say | None) -> int:
    """Of a form that is shown again."""
    return 403 if unfit is sentences.FORM_EXPIRED else 422


async def _unknown_fields(request: Request) -> list[str]:
    known: set[str] = set()
    for field in _form_fields(route_of(request.scope).dependant):
        read_as = field.field_info.annotation
        known |= read_as.model_fields.keys() if isinstance(read_as, type(BaseModel)) else {field.alias}
    return sorted(set(await request.form()) - known - ({FIELD} if takes_files(request) else set()))


def _form_fields(dependant: Dependant) -> Iterator[Any]:
    """Its own, and those of a form that several routes read."""
    yield from dependant.body_params
    for inner in dependant.dependencies:
        yield from _form_fields(inner)


def form_limits(context: Context) -> Any:
    """Of a form with files, in FastAPI's own shape."""
    return {"max_files": context.settings.files_of_a_page, "max_fields": 50}
