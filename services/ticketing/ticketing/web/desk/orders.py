"""What the desk says of an order: its next stage, a change, what differs; whoever ordered reads each of them."""

from datetime import date

from fastapi import APIRouter, Request, Response

from chassis.look.forms import UNREADABLE, PageRoutes
from contracts.events import ticketing as t
from ticketing import handlers, sentences
from ticketing.api.context import Context
from ticketing.api.incidents import seen
from ticketing.domain.dates import today
from ticketing.domain.filing import DESCRIPTION_LIMIT
from ticketing.domain.orders import stage_faults
from ticketing.views import Field, Say
from ticketing.web import courses
from ticketing.web.desk.incident import again
from ticketing.web.forms import Choice, Token, Version, Written, sender
from ticketing.web.pages import go

_WRONG = {
    "text": sentences.STAGE_TEXT_REQUIRED,
    "expected_at": sentences.DAY_PAST,
    "changed_by": sentences.CHOICE_UNKNOWN,
}


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = PageRoutes("/storningar", prefix="/storningar/{incident_id}")

    @routes.post("/steg")
    async def stage(
        incident_id: str,
        request: Request,
        csrf: Token = "",
        stage: Choice = "",
        stage_text: Written = "",
        expected_at: Choice = "",
        changed_by: Choice = "",
        seen_version: Version = None,
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        caller, text = here.caller, stage_text.strip()
        incident = await seen(context, caller, incident_id)
        day, unreadable = _day(expected_at)
        wrong: dict[str, Say] = {}
        if stage not in {option.value for option in courses.next_stages(incident)}:
            wrong["stage"] = sentences.STAGE_REQUIRED
        changer = changed_by or None if stage == "changed" else None
        for field, _fault in stage_faults(
            caller.directory, today(caller.directory, here.frame.now),
            stage=stage, text=text, expected_at=day, changed_by=changer,
        ):  # fmt: skip
            wrong[field] = _WRONG[field]
        if unreadable:
            wrong["expected_at"] = sentences.DAY_UNREADABLE
        if (unsaid := _text_fault(text)) is not None:
            wrong["text"] = unsaid
        if wrong or unfit is not None:
            fields = {
                "stage": Field(stage, unfit or wrong.get("stage")),
                "stage_text": Field(stage_text, wrong.get("text")),
                "expected_at": Field(expected_at, wrong.get("expected_at")),
                "changed_by": Field(changed_by, wrong.get("changed_by")),
            }
            return await again(context, here, unfit, incident_id, **fields)
        await handlers.ask_owner(
            context.engine, caller.directory, caller.who, incident_id, t.StageRequested, seen_version,
            stage=stage, text={here.language: text} if text else None, expected_at=day, changed_by=changer,
        )  # fmt: skip
        return go(f"/storningar/{incident_id}", "sent")

    return routes


def _day(written: str) -> tuple[date | None, bool]:
    """The day, and whether it cannot be read."""
    if not written.strip():
        return None, False
    try:
        return date.fromisoformat(written.strip()), False
    except ValueError:
        return None, True


def _text_fault(text: str) -> Say | None:
    if UNREADABLE in text:
        return sentences.BAD_CHARACTERS
    return sentences.too_long(DESCRIPTION_LIMIT) if len(text) > DESCRIPTION_LIMIT else None
