"""Ticket files: JSON lines or CSV into the bodies of `POST /tickets`, bad lines into a file of their own.

A line's `id` becomes `external_id` and `filed_at` becomes `occurred_at`; `truth` is ignored; any other field that the
API does not know is an error of that line.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RENAMED = {"id": "external_id", "filed_at": "occurred_at"}
IGNORED = frozenset({"truth"})
NUMBERS = frozenset({"urgency"})
LONGEST_LINE = 900_000
"""Bytes; the API takes bodies up to 1 MB."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the body to send, or the reason why there is none."""

    number: int
    raw: bytes
    body: dict[str, Any] | None = None
    wrong: str = ""


def read(path: Path) -> Iterator[Line]:
    """Every line that is not blank, in order; CSV by the file's ending. OSError where it can't be read."""
    return _read_csv(path) if path.suffix.lower() == ".csv" else _read_json_lines(path)


def _read_json_lines(path: Path) -> Iterator[Line]:
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            if raw.strip():
                yield _json_line(number, raw.rstrip(b"\r\n"))


def _json_line(number: int, raw: bytes) -> Line:
    if len(raw) > LONGEST_LINE:
        return Line(number, raw, wrong=f"the line has {len(raw)} bytes, at most {LONGEST_LINE} may be sent")
    try:
        content = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        return Line(number, raw, wrong=f"byte {error.start} is not UTF-8")
    except (json.JSONDecodeError, RecursionError) as error:
        return Line(number, raw, wrong=f"not JSON: {error}")
    if not isinstance(content, dict):
        return Line(number, raw, wrong="not a JSON object")
    return Line(number, raw, body_of(content))


def _read_csv(path: Path) -> Iterator[Line]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield Line(0, b"", wrong=f"the file is not UTF-8 (byte {error.start})")
        return
    rows = csv.DictReader(io.StringIO(text), restkey="")
    for row in rows:
        shown = json.dumps(row, ensure_ascii=False).encode()
        if "" in row:
            yield Line(rows.line_num, shown, wrong="more fields than the first line names")
            continue
        content: dict[str, Any] = {name: value for name, value in row.items() if value not in (None, "")}
        for name in NUMBERS & content.keys():
            content[name] = int(content[name]) if content[name].isdecimal() else content[name]
        yield Line(rows.line_num, shown, body_of(content))


def body_of(content: dict[str, Any]) -> dict[str, Any]:
    """The API's body of a line's content; nothing that is null."""
    return {
        RENAMED.get(name, name): value for name, value in content.items() if name not in IGNORED and value is not None
    }


class Rejected:
    """`FILE.rejected`: one JSON line per bad line with number, reason and content; made with the first one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0

    def add(self, line: Line, reason: str) -> None:
        """Keep it for whoever mends the file."""
        kept = {"line": line.number, "reason": reason, "content": line.raw.decode("utf-8", "backslashreplace")}
        with self.path.open("a" if self.count else "w", encoding="utf-8") as file:
            file.write(json.dumps(kept, ensure_ascii=False) + "\n")
        self.count += 1
