"""What a mail means by its first word, and that nothing of it is lost."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.values import Head
from vendor_bridge.domain.mailed import LONGEST, WORDS, messages, understood
from vendor_bridge.mail.clean import clean
from vendor_bridge.mail.wording import KEYWORDS

HEADS = {"in_1": Head(seq=3, hash="ab" * 32)}


def said(text: str, files: str = "", heads: dict[str, Head] | None = None) -> list[tuple[str, Any]]:
    return [(each.type, each.data) for _, each in messages("ho_1", text, files, heads=heads)]


@pytest.mark.parametrize(
    ("text", "meaning", "rest"),
    [
        ("KLART: vi bytte switchen.", "solved", "vi bytte switchen."),
        ("Klart!\nVi bytte den.", "solved", "Vi bytte den."),
        ("LÖST vi bytte den", "solved", "vi bytte den"),
        ("*SOLVED*\nReplaced.", "solved", "Replaced."),
        ("Hej Anna,\n\nFRÅGA: Kommer vi in?", "question", "Kommer vi in?"),
        ("Question: can we get in?", "question", "can we get in?"),
        ("RETUR\nInte vårt.", "returned", "Inte vårt."),
        ("Return: not ours", "returned", "not ours"),
        ("OK", "acknowledged", ""),
        ("ok.", "acknowledged", ""),
        ("TAR", "acknowledged", ""),
        ("OK, vi åker nu", "acknowledged", "vi åker nu"),
        ("PÅGÅR\nPå väg.", "working", "På väg."),
        ("Väntar: på en reservdel", "waiting", "på en reservdel"),
    ],
)
def test_a_word_that_begins_the_reply_says_what_it_is(text: str, meaning: str, rest: str) -> None:
    assert (understood(text)[0], understood(text)[2]) == (meaning, rest)


def test_a_mail_lists_a_word_for_everything_that_can_be_said() -> None:
    assert [understood(f"{word}: så är det.")[0] for word, _ in KEYWORDS] == [
        *dict.fromkeys(meaning for meaning, _ in WORDS.values())
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Klart att vi kommer i morgon.",
        "Tar det i morgon bitti.",
        "Ok men vi har inga delar",
        "Retur av den gamla är inte klar",
        "INTE KLART än",
        "Vi tittar.\nKLART: strax",
        "FRÅGA",
        "?",
        "12345",
        "",
        "Hej,\nvi åker nu.",
    ],
)
def test_the_same_word_within_a_sentence_says_nothing(text: str) -> None:
    assert understood(text)[0] is None
    assert understood(text)[2] == text


def test_the_first_reply_says_that_they_have_it_with_what_they_were_sent() -> None:
    (first, acknowledged), (second, added) = said("Vi felsöker.", heads=HEADS)
    assert (first, dict(acknowledged.heads)) == ("acknowledged", HEADS)
    assert (second, added.text) == ("entry_added", "Vi felsöker.")


def test_who_gives_it_back_at_once_has_not_taken_it() -> None:
    assert [kind for kind, _ in said("RETUR: inte vår", heads=HEADS)] == ["returned"]


def test_nothing_written_is_a_sign_of_life_and_no_more() -> None:
    assert [kind for kind, _ in said("", heads=HEADS)] == ["acknowledged"]
    assert said("") == []


def test_files_that_did_not_come_along_are_told_with_the_words() -> None:
    ((kind, data),) = said("KLART", "[Bifogat: bild.png]")
    assert (kind, data.text) == ("resolution_proposed", "[Bifogat: bild.png]")
    ((_, plain),) = said("LÖST")
    assert plain.text == "Klart."
    assert [data.text for _, data in said("OK", "[Bifogat: bild.png]")] == ["[Bifogat: bild.png]"]


def test_what_is_too_long_for_one_message_is_several() -> None:
    text = "\n".join(f"rad {number:06}" for number in range(4_000))
    told = said(f"KLART:\n{text}")
    assert [kind for kind, _ in told] == ["resolution_proposed", "entry_added", "entry_added"]
    assert "\n".join(data.text for _, data in told) == text
    endless = said("x" * (LONGEST * 20))
    assert len(endless) == 5
    assert endless[-1][1].text.endswith("(mejlet fortsätter / the mail goes on)")


def test_each_message_of_a_mail_has_a_name_of_its_own() -> None:
    names = [name for name, _ in messages("ho_1", "KLART: " + "x" * 50_000, "", heads=HEADS)]
    assert len(names) == len(set(names)) == 4


@given(st.sampled_from(["", *WORDS, "KLART:", "hej,\n"]), st.text(max_size=400))
def test_every_word_that_is_no_sign_comes_along(begins: str, text: str) -> None:
    text = clean(f"{begins} {text}")
    told = " ".join(getattr(data, "text", None) or "" for _, data in said(text))
    rest = understood(text)[2]
    assert rest.split() == told.split() or told in ("Klart.", "Solved.")
