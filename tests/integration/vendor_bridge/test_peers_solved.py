"""What is solved at one Eskalera, for the other: in force or not, accepted or not, and not solved after all."""

from contracts.events import vendor_bridge as v
from tests.integration.vendor_bridge.conftest import of_type
from tests.integration.vendor_bridge.test_peers import Pair, Y, handed_over, pair, texts
from tests.support.handoff_life import Case

__all__ = ["pair"]


async def proposals(pair: Pair) -> list[v.VendorResolutionProposed]:
    return of_type(await pair.a.bridge.stated(), v.VendorResolutionProposed)


async def changes(pair: Pair) -> list[v.VendorTicketChanged]:
    return of_type(await pair.b.bridge.stated(), v.VendorTicketChanged)


async def rejected(pair: Pair, text: str) -> tuple[Case, Case]:
    """A case of A's that B solved and A did not accept."""
    ours, theirs = await handed_over(pair)
    await pair.b.solve(theirs, text)
    await pair.at_rest()
    [proposal] = await proposals(pair)
    refused = ours.rejected(proposal.proposal)
    facts = {"proposal": proposal.proposal}
    told = ours.entry(
        "Fortfarande nere i B-huset.",
        f"party:{pair.a.other}",
        cause=refused,
        kind="proposal_rejected",
        party=pair.a.team,
        facts=facts,
    )
    await pair.a.bridge.take_in(refused, told)
    await pair.at_rest()
    return ours, theirs


async def test_r9_v3_a_solution_that_is_not_accepted_reopens_the_others_case_once_and_nothing_comes_back(
    pair: Pair,
) -> None:
    ours, theirs = await rejected(pair, "B1 Nätet är uppe.")
    [no] = [one for one in await changes(pair) if one.unsolved]
    assert no.text == {"sv": "Lösningen är inte godkänd: Fortfarande nere i B-huset."}
    assert no.ticket in theirs.tickets
    assert not (await pair.b.bridge.rows("SELECT resolved FROM report"))[0].resolved
    assert len(await proposals(pair)) == 1
    words = [text for entry in await pair.a.entries() if entry.party == pair.a.other for text in entry.text.values()]
    assert not [text for text in words if "öppnat igen" in text]
    assert len([text for text in words if "nere i B-huset" in text]) == 0
    [sent] = await pair.a.bridge.rows("SELECT webhook_id, body FROM delivery WHERE kind = 'rejected'")
    headers = pair.b.bridge.signed(Y, bytes(sent.body), webhook_id=sent.webhook_id)
    assert (await pair.b.bridge.post(Y, bytes(sent.body), headers)).json()["status"] == "repeated"
    assert len([one for one in await changes(pair) if one.unsolved]) == 1
    await pair.b.solve(theirs, "B2 Nu också i B-huset.")
    await pair.at_rest()
    told = [one.text["sv"] for one in await proposals(pair)]
    assert told == ["B1 Nätet är uppe.", "B2 Nu också i B-huset."]
    assert ours.lead == pair.a.other


async def test_what_was_not_accepted_is_no_solution_of_a_case_that_is_put_beside_it(pair: Pair) -> None:
    _, theirs = await rejected(pair, "B1 Kabel bytt i Z1.")
    other, beside = await handed_over(pair)
    await pair.b.join(theirs, beside)
    await pair.at_rest()
    assert len(await proposals(pair)) == 1
    own = [entry for entry in await pair.a.entries() if entry.case in (other.incident, *other.tickets)]
    assert texts(own) == []
    await pair.b.solve(theirs, "B2 Bytt i Z2 med.")
    await pair.at_rest()
    assert [one.incident for one in await proposals(pair)][1:].count(other.incident) == 1


async def test_what_was_solved_before_a_case_was_put_on_it_is_a_note_there(pair: Pair) -> None:
    _, theirs = await handed_over(pair)
    await pair.b.solve(theirs, "B1 Kabel bytt i Z1.")
    await pair.at_rest()
    other, beside = await handed_over(pair)
    await pair.b.join(theirs, beside)
    await pair.at_rest()
    assert len(await proposals(pair)) == 1
    own = [entry for entry in await pair.a.entries() if entry.case in (other.incident, *other.tickets)]
    assert texts(own) == ["B1"]


async def test_a_solution_that_is_taken_back_there_waits_for_no_answer_here(pair: Pair) -> None:
    _, theirs = await handed_over(pair)
    await pair.b.solve(theirs, "B1 Nätet är uppe.")
    await pair.at_rest()
    [proposal] = await proposals(pair)
    await pair.b.reopen(theirs)
    await pair.at_rest()
    [taken] = [one for one in of_type(await pair.a.bridge.stated(), v.VendorStatusChanged) if one.withdraws]
    assert (taken.withdraws, taken.status) == ((proposal.proposal,), "in_progress")
    [handoff] = await pair.a.bridge.rows("SELECT proposals FROM handoff")
    assert handoff.proposals == {proposal.proposal: "withdrawn"}
    await pair.b.solve(theirs, "B2 Nu så.")
    await pair.at_rest()
    assert len(await proposals(pair)) == 2
