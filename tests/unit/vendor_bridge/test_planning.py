"""What a vendor is owed: which entries are news to it, and under which ids messages go."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from contracts.timeline import FileRef
from contracts.values import SYSTEM, Head
from contracts.webhooks import OfHandoff, parse_incoming
from tests.support.handoff_life import COORDINATOR, PLATFORM, WIFI, Case, directory, directory_changed, types
from vendor_bridge.consumer import take_in
from vendor_bridge.domain import heads
from vendor_bridge.domain.context import Context
from vendor_bridge.domain.fold import ANSWER_PATIENCE, PATIENCE, fold
from vendor_bridge.domain.heads import ForeignHeads
from vendor_bridge.domain.plan import TRIGGERS_KEPT
from vendor_bridge.domain.receive import NotOfThisCase, TooFarAway, receive
from vendor_bridge.domain.state import Delivery, Handoff, World

NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)


def heard(*events: Event) -> tuple[World, list[Event]]:
    world = World(NOW)
    own = [stated for event in (directory_changed(), *events) for stated in take_in(world, event)]
    return world, own


def pending(world: World) -> list[str]:
    return [each.kind for each in world.deliveries.values() if each.state == "pending"]


def arrived(world: World, kind: str = "offered") -> None:
    """The vendor took the pending message of that kind, and has all there is."""
    message = next(each for each in world.deliveries.values() if each.kind == kind and each.state == "pending")
    handoff = world.handoffs[message.handoff]
    heads = world.heads_of(world.incidents[message.incident])
    fold(world, delivered(message, handoff, heads))


def delivered(message: Delivery, handoff: Handoff, heads: dict[str, Head]) -> v.HandoffDelivered:
    return v.HandoffDelivered(
        id=f"ev_{message.webhook_id}",
        at=NOW,
        municipality=handoff.municipality,
        handoff=handoff.id,
        incident=handoff.incident,
        vendor=handoff.vendor,
        webhook_id=message.webhook_id,
        message=message.kind,
        heads=heads,
        attempts=1,
    )


def one(world: World) -> Handoff:
    (handoff,) = world.handoffs.values()
    return handoff


def says(world: World, handoff: Handoff, kind: str, name: str = "vm_1", **data: Any) -> list[v.HandoffEvent]:
    import json

    message = parse_incoming(json.dumps({"type": kind, "data": {"handoff": handoff.id, **data}}).encode())
    assert isinstance(message, OfHandoff)
    return receive(world, handoff, message, name, Context(f"{handoff.id}/{name}", handoff.municipality, NOW))


def asks(world: World, name: str = "vm_1", text: str = "Var?", **data: str) -> v.VendorInformationRequested:
    (asked,) = says(world, one(world), "information_requested", name, text=text, **data)
    assert isinstance(asked, v.VendorInformationRequested)
    return asked


def test_r15_the_same_cause_handled_again_gives_the_same_hand_off_message_and_event() -> None:
    case = Case()
    events = case.handed_over()
    first, second = heard(*events), heard(*events)
    assert list(first[0].handoffs) == list(second[0].handoffs)
    assert list(first[0].deliveries) == list(second[0].deliveries)
    assert [event.id for event in first[1]] == [event.id for event in second[1]]


@pytest.mark.parametrize("by", ["reporter", "staff"])
def test_an_answer_and_its_entry_are_one_message(by: str) -> None:
    case = Case()
    world, _ = heard(*case.handed_over())
    arrived(world)
    ticket = case.tickets[0] if by == "reporter" else None
    asked = asks(world, **({"ticket": ticket} if ticket else {}))
    fold(world, asked)
    if ticket is not None:
        words, entry = case.answered(ticket, asked.question)
        take_in(world, words)
    else:
        (stated,) = take_in(world, case.answer_requested(asked.question))
        entry = case.entry("Från sju.", f"party:{WIFI}", cause=stated, kind="answer", party=COORDINATOR)
    (answer,) = (each for each in world.deliveries.values() if each.kind == "answered")
    assert answer.due_at == NOW + ANSWER_PATIENCE
    world.now = NOW + timedelta(seconds=1)
    take_in(world, entry)
    assert (answer.due_at, pending(world)) == (world.now, ["answered"])
    arrived(world, "answered")
    assert (pending(world), one(world).triggers) == ([], [])


@pytest.mark.parametrize("photo", [False, True])
def test_an_answer_goes_without_its_entry_where_that_does_not_come_and_is_not_told_again(photo: bool) -> None:
    """The entry comes along with whatever is told next; but for what it has beside the answer's words."""
    case = Case()
    world, _ = heard(*case.handed_over())
    arrived(world)
    fold(world, asked := asks(world))
    (stated,) = take_in(world, case.answer_requested(asked.question))
    arrived(world, "answered")
    files = (FileRef(name="skåp.jpg", media_type="image/jpeg", size=9, sha256="0" * 64),) if photo else ()
    late = case.entry("Från sju.", f"party:{WIFI}", cause=stated, kind="answer", party=COORDINATOR, files=files)
    take_in(world, late)
    assert pending(world) == (["updated"] if photo else [])
    take_in(world, case.entry("Nu är det öppet.", "reporters", party=COORDINATOR))
    assert pending(world) == ["updated"]


