"""The form that plans work: written, read as the schools will, then planned."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, StringConstraints
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.look.forms import UNREADABLE, PageRoutes
from contracts import ids
from ticketing import handlers, planning, sentences
from ticketing.api.context import Context
from ticketing.domain import access, works
from ticketing.domain.state import Work
from ticketing.store import works as stored
from ticketing.views import EFFECTS, Field, Option, PlanPage, Preview, Say
from ticketing.web.forms import sender, status_of
from ticketing.web.pages import Visit, go, visit
from ticketing.web.planned.shown import of_services, read_time, shown, zone_of

BESIDE_LIMIT = 50
_FIELDS = {"starts_at": "starts", "ends_at": "ends"}
Short = Annotated[str, StringConstraints(max_length=100)]


class SentPlan(BaseModel):
    """The form as it was sent: nothing of it is right until it was checked."""

    csrf: Annotated[str, StringConstraints(max_length=200)] = ""
    key: Short = ""
    step: Short = "preview"
    text: str = ""
    services: list[Short] = []
    schools: list[Short] = []
    starts: Short = ""
    ends: Short = ""
    effect: Short = ""
    vendor: Short = ""


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = PageRoutes("/planerat")

    @routes.get("/planerat/nytt")
    async def blank(request: Request) -> Response:
        here = await _planner(context, request)
        return here.show("plan", _page(here, SentPlan(key=ids.new("request")), {}))

    @routes.post("/planerat/nytt")
    async def send(request: Request, sent: Annotated[SentPlan, Form()]) -> Response:
        await _planner(context, request)
        here, unfit = await sender(context, request, sent.csrf)
        plan, wrong = _read(here, sent)
        if unfit is not None or plan is None:
            return here.show("plan", _page(here, sent, wrong, error=unfit), status_of(unfit))
        if sent.step == "edit":
            return here.show("plan", _page(here, sent, {}))
        if not access.may_plan(here.caller.who, here.caller.directory, plan.services, plan.schools):
            return here.show("plan", _page(here, sent, {"services": sentences.WORK_NOT_YOURS}), 422)
        if sent.step != "plan":
            async with context.reading.connect() as conn:
                preview = await _preview(conn, here, plan)
            return here.show("plan", _page(here, sent, {}, preview=preview))
        work, _ = await planning.plan(context.engine, here.caller.directory, here.caller.who, plan)
        return go(f"/planerat/{work.id}", "work_planned")

    return routes


async def _planner(context: Context, request: Request) -> Visit:
    here = await visit(context, request)
    if not access.plans_work(here.caller.who, here.caller.directory):
        raise handlers.NotAllowed
    return here


def _read(here: Visit, sent: SentPlan) -> tuple[works.Plan | None, dict[str, Say]]:
    """The plan, or what is wrong with it by field."""
    zone, now = zone_of(here.caller.directory), here.frame.now
    starts_at, starts_wrong = read_time(sent.starts, zone)
    ends_at, ends_wrong = read_time(sent.ends, zone, ends=True)
    plan = works.Plan(
        text={here.language: sent.text.strip()},
        services=tuple(sent.services),
        schools=tuple(sent.schools),
        starts_at=starts_at or now,
        ends_at=ends_at or now,
        effect=sent.effect,  # type: ignore[arg-type]  # checked below
        vendor=sent.vendor or None,
        external_id=f"form:{here.caller.who.person}:{sent.key}" if sent.key else None,
    )
    unreadable = sentences.BAD_CHARACTERS if UNREADABLE in sent.text else None
    read = {"text": unreadable, "starts": starts_wrong, "ends": ends_wrong}
    wrong = {name: found for name, found in read.items() if found is not None}
    for fault in works.check(plan, here.caller.directory, now):
        name = _FIELDS.get(fault.field, fault.field)
        if name not in ("starts", "ends") or not (starts_wrong or ends_wrong):
            wrong.setdefault(name, sentences.WORK_WRONG[fault.code])
    return (None if wrong else plan), wrong


async def _preview(conn: AsyncConnection, here: Visit, plan: works.Plan) -> Preview:
    directory, language, now = here.caller.directory, here.language, here.frame.now
    meanwhile = await stored.between(conn, directory.id, plan.starts_at, plan.ends_at, BESIDE_LIMIT, holding=True)
    work = Work(
        id="",
        municipality=directory.id,
        services=list(plan.services),
        schools=list(plan.schools),
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        text=plan.text,
        effect=plan.effect,
        planned_at=now,
    )
    return Preview(
        work=shown(directory, work, language, now, linked=False),
        schools=len(plan.schools or directory.schools),
        everywhere=not plan.schools,
        beside=tuple(shown(directory, other, language, now) for other in of_services(meanwhile, plan.services)),
    )


def _page(
    here: Visit, sent: SentPlan, wrong: Mapping[str, Say], error: Say | None = None, preview: Preview | None = None
) -> PlanPage:
    directory, who, language = here.caller.directory, here.caller.who, here.language
    mine = [
        service
        for service in directory.services
        if access.may_plan(who, directory, [service.id], who.served if service.owner == "local" else [])
    ]
    return PlanPage(
        key=sent.key or ids.new("request"),
        services=tuple(Option(service.id, service.name.in_language(language)) for service in mine),
        schools=tuple(Option(school.id, school.name.in_language(language)) for school in directory.schools),
        effects=tuple(Option(effect, sentences.EFFECTS[effect]) for effect in EFFECTS),
        vendors=tuple(
            Option(party, vendor.name.in_language(language)) for party, vendor in directory.vendors_by_party.items()
        ),
        text=Field(sent.text[: works.TEXT_LIMIT], wrong.get("text")),
        starts=Field(sent.starts, wrong.get("starts")),
        ends=Field(sent.ends, wrong.get("ends")),
        effect=Field(sent.effect, wrong.get("effect")),
        vendor=Field(sent.vendor, wrong.get("vendor")),
        chosen_services=frozenset(sent.services),
        chosen_schools=frozenset(sent.schools),
        services_error=wrong.get("services"),
        schools_error=wrong.get("schools"),
        error=error,
        preview=preview,
    )
