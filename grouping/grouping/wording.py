"""Reasons in words that a principal understands, in both languages. Never a word of a report."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from grouping import apart, lexicon
from grouping.features import Compared
from grouping.judging import Judged, common_service
from grouping.profile import Profile
from grouping.reading import Reading
from grouping.report import Surroundings, Words
from grouping.services import UNKNOWN, Services

KINDS_ALONE: Words = {
    "sv": "Beställningar, behov och idéer står alltid för sig.",
    "en": "Requests, needs and ideas always stand alone.",
}
NOTHING_NEAR: Words = {
    "sv": "Inget öppet ärende liknar det här.",
    "en": "No open case is like this one.",
}
NOT_SURE: Words = {
    "sv": "Det kan vara samma sak som ett öppet ärende, men det är inte säkert nog.",
    "en": "It may be the same as an open case, but that is not sure enough.",
}
NOT_SURE_SOLVED: Words = {
    "sv": "Det kan vara samma sak som ett löst ärende, men det är inte säkert nog.",
    "en": "It may be the same as a solved case, but that is not sure enough.",
}
RECURS: Words = {
    "sv": "Samma sak har varit löst nyligen: det kan ha kommit tillbaka.",
    "en": "The same was solved recently: it may have come back.",
}
_ONE_ONLY: Words = {
    "sv": "Det verkar gälla en enda person eller sak.",
    "en": "It seems to be about one person or thing only.",
}
_NO_SCHOOL: Words = {
    "sv": "Det är inte sagt vilken skola det gäller.",
    "en": "It is not said which school it is about.",
}
_SAME_SCHOOL: Words = {"sv": "Samma skola.", "en": "Same school."}
_SAME_ROOM: Words = {"sv": "Samma rum.", "en": "Same room."}
_SAME_ASSET: Words = {"sv": "Samma utrustning.", "en": "Same device."}
_SAME_PERSON: Words = {"sv": "Samma person har anmält.", "en": "The same person reported it."}
_SEVERAL: Words = {"sv": "Flera har redan anmält det.", "en": "Several have reported it already."}
_MANY_HIT: Words = {"sv": "Det verkar drabba flera.", "en": "Several seem to be hit."}
_TWO: Mapping[apart.Sort, Words] = {
    "devices": {"sv": "Olika enheter", "en": "Different devices"},
    "rooms": {"sv": "Olika rum", "en": "Different rooms"},
    "buildings": {"sv": "Olika hus", "en": "Different buildings"},
    "floors": {"sv": "Olika våningar", "en": "Different floors"},
}
_NEARLY = 0.5
_LOOKED_AT = 24
_TELLS_NOBODY = re.compile(r"[a-z]{0,3}\d{1,4}[a-z]?|[a-z]|[a-z]{3}-[a-z]{2,4}-\d{2,5}", re.IGNORECASE)
"""A room's number, a building's letter and a device's tag; what else people write there may be anything."""
_SET_BY_STAFF: Words = {
    "sv": "Personalen har bestämt vad ärendet gäller.",
    "en": "Staff have set what the case is about.",
}


def of(
    judged: Judged, reading: Reading, services: Services, surroundings: Surroundings, *, asked: bool = False
) -> tuple[Words, ...]:
    """Why the report may belong to the incident, the weightiest first; before all, what speaks against it.

    `asked`: they stand beside what is asked until it is answered, so nothing is counted in them.
    """
    compared, profile = judged.compared, judged.profile
    said = list(_two(reading, profile, services))
    if judged.by == "thing" and (thing := compared.thing) is not None:
        same = ((thing.asset, _SAME_ASSET), (thing.room, _SAME_ROOM), (thing.reporter, _SAME_PERSON))
        said += [words for is_same, words in same if is_same]
    if compared.shared.service > 0:
        said += _of_service(reading, profile, services, surroundings)
    if reading.report.school in profile.schools:
        said.append(_SAME_SCHOOL)
    elif not (reading.report.schools and profile.schools):
        said.append(_NO_SCHOOL)
    else:
        said.append(_schools(len(profile.schools), asked=asked))
    common = sorted(
        reading.symptoms & profile.symptoms.keys(), key=lambda symptom: (-profile.symptoms[symptom], symptom)
    )
    if common:
        said.append(_same_symptom(lexicon.load().symptoms[common[0]].name))
    if len(profile.reporters) > 1:
        said.append(_SEVERAL if asked else _how_many(len(profile.readings)))
    elif judged.by == "shared" and reading.shared > 0:
        said.append(_MANY_HIT)
    if profile.triaged:
        said.append(_SET_BY_STAFF)
    said.append(_apart(compared))
    return tuple(said)


