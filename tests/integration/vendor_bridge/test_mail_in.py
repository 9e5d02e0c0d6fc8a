"""Replies over real SMTP: kept before they are answered, read in order, each with its effect once."""

import asyncio
import smtplib
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.mime.text import MIMEText
from pathlib import Path
from typing import Any

import pytest

from contracts import ids
from contracts.directory import Connection
from contracts.events import vendor_bridge as v
from contracts.timeline import FileRef
from tests.integration.vendor_bridge.conftest import SECRET, Bridge, eventually, of_type
from tests.integration.vendor_bridge.profiles.suite import with_connection
from tests.support import mail_programs as programs
from tests.support.handoff_life import Case, directory_changed
from tests.support.mail import MailHost
from tests.support.mailbox_vendor import MAILBOX, Post, replied, reply_to, written
from vendor_bridge.mail.addresses import ReplyAddresses
from vendor_bridge.mail.gate import Limits
from vendor_bridge.mail.server import LARGEST_MAIL
from vendor_bridge.store import mail as stored

CONNECTION = Connection(name="natleverantoren-mejl", profile="email", email=MAILBOX)
EVIL = "Nils <support@natleverantoren.annan.example>"


class House:
    """A case that is the vendor's, and the mail that told it."""

    def __init__(self, bridge: Bridge, post: Post, case: Case, handoff: str) -> None:
        self.bridge, self.post, self.case, self.handoff = bridge, post, case, handoff
        (self.mail,) = post.of(handoff)
        self.address = reply_to(self.mail)

    async def send(self, message: EmailMessage | bytes, **options: Any) -> int:
        raw = message if isinstance(message, bytes) else message.as_bytes()
        return (await self.post.send(self.address, raw, **options)).code

    async def read_all(self) -> None:
        while await self.post.room.turn():
            pass

    async def mails(self) -> list[tuple[str, str | None]]:
        return [
            (row.state, row.reason) for row in await self.bridge.rows("SELECT state, reason FROM mail ORDER BY seq")
        ]

    async def added(self) -> list[str]:
        return [event.text["sv"] for event in of_type(await self.bridge.stated(), v.VendorEntryAdded)]


async def hand_over(bridge: Bridge, post: Post, case: Case) -> str:
    await bridge.take_in(*case.handed_over())

    async def there() -> list[Any]:
        offered = of_type(await bridge.stated(), v.HandoffDelivered)
        return [event for event in offered if event.incident == case.incident]

    return str((await eventually(there))[0].handoff)


@pytest.fixture
async def post(bridge: Bridge, tmp_path: Path) -> AsyncIterator[Post]:
    post = Post(bridge, MailHost(tmp_path), SECRET)
    await post.start()
    await bridge.take_in(directory_changed(with_connection(CONNECTION)))
    yield post
    await post.stop()


@pytest.fixture
async def house(bridge: Bridge, post: Post) -> House:
    bridge.start_sending()
    case = Case()
    return House(bridge, post, case, await hand_over(bridge, post, case))


@pytest.mark.parametrize("program", programs.PROGRAMS, ids=lambda each: each.__name__)
async def test_the_reply_of_each_mail_program_is_one_entry_in_its_own_words(house: House, program: Any) -> None:
    assert await house.send(program("Vi felsöker i B-huset. 🔧\n- ett\n- två", house.mail.text, house.address)) == 250
    assert await house.mails() == [("received", None)]
    await house.read_all()
    assert await house.added() == ["Vi felsöker i B-huset. 🔧\n- ett\n- två"]
    (acknowledged,) = of_type(await house.bridge.stated(), v.HandoffAcknowledged)
    (row,) = await house.bridge.rows("SELECT heads FROM handoff")
    assert {case: head.model_dump() for case, head in acknowledged.heads.items()} == row.heads