def test_n10_an_answers_entry_is_not_told_again_whichever_of_the_two_comes_first() -> None:
    case = Case()
    world, _ = heard(*case.handed_over())
    arrived(world)
    fold(world, asked := asks(world, ticket=case.tickets[0]))
    words, entry = case.answered(case.tickets[0], asked.question)
    fold(world, entry)
    assert pending(world) == ["updated"]
    (stated,) = take_in(world, words)
    assert isinstance(stated, v.HandoffAnswered)
    assert pending(world) == ["answered"]
    (answer,) = (each for each in world.deliveries.values() if each.kind == "answered")
    fold(world, delivered(answer, one(world), {}))
    assert (pending(world), one(world).triggers) == ([], [])


def test_the_offer_waits_for_the_entry_of_its_assignment_but_not_longer_than_a_minute() -> None:
    case = Case()
    opened = case.opened()
    assigned, told = case.assigned(WIFI)
    world, own = heard(*opened, assigned)
    assert types(own) == ["handoff.offered"]
    (offer,) = world.deliveries.values()
    assert offer.due_at == NOW + PATIENCE
    world.now = NOW + timedelta(seconds=2)
    take_in(world, told)
    assert offer.due_at == world.now


def test_an_entry_the_vendor_may_read_is_owed_and_one_it_may_not_is_not() -> None:
    case = Case()
    world, _ = heard(*case.handed_over())
    arrived(world)
    take_in(world, case.entry("Internt", "internal", kind="note"))
    take_in(world, case.entry("Till annan", f"party:{PLATFORM}", kind="note"))
    assert pending(world) == []
    take_in(world, case.entry("Nu också i aulan", "reporter", case=case.tickets[0]))
    assert pending(world) == ["updated"]


def test_entries_that_come_while_a_message_is_on_its_way_ride_with_one_update_after_it() -> None:
    case = Case()
    world, _ = heard(*case.handed_over())
    offer = next(iter(world.deliveries.values()))
    heads = world.heads_of(world.incidents[case.incident])
    offer.heads = {id_: head.model_dump() for id_, head in heads.items()}
    for text in ("ett", "två", "tre"):
        take_in(world, case.entry(text, "reporter", case=case.tickets[0]))
    assert pending(world) == ["offered"]
    fold(world, delivered(offer, one(world), heads))
    assert pending(world) == ["updated"]
    arrived(world, "updated")
    assert pending(world) == []
    assert one(world).triggers == []


def test_r14_what_follows_from_the_vendors_own_words_is_no_news_to_it() -> None:
    case = Case()
    world, _ = heard(*case.handed_over())
    arrived(world)
    facts = says(world, one(world), "entry_added", text="Vi ser felet.")
    for fact in facts:
        fold(world, fact)
        take_in(world, case.entry("Vi ser felet.", "reporters", cause=fact, party=WIFI, kind="vendor_entry"))
    assert pending(world) == []


def test_r14_a_parallel_vendors_acknowledgement_is_a_transport_fact_and_no_news() -> None:
    case = Case()
    world, _ = heard(*case.handed_over())
    arrived(world)
    take_in(world, case.entry("Plattformen har tagit emot.", "reporters", kind="acknowledged", party=PLATFORM))
    assert pending(world) == []


def test_a_lead_goes_on_to_the_next_vendor_and_a_vendor_beside_it_stays() -> None:
    case = Case()
    world, _ = heard(*case.handed_over(WIFI))
    own = [e for event in case.assigned("vendor:devices", role="parallel") for e in take_in(world, event)]
    assert types(own) == ["handoff.offered"]
    own = [e for event in case.assigned(PLATFORM) for e in take_in(world, event)]
    assert types(own) == ["handoff.released", "handoff.offered"]
    states = {handoff.vendor: handoff.ended for handoff in world.handoffs.values()}
    assert states == {WIFI: "released", "vendor:devices": None, PLATFORM: None}
    next_lead = next(handoff for handoff in world.handoffs.values() if handoff.vendor == PLATFORM)
    assert next_lead.earlier_leads == [WIFI]


def test_a_parallel_vendor_that_is_done_is_told_and_the_lead_is_not() -> None:
    case = Case()
    world, _ = heard(*case.handed_over(WIFI), *case.assigned("vendor:devices", role="parallel"))
    ended, _ = case.assigned(COORDINATOR, "taken_back", role="parallel")
    own = take_in(world, ended.model_copy(update={"previous": "vendor:devices"}))
    assert [(type(event).__name__, getattr(event, "vendor", "")) for event in own] == [
        ("HandoffTakenBack", "vendor:devices")
    ]


