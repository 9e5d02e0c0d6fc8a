"""What lies outside of Eskalera afterwards: the demo vendor's own book, and the mails that were caught.

Both are read from their files: the programs' pages show the newest only.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default as modern
from pathlib import Path
from typing import Any

from eskalera.mailbox import KEPT


@dataclass(frozen=True)
class VendorsBook:
    """The demo vendor's database."""

    file: Path

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=10)) as db:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute(query, values)]

    def waiting(self) -> int:
        """Its own messages that the bridge has not taken yet."""
        (row,) = self.rows("SELECT count(*) AS waiting FROM sent WHERE state = 'waiting'")
        return int(row["waiting"])

    def handoffs(self, limit: int) -> list[str]:
        """Those it heard of last."""
        query = "SELECT handoff FROM vendor_case ORDER BY changed_at DESC LIMIT ?"
        return [row["handoff"] for row in self.rows(query, limit)]

    def cases(self) -> list[dict[str, Any]]:
        loaded = ("heads", "acknowledged", "problems")
        rows = self.rows("SELECT * FROM vendor_case")
        return [row | {name: json.loads(row[name] or "null") for name in loaded} for row in rows]

    def received(self) -> list[dict[str, Any]]:
        """Every message by its webhook-id, with how often it came."""
        query = "SELECT webhook_id, connection, type, handoff, traceparent, times, problems FROM received"
        return [row | {"problems": json.loads(row["problems"])} for row in self.rows(query)]


@dataclass(frozen=True)
class Mail:
    """One mail as it came over SMTP."""

    id: int
    recipients: str
    subject: str
    message_id: str
    text: str


@dataclass
class Mails:
    """All mails ever caught. The catcher forgets old ones: `read` often enough, or it raises."""

    file: Path
    seen: list[Mail] = field(default_factory=list)

    def read(self) -> list[Mail]:
        """All so far."""
        last = self.seen[-1].id if self.seen else 0
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=10)) as db:
            rows = db.execute("SELECT id, recipients, raw FROM mail WHERE id > ? ORDER BY id", (last,)).fetchall()
        new = list(_mails(rows))
        if len(new) >= KEPT and new[0].id > last + 1:
            raise AssertionError("more mails came than the catcher keeps: look more often")
        self.seen += new
        return self.seen


def _mails(rows: list[tuple[int, str, bytes]]) -> Iterator[Mail]:
    for number, recipients, raw in rows:
        message = message_from_bytes(raw, policy=modern)
        body = message.get_body(preferencelist=("plain",))
        text = "" if body is None else str(body.get_content())
        yield Mail(number, recipients, str(message["Subject"]), str(message["Message-ID"]), text)
