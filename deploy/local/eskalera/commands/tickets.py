"""`eskalera tickets`: file tickets from a file through the public API; follow one ticket through the whole system."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from chassis.faults import SURROGATE
from eskalera import api_client, ticket_files
from eskalera.commands.options import PortBase
from eskalera.errors import LocalError, UsageError
from eskalera.instances import Instance, find
from eskalera.ticket_files import Line, Rejected

tickets = typer.Typer(help="File tickets from a file; follow one through the whole system.", rich_markup_mode=None)

SOURCE = "import"
SCOPES = frozenset({"tickets:import", "tickets:file-for-others"})


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to."""

    filed: int
    known: int
    rejected: int
    rejected_file: Path

    def sentence(self) -> str:
        """For people."""
        tickets, were = "ticket" if self.filed == 1 else "tickets", "was" if self.known == 1 else "were"
        said = f"{self.filed} {tickets} filed, {self.known} {were} there already"
        return said + (f", {self.rejected} rejected: see {self.rejected_file}." if self.rejected else ".")


@tickets.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="FILE.jsonl or FILE.csv.", exists=True, dir_okay=False, readable=True)],
    municipality: Annotated[str, typer.Option("--municipality", "-m", help="Whose tickets they are.")],
    as_person: Annotated[str | None, typer.Option("--as", help="File as this person of the directory.")] = None,
    source: Annotated[str, typer.Option(help="The name of where they come from; ids are unique within it.")] = SOURCE,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    port_base: PortBase = None,
) -> None:
    """File each line through the public API, in order; a second run files nothing twice. Bad lines: FILE.rejected."""
    done = import_file(file, municipality=municipality, instance=find(port_base), as_person=as_person, source=source)
    if as_json:
        typer.echo(json.dumps({"filed": done.filed, "known": done.known, "rejected": done.rejected}))
    else:
        typer.echo(done.sentence())
    if done.rejected:
        raise typer.Exit(1)


def import_file(
    file: Path, *, municipality: str, instance: Instance, as_person: str | None = None, source: str = SOURCE
) -> Imported:
    """File every line of a file; LocalError where the system can't be reached any more."""
    try:
        lines = list(ticket_files.read(file))
    except OSError as error:
        raise UsageError(f"{file} can't be read: {error.strerror}") from error
    token = api_client.token(instance, municipality, as_person, scopes=SCOPES)
    with api_client.client(instance, token) as http:
        _may_file(http, municipality, as_person)
    rejected = Rejected(file.with_name(file.name + ticket_files.REJECTED))
    filed = known = 0
    with api_client.client(instance, token) as http, _progress() as progress:
        bar = progress.add_task(f"Tickets of {municipality}", total=len(lines))
        for line in lines:
            status = _send(http, line, source, rejected)
            filed += status == httpx.codes.CREATED
            known += status == httpx.codes.OK
            progress.advance(bar)
    return Imported(filed, known, rejected.count, rejected.path)


def _may_file(http: httpx.Client, municipality: str, person: str | None) -> None:
    """Before the first line: a wrong name is one error, not one a line."""
    try:
        api_client.send(http, "GET", "/tickets?limit=1")
    except api_client.Refused as refused:
        who = f"{person!r} is nobody of {municipality!r}" if person else f"There is no municipality {municipality!r}"
        raise UsageError(f"{who}, as far as the running system knows.") from refused


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=not Console(stderr=True).is_terminal)


def _send(http: httpx.Client, line: Line, source: str, rejected: Rejected) -> int:
    if line.body is None:
        rejected.add(line, line.wrong)
        return 0
    body = {"source": source} | line.body
    if "external_id" not in body:
        rejected.add(line, "the line has no id")
        return 0
    try:
        response = http.post("/tickets", json=body)
        if response.is_success:
            return response.status_code
        api_client.answer(response)
    except api_client.Refused as refused:
        if refused.status in (401, 403) or refused.status >= 500:
            raise LocalError(f"Stopped at line {line.number}: {refused.sentence}", refused.details) from refused
        rejected.add(line, "; ".join(_faults(refused.problem)) or refused.sentence)
    except UnicodeEncodeError:
        rejected.add(line, f"can't be sent: the line {SURROGATE}")
    except ValueError:
        rejected.add(line, "can't be sent: a number is infinite, or is none (NaN)")
    except httpx.TransportError as error:
        raise LocalError(f"Stopped at line {line.number}: {http.base_url} does not answer ({error}).") from error
    return 0


def _faults(problem: dict[str, Any]) -> list[str]:
    return [f"{ticket_files.in_the_file(each['pointer'])} {each['detail']}" for each in problem.get("errors", ())]


@tickets.command("trace")
def trace_command(
    number: Annotated[str, typer.Argument(help="The ticket's number, such as MAL-2026-000123, or its id.")],
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    port_base: PortBase = None,
) -> None:
    """One ticket from the form to the vendor's reply: every event, who handled it when, deliveries, messages."""
    from eskalera import tracing

    found = tracing.trace(find(port_base), number)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for line in _trace_lines(found):
        typer.echo(line)


def _trace_lines(found: dict[str, Any]) -> Sequence[str]:
    lines = [f"{found['number']} ({found['ticket']}) on {', '.join(found['incidents']) or 'no incident yet'}", ""]
    for event in found["events"]:
        handled = ", ".join(f"{name} {at}" for name, at in event["handled"].items())
        lines.append(f"{event['at']}  {event['by']:<13} {event['type']:<36} {handled}")
    for title, rows in (("Deliveries to vendors", found["deliveries"]), ("Messages to people", found["messages"])):
        lines += ["", title]
        lines += [f"  {row['at']}  {row['what']:<12} {row['state']:<10} {row['id']}" for row in rows] or ["  none"]
    return lines
