"""Ids and canonical bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import ids
from contracts.canonical import canonical, sha256
from contracts.values import in_language


def test_the_same_cause_gives_the_same_id_and_another_kind_or_part_another() -> None:
    assert ids.derived("incident", "ev_1", 0) == ids.derived("incident", "ev_1", 0)
    made = {ids.derived("incident", "ev_1", 0), ids.derived("incident", "ev_1", 1), ids.derived("incident", "ev_2", 0)}
    assert len(made) == 3
    assert ids.derived("incident", "ev_1").split("_")[1] != ids.derived("handoff", "ev_1").split("_")[1]


def test_an_id_tells_its_kind() -> None:
    assert ids.kind_of(ids.new("ticket")) == "ticket"
    assert ids.kind_of(ids.derived("handoff", "ev_1")) == "handoff"
    with pytest.raises(ValueError, match="not the beginning of an id"):
        ids.kind_of("MAL-2026-000123")


def test_canonical_bytes_follow_the_standard() -> None:
    value = {"b": [1, True, None], "a": 'å "citat"\n'}
    assert canonical(value) == '{"a":"å \\"citat\\"\\n","b":[1,true,null]}'.encode()
    assert sha256({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize("value", [1.0, [0.5], {"a": {"b": (1.5,)}}])
def test_floats_have_no_canonical_form(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)


@given(st.dictionaries(st.text("abc", max_size=3), st.integers() | st.text(max_size=3)))
def test_the_order_of_keys_does_not_matter(value: dict[str, object]) -> None:
    assert canonical(value) == canonical(dict(reversed(value.items())))


def test_words_are_read_in_the_language_asked_else_swedish_else_what_there_is() -> None:
    assert in_language({"sv": "Löst", "en": "Solved"}, "en") == "Solved"
    assert in_language({"sv": "Löst"}, "en") == "Löst"
    assert in_language({"en": "Solved"}, "sv") == "Solved"
