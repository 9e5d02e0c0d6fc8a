"""Who is owed which message: once per person, incident and real change."""

from datetime import timedelta

import pytest

from contracts.events.routing import IncidentReopened, IncidentStateChanged, IncidentSuperseded
from contracts.events.ticketing import (
    TicketConfirmedFixed,
    TicketFiled,
    TicketQuestionAsked,
    TicketReopened,
    TicketWithdrawn,
)
from notifier.store.worlds import Named
from tests.support.notifier_life import ASKED, LENA, Telling
from tests.support.routing_life import NETWORK, PLATFORM, TEKNIKER

TEACHERS = (LENA, "larare-2")


@pytest.fixture
def life() -> Telling:
    life = Telling()
    life.tell(*life.beginning(*TEACHERS))
    return life


def filed(life: Telling, count: int = 1, reporter: str = LENA) -> list[TicketFiled]:
    tickets = [life.filed(reporter=reporter, number=f"MAL-2026-{nth:06}") for nth in range(1, count + 1)]
    life.tell(*tickets)
    return tickets


def on_one_incident(life: Telling, *tickets: TicketFiled) -> str:
    incident, opened = life.opened(tickets[0])
    life.tell(*opened, *(life.linked(incident, ticket.ticket) for ticket in tickets[1:]))
    return incident


def test_whoever_files_gets_a_receipt_for_each_ticket(life: Telling) -> None:
    first, second = life.filed(), life.filed()
    assert life.told(first, second) == [(LENA, "filed")] * 2


def test_the_same_event_again_owes_nothing(life: Telling) -> None:
    ticket = life.filed()
    incident, opened = life.opened(ticket)
    events = [ticket, *opened, life.assigned(incident), life.resolved(incident)]
    assert len(life.tell(*events)) == 3
    assert life.tell(*events) == []


def test_a_report_of_something_older_than_a_day_gets_no_receipt(life: Telling) -> None:
    exactly = life.filed(occurred_at=life.at + timedelta(minutes=1) - timedelta(hours=24))
    older = life.filed(occurred_at=life.at + timedelta(minutes=1) - timedelta(hours=24, seconds=1))
    assert [notification.case for notification in life.tell(exactly, older)] == [exactly.ticket]


def test_n7_three_tickets_of_one_person_are_told_of_a_change_together(life: Telling) -> None:
    tickets = filed(life, 3)
    incident = on_one_incident(life, *tickets)
    (handed_over,) = life.tell(life.assigned(incident))
    (resolved,) = life.tell(life.resolved(incident))
    assert (handed_over.occasion, resolved.occasion) == ("handed_over", "resolved")
    assert handed_over.tickets == resolved.tickets == [ticket.ticket for ticket in tickets]
    assert handed_over.case == resolved.case == incident


def test_every_reporter_of_an_incident_is_told(life: Telling) -> None:
    incident = on_one_incident(life, *filed(life), *filed(life, 1, TEACHERS[1]))
    assert sorted(life.told(life.assigned(incident))) == [(person, "handed_over") for person in TEACHERS]
    assert sorted(life.told(life.resolved(incident))) == [(person, "resolved") for person in TEACHERS]


def test_a_team_as_holder_is_no_mail_and_back_at_the_vendor_is_one(life: Telling) -> None:
    incident = on_one_incident(life, *filed(life))
    assert life.told(life.to_team(incident)) == []
    assert len(life.tell(life.assigned(incident))) == 1
    assert life.told(life.to_team(incident)) == []
    assert len(life.tell(life.assigned(incident))) == 1
    assert len(life.tell(life.assigned(incident, PLATFORM))) == 1


def test_who_has_it_already_or_works_beside_the_lead_is_no_news(life: Telling) -> None:
    incident = on_one_incident(life, *filed(life))
    life.tell(life.assigned(incident))
    assert life.tell(life.assigned(incident)) == []
    assert life.tell(life.assigned(incident, PLATFORM, role="parallel")) == []


def test_resolved_twice_is_told_once_and_again_after_a_reopening(life: Telling) -> None:
    incident = on_one_incident(life, *filed(life))
    assert len(life.tell(life.resolved(incident))) == 1
    assert life.tell(life.resolved(incident)) == []
    assert life.tell(life.reopened(incident)) == []
    assert life.told(life.assigned(incident), life.resolved(incident)) == [(LENA, "handed_over"), (LENA, "resolved")]


def test_a_late_reporter_of_a_resolved_incident_gets_its_state_at_once(life: Telling) -> None:
    incident = on_one_incident(life, *filed(life))
    life.tell(life.assigned(incident), life.resolved(incident, public_text={"sv": "Kabeln är bytt."}))
    (late,) = filed(life, 1, TEACHERS[1])
    (told,) = life.tell(life.linked(incident, late.ticket))
    assert (told.person, told.occasion, told.text) == (TEACHERS[1], "resolved", {"sv": "Kabeln är bytt."})
    (again,) = filed(life)
    assert life.tell(life.linked(incident, again.ticket)) == []


