"""Streams, directories and weights as files; each error is one sentence that names the file and the line."""

import json
from collections.abc import Iterable
from pathlib import Path

import typer

from contracts.directory import DirectoryErrors
from eskalera.commands.directory import find_file, read
from eskalera.errors import LocalError, UsageError
from grouping import Surroundings
from grouping import weights as shipped
from grouping.evaluation import Bad, History, Labelled, Run, labelled, unknown, weights_file
from grouping.municipality import surroundings_of
from grouping.weights import Weights


def surroundings(directory: str) -> Surroundings:
    """What the engine reads of a directory file, or of a shipped one named by its id."""
    try:
        return surroundings_of(read(find_file(directory)))
    except DirectoryErrors as errors:
        raise LocalError(errors.summary, str(errors)) from errors


_MOST_NAMED = 20


def stream(file: Path, around: Surroundings) -> list[Labelled]:
    """The tickets in the file's order. What the directory does not know is told on standard error, and run."""
    found: dict[str, Labelled] = {}
    doubts: list[str] = []
    for number, line in enumerate(_text(file).splitlines(), 1):
        if not line.strip():
            continue
        try:
            read = json.loads(line)
            each = labelled(read)
        except Bad as bad:
            raise LocalError(f"{file}:{number}: {bad}.") from bad
        except (ValueError, RecursionError) as error:
            raise LocalError(f"{file}:{number}: not JSON.") from error
        if each.report.ticket in found:
            raise LocalError(f"{file}:{number}: the id {each.report.ticket!r} is there twice.")
        found[each.report.ticket] = each
        doubts += (f"{file}:{number}: {doubt}." for doubt in unknown(read, around))
    for doubt in doubts[:_MOST_NAMED]:
        typer.echo(doubt, err=True)
    if len(doubts) > _MOST_NAMED:
        typer.echo(f"{file}: {len(doubts) - _MOST_NAMED} more like these. Is it the right directory?", err=True)
    return list(found.values())


def history(file: Path, directory: str) -> History:
    """A labelled stream and where it happened."""
    around = surroundings(directory)
    found = History(file.stem.removeprefix("tickets_"), around, stream(file, around))
    if not any(each.truth for each in found.stream):
        raise UsageError(f"{file} has no labels: `truth` with a `group` is needed on the tickets.")
    return found


def pair(words: str) -> History:
    """`FILE.jsonl=DIRECTORY`."""
    file, equals, directory = words.partition("=")
    if not (file and equals and directory):
        raise UsageError(f"{words!r} is no pair: write FILE.jsonl=DIRECTORY.")
    return history(Path(file), directory)


def weights(file: Path | None) -> Weights:
    """Those of a file; of none those shipped."""
    if file is None:
        return shipped.load()
    try:
        return weights_file.read(_text(file))
    except Bad as bad:
        raise LocalError(f"{file}: {bad}.") from bad


def predictions(file: Path, run: Run) -> None:
    """Each ticket's group, a JSON line each."""
    lines = (
        {
            "id": ticket.id,
            "group": ticket.group,
            "group_final": ticket.group_final,
            "linked": ticket.linked,
            "suggested": list(ticket.suggested),
            "reasons": [dict(reason) for reason in ticket.reasons],
        }
        for ticket in run.tickets
    )
    write(file, (json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


def write(file: Path, parts: Iterable[str]) -> None:
    """All of it, in UTF-8."""
    try:
        file.write_text("".join(parts), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} can't be written: {error.strerror}") from error


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} can't be read: it is not UTF-8.") from error
