"""A case goes to the demo vendor and comes back: the whole story, both ways, over real HTTP."""

from typing import TypeVar

from contracts.events import vendor_bridge as v
from contracts.values import Head
from tests.integration.vendor_bridge.conftest import Bridge, DemoVendor, eventually, of_type
from tests.support.handoff_life import COORDINATOR, PLATFORM, WIFI, Case

E = TypeVar("E", bound=v.HandoffEvent)


async def handed_over(bridge: Bridge, vendor: DemoVendor, case: Case, to: str = WIFI) -> v.HandoffAcknowledged:
    await bridge.take_in(*case.handed_over(to))
    return await acknowledged(bridge, vendor, 1)


async def acknowledged(bridge: Bridge, vendor: DemoVendor, count: int) -> v.HandoffAcknowledged:
    async def all_there() -> list[v.HandoffAcknowledged]:
        found = of_type(await bridge.stated(), v.HandoffAcknowledged)
        return found if len(found) == count else []

    return (await eventually(all_there))[-1]


async def until_caught_up(bridge: Bridge) -> None:
    async def nothing_pending() -> bool:
        return not await bridge.rows("SELECT 1 FROM delivery WHERE state = 'pending'")

    await eventually(nothing_pending)


async def test_n4_the_vendor_acknowledges_exactly_the_heads_that_were_sent_and_recorded(
    bridge: Bridge, demo_vendor: DemoVendor
) -> None:
    case = Case()
    bridge.start_sending()
    said = await handed_over(bridge, demo_vendor, case)
    await until_caught_up(bridge)  # the vendor may acknowledge before its 2xx is recorded
    (delivered,) = of_type(await bridge.stated(), v.HandoffDelivered)
    assert said.heads == delivered.heads == case.heads
    held = demo_vendor.casebook.case(said.handoff)
    assert held is not None
    assert held["problems"] == []
    assert held["entries"][0]["disclosures"]["text"]["value"]["sv"].startswith("Wifi nere")


async def test_n5_no_internal_text_and_no_other_vendors_note_is_in_any_body(
    bridge: Bridge, demo_vendor: DemoVendor
) -> None:
    case = Case()
    bridge.start_sending()
    secret = "Rektorn misstänker en elev: zq7internt"
    await bridge.take_in(
        *case.opened(),
        case.entry(secret, "internal", kind="note", party=COORDINATOR),
        case.entry("Till plattformen: zq7rival", f"party:{PLATFORM}", kind="note", party=COORDINATOR),
        *case.assigned(WIFI, note="Ring vaktmästaren först."),
    )
    await acknowledged(bridge, demo_vendor, 1)
    await bridge.take_in(case.entry("En till zq7internt", "internal", kind="note", party=COORDINATOR))
    await bridge.take_in(case.entry("Nu är det värre.", "reporter", case=case.tickets[0]))
    await until_caught_up(bridge)
    bodies = [str(delivery["body"]) for delivery in demo_vendor.casebook.deliveries()]
    assert len(bodies) == 2
    assert not any("zq7" in body for body in bodies)
    assert any("Ring vaktmästaren först." in body for body in bodies)
    held = demo_vendor.casebook.case(demo_vendor.handoffs()[0])
    assert held is not None
    assert held["heads"] == {id_: head.model_dump() for id_, head in case.heads.items()}
    assert sum(not entry["disclosures"] for entry in held["entries"]) == 3


async def test_a_question_to_the_reporter_is_answered_and_a_proposal_accepted_until_the_case_is_closed(
    bridge: Bridge, demo_vendor: DemoVendor
) -> None:
    case = Case()
    bridge.start_sending()
    handoff = (await handed_over(bridge, demo_vendor, case)).handoff
    ticket = case.tickets[0]
    await demo_vendor.act(handoff, "ask", text="Blinkar lampan i taket?", ticket=ticket)
    asked = (await eventually(lambda: said(bridge, v.VendorInformationRequested)))[0]
    assert asked.ticket == ticket
    await bridge.take_in(
        case.entry(asked.text["sv"], "reporter", case=ticket, cause=asked, kind="question", party=WIFI)
    )
    await bridge.take_in(*case.answered(ticket, asked.question, "Ja, den blinkar rött."))
    await until_caught_up(bridge)
    await demo_vendor.act(handoff, "propose", text="Switchen är bytt.")
    proposed = (await eventually(lambda: said(bridge, v.VendorResolutionProposed)))[0]
    await bridge.take_in(case.rejected(proposed.proposal))
    await demo_vendor.act(handoff, "propose", text="Nu är även kabeln bytt.")
    second = (await eventually(lambda: said(bridge, v.VendorResolutionProposed, 2)))[1]
    await bridge.take_in(case.resolved(second.proposal))
    await bridge.take_in(case.closed())
    await until_caught_up(bridge)
    held = demo_vendor.casebook.case(handoff)
    assert held is not None
    assert held["state"] == "completed"
    assert held["questions"][0]["answer"] == {"sv": "Ja, den blinkar rött."}
    assert [proposal["verdict"] for proposal in held["proposals"]] == ["rejected", "accepted"]
    assert held["problems"] == []
    kinds = [delivery["body"]["data"]["message"] for delivery in demo_vendor.casebook.deliveries()]
    assert [kind for kind in kinds if kind != "updated"] == ["offered", "answered", "rejected", "accepted", "completed"]
    assert all(delivery["times"] == 1 for delivery in demo_vendor.casebook.deliveries())


