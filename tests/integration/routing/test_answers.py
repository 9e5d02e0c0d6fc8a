"""An answer of staff, on the tables: it is about all that the incident has by then, whoever brings it into memory."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.events.base import Event
from contracts.events.routing import LinkSuggested, SuggestionRefused, TicketLinked
from contracts.events.ticketing import LinkRequested, SuggestionAcceptRequested, SuggestionRefuseRequested
from tests.integration.routing.conftest import expected, stated, take_in
from tests.support.routing_life import Life, TimelyHandlers, of_type

SCHOOLS = ("ekbacken", "sjobo")
WIFI = ("wifi nere", "inget wifi i hela skolan", "trådlösa nätet dött")


@pytest.mark.parametrize("size", [1, 100])
@pytest.mark.parametrize("answer", [SuggestionAcceptRequested, SuggestionRefuseRequested])
async def test_an_answer_is_about_what_came_after_the_question_but_not_about_what_a_person_took_off(
    engine: AsyncEngine, size: int, answer: type[SuggestionAcceptRequested | SuggestionRefuseRequested]
) -> None:
    life = Life()
    told: list[Event] = [life.history[0]]
    own: list[Event] = []

    def tell(event: Event) -> None:
        told.append(event)
        own.extend(life.tell(event))

    for school in SCHOOLS:
        for n, title in enumerate(WIFI):
            tell(life.filed(None, title=title, school=school, reporter=f"{school}-{n}"))
    [question] = of_type(own, LinkSuggested)
    one, other = (life.world.incidents[id_] for id_ in (question.incident, question.candidate))
    assert (one.linked, other.linked, len(question.tickets)) == (3, 3, 1), "two more came to it by themselves"
    taken = next(ticket.id for ticket in life.world.tickets.values() if ticket.incident == other.id)
    tell(life.request(LinkRequested, one.id, ticket=taken))
    tell(life.request(answer, one.id, suggestion=question.suggestion))
    if answer is SuggestionAcceptRequested:
        moved = [event for event in of_type(own, TicketLinked) if event.suggestion == question.suggestion]
        assert (len(moved), one.linked, life.incident_of(taken)) == (3, 1, one.id)
    else:
        assert len(of_type(own, SuggestionRefused)[0].tickets) == 4
    for start in range(0, len(told), size):
        await take_in(engine, TimelyHandlers(), told[start : start + size])  # each batch by a process that just began
    assert await stated(engine) == expected(own)
