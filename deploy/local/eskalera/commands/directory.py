"""`eskalera directory`: a municipality's file checked, compared, explained, put in force."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from contracts.directory import (
    Change,
    Directory,
    DirectoryErrors,
    People,
    Problem,
    advise,
    diff,
    diff_people,
    load,
    load_people,
    load_people_csv,
    urgency_of,
)
from contracts.directory import explain as answers
from contracts.values import Language
from eskalera import api_client, explanation
from eskalera.commands.options import PortBase
from eskalera.errors import LocalError, UsageError
from eskalera.furnish import MUNICIPALITIES
from eskalera.instances import Instance, find, running

directory = typer.Typer(help="A municipality's configuration.", rich_markup_mode=None)

AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
File = Annotated[Path, typer.Argument(help="The YAML file; its people lie beside it: NAME.people.yaml or .csv.")]


@directory.command("check")
def check(
    files: Annotated[list[Path], typer.Argument(help="Directory files; several as one installation.")],
    as_json: AsJson = False,
) -> None:
    """Find every error, with its line, and what is hardly meant. Exit code 1 when there is an error."""
    loaded: dict[Path, Directory] = {}
    problems: list[tuple[str, Problem]] = []
    doubts: list[tuple[str, Problem]] = []
    for file in files:
        try:
            loaded[file] = read(file)
            doubts += [(str(file), problem) for problem in advise(text_of(file), loaded[file])]
            people_of(file, loaded[file])
        except DirectoryErrors as errors:
            problems += [(errors.filename, problem) for problem in errors.problems]
    problems += _shared(loaded)
    if as_json:
        found = {"ok": not problems, "errors": _as_objects(problems), "advice": _as_objects(doubts)}
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _print_problems(problems)
        _print_problems(doubts, "look again: ")
        for file, known in loaded.items():
            typer.echo(f"{file}: {_summary(known)}")
    if problems:
        raise typer.Exit(1)


@directory.command("diff")
def show_diff(
    file: File,
    against: Annotated[Path | None, typer.Option(help="Another file, instead of what is in force.")] = None,
    as_json: AsJson = False,
    port_base: PortBase = None,
) -> None:
    """Say in words what would change if the file were applied, with its people where they lie beside it.

    What `apply` would refuse now is refused in the same words, with exit code 1: people who were erased, a party that
    holds cases.
    """
    new = read_or_fail(file)
    old = read_or_fail(against) if against else in_force(new.id, find(port_base))
    changes = diff(old, new)
    refused: LocalError | None = None
    if against:
        changes += _diff_people(file, new, against, old)
    else:
        try:
            told = apply_file(file, find(port_base), dry_run=True).get("people", ())
            changes += [Change(**each) for each in told]
        except LocalError as error:  # said after what would change
            refused = error
    if as_json:
        typer.echo(json.dumps([asdict(change) for change in changes], ensure_ascii=False, indent=2))
    else:
        for change in changes:
            typer.echo(f"  {change}")
        if changes:
            typer.echo(f"{len(changes)} change{'s' if len(changes) > 1 else ''}.")
    if refused is not None:
        raise refused
    if not changes and not as_json:
        typer.echo("Nothing would change.")


def _diff_people(file: Path, known: Directory, against: Path, old: Directory) -> list[Change]:
    """Nothing where no people lie beside the file: those who are there stay as they are."""
    new_people, old_people = _people_or_fail(file, known), _people_or_fail(against, old)
    if new_people is None:
        return []
    people = ([person.model_dump() for person in each.people] if each else [] for each in (old_people, new_people))
    return diff_people(*people)


@directory.command("apply")
def apply(
    file: File,
    bring_back: Annotated[
        bool, typer.Option("--bring-back", help="People who were erased may be in the file: they are known again.")
    ] = False,
    port_base: PortBase = None,
) -> None:
    """Put the file in force in the running system, with its people where they lie beside it.

    A file with somebody who was erased is refused, and says where they stand: it would bring name and address back.
    """
    answer = apply_file(file, find(port_base), bring_back=bring_back)
    fact = "in force" if answer.get("changed", True) else "was in force already"
    typer.echo(f"{file}: {fact}, version {answer.get('version', 'unknown')}.")


@directory.command("explain")
def explain(
    municipality: Annotated[str, typer.Option("--municipality", "-m", help="Its id, or a directory file.")],
    school: Annotated[str | None, typer.Option(help="School id.")] = None,
    unit: Annotated[str | None, typer.Option(help="Id of a unit of the school.")] = None,
    service: Annotated[str | None, typer.Option(help="Service id.")] = None,
    asset: Annotated[
        str | None,
        typer.Option(help="Asset tag; its code gives the device class, and with no service what it is about."),
    ] = None,
    device_class: Annotated[str | None, typer.Option(help="Device class id.")] = None,
    urgency: Annotated[int, typer.Option(min=1, max=4, help="1 is the most urgent.")] = 3,
    need: Annotated[str | None, typer.Option(help="With --impact, instead of --urgency: what is needed.")] = None,
    impact: Annotated[str | None, typer.Option(help="How many are hit.")] = None,
    scope: Annotated[str | None, typer.Option(help="How far it reaches.")] = None,
    kind: Annotated[str, typer.Option(help="incident, request, need or idea.")] = "incident",
    language: Annotated[Language, typer.Option(help="sv or en: of the directory's own words and sentences.")] = "sv",
    as_json: AsJson = False,
    port_base: PortBase = None,
) -> None:
    """Who has such a case, who is next, what is promised, by which rule, and what follows if nothing happens.

    Of a municipality that the running system serves, as the page Vem gör vad says: from what is in force there. Else
    from the file that is shipped, or from the file that is named; the first line says which.
    """
    known, source = asked_of(municipality, port_base)
    urgency = _from_table(known, need, impact) or urgency
    case = answers.Case(school, unit, service, asset, device_class, urgency, scope, kind)
    wrong = explanation.unknown(known, case)
    if wrong:
        raise UsageError(wrong)
    found = answers.explain(known, case)
    if as_json:
        typer.echo(json.dumps(explanation.as_json(found) | {"answered_from": source}, ensure_ascii=False, indent=2))
    else:
        typer.echo(f"From        {source}, version {known.version}")
        for line in explanation.lines(found, language):
            typer.echo(line)


def _from_table(known: Directory, need: str | None, impact: str | None) -> int | None:
    """The urgency of a need and an impact; None where neither is given."""
    if need is None and impact is None:
        return None
    table = known.urgencies
    if need is None or impact is None or (need, impact) not in table.table:
        needs, impacts = (", ".join(choice.id for choice in choices) for choices in (table.needs, table.impacts))
        raise UsageError(f"Give --need (one of {needs}) and --impact (one of {impacts}) together.")
    return urgency_of(known, need, impact)


def apply_file(file: Path, instance: Instance, *, bring_back: bool = False, dry_run: bool = False) -> dict[str, Any]:
    """Put a file in force; the API's answer. Errors of the file and the API's refusals are LocalErrors.

    `dry_run`: only ask whether it would be taken.
    """
    known = read_or_fail(file)
    body: dict[str, Any] = {"directory": text_of(file)} | ({"bring_back": True} if bring_back else {})
    body |= {"dry_run": True} if dry_run else {}
    people = _people_or_fail(file, known)
    if people is not None:
        # The API takes YAML, and JSON is YAML.
        table = people_file(file).suffix == ".csv"
        body["people"] = people.model_dump_json(exclude_defaults=True) if table else text_of(people_file(file))
    with api_client.client(instance, api_client.token(instance, known.id)) as http:
        try:
            answer: dict[str, Any] | None = api_client.send(http, "PUT", f"/directories/{known.id}", json=body)
        except api_client.Refused as refused:  # it names a field of the API's
            said = refused.sentence.replace("`bring_back`", "`directory apply --bring-back`")
            raise api_client.Refused(said, refused.details, refused.status, refused.problem) from refused
    return answer or {}


def in_force(municipality: str, instance: Instance) -> Directory:
    """The directory that the running system has for a municipality."""
    with api_client.client(instance, api_client.token(instance, municipality)) as http:
        found: dict[str, Any] = api_client.send(http, "GET", f"/directories/{municipality}")
    return Directory.model_validate(found["directory"])


def asked_of(name: str, port_base: int | None) -> tuple[Directory, str]:
    """What a municipality's id or a file stands for, and in words where it is from."""
    if Path(name).is_file() or (port_base is None and not running()):
        file = find_file(name)
        return read_or_fail(file), str(file)
    instance = find(port_base)
    try:
        return in_force(name, instance), f"what is in force (port base {instance.port_base})"
    except api_client.Refused:  # it does not serve it
        file = find_file(name)
        return read_or_fail(file), f"{file}, which is not in force"


