"""R8: between two Eskaleras the one that has the case asks who handed it over, and the answer names the question."""

from collections import Counter

from contracts.events import vendor_bridge as v
from contracts.webhooks import message_of
from tests.integration.vendor_bridge.conftest import eventually, new_id, of_type
from tests.integration.vendor_bridge.test_peers import Pair, X, Y, handed_over, pair, texts
from tests.support.handoff_life import Case
from tests.support.two_towns import Town

__all__ = ["pair"]

THIRD = "vendor:plattform"


async def asked(pair: Pair, text: str = "B1 Vilken sal?") -> tuple[Case, Case, str]:
    """The case at both, and what B asked of A by its own name."""
    ours, theirs = await handed_over(pair)
    question = await pair.b.asks_the_other(theirs, text)
    await pair.at_rest()
    return ours, theirs, question


async def questions_at(town: Town) -> list[str | None]:
    return [each.vendor_question for each in of_type(await town.bridge.stated(), v.VendorInformationRequested)]


async def answered(town: Town) -> list[tuple[str | None, str]]:
    """(question, text) of what the other said of its report, in order."""
    said = of_type(await town.bridge.stated(), v.VendorTicketChanged)
    return [(each.answers, each.text["sv"]) for each in said if each.text]


async def unanswered(town: Town) -> list[str | None]:
    """The questions of which the other said that they need no answer."""
    return [each.answers for each in of_type(await town.bridge.stated(), v.VendorTicketChanged) if each.unanswered]


async def test_a_question_crosses_as_one_and_its_answer_closes_it_and_stands_once(pair: Pair) -> None:
    ours, _, question = await asked(pair)
    assert await questions_at(pair.a) == [question]
    assert await pair.a.answers(ours, "A1 Sal 12.")
    await pair.at_rest()
    assert await answered(pair.b) == [(question, "A1 Sal 12.")]
    assert await unanswered(pair.b) == []
    assert Counter(texts(await pair.b.entries())) == Counter(["B1", "A1"])
    [answer] = [entry for entry in await pair.b.entries() if entry.kind == "answer"]
    assert (answer.party, answer.facts) == (pair.b.other, {"question": question})
    assert Counter(texts(await pair.a.entries())) == Counter(["B1", "A1"])


async def test_it_closes_the_question_also_where_the_story_brings_the_answer_first(pair: Pair) -> None:
    """What was owed before the answer is told with all that is written by then."""
    ours, _, question = await asked(pair)
    await pair.a.bridge.stop()
    await pair.a.staff_writes_to_the_other(ours, "A1 Vänta lite.")
    assert await pair.a.answers(ours, "A2 Sal 12.")
    await pair.turn()
    pair.a.bridge.start_sending()
    await pair.at_rest()
    assert await answered(pair.b) == [(None, "A1 Vänta lite."), (question, "A2 Sal 12.")]
    assert Counter(texts(await pair.b.entries())) == Counter(["B1", "A1", "A2"])


async def test_n2_asked_and_answered_again_has_no_second_effect(pair: Pair) -> None:
    ours, _, question = await asked(pair)
    assert await pair.a.answers(ours, "A1 Sal 12.")
    await pair.at_rest()
    before = [await town.bridge.stated_types() for town in (pair.a, pair.b)]
    for sender, bridge, connection in ((pair.b, pair.a.bridge, X), (pair.a, pair.b.bridge, Y)):
        rows = await sender.bridge.rows("SELECT webhook_id, body FROM delivery WHERE body IS NOT NULL")
        for row in reversed(rows):
            body = bytes(row.body)
            again = await bridge.post(connection, body, bridge.signed(connection, body, webhook_id=row.webhook_id))
            assert again.json()["status"] == "repeated", again.text
    await pair.at_rest()
    assert [await town.bridge.stated_types() for town in (pair.a, pair.b)] == before
    assert await answered(pair.b) == [(question, "A1 Sal 12.")]


async def test_an_answer_that_is_needed_no_more_takes_the_question_back_and_nothing_comes_of_it(pair: Pair) -> None:
    ours, theirs, question = await asked(pair)
    await pair.b.needs_no_answer(theirs, question, "B2 Vi hittade felet.")
    await pair.at_rest()
    [closed] = of_type(await pair.a.bridge.stated(), v.HandoffAnswered)
    assert (closed.by.party, closed.text) == (pair.a.other, {"sv": "B2 Vi hittade felet."})
    assert Counter(texts(await pair.a.entries())) == Counter(["B1", "B2"])
    assert await pair.a.bridge.rows("SELECT 1 FROM delivery WHERE kind = 'answered'") == []
    await pair.a.staff_writes_to_the_other(ours, "A1 Bra.")
    await pair.at_rest()
    assert await answered(pair.b) == [(None, "A1 Bra.")]


