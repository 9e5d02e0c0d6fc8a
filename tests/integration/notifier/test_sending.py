"""Mails as a mail server gets them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis import telemetry
from contracts.events.notifier import NotificationEvent, NotificationFailed, NotificationSent
from contracts.events.vendor_bridge import VendorEntryAdded, VendorResolutionProposed
from notifier.domain.retry import Schedule
from notifier.handlers import handle
from tests.integration.notifier.conftest import (
    PAGES,
    delivering,
    nothing_is_owed,
    recorded,
    rows,
    stated,
    take_in,
    until,
    until_rows,
)
from tests.support.mail import MailHost
from tests.support.notifier_life import LENA, Telling
from tests.support.routing_life import MALARVIK, NETWORK, received

NETWORK_NAME = MALARVIK.party_name(NETWORK).sv


def now_telling(seed: int = 1) -> Telling:
    """Events of the last minutes: what is owed for older ones is too late."""
    life = Telling(seed=seed)
    life.at = datetime.now(UTC) - timedelta(minutes=30)
    return life


async def test_a_receipt_arrives_with_number_link_and_the_headers_of_an_automatic_mail(
    engine: AsyncEngine, host: MailHost
) -> None:
    life = now_telling()
    filed = life.filed(number="MAL-2026-000123", title="Åskan tog skrivaren")
    async with delivering(engine, host.url):
        await take_in(engine, [*life.beginning(), filed])
        await nothing_is_owed(engine)
    (mail,) = host.mails
    headers = dict(mail.headers)
    (row,) = await rows(engine, "SELECT * FROM notification")
    assert mail.subject == "Vi har fått ditt ärende MAL-2026-000123"
    assert mail.recipients == (f"{LENA}@malarvik.example",)
    assert headers["Message-ID"] == f"<{row.id}@malarvik.example>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["X-Auto-Response-Suppress"] == "All"
    assert headers["From"] == "Eskalera <eskalera@malarvik.example>"
    assert f"{PAGES}/arenden/{filed.ticket}\n" in mail.text
    assert "Åskan tog skrivaren" in mail.text
    assert "Hej Lena Lindmark!" in mail.text
    html = mail.message.get_body(preferencelist=("html",))
    assert html is not None
    assert f'href="{PAGES}/arenden/{filed.ticket}"' in html.get_content()
    assert await stated(engine) == [NotificationSent.TYPE]


async def test_n7_three_tickets_on_one_incident_make_one_mail_for_each_change(
    engine: AsyncEngine, host: MailHost
) -> None:
    life = now_telling()
    tickets = [life.filed(number=f"MAL-2026-00000{nth}") for nth in (1, 2, 3)]
    incident, opened = life.opened(tickets[0])
    links = [life.linked(incident, ticket.ticket) for ticket in tickets[1:]]
    async with delivering(engine, host.url):
        await take_in(engine, [*life.beginning(), *tickets])
        await take_in(engine, [*opened, *links, life.assigned(incident)])
        await take_in(engine, [life.resolved(incident, public_text={"sv": "Kabeln är bytt."})])
        await nothing_is_owed(engine)
    assert [mail.subject for mail in host.mails] == [
        *(f"Vi har fått ditt ärende MAL-2026-00000{nth}" for nth in (1, 2, 3)),
        f"{NETWORK_NAME} har nu ditt ärende MAL-2026-000001 och 2 till",
        "Fungerar det nu? Ditt ärende MAL-2026-000001 och 2 till är löst",
    ]
    assert "> Kabeln är bytt." in host.mails[-1].text
    assert all(f"/arenden/{ticket.ticket}\n" in host.mails[-1].text for ticket in tickets)


async def test_mails_owed_while_the_server_is_down_go_out_in_order_when_it_is_back(
    engine: AsyncEngine, host: MailHost
) -> None:
    await host.stop()
    life = now_telling()
    filed = life.filed()
    incident, opened = life.opened(filed)
    async with delivering(engine, host.url) as delivery:
        await take_in(engine, [*life.beginning(), filed, *opened, life.assigned(incident)])
        await until(lambda: delivery._failures >= 2)
        await take_in(engine, [life.resolved(incident)])
        assert await stated(engine) == []
        attempts = await rows(engine, "SELECT attempts FROM notification WHERE state = 'pending'")
        assert [row.attempts for row in attempts] == [0, 0, 0]
        await host.start()
        await nothing_is_owed(engine)
    assert [mail.subject.partition(" ")[0] for mail in host.mails] == ["Vi", NETWORK_NAME.partition(" ")[0], "Fungerar"]
    assert await stated(engine) == [NotificationSent.TYPE] * 3


async def test_a_mail_refused_for_good_is_stated_as_failed_without_the_address_and_others_go_on(
    engine: AsyncEngine, host: MailHost
) -> None:
    host.answer = lambda to: f"550 5.1.1 <{to}> unknown" if to.startswith("borta") else None
    life = now_telling()
    gone, there = life.filed(reporter="borta"), life.filed()
    async with delivering(engine, host.url):
        await take_in(engine, [*life.beginning("borta", LENA), gone, there])
        await nothing_is_owed(engine)
    assert [mail.recipients for mail in host.mails] == [(f"{LENA}@malarvik.example",)]
    said: dict[str, NotificationEvent] = {}
    for each in await recorded(engine):
        assert isinstance(each.event, NotificationEvent)
        said[each.event.person] = each.event
    assert isinstance(said["borta"], NotificationFailed)
    assert said["borta"].reason == "550 5.1.1"
    assert isinstance(said[LENA], NotificationSent)
    assert said[LENA].caused_by == there.id
    assert said[LENA].case == there.ticket


async def test_a_mail_that_the_server_puts_off_comes_again_and_holds_no_other_up(
    engine: AsyncEngine, host: MailHost
) -> None:
    host.answer = lambda to: "451 4.7.1 greylisted" if to.startswith("senare") else None
    life = now_telling()
    soon = Schedule(waits=(timedelta(milliseconds=300),))
    async with delivering(engine, host.url, soon):
        await take_in(engine, [*life.beginning("senare", LENA), life.filed(reporter="senare"), life.filed()])
        await until(lambda: len(host.mails) == 1)
        await until_rows(engine, "SELECT 1 FROM notification WHERE attempts >= 2 AND state = 'pending'")
        host.answer = lambda _to: None
        await nothing_is_owed(engine)
    assert [mail.recipients[0].partition("@")[0] for mail in host.mails] == [LENA, "senare"]
    assert await stated(engine) == [NotificationSent.TYPE] * 2


async def test_what_happened_five_days_ago_is_no_mail_any_more(engine: AsyncEngine, host: MailHost) -> None:
    life = Telling()
    life.at = datetime.now(UTC) - timedelta(days=5, hours=1)
    async with delivering(engine, host.url):
        await take_in(engine, [*life.beginning(), life.filed()])
        await nothing_is_owed(engine)
    assert host.mails == []
    assert await stated(engine) == [NotificationFailed.TYPE]


async def test_an_address_taken_away_before_the_mail_went_is_not_written_to(
    engine: AsyncEngine, host: MailHost
) -> None:
    life = now_telling()
    await take_in(engine, [*life.beginning(), life.filed()])
    await take_in(engine, [life.person(placeholder=True)])
    async with delivering(engine, host.url):
        await nothing_is_owed(engine)
    assert host.mails == []
    assert await stated(engine) == [NotificationFailed.TYPE]


async def test_two_senders_on_one_database_send_each_mail_once(engine: AsyncEngine, host: MailHost) -> None:
    life = now_telling()
    async with delivering(engine, host.url), delivering(engine, host.url):
        await take_in(engine, life.beginning())
        for _ in range(5):
            await take_in(engine, [life.filed() for _ in range(9)])
        await nothing_is_owed(engine)
    assert len(host.mails) == 45
    assert len({dict(mail.headers)["Message-ID"] for mail in host.mails}) == 45
    assert await stated(engine) == [NotificationSent.TYPE] * 45


async def test_the_mail_carries_the_trace_of_what_it_tells_and_says_so(engine: AsyncEngine, host: MailHost) -> None:
    life = now_telling()
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with engine.begin() as conn:
        messages = [received(event) for event in [*life.beginning(), life.filed()]]
        await handle(conn, [replace(message, traceparent=trace) for message in messages])
    with telemetry.recorded() as spans:
        async with delivering(engine, host.url):
            await nothing_is_owed(engine)
    assert {f"{span.context.trace_id:032x}" for span in spans if span.name == "send filed mail"} == {trace[3:35]}
    (row,) = await rows(engine, "SELECT traceparent FROM outbox")
    assert row.traceparent.startswith(trace[:35])


async def test_nothing_of_other_reporters_staff_or_vendors_is_in_a_mail(engine: AsyncEngine, host: MailHost) -> None:
    """N5: whatever the events carry beside what concerns the reader stays out."""
    life = now_telling()
    mine, other = life.filed(), life.filed(reporter="annan", title="HEMLIGT ett", description="HEMLIGT två")
    incident, opened = life.opened(mine)
    secret = {"sv": "HEMLIGT tre"}
    events = [
        *life.beginning(),
        life.person("annan", name="HEMLIGT fyra", email=None),
        *(mine, other, *opened, life.linked(incident, other.ticket)),
        life.assigned(incident, note=secret, reason=secret),
        life.asked(incident, other.ticket, text=secret),
        life.asked(incident, None, text=secret),
        life.vendor(VendorEntryAdded, incident, text=secret, private=True),
        life.vendor(VendorResolutionProposed, incident, text=secret, proposal="pr_1"),
        life.resolved(incident, proposal="pr_1"),
    ]
    async with delivering(engine, host.url):
        await take_in(engine, events)
        await nothing_is_owed(engine)
    assert len(host.mails) == 3
    for mail in host.mails:
        assert "HEMLIGT" not in mail.message.as_string()
        assert other.ticket not in mail.text


async def test_n7_what_somebody_was_told_before_is_not_told_again_for_a_ticket_that_comes_later(
    engine: AsyncEngine, host: MailHost
) -> None:
    life = now_telling()
    first, second = life.filed(), life.filed()
    incident, opened = life.opened(first)
    async with delivering(engine, host.url):
        await take_in(engine, [*life.beginning(), first, second, *opened, life.resolved(incident)])
        await nothing_is_owed(engine)
        await take_in(engine, [life.linked(incident, second.ticket)])
        await take_in(engine, [life.reopened(incident)])
        await nothing_is_owed(engine)
        assert len(host.mails) == 3
        await take_in(engine, [life.resolved(incident)])
        await nothing_is_owed(engine)
    subjects = [mail.subject.partition(" ")[0] for mail in host.mails]
    assert subjects == ["Vi", "Vi", "Fungerar", "Fungerar"]
    assert await stated(engine) == [NotificationSent.TYPE] * 4
