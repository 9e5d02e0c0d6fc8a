"""Replies as mail programs write them: what they put around the words, and how they encode it.

Each is made of the words and of the mail that is answered (its text and its reply address).
"""

from collections.abc import Callable
from email.mime.application import MIMEApplication
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import make_msgid
from html import escape

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100"
    "c9fe92ef0000000049454e44ae426082"
)
SIGNATURE_SV = "Med vänlig hälsning\n\nNils Nätman\nTekniker, Nätleverantören AB\nTel 0123-45 67 89"
SIGNATURE_EN = "Best regards\n\nNils Nätman\nTechnician"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def gmail_sv(words: str, answered: str, address: str) -> bytes:
    """Breaks the line that introduces the quote, as Gmail does with a long address."""
    text = f"{words}\n\nDen mån 30 nov. 2026 kl 10:15 skrev Eskalera <\n{address}>:\n\n{_quoted(answered)}\n"
    intro = f"Den mån 30 nov. 2026 kl 10:15 skrev Eskalera &lt;<a href='mailto:{address}'>{address}</a>&gt;:<br>"
    html = (
        f'<div dir="ltr">{_lines(words)}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{intro}'
        f'</div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{_lines(answered)}</blockquote></div>'
    )
    return _alternative(text, html)


def gmail_en(words: str, answered: str, address: str) -> bytes:
    text = f"{words}\n\nOn Mon, Nov 30, 2026 at 10:15 AM Eskalera <{address}> wrote:\n\n{_quoted(answered)}\n"
    return _alternative(text, f"<div>{_lines(words)}</div>")


def outlook_sv(words: str, answered: str, address: str) -> bytes:
    """Plain text as Outlook makes it of its own HTML: the quote is not marked."""
    header = f"Från: Eskalera <{address}>\nSkickat: den 30 november 2026 10:15\nTill: support\nÄmne: Ärende"
    return _alternative(f"{words}\n\n{SIGNATURE_SV}\n\n{header}\n\n{answered}\n", None)


def outlook_en(words: str, answered: str, address: str) -> bytes:
    header = f"From: Eskalera <{address}>\nSent: Monday, November 30, 2026 10:15 AM\nTo: support\nSubject: Case"
    return _alternative(f"{words}\n\n{SIGNATURE_EN}\n\n{'_' * 32}\n{header}\n\n{answered}\n", None)


def outlook_html_only(words: str, answered: str, address: str) -> bytes:
    html = (
        "<html><head><style>p.MsoNormal{margin:0cm}</style><script>alert('x')</script></head><body>"
        "<div class=WordSection1>"
        f"<p class=MsoNormal>{_lines(words)}<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class=MsoNormal>'
        f"<b>Från:</b> Eskalera &lt;{address}&gt; <br><b>Skickat:</b> den 30 november 2026 10:15<br>"
        f"<b>Till:</b> support<br><b>Ämne:</b> Ärende</p></div><p class=MsoNormal>{_lines(answered)}</p></div>"
        "</body></html>"
    )
    return _with_headers(MIMEText(html, "html", "utf-8"))


def apple_mail(words: str, answered: str, address: str) -> bytes:
    text = f"{words}\n\n> 30 nov. 2026 kl. 10:15 skrev Eskalera <{address}>:\n> \n{_quoted(answered)}\n\n"
    return _alternative(text, None)


def iphone(words: str, answered: str, address: str) -> bytes:
    text = f"{words}\n\nSkickat från min iPhone\n\n> 30 nov. 2026 kl. 10:15 skrev Eskalera <{address}>:\n> \n"
    return _alternative(f"{text}{_quoted(answered)}\n", None)


def below_the_quote(words: str, answered: str, address: str) -> bytes:
    text = f"Den mån 30 nov. 2026 kl 10:15 skrev Eskalera <{address}>:\n\n{_quoted(answered)}\n\n{words}\n"
    return _with_headers(MIMEText(text, "plain", "utf-8"))


def with_files(words: str, answered: str, address: str) -> bytes:
    """A picture inside the text (a signature's), a picture, a program that calls itself a picture, Outlook's own."""
    mail = MIMEMultipart("mixed")
    related = MIMEMultipart("related")
    related.attach(MIMEText(f"{words}\n\n{_quoted(answered)}", "plain", "utf-8"))
    logo = MIMEImage(PNG, "png", name="image001.png")
    logo["Content-ID"], logo["Content-Disposition"] = "<image001.png@01DB>", 'inline; filename="image001.png"'
    related.attach(logo)
    mail.attach(related)
    for name, kind, content in (
        ("skärm bild.png", "png", PNG),
        ("..\\..\\kvitto.png", "png", b"MZ" + bytes(200)),
    ):
        image = MIMEImage(content, kind)
        image.add_header("Content-Disposition", "attachment", filename=name)
        mail.attach(image)
    tnef = MIMEApplication(b"\x78\x9f\x3e\x22" + bytes(60), "ms-tnef")
    tnef.add_header("Content-Disposition", "attachment", filename="winmail.dat")
    mail.attach(tnef)
    return _with_headers(mail)


PROGRAMS: tuple[Callable[[str, str, str], bytes], ...] = (
    gmail_sv,
    gmail_en,
    outlook_sv,
    outlook_en,
    outlook_html_only,
    apple_mail,
    iphone,
    below_the_quote,
)


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _alternative(text: str, html: str | None) -> bytes:
    mail = MIMEMultipart("alternative")
    mail.attach(MIMEText(text, "plain", "utf-8"))
    if html is not None:
        mail.attach(MIMEText(html, "html", "utf-8"))
    return _with_headers(mail)


def _with_headers(mail: MIMEMultipart | MIMEText) -> bytes:
    mail["From"], mail["Subject"] = "Nils <support@natleverantoren.example>", "Sv: Ärende"
    mail["Message-ID"] = make_msgid(domain="mail.example")
    return mail.as_bytes()
