"""What became of a question that was answered a moment ago, said above the list of those that are open."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.disclosure import Staff
from contracts.events.ticketing import SuggestionAcceptRequested, SuggestionRefuseRequested
from ticketing import sentences
from ticketing.domain import access
from ticketing.domain.state import Command, Suggestion
from ticketing.store import reads, suggested
from ticketing.views import Notice, Say, Tone
from ticketing.views.words import say
from ticketing.web import present
from ticketing.web.pages import Visit

_ANSWERS = (SuggestionAcceptRequested.TYPE, SuggestionRefuseRequested.TYPE)
_ALREADY: Mapping[str, Say] = {
    "accepted": sentences.ANSWERED_YES_BEFORE,
    "refused": sentences.ANSWERED_NO_BEFORE,
    "lapsed": sentences.QUESTION_LAPSED,
}


async def outcome(conn: AsyncConnection, here: Visit, suggestion: str, request: str) -> tuple[Notice | None, bool]:
    """A notice for who answered `suggestion` with the command `request`, and whether the question is not open to them.

    Nothing is told of what is not theirs to see, or was not theirs to answer.
    """
    directory, who = here.caller.directory, here.caller.who
    asked = await suggested.by_id(conn, directory.id, suggestion)
    command = await reads.command(conn, directory.id, request) if asked and request else None
    if asked is None or command is None or command.type not in _ANSWERS:
        return None, False
    if command.person != who.person or command.incident != asked.incident:
        return None, False
    title = await _title(conn, here, asked)
    if title is None:
        return None, False
    text, tone, link = _became(here, asked, command)
    return Notice(tone, text, title, *link), command.state != "refused"


def _became(here: Visit, asked: Suggestion, command: Command) -> tuple[Say, Tone, tuple[str, Say] | tuple[()]]:
    to_other = (f"/storningar/{asked.candidate}?flik=anmalningar#flikar", sentences.TO_DISRUPTION)
    to_case = (f"/storningar/{asked.incident}", sentences.TO_CASE)
    if command.state == "pending":
        return sentences.ANSWER_PENDING, Tone.INFO, (here.frame.path, sentences.LOOK_AGAIN)
    if command.state == "refused":
        link = to_other if asked.state == "accepted" else to_case
        if asked.state in _ALREADY:  # in another tab, or by a colleague
            return _ALREADY[asked.state], Tone.WATCH, link
        return sentences.answer_failed(here.words(command.reason)), Tone.WATCH, link
    if command.type == SuggestionAcceptRequested.TYPE:
        return sentences.ANSWER_LINKED, Tone.OK, to_other
    return sentences.ANSWER_REFUSED, Tone.OK, to_case


async def _title(conn: AsyncConnection, here: Visit, asked: Suggestion) -> Say | None:
    """The question itself; None when either side is no longer theirs to read."""
    directory, who = here.caller.directory, here.caller.who
    tickets = await suggested.tickets_of(conn, asked)
    case = tickets[0] if tickets else None
    on = case.incident if case else None
    incidents = await reads.incidents_by_id(conn, directory.id, {asked.candidate, on or asked.incident})
    other = incidents.get(asked.candidate)
    if other is None or case is None or access.reader_of_incident(who, other) is None:
        return None
    if not isinstance(access.reader_of_ticket(who, case, incidents.get(on or "")), Staff):
        return None
    lead = (await reads.lead_tickets(conn, directory.id, [other.id])).get(other.id)
    known = lead is not None and lead.id not in asked.tickets
    name = lead.title if lead and known else present.problem_title(directory, other, here.language)
    return say("suggest.asked", case=case.title, number=case.number, other=name)
