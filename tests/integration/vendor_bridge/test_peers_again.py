"""A case that is handed back and forth between two Eskaleras stays one case at either."""

import random
from collections import Counter
from typing import Any

import pytest

from contracts.events import routing as r
from contracts.events import vendor_bridge as v
from tests.integration.vendor_bridge.conftest import eventually, of_type
from tests.integration.vendor_bridge.test_peers import Pair, X, Y, handed_over, pair, texts
from tests.support.handoff_life import Case
from tests.support.two_towns import Town
from vendor_bridge.peers import Peers

__all__ = ["pair"]


async def back_at_a(pair: Pair) -> tuple[Case, Case]:
    """A's case, which B has given back; at B it lies with A."""
    ours, theirs = await handed_over(pair)
    await pair.b.hand_on(theirs, "B1 Det är er switch.")
    await pair.at_rest()
    return ours, theirs


async def reports(pair: Pair) -> list[v.VendorTicketReported]:
    return of_type(await pair.b.bridge.stated(), v.VendorTicketReported)


async def live(town: Town) -> list[Any]:
    """Its hand-offs that are not over."""
    query = "SELECT id, vendor_reference, acknowledged_at FROM handoff WHERE ended IS NULL AND municipality = :own"
    return [*await town.bridge.rows(query, own=town.municipality)]


async def test_v3_r17_handed_over_again_it_is_the_same_ticket_and_what_lay_with_the_other_comes_back(
    pair: Pair,
) -> None:
    ours, theirs = await back_at_a(pair)
    await pair.a.staff_tells_all(ours, "A1 Vi har bytt switchen.")
    await pair.b.staff_replies(theirs, "B2 Tack.")
    await pair.at_rest()
    await pair.a.reporter_writes(ours, "A2 Fortfarande nere.")
    await pair.a.hand_on(ours, "A3 Nu är det er tur.")
    await pair.at_rest()
    assert len(await reports(pair)) == 1
    [returned] = of_type(await pair.b.bridge.stated(), v.HandoffReturned)
    assert returned.text is not None
    assert returned.text["sv"].startswith("A3 Nu är det er tur.")
    assert theirs.lead == pair.b.team
    assert await live(pair.b) == []
    [again] = await live(pair.a)
    assert (again.vendor_reference, again.acknowledged_at is None) == ("HAL-2026-000001", False)
    assert texts(await pair.b.entries(), r"\bA\d+\b") == ["A1", "A2", "A3"]
    await pair.a.staff_tells_all(ours, "A4 Vi väntar på en tekniker.")
    await pair.b.staff_replies(theirs, "B3 På väg.")
    await pair.at_rest()
    assert Counter(texts(await pair.b.entries())) == Counter(["B1", "A1", "B2", "A2", "A3", "A4", "B3"])
    assert Counter(texts(await pair.a.entries())) == Counter(["B1", "A1", "B2", "A2", "A3", "A4", "B3"])
    await pair.b.solve(theirs, "B4 Nätet är uppe.")
    await pair.at_rest()
    [proposal] = of_type(await pair.a.bridge.stated(), v.VendorResolutionProposed)
    assert proposal.handoff == again.id
    await pair.a.bridge.take_in(ours.rejected(proposal.proposal))
    await pair.at_rest()
    [no] = [one for one in of_type(await pair.b.bridge.stated(), v.VendorTicketChanged) if one.unsolved]
    assert no.ticket in theirs.tickets


async def test_v3_handed_over_again_at_once_the_story_has_the_same_order_at_both(pair: Pair) -> None:
    """Three rounds, each as soon as the other has the case, before anything has come to rest."""
    ours, theirs = await handed_over(pair)
    for mark in range(1, 7, 2):
        await pair.b.hand_on(theirs, f"B{mark} Det är er switch.")
        await eventually(lambda: _has_it(pair, pair.a, ours))
        await pair.a.staff_tells_all(ours, f"A{mark} Vi har bytt den.")
        await pair.a.hand_on(ours, f"A{mark + 1} Ni får det igen.")
        await eventually(lambda: _has_it(pair, pair.b, theirs))
    await pair.at_rest()
    order = ["B1", "A1", "A2", "B3", "A3", "A4", "B5", "A5", "A6"]
    for town in (pair.a, pair.b):
        assert texts(await town.entries()) == order
    heard = [each for each in await pair.b.entries() if each.party == pair.b.other]
    assert [each.kind for each in heard if each.kind == "returned"] == ["returned"] * 3
    assert heard[-1].kind == "returned", "who had it meanwhile is no news once it is back"
    assert sum(f"hos {pair.a.team}" in str(each.text) for each in heard) == 3, "each once"


