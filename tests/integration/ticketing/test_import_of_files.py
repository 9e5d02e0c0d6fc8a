"""`eskalera tickets import`: bad lines go to FILE.rejected with the reason, the rest are filed over HTTP."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chassis.servers import bind, port_of, server
from eskalera.commands.tickets import Imported, import_file
from eskalera.errors import LocalError
from eskalera.instances import Instance
from eskalera.ticket_files import LONGEST_LINE
from tests.support.plain import pythons_words
from tests.support.ticketing_house import SECRET, House


@pytest.fixture(scope="module")
async def instance(house: House, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Instance]:
    """Ticketing behind the real HTTP server, described as the local system describes itself."""
    data = tmp_path_factory.mktemp("data")
    (data / "secrets").mkdir()
    (data / "secrets" / "ticketing").write_text(SECRET)
    listening = bind("127.0.0.1", 0)
    http = server(house.app, drain_seconds=2)
    serving = asyncio.create_task(http.serve(sockets=[listening]))
    await http.accepting.wait()
    yield Instance(pid=0, data=str(data), port_base=port_of(listening))
    http.should_exit = True
    await serving


def line(**fields: Any) -> bytes:
    """A good line; every one has an id of its own."""
    good = {"id": uuid.uuid4().hex, "title": "Nätet är nere", "school": "ekbacken", "reporter": "ekbacken-35"}
    return json.dumps({name: value for name, value in (good | fields).items() if value is not None}).encode()


async def imported(instance: Instance, file: Path, content: bytes, **options: str) -> tuple[Imported, list[Any]]:
    """Import a file; what it came to, and the rejected lines."""

    def run() -> tuple[Imported, list[Any]]:
        file.write_bytes(content)
        done = import_file(file, municipality="malarvik", instance=instance, **options)
        rows = done.rejected_file.read_text("utf-8").splitlines() if done.rejected else []
        return done, [json.loads(row) for row in rows]

    return await asyncio.to_thread(run)


BAD_LINES: list[tuple[str, bytes, str]] = [
    ("half a line", b'{"id": "1", "title": "x"', "not JSON"),
    ("broken UTF-8", b'{"id": "1", "title": "\xff", "school": "ekbacken"}', "not UTF-8"),
    ("a list", b"[]", "not a JSON object"),
    ("a text", b'"x"', "not a JSON object"),
    ("two at once", b"{}{}", "not JSON"),
    ("deep brackets", b"[" * 200_000, "not JSON"),
    ("a number of 5,000 digits", b'{"id": "1", "urgency": ' + b"1" * 5000 + b"}", "not JSON"),
    ("no number", b'{"id": "1", "title": "x", "school": "ekbacken", "urgency": NaN}', "can't be sent"),
    ("too long", b'{"id": "1", "title": "' + b"x" * LONGEST_LINE + b'"}', "bytes"),
    ("a long title", line(title="x" * 100_000), "/title"),
    ("NUL", line(title="a\0b"), "/title"),
    ("half a surrogate pair", rb'{"id": "1", "title": "\ud800", "school": "ekbacken"}', "can't be sent"),
    ("no id", line(id=None), "the line has no id"),
    ("an id that is a number", line(id=7), "/id"),
    ("no title", line(title=None), "/title"),
    ("an unknown field", line(colour="red"), "/colour"),
    ("an unknown school", line(school="nowhere"), "/school"),
    ("another municipality's school", line(school="transtensskolan"), "/school"),
    ("a personnummer", line(title="121212-1212"), "/title"),
    ("a huge urgency", line(urgency=99), "/urgency"),
    ("the year 1", line(filed_at="0001-01-01T00:00:00Z"), "/filed_at Give a time within the last five years."),
    ("a name twice", b'{"id": "1", "title": "a", "school": "ekbacken", "title": "b"}', "'title' stands twice"),
    ("the year 9999", line(filed_at="9999-01-01T00:00:00Z"), "/filed_at"),
    ("a time without offset", line(filed_at="2026-10-05T07:33:35"), "/filed_at"),
    ("an incident nobody knows", line(same_as="in_0"), "/same_as"),
]


@pytest.mark.parametrize(("bad", "reason"), [case[1:] for case in BAD_LINES], ids=[case[0] for case in BAD_LINES])
async def test_a_bad_line_is_put_aside_with_its_reason_and_the_rest_go_on(
    house: House, instance: Instance, tmp_path: Path, bad: bytes, reason: str
) -> None:
    before = await house.stored()
    content = b"\n".join([line(), bad, line(urgency=2)])

    done, rejected = await imported(instance, tmp_path / "tickets.jsonl", content)

    assert (done.filed, done.known, done.rejected) == (2, 0, 1)
    assert [row["line"] for row in rejected] == [2]
    assert reason in rejected[0]["reason"]
    assert pythons_words(rejected[0]["reason"]) == []
    kept = rejected[0]["content"]
    if isinstance(kept, dict):
        assert kept == json.loads(bad) or "NaN" in str(bad)
    else:
        assert kept[:20] == bad.decode("utf-8", "backslashreplace")[:20]
    assert (await house.stored())["ticket"] == before["ticket"] + 2


async def test_blank_lines_windows_line_ends_and_a_byte_order_mark_are_no_mistakes(
    instance: Instance, tmp_path: Path
) -> None:
    content = b"\xef\xbb\xbf" + line() + b"\r\n\r\n  \r\n" + line() + b"\r\n"
    done, _rejected = await imported(instance, tmp_path / "tickets.jsonl", content)
    assert (done.filed, done.rejected) == (2, 0)


async def test_a_second_import_files_nothing_and_rejects_the_same(instance: Instance, tmp_path: Path) -> None:
    content = b"\n".join([line(truth={"group": "g1"}), b"{", line(filed_at="2026-10-05T07:33:35+02:00")])
    first, _ = await imported(instance, tmp_path / "tickets.jsonl", content)
    second, rejected = await imported(instance, tmp_path / "tickets.jsonl", content)
    assert (first.filed, first.known, first.rejected) == (2, 0, 1)
    assert (second.filed, second.known, second.rejected) == (0, 2, 1)
    assert len(rejected) == 1


async def test_what_was_rejected_can_be_mended_and_imported(instance: Instance, tmp_path: Path) -> None:
    rows = csv_row(school="nowhere") + csv_row(urgency="high")
    done, _ = await imported(instance, tmp_path / "tickets.csv", HEAD + csv_row() + rows)
    assert (done.filed, done.rejected) == (1, 2)

    kept = done.rejected_file.read_bytes()
    mended = kept.replace(b"nowhere", b"ekbacken").replace(b'"high"', b'"2"')
    again, left = await imported(instance, done.rejected_file, mended)
    assert (again.filed, again.rejected) == (2, 0), left

    row = csv_row(school="nowhere").replace(b"\n", b",,\n")
    done, _ = await imported(instance, tmp_path / "cells.csv", HEAD.replace(b"\n", b",unit,service\n") + row)
    mended = done.rejected_file.read_bytes().replace(b"nowhere", b"ekbacken")
    again, left = await imported(instance, done.rejected_file, mended)
    assert (again.filed, again.rejected) == (1, 0), left

    _, unmended = await imported(instance, tmp_path / "old.csv.rejected", kept + b"{}\n")
    assert [(row["line"], row["reason"].split()[0]) for row in unmended] == [
        (3, "/school"),
        (4, "/urgency"),
        (3, "not"),
    ]


HEAD = b"id,title,school,urgency,filed_at\n"


def csv_row(title: str = "Nät", school: str = "ekbacken", urgency: str = "2", more: str = "") -> bytes:
    return f"{uuid.uuid4().hex},{title},{school},{urgency},2026-10-05T07:33:35+02:00{more}\n".encode()


BAD_ROWS: list[tuple[str, bytes, str]] = [
    ("broken UTF-8", csv_row("xx").replace(b"xx", b"\xff"), "not UTF-8"),
    ("more fields than names", csv_row(more=",x,y"), "more fields"),
    ("fewer fields than names", f"{uuid.uuid4().hex},Nät\n".encode(), "/school"),
    ("an urgency in words", csv_row(urgency="high"), "/urgency"),
    ("an urgency of 5,000 digits", csv_row(urgency="1" * 5000), "/urgency"),
    ("an urgency in other digits", csv_row(urgency="²"), "/urgency"),
    ("a field of 1 MB", csv_row("x" * 1_000_000), "not CSV"),
    ("a field of 500 kB", csv_row("x" * 500_000), "/title"),
    ("NUL", csv_row("a\0b"), "/title"),
    ("an unknown school", csv_row(school="nowhere"), "/school"),
]


@pytest.mark.parametrize(("bad", "reason"), [case[1:] for case in BAD_ROWS], ids=[case[0] for case in BAD_ROWS])
async def test_a_bad_row_of_a_csv_file_is_put_aside_and_the_rest_go_on(
    instance: Instance, tmp_path: Path, bad: bytes, reason: str
) -> None:
    done, rejected = await imported(instance, tmp_path / "tickets.csv", HEAD + csv_row() + bad + csv_row())

    assert (done.filed, done.rejected) == (2, 1), rejected
    assert reason in rejected[0]["reason"]
    assert pythons_words(rejected[0]["reason"]) == []
    assert rejected[0]["line"] == 3


@pytest.mark.parametrize(
    "variant", ["a byte order mark", "semicolons", "Windows line ends", "quotes", "an unknown column"]
)
async def test_csv_as_spreadsheets_write_it(instance: Instance, tmp_path: Path, variant: str) -> None:
    content = HEAD + csv_row() + csv_row('"Nät, wifi ""och""\nallt"' if variant == "quotes" else "Nät")
    match variant:
        case "a byte order mark":
            content = b"\xef\xbb\xbf" + content
        case "semicolons":
            content = content.replace(b",", b";")
        case "Windows line ends":
            content = content.replace(b"\n", b"\r\n")
        case "an unknown column":
            content = content.replace(b"urgency", b"colour")
    done, rejected = await imported(instance, tmp_path / "tickets.csv", content)
    if variant == "an unknown column":
        assert (done.filed, done.rejected) == (0, 2)
        assert "/colour" in rejected[0]["reason"]
    else:
        assert (done.filed, done.rejected) == (2, 0), rejected


@pytest.mark.parametrize("name", ["tickets.jsonl", "tickets.csv"])
async def test_an_empty_file_files_nothing(instance: Instance, tmp_path: Path, name: str) -> None:
    done, _ = await imported(instance, tmp_path / name, b"")
    assert (done.filed, done.rejected) == (0, 0)


async def test_an_import_as_nobody_stops_with_a_sentence(house: House, instance: Instance, tmp_path: Path) -> None:
    before = await house.stored()
    with pytest.raises(LocalError, match="nobody"):
        await imported(instance, tmp_path / "tickets.jsonl", line(), as_person="nobody")
    assert await house.stored() == before


async def test_a_csv_file_whose_first_line_is_a_row_says_so(instance: Instance, tmp_path: Path) -> None:
    done, rejected = await imported(instance, tmp_path / "rows.csv", csv_row() + csv_row())
    assert (done.filed, done.rejected) == (0, 2)
    assert [line["reason"] for line in rejected] == [
        "the first line of a CSV file names the columns: id, title, school, …",
        "the line has no id",
    ]
