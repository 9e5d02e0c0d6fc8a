"""Putting a directory and its people in force, and what has to be so before (R19)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import outbox
from contracts import ids
from contracts.directory import Change, Directory, diff_people
from contracts.events import ticketing as t
from contracts.events.base import Event
from ticketing.domain.access import Identity
from ticketing.handlers import now
from ticketing.store import intake, people, stranded, world
from ticketing.store.stranded import Stranded


class StillHolds(Exception):
    """A directory leaves out parties that hold open cases: `cases` by party id (R19)."""

    def __init__(self, cases: dict[str, Stranded]) -> None:
        self.cases = cases
        super().__init__(", ".join(sorted(cases)))


class StillHandedOver(Exception):
    """A directory leaves out connections that hand-offs go by: `cases` by (party id, connection) (R19)."""

    def __init__(self, cases: dict[tuple[str, str], Stranded]) -> None:
        self.cases = cases
        super().__init__(", ".join(sorted(name for _, name in cases)))


class WereErased(Exception):
    """A people file names people who were erased: `places` in it, from 1. It says no names (N11)."""

    def __init__(self, places: Sequence[int]) -> None:
        self.places = tuple(places)
        super().__init__(", ".join(map(str, places)))


async def apply_directory(
    engine: AsyncEngine,
    directory: Directory,
    persons: Sequence[t.PersonChanged] | None,
    who: Identity | None,
    *,
    bring_back: bool = False,
) -> bool:
    """Put a municipality's configuration and people in force; False when nothing of it is new.

    `persons` are all there are: who was there and is not among them has left. None: nothing is said of people.
    Two at once come one after the other, and the later one holds. StillHolds and StillHandedOver where it would leave
    open cases behind; WereErased where it would `bring_back` somebody unasked.
    """
    async with engine.begin() as conn:
        known = await world.directory_version(conn, directory.id)
        await _refuse_what_breaks(conn, directory, persons, bring_back=bring_back)
        changed = await world.changed_persons(conn, persons or ())
        if persons is not None:
            named = [person.person for person in persons]
            changed += [_left(person) for person in await people.left_out(conn, directory.id, named)]
        events: list[Event] = list(changed)
        if known != directory.version:
            event = t.DirectoryChanged(
                id=ids.new("event"),
                at=now(),
                municipality=directory.id,
                version=directory.version,
                directory=directory,
                applied_by=who.actor if who else None,
            )
            await world.save_directory(conn, event)
            events.insert(0, event)
        await world.save_persons(conn, changed)
        await outbox.add(conn, intake.outgoing(events))
        return bool(events)


_TOLD = {"name", "role", "schools", "teams", "email", "language"}
"""What is told of a person."""


async def look_at_directory(
    engine: AsyncEngine, directory: Directory, persons: Sequence[t.PersonChanged] | None, *, bring_back: bool = False
) -> list[Change]:
    """What would be another with the people if it were put in force now; nothing is changed.

    Raises what `apply_directory` would.
    """
    async with engine.connect() as conn:
        await _refuse_what_breaks(conn, directory, persons, bring_back=bring_back)
        known = await people.persons(conn, directory.id)
    if persons is None:
        return []
    told = ([{"id": one.person, **one.model_dump(include=_TOLD)} for one in each] for each in (known, persons))
    return diff_people(*told)


async def _refuse_what_breaks(
    conn: AsyncConnection, directory: Directory, persons: Sequence[t.PersonChanged] | None, *, bring_back: bool
) -> None:
    if left_out := await stranded.held_by_others(conn, directory.id, directory.parties):
        raise StillHolds(left_out)
    former = (await world.directories(conn)).get(directory.id)
    gone = _ways(former) - _ways(directory) if former else set()
    if left_behind := await stranded.handed_over_by(conn, directory.id, gone):
        raise StillHandedOver(left_behind)
    if persons and not bring_back:
        erased = frozenset(await people.erased(conn, directory.id))
        if places := [place for place, each in enumerate(persons, 1) if each.person in erased]:
            raise WereErased(places)


def _left(person: t.PersonChanged) -> t.PersonChanged:
    """Somebody who has no part in anything any more and is not written to. What they did keeps its name."""
    gone: dict[str, Any] = {"role": "", "schools": (), "teams": (), "email": None}
    return person.model_copy(update={"id": ids.new("event"), "at": now(), **gone})


def _ways(directory: Directory) -> set[tuple[str, str]]:
    """(party id, name of its connection) of every vendor that has one."""
    return {(f"vendor:{vendor.id}", name) for name, vendor in directory.connections.items()}


async def meet(engine: AsyncEngine, person: t.PersonChanged) -> None:
    """A person nobody has heard of; who is known already stays as they are told of last."""
    async with engine.begin() as conn:
        await world.directory_version(conn, person.municipality)  # its lock orders what is told of people
        changed = await world.changed_persons(conn, [person])
        await world.save_persons(conn, changed)
        await outbox.add(conn, intake.outgoing(changed))
