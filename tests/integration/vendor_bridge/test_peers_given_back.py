"""What another Eskalera gives back: all of ours that lie on its case, those too that come on it later."""

from collections import Counter

import pytest

from contracts.events import vendor_bridge as v
from tests.integration.vendor_bridge.conftest import of_type
from tests.integration.vendor_bridge.test_peers import Pair, X, handed_over, pair, texts
from tests.support.handoff_life import Case
from vendor_bridge.peers import Peers

__all__ = ["pair"]


async def two_on_one(pair: Pair) -> tuple[Case, Case, Case]:
    """Two hand-offs of A, and the one case that they are at B."""
    first, there = await handed_over(pair)
    second, beside = await handed_over(pair)
    await pair.b.join(there, beside)
    await pair.at_rest()
    return first, second, there


async def returned(pair: Pair) -> list[v.HandoffReturned]:
    return of_type(await pair.a.bridge.stated(), v.HandoffReturned)


async def test_v3_n8_all_of_ours_on_the_case_come_back_and_each_once(pair: Pair) -> None:
    first, second, there = await two_on_one(pair)
    await pair.b.hand_on(there, "B1 Det är er switch.")
    await pair.at_rest()
    back = await returned(pair)
    assert {one.incident for one in back} == {first.incident, second.incident}
    assert [one.text for one in back] == [{"sv": "B1 Det är er switch."}] * 2
    assert [case.lead for case in (first, second)] == [pair.a.team] * 2
    assert of_type(await pair.a.bridge.stated(), v.VendorTicketReported) == []
    assert len(of_type(await pair.b.bridge.stated(), v.HandoffAcknowledged)) == 1
    await pair.a.staff_tells_all(first, "A1 Vi byter switchen.")
    await pair.a.staff_tells_all(second, "A2 Här med.")
    await pair.b.staff_replies(there, "B2 Tack.")
    await pair.at_rest()
    assert Counter(texts(await pair.b.entries())) == Counter(["B1", "A1", "A2", "B2"])
    [sent] = await pair.b.bridge.rows("SELECT webhook_id, body FROM delivery WHERE kind = 'offered'")
    headers = pair.a.bridge.signed(X, bytes(sent.body), webhook_id=sent.webhook_id)
    assert (await pair.a.bridge.post(X, bytes(sent.body), headers)).json()["status"] == "repeated"
    assert len(await returned(pair)) == 2


async def test_v3_n8_one_that_is_put_on_it_later_comes_back_too(pair: Pair) -> None:
    first, there = await handed_over(pair)
    await pair.b.hand_on(there, "B1 Det är er switch.")
    await pair.at_rest()
    second, beside = await handed_over(pair)
    await pair.b.join(there, beside)
    await pair.at_rest()
    assert [one.incident for one in await returned(pair)] == [first.incident, second.incident]
    assert second.lead == pair.a.team
    await pair.a.staff_tells_all(second, "A1 Vi tar det.")
    await pair.at_rest()
    assert Counter(texts(await pair.b.entries()))["A1"] == 1


async def test_n8_put_on_a_case_that_came_from_there_it_comes_back_too(pair: Pair) -> None:
    """B's own case is a ticket at A; then one of A's turns out to be the same."""
    theirs = await pair.b.hand_over()
    await pair.at_rest()
    ours, beside = await handed_over(pair)
    await pair.b.join(theirs, beside)
    await pair.at_rest()
    assert [one.incident for one in await returned(pair)] == [ours.incident]
    await pair.b.staff_tells_all(theirs, "B1 Vi väntar.")
    await pair.at_rest()
    assert len(await returned(pair)) == len(of_type(await pair.a.bridge.stated(), v.VendorTicketReported)) == 1
    assert Counter(texts(await pair.a.entries())) == Counter(["B1", "B1"])  # in either's history


async def test_of_two_that_came_back_one_is_handed_over_again_and_each_stays_its_own_ticket(pair: Pair) -> None:
    """B's case comes back with the first; the second, later, is only told to be there again."""
    first, second, there = await two_on_one(pair)
    await pair.b.hand_on(there, "B1 Det är er switch.")
    await pair.at_rest()
    await pair.a.hand_on(first, "A1 Vi har bytt den.")
    await pair.at_rest()
    assert there.lead == pair.b.team
    await pair.a.staff_tells_all(second, "A2 Vi väntar.")
    await pair.a.hand_on(second, "A3 Den här med.")
    await pair.at_rest()
    stated = await pair.b.bridge.stated()
    assert len(of_type(stated, v.HandoffReturned)) == 1
    assert len(of_type(stated, v.VendorTicketReported)) == 2
    assert Counter(texts(await pair.b.entries())) == Counter(["B1", "A1", "A2", "A3"])
    await pair.b.hand_on(there, "B2 Nej, er.")
    await pair.at_rest()
    assert len(await returned(pair)) == 4
    assert [case.lead for case in (first, second)] == [pair.a.team] * 2