async def test_an_answer_that_crosses_is_words_and_what_is_answered_is_not_taken_back(pair: Pair) -> None:
    ours, theirs, question = await asked(pair)
    await pair.b.bridge.stop()
    await pair.b.needs_no_answer(theirs, question, "B2 Vi hittade felet.")
    assert await pair.a.answers(ours, "A1 Sal 12.")
    await pair.turn()
    pair.b.bridge.start_sending()
    await pair.at_rest()
    [closed] = of_type(await pair.a.bridge.stated(), v.HandoffAnswered)
    assert closed.text == {"sv": "A1 Sal 12."}
    [late] = [one for one in of_type(await pair.a.bridge.stated(), v.VendorEntryAdded) if "B2" in one.text["sv"]]
    assert (late.text, late.private) == ({"sv": "B2 Vi hittade felet."}, True)
    assert Counter(texts(await pair.b.entries())) == Counter(["B1", "B2", "A1"])


async def test_taken_back_or_solved_the_question_ends_on_both_sides(pair: Pair) -> None:
    ours, _, question = await asked(pair)
    await pair.a.bridge.take_in(*ours.assigned(pair.a.team, "taken_back"))
    await pair.at_rest()
    said = await answered(pair.b)
    assert [each for each, _ in said] == [question, None]
    assert said[0][1].startswith("Ärendet är inte längre hos den som frågade")
    assert await unanswered(pair.b) == [question], "the other says that nobody answered"
    solved, _, another = await asked(pair, "B2 Vilket hus?")
    await pair.a.solve(solved, "A1 Löst.")
    await pair.at_rest()
    assert another in [each for each, _ in await answered(pair.b)]


async def test_handed_back_with_an_open_question_that_ends_on_both_sides(pair: Pair) -> None:
    ours, theirs, question = await asked(pair)
    await pair.b.hand_on(theirs, "B2 Det är er switch.")
    await pair.at_rest()
    assert ours.lead == pair.a.team
    assert [each for each, _ in await answered(pair.b)] == [question]
    assert len(of_type(await pair.a.bridge.stated(), v.HandoffAnswered)) == 1
    [(_, lapsed)] = await answered(pair.b)
    await pair.a.hand_on(ours, "A1 Nej, det är er dosa.")
    await pair.at_rest()
    [returned] = of_type(await pair.b.bridge.stated(), v.HandoffReturned)
    assert returned.text is not None
    assert "A1 Nej, det är er dosa." in returned.text["sv"]
    assert lapsed not in returned.text["sv"], "it stands where the answer would"


async def test_an_answer_closes_what_a_third_party_asked_there_and_reaches_it(pair: Pair) -> None:
    ours, theirs = await handed_over(pair)
    await pair.b.bridge.take_in(*theirs.assigned(THIRD, role="parallel"))
    [handoff] = await pair.b.bridge.rows("SELECT id FROM handoff")
    said = {"handoff": handoff.id, "ticket": theirs.tickets[0], "question": "P-1", "text": "B1 Vilken sal?"}
    message = message_of("information_requested", said)
    receipt = await pair.b.bridge.vendors.say("hallsberg-plattform", {"hallsberg"}, message, new_id(), b"{}")

    async def is_asked() -> bool:
        await pair.turn()
        return await pair.a.answers(ours, "A1 Sal 12.")

    async def is_answered() -> list[v.HandoffAnswered]:
        await pair.turn()
        return of_type(await pair.b.bridge.stated(), v.HandoffAnswered)

    await eventually(is_asked)
    assert await questions_at(pair.a) == [receipt.question]
    [closed] = await eventually(is_answered)
    assert (closed.handoff, closed.question, closed.text) == (handoff.id, receipt.question, {"sv": "A1 Sal 12."})
    [owed] = await pair.b.bridge.rows(
        "SELECT details FROM delivery WHERE handoff = :id AND kind = 'answered'", id=handoff.id
    )
    assert owed.details["answer"]["vendor_question"] == "P-1"
    assert await answered(pair.b) == [(receipt.question, "A1 Sal 12.")]
    assert Counter(texts(await pair.b.entries())) == Counter(["B1", "A1"])
