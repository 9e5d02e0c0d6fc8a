"""A window of planned work as pages show it, and as forms send it."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from contracts.directory import Directory
from contracts.directory.recurring import exists
from contracts.values import in_language
from ticketing import sentences
from ticketing.domain.names import as_sentence, school_name, service_name
from ticketing.domain.state import Incident, Work
from ticketing.store import works as stored
from ticketing.views import Field, Language, Notice, PlannedWork, Say, Tone, WorkState, say
from ticketing.web import present

RUNNING_LIMIT = 20


def shown(directory: Directory, work: Work, language: Language, now: datetime, *, linked: bool = True) -> PlannedWork:
    """One line of a list."""
    return PlannedWork(
        title=in_language(work.text, language),
        starts=work.starts_at,
        ends=work.ends_at,
        services=tuple(in_language(service_name(directory, service), language) for service in work.services),
        text=sentences.EFFECTS[work.effect],
        state=WorkState(work.state(now)),
        schools=tuple(school_name(directory, school, language) for school in work.schools),
        url=f"/planerat/{work.id}" if linked else None,
        reason=in_language(work.reason, language) if work.reason else "",
        announced_by=present.said_within(directory, work.announced_by, language) if work.announced_by else "",
    )


async def running(engine: AsyncEngine, directory: Directory, school: str, now: datetime) -> list[Work]:
    """What is done at a school now, and may be noticed."""
    return await stored.running(engine, directory.id, school, now, RUNNING_LIMIT)


def of_services(works: Iterable[Work], services: Iterable[str]) -> list[Work]:
    """Those on one of these services."""
    wanted = set(services)
    return [work for work in works if wanted & set(work.services)]


async def notices(
    conn: AsyncConnection, directory: Directory, incident: Incident | None, language: Language, *, linked: bool = False
) -> tuple[Notice, ...]:
    """Of what waits for planned work: which it is, until when, and what happens then. `linked`: with its page."""
    work = await stored.awaited(conn, incident)
    if work is None:
        return ()
    text = sentences.work_now_explained(as_sentence(in_language(work.text, language)), sentences.EFFECTS[work.effect])
    link = (f"/planerat/{work.id}", say("work.show")) if linked else ()
    return (Notice(Tone.INFO, text, sentences.work_now(work.ends_at), *link),)


def zone_of(directory: Directory) -> ZoneInfo:
    """The municipality's time zone."""
    return ZoneInfo(directory.municipality.time_zone)


def field_of(at: datetime, zone: ZoneInfo) -> Field:
    """A time in a form's field."""
    return Field(f"{at.astimezone(zone):%Y-%m-%dT%H:%M}")


def read_time(text: str, zone: ZoneInfo, *, ends: bool = False) -> tuple[datetime | None, Say | None]:
    """What a person wrote, as a time of the zone, or what is wrong with it. Of an hour that comes twice what ends there
    ends with the second one.
    """
    required = sentences.END_REQUIRED if ends else sentences.START_REQUIRED
    try:
        written = datetime.fromisoformat(text.strip())
    except ValueError:
        return None, required
    # A time with an offset comes from no form of ours; a year at either end has no time beside it in UTC.
    if written.tzinfo is not None or not 1900 < written.year < 9000 or len(text.strip()) < len("2027-03-02T16"):
        return None, required
    local = written.replace(tzinfo=zone, fold=int(ends))
    return (local, None) if exists(local) else (None, sentences.WORK_NO_SUCH_TIME)
