"""Random lives of incidents over a year of calendar: summer time ends and begins, breaks, nights, hand-offs.

`ESKALERA_LIVES=10000` lives as many (`make lives`).
"""

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.routing_lives import RandomLife, check_whole

LIVES = int(os.environ.get("ESKALERA_LIVES", "120"))


@settings(max_examples=LIVES, deadline=None)
@given(seed=st.integers(0, 2**32), acts=st.integers(1, 25))
def test_whatever_happens_to_a_case_its_times_stay_whole(seed: int, acts: int) -> None:
    life = RandomLife(seed)
    life.live(acts)
    check_whole(life)
