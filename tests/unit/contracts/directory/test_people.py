"""The people file: persons twice, and what the directory does not know, with their lines."""

import pytest

from contracts.directory import DirectoryErrors, load_people, placeholder
from tests.support.directories import changed, line_of, small

PEOPLE = """\
municipality: lillby
people:
  - {id: anna, name: Anna Al, role: teacher, schools: [alskolan], email: anna@lillby.example}
  - {id: tove, name: Tove Tall, role: tekniker, team: teknik, language: en}
"""


@pytest.mark.parametrize(
    ("old", "new", "passage", "words"),
    [
        ("municipality: lillby", "municipality: storby", "storby", "not the people of 'lillby'"),
        ("role: teacher", "role: teachr", "role: teachr", "did you mean 'teacher'?"),
        ("[alskolan]", "[alskola]", "[alskola]", "unknown school"),
        ("team: teknik,", "team: tekno,", "team: tekno", "unknown team"),
        ("id: tove", "id: anna", "name: Tove", "person 'anna' is there already"),
        (", team: teknik", "", "id: tove", "needs a team"),
        (", schools: [alskolan]", "", "id: anna", "needs a school"),
        ("anna@lillby.example", "anna", "email: anna", "e-mail"),
        ("email: anna@lillby.example", 'email: "a@b.example\\nBcc: x@y.example"', "Bcc", "e-mail"),
        ("language: en", "language: fi", "language: fi", "choose one of"),
        ("language: en", "password: hemligt", "password", "no secrets"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, passage: str, words: str) -> None:
    text = changed(old, new, PEOPLE)
    with pytest.raises(DirectoryErrors) as caught:
        load_people(text, small())
    problems = [p for p in caught.value.problems if words in p.message]
    assert [p.line for p in problems] == [line_of(text, passage)], caught.value.problems


def test_people_are_found_by_their_id() -> None:
    people = load_people(PEOPLE, small())
    assert people.by_id["tove"].language == "en"
    assert people.by_id["anna"].schools == ("alskolan",)


def test_without_a_directory_the_form_alone_is_checked() -> None:
    assert len(load_people(changed("role: teacher", "role: annat", PEOPLE)).people) == 2


def test_an_unknown_reporter_becomes_a_placeholder() -> None:
    person = placeholder("ekbacken-35", role="teacher", school="ekbacken")
    assert (person.id, person.placeholder, person.email, person.schools) == ("ekbacken-35", True, None, ("ekbacken",))
    with pytest.raises(ValueError, match="pattern"):
        placeholder("../../etc", role="teacher", school=None)
