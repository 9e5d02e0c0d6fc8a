"""What a vendor says is done, and waits for staff's word (R7)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chassis.look.parts import BLANK, Field
from chassis.look.words import Words


class ProposalOf(StrEnum):
    """What it is about: a fault is solved, an order delivered, and on a need or an idea there is an answer."""

    FAULT = "fault"
    ORDER = "order"
    WISH = "wish"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A vendor says it is done. Forms POST to `<url>/forslag/<id>/godkann` (public_text) `|avsla` (reason)."""

    id: str
    vendor: Words
    at: datetime
    text: str
    accept: Field = BLANK
    reject: Field = BLANK
    beside: Words | None = None
    """Who has the case, where the vendor works beside: accepting ends its part alone."""
    others: tuple[Words, ...] = ()
    """Who still works beside, where accepting solves the whole case."""
    of: ProposalOf = ProposalOf.FAULT
