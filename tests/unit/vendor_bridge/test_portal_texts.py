"""Every sentence of the vendors' pages and mails exists in both languages and is said somewhere."""

import re
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest

from chassis.look.words import LANGUAGES, Language
from contracts.webhooks import MessageKind
from vendor_bridge.portal import letters
from vendor_bridge.web.texts import FAMILIES, TEXTS

PACKAGE, SHARED = (Path(str(files(name))) for name in ("vendor_bridge", "chassis.look"))
TEMPLATES = sorted((PACKAGE / "templates").rglob("*.html"))
USED = [SHARED / "templates/components" / f"{name}.html" for name in ("button", "field", "checks", "toast")]
USED += [SHARED / "templates/frame.html"]
CODE = sorted((PACKAGE / "web").rglob("*.py"))
PLACEHOLDER = re.compile(r"{(\w+)}")
FORBIDDEN = re.compile(r"\b(incident\w*|hand-?offs?|tiers?)\b", re.IGNORECASE)


def said_keys() -> set[str]:
    """Keys that a template or the code names, families and numbers unfolded."""
    found = {"form.errors_title"}
    for path in (*TEMPLATES, *USED):
        source = path.read_text("utf-8")
        found |= set(re.findall(r"[\"(]([a-z_]+\.[a-z_]+)\"(?: if|,|\))", source))
        found |= set(re.findall(r"\bt\([\"']([\w.]+)[\"']", source))
        for key in re.findall(r"\bn\([\"']([\w.]+)[\"']", source):
            found |= {f"{key}.one", f"{key}.other"}
        for family in re.findall(r"\bof\([\"'](\w+)[\"']", source):
            found |= {f"{family}.{member}" for member in FAMILIES[family]}
    for path in CODE:
        source = path.read_text("utf-8")
        found |= set(re.findall(r"\b(?:say|Say)\(\s*[\"']([\w.]+)[\"']", source))
        for family in re.findall(r"\b(?:say|Say)\(\s*f[\"'](\w+)\.{", source):
            found |= {f"{family}.{member}" for member in FAMILIES[family]}
        for begin in re.findall(r"\bsay\(\s*f[\"'](\w+\.\w+_){action}", source):
            found |= {f"{begin}{action}" for action in FAMILIES["said"] if f"{begin}{action}" in TEXTS.catalogue("sv")}
    numbered = {key for key in found if f"{key}.one" in TEXTS.catalogue("sv")}
    return (found - numbered) | {f"{key}.{form}" for key in numbered for form in ("one", "other")}


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    swedish, english = TEXTS.catalogue("sv"), TEXTS.catalogue("en")
    assert swedish.keys() == english.keys()
    for key, text in swedish.items():
        if not key.endswith(".one"):
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(english[key])), key


def test_no_text_is_left_over() -> None:
    assert TEXTS.catalogue("sv").keys() - said_keys() == set()


def test_every_key_in_use_exists() -> None:
    in_templates = {key for key in said_keys() if not key.endswith(("html", "css", "js", "svg"))}
    assert in_templates - TEXTS.catalogue("sv").keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_never_speak_in_the_codes_words(language: Language) -> None:
    assert {key: text for key, text in TEXTS.catalogue(language).items() if FORBIDDEN.search(text)} == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [*get_args(MessageKind), "unanswered"])
def test_each_kind_of_message_has_a_mail_of_single_lines(language: Language, kind: letters.News) -> None:
    letter = letters.news(
        language, "Anna\r\nEk", kind, title="Nät\n – B204" + "x" * 300, municipality="Malarvik", url="http://x/y"
    )
    for line in (letter.subject, letter.greeting, letter.opening):
        assert line.isprintable()
        assert "{" not in line
    assert len(letter.subject) <= letters.LONGEST_TITLE + 40
    assert "http://x/y" in letter.text
    assert "&lt;" in letters.news(language, "<b>", kind, title="t", municipality="m", url="u").html


@pytest.mark.parametrize("kind", ["accepted", "rejected", "released", "taken_back", "completed"])
def test_who_works_beside_another_is_told_of_its_part_and_not_of_the_case(kind: MessageKind) -> None:
    given = {"title": "Nät", "municipality": "Mälarvik", "url": "u", "is_beside": True}
    for language, part, case in (("sv", "del", "Ärendet"), ("en", "part", "The case")):
        letter = letters.news(language, "Anna", kind, **given)  # type: ignore[arg-type]
        assert re.search(rf"\b{part}\b", letter.subject)
        assert re.search(rf"\b{part}\b", letter.opening)
        assert case not in letter.subject + letter.opening