def test_who_reports_what_is_solved_is_told_that_alone_even_when_they_were_told_before(life: Telling) -> None:
    incident = on_one_incident(life, *filed(life))
    solved = life.resolved(incident)
    life.tell(solved)
    for reporter in TEACHERS:
        again = life.filed(reporter=reporter, same_as=incident)
        assert incident in Named.by([again]).cases, "it is read beforehand"
        assert life.tell(again) == [], "nobody begins with it"
        (told,) = life.tell(life.linked(incident, again.ticket, reporter))
        assert (told.person, told.occasion, told.case) == (reporter, "resolved", again.ticket)
        assert told.solved_at == solved.at


def test_who_reports_the_same_as_what_goes_on_gets_the_receipt(life: Telling) -> None:
    incident = on_one_incident(life, *filed(life))
    life.tell(life.resolved(incident), life.reopened(incident))
    assert life.told(life.filed(reporter=TEACHERS[1], same_as=incident)) == [(TEACHERS[1], "filed")]


def test_a_late_reporter_of_an_incident_at_a_vendor_hears_who_has_it(life: Telling) -> None:
    incident = on_one_incident(life, *filed(life))
    life.tell(life.assigned(incident))
    (late,) = filed(life, 1, TEACHERS[1])
    (told,) = life.tell(life.linked(incident, late.ticket))
    assert (told.person, told.occasion, told.party) == (TEACHERS[1], "handed_over", NETWORK)


def test_a_ticket_that_moved_hears_of_its_new_incident_only(life: Telling) -> None:
    first, other = filed(life, 2)
    former = on_one_incident(life, first)
    new = on_one_incident(life, other)
    life.tell(life.linked(new, first.ticket))
    assert life.tell(life.assigned(former)) == []
    (told,) = life.tell(life.assigned(new))
    assert told.tickets == [first.ticket, other.ticket]


@pytest.mark.parametrize("same", [True, False], ids=["same vendor", "another vendor"])
def test_r12_who_is_moved_to_an_incident_at_the_same_vendor_is_not_told_twice(life: Telling, same: bool) -> None:
    (first,), (other,) = filed(life), filed(life, 1, TEACHERS[1])
    former, new = on_one_incident(life, first), on_one_incident(life, other)
    life.tell(life.assigned(former, NETWORK), life.assigned(new, NETWORK if same else PLATFORM))
    moved = life.linked(new, first.ticket).model_copy(update={"previous": former})
    assert bool(life.tell(moved)) is not same


def test_r12_who_is_taken_out_to_an_incident_at_the_same_vendor_is_not_told_twice(life: Telling) -> None:
    (first,), (other,) = filed(life), filed(life, 1, TEACHERS[1])
    former = on_one_incident(life, first, other)
    life.tell(life.assigned(former, NETWORK))
    alone, opened = life.opened(first)
    moved = opened[1].model_copy(update={"previous": former})
    assert life.tell(opened[0], moved, life.assigned(alone, NETWORK)) == []
    assert life.told(life.assigned(alone, PLATFORM)) == [(LENA, "handed_over")]
    assert life.told(life.assigned(alone, NETWORK)) == [(LENA, "handed_over")], "it came back: that is news"


def test_what_went_on_in_another_incident_tells_nobody_anything(life: Telling) -> None:
    (first,) = filed(life)
    former = on_one_incident(life, first)
    gone = life.make(IncidentSuperseded, incident=former, version=2, successor="in_2")
    assert life.tell(gone, life.assigned(former)) == []


def test_nobody_is_asked_who_said_that_it_works_or_took_the_report_back(life: Telling) -> None:
    works, gone, (still,) = *filed(life, 2), filed(life, 1, TEACHERS[1])
    incident = on_one_incident(life, works, gone, still)
    life.tell(life.says(TicketConfirmedFixed, works.ticket), life.says(TicketWithdrawn, gone.ticket))
    assert life.told(life.resolved(incident)) == [(TEACHERS[1], "resolved")]


def test_who_said_that_it_works_and_then_that_it_does_not_is_asked_again(life: Telling) -> None:
    (ticket,) = filed(life)
    incident = on_one_incident(life, ticket)
    life.tell(life.says(TicketConfirmedFixed, ticket.ticket), life.resolved(incident), life.closed(incident))
    life.tell(life.says(TicketReopened, ticket.ticket), life.reopened(incident))
    assert life.told(life.resolved(incident)) == [(LENA, "resolved")]