async def test_files_come_along_and_the_entry_names_those_that_do_not(house: House) -> None:
    await house.send(programs.with_files("Se bilden.", house.mail.text, house.address))
    await house.read_all()
    (text,) = await house.added()
    assert text.startswith("Se bilden.\n\n[Bifogat, men följde inte med / attached, but not taken: ")
    assert "kvitto.png (application/x-msdownload, kallas image/png" in text
    assert "winmail.dat" in text
    assert "skärm bild.png" not in text
    (added,) = of_type(await house.bridge.stated(), v.VendorEntryAdded)
    (picture,) = added.files
    assert (picture.name, picture.media_type) == ("skärm bild.png", "image/png")
    assert await house.bridge.files.content(picture)
    (row,) = await house.bridge.rows("SELECT raw FROM mail")
    assert b"winmail.dat" in bytes(row.raw)


async def test_files_that_a_full_case_has_no_room_for_are_left_out_with_the_reason(house: House) -> None:
    file = FileRef(sha256="b" * 64, name="film.pdf", media_type="application/pdf", size=100_000_000)
    case = house.case
    await house.bridge.take_in(case.entry("Film.", "reporter", case=case.tickets[0], files=(file,)))
    await house.send(programs.with_files("Se bilden.", house.mail.text, house.address))
    await house.read_all()
    (added,) = of_type(await house.bridge.stated(), v.VendorEntryAdded)
    assert added.files == ()
    assert "skärm bild.png" in added.text["sv"]
    assert "så många filer som ryms (100 MB)" in added.text["sv"]
    assert not house.bridge.kept()


