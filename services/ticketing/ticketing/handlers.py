"""What people ask of ticketing: each use case one transaction, its facts in the outbox before anybody is answered.

NotFound            there is no such thing, or none that this person may know of: the two look the same
NotAllowed          the case may be seen but not changed by this person
KeyReused           an idempotency key came again with another body
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import outbox
from chassis.crashpoints import crash_point
from contracts import ids
from contracts.directory import Directory
from contracts.disclosure import INTERNAL, REPORTER, REPORTERS, to_party
from contracts.events import ticketing as t
from contracts.events.base import ConnectionRequest, Event, Request
from contracts.timeline import Draft, FileRef
from contracts.values import GATHERED, Actor, Language, Words
from ticketing import metrics
from ticketing.domain import access, asking, filing, further, recorder
from ticketing.domain.access import Identity
from ticketing.domain.dates import full_time
from ticketing.domain.fold import fold
from ticketing.domain.in_hand import in_hand
from ticketing.domain.state import ENDED, OVER, Incident, Ticket
from ticketing.store import intake, reads, suggested, world


class NotFound(Exception):
    """No such thing for this person; `what` is the kind that was asked for, whether there is one or not."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


class NotAllowed(Exception):
    """Seen, but not theirs to change."""


class KeyReused(Exception):
    """The same `Idempotency-Key` with another body."""


class AlreadyAnswered(Exception):
    """The question has its answer, or was never asked of this ticket."""


class AskedAlready(Exception):
    """The school has asked for it a short while ago; `again_at`: from when it may again, `again` in words."""

    def __init__(self, again_at: datetime, again: Words) -> None:
        self.again_at, self.again = again_at, again
        super().__init__(again_at)

    @property
    def at(self) -> datetime:
        """When it asked."""
        return self.again_at - further.AGAIN


class HoldsNoMore(Exception):
    """Written to a vendor that had the case and has it no more: nobody would read it."""


class WrongState(Exception):
    """The case is not where this step makes sense: confirming what is closed, reopening what is open."""


class NobodyToAsk(WrongState):
    """A vendor reported it, of which no word names a question that it answers (R8), or which has the case itself."""


class LastCoordinator(Exception):
    """Nobody else of the people file in force is the coordinator's: whoever is to go has to have a successor first."""


def now() -> datetime:
    """The wall clock, in UTC; rules take it as an argument."""
    return datetime.now(UTC)


async def file_ticket(
    engine: AsyncEngine,
    directory: Directory,
    report: filing.Report,
    key: intake.Key | None = None,
    at: datetime | None = None,
) -> intake.Filed:
    """File a checked report. The same key, or the same external id, answers the ticket that is there (R22)."""
    at = at or now()
    token = intake.number_token()
    filed, first = filing.file(report, directory=directory, number=token, now=at)
    year = at.astimezone(ZoneInfo(directory.municipality.time_zone)).year
    crash_point("ticketing.before_commit")
    try:
        done = await intake.insert(
            engine, filed, first, prefix=directory.municipality.number_prefix, year=year, key=key
        )
    except intake.Taken:
        metrics.FILED_AGAIN.inc()
        return await _already_filed(engine, directory.id, report, key)
    crash_point("ticketing.after_commit")
    metrics.FILED.labels(report.kind, str(report.source is not None).lower()).inc()
    return done


async def _already_filed(
    engine: AsyncEngine, municipality: str, report: filing.Report, key: intake.Key | None
) -> intake.Filed:
    async with engine.connect() as conn:
        found = await intake.existing(conn, municipality, key, report.source, report.external_id)
    if found is None:
        raise RuntimeError("a unique index refused a ticket that is nowhere to be found")
    done, body = found
    if key is not None and body is not None and body != key.body_sha256:
        raise KeyReused
    return done


@asynccontextmanager
async def _case(
    engine: AsyncEngine, directory: Directory, what: str, case: str
) -> AsyncIterator[tuple[AsyncConnection, world.Loaded]]:
    try:
        ids.kind_of(case)
    except ValueError as error:
        raise NotFound(what) from error
    async with engine.begin() as conn:
        loaded = await world.load_cases(conn, [case], {directory.id: directory})
        yield conn, loaded
        await world.save(conn, loaded)


