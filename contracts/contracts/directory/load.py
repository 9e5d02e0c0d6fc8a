"""From YAML text to a checked model, or every error with its line."""

import difflib
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from contracts.directory import source
from contracts.directory.advice import advice
from contracts.directory.check import check, check_people
from contracts.directory.errors import DirectoryErrors, Loc, Problem, path_of
from contracts.directory.findings import Finding
from contracts.directory.keys import keys_at
from contracts.directory.model import Directory
from contracts.directory.people import People
from contracts.directory.recurring import WorkCalendar, check_work

SECRET_KEY = re.compile(r"secret|passw|pwd|lösenord|token|api_?key|private_?key|credential|signing", re.IGNORECASE)
MOST_ERRORS = 200
"""Errors of form that are told in words; a file with more is another kind of file."""
PATTERNS = {
    "^[a-z0-9][a-z0-9_-]{0,62}$": "an id has lower-case letters a–z, digits, - and _, and at most 63 of them",
    "^[a-z0-9][a-z0-9-]{0,62}$": "an id here has lower-case letters a–z, digits and -, and at most 63 of them",
    "^(team|vendor):[a-z0-9][a-z0-9-]{0,62}$": "a party is written team:<id> or vendor:<id>",
    "^[A-Z]{2,5}$": "write two to five capital letters A–Z",
    "^[A-ZÅÄÖ]{2,4}$": "write two to four capital letters A–Ö",
    "^[A-ZÅÄÖ0-9]{1,4}$": "write one to four capital letters A–Ö or digits",
    "^[a-z0-9][a-z0-9_.-]{0,99}$": "a person's id has lower-case letters a–z, digits, dots, - and _, at most 100",
    r"^\S([\s\S]*\S)?$": "take away the blanks at the beginning and the end",
    r"^\+?[0-9][0-9 -]{4,20}$": "write a telephone number of digits, blanks and hyphens",
}
PATTERN_STARTS = {
    "^(local": "a party is written team:<id>, vendor:<id>, local, local:pedagogical or coordinator",
    "^(([01]": 'write a time of day such as "07:00"',
    "^[^@": "write a whole e-mail address",
    "^(reporter": "write reporter, local, local:pedagogical, coordinator or team:<id>",
    "^(coordinator": "write coordinator or team:<id>",
    "^[^|": "a group's name has 1 to 200 characters and no |",
}
_PLAIN = {
    "missing": "is missing",
    "string_type": "write a text here",
    "int_type": "write a whole number here",
    "bool_parsing": "write true or false here",
    "model_type": "write keys and values here, not a single value",
    "model_attributes_type": "write keys and values here, not a single value",
    "tuple_type": "write a list here",
    "dict_type": "write keys and values here, not a single value",
    "bool_type": "write true or false here",
    "int_parsing": "write a whole number here",
    "int_from_float": "write a whole number here",
    "greater_than_equal": "write at least {ge}",
    "less_than_equal": "write at most {le}",
    "greater_than": "write more than {gt}",
    "less_than": "write less than {lt}",
    "string_too_short": "write at least {min_length} characters",
    "string_too_long": "write at most {max_length} characters",
    "too_short": "name at least {min_length}",
    "too_long": "name at most {max_length}",
    "date_type": "write a date such as 2026-10-05",
    "date_parsing": "write a date such as 2026-10-05",
    "date_from_datetime_parsing": "write a date such as 2026-10-05",
    "date_from_datetime_inexact": "write a date such as 2026-10-05, without a time",
}
_ANYTHING_ELSE = "is not what belongs here"
_NOBODY = "names nobody, and with it everybody would have left; where there is no such file, nothing changes of people"
_STAND_IN = {"id": "unreadable", "name": "?", "number_prefix": "XX"}

M = TypeVar("M", bound=BaseModel)


def load(text: str, filename: str = "directory.yaml") -> Directory:
    """The checked directory. DirectoryErrors with every error of form and, as far as the form allows, of meaning."""
    root, problems = source.read(text)
    if root is None:
        raise DirectoryErrors(filename, problems)
    directory, found, kept = _validate(Directory, root)
    problems += found
    if directory is not None:
        problems += [_locate(root, finding, kept) for finding in check(directory, broken=_broken_ids(root, kept))]
    if problems or directory is None:
        raise DirectoryErrors(filename, problems)
    return directory


def advise(text: str, directory: Directory) -> list[Problem]:
    """What the file's writer may want to look at again, in a file that `load` made `directory` of."""
    root, _ = source.read(text)
    return sorted(_locate(root, finding, {}) for finding in advice(directory)) if root else []


def load_people(text: str, directory: Directory | None = None, filename: str = "people.yaml") -> People:
    """The people of a municipality; with `directory` their roles, schools and teams are checked too."""
    return with_somebody(_load(People, text, filename, lambda people: check_people(people, directory)), filename)


def with_somebody(people: People, filename: str) -> People:
    """DirectoryErrors where nobody is named: an export that failed is likelier than that everybody has left."""
    if not people.people:
        raise DirectoryErrors(filename, [Problem(1, 1, "people", _NOBODY)])
    return people


def load_work(text: str, directory: Directory | None = None, filename: str = "work.yaml") -> WorkCalendar:
    """A municipality's yearly calendar of work; with `directory` its services, schools and vendors are checked too."""
    return _load(WorkCalendar, text, filename, lambda recurring: check_work(recurring, directory))


