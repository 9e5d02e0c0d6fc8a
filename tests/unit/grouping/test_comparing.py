"""How a report and an incident compare."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grouping import Report, apart, extent, features, judging, things, weights
from grouping.around import Around
from grouping.profile import Profile
from grouping.reading import Reader
from grouping.sought import Sought, seek
from tests.support.classrooms import AROUND, report

READER = Reader(AROUND)
TEXTS = (
    "Wifi är nere för alla",
    "Projektorn i B204 är svart",
    "Mejlen studsar",
    "Det har strulat länge",
    "",
    "EKB-PR-0007",
)
reports = st.builds(
    report,
    st.sampled_from(("1", "2")),
    st.sampled_from(TEXTS),
    st.integers(0, 3000),
    school=st.sampled_from(("skola-a", "skola-b")),
    reporter=st.sampled_from(("person-x", "person-y")),
)
arounds = st.builds(Around, st.floats(0, 4), st.floats(0, 4))


def incident(*of: Report) -> Profile:
    profile = Profile("in_1", "incident", of[0].school, 1)
    for each in of:
        profile.add(READER.read(each), READER.services.usual)
    return profile


def sought(of: Report, around: Around) -> Sought:
    return seek(READER.read(of), READER.services, 12, around)


@given(reports, reports, arounds)
def test_one_report_compares_alike_by_itself_and_as_the_only_one_of_several(
    new: Report, known: Report, around: Around
) -> None:
    alone, several = features.with_one, features.with_several
    assert alone(sought(new, around), incident(known)) == pytest.approx(several(sought(new, around), incident(known)))


def as_compared(new: Sought, profile: Profile) -> tuple[object, ...]:
    """What a comparison finds now."""
    compared = features.Compared(new, profile)
    return compared.shared, compared.thing, compared.minutes


def test_what_is_known_of_an_incident_is_worked_out_anew_after_every_change() -> None:
    first, second = report("1", "Wifi är nere för alla", 0), report("2", "Wifi är nere", 3, reporter="person-y")
    profile, new = incident(first), sought(report("3", "Nätet är nere", 5), Around())
    known = [as_compared(new, profile)]
    ways: tuple[Callable[[], None], ...] = (
        lambda: profile.add(READER.read(second), READER.services.usual),
        lambda: profile.confirm("2"),
        profile.refuse,
        lambda: profile.raised("schools"),
        lambda: profile.told("login", "person"),
        lambda: profile.remove("2", READER.services.usual),
    )
    for change in ways:
        changes = profile.changes
        profile.settled["in_2"] = (0, 0.5)
        change()
        assert profile.changes > changes
        assert not profile.settled
        known.append(as_compared(new, profile))
    assert all(one != next_ for one, next_ in pairwise(known))


def beside(words: str, *known: Report, **fields: Any) -> features.Shared:
    """What is compared of a new report of these words with an incident of the known ones."""
    new = sought(report("new", words, 200, **fields), Around())
    return features.Compared(new, incident(*known)).shared


def projector(room: str) -> Report:
    return report(room, "Projektorn är svart", 0, room=room)


def test_a_things_other_room_speaks_against_it_less_where_there_are_many_rooms_already() -> None:
    same, other = (beside("Projektorn är svart", projector("B204"), room=room).rooms for room in ("B204", "B206"))
    many = beside("Projektorn är svart", *map(projector, ("B201", "B202", "B203")), room="B206").rooms
    assert other < many < same == 0


def test_another_kind_of_fault_speaks_against_it_and_silence_does_not() -> None:
    prints_not = report("1", "Skrivaren skriver inte ut")
    same, other, none = (
        beside(words, prints_not).symptoms
        for words in ("Skrivaren skriver inte ut", "Skrivaren lyser rött", "Skrivaren")
    )
    assert other < none == 0 < same


def test_what_has_lasted_may_be_of_yesterday() -> None:
    wifi = report("1", "Wifi är nere")
    assert beside("Wifi är fortfarande nere", wifi).lasting > 0 == beside("Wifi är nere", wifi).lasting


@pytest.mark.parametrize("scope", ["person", "asset", "room", "building"])
def test_what_staff_have_set_as_narrow_hits_nobody_else(scope: str) -> None:
    new = sought(report("new", "Wifi är nere för alla", 5), Around())
    narrow, of_all = incident(report("1", "Wifi är nere för alla")), incident(report("1", "Wifi är nere för alla"))
    narrow.told("wifi", scope)
    of_all.told("wifi", "school")
    compared = [features.Compared(new, one).shared.incident_shared for one in (narrow, of_all)]
    assert compared == [-6, 0]


def reach(*known: Report, scope: str | None = None) -> float:
    profile = incident(*known)
    if scope is not None:
        profile.raised(scope)
    return extent.wide(profile, READER.services)


def test_how_far_a_cause_reaches_follows_its_words_its_schools_and_what_was_raised() -> None:
    def wifi(ticket: str, school: str = "skola-a", words: str = "Wifi är nere") -> Report:
        return report(ticket, words, school=school)

    one = reach(wifi("1"))
    assert reach(wifi("1"), wifi("2"), wifi("3")) < one, "many of one school: others would have said so"
    assert one < reach(wifi("1"), wifi("2", "skola-b")) < reach(wifi("1"), wifi("2", "skola-b"), wifi("3", "skola-c"))
    assert one < reach(wifi("1", words="Wifi är nere i hela kommunen"))
    assert reach(wifi("1"), scope="school") < 0.01 < 0.5 < reach(wifi("1"), scope="schools")
    assert reach(wifi("1"), scope="schools") < reach(wifi("1"), scope="municipality")


def test_the_more_of_one_school_alone_report_it_the_likelier_it_is_their_schools() -> None:
    def told(*numbers: int) -> float:
        profile = incident(*(report(f"{nth}", "Mejlen studsar", nth) for nth in numbers))
        profile.told("email", None)
        return extent.wide(profile, READER.services)

    assert told(1) > told(1, 2) + 0.01 > told(1, 2, 3) + 0.02


def test_what_staff_have_said_to_reach_far_is_no_one_things_whatever_tags_are_named() -> None:
    printer = report("1", "Skrivaren är trasig", asset="SKA-PR-0001")
    new = sought(report("2", "Skrivaren är trasig", 5, asset="SKA-PR-0002"), Around())
    lone, raised = incident(printer), incident(printer)
    raised.raised("school")
    assert apart.most_odds(new, lone) < 0 < apart.most_odds(new, raised)


def test_what_staff_have_set_is_weighed_by_weights_of_its_own() -> None:
    shipped = weights.load()
    new, profile = sought(report("2", "Wifi är nere för alla", 5), Around()), incident(report("1", "Nätet är nere"))
    profile.told("wifi", "school")
    compared = features.Compared(new, profile).shared
    odds = judging.judge(new, profile, shipped).odds
    assert odds == judging.weigh(compared, shipped.of_triaged) != judging.weigh(compared, shipped.of_shared)


def test_a_weighing_has_the_features_order() -> None:
    shipped = weights.load()
    assert dict(zip(features.Shared._fields, shipped.of_shared.weights, strict=True)) == {
        name: shipped.shared.get(name, 0.0) for name in features.Shared._fields
    }
    assert shipped.shared.keys() <= {"bias", *features.Shared._fields}
    assert shipped.triaged.keys() <= {"bias", *features.Shared._fields}
    assert shipped.thing.keys() <= {"bias", *things.Thing._fields}
