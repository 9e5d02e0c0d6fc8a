"""What people call the parties, services and schools of a municipality, in its pages' languages."""

from collections.abc import Iterable, Mapping
from typing import Literal

from contracts.directory import Directory
from contracts.directory.phrases import in_sentence
from contracts.values import (
    GATHERED,
    NO_SCHOOL,
    REPORTER_PARTY,
    SYSTEM_PARTY,
    Language,
    TicketKind,
    Words,
    in_language,
    is_vendor,
)
from ticketing.domain.state import Incident, Ticket

_FIXED: dict[str, Words] = {
    REPORTER_PARTY: {"sv": "den som anmälde", "en": "the reporter"},
    SYSTEM_PARTY: {"sv": "Eskalera", "en": "Eskalera"},
}


SCOPES: dict[str, Words] = {
    "person": {"sv": "en person", "en": "one person"},
    "asset": {"sv": "en enhet", "en": "one device"},
    "room": {"sv": "ett rum", "en": "one room"},
    "building": {"sv": "en byggnad", "en": "one building"},
    "school": {"sv": "en skola", "en": "one school"},
    "schools": {"sv": "flera skolor", "en": "several schools"},
    "municipality": {"sv": "hela kommunen", "en": "the whole municipality"},
}
"""How far a cause reaches, within a sentence."""


URGENCIES: dict[int, Words] = {
    1: {"sv": "lektionen står still", "en": "the lesson stands still"},
    2: {"sv": "svårt att arbeta", "en": "hard to work"},
    3: {"sv": "går att jobba runt", "en": "there is a way around it"},
    4: {"sv": "när vi hinner", "en": "when there is time"},
}
"""How urgent it is, within a sentence."""


def spoken_of(kind: TicketKind) -> Literal["fault", "order", "wish"]:
    """What is said of a case is said of that: an order is delivered, a need or an idea answered, a fault solved."""
    if kind in GATHERED:
        return "wish"
    return "order" if kind == "request" else "fault"


def party_name(directory: Directory | None, party: str) -> Words:
    """The party's name; its id where the directory no longer has it."""
    if party in _FIXED:
        return _FIXED[party]
    return directory.party_name(party).words if directory else {"sv": party, "en": party}


def as_sentence(text: str) -> str:
    """What people wrote so that another sentence can follow."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def at_start(sentence: str) -> str:
    """An English sentence that begins with such a name."""
    return f"The {sentence[4:]}" if sentence.startswith("the ") else sentence


def party_names(directory: Directory | None, parties: Iterable[str]) -> Words:
    """Several within a sentence: "IT-stödet och Samordnaren"."""
    names = [in_sentence(party_name(directory, party)) for party in parties]
    return {
        "sv": " och ".join(name["sv"] for name in names),
        "en": " and ".join(name["en"] for name in names),
    }


def reporter_of(ticket: Ticket) -> str | None:
    """Whom a ticket names as its reporter; None once it is erased."""
    return ticket.reporter if ticket.state != "erased" else None


def reporter_name(directory: Directory, names: Mapping[str, str], ticket: Ticket, language: Language) -> str:
    """Who reported it; `names`: what people are called. A vendor is named as one, and of an erased ticket nobody."""
    reporter = reporter_of(ticket)
    if reporter is None:
        return "En anmälare" if language == "sv" else "A reporter"
    if is_vendor(reporter):
        vendor = in_sentence(party_name(directory, reporter))
        return f"Rapporterat av {vendor['sv']}" if language == "sv" else f"Reported by {vendor['en']}"
    return names.get(reporter) or reporter_word(language).capitalize()


def reporter_word(language: Language) -> str:
    """Who reported something and has no name here."""
    return in_language(_FIXED[REPORTER_PARTY], language)


def service_name(directory: Directory, service: str | None) -> Words:
    """The service's name; a plain word where none is known."""
    known = directory.services_by_id.get(service or "")
    return known.name.words if known else {"sv": "Något annat", "en": "Something else"}


def problem_name(directory: Directory, incident: Incident) -> Words:
    """What others than staff read of an incident: a person's public title, else service and place (N5)."""
    if incident.public_title:
        return incident.public_title
    service = service_name(directory, incident.service)
    if not incident.schools:
        return {"sv": f"{service['sv']}: störning", "en": f"{service['en']}: disruption"}
    if len(incident.schools) == 1:
        place = _at(directory, incident.schools[0])
        return {
            "sv": f"{service['sv']}: störning på {place['sv']}",
            "en": f"{service['en']}: disruption at {place['en']}",
        }
    return {
        "sv": f"{service['sv']}: störning på flera skolor",
        "en": f"{service['en']}: disruption at several schools",
    }


def wish_name(directory: Directory, incident: Incident) -> Words:
    """What others read of a need or an idea: a person's public title, else service and place (N5)."""
    if incident.public_title:
        return incident.public_title
    service, school = service_name(directory, incident.service), _at(directory, incident.school)
    sv, en = _WISHES.get(incident.kind, _WISHES["need"])
    return {"sv": f"{service['sv']}: {sv} från {school['sv']}", "en": f"{service['en']}: {en} from {school['en']}"}


_WISHES: dict[str, tuple[str, str]] = {"need": ("ett behov", "a need"), "idea": ("en idé", "an idea")}


def school_name(directory: Directory, school: str, language: Language) -> str:
    """The school's name; of one that left the directory that it did, with the id that its cases have of it."""
    if school == NO_SCHOOL:
        return "Ingen viss skola" if language == "sv" else "No one school"
    known = directory.schools_by_id.get(school)
    if known is not None:
        return known.name.in_language(language)
    return f"En skola som inte finns kvar ({school})" if language == "sv" else f"A school that is gone ({school})"


def _at(directory: Directory, school: str) -> Words:
    """The same within a sentence."""
    sv, en = school_name(directory, school, "sv"), school_name(directory, school, "en")
    known = school in directory.schools_by_id
    return {"sv": sv, "en": en} if known else {"sv": sv[0].lower() + sv[1:], "en": en[0].lower() + en[1:]}
