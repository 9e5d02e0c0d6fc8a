"""`eskalera work check`: the calendar's errors with their lines, its windows without a running system."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from eskalera.cli import build
from eskalera.errors import LocalError
from tests.support.directories import MUNICIPALITIES

FILE = MUNICIPALITIES / "malarvik.arbeten.yaml"


def run(*arguments: str | Path) -> Result:
    words = ["work", *map(str, arguments)]
    return CliRunner().invoke(build(words), words)


def test_v10_check_lists_the_windows_of_a_year() -> None:
    result = run("check", FILE, "--directory", MUNICIPALITIES / "malarvik.yaml", "--year", "2027")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert len(lines) == 10
    assert "2027-03-02 16:00 – 2027-03-02 20:00  Certifikaten för inloggning" in result.stdout


@pytest.mark.parametrize("directory", [(), ("--directory", MUNICIPALITIES / "hallsberg.yaml")])
def test_check_names_each_error_with_its_line(tmp_path: Path, directory: tuple[str | Path, ...]) -> None:
    text = FILE.read_text("utf-8").replace("effect: down", "effect: dwon", 1)
    file = tmp_path / "arbeten.yaml"
    file.write_text(text, "utf-8")
    result = run("check", file, *directory)
    assert isinstance(result.exception, LocalError)
    line = text[: text.index("dwon")].count("\n") + 1
    assert f"{file}:{line}:" in result.exception.details
    assert bool(directory) is ("is 'malarvik''s, not 'hallsberg''s" in result.exception.details)
