"""What every page needs: who is there, for which connection, in which language, and the answer's headers.

SignInNeeded        nobody is signed in
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.look.parts import Toast
from chassis.look.words import Language, say
from chassis.problems import Problem
from contracts.directory import Directory, Vendor
from vendor_bridge.files import Files
from vendor_bridge.handlers import VendorSide
from vendor_bridge.refusals import Sent
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.store import portal
from vendor_bridge.store.directories import Directories, Way
from vendor_bridge.store.portal import Session
from vendor_bridge.store.portal_reads import Own
from vendor_bridge.web.texts import RENDERING
from vendor_bridge.web.views import HOME, Frame, Who

COOKIE: Final = "__Host-portal"
LANGUAGE_COOKIE: Final = "sprak"
TOAST_COOKIE: Final = "portal_besked"
ENTRANCE: Final = "/portal/in"
BACK_COOKIE: Final = "portal_vidare"
"""Where somebody wanted to be before they were asked to sign in."""
PRIVATE: Final = {"cache-control": "no-store"}
"""A page of a shared computer's last user is not the next one's."""
_TOASTS: Final = {
    "sent": say("toast.sent"),
    "acknowledged": say("toast.acknowledged"),
    "acknowledged_part": say("toast.acknowledged_part"),
    "late": say("toast.late"),
    "late_part": say("toast.late_part"),
    "solved": say("toast.solved"),
    "nothing": say("toast.nothing"),
    "trying": say("toast.trying"),
    "arrived": say("toast.arrived"),
    "signed_out": say("toast.signed_out"),
}


class SignInNeeded(Exception):
    """The page sends them to the entrance and back."""


@dataclass(frozen=True, slots=True)
class Portal:
    """What the pages work with."""

    engine: AsyncEngine
    directories: Directories
    vendors: VendorSide
    secrets: SecretStore
    files: Files


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of one signed-in person of one vendor."""

    request: Request
    session: Session
    directory: Directory
    vendor: Vendor
    way: Way
    frame: Frame

    @property
    def own(self) -> Own:
        """Whose cases and messages they may see: every question to the database names it."""
        return Own(self.way.municipality, self.way.connection.name, self.way.vendor)

    @property
    def language(self) -> Language:
        return self.frame.language

    @property
    def is_pushed(self) -> bool:
        """Whether messages go to a system of the vendor's."""
        return self.way.connection.profile != "portal"

    def show(self, name: str, page: object, status: int = 200) -> Response:
        return show(name, page, self.frame, status)


def now() -> datetime:
    return datetime.now(UTC)


def show(name: str, page: object, frame: Frame, status: int = 200) -> Response:
    """A whole page."""
    response = HTMLResponse(RENDERING.render(name, page, frame), status, headers=PRIVATE)
    if frame.toast is not None:
        response.delete_cookie(TOAST_COOKIE, secure=True, httponly=True, samesite="lax")
    return response


async def visit(context: Portal, request: Request) -> Visit:
    """Who is here; SignInNeeded for nobody, and for a connection that is gone from the directory."""
    found = await _found(context, request)
    if found is None:
        raise SignInNeeded
    return found


async def known(context: Portal, request: Request) -> Visit | None:
    """The same for pages that are for everybody."""
    return await _found(context, request)


async def _found(context: Portal, request: Request) -> Visit | None:
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return None
    async with context.engine.begin() as conn:
        session = await portal.session(conn, cookie, now())
        if session is None:
            return None
        who = session.person
        directory = (await context.directories.of(conn, [who.municipality])).get(who.municipality)
        way = await context.directories.way(conn, who.municipality, who.connection)
    vendor = directory.connections.get(who.connection) if directory else None
    if directory is None or vendor is None or way is None:
        return None
    toast = request.cookies.get(TOAST_COOKIE)
    frame = Frame(
        language=chosen_language(request) or who.language,
        now=now(),
        path=_path(request),
        csrf=session.csrf,
        who=Who(who.id, who.name),
        vendor=vendor.name.words,
        municipality=directory.municipality.name.words,
        toast=Toast(_TOASTS[toast]) if toast in _TOASTS else None,
        zone=ZoneInfo(directory.municipality.time_zone),
    )
    return Visit(request, session, directory, vendor, way, frame)


async def note_refusal(context: Portal, here: Visit, status: int, reason: str, swedish: str | None = None) -> None:
    """An act that was not taken stands in the log as what systems send does; not what was written: it may be about a
    person.
    """
    request, own = here.request, here.own
    handoff = request.path_params.get("handoff")
    sent = Sent("portal", f"{request.method} {request.url.path}", handoff=handoff, swedish=swedish)
    await context.vendors.refusals.note(own.connection, {own.municipality}, sent, status, reason, proven=True)


def nobodys_frame(request: Request, csrf: str = "") -> Frame:
    """Around a page for who is not signed in."""
    toast = request.cookies.get(TOAST_COOKIE)
    return Frame(
        language=chosen_language(request) or preferred_language(request.headers.get("accept-language", "")),
        now=now(),
        path=_path(request),
        csrf=csrf,
        toast=Toast(_TOASTS[toast]) if toast in _TOASTS else None,
    )


def _path(request: Request) -> str:
    query = request.scope["query_string"].decode("latin-1")
    return str(request.scope["path"]) + (f"?{query}" if query else "")


def chosen_language(request: Request) -> Language | None:
    """What the person chose with the switch; None if they never did."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return "en" if chosen == "en" else "sv" if chosen == "sv" else None


def preferred_language(accepted: str) -> Language:
    """The one of ours that a browser asks for first (RFC 9110 12.5.4); Swedish where it asks for neither."""
    best: tuple[float, Language] = (0.0, "sv")
    for each in accepted[:500].lower().split(","):
        name, _, weight = each.partition(";")
        language: Language | None = "sv" if _is(name, "sv") else "en" if _is(name, "en") else None
        if language is not None and _weight(weight) > best[0]:
            best = (_weight(weight), language)
    return best[1]


def _is(name: str, language: Language) -> bool:
    return name.strip().partition("-")[0] == language


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


def go(path: str, toast: str | None = None) -> Response:
    """After a change: see the result by GET, with a word that it worked."""
    response = RedirectResponse(path, 303, headers=PRIVATE)
    if toast is not None:
        response.set_cookie(TOAST_COOKIE, toast, max_age=30, secure=True, httponly=True, samesite="lax")
    return response


def own_path(path: str) -> str:
    """A page of the portal that somebody sent; anything else is the start page (no open redirect)."""
    is_ours = path == "/portal" or path.startswith("/portal/")
    return path if is_ours and path.isprintable() and ".." not in path and len(path) <= 500 else HOME


def not_found() -> Problem:
    """Of another's, and of what is not: the two look the same."""
    return Problem(404, detail="There is no such page for you.")