def is_in_force(file: Path, instance: Instance) -> bool:
    """Whether the running system has any directory of the file's municipality."""
    try:
        in_force(read_or_fail(file).id, instance)
    except api_client.Refused:
        return False
    return True


def find_file(name: str) -> Path:
    """A file by its path, or a shipped one by the municipality's id."""
    shipped = MUNICIPALITIES / f"{name}.yaml"
    if Path(name).is_file():
        return Path(name)
    if Path(name).name == name and shipped.is_file():
        return shipped
    known = ", ".join(sorted(file.stem for file in MUNICIPALITIES.glob("*.yaml") if "." not in file.stem))
    raise UsageError(f"{name!r} is no file, and no municipality that is shipped ({known}).")


def people_file(file: Path) -> Path:
    """Where a municipality's people lie beside its directory, as YAML or as a table; LocalError for both."""
    document, table = (file.with_name(f"{file.stem}.people.{ending}") for ending in ("yaml", "csv"))
    if document.exists() and table.exists():
        raise LocalError(f"{document} and {table} are there both: keep the one that is right.")
    return table if table.exists() else document


def people_of(file: Path, known: Directory) -> People | None:
    """The people that lie beside a directory file; None where none do. DirectoryErrors."""
    people = people_file(file)
    if not people.exists():
        return None
    if people.suffix == ".csv":
        return load_people_csv(text_of(people), known, str(people))
    return load_people(text_of(people), known, str(people))