def test_who_said_that_it_works_is_told_once_that_staff_opened_it_again_and_asked_again(life: Telling) -> None:
    (first, second), (other,) = filed(life, 2), filed(life, 1, TEACHERS[1])
    incident = on_one_incident(life, first, second, other)
    life.tell(life.resolved(incident), life.says(TicketConfirmedFixed, first.ticket), life.closed(incident))
    life.tell(life.says(TicketWithdrawn, other.ticket))
    again = life.make(IncidentReopened, incident=incident, version=4, reason=ASKED, by=TEKNIKER, doubts=life.at)
    [told] = life.tell(again)
    assert (told.person, told.occasion, told.text) == (LENA, "reopened", None), "why is for staff (N5)"
    assert told.tickets == [first.ticket, second.ticket]
    assert life.tell(again, life.to_team(incident)) == []
    assert life.told(life.resolved(incident)) == [(LENA, "resolved")]


def test_what_is_over_tells_nobody_anything(life: Telling) -> None:
    first, late = filed(life)[0], filed(life, 1, TEACHERS[1])[0]
    incident = on_one_incident(life, first)
    life.tell(life.resolved(incident), life.closed(incident))
    assert life.tell(life.linked(incident, late.ticket)) == []
    other = on_one_incident(life, *filed(life))
    life.tell(life.assigned(other), life.make(IncidentStateChanged, incident=other, version=2, state="cancelled"))
    assert life.tell(life.linked(other, late.ticket)) == []


def test_a_question_goes_to_the_reporter_of_the_ticket_it_names_and_to_nobody_without_one(life: Telling) -> None:
    asked, other = filed(life)[0], filed(life, 1, TEACHERS[1])[0]
    incident = on_one_incident(life, asked, other)
    (question,) = life.tell(life.asked(incident, asked.ticket))
    assert (question.person, question.occasion, question.case) == (LENA, "question", asked.ticket)
    assert (question.text, question.party) == (ASKED, NETWORK)
    assert life.tell(life.asked(incident, None)) == []
    assert len(life.tell(life.asked(incident, asked.ticket))) == 1
    life.tell(life.says(TicketWithdrawn, asked.ticket))
    assert life.tell(life.asked(incident, asked.ticket)) == []


def test_what_staff_ask_goes_to_the_reporter_once_and_to_nobody_once_it_is_solved(life: Telling) -> None:
    (ticket,) = filed(life)
    incident = on_one_incident(life, ticket)
    asking = {"ticket": ticket.ticket, "incident": incident, "by": TEKNIKER, "text": ASKED}
    (question,) = life.tell(life.make(TicketQuestionAsked, **asking, question="qu_1"))
    assert (question.person, question.occasion, question.case) == (LENA, "question", ticket.ticket)
    assert (question.text, question.party) == (ASKED, TEKNIKER.party)
    assert life.tell(life.make(TicketQuestionAsked, **asking, question="qu_1")) == [], "the same one"
    life.tell(life.resolved(incident))
    assert life.tell(life.make(TicketQuestionAsked, **asking, question="qu_2")) == []


def test_a_question_that_met_what_is_solved_goes_to_nobody(life: Telling) -> None:
    (ticket,) = filed(life)
    incident = on_one_incident(life, ticket)
    life.tell(life.resolved(incident))
    assert life.tell(life.asked(incident, ticket.ticket)) == []
    life.tell(life.reopened(incident))
    assert len(life.tell(life.asked(incident, ticket.ticket))) == 1


@pytest.mark.parametrize(
    "who",
    [
        {"placeholder": True},
        {"email": None},
        {"email": "ingen adress"},
        {"email": "lena@malarvik.example\r\nBcc: alla@malarvik.example"},
        {"email": "lena@malarvik.example, alla@malarvik.example"},
    ],
)
def test_placeholders_and_people_without_an_address_are_never_written_to(life: Telling, who: dict[str, object]) -> None:
    life.tell(life.person(LENA, **who))
    (ticket,) = filed(life)
    incident = on_one_incident(life, ticket)
    events = life.assigned(incident), life.asked(incident, ticket.ticket), life.resolved(incident)
    assert life.tell(*events) == []


def test_n9_a_municipality_writes_to_its_own_people_only() -> None:
    life, other = Telling("malarvik"), Telling("hallsberg")
    life.tell(*life.beginning())
    other.world = life.world
    assert other.tell(other.filed()) == []
    ticket = life.filed()
    incident, opened = life.opened(ticket)
    life.tell(ticket, *opened)
    stranger = Telling("hallsberg", seed=2)
    stranger.world = life.world
    stranger.tell(stranger.person())
    events = [stranger.assigned(incident), stranger.asked(incident, ticket.ticket), stranger.resolved(incident)]
    assert stranger.tell(*events) == []
    assert stranger.tell(stranger.linked(stranger.id("incident"), ticket.ticket)) == []
    assert life.told(life.resolved(incident)) == [(LENA, "resolved")]