def test_a_parallel_vendor_whose_part_is_accepted_is_told_once_that_it_is_done_and_the_lead_has_it_still() -> None:
    case = Case()
    world, _ = heard(*case.handed_over(WIFI), *case.assigned(PLATFORM, role="parallel"))
    lead, part = sorted(world.handoffs.values(), key=lambda handoff: handoff.role)
    for _ in world.handoffs:
        arrived(world)
    for fact in (
        *says(world, part, "resolution_proposed", "vm_1", text="Klart hos oss."),
        *says(world, part, "information_requested", "vm_2", text="Ska vi städa?"),
    ):
        fold(world, fact)
    (proposal,) = part.proposals
    ended, told = case.part_accepted(PLATFORM, proposal)
    own = take_in(world, ended)
    assert [(type(event).__name__, event.vendor) for event in own if isinstance(event, v.HandoffEvent)] == [
        ("HandoffAnswered", PLATFORM),
        ("HandoffCompleted", PLATFORM),
    ]
    assert (part.state, part.proposals, lead.state) == ("completed", {proposal: "accepted"}, "delivered")
    assert (world.incidents[case.incident].beside, world.incidents[case.incident].lead) == ([], WIFI)
    take_in(world, told)
    owed = [(each.handoff, each.kind) for each in world.deliveries.values() if each.state == "pending"]
    assert owed == [(part.id, "answered"), (part.id, "completed"), (lead.id, "updated")]
    done = next(each for each in world.deliveries.values() if each.kind == "completed")
    assert done.details == {"verdict": {"proposal": proposal}}
    assert take_in(world, case.closed())[0].vendor == WIFI, "the case ends later, for who has it then"  # type: ignore[attr-defined]


@pytest.mark.parametrize("ticket", ["tk_unknown", "in_1", "tk_00000000000000000000000000000000"])
def test_a_ticket_of_another_case_is_refused_like_one_that_does_not_exist(ticket: str) -> None:
    case = Case()
    world, _ = heard(*case.handed_over(), *Case().filed())
    with pytest.raises(NotOfThisCase):
        says(world, one(world), "entry_added", text="Hej", ticket=ticket)


def test_n5_a_ticket_that_came_after_a_vendor_left_is_none_of_its_case() -> None:
    case = Case()
    world, _ = heard(*case.handed_over(), *case.assigned(COORDINATOR, "taken_back"), *case.grown("sjobo", "email"))
    before, after = case.tickets
    (late,) = says(world, one(world), "entry_added", text="Ett ord till.", ticket=before)
    assert isinstance(late, v.VendorEntryAdded)
    with pytest.raises(NotOfThisCase):
        says(world, one(world), "entry_added", "vm_2", text="Till er också.", ticket=after)
    with pytest.raises(ForeignHeads):
        heads.check(world, one(world), {after: case.heads[after]}, {after: case.heads[after].hash})


def test_a_status_that_steps_back_keeps_its_words_and_moves_nothing() -> None:
    case = Case()
    world, _ = heard(*case.handed_over())
    handoff = one(world)
    for fact in says(world, handoff, "status_changed", status="in_progress"):
        fold(world, fact)
    assert says(world, handoff, "status_changed", "vm_2", status="accepted") == []
    (note,) = says(world, handoff, "status_changed", "vm_3", status="accepted", text="Vi tar det.")
    assert isinstance(note, v.VendorEntryAdded)
    (on,) = says(world, handoff, "status_changed", "vm_4", status="pending")
    assert isinstance(on, v.VendorStatusChanged)


def test_a_solution_that_is_taken_back_is_nobodys_to_judge_and_its_question_is_open_again() -> None:
    world, _ = heard(*Case().handed_over())
    handoff = one(world)
    for n, (kind, more) in enumerate(
        [
            ("status_changed", {"status": "in_progress"}),
            ("information_requested", {"text": "Vilken sal?"}),
            ("resolution_proposed", {"text": "Bytt."}),
        ]
    ):
        for fact in says(world, handoff, kind, f"vm_{n}", **more):
            fold(world, fact)
    (back,) = says(world, handoff, "status_changed", "vm_8", status="accepted", withdraws=True)
    assert isinstance(back, v.VendorStatusChanged)
    assert (back.status, back.withdraws) == ("in_progress", tuple(handoff.proposals))
    fold(world, back)
    assert (set(handoff.proposals.values()), handoff.state) == ({"withdrawn"}, "information_requested")
    (again,) = says(world, handoff, "status_changed", "vm_9", status="in_progress", withdraws=True)
    assert isinstance(again, v.VendorStatusChanged)
    assert again.withdraws == ()


