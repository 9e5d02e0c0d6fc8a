"""What the engine understands of a report: texts written for these tests."""

from dataclasses import replace
from unicodedata import normalize

import pytest

from grouping import Surroundings, lexicon
from grouping.entities import room_names
from grouping.reading import Reader
from grouping.text import MOST_CHARACTERS, fold, forms, tokens
from tests.support.classrooms import AROUND, report

READER = Reader(AROUND)


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("SKRIVAREN SKRIVER INTE UT", "printing"),
        ("skrivarn funkar ej", "printing"),
        ("natet: wifi funkar inte", "wifi"),
        ("trådlösa nät verket är borta", "wifi"),
        ("smart boarden är svart", "classroom_display"),
        ("projektorrn lyser rött", "classroom_display"),
        ("porjektorn lyser", "classroom_display"),
        ("lärnavets startsida är tom", "learning_platform"),
        ("lär navet", "learning_platform"),
        ("kan inte ta närvaro", "schedule_absence"),
        ("the printer is jammed again", "printing"),
        ("nobody can log in, password rejected", "login"),
        ("mejlen studsar", "email"),
        ("ipaden är sprucken", "tablet"),
        ("chromebook startar inte", "pupil_computer"),
    ],
)
def test_the_service_is_read_from_words_however_they_are_spelt(text: str, service: str) -> None:
    assert READER.read(report(text, text)).service == service


@pytest.mark.parametrize(
    "text",
    [
        "wifi nere i hela skolan",
        "ingen i arbetslaget kommer in",
        "several classrooms are down",
        "alla elever kastas ut",
    ],
)
def test_phrases_about_many_speak_for_a_shared_fault(text: str) -> None:
    assert READER.read(report(text, text)).shared > 0


@pytest.mark.parametrize(
    "text",
    ["min dator startar inte", "jag har glömt mitt lösenord", "en elevs laptop är sprucken", "only my screen is black"],
)
def test_phrases_about_one_speak_against_it(text: str) -> None:
    assert READER.read(report(text, text)).shared < 0


@pytest.mark.parametrize(
    ("own", "everybodys"),
    [
        ("Mejlen: inkorgen är full", "Mejlen: inkorgen är tom"),
        ("Råkade radera mappen i Lärnavet", "Mappen är borta i Lärnavet"),
        ("Ny här, kommer inte in i Lärnavet", "Kommer inte in i Lärnavet"),
        ("En vårdnadshavare kommer inte in i Lärnavet", "Kommer inte in i Lärnavet"),
        ("Hur gör man för att byta bild i Lärnavet", "Fel bild i Lärnavet"),
        ("I accidentally deleted the course", "The course is gone"),
    ],
)
def test_what_is_one_persons_by_its_nature_speaks_less_for_a_shared_fault(own: str, everybodys: str) -> None:
    assert READER.read(report(own, own)).shared < READER.read(report(everybodys, everybodys)).shared - 0.2


def test_asset_tags_and_rooms_have_one_spelling() -> None:
    named = READER.read(report("1", "Datorn EKB PC 312 i sal b204 är trasig")).named
    assert named.assets == {"EKB-PC-0312"}
    assert named.rooms == {"b204"}
    places = lexicon.load().places
    assert room_names("Sal B204", places) == room_names("b 204", places) == {"b204"}
    assert room_names("Biblioteket", places) == {"library"}


@pytest.mark.parametrize(
    "text",
    [
        "Skrivaren har stått still sedan klockan 10",
        "Ungefär 20 elever väntar i korridoren",
        "Schemat för vecka 48 saknas",
        "Skola24 och Office365 svarar inte",
        "Since 10 about 30 pupils wait",
        "Om 10 minuter börjar provet, på 15 datorer är det svart, av 28 elever skriver 13",
        "Har väntat i 45 minuter, det var så hela HT 26 också",
        "NA25 och te24 kommer inte in",
    ],
)
def test_a_number_after_a_word_is_no_tag_and_no_room(text: str) -> None:
    named = READER.read(report(text, text)).named
    assert not named.assets
    assert not named.rooms


def test_one_digit_after_a_letter_is_no_room() -> None:
    assert not READER.read(report("1", "Projektorn i b4 är svart")).named.rooms
    assert READER.read(report("2", "Projektorn i b14 är svart")).named.rooms == {"b14"}


