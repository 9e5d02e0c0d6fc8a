"""People from a table: what a register of staff or the identity provider exports (L6), one person a line.

The first line names the columns, in any order: `id`, `name` and `role`, and as wanted `schools`, `team`, `groups`,
`email`, `language`, `protected_identity` (yes or no). Columns are parted by `;`, `,` or tabs, several values in a cell
by `|`. `groups` are the identity provider's: teams of the directory name theirs. UTF-8, with or without a mark.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from contracts.directory.check import check_people
from contracts.directory.errors import DirectoryErrors, Problem
from contracts.directory.load import sentence_of, with_somebody
from contracts.directory.model import Directory
from contracts.directory.people import People, Person

NEEDED = ("id", "name", "role")
LISTS = ("schools", "groups")
COLUMNS = (*NEEDED, "schools", "team", "groups", "email", "language", "protected_identity")
MOST_ERRORS = 200
_YES_OR_NO = {"yes": True, "ja": True, "true": True, "no": False, "nej": False, "false": False}

Row = tuple[int, list[str]]
"""Line in the file, from 1, and its cells."""


def load_people_csv(text: str, directory: Directory, filename: str = "people.csv") -> People:
    """The people of `directory`; DirectoryErrors with every error, its line and the number of its cell."""
    rows, problems = _rows(text.removeprefix("\ufeff"))
    columns = [cell.strip().casefold() for cell in rows[0][1]] if rows else []
    problems += _of_header(rows[0] if rows else (1, []), columns)
    if problems:
        raise DirectoryErrors(filename, problems)
    persons: list[Person] = []
    lines: list[int] = []
    for line, cells in rows[1:]:
        person, found = _person(line, cells, columns)
        problems += found
        if person is not None:
            persons.append(person)
            lines.append(line)
        if len(problems) > MOST_ERRORS:
            problems.append(Problem(line + 1, 1, "", "and more errors from here on"))
            break
    people = People(municipality=directory.id, people=tuple(persons))
    for finding in check_people(people, directory):
        _, position, *rest = finding.loc
        column = str(rest[0]) if rest else ""
        cell = columns.index(column) + 1 if column in columns else 1
        problems.append(Problem(lines[int(position)], cell, column, finding.message))
    if problems:
        raise DirectoryErrors(filename, problems)
    return with_somebody(people, filename)


def _rows(text: str) -> tuple[list[Row], list[Problem]]:
    """The rows that are not blank; what keeps the table from being read."""
    header = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    begun = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((begun, cells))
            begun = reader.line_num + 1
    except csv.Error:
        return rows, [Problem(begun, 1, "", "can't be read from here on: look at its quotation marks")]
    return rows, []


def _of_header(row: Row, columns: list[str]) -> Iterator[Problem]:
    line, _ = row
    for cell, name in enumerate(columns, 1):
        if name not in COLUMNS:
            yield Problem(line, cell, name, f"unknown column {name!r}: there are {', '.join(COLUMNS)}")
        elif name in columns[: cell - 1]:
            yield Problem(line, cell, name, f"the column {name!r} is there twice")
    for name in NEEDED:
        if name not in columns:
            yield Problem(line, 1, name, f"the first line names the columns, and {name!r} is missing")


def _person(line: int, cells: list[str], columns: list[str]) -> tuple[Person | None, list[Problem]]:
    if len(cells) != len(columns):
        return None, [Problem(line, 1, "", f"has {len(cells)} cells, and the first line names {len(columns)} columns")]
    values: dict[str, Any] = {}
    for name, cell in zip(columns, cells, strict=True):
        written = cell.strip()
        if name in LISTS:
            values[name] = [part.strip() for part in written.split("|") if part.strip()]
        elif written:
            values[name] = _YES_OR_NO.get(written.casefold(), written) if name == "protected_identity" else written
    try:
        return Person.model_validate(values), []
    except ValidationError as error:
        return None, [
            Problem(line, columns.index(str(detail["loc"][0])) + 1, str(detail["loc"][0]), sentence_of(Person, detail))
            for detail in error.errors(include_url=False)
        ]
