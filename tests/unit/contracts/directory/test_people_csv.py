"""People from a table (L6): every mistake with its line and cell, groups of the identity provider as teams."""

import pytest

from contracts.directory import Directory, DirectoryErrors, load, load_people_csv, teams_of
from tests.support.directories import changed, line_of, small

PEOPLE = """\
id;name;role;schools;team;groups;email;language;protected_identity
anna;Anna Al;teacher;alskolan|bokskolan;;;anna@lillby.example;en;
tove;Tove Tall;tekniker;alskolan;;Alla|IT Alskolan;tove@lillby.example;;ja
"""


def directory() -> Directory:
    return load(changed("tier: local, schools: [alskolan]", "tier: local, schools: [alskolan], groups: [IT Alskolan]"))


def problems(text: str) -> list[tuple[int, int, str]]:
    with pytest.raises(DirectoryErrors) as caught:
        load_people_csv(text, directory())
    return [(problem.line, problem.column, problem.message) for problem in caught.value.problems]


def test_each_line_is_a_person() -> None:
    people = load_people_csv(PEOPLE, directory())
    anna, tove = people.people
    assert people.municipality == "lillby"
    assert (anna.schools, anna.language, anna.protected_identity) == (("alskolan", "bokskolan"), "en", False)
    assert (tove.groups, tove.team, tove.protected_identity) == (("Alla", "IT Alskolan"), None, True)


def test_a_group_that_a_team_names_makes_its_members_the_teams_people() -> None:
    """The others mean nothing here: a directory service has many groups."""
    tove = load_people_csv(PEOPLE, directory()).by_id["tove"]
    assert teams_of(directory(), tove) == ("teknik",)
    assert teams_of(directory(), tove.model_copy(update={"team": "samordnare"})) == ("samordnare", "teknik")
    assert teams_of(small(), tove) == ()


@pytest.mark.parametrize("separator", [",", "\t"])
def test_commas_and_tabs_part_columns_too_and_columns_come_in_any_order(separator: str) -> None:
    text = "\ufeffName;ID;role;schools\r\n\r\nAnna Al;anna;teacher;alskolan\r\n".replace(";", separator)
    assert load_people_csv(text, directory()).by_id["anna"].name == "Anna Al"


def test_a_cell_in_quotation_marks_may_hold_the_separator_and_a_new_line() -> None:
    text = 'id,name,role,schools\nanna,"Al, Anna\n",teacher,alskolan\nbo,Bo,king,alskolan\n'
    assert problems(text) == [(4, 3, "unknown role 'king'")]


@pytest.mark.parametrize(
    ("old", "new", "passage", "cell", "words"),
    [
        ("id;name;role", "id;namn;role", "id;namn", 2, "unknown column 'namn': there are id, name, role, schools"),
        ("id;name;role", "id;email;role", "id;email", 7, "the column 'email' is there twice"),
        ("id;name;role", "id;team;role", "id;team", 1, "'name' is missing"),
        ("anna;Anna Al;", "Anna!;Anna Al;", "Anna!;", 1, "a person's id has lower-case letters"),
        ("tove;Tove Tall", "anna;Tove Tall", "anna;Tove Tall", 1, "person 'anna' is there already"),
        ("Anna Al;", ";", "anna;;teacher", 2, "is missing"),
        ("teacher", "teachr", "teachr", 3, "unknown role 'teachr', did you mean 'teacher'?"),
        ("alskolan|bokskolan", "alskolan|bok", "|bok;", 4, "unknown school 'bok'"),
        ("alskolan;;Alla", "alskolan;tekno;Alla", "tekno", 5, "unknown team 'tekno', did you mean 'teknik'?"),
        ("Alla|IT Alskolan", "Alla", ";Alla;", 1, "'tove' has the role 'tekniker' and needs a team"),
        ("alskolan|bokskolan", "", "anna;Anna Al;teacher;;", 1, "'anna' has the role 'teacher' and needs a school"),
        ("anna@lillby.example", "anna", ";anna;en", 7, "write a whole e-mail address"),
        (";en;", ";fi;", ";fi;", 8, "choose one of 'sv' or 'en'"),
        (";;ja", ";;kanske", "kanske", 9, "write true or false here"),
        (";;ja", ";;ja;mer", "ja;mer", 1, "has 10 cells, and the first line names 9 columns"),
        (";;ja", ';;"ja', '"ja', 1, "look at its quotation marks"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_cell(old: str, new: str, passage: str, cell: int, words: str) -> None:
    text = changed(old, new, PEOPLE)
    named = [(line, column) for line, column, message in problems(text) if words in message]
    assert named == [(line_of(text, passage), cell)], problems(text)


def test_every_line_with_a_mistake_is_told_at_once() -> None:
    text = changed("teacher", "teachr", changed("tove@lillby.example", "tove", PEOPLE))
    assert [line for line, _, _ in problems(text)] == [2, 3]


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_an_empty_table_says_which_columns_it_needs(text: str) -> None:
    assert [message for _, _, message in problems(text)] == [
        f"the first line names the columns, and {name!r} is missing" for name in ("id", "name", "role")
    ]


def test_a_table_full_of_mistakes_ends_somewhere() -> None:
    text = "id;name;role\n" + "X!;;\n" * 1000
    assert len(problems(text)) < 700
    assert problems(text)[-1][2] == "and more errors from here on"
