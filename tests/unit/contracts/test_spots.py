"""What of a report's room and device goes to its vendor: what can name nobody."""

import pytest

from contracts.spots import asset_of, room_of
from tests.support.handoff_life import directory


@pytest.mark.parametrize(
    "room",
    [
        "L12",
        "b 204",
        "Sal B204",
        "2118",
        "3:14",
        "A-117b",
        "Musiksalen",
        "B-huset, plan 2",
        "Klassrum 7",
        "hus C",
        "NO-salen",
    ],
)
def test_a_room_as_rooms_are_numbered_and_called_goes_along_as_it_was_written(room: str) -> None:
    assert room_of(f" {room} ", "ekbacken", directory()) == room


@pytest.mark.parametrize(
    "room",
    [
        "Annas rum", "hos Anna i B204", "B204 (Anna Lund)", "Lund", "anna.lund@skola.se", "0701 23 45 67",
        "850101-1234", "A L", "850101", "annlun12", "Bo2", "sal Bo2", "", " ", ",", None,
    ],
)  # fmt: skip
def test_n5_what_may_name_a_person_does_not(room: str | None) -> None:
    assert room_of(room, "ekbacken", directory()) is None


def test_only_the_schools_own_buildings_are_known() -> None:
    assert room_of("B-huset", "ekbacken", directory()) == "B-huset"
    assert room_of("B-huset", "sjobo", directory()) is None
    assert room_of("B-huset", "ekbacken", None) is None


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("EKB-PR-0012", "EKB-PR-0012"), ("ekb pr 12", "EKB PR 12"), ("EKB-3-7", "EKB-3-7"),
        ("EKB-EVA-850", None), ("ANNA-PR-1", None), ("OLLE PC 12", None), ("Bo-PR-7", None),
        ("QQ-XX-0312", None), ("Annas dator", None), ("ANNA-LUND-12", None),
        ("EKB-PR-0012 Anna", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_n5_a_tag_goes_along_where_the_directory_knows_it(written: str | None, told: str | None) -> None:
    assert asset_of(written, directory()) == told
    assert asset_of(written, None) is None