def test_of_a_solution_that_is_accepted_it_is_told_that_its_vendor_does_not_stand_by_it() -> None:
    case = Case()
    world, _ = heard(*case.handed_over())
    handoff = one(world)
    [proposed] = says(world, handoff, "resolution_proposed", "vm_1", text="Bytt.")
    assert isinstance(proposed, v.VendorResolutionProposed)
    fold(world, proposed)
    handoff.proposals[proposed.proposal] = "accepted"
    [back] = says(world, handoff, "status_changed", "vm_2", status="in_progress", withdraws=True, text="Öppnat igen.")
    assert isinstance(back, v.VendorStatusChanged)
    assert back.withdraws == (proposed.proposal,)
    fold(world, back)
    assert handoff.proposals == {proposed.proposal: "accepted"}


@pytest.mark.parametrize("away", [timedelta(days=-730), timedelta(days=-4), timedelta(days=1), timedelta(days=731)])
def test_a_time_within_two_years_is_passed_on_also_one_that_is_over(away: timedelta) -> None:
    world, _ = heard(*Case().handed_over())
    expected_at = NOW + away
    (told,) = says(world, one(world), "status_changed", status="pending", expected_at=expected_at.isoformat())
    assert isinstance(told, v.VendorStatusChanged)
    assert told.expected_at == expected_at


@pytest.mark.parametrize(
    "expected_at",
    ["0001-01-01T00:00:00+14:00", "2024-10-03T08:00:00Z", "2028-10-06T08:00:00Z", "9999-12-31T23:59:59-14:00"],
)
def test_a_time_more_than_two_years_away_is_refused(expected_at: str) -> None:
    world, _ = heard(*Case().handed_over())
    with pytest.raises(TooFarAway):
        says(world, one(world), "status_changed", status="pending", expected_at=expected_at)


def test_only_the_first_acknowledgement_is_a_fact() -> None:
    case = Case()
    world, _ = heard(*case.handed_over())
    for fact in says(world, one(world), "acknowledged", heads={}):
        fold(world, fact)
    assert says(world, one(world), "acknowledged", "vm_2", heads={}) == []


def test_a_question_that_the_vendor_names_is_one_however_often_it_is_sent() -> None:
    world, _ = heard(*Case().handed_over())
    asked = asks(world, question="Q-1")
    fold(world, asked)
    assert says(world, one(world), "information_requested", "vm_2", text="Var?", question="Q-1") == []
    other = asks(world, "vm_3", question="Q-2")
    unnamed = asks(world, "Q-1")
    assert len({each.question for each in (asked, other, unnamed)}) == 3


def test_a_named_question_has_the_same_id_whichever_message_came_first() -> None:
    events = Case().handed_over()
    ids = set()
    for name in ("vm_1", "vm_2"):
        world, _ = heard(*events)
        asked = asks(world, name, question="Q-1")
        ids.add(asked.question)
    assert len(ids) == 1


def test_n10_a_record_in_which_one_question_became_two_still_folds_to_two() -> None:
    world, _ = heard(*Case().handed_over())
    asked = asks(world, question="Q-1")
    for number in (1, 2):
        fold(world, asked.model_copy(update={"id": f"ev_{number}", "question": f"qu_{number}"}))
    assert list(one(world).questions) == ["qu_1", "qu_2"]


def test_other_words_under_a_name_that_was_used_are_another_question_and_not_lost() -> None:
    world, _ = heard(*Case().handed_over())
    asked = asks(world, question="Q-1")
    fold(world, asked)
    other = asks(world, "vm_2", "När?", question="Q-1")
    assert other.question != asked.question
    assert (other.text, other.vendor_question) == ({"sv": "När?"}, "Q-1")


def test_a_proposal_closes_the_askers_own_questions() -> None:
    case = Case()
    world, _ = heard(*case.handed_over())
    for name, kind in (("vm_1", "information_requested"), ("vm_2", "resolution_proposed")):
        for fact in says(world, one(world), kind, name, text="Vad?"):
            fold(world, fact)
    question = next(iter(one(world).questions))
    assert one(world).state == "resolution_proposed"
    assert types(take_in(world, case.answer_requested(question))) == ["handoff.request_refused"]


def asked_and_proposed(case: Case) -> World:
    """A vendor that has asked, and then said that it is solved: its question is set aside (R8)."""
    world, _ = heard(*case.handed_over())
    for fact in says(world, one(world), "information_requested", "vm_q", text="Vilken sal?", ticket=case.tickets[0]):
        fold(world, fact)
    proposed(world)
    return world


def test_r8_what_a_proposal_set_aside_that_nobody_judged_ends_with_the_hand_off() -> None:
    case = Case()
    world = asked_and_proposed(case)
    said = [fact for event in case.assigned(PLATFORM, "request") for fact in take_in(world, event)]
    assert types(said)[:2] == ["handoff.answered", "handoff.released"]
    assert isinstance(said[0], v.HandoffAnswered)
    assert said[0].unanswered, "who was asked, and who asked, wait no more"


def test_r8_what_a_proposal_set_aside_ends_without_a_word_with_its_acceptance() -> None:
    case = Case()
    world = asked_and_proposed(case)
    assert types(take_in(world, case.resolved(next(iter(one(world).proposals))))) == ["handoff.accepted"]
    later = [fact for event in case.assigned(PLATFORM, "request") for fact in take_in(world, event)]
    assert "handoff.answered" not in types(later), "it has ended"


