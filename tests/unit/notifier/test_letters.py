"""What mails say, and what they never carry."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.mail import UNFOLDED, BadAddress, Sender
from contracts.events.notifier import Occasion
from contracts.values import Language
from notifier import mail
from notifier.domain import letters, wording
from notifier.domain.letters import Letter
from notifier.domain.state import Notification, Person, Ticket
from tests.support.routing_life import MALARVIK, NETWORK

NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
SENDER = Sender.parse("Eskalera <eskalera@malarvik.example>")
OCCASIONS: tuple[Occasion, ...] = get_args(Occasion)
DETAILS: dict[Occasion, str] = {"decided": "yes", "stage": "shipped"}


def ticket(number: int = 1, title: str = "Kommer inte in") -> Ticket:
    return Ticket(f"tk_{number}", "malarvik", f"MAL-2026-{number:06}", title, "larare", NOW)


def person(language: Language = "sv", name: str = "Lena Lindmark") -> Person:
    return Person("malarvik", "larare", name, "lena@malarvik.example", language, placeholder=False)


def written(
    occasion: Occasion,
    *tickets: Ticket,
    to: Person | None = None,
    text: str | None = None,
    party: str | None = NETWORK,
) -> Letter:
    notification = Notification(
        "nt_1", "malarvik", "larare", occasion, "in_1", [], "ev_1", NOW, party, {"sv": text} if text else None,
        detail=DETAILS.get(occasion),
    )  # fmt: skip
    return letters.compose(notification, to or person(), tickets or (ticket(),), MALARVIK, "https://arenden.example")


def sent(letter: Letter, to: str = "lena@malarvik.example") -> EmailMessage:
    """As the reader's program sees it."""
    made = mail.build(letter, notification="nt_1", case="in_1", sender=SENDER, to=to, at=NOW)
    parsed = message_from_bytes(made.as_bytes(), policy=modern)
    assert isinstance(parsed, EmailMessage)
    return parsed


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("occasion", OCCASIONS)
def test_each_occasion_speaks_the_persons_language(occasion: Occasion) -> None:
    swedish, english = written(occasion), written(occasion, to=person("en"))
    assert swedish.subject != english.subject
    assert swedish.greeting == "Hej Lena Lindmark!"
    assert english.greeting == "Hello Lena Lindmark,"
    both: tuple[tuple[Letter, Language], ...] = ((swedish, "sv"), (english, "en"))
    for letter, language in both:
        message = sent(letter)
        assert message["Content-Language"] == language
        assert f'<html lang="{language}">' in body(message, "html")
        assert wording.CLOSINGS[occasion][language] in body(message, "plain").replace("\r\n", "\n")


def test_a_mail_links_to_each_of_the_persons_tickets_and_counts_the_others_in_the_subject() -> None:
    letter = written("resolved", ticket(1), ticket(2), ticket(3))
    assert letter.subject == "Fungerar det nu? Ditt ärende MAL-2026-000001 och 2 till är löst"
    text, html = body(sent(letter), "plain"), body(sent(letter), "html")
    for number in (1, 2, 3):
        assert f"https://arenden.example/arenden/tk_{number}\n" in text.replace("\r\n", "\n")
        assert f'href="https://arenden.example/arenden/tk_{number}"' in html


def test_a_vendor_is_named_as_the_directory_names_it_and_a_forgotten_one_by_what_it_is() -> None:
    name = MALARVIK.party_name(NETWORK).sv
    assert written("handed_over").subject == f"{name} har nu ditt ärende MAL-2026-000001"
    assert "De får hela historiken." in written("handed_over").opening, "whether it has arrived is not known yet"
    assert written("handed_over", party="vendor:borta").subject == "Leverantören har nu ditt ärende MAL-2026-000001"
    assert MALARVIK.municipality.name.sv in written("filed").footer


def test_a_question_is_quoted_line_by_line_and_its_markup_is_text() -> None:
    message = sent(written("question", text="Vilken skärm?\n<script>alert(1)</script>"))
    assert "> Vilken skärm?\n> <script>alert(1)</script>\n" in body(message, "plain").replace("\r\n", "\n")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body(message, "html")
    assert "<script>" not in body(message, "html")


