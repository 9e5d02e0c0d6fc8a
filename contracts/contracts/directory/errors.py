"""What is wrong with a file, and where."""

from dataclasses import dataclass

Loc = tuple[str | int, ...]
"""Path into the document: keys and list positions."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One error, with its place in the file (line and column count from 1)."""

    line: int
    column: int
    path: str
    """Where in the document: `matrix[2].when.service`; empty for the file as a whole."""
    message: str

    @property
    def place(self) -> tuple[int, int]:
        """Line and column."""
        return self.line, self.column


class DirectoryErrors(ValueError):
    """Everything that is wrong with a directory or people file, in the order of its lines."""

    def __init__(self, filename: str, problems: list[Problem]) -> None:
        self.filename = filename
        self.problems = sorted(set(problems))
        super().__init__("\n".join(f"{filename}:{p.line}:{p.column}: {_at(p)}{p.message}" for p in self.problems))

    @property
    def summary(self) -> str:
        """One line: "malarvik.yaml has 2 errors."."""
        count = len(self.problems)
        return f"{self.filename} has {count} error{'' if count == 1 else 's'}."


def _at(problem: Problem) -> str:
    return f"{problem.path}: " if problem.path else ""


def path_of(loc: Loc) -> str:
    """`("matrix", 2, "path")` as `matrix[2].path`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).removeprefix(".")