async def said(bridge: Bridge, kind: type[E], count: int = 1) -> list[E]:
    found = of_type(await bridge.stated(), kind)
    return found if len(found) >= count else []


async def test_staff_answers_a_question_to_the_team_and_a_second_answer_is_refused(
    bridge: Bridge, demo_vendor: DemoVendor
) -> None:
    case = Case()
    bridge.start_sending()
    handoff = (await handed_over(bridge, demo_vendor, case)).handoff
    await demo_vendor.act(handoff, "ask", text="När kommer vi in?")
    asked = (await eventually(lambda: said(bridge, v.VendorInformationRequested)))[0]
    first, second = case.answer_requested(asked.question), case.answer_requested(asked.question)
    await bridge.take_in(first, second, case.answer_recorded(first))
    await until_caught_up(bridge)
    answers = of_type(await bridge.stated(), v.HandoffAnswered)
    refusals = of_type(await bridge.stated(), v.HandoffRequestRefused)
    assert [answer.request_id for answer in answers] == [first.request_id]
    assert [(refusal.request_id, refusal.code) for refusal in refusals] == [(second.request_id, "unknown_question")]
    held = demo_vendor.casebook.case(handoff)
    assert held is not None
    assert held["questions"][0]["answer"] == {"sv": "Dörren är öppen från sju."}


async def test_the_next_vendor_gets_the_former_ones_part_and_the_former_is_released(
    bridge: Bridge, demo_vendor: DemoVendor
) -> None:
    case = Case()
    bridge.start_sending()
    first = (await handed_over(bridge, demo_vendor, case)).handoff
    await bridge.take_in(
        case.entry("Switchen strömlös.", f"party:{WIFI}", kind="vendor_entry", party=WIFI),
        case.entry("Vårt pris: zq7privat", f"party:{WIFI}", kind="vendor_entry", party=WIFI, private=True),
    )
    await until_caught_up(bridge)
    await bridge.take_in(*case.assigned(PLATFORM))
    second = (await acknowledged(bridge, demo_vendor, 2)).handoff
    await until_caught_up(bridge)
    held = demo_vendor.casebook.case(first)
    got = demo_vendor.casebook.case(second)
    assert held is not None
    assert got is not None
    assert held["state"] == "released"
    texts = str(got["entries"])
    assert "Switchen strömlös." in texts
    assert "zq7privat" not in texts
    assert got["problems"] == held["problems"] == []
    await demo_vendor.act(first, "write", text="En sak till: säkringen byttes i maj.")
    late = (await eventually(lambda: said(bridge, v.VendorEntryAdded)))[0]
    assert (late.private, late.ticket, late.handoff) == (True, None, first)


async def test_taking_back_ends_the_hand_off_and_tells_the_vendor(bridge: Bridge, demo_vendor: DemoVendor) -> None:
    case = Case()
    bridge.start_sending()
    handoff = (await handed_over(bridge, demo_vendor, case)).handoff
    await bridge.take_in(*case.assigned(COORDINATOR, "taken_back"))
    await bridge.take_in(case.entry("Vi tar det själva.", "reporters", kind="note", party=COORDINATOR))
    await until_caught_up(bridge)
    held = demo_vendor.casebook.case(handoff)
    assert held is not None
    assert held["state"] == "taken_back"
    assert "Vi tar det själva." not in str(held["entries"])
    assert (await bridge.stated_types()).count("handoff.taken_back") == 1