async def _has_it(pair: Pair, town: Town, case: Case) -> bool:
    await pair.turn()
    return case.lead == town.team


async def test_v3_it_goes_there_and_back_as_often_as_they_like(pair: Pair) -> None:
    ours, theirs = await back_at_a(pair)
    for mark in (2, 4):
        await pair.a.hand_on(ours, f"A{mark} Nu är det er tur.")
        await pair.at_rest()
        assert (len(await live(pair.a)), len(await live(pair.b))) == (1, 0)
        await pair.b.staff_replies(theirs, f"B{mark} Vi ser på det.")
        await pair.b.hand_on(theirs, f"B{mark + 1} Nej, er.")
        await pair.at_rest()
        assert (len(await live(pair.a)), len(await live(pair.b))) == (0, 1)
        await pair.a.staff_tells_all(ours, f"A{mark + 1} Vi tittar.")
        await pair.at_rest()
    assert len(await reports(pair)) == 1
    assert of_type(await pair.a.bridge.stated(), v.VendorTicketReported) == []
    assert len(of_type(await pair.a.bridge.stated(), v.HandoffReturned)) == 3
    assert len(of_type(await pair.b.bridge.stated(), v.HandoffReturned)) == 2
    crossed = Counter(["B1", "A2", "B2", "B3", "A3", "A4", "B4", "B5", "A5"])
    for town in (pair.a, pair.b):
        assert Counter(texts(await town.entries())) == crossed
    assert (ours.lead, theirs.lead) == (pair.a.team, pair.b.other)
    await all_once_more(pair)


async def all_once_more(pair: Pair) -> None:
    """Every message comes again, in any order, and changes nothing (N2)."""
    before = [len(await town.bridge.stated()) for town in (pair.a, pair.b)]
    for sender, bridge, connection in ((pair.a, pair.b.bridge, Y), (pair.b, pair.a.bridge, X)):
        rows = await sender.bridge.rows("SELECT webhook_id, body FROM delivery WHERE state = 'delivered'")
        random.Random(7).shuffle(rows)
        for row in rows:
            headers = bridge.signed(connection, bytes(row.body), webhook_id=row.webhook_id)
            answer = await bridge.post(connection, bytes(row.body), headers)
            assert answer.json()["status"] == "repeated"
    await pair.at_rest()
    assert [len(await town.bridge.stated()) for town in (pair.a, pair.b)] == before