def _load(model: type[M], text: str, filename: str, check_of: Callable[[M], Iterable[Finding]]) -> M:
    root, problems = source.read(text)
    if root is None:
        raise DirectoryErrors(filename, problems)
    found, wrong, kept = _validate(model, root)
    problems += wrong
    if found is not None:
        problems += [_locate(root, finding, kept) for finding in check_of(found)]
    if problems or found is None:
        raise DirectoryErrors(filename, problems)
    return found


Kept = dict[str, list[int]]
"""Of each top-level list with broken items: the positions of the sound ones."""


def _validate(model: type[M], root: source.Node) -> tuple[M | None, list[Problem], Kept]:
    """The model, its errors, and what was left out to read its meaning in spite of them."""
    plain = root.plain()
    try:
        return model.model_validate(plain), [], {}
    except ValidationError as error:
        errors = [detail for detail in error.errors(include_url=False) if not _follows(detail)]
    problems = [_problem(root, model, detail) for detail in errors[:MOST_ERRORS]]
    if len(errors) > MOST_ERRORS:
        problems.append(Problem(*problems[-1].place, "", f"and {len(errors) - MOST_ERRORS} more errors"))
    kept = _without_broken_items(plain, errors)
    try:
        return model.model_validate(plain), problems, kept
    except ValidationError:
        return None, problems, kept


def _follows(detail: ErrorDetails) -> bool:
    """A list that is too short only because its items have errors of their own."""
    return detail["type"] == "too_short" and bool(detail["input"])


def _without_broken_items(plain: Any, errors: list[ErrorDetails]) -> Kept:
    """Drop each list item that has an error, so that the others can still be checked; change `plain` in place."""
    broken: dict[str, set[int]] = {}
    for detail in errors:
        match detail["loc"]:
            case (str(key),) if detail["type"] == "extra_forbidden":
                plain.pop(key, None)
            case ("municipality", *_) if isinstance(plain, dict):
                plain["municipality"] = _STAND_IN
            case ("thresholds" | "urgencies" as key, *_):
                plain.pop(key, None)
            case (str(key), int(position), *_):
                broken.setdefault(key, set()).add(position)
    kept: Kept = {}
    for key, positions in broken.items():
        kept[key] = [i for i in range(len(plain[key])) if i not in positions]
        plain[key] = [plain[key][i] for i in kept[key]]
    return kept


def _broken_ids(root: source.Node, kept: Kept) -> dict[str, set[str]]:
    """Ids of the items left out, by list: references to them are no errors of their own."""
    plain: Any = root.plain()
    left_out = {key: [item for i, item in enumerate(plain[key]) if i not in sound] for key, sound in kept.items()}
    # Lower case too: the most common broken id is one with a capital, and others refer to it rightly.
    return {
        key: {
            name
            for item in items
            if isinstance(item, dict)
            for name in (str(item.get("id")), str(item.get("id")).lower())
        }
        for key, items in left_out.items()
    }


def _locate(root: source.Node, finding: Finding, kept: Kept) -> Problem:
    loc: Loc = finding.loc
    match loc:
        case (str(key), int(position), *rest) if key in kept:
            loc = (key, kept[key][position], *rest)
    return Problem(*root.locate(loc), path_of(loc), finding.message)


def _problem(root: source.Node, model: type[BaseModel], detail: ErrorDetails) -> Problem:
    loc = _written(root, detail["loc"])
    extra = detail["type"] == "extra_forbidden"
    return Problem(*root.locate(loc, key=extra), path_of(loc), sentence_of(model, detail))


def _written(root: source.Node, loc: Loc) -> Loc:
    """The error's path without the names of alternatives that Pydantic puts between keys."""
    node, path = root, []
    for index, part in enumerate(loc):
        inside = node.parts
        if isinstance(inside, dict) and part in inside:
            node = inside[str(part)]
        elif isinstance(inside, list) and isinstance(part, int) and part < len(inside):
            node = inside[part]
        elif index < len(loc) - 1 or not isinstance(inside, dict):
            continue
        path.append(part)
    return tuple(path)


def sentence_of(model: type[BaseModel], detail: ErrorDetails) -> str:
    """What is wrong with one value, for whoever wrote it."""
    kind, context, given = detail["type"], detail.get("ctx", {}), detail["input"]
    if kind == "extra_forbidden":
        return _unknown_key(model, detail["loc"])
    if kind == "value_error":
        return str(context["error"])
    shown = f"{given!r}: " if isinstance(given, str | int | float) and len(repr(given)) <= 60 else ""
    if kind == "string_pattern_mismatch":
        pattern = str(context["pattern"])
        by_start = next((text for start, text in PATTERN_STARTS.items() if pattern.startswith(start)), None)
        return shown + (PATTERNS.get(pattern) or by_start or _ANYTHING_ELSE)
    if kind == "literal_error":
        return f"{shown}choose one of {context['expected']}"
    if kind == "union_tag_invalid":
        return f"{context['tag']!r}: choose one of {context['expected_tags']}"
    return _PLAIN[kind].format_map(context) if kind in _PLAIN else shown + _ANYTHING_ELSE


def _unknown_key(model: type[BaseModel], loc: Loc) -> str:
    """With the nearest one that there is in its place: one of another place would be as unknown."""
    key = str(loc[-1])
    if SECRET_KEY.search(key):
        return f"no secrets in this file: remove '{key}' and name the installation's secret by secret_ref"
    near = difflib.get_close_matches(key, keys_at(model, loc[:-1]), n=1)
    return f"unknown key '{key}'" + (f", did you mean '{near[0]}'?" if near else "")
