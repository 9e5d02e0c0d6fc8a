"""A report that names two faults is linked to neither by itself: a person sees to both."""

import pytest

from grouping import Link, Suggest
from grouping.reading import Reader
from tests.support.classrooms import AROUND, SCHOOLS, report
from tests.support.grouping_life import Life

READER = Reader(AROUND)
TWO = (
    "Kanonen i A12 är svart och trådlösa nätet ligger nere i hela huset",
    "Lärnavet laddar inte för någon. Skrivaren på plan 2 har dessutom papperstrassel",
    "Mejlen går inte att skicka, och så är projektorn trasig",
    "Skrivaren drar inte papper samt kommer ingen in på lärnavet",
    "Wifi nere i hela skolan. Sen är dokumentkameran sönder också.",
    "The projector shows no picture and the mail is not working for anyone",
    "Surfplattan är trasig och elevdatorn startar inte",
    "Telefonen i receptionen brusar och dörrläsaren vid entrén blinkar rött",
    "Smarttavlan i A12 är förskjuten, och så är skrivaren på plan 2 slut på häftklamrar",
    "Kopiatorn luktar bränt och wifi är nere i hus C",
    "Lärnavet visar fel klass. Sen är det en tangent som sitter löst på min dator.",
    "Förutom att projektorn är gul så är wifi långsamt i hela huset",
    "Hej! Kopiatorn häftar snett. Sedan undrar jag varför lärnavet visar fel schema.",
    "Jag har två saker att anmäla. Projektorn blinkar grönt. Telefonen ringer inte.",
    "Tre fel: projektorn i A12, skrivaren på plan 2 och wifi",
    "The printer makes a grinding noise. Also, nobody can get into the learning platform.",
)
ONE = (
    "Projektorn hittar inte trådlösa nätet",
    "Elevdatorerna kommer inte ut på wifi, hela klassen",
    "Lärnavet går inte att öppna på min dator, och inte på paddan heller",
    "Skrivaren skriver inte ut och papperet fastnar",
    "Kan inte logga in, lärnavet släpper inte in någon",
    "Internet och wifi ligger nere, ingen kommer ut",
    "Mejlen funkar inte i telefonen",
    "Trådlösa nätet är nere och datorerna är långsamma",
    "Nätet är nere, mejlen går inte och inget annat heller",
    "Sidan laddar inte och skrivaren har papperstrassel",
    "Nätet ligger nere på hela skolan. Telefonerna är döda och skrivarna svarar inte.",
    "Vi har inget internet. Mejlen kommer inte fram och lärnavet går inte att öppna.",
    "Skrivaren piper hela tiden och displayen visar fel 49",
    "Projektorn är svart. Jag har provat en annan dator, den funkar.",
    "Kopiatorn häftar inte, den drar in papperet men sen stannar den",
    "Dokumentkameran är suddig. Projektorn visar bilden från datorn som den ska.",
    "När jag öppnar mejlen låser sig datorn och måste startas om",
    "The projector is pink. The cable sits tight and the computer is fine.",
)


@pytest.mark.parametrize(("text", "two"), [*((text, True) for text in TWO), *((text, False) for text in ONE)])
def test_two_faults_are_told_from_one_that_shows_elsewhere(text: str, two: bool) -> None:
    assert READER.read(report(text, text)).two is two


NETWORK = ("Trådlösa nätet ligger nere i hela skolan", "Wifi nere, ingen kommer ut", "Inget trådlöst för någon i huset")
BOTH = "Kanonen i A12 är svart och trådlösa nätet ligger nere i hela huset"


@pytest.mark.parametrize("people", [1, 3, 8])
def test_it_is_asked_about_both_and_what_it_names_second_is_not_taken_for_the_first(people: int) -> None:
    life = Life()
    life.file(*(report(f"{nth}", NETWORK[nth % 3], nth) for nth in range(people)))
    outcome = life.file(report("both", BOTH, people)).outcome
    assert isinstance(outcome, Suggest)
    assert outcome.candidates[0].incident == "in_0"
    life.file(report("more", NETWORK[1], people + 1))
    assert life.on["more"] == "in_0"
    outcome = life.file(report("black", "Projektorn i A12 är svart", people + 3)).outcome
    assert not isinstance(outcome, Link)
    assert isinstance(outcome, Suggest)
    assert outcome.candidates[0].incident == "in_both"


def test_nor_is_anything_linked_to_it_by_itself() -> None:
    life = Life()
    life.file(report("both", BOTH, 0), report("1", NETWORK[0], 2), report("2", "Projektorn i A12 är svart", 4))
    assert len(life.incidents()) == 3
    life.file(report("3", NETWORK[1], 6), report("4", NETWORK[2], 7))
    assert life.on["3"] == life.on["4"] == "in_1"
    assert life.on["both"] == "in_both"


def test_in_a_storm_it_stays_a_persons_to_see() -> None:
    life = Life()
    words = ("Lärnavet är nere för alla", "Ingen kommer in på lärnavet", "Lärnavet svarar inte för hela klassen")
    storm = [report(f"{nth}", words[nth % 3], nth / 4, school=SCHOOLS[nth % 7].id) for nth in range(40)]
    life.file(*storm)
    life.file(report("both", "Lärnavet är nere för alla och vår skrivare har papperstrassel", 10.2, school="skola-b"))
    life.file(*(report(f"9{nth}", words[nth % 3], 10.3 + nth / 4, school=SCHOOLS[nth].id) for nth in range(7)))
    assert life.on["both"] == "in_both"
    assert len(life.incidents()) == 2


def test_the_same_report_of_two_faults_sent_twice_by_one_person_is_one() -> None:
    life = Life()
    life.file(report("1", BOTH, 0, reporter="anna"), report("2", BOTH + "!!", 5, reporter="anna"))
    assert life.incidents() == {"in_1"}
