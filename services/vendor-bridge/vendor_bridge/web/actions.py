"""What a vendor's person does to a case: each is a message of the one protocol, and goes through `VendorSide.say`."""

import hashlib
import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile

from chassis.look.forms import UNREADABLE, PageRoutes
from chassis.look.parts import Field
from chassis.look.words import Language, Say, Words, say
from chassis.problems import Problem
from chassis.uploads import Checked, Refused
from contracts.webhooks import parse_incoming
from vendor_bridge.domain.compose import title_of
from vendor_bridge.domain.receive import FURTHEST, NotOfThisCase, TooFarAway, question_id
from vendor_bridge.files import Sent
from vendor_bridge.handlers import Receipt, UnknownHandoff
from vendor_bridge.web.case import TEAM, Case, page, read
from vendor_bridge.web.forms import FIELD, Choice, Token, Written, sender
from vendor_bridge.web.pages import Portal, Visit, go, not_found, note_refusal, now, visit
from vendor_bridge.web.texts import FIELDS, STATUSES, TEXTS
from vendor_bridge.web.views import HOME, ConfirmPage, Forms

TEXT_LIMIT: Final = 20_000
"""As by any other way (`contracts.webhooks.Text`). No box cuts what is pasted into it: that would lose words unsaid."""
REFERENCE_LIMIT: Final = 100
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{10,40}")
_MINUTES: Final = "%Y-%m-%dT%H:%M"

_PATHS: Final = {
    "acknowledge": "ta-emot",
    "status": "laget",
    "ask": "fraga",
    "note": "anteckning",
    "propose": "lost",
    "return": "lamna-tillbaka",
}
_TYPES: Final = {
    "acknowledge": "acknowledged",
    "status": "status_changed",
    "ask": "information_requested",
    "note": "entry_added",
    "propose": "resolution_proposed",
    "return": "returned",
}
_CONFIRMED: Final = ("propose", "return")
"""What moves the case is shown once more before it is sent."""
_WITHOUT_TEXT: Final = ("acknowledge", "status")


def router(context: Portal) -> APIRouter:
    """The routes: one for each thing to do, below the case."""
    routes = PageRoutes(f"{HOME}/")
    below = HOME + "/{handoff}/"

    async def again(handoff: str, request: Request) -> Response:
        """The address of a form that was shown again, opened anew."""
        await read(context, await visit(context, request), handoff)
        return go(f"{HOME}/{quote(handoff, safe='')}")

    for path in _PATHS.values():
        routes.add_api_route(below + path, again, methods=["GET"], name=f"again_{path}")

    @routes.post(below + _PATHS["acknowledge"])
    async def acknowledge(
        handoff: str, request: Request, csrf: Token = "", key: Choice = "", reference: Written = ""
    ) -> Response:
        return await _do(context, request, csrf, handoff, "acknowledge", Forms(key, reference=Field(reference)))

    @routes.post(below + _PATHS["status"])
    async def status(
        handoff: str,
        request: Request,
        csrf: Token = "",
        key: Choice = "",
        status: Choice = "",
        expected: Choice = "",
        text: Written = "",
    ) -> Response:
        written = Forms(key, status=Field(status), expected=Field(expected), text=Field(text))
        return await _do(context, request, csrf, handoff, "status", written)

    @routes.post(below + _PATHS["ask"])
    async def ask(
        handoff: str, request: Request, csrf: Token = "", key: Choice = "", to: Choice = "", text: Written = ""
    ) -> Response:
        return await _do(context, request, csrf, handoff, "ask", Forms(key, to=Field(to), text=Field(text)))

    limits: Any = {"max_files": context.files.settings.files_of_a_page, "max_fields": 20}

    @routes.post(below + _PATHS["note"], max_body_size=context.files.settings.message_bytes, form_limits=limits)
    async def note(
        handoff: str,
        request: Request,
        csrf: Token = "",
        key: Choice = "",
        to: Choice = "",
        private: Choice = "",
        text: Written = "",
    ) -> Response:
        written = Forms(key, to=Field(to), text=Field(text), private=private == "ja")
        return await _do(context, request, csrf, handoff, "note", written)

    @routes.post(below + _PATHS["propose"])
    async def propose(
        handoff: str, request: Request, csrf: Token = "", key: Choice = "", text: Written = "", confirmed: Choice = ""
    ) -> Response:
        written = Forms(key, text=Field(text))
        return await _do(context, request, csrf, handoff, "propose", written, confirmed)

    @routes.post(below + _PATHS["return"])
    async def give_back(
        handoff: str, request: Request, csrf: Token = "", key: Choice = "", text: Written = "", confirmed: Choice = ""
    ) -> Response:
        written = Forms(key, text=Field(text))
        return await _do(context, request, csrf, handoff, "return", written, confirmed)

    return routes


