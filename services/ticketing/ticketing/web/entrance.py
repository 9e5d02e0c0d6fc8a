"""Coming in and going out: the municipality's first page, demo sign-in, language, and the pages for everybody."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from chassis.look.forms import refuse_other_sites
from contracts.directory import Directory
from contracts.events.ticketing import PersonChanged
from contracts.values import in_language
from ticketing import rendering, style_guide
from ticketing.api.context import Context
from ticketing.domain.access import identify, may_enter
from ticketing.domain.names import school_name
from ticketing.handlers import NotFound, now
from ticketing.identity import COOKIE, StaleForm, is_stale
from ticketing.sentences import PERSON_REQUIRED
from ticketing.store import people, sessions
from ticketing.views import Field, Language, PersonChoice, SignInPage
from ticketing.web.pages import LANGUAGE_COOKIE, PRIVATE, frame, own_path, to_entrance

PEOPLE_LIMIT = 60
_YEAR = 365 * 24 * 3600


def router(context: Context) -> APIRouter:  # noqa: C901  (a list of routes, each short)
    """The routes. The municipality's own address comes last: every other path is tried before it."""
    routes = APIRouter()

    @routes.get("/")
    async def home(request: Request) -> Response:
        caller = await context.doorkeeper.page_caller(request)
        if caller is None:
            return to_entrance(context, request)
        return RedirectResponse("/ko" if caller.who.at_desk else "/arenden", 303)

    @routes.get("/valj")
    async def choose(request: Request, next: Annotated[str, Query(max_length=500)] = "") -> Response:  # noqa: A002
        around = frame(context, request, None)
        page = SignInPage("Eskalera", "/valj", (), next, others=_entrances(context, around.language, next))
        return HTMLResponse(rendering.render("sign_in", page, around), headers=PRIVATE)

    @routes.post("/logga-ut")
    async def sign_out(request: Request, csrf: Annotated[str, Form(max_length=200)] = "") -> Response:
        refuse_other_sites(request)
        caller = await context.doorkeeper.page_caller(request)
        cookie = request.cookies.get(COOKIE)
        if caller is not None and cookie:
            if is_stale(caller, csrf):
                raise StaleForm
            async with context.engine.begin() as conn:
                await sessions.end(conn, cookie)
        response = RedirectResponse("/", 303, headers={"clear-site-data": '"storage"'})
        response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="lax")
        return response

    @routes.post("/sprak")
    async def language(
        request: Request,
        language: Annotated[str, Form()] = "sv",
        next: Annotated[str, Form()] = "/",  # noqa: A002
    ) -> Response:
        refuse_other_sites(request)
        response = RedirectResponse(own_path(next), 303)
        chosen = "en" if language == "en" else "sv"
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=_YEAR, secure=True, httponly=True, samesite="lax")
        return response

    async def plain(request: Request, name: str, page: object = None) -> Response:
        caller = await context.doorkeeper.page_caller(request)
        return HTMLResponse(rendering.render(name, page, frame(context, request, caller)), headers=PRIVATE)

    @routes.get("/tillganglighet")
    async def accessibility(request: Request) -> Response:
        return await plain(request, "accessibility")

    @routes.get("/integritet")
    async def privacy(request: Request) -> Response:
        return await plain(request, "privacy")

    @routes.get("/stil")
    async def style(request: Request) -> Response:
        if not context.settings.demo:
            raise NotFound("page")
        return await plain(request, "stil", style_guide.style_page(now()))

    @routes.get("/{municipality}/")
    async def entrance(
        municipality: str,
        request: Request,
        next: Annotated[str, Query(max_length=500)] = "",  # noqa: A002
    ) -> Response:
        directory = _known(context, municipality)
        return await _sign_in_page(context, request, directory, next)

    @routes.post("/{municipality}/")
    async def sign_in(
        municipality: str,
        request: Request,
        person: Annotated[str, Form(max_length=100)] = "",
        next: Annotated[str, Form(max_length=500)] = "",  # noqa: A002
    ) -> Response:
        directory = _known(context, municipality)
        if not context.settings.demo:
            raise NotFound("page")
        refuse_other_sites(request)
        async with context.engine.begin() as conn:
            known = await people.person(conn, municipality, person)
            if known is None or not may_enter(known):
                return await _sign_in_page(context, request, directory, next, Field(person, PERSON_REQUIRED), 422)
            if before := request.cookies.get(COOKIE):
                await sessions.end(conn, before)
            cookie = await sessions.start(conn, municipality, person, now(), context.settings.session_lifetime)
        response = RedirectResponse(own_path(next or "/"), 303, headers=PRIVATE)
        response.set_cookie(
            COOKIE,
            cookie,
            max_age=int(context.settings.session_lifetime.total_seconds()),
            secure=True,
            httponly=True,
            samesite="lax",
            path="/",
        )
        return response

    return routes


def _known(context: Context, municipality: str) -> Directory:
    directory = context.directories.get(municipality)
    if directory is None:
        raise NotFound("page")
    return directory


def _entrances(
    context: Context, language: Language, wanted: str, but: str | None = None
) -> tuple[tuple[str, str], ...]:
    """The municipalities' names and entrances, each the way to what was wanted."""
    way = own_path(wanted or "/")
    onwards = "" if way == "/" else f"?{urlencode({'next': way}, safe='/')}"
    named = (
        (in_language(known.municipality.name.words, language), f"/{known.id}/{onwards}")
        for known in context.directories.all().values()
        if known.id != but
    )
    return tuple(sorted(named))


async def _sign_in_page(
    context: Context,
    request: Request,
    directory: Directory,
    next_: str,
    person: Field | None = None,
    status: int = 200,
) -> Response:
    if not context.settings.demo:
        raise NotFound("page")
    async with context.reading.connect() as conn:
        found = await people.persons(conn, directory.id, PEOPLE_LIMIT)
    around = frame(context, request, None)
    choices = tuple(_choice(directory, known, around.language) for known in found)
    page = SignInPage(
        in_language(directory.municipality.name.words, around.language),
        f"/{directory.id}/",
        choices,
        own_path(next_ or "/"),
        person or Field(),
        _entrances(context, around.language, next_, directory.id),
    )
    return HTMLResponse(rendering.render("sign_in", page, around), status, headers=PRIVATE)


def _choice(directory: Directory, person: PersonChanged, language: Language) -> PersonChoice:
    role = directory.roles_by_id.get(person.role)
    word = in_language(role.name.words, language) if role else person.role
    who = identify(directory, person)
    place = school_name(directory, min(who.schools), language) if who.schools else ""
    if who.party:
        place = in_language(directory.party_name(who.party).words, language)
    return PersonChoice(person.person, person.name, word, place)
