"""The mails that the catcher keeps: the last 1,000, in one SQLite file."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path

KEPT = 1_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS mail (
    id INTEGER PRIMARY KEY AUTOINCREMENT, received_at TEXT NOT NULL,
    sender TEXT NOT NULL, recipients TEXT NOT NULL, raw BLOB NOT NULL
)
"""


@dataclass(frozen=True)
class Mail:
    """One mail as it came over SMTP; `sender` and `recipients` are the envelope's."""

    id: int
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message.get("Subject", ""))

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def text(self) -> str:
        """The plain text; the HTML's source where there is none."""
        part = self.message.get_body(preferencelist=("plain", "html"))
        return "" if part is None else str(part.get_content()).replace("\r\n", "\n")


class Mailbox:
    """Newest first; safe to use from several threads (a connection per call)."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with self._open() as connection:
            connection.execute(_SCHEMA)

    def add(self, sender: str, recipients: list[str], raw: bytes) -> None:
        with self._open() as connection:
            connection.execute(
                "INSERT INTO mail (received_at, sender, recipients, raw) VALUES (?, ?, ?, ?)",
                (datetime.now(UTC).isoformat(), sender, "\n".join(recipients), raw),
            )
            connection.execute("DELETE FROM mail WHERE id <= (SELECT max(id) FROM mail) - ?", (KEPT,))

    def newest(self, *, to: str | None = None, limit: int = 200) -> list[Mail]:
        """The newest mails; `to` picks those with this envelope recipient."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT * FROM mail WHERE ?1 IS NULL OR instr(char(10) || recipients || char(10),"
                " char(10) || ?1 || char(10)) > 0 ORDER BY id DESC LIMIT ?2",
                (to, limit),
            ).fetchall()
        return [_mail(row) for row in rows]

    def get(self, mail_id: int) -> Mail | None:
        with self._open() as connection:
            row = connection.execute("SELECT * FROM mail WHERE id = ?", (mail_id,)).fetchone()
        return None if row is None else _mail(row)

    def clear(self) -> None:
        with self._open() as connection:
            connection.execute("DELETE FROM mail")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file)) as connection, connection:
            yield connection


def _mail(row: tuple[int, str, str, str, bytes]) -> Mail:
    mail_id, received_at, sender, recipients, raw = row
    return Mail(
        mail_id,
        datetime.fromisoformat(received_at),
        sender,
        tuple(recipients.split("\n")),
        message_from_bytes(raw, policy=modern),
    )
