"""The two questions of how urgent it is, and what followed of their answers, in the municipality's own words."""

from contracts.directory import Directory
from contracts.directory.urgency import Choice
from contracts.values import Words
from ticketing import sentences
from ticketing.domain.names import URGENCIES
from ticketing.domain.state import Incident, Ticket
from ticketing.views import Option, Say
from ticketing.web import present


def options(choices: tuple[Choice, ...]) -> tuple[Option, ...]:
    """Needs or impacts as choice cards."""
    return tuple(Option(each.id, each.name.words, each.hint.words if each.hint else None) for each in choices)


def answers(directory: Directory, ticket: Ticket) -> tuple[Words, ...]:
    """What was answered; nothing where a number came instead, or where the directory no longer has an answer."""
    asked = directory.urgencies
    needs = [each.name.words for each in asked.needs if each.id == ticket.need]
    impacts = [each.name.words for each in asked.impacts if each.id == ticket.impact]
    return (needs[0], impacts[0]) if needs and impacts else ()


def why(directory: Directory, ticket: Ticket, incident: Incident | None) -> Say | None:
    """How urgent what is open is, and why: "Lektionen står still, och det gäller en klass. Därför går det först."."""
    said = answers(directory, ticket)
    if ticket.kind != "incident" or not said or present.end_of(ticket, incident) is not None:
        return None
    need, impact = said
    if incident is not None and incident.urgency != ticket.urgency:
        return sentences.counted_otherwise(need, _within(impact), URGENCIES[incident.urgency])
    return sentences.because(need, _within(impact), sentences.SO_URGENT[ticket.urgency])


def _within(name: Words) -> Words:
    """Within a sentence: a small letter first, except in an abbreviation."""
    return {lang: text if text[1:2].isupper() else text[:1].lower() + text[1:] for lang, text in name.items()}