async def _tell(conn: AsyncConnection, events: Sequence[Event]) -> None:
    await outbox.add(conn, intake.outgoing(events))


def readable(loaded: world.Loaded, who: Identity, ticket_id: str) -> tuple[Ticket, Incident | None]:
    """A ticket that this person may see, and what it is on; NotFound for any other."""
    ticket = loaded.tickets.get(ticket_id)
    incident = loaded.incidents.get(ticket.incident or "") if ticket else None
    if ticket is None or access.reader_of_ticket(who, ticket, incident) is None:
        raise NotFound("ticket")
    return ticket, incident


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
    async with _case(engine, directory, "ticket", ticket_id) as (conn, loaded):
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
            id=ids.new("event"),
            at=now(),
            municipality=directory.id,
            ticket=ticket_id,
            incident=ticket.incident,
            by=who.reporter,
            text={language: text},
            question=question,
            files=files,
        )
        await _tell(conn, [event, *recorder.take_in(loaded, event, event.at)])


async def ask_reporter(
    engine: AsyncEngine,
    directory: Directory,
    who: Identity,
    ticket_id: str,
    text: str,
    *,
    language: Language = "sv",
) -> str:
    """Staff asks a ticket's reporter, as who works with its incident; returns the question's id (R8).

    The same words while they wait for an answer are the same question: nobody is asked or mailed twice.
    """
    async with _case(engine, directory, "ticket", ticket_id) as (conn, loaded):
        ticket, incident = readable(loaded, who, ticket_id)
        if incident is None or not access.may_act(who, incident):
            raise NotAllowed
        if not asking.hears(ticket, loaded.handoffs.values()):
            raise NobodyToAsk
        if incident.state in (*ENDED, "resolved") or not asking.may_be_asked(ticket, loaded.handoffs.values()):
            raise WrongState
        words = {language: text}
        waiting = (q for q in loaded.questions.values() if q.ticket == ticket_id and q.answered_at is None)
        if (same := next((q for q in waiting if q.is_of_staff and q.text == words), None)) is not None:
            return same.id
        event = t.TicketQuestionAsked(
            id=ids.new("event"),
            at=now(),
            municipality=directory.id,
            ticket=ticket_id,
            incident=incident.id,
            by=access.acts_as(who, incident.holder),
            question=ids.new("question"),
            text=words,
        )
        await _tell(conn, [event, *recorder.take_in(loaded, event, event.at)])
        return event.question


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
    async with _case(engine, directory, "ticket", ticket_id) as (conn, loaded):
        ticket, incident = readable(loaded, who, ticket_id)
        by = may_attach(ticket, incident, who, audience)
        if key is not None:
            used = await intake.use_key(conn, directory.id, key, ticket_id, now())
            if used is not None and used != key.body_sha256:
                raise KeyReused
            if used is not None:
                return False
        event = t.TicketAttachmentAdded(
            id=ids.new("event"),
            at=now(),
            municipality=directory.id,
            ticket=ticket_id,
            incident=ticket.incident,
            by=by,
            audience=(audience or REPORTER,),
            files=files,
            text={language: text} if text else None,
        )
        await _tell(conn, [event, *recorder.take_in(loaded, event, event.at)])
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
    async with _case(engine, directory, "ticket", ticket_id) as (conn, loaded):
        ticket, by = _judged(loaded, who, ticket_id)
        if ticket.confirmed_at is not None:
            return
        if ticket.state in OVER or ticket.kind in GATHERED:
            raise WrongState
        event = t.TicketConfirmedFixed(
            id=ids.new("event"),
            at=now(),
            municipality=directory.id,
            ticket=ticket_id,
            incident=ticket.incident,
            by=by,
        )
        await _tell(conn, [event, *recorder.take_in(loaded, event, event.at)])


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
    async with _case(engine, directory, "ticket", ticket_id) as (conn, loaded):
        ticket, by = _judged(loaded, who, ticket_id)
        if not loaded.is_solved(ticket):
            raise WrongState
        event = t.TicketReopened(
            id=ids.new("event"),
            at=now(),
            municipality=directory.id,
            ticket=ticket_id,
            incident=ticket.incident,
            by=by,
            text={language: text} if text else None,
        )
        await _tell(conn, [event, *recorder.take_in(loaded, event, event.at)])


