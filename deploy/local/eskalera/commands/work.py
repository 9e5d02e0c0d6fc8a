"""`eskalera work`: a municipality's yearly calendar of recurring work, checked and planned through the public API."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import httpx
import typer

from contracts.directory import Directory, DirectoryErrors, load_work, source
from contracts.directory.recurring import Window, WorkCalendar, windows
from eskalera import api_client
from eskalera.commands.directory import in_force, read_or_fail, text_of
from eskalera.commands.options import PortBase
from eskalera.errors import LocalError, UsageError
from eskalera.instances import Instance, find

work = typer.Typer(help="The yearly calendar of planned work.", rich_markup_mode=None)

ZONE = ZoneInfo("Europe/Stockholm")
File = Annotated[Path, typer.Argument(help="The YAML file of recurring work.", exists=True, dir_okay=False)]
Year = Annotated[
    int | None, typer.Option(help="Whose windows; this year's without it.", min=2000, max=2100, show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]


@dataclass(frozen=True, slots=True)
class Planned:
    """What an import came to; `differ` and `refused` are sentences with the rule's line."""

    planned: int
    known: int
    over: int
    differ: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def sentence(self) -> str:
        """For people."""
        said = f"{self.planned} window{'' if self.planned == 1 else 's'} planned, {self.known} there already"
        return said + (f", {self.over} over and left out." if self.over else ".")


@work.command("check")
def check_command(
    file: File,
    directory: Annotated[
        Path | None, typer.Option(help="The municipality's file, to check services, schools and vendors too.")
    ] = None,
    year: Year = None,
) -> None:
    """Find every error, with its line, and list the windows of a year."""
    known = read_or_fail(directory) if directory else None
    recurring = read(file, known)
    zone = _zone(known)
    for window in windows(recurring, year or datetime.now(zone).year, zone):
        typer.echo(f"{window.starts_at:%Y-%m-%d %H:%M} – {window.ends_at:%Y-%m-%d %H:%M}  {window.rule.text.sv}")


@work.command("import")
def import_command(
    file: File,
    municipality: Annotated[str, typer.Option("--municipality", "-m", help="Whose work it is.")],
    year: Year = None,
    as_person: Annotated[str | None, typer.Option("--as", help="Plan as this person of the directory.")] = None,
    as_json: AsJson = False,
    port_base: PortBase = None,
) -> None:
    """Plan the year's windows; a second run plans nothing twice, and moves nothing back that people have moved."""
    done = import_file(file, municipality=municipality, instance=find(port_base), year=year, as_person=as_person)
    if as_json:
        typer.echo(json.dumps(asdict(done), ensure_ascii=False))
    else:
        for line in (*done.differ, *done.refused):
            typer.echo(line, err=True)
        typer.echo(done.sentence())
    if done.refused:
        raise typer.Exit(1)


def import_file(
    file: Path,
    *,
    municipality: str,
    instance: Instance,
    year: int | None = None,
    as_person: str | None = None,
    now: datetime | None = None,
) -> Planned:
    """Plan every window of a year; LocalError for a file with errors, and where the system can't be reached."""
    directory = _in_force(municipality, instance)
    recurring, now = read(file, directory), now or datetime.now(UTC)
    root, _ = source.read(text_of(file))
    zone = _zone(directory)
    planned = known = over = 0
    differ: list[str] = []
    refused: list[str] = []
    with api_client.client(instance, api_client.token(instance, municipality, as_person)) as http:
        for window in windows(recurring, year or now.astimezone(zone).year, zone):
            line = root.locate(("work", window.position))[0] if root else 0
            place = f"{file}:{line}: {window.external_id}"
            if window.ends_at <= now:
                over += 1
                continue
            try:
                there = _plan(http, window)
            except api_client.Refused as no:
                if no.status in (401, 403) or no.status >= 500:
                    raise LocalError(f"Stopped at {place}: {no.sentence}", no.details) from no
                refused.append(f"{place}: {'; '.join(_faults(no.problem)) or no.sentence}")
                continue
            planned += there is None
            known += there is not None
            if there is not None and _moved(window, there):
                differ.append(f"{place}: has another time by now, or was called off; it is left as it is")
    return Planned(planned, known, over, tuple(differ), tuple(refused))


def read(file: Path, directory: Directory | None) -> WorkCalendar:
    """The checked calendar of a file; LocalError with every error and its line."""
    try:
        return load_work(text_of(file), directory, str(file))
    except DirectoryErrors as errors:
        raise LocalError(errors.summary, str(errors)) from errors


def _in_force(municipality: str, instance: Instance) -> Directory:
    try:
        return in_force(municipality, instance)
    except api_client.Refused as refused:
        raise UsageError(f"There is no municipality {municipality!r}, as far as the running system knows.") from refused


def _zone(directory: Directory | None) -> ZoneInfo:
    return ZoneInfo(directory.municipality.time_zone) if directory else ZONE


def _plan(http: httpx.Client, window: Window) -> dict[str, Any] | None:
    """The work that was there already; None where the window is new."""
    rule = window.rule
    body = {
        "text": rule.text.words,
        "services": rule.services,
        "schools": rule.schools,
        "starts_at": window.starts_at.isoformat(),
        "ends_at": window.ends_at.isoformat(),
        "effect": rule.effect,
        "vendor": rule.vendor,
        "external_id": window.external_id,
    }
    try:
        response = http.post("/planned-work", json=body)
    except httpx.TransportError as error:
        raise LocalError(f"{http.base_url} does not answer: {error}") from error
    answer: dict[str, Any] = api_client.answer(response)
    return answer if response.status_code == httpx.codes.OK else None


def _moved(window: Window, there: dict[str, Any]) -> bool:
    times = (datetime.fromisoformat(there["starts_at"]), datetime.fromisoformat(there["ends_at"]))
    return there["state"] == "cancelled" or times != (window.starts_at, window.ends_at)


def _faults(problem: dict[str, Any]) -> Sequence[str]:
    return [f"{each['pointer'].lstrip('/')} – {each['detail']}" for each in problem.get("errors", ())]
