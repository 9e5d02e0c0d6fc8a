import json

from chassis.problems import Problem, pointer


def test_a_problem_has_the_five_members_of_rfc_9457() -> None:
    problem = Problem(409, "The ticket is closed", "Reopen it first.", errors=[{"pointer": "/text", "detail": "late"}])
    assert json.loads(problem.body()) == {
        "type": "about:blank",
        "title": "The ticket is closed",
        "status": 409,
        "detail": "Reopen it first.",
        "errors": [{"pointer": "/text", "detail": "late"}],
    }


def test_a_problem_without_words_has_its_status_phrase() -> None:
    assert json.loads(Problem(404).body()) == {"type": "about:blank", "title": "Not Found", "status": 404}
    assert Problem(499).title == "Error"


def test_a_field_named_by_half_a_surrogate_pair_can_still_be_answered() -> None:
    assert b"ud800" in Problem(422, errors=[{"pointer": pointer("\ud800"), "detail": "unknown field"}]).body()


def test_a_pointer_escapes_slashes_and_tildes() -> None:
    assert pointer("items", 0, "a/b~c") == "/items/0/a~1b~0c"
    assert pointer() == ""
