"""Names stand where people look for them."""

from chassis.look.alphabet import place_of


def test_capital_letters_are_no_different_and_the_swedish_ones_come_last() -> None:
    names = ["Östra", "Verktyg", "edWise", "Ärenden", "Epost", "Ånga", "Zoom", "e-post"]
    assert sorted(names, key=place_of) == ["e-post", "edWise", "Epost", "Verktyg", "Zoom", "Ånga", "Ärenden", "Östra"]