async def test_r9_a_no_reopens_all_of_it_and_it_is_solved_for_the_other_once_all_is_again(pair: Pair) -> None:
    first, second, there = await two_on_one(pair)
    await pair.b.hand_on(there, "B1 Det är er switch.")
    await pair.at_rest()
    for case, text in ((first, "A1 Bytt."), (second, "A2 Bytt med.")):
        await pair.a.solve(case, text)
    await pair.at_rest()
    [proposal] = of_type(await pair.b.bridge.stated(), v.VendorResolutionProposed)
    await pair.b.bridge.take_in(there.rejected(proposal.proposal))
    await pair.at_rest()
    noes = [one for one in of_type(await pair.a.bridge.stated(), v.VendorTicketChanged) if one.unsolved]
    assert {one.ticket for one in noes} == {*first.tickets, *second.tickets}
    for case, text in ((second, "A3 Nu så."), (first, "A4 Nu med.")):
        await pair.a.solve(case, text)
        await pair.at_rest()
    told = [one.text["sv"] for one in of_type(await pair.b.bridge.stated(), v.VendorResolutionProposed)]
    assert told[1:] == ["A4 Nu med."]


async def test_n2_what_broke_off_between_two_is_said_again_and_each_comes_back_once(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, there = await two_on_one(pair)
    say, said = Peers._say_here, list[str]()

    async def breaks(*args: object) -> str | None:
        said.append("")
        if len(said) == 2:
            raise RuntimeError("the process died between the two")
        return await say(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(Peers, "_say_here", breaks)
    await pair.b.hand_on(there, "B1 Det är er switch.")
    await pair.at_rest()
    assert len(said) > 2
    assert {one.incident for one in await returned(pair)} == {first.incident, second.incident}
    assert len(await returned(pair)) == 2
    assert Counter(texts(await pair.a.entries()))["B1"] == 2  # the reason, in each one's history


async def test_it_is_solved_for_the_other_once_all_of_it_is(pair: Pair) -> None:
    first, second, there = await two_on_one(pair)
    await pair.b.hand_on(there, "B1 Det är er switch.")
    await pair.at_rest()
    for case, text in ((first, "A1 Bytt."), (second, "A2 Bytt med.")):
        await pair.a.solve(case, text)
        await pair.at_rest()
    solved = of_type(await pair.b.bridge.stated(), v.VendorResolutionProposed)
    assert [one.text for one in solved] == [{"sv": "A2 Bytt med."}]
    assert Counter(texts(await pair.b.entries())) == Counter(["B1", "A1", "A2"])


async def test_r12_what_came_back_and_goes_on_in_another_incident_is_told_from_there(pair: Pair) -> None:
    ours, there = await handed_over(pair)
    await pair.b.hand_on(there, "B1 Det är er switch.")
    await pair.at_rest()
    other = Case(pair.a.municipality, school=pair.a.school)
    pair.a.cases[other.incident] = other
    await pair.a.bridge.take_in(*other.opened(), *other.assigned(pair.a.team))
    await pair.a.staff_tells_all(other, "A1 Vi felsöker, det här var före.")
    await pair.a.bridge.take_in(other.linked(ours.tickets[0]), ours.superseded(other))
    other.tickets.append(ours.tickets[0])
    await pair.a.staff_tells_all(other, "A2 Vi byter switchen.")
    await pair.at_rest()
    assert Counter(texts(await pair.b.entries())) == Counter(["B1", "A2"])
    await pair.a.solve(other, "A3 Bytt.")
    await pair.at_rest()
    [proposal] = of_type(await pair.b.bridge.stated(), v.VendorResolutionProposed)
    assert proposal.text == {"sv": "A3 Bytt."}
    await pair.b.bridge.take_in(there.rejected(proposal.proposal))
    await pair.at_rest()
    noes = [one.ticket for one in of_type(await pair.a.bridge.stated(), v.VendorTicketChanged) if one.unsolved]
    assert noes == ours.tickets, "of whose reporters the other is one, and nobody else's"