def test_r8_what_a_proposal_set_aside_ends_with_a_solution_that_is_another() -> None:
    case = Case()
    assert types(take_in(asked_and_proposed(case), case.resolved())) == ["handoff.answered"]


@pytest.mark.parametrize("kind", ["acknowledged", "returned", "status_changed", "information_requested"])
def test_after_the_end_words_are_a_private_note_and_steps_are_nothing(kind: str) -> None:
    case = Case()
    world, _ = heard(*case.handed_over(), *case.assigned(COORDINATOR, "taken_back"))
    said: dict[str, dict[str, Any]] = {
        "acknowledged": {"heads": {}},
        "returned": {"text": "Vi kan inte."},
        "status_changed": {"status": "pending"},
        "information_requested": {"text": "Vilken dörr?"},
    }
    data = said[kind]
    facts = says(world, one(world), kind, **data)
    assert [(type(fact), getattr(fact, "private", None)) for fact in facts] == (
        [(v.VendorEntryAdded, True)] if "text" in data else []
    )


def proposed(world: World) -> str:
    (proposal,) = says(world, one(world), "resolution_proposed", "vm_p", text="Löst.")
    fold(world, proposal)
    return next(iter(one(world).proposals))


@pytest.mark.parametrize("text", ["Vi är klara med det här.", None])
@pytest.mark.parametrize("by_proposal", [True, False], ids=["accepted", "solved by staff"])
def test_what_is_given_back_after_it_was_solved_is_a_private_note_at_most(text: str | None, by_proposal: bool) -> None:
    case = Case()
    world, _ = heard(*case.handed_over())
    take_in(world, case.resolved(proposed(world) if by_proposal else None))
    facts = says(world, one(world), "returned", **({"text": text} if text else {}))
    assert [(type(fact), getattr(fact, "text", None), getattr(fact, "private", None)) for fact in facts] == (
        [(v.VendorEntryAdded, {"sv": text}, True)] if text else []
    )
    for fact in facts:
        fold(world, fact)
    assert one(world).is_held
    assert types(take_in(world, case.closed())) == ["handoff.completed"]


@pytest.mark.parametrize(
    ("kind", "data", "text"),
    [
        ("information_requested", {"text": "Vilken färg?", "ticket": "…"}, "Vilken färg?"),
        ("resolution_proposed", {"text": "Bytte toner."}, "Bytte toner."),
        ("status_changed", {"status": "pending", "text": "Vi väntar."}, "Vi väntar."),
        ("status_changed", {"status": "pending"}, None),
    ],
)
@pytest.mark.parametrize("by_proposal", [True, False], ids=["accepted", "solved by staff"])
def test_of_what_is_solved_nothing_is_asked_or_proposed_until_it_is_open_again(
    kind: str, data: dict[str, Any], text: str | None, by_proposal: bool
) -> None:
    case = Case()
    world, _ = heard(*case.handed_over())
    data |= {"ticket": case.tickets[0]} if "ticket" in data else {}
    take_in(world, case.resolved(proposed(world) if by_proposal else None))
    facts = says(world, one(world), kind, "vm_2", **data)
    assert [(type(fact), getattr(fact, "text", None), getattr(fact, "private", None)) for fact in facts] == (
        [(v.VendorEntryAdded, {"sv": text}, True)] if text else []
    )
    take_in(world, case.reopened())
    assert [type(fact) for fact in says(world, one(world), kind, "vm_3", **data)] != [v.VendorEntryAdded]


def asked(world: World, name: str, **data: Any) -> str:
    (question,) = says(world, one(world), "information_requested", name, text="Var?", **data)
    fold(world, question)
    assert isinstance(question, v.VendorInformationRequested)
    return question.question


@pytest.mark.parametrize("by_proposal", [True, False], ids=["another's proposal", "solved by staff"])
def test_r8_what_was_asked_before_the_bridge_heard_that_it_is_solved_has_its_answer_then(by_proposal: bool) -> None:
    """The other order, in which the question comes after it, is a note: the test above."""
    case = Case()
    world, _ = heard(*case.handed_over())
    proposal = proposed(world) if by_proposal else None
    named, plain = asked(world, "vm_2", ticket=case.tickets[0]), asked(world, "vm_3", question="Q-7")
    assert one(world).state == ("resolution_proposed" if by_proposal else "information_requested")
    solved, closed = case.resolved(proposal), case.closed()
    own = take_in(world, solved)
    answers = [fact for fact in own if isinstance(fact, v.HandoffAnswered)]
    assert [(fact.question, fact.ticket, fact.by) for fact in answers] == [
        (named, case.tickets[0], SYSTEM),
        (plain, None, SYSTEM),
    ]
    assert not any(question["open"] for question in one(world).questions.values())
    assert one(world).state == ("accepted" if by_proposal else "delivered" if one(world).heads else "offered")
    owed = [each.details["answer"] for each in world.deliveries.values() if each.kind == "answered"]
    assert [(each["question"], each["vendor_question"]) for each in owed] == [(named, None), (plain, "Q-7")]
    assert "löst" in owed[0]["text"]["sv"]
    assert types(take_in(world, case.reopened())) == []
    take_in(world, case.resolved(None))
    assert types(take_in(world, closed)) == ["handoff.completed"]
    again = take_in(heard(*case.handed_over())[0], solved)
    assert types(again) == [], "of a question that nobody asked nothing is said"


