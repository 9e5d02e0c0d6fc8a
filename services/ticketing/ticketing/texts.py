"""Every sentence of the pages, in Swedish and English (`chassis.look.texts`); a family of keys that follows an
enum (`status.received`, …) is named in `FAMILIES`, so that a test can prove every member has its word.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import get_args

from chassis.look.texts import Texts
from contracts.directory.parties import Profile
from contracts.values import NextStage
from ticketing.views import (
    EFFECTS,
    FILTERS,
    KINDS,
    LANGUAGES,
    OWN_KINDS,
    RAIL_PLACES,
    REFUSALS,
    SPOKEN_KINDS,
    ClockState,
    Decided,
    Failure,
    HandOffState,
    Health,
    Light,
    Promise,
    ProposalOf,
    Reader,
    RequestState,
    Status,
    Tab,
    WayHealth,
    WorkState,
)


def _values(enum: type[StrEnum]) -> tuple[str, ...]:
    return tuple(member.value for member in enum)


FAMILIES: Mapping[str, Iterable[str]] = {
    "status": _values(Status),
    "reader_mark": _values(Reader),
    "health": _values(Health),
    "promise": _values(Promise),
    "clock": _values(ClockState),
    "request": _values(RequestState),
    "hand_off": _values(HandOffState),
    "tab": _values(Tab),
    "entry": SPOKEN_KINDS,
    "own_entry": OWN_KINDS,
    "failure_title": _values(Failure),
    "failure_text": _values(Failure),
    "filter": FILTERS,
    "rail": RAIL_PLACES,
    "urgency_number": ("1", "2", "3", "4"),
    "kind": KINDS,
    "kind_hint": KINDS,
    "light": _values(Light),
    "decided": _values(Decided),
    "stage": get_args(NextStage),
    "stage_hint": get_args(NextStage),
    "effect": EFFECTS,
    "proposal_title": _values(ProposalOf),
    "proposal_text": _values(ProposalOf),
    "proposal_part_text": _values(ProposalOf),
    "proposal_to": _values(ProposalOf),
    "proposal_hint": _values(ProposalOf),
    "proposal_reject": _values(ProposalOf),
    "ask_hint": _values(ProposalOf),
    "work_state": _values(WorkState),
    "way": _values(WayHealth),
    "way_means": _values(WayHealth),
    "vendor_profile": get_args(Profile),
    "refusal": REFUSALS,
}


TEXTS = Texts("ticketing")
catalogue, text, counted, member = TEXTS.catalogue, TEXTS.text, TEXTS.counted, TEXTS.member

__all__ = ["FAMILIES", "LANGUAGES", "TEXTS", "catalogue", "counted", "member", "text"]
