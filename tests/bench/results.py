"""What a measurement found, as lines of the table that `make bench` ends with.

    found = Results("intake")
    found.add("JSON API, CPU against a bare insert", 2.3, "×", at_most=2.5)
    sys.exit(found.missed())

Lines go to the file that ESKALERA_BENCH_RESULTS names, if it does.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

VARIABLE = "ESKALERA_BENCH_RESULTS"


@dataclass(frozen=True)
class Line:
    """One figure, with what was promised of it."""

    measurement: str
    what: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def kept(self) -> bool:
        return (self.at_most is None or self.value <= self.at_most) and (
            self.at_least is None or self.value >= self.at_least
        )

    @property
    def figure(self) -> str:
        number = f"{self.value:,.3g}" if abs(self.value) < 100 else f"{self.value:,.0f}"
        return f"{number} {self.unit}".rstrip()

    @property
    def promise(self) -> str:
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return f"≥ {self.at_least:g}" if self.at_least is not None else ""


class Results:
    """The lines of one measurement."""

    def __init__(self, measurement: str) -> None:
        self._measurement = measurement
        self._lines: list[Line] = []

    def add(
        self, what: str, value: float, unit: str, *, at_most: float | None = None, at_least: float | None = None
    ) -> None:
        line = Line(self._measurement, what, value, unit, at_most, at_least)
        self._lines.append(line)
        if (file := os.environ.get(VARIABLE)) is not None:
            with Path(file).open("a", encoding="utf-8") as output:
                output.write(json.dumps(asdict(line)) + "\n")

    @property
    def lines(self) -> list[Line]:
        return list(self._lines)

    def missed(self) -> bool:
        """Whether a promise was not kept."""
        return not all(line.kept for line in self._lines)


def read(file: Path) -> list[Line]:
    return [Line(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]


def table(lines: list[Line]) -> str:
    """Aligned columns: what, figure, promise, whether it was kept, command."""
    rows = [("what", "figure", "promised", "", "command")]
    rows += [
        (
            line.what,
            line.figure,
            line.promise,
            "" if not line.promise else "kept" if line.kept else "MISSED",
            f"python -m tests.bench.{line.measurement}",
        )
        for line in lines
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    padded = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows)
    return "\n".join("  ".join(cells).rstrip() for cells in padded)
