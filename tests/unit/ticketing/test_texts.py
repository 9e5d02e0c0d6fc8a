"""Every sentence of the pages exists in both languages and is said somewhere."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from ticketing import sentences, texts
from ticketing.views import Language, Say

PACKAGE = Path(str(files("ticketing")))
SHARED = Path(str(files("chassis.look")))
TEMPLATES = sorted((*(PACKAGE / "templates").rglob("*.html"), *(SHARED / "templates").rglob("*.html")))
CODE = [path for path in sorted(PACKAGE.rglob("*.py")) if path.name != "texts.py"]
PLACEHOLDER = re.compile(r"{(\w+)}")
FORBIDDEN = re.compile(r"\b(incident\w*|hand-?offs?|tiers?|ticket\w*)\b", re.IGNORECASE)


def said_keys() -> set[str]:
    """Keys that a template or the package's code names, families and numbers unfolded."""
    found = set()
    for path in TEMPLATES:
        source = path.read_text("utf-8")
        found |= set(re.findall(r"\bt\([\"']([\w.]+)[\"']", source))
        found |= {
            f"{key}.{form}" for key in re.findall(r"\bn\([\"']([\w.]+)[\"']", source) for form in ("one", "other")
        }
        for family in re.findall(r"\bof\([\"'](\w+)[\"']", source):
            found |= {f"{family}.{member}" for member in texts.FAMILIES[family]}
    for path in CODE:
        source = path.read_text("utf-8")
        found |= set(re.findall(r"\b(?:say|Say)\(\s*[\"']([\w.]+)[\"']", source))
        found |= set(re.findall(r"\btext\(language, [\"']([\w.]+)[\"']", source))
        for family in re.findall(r"\boptions\(\"(\w+)\"", source):
            found |= {f"{family}.{m}" for m in texts.FAMILIES[family]} | {
                f"{family}_hint.{m}" for m in texts.FAMILIES[family]
            }
    return found


def test_both_languages_have_the_same_keys() -> None:
    assert texts.catalogue("sv").keys() == texts.catalogue("en").keys()


def test_both_languages_have_the_same_placeholders() -> None:
    for key, swedish in texts.catalogue("sv").items():
        english = texts.catalogue("en")[key]
        if not key.endswith(".one"):  # "en skola" needs no number
            assert set(PLACEHOLDER.findall(swedish)) == set(PLACEHOLDER.findall(english)), key


def test_every_key_in_use_exists() -> None:
    assert said_keys() - texts.catalogue("sv").keys() == set()


def test_no_text_is_left_over() -> None:
    assert texts.catalogue("sv").keys() - said_keys() == set()


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_pages_speak_of_cases_and_disruptions_never_of_the_codes_words(language: Language) -> None:
    spoken = {key: text for key, text in texts.catalogue(language).items() if FORBIDDEN.search(text)}
    assert spoken == {}


def test_who_takes_what_is_passed_on_has_one_english_name() -> None:
    other = {key: text for key, text in texts.catalogue("en").items() if "supplier" in text.lower()}
    assert other == {}, "a vendor"


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_composed_sentences_are_given_all_their_values(language: Language) -> None:
    given = {
        name: value(*("x",) * value.__code__.co_argcount)
        for name, value in vars(sentences).items()
        if callable(value) and getattr(value, "__module__", "") == "ticketing.sentences"
    }
    given |= {name: value for name, value in vars(sentences).items() if isinstance(value, Say)}
    assert given
    for sentence in given.values():
        needed = set(PLACEHOLDER.findall(texts.catalogue(language)[sentence.key]))
        assert needed <= sentence.values.keys(), sentence.key


def test_a_value_put_into_a_text_is_escaped() -> None:
    assert texts.text("sv", "what.assign", name="<b>Eva</b>") == "Tilldela &lt;b&gt;Eva&lt;/b&gt;"


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_where_a_yes_is_undone_later_is_called_as_the_button_there(language: Language) -> None:
    said = texts.catalogue(language)
    assert said["linked.split"] in said["suggest.explained"]
