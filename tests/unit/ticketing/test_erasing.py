"""What a person has to look at when somebody is erased: words that people wrote, not the steps that we told (R20)."""

import pytest

from contracts.timeline import Entry
from ticketing.domain import erasing

from .story import Story

NETWORK = "vendor:network"


def told(*, gone: bool) -> list[Entry]:
    story = Story().filed("tk_1").opened("in_1", "tk_1").assigned("in_1", NETWORK).acknowledged("in_1", NETWORK)
    if gone:
        story.assigned("in_1", "team:samordnaren")
    return story.told_status("in_1", NETWORK, text={"sv": "Vi ringer Asta.", "en": "We call Asta."}).chain("in_1")


@pytest.mark.parametrize("gone", [False, True], ids=["that has the case", "that had it"])
def test_how_far_a_vendor_has_come_is_a_step_and_only_what_it_wrote_beside_is_by_others(gone: bool) -> None:
    entries = told(gone=gone)
    [step] = [entry for entry in entries if entry.kind == "vendor_status"]
    assert not erasing.may_be_erased(step)
    assert step not in erasing.by_others(entries)
