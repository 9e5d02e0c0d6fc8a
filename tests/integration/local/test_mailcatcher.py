import json
import smtplib
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from eskalera.children import running
from eskalera.mailbox import KEPT, Mailbox
from eskalera.parts import PythonProgram
from eskalera.ports import free_port


@dataclass
class Catcher:
    page: str
    smtp_port: int

    def send(self, subject: str, to: str, text: str = "Hej") -> None:
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = subject, "Eskalera <noreply@example.org>", to
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.smtp_port) as smtp:
            smtp.send_message(mail)

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.page + path) as answer:
            return str(answer.read(), "utf-8")

    def messages(self, query: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.get(f"/api/messages{query}"))
        return found


@pytest.fixture(scope="module")
def catcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catcher]:
    folder: Path = tmp_path_factory.mktemp("catcher")
    page, smtp = free_port(), free_port()
    program = PythonProgram(
        "mail-catcher",
        "eskalera.mailcatcher",
        ready_url=f"http://127.0.0.1:{page}/readyz",
        arguments=("--port", str(page), "--smtp-port", str(smtp), "--file", str(folder / "mails.sqlite")),
    )
    with running(program, folder / "log"):
        yield Catcher(f"http://127.0.0.1:{page}", smtp)


def test_a_mail_is_shown_with_headers_and_text_newest_first(catcher: Catcher) -> None:
    catcher.send("Första", "anna@example.org")
    catcher.send("Wifi på Ekbacken", "bo@example.org", "Nätet är nere i sal A12.")
    newest, older = catcher.messages()[:2]
    assert (newest["subject"], older["subject"]) == ("Wifi på Ekbacken", "Första")
    assert newest["recipients"] == ["bo@example.org"]
    assert newest["text"] == "Nätet är nere i sal A12.\n"
    assert ["Auto-Submitted", "auto-generated"] in newest["headers"]
    assert "Wifi på Ekbacken" in catcher.get("/")
    shown = catcher.get(f"/messages/{newest['id']}")
    assert "Nätet är nere i sal A12." in shown
    assert "Auto-Submitted" in shown


def test_mails_are_found_by_their_whole_recipient(catcher: Catcher) -> None:
    catcher.send("Till Cilla", "cilla@example.org")
    assert [mail["subject"] for mail in catcher.messages("?to=cilla@example.org")] == ["Till Cilla"]
    assert catcher.messages("?to=illa@example.org") == []


def test_a_mail_with_markup_is_text_on_the_page(catcher: Catcher) -> None:
    catcher.send("<script>alert(1)</script>", "eva@example.org", "<img src=x onerror=alert(2)>")
    (mail,) = catcher.messages("?to=eva@example.org")
    assert "<script>" not in catcher.get("/")
    assert "<img" not in catcher.get(f"/messages/{mail['id']}")


def test_an_unknown_mail_is_404(catcher: Catcher) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        catcher.get("/messages/999999")


def test_only_the_last_thousand_are_kept(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "mails.sqlite")
    for number in range(KEPT + 2):
        mailbox.add("a@example.org", ["b@example.org"], f"Subject: {number}\r\n\r\n".encode())
    kept = mailbox.newest(limit=KEPT + 10)
    assert len(kept) == KEPT
    assert (kept[0].subject, kept[-1].subject) == (str(KEPT + 1), "2")
