"""Erasing a ticket, one entry, a person: each once, in one transaction with what was sent of it (N11).

NotFound, NotAllowed, WrongState        as in `handlers`; WrongState: an entry that is not erased by hand
LastCoordinator                         whoever is to go is the only coordinator
"""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import outbox
from contracts import ids
from contracts.directory import Directory
from contracts.events.ticketing import PersonErased
from contracts.timeline import Entry
from contracts.values import SYSTEM_PARTY, Actor, ErasureReason
from ticketing.domain import access, erasing, recorder
from ticketing.domain.access import ADMINISTER, Identity
from ticketing.domain.fold import fold
from ticketing.domain.state import Incident, Ticket
from ticketing.handlers import LastCoordinator, NotAllowed, NotFound, WrongState, now, readable
from ticketing.store import erasure, intake, people, uploads, world


@dataclass(frozen=True, slots=True)
class Erased:
    """What came of it: whether anything was still there, and what others wrote, for a person to look at (R20)."""

    done: bool
    others: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonGone:
    """A person of whom nothing is left: ids of their tickets that were erased, and what others wrote of these cases.

    `listed`: the people file in force had them until now.
    """

    done: bool
    listed: bool = False
    tickets: tuple[str, ...] = ()
    others: tuple[Entry, ...] = ()


async def erase_ticket(
    engine: AsyncEngine, directory: Directory, who: Identity, ticket_id: str, reason: ErasureReason
) -> Erased:
    """Take out what a ticket tells of its reporter; twice changes nothing."""
    async with engine.begin() as conn:
        loaded, ticket = await _known(conn, directory, who, ticket_id)
        return await _erase(conn, loaded, ticket, _by(who), reason)


async def look(engine: AsyncEngine, directory: Directory, who: Identity, ticket_id: str) -> tuple[Ticket, list[Entry]]:
    """The ticket, and what others wrote of the cases that it is or was on. NotFound, NotAllowed."""
    async with engine.connect() as conn:
        _, ticket = await _known(conn, directory, who, ticket_id)
        return ticket, erasing.by_others(await _beside(conn, ticket))


async def _known(
    conn: AsyncConnection, directory: Directory, who: Identity, ticket_id: str
) -> tuple[world.Loaded, Ticket]:
    """A ticket that this person may erase, locked; NotFound, NotAllowed."""
    try:
        is_ticket = ids.kind_of(ticket_id) == "ticket"
    except ValueError:
        is_ticket = False
    if not is_ticket:
        raise NotFound("ticket")
    loaded = await world.load_cases(conn, [ticket_id], {directory.id: directory})
    ticket, _ = readable(loaded, who, ticket_id)
    if not access.may_erase(who):
        raise NotAllowed
    return loaded, ticket


async def _case(conn: AsyncConnection, directory: Directory, who: Identity, case: str) -> world.Loaded:
    """A ticket or an incident that this person may know of, locked; NotFound("entry") for any other."""
    try:
        ids.kind_of(case)
    except ValueError as error:
        raise NotFound("entry") from error
    loaded = await world.load_cases(conn, [case], {directory.id: directory})
    match loaded.chain(case):
        case Ticket() as ticket:
            reader = access.reader_of_ticket(who, ticket, loaded.incidents.get(ticket.incident or ""))
        case Incident() as incident:
            reader = access.reader_of_incident(who, incident)
        case None:
            reader = None
    if reader is None:
        raise NotFound("entry")
    return loaded


async def _beside(conn: AsyncConnection, ticket: Ticket) -> list[Entry]:
    incidents = await erasure.incidents_of(conn, ticket.municipality, ticket.id)
    return await erasure.histories(conn, ticket.municipality, incidents)


