"""What became of a question that was answered a moment ago, said above the list of those that are open."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.look.words import say
from contracts.disclosure import Staff
from contracts.events.ticketing import SuggestionAcceptRequested, SuggestionRefuseRequested
from ticketing import sentences
from ticketing.domain import access
from ticketing.domain.state import ENDED, Command, Incident, Suggestion, Ticket
from ticketing.store import reads, suggested
from ticketing.views import Answered, Notice, Say, Tone, WayBack
from ticketing.web import present
from ticketing.web.pages import Visit

_NUMBERS = 5
_UNDONE_AT_ONCE = 500
"""A form has no room for more; they are split off on the incident's page."""
_ANSWERS = (SuggestionAcceptRequested.TYPE, SuggestionRefuseRequested.TYPE)
_ALREADY: Mapping[str, Say] = {
    "accepted": sentences.ANSWERED_YES_BEFORE,
    "refused": sentences.ANSWERED_NO_BEFORE,
    "lapsed": sentences.QUESTION_LAPSED,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what its answer speaks of, as this person may read it."""

    question: Suggestion
    words: Say
    tickets: list[Ticket]
    incidents: Mapping[str, Incident]
    """The one that it was asked of, the other one, and where the first ticket is now."""

    @property
    def linked(self) -> tuple[str, ...]:
        """The tickets that are where a yes put them."""
        return tuple(ticket.id for ticket in self.tickets if ticket.incident == self.question.candidate)


async def outcome(
    conn: AsyncConnection, here: Visit, suggestion: str, request: str, again: str, live: str
) -> tuple[Answered | None, bool]:
    """What is said to who answered `suggestion` with the command `request`, and whether the question is not open to
    them. Until it is decided, `again` is the page's address and `live` that of the words alone.

    Nothing is told of what is not theirs to see, or was not theirs to answer.
    """
    directory, who = here.caller.directory, here.caller.who
    question = await suggested.by_id(conn, directory.id, suggestion)
    command = await reads.command(conn, directory.id, request) if question and request else None
    if question is None or command is None or command.type not in _ANSWERS:
        return None, False
    if command.person != who.person or command.incident != question.incident:
        return None, False
    asked = await _asked(conn, here, question)
    if asked is None:
        return None, False
    if command.state == "pending":
        notice = Notice(Tone.INFO, sentences.ANSWER_PENDING, asked.words, again, sentences.LOOK_AGAIN)
        return Answered(notice, live=live), True
    text, tone, link = _became(here, asked, command)
    linked = command.state == "done" and command.type == SuggestionAcceptRequested.TYPE
    return Answered(Notice(tone, text, asked.words, *link), _way_back(here, asked) if linked else None), (
        command.state != "refused"
    )


def _became(here: Visit, asked: Asked, command: Command) -> tuple[Say, Tone, tuple[str, Say]]:
    question = asked.question
    to_other = (f"/storningar/{question.candidate}?flik=anmalningar#flikar", sentences.TO_DISRUPTION)
    to_case = (f"/storningar/{question.incident}", sentences.TO_CASE)
    if command.state == "refused":
        link = to_other if question.state == "accepted" else to_case
        if question.state in _ALREADY:  # in another tab, or by a colleague
            return _ALREADY[question.state], Tone.WATCH, link
        return sentences.answer_failed(here.words(command.reason)), Tone.WATCH, link
    if command.type == SuggestionAcceptRequested.TYPE:
        return _linked(asked), Tone.OK, to_other
    by_hand = (f"/storningar/{question.candidate}#koppla", sentences.TO_LINK_BY_HAND)
    numbers = [ticket.number for ticket in asked.tickets[:_NUMBERS]]
    more = len(asked.tickets) > _NUMBERS
    return sentences.answer_refused(", ".join(numbers) + (" …" if more else "")), Tone.OK, by_hand


def _linked(asked: Asked) -> Say:
    """How many reports a yes has moved, and whether some stay where they were."""
    former = asked.incidents.get(asked.question.incident)
    left = former.tickets if former is not None and former.state not in ENDED else 0
    if not asked.linked:
        return sentences.ANSWER_MOVED
    if left:
        return sentences.answer_linked_some(len(asked.linked), left)
    return sentences.ANSWER_LINKED if len(asked.linked) == 1 else sentences.answer_linked_all(len(asked.linked))


def _way_back(here: Visit, asked: Asked) -> WayBack | None:
    """To the incident where they were, if that goes on; else off the other one, where others stay on that."""
    who, former, into = here.caller.who, *(asked.incidents.get(id_) for id_ in _both(asked.question))
    if into is None or into.state in ENDED or not access.may_act(who, into):
        return None
    if not 1 <= len(asked.linked) <= _UNDONE_AT_ONCE:
        return None
    if len(asked.linked) == 1 and former is not None and former.state not in ENDED and access.may_act(who, former):
        return WayBack(f"/storningar/{former.id}/koppla", "ticket", asked.linked, sentences.UNDO_BACK)
    if into.tickets > len(asked.linked):
        hint = sentences.UNDO_OUT if len(asked.linked) == 1 else sentences.UNDO_OUT_ALL
        return WayBack(f"/storningar/{into.id}/bryt-ut", "tickets", asked.linked, hint)
    return None


def _both(question: Suggestion) -> tuple[str, str]:
    return question.incident, question.candidate


async def _asked(conn: AsyncConnection, here: Visit, question: Suggestion) -> Asked | None:
    """None when either side is no longer theirs to read."""
    directory, who = here.caller.directory, here.caller.who
    tickets = await suggested.tickets_of(conn, question)
    if not tickets:
        return None
    on = tickets[0].incident
    incidents = await reads.incidents_by_id(conn, directory.id, {*_both(question), on or question.incident})
    other = incidents.get(question.candidate)
    if other is None or access.reader_of_incident(who, other) is None:
        return None
    if not isinstance(access.reader_of_ticket(who, tickets[0], incidents.get(on or "")), Staff):
        return None
    lead = (await reads.lead_tickets(conn, directory.id, [other.id])).get(other.id)
    known = lead is not None and lead.id not in question.tickets
    name = lead.title if lead and known else present.problem_title(directory, other, here.language)
    words = say("suggest.asked", case=tickets[0].title, number=tickets[0].number, other=name)
    return Asked(question, words, tickets, incidents)
