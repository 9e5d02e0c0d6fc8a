"""Who of the municipality may turn to a vendor under an agreement: with faults (V8), and with orders (L2)."""

from datetime import datetime, timedelta

from contracts.directory.model import Directory
from contracts.directory.parties import Team
from contracts.directory.rules import Agreement
from contracts.values import REPORTER_PARTY, PartyId, is_vendor

AGAIN = timedelta(hours=4)
"""For how long a case that has gone further because a school asked does not go further for that again."""


def again_at(asked_at: datetime | None, held_since: datetime | None) -> datetime | None:
    """From when a case goes further again for being asked; None: nobody has asked yet.

    So that it does not walk its path because several ask: who has got it since has as long as the school has to wait.
    """
    return None if asked_at is None else max(asked_at, held_since or asked_at) + AGAIN


def may_call(directory: Directory, agreement: Agreement, party: str) -> bool:
    """Whether the party may take a fault to the vendor (V8).

    The coordinator always may: nobody has to ask themselves. Where whoever reports may, so may everybody.
    """
    if agreement.called_by is None or party == directory.coordinator or "reporter" in agreement.called_by:
        return True
    return any(_is(directory, party, caller) for caller in agreement.called_by)


def may_order(directory: Directory, agreement: Agreement, party: str) -> bool:
    """Whether the party may place an order with the vendor: the office that opens contracts, nobody else (L2)."""
    return agreement.contracts_by is None or _is(directory, party, agreement.contracts_by)


def may_stage(directory: Directory, agreement: str | None, holder: str, party: str) -> bool:
    """Whether the party says how an order goes on: who has it, or the coordinator, who opens contracts (L2).

    While a vendor has it, also the office that places its orders there. Who is of no team administers the municipality.
    """
    if party in (directory.coordinator, holder) or party not in directory.parties:
        return True
    orders = directory.agreement_in_force(agreement)
    return is_vendor(holder) and orders.contracts_by is not None and may_order(directory, orders, party)


def closed_to_reporters(directory: Directory, agreement: Agreement, kind: str) -> frozenset[PartyId]:
    """The vendors that a case of this kind does not reach by whoever reported it asking for it; all, or none."""
    may = may_order if kind == "request" else may_call
    if may(directory, agreement, REPORTER_PARTY):
        return frozenset()
    return frozenset(f"vendor:{vendor.id}" for vendor in directory.vendors)


def _is(directory: Directory, party: str, named: str) -> bool:
    if named == "coordinator":
        return party == directory.coordinator
    if not named.startswith("local"):
        return party == named
    team = directory.parties.get(party)
    pedagogical = named == "local:pedagogical"
    return isinstance(team, Team) and team.tier == "local" and (not pedagogical or team.skill == "pedagogical")
