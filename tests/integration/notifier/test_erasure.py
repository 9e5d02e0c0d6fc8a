"""N11: the notifier forgets what it was to say of an erased ticket, and to whom of an erased person."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.events.ticketing import PersonErased, TicketErased
from contracts.values import SYSTEM
from tests.integration.notifier.conftest import delivering, nothing_is_owed, rows, take_in
from tests.support.grep_databases import places
from tests.support.mail import MailHost
from tests.support.notifier_life import LENA, Telling

WORD = "Zebrafinksgatan"


def erased(life: Telling, ticket: str, **more: Any) -> TicketErased:
    about = {"by": SYSTEM, "reason": "asked", "entries": {ticket: (1,)}, "since": life.at}
    return life.make(TicketErased, ticket=ticket, **about | more)


async def asked(engine: AsyncEngine, life: Telling) -> str:
    """A ticket with the word, whose reporter is owed a receipt, and a question that quotes it."""
    filed = life.filed(title=WORD)
    incident, opened = life.opened(filed)
    question = life.asked(incident, filed.ticket, text={"sv": f"Är det {WORD}?"})
    await take_in(engine, [*life.beginning(LENA), filed, *opened, question])
    assert await places(engine, WORD) == ["notification.text: 1", "ticket.title: 1"]
    return filed.ticket


async def test_n11_nothing_is_said_of_an_erased_ticket(engine: AsyncEngine, host: MailHost) -> None:
    life = Telling()
    ticket = await asked(engine, life)
    await take_in(engine, [erased(life, ticket)])
    assert await places(engine, WORD) == []
    async with delivering(engine, host.url):
        await nothing_is_owed(engine)
    assert host.mails == []
    assert {row.state for row in await rows(engine, "SELECT state FROM notification")} == {"failed"}
    incident = life.id("incident")
    await take_in(engine, [life.asked(incident, ticket, text={"sv": WORD})])  # it was on its way
    assert await places(engine, WORD) == []


async def test_n11_an_erased_person_has_no_name_no_address_and_was_told_nothing(
    engine: AsyncEngine, host: MailHost
) -> None:
    life = Telling()
    await asked(engine, life)
    await take_in(engine, [life.make(PersonErased, person=LENA, by=SYSTEM, reason="asked")])
    [person] = await rows(engine, f"SELECT name, email, placeholder FROM person WHERE id = '{LENA}'")
    assert tuple(person) == ("", None, True)
    assert await rows(engine, f"SELECT 1 FROM notification WHERE person = '{LENA}'") == []


async def test_n9_an_erasure_of_another_municipality_changes_nothing(engine: AsyncEngine) -> None:
    life = Telling()
    ticket = await asked(engine, life)
    before = await places(engine, WORD)
    await take_in(engine, [erased(life, ticket, municipality="lund")])
    assert await places(engine, WORD) == before
