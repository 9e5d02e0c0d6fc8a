"""What its reporter says of a ticket, or who may say it for them."""

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.directory import Directory
from contracts.disclosure import REPORTER
from contracts.events import ticketing as t
from contracts.timeline import FileRef
from contracts.values import GATHERED, Actor, Language, Words
from ticketing.domain import access, further
from ticketing.domain.access import Identity
from ticketing.domain.dates import full_time
from ticketing.domain.state import OVER, Incident, Ticket
from ticketing.handlers.cases import about, case_of, now, readable, record
from ticketing.handlers.errors import AlreadyAnswered, AskedAlready, KeyReused, NotAllowed, NotFound, WrongState
from ticketing.store import intake, reads, world


def _ticket(loaded: world.Loaded, who: Identity, ticket_id: str) -> Ticket:
    ticket, _ = readable(loaded, who, ticket_id)
    if not access.may_speak_for(who, ticket):
        raise NotAllowed
    return ticket


def _judged(loaded: world.Loaded, who: Identity, ticket_id: str) -> tuple[Ticket, Actor]:
    """A ticket of which this person may say whether it works, and as whom they say it."""
    ticket, incident = readable(loaded, who, ticket_id)
    if not access.may_judge(who, ticket, incident):
        raise NotAllowed
    if access.may_speak_for(who, ticket):
        return ticket, who.reporter
    return ticket, access.acts_as(who, incident.holder if incident else None)


async def answer(
    engine: AsyncEngine,
    directory: Directory,
    who: Identity,
    ticket_id: str,
    text: str,
    *,
    language: Language = "sv",
    question: str | None = None,
    files: tuple[FileRef, ...] = (),
) -> None:
    """The reporter writes to their ticket; with `question`, answers it: one that was put to this ticket."""
    async with case_of(engine, directory, "ticket", ticket_id) as (conn, loaded):
        ticket = _ticket(loaded, who, ticket_id)
        if question is not None:
            if not await reads.was_asked(conn, ticket_id, question):
                raise NotFound("question")
            asked = loaded.questions.get(question)
            if asked is None or asked.answered_at is not None:
                raise AlreadyAnswered
        if ticket.state in OVER:
            raise WrongState
        event = t.TicketAnswered(
            **about(directory, ticket, who.reporter),
            text={language: text},
            question=question,
            files=files,
        )
        await record(conn, loaded, event)


async def attach(
    engine: AsyncEngine,
    directory: Directory,
    who: Identity,
    ticket_id: str,
    files: tuple[FileRef, ...],
    *,
    text: str | None = None,
    audience: str | None = None,
    language: Language = "sv",
    key: intake.Key | None = None,
) -> bool:
    """Put files, in the object store already, to a ticket; False: this was done under the same key before.

    `audience`: `reporter` (the default), or of staff `internal`.
    """
    async with case_of(engine, directory, "ticket", ticket_id) as (conn, loaded):
        ticket, incident = readable(loaded, who, ticket_id)
        by = may_attach(ticket, incident, who, audience)
        if key is not None:
            used = await intake.use_key(conn, directory.id, key, ticket_id, now())
            if used is not None and used != key.body_sha256:
                raise KeyReused
            if used is not None:
                return False
        event = t.TicketAttachmentAdded(
            **about(directory, ticket, by),
            audience=(audience or REPORTER,),
            files=files,
            text={language: text} if text else None,
        )
        await record(conn, loaded, event)
    return True


def may_attach(ticket: Ticket, incident: Incident | None, who: Identity, audience: str | None = None) -> Actor:
    """As whom somebody who may see the ticket puts files to it for these readers; NotAllowed, WrongState."""
    as_whom = access.attaches_as(who, ticket, incident)
    if as_whom is None or (audience or REPORTER) not in as_whom[1]:
        raise NotAllowed
    if ticket.state in OVER:
        raise WrongState
    return as_whom[0]


async def confirm_fixed(engine: AsyncEngine, directory: Directory, who: Identity, ticket_id: str) -> None:
    """The reporter says that it works, or staff of what a vendor reported; saying it twice changes nothing."""
    async with case_of(engine, directory, "ticket", ticket_id) as (conn, loaded):
        ticket, by = _judged(loaded, who, ticket_id)
        if ticket.confirmed_at is not None:
            return
        if ticket.state in OVER or ticket.kind in GATHERED:
            raise WrongState
        event = t.TicketConfirmedFixed(
            **about(directory, ticket, by),
        )
        await record(conn, loaded, event)


async def reopen(
    engine: AsyncEngine,
    directory: Directory,
    who: Identity,
    ticket_id: str,
    text: str | None = None,
    *,
    language: Language = "sv",
) -> None:
    """The reporter says that it still does not work, or staff of what a vendor reported (R9)."""
    async with case_of(engine, directory, "ticket", ticket_id) as (conn, loaded):
        ticket, by = _judged(loaded, who, ticket_id)
        if not loaded.is_solved(ticket):
            raise WrongState
        event = t.TicketReopened(
            **about(directory, ticket, by),
            text={language: text} if text else None,
        )
        await record(conn, loaded, event)


async def ask_further(
    engine: AsyncEngine, directory: Directory, who: Identity, ticket_id: str, reason: str, *, language: Language = "sv"
) -> bool:
    """The reporter, or who leads the school, asks that it goes further; the policy says what follows.

    False: others have asked, or it has just got its holder; so it is noted, as far as is known here.
    """
    async with case_of(engine, directory, "ticket", ticket_id) as (conn, loaded):
        ticket, incident = readable(loaded, who, ticket_id)
        if not access.may_ask_further(who, ticket, incident):
            raise NotAllowed
        if not further.can_go_further(ticket, incident):
            raise WrongState
        at = now()
        if (again := further.again_at(ticket, at)) is not None:
            raise AskedAlready(again, full_time(directory, again))
        event = t.TicketEscalationRequested(
            **about(directory, ticket, who.reporter, at),
            reason={language: reason},
        )
        await record(conn, loaded, event)
        return further.noted_only_until(incident, at) is None


async def withdraw(
    engine: AsyncEngine, directory: Directory, who: Identity, ticket_id: str, why: Words | None = None
) -> None:
    """The reporter takes the report back, and may say why; twice changes nothing."""
    async with case_of(engine, directory, "ticket", ticket_id) as (conn, loaded):
        ticket = _ticket(loaded, who, ticket_id)
        if ticket.state == "withdrawn":
            return
        if ticket.state in OVER:
            raise WrongState
        at = now()
        said = [t.TicketAnswered(text=why, **about(directory, ticket, who.reporter, at))] if why else []
        for event in (*said, t.TicketWithdrawn(**about(directory, ticket, who.reporter, at))):
            await record(conn, loaded, event)
