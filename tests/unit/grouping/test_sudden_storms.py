"""Many within minutes are one cause, whoever they are: teachers say little of others, in the middle of a lesson."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from grouping import Engine, Service
from grouping.evaluation import Labelled, simulate
from tests.support.classrooms import AROUND, SCHOOLS, report

CLOUD = (Service("digital_exam", ("Digitala prov",)), Service("student_register", ("Elevkoll", "elevkoll")))
WIDER = replace(AROUND, services=(*AROUND.services, *CLOUD))

EXAM = (
    "Examnet är helt dött",
    "Examnet går inte att starta för hela klassen",
    "digitala provet nere!",
    "Kommer inte in i provtjänsten, eleverna väntar",
    "Provsidan laddar bara",
    "Provet startar inte",
    "digiexam svarar inte",
    "Proven går ej att öppna",
)
REGISTER = (
    "Elevkoll ligger nere",
    "elevkoll går inte att öppna",
    "Kommer inte in i Elevkoll",
    "Kan inte sätta betyg, elevkoll svarar inte",
    "betygen går ej att spara",
    "Klasslistorna i elevkoll laddar inte",
    "elevkoll hänger sig hela tiden",
)
OWN = (
    "En elev kommer inte in på provet",
    "Provet låste sig för en elev",
    "En elevs examnet kraschar",
    "Fel provkod till en elev",
    "En pojke har tappat sina svar i provet",
    "Min dator visar fel språk i examnet",
    "Kan en av eleverna få längre provtid",
    "En flicka ser inte sitt prov",
)


def incidents(words: Sequence[str], role: str | None, seconds: float = 1.3, after: float = 0) -> int:
    """How many there are when a person each, at seven schools, reports these, so many seconds apart."""
    engine, reports = Engine(WIDER), []
    for nth, said in enumerate(words):
        school, minutes = SCHOOLS[nth % 7].id, after + nth * seconds / 60
        reports.append(Labelled(report(f"{nth}", said, minutes, school=school, reporter_role=role), None))
    return len({ticket.group_final for ticket in simulate(engine, reports).tickets})


@pytest.mark.parametrize("role", ["teacher", "principal", None])
@pytest.mark.parametrize("after", [0, 180], ids=["at noon", "in the afternoon"])
@pytest.mark.parametrize("words", [EXAM, REGISTER], ids=["exams", "register"])
def test_those_who_report_one_cloud_service_within_seconds_are_one_cause_whoever_they_are(
    words: Sequence[str], after: float, role: str | None
) -> None:
    assert incidents(words, role, after=after) == 1


@pytest.mark.parametrize("role", ["teacher", None])
def test_the_same_reports_spread_over_a_day_are_not_one_storm(role: str | None) -> None:
    assert incidents(REGISTER, role, seconds=3600) > 1


@pytest.mark.parametrize("role", ["teacher", None])
def test_as_many_who_each_speak_of_one_pupil_are_as_many_faults(role: str | None) -> None:
    assert incidents(OWN, role) == len(OWN)