async def _do(
    context: Portal, request: Request, csrf: str, handoff: str, action: str, written: Forms, confirmed: str = ""
) -> Response:
    """`confirmed`: "ja", or "andra": back to the form with its words; anything else asks once more where need be."""
    here, unfit = await sender(context, request, csrf)
    case = await read(context, here, handoff)
    written = checked(replace(written, wrong=action), action, case, here.frame.zone)
    if _KEY.fullmatch(written.key) is None:
        raise Problem(422, detail="The form has no key.")
    if unfit is not None or _is_wrong(written):
        status, whole = (unfit.status, unfit.words) if unfit else (422, None)
        shown = await page(context, here, handoff, forms=replace(written, whole=whole))
        await note_refusal(context, here, status, _faults(written, whole), _said(written, "sv", whole))
        response = here.show("case", shown, status)
        response.headers.update(unfit.headers if unfit else {})
        return response
    if action in _CONFIRMED and confirmed != "ja" and case.handoff.is_held:
        if confirmed == "andra":
            return here.show("case", await page(context, here, handoff, forms=written))
        return here.show("confirm", _confirm(here, case, action, written))
    try:
        files = await context.files.checked(await _sent_files(request)) if action == "note" else ()
        receipt = await say_it(context, here, case, action, written, files)
    except Refused as refused:
        named, unnamed = (replace(written, files=Field("", words)) for words in (refused.words, refused.unnamed))
        return await _again(context, here, handoff, named, kept=unnamed)
    except UnknownHandoff:
        raise not_found() from None
    except NotOfThisCase:
        wrong = replace(written, to=Field(written.to.value, say("form.to_gone")))
        return await _again(context, here, handoff, wrong)
    except TooFarAway:
        wrong = replace(written, expected=Field(written.expected.value, say("form.too_far")))
        return await _again(context, here, handoff, wrong)
    return go(f"{HOME}/{handoff}", _outcome(case, action, receipt))


async def _again(context: Portal, here: Visit, handoff: str, written: Forms, kept: Forms | None = None) -> Response:
    """The form once more, with what is wrong; written down for the vendor's engineer as any refusal.

    `kept`: what is written down instead, where the page repeats what somebody typed.
    """
    shown = await page(context, here, handoff, forms=written)
    await note_refusal(context, here, 422, _faults(kept or written), _said(kept or written, "sv"))
    return here.show("case", shown, 422)


def _faults(written: Forms, unfit: Say | None = None) -> str:
    """What the page says, each with its field's name, in English as all that vendors' systems are answered."""
    told = [f"{name}: {_in(error, 'en')}" for name, error in _wrong(written)]
    return "; ".join([*([_in(unfit, "en")] if unfit else []), *told])


def _said(written: Forms, language: Language, unfit: Say | None = None) -> str:
    """The same for people: each with what its field is called."""
    told = [f"{_in(Say(f'came_field.{name}'), language)}: {_in(error, language)}" for name, error in _wrong(written)]
    return " ".join([*([_in(unfit, language)] if unfit else []), *told])


def _wrong(written: Forms) -> Iterator[tuple[str, Words]]:
    for name in FIELDS:
        if (error := getattr(written, name).error) is not None:
            yield name, error


def _in(words: Words, language: Language) -> str:
    if isinstance(words, Say):
        return TEXTS.text(language, words.key, **words.values).unescape()
    return words if isinstance(words, str) else words[language]


def checked(written: Forms, action: str, case: Case, zone: ZoneInfo) -> Forms:
    """The same with what is wrong said beside each field."""
    return replace(
        written,
        text=_with(written.text, _text_fault(written.text.value, action)),
        reference=_with(written.reference, _line_fault(written.reference.value)),
        status=_with(written.status, _status_fault(written.status.value) if action == "status" else None),
        expected=_with(written.expected, _expected_fault(written.expected.value, zone)),
        to=_with(written.to, _to_fault(written.to.value, action, case)),
    )


def _with(field: Field, error: Say | None) -> Field:
    return Field(field.value, error) if error is not None else field


def _is_wrong(written: Forms) -> bool:
    return any(_wrong(written))


def _text_fault(text: str, action: str) -> Say | None:
    if not text.strip():
        return None if action in _WITHOUT_TEXT else say(f"form.missing_{action}")
    if UNREADABLE in text:
        return say("form.bad_characters")
    return say("form.too_long", limit=TEXT_LIMIT) if len(text) > TEXT_LIMIT else None


def _line_fault(text: str) -> Say | None:
    if not text.strip():
        return None
    if not text.strip().isprintable() or UNREADABLE in text:
        return say("form.bad_characters")
    return say("form.too_long", limit=REFERENCE_LIMIT) if len(text) > REFERENCE_LIMIT else None


def _status_fault(status: str) -> Say | None:
    return None if status in STATUSES else say("form.missing_status")


