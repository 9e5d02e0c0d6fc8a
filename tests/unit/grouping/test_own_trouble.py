"""One person's own trouble stays theirs beside however large an outage of the same service."""

import pytest

from grouping import Link, Suggest
from grouping.reading import Reader
from tests.support.classrooms import AROUND, SCHOOLS, report
from tests.support.grouping_life import Life

OUTAGE = (
    "Ingen på skolan kan logga in",
    "Inloggningen är nere för klassen",
    "Vi kommer inte in med våra konton",
    "Alla blir utkastade vid inloggning",
)
OWN = (
    ("Har glömt mitt lösenord, klantigt av mig", "går det att få ett nytt idag?"),
    ("Hej! Jag minns inte mitt lösenord", "behöver ett nytt"),
    ("Mitt lösenord har gått ut", ""),
    ("Lösenordet har gått ut sedan lovet", "jag hann aldrig byta"),
    ("En pojke i 4A har glömt sin kod", "kan ni återställa den"),
    ("Kontot är låst, jag skrev fel för många gånger", ""),
    ("Forgot my password over the weekend", "please reset it"),
)
READER = Reader(AROUND)


def outage(people: int) -> Life:
    """As many who report that nobody can sign in, at five schools, three a minute."""
    life = Life()
    for nth in range(people):
        life.file(report(f"{nth}", OUTAGE[nth % 4], nth / 3, school=SCHOOLS[nth % 5].id))
    assert len(life.incidents()) == 1
    return life


@pytest.mark.parametrize("people", [14, 120])
@pytest.mark.parametrize(("title", "description"), OWN)
def test_a_forgotten_password_is_not_linked_into_an_outage_however_large(
    people: int, title: str, description: str
) -> None:
    life = outage(people)
    own = report("own", title, people / 3, description=description, school="skola-b")
    assert not isinstance(life.file(own).outcome, Link)
    assert life.decisions["own"].scope == "person"
    life.file(*(report(f"9{nth}", OUTAGE[nth % 4], people / 3 + 1, school=SCHOOLS[nth].id) for nth in range(5)))
    assert life.on["own"] == "in_own", "nor is it joined to it afterwards"
    assert len(life.incidents()) == 2, "and those who are hit still are one"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Jag har glömt lösenordet", True),
        ("Lösenordet har gått ut", True),
        ("Skärmen är sprucken", True),
        ("Alla elevers lösenord har gått ut", False),
        ("Ingen kommer in, det står att kontot är låst", False),
        ("Jag kommer inte in", False),
    ],
)
def test_what_is_one_persons_by_its_nature_is_own_unless_all_have_it(text: str, own: bool) -> None:
    assert READER.read(report(text, text)).own is own


@pytest.mark.parametrize(
    ("own", "everybodys"),
    [
        ("Min mejl skickas inte", "Mejlen skickas inte för någon på hela skolan"),
        ("Jag kommer inte in på Lärnavet", "Ingen på skolan kommer in på Lärnavet"),
    ],
)
def test_one_persons_report_is_no_beginning_that_others_are_linked_to(own: str, everybodys: str) -> None:
    life = Life()
    outcome = life.file(report("1", own), report("2", everybodys, 3)).outcome
    assert isinstance(outcome, Suggest)
    assert [one.incident for one in outcome.candidates] == ["in_1"], "a person may see that it was the first of many"
