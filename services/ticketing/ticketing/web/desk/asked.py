"""What those who reported are asked, and whom one may ask (R8)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from contracts.timeline import Entry
from contracts.values import in_language, is_vendor
from ticketing.domain import access
from ticketing.domain.asking import may_be_asked
from ticketing.domain.names import reporter_name, school_name
from ticketing.domain.state import ENDED, Handoff, Incident, Question, Ticket
from ticketing.store import answers
from ticketing.views import AskedReporter, Asks, Notice, Option, Tone, say
from ticketing.web import present
from ticketing.web.desk.kept import Kept, field_of
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


def may_be_unread(incidents: Iterable[Incident]) -> list[str]:
    """Where what a reporter writes is for staff to see to: a vendor that has the case gets it. What is decided, too."""
    over = ENDED - {"decided"}
    return [one.id for one in incidents if one.state not in over and one.holder_tier != "vendor"]


def read_by(here: Visit, incident: Incident | None = None) -> answers.Readers:
    """Whose words the person reads, of one incident or of those of a list."""
    who, directory = here.caller.who, here.caller.directory
    schools = who.served if who.access == "support" else None
    if incident is not None:
        schools = access.schools_read(who, incident)
    return answers.Readers(schools, who.parties, directory.coordinator)


def wrote(incident: Incident, unread: Entry | None) -> tuple[Notice, ...]:
    """That a reporter wrote, unasked, until somebody acts on it."""
    if unread is None:
        return ()
    said, link = say("desk.wrote_text", time=unread.at), f"/storningar/{incident.id}#historik-rubrik"
    return (Notice(Tone.INFO, said, say("queue.wrote"), link, say("desk.read_words")),)


def after_solution(incident: Incident, last: Entry | None) -> bool:
    """Whether a vendor has written since the case was solved: nobody waits for words then."""
    theirs = last is not None and is_vendor(last.party) and last.kind in ("vendor_entry", "vendor_status")
    return bool(theirs and last and incident.state == "resolved" and last.at > (incident.resolved_at or last.at))


def vendor_wrote(incident: Incident, last: Entry | None) -> tuple[Notice, ...]:
    """That a vendor has, until somebody of staff does something."""
    if last is None or not after_solution(incident, last):
        return ()
    said, link = say("desk.vendor_wrote_text", time=last.at), f"/storningar/{incident.id}#historik-rubrik"
    return (Notice(Tone.WATCH, said, say("queue.vendor_wrote"), link, say("desk.read_words")),)


def last_word(*entries: Entry | None) -> Entry | None:
    """The newest; the case's own, which comes first, before what a reporter wrote at the same time."""
    return max((entry for entry in entries if entry is not None), key=lambda entry: entry.at, default=None)


def asks(
    here: Visit, incident: Incident, tickets: Sequence[Ticket], names: dict[str, str], handoffs: Sequence[Handoff]
) -> Asks:
    """The reports on this page whose reporters they may ask, oldest first."""
    directory, language = here.caller.directory, here.language
    schools = access.schools_read(here.caller.who, incident)
    found = [
        ticket
        for ticket in reversed(tickets)
        if may_be_asked(ticket, handoffs) and (schools is None or ticket.school in schools)
    ]
    whom = {ticket.reporter for ticket in found}
    others = {party for party in whom if is_vendor(party)}
    options = (
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
        for ticket in found
    )
    other = present.said_within(directory, next(iter(whom)), language) if len(whom) == len(others) == 1 else ""
    return Asks(tuple(options), other, by_mail=not others)