async def ask_further(
    engine: AsyncEngine, directory: Directory, who: Identity, ticket_id: str, reason: str, *, language: Language = "sv"
) -> bool:
    """The reporter, or who leads the school, asks that it goes further; the policy says what follows.

    False: others have asked, or it has just got its holder; so it is noted, as far as is known here.
    """
    async with _case(engine, directory, "ticket", ticket_id) as (conn, loaded):
        ticket, incident = readable(loaded, who, ticket_id)
        if not access.may_ask_further(who, ticket, incident):
            raise NotAllowed
        if not further.can_go_further(ticket, incident):
            raise WrongState
        at = now()
        if (again := further.again_at(ticket, at)) is not None:
            raise AskedAlready(again, full_time(directory, again))
        event = t.TicketEscalationRequested(
            id=ids.new("event"),
            at=at,
            municipality=directory.id,
            ticket=ticket_id,
            incident=ticket.incident,
            by=who.reporter,
            reason={language: reason},
        )
        await _tell(conn, [event, *recorder.take_in(loaded, event, event.at)])
        return further.noted_only_until(incident, at) is None


async def withdraw(
    engine: AsyncEngine, directory: Directory, who: Identity, ticket_id: str, why: Words | None = None
) -> None:
    """The reporter takes the report back, and may say why; twice changes nothing."""
    async with _case(engine, directory, "ticket", ticket_id) as (conn, loaded):
        ticket = _ticket(loaded, who, ticket_id)
        if ticket.state == "withdrawn":
            return
        if ticket.state in OVER:
            raise WrongState
        about: dict[str, Any] = {"at": now(), "municipality": directory.id, "ticket": ticket_id, "by": who.reporter}
        about["incident"] = ticket.incident
        said = [t.TicketAnswered(id=ids.new("event"), text=why, **about)] if why else []
        for event in (*said, t.TicketWithdrawn(id=ids.new("event"), **about)):
            await _tell(conn, [event, *recorder.take_in(loaded, event, event.at)])


def _incident(loaded: world.Loaded, who: Identity, incident_id: str) -> Incident:
    incident = loaded.incidents.get(incident_id)
    if incident is None or access.reader_of_incident(who, incident) is None:
        raise NotFound("incident")
    if not access.may_act(who, incident):
        raise NotAllowed
    return incident


async def ask_owner(
    engine: AsyncEngine,
    directory: Directory,
    who: Identity,
    incident_id: str,
    kind: type[Request],
    seen_version: int | None = None,
    **details: object,
) -> str:
    """Send a command about an incident to its owner; returns the request id, whose outcome is `commands.state`."""
    async with _case(engine, directory, "incident", incident_id) as (conn, loaded):
        holder = _incident(loaded, who, incident_id).holder
        calls = issubclass(kind, t.HandOffRequested)
        request = kind.model_validate(
            {
                "id": ids.new("event"),
                "at": now(),
                "municipality": directory.id,
                "request_id": ids.new("request"),
                "incident": incident_id,
                "by": access.calls_as(who, holder, directory.coordinator) if calls else access.acts_as(who, holder),
                "seen_version": seen_version,
                **details,
            }
        )
        fold(loaded, request)
        await _tell(conn, [request])
        return request.request_id


async def close_question(
    engine: AsyncEngine,
    directory: Directory,
    who: Identity,
    incident_id: str,
    question_id: str,
    reason: str,
    *,
    language: Language = "sv",
) -> str:
    """Staff need no answer any more; returns the request id.

    Of what staff asked routing closes the question; a vendor waits for an answer, and the reason is what it gets (R8).
    """
    async with engine.connect() as conn:
        question = await reads.question(conn, directory.id, incident_id, question_id)
    if question is None:
        raise NotFound("question")
    words = {language: reason}
    if not question.is_of_staff:
        return await ask_owner(
            engine,
            directory,
            who,
            incident_id,
            t.VendorAnswerRequested,
            question=question_id,
            text=words,
            unanswered=True,
        )
    kind, ticket = t.QuestionCloseRequested, question.ticket
    return await ask_owner(engine, directory, who, incident_id, kind, ticket=ticket, question=question_id, reason=words)


