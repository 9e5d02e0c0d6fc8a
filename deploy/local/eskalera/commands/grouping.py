"""`eskalera grouping`: how well the engine groups a municipality's own history."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from contracts.directory import DirectoryErrors
from eskalera.commands.directory import find_file, read
from eskalera.errors import LocalError, UsageError
from grouping import Engine
from grouping.evaluation import Bad, Labelled, Run, labelled, score, simulate
from grouping.municipality import surroundings_of

grouping = typer.Typer(help="How tickets are grouped by their cause.")


@grouping.callback()
def _group() -> None:
    """Keeps `evaluate` a word of its own."""


@grouping.command("evaluate")
def evaluate(
    file: Annotated[Path, typer.Argument(help="FILE.jsonl: tickets in time order, with `truth` where they have one.")],
    directory: Annotated[str, typer.Option("--directory", "-d", help="A directory file, or a shipped one's id.")],
    assisted: Annotated[bool, typer.Option("--assisted", help="Play a coordinator from the labels.")] = False,
    predictions: Annotated[Path | None, typer.Option(help="Write each ticket's group here, as JSON lines.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Run the real engine over a stream in its order, without looking ahead, and score it where it has labels."""
    try:
        engine = Engine(surroundings_of(read(find_file(directory))))
    except DirectoryErrors as errors:
        raise LocalError(f"{directory} has {len(errors.problems)} errors.", str(errors)) from errors
    stream = _stream(file)
    with _progress() as bar:
        task = bar.add_task(file.name, total=len(stream))
        run = simulate(engine, stream, assisted=assisted, progress=lambda: bar.advance(task))
    if predictions is not None:
        _write(predictions, run)
    found = figures(stream, run, assisted=assisted)
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        for name, value in found.items():
            typer.echo(f"{name.replace('_', ' '):<28} {value}")


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)


def figures(stream: list[Labelled], run: Run, *, assisted: bool) -> dict[str, Any]:
    """The figures by name: shares rounded to three places, times in milliseconds."""
    truth = {each.report.ticket: each.truth.group for each in stream if each.truth}
    own = [ticket for ticket in run.tickets if ticket.id in truth]
    found: dict[str, Any] = {"tickets": len(run.tickets), "labelled": len(own)}
    if own:
        scores = score(truth, {ticket.id: ticket.group_final for ticket in own}, [ticket.id for ticket in own])
        found |= {name: _rounded(value) for name, value in asdict(scores).items()}
        following = [ticket for ticket in own if ticket.follows]
        found["recall_at_3"] = _rounded(sum(t.found for t in following) / len(following) if following else 1.0)
    if assisted:
        found["clicks_per_100"] = round(100 * run.clicks / max(len(run.tickets), 1), 1)
        found["triaged_per_100"] = round(100 * run.triaged / max(len(run.tickets), 1), 1)
    ranked = sorted(run.seconds)
    for name, share in (("p50_ms", 0.5), ("p99_ms", 0.99)):
        found[name] = round(1000 * ranked[min(int(share * len(ranked)), len(ranked) - 1)], 2) if ranked else 0.0
    return found


def _rounded(value: float) -> float:
    return round(value, 3) if isinstance(value, float) else value


def _stream(file: Path) -> list[Labelled]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} can't be read: {error}") from error
    stream: dict[str, Labelled] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            each = labelled(json.loads(line))
        except Bad as bad:
            raise LocalError(f"{file}:{number}: {bad}.") from bad
        except (ValueError, RecursionError) as error:
            raise LocalError(f"{file}:{number}: not JSON.") from error
        if each.report.ticket in stream:
            raise LocalError(f"{file}:{number}: the id {each.report.ticket!r} is there twice.")
        stream[each.report.ticket] = each
    return list(stream.values())


def _write(file: Path, run: Run) -> None:
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
    try:
        file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} can't be written: {error.strerror}") from error
