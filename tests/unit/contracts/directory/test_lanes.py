"""Who of the municipality may turn to a vendor: with faults (V8), and with orders (L2)."""

from contracts.directory import Directory, load
from contracts.directory.lanes import may_call, may_order
from tests.support.directories import changed

COORDINATOR, TECHNICAL, PEDAGOGICAL = "team:samordnare", "team:teknik", "team:pedagogik"
TEAM = "  - {id: pedagogik, name: Pedagogiken, tier: local, skill: pedagogical, schools: [alskolan]}\nvendors:\n"


def agreed(lane: str) -> Directory:
    """The small directory with a pedagogical team, and that in its usual agreement."""
    text = changed("vendors:\n", TEAM)
    return load(
        changed("name: Vanlig\n    calendar: kontor\n", f"name: Vanlig\n    calendar: kontor\n    {lane}\n", text)
    )


def callers(lane: str) -> set[str]:
    directory = agreed(lane)
    agreement = directory.agreements_by_id["vanlig"]
    return {team for team in (COORDINATOR, TECHNICAL, PEDAGOGICAL) if may_call(directory, agreement, team)}


def test_v8_the_coordinator_may_call_whoever_the_agreement_names() -> None:
    assert callers("called_by: [team:pedagogik]") == {COORDINATOR, PEDAGOGICAL}
    assert callers("called_by: []") == {COORDINATOR}


def test_v8_an_agreement_that_names_nobody_or_whoever_reports_lets_everybody_call() -> None:
    everybody = {COORDINATOR, TECHNICAL, PEDAGOGICAL}
    assert callers("note: Ingen nämns.") == callers("called_by: [reporter]") == everybody


def test_v8_pedagogical_support_is_not_the_technical_one() -> None:
    assert callers("called_by: ['local:pedagogical']") == {COORDINATOR, PEDAGOGICAL}
    assert callers("called_by: [local]") == {COORDINATOR, TECHNICAL, PEDAGOGICAL}


def test_l2_whoever_opens_contracts_orders_alone_not_even_the_coordinator_beside() -> None:
    directory = agreed("contracts_by: team:pedagogik\n    called_by: [local]")
    agreement = directory.agreements_by_id["vanlig"]
    ordering = [team for team in (COORDINATOR, TECHNICAL, PEDAGOGICAL) if may_order(directory, agreement, team)]
    assert ordering == [PEDAGOGICAL]
