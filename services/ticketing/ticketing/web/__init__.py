"""The pages: server-rendered, Swedish first, working without JavaScript."""

from fastapi import Depends, FastAPI, Request, Response

from chassis.look import files
from chassis.look.forms import plain_form
from ticketing.api.context import Context
from ticketing.web import attached, entrance, forum, schools, vendors, who
from ticketing.web.desk import actions, asking, causes, day, erase, incident, orders, preview, questions, queue, turns
from ticketing.web.errors import error_page
from ticketing.web.pages import SignInNeeded, to_entrance
from ticketing.web.planned import plan, works
from ticketing.web.reporting import acts, case, cases, form, judging, withdrawing

__all__ = ["add_pages", "error_page"]


def add_pages(app: FastAPI, context: Context) -> None:
    """Every page. Each asks who is there; nobody sees another municipality's."""
    app.mount(files.PATH, files.serve(), name="static")

    async def on_nobody(request: Request, _error: Exception) -> Response:
        return to_entrance(context, request)

    app.add_exception_handler(SignInNeeded, on_nobody)
    forms = [Depends(plain_form)]
    desk = (queue, questions, day, incident, actions, asking, preview, causes, turns, orders, erase)
    for part in (
        form,
        cases,
        case,
        acts,
        judging,
        withdrawing,
        attached,
        *desk,
        forum,
        vendors,
        schools,
        who,
        plan,
        works,
        entrance,
    ):
        app.include_router(part.router(context), include_in_schema=False, dependencies=forms)
