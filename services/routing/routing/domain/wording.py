"""The sentences routing gives as reasons: plain Swedish first, English beside."""

from typing import Literal

from contracts.directory import Directory
from contracts.values import REPORTER_PARTY, SYSTEM_PARTY, Words

RefusalCode = Literal[
    "stale",
    "unknown_incident",
    "unknown_party",
    "wrong_state",
    "open_questions",
    "already_there",
    "not_held",
    "unknown_question",
    "unknown_proposal",
]

REFUSALS: dict[RefusalCode, Words] = {
    "stale": {
        "sv": "Någon hann ändra ärendet före dig. Läs det igen och försök på nytt.",
        "en": "Somebody changed the case before you. Read it again and try once more.",
    },
    "unknown_incident": {
        "sv": "Det finns inget sådant ärende.",
        "en": "There is no such case.",
    },
    "unknown_party": {
        "sv": "Den mottagaren finns inte i kommunens katalog, eller kan inte ta emot ärendet så.",
        "en": "That recipient is not in the municipality's directory, or cannot take the case in this way.",
    },
    "wrong_state": {
        "sv": "Det går inte i det läge som ärendet har nu.",
        "en": "This cannot be done in the state that the case is in now.",
    },
    "open_questions": {
        "sv": "En fråga är obesvarad. Svara på den först, sedan kan ärendet bli löst.",
        "en": "A question is unanswered. Answer it first, then the case can be resolved.",
    },
    "already_there": {
        "sv": "Ärendet ligger redan där.",
        "en": "The case is already there.",
    },
    "not_held": {
        "sv": "Ingen leverantör har ärendet just nu.",
        "en": "No vendor has the case at the moment.",
    },
    "unknown_question": {
        "sv": "Det finns ingen sådan fråga att svara på.",
        "en": "There is no such question to answer.",
    },
    "unknown_proposal": {
        "sv": "Det finns inget sådant förslag.",
        "en": "There is no such proposal.",
    },
}

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
    "sv": "Anmälaren säger att det är samma problem.",
    "en": "The reporter says that it is the same problem.",
}
RECURS: Words = {
    "sv": "Problemet är tillbaka efter att ärendet stängts.",
    "en": "The problem is back after the case was closed.",
}
NOT_SOLVED: Words = {
    "sv": "Anmälaren säger att det fortfarande inte fungerar.",
    "en": "The reporter says that it still does not work.",
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