def _expected_fault(text: str, zone: ZoneInfo) -> Say | None:
    if not text:
        return None
    at = moment(text, zone)
    if at is None:
        return say("form.no_time")
    return say("form.too_far") if abs(at - now()) > FURTHEST else None


def moment(text: str, zone: ZoneInfo) -> datetime | None:
    """Of a field for day and time, in the municipality's zone; None for anything else."""
    try:
        return datetime.strptime(text[:16], _MINUTES).replace(tzinfo=zone)
    except ValueError:
        return None


def _to_fault(to: str, action: str, case: Case) -> Say | None:
    if action not in ("ask", "note") or to in ("", TEAM) or any(to == ticket.id for ticket in case.tickets):
        return None
    return say("form.to_gone")


async def _sent_files(request: Request) -> list[Sent]:
    """Those that were chosen: a browser sends an empty part where none was."""
    chosen = [each for each in (await request.form()).getlist(FIELD) if isinstance(each, UploadFile) and each.filename]
    return [Sent(each.filename or "", each.file, each.content_type) for each in chosen]


async def say_it(
    context: Portal, here: Visit, case: Case, action: str, written: Forms, files: Sequence[Checked] = ()
) -> Receipt:
    """The message, under a name that follows from the page's key and the words: sent twice, it counts once."""
    data: dict[str, Any] = {"handoff": case.handoff.id, "language": here.language} | _data(
        case, action, written, here.frame.zone
    )
    said = {"type": _TYPES[action], "data": data}
    content = json.dumps(said, ensure_ascii=False, sort_keys=True)
    person = here.session.person.id
    # The heads grow by themselves while somebody presses twice: they are no part of what was said.
    words = {key: value for key, value in data.items() if key != "heads"}
    brought = [[file.kept.name, file.kept.sha256] for file in files]
    name = _question(case, data) if action == "ask" else None
    name = name or _named([person, written.key, action, words, *brought])
    raw = json.dumps(said | {"person": person}, ensure_ascii=False).encode()
    own = here.own
    message = parse_incoming(content.encode())
    return await context.files.say(own.connection, own.municipality, message, name, raw, files, by="portal")


def _named(what: Sequence[Any]) -> str:
    said = json.dumps(what, ensure_ascii=False, sort_keys=True)
    return f"portal-{hashlib.sha256(said.encode()).hexdigest()[:40]}"


def _question(case: Case, data: Mapping[str, Any]) -> str | None:
    """The same for all who ask one thing of the same while it waits for its answer; another once that has come.

    None: nothing can be asked any more, and what is written is kept as a note.
    """
    if not case.handoff.is_held or case.is_solved:
        return None
    for time in itertools.count(1):
        name = _named(["ask", data["text"], data.get("ticket"), time])
        asked = case.handoff.questions.get(question_id(case.handoff.id, name))
        if asked is None or asked["open"]:
            return name
    return None


def _data(case: Case, action: str, written: Forms, zone: ZoneInfo) -> dict[str, Any]:
    text = written.text.value.strip()
    ticket = {} if written.to.value in ("", TEAM) else {"ticket": written.to.value}
    match action:
        case "acknowledge":
            heads = {name: head.model_dump() for name, head in case.bundle.heads.items()}
            reference = written.reference.value.strip()
            return {"heads": heads} | ({"vendor_reference": reference} if reference else {})
        case "status":
            expected = moment(written.expected.value, zone) if written.expected.value else None
            at = {"expected_at": expected.astimezone(UTC).isoformat()} if expected else {}
            return {"status": written.status.value} | ({"text": text} if text else {}) | at
        case "ask":
            return {"text": text} | ticket
        case "note":
            return {"text": text, "private": written.private} | ({} if written.private else ticket)
        case _:
            return {"text": text}


def _outcome(case: Case, action: str, receipt: Receipt) -> str:
    """The word afterwards: what came too late says so."""
    part = "_part" if case.handoff.role == "parallel" else ""
    taken = f"acknowledged{part}" if action == "acknowledge" else "sent"
    if receipt.repeated:
        return taken
    if not case.handoff.is_held:
        return f"late{part}"
    if case.is_solved and action not in ("acknowledge", "note"):
        return "solved"
    if not receipt.effects and receipt.question is None:
        return "nothing"
    return taken


def _confirm(here: Visit, case: Case, action: str, written: Forms) -> ConfirmPage:
    return ConfirmPage(
        what=f"{action}_part" if case.handoff.role == "parallel" else action,
        title=title_of(case.incident, here.directory, here.language),
        text=written.text.value.strip(),
        action=f"{HOME}/{case.handoff.id}/{_PATHS[action]}",
        back=f"{HOME}/{case.handoff.id}",
        kept=(("key", written.key), ("text", written.text.value)),
    )
