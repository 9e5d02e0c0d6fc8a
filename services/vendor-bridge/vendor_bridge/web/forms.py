"""Forms as they arrive: from one of our pages, of this session, no more than the connection may send, with characters
that can be kept.

StaleForm           a form that this session did not get from us
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import Form, Request

from chassis.edge import route_of
from chassis.look.forms import refuse_other_sites, takes_files
from chassis.look.words import Say, say
from chassis.problems import Problem, pointer, wrong_input
from vendor_bridge.limits import TOO_MANY, TooMany
from vendor_bridge.web.pages import Portal, Visit, visit

Token = Annotated[str, Form(max_length=200)]
"""The session's, of every form."""
Choice = Annotated[str, Form(max_length=200)]
"""A value of a list, an id, a line of words."""
Written = Annotated[str, Form()]
"""Words of a person: how many is told beside the field."""
FIELD: Final = "files"
"""Name of the part of a form that brings files."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """What is wrong with a form as a whole: it changes nothing, and is shown again as it was written."""

    words: Say
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)


EXPIRED: Final = Unfit(say("form.expired"), 403)


class StaleForm(Problem):
    """It is older than the sign-in, or forged."""

    def __init__(self) -> None:
        super().__init__(403, detail="The form is too old, or not ours.")


async def sender(context: Portal, request: Request, token: str) -> tuple[Visit, Unfit | None]:
    """Who sent a form, and what is wrong with it as a whole.

    403 for another site's page; 422 for a field that no page of ours has.
    """
    here = await _visitor(context, request)
    if not _is_ours(here, token):
        return here, EXPIRED
    try:
        context.vendors.spend(here.own.connection)
    except TooMany as error:
        return here, Unfit(say("form.too_often"), 429, error.headers)
    return here, None


async def sender_of_fresh(context: Portal, request: Request, token: str) -> Visit:
    """The same for a form in which nothing was written: StaleForm, or 429, says so on a page of its own."""
    here, unfit = await sender(context, request, token)
    if unfit is EXPIRED:
        raise StaleForm
    if unfit is not None:
        raise Problem(unfit.status, detail=TOO_MANY, headers=unfit.headers)
    return here


async def leaver(context: Portal, request: Request, token: str) -> Visit:
    """The same, of who may always send it; StaleForm."""
    here = await _visitor(context, request)
    if not _is_ours(here, token):
        raise StaleForm
    return here


async def _visitor(context: Portal, request: Request) -> Visit:
    here = await visit(context, request)
    refuse_other_sites(request)
    await _refuse_unknown_fields(request)
    return here


def _is_ours(here: Visit, token: str) -> bool:
    return hmac.compare_digest(here.session.csrf.encode(), token.encode())


async def _refuse_unknown_fields(request: Request) -> None:
    known = {field.alias for field in route_of(request.scope).dependant.body_params}
    known |= {FIELD} if takes_files(request) else set()
    if unknown := sorted(set(await request.form()) - known):
        raise wrong_input({"pointer": pointer(name), "detail": "unknown field"} for name in unknown)