@pytest.mark.parametrize("how", ["taken back", "another vendor", "given back", "cancelled"])
def test_r8_what_a_vendor_asked_keeps_nobody_waiting_once_the_case_has_left_it(how: str) -> None:
    case = Case()
    world, _ = heard(*case.handed_over())
    question = asked(world, "vm_2", ticket=case.tickets[0])
    match how:
        case "taken back":
            own = take_in(world, case.assigned(COORDINATOR, "taken_back")[0])
        case "another vendor":
            own = take_in(world, case.assigned(PLATFORM)[0])
        case "cancelled":
            own = take_in(world, case.cancelled())
        case _:
            own = [*says(world, one(world), "returned", "vm_3", text="Inte vår.")]
            for fact in own:
                fold(world, fact)
    first, second = own[:2]
    assert isinstance(first, v.HandoffAnswered)
    assert (first.question, first.by) == (question, SYSTEM)
    assert second.TYPE.startswith(("handoff.taken_back", "handoff.released", "handoff.returned"))
    assert types(take_in(world, case.answer_requested(question))) == ["handoff.request_refused"]


@pytest.mark.parametrize("same", [True, False], ids=["same vendor", "another vendor"])
def test_r8_what_was_asked_ends_where_the_case_goes_on_in_another(same: bool) -> None:
    """Its answer counts nowhere there, and nobody could close it: not with the other case, nor a proposal to that."""
    case, successor = Case(), Case()
    world, _ = heard(*case.handed_over())
    question, of_reporter = asked(world, "vm_2"), asked(world, "vm_3", ticket=case.tickets[0])
    for event in successor.handed_over(WIFI if same else PLATFORM):
        take_in(world, event)
    (ended,) = take_in(world, successor.linked(case.tickets[0]))
    assert isinstance(ended, v.HandoffAnswered)
    assert (ended.question, ended.ticket) == (of_reporter, case.tickets[0])
    first, released = take_in(world, case.superseded(successor))
    assert isinstance(first, v.HandoffAnswered)
    assert (first.question, first.ticket, first.by) == (question, None, SYSTEM)
    assert first.text["sv"].startswith("Ärendet går vidare i ett annat" if same else "Ärendet är inte längre hos")
    assert isinstance(released, v.HandoffReleased)


def test_a_number_of_the_vendors_own_that_comes_after_it_took_the_case_on_is_kept() -> None:
    world, _ = heard(*Case().handed_over())
    numbers = [None, "INC-1", "INC-1", None, "INC-2"]
    kinds: list[str] = []
    for n, number in enumerate(numbers):
        given = {"vendor_reference": number} if number else {}
        for fact in says(world, one(world), "acknowledged", f"vm_{n}", heads={}, **given):
            fold(world, fact)
            kinds.append(fact.TYPE)
            assert isinstance(fact, v.HandoffAcknowledged) or (isinstance(fact, v.VendorEntryAdded) and fact.private)
    assert kinds == ["handoff.acknowledged.v1", "vendor.entry_added.v1", "vendor.entry_added.v1"]
    assert one(world).vendor_reference == "INC-2"


def test_a_vendor_beside_the_lead_may_give_back_what_was_solved_and_is_open_again() -> None:
    case = Case()
    world, _ = heard(*case.opened(), case.assigned(WIFI, role="parallel")[0])
    take_in(world, case.resolved(proposed(world)))
    take_in(world, case.reopened())
    assert types(says(world, one(world), "returned", text="Det är inte vårt.")) == ["handoff.returned"]


def test_a_vendor_whose_solution_was_rejected_or_waits_may_give_the_case_back() -> None:
    for judged in (True, False):
        case = Case()
        world, _ = heard(*case.handed_over())
        proposal = proposed(world)
        if judged:
            take_in(world, case.rejected(proposal))
        assert types(says(world, one(world), "returned")) == ["handoff.returned"]


def test_r12_a_cancelled_incident_takes_its_hand_offs_back() -> None:
    case = Case()
    world, _ = heard(*case.handed_over())
    assert types(take_in(world, case.cancelled())) == ["handoff.taken_back"]


