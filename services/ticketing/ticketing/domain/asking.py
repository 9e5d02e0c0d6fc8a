"""Whom one may ask about a report: there has to be somebody whose answer says what it answers (R8)."""

from collections.abc import Iterable

from contracts.values import is_vendor
from ticketing.domain.state import OVER, Handoff, Ticket


def hears(ticket: Ticket, handoffs: Iterable[Handoff]) -> bool:
    """Whether who reported it hears a question: a person, or another Eskalera as long as it has not got the case back.

    `handoffs`: of the incident. What came back from the other is there no more, and what never arrived never was.
    """
    if not is_vendor(ticket.reporter):
        return True
    own = sorted((each for each in handoffs if each.vendor == ticket.reporter), key=lambda each: each.offered_at)
    return ticket.by_peer and (not own or own[-1].state in ("returned", "failed"))


def may_be_asked(ticket: Ticket, handoffs: Iterable[Handoff]) -> bool:
    """Whether there is somebody to ask about it now."""
    return ticket.state not in OVER and ticket.confirmed_at is None and hears(ticket, handoffs)
