"""Mails to a vendor over real SMTP: what a person reads, in which thread, sent again under the same id, never more."""

import gzip
import json
from collections.abc import AsyncIterator
from email.utils import parseaddr
from pathlib import Path

import pytest

from chassis.smtp import MailServer as Relay
from contracts.bundle import Bundle, prove
from contracts.directory import Connection
from contracts.events import vendor_bridge as v
from eskalera.mailbox import Mail
from tests.integration.vendor_bridge.conftest import SECRET, Bridge, eventually, of_type
from tests.integration.vendor_bridge.profiles.suite import with_connection
from tests.support.handoff_life import COORDINATOR, PLATFORM, WIFI, Case, directory_changed
from tests.support.mail import MailHost
from tests.support.mailbox_vendor import MAILBOX, REPLIES, Post, reply_to, written
from vendor_bridge.delivery import Watch
from vendor_bridge.domain.retry import BreakerPolicy
from vendor_bridge.mail import build, letters
from vendor_bridge.mail.office import Office
from vendor_bridge.profiles.email import EmailProfile
from vendor_bridge.store import deliveries

CONNECTION = Connection(name="natleverantoren-mejl", profile="email", email=MAILBOX)


@pytest.fixture
async def post(bridge: Bridge, tmp_path: Path) -> AsyncIterator[Post]:
    post = Post(bridge, MailHost(tmp_path), SECRET)
    await post.start()
    await bridge.take_in(directory_changed(with_connection(CONNECTION)))
    yield post
    await post.stop()


async def sent(bridge: Bridge, post: Post, count: int) -> list[Mail]:
    async def there() -> list[Mail]:
        pending = await bridge.rows("SELECT 1 FROM delivery WHERE state = 'pending'")
        return post.host.mails if len(post.host.mails) >= count and not pending else []

    return list(await eventually(there))


async def test_the_first_mail_says_whose_case_it_is_what_is_wanted_and_how_to_answer(
    bridge: Bridge, post: Post
) -> None:
    bridge.start_sending()
    case = Case()
    await bridge.take_in(*case.handed_over(note="Ring vaktmästaren först."))
    (mail,) = await sent(bridge, post, 1)
    number = next(iter(await bridge.rows("SELECT number FROM ticket"))).number
    assert mail.subject == f"Ärende {number}: Trådlöst nät – Ekbackens skola"
    assert mail.recipients == (MAILBOX,)
    assert parseaddr(str(mail.message["From"])) == ("Eskalera", "eskalera@malarvik.example")
    assert reply_to(mail).endswith("@" + REPLIES.partition("@")[2])
    assert mail.sender == reply_to(mail)  # what comes back comes to us
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert mail.text.startswith("## Svara ovanför den här raden ##\n## Reply above this line ##\n")
    for words in (
        "Mälarviks kommun lämnar över ett ärende till er.",
        "Svara på det här mejlet när ni har tagit emot ärendet",
        "hands a case over to you",
        "Hur bråttom / Urgency: 2 av 4",
        "Ingen elev kommer ut på nätet.",
        "Ring vaktmästaren först.",
        "KLART  felet är löst",
        f"Svara från {MAILBOX}",
    ):
        assert words in mail.text
    html = mail.message.get_body(("html",))
    assert html is not None
    assert "Ring vaktmästaren först." in html.get_content()


async def test_the_mails_of_a_case_are_one_thread_and_those_after_the_first_tell_what_is_new(
    bridge: Bridge, post: Post
) -> None:
    bridge.start_sending()
    case = Case()
    await bridge.take_in(*case.handed_over())
    await sent(bridge, post, 1)
    await bridge.take_in(case.entry("Nu också i aulan.", "reporter", case=case.tickets[0]))
    await sent(bridge, post, 2)
    await bridge.take_in(*case.assigned(COORDINATOR, "taken_back"))
    first, second, third = await sent(bridge, post, 3)
    root = first.message["Message-ID"]
    rows = await bridge.rows("SELECT webhook_id FROM delivery ORDER BY seq")
    assert [mail.message["Message-ID"] for mail in (first, second, third)] == [
        f"<{row.webhook_id}@malarvik.example>" for row in rows
    ]
    assert (first.message["In-Reply-To"], first.message["References"]) == (None, None)
    assert {mail.message["In-Reply-To"] for mail in (second, third)} == {root}
    assert {mail.message["References"] for mail in (second, third)} == {root}
    assert first.subject == second.subject == third.subject
    assert "Nu också i aulan." in second.text
    assert "Ingen elev kommer ut" not in second.text
    assert "Mälarviks kommun har tagit tillbaka ärendet." in third.text


