"""The states of a trouble ticket and of a service problem, and those of a hand-off."""

from collections.abc import Mapping
from typing import Final, Literal

from contracts.directory.mapping import VendorState
from vendor_bridge.domain.state import Handoff, HandoffState

Status = Literal["acknowledged", "rejected", "pending", "held", "inProgress", "cancelled", "closed", "resolved"]

MEANS: Final[Mapping[str, VendorState]] = {
    "acknowledged": "acknowledged",
    "inProgress": "in_progress",
    "held": "pending",
    "pending": "information_requested",
    "resolved": "resolved",
    "rejected": "returned",
    "cancelled": "returned",
    "closed": "closed",
}
"""What it means when a vendor sets a state, where its mapping says nothing else."""

_WORKING: Mapping[str | None, Status] = {"in_progress": "inProgress", "pending": "held"}
_OF: Mapping[HandoffState, Status] = {
    "offered": "pending",
    "delivered": "pending",
    "information_requested": "pending",
    "resolution_proposed": "resolved",
    "accepted": "resolved",
    "returned": "rejected",
    "taken_back": "cancelled",
    "released": "cancelled",
    "failed": "cancelled",
    "completed": "closed",
}


def status_of(handoff: Handoff) -> Status:
    """How a hand-off stands. `pending` always waits for somebody's word: the vendor's first, or an answer to it."""
    if handoff.state == "acknowledged":
        return _WORKING.get(handoff.status, "acknowledged")
    return _OF[handoff.state]
