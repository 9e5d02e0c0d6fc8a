"""Coming in by a link in a mail, and going out; language, and the pages for everybody.

Asking for a link does the same work for every address (`portal_mails.ask`): neither the answer nor its time tells who
may sign in. A link is used up by the button on its page, not by opening it: mail scanners open links.
"""

from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from chassis.look.forms import UNREADABLE, PageRoutes, refuse_other_sites
from chassis.look.parts import Field
from chassis.look.words import LANGUAGES, Language, say
from vendor_bridge.store import portal, portal_mails
from vendor_bridge.store.portal import Person
from vendor_bridge.web.forms import leaver
from vendor_bridge.web.pages import (
    BACK_COOKIE,
    COOKIE,
    ENTRANCE,
    LANGUAGE_COOKIE,
    PRIVATE,
    Portal,
    SignInNeeded,
    chosen_language,
    go,
    known,
    nobodys_frame,
    now,
    own_path,
    show,
)
from vendor_bridge.web.views import HOME, AskPage, LinkPage

_YEAR: Final = 365 * 24 * 3600
_LONGEST_ADDRESS: Final = 200
_LONGEST_KEY: Final = 100
_GONE: Final = 410
_NO_PATH: Final = {"referrer-policy": "strict-origin"}
"""The address holds the key; with `no-referrer` a browser would not say either that the button is ours."""


def router(context: Portal) -> APIRouter:  # noqa: C901  (a list of routes, each short)
    """The routes."""
    routes = PageRoutes("/portal")

    @routes.get("/portal")
    async def home(request: Request) -> Response:
        return RedirectResponse(HOME if await known(context, request) else ENTRANCE, 303, headers=PRIVATE)

    @routes.get(ENTRANCE)
    async def entrance(request: Request, sprak: Annotated[str, Query(max_length=10)] = "") -> Response:
        if await known(context, request):
            return RedirectResponse(HOME, 303, headers=PRIVATE)
        around = nobodys_frame(request)
        letters = next((each for each in LANGUAGES if each == sprak), None)  # the letter's that led here
        if letters is None or chosen_language(request) is not None:
            return show("ask", AskPage(), around)
        response = show("ask", AskPage(), replace(around, language=letters))
        _remember(response, letters)
        return response

    @routes.post(ENTRANCE)
    async def ask(
        request: Request,
        email: Annotated[str, Form(max_length=1000)] = "",
        csrf: Annotated[str, Form(max_length=200)] = "",
    ) -> Response:
        refuse_other_sites(request)
        around, address = nobodys_frame(request), email.strip()
        if not _looks_like_an_address(address):
            return show("ask", AskPage(Field(address, say("ask.wrong"))), around, 422)
        async with context.engine.begin() as conn:
            await portal_mails.ask(conn, portal.normal(address), around.language, now())
        return show("ask", AskPage(Field(address), sent=True), around)

    @routes.get(ENTRANCE + "/{key}")
    async def look(key: str, request: Request) -> Response:
        async with context.engine.connect() as conn:
            who = await portal.whose_link(conn, key[:_LONGEST_KEY], now())
        return await _link_page(context, request, key, who)

    @routes.post(ENTRANCE + "/{key}")
    async def enter(key: str, request: Request) -> Response:
        refuse_other_sites(request)
        async with context.engine.begin() as conn:
            if (before := request.cookies.get(COOKIE)) is not None:
                await portal.end(conn, before)
            entered = await portal.let_in(conn, key[:_LONGEST_KEY], now())
        if entered is None:
            return await _link_page(context, request, key, None)
        response = go(own_path(request.cookies.get(BACK_COOKIE, HOME)))
        response.delete_cookie(BACK_COOKIE, secure=True, httponly=True, samesite="lax")
        response.set_cookie(
            COOKIE,
            entered[1],
            max_age=int(portal.LONGEST.total_seconds()),
            secure=True,
            httponly=True,
            samesite="lax",
            path="/",
        )
        return response

    @routes.post("/portal/ut")
    async def leave(request: Request, csrf: Annotated[str, Form(max_length=200)] = "") -> Response:
        try:
            await leaver(context, request, csrf)
        except SignInNeeded:
            return go(ENTRANCE)
        async with context.engine.begin() as conn:
            await portal.end(conn, request.cookies.get(COOKIE, ""))
        response = go(ENTRANCE, "signed_out")
        response.headers["clear-site-data"] = '"storage"'
        response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="lax")
        return response

    @routes.post("/portal/sprak")
    async def language(
        request: Request,
        language: Annotated[str, Form(max_length=10)] = "sv",
        next: Annotated[str, Form(max_length=1000)] = "",  # noqa: A002
        csrf: Annotated[str, Form(max_length=200)] = "",
    ) -> Response:
        refuse_other_sites(request)
        response = RedirectResponse(own_path(next), 303, headers=PRIVATE)
        _remember(response, "en" if language == "en" else "sv")
        return response

    async def plain(request: Request, name: str) -> Response:
        here = await known(context, request)
        return show(name, None, here.frame if here else nobodys_frame(request))

    @routes.get("/portal/tillganglighet")
    async def accessibility(request: Request) -> Response:
        return await plain(request, "accessibility")

    @routes.get("/portal/integritet")
    async def privacy(request: Request) -> Response:
        return await plain(request, "privacy")

    return routes


def _remember(response: Response, language: Language) -> None:
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR, secure=True, httponly=True, samesite="lax")


def _looks_like_an_address(text: str) -> bool:
    user, _, host = text.rpartition("@")
    return bool(user and host) and text.isprintable() and UNREADABLE not in text and len(text) <= _LONGEST_ADDRESS


async def _link_page(context: Portal, request: Request, key: str, who: Person | None) -> Response:
    """The button, or that the link opens nothing (any more, or never did: the two look the same)."""
    page = LinkPage("")
    if who is not None:
        async with context.engine.connect() as conn:
            directory = (await context.directories.of(conn, [who.municipality])).get(who.municipality)
        vendor = directory.connections.get(who.connection) if directory else None
        if directory is not None and vendor is not None:
            page = LinkPage(f"{ENTRANCE}/{key}", who.name, (vendor.name.words, directory.municipality.name.words))
    around = nobodys_frame(request)
    if who is not None:
        around = replace(around, language=chosen_language(request) or who.language)
    response = show("link", page, around, 200 if page.whose else _GONE)
    response.headers.update(_NO_PATH)
    return response
