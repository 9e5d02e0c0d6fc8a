"""What a person wrote in a reply, of all that its mail program put around it."""

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import mail_programs as programs
from vendor_bridge.mail.parse import content_of
from vendor_bridge.mail.quotes import own_words
from vendor_bridge.mail.room import about_files

ADDRESS = "svar+bnwkxk5lvov2xk5lvov2xk5lvov2xqq6fwddvdvu7thgwlxv@leverantorer.malarvik.example"
ANSWERED = """## Svara ovanför den här raden ##
## Reply above this line ##

Mälarviks kommun lämnar över ett ärende till er.

Vad som har hänt / What has happened

2026-11-30 10:10 · Den som rapporterade
Wifi nere

  KLART  felet är löst
--
Svara från support@natleverantoren.example"""
WORDS = "Hej,\n\nFRÅGA: Kommer vi in före sju?\n- grinden\n- dörren\n\nTack, då åker vi. 🙂"


def own(raw: bytes) -> str:
    return own_words(content_of(raw).text)


@pytest.mark.parametrize("program", programs.PROGRAMS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("answered", [ANSWERED, ANSWERED.partition("\n\n")[2]], ids=["our line kept", "our line lost"])
def test_only_the_own_words_are_left(program: Callable[[str, str, str], bytes], answered: str) -> None:
    assert own(program(WORDS, answered, ADDRESS)) == WORDS


def test_bullets_thanks_and_lines_with_colons_are_words_and_no_signature() -> None:
    words = "Varning: switchen är varm.\nDatum: 3 dec\nTill: B-huset\n- byt fläkten\n/var är full\nThanks, we look."
    assert own(programs.gmail_sv(words, ANSWERED, ADDRESS)) == words


def test_words_that_look_like_a_header_far_above_the_quote_stay() -> None:
    words = "Från: skåp 3\nTill: skåp 4\n" + "\n".join(f"rad {n}" for n in range(20))
    assert own(programs.outlook_sv(words, ANSWERED, ADDRESS)) == words


def test_what_is_written_between_the_quoted_lines_stays() -> None:
    text = "> ## Svara ovanför den här raden ##\n> Wifi nere\nDet är bytt nu.\n> igen?\nJa.\n"
    assert own_words(text) == "Det är bytt nu.\nJa."


def test_a_quote_at_the_end_is_cut_also_where_nothing_introduces_it() -> None:
    assert own_words("Vi kommer kl 15.\n\n> gammalt citat A\n>\n>> äldre") == "Vi kommer kl 15."
    assert own_words("Vi kommer kl 15.\n\n> gammalt citat A\n\nMvh Nils") == "Vi kommer kl 15."
    assert own_words("> Kommer ni?\nJa, kl 15.") == "> Kommer ni?\nJa, kl 15."  # whose answer it is, is told by it
    assert own_words("> gammalt citat A") == ""


def test_a_reply_without_words_has_none() -> None:
    assert own(programs.gmail_sv("", ANSWERED, ADDRESS)) == ""


def test_a_signature_alone_is_not_cut_to_nothing() -> None:
    assert own_words("Mvh Nils") == "Mvh Nils"


def test_the_text_of_html_has_no_script_and_no_style() -> None:
    text = own(programs.outlook_html_only("Vi kommer <b>nu</b>", ANSWERED, ADDRESS))
    assert text == "Vi kommer <b>nu</b>"  # escaped by the program: it is text
    html = "<p>Bytt.</p><script>alert(1)</script><style>p{}</style><img src=x onerror=alert(1)><p>Provat.</p>"
    assert own(_mail(html, "html")).split() == ["Bytt.", "Provat."]


def test_files_are_named_with_what_they_are_and_a_signatures_picture_is_not() -> None:
    content = content_of(programs.with_files("Se bilden.", ANSWERED, ADDRESS))
    assert own_words(content.text) == "Se bilden."
    named = [(file.name, file.kind, file.is_disguised) for file in content.files]
    assert named == [
        ("skärm bild.png", "image/png", False),
        ("kvitto.png", "application/x-msdownload", True),
        ("winmail.dat", None, False),
    ]
    told = about_files(content)
    assert "skärm bild.png (image/png" in told
    assert "kvitto.png (application/x-msdownload, kallas image/png" in told


def test_many_files_are_counted() -> None:
    mail = EmailMessage()
    mail.set_content("Bilder.")
    for number in range(25):
        mail.add_attachment(b"x", maintype="application", subtype="octet-stream", filename=f"{number}.bin")
    assert about_files(content_of(mail.as_bytes())).endswith("19.bin (application/octet-stream, 1 byte), +5]")


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        ("Nätet är åter uppe".encode("latin-1"), "iso-8859-1"),
        ("Nätet är åter uppe".encode(), "iso-8859-1"),  # wrong charset
        ("Nätet är åter uppe".encode("cp1252"), "utf-8"),  # wrong the other way
        ("Nätet är åter uppe".encode(), "us-ascii"),  # 8-bit
        ("Nätet är åter uppe".encode("cp1252"), "x-okänd"),
        ("Nätet är åter uppe".encode("utf-16"), "utf-16"),
    ],
)
def test_a_wrong_charset_loses_no_letter(body: bytes, charset: str) -> None:
    raw = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n".encode() + body
    if charset == "utf-16":
        import base64

        raw = b"Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\n" + base64.b64encode(
            body
        )
    assert content_of(raw).text == "Nätet är åter uppe"


def test_nul_half_characters_and_marks_that_nobody_sees_are_gone_and_emoji_stay() -> None:
    text = content_of(_mail("Bytt\x00 klart\u202e\u200b 👩🏽‍🔧\r\n\r\n\r\n\r\nslut\x07", "plain")).text
    assert text == "Bytt klart 👩🏽‍🔧\n\nslut"


def test_broken_mime_is_read_as_far_as_it_goes_and_said() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nVi kommer.\n--y--"
    assert "Vi kommer." in content_of(raw).text
    assert content_of(b"Content-Type: multipart/mixed\n\nVi kommer.").text in ("Vi kommer.", "")


def test_parts_in_parts_without_end_are_not_followed() -> None:
    raw = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    content_of(raw + b"Content-Type: text/plain\n\nslut")


def test_a_mail_inside_the_mail_is_a_file() -> None:
    mail = EmailMessage()
    mail.set_content("Se deras svar.")
    inner = EmailMessage()
    inner.set_content("Hemligt")
    mail.add_attachment(inner)
    content = content_of(mail.as_bytes())
    assert content.text == "Se deras svar."
    assert [file.called for file in content.files] == ["message/rfc822"]


@pytest.mark.parametrize(
    "line",
    ["Den " + "a skrev " * 20_000, "2026/11/11 " + "a <a@" * 20_000, " " * 100_000, "On a " * 20_000, "> " * 50_000],
    ids=["den", "date", "blank", "on", "marks"],
)
@pytest.mark.timeout(20)
def test_a_line_made_to_be_slow_is_not(line: str) -> None:
    own_words(f"Hej\n{line}\nslut")
    own_words("\n".join([line[:150]] * 500))


@given(st.binary(max_size=600))
@settings(max_examples=300, deadline=None)
def test_no_bytes_break_it(raw: bytes) -> None:
    for head in (b"", b"Content-Type: multipart/mixed; boundary=x\n\n--x\n", b"Content-Type: text/html\n\n"):
        text = own(head + raw)
        text.encode()
        assert "\x00" not in text


def _mail(text: str, kind: str) -> bytes:
    return f"Content-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}".encode()
