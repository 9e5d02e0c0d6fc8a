"""Says at the end of a run how long each suite took, summed over the workers."""

from collections import defaultdict

import pytest


class Shares:
    """Seconds per folder below tests/, from every phase of every test."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.tests: dict[str, int] = defaultdict(int)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        suite = report.nodeid.split("/")[1] if report.nodeid.startswith("tests/") else "other"
        self.seconds[suite] += report.duration
        self.tests[suite] += report.when == "call"

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        whole = sum(self.seconds.values())
        if not whole:
            return
        terminalreporter.section("time per suite")
        for suite, seconds in sorted(self.seconds.items(), key=lambda pair: -pair[1]):
            share = f"{seconds / whole:6.1%} {seconds:8.1f} s"
            terminalreporter.write_line(f"{suite:12} {self.tests[suite]:5} tests {share}")
