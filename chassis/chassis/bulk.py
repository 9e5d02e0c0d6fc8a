"""Plain dataclasses in and out of tables, many at a time: one statement reads a batch, one writes it.

    TICKETS = Rows(TicketRow, Ticket)
    BY_ID = TICKETS.query(any_of(TICKETS.table.c.id, "ids"))
    tickets = await BY_ID.load(conn, ids=["tk_1"])     # locked, in the order of the key
    await TICKETS.save(conn, tickets.values())

SQLModel declares the table; the dataclass is what rules work with. Its fields are a table's columns of the same names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any, Final, Generic, TypeVar

from pydantic_core import to_json
from sqlalchemy import ARRAY, ColumnElement, Select, Table, Text, any_, bindparam, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from chassis.statements import Statement

Item = TypeVar("Item")


def table_of(model: type[SQLModel]) -> Table:
    """The table a SQLModel class declares."""
    table: Table = model.__table__  # type: ignore[attr-defined]  # SQLModel declares it at run time only
    return table


def among(column: ColumnElement[str], values: Iterable[str]) -> ColumnElement[bool]:
    """`column = ANY(values)`: one statement whatever their number, prepared once; an IN has another for each."""
    return column == any_(literal(list(values), ARRAY(Text)))


def any_of(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """The same with the values given later, by name."""
    return column == any_(bindparam(name, type_=ARRAY(Text)))


class Rows(Generic[Item]):
    """One table of dataclasses. `key` (the primary key's columns) orders locks, so that no two batches deadlock."""

    def __init__(self, model: type[SQLModel], kind: type[Item]) -> None:
        self.table: Final = table_of(model)
        self.kind: Final = kind
        self._names: Final = [field.name for field in fields(kind)]  # type: ignore[arg-type]
        self._columns: Final = [self.table.c[name] for name in self._names]
        self._key: Final = list(self.table.primary_key.columns)
        name = self.table.name
        columns = ", ".join(f'"{column}"' for column in self._names)
        insert = (
            f'INSERT INTO "{name}" ({columns}) SELECT {columns}'
            f' FROM jsonb_populate_recordset(CAST(NULL AS "{name}"), CAST(:rows AS jsonb))'
        )
        self._insert: Final = text(insert)
        self._upsert: Final = text(f"{insert} ON CONFLICT {self._on_conflict()}")

    def _on_conflict(self) -> str:
        kept = {column.name for column in self._key}
        changed = ", ".join(f'"{name}" = excluded."{name}"' for name in self._names if name not in kept)
        return f"({', '.join(sorted(kept))}) DO " + (f"UPDATE SET {changed}" if changed else "NOTHING")

    def query(self, where: ColumnElement[bool], *beside: ColumnElement[Any], lock: bool = True) -> Query[Item]:
        """A condition that is asked again and again, its values named by `any_of`; see `beside`."""
        return Query(self, Statement(self._select(where, *beside, lock=lock)))

    async def load(self, conn: AsyncConnection, where: ColumnElement[bool], *, lock: bool = True) -> dict[Any, Item]:
        """The rows of a condition by their key (a tuple where it has several columns), locked in its order."""
        return self.by_key(await conn.execute(self._select(where, lock=lock)))

    def beside(self, where: ColumnElement[bool]) -> ColumnElement[Any]:
        """All rows of a condition as one value of another table's query, in the order of the key; see `items`.

        One statement then reads a row with all that belongs to it.
        """
        # Columns by name, not the whole row: its type changes with every column that a migration adds.
        return func.array(select(func.row(*self._columns)).where(where).order_by(*self._key).scalar_subquery())

    def items(self, beside: Iterable[Iterable[Any]]) -> list[Item]:
        """What `beside` read."""
        return [self.kind(*row) for row in beside]

    def _select(self, where: ColumnElement[bool], *beside: ColumnElement[Any], lock: bool) -> Select[Any]:
        query = select(*self._columns, *beside).where(where).order_by(*self._key)
        return query.with_for_update() if lock else query

    def by_key(self, found: Iterable[Iterable[Any]]) -> dict[Any, Item]:
        """Rows of all columns, in the order of the dataclass' fields."""
        items = (self.kind(*row) for row in found)
        return {self.key_of(item): item for item in items}

    def with_beside(self, found: Iterable[Sequence[Any]]) -> Iterator[tuple[Item, Sequence[Any]]]:
        """Rows of all columns and then what was read beside them."""
        own = len(self._names)
        return ((self.kind(*row[:own]), row[own:]) for row in found)

    def key_of(self, item: Item) -> Any:
        """The primary key's value: itself, or a tuple of several columns."""
        values = tuple(getattr(item, column.name) for column in self._key)
        return values[0] if len(values) == 1 else values

    async def save(self, conn: AsyncConnection, items: Iterable[Item]) -> None:
        """Insert or overwrite all of them in one statement."""
        if rows := list(items):
            await conn.execute(self._upsert, {"rows": to_json(rows).decode()})

    async def add(self, conn: AsyncConnection, items: Iterable[Item]) -> None:
        """Insert all of them; IntegrityError if one is there already: for what is never overwritten."""
        if rows := list(items):
            await conn.execute(self._insert, {"rows": to_json(rows).decode()})


class Query(Generic[Item]):
    """Rows of a condition that is built once: one that is built for each run costs five times as much."""

    def __init__(self, rows: Rows[Item], statement: Statement) -> None:
        self._rows = rows
        self._statement = statement

    async def load(self, conn: AsyncConnection, **values: Iterable[str]) -> dict[Any, Item]:
        """The rows by their key (a tuple where it has several columns); each value as its `any_of` names it."""
        return {key: item for key, (item, _) in (await self.whole(conn, **values)).items()}

    async def whole(self, conn: AsyncConnection, **values: Iterable[str]) -> dict[Any, tuple[Item, Sequence[Any]]]:
        """The same, each with what the query reads beside it."""
        named = {name: list(value) for name, value in values.items()}
        found = self._rows.with_beside(await self._statement.within(conn, named))
        return {self._rows.key_of(item): (item, beside) for item, beside in found}


class Snapshot:
    """What was loaded, so that only what a batch changed is written."""

    def __init__(self) -> None:
        self._before: dict[int, tuple[object, bytes]] = {}

    def take(self, items: Iterable[object]) -> None:
        """Remember how they look now; they are kept alive, so that an identity is never given twice."""
        self._before |= {id(item): (item, to_json(item)) for item in items}

    def changed(self, items: Iterable[Item]) -> list[Item]:
        """Those that are new or look different from when they were taken."""
        return [item for item in items if id(item) not in self._before or self._before[id(item)][1] != to_json(item)]
