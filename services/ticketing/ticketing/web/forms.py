"""Forms as they arrive: from one of our pages, of this session, with its own fields and characters that can be kept."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.datastructures import FormData

from chassis.edge import route_of
from chassis.problems import Problem, pointer, wrong_input
from chassis.web import Section
from ticketing import sentences
from ticketing.api.context import Context
from ticketing.identity import StaleForm, is_stale, refuse_other_sites
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
UNREADABLE = "\ufffd"
"""What stands in a form where its bytes were no UTF-8, or a character that no column can hold."""
_FORM = "application/x-www-form-urlencoded"


class _Sent(Request):
    """Its form has U+FFFD for U+0000, as for bytes that are no UTF-8: the field says so and keeps the rest."""

    _read: FormData | None = None

    async def form(self, **limits: Any) -> FormData:  # type: ignore[override]  # awaited only, never entered
        if self._read is None:  # asked by FastAPI, and again for fields that the page does not have
            form = await super().form(**limits)
            self._read = FormData([(_kept(name), _kept(value)) for name, value in form.multi_items()])
        return self._read


def _kept(value: Any) -> Any:
    return value.replace("\0", UNREADABLE) if isinstance(value, str) else value


class _Route(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Any]:
        handle = super().get_route_handler()

        async def sent(request: Request) -> Any:
            return await handle(_Sent(request.scope, request.receive))

        return sent


class PageRoutes(Section):
    """Routes of pages, whose forms are read as above."""

    def __init__(self, below: str, **arguments: Any) -> None:
        super().__init__(below, route_class=_Route, **arguments)


async def plain_form(request: Request) -> None:
    """415 for a form that no page of ours sends: what is not UTF-8 in it would be read as something else."""
    if request.method == "POST" and request.headers.get("content-type", "").partition(";")[0] != _FORM:
        raise Problem(415, detail="Forms are sent as application/x-www-form-urlencoded.")


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
    for field in route_of(request.scope).dependant.body_params:
        read_as = field.field_info.annotation
        known |= read_as.model_fields.keys() if isinstance(read_as, type(BaseModel)) else {field.alias}
    return sorted(set(await request.form()) - known)
