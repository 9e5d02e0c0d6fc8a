"""A name that stands twice in one object is found, wherever it is, and what is none is left to others."""

import json

import pytest

from chassis.json_keys import repeated_key


@pytest.mark.parametrize(
    ("body", "way"),
    [
        ('{"a": 1, "a": 2}', ("a",)),
        ('{"a": {"b": 1, "c": 2, "b": 1}}', ("a", "b")),
        ('{"a": [0, {"b": 1, "b": 1}]}', ("a", 1, "b")),
        ('{"a": {"x": 1, "x": 2}, "a": 3}', ("a",)),
        ('{"a": 1, "\\u0061": 2}', ("a",)),
        ('[{"": 1, "": 2}]', (0, "")),
    ],
)
def test_the_way_to_it_is_named(body: str, way: tuple[str | int, ...]) -> None:
    assert repeated_key(body) == way
    assert repeated_key(body.encode()) == way


@pytest.mark.parametrize("body", ['{"a": {"a": 1}, "A": 2}', "[1, 1]", "3", "", "{", "[" * 100_000, "1" * 10_000])
def test_there_is_none_or_it_is_no_json(body: str) -> None:
    assert repeated_key(body) is None


def test_many_names_take_no_longer_than_their_number() -> None:
    body = json.dumps({f"k{n}": n for n in range(50_000)})[:-1] + ', "k49999": 1}'
    assert repeated_key(body) == ("k49999",)
