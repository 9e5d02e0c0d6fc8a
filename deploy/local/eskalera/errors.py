"""What can go wrong while starting the local system: one sentence each, shown without a traceback.

LocalError
├── UsageError      the caller can mend the command (exit code 2)
└── StartError      a program of the system did not come up; carries its last log lines
"""

from pathlib import Path


class LocalError(Exception):
    """One sentence for the person at the terminal; `details` are lines below it."""

    exit_code = 1

    def __init__(self, sentence: str, details: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.details = details
        if details:
            self.add_note(details)  # a traceback (of a test, of a bug) shows them too


class UsageError(LocalError):
    exit_code = 2


class StartError(LocalError):
    def __init__(self, name: str, fact: str, log: Path) -> None:
        super().__init__(f"{name} {fact}; its log is {log}.", last_lines(log))


def last_lines(log: Path, count: int = 8) -> str:
    """The end of a log file; empty when there is none."""
    try:
        with log.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 16_384))
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-count:])