async def test_two_questions_answered_at_once_are_two_mails_with_each_answer_once(bridge: Bridge, post: Post) -> None:
    bridge.start_sending()
    case = Case()
    await bridge.take_in(*case.handed_over())
    mail, *_ = await sent(bridge, post, 1)
    post.start_reading()
    for words in ("FRÅGA: Blinkar lampan?", "FRÅGA: När öppnar ni?"):
        await post.send(reply_to(mail), written(words, to=reply_to(mail)).as_bytes())
    asked = await eventually(lambda: _asked(bridge, 2))
    lamp, door = case.answer_requested(asked[0], "Ja, den blinkar."), case.answer_requested(asked[1], "Från sju.")
    await bridge.take_in(lamp, door, case.answer_recorded(lamp), case.answer_recorded(door))
    _, *answers = await sent(bridge, post, 3)
    for answer in ("Ja, den blinkar.", "Från sju."):
        assert sum(mail.text.count(answer) for mail in answers) == 1


async def _asked(bridge: Bridge, count: int) -> list[str]:
    asked = of_type(await bridge.stated(), v.VendorInformationRequested)
    return [each.question for each in asked] if len(asked) == count else []


async def test_n5_nothing_that_is_not_the_vendors_is_in_any_part_and_what_is_hidden_is_counted(
    bridge: Bridge, post: Post
) -> None:
    bridge.start_sending()
    case = Case()
    await bridge.take_in(
        *case.opened(),
        case.entry("Bara hos oss zq7", "internal", kind="note", party=COORDINATOR),
        case.entry("Till en annan zq7", f"party:{PLATFORM}", kind="note", party=COORDINATOR),
        *case.assigned(WIFI),
    )
    (mail,) = await sent(bridge, post, 1)
    everything = "".join(str(part.get_payload(decode=True)) for part in mail.message.walk()) + str(mail.message)
    assert "zq7" not in everything
    assert "pe_larare" not in everything
    assert "2 inlägg är inte till er." in mail.text


async def test_one_hidden_entry_is_one(bridge: Bridge, post: Post) -> None:
    bridge.start_sending()
    case = Case()
    internal = case.opened(), case.entry("Bara hos oss zq7", "internal", kind="note", party=COORDINATOR)
    await bridge.take_in(*internal[0], internal[1], *case.assigned(WIFI))
    (mail,) = await sent(bridge, post, 1)
    assert "Ett inlägg är inte till er. Det räknas här" in mail.text
    assert "One entry is not for you. It is counted here" in mail.text


@pytest.mark.parametrize(
    "text",
    [
        "Hej\r\nBcc: alla@skola.example\r\n\r\nfel",
        "Hej\nSubject: annat\n.\nMAIL FROM:<x@y>",
        "\x07\x1b[31mröd\u2028ny rad\u202ebakvänt",
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "{{ 7*7 }}{% raise %}",
        "From here on",
    ],
)
async def test_nothing_that_somebody_writes_becomes_a_header_a_command_or_a_script(
    bridge: Bridge, post: Post, text: str
) -> None:
    bridge.start_sending()
    case = Case()
    opened = case.filed(title=text, text=text)
    await bridge.take_in(*opened, *case.opened_for(case.tickets[0], opened[0]), *case.assigned(WIFI, note=text))
    (mail,) = await sent(bridge, post, 1)
    assert mail.recipients == (MAILBOX,)
    assert (mail.message["Bcc"], len(mail.message.get_all("Subject", []))) == (None, 1)
    assert mail.message.defects == []
    html = mail.message.get_body(("html",))
    assert html is not None
    assert "<script" not in html.get_content()
    assert "<img" not in html.get_content()
    assert "49" not in html.get_content().partition("7*7")[0][-4:]


