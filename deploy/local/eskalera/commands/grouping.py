"""`eskalera grouping`: how well the engine groups a municipality's own history, and better weights for it."""

import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from eskalera.commands.options import PortBase
from eskalera.errors import LocalError, UsageError
from eskalera.grouping_tools import explanation, files, fold_report, live, tables
from eskalera.grouping_tools.progress import progress
from eskalera.instances import find
from grouping import Engine
from grouping.evaluation import History, figures, looking, simulate, tuning, weights_file
from grouping.evaluation import folds as folding
from grouping.evaluation.ablation import PARTS

grouping = typer.Typer(help="How tickets are grouped by their cause.")

File = Annotated[Path, typer.Argument(help="FILE.jsonl: tickets in time order, with `truth` where they have one.")]
DirectoryFile = Annotated[str, typer.Option("--directory", "-d", help="A directory file, or a shipped one's id.")]
WeightsFile = Annotated[Path | None, typer.Option("--weights", help="A file that `tune` wrote; those shipped without.")]
Floor = Annotated[float, typer.Option(help="Attach precision by itself that must be kept where nothing was learned.")]
FLOOR = 0.9


@grouping.command("evaluate")
def evaluate(
    file: File,
    directory: DirectoryFile,
    assisted: Annotated[bool, typer.Option("--assisted", help="Play a coordinator from the labels.")] = False,
    predictions: Annotated[Path | None, typer.Option(help="Write each ticket's group here, as JSON lines.")] = None,
    weights: WeightsFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Run the real engine over a stream in its order, without looking ahead, and score it where it has labels."""
    around = files.surroundings(directory)
    engine, stream = Engine(around, files.weights(weights)), files.stream(file, around)
    with progress() as bar:
        task = bar.add_task(file.name, total=len(stream))
        run = simulate(engine, stream, assisted=assisted, progress=lambda: bar.advance(task))
    if predictions is not None:
        files.predictions(predictions, run)
    found = tables.named(figures((stream, run)), assisted=assisted)
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        for name, value in found.items():
            typer.echo(f"{name.replace('_', ' '):<28} {value}")


@grouping.command("tune")
def tune(
    file: File,
    directory: DirectoryFile,
    floor: Floor = FLOOR,
    parts: Annotated[int, typer.Option(help="Of the days, each held out once.")] = 2,
    weights: WeightsFile = None,
    out: Annotated[Path | None, typer.Option(help="Write here; without, only the figures are shown.")] = None,
) -> None:
    """Fit weights and thresholds to a labelled history; written only if that is no worse on days held out."""
    _check(floor, parts)
    start, history = files.weights(weights), files.history(file, directory)
    with progress() as bar:
        task = bar.add_task("held-out days", total=parts * tuning.steps([history], start))
        held = tuning.held_out(history, start, floor, parts, lambda: bar.advance(task))
        if held is None:
            raise UsageError(f"{file} has too few days to hold some out.")
        bar.update(task, completed=parts * tuning.steps([history], start))
        task = bar.add_task("all days", total=tuning.steps([history], start))
        tuned = tuning.tune([history], start, floor, lambda: bar.advance(task))
        bar.update(task, completed=tuning.steps([history], start))
    lines = [
        ("before", "by itself", *tables.row(held.before.alone, assisted=False)),
        ("after", "by itself", *tables.row(held.after.alone, assisted=False)),
        ("before", "assisted", *tables.row(held.before.assisted, assisted=True)),
        ("after", "assisted", *tables.row(held.after.assisted, assisted=True)),
    ]
    typer.echo(f"On days held out, in {parts} parts:\n\n{tables.table(('', '', *tables.HEADS), lines)}\n")
    if refusal := held.refusal(floor):
        raise LocalError(f"Nothing is written: {refusal}.")
    if out is None:
        typer.echo(f"{tuned.version} would be written; give --out FILE.toml.")
        return
    files.write(out, weights_file.written(tuned, _notes(history, start.version, held, floor)))
    typer.echo(f"{tuned.version} is in {out}; `evaluate --weights {out}` runs the engine with it.")


@grouping.command("folds")
def folds(
    pairs: Annotated[list[str], typer.Argument(help="FILE.jsonl=DIRECTORY of each municipality, two at least.")],
    floor: Floor = FLOOR,
    weights: WeightsFile = None,
    as_given: Annotated[bool, typer.Option("--as-given", help="Fit nothing: only the weights as they are.")] = False,
    ablation: Annotated[bool, typer.Option("--ablation", help="Each part of the engine off in turn, instead.")] = False,
) -> None:
    """Leave one municipality out: fit on the others, try on it. Every fold is shown, and what its scores are worth."""
    _check(floor, 2)
    start, histories = files.weights(weights), [files.pair(words) for words in pairs]
    if len(histories) < 2 and not (as_given or ablation):
        raise UsageError("Give two municipalities at least: one is left out, the others are learned from.")
    fitted = 0 if as_given else folding.steps(histories, start)
    total = 2 * len(histories) * (1 + len(PARTS)) if ablation else fitted
    with progress() as bar:
        task = bar.add_task("folds", total=total)
        told = partial(bar.advance, task)
        if ablation:
            said = fold_report.ablation(histories, start, told)
        else:
            said = fold_report.whole(list(folding.folds(histories, start, None if as_given else floor, told)))
        bar.update(task, completed=total)
    typer.echo(said)


@grouping.command("explain")
def explain(
    number_or_id: Annotated[str, typer.Argument(help="A ticket's number; with --stream its id there.")],
    stream: Annotated[Path | None, typer.Option(help="FILE.jsonl with the ticket.")] = None,
    directory: Annotated[str | None, typer.Option("--directory", "-d", help="A directory file, or an id.")] = None,
    assisted: Annotated[bool, typer.Option("--assisted", help="Play a coordinator from the labels.")] = False,
    weights: WeightsFile = None,
    port_base: PortBase = None,
) -> None:
    """Say why a ticket is where it is.

    Of the running system: where it was, by whom and why, and what staff were asked. Of a stream also what the engine
    read in it, and what it compared it with.
    """
    if stream is None and directory is None:
        for line in live.lines(find(port_base), number_or_id):
            typer.echo(line)
        return
    if stream is None or directory is None:
        raise UsageError("Give both the ticket's stream and its directory: --stream FILE.jsonl --directory FILE.")
    around = files.surroundings(directory)
    history = History(stream.stem, around, files.stream(stream, around))
    found = looking.at(history, number_or_id, files.weights(weights), assisted=assisted)
    if found is None:
        raise UsageError(f"{stream} has no ticket {number_or_id!r}.")
    look, ended = found
    for line in explanation.lines(look, history.surroundings):
        typer.echo(line)
    if ended.group_final != ended.group:
        typer.echo(f"Later joined to {ended.group_final}")


def _notes(history: History, former: str, held: tuning.HeldOut, floor: float) -> tuple[str, ...]:
    """What the file says of where it comes from."""
    before, after = (
        f"{found.scores.attach_precision:.3f}" if found.scores else "unknown"
        for found in (held.before.alone, held.after.alone)
    )
    tickets, day = len(history.stream), datetime.now(UTC).date()
    return (
        f"Tuned to {history.name} ({tickets} tickets) from {former} on {day}.",
        f"Attach precision by itself on days held out: {before} before, {after} after; floor {floor:g}.",
    )


def _check(floor: float, parts: int) -> None:
    if not 0 <= floor <= 1:
        raise UsageError(f"--floor is a share from 0 to 1, not {floor:g}.")
    if not 2 <= parts <= 10:
        raise UsageError(f"--parts is a number from 2 to 10, not {parts}.")
