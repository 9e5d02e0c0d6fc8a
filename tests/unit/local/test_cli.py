"""The `eskalera` command answers without loading what its answer does not need."""

import subprocess
import sys
from pathlib import Path

HEAVY = ("pydantic", "psutil", "rich", "sqlalchemy", "aiokafka", "holidays")
PROGRAM = """
import sys
from eskalera.cli import main
sys.argv = ["eskalera", *sys.argv[1:]]
try:
    main()
finally:
    sys.stderr.write(" ".join(["LOADED", *(name for name in {heavy!r} if name in sys.modules)]))
"""


def loaded(*arguments: str, state: str) -> tuple[str, set[str]]:
    """What the command printed, and which of the heavy packages it took."""
    program = PROGRAM.format(heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        env={"PATH": "", "XDG_STATE_HOME": state},
        check=False,
    )
    return done.stdout + done.stderr, set(done.stderr.rpartition("LOADED")[2].split())


def test_help_is_there_at_once(tmp_path: Path) -> None:
    said, heavy = loaded("--help", state=str(tmp_path))
    assert "Start the whole system on this machine, for real." in said
    assert heavy == set()


def test_that_nothing_runs_is_said_without_looking_at_processes(tmp_path: Path) -> None:
    said, heavy = loaded("status", state=str(tmp_path))
    assert "Eskalera is not running; start it with `eskalera up`." in said
    assert heavy == {"pydantic"}  # typer's own


def test_down_takes_the_options_that_up_was_started_with(tmp_path: Path) -> None:
    given = ("--detach", "--data", "d", "--port-base", "9000", "--empty", "--municipality", "m.yaml")
    said, _ = loaded("down", *given, state=str(tmp_path))
    assert "No such option" not in said
    assert "is not running" in said
