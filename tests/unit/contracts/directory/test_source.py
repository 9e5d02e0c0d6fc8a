"""YAML read as plain data: nothing is constructed, nothing explodes, every mistake has a place."""

import time

import pytest

from contracts.directory import DirectoryErrors, load
from contracts.directory.source import MAX_CHARACTERS, read


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: [1\nb: 2", 2, "in brackets that begins on line 1 wants a comma or its closing bracket here"),
        ("a: {b: 1", 1, "in brackets that begins on line 1 wants"),
        ("a: 1\nb: c: d", 2, "a colon is too much here"),
        ("a:\n\tb: 2", 2, "with blanks, not with tabs"),
        ("a: 1\nb: 'x\nc: 2", 3, "in quotation marks that begins on line 2 has no end"),
        ("a:\n   b: 1\n  c: 2", 3, "look at how it is indented"),
        ("a: 1\nb\nc: 2", 3, "a colon is"),
        ("a: @anna", 1, "stands in quotation marks"),
        ("a: 1\nb: |x", 2, "cannot be read from here on"),
        ("a: 1\n---\nb: 2", 2, "a second document"),
        ("a: 1\nb: \x00", 2, "a character that no text has"),
        ("a: 1\nb: \ud800", 2, "a character that no text has"),
        ("a: 1\n? [x]\n: 2", 2, "a key is one word"),
        ("a: " + "[" * 5000, 1, "nested deeper"),
        ("a: &x 1\nb: *x", 1, "anchors"),
        ("a: 1\nb: *unknown", 2, "anchors"),
        ("a: !!python/object/apply:os.system [ls]", 1, "tags such as"),
        ("a: 1\nb: 2\na: 3", 3, "'a' is written twice, first on line 1"),
        ("x" * (MAX_CHARACTERS + 1), 1, "more than"),
    ],
)
def test_what_is_no_plain_yaml_is_named_with_its_line(text: str, line: int, words: str) -> None:
    _, problems = read(text)
    assert (problems[0].line, words in problems[0].message) == (line, True), problems


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    levels = [f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 10)}]" for i in range(1, 30)]
    began = time.process_time()
    with pytest.raises(DirectoryErrors) as caught:
        load("\n".join(["l0: &l0 [x]", *levels]))
    assert time.process_time() - began < 5
    assert any("anchors" in problem.message for problem in caught.value.problems)


def test_no_is_a_word_and_a_time_of_day_no_number() -> None:
    root, problems = read("a: no\nb: 16:30\nc: 2026-10-26\nd: 0123-45 67\ne: on\nf: true\ng: 12\nh: 1.5\ni:\nj: '7'")
    assert not problems
    assert root is not None
    plain = root.plain()
    assert isinstance(plain, dict)
    assert list(plain.values()) == [
        "no", "16:30", "2026-10-26", "0123-45 67", "on", True, 12, 1.5, None, "7",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a list", "just words", "null"])
def test_a_file_that_is_no_directory_is_refused(text: str) -> None:
    with pytest.raises(DirectoryErrors):
        load(text)


def test_a_file_of_nothing_but_errors_is_answered_with_some_of_them_soon() -> None:
    began = time.process_time()
    with pytest.raises(DirectoryErrors) as caught:
        load("\n".join(f"unknown{i}: 1" for i in range(20_000)))
    assert "more errors" in str(caught.value)
    assert len(caught.value.problems) < 300
    assert time.process_time() - began < 20
