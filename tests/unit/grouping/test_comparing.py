"""How a report and an incident compare."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grouping import Report, features, weights
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
    for change in (
        lambda: profile.add(READER.read(second), READER.services.usual),
        lambda: profile.confirm("2"),
        profile.refuse,
        lambda: profile.raised("schools"),
        lambda: profile.told("login", "person"),
        lambda: profile.remove("2", READER.services.usual),
    ):
        changes = profile.changes
        profile.settled["in_2"] = (0, 0.5)
        change()
        assert profile.changes > changes
        assert not profile.settled
        known.append(as_compared(new, profile))
    assert all(one != next_ for one, next_ in pairwise(known))


def test_a_weighing_has_the_features_order() -> None:
    shipped = weights.load()
    assert dict(zip(features.Shared._fields, shipped.of_shared.weights, strict=True)) == {
        name: shipped.shared.get(name, 0.0) for name in features.Shared._fields
    }
    assert shipped.shared.keys() <= {"bias", *features.Shared._fields}
    assert shipped.triaged.keys() <= {"bias", *features.Shared._fields}
    assert shipped.thing.keys() <= {"bias", *features.Thing._fields}