@pytest.mark.parametrize("same", [True, False], ids=["same vendor", "another vendor"])
def test_r12_a_case_that_goes_on_in_another_incident_is_released_and_told_where(same: bool) -> None:
    case, successor = Case(), Case()
    world, _ = heard(*case.handed_over(), *successor.handed_over(WIFI if same else PLATFORM))
    theirs, on = (next(iter(world.handoffs_of(each.incident))) for each in (case, successor))
    fold(
        world, delivered(next(d for d in world.deliveries.values() if d.handoff == theirs.id), theirs, dict(case.heads))
    )
    take_in(world, successor.linked(case.tickets[0]))
    (released,) = take_in(world, case.superseded(successor))
    assert isinstance(released, v.HandoffReleased)
    assert (released.handoff, released.continues_in) == (theirs.id, on.id if same else None)
    assert world.incidents[case.incident].lead is None
    assert theirs.state == "released"
    assert theirs.continues_in == released.continues_in
    assert case.tickets[0] in world.heads_of(world.incidents[successor.incident])


def test_r12_a_vendor_that_was_sent_nothing_yet_never_hears_of_a_case_that_went_on() -> None:
    case, successor = Case(), Case()
    world, _ = heard(*case.handed_over(), *successor.handed_over())
    (released,) = take_in(world, case.superseded(successor))
    assert isinstance(released, v.HandoffReleased)
    assert released.unsent
    mine = [each.state for each in world.deliveries.values() if each.incident == case.incident]
    assert mine == ["absorbed"]


def test_r3_a_ticket_that_moves_brings_the_story_of_the_incident_it_was_on() -> None:
    first, second = Case(), Case()
    world, _ = heard(*first.opened(), first.entry("Vi felsöker.", "reporters", party="team:samordnaren"))
    told = first.heads[first.incident]
    second.tickets, second.heads = [first.tickets[0]], first.heads
    opened = second.opened()[2:]
    for event in (*opened, second.linked(first.tickets[0]), first.entry("Efteråt.", "reporters")):
        take_in(world, event)
    heads = world.heads_of(world.incidents[second.incident])
    assert heads[first.incident] == told


def test_r3_of_two_tickets_that_left_one_incident_the_later_brings_more_of_its_story() -> None:
    first, second = Case(), Case()
    world, _ = heard(*first.opened(), *first.filed("Samma"), first.linked(first.tickets[-1]))
    early, late = first.tickets
    for event in (
        first.entry("Vi felsöker.", "reporters"),
        *Case().opened_for(early),
        first.entry("Vi har hittat felet.", "reporters"),
        *second.opened_for(late),
        second.linked(early),
    ):
        take_in(world, event)
    assert world.heads_of(world.incidents[second.incident])[first.incident] == first.heads[first.incident]


def test_r14_news_of_a_ticket_that_was_taken_off_before_it_was_told_is_owed_no_more() -> None:
    case = Case()
    world, _ = heard(*case.handed_over())
    arrived(world)
    for event in (*case.filed("Samma"), case.linked(case.tickets[-1])):
        take_in(world, event)
    assert pending(world) == ["updated"]
    for event in Case().opened_for(case.tickets[-1]):
        take_in(world, event)
    assert (pending(world), one(world).triggers) == ([], [])


def test_r15_a_ticket_that_is_off_when_an_update_is_made_is_told_under_another_id_when_it_is_back() -> None:
    case = Case()
    world, _ = heard(*case.handed_over())
    arrived(world)
    for event in (*case.filed("Samma"), case.linked(case.tickets[-1]), case.entry("Vi felsöker.", "reporters")):
        take_in(world, event)
    ticket = case.tickets[-1]
    for event in Case().opened_for(ticket):
        take_in(world, event)
    (sent,) = (each for each in world.deliveries.values() if each.state == "pending")
    sent.heads = {id_: head.model_dump() for id_, head in world.heads_of(world.incidents[case.incident]).items()}
    take_in(world, case.linked(ticket))
    fold(world, delivered(sent, one(world), {id_: Head.model_validate(head) for id_, head in sent.heads.items()}))
    (owed,) = (each for each in world.deliveries.values() if each.state == "pending")
    assert (owed.kind, owed.webhook_id != sent.webhook_id) == ("updated", True)
    arrived(world, "updated")
    assert (pending(world), one(world).triggers) == ([], [])


def test_a_ticket_that_is_back_and_brings_nothing_new_is_no_news() -> None:
    case = Case()
    world, _ = heard(*case.handed_over(), *case.filed("Samma"), case.linked(case.tickets[-1]))
    arrived(world)
    for event in (*Case().opened_for(case.tickets[-1]), case.linked(case.tickets[-1])):
        take_in(world, event)
    assert pending(world) == []


def test_when_all_that_was_remembered_one_by_one_leaves_the_rest_is_told_all_the_same() -> None:
    case = Case()
    world, _ = heard(*case.handed_over())
    arrived(world)
    for event in case.filed("Samma"):
        take_in(world, event)
    (leaving,) = case.tickets[1:]
    take_in(world, case.linked(leaving))
    for number in range(TRIGGERS_KEPT):
        take_in(world, case.entry(f"Nummer {number}", "reporter", case=leaving))
    for event in case.filed("En till"):
        take_in(world, event)
    take_in(world, case.linked(case.tickets[-1]))
    take_in(world, case.entry("Och nu?", "reporter", case=leaving))
    for event in Case().opened_for(leaving):
        take_in(world, event)
    assert pending(world) == ["updated"]
    arrived(world, "updated")
    assert (pending(world), one(world).triggers) == ([], [])


