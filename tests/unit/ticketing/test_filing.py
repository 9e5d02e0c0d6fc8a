"""What keeps a report from being filed."""

from __future__ import annotations

import pytest

from contracts.directory import load
from tests.support.directories import SMALL
from ticketing.domain import filing
from ticketing.domain.access import Identity

from .story import AT

DIRECTORY = load(SMALL)
WHO = Identity("lillby", "larare", "Lena", "teacher", "reporter")


@pytest.mark.parametrize("title", ["", "   ", "\u200b\u200b", "\u202e", "\x1b\t"])
def test_a_title_with_nothing_to_see_is_no_title(title: str) -> None:
    report = filing.Report(title=title, school="alskolan", reporter="larare")

    assert ("title", "missing") in {(fault.field, fault.code) for fault in filing.check(report, WHO, DIRECTORY, AT)}


def test_a_title_that_says_something_is_one() -> None:
    report = filing.Report(title="Nätet är nere", school="alskolan", reporter="larare")

    assert filing.check(report, WHO, DIRECTORY, AT) == []