async def test_a_mailbox_with_letters_of_all_kinds_or_none_that_can_be_written_to(bridge: Bridge, post: Post) -> None:
    bridge.start_sending()
    for address, reached in (("support@nätleverantören.example", True), ("support@" + "å" * 80 + ".example", False)):
        connection = CONNECTION.model_copy(update={"email": address})
        await bridge.take_in(directory_changed(with_connection(connection)))
        await bridge.take_in(*Case().handed_over())
        if reached:
            (mail,) = await sent(bridge, post, 1)
            assert mail.recipients[0].startswith("support@xn--ntleverant")
        else:

            async def in_trouble() -> list[str]:
                rows = await bridge.rows("SELECT detail FROM connection_health WHERE trouble = 'misconfigured'")
                return [row.detail for row in rows]

            assert await eventually(in_trouble) == ["the connection's mailbox is no address"]
    assert len(post.host.mails) == 1


@pytest.mark.parametrize(
    ("refusal", "status"),
    [("450 4.2.0 come again", 450), ("550 5.1.1 nobody of that name", 550), ("452 4.2.2 full", 452)],
)
async def test_a_refusal_is_tried_again_and_then_the_same_mail_goes(
    bridge: Bridge, post: Post, refusal: str, status: int
) -> None:
    post.host.answer = lambda _recipient: refusal
    bridge.start_sending(breaker=BreakerPolicy(failures=100))
    await bridge.take_in(*Case().handed_over())

    async def tried() -> list[tuple[int, str]]:
        rows = await bridge.rows("SELECT last_status, last_error FROM delivery WHERE attempts >= 2")
        return [(row.last_status, row.last_error) for row in rows]

    ((found, error),) = await eventually(tried)
    assert found == status
    assert refusal[:9] in error
    assert "come again" not in error  # the codes alone
    assert await bridge.rows("SELECT 1 FROM connection_health WHERE trouble = 'disabled'") == []
    post.host.answer = lambda _recipient: None
    (mail,) = await sent(bridge, post, 1)
    (row,) = await bridge.rows("SELECT webhook_id FROM delivery")
    assert mail.message["Message-ID"] == f"<{row.webhook_id}@malarvik.example>"


async def test_n2_a_mail_that_is_sent_twice_is_the_same_to_the_last_byte(bridge: Bridge, post: Post) -> None:
    case = Case()
    await bridge.take_in(*case.handed_over())
    await bridge.rows("UPDATE delivery SET due_at = now()")
    sender = bridge.sender()
    async with bridge.engine.begin() as conn:
        (claimed,) = await deliveries.claim(conn, 1, limit=1, each=1, busy={})
    prepared = await bridge.outbound.prepare(claimed)
    assert prepared is not None
    letter, way = prepared
    assert way is not None
    for _ in range(2):
        await bridge.profiles["email"].deliver(way, letter)
    await sender.send(claimed)
    assert len({mail.message["Message-ID"] for mail in post.host.mails}) == 1
    bodies = [
        [part.get_payload() for part in mail.message.walk() if not part.is_multipart()] for mail in post.host.mails
    ]
    assert bodies[0] == bodies[1] == bodies[2]
    assert len(of_type(await bridge.stated(), v.HandoffDelivered)) == 1


async def test_n8_a_vendor_whose_mailbox_takes_nothing_loses_the_case_in_the_end(bridge: Bridge, post: Post) -> None:
    post.host.answer = lambda _recipient: "550 5.1.1 nobody"
    bridge.start_sending()
    await bridge.take_in(*Case().handed_over())

    async def tried() -> bool:
        return bool(await bridge.rows("SELECT 1 FROM delivery WHERE attempts >= 1"))

    await eventually(tried)
    await bridge.rows("UPDATE delivery SET first_failed_at = now() - interval '92 hours'")
    await Watch(bridge.engine, bridge.outbound).look()
    assert len(of_type(await bridge.stated(), v.HandoffFailed)) == 1


