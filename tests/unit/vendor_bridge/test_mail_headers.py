"""What the headers of a mail say of who sent it."""

from email import message_from_string
from email.message import Message

import pytest

from contracts.directory import Connection
from vendor_bridge.mail import headers
from vendor_bridge.mail.headers import Ours

OURS = Ours("eskalera@malarvik.example", "malarvik.example", "svar@leverantorer.example")
MESSAGE = "msg_" + "0" * 32


def of(**named: str) -> Message:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in named.items()]
    return message_from_string("\n".join([*lines, "", "text"]))


@pytest.mark.parametrize(
    "message",
    [
        of(Auto_Submitted="auto-replied"),
        of(Auto_Submitted="auto-generated (absence)"),
        of(X_Auto_Response_Suppress="All"),
        of(X_Autoreply="yes"),
        of(Precedence="bulk"),
        of(Subject="Automatiskt svar: Wifi nere"),
        of(Subject="=?utf-8?q?Fr=C3=A5nvaro=3A_Wifi_nere?="),
        of(Subject="Automatic reply: Wifi nere"),
        of(Subject="Out of office: Wifi nere"),
        of(Precedence="AUTO_REPLY"),
        of(Message_ID=f"<{MESSAGE}@malarvik.example>"),
        of(Resent_Message_ID=f"<{MESSAGE}@malarvik.example>"),
        of(X_Loop="svar@leverantorer.example"),
        of(From="Eskalera <Eskalera@malarvik.example>"),
        message_from_string("Received: from a by b\n" * 51 + "\ntext"),
    ],
)
def test_what_no_person_sent_is_recognised(message: Message) -> None:
    assert headers.automatic(message, "x@vendor.example", OURS)


@pytest.mark.parametrize("subject", ["SV: Automatiskt svar: Wifi nere", "Automatiskt svar saknas", "Auto: larm"])
def test_a_subject_that_only_looks_like_it_is_a_persons(subject: str) -> None:
    assert headers.automatic(of(Subject=subject), "x@vendor.example", OURS) is None


def test_a_mail_of_a_person_is_not() -> None:
    person = of(
        Auto_Submitted="no",
        From="x@vendor.example",
        Message_ID="<1@vendor.example>",
        References=f"<{MESSAGE}@malarvik.example>",
    )
    assert headers.automatic(person, "x@vendor.example", OURS) is None
    assert headers.automatic(person, "", OURS) == "it has no sender that could be answered"


@pytest.mark.parametrize(
    ("line", "sender"),
    [
        ("Nils <Support@Vendor.example>", "support@vendor.example"),
        ('"support@vendor.example" <evil@annan.example>', "evil@annan.example"),
        ("=?utf-8?q?support=40vendor=2Eexample?= <evil@annan.example>", "evil@annan.example"),
        ("support@vendor.example, evil@annan.example", ""),
        ("nobody", ""),
        ("", ""),
    ],
)
def test_the_sender_is_the_address_and_never_its_name(line: str, sender: str) -> None:
    assert headers.sender_of(of(From=line)) == sender


def test_two_from_lines_are_nobodys() -> None:
    assert headers.sender_of(message_from_string("From: a@vendor.example\nFrom: b@vendor.example\n\n")) == ""


def test_the_mailbox_counts_and_its_domain_only_where_the_directory_says_so() -> None:
    mailbox = Connection(name="v", profile="email", email="Support@Vendor.example")
    domain = mailbox.model_copy(update={"replies_from": "domain"})
    assert headers.is_from(mailbox, "support@vendor.example")
    assert not headers.is_from(mailbox, "nils@vendor.example")
    assert headers.is_from(domain, "nils@vendor.example")
    for other in ("nils@annan.example", "nils@evilvendor.example", "nils@vendor.example.evil.example", ""):
        assert not headers.is_from(domain, other)


def test_what_the_own_mail_server_found_forged_is_believed_and_nobody_elses_word() -> None:
    failed = "mx.malarvik.example; spf=pass; dmarc=fail (p=reject) header.from=vendor.example"
    assert headers.failed_at(of(Authentication_Results=failed), "mx.malarvik.example")
    assert not headers.failed_at(of(Authentication_Results=failed.replace("fail", "pass")), "mx.malarvik.example")
    assert not headers.failed_at(of(Authentication_Results=failed), "mx.annan.example")
    assert not headers.failed_at(of(Authentication_Results=failed), None)
    assert not headers.failed_at(of(), "mx.malarvik.example")


def test_a_mail_without_an_id_is_known_by_what_it_says_whatever_way_it_came() -> None:
    first = headers.name_of(of(From="a", Subject="b"), b"From: a\r\nSubject: b\r\n\r\ntext")
    again = headers.name_of(of(From="a", Subject="b"), b"Received: x\r\nFrom: a\r\nSubject: b\r\n\r\ntext")
    other = headers.name_of(of(From="a", Subject="b"), b"From: a\r\nSubject: b\r\n\r\nother")
    assert first == again != other
    assert first.startswith("sha256:")
    assert headers.name_of(of(Message_ID="<1@x.example>"), b"") == "<1@x.example>"
    assert headers.name_of(of(Message_ID="<" + "x" * 500 + ">"), b"").startswith("sha256:")


@pytest.mark.parametrize("subject", ["=?x-unknown?q?a?=", "=?utf-8?b?!!!?=", "\udcff", "=?utf-8?q?=00?="])
def test_a_subject_that_makes_no_sense_breaks_nothing(subject: str) -> None:
    text = headers.text_of(of(Subject=subject), "Subject")
    text.encode()
    assert "\x00" not in text
