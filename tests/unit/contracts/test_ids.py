"""Ids that follow from their cause."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from contracts import ids

NAMESPACE = uuid.UUID("6f1d2c1e-7a53-5c0e-9d2b-0e5ca1e7a000")


@given(st.lists(st.text(max_size=40) | st.integers(), min_size=1, max_size=4))
def test_a_derived_id_is_a_name_based_uuid(parts: list[str | int]) -> None:
    name = "/".join(("event", *map(str, parts)))
    assert ids.derived("event", *parts) == f"ev_{uuid.uuid5(NAMESPACE, name).hex}"


def test_another_kind_of_the_same_cause_is_another_id() -> None:
    assert ids.derived("event", "ev_1").removeprefix("ev_") != ids.derived("handoff", "ev_1").removeprefix("ho_")