@pytest.mark.parametrize("at", [1, 4])
async def test_n2_whatever_it_broke_off_at_it_is_whole_when_it_comes_again(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """Before the case went on in the new hand-off, before and after each word of it, and before it was kept."""
    ours, theirs = await back_at_a(pair)
    await pair.a.reporter_writes(ours, "A1 Fortfarande nere.")
    steps = {name: getattr(Peers, name) for name in ("_goes_on", "_say_here", "_keep")}
    left = [at]

    def breaking(name: str) -> Any:
        async def step(self: Peers, way: Any, *args: Any, **more: Any) -> Any:
            left[0] -= way.municipality == pair.b.municipality
            if left[0] == 0:
                raise RuntimeError(f"the process died before {name}")
            return await steps[name](self, way, *args, **more)

        return step

    for name in steps:
        monkeypatch.setattr(Peers, name, breaking(name))
    await pair.a.hand_on(ours, "A2 Nu är det er tur.")
    await pair.b.staff_replies(theirs, "B2 Vi väntar på er.")
    await pair.at_rest()
    assert left[0] < 0
    assert len(await reports(pair)) == len(of_type(await pair.b.bridge.stated(), v.HandoffReturned)) == 1
    assert theirs.lead == pair.b.team
    for town in (pair.a, pair.b):
        assert Counter(texts(await town.entries())) == Counter(["B1", "A1", "A2", "B2"])


async def test_n8_what_was_taken_back_from_the_other_meanwhile_is_only_told_that_it_is_here_again(pair: Pair) -> None:
    ours, theirs = await back_at_a(pair)
    await pair.b.bridge.take_in(*theirs.assigned(pair.b.team, "taken_back"))
    await pair.at_rest()
    await pair.a.hand_on(ours, "A1 Nu är det er tur.")
    await pair.at_rest()
    assert len(await reports(pair)) == 1
    assert of_type(await pair.b.bridge.stated(), v.HandoffReturned) == []
    said = [next(iter(each.text.values())) for each in await pair.b.entries() if each.party == pair.b.other]
    assert [text for text in said if text.startswith("Ärendet lämnas över igen. A1 Nu är det er tur.")]
    assert theirs.lead == pair.b.team


async def test_r9_what_is_solved_there_and_handed_over_again_is_not_solved(pair: Pair) -> None:
    ours, theirs = await back_at_a(pair)
    await pair.b.solve(theirs, "B2 Det gick över.")
    await pair.at_rest()
    await pair.a.hand_on(ours, "A1 Nej, nere igen.")
    await pair.at_rest()
    [no] = [one for one in of_type(await pair.b.bridge.stated(), v.VendorTicketChanged) if one.unsolved]
    assert no.text is not None
    assert no.text["sv"].startswith("Ärendet lämnas över igen. A1 Nej, nere igen.")
    assert (theirs.lead, await live(pair.b)) == (pair.b.team, [])
    assert len(await reports(pair)) == 1


@pytest.mark.parametrize("how", ["closed", "withdrawn", "erased"])
async def test_r17_where_the_ticket_is_over_it_is_a_new_one_that_names_it(pair: Pair, how: str) -> None:
    ours, theirs = await handed_over(pair)
    if how == "withdrawn":
        await pair.a.bridge.take_in(*ours.assigned(pair.a.team, "taken_back"))
    else:
        await pair.b.hand_on(theirs, "B1 Det är er switch.")
    await pair.at_rest()
    if how == "closed":
        await pair.b.bridge.take_in(theirs.resolved(), theirs.closed())
    if how == "erased":
        await pair.b.bridge.take_in(*theirs.erased(theirs.tickets[0]))
    await pair.at_rest()
    await pair.a.hand_on(ours, "A1 Nu är det er tur.")
    await pair.at_rest()
    [_, again] = await reports(pair)
    assert ("Har varit här förut: HAL-2026-000001" in again.description) == (how != "erased")
    assert "A1 Nu är det er tur." in again.description


async def proposed_at_b(pair: Pair) -> tuple[Case, Case, v.VendorResolutionProposed]:
    """A solved what came back from B."""
    ours, theirs = await back_at_a(pair)
    await pair.a.solve(ours, "A1 Bytt.")
    await pair.at_rest()
    [proposal] = of_type(await pair.b.bridge.stated(), v.VendorResolutionProposed)
    return ours, theirs, proposal


async def refuse(pair: Pair, theirs: Case, proposal: v.VendorResolutionProposed) -> None:
    await pair.b.bridge.take_in(theirs.rejected(proposal.proposal))
    await pair.at_rest()


async def nos(pair: Pair) -> list[v.VendorTicketChanged]:
    return [one for one in of_type(await pair.a.bridge.stated(), v.VendorTicketChanged) if one.unsolved]


async def close(town: Town, case: Case) -> None:
    closed = case.closed()
    told = case.entry("Ärendet är avslutat.", "reporters", cause=closed, kind="closed", party="eskalera")
    await town.bridge.take_in(closed, told)


async def test_r7_r9_what_came_back_and_is_not_accepted_is_open_again_and_its_school_reads_why(pair: Pair) -> None:
    ours, theirs, proposal = await proposed_at_b(pair)
    await refuse(pair, theirs, proposal)
    [no] = await nos(pair)
    assert (no.ticket, no.vendor) == (ours.tickets[0], pair.a.other)
    assert no.text == {"sv": "Lösningen är inte godkänd: Fortfarande nere i B-huset."}
    [incident] = await pair.a.bridge.rows("SELECT resolved FROM incident")
    assert not incident.resolved
    assert len(await live(pair.b)) == 1
    said = [text for one in await pair.b.entries() if one.party == pair.b.other for text in one.text.values()]
    assert not [text for text in said if "öppnat igen" in text]  # its own no is no news to B
    [sent] = await pair.b.bridge.rows("SELECT webhook_id, body FROM delivery WHERE kind = 'rejected'")
    headers = pair.a.bridge.signed(X, bytes(sent.body), webhook_id=sent.webhook_id)
    assert (await pair.a.bridge.post(X, bytes(sent.body), headers)).json()["status"] == "repeated"
    await pair.a.solve(ours, "A2 Bytt i B-huset med.")
    await pair.at_rest()
    told = [one.text["sv"] for one in of_type(await pair.b.bridge.stated(), v.VendorResolutionProposed)]
    assert told == ["A1 Bytt.", "A2 Bytt i B-huset med."]
    assert len(await nos(pair)) == 1


async def test_n2_the_no_that_broke_off_before_it_was_kept_is_said_once(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, theirs, proposal = await proposed_at_b(pair)
    keep, left = Peers._keep, [1]

    async def breaks(self: Peers, way: Any, *args: Any, **more: Any) -> None:
        left[0] -= way.municipality == pair.a.municipality
        if left[0] == 0:
            raise RuntimeError("the process died after its words were said")
        await keep(self, way, *args, **more)

    monkeypatch.setattr(Peers, "_keep", breaks)
    await refuse(pair, theirs, proposal)
    assert left[0] < 0
    assert len(await nos(pair)) == 1
    words = [text for one in await pair.a.entries() for text in one.text.values() if "inte godkänd" in text]
    assert len(words) == 1


async def test_n8_a_no_to_what_is_closed_gives_the_case_back_so_that_nobody_waits(pair: Pair) -> None:
    ours, theirs, proposal = await proposed_at_b(pair)
    await close(pair.a, ours)
    await pair.at_rest()
    assert len(await live(pair.b)) == 1  # B may still accept
    await refuse(pair, theirs, proposal)
    assert await nos(pair) == []
    [returned] = of_type(await pair.b.bridge.stated(), v.HandoffReturned)
    assert returned.text == {"sv": "Ärendet är avslutat hos oss, och lämnas tillbaka."}
    assert (theirs.lead, await live(pair.b)) == (pair.b.team, [])
    await pair.b.hand_on(theirs, "B2 Titta en gång till.")  # of what is closed: a new case
    await pair.at_rest()
    [anew] = of_type(await pair.a.bridge.stated(), v.VendorTicketReported)
    assert "B2 Titta en gång till." in anew.description
    assert len(await live(pair.b)) == 1


async def test_n8_what_ends_there_without_a_solution_is_given_back(pair: Pair) -> None:
    """Its school took the report back."""
    ours, theirs = await back_at_a(pair)
    await pair.a.bridge.take_in(ours.cancelled())
    await pair.at_rest()
    assert len(of_type(await pair.b.bridge.stated(), v.HandoffReturned)) == 1
    assert theirs.lead == pair.b.team


async def test_solved_and_closed_at_once_it_is_proposed_and_not_given_back(pair: Pair) -> None:
    """Routing's facts come before the entries that tell of them."""
    ours, _ = await back_at_a(pair)
    resolved, closed = ours.resolved(), ours.closed()
    await pair.a.bridge.take_in(resolved, closed)
    told = ours.entry("A1 Bytt.", "reporters", cause=resolved, kind="resolved", party=pair.a.team)
    end = ours.entry("Ärendet är avslutat.", "reporters", cause=closed, kind="closed", party="eskalera")
    await pair.a.bridge.take_in(told, end)
    await pair.at_rest()
    stated = await pair.b.bridge.stated()
    assert len(of_type(stated, v.VendorResolutionProposed)) == 1
    assert of_type(stated, v.HandoffReturned) == []


async def test_n2_n4_random_hand_overs_words_and_breaks_leave_one_case_with_one_holder(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice, say, keep = random.Random(29), Peers._say_here, Peers._keep

    async def may_break(step: Any, *args: Any, **more: Any) -> Any:
        if dice.random() < 0.15:
            raise RuntimeError("the process died")
        return await step(*args, **more)

    monkeypatch.setattr(Peers, "_say_here", lambda *args: may_break(say, *args))
    monkeypatch.setattr(Peers, "_keep", lambda *args, **more: may_break(keep, *args, **more))
    ours, theirs = await handed_over(pair)
    marks: list[str] = []
    at_b = True
    for number in range(14):
        side = dice.choice("AB")
        town, case = (pair.a, ours) if side == "A" else (pair.b, theirs)
        marks.append(f"{side}{number}")
        if dice.random() < 0.8 and at_b == (side == "B"):
            await town.hand_on(case, marks[-1])
            at_b = not at_b
            await pair.at_rest()
        else:
            await town.staff_tells_all(case, marks[-1])
            await pair.turn()
    await pair.at_rest()
    assert len(await reports(pair)) == 1
    assert len(of_type(await pair.b.bridge.stated(), v.HandoffReturned)) > 1
    assert (len(await live(pair.a)), len(await live(pair.b))) == ((1, 0) if at_b else (0, 1))
    for town in (pair.a, pair.b):
        assert Counter(texts(await town.entries())) == Counter(marks)
    stated = [event.id for town in (pair.a, pair.b) for event in await town.bridge.stated()]
    assert len(stated) == len(set(stated))
    assert not [one for one in await pair.a.bridge.stated() if isinstance(one, r.IncidentReopened)]
