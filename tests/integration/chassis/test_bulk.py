"""Rows of one table that are read beside another's."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, Column, DateTime, Interval, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import Field, MetaData, SQLModel

from chassis.bulk import Rows, any_of

_metadata = MetaData()


class _Base(SQLModel):
    metadata = _metadata


class PizzaRow(_Base, table=True):
    __tablename__ = "pizza"

    id: str = Field(primary_key=True, sa_type=Text)


class ToppingRow(_Base, table=True):
    __tablename__ = "topping"

    id: str = Field(primary_key=True, sa_type=Text)
    pizza: str = Field(sa_type=Text)
    facts: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    names: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    at: datetime = Field(sa_type=DateTime(timezone=True))
    baked: timedelta | None = Field(sa_type=Interval, nullable=True)


@dataclass(slots=True)
class Pizza:
    id: str


@dataclass(slots=True)
class Topping:
    id: str
    pizza: str
    facts: dict[str, Any]
    names: list[str]
    at: datetime
    baked: timedelta | None = None


PIZZAS, TOPPINGS = Rows(PizzaRow, Pizza), Rows(ToppingRow, Topping)
WHOLE = PIZZAS.query(any_of(PIZZAS.table.c.id, "ids"), TOPPINGS.beside(TOPPINGS.table.c.pizza == PIZZAS.table.c.id))
AT = datetime(2026, 10, 5, 7, 33, tzinfo=UTC)
HAM = Topping("1", "capricciosa", {"sv": "Skinka"}, ["ham", "å"], AT, timedelta(minutes=3))
CHEESE = Topping("2", "capricciosa", {}, [], AT)


async def test_what_is_read_beside_a_row_is_as_when_read_alone_also_after_a_migration(engine: AsyncEngine) -> None:
    async with engine.begin() as conn:
        await conn.run_sync(_metadata.create_all)
        await PIZZAS.save(conn, [Pizza("capricciosa"), Pizza("margherita")])
        await TOPPINGS.save(conn, [CHEESE, HAM])
    async with engine.begin() as conn:
        found = await WHOLE.whole(conn, ids=["margherita", "capricciosa"])
        assert list(found) == ["capricciosa", "margherita"]
        assert [TOPPINGS.items(toppings) for _, (toppings,) in found.values()] == [[HAM, CHEESE], []]
        assert await WHOLE.load(conn, ids=["capricciosa"]) == {"capricciosa": Pizza("capricciosa")}
    async with engine.begin() as conn:  # what a later version adds, while this one runs
        await conn.execute(text("ALTER TABLE topping ADD COLUMN price int"))
        found = await WHOLE.whole(conn, ids=["capricciosa"])
        assert TOPPINGS.items(found["capricciosa"][1][0]) == [HAM, CHEESE]