def alone(reading: Reading) -> tuple[Words, ...]:
    """Why the report begins an incident of its own."""
    return (NOTHING_NEAR, _ONE_ONLY) if reading.shared < -1 else (NOTHING_NEAR,)


def raised(schools: int, minutes: int) -> Words:
    """Why an incident reaches further than was known."""
    return {
        "sv": f"{schools} skolor har anmält samma sak inom {minutes} minuter.",
        "en": f"{schools} schools reported the same within {minutes} minutes.",
    }


def settled(reports: int) -> Words:
    """Why a lone incident is joined to another."""
    return {
        "sv": f"{reports} anmälningar visar nu att orsaken är gemensam.",
        "en": f"{reports} reports now show that the cause is shared.",
    }


def _two(reading: Reading, profile: Profile, services: Services) -> Iterator[Words]:
    """That these are two things, by their names where both have one that tells of nobody."""
    sort = apart.differing(reading, profile)
    if sort is None or not apart.is_of_things(services.share_of(reading.services, "thing")):
        return
    both = sorted(apart.names(sort, reading, profile), key=lambda name: (len(name), name))
    if len(both) > 2 or not all(map(_TELLS_NOBODY.fullmatch, both)):
        yield {"sv": f"{_TWO[sort]['sv']}.", "en": f"{_TWO[sort]['en']}."}
        return
    one, other = map(str.upper, both)
    yield {"sv": f"{_TWO[sort]['sv']}: {one} och {other}.", "en": f"{_TWO[sort]['en']}: {one} and {other}."}


def _of_service(reading: Reading, profile: Profile, services: Services, surroundings: Surroundings) -> Iterator[Words]:
    """The same service where the report tells of the one that the incident is about, else where the fault may lie.

    Nothing of a report that speaks for no service: that one is usual is no reason.
    """
    if not reading.told:
        return
    own = _service_of(profile)
    if own in reading.spoken_of and _is_about(reading, own):
        name = surroundings.service_name(own)
        yield {"sv": f"Samma tjänst: {name['sv']}.", "en": f"Same service: {name['en']}."}
        return
    likelier = reading.services.get(own, 0.0) > services.usual.get(own, 1.0)
    name = surroundings.service_name(own if likelier else common_service(reading, profile, services))
    yield {"sv": f"Felet kan ligga i: {name['sv']}.", "en": f"The fault may lie in: {name['en']}."}


def _service_of(profile: Profile) -> str:
    """What the incident is said to be about: as staff have set it, or as its first report that tells was read."""
    first = islice(profile.readings.values(), _LOOKED_AT)
    told = (reading.service for reading in first if reading.told and reading.sure)
    return profile.service or next(told, UNKNOWN)


def _is_about(reading: Reading, service: str) -> bool:
    """Whether the report is about it, or nearly as likely as about its likeliest: else it only may be the cause."""
    return reading.services.get(service, 0.0) >= _NEARLY * max(reading.services.values())


def _same_symptom(name: Words) -> Words:
    return {"sv": f"Samma slags fel: {name['sv']}.", "en": f"The same kind of fault: {name['en']}."}


def _schools(number: int, *, asked: bool) -> Words:
    if number == 1:
        return {"sv": "Felet kan nå fler skolor.", "en": "The fault may reach several schools."}
    if asked:
        return {"sv": "Felet har nått andra skolor.", "en": "The fault has reached other schools."}
    return {"sv": f"Felet har nått {number} andra skolor.", "en": f"The fault has reached {number} other schools."}


def _how_many(number: int) -> Words:
    return {"sv": f"{number} har redan anmält det.", "en": f"{number} have reported it already."}


def _apart(compared: Compared) -> Words:
    minutes = round(compared.minutes)
    if minutes == 0:
        return {"sv": "Samtidigt.", "en": "At the same time."}
    if minutes == 1:
        return {"sv": "1 minut isär.", "en": "1 minute apart."}
    if minutes < 120:
        return {"sv": f"{minutes} minuter isär.", "en": f"{minutes} minutes apart."}
    hours = round(minutes / 60)
    if hours < 48:
        return {"sv": f"{hours} timmar isär.", "en": f"{hours} hours apart."}
    return {"sv": f"{round(hours / 24)} dagar isär.", "en": f"{round(hours / 24)} days apart."}
