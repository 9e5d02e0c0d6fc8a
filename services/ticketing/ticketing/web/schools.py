"""The school's status: traffic light by service, who has it, when the next word comes. Nobody's words (N5)."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from fastapi import APIRouter, Request, Response

from chassis.look.alphabet import place_of
from chassis.web import Section
from contracts.values import in_language
from ticketing import handlers, sentences
from ticketing.api.context import Context
from ticketing.api.schools import RESOLVED_LIMIT, WEEK, noticed_now, works_ahead
from ticketing.domain import access
from ticketing.domain.names import school_name, service_name
from ticketing.domain.shared import Faults, Told, health
from ticketing.domain.state import Work
from ticketing.store import schools
from ticketing.views import Health, Option, SchoolPage, ServiceLine, SolvedLine
from ticketing.web import present
from ticketing.web.pages import Visit, visit
from ticketing.web.planned.shown import shown

_ORDER = (Health.DOWN, Health.TROUBLE, Health.ELSEWHERE, Health.PLANNED, Health.SINGLE, Health.OK)


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
        faults = await schools.services(conn, directory.id, school)
        since = here.frame.now - WEEK
        solved, single = await schools.solved(conn, directory.id, school, since, RESOLVED_LIMIT)
        works = await works_ahead(conn, directory.id, school, here.frame.now)
    return SchoolPage(
        school=school_name(directory, school, here.language),
        services=tuple(sorted(_lines(here, faults, works), key=_place)),
        planned=tuple(shown(directory, work, here.language, here.frame.now) for work in works),
        solved=tuple(_solved(here, told) for told in solved if told.to_all),
        solved_single=single,
        schools=_others(here, school),
        live=f"/skolor/{school}/nu",
    )


def _place(line: ServiceLine) -> tuple[int, tuple[str, str]]:
    """The worst first, of one kind by name."""
    return _ORDER.index(line.health), place_of(str(line.service))


def _lines(here: Visit, faults: Mapping[str, Faults], works: list[Work]) -> Iterable[ServiceLine]:
    directory, language = here.caller.directory, here.language
    works_now = noticed_now(works, here.frame.now)
    for service in directory.services:
        name = in_language(service.name.words, language)
        mine, work = faults.get(service.id), works_now.get(service.id)
        word = Health(health(mine, works=work is not None))
        if work is not None and word is Health.PLANNED:
            what = in_language(work.text, language)
            yield ServiceLine(name, word, what, next_update_by=work.ends_at, url=f"/planerat/{work.id}")
        elif mine is None:
            yield ServiceLine(name, word)
        elif not mine.told:
            yield ServiceLine(name, word, sentences.single_cases(mine.single))
        else:
            yield _disturbed(here, name, word, mine)


def _disturbed(here: Visit, name: str, word: Health, faults: Faults) -> ServiceLine:
    directory, language, worst = here.caller.directory, here.language, faults.worst
    line = present.holder_line(directory, None, worst, language)
    return ServiceLine(
        name,
        word,
        present.problem_title(directory, worst, language),
        line.name if line else None,
        line.since if line else None,
        line.next_update_by if line else None,
        f"/storningar/{worst.id}" if access.reader_of_incident(here.caller.who, worst) else None,
        faults.told - 1,
        faults.single,
    )


def _solved(here: Visit, told: Told) -> SolvedLine:
    directory, language, incident = here.caller.directory, here.language, told.incident
    resolved_at: datetime = incident.resolved_at or incident.opened_at
    words = access.words_to_all(told)
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
    return tuple(Option(f"/skolor/{each.id}", each.name.words) for each in directory.schools if each.id in seen)
