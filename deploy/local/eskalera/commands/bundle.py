"""`eskalera bundle`: a hand-off bundle proven whole, by whoever received it."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from chassis.faults import faults
from chassis.json_keys import repeated_key
from chassis.problems import pointer
from contracts.bundle import Bundle, prove
from contracts.timeline import Broken
from eskalera.errors import UsageError

bundle = typer.Typer(help="A hand-off bundle.", rich_markup_mode=None)


@bundle.callback()
def _group() -> None:
    """Keeps `verify` a word of its own."""


@bundle.command("verify")
def verify(
    file: Annotated[
        Path, typer.Argument(help="The bundle, or the whole message that carried it; - is standard input.")
    ],
    after: Annotated[
        Path | None, typer.Option(help="The bundle before it, of the same hand-off: needed for one that continues it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Prove that nothing is missing, moved or changed. Exit code 1 with every place where something is.

    Exit code 2 where there is nothing to prove: no such file, no JSON, no bundle in it, or a name twice in one object.
    The vendors' `verify.py` ends with the same codes.
    """
    received = read(file)
    broken = prove(received, read(after).heads if after else None)
    if as_json:
        places = [place.model_dump() for place in broken]
        typer.echo(json.dumps({"ok": not broken, "broken": places}, ensure_ascii=False, indent=2))
    else:
        _say(file, received, broken)
    if broken:
        raise typer.Exit(1)


def read(file: Path) -> Bundle:
    """The bundle in a file; UsageError where there is no such file, or it holds none."""
    try:
        text = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise UsageError(f"Cannot read {file}: {error.strerror}.") from error
    try:
        # As JSON and strictly: of another type is another bundle, which the vendors' verifier refuses too.
        content = json.loads(told := text.decode("utf-8-sig"))
        if twice := repeated_key(told):
            raise UsageError(f"{file}: {pointer(*twice)} stands there twice.")
        return Bundle.model_validate_json(json.dumps(_inside(content)), strict=True)
    except ValidationError as error:
        first = faults(error)[0]
        raise UsageError(f"{file} holds no bundle: {first['pointer'] or 'the whole'} {first['detail']}.") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file} is not JSON.") from error


def _inside(content: Any) -> Any:
    """The bundle of a message (CloudEvent); anything else as it is."""
    match content:
        case {"data": {"bundle": dict(found)}}:
            return found
        case {"data": {"bundle_link": {"url": str(url)}}}:
            raise UsageError(f"The message carries only a link to its bundle: fetch {url} and verify that.")
    return content


def _say(file: Path, received: Bundle, broken: list[Broken]) -> None:
    for chain in received.chains:
        shown = sum(bool(entry.disclosures) for entry in chain.entries)
        name = f"{chain.case_kind} {chain.number or chain.case}"
        since = f" after number {chain.after.seq}" if chain.after else ""
        typer.echo(f"  {name}: {_counted(len(chain.entries), 'entry', 'entries')}{since}, {shown} readable")
    for place in broken:
        typer.echo(f"  {place.case} number {place.seq}: {place.why}", err=True)
    if broken:
        typer.echo(f"{file}: {_counted(len(broken), 'place does', 'places do')} not hold.", err=True)
        return
    rest = " It is partial: the entry of the assignment follows." if received.partial else ""
    typer.echo(
        f"{file}: whole, {_counted(len(received.chains), 'chain', 'chains')}, digest {received.digest[:12]}.{rest}"
    )


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
