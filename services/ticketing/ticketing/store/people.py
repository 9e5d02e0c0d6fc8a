"""Who people are: by id, and those who may sign in in demo mode."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, all_, bindparam, cast, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.bulk import any_of
from chassis.statements import Statement
from contracts.directory import Directory
from contracts.directory.phrases import capital
from contracts.events.ticketing import PersonChanged
from contracts.values import Language, in_language
from ticketing.domain.names import reporter_word
from ticketing.store import tables as t

_NAMES = Statement(
    select(t.PERSON.c.person, t.PERSON.c.name, t.PERSON.c.role, t.PERSON.c.placeholder).where(
        t.PERSON.c.municipality == bindparam("municipality"), any_of(t.PERSON.c.person, "ids"), t.PERSON.c.name != ""
    )
)


def _person(row: Any) -> PersonChanged:
    return PersonChanged.model_validate({**row, "id": "-", "at": datetime.min.replace(tzinfo=UTC)})


async def person(conn: AsyncConnection, municipality: str, id_: str) -> PersonChanged | None:
    """One person, as last told."""
    where = (t.PERSON.c.municipality == municipality, t.PERSON.c.person == id_)
    row = (await conn.execute(select(t.PERSON).where(*where))).mappings().first()
    return _person(row) if row else None


async def persons(conn: AsyncConnection, municipality: str, limit: int | None = None) -> list[PersonChanged]:
    """People who are known by the people file: who may sign in in demo mode."""
    query = select(t.PERSON).where(*_there(municipality)).order_by(t.PERSON.c.person).limit(limit)
    return [_person(row) for row in (await conn.execute(query)).mappings()]


async def left_out(conn: AsyncConnection, municipality: str, named: Collection[str]) -> list[PersonChanged]:
    """Those whom the former people file had, and this one does not name."""
    others = t.PERSON.c.person != all_(cast(list(named), ARRAY(Text)))
    query = select(t.PERSON).where(*_there(municipality), others).order_by(t.PERSON.c.person)
    return [_person(row) for row in (await conn.execute(query)).mappings()]


async def is_there(conn: AsyncConnection, municipality: str, id_: str) -> bool:
    """Whether the people file in force has them."""
    query = select(t.PERSON.c.person).where(*_there(municipality), t.PERSON.c.person == id_)
    return await conn.scalar(query) is not None


async def is_last_of(conn: AsyncConnection, municipality: str, id_: str, team: str) -> bool:
    """Whether the people file in force has them in that team, and nobody else."""
    query = select(t.PERSON.c.person).where(*_there(municipality), t.PERSON.c.teams.contains([team]))
    return list(await conn.scalars(query.limit(2))) == [id_]


async def erased(conn: AsyncConnection, municipality: str) -> list[str]:
    """Ids of those of whom nothing else is left (N11)."""
    query = select(t.PERSON.c.person).where(t.PERSON.c.municipality == municipality, t.PERSON.c.name == "")
    return list(await conn.scalars(query.order_by(t.PERSON.c.person)))


def _there(municipality: str) -> tuple[ColumnElement[bool], ...]:
    """As `access.may_enter`."""
    return t.PERSON.c.municipality == municipality, t.PERSON.c.placeholder.is_(False), t.PERSON.c.role != ""


async def names(conn: AsyncConnection, municipality: str, ids: Iterable[str]) -> dict[str, str]:
    """What people are called, by id."""
    rows = await _NAMES.within(conn, {"municipality": municipality, "ids": list(set(ids))})
    return {row["person"]: row["name"] for row in rows}


async def called(conn: AsyncConnection, directory: Directory, ids: Iterable[str], language: Language) -> dict[str, str]:
    """What pages call people, by id; whom an import knew by id alone, by the role in the school."""
    rows = await _NAMES.within(conn, {"municipality": directory.id, "ids": list(set(ids))})
    return {row["person"]: _role(directory, row, language) if row["placeholder"] else row["name"] for row in rows}


def _role(directory: Directory, row: Any, language: Language) -> str:
    role = directory.roles_by_id.get(row["role"])
    return capital(in_language(role.name.words, language) if role else reporter_word(language))
