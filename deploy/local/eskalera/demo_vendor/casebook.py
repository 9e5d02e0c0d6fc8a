"""What the vendor keeps: cases with their disclosed histories, what came in, what goes out. One SQLite file."""

import json
import sqlite3
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from contracts.bundle import Bundle
from contracts.values import Head
from contracts.webhooks import HandoffData

_SCHEMA = """
CREATE TABLE IF NOT EXISTS received (
    webhook_id TEXT NOT NULL, connection TEXT NOT NULL, type TEXT NOT NULL, handoff TEXT NOT NULL,
    traceparent TEXT, received_at TEXT NOT NULL, times INTEGER NOT NULL DEFAULT 1, body TEXT NOT NULL,
    problems TEXT NOT NULL DEFAULT '[]', PRIMARY KEY (connection, webhook_id)
);
CREATE TABLE IF NOT EXISTS vendor_case (
    handoff TEXT PRIMARY KEY, connection TEXT NOT NULL, municipality TEXT NOT NULL, role TEXT NOT NULL,
    subject TEXT NOT NULL, state TEXT NOT NULL, reference TEXT NOT NULL, heads TEXT NOT NULL DEFAULT '{}',
    acknowledged TEXT, problems TEXT NOT NULL DEFAULT '[]', offered_at TEXT NOT NULL, changed_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS entry (
    handoff TEXT NOT NULL, case_id TEXT NOT NULL, seq INTEGER NOT NULL, number TEXT, content TEXT NOT NULL,
    PRIMARY KEY (handoff, case_id, seq)
);
CREATE TABLE IF NOT EXISTS question (
    message TEXT PRIMARY KEY, id TEXT, handoff TEXT NOT NULL, ticket TEXT, text TEXT NOT NULL, asked_at TEXT NOT NULL,
    answer TEXT
);
CREATE TABLE IF NOT EXISTS proposal (
    message TEXT PRIMARY KEY, id TEXT, handoff TEXT NOT NULL, text TEXT NOT NULL, proposed_at TEXT NOT NULL,
    verdict TEXT, reason TEXT
);
CREATE TABLE IF NOT EXISTS sent (
    id INTEGER PRIMARY KEY AUTOINCREMENT, webhook_id TEXT NOT NULL UNIQUE, connection TEXT NOT NULL,
    handoff TEXT NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL, made_at TEXT NOT NULL, due_at TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'waiting', status INTEGER, answer TEXT
);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_FIRST_ENTRIES = """
SELECT handoff, number, content FROM (
    SELECT handoff, number, content, row_number() OVER (PARTITION BY handoff ORDER BY number, seq) AS place
    FROM entry WHERE number IS NOT NULL
) WHERE place = 1
"""
_STATES = {"released": "released", "taken_back": "taken_back", "completed": "completed", "accepted": "accepted"}
OPEN_STATES = frozenset({"offered", "acknowledged", "accepted"})


def _now() -> str:
    return datetime.now(UTC).isoformat()


class Casebook:
    """Safe to use from several threads (a connection per call)."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with self._open() as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.executescript(_SCHEMA)

    # ---- what comes in

    def seen_again(self, connection: str, webhook_id: str) -> bool:
        """Counts a repeat; False for a message that is new."""
        with self._open() as db:
            found = db.execute(
                "UPDATE received SET times = times + 1 WHERE connection = ? AND webhook_id = ?",
                (connection, webhook_id),
            )
            return found.rowcount == 1

    def known_heads(self, handoff: str) -> dict[str, Head]:
        """What it has of a case's history."""
        with self._open() as db:
            row = db.execute("SELECT heads FROM vendor_case WHERE handoff = ?", (handoff,)).fetchone()
        return {case: Head.model_validate(head) for case, head in json.loads(row["heads"]).items()} if row else {}

    def take(
        self,
        data: HandoffData,
        bundle: Bundle | None,
        problems: list[str],
        *,
        webhook_id: str,
        type: str,  # noqa: A002  (CloudEvents' name)
        traceparent: str | None,
        body: str,
        acknowledge: bool,
    ) -> None:
        """Keeps a proven message and what it changes, and the acknowledgement it leads to, in one transaction."""
        with self._open() as db:
            db.execute(
                "INSERT INTO received (webhook_id, connection, type, handoff, traceparent, received_at, body, problems)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (webhook_id, data.connection, type, data.handoff, traceparent, _now(), body, json.dumps(problems)),
            )
            self._change_case(db, data, bundle, problems)
            if acknowledge and data.message == "offered":
                self._acknowledge(db, data.handoff)

    def _change_case(
        self, db: sqlite3.Connection, data: HandoffData, bundle: Bundle | None, problems: list[str]
    ) -> None:
        now = _now()
        db.execute(
            "INSERT INTO vendor_case (handoff, connection, municipality, role, subject, state, reference, offered_at,"
            " changed_at) VALUES (?, ?, ?, ?, ?, 'offered', ?, ?, ?)"
            " ON CONFLICT (handoff) DO UPDATE SET subject = excluded.subject, changed_at = excluded.changed_at",
            (
                data.handoff,
                data.connection,
                data.municipality,
                data.role,
                data.subject.model_dump_json(),
                f"V-{uuid.uuid4().hex[:6].upper()}",
                now,
                now,
            ),
        )
        if data.message in _STATES:
            db.execute("UPDATE vendor_case SET state = ? WHERE handoff = ?", (_STATES[data.message], data.handoff))
        if data.answer is not None:
            db.execute(
                "UPDATE question SET answer = ? WHERE id = ? OR message = ?",
                (json.dumps(dict(data.answer.text)), data.answer.question, data.answer.vendor_question),
            )
        if data.verdict is not None:
            reason = json.dumps(dict(data.verdict.reason)) if data.verdict.reason else None
            db.execute(
                "UPDATE proposal SET verdict = ?, reason = ? WHERE id = ?",
                (data.message, reason, data.verdict.proposal),
            )
        if data.forget:
            self._forget(db, data)
        if problems:
            db.execute("UPDATE vendor_case SET problems = ? WHERE handoff = ?", (json.dumps(problems), data.handoff))
        if bundle is not None:
            self._add_story(db, data.handoff, bundle)

    def _forget(self, db: sqlite3.Connection, data: HandoffData) -> None:
        """Deletes what was erased: the entries' words, and every message of that case as it came and went."""
        for gone in data.forget:
            for seq in gone.entries:
                where = (data.handoff, gone.case, seq)
                row = db.execute(
                    "SELECT content FROM entry WHERE handoff = ? AND case_id = ? AND seq = ?", where
                ).fetchone()
                if row is not None:
                    kept = json.dumps(json.loads(row["content"]) | {"disclosures": {}})
                    db.execute(
                        "UPDATE entry SET content = ? WHERE handoff = ? AND case_id = ? AND seq = ?", (kept, *where)
                    )
            db.execute(
                "UPDATE question SET text = '', answer = NULL WHERE handoff = ? AND ticket = ?",
                (data.handoff, gone.case),
            )
        db.execute("UPDATE received SET body = '{}' WHERE handoff = ?", (data.handoff,))
        db.execute("UPDATE sent SET body = '{}' WHERE handoff = ? AND state = 'sent'", (data.handoff,))

    def _add_story(self, db: sqlite3.Connection, handoff: str, bundle: Bundle) -> None:
        for chain in bundle.chains:
            db.executemany(
                "INSERT OR REPLACE INTO entry (handoff, case_id, seq, number, content) VALUES (?, ?, ?, ?, ?)",
                [(handoff, chain.case, entry.seq, chain.number, entry.model_dump_json()) for entry in chain.entries],
            )
        heads = {case: head.model_dump() for case, head in bundle.heads.items()}
        known = json.loads(
            db.execute("SELECT heads FROM vendor_case WHERE handoff = ?", (handoff,)).fetchone()["heads"]
        )
        db.execute("UPDATE vendor_case SET heads = ? WHERE handoff = ?", (json.dumps(known | heads), handoff))

    # ---- what goes out

    def say(self, handoff: str, kind: str, **data: Any) -> str | None:
        """Puts a message to the bridge in line; its id, or None for an unknown case."""
        with self._open() as db:
            if kind == "acknowledged":
                return self._acknowledge(db, handoff)
            return self._say(db, handoff, kind, data)

    def _acknowledge(self, db: sqlite3.Connection, handoff: str) -> str | None:
        case = db.execute("SELECT * FROM vendor_case WHERE handoff = ?", (handoff,)).fetchone()
        if case is None:
            return None
        db.execute(
            "UPDATE vendor_case SET acknowledged = heads,"
            " state = CASE state WHEN 'offered' THEN 'acknowledged' ELSE state END WHERE handoff = ?",
            (handoff,),
        )
        return self._say(db, handoff, "acknowledged", {"heads": json.loads(case["heads"])})

    def _say(self, db: sqlite3.Connection, handoff: str, kind: str, data: Mapping[str, Any]) -> str | None:
        case = db.execute("SELECT * FROM vendor_case WHERE handoff = ?", (handoff,)).fetchone()
        if case is None:
            return None
        webhook_id, now = f"vm_{uuid.uuid4().hex}", _now()
        said = {"handoff": handoff, "vendor_reference": case["reference"]}
        said |= {name: value for name, value in data.items() if value not in (None, "")}
        if kind == "information_requested":
            said["question"] = webhook_id
            db.execute(
                "INSERT INTO question (message, handoff, ticket, text, asked_at) VALUES (?, ?, ?, ?, ?)",
                (webhook_id, handoff, data.get("ticket") or None, data["text"], now),
            )
        if kind == "resolution_proposed":
            db.execute(
                "INSERT INTO proposal (message, handoff, text, proposed_at) VALUES (?, ?, ?, ?)",
                (webhook_id, handoff, data["text"], now),
            )
        if kind == "returned":
            db.execute("UPDATE vendor_case SET state = 'returned', changed_at = ? WHERE handoff = ?", (now, handoff))
        db.execute(
            "INSERT INTO sent (webhook_id, connection, handoff, type, body, made_at, due_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (webhook_id, case["connection"], handoff, kind, json.dumps({"type": kind, "data": said}), now, now),
        )
        return webhook_id

    def due(self, limit: int = 50) -> list[dict[str, Any]]:
        """Messages to send now, at most one of a case: the first that is not sent.

        `traceparent`: that of the last message about the case, whose trace the reply continues.
        """
        with self._open() as db:
            rows = db.execute(
                "SELECT s.*, (SELECT traceparent FROM received r WHERE r.handoff = s.handoff"
                " AND r.traceparent IS NOT NULL ORDER BY r.rowid DESC LIMIT 1) AS traceparent"
                " FROM sent s WHERE state = 'waiting' AND due_at <= ? AND NOT EXISTS"
                " (SELECT 1 FROM sent e WHERE e.handoff = s.handoff AND e.state = 'waiting' AND e.id < s.id)"
                " ORDER BY id LIMIT ?",
                (_now(), limit),
            ).fetchall()
        return [dict(row) for row in rows]

    def answered(self, message: Mapping[str, Any], status: int, answer: str, ids: Mapping[str, str]) -> None:
        """The bridge took it, or refused it for good."""
        state = "sent" if status == 202 else "refused"
        with self._open() as db:
            db.execute(
                "UPDATE sent SET state = ?, status = ?, answer = ?, attempts = attempts + 1 WHERE id = ?",
                (state, status, answer, message["id"]),
            )
            for table in ("question", "proposal"):
                if table in ids:
                    db.execute(
                        f"UPDATE {table} SET id = ? WHERE message = ?",
                        (ids[table], message["webhook_id"]),
                    )

    def not_answered(self, message: Mapping[str, Any], wait: timedelta, status: int | None, answer: str) -> None:
        """The bridge is away: again after `wait`."""
        due = (datetime.now(UTC) + wait).isoformat()
        with self._open() as db:
            db.execute(
                "UPDATE sent SET due_at = ?, status = ?, answer = ?, attempts = attempts + 1 WHERE id = ?",
                (due, status, answer, message["id"]),
            )

    # ---- what people and tests read

    def cases(self) -> list[dict[str, Any]]:
        """Every case, the last changed first, without its history: with its number, and what was reported first."""
        with self._open() as db:
            rows = db.execute("SELECT * FROM vendor_case ORDER BY changed_at DESC").fetchall()
            firsts = {row["handoff"]: row for row in db.execute(_FIRST_ENTRIES)}
        return [_unpacked(row) | _called(firsts.get(row["handoff"])) for row in rows]

    def case(self, handoff: str) -> dict[str, Any] | None:
        """One case with history, questions, proposals and what was sent about it."""
        with self._open() as db:
            row = db.execute("SELECT * FROM vendor_case WHERE handoff = ?", (handoff,)).fetchone()
            if row is None:
                return None
            of = {
                table: [dict(each) for each in db.execute(f"SELECT * FROM {table} WHERE handoff = ?", (handoff,))]
                for table in ("entry", "question", "proposal", "sent")
            }
        entries = [json.loads(e["content"]) | {"number": e["number"]} for e in of["entry"]]
        entries.sort(key=lambda entry: (entry["at"], entry["case"], entry["seq"]))
        case = _unpacked(row) | {"entries": entries, "sent": of["sent"]}
        case["questions"] = [_loaded(each, "answer") for each in of["question"]]
        case["proposals"] = [_loaded(each, "reason") for each in of["proposal"]]
        return case

    def deliveries(self) -> list[dict[str, Any]]:
        """Every message that came, in order, with how often."""
        with self._open() as db:
            rows = db.execute("SELECT * FROM received ORDER BY rowid").fetchall()
        return [_loaded(_loaded(dict(row), "problems"), "body") for row in rows]

    def acknowledges_by_itself(self) -> bool:
        """The setting; on at first."""
        with self._open() as db:
            row = db.execute("SELECT value FROM setting WHERE name = 'acknowledge'").fetchone()
        return row is None or row["value"] == "auto"

    def set_acknowledging(self, *, by_itself: bool) -> None:
        """Whether cases are acknowledged as they come, or at a click."""
        with self._open() as db:
            db.execute(
                "INSERT OR REPLACE INTO setting (name, value) VALUES ('acknowledge', ?)",
                ("auto" if by_itself else "click",),
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=10)) as db, db:
            db.row_factory = sqlite3.Row
            yield db


def _called(first: sqlite3.Row | None) -> dict[str, Any]:
    """The number that the municipality calls it by, and the first line of its first report, by language."""
    if first is None:
        return {"number": None, "title": {}}
    told = json.loads(first["content"])["disclosures"].get("text")
    said: dict[str, str] = told["value"] if told else {}
    return {"number": first["number"], "title": {lang: text.partition("\n")[0] for lang, text in said.items()}}


def _unpacked(row: sqlite3.Row) -> dict[str, Any]:
    case = dict(row)
    for name in ("subject", "heads", "problems", "acknowledged"):
        case = _loaded(case, name)
    return case | {"is_open": case["state"] in OPEN_STATES}


def _loaded(values: dict[str, Any], name: str) -> dict[str, Any]:
    return values | {name: json.loads(values[name]) if values[name] is not None else None}