async def ask_forum(
    engine: AsyncEngine,
    directory: Directory,
    who: Identity,
    incident_id: str,
    kind: type[t.GatherRequested | t.DecideRequested],
    seen_version: int | None = None,
    **details: object,
) -> str:
    """Ask for a need or an idea to be gathered or decided; only who decides may."""
    if not access.may_decide(who):
        raise NotAllowed
    return await ask_owner(engine, directory, who, incident_id, kind, seen_version, **details)


async def ask_bridge(
    engine: AsyncEngine,
    directory: Directory,
    who: Identity,
    connection: str,
    kind: type[ConnectionRequest],
    **details: object,
) -> str:
    """Send a command about a connection to the bridge; only who looks after vendors may."""
    if connection not in directory.connections:
        raise NotFound("connection")
    if not access.may_look_after_vendors(who):
        raise NotAllowed
    request = kind.model_validate(
        {
            "id": ids.new("event"),
            "at": now(),
            "municipality": directory.id,
            "request_id": ids.new("request"),
            "connection": connection,
            "by": who.actor,
            **details,
        }
    )
    async with engine.begin() as conn:
        loaded = await world.load(conn, [request], {directory.id: directory})
        fold(loaded, request)
        await world.save(conn, loaded)
        await _tell(conn, [request])
    return request.request_id


async def link(
    engine: AsyncEngine,
    directory: Directory,
    who: Identity,
    incident_id: str,
    ticket: str,
    seen_version: int | None = None,
) -> str:
    """Ask for a ticket, named by id or number, to be put on the incident; NotFound for one that is not theirs."""
    found = await reads.ticket(engine, directory.id, ticket if ticket.startswith("tk_") else ticket.upper())
    on = await reads.incident(engine, directory.id, found.incident) if found else None
    to = await reads.incident(engine, directory.id, incident_id)
    if found is None or to is None or not access.may_link(who, found, on, to):
        raise NotFound("ticket" if to is not None else "incident")
    return await ask_owner(engine, directory, who, incident_id, t.LinkRequested, seen_version, ticket=found.id)


async def answer_suggestion(
    engine: AsyncEngine, directory: Directory, who: Identity, suggestion_id: str, *, accept: bool
) -> str:
    """Say yes or no to a suggested link; who works with both incidents may."""
    async with engine.connect() as conn:
        asked = await suggested.by_id(conn, directory.id, suggestion_id)
        both = [asked.incident, asked.candidate] if asked else []
        on = await reads.incidents_by_id(conn, directory.id, both)
    if asked is None or not all(case in on and access.may_act(who, on[case]) for case in both):
        raise NotFound("suggestion")
    kind = t.SuggestionAcceptRequested if accept else t.SuggestionRefuseRequested
    return await ask_owner(engine, directory, who, asked.incident, kind, None, suggestion=asked.id)


async def write_note(
    engine: AsyncEngine,
    directory: Directory,
    who: Identity,
    incident_id: str,
    text: str,
    audience: str = INTERNAL,
    *,
    language: Language = "sv",
    files: tuple[FileRef, ...] = (),
) -> None:
    """Staff writes to an incident: `internal`, `reporters`, or `party:<id>` of a party that has it now.

    HoldsNoMore for one that has not: nobody would read it.
    """
    async with _case(engine, directory, "incident", incident_id) as (conn, loaded):
        incident = _incident(loaded, who, incident_id)
        has_it = [to_party(party) for party in in_hand(incident, loaded.handoffs.values())]
        if audience not in (INTERNAL, REPORTERS, *has_it):
            had_it = [to_party(stay.vendor) for stay in loaded.handoffs.values()]
            raise HoldsNoMore if audience in had_it else NotAllowed
        at, fact, by = now(), ids.new("event"), access.acts_as(who, incident.holder)
        draft = Draft(
            at=at,
            party=by.party,
            kind="note",
            audience=(audience,),
            caused_by=fact,
            text={language: text},
            person=who.person,
            files=files,
        )
        written = t.NoteWritten(
            id=fact, at=at, municipality=directory.id, incident=incident_id, by=by, audience=(audience,)
        )
        entry = ids.derived("event", fact, "entry", 0)
        recorded = recorder.record(loaded, incident_id, draft, municipality=directory.id, event_id=entry, now=at)
        await _tell(conn, [written, recorded])
