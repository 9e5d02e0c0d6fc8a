"""What `eskalera up` says: one line per thing that happened, and on a terminal a line with what it waits for."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape


class Terminal:
    """The supervisor's teller."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._waiting = console.status("Starting …") if console.is_terminal else None
        if self._waiting:
            self._waiting.start()

    def waiting_for(self, names: Sequence[str]) -> None:
        if self._waiting is None:
            return
        if names:
            self._waiting.update(f"Waiting for {', '.join(names)} …")
        else:
            self._waiting.stop()

    def is_ready(self, name: str, seconds: float, url: str | None) -> None:
        self._say(f"[green]✓[/] {name:<14} [dim]{seconds:5.1f} s[/]  {escape(url or '')}")

    def died(self, sentence: str, log_lines: str) -> None:
        self._say(f"[red]![/] {escape(sentence)}")
        for line in log_lines.splitlines():
            self._say(f"    [dim]{escape(line)}[/]")

    def stopping(self) -> None:
        if self._waiting:
            self._waiting.stop()
        self._say("Stopping …")

    def say(self, sentence: str) -> None:
        """A line of its own, escaped."""
        self._say(escape(sentence))

    def _say(self, line: str) -> None:
        self.console.print(line, soft_wrap=True, highlight=False)
