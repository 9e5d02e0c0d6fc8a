"""What those who reported are asked, and whom one may ask (R8)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from contracts.values import in_language
from ticketing.domain import access
from ticketing.domain.names import reporter_name, school_name
from ticketing.domain.state import ENDED, Incident, Question, Ticket
from ticketing.views import AskedReporter, Notice, Option, Tone, say
from ticketing.web import present
from ticketing.web.desk.kept import Kept
from ticketing.web.pages import Visit


def waits_for(
    here: Visit, questions: Iterable[Question], numbers: dict[str, str], kept: Kept
) -> tuple[AskedReporter, ...]:
    """The open questions to reporters, and a vendor's to the municipality. `numbers`: of the tickets, by id."""
    directory, language = here.caller.directory, here.language
    return tuple(
        AskedReporter(
            question.id,
            present.said_by(directory, question.asker, language),
            question.asked_at,
            in_language(question.text, language),
            numbers.get(question.ticket or "", ""),
            f"/arenden/{question.ticket}" if question.ticket else "",
            not question.is_of_staff,
            kept.of(field_of(question.id)),
        )
        for question in questions
    )


def answered(incident: Incident, at: datetime | None) -> tuple[Notice, ...]:
    """That an answer came, until somebody acts on it."""
    if at is None or incident.state in (*ENDED, "resolved"):
        return ()
    said = say("desk.answer_came_text", time=at)
    return (
        Notice(
            Tone.INFO,
            said,
            say("queue.answer_came"),
            f"/storningar/{incident.id}#historik-rubrik",
            say("desk.read_answer"),
        ),
    )


def field_of(question: str) -> str:
    """Under which name the reason for closing a question is kept."""
    return f"reason_of_{question}"


def asks(here: Visit, incident: Incident, tickets: Sequence[Ticket], names: dict[str, str]) -> tuple[Option, ...]:
    """The reports on this page whose reporters they may ask, oldest first."""
    directory, language = here.caller.directory, here.language
    schools = access.schools_read(here.caller.who, incident)
    return tuple(
        Option(
            ticket.id,
            " · ".join(
                (
                    ticket.number,
                    reporter_name(directory, names, ticket, language),
                    school_name(directory, ticket.school, language),
                )
            ),
        )
        for ticket in reversed(tickets)
        if access.may_be_asked(ticket) and (schools is None or ticket.school in schools)
    )