async def _erase(
    conn: AsyncConnection, loaded: world.Loaded, ticket: Ticket, by: Actor, reason: ErasureReason
) -> Erased:
    """With the case's row locked."""
    beside = await _beside(conn, ticket)
    if ticket.state == "erased":
        return Erased(done=False, others=tuple(erasing.by_others(beside)))
    own = await erasure.histories(conn, ticket.municipality, [ticket.id])
    event = erasing.of_ticket(ticket, own, beside, by=by, reason=reason, at=now())
    said = [event, *recorder.take_in(loaded, event, event.at)]
    gone = [entry for entry in (*own, *beside) if entry.seq in event.entries.get(entry.case, ())]
    await world.save(conn, loaded)
    await erasure.redact(conn, event, gone)
    await uploads.release(conn, [file for entry in gone for file in entry.files])
    await outbox.add(conn, intake.outgoing(said))
    left = [entry for entry in beside if entry not in gone]
    return Erased(done=True, others=tuple(erasing.by_others(left)))


async def erase_entry(
    engine: AsyncEngine, directory: Directory, who: Identity, case: str, seq: int, reason: ErasureReason
) -> bool:
    """Take out what somebody wrote in one entry; False where it is gone already."""
    async with engine.begin() as conn:
        loaded = await _case(conn, directory, who, case)
        entry = await erasure.entry(conn, who.municipality, case, seq)
        if entry is None:
            raise NotFound("entry")
        if not access.may_erase(who):
            raise NotAllowed
        if entry.kind in erasing.BY_HAND and not entry.text:
            return False
        if not erasing.may_be_erased(entry):
            raise WrongState
        causes = await erasure.asked_for(conn, who.municipality, entry)
        event = erasing.of_entry(entry, causes, municipality=who.municipality, by=_by(who), reason=reason, at=now())
        said = [event, *recorder.take_in(loaded, event, event.at)]
        await world.save(conn, loaded)
        await erasure.redact(conn, event, [entry])
        await uploads.release(conn, entry.files)
        await outbox.add(conn, intake.outgoing(said))
    return True


async def erase_person(
    engine: AsyncEngine,
    directory: Directory,
    who: Identity,
    person: str,
    reason: ErasureReason,
    *,
    also_last: bool = False,
) -> PersonGone:
    """Take out who somebody is, and what their own tickets tell of them. Begun again, it does what is left.

    A transaction a ticket, the person last: what breaks off half way is found by the next try. `also_last`: even if
    nobody is coordinator then; else LastCoordinator.
    """
    if ADMINISTER not in who.scopes:
        raise NotAllowed
    async with engine.connect() as conn:
        name = await erasure.name_of(conn, directory.id, person)
        if name is None:
            raise NotFound("person")
        coordinator = directory.coordinator.removeprefix("team:")
        if not also_last and await people.is_last_of(conn, directory.id, person, coordinator):
            raise LastCoordinator
        theirs = await erasure.tickets_of(conn, directory.id, person)
        listed = await people.is_there(conn, directory.id, person)
    others: dict[tuple[str, int], Entry] = {}
    for ticket_id in theirs:
        async with engine.begin() as conn:
            loaded = await world.load_cases(conn, [ticket_id], {directory.id: directory})
            erased = await _erase(conn, loaded, loaded.tickets[ticket_id], _by(who), reason)
            others |= {(entry.case, entry.seq): entry for entry in erased.others}
    async with engine.begin() as conn:
        if await erasure.name_of(conn, directory.id, person):
            event = PersonErased(
                id=ids.new("event"), at=now(), municipality=directory.id, person=person, by=_by(who), reason=reason
            )
            loaded = await world.load(conn, [event], {directory.id: directory})
            fold(loaded, event)
            await world.save(conn, loaded)
            await erasure.forget_person(conn, event)
            await outbox.add(conn, intake.outgoing([event]))
    return PersonGone(bool(name or theirs), listed, tuple(theirs), tuple(others.values()))


def _by(who: Identity) -> Actor:
    """As staff; the installation's own administrator is nobody's person."""
    return who.actor if who.parties else Actor(party=SYSTEM_PARTY, person=who.person)