@pytest.mark.parametrize(
    ("text", "room"),
    [("Svart i salen 12", "12"), ("Svart i rummet 204", "204"), ("Svart i B 204", "b204"), ("Svart i sal C 12", "c12")],
)
def test_a_room_in_the_text_is_no_tag(text: str, room: str) -> None:
    named = READER.read(report(text, text)).named
    assert named.rooms == {room}
    assert not named.assets


def test_a_tag_in_the_text_has_both_hyphens_or_begins_like_the_schools_own() -> None:
    assert READER.read(report("1", "XYZ-SK-0011 är trasig")).named.assets == {"XYZ-SK-0011"}
    assert READER.read(report("2", "ekbpc0312 är trasig")).named.assets == {"EKB-PC-0312"}
    assert not READER.read(report("3", "xyz pc 312 är trasig")).named.assets


@pytest.mark.parametrize(
    "text", ["på plan 2", "Våning 2", "andra våningen", "on the second floor", "planet: andra planet"]
)
def test_floors_have_one_spelling(text: str) -> None:
    assert READER.read(report(text, f"Skrivaren är död {text}")).named.floor == "2"


@pytest.mark.parametrize(
    ("usual", "other"),
    [
        ("kan inte skriva ut", "kan ej skriva ut"),
        ("datorn startar inte", "datorn startar icke"),
        ("Lärnavet går inte att öppna", "lärnavet går ite att öppna"),
        ("inget nät i salen", "inge nät i salen"),
    ],
)
def test_small_words_are_read_however_people_write_them(usual: str, other: str) -> None:
    read = READER.read(report(usual, usual))
    same = READER.read(report(other, other))
    assert same.symptoms == read.symptoms
    assert same.symptoms
    assert same.services == read.services


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("Skrivarkrångel", {"printing"}),
        ("skrivarproblem i A-huset", {"printing"}),
        ("nätverksproblem", {"wifi", "internet"}),
        ("Nätstrul", {"wifi", "internet"}),
        ("wiffi nere", {"wifi"}),
    ],
)
def test_trouble_is_read_from_a_compound_with_its_cause(text: str, services: set[str]) -> None:
    reading = READER.read(report(text, text))
    assert reading.service in services
    assert reading.told


@pytest.mark.parametrize("text", ["Projektorn blinkar rött", "Lampan på skrivaren lyser rött"])
def test_a_red_light_is_no_door(text: str) -> None:
    reading = READER.read(report(text, text))
    assert "locked_door" not in reading.symptoms
    assert "red_light" in reading.symptoms


def test_the_teachers_table_is_no_word_of_teachers() -> None:
    assert READER.read(report("1", "Lärarbordet")).shared == READER.read(report("2", "Trädbordet")).shared


def test_letters_and_endings_are_no_difference() -> None:
    assert fold("Lärplattan é") == "larplattan e"
    assert "padda" in forms("paddorna")
    assert "skrivare" in forms("skrivarna")
    assert "prov" not in forms("provat"), "tried is no exam"
    assert tokens("wi-fi, can't!") == ("wi", "fi", "cant")


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert len(tokens("ord " * MOST_CHARACTERS)) == MOST_CHARACTERS // 4


def test_letters_that_some_computers_write_in_two_parts_are_read_the_same() -> None:
    text = "Nätet är långsamt på övervåningen, ingen når Lärnavet"
    assert normalize("NFD", text) != text
    assert tokens(normalize("NFD", text)) == tokens(text)


def test_the_lexicon_is_whole() -> None:
    known = lexicon.load()
    assert len(known.services) == 20
    assert len(known.meanings) > 3000
    for service in known.services.values():
        assert 0 < service.shared < 1
        assert service.usual > 0
        assert set(service.related) <= known.services.keys()
        assert sum(service.related.values()) < 0.7
    for symptom in known.symptoms.values():
        assert symptom.name["sv"]
        assert symptom.name["en"]
        assert symptom.services.keys() <= known.services.keys()
    for meaning in known.meanings:
        assert tokens(meaning.term), meaning


