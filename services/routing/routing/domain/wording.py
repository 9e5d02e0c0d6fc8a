"""The sentences routing gives as reasons: plain Swedish first, English beside."""

from contracts.directory import Directory
from contracts.values import REPORTER_PARTY, SYSTEM_PARTY, Words

NO_DIRECTORY: Words = {
    "sv": "Kommunens katalog har inte kommit hit än, därför tar samordnaren det.",
    "en": "The municipality's directory has not arrived yet, so the coordinator has it.",
}
UNKNOWN_SCHOOL: Words = {
    "sv": "Skolan finns inte i kommunens katalog, därför tar samordnaren det.",
    "en": "The school is not in the municipality's directory, so the coordinator has it.",
}
UNKNOWN_SERVICE: Words = {
    "sv": "Tjänsten finns inte i kommunens katalog, därför tar samordnaren det.",
    "en": "The service is not in the municipality's directory, so the coordinator has it.",
}
SAME_AS: Words = {
    "sv": "Det är anmält som samma problem.",
    "en": "It was reported as the same problem.",
}
RECURS: Words = {
    "sv": "Problemet är tillbaka efter att ärendet stängts.",
    "en": "The problem is back after the case was closed.",
}
NOT_SOLVED: Words = {
    "sv": "Det är anmält att det fortfarande inte fungerar.",
    "en": "It was reported that it still does not work.",
}

UNLINKED: Words = {
    "sv": "Personalen tog ärendet från den störning som det var kopplat till.",
    "en": "Staff took the case off the incident it was linked to.",
}

_NAMES: dict[str, Words] = {
    REPORTER_PARTY: {"sv": "Anmälaren", "en": "The reporter"},
    SYSTEM_PARTY: {"sv": "Eskalera", "en": "Eskalera"},
}


def name(directory: Directory | None, party: str) -> Words:
    """What people call a party."""
    if party in _NAMES:
        return _NAMES[party]
    return directory.party_name(party).words if directory else {"sv": party, "en": party}


def linked_by(party: Words) -> Words:
    """Why a ticket is on an incident: somebody put it there."""
    return {"sv": f"{party['sv']} kopplade ärendet hit.", "en": f"{party['en']} linked the case here."}


def confirmed_by(party: Words) -> Words:
    """Why a ticket is on an incident: somebody said yes to a suggestion."""
    return {"sv": f"{party['sv']} bekräftade förslaget.", "en": f"{party['en']} confirmed the suggestion."}


def moved_by(party: Words) -> Words:
    """Why a team has it: somebody put it there."""
    return {"sv": f"{party['sv']} lade det där.", "en": f"{party['en']} put it there."}


def handed_over_by(party: Words) -> Words:
    """Why a vendor has it: somebody handed it over."""
    return {"sv": f"{party['sv']} lämnade över det.", "en": f"{party['en']} handed it over."}


def taken_back_from(vendor: Words) -> Words:
    """Why a team has it again: it took it."""
    return {"sv": f"Det togs tillbaka från {vendor['sv']}.", "en": f"It was taken back from {vendor['en']}."}


def returned_by(vendor: Words) -> Words:
    """Why the coordinator has it: the vendor gave it back."""
    return {"sv": f"{vendor['sv']} lämnade tillbaka det.", "en": f"{vendor['en']} gave it back."}


def unreachable(vendor: Words) -> Words:
    """Why the coordinator has it: the vendor could not be reached."""
    return {"sv": f"{vendor['sv']} gick inte att nå.", "en": f"{vendor['en']} could not be reached."}
