"""Forms as they arrive: from one of our pages, of this session, with its own fields and characters that can be kept."""

from collections.abc import Callable
from typing import Any

from fastapi import Request
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

UNREADABLE = "\ufffd"
"""What stands in a form where its bytes were no UTF-8, or a character that no column can hold."""
_FORM = "application/x-www-form-urlencoded"


class _Sent(Request):
    """Its form has U+FFFD for U+0000, as for bytes that are no UTF-8: the field says so and keeps the rest."""

    async def form(self, **limits: Any) -> FormData:  # type: ignore[override]  # awaited only, never entered
        form = await super().form(**limits)
        return FormData([(_kept(name), _kept(value)) for name, value in form.multi_items()])


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
    """Who sent a form, and what to say if it is stale: such a one changes nothing, it is shown again as it was written.

    403 for another site's page, 422 for fields that the form does not have.
    """
    here = await visit(context, request)
    refuse_other_sites(request)
    if is_stale(here.caller, token):
        return here, sentences.FORM_EXPIRED
    await _refuse_unknown_fields(request)
    return here, None


async def sender_of_fresh(context: Context, request: Request, token: str) -> Visit:
    """The same for a form in which nothing was written; StaleForm says so on a page of its own."""
    here, stale = await sender(context, request, token)
    if stale is not None:
        raise StaleForm
    return here


def status_of(stale: Say | None) -> int:
    """Of a form that is shown again."""
    return 422 if stale is None else 403


async def _refuse_unknown_fields(request: Request) -> None:
    declared = route_of(request.scope).dependant.body_params
    if any(isinstance(field.field_info.annotation, type(BaseModel)) for field in declared):
        return  # a form read as a model: its page sees them there, and keeps what was written
    unknown = sorted(set(await request.form()) - {field.alias for field in declared})
    if unknown:
        raise wrong_input({"pointer": pointer(name), "detail": "unknown field"} for name in unknown)