def test_r14_a_vendor_that_has_lost_what_it_took_gets_it_again_from_where_its_copy_ends() -> None:
    case = Case()
    world, _ = heard(*case.handed_over())
    arrived(world)
    handoff = one(world)
    ticket = case.tickets[0]
    half = {case.incident: handoff.heads[case.incident]}
    (acknowledged,) = says(world, handoff, "acknowledged", heads=half)
    assert isinstance(acknowledged, v.HandoffAcknowledged)
    fold(world, acknowledged)
    handoff.heads_at = NOW - timedelta(minutes=5)  # it had time to write it into its books
    (drifted,) = says(world, handoff, "acknowledged", "vm_2", heads=half)
    assert isinstance(drifted, v.HandoffDrifted)
    fold(world, drifted)
    assert set(handoff.known()) == {case.incident}
    assert pending(world) == ["updated"]
    arrived(world, "updated")
    assert handoff.heads[ticket]["seq"] == case.heads[ticket].seq
    assert says(world, handoff, "acknowledged", "vm_3", heads=handoff.heads) == []


def test_a_vendor_that_names_older_heads_right_after_a_message_has_lost_nothing() -> None:
    case = Case()
    world, _ = heard(*case.handed_over())
    arrived(world)
    handoff = one(world)
    first = dict(handoff.heads)
    world.now = NOW
    for stated in take_in(world, case.entry("Nu också i aulan.", "reporter", case=case.tickets[0])):
        fold(world, stated)
    arrived(world, "updated")
    (fact,) = says(world, handoff, "acknowledged", heads=first)
    assert isinstance(fact, v.HandoffAcknowledged)


def failed(world: World) -> Handoff:
    """Its vendor is out of reach; what it was owed stays owed."""
    handoff = one(world)
    (message,) = world.pending(handoff.id)
    about = {"handoff": handoff.id, "incident": handoff.incident, "vendor": handoff.vendor}
    own = {"id": "ev_failed", "at": NOW, "municipality": handoff.municipality, "webhook_id": message.webhook_id}
    fold(world, v.HandoffFailed(**own, **about, reason={"sv": "Nås inte."}))
    return handoff


@pytest.mark.parametrize("is_back", [False, True])
@pytest.mark.parametrize("how", ["assigned", "closed", "cancelled", "superseded"])
def test_r16_a_vendor_that_was_out_of_reach_hears_that_it_is_over_whenever_it_came_back(
    how: str, is_back: bool
) -> None:
    """Also where it took all that it was owed before it was known who has the case now."""
    case, other = Case(), Case()
    world, _ = heard(*case.handed_over())
    handoff = failed(world)
    if is_back:
        arrived(world)
    ends: dict[str, list[Event]] = {
        "assigned": case.assigned(COORDINATOR, "failed"),
        "closed": [case.closed()],
        "cancelled": [case.cancelled()],
        "superseded": [case.superseded(other)],
    }
    own = [stated for event in ends[how] for stated in take_in(world, event)]
    assert types(own) == ["handoff.taken_back"]
    assert pending(world) == (["taken_back"] if is_back else ["offered", "taken_back"])
    assert handoff.state == "taken_back"


def test_r16_who_was_never_to_be_reached_is_not_told_anything() -> None:
    case = Case()
    content = directory()
    vendors = [vendor.model_copy(update={"connection": None}) for vendor in content.vendors]
    world = World(NOW)
    for event in (directory_changed(content.model_copy(update={"vendors": tuple(vendors)})), *case.handed_over()):
        for stated in take_in(world, event):
            assert stated.TYPE == v.HandoffFailed.TYPE
    assert [stated for event in case.assigned(COORDINATOR, "failed") for stated in take_in(world, event)] == []


def test_r10_a_vendor_that_has_a_need_and_whose_proposal_is_accepted_is_told_once_that_it_is_done() -> None:
    case = Case()
    world, _ = heard(*case.handed_over(WIFI))
    handoff = one(world)
    arrived(world)
    for fact in says(world, handoff, "resolution_proposed", "vm_1", text="Ett förslag till avtal."):
        fold(world, fact)
    (proposal,) = handoff.proposals
    back, _ = case.assigned(COORDINATOR, "accepted")
    own = take_in(world, back.model_copy(update={"proposal": proposal}))
    assert types(own) == ["handoff.completed"]
    assert (handoff.state, handoff.proposals) == ("completed", {proposal: "accepted"})
    done = next(each for each in world.deliveries.values() if each.kind == "completed")
    assert done.details == {"verdict": {"proposal": proposal}}