def test_no_service_claims_a_common_word() -> None:
    known = lexicon.load()
    strong = {m.term for m in known.meanings if m.sort == "service" and m.weight >= lexicon.STRENGTHS["strong"]}
    assert not strong & known.common


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("undervisningen i biologin", "login"),
        ("lägenheten och erfarenheten", "mdm"),
        ("hösten blev hälften så bra", "assistive_tools"),
        ("utvärderingar av möteskulturen", "phone"),
    ],
)
def test_short_words_are_in_no_compound_and_common_words_are_no_typos(text: str, never: str) -> None:
    assert READER.read(report(text, text)).services.get(never, 0.0) <= READER.read(report("", "")).services.get(
        never, 0.0
    )


@pytest.mark.parametrize(
    "text", ["Sex elever har fått svart ruta", "17 av datorerna har svart ruta", "three of my students see a black box"]
)
def test_counted_people_and_devices_speak_for_a_shared_fault(text: str) -> None:
    language = "en" if text.startswith("three") else "sv"
    without = text.replace("Sex", "Dessa").replace("17", "De här").replace("three", "these")
    counted, plain = (READER.read(report(words, words, language=language)).shared for words in (text, without))
    assert counted > plain


def test_how_many_a_school_has_counts_nobody_who_is_hit() -> None:
    few, all_ = (READER.read(report(words, words)) for words in ("Vi har 12 elever", "Vi har 812 elever"))
    assert all_.shared < few.shared


@pytest.mark.parametrize(
    "text", ["Lärnavet går inte längre att öppna", "Lärnavet går bara inte att öppna", "Lärnavet går inte att öppna"]
)
def test_a_word_may_stand_between_a_phrases_words(text: str) -> None:
    assert "not_opening" in READER.read(report(text, text)).symptoms


def test_a_pick_of_something_else_says_little() -> None:
    vague, plain = "Det funkar inte", "Skrivaren är trasig"
    assert READER.read(report("1", vague, service="other")).services["other"] < 0.2
    picked, not_ = (READER.read(report(f"p{one}", plain, service=one)).services for one in ("other", None))
    assert picked["printing"] == pytest.approx(not_["printing"], abs=0.02)
    assert READER.read(report("2", vague, service="email")).services["email"] > 0.4


def test_what_the_directory_says_of_a_tags_code_comes_before_what_most_mean_by_it() -> None:
    own = Reader(replace(AROUND, device_services={"PR": "classroom_display"}))
    assert own.read(report("1", "Den är trasig", asset="SKA-PR-0001")).service == "classroom_display"
    assert READER.read(report("1", "Den är trasig", asset="SKA-PR-0001")).service == "printing"


def test_it_is_morning_where_the_school_is() -> None:
    """What is said before lessons is said of more than one's own: at 8 in Sweden it is 6 by the stream's clock."""
    early, noon, late = (
        READER.read(report(f"{hours}", "Mejlen krånglar", hours * 60)).shared for hours in (-4, -2.5, 2.5)
    )
    assert early > noon > late


def test_a_report_says_that_its_fault_has_lasted() -> None:
    assert READER.read(report("1", "Fortfarande inget ljud sedan i måndags")).lasting
    assert not READER.read(report("2", "Inget ljud i högtalarna")).lasting


@pytest.mark.parametrize(
    "words", ["Ingen av kollegorna kommer in heller", "Ingen annan kommer in", "None of my colleagues"]
)
def test_that_nobody_else_can_is_no_word_of_others_who_can(words: str) -> None:
    assert READER.read(report("1", words)).shared > 0


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("AD nere?", "login"),
        ("AD:t är nere", "login"),
        ("AD ligger nere", "login"),
        ("tims funkar inte", "office365"),
        ("Teamsen hänger sig", "office365"),
        ("Problem nummer 3", "other"),
        ("Ärende nummer 12", "other"),
        ("Skolans nummer går inte att nå", "phone"),
        ("Betygssystemet är nere", "student_register"),
        ("Kommer inte in i Classroom", "learning_platform"),
    ],
)
def test_short_names_and_names_as_they_sound_are_known_and_a_number_is_no_telephone(text: str, service: str) -> None:
    assert Reader(Surroundings("v1")).read(report("1", text)).service == service
