import secrets
from itertools import chain, repeat

import pytest

from eskalera.ports import free_port


def test_a_port_that_was_chosen_is_given_to_nobody_else_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    first, draw = free_port(), secrets.randbelow
    again = chain([first - 10_000] * 2, (draw(most) for most in repeat(20_000)))
    monkeypatch.setattr(secrets, "randbelow", lambda _most: next(again))
    assert free_port() != first
