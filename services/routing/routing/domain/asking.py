"""What staff ask a ticket's reporter: to resolve waits for the answer, until staff say that they need none (R8)."""

from collections.abc import Iterator

from contracts.events.base import Event
from contracts.events.routing import QuestionClosed
from contracts.events.ticketing import QuestionCloseRequested, TicketQuestionAsked
from routing.domain import clocks, touching, wording
from routing.domain.context import Context
from routing.domain.refusals import Refused
from routing.domain.state import Incident, World


def on_asked(world: World, event: TicketQuestionAsked, ctx: Context) -> Iterator[Event]:
    """Who asks has seen the case. The only reporter hears of it, as was promised; of several only this one does."""
    ticket = world.ticket(event.ticket, event.municipality)
    incident = world.incident(ticket.incident, event.municipality) if ticket else None
    yield from touching.touch(ctx, incident)
    if incident is None or not incident.unfinished or incident.lead is None:
        return
    if event.by.party == incident.lead:
        yield from clocks.fulfil(world, ctx, incident, incident.lead, "acknowledge")
    if incident.linked == 1:
        yield from clocks.renew(world, ctx, incident, incident.lead)


def close(world: World, event: QuestionCloseRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    """Staff need the answer no more. A vendor's question is the bridge's: staff answer it."""
    ticket = world.ticket(event.ticket, event.municipality)
    question = world.question(ticket, event.question) if ticket else None
    if question is None or question.incident != incident.id:
        raise Refused("unknown_question")
    yield QuestionClosed(**ctx.about(incident), ticket=event.ticket, question=question.id, reason=event.reason)


def lapsed(world: World, ctx: Context, incident: Incident) -> Iterator[Event]:
    """Nobody needs the answer: the case is solved or over, or the report is. Stated where all of that is decided."""
    over = incident.state == "resolved" or incident.ended
    for question in world.open_questions(incident):
        ticket = world.tickets.get(question.ticket or "")
        if ticket is not None and question.is_of_staff and (over or ticket.state != "open"):
            reason = wording.NO_ANSWER_NEEDED if over else wording.NO_ANSWER_FROM_IT
            yield QuestionClosed(**ctx.about(incident), ticket=ticket.id, question=question.id, reason=reason)
