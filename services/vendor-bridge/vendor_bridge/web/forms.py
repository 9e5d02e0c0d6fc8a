"""Forms as they arrive: from one of our pages, of this session, with characters that can be kept.

StaleForm           a form that this session did not get from us
"""

import hmac
from typing import Annotated, Final

from fastapi import Form, Request

from chassis.edge import route_of
from chassis.look.forms import refuse_other_sites, takes_files
from chassis.look.words import Say, say
from chassis.problems import Problem, pointer, wrong_input
from vendor_bridge.web.pages import Portal, Visit, visit

Token = Annotated[str, Form(max_length=200)]
"""The session's, of every form."""
Choice = Annotated[str, Form(max_length=200)]
"""A value of a list, an id, a line of words."""
Written = Annotated[str, Form()]
"""Words of a person: how many is told beside the field."""
FIELD: Final = "files"
"""Name of the part of a form that brings files."""
EXPIRED: Final = say("form.expired")


class StaleForm(Problem):
    """It is older than the sign-in, or forged."""

    def __init__(self) -> None:
        super().__init__(403, detail="The form is too old, or not ours.")


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
    known |= {FIELD} if takes_files(request) else set()
    if unknown := sorted(set(await request.form()) - known):
        raise wrong_input({"pointer": pointer(name), "detail": "unknown field"} for name in unknown)
