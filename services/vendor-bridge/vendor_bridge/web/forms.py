"""Forms as they arrive: from one of our pages, of this session, with characters that can be kept.

StaleForm           a form that this session did not get from us
"""

import hmac
from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import Form, Request
from fastapi.routing import APIRoute
from starlette.datastructures import FormData

from chassis.edge import route_of
from chassis.look.words import Say, say
from chassis.problems import Problem, pointer, wrong_input
from chassis.web import Section
from vendor_bridge.web.pages import Portal, Visit, visit

Token = Annotated[str, Form(max_length=200)]
"""The session's, of every form."""
Choice = Annotated[str, Form(max_length=200)]
"""A value of a list, an id, a line of words."""
Written = Annotated[str, Form()]
"""Words of a person: how many is told beside the field."""
UNREADABLE: Final = "\ufffd"
"""What stands in a form where its bytes were no UTF-8, or a character that no column can hold."""
_FORM: Final = "application/x-www-form-urlencoded"
EXPIRED: Final = say("form.expired")


class StaleForm(Problem):
    """It is older than the sign-in, or forged."""

    def __init__(self) -> None:
        super().__init__(403, detail="The form is too old, or not ours.")


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

    def __init__(self, below: str = "/portal", **arguments: Any) -> None:
        super().__init__(below, route_class=_Route, **arguments)


async def plain_form(request: Request) -> None:
    """415 for a form that no page of ours sends: what is not UTF-8 in it would be read as something else."""
    if request.method == "POST" and request.headers.get("content-type", "").partition(";")[0] != _FORM:
        raise Problem(415, detail="Forms are sent as application/x-www-form-urlencoded.")


def refuse_other_sites(request: Request) -> None:
    """403 for a change that another site's page started (its form, its script)."""
    refusal = Problem(403, detail="This was sent from another site's page.")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise refusal
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        raise refusal


async def sender(context: Portal, request: Request, token: str) -> tuple[Visit, Say | None]:
    """Who sent a form, and what is wrong with it as a whole: such a one changes nothing, it is shown again as written.

    403 for another site's page; 422 for a field that no page of ours has.
    """
    here = await visit(context, request)
    refuse_other_sites(request)
    await _refuse_unknown_fields(request)
    stale = not hmac.compare_digest(here.session.csrf.encode(), token.encode())
    return here, EXPIRED if stale else None


async def sender_of_fresh(context: Portal, request: Request, token: str) -> Visit:
    """The same for a form in which nothing was written; StaleForm says so on a page of its own."""
    here, unfit = await sender(context, request, token)
    if unfit is not None:
        raise StaleForm
    return here


async def _refuse_unknown_fields(request: Request) -> None:
    known = {field.alias for field in route_of(request.scope).dependant.body_params}
    if unknown := sorted(set(await request.form()) - known):
        raise wrong_input({"pointer": pointer(name), "detail": "unknown field"} for name in unknown)
