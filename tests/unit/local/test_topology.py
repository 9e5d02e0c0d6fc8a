"""What the local system is put together from."""

import os
import socket
import sys
import threading
from pathlib import Path

from eskalera import children
from eskalera.furnish import DEMO_FILES
from eskalera.layout import Layout
from eskalera.parts import Part, PythonProgram, answers_ok
from eskalera.topology import BEHIND_PEOPLE, topology


def test_what_sends_mails_and_webhooks_stands_back_for_what_people_wait_for(tmp_path: Path) -> None:
    given = {"DATABASE_URL": "postgresql://nobody@127.0.0.1/x", "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"}
    home = Layout(tmp_path, 8080)
    home.make()
    programs = [part.program for part in topology(home, DEMO_FILES, given).parts if isinstance(part, Part)]
    niceness = {each.name: each.niceness for each in programs if isinstance(each, PythonProgram)}
    assert {name for name, value in niceness.items() if value == 0} == {"ticketing", "routing"}
    assert {name for name, value in niceness.items() if value == BEHIND_PEOPLE} == {
        "notifier",
        "vendor-bridge",
        "mail-catcher",
        "demo-vendor",
    }


def test_what_answers_with_anything_but_http_is_not_ready() -> None:
    """A port that the kernel gives out: the question may reach the very socket that asks."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def echo() -> None:
            caller, _ = server.accept()
            with caller:
                caller.sendall(caller.recv(1000))

        threading.Thread(target=echo, daemon=True).start()
        assert not answers_ok(f"http://127.0.0.1:{server.getsockname()[1]}/readyz")


def test_a_program_runs_as_nice_as_it_says(tmp_path: Path) -> None:
    (tmp_path / "said.py").write_text("import os; print(os.getpriority(os.PRIO_PROCESS, 0))")
    program = PythonProgram("said", "said", "", settings={"PYTHONPATH": str(tmp_path)}, niceness=3)
    process = children.spawn(program, tmp_path / "log")
    assert process.wait(timeout=30) == 0
    assert int((tmp_path / "log").read_text()) == min(os.getpriority(os.PRIO_PROCESS, 0) + 3, 19)
    assert program.command()[-3:] == [sys.executable, "-m", "said"]