def test_headers_mark_a_mail_as_automatic_and_its_id_follows_from_the_notification() -> None:
    message = sent(written("filed"))
    assert message["Message-ID"] == "<nt_1@malarvik.example>"
    assert message["References"] == "<in_1@malarvik.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["From"] == "Eskalera <eskalera@malarvik.example>"


EXPECTED_HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "References", "Auto-Submitted", "X-Auto-Response-Suppress"),
    *("Content-Language", "Content-Type", "MIME-Version"),
}


@given(st.text(), st.text(), st.text(), st.sampled_from(OCCASIONS))
def test_no_text_of_people_or_vendors_makes_a_header_or_a_line_of_ours(
    title: str, name: str, text: str, occasion: Occasion
) -> None:
    letter = written(occasion, ticket(title=title), to=person(name=name), text=text)
    assert all(part.isprintable() for part in (letter.subject, letter.greeting, letter.links[0].title))
    assert all(line.isprintable() for line in letter.quote.split("\n"))
    assert set(sent(letter).keys()) == EXPECTED_HEADERS


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x00", "\u202e"])
def test_a_line_end_in_a_title_or_name_starts_no_header(end: str) -> None:
    evil = f"Hej{end}Bcc: alla@malarvik.example"
    message = sent(written("filed", ticket(title=evil), to=person(name=evil)))
    assert set(message.keys()) == EXPECTED_HEADERS
    assert "Hej Bcc: alla@malarvik.example" in body(message, "plain")
    assert message["To"] == "lena@malarvik.example"


def test_an_address_in_a_swedish_domain_travels_in_ascii_and_one_no_server_knows_is_refused() -> None:
    assert sent(written("filed"), to="lena@mälarvik.example")["To"] == "lena@xn--mlarvik-5wa.example"
    with pytest.raises(BadAddress):
        sent(written("filed"), to="lena@" + "ä" * 80 + ".example")


def test_a_long_title_is_cut() -> None:
    (link,) = written("filed", ticket(title="x" * 1_000_000)).links
    assert len(link.title) == letters.LONGEST_TITLE
    assert link.title.endswith("…")


@pytest.mark.parametrize("wrong", ["", "Eskalera", "a@", "@b", "a@b\nBcc: c@d", "Åsa <åsa@b.example>", "a@b c"])
def test_a_sender_that_is_no_address_is_a_sentence(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"write it as|address"):
        Sender.parse(wrong)


def test_no_space_of_a_subject_is_lost_on_the_way() -> None:
    """Python 3.11 folds this one between two encoded words, whose white space readers leave out."""
    subject = "Fungerar det nu? Ditt ärende MAL-2026-000533 är löst"
    message = EmailMessage(policy=UNFOLDED)
    message["Subject"] = subject

    assert message_from_bytes(message.as_bytes(), policy=modern)["Subject"] == subject


def test_who_comes_late_reads_that_it_is_solved_and_is_asked_and_not_that_somebody_begins() -> None:
    about = Notification("nt_1", "malarvik", "larare", "resolved", "tk_1", ["tk_1"], "ev_1", NOW, solved_at=NOW)
    letter = letters.compose(about, person(), (ticket(),), MALARVIK, "https://arenden.example")
    assert letter.subject == "Vi har fått ditt ärende MAL-2026-000001. Fungerar det nu?"
    assert "är löst, så vitt vi vet, sedan 2026-10-05 kl. 10:00." in letter.opening
    assert "börjar" not in letter.opening
    assert "Fortfarande fel?" in letter.closing


def test_staff_are_led_to_the_page_of_the_desk_and_reporters_to_their_own() -> None:
    assert [link.url for link in written("reminded").links] == ["https://arenden.example/storningar/in_1"]
    assert [link.url for link in written("resolved").links] == ["https://arenden.example/arenden/tk_1"]