async def test_a_vendor_that_gives_back_is_told_no_more(bridge: Bridge, demo_vendor: DemoVendor) -> None:
    case = Case()
    bridge.start_sending()
    handoff = (await handed_over(bridge, demo_vendor, case)).handoff
    await demo_vendor.act(handoff, "give-back", text="Felet ligger i husets el.")
    returned = (await eventually(lambda: said(bridge, v.HandoffReturned)))[0]
    assert returned.text == {"sv": "Felet ligger i husets el."}
    await bridge.take_in(*case.assigned(COORDINATOR, "returned"))
    await until_caught_up(bridge)
    assert [d["body"]["data"]["message"] for d in demo_vendor.casebook.deliveries()] == ["offered"]
    assert "handoff.taken_back" not in await bridge.stated_types()


async def test_a_ticket_linked_later_brings_its_whole_chain(bridge: Bridge, demo_vendor: DemoVendor) -> None:
    case = Case()
    bridge.start_sending()
    handoff = (await handed_over(bridge, demo_vendor, case)).handoff
    await bridge.take_in(*case.filed("Samma här", "Rum B204"), case.linked(case.tickets[-1]))
    await until_caught_up(bridge)
    held = demo_vendor.casebook.case(handoff)
    assert held is not None
    assert held["subject"]["tickets"] == 2
    assert Head.model_validate(held["heads"][case.tickets[1]]) == case.heads[case.tickets[1]]
    assert "Rum B204" in str(held["entries"])
    assert held["problems"] == []


async def test_a_ticket_taken_off_and_put_on_while_messages_go_out_resends_nothing_and_loses_nothing(
    bridge: Bridge, demo_vendor: DemoVendor
) -> None:
    case = Case()
    bridge.start_sending()
    handoff = (await handed_over(bridge, demo_vendor, case)).handoff
    await bridge.take_in(*case.filed("Samma här", "Rum B204"))
    ticket = case.tickets[-1]
    for round_ in range(20):
        # Its news is owed when it leaves; what else there is goes out while it is off.
        await bridge.take_in(case.linked(ticket))
        await bridge.take_in(*Case().opened_for(ticket))
        await bridge.take_in(case.entry(f"Vi felsöker, del {round_}.", "reporters"))
        if round_ % 3 == 0:
            await until_caught_up(bridge)
    await bridge.take_in(case.linked(ticket))
    await until_caught_up(bridge)
    delivered = [each.webhook_id for each in of_type(await bridge.stated(), v.HandoffDelivered)]
    sent = demo_vendor.casebook.deliveries()
    assert len(delivered) == len(set(delivered)) == len(sent)
    assert all(delivery["times"] == 1 for delivery in sent)
    held = demo_vendor.casebook.case(handoff)
    assert held is not None
    assert held["problems"] == []
    assert held["heads"].items() >= {id_: head.model_dump() for id_, head in case.heads.items()}.items()


async def test_the_story_of_a_former_incident_never_gets_shorter_for_a_vendor(
    bridge: Bridge, demo_vendor: DemoVendor
) -> None:
    former, case = Case(), Case()
    bridge.start_sending()
    handoff = (await handed_over(bridge, demo_vendor, case)).handoff
    await bridge.take_in(*former.opened(), *former.filed("Samma"), former.linked(former.tickets[-1]))
    early, late = former.tickets
    await bridge.take_in(former.entry("Vi felsöker.", "reporters"), *Case().opened_for(early))
    await bridge.take_in(former.entry("Vi har hittat felet.", "reporters"), case.linked(late))
    await until_caught_up(bridge)
    await bridge.take_in(*Case().opened_for(late), case.linked(early))
    await until_caught_up(bridge)
    held = demo_vendor.casebook.case(handoff)
    assert held is not None
    assert held["problems"] == []
    assert Head.model_validate(held["heads"][former.incident]) == former.heads[former.incident]


async def test_one_trace_spans_the_cause_and_the_vendors_webhook(bridge: Bridge, demo_vendor: DemoVendor) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    case = Case()
    bridge.start_sending()
    await bridge.take_in(*case.handed_over(), traceparent=f"00-{trace}-00f067aa0ba902b7-01")
    await acknowledged(bridge, demo_vendor, 1)
    assert [delivery["traceparent"].split("-")[1] for delivery in demo_vendor.casebook.deliveries()] == [trace]


async def test_a_vendor_without_a_connection_fails_at_once_so_that_the_coordinator_gets_it(bridge: Bridge) -> None:
    case = Case()
    await bridge.take_in(*case.opened(), *case.assigned("vendor:nobody"))
    stated = await bridge.stated()
    assert [event.TYPE for event in stated] == ["handoff.failed.v1"]
    assert not await bridge.rows("SELECT 1 FROM delivery")
