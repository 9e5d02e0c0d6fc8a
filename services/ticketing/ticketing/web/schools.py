"""The school's status: traffic light by service, who has it, when the next word comes. Nobody's words (N5)."""

from collections.abc import Iterable
from datetime import datetime

from fastapi import APIRouter, Request, Response

from chassis.web import Section
from contracts.values import in_language
from ticketing import handlers, sentences
from ticketing.api.context import Context
from ticketing.api.schools import OPEN_LIMIT, RESOLVED_LIMIT, WEEK, works_ahead
from ticketing.domain import access
from ticketing.domain.names import school_name, service_name
from ticketing.domain.state import Incident, Work
from ticketing.store import reads
from ticketing.views import Health, Option, SchoolPage, ServiceLine, SolvedLine
from ticketing.web import present
from ticketing.web.pages import Visit, visit
from ticketing.web.planned.shown import shown

_ORDER = (Health.DOWN, Health.TROUBLE, Health.PLANNED, Health.SINGLE, Health.OK)


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = Section("/skolor")

    @routes.get("/skolor/{school}")
    async def status(school: str, request: Request) -> Response:
        here = await visit(context, request)
        return here.show("school", await _school(context, here, school))

    @routes.get("/skolor/{school}/nu")
    async def status_now(school: str, request: Request) -> Response:
        here = await visit(context, request)
        return here.part("school", await _school(context, here, school))

    return routes


async def _school(context: Context, here: Visit, school: str) -> SchoolPage:
    directory, who = here.caller.directory, here.caller.who
    if not access.may_see_school(who, school, directory):
        raise handlers.NotFound("school")
    async with context.reading.connect() as conn:
        which = reads.IncidentFilter(schools=frozenset({school}), told_to_all=True)
        open_ = await reads.incidents(conn, directory.id, which, OPEN_LIMIT)
        since = here.frame.now - WEEK
        solved = await reads.recently_resolved(conn, directory.id, school, since, RESOLVED_LIMIT)
        works = await works_ahead(conn, directory.id, school, here.frame.now)
    faults = [incident for incident in open_ if incident.kind == "incident"]
    mended = [incident for incident in solved if incident.kind == "incident"]
    return SchoolPage(
        school=school_name(directory, school),
        services=tuple(sorted(_lines(here, faults, works), key=lambda line: (_ORDER.index(line.health), line.service))),
        planned=tuple(shown(directory, work, here.language, here.frame.now) for work in works),
        solved=tuple(_solved(here, incident) for incident in mended if _is_shared(incident)),
        solved_single=sum(not _is_shared(incident) for incident in mended),
        open_cases=len(open_),
        schools=_others(here, school),
        live=f"/skolor/{school}/nu",
    )


def _is_shared(incident: Incident) -> bool:
    """Others than who reported it have something to read: several reports, or a title that staff wrote."""
    return incident.tickets > 1 or bool(incident.public_title)


def _lines(here: Visit, faults: list[Incident], works: list[Work]) -> Iterable[ServiceLine]:
    directory, language = here.caller.directory, here.language
    noticed = [work for work in works if work.effect != "none" and work.state(here.frame.now) == "running"]
    for service in directory.services:
        mine = [incident for incident in faults if incident.service == service.id]
        name = in_language(service.name.words, language)
        work = next((work for work in noticed if service.id in work.services), None)
        if work is not None and not any(_is_shared(incident) and not incident.waits_for for incident in mine):
            what = in_language(work.text, language)
            yield ServiceLine(name, Health.PLANNED, what, next_update_by=work.ends_at, url=f"/planerat/{work.id}")
            continue
        if not mine:
            yield ServiceLine(name, Health.OK)
            continue
        worst = min(
            mine,
            key=lambda incident: (
                not incident.public_title,  # what a person wrote for all is what they read
                not _is_shared(incident),
                -incident.tickets,
                incident.urgency,
                incident.opened_at,
            ),
        )
        line = present.holder_line(directory, None, worst, language)
        shared = _is_shared(worst)
        others = sum(_is_shared(incident) for incident in mine) - 1
        yield ServiceLine(
            name,
            (Health.DOWN if worst.urgency == 1 else Health.TROUBLE) if shared else Health.SINGLE,
            present.problem_title(directory, worst, language) if shared else sentences.single_cases(len(mine)),
            line.name if line else None,
            line.since if line else None,
            line.next_update_by if line else None,
            f"/storningar/{worst.id}" if access.reader_of_incident(here.caller.who, worst) else None,
            others if shared else 0,
            len(mine) - 1 - others if shared else 0,
        )


def _solved(here: Visit, incident: Incident) -> SolvedLine:
    directory, language = here.caller.directory, here.language
    resolved_at: datetime = incident.resolved_at or incident.opened_at
    words = access.words_to_all(incident)
    return SolvedLine(
        present.problem_title(directory, incident, language),
        in_language(service_name(directory, incident.service), language),
        resolved_at,
        present.incident_pill(directory, incident),
        in_language(words, language) if words else "",
    )


def _others(here: Visit, school: str) -> tuple[Option, ...]:
    directory, who = here.caller.directory, here.caller.who
    desk = access.schools_on_desk(who, directory)
    seen = frozenset(directory.schools_by_id) if desk is None else desk | who.schools
    if seen <= {school}:
        return ()
    return tuple(Option(f"/skolor/{each.id}", each.name.sv) for each in directory.schools if each.id in seen)
