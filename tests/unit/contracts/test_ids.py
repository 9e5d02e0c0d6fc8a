"""Ids by hand are the ids that the standard library makes."""

import uuid
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from contracts import ids

NAMESPACE = uuid.UUID("6f1d2c1e-7a53-5c0e-9d2b-0e5ca1e7a000")
"""Written again here: a change of it would give every recorded cause other ids."""


@given(
    kind=st.sampled_from(get_args(ids.Kind)),
    parts=st.lists(st.text(st.characters(exclude_categories=["Cs"])) | st.integers(), max_size=4),
)
def test_a_derived_id_is_the_name_based_uuid_of_its_kind_and_parts(kind: ids.Kind, parts: list[str | int]) -> None:
    name = "/".join((kind, *map(str, parts)))
    made = ids.derived(kind, *parts)
    assert uuid.UUID(made.partition("_")[2]) == uuid.uuid5(NAMESPACE, name)
    assert ids.kind_of(made) == kind


def test_many_derived_ids_in_a_row_are_those_of_the_library() -> None:
    for n in range(10_000):
        made = uuid.UUID(ids.derived("event", "ev_1", n).removeprefix("ev_"))
        assert made == uuid.uuid5(NAMESPACE, f"event/ev_1/{n}")
        assert (made.version, made.variant) == (5, uuid.RFC_4122)
