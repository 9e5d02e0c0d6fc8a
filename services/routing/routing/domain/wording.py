"""The sentences routing gives as reasons: plain Swedish first, English beside."""

from contracts.directory import Directory
from contracts.values import REPORTER_PARTY, SYSTEM_PARTY, Promise, Words

NO_DIRECTORY: Words = {
    "sv": "Kommunens katalog har inte kommit hit än, därför tar samordnaren det.",
    "en": "The municipality's directory has not arrived yet, so the coordinator has it.",
}
UNKNOWN_SCHOOL: Words = {
    "sv": "Skolan finns inte i kommunens katalog, därför tar samordnaren det.",
    "en": "The school is not in the municipality's directory, so the coordinator has it.",
}
NO_SCHOOL: Words = {
    "sv": "Det är inte sagt vilken skola det gäller, därför tar samordnaren det.",
    "en": "It is not said which school it is about, so the coordinator has it.",
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
AS_URGENT: Words = {
    "sv": "Det är samma fel som inte blev löst, och lika bråttom som det var.",
    "en": "It is the same fault that was not solved, and as urgent as that was.",
}
ASKED: Words = {
    "sv": "Anmälaren eller skolan har bett att ärendet går vidare.",
    "en": "Its reporter or the school has asked that the case goes further.",
}
NOT_SOLVED_FOR_MANY: Words = {
    "sv": "Så många säger att det fortfarande inte fungerar att allt hålls ihop igen.",
    "en": "So many say that it still does not work that everything is kept together again.",
}
DIFFERS: Words = {
    "sv": "Leveransen stämmer inte med beställningen.",
    "en": "The delivery differs from the order.",
}
TO_BE_TRIED_AGAIN: Words = {
    "sv": "Den som beställde vill att avslaget prövas igen.",
    "en": "Whoever ordered asks that the refusal is looked at again.",
}
ORDER_LATE: Words = {
    "sv": "Beställningen har inte kommit den dag den skulle.",
    "en": "The order has not come on the day it should.",
}

NO_ANSWER_NEEDED: Words = {
    "sv": "Ärendet är löst eller avslutat, så frågan behöver inget svar längre.",
    "en": "The case is solved or over, so the question needs no answer any more.",
}
NO_ANSWER_FROM_IT: Words = {
    "sv": "Anmälan är klar, så frågan behöver inget svar längre.",
    "en": "The report is done, so the question needs no answer any more.",
}
UNLINKED: Words = {
    "sv": "Personalen tog ärendet från den störning som det var kopplat till.",
    "en": "Staff took the case off the incident it was linked to.",
}

NOT_THAT_SCHOOL: Words = {
    "sv": "En anmälan från en annan skola hör inte hit längre.",
    "en": "A report from another school does not belong here any more.",
}
MORE_URGENT: Words = {
    "sv": "En anmälan som hör hit är mer brådskande.",
    "en": "A report that belongs here is more urgent.",
}
LESS_URGENT: Words = {
    "sv": "Den anmälan som var mer brådskande hör inte hit längre.",
    "en": "The report that was more urgent does not belong here any more.",
}

PLANNED: Words = {
    "sv": "Det pågår ett planerat arbete, därför väntar ärendet tills det är klart.",
    "en": "Planned work is going on, so the case waits until it is done.",
}
WORK_OVER: Words = {
    "sv": "Det planerade arbetet är klart, men felet är inte anmält som löst.",
    "en": "The planned work is done, but nobody has said that the fault is gone.",
}
WORK_CALLED_OFF: Words = {
    "sv": "Det planerade arbetet blev inte av, eller avbröts.",
    "en": "The planned work was called off, or broken off.",
}
WORK_MOVED: Words = {
    "sv": "Det planerade arbetet har flyttats till en annan tid.",
    "en": "The planned work was moved to another time.",
}
NOT_THE_WORK: Words = {
    "sv": "Felet är större eller något annat än det planerade arbetet.",
    "en": "The fault is larger than the planned work, or something else.",
}

_NAMES: dict[str, Words] = {
    REPORTER_PARTY: {"sv": "Anmälaren", "en": "The reporter"},
    SYSTEM_PARTY: {"sv": "Eskalera", "en": "Eskalera"},
}

_STAFF: Words = {"sv": "Kommunens personal", "en": "The municipality's staff"}


def name(directory: Directory | None, party: str) -> Words:
    """What people call a party."""
    if party in _NAMES:
        return _NAMES[party]
    return directory.party_name(party).words if directory else {"sv": party, "en": party}


def staff(directory: Directory | None, party: str) -> Words:
    """What people call who asked for something at the desk: an administrator is in no team."""
    return _STAFF if party == REPORTER_PARTY else name(directory, party)


def linked_by(party: Words) -> Words:
    """Why a ticket is on an incident: somebody put it there."""
    return {"sv": f"{party['sv']} kopplade ärendet hit.", "en": f"{party['en']} linked the case here."}


def confirmed_by(party: Words) -> Words:
    """Why a ticket is on an incident: somebody said yes to a suggestion."""
    return {"sv": f"{party['sv']} bekräftade förslaget.", "en": f"{party['en']} confirmed the suggestion."}


def moved_by(party: Words) -> Words:
    """Why a team has it: somebody put it there."""
    return {"sv": f"{party['sv']} lade det där.", "en": f"{party['en']} put it there."}


def sent_on_by(party: Words) -> Words:
    """Why the next party has it: somebody sent it on."""
    return {"sv": f"{party['sv']} skickade det vidare.", "en": f"{party['en']} sent it on."}


def opened_again_by(party: Words) -> Words:
    """Why it is worked on again: staff found that it was not solved."""
    return {"sv": f"{party['sv']} öppnade ärendet igen.", "en": f"{party['en']} opened the case again."}


def handed_over_by(party: Words) -> Words:
    """Why a vendor has it: somebody handed it over."""
    return {"sv": f"{party['sv']} lämnade över det.", "en": f"{party['en']} handed it over."}


def taken_back_from(vendor: Words) -> Words:
    """Why a team has it again: it took it."""
    return {"sv": f"Det togs tillbaka från {vendor['sv']}.", "en": f"It was taken back from {vendor['en']}."}


def part_done_by(vendor: Words) -> Words:
    """Why a vendor beside the lead has it no more: what it proposed was accepted."""
    return {"sv": f"{vendor['sv']} är klara med sin del.", "en": f"{vendor['en']} has done its part."}


def done_by(vendor: Words) -> Words:
    """Why a team has a need or an idea again: what the vendor proposed was accepted."""
    return {"sv": f"{vendor['sv']} är klara.", "en": f"{vendor['en']} is done."}


def returned_by(vendor: Words) -> Words:
    """Why the coordinator has it: the vendor gave it back."""
    return {"sv": f"{vendor['sv']} lämnade tillbaka det.", "en": f"{vendor['en']} gave it back."}


def unreachable(vendor: Words) -> Words:
    """Why the coordinator has it: the vendor could not be reached."""
    return {"sv": f"{vendor['sv']} gick inte att nå.", "en": f"{vendor['en']} could not be reached."}


GONE: Words = {
    "sv": "Den som hade ärendet finns inte längre i kommunens katalog.",
    "en": "Who had the case is not in the municipality's directory any more.",
}
_LATE: dict[Promise, Words] = {
    "acknowledge": {"sv": "hade inte tagit emot ärendet i tid", "en": "had not taken the case on in time"},
    "next_update": {"sv": "hade inte hört av sig i tid", "en": "had not been heard from in time"},
    "resolve": {"sv": "hade inte löst det i tid", "en": "had not solved it in time"},
    "public_sentence": {
        "sv": "hade inte skrivit i tid vad störningen gäller",
        "en": "had not written in time what the disruption is about",
    },
}


def late(party: Words, promise: Promise) -> Words:
    """Why it goes further: a promise was not kept in time."""
    return {"sv": f"{party['sv']} {_LATE[promise]['sv']}.", "en": f"{party['en']} {_LATE[promise]['en']}."}


def used(promise: Promise, share: int) -> Words:
    """Why it goes further: so much of a promised time has passed."""
    sv = {"acknowledge": "att ta emot ärendet", "next_update": "nästa besked", "resolve": "lösningen"}
    en = {"acknowledge": "taking it on", "next_update": "the next word", "resolve": "the solution"}
    return {
        "sv": f"{share} procent av tiden för {sv.get(promise, 'detta')} har gått.",
        "en": f"{share} per cent of the time for {en.get(promise, 'this')} has passed.",
    }


WAITED: Words = {"sv": "Ärendet har väntat så länge som är bestämt.", "en": "The case has waited as long as was set."}


def not_acknowledged(party: Words) -> Words:
    """Why it goes further: the holder was asked to say that it has the case, and did not."""
    return {
        "sv": f"{party['sv']} har inte sagt att de har ärendet.",
        "en": f"{party['en']} has not said that it has the case.",
    }


def keeps(party: Words, reason: Words) -> Words:
    """Why a holder has it whom the matrix does not name any more, and what it says of who comes after."""
    sv = f"{party['sv']} arbetar redan med ärendet och har det kvar."
    en = f"{party['en']} works on the case already and keeps it."
    return {"sv": f"{sv} {reason['sv']}", "en": f"{en} {reason['en']}"}


def after(fact: Words, reason: Words) -> Words:
    """Why it is another's turn: what has changed, and what the matrix says then."""
    return {"sv": f"{fact['sv']} {reason['sv']}", "en": f"{fact['en']} {reason['en']}"}


def stays_with(vendor: Words) -> Words:
    """Why a vendor keeps what it would not have got as the case is known now: only people take a case from one."""
    return {
        "sv": f"{vendor['sv']} har redan fått ärendet och har det kvar.",
        "en": f"{vendor['en']} has been given the case already and keeps it.",
    }


def so_many(tickets: int, schools: int) -> Words:
    """Why it goes further: it has grown."""
    sv = f"{_number(tickets, 'anmälan', 'anmälningar')} från {_number(schools, 'skola', 'skolor')}"
    en = f"{_number(tickets, 'report', 'reports')} from {_number(schools, 'school', 'schools')}"
    return {"sv": f"Störningen har vuxit: {sv}.", "en": f"It has grown: {en}."}


def schools_hit(number: int) -> Words:
    """Why it is a major incident."""
    return {"sv": f"{_number(number, 'skola', 'skolor')} är drabbade.", "en": f"{number} schools are hit."}


def reports(number: int) -> Words:
    """Why it is a major incident."""
    return {"sv": f"{_number(number, 'anmälan', 'anmälningar')} har kommit.", "en": f"{number} reports have come."}


def lessons_hit(number: int) -> Words:
    """Why it is a major incident."""
    return {
        "sv": f"{_number(number, 'lektion', 'lektioner')} står still.",
        "en": f"{_number(number, 'lesson stands', 'lessons stand')} still.",
    }


def _number(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"