def text_of(file: Path) -> str:
    """A file's text; LocalError where it can't be read, DirectoryErrors where it is no UTF-8."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise LocalError(f"{file} can't be read: {error.strerror or error}.") from error
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        raise DirectoryErrors(str(file), [Problem(line, column, "", "no UTF-8: save the file as UTF-8")]) from error


def read(file: Path) -> Directory:
    """The checked directory of a file; DirectoryErrors."""
    return load(text_of(file), str(file))


def read_or_fail(file: Path) -> Directory:
    """The checked directory of a file; LocalError with every error and its line."""
    try:
        return read(file)
    except DirectoryErrors as errors:
        raise LocalError(errors.summary, str(errors)) from errors


def read_all_or_fail(files: Iterable[Path]) -> dict[Path, Directory]:
    """Those that are to be in force together, their people checked too; LocalError of the first that can't be."""
    loaded = {file: read_or_fail(file) for file in files}
    for file, known in loaded.items():
        _people_or_fail(file, known)
    for name, problem in _shared(loaded):
        raise LocalError(f"{name} can't be in force beside the others.", f"{problem.message}.")
    return loaded


def _people_or_fail(file: Path, known: Directory) -> People | None:
    try:
        return people_of(file, known)
    except DirectoryErrors as errors:
        raise LocalError(errors.summary, str(errors)) from errors


def _shared(loaded: dict[Path, Directory]) -> list[tuple[str, Problem]]:
    """What must be unique among the municipalities of one installation."""
    problems: list[tuple[str, Problem]] = []
    owners: dict[tuple[str, str], Path] = {}
    for file, known in loaded.items():
        own = [("id", known.id), ("number prefix", known.municipality.number_prefix)]
        own += [("connection", name) for name in known.connections]
        for what, value in own:
            other = owners.setdefault((what, value), file)
            if other != file:
                problems.append((str(file), Problem(1, 1, "", f"the {what} {value!r} is {other}'s already")))
    return problems


def _as_objects(problems: list[tuple[str, Problem]]) -> list[dict[str, Any]]:
    return [{"file": name, **asdict(problem)} for name, problem in problems]


def _print_problems(problems: list[tuple[str, Problem]], mark: str = "") -> None:
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    for name, problem in problems:
        path = f"{problem.path}: " if problem.path else ""
        console.print(
            f"[bold]{escape(name)}:{problem.line}:{problem.column}[/]: {escape(mark + path + problem.message)}"
        )


def _summary(known: Directory) -> str:
    counted = (
        f"{len(known.schools)} schools, {len(known.teams)} teams, {len(known.vendors)} vendors, "
        f"{len(known.services)} services, {len(known.matrix)} rules"
    )
    return f"{known.municipality.name.sv}, version {known.version}: {counted}."
