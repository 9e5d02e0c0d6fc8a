"""N5: what a reporter reads of why a report is with others tells of no other person, and of no other school by name."""

import pytest

from contracts.values import Words
from grouping import wording
from ticketing.domain.why import STAFF_LINKED, to_reporter


def said(sv: str) -> Words:
    return {"sv": sv, "en": sv}


@pytest.mark.parametrize(
    "reason",
    [
        wording._SAME_SCHOOL,
        wording._SAME_ROOM,
        wording._SAME_ASSET,
        wording._SEVERAL,
        wording._MANY_HIT,
        wording._SET_BY_STAFF,
        wording._same_symptom(said("inget nät")),
        wording._schools(1, asked=False),
        wording._schools(3, asked=False),
        wording._schools(3, asked=True),
        wording._how_many(4),
        wording.raised(6, 18),
        wording.settled(3),
        said("Samma tjänst: Trådlöst nät."),
        said("Felet kan ligga i: Trådlöst nät."),
        said("6 minuter isär."),
        said("Samtidigt."),
        said("Det är anmält som samma problem."),
    ],
    ids=lambda reason: reason["sv"],
)
def test_n5_what_tells_of_nobody_is_told(reason: Words) -> None:
    assert to_reporter([reason]) == (reason,)


@pytest.mark.parametrize(
    "reason",
    [
        wording._SAME_PERSON,
        wording.NOT_SURE,
        wording.NOTHING_NEAR,
        said("Olika rum: B204 och B205."),
        said("Olika enheter: EKB-PC-0012 och EKB-PC-0013."),
        said("Lena Lindmark sa det."),
        said("Samma skola. Sjöbo skola har det med."),
    ],
    ids=lambda reason: reason["sv"],
)
def test_n5_what_tells_of_others_or_is_not_known_is_not_told(reason: Words) -> None:
    assert to_reporter([reason]) == ()


def test_n5_a_team_of_another_school_is_the_staff_and_all_is_said_once() -> None:
    linked = said("IT-stödet på Sjöbo skola kopplade ärendet hit.")
    confirmed = said("IT-stödet på Sjöbo skola bekräftade förslaget.")
    school = said("Samma skola.")
    assert to_reporter([linked, school, confirmed]) == (STAFF_LINKED, school)