async def test_of_several_files_those_come_along_for_which_there_is_room(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def brings(*names: str) -> tuple[list[str], str]:
        """Those that came along, and what is said of the others."""
        mail = written("Loggarna.", to=house.address, name=names[0])
        for name in names:
            mail.add_attachment(b"12 V\n", maintype="text", subtype="plain", filename=name)
        assert await house.send(mail) == 250
        await house.read_all()
        added = of_type(await house.bridge.stated(), v.VendorEntryAdded)[-1]
        return [file.name for file in added.files], added.text["sv"]

    file = FileRef(sha256="b" * 64, name="film.pdf", media_type="application/pdf", size=100_000_000 - 10)
    case = house.case
    await house.bridge.take_in(case.entry("Film.", "reporter", case=case.tickets[0], files=(file,)))
    taken, text = await brings("a.log", "b.log", "c.log")
    assert taken == ["a.log", "b.log"]
    assert "c.log" in text
    assert "så många filer som ryms" in text
    monkeypatch.setattr(house.bridge.vendors._applying, "_files_of_case", 100_000_100)
    monkeypatch.setitem(house.bridge.files.settings.__dict__, "files_at_once", 1)
    taken, text = await brings("d.log", "e.log")
    assert taken == ["d.log"]
    assert "e.log" in text
    assert "högst 1 filer" in text
    assert {row.way for row in await house.bridge.rows("SELECT way FROM inbound")} == {"mail"}


async def test_n2_the_same_mail_again_has_no_second_effect_however_often(house: House) -> None:
    message = written(replied(house.mail, "Vi åker nu."), to=house.address, name="one")
    for hop in range(30):
        again = f"Received: from mx{hop}.example by mx\r\n".encode() + message.as_bytes()
        assert await house.send(again) == 250
        if hop == 10:
            await house.read_all()
    await house.read_all()
    assert await house.mails() == [("applied", None)]
    assert await house.added() == ["Vi åker nu."]


async def test_n2_a_mail_that_is_read_twice_says_it_once(house: House) -> None:
    await house.send(written(replied(house.mail, "KLART: bytt"), to=house.address))
    (row,) = await house.bridge.rows(
        "SELECT m.*, false AS is_acknowledged, h.heads FROM mail m JOIN handoff h ON h.id = m.handoff"
    )
    await asyncio.gather(*(house.post.room.read(row) for _ in range(4)))
    types = await house.bridge.stated_types()
    assert types.count("vendor.resolution_proposed") == types.count("handoff.acknowledged") == 1


async def test_n3_mails_about_one_case_are_read_in_the_order_they_came(house: House) -> None:
    for number in range(8):
        await house.send(written(replied(house.mail, f"Steg {number}"), to=house.address))
    await house.read_all()
    assert await house.added() == [f"Steg {number}" for number in range(8)]


async def test_a_spoofed_sender_is_kept_apart_changes_nothing_and_can_be_released(house: House) -> None:
    before = await house.bridge.stated_types()
    message = written(replied(house.mail, "KLART: allt är bytt"), to=house.address, sender=EVIL, name="x")
    assert await house.send(message) == 250
    await house.read_all()
    assert await house.mails() == [("quarantined", "it does not come from the vendor's mailbox")]
    (line,) = await house.bridge.rows("SELECT way, message, status, reason, proven FROM refusal")
    assert (line.way, line.status, line.proven) == ("mail", 250, False)
    assert line.reason == "Taken, and held back until staff look at it: it does not come from the vendor's mailbox"
    assert await house.bridge.stated_types() == before
    async with house.bridge.engine.begin() as conn:
        (row,) = await stored.listed(conn, ["quarantined"])
        assert await stored.release(conn, row.id, "anna")
        assert not await stored.release(conn, row.id, "anna")
    await house.read_all()
    assert "vendor.resolution_proposed" in await house.bridge.stated_types()
    (row,) = await house.bridge.rows("SELECT state, handled_by FROM mail")
    assert (row.state, row.handled_by) == ("applied", "anna")


async def test_what_a_stranger_sent_first_does_not_hide_the_vendors_own_mail(house: House) -> None:
    for sender in (EVIL, f"Nils <{MAILBOX}>"):
        await house.send(written("Vi åker.", to=house.address, sender=sender, name="same"))
    await house.read_all()
    assert await house.added() == ["Vi åker."]


async def test_a_discarded_mail_stays_without_effect_until_staff_let_it_through_after_all(house: House) -> None:
    await house.send(written("KLART", to=house.address, sender=EVIL))
    async with house.bridge.engine.begin() as conn:
        (row,) = await stored.listed(conn, ["quarantined"])
        assert await stored.end(conn, row.id, "discarded", among=["quarantined"], by="anna")
    await house.read_all()
    assert [state for state, _ in await house.mails()] == ["discarded"]
    async with house.bridge.engine.begin() as conn:
        assert await stored.release(conn, row.id, "anna")
        assert not await stored.release(conn, row.id, "anna"), "once"


async def test_anybody_at_its_domain_is_the_vendor_where_the_directory_says_so(house: House) -> None:
    connection = CONNECTION.model_copy(update={"replies_from": "domain"})
    await house.bridge.take_in(directory_changed(with_connection(connection)))
    await house.send(written("Vi åker.", to=house.address, sender="nils@natleverantoren.example"))
    await house.send(written("KLART", to=house.address, sender=EVIL))
    await house.read_all()
    assert await house.added() == ["Vi åker."]


async def test_a_vendor_that_is_not_reached_by_mail_any_more_is_held_back(house: House) -> None:
    await house.bridge.take_in(directory_changed())
    await house.send(written("KLART", to=house.address))
    assert await house.mails() == [("quarantined", "the vendor is not reached by mail any more")]


async def test_what_our_own_mail_server_found_forged_is_held_back(bridge: Bridge, tmp_path: Path) -> None:
    post = Post(bridge, MailHost(tmp_path), SECRET, authserv="mx.malarvik.example")
    await post.start()
    await bridge.take_in(directory_changed(with_connection(CONNECTION)))
    bridge.start_sending()
    try:
        case = Case()
        house = House(bridge, post, case, await hand_over(bridge, post, case))
        forged = {"Authentication-Results": "mx.malarvik.example; dmarc=fail header.from=natleverantoren.example"}
        await house.send(written("KLART", to=house.address, headers=forged))
        assert await house.mails() == [("quarantined", "our mail server found the sender forged")]
    finally:
        await post.stop()


async def test_a_forged_an_old_and_a_strangers_address_are_refused_with_a_clear_word(house: House) -> None:
    replies = house.post.office.replies
    old = replies.of_handoff(house.handoff, datetime.now(UTC) - timedelta(days=402))
    theirs = ReplyAddresses.of(replies.mailbox, "another installation's secret, also long enough")
    nobodys = replies.of_handoff(ids.new("handoff"), datetime.now(UTC))
    answers = {
        old: "too old",
        theirs.of_handoff(house.handoff, datetime.now(UTC)): "not valid",
        replies.mailbox: "not valid",
        nobodys: "no such case",
        "anna@malarvik.example": "No mail is taken for that address",
        "x" * 2000 + "@malarvik.example": "",
    }
    for address, words in answers.items():
        answer = await house.post.send(address, written("KLART", to=address).as_bytes())
        assert 500 <= answer.code < 560, (address, answer)
        assert words in answer.text
    assert await house.mails() == []


async def test_n9_the_address_of_one_vendors_case_opens_it_for_that_vendor_alone(house: House) -> None:
    """A token is a hand-off's: who got hold of it and has a mailbox of another vendor is a stranger there."""
    await house.send(written("KLART", to=house.address, sender="support@plattform.example"))
    assert [state for state, _ in await house.mails()] == ["quarantined"]


@pytest.mark.parametrize(
    ("headers", "mail_from"),
    [
        ({"Auto-Submitted": "auto-replied"}, MAILBOX),
        ({"X-Auto-Response-Suppress": "All"}, MAILBOX),
        ({"Precedence": "auto_reply"}, MAILBOX),
        ({"X-Loop": "svar@leverantorer.malarvik.example"}, MAILBOX),
        ({}, ""),
    ],
)
async def test_an_absence_note_says_nothing(house: House, headers: dict[str, str], mail_from: str) -> None:
    note = written("Jag är ledig till måndag.", to=house.address, subject="Autosvar", headers=headers)
    assert await house.send(note, mail_from=mail_from) == 250
    await house.read_all()
    assert [state for state, _ in await house.mails()] == ["automatic"]
    assert await house.added() == []
    assert of_type(await house.bridge.stated(), v.HandoffAcknowledged) == []


async def test_our_own_mail_sent_back_by_some_rule_says_nothing(house: House) -> None:
    await house.send(house.mail.message.as_bytes())
    (mail,) = await house.mails()
    assert mail[0] == "automatic"


def _report(mail: Any, action: str = "failed", status: str = "5.1.1") -> bytes:
    boundary, original = "b1", f"Message-ID: {mail.message['Message-ID']}\r\nSubject: x"
    parts = (
        ("text/plain", "Adressen finns inte."),
        ("message/delivery-status", f"Reporting-MTA: dns; mx\r\n\r\nAction: {action}\r\nStatus: {status}\r\n"),
        ("text/rfc822-headers", original),
    )
    body = "".join(f"--{boundary}\r\nContent-Type: {kind}\r\n\r\n{text}\r\n" for kind, text in parts)
    head = f'Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"\r\n'
    return f"From: MAILER-DAEMON@mx.example\r\nMessage-ID: <dsn1@mx>\r\n{head}\r\n{body}--{boundary}--\r\n".encode()


async def test_a_mail_that_comes_back_is_said_of_its_delivery_and_changes_nothing_else(house: House) -> None:
    before = await house.bridge.stated_types()
    assert await house.send(_report(house.mail), mail_from="") == 250
    await house.read_all()
    assert [state for state, _ in await house.mails()] == ["bounced"]
    (row,) = await house.bridge.rows("SELECT state, last_status, last_error FROM delivery")
    assert (row.state, row.last_status, row.last_error) == ("delivered", 550, "the mail came back: 5.1.1")
    assert await house.bridge.stated_types() == before


async def test_a_report_of_delay_is_no_return(house: House) -> None:
    await house.send(_report(house.mail, action="delayed", status="4.4.1"), mail_from="")
    (row,) = await house.bridge.rows("SELECT last_error FROM delivery")
    assert row.last_error is None


async def test_a_huge_mail_is_refused_and_a_large_one_is_not(house: House) -> None:
    large = written("Vi åker.", to=house.address)
    large.add_attachment(bytes(6 * 1024 * 1024), maintype="application", subtype="octet-stream", filename="logg.bin")
    assert await house.send(large) == 250
    huge = b"From: x\r\n\r\n" + (b"x" * 98 + b"\r\n") * (LARGEST_MAIL // 100 + 100)
    assert await house.send(huge) == 552
    port = house.post.server.listening
    assert port is not None
    with pytest.raises(smtplib.SMTPSenderRefused):  # said beforehand
        await asyncio.to_thread(_sized, port, LARGEST_MAIL + 1)
    assert len(await house.mails()) == 1
    (line,) = await house.bridge.rows("SELECT way, status, proven, connection FROM refusal")
    assert tuple(line) == ("mail", 552, False, "natleverantoren-mejl")
    await house.read_all()
    (text,) = await house.added()
    assert "logg.bin (application/octet-stream, 6.0 MB)" in text


def _sized(port: int, size: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo("x")
        code, text = client.mail(MAILBOX, [f"size={size}"])
        raise smtplib.SMTPSenderRefused(code, text, MAILBOX) if code == 552 else AssertionError(code)


async def test_a_line_that_is_too_long_and_too_many_recipients_are_refused(house: House) -> None:
    assert await house.send(b"From: x\r\n\r\n" + b"x" * 5000 + b"\r\n") == 500
    assert [row.status for row in await house.bridge.rows("SELECT status FROM refusal")] == [500]
    assert (await house.post.send([house.address] * 6, b"x")).code == 452
    assert await house.mails() == []


async def test_too_many_mails_about_one_case_are_put_off(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vendor_bridge.mail.intake.MOST_AN_HOUR", 3)
    codes = [await house.send(written(f"{n}", to=house.address)) for n in range(4)]
    assert codes == [250, 250, 250, 452]


async def test_n1_without_the_database_nothing_is_said_to_be_taken(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> bool:
        raise ConnectionRefusedError

    message = written("Vi åker.", to=house.address)
    with monkeypatch.context() as patched:
        patched.setattr(stored, "add", away)
        assert await house.send(message) == 451
    assert await house.mails() == []
    assert await house.send(message) == 250


async def test_a_mail_that_cannot_be_read_waits_for_a_person_and_the_next_is_read(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.send(written("Vi åker.", to=house.address))
    with monkeypatch.context() as patched:

        def broken(*_: Any) -> None:
            raise LookupError

        patched.setattr("vendor_bridge.mail.room._read", broken)
        for _ in range(5):
            await house.read_all()
            await house.bridge.rows("UPDATE mail SET due_at = now()")
    assert await house.mails() == [("quarantined", "it could not be read: LookupError")]
    await house.send(written("Vi är framme.", to=house.address))
    await house.read_all()
    assert await house.added() == ["Vi är framme."]


async def test_n11_what_came_for_a_handoff_can_be_forgotten_and_a_repeat_is_still_known(house: House) -> None:
    mails = [written("Vi åker.", to=house.address, name="a"), written("KLART", to=house.address, sender=EVIL, name="b")]
    for mail in mails:
        await house.send(mail)
    await house.read_all()
    async with house.bridge.engine.begin() as conn:
        assert await stored.erase(conn, [house.handoff]) == 2
        assert await stored.erase(conn, [house.handoff]) == 0
    rows = await house.bridge.rows("SELECT raw, subject, sender, state FROM mail ORDER BY seq")
    assert [(row.raw, row.subject, row.sender, row.state) for row in rows] == [
        (None, "", "", "applied"),
        (None, "", "", "erased"),
    ]
    await house.send(mails[0])
    await house.read_all()
    assert len(await house.added()) == 1


async def test_what_is_old_is_forgotten_and_what_waits_for_a_person_later(house: House) -> None:
    await house.send(written("Vi åker.", to=house.address))
    await house.send(written("KLART", to=house.address, sender=EVIL))
    await house.read_all()
    for days, left in ((31, ["quarantined"]), (91, [])):
        async with house.bridge.engine.begin() as conn:
            await stored.prune(conn, datetime.now(UTC) + timedelta(days=days))
        assert [state for state, _ in await house.mails()] == left


async def test_after_the_end_a_reply_is_a_note_and_moves_nothing(house: House) -> None:
    await house.bridge.take_in(*house.case.assigned("team:samordnaren", "taken_back"))
    await house.send(written("KLART: vi hann byta kabeln", to=house.address))
    await house.read_all()
    (late,) = of_type(await house.bridge.stated(), v.VendorEntryAdded)
    assert (late.private, late.text["sv"]) == (True, "vi hann byta kabeln")


async def test_8_bit_and_addresses_with_letters_of_all_kinds_are_taken(house: House) -> None:
    mail = MIMEText("Nätet är uppe.", "plain", "utf-8")
    mail["From"], mail["Message-ID"] = f"Nils <{MAILBOX}>", "<8@x.example>"
    raw = mail.as_bytes().replace(b"base64", b"8bit").partition(b"\n\n")[0] + "\n\nNätet är uppe.\n".encode()
    assert await house.send(raw, options=["BODY=8BITMIME", "SMTPUTF8"]) == 250
    await house.read_all()
    assert await house.added() == ["Nätet är uppe."]


@pytest.fixture
async def strict(bridge: Bridge, tmp_path: Path) -> AsyncIterator[Post]:
    """A server with narrow limits."""
    limits = Limits(idle=0.5, session=1.5, connections=3, per_address=2, per_minute=5, mails=2)
    post = Post(bridge, MailHost(tmp_path), SECRET, limits=limits)
    await post.start()
    await bridge.take_in(directory_changed(with_connection(CONNECTION)))
    yield post
    await post.stop()


def _greeted(port: int) -> tuple[socket.socket, bytes]:
    line = socket.create_connection(("127.0.0.1", port), timeout=10)
    return line, line.recv(200)


def _left(line: socket.socket) -> None:
    """Takes leave, and waits until the other has let go."""
    with line:
        line.sendall(b"QUIT\r\n")
        while line.recv(200):
            pass


async def test_one_address_holds_so_many_places_and_comes_so_often_in_a_minute(strict: Post) -> None:
    port = strict.server.listening
    assert port is not None
    held = [await asyncio.to_thread(_greeted, port) for _ in range(3)]
    assert [greeting[:3] for _, greeting in held] == [b"220", b"220", b"421"]
    held.pop()[0].close()
    for line, _ in held:
        await asyncio.to_thread(_left, line)
    assert (await asyncio.to_thread(_greeted, port))[1][:3] == b"220"


@pytest.mark.parametrize("said", [b"N", b"NOOP\r\n"], ids=["idle", "busy"])
async def test_who_sends_a_little_now_and_then_loses_the_place(strict: Post, said: bytes) -> None:
    assert strict.server.listening is not None
    line, _ = await asyncio.to_thread(_greeted, strict.server.listening)

    def drip() -> float:
        began = datetime.now(UTC)
        try:
            for _ in range(100):
                line.sendall(said)
                line.settimeout(0.2)
                try:
                    if line.recv(100) == b"":
                        break
                except TimeoutError:
                    continue
        except OSError:
            pass
        return (datetime.now(UTC) - began).total_seconds()

    assert await asyncio.to_thread(drip) < 5


async def test_it_relays_nothing_and_tells_nobody_who_is_there(strict: Post) -> None:
    port = strict.server.listening
    assert port is not None

    def talk() -> list[int]:
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.ehlo("x")
            return [client.docmd(each)[0] for each in ("VRFY anna", "EXPN alla", "AUTH PLAIN AGEAYg==", "NONSENS")]

    assert all(code >= 250 and code not in (235, 250) for code in await asyncio.to_thread(talk))
