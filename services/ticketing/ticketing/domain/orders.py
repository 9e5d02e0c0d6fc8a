"""What is wrong with what somebody says of an order or decides of a need, before it is sent to routing."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from contracts.directory import Directory
from contracts.stages import TO_BE_TOLD
from contracts.values import REPORTER_PARTY

REASON_LIMIT = 2000
"""Characters of a decision's reason, which many read."""
StageFault = tuple[Literal["text", "expected_at", "changed_by"], Literal["missing", "past", "unknown"]]


def stage_faults(
    directory: Directory, today: date, *, stage: str, text: str, expected_at: date | None, changed_by: str | None
) -> Iterator[StageFault]:
    """(field, what is wrong): a change needs words, the day lies ahead, who changed it is in the directory."""
    if stage in TO_BE_TOLD and not text:
        yield "text", "missing"
    if expected_at is not None and expected_at < today:
        yield "expected_at", "past"
    if changed_by not in (None, REPORTER_PARTY, *directory.parties):
        yield "changed_by", "unknown"
