"""What who works with a case writes to its reporters, to colleagues and to vendors."""

from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts import ids
from contracts.directory import Directory
from contracts.disclosure import INTERNAL, REPORTERS, to_party
from contracts.events import ticketing as t
from contracts.timeline import Draft, Entry, FileRef
from contracts.values import Language
from ticketing.domain import access, asking, recorder
from ticketing.domain.access import Identity
from ticketing.domain.in_hand import in_hand
from ticketing.domain.state import ENDED
from ticketing.handlers.cases import about, case_of, now, readable, record, tell, worked_on
from ticketing.handlers.errors import HoldsNoMore, NobodyToAsk, NotAllowed, NotFound, WrongState
from ticketing.handlers.requests import ask_owner
from ticketing.store import chains, reads

TWICE: Final = timedelta(seconds=30)
"""A tap too many, or a page loaded again."""


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
    async with case_of(engine, directory, "ticket", ticket_id) as (conn, loaded):
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
            **about(directory, ticket, access.acts_as(who, incident.holder)),
            question=ids.new("question"),
            text=words,
        )
        await record(conn, loaded, event)
        return event.question


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

    HoldsNoMore for one that has not: nobody would read it. The same again within `TWICE` is the same form, sent twice.
    """
    async with case_of(engine, directory, "incident", incident_id) as (conn, loaded):
        incident = worked_on(loaded, who, incident_id)
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
        last = (await chains.last_entries(conn, directory.id, [incident])).get(incident_id)
        if last is not None and _is_sent_twice(last, draft):
            return
        written = t.NoteWritten(
            id=fact, at=at, municipality=directory.id, incident=incident_id, by=by, audience=(audience,)
        )
        entry = ids.derived("event", fact, "entry", 0)
        recorded = recorder.record(loaded, incident_id, draft, municipality=directory.id, event_id=entry, now=at)
        await tell(conn, [written, recorded])


def _is_sent_twice(last: Entry, draft: Draft) -> bool:
    said = (draft.kind, draft.person, draft.text, draft.audience, draft.files)
    return (last.kind, last.person, last.text, last.audience, last.files) == said and draft.at - last.at < TWICE


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
