"""What every page needs: who is there, in which language, and the answer's headers."""

from dataclasses import dataclass
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from contracts.values import Words as Bilingual
from contracts.values import in_language
from ticketing import rendering, sentences
from ticketing.api.context import Context
from ticketing.domain import access
from ticketing.domain.names import school_name
from ticketing.handlers import now
from ticketing.identity import Caller
from ticketing.views import Frame, Language, Toast, Who

LANGUAGE_COOKIE = "sprak"
TOAST_COOKIE = "besked"
_TOASTS = {
    "answered": sentences.ANSWER_SENT,
    "confirmed": sentences.GOOD_IT_WORKS,
    "reopened": sentences.LOOKING_AGAIN,
    "noted": sentences.NOTE_SAVED,
    "further": sentences.ASKED_TO_GO_FURTHER,
    "asked": sentences.QUESTION_SENT,
    "withdrawn": sentences.WITHDRAWN,
    "further_noted": sentences.ASKED_AND_NOTED,
    "sent": sentences.REQUEST_SENT,
    "erased": sentences.ERASED,
    "text_erased": sentences.TEXT_ERASED,
    "work_planned": sentences.WORK_PLANNED,
    "work_moved": sentences.WORK_MOVED,
    "work_called_off": sentences.WORK_CALLED_OFF,
}


class SignInNeeded(Exception):
    """Nobody is signed in; the page sends them to the entrance and back."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of one signed-in person."""

    request: Request
    caller: Caller
    frame: Frame

    @property
    def language(self) -> Language:
        return self.frame.language

    def words(self, words: Bilingual) -> str:
        """A bilingual text in the page's language."""
        return in_language(words, self.language)

    def show(self, name: str, page: object, status: int = 200) -> Response:
        """A whole page."""
        response = HTMLResponse(rendering.render(name, page, self.frame), status, headers=PRIVATE)
        if self.frame.toast is not None:
            response.delete_cookie(TOAST_COOKIE, secure=True, httponly=True, samesite="lax")
        return response

    def part(self, name: str, page: object) -> Response:
        """Only the live part of a page."""
        return HTMLResponse(rendering.fragment(name, page, self.frame), headers=PRIVATE)


PRIVATE = {"cache-control": "no-store"}
"""A page of a shared computer's last user is not the next one's."""


async def visit(context: Context, request: Request) -> Visit:
    """Who is here; SignInNeeded for nobody."""
    caller = await context.doorkeeper.page_caller(request)
    if caller is None:
        raise SignInNeeded
    return Visit(request, caller, frame(context, request, caller))


def frame(context: Context, request: Request, caller: Caller | None) -> Frame:
    """What surrounds the page."""
    query = request.scope["query_string"].decode("latin-1")
    path = request.scope["path"] + (f"?{query}" if query else "")
    if caller is None:
        language = chosen_language(request) or "sv"
        return Frame(language=language, now=now(), path=path, csrf="", demo=context.settings.demo)
    who, directory = caller.who, caller.directory
    school = min(who.schools & directory.schools_by_id.keys(), default=None)
    role = directory.roles_by_id.get(who.role)
    toast = request.cookies.get(TOAST_COOKIE)
    language = chosen_language(request) or who.language
    return Frame(
        language=language,
        now=now(),
        path=path,
        csrf=caller.csrf,
        municipality=in_language(directory.municipality.name.words, language),
        who=Who(
            who.person,
            who.name,
            in_language(role.name.words, language) if role else "",
            _place(caller, school, language),
            who.at_desk,
            access.may_look_after_vendors(who),
            bool(access.schools_led(who, directory)),
        ),
        school=school,
        query=request.query_params.get("q", "")[:200],
        toast=Toast(_TOASTS[toast]) if toast in _TOASTS else None,
        demo=context.settings.demo,
        zone=ZoneInfo(directory.municipality.time_zone),
    )


def _place(caller: Caller, school: str | None, language: Language) -> str:
    if caller.who.party:
        return in_language(caller.directory.party_name(caller.who.party).words, language)
    return school_name(caller.directory, school, language) if school else ""


def chosen_language(request: Request) -> Language | None:
    """What the person chose with the switch; None if they never did."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return "en" if chosen == "en" else "sv" if chosen == "sv" else None


def go(path: str, toast: str | None = None) -> Response:
    """After a change: see the result by GET, with a word that it worked."""
    response = RedirectResponse(path, 303, headers=PRIVATE)
    if toast is not None:
        response.set_cookie(TOAST_COOKIE, toast, max_age=30, secure=True, httponly=True, samesite="lax")
    return response


def to_entrance(context: Context, request: Request) -> Response:
    """To the only municipality's entrance, or the choice of them; then back to where they wanted to be."""
    known = sorted(context.directories.all())
    wanted = request.url.path if request.method == "GET" and request.url.path != "/" else ""
    if len(known) == 1:
        return RedirectResponse(f"/{known[0]}/" + (f"?next={quote(wanted)}" if wanted else ""), 303)
    return RedirectResponse("/valj" + (f"?next={quote(wanted)}" if wanted else ""), 303)


def own_path(path: str) -> str:
    """A path of ours that somebody sent; anything else is the start page (no open redirect)."""
    if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and len(path) <= 500:
        return path
    return "/"
