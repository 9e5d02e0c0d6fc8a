"""Ticket files: JSON lines or CSV into the bodies of `POST /tickets`, bad lines into a file of their own.

That file, `FILE.rejected`, can be mended and imported like any other.

A line's `id` becomes `external_id` and `filed_at` becomes `occurred_at`; `truth` is ignored; any other field that the
API does not know is an error of that line.
"""

import codecs
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.json_keys import repeated_key

RENAMED = {"id": "external_id", "filed_at": "occurred_at"}
IGNORED = frozenset({"truth"})
NUMBERS = frozenset({"urgency"})
REJECTED = ".rejected"
LONGEST_LINE = 900_000
"""Bytes; the API takes bodies up to 1 MB."""

_NO_NAMES = "the first line of a CSV file names the columns: id, title, school, …"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the body to send, or the reason why there is none."""

    number: int
    raw: bytes
    body: dict[str, Any] | None = None
    wrong: str = ""


def read(path: Path) -> Iterator[Line]:
    """Every line that is not blank, in order; CSV by the file's ending. OSError where it can't be read."""
    if path.suffix == REJECTED:
        return (_once_rejected(line) for line in _read_json_lines(path))
    return _read_csv(path) if path.suffix.lower() == ".csv" else _read_json_lines(path)


def _once_rejected(line: Line) -> Line:
    """What was kept of a bad line, mended; its number is still the one of the first file."""
    if line.body is None or line.body.keys() != {"line", "reason", "content"}:
        return Line(line.number, line.raw, wrong=line.wrong or "not a line of a file of rejected lines")
    number, content = line.body["line"], line.body["content"]
    if isinstance(content, dict):  # it may be a row of a CSV, whose empty cells are no values
        content = {name: value for name, value in content.items() if value != ""}
    raw = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return _json_line(number if isinstance(number, int) else line.number, raw.encode("utf-8", "surrogatepass"))


def _read_json_lines(path: Path) -> Iterator[Line]:
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            line = raw.removeprefix(codecs.BOM_UTF8).strip(b"\r\n") if number == 1 else raw.rstrip(b"\r\n")
            if line.strip():
                yield _json_line(number, line)


def _json_line(number: int, raw: bytes) -> Line:
    if len(raw) > LONGEST_LINE:
        return Line(number, raw, wrong=f"the line has {len(raw)} bytes, at most {LONGEST_LINE} may be sent")
    try:
        content = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        return Line(number, raw, wrong=f"byte {error.start} is not UTF-8")
    except json.JSONDecodeError as error:
        return Line(number, raw, wrong=f"not JSON from character {error.pos + 1} on")
    except RecursionError:
        return Line(number, raw, wrong="not JSON that can be read: it is nested too deeply")
    except ValueError:
        return Line(number, raw, wrong="not JSON that can be read: a number has too many digits")
    if not isinstance(content, dict):
        return Line(number, raw, wrong="not a JSON object")
    if (place := repeated_key(raw)) is not None:
        return Line(number, raw, wrong=f"{place[-1]!r} stands twice in one object")
    return Line(number, raw, body_of(_with_numbers(content)))


def _read_csv(path: Path) -> Iterator[Line]:
    text = path.read_bytes().decode("utf-8-sig", "surrogateescape")
    csv.field_size_limit(LONGEST_LINE)
    rows = csv.DictReader(io.StringIO(text, newline=""), restkey="", delimiter=_delimiter(text))
    names = rows.fieldnames or ()
    if names and "external_id" not in body_of(dict.fromkeys(names, "")):
        yield Line(1, _delimiter(text).join(names).encode("utf-8", "surrogateescape"), wrong=_NO_NAMES)
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield Line(rows.reader.line_num, b"", wrong=f"not CSV: {_csv_words(error)}")
            continue
        if row is None:
            return
        yield _csv_line(rows.line_num, row)


def _csv_words(error: csv.Error) -> str:
    if "field limit" in str(error):
        return f"a field has more than {LONGEST_LINE} characters"
    return "a quotation mark or a line end is where none can be"


def _delimiter(text: str) -> str:
    """A comma, or the semicolon that spreadsheets write where the comma is in numbers."""
    first = text.partition("\n")[0]
    return ";" if first.count(";") > first.count(",") else ","


def _csv_line(number: int, row: dict[str, Any]) -> Line:
    raw = json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogateescape")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return Line(number, raw, wrong="the line is not UTF-8")
    if "" in row:
        return Line(number, raw, wrong="more fields than the first line names")
    content: dict[str, Any] = {name: value for name, value in row.items() if value not in (None, "")}
    return Line(number, raw, body_of(_with_numbers(content)))


def _with_numbers(content: dict[str, Any]) -> dict[str, Any]:
    """A CSV's numbers are texts."""
    for name in NUMBERS & content.keys():
        value = content[name]
        content[name] = int(value) if isinstance(value, str) and len(value) < 10 and value.isdecimal() else value
    return content


def body_of(content: dict[str, Any]) -> dict[str, Any]:
    """The API's body of a line's content; nothing that is null."""
    return {
        RENAMED.get(name, name): value for name, value in content.items() if name not in IGNORED and value is not None
    }


def in_the_file(pointer: str) -> str:
    """The file's own name for a field that the API found wrong."""
    names = {f"/{ours}": f"/{theirs}" for theirs, ours in RENAMED.items()}
    return names.get(pointer, pointer)


def _readable(raw: bytes) -> Any:
    """The line as whoever mends it would rather see it: its fields; its text where it has none."""
    text = raw.decode("utf-8", "backslashreplace")
    try:
        content = json.loads(text)
        json.dumps(content, ensure_ascii=False).encode()
    except (ValueError, RecursionError):  # no JSON, or half a surrogate pair
        return text
    return content if isinstance(content, dict) else text


class Rejected:
    """`FILE.rejected`: one JSON line per bad line with number, reason and content; made with the first one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0

    def add(self, line: Line, reason: str) -> None:
        """Keep it for whoever mends the file."""
        kept = {"line": line.number, "reason": reason, "content": _readable(line.raw)}
        with self.path.open("a" if self.count else "w", encoding="utf-8") as file:
            file.write(json.dumps(kept, ensure_ascii=False) + "\n")
        self.count += 1