async def test_an_installation_that_sends_no_mail_says_so(bridge: Bridge) -> None:
    bridge.profiles["email"] = EmailProfile(bridge.engine, bridge.directories, None, bridge.files)
    await bridge.take_in(directory_changed(with_connection(CONNECTION)))
    bridge.start_sending()
    await bridge.take_in(*Case().handed_over())

    async def detail() -> list[str]:
        return [row.detail for row in await bridge.rows("SELECT detail FROM connection_health")]

    assert "SMTP_URL" in (await eventually(detail))[0]
    (row,) = await bridge.rows("SELECT attempts FROM delivery")
    assert row.attempts == 0


async def test_a_mail_server_that_is_away_or_does_not_want_us_is_said(bridge: Bridge, post: Post) -> None:
    await post.host.stop()
    office = Office(Relay.parse(f"smtp+starttls://127.0.0.1:{post.host.port}"), post.office.sender, post.office.replies)
    bridge.start_sending()
    await bridge.take_in(*Case().handed_over())

    async def away() -> list[str]:
        return [row.last_error for row in await bridge.rows("SELECT last_error FROM delivery WHERE attempts > 0")]

    assert (await eventually(away))[0].startswith("the mail server is away")
    bridge.profiles["email"] = EmailProfile(bridge.engine, bridge.directories, office, bridge.files)
    await bridge.stop()
    await post.host.start()
    bridge.start_sending()

    async def unwanted() -> list[str]:
        rows = await bridge.rows("SELECT detail FROM connection_health WHERE trouble = 'misconfigured'")
        return [row.detail for row in rows]

    assert (await eventually(unwanted))[0].startswith("the mail server does not want us")


async def test_a_long_story_shows_the_newest_first_and_the_whole_is_attached(bridge: Bridge, post: Post) -> None:
    case = Case()
    opened = case.opened()
    entries = [case.entry(f"rad {n:03}", "reporter", case=case.tickets[0]) for n in range(60)]
    await bridge.take_in(*opened, *entries, *case.assigned(WIFI))
    bridge.start_sending()
    (mail,) = await sent(bridge, post, 1)
    story, bundle = mail.message.iter_attachments()
    assert (story.get_filename(), bundle.get_filename()) == ("arendet.txt", "arendet.json")
    assert mail.text.index("rad 059") < mail.text.index("rad 050")
    assert "rad 010" not in mail.text
    assert f"{62 - letters.SHOWN} äldre inlägg finns i bilagan arendet.txt." in mail.text
    whole = story.get_content()
    places = [whole.index(f"rad {n:03}") for n in range(60)]
    assert places == sorted(places)
    assert prove(Bundle.model_validate(json.loads(bundle.get_content()))) == []


async def test_a_bundle_too_large_for_a_webhook_comes_along_whole_and_packed_if_need_be(
    bridge: Bridge, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "LARGEST_PLAIN", 200_000)
    case = Case()
    opened = case.opened()
    entries = [case.entry(f"{n:03} " + "å" * 4_500, "reporter", case=case.tickets[0]) for n in range(60)]
    await bridge.take_in(*opened, *entries, *case.assigned(WIFI))
    bridge.start_sending()
    (mail,) = await sent(bridge, post, 1)
    (row,) = await bridge.rows("SELECT bundle FROM delivery")
    assert row.bundle is not None
    _, bundle = mail.message.iter_attachments()
    assert bundle.get_filename() == "arendet.json.gz"
    unpacked = Bundle.model_validate(json.loads(gzip.decompress(bundle.get_content())))
    assert prove(unpacked) == []
    assert sum(len(chain.entries) for chain in unpacked.chains) == 62
    assert "hela texten finns i bilagan arendet.txt" in mail.text
