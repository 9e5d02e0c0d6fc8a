"""YAML read as plain data with the place of every key and value.

The safe part of YAML 1.2 only: no tags (nothing is ever constructed), no anchors and aliases (no bombs), no key twice,
`no` and `on` are words and `07:00` is no number. Built from the parser's events, so depth is bounded and each mistake
that leaves the file readable is reported, not only the first.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from contracts.directory.errors import Loc, Problem, path_of

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 20

Scalar = str | int | float | bool | None
Plain = Scalar | list["Plain"] | dict[str, "Plain"]
Mark = tuple[int, int]
"""Line and column, from 1."""

_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, Scalar] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(slots=True)
class Node:
    """A value with its place; `parts` and `keys` for what lies inside a mapping or list."""

    mark: Mark
    scalar: Scalar = None
    parts: "dict[str, Node] | list[Node] | None" = None
    keys: dict[str, Mark] = field(default_factory=dict)

    def plain(self) -> Plain:
        """The value without places."""
        if isinstance(self.parts, dict):
            return {key: node.plain() for key, node in self.parts.items()}
        if isinstance(self.parts, list):
            return [node.plain() for node in self.parts]
        return self.scalar

    def locate(self, loc: Loc, *, key: bool = False) -> Mark:
        """Place of the value at `loc` (of its key with `key`), or of the nearest thing around it that is written."""
        node, mark = self, self.mark
        for part in loc:
            inside = node.parts
            if isinstance(inside, dict) and part in inside:
                mark = node.keys[str(part)] if key else inside[str(part)].mark
                node = inside[str(part)]
            elif isinstance(inside, list) and isinstance(part, int) and part < len(inside):
                node = inside[part]
                mark = node.mark
        return mark


class _Unreadable(Exception):
    pass


@dataclass(slots=True)
class _Reader:
    events: Iterator[yaml.Event]
    problems: list[Problem] = field(default_factory=list)

    def node(self, event: yaml.Event, loc: Loc) -> Node:
        mark = _place(event.start_mark)
        if len(loc) > MAX_DEPTH:
            self._say(mark, loc, f"nested deeper than {MAX_DEPTH} levels")
            raise _Unreadable
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._say(mark, loc, "anchors (&) and aliases (*) are not used here: write the value out")
        if getattr(event, "tag", None):
            self._say(mark, loc, f"tags such as {event.tag} are not used here")  # type: ignore[attr-defined]
        match event:
            case yaml.MappingStartEvent():
                return self._mapping(mark, loc)
            case yaml.SequenceStartEvent():
                items: list[Node] = []
                while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
                    items.append(self.node(event, (*loc, len(items))))
                return Node(mark, parts=items)
            case yaml.ScalarEvent():
                return Node(mark, scalar=_scalar(event.value) if event.style is None else event.value)
        return Node(mark)

    def _mapping(self, mark: Mark, loc: Loc) -> Node:
        parts: dict[str, Node] = {}
        keys: dict[str, Mark] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            at = _place(event.start_mark)
            if isinstance(event, yaml.ScalarEvent):
                key = str(event.value)
            else:
                self._say(at, loc, "a key is one word")
                key = ""
                self.node(event, (*loc, key))
            value = self.node(next(self.events), (*loc, key))
            if key in parts:
                self._say(at, (*loc, key), f"'{key}' is written twice, first on line {keys[key][0]}")
                continue
            parts[key], keys[key] = value, at
        return Node(mark, parts=parts, keys=keys)

    def _say(self, mark: Mark, loc: Loc, message: str) -> None:
        self.problems.append(Problem(*mark, path_of(loc), message))


def _place(mark: Any) -> Mark:
    """Place of a parser's mark; the stubs say it may be missing, the Python parser always sets it."""
    return mark.line + 1, mark.column + 1


def _scalar(text: str) -> Scalar:
    if text in _WORDS or text.lower() in ("true", "false", "null"):
        return _WORDS[text.lower()]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def read(text: str) -> tuple[Node | None, list[Problem]]:
    """The document's root and what is wrong with it as YAML; None where it can't be read to its end."""
    if len(text) > MAX_CHARACTERS:
        return None, [Problem(1, 1, "", f"the file has more than {MAX_CHARACTERS} characters")]
    try:
        reader = _Reader(iter(yaml.parse(text, Loader=yaml.SafeLoader)))
    except yaml.reader.ReaderError as error:
        return None, [_unreadable(text, error)]
    try:
        root = _document(reader)
    except _Unreadable:
        return None, reader.problems
    except yaml.YAMLError as error:
        return None, [*reader.problems, _unreadable(text, error)]
    return root, reader.problems


def _document(reader: _Reader) -> Node:
    root: Node | None = None
    for event in reader.events:
        if isinstance(event, yaml.DocumentStartEvent) and root is not None:
            reader.problems.append(Problem(*_place(event.start_mark), "", "a second document begins here"))
            raise _Unreadable
        if isinstance(event, yaml.NodeEvent):
            root = reader.node(event, ())
    return root or Node((1, 1))


def _unreadable(text: str, error: yaml.YAMLError) -> Problem:
    if isinstance(error, yaml.reader.ReaderError):
        before = text[: error.position]
        line, column = before.count("\n") + 1, error.position - (before.rfind("\n") + 1) + 1
        return Problem(line, column, "", "a character that no text has (a control character or broken encoding)")
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return Problem(*_place(error.problem_mark), "", _plain(error))
    return Problem(1, 1, "", _NOT_YAML)


def _plain(error: yaml.MarkedYAMLError) -> str:
    """The parser speaks of tokens and nodes; whoever wrote the file knows colons, brackets and indentation."""
    problem, context = error.problem or "", error.context or ""
    begun = f" that begins on line {error.context_mark.line + 1}" if error.context_mark else ""
    if "quoted scalar" in context:
        return f"the text in quotation marks{begun} has no end, or a backslash that means nothing"
    if "flow" in context:
        return f"the list or mapping in brackets{begun} wants a comma or its closing bracket here"
    return next((words for said, words in _SAID.items() if said in problem), _NOT_YAML)


_NOT_YAML = "cannot be read from here on: look at colons, brackets, quotation marks and how lines are indented"
_SAID = {
    "mapping values are not allowed": "a colon is too much here: put a text that has one in quotation marks",
    "could not find expected ':'": "a colon is missing before this",
    "'\\t'": "indent with blanks, not with tabs",
    "that cannot start any token": "a text that begins with this character stands in quotation marks",
    "expected <block end>": "this does not belong to the lines before it: look at how it is indented",
}
