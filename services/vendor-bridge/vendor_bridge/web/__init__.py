"""The pages for vendors' people, below `/portal`: server-rendered, Swedish first, working without JavaScript."""

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from chassis.look import files
from chassis.look.forms import plain_form
from vendor_bridge.web import actions, case, connection, entrance, messages, queue, received, secret
from vendor_bridge.web.errors import error_page
from vendor_bridge.web.pages import BACK_COOKIE, ENTRANCE, PRIVATE, Portal, SignInNeeded, own_path

_WAY_BACK = 3600  # seconds that the page somebody wanted is remembered

__all__ = ["Portal", "add_pages", "error_page"]


def add_pages(app: FastAPI, context: Portal) -> None:
    """Every page. Each asks who is there; nobody sees what is not of their connection."""
    app.mount(files.PATH, files.serve(), name="static")

    async def on_nobody(request: Request, _error: Exception) -> Response:
        response = RedirectResponse(ENTRANCE, 303, headers=PRIVATE)
        if request.method == "GET":
            back = own_path(request.scope["path"])
            response.set_cookie(BACK_COOKIE, back, max_age=_WAY_BACK, secure=True, httponly=True, samesite="lax")
        return response

    app.add_exception_handler(SignInNeeded, on_nobody)
    for part in (queue, case, actions, received, messages, connection, secret, entrance):
        app.include_router(part.router(context), include_in_schema=False, dependencies=[Depends(plain_form)])
