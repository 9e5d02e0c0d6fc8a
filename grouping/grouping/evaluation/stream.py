"""Lines of a ticket stream as reports, with their labels where they have some."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grouping.report import Kind, Report, Surroundings

_KINDS: Mapping[str, Kind] = {"incident": "incident", "request": "request", "need": "need", "idea": "idea"}


class Bad(ValueError):
    """A line that is no ticket; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Truth:
    """A ticket's label: its cause's group, and the true service and scope of that."""

    group: str
    service: str | None
    scope: str | None


@dataclass(frozen=True, slots=True)
class Labelled:
    """A report with its label; None where nobody has labelled it."""

    report: Report
    truth: Truth | None


def labelled(line: Any) -> Labelled:
    """A line's JSON: {id, filed_at, school, reporter, kind, title, …, truth?}; Bad where it is none."""
    if not isinstance(line, dict):
        raise Bad("not a JSON object")
    for name in ("id", "filed_at"):
        if not isinstance(line.get(name), str) or not line[name]:
            raise Bad(f"no {name}")
    return Labelled(_report(line), _truth(line.get("truth")))


def unknown(line: Mapping[str, Any], around: Surroundings) -> Iterator[str]:
    """What a line names that nobody knows, a clause each. It is run all the same: a form may be as wrong."""
    schools = {school.id for school in around.schools}
    services = {service.id for service in around.services} | {"other"}
    truth = line.get("truth")
    told = truth.get("service") if isinstance(truth, dict) else None
    for name, value, known in (
        ("school", line.get("school"), schools),
        ("service", line.get("service"), services),
        ("service", told if told != line.get("service") else None, services),
    ):
        if value not in (None, "") and str(value) not in known:
            yield f"the {name} {str(value)!r} is not in the directory"
    kind = line.get("kind")
    if kind is not None and str(kind) not in _KINDS:
        yield f"{str(kind)!r} is no kind of ticket: it is read as an incident"


def _report(line: Mapping[str, Any]) -> Report:
    try:
        occurred_at = datetime.fromisoformat(line["filed_at"])
    except ValueError as error:
        raise Bad(f"filed_at is no time: {line['filed_at']!r}") from error
    if occurred_at.tzinfo is None:
        raise Bad("filed_at has no offset")
    return Report(
        ticket=line["id"],
        kind=_KINDS.get(str(line.get("kind")), "incident"),
        reporter=_text(line.get("reporter")),
        title=_text(line.get("title")),
        school=_text(line.get("school")),
        occurred_at=occurred_at,
        description=_text(line.get("description")),
        language="en" if line.get("language") == "en" else "sv",
        reporter_role=_text(line.get("reporter_role")) or None,
        unit=_text(line.get("unit")) or None,
        room=_text(line.get("room")) or None,
        service=_text(line.get("service")) or None,
        asset=_text(line.get("asset")) or None,
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _truth(value: Any) -> Truth | None:
    if not isinstance(value, dict) or not value.get("group"):
        return None
    return Truth(str(value["group"]), value.get("service"), value.get("scope"))
